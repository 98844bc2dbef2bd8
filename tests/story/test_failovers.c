/*
 * test_failovers.c: who is declared dead by whom, what keeps two owners apart, and what that costs.
 *
 * Worlds of three regions whose writes all belong to a (alarms.h). A user writes every second, so
 * the ledger's counts are numbers of seconds. Faults of controllers and of the people
 * beside them: test_control.c.
 */
#include <check.h>
#include <stdlib.h>

#include "sim/base/time.h"
#include "tests/story/alarms.h"

#define CATALOG "scenarios/catalog/"

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

/* ---- two observers disagree ------------------------------------------------------------------ */

#define BESIDE(name, fence)                                                                        \
    "failover \"beside " name "\" { seat = \"" name "\", data = \"record\", push = \"0s\", " fence \
    " " ALARMS_PROBE " }\n"
#define CUT_A_B "at \"10500ms\" { cut { \"a-b\", lasts = \"40s\" } }\n"

/* Line a-b is cut from 10.5 s to 50.5 s, c sees both; somebody writes at a each second. */
static void partial_partition(const char *fence)
{
    char *text =
        g_strdup_printf(ALARMS_THREE BESIDE("b", "%s") BESIDE("c", "%s") CUT_A_B, fence, fence);
    play(text);
    g_free(text);
    alarms_write(story, 0, 0, 90);
    story_end(story);
}

START_TEST(two_observers_disagree_and_both_sides_accept_writes)
{
    partial_partition("");
    /* One alarm, raised beside b; c is the one that has most. */
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert_uint_eq(alarms_one(story, 0)->region, 0);
    ck_assert_uint_eq(alarms_one(story, 0)->heir, 2);
    SimTime takes_over = alarms_stage(story, 0, "re-route").start;
    SimTime phase = (takes_over - ms(100)) % SIM_S;
    ck_assert_int_eq(takes_over, ms(10000 + (phase > ms(500) ? 2000 : 3000) + 100) + phase);
    /* a goes on until b reaches it, with the first probe after the cut: what it took is stranded.
     */
    SimTime hears = ms(50000 + (phase >= ms(500) ? 0 : 1000)) + phase;
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_L2], alarms_seconds(takes_over, hears));
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED] +
                         alarms_written(story, 2)->fate[LEDGER_SURVIVED],
                     90 - alarms_seconds(takes_over, hears));
    ck_assert_int_eq(alarms_written(story, 0)->ok + alarms_written(story, 2)->ok, 90);
}
END_TEST

START_TEST(with_a_lease_one_side_stops_before_the_other_begins)
{
    partial_partition("fence = lease \"5s\",");
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_L2], 0);
    SimTime stops = alarms_stage(story, 0, "fence").end;
    SimTime phase = stops % SIM_S;
    ck_assert_int_eq(stops, ms(10000 + (phase > ms(500) ? 4000 : 5000)) + phase);
    SimTime hears = ms(50000 + (phase >= ms(500) ? 0 : 1000)) + phase;
    /* Whoever writes at a in between gets an error, and nothing is written. */
    ck_assert_int_eq(alarms_written(story, 0)->ok + alarms_written(story, 2)->ok,
                     90 - alarms_seconds(stops, hears));
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED] +
                         alarms_written(story, 2)->fate[LEDGER_SURVIVED],
                     90 - alarms_seconds(stops, hears));
    ck_assert(story_has(story, "a loses its lease\nc takes over from a\n"));
}
END_TEST

START_TEST(a_majority_of_observers_is_not_deceived_by_one)
{
    play(ALARMS_THREE
         "failover \"f\" { voters = { \"a\", \"b\", \"c\" }, data = \"record\", " ALARMS_PROBE
         " }\n" CUT_A_B);
    alarms_write(story, 0, 0, 90);
    story_end(story);
    ck_assert_uint_eq(alarms_count(story), 0);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED], 90);
}
END_TEST

