/*
 * test_incidents.c: incidents played again, with what happened and what would not have happened.
 * Over many seeds, and with the tolerances of their headers: tests/theory/test_incidents.c.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "tests/story/replays.h"
#include "tests/story/story.h"

#define SEEDS 2

static Outcome *outcome;

static void teardown(void)
{
    if (outcome != NULL)
        story_replay_free(outcome);
    outcome = NULL;
}

static void replay(const char *path, const char *const *sets, uint64_t seed)
{
    teardown();
    outcome = story_replay(path, sets, seed);
}

START_TEST(every_claim_holds)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        replay(replays[_i].path, replays[_i].sets, seed);
        for (uint32_t i = 0; i < outcome->expectation_count; i++)
            ck_assert_msg(outcome->expectations[i].held, "%s, seed %d: %s: %s", replays[_i].path,
                          (int)seed, outcome->expectations[i].name, outcome->expectations[i].got);
        ck_assert_int_eq(outcome->verdict, OUTCOME_HELD);
    }
}
END_TEST

/* ---- GitHub, October 2018 -------------------------------------------------------------------- */

static const OutcomeFateRow *fate_of(const char *region)
{
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        if (g_str_equal(outcome->fates[i].region, region))
            return &outcome->fates[i];
    ck_abort_msg("no fates in %s", region);
    return NULL;
}

/* Writes that failed, of those issued in [from, to). */
static int64_t failed(const char *users, SimTime from, SimTime to)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *window = &outcome->windows[i];
        for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
            if (g_str_equal(window->users, users) && window->from >= from && window->to <= to)
                sum += window->failed[f];
    }
    return sum;
}

START_TEST(every_partition_longer_than_detection_ends_in_two_branches)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        const char *sets[] = {detected_partitions[_i], "promotion=on", NULL};
        replay(REPLAYS "github-2018.lua", sets, seed);
        ck_assert_int_gt(fate_of("east")->fate[OUTCOME_L2], 0);
        ck_assert_int_gt(fate_of("west")->ok, 0);
        ck_assert_int_eq(fate_of("west")->fate[OUTCOME_L2], 0); /* the west's is the one kept */
    }
}
END_TEST

START_TEST(without_promotion_a_partition_costs_errors_and_no_write)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        const char *sets[] = {detected_partitions[_i], "promotion=off", NULL};
        replay(REPLAYS "github-2018.lua", sets, seed);
        const OutcomeFateRow *east = fate_of("east");
        ck_assert_int_eq(east->fate[OUTCOME_L1] + east->fate[OUTCOME_L2], 0);
        ck_assert_int_eq(fate_of("west")->ok, 0);
        ck_assert_int_eq(failed("beside the east", 0, SIM_TIME_NEVER), 0);
        ck_assert_int_eq(failed("beside the west", 0, 55 * SIM_S), 0);
        ck_assert_int_gt(failed("beside the west", 55 * SIM_S, 190 * SIM_S), 0);
        ck_assert_int_eq(failed("beside the west", 190 * SIM_S, SIM_TIME_NEVER), 0);
    }
}
END_TEST

START_TEST(forty_three_seconds_of_errors)
{
    const char *sets[] = {"partition=43s", "promotion=off", NULL};
    int64_t     sum = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        replay(REPLAYS "github-2018.lua", sets, seed);
        sum += failed("beside the west", 0, SIM_TIME_NEVER);
    }
    /* 10 runs of 10/s for 43 s and a round trip: 4306, and three standard errors of that. */
    ck_assert_int_gt(sum, 4306 - 197);
    ck_assert_int_lt(sum, 4306 + 197);
}
END_TEST

static SimTime when(const char *text)
{
    for (uint32_t i = 0; i < outcome->mark_count; i++)
        if (g_str_equal(outcome->marks[i].text, text))
            return outcome->marks[i].at;
    ck_abort_msg("never: %s", text);
    return -1;
}

START_TEST(the_way_back_takes_half_a_day)
{
    const SimTime published = 12 * SIM_HOUR + 20 * SIM_MIN; /* 22:52 to 11:12 */
    for (uint64_t seed = 1; seed <= 3; seed++) {
        replay(REPLAYS "github-2018-failback.lua", NULL, seed);
        SimTime took = when("east has its role again") - when("cut hub");
        ck_assert_int_ge(took, published * 95 / 100);
        ck_assert_int_le(took, published * 105 / 100);
    }
}
END_TEST

/* ---- GitHub, December 2012 ------------------------------------------------------------------- */

/* Servers of a pair that were switched off. */
static int dark(int pair)
{
    int count = 0;
    for (uint32_t i = 0; i < outcome->mark_count; i++) {
        const char *text = outcome->marks[i].text;
        int         number;
        char        which;
        if (strstr(text, " is switched off") != NULL &&
            sscanf(text, "fs%d%c", &number, &which) == 2)
            count += number == pair;
    }
    return count;
}

START_TEST(pairs_lose_both_if_they_wait_less_than_the_network_stands_still)
{
    static const int         dead_times[] = {30, 60, 80, 100, 120};
    static const char *const names[] = {"freeze=25s", "freeze=90s", "freeze=130s"};
    static const int         freezes[] = {25, 90, 130};
    for (uint64_t seed = 1; seed <= 5; seed++) {
        const char *sets[] = {names[_i], "order=network", NULL};
        replay(REPLAYS "github-2012.lua", sets, seed);
        for (int pair = 1; pair <= 5; pair++)
            ck_assert_int_eq(dark(pair), dead_times[pair - 1] < freezes[_i] ? 2 : 0);
        sets[1] = "order=own line"; /* the first order wins */
        replay(REPLAYS "github-2012.lua", sets, seed);
        for (int pair = 1; pair <= 5; pair++)
            ck_assert_int_eq(dark(pair), dead_times[pair - 1] < freezes[_i] ? 1 : 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("incidents");
    TCase *tcase = tcase_create("replays");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, every_claim_holds, 0, (int)G_N_ELEMENTS(replays));
    tcase_add_loop_test(tcase, every_partition_longer_than_detection_ends_in_two_branches, 0,
                        (int)G_N_ELEMENTS(detected_partitions));
    tcase_add_loop_test(tcase, without_promotion_a_partition_costs_errors_and_no_write, 0,
                        (int)G_N_ELEMENTS(detected_partitions));
    tcase_add_test(tcase, forty_three_seconds_of_errors);
    tcase_add_test(tcase, the_way_back_takes_half_a_day);
    tcase_add_loop_test(tcase, pairs_lose_both_if_they_wait_less_than_the_network_stands_still, 0,
                        3);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
