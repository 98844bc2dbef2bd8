/*
 * test_failovers.c: who is declared dead by whom, what keeps two owners apart, and what that costs.
 *
 * Worlds of three regions whose writes all belong to a. A user writes every second beside each
 * region, so the ledger's counts are numbers of seconds. Faults of controllers and of the people
 * beside them: test_control.c.
 */
#include <check.h>
#include <stdlib.h>

#include "sim/base/time.h"
#include "tests/story/story.h"

#define CATALOG "scenarios/catalog/"

#define THREE                                                                                      \
    "region \"a\" {} region \"b\" {} region \"c\" {}\n"                                            \
    "link { \"a\", \"b\", rtt = \"20ms\" }\n"                                                      \
    "link { \"a\", \"c\", rtt = \"20ms\" }\n"                                                      \
    "link { \"b\", \"c\", rtt = \"20ms\" }\n"
#define USERS                                                                                      \
    "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1, b = 1, c = 1 },\n"         \
    "            network = \"0ms\", resolver = dns { ttl = \"0s\" } }\n"
#define RECORD                                                                                     \
    "data \"record\" { owner = \"single\", owner_region = \"a\",\n"                                \
    "  channels = { replicate { reconnect = \"0s\" } } }\n"                                        \
    "service \"write\" { writes = \"record\", work = \"1ms\", deadline = \"500ms\" }\n"
#define EACH_SECOND "detect = probe { every = \"1s\", failures = 3, timeout = \"100ms\" }"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

static void play(const char *text)
{
    teardown();
    story = story_new(text, "write");
}

/* One user near the region writes at the beginning of each second of [from, to). */
static void writes_each_second(uint32_t region, int64_t from, int64_t to)
{
    uint64_t user = 0;
    for (int64_t s = from; s < to; s++) {
        while (users_access(story_world(story), 0, user) != region)
            user++;
        story_ask(story, "write", ms(1000 * s), user++);
    }
}

/* What was written there, by its end. */
static const LedgerCount *written_in(uint32_t region)
{
    return ledger_count(story_world(story)->ledger, 0, region);
}

static uint32_t alarms(void)
{
    return story_world(story)->recoveries->len;
}

static const Recovery *alarm_of(uint32_t index)
{
    ck_assert_uint_lt(index, alarms());
    return &g_array_index(story_world(story)->recoveries, Recovery, index);
}

/* A stage of an alarm; the test fails if it had none of that name. */
static Stage stage_of(uint32_t index, const char *name)
{
    const Recovery *one = alarm_of(index);
    for (uint32_t s = 0; s < one->stage_count; s++)
        if (g_str_equal(one->stages[s].name, name))
            return one->stages[s];
    ck_abort_msg("no stage \"%s\"", name);
    return one->stages[0];
}

/* Full seconds in (from, to). */
static int64_t seconds_in(SimTime from, SimTime to)
{
    return (to - 1) / SIM_S - from / SIM_S;
}

/* ---- two observers disagree ------------------------------------------------------------------ */

#define BESIDE(name, fence)                                                                        \
    "failover \"beside " name "\" { seat = \"" name "\", data = \"record\", push = \"0s\", " fence \
    " " EACH_SECOND " }\n"
#define CUT_A_B "at \"10500ms\" { cut { \"a-b\", lasts = \"40s\" } }\n"

/* Line a-b is cut from 10.5 s to 50.5 s, c sees both; somebody writes at a each second. */
static void partial_partition(const char *fence)
{
    char *text = g_strdup_printf(THREE USERS RECORD BESIDE("b", "%s") BESIDE("c", "%s") CUT_A_B,
                                 fence, fence);
    play(text);
    g_free(text);
    writes_each_second(0, 0, 90);
    story_end(story);
}

START_TEST(two_observers_disagree_and_both_sides_accept_writes)
{
    partial_partition("");
    /* One alarm, raised beside b; c is the one that has most. */
    ck_assert_uint_eq(alarms(), 1);
    ck_assert_uint_eq(alarm_of(0)->region, 0);
    ck_assert_uint_eq(alarm_of(0)->heir, 2);
    SimTime takes_over = stage_of(0, "re-route").start;
    SimTime phase = (takes_over - ms(100)) % SIM_S;
    ck_assert_int_eq(takes_over, ms(10000 + (phase > ms(500) ? 2000 : 3000) + 100) + phase);
    /* a goes on until b reaches it, with the first probe after the cut: what it took is stranded.
     */
    SimTime hears = ms(50000 + (phase >= ms(500) ? 0 : 1000)) + phase;
    ck_assert_int_eq(written_in(0)->fate[LEDGER_L2], seconds_in(takes_over, hears));
    ck_assert_int_eq(written_in(0)->fate[LEDGER_SURVIVED] + written_in(2)->fate[LEDGER_SURVIVED],
                     90 - seconds_in(takes_over, hears));
    ck_assert_int_eq(written_in(0)->ok + written_in(2)->ok, 90);
}
END_TEST