/* ---- two that switch each other off ---------------------------------------------------------- */

#define PAIR                                                                                       \
    "region \"a\" {} region \"b\" {}\n"                                                            \
    "link { \"a\", \"b\", rtt = \"20ms\", name = \"data\" }\n"                                     \
    "link { \"a\", \"b\", rtt = \"20ms\", name = \"management\" }\n" ALARMS_RECORD
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
    ck_assert_uint_eq(alarms_count(story), 2);
    for (uint32_t i = 0; i < 2; i++) {
        SimTime given =
            alarms_stage(story, i, "fence").start; /* 20 probes, the last missed 100 ms after */
        ck_assert_int_gt(given, ms(29000));
        ck_assert_int_le(given, ms(30100));
        /* The orders wait in the jam. Nobody is left to hear that they were carried out. */
        ck_assert_int_eq(alarms_stage(story, i, "fence").end, -1);
        ck_assert_uint_eq(alarms_one(story, i)->heir, WORLD_NONE);
    }
    for (uint32_t r = 0; r < 2; r++) {
        SimTime after = story_world(story)->regions[r].dark_at - ms(40000);
        ck_assert_int_ge(after, ms(10));
        ck_assert_int_lt(after, ms(11)); /* 200 bytes */
    }
    /* a took writes until then; those of the jam reach nobody. */
    ck_assert_int_eq(alarms_written(story, 0)->ok, 41);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED], 0);
}
END_TEST

START_TEST(a_dead_time_above_the_freeze_kills_nobody)
{
    play_pair(TWO_SHOOTERS("31", "") FROZEN);
    ck_assert_uint_eq(alarms_count(story), 0);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED], 90);
}
END_TEST

START_TEST(with_a_line_of_its_own_for_orders_one_of_a_pair_dies_and_stays_off)
{
    play_pair(TWO_SHOOTERS("20", "via = \"management\"") FROZEN);
    /* One alarm each, at most: who has been switched off is not declared dead again. */
    ck_assert_uint_eq(alarms_count(story), 1);
    uint32_t dead = alarms_one(story, 0)->region;
    SimTime  took = alarms_stage(story, 0, "fence").end - alarms_stage(story, 0, "fence").start;
    ck_assert_int_ge(took, ms(20));
    ck_assert_int_lt(took, ms(21));
    ck_assert_uint_eq(alarms_one(story, 0)->heir, 1 - dead);
    ck_assert_uint_eq(story_world(story)->regions[dead].shots, 1);
    ck_assert_uint_eq(story_world(story)->regions[1 - dead].shots, 0);
    ck_assert_int_ge(alarms_written(story, 0)->ok + alarms_written(story, 1)->ok, 88);
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
    ck_assert_uint_eq(alarms_count(story), 2);
    ck_assert_int_gt(alarms_stage(story, 1, "decide").start, ms(62000));
    ck_assert(story_has(story, "a is switched off\na is switched on\na is switched off\n"));
}
END_TEST

/* ---- as people are known to do it ------------------------------------------------------------ */

#define LOST "at \"5s\" { down \"a\" }\n"

START_TEST(a_failover_like_a_published_one_takes_its_times)
{
    play("scenario \"story\" { duration = \"1h\" }\n" ALARMS_THREE
         "failover \"f\" { like = \"netflix-evacuation\" }\n" LOST);
    story_end(story);
    ck_assert_int_eq(alarms_took(story, 0, "decide"), 300 * SIM_S);
    ck_assert_int_ge(alarms_took(story, 0, "start"), 28 * 60 * SIM_S);
    ck_assert_int_le(alarms_took(story, 0, "start"), 30 * 60 * SIM_S);
    ck_assert_int_eq(alarms_took(story, 0, "re-route"), 600 * SIM_S);
}
END_TEST

