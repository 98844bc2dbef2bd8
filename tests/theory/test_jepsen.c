/*
 * test_jepsen.c: a published experiment on Redis with Sentinel, played again (aphyr.com/posts/283,
 * 2013).
 *
 * Published: 2000 numbers written in turn by five clients, 1998 acknowledged, 1126 of them lost;
 * the lost ones run from number 50 to about 1685, and at the end only those of two clients in five.
 * Free: one rate, so that Sentinel's 30 s end about where the promotion was seen.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "sim/run/run.h"
#include "tests/theory/theory.h"

#define SEEDS 50
#define RULE_REACHES SIM_S /* the scenario's push: until then all clients use the old primary */

static int64_t acknowledged(const Outcome *outcome)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        sum += outcome->fates[i].ok;
    return sum;
}

static SimTime promotion(const Outcome *outcome)
{
    for (uint32_t m = 0; m < outcome->mark_count; m++)
        if (strstr(outcome->marks[m].text, "takes over") != NULL)
            return outcome->marks[m].at;
    ck_abort_msg("nobody took over");
}

static bool beside_the_old_primary(const OutcomeLoss *loss)
{
    return strcmp(loss->users, "client 1") == 0 || strcmp(loss->users, "client 2") == 0;
}

START_TEST(two_primaries_lose_what_was_seen)
{
    Plan  *plan = theory_plan("scenarios/catalog/engines/redis-sentinel.lua", NULL);
    double least = 1e9;
    double most = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        RunSetup setup = {.plan = plan, .seed = seed};
        Outcome *outcome = run_play(&setup);
        double   lost = theory_destroyed(outcome);
        SimTime  known = promotion(outcome) + RULE_REACHES + 10 * SIM_MS;
        ck_assert_double_eq_tol(lost, 1126, 25);
        ck_assert_int_ge(acknowledged(outcome), 1996);
        ck_assert_int_le(acknowledged(outcome), 2000);
        uint32_t others = 0;
        for (uint32_t i = 0; i < outcome->loss_count; i++) {
            ck_assert_int_ge(outcome->losses[i].issued, 2 * SIM_S - 50 * SIM_MS);
            others += !beside_the_old_primary(&outcome->losses[i]);
            if (outcome->losses[i].issued > known)
                ck_assert(beside_the_old_primary(&outcome->losses[i]));
        }
        /* Before the promotion all five lost, three in five of them others. */
        ck_assert_uint_gt(others, 400);
        least = lost < least ? lost : least;
        most = lost > most ? lost : most;
        outcome_free(outcome);
    }
    printf("  lost in %d runs: %.0f to %.0f; published: 1126\n", SEEDS, least, most);
    plan_free(plan);
}
END_TEST

/* Acknowledged writes that do not stand in the end, of any kind. */
static int64_t missing(const Outcome *outcome)
{
    int64_t survived = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        survived += outcome->fates[i].fate[OUTCOME_SURVIVED];
    return acknowledged(outcome) - survived;
}

START_TEST(a_set_under_the_same_partition_loses_nothing)
{
    const char *set[] = {"kind=set", NULL};
    const char *lww[] = {"kind=lww", NULL};
    Plan       *merged = theory_plan("tests/theory/jepsen_set.lua", set);
    Plan       *clocks = theory_plan("tests/theory/jepsen_set.lua", lww);
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        RunSetup setup = {.plan = merged, .seed = seed};
        Outcome *outcome = run_play(&setup);
        ck_assert_int_ge(acknowledged(outcome), 1996);
        ck_assert_int_eq(missing(outcome), 0);
        outcome_free(outcome);
        setup.plan = clocks;
        outcome = run_play(&setup);
        ck_assert_int_gt(missing(outcome), 100);
        outcome_free(outcome);
    }
    printf("  a set under the same partition: none lost in %d runs\n", SEEDS);
    plan_free(merged);
    plan_free(clocks);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("jepsen");
    TCase *runs = tcase_create("runs");
    tcase_set_timeout(runs, 600);
    tcase_add_test(runs, two_primaries_lose_what_was_seen);
    tcase_add_test(runs, a_set_under_the_same_partition_loses_nothing);
    suite_add_tcase(suite, runs);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
