/*
 * test_semisync.c: what commits that wait for a copy lose, block and leave open; the laws stand in
 * tests/theory/semisync.lua.
 *
 * With e the mean gap 1 / L between the cut and the oldest waiter:
 *   lost      = L (P - To - e) + L min(c, To) [+ the oldest itself, if c > To]
 *   unknown   = L max(0, To - c) + the oldest itself, if c < To
 *   waited    = To + L To^2 / 2 over 1 + L To waiters: the oldest waits To, the others half of it
 *   phantoms  = R (P - K / L (1 - e^(-L P / K))): reads at rate R of K records, one of which shows
 * an unreplicated change from its first write in the cut on
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "sim/run/run.h"
#include "tests/theory/theory.h"

#define SEEDS 400
#define L 22.2
#define P 43.0
#define PATH "tests/theory/semisync.lua"

static double sum_of(const Outcome *outcome, int64_t (*of)(const OutcomeFateRow *row))
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        sum += of(&outcome->fates[i]);
    return (double)sum;
}

static int64_t unknown_of(const OutcomeFateRow *row)
{
    return row->unknown;
}

static int64_t ghosts_of(const OutcomeFateRow *row)
{
    return row->ghosts;
}

static double unknown(const Outcome *outcome)
{
    return sum_of(outcome, unknown_of);
}

static double ghosts(const Outcome *outcome)
{
    return sum_of(outcome, ghosts_of);
}

static double waited(const Outcome *outcome)
{
    return theory_cost(outcome, "time they waited, together") / (double)SIM_S;
}

static double phantoms(const Outcome *outcome)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < outcome->stale_count; i++)
        if (strcmp(outcome->stales[i].code, "R3") == 0)
            sum += outcome->stales[i].count;
    return (double)sum;
}

/* Lost writes issued after the fallback, and those that were waiting when it came. */
static bool was_late(const Outcome *outcome, const OutcomeLoss *loss)
{
    for (uint32_t m = 0; m < outcome->mark_count; m++)
        if (strstr(outcome->marks[m].text, "stops waiting") != NULL)
            return loss->issued >= outcome->marks[m].at;
    return false;
}

static double lost_later(const Outcome *outcome)
{
    double count = 0;
    for (uint32_t i = 0; i < outcome->loss_count; i++)
        count +=
            strcmp(outcome->losses[i].code, "L1") == 0 && was_late(outcome, &outcome->losses[i]);
    return count;
}

static double lost_released(const Outcome *outcome)
{
    return theory_destroyed(outcome) - lost_later(outcome);
}

static void check_law(const char *what, const char *const *sets, double (*value)(const Outcome *),
                      double law, double wrong)
{
    Plan  *plan = theory_plan(PATH, sets);
    Sample s = theory_sample(plan, SEEDS, value);
    ck_assert(theory_within(what, s.mean, law, s.mean_error));
    ck_assert(!theory_within("a wrong law (to be rejected)", s.mean, wrong, s.mean_error));
    plan_free(plan);
}

/* Every outcome of `count` seeds gives exactly this. */
static void check_exact(const char *what, const char *const *sets, double (*value)(const Outcome *),
                        double (*law)(const Outcome *))
{
    Plan *plan = theory_plan(PATH, sets);
    for (uint32_t seed = 1; seed <= SEEDS / 4; seed++) {
        RunSetup setup = {.plan = plan, .seed = seed};
        Outcome *outcome = run_play(&setup);
        ck_assert_double_eq(value(outcome), law == NULL ? 0 : law(outcome));
        outcome_free(outcome);
    }
    printf("  %-44s exact in %d runs\n", what, SEEDS / 4);
    plan_free(plan);
}

START_TEST(asynchronous_loses_the_partition_and_what_was_on_the_way)
{
    const char *sets[] = {"mode=async", NULL};
    check_law("async: lost", sets, theory_destroyed, L * (P + 0.05), L * (P + 0.5));
}
END_TEST

START_TEST(semi_synchronous_loses_what_came_after_the_fallback)
{
    const char *sets[] = {"mode=semi-sync", NULL};
    check_law("issued after the fallback, lost", sets, lost_later, L * (P - 10) - 1, L * P - 1);
    check_law("released by the fallback, lost", sets, lost_released, L * 3, L * 10);
    check_law("unknown outcome", sets, unknown, L * (10 - 3) + 1, L * 10 + 1);
}
END_TEST