START_TEST(what_is_said_beside_a_preset_counts_and_the_rest_is_the_presets)
{
    play("scenario \"story\" { duration = \"1h\" }\n" ALARMS_THREE
         "failover \"f\" { like = \"netflix-nimble\", push = \"7s\",\n"
         "  decide = human { \"11s\", sigma = \"0%\" } }\n" LOST);
    story_end(story);
    ck_assert_int_eq(alarms_took(story, 0, "decide"), 11 * SIM_S);
    ck_assert_int_eq(alarms_took(story, 0, "start"), 240 * SIM_S);
    ck_assert_int_eq(alarms_took(story, 0, "re-route"), 7 * SIM_S);
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
    {CATALOG "faults/controller-seat.lua", {"seat=voters", NULL}},
    {CATALOG "faults/controller-seat.lua", {"seat=a", NULL}},
    {CATALOG "faults/controller-seat.lua", {"seat=b", NULL}},
    {CATALOG "faults/false-failover.lua", {"cause=wrong-view", NULL}},
    {CATALOG "faults/false-failover.lua", {"cause=bad-line", NULL}},
    {CATALOG "faults/false-failover.lua", {"cause=operator", NULL}},
    {CATALOG "faults/false-failover.lua", {"cause=operator", "fence=lease", NULL}},
    {CATALOG "faults/false-failover.lua", {"cause=bad-line", "fence=lease", NULL}},
    {CATALOG "faults/health-check-cascade.lua", {"asks=service", NULL}},
    {CATALOG "faults/health-check-cascade.lua", {"asks=machine", NULL}},
    {CATALOG "faults/health-check-cascade.lua", {"calm=1h", NULL}},
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

/* ---- who takes over -------------------------------------------------------------------------- */

/* a is lost; what the others had from it, and who may, decides. */
static const struct {
    const char *what;
    const char *with; /* of the failover */
    const char *text;
    uint32_t    heir;
} heirs[] = {
    {"as many everywhere: the first by name", "", "", 1},
    {"c has received more", "", "at \"5500ms\" { cut { \"a-b\" } }\n", 2},
    {"b has received more", "", "at \"5500ms\" { cut { \"a-c\" } }\n", 1},
    {"c has more, but may not", "candidates = \"b\", ", "at \"5500ms\" { cut { \"a-b\" } }\n", 1},
    {"c has more, but has no power", "",
     "at \"5500ms\" { cut { \"a-b\" } }\n"
     "at \"9s\" { down { \"c\" } }\n",
     1},
    {"c has more, but who decides is in b and does not reach it", "seat = \"b\", ",
     "at \"9900ms\" { cut { \"a-b\" } }\n"
     "at \"10500ms\" { cut { \"b-c\" } }\n",
     1},
    {"b has nothing from a, nor has c", "", "at \"0s\" { cut { \"a\" } }\n", 1},
    {"c returns before somebody takes over: who has most then", "start = \"10s\", ",
     "at \"5500ms\" { cut { \"a-b\" } }\n"
     "at \"9s\" { down { \"c\", lasts = \"6s\" } }\n",
     2},
};

START_TEST(the_region_that_has_received_most_takes_over)
{
    char *text = g_strdup_printf(
        ALARMS_THREE "failover \"one\" { data = \"record\", push = \"0s\", %s" ALARMS_PROBE
                     " }\n%sat \"10500ms\" { lose \"a\" }\n",
        heirs[_i].with, heirs[_i].text);
    play(text);
    g_free(text);
    alarms_write(story, 0, 0, 20);
    story_end(story);
    for (uint32_t i = 0; i < alarms_count(story); i++)
        if (alarms_one(story, i)->region == 0)
            ck_assert_msg(alarms_one(story, i)->heir == heirs[_i].heir, "%s: it is %u",
                          heirs[_i].what, alarms_one(story, i)->heir);
    ck_assert(story_world(story)->regions[0].gone);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("failovers");
    TCase *tcase = tcase_create("stories");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, the_region_that_has_received_most_takes_over, 0,
                        (int)G_N_ELEMENTS(heirs));
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
