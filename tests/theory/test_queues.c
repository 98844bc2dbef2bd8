/*
 * test_queues.c: a service is a queue with known answers; see tests/theory/queue.lua.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/time.h"
#include "tests/theory/theory.h"

#define SEEDS 30

static double mean_latency(const Outcome *outcome)
{
    int64_t sum = 0;
    int64_t count = 0;
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        sum += outcome->windows[i].latency_sum;
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            count += outcome->windows[i].ok[q];
    }
    return (double)sum / (double)count / (double)SIM_S;
}

static double blocked(const Outcome *outcome)
{
    int64_t refused = 0;
    int64_t issued = 0;
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        refused += outcome->windows[i].failed[METRICS_OVERLOAD];
        issued += outcome->windows[i].issued;
    }
    return (double)refused / (double)issued;
}

static Sample play(const char *rate, const char *work, const char *threads, const char *queue,
                   const char *slower, double (*value)(const Outcome *outcome))
{
    const char *sets[] = {rate, work, threads, queue, slower, NULL};
    Plan       *plan = theory_plan("tests/theory/queue.lua", sets);
    Sample      sample = theory_sample(plan, SEEDS, value);
    plan_free(plan);
    return sample;
}

static const struct {
    const char *rate;
    double      rho;
} loads[] = {{"rate=5/s", .5}, {"rate=8/s", .8}, {"rate=9/s", .9}};

START_TEST(mm1_takes_one_over_mu_minus_lambda)
{
    double law = 0.1 / (1 - loads[_i].rho);
    Sample s = play(loads[_i].rate, "work=exponential", "threads=1", "queue=100000", "slower=no",
                    mean_latency);
    ck_assert(theory_within("M/M/1 time in the system", s.mean, law, s.mean_error));
    Sample worse = play(loads[_i].rate, "work=exponential", "threads=1", "queue=100000",
                        "slower=yes", mean_latency);
    ck_assert(
        !theory_within("the same, 5 % slower (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

START_TEST(md1_waits_half_as_long_as_mm1)
{
    double law = 0.1 + 0.1 * loads[_i].rho / (2 * (1 - loads[_i].rho));
    Sample s = play(loads[_i].rate, "work=constant", "threads=1", "queue=100000", "slower=no",
                    mean_latency);
    ck_assert(theory_within("M/D/1 time in the system", s.mean, law, s.mean_error));
    Sample worse = play(loads[_i].rate, "work=constant", "threads=1", "queue=100000", "slower=yes",
                        mean_latency);
    ck_assert(
        !theory_within("the same, 5 % slower (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

static double erlang_b(double offered, int servers)
{
    double b = 1;
    for (int k = 1; k <= servers; k++)
        b = offered * b / (k + offered * b);
    return b;
}

static const struct {
    const char *rate, *threads, *work;
    double      offered;
    int         servers;
} pools[] = {
    {"rate=5/s", "threads=10", "work=exponential", 5, 10},
    {"rate=10/s", "threads=10", "work=exponential", 10, 10},
    {"rate=10/s", "threads=15", "work=constant", 10, 15},
    {"rate=20/s", "threads=30", "work=lognormal", 20, 30},
    {"rate=10/s", "threads=10", "work=lognormal", 10, 10},
};

START_TEST(a_pool_without_queue_refuses_by_erlang_b_whatever_the_work)
{
    double law = erlang_b(pools[_i].offered, pools[_i].servers);
    Sample s =
        play(pools[_i].rate, pools[_i].work, pools[_i].threads, "queue=0", "slower=no", blocked);
    ck_assert(theory_within("Erlang-B, share refused", s.mean, law, s.mean_error));
    Sample worse =
        play(pools[_i].rate, pools[_i].work, pools[_i].threads, "queue=0", "slower=yes", blocked);
    ck_assert(
        !theory_within("the same, 5 % slower (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("queues");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, mm1_takes_one_over_mu_minus_lambda, 0, 3);
    tcase_add_loop_test(tcase, md1_waits_half_as_long_as_mm1, 0, 3);
    tcase_add_loop_test(tcase, a_pool_without_queue_refuses_by_erlang_b_whatever_the_work, 0, 5);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