START_TEST(who_waits_longer_than_the_source_is_told_done_and_loses)
{
    const char *sets[] = {"mode=semi-sync", "deadline=100s", NULL};
    check_law("released by the fallback, lost", sets, lost_released, L * 10 + 1, L * 3 + 1);
    check_law("time waited, together", sets, waited, 10 + L * 10 * 10 / 2, 10 + L * 10 * 10);
    check_exact("unknown outcomes: none", sets, unknown, NULL);
}
END_TEST

START_TEST(unknown_outcomes_stand_when_the_source_survives)
{
    const char *sets[] = {"mode=semi-sync", "ends=heal", NULL};
    check_law("unknown outcome", sets, unknown, L * (10 - 3) + 1, L * 10 + 1);
    check_exact("each of them is in the end there (L8)", sets, ghosts, unknown);
    check_exact("nothing acknowledged is lost", sets, theory_destroyed, NULL);
}
END_TEST

START_TEST(without_fallback_nothing_acknowledged_is_lost)
{
    const char *sets[] = {"mode=sync", NULL};
    check_exact("sync: lost", sets, theory_destroyed, NULL);
    check_law("sync: unknown outcome", sets, unknown, L * P, L * (P - 3));
}
END_TEST

START_TEST(committed_before_the_wait_others_read_what_is_lost)
{
    const char *shown[] = {"mode=semi-sync", "after=8s", "keys=shared", "visible=at-commit", NULL};
    const char *hidden[] = {"mode=semi-sync", "after=8s", "keys=shared", "visible=after-ack", NULL};
    double      k = 100;
    check_law("AFTER_COMMIT: phantom reads", shown, phantoms,
              50 * (8 - k / L * (1 - exp(-L * 8 / k))), 50 * 8);
    check_exact("AFTER_COMMIT: lost", shown, theory_destroyed, NULL);
    check_exact("AFTER_SYNC: phantom reads", hidden, phantoms, NULL);
}
END_TEST

START_TEST(a_loss_of_power_forgets_what_is_not_flushed)
{
    const char *sets[] = {"mode=async", "ends=power", NULL};
    check_law("forgotten by a flush of 1 s", sets, theory_destroyed, L * 1, L * 1.1);
}
END_TEST

/* One world, sources that wait longer and longer: fewer writes lost, more users without answer. */
START_TEST(a_longer_fallback_trades_blocked_users_for_lost_writes)
{
    static const char *const fallbacks[] = {"fallback=5s", "fallback=10s", "fallback=20s",
                                            "fallback=30s", "fallback=1h"};
    for (uint32_t seed = 1; seed <= 50; seed++) {
        double lost_before = INFINITY;
        double open_before = -1;
        for (size_t i = 0; i < sizeof(fallbacks) / sizeof(fallbacks[0]); i++) {
            const char *sets[] = {"mode=semi-sync", fallbacks[i], NULL};
            Plan       *plan = theory_plan(PATH, sets);
            RunSetup    setup = {.plan = plan, .seed = seed};
            Outcome    *outcome = run_play(&setup);
            ck_assert_double_lt(theory_destroyed(outcome), lost_before);
            ck_assert_double_gt(unknown(outcome), open_before);
            lost_before = theory_destroyed(outcome);
            open_before = unknown(outcome);
            outcome_free(outcome);
            plan_free(plan);
        }
        ck_assert_double_eq(lost_before, 0);
    }
    printf("  lost writes fall and unknown outcomes rise, 5 fallbacks in 50 worlds each\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("semisync");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, asynchronous_loses_the_partition_and_what_was_on_the_way);
    tcase_add_test(tcase, semi_synchronous_loses_what_came_after_the_fallback);
    tcase_add_test(tcase, who_waits_longer_than_the_source_is_told_done_and_loses);
    tcase_add_test(tcase, unknown_outcomes_stand_when_the_source_survives);
    tcase_add_test(tcase, without_fallback_nothing_acknowledged_is_lost);
    tcase_add_test(tcase, committed_before_the_wait_others_read_what_is_lost);
    tcase_add_test(tcase, a_loss_of_power_forgets_what_is_not_flushed);
    tcase_add_test(tcase, a_longer_fallback_trades_blocked_users_for_lost_writes);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