START_TEST(with_a_lease_one_side_stops_before_the_other_begins)
{
    partial_partition("fence = lease \"5s\",");
    ck_assert_uint_eq(alarms(), 1);
    ck_assert_int_eq(written_in(0)->fate[LEDGER_L2], 0);
    SimTime stops = stage_of(0, "fence").end;
    SimTime phase = stops % SIM_S;
    ck_assert_int_eq(stops, ms(10000 + (phase > ms(500) ? 4000 : 5000)) + phase);
    SimTime hears = ms(50000 + (phase >= ms(500) ? 0 : 1000)) + phase;
    /* Whoever writes at a in between gets an error, and nothing is written. */
    ck_assert_int_eq(written_in(0)->ok + written_in(2)->ok, 90 - seconds_in(stops, hears));
    ck_assert_int_eq(written_in(0)->fate[LEDGER_SURVIVED] + written_in(2)->fate[LEDGER_SURVIVED],
                     90 - seconds_in(stops, hears));
    ck_assert(story_has(story, "a loses its lease\nc takes over from a\n"));
}
END_TEST

START_TEST(a_majority_of_observers_is_not_deceived_by_one)
{
    play(THREE USERS RECORD
         "failover \"f\" { voters = { \"a\", \"b\", \"c\" }, data = \"record\", " EACH_SECOND
         " }\n" CUT_A_B);
    writes_each_second(0, 0, 90);
    story_end(story);
    ck_assert_uint_eq(alarms(), 0);
    ck_assert_int_eq(written_in(0)->fate[LEDGER_SURVIVED], 90);
}
END_TEST

/* ---- two that switch each other off ---------------------------------------------------------- */

#define PAIR                                                                                       \
    "region \"a\" {} region \"b\" {}\n"                                                            \
    "link { \"a\", \"b\", rtt = \"20ms\", name = \"data\" }\n"                                     \
    "link { \"a\", \"b\", rtt = \"20ms\", name = \"management\" }\n" RECORD
#define SHOOTER(seat, watched, failures, how)                                                      \
    "failover \"at " seat "\" { seat = \"" seat "\", watch = \"" watched "\", via = \"data\",\n"   \
    "  push = \"0s\", fence = stonith { " how " },\n"                                              \
    "  detect = probe { every = \"1s\", failures = " failures ", timeout = \"100ms\" } }\n"
#define TWO_SHOOTERS(failures, how)                                                                \
    PAIR SHOOTER("a", "b", failures, how) SHOOTER("b", "a", failures, how)
#define FROZEN "at \"10s\" { jam { \"data\", lasts = \"30s\" } }\n"

static void play_pair(const char *text)
{
    play(text);
    for (int64_t s = 0; s < 90; s++)
        story_ask(story, "write", ms(1000 * s), (uint64_t)s);
    story_end(story);
}

START_TEST(a_freeze_longer_than_the_dead_time_kills_both_of_a_pair)
{
    play_pair(TWO_SHOOTERS("20", "") FROZEN);
    ck_assert_uint_eq(alarms(), 2);
    for (uint32_t i = 0; i < 2; i++) {
        SimTime given = stage_of(i, "fence").start; /* 20 probes, the last missed 100 ms after */
        ck_assert_int_gt(given, ms(29000));
        ck_assert_int_le(given, ms(30100));
        /* The orders wait in the jam. Nobody is left to hear that they were carried out. */
        ck_assert_int_eq(stage_of(i, "fence").end, -1);
        ck_assert_uint_eq(alarm_of(i)->heir, WORLD_NONE);
    }
    for (uint32_t r = 0; r < 2; r++) {
        SimTime after = story_world(story)->regions[r].dark_at - ms(40000);
        ck_assert_int_ge(after, ms(10));
        ck_assert_int_lt(after, ms(11)); /* 200 bytes */
    }
    /* a took writes until then; those of the jam reach nobody. */
    ck_assert_int_eq(written_in(0)->ok, 41);
    ck_assert_int_eq(written_in(0)->fate[LEDGER_SURVIVED], 0);
}
END_TEST

START_TEST(a_dead_time_above_the_freeze_kills_nobody)
{
    play_pair(TWO_SHOOTERS("31", "") FROZEN);
    ck_assert_uint_eq(alarms(), 0);
    ck_assert_int_eq(written_in(0)->fate[LEDGER_SURVIVED], 90);
}
END_TEST

START_TEST(with_a_line_of_its_own_for_orders_one_of_a_pair_dies_and_stays_off)
{
    play_pair(TWO_SHOOTERS("20", "via = \"management\"") FROZEN);
    /* One alarm each, at most: who has been switched off is not declared dead again. */
    ck_assert_uint_eq(alarms(), 1);
    uint32_t dead = alarm_of(0)->region;
    SimTime  took = stage_of(0, "fence").end - stage_of(0, "fence").start;
    ck_assert_int_ge(took, ms(20));
    ck_assert_int_lt(took, ms(21));
    ck_assert_uint_eq(alarm_of(0)->heir, 1 - dead);
    ck_assert_uint_eq(story_world(story)->regions[dead].shots, 1);
    ck_assert_uint_eq(story_world(story)->regions[1 - dead].shots, 0);
    ck_assert_int_ge(written_in(0)->ok + written_in(1)->ok, 88);
}
END_TEST

