/*
 * test_catch_up.c: a backlog drains at what the applier can do beyond what arrives.
 *
 * After a partition of length T the backlog is L * T; it is gone T * rho / (1 - rho) later. The
 * arrivals are Poisson, so single runs scatter (about 2 % at rho = 0.9); the mean over seeds must
 * be within 3 % of the law.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/time.h"
#include "tests/theory/theory.h"

#define SEEDS 10
#define PARTITION 30.0

static double caught_up(const Outcome *outcome)
{
    ck_assert_uint_eq(outcome->expectation_count, 1);
    ck_assert_int_eq(outcome->expectations[0].held, 1);
    return (double)outcome->expectations[0].value / (double)SIM_S;
}

static const struct {
    const char *rate;
    double      rho;
} cases[] = {{"rate=500/s", 0.5}, {"rate=800/s", 0.8}, {"rate=900/s", 0.9}};

START_TEST(the_backlog_of_a_partition_drains_in_t_rho_over_one_minus_rho)
{
    const char *sets[] = {cases[_i].rate, "apply=1ms", NULL};
    Plan       *plan = theory_plan("tests/theory/catch_up.lua", sets);
    Sample      s = theory_sample(plan, SEEDS, caught_up);
    double      law = PARTITION * cases[_i].rho / (1 - cases[_i].rho);
    printf("  rho %.1f: caught up in %.3f s, law %.3f s, off by %.2f %%\n", cases[_i].rho, s.mean,
           law, 100 * (s.mean / law - 1));
    ck_assert(fabs(s.mean / law - 1) < 0.03);
    plan_free(plan);

    const char *slower[] = {cases[_i].rate, "apply=1.05ms", NULL};
    plan = theory_plan("tests/theory/catch_up.lua", slower);
    s = theory_sample(plan, SEEDS, caught_up);
    printf("  rho %.1f, applier 5 %% slower (to be rejected): %.3f s, off by %.2f %%\n",
           cases[_i].rho, s.mean, 100 * (s.mean / law - 1));
    ck_assert(fabs(s.mean / law - 1) > 0.03);
    plan_free(plan);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("catch_up");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, the_backlog_of_a_partition_drains_in_t_rho_over_one_minus_rho, 0, 3);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
