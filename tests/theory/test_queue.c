/*
 * test_queue.c: what each hop of a message queue drops, doubles or delays
 * (tests/theory/messages.lua).
 *
 * Changes are Poisson at rate L. A window of fixed length w holds Poisson(L w) of them: mean and
 * variance L w. Where the window began at the last tick of a clock of period T with a phase of its
 * own, its length is uniform in (0, T) and the count is mixed Poisson: mean L T / 2, variance L T /
 * 2 + (L T)^2 / 12. A backlog B drains in B / (C - L), on average exactly: it is the busy period of
 * a server that starts with B customers.
 *
 * The drain is the published one of webhooks that waited (5 million, 300/s against 80/s, 22,700 s),
 * at a hundredth of its backlog.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "sim/base/time.h"
#include "tests/theory/theory.h"

#define SEEDS 600

static double expired(const Outcome *outcome)
{
    double sum = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        sum += (double)outcome->fates[i].fate[OUTCOME_L6];
    return sum;
}

static double repeated(const Outcome *outcome)
{
    double sum = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        sum += (double)outcome->fates[i].duplicate_effects;
    return sum;
}

static double diverged(const Outcome *outcome)
{
    double sum = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        sum += (double)outcome->fates[i].diverged;
    return sum;
}

static double caught_up(const Outcome *outcome)
{
    ck_assert_int_eq(outcome->expectations[0].held, 1);
    return (double)outcome->expectations[0].value / (double)SIM_S;
}

static const struct {
    const char *what, *set;
    double (*value)(const Outcome *outcome);
    double mean, variance;
    double wrong; /* a law to be rejected: the mean of a mechanism that is missing or doubled */
} laws[] = {
    {"dropped by age: L (P - R)", "case=retention", expired, 50 * 20.0, 50 * 20.0, 50 * 30.0},
    {"flushed every T: L T / 2", "case=flush", expired, 100 * 2.0 / 2,
     100 * 2.0 / 2 + 200.0 * 200.0 / 12, 100 * 2.0},
    {"flushed at age F: L F", "case=age", expired, 100 * 1.0, 100 * 1.0, 100 * 1.0 / 2},
    {"sent twice: L K / 2", "case=rewind", repeated, 50 * 10.0 / 2,
     50 * 10.0 / 2 + 500.0 * 500.0 / 12, 50 * 10.0},
    {"never sent: L (W - S)", "case=dual", diverged, 20 * (20 - 6.003), 20 * (20 - 6.003),
     20 * 20.0},
    {"not with the followers: L D", "case=follow", expired, 200 * 0.1, 200 * 0.1, 200 * 0.2},
};

START_TEST(each_hop_costs_what_its_law_says)
{
    const char *sets[] = {laws[_i].set, NULL};
    Plan       *plan = theory_plan("tests/theory/messages.lua", sets);
    Sample      s = theory_sample(plan, SEEDS, laws[_i].value);
    ck_assert(theory_within(laws[_i].what, s.mean, laws[_i].mean, s.mean_error));
    ck_assert(theory_within("variance", s.variance, laws[_i].variance, s.variance_error));
    ck_assert(!theory_within("wrong law (to be rejected)", s.mean, laws[_i].wrong, s.mean_error));
    plan_free(plan);
}
END_TEST

START_TEST(a_backlog_drains_at_what_the_consumer_can_do_beyond_what_arrives)
{
    double      law = 80 * 625.0 / (300 - 80);
    const char *sets[] = {"case=drain", "apply=3333333ns", NULL};
    Plan       *plan = theory_plan("tests/theory/messages.lua", sets);
    Sample      s = theory_sample(plan, 20, caught_up);
    ck_assert(theory_within("B / (C - L)", s.mean, law, s.mean_error));
    plan_free(plan);
    const char *slower[] = {"case=drain", "apply=3500000ns", NULL};
    plan = theory_plan("tests/theory/messages.lua", slower);
    s = theory_sample(plan, 20, caught_up);
    ck_assert(!theory_within("consumer 5 % slower (to be rejected)", s.mean, law, s.mean_error));
    plan_free(plan);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("queue");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, each_hop_costs_what_its_law_says, 0,
                        (int)(sizeof laws / sizeof laws[0]));
    tcase_add_test(tcase, a_backlog_drains_at_what_the_consumer_can_do_beyond_what_arrives);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