START_TEST(a_machine_that_is_switched_on_again_is_watched_again)
{
    play(PAIR SHOOTER("b", "a", "3",
                      "via = \"management\", reboot = \"20s\"") "at \"10s\" { cut { \"data\", "
                                                                "lasts = \"5s\" } }\n"
                                                                "at \"60s\" { cut { \"data\", "
                                                                "lasts = \"30s\" } }\n");
    story_end(story);
    ck_assert_uint_eq(alarms(), 2);
    ck_assert_int_gt(stage_of(1, "decide").start, ms(62000));
    ck_assert(story_has(story, "a is switched off\na is switched on\na is switched off\n"));
}
END_TEST

/* ---- as people are known to do it ------------------------------------------------------------ */

static SimTime took(uint32_t index, const char *name)
{
    Stage stage = stage_of(index, name);
    return stage.end - stage.start;
}

#define LOST "at \"5s\" { down \"a\" }\n"

START_TEST(a_failover_like_a_published_one_takes_its_times)
{
    play("scenario \"story\" { duration = \"1h\" }\n" THREE USERS RECORD
         "failover \"f\" { like = \"netflix-evacuation\" }\n" LOST);
    story_end(story);
    ck_assert_int_eq(took(0, "decide"), 300 * SIM_S);
    ck_assert_int_ge(took(0, "start"), 28 * 60 * SIM_S);
    ck_assert_int_le(took(0, "start"), 30 * 60 * SIM_S);
    ck_assert_int_eq(took(0, "re-route"), 600 * SIM_S);
}
END_TEST

START_TEST(what_is_said_beside_a_preset_counts_and_the_rest_is_the_presets)
{
    play("scenario \"story\" { duration = \"1h\" }\n" THREE USERS RECORD
         "failover \"f\" { like = \"netflix-nimble\", push = \"7s\",\n"
         "  decide = human { \"11s\", sigma = \"0%\" } }\n" LOST);
    story_end(story);
    ck_assert_int_eq(took(0, "decide"), 11 * SIM_S);
    ck_assert_int_eq(took(0, "start"), 240 * SIM_S);
    ck_assert_int_eq(took(0, "re-route"), 7 * SIM_S);
}
END_TEST

/* ---- what is shown in the catalogue, with every choice --------------------------------------- */

static const struct {
    const char *path;
    const char *sets[3]; /* ends with NULL */
} shown[] = {
    {CATALOG "faults/asymmetric-partition.lua", {"fence=none", NULL}},
    {CATALOG "faults/asymmetric-partition.lua", {"fence=lease", NULL}},
    {CATALOG "faults/asymmetric-partition.lua", {"observers=majority", NULL}},
    {CATALOG "faults/stonith-pair.lua", {"dead=60s", NULL}},
    {CATALOG "faults/stonith-pair.lua", {"dead=120s", NULL}},
    {CATALOG "faults/stonith-pair.lua", {"orders=own-line", NULL}},
    {CATALOG "engines/netflix-evacuation.lua", {"year=before", NULL}},
    {CATALOG "engines/netflix-evacuation.lua", {"year=2018", NULL}},
    {CATALOG "engines/human-runbook.lua", {"decides=person", NULL}},
    {CATALOG "engines/human-runbook.lua", {"decides=machine", NULL}},
    {CATALOG "engines/cold-standby.lua", {"standby=cold", NULL}},
    {CATALOG "engines/cold-standby.lua", {"standby=hot", NULL}},
};

START_TEST(every_claim_holds)
{
    for (uint64_t seed = 1; seed <= 2; seed++) {
        Outcome *outcome = story_replay(shown[_i].path, shown[_i].sets, seed);
        for (uint32_t i = 0; i < outcome->expectation_count; i++)
            ck_assert_msg(outcome->expectations[i].held, "%s, seed %d: %s: %s", shown[_i].path,
                          (int)seed, outcome->expectations[i].name, outcome->expectations[i].got);
        ck_assert_int_eq(outcome->verdict, OUTCOME_HELD);
        story_replay_free(outcome);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("failovers");
    TCase *tcase = tcase_create("stories");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, two_observers_disagree_and_both_sides_accept_writes);
    tcase_add_test(tcase, with_a_lease_one_side_stops_before_the_other_begins);
    tcase_add_test(tcase, a_majority_of_observers_is_not_deceived_by_one);
    tcase_add_test(tcase, a_freeze_longer_than_the_dead_time_kills_both_of_a_pair);
    tcase_add_test(tcase, a_dead_time_above_the_freeze_kills_nobody);
    tcase_add_test(tcase, with_a_line_of_its_own_for_orders_one_of_a_pair_dies_and_stays_off);
    tcase_add_test(tcase, a_machine_that_is_switched_on_again_is_watched_again);
    tcase_add_test(tcase, a_failover_like_a_published_one_takes_its_times);
    tcase_add_test(tcase, what_is_said_beside_a_preset_counts_and_the_rest_is_the_presets);
    tcase_add_loop_test(tcase, every_claim_holds, 0, (int)G_N_ELEMENTS(shown));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
