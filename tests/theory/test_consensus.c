/*
 * test_consensus.c: how long a majority takes to agree and to find a leader; the laws stand in
 * tests/theory/consensus.lua.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "sim/run/run.h"
#include "tests/theory/theory.h"

#define PATH "tests/theory/consensus.lua"
#define END_AT 30.0 /* when the leader is lost or cut off */

/* Mean time that a commit waited for its majority, ms. */
static double commit_wait(const Outcome *outcome)
{
    return theory_cost(outcome, "time they waited, together") / (double)SIM_MS /
           theory_cost(outcome, "commits that waited for copies");
}

static double seconds_at(const Outcome *outcome, const char *words)
{
    for (uint32_t m = 0; m < outcome->mark_count; m++)
        if (strstr(outcome->marks[m].text, words) != NULL)
            return (double)outcome->marks[m].at / (double)SIM_S;
    return INFINITY;
}

/* From the end of the leader to the next one, s. */
static double without_leader(const Outcome *outcome)
{
    return seconds_at(outcome, "leads now") - END_AT;
}

/* How long two regions could take themselves for the leader, s. */
static double two_leaders(const Outcome *outcome)
{
    double overlap =
        seconds_at(outcome, "leader reaches no majority") - seconds_at(outcome, "leads now");
    return overlap > 0 ? overlap : 0;
}

static Sample sample(const char *const *sets, uint32_t seeds, double (*value)(const Outcome *))
{
    Plan  *plan = theory_plan(PATH, sets);
    Sample s = theory_sample(plan, seeds, value);
    plan_free(plan);
    return s;
}

START_TEST(a_commit_waits_for_the_nearest_majority)
{
    const char *three[] = {"voters=3", "delays=constant", NULL};
    const char *five[] = {"voters=5", "delays=constant", NULL};
    /* Besides the delay only the bytes: a few microseconds. */
    Sample a = sample(three, 5, commit_wait);
    Sample b = sample(five, 5, commit_wait);
    printf("  3 voters, 50 and 150 ms: %.3f ms; 5 voters, 30, 50, 80 and 200 ms: %.3f ms\n", a.mean,
           b.mean);
    ck_assert_double_eq_tol(a.mean, 50, 0.01);
    ck_assert_double_eq_tol(b.mean, 50, 0.01);
}
END_TEST

START_TEST(the_first_of_two_random_round_trips)
{
    const char *sets[] = {"voters=3", "delays=exponential", NULL};
    Sample      s = sample(sets, 600, commit_wait);
    ck_assert(theory_within("first of two round trips, ms", s.mean, 50, s.mean_error));
    ck_assert(!theory_within("5 % slower (to be rejected)", s.mean, 52.5, s.mean_error));
}
END_TEST

static void check_election(const char *voters, double law, double wrong)
{
    const char *sets[] = {voters, "delays=short", "ends=lose", NULL};
    Sample      s = sample(sets, 600, without_leader);
    /* A round trip of votes, and half a heartbeat less: the last that arrives is as old. */
    double shift = 0.002 - 0.005;
    ck_assert(theory_within("s without a leader", s.mean, law + shift, s.mean_error));
    ck_assert(!theory_within("a wrong law (to be rejected)", s.mean, wrong + shift, s.mean_error));
}

START_TEST(the_first_voter_to_wake_leads)
{
    check_election("voters=3", 1 + 1.0 / 3, 1 + 1.0 / 4);
    check_election("voters=5", 1 + 1.0 / 5, 1 + 1.0 / 4);
}
END_TEST

/* The leader's clock is 1 % slow, those of the voters 1 % fast: a lease of 9 s is 9.09 s to one
 * and 8.91 s to the others. */
START_TEST(a_guard_longer_than_the_clock_error_keeps_leaders_apart)
{
    const char *bare[] = {"delays=short", "ends=cut", "drift=slow-leader", "lease=bare", NULL};
    const char *guarded[] = {"delays=short", "ends=cut", "drift=slow-leader", "lease=guarded",
                             NULL};
    Sample      with = sample(guarded, 300, two_leaders);
    Sample      without = sample(bare, 300, two_leaders);
    printf("  two leaders for %.4f s on average without a guard, %.4f s with 200 ms\n",
           without.mean, with.mean);
    ck_assert_double_eq(with.mean, 0);
    ck_assert_double_gt(without.mean, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("consensus");
    TCase *laws = tcase_create("laws");
    tcase_set_timeout(laws, 600);
    tcase_add_test(laws, a_commit_waits_for_the_nearest_majority);
    tcase_add_test(laws, the_first_of_two_random_round_trips);
    tcase_add_test(laws, the_first_voter_to_wake_leads);
    tcase_add_test(laws, a_guard_longer_than_the_clock_error_keeps_leaders_apart);
    suite_add_tcase(suite, laws);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
