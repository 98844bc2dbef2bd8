/*
 * test_faults.c: what each kind of fault does, when it comes, and how two of them overlap.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define THREE                                                                                      \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "region \"c\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\" }\n"                                                      \
    "link { \"a\", \"c\", rtt = \"80ms\" }\n"                                                      \
    "link { \"b\", \"c\", rtt = \"80ms\" }\n"
#define ITEM "data \"item\" { channels = { replicate { reconnect = \"0s\", apply = \"0ms\" } } }\n"
#define ALONE                                                                                      \
    "data \"item\" { channels = { replicate { reconnect = \"0s\", apply = \"0ms\",\n"              \
    "    in_order = false } } }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"0ms\" }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

static const Link *link_of(uint32_t from, uint32_t to)
{
    const World *world = story_world(story);
    return &world->links[world->paths[from * world->region_count + to]];
}

static bool up(uint32_t from, uint32_t to)
{
    return link_up(link_of(from, to));
}

static const Fault *fault(uint32_t index)
{
    return &story_world(story)->faults[index];
}

/* ---- links ----------------------------------------------------------------------------------- */

START_TEST(a_split_cuts_all_links_between_groups_and_no_other)
{
    story = story_new(THREE ITEM WRITE
                      "at \"1s\" { split { { \"a\", \"b\" }, { \"c\" }, lasts = \"1s\" } }\n",
                      "write");
    story_play(story, ms(1500));
    ck_assert(up(0, 1) && up(1, 0));
    ck_assert(!up(0, 2) && !up(2, 0) && !up(1, 2) && !up(2, 1));
    story_play(story, ms(2500));
    ck_assert(up(0, 2) && up(2, 0) && up(1, 2) && up(2, 1));
    ck_assert_str_eq(fault(0)->target, "a+b | c");
}
END_TEST

START_TEST(a_region_in_no_group_is_a_bridge_and_from_cuts_one_way)
{
    story =
        story_new(THREE ITEM WRITE
                  "at \"1s\" { split { { \"a\" }, { \"b\" }, from = \"a\", lasts = \"1s\" } }\n",
                  "write");
    story_play(story, ms(1500));
    ck_assert(!up(0, 1) && up(1, 0) && up(0, 2) && up(1, 2));
}
END_TEST

START_TEST(an_isolated_region_loses_all_its_links_or_one_way_of_them)
{
    story = story_new(THREE ITEM WRITE
                      "at \"1s\" { isolate { \"a\", lasts = \"1s\" } }\n"
                      "at \"3s\" { isolate { \"a\", way = \"in\", lasts = \"1s\" } }\n"
                      "at \"5s\" { isolate { \"a\", way = \"out\", lasts = \"1s\" } }\n",
                      "write");
    story_play(story, ms(1500));
    ck_assert(!up(0, 1) && !up(1, 0) && !up(0, 2) && !up(2, 0) && up(1, 2));
    story_play(story, ms(3500));
    ck_assert(up(0, 1) && !up(1, 0) && up(0, 2) && !up(2, 0));
    story_play(story, ms(5500));
    ck_assert(!up(0, 1) && up(1, 0) && !up(0, 2) && up(2, 0));
}
END_TEST

START_TEST(a_jam_keeps_what_is_sent_and_hands_it_over_when_it_ends)
{
    story =
        story_new(TWO ITEM WRITE "at \"5ms\" { jam { \"a-b\", lasts = \"500ms\" } }\n", "write");
    story_ask(story, "write", ms(0), 6);
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(20), 8);
    story_expect(story, "0s work    write: user 6 attempt 1 enters a\n"
                        "0s work    item.a commits key 6\n"
                        "0s work    data item/channels[1] replicate a>b sends #0\n"
                        "0s work    write: user 6 is served\n"
                        "5ms fault   jam a-b begins\n"
                        "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #1\n"
                        "10ms work    write: user 7 is served\n"
                        "20ms work    write: user 8 attempt 1 enters a\n"
                        "20ms work    item.a commits key 8\n"
                        "20ms work    data item/channels[1] replicate a>b sends #2\n"
                        "20ms work    write: user 8 is served\n"
                        "40ms work    data item/channels[1] replicate a>b applies #0\n"
                        "505ms fault   jam a-b ends\n"
                        "545ms work    data item/channels[1] replicate a>b applies #1\n"
                        "545ms work    data item/channels[1] replicate a>b applies #2\n");
    ck_assert_int_eq(fault(0)->delayed, 2);
}
END_TEST

/* The longer jam may begin first or last: what waits, waits for it. */
START_TEST(two_jams_last_as_long_as_both)
{
    static const char *const times[][2] = {{"5ms", "30ms"}, {"30ms", "5ms"}};
    char *text = g_strdup_printf(TWO ITEM WRITE "at \"%s\" { jam { \"a-b\", lasts = \"100ms\" } }\n"
                                                "at \"%s\" { jam { \"a\", lasts = \"200ms\" } }\n",
                                 times[_i][0], times[_i][1]);
    story = story_new(text, "write");
    g_free(text);
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    ck_assert(story_has(story, _i == 0 ? "270ms work    data item/channels[1] replicate a>b applies"
                                       : "245ms work    data item/channels[1] replicate a>b "
                                         "applies"));
}
END_TEST

START_TEST(what_is_jammed_is_lost_when_the_line_is_cut)
{
    story = story_new(TWO ITEM WRITE "at \"5ms\" { jam { \"a-b\", lasts = \"500ms\" } }\n"
                                     "at \"50ms\" { cut { \"a-b\", lasts = \"1s\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    ck_assert_int_eq(fault(1)->dropped, 1);
    ck_assert(story_has(story, "1090ms work    data item/channels[1] replicate a>b applies #0"));
}
END_TEST

START_TEST(a_message_that_is_held_up_is_overtaken_unless_the_stream_keeps_order)
{
    static const char *const data[] = {ALONE, ITEM};
    char                    *text =
        g_strdup_printf(TWO "%s" WRITE "at \"5ms\" { reorder { \"a-b\", share = \"100%%\",\n"
                            "             by = \"1s\", lasts = \"10ms\" } }\n",
                        data[_i]);
    story = story_new(text, "write");
    g_free(text);
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(20), 8);
    story_end(story);
    const char *overtaken = "60ms work    data item/channels[1] replicate a>b applies #1\n";
    const char *in_order = "replicate a>b applies #0\n";
    ck_assert(story_has(story, overtaken) == (_i == 0));
    const char *first = strstr(story_trace(story), in_order);
    const char *second = strstr(story_trace(story), "replicate a>b applies #1\n");
    ck_assert(first != NULL && second != NULL && (first < second) == (_i == 1));
    ck_assert_int_eq(fault(0)->delayed, 1);
}
END_TEST

/* What may not be applied twice is; a stream in order knows what it has had. */
START_TEST(a_copy_has_its_effect_again_where_changes_travel_alone)
{
    static const char *const order[] = {"false", "true"};
    char                    *text = g_strdup_printf(
                           TWO "data \"item\" { idempotent = false, channels = { replicate { in_order = %s,\n"
                                                  "    apply = \"0ms\" } } }\n" WRITE
                               "at \"5ms\" { duplicate { \"a-b\", share = \"100%%\", lasts = \"10ms\",\n"
                                                  "             may_miss = true } }\n",
                           order[_i]);
    story = story_new(text, "write");
    g_free(text);
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(20), 8);
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").duplicate_effects, _i == 0 ? 1 : 0);
    ck_assert_int_eq(fault(0)->delayed, _i == 0 ? 1 : 0);
}
END_TEST

/* ---- regions and stores ---------------------------------------------------------------------- */

START_TEST(work_takes_longer_in_a_brown_out_and_changes_are_applied_later)
{
    story =
        story_new(TWO "data \"item\" { channels = { replicate { apply = \"3us\" } } }\n"
                      "service \"write\" { writes = \"item\", work = \"7ms\" }\n"
                      "at \"5ms\" { brown_out { \"a\", capacity = \"40%\", lasts = \"50ms\" } }\n"
                      "at \"10ms\" { brown_out { \"b\", capacity = \"30%\", lasts = \"90ms\" } }\n",
                  "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(100), 8);
    story_end(story);
    ck_assert(story_has(story,
                        "27500us work    write: user 7 is served\n"
                        "67509999ns work    data item/channels[1] replicate a>b applies #0\n"
                        "107ms work    write: user 8 is served\n"
                        "147003us work    data item/channels[1] replicate a>b applies #1\n"));
    ck_assert_int_eq(fault(0)->delayed, 1);
    ck_assert_int_eq(fault(1)->delayed, 1);
}
END_TEST

START_TEST(a_store_that_is_read_only_applies_and_one_with_a_full_disk_does_not)
{
    static const char *const kinds[] = {"read_only", "disk_full"};
    char                    *text =
        g_strdup_printf(TWO "data \"item\" { owner = \"any\", channels = { replicate {\n"
                            "    reconnect = \"0s\", apply = \"0ms\", multi_master = true } } }\n"
                            "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
                            "service \"read\" { reads = \"item\", work = \"0ms\" }\n"
                            "at \"5ms\" { %s { \"item\", region = \"b\", lasts = \"1s\" } }\n",
                        kinds[_i]);
    story = story_new(text, "write read");
    g_free(text);
    story_ask(story, "write", ms(10), 7);
    story_ask_away(story, "write", ms(20), 8);
    story_ask_away(story, "read", ms(30), 9);
    story_ask_away(story, "write", ms(1010), 10);
    story_end(story);
    ck_assert(story_has(story, "20ms work    item.b takes no writes\n"
                               "20ms work    write: user 8 attempt 1 fails: unreachable\n"
                               "30ms work    read: user 9 is served"));
    ck_assert(story_has(story, _i == 0
                                   ? "50ms work    data item/channels[1] replicate a>b applies #0\n"
                                   : "1045ms work    data item/channels[1] replicate a>b applies "
                                     "#0\n"));
    ck_assert(story_has(story, "1010ms work    item.b commits key 10\n"));
    ck_assert_int_eq(fault(0)->refused, 1);
    ck_assert_int_eq(fault(0)->held, _i);
}
END_TEST

/* ---- clocks ---------------------------------------------------------------------------------- */

#define CLOCKS                                                                                     \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" { clock_offset = \"5ms\", clock_drift = \"10ms\", clock_sync = \"30s\" }\n"      \
    "link { \"a\", \"b\", rtt = \"80ms\" }\n"                                                      \
    "data \"item\" { owner = \"any\", channels = { replicate { multi_master = true } } }\n" WRITE

static SimTime clock_at(const char *faults, SimTime at)
{
    char *text = g_strconcat(CLOCKS, faults, NULL);
    story = story_new(text, "write");
    g_free(text);
    story_play(story, at);
    SimTime clock = region_clock(story_world(story), 1);
    teardown();
    return clock - ms(5) - at - at % (30 * SIM_S) / 100;
}

START_TEST(clocks_jump_run_away_and_stand_still_and_are_right_again)
{
    const char *step = "at \"1s\" { clock_step { \"b\", by = \"-3s\", lasts = \"4s\" } }\n";
    ck_assert_int_eq(clock_at(step, ms(500)), 0);
    ck_assert_int_eq(clock_at(step, ms(2000)), -ms(3000));
    ck_assert_int_eq(clock_at(step, ms(6000)), 0);
    const char *drift = "at \"1s\" { clock_drift { \"b\", rate = \"20ms\", lasts = \"40s\" } }\n";
    ck_assert_int_eq(clock_at(drift, ms(3000)), ms(40));
    ck_assert_int_eq(clock_at(drift, ms(36000)), ms(700));
    ck_assert_int_eq(clock_at(drift, ms(42000)), 0);
    const char *stuck = "at \"1s\" { clock_stuck { \"b\", lasts = \"4s\" } }\n";
    ck_assert_int_eq(clock_at(stuck, ms(3000)), -ms(2000) - ms(20));
    ck_assert_int_eq(clock_at(stuck, ms(6000)), 0);
}
END_TEST

static const char *const clock_faults[] = {
    "clock_step { \"b\", by = \"-300ms\"", "clock_step { \"b\", by = \"2s\"",
    "clock_drift { \"b\", rate = \"-30ms\"", "clock_drift { \"b\", rate = \"50ms\"",
    "clock_stuck { \"b\""};
#define CLOCK_FAULTS ((int)G_N_ELEMENTS(clock_faults))

/* The ledger forgets by region_slowest_clock: at no later time may a clock show less than it said
 * before. */
START_TEST(no_clock_ever_falls_behind_what_was_said_to_be_the_slowest)
{
    char *text = g_strdup_printf(CLOCKS "at \"10s\" { %s, lasts = \"20s\", may_miss = true } }\n"
                                        "at \"20s\" { %s, lasts = \"25s\", may_miss = true } }\n"
                                        "at \"2s\" { %s, lasts = \"3s\", every = \"7s\",\n"
                                        "           stops = \"60s\", may_miss = true } }\n",
                                 clock_faults[_i % CLOCK_FAULTS], clock_faults[_i / CLOCK_FAULTS],
                                 clock_faults[(_i + 1) % CLOCK_FAULTS]);
    story = story_new(text, "write");
    g_free(text);
    World  *world = story_world(story);
    SimTime promised = INT64_MIN;
    for (SimTime at = ms(250); at < ms(90000); at += ms(250)) {
        story_play(story, at);
        ck_assert_int_ge(region_clock(world, 1), promised);
        ck_assert_int_ge(region_clock(world, 0), promised);
        SimTime slowest = region_slowest_clock(world);
        ck_assert_int_le(slowest, region_clock(world, 1));
        promised = slowest > promised ? slowest : promised;
    }
    SimTime now = world_now(world);
    ck_assert_int_eq(region_clock(world, 1), now + ms(5) + now % (30 * SIM_S) / 100);
}
END_TEST

/* The later change has the earlier stamp: last-write-wins throws it away. */
START_TEST(a_clock_that_was_set_back_loses_its_users_changes)
{
    story = story_new(CLOCKS "at \"1s\" { clock_step { \"b\", by = \"-10s\", lasts = \"5s\" } }\n",
                      "write");
    story_ask(story, "write", ms(1500), 7);
    story_ask_away(story, "write", ms(3000), 7);
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L4], 1);
    ck_assert(fault(0)->took_effect);
}
END_TEST

/* ---- when ------------------------------------------------------------------------------------ */

START_TEST(a_periodic_fault_comes_again_until_it_may_not)
{
    story = story_new(TWO ITEM WRITE "at \"1s\" { cut { \"a-b\", lasts = \"200ms\",\n"
                                     "    every = \"1s\", stops = \"4s\" } }\n",
                      "write");
    story_end(story);
    ck_assert(story_has(story, "1s fault   cut a-b begins\n"));
    ck_assert(story_has(story, "1200ms fault   cut a-b ends\n"));
    ck_assert(story_has(story, "3s fault   cut a-b begins\n"));
    ck_assert(!story_has(story, "4s fault   cut a-b begins\n"));
    ck_assert_int_eq(fault(0)->count, 3);
    ck_assert_int_eq(fault(0)->spent, ms(600));
}
END_TEST

START_TEST(a_random_fault_comes_after_its_time_to_failure_and_goes_after_its_repair)
{
    story = story_new(TWO ITEM WRITE "at \"1s\" { down { \"b\", mttf = \"3s\", mttr = \"2s\",\n"
                                     "    stops = \"10s\" } }\n",
                      "write");
    story_end(story);
    ck_assert(story_has(story, "4s fault   down b begins\n"));
    ck_assert(story_has(story, "6s fault   down b ends\n"));
    ck_assert(story_has(story, "9s fault   down b begins\n"));
    ck_assert_int_eq(fault(0)->count, 2);
}
END_TEST

/* `stops` is about the first time as well, and about a flapping line; what has begun by then goes
 * on, and the fault is in force until it ends. */
static const struct {
    const char *fault;
    int64_t     count, end_ms;
} stopped[] = {
    {"cut { \"a-b\", lasts = \"800ms\", every = \"1s\", stops = \"3500ms\" }", 3, 3800},
    {"cut { \"a-b\", mttf = \"3s\", mttr = \"2s\", stops = \"4s\", may_miss = true }", 0, 4000},
    {"cut { \"a-b\", mttf = \"3s\", mttr = \"2s\", stops = \"5s\" }", 1, 6000},
    {"flap { \"a-b\", every = \"1s\", down = \"300ms\", stops = \"3s\", lasts = \"5s\" }", 1, 6000},
};

START_TEST(nothing_begins_after_it_stops_and_what_has_begun_ends_in_its_time)
{
    char *text = g_strdup_printf(TWO ITEM WRITE "at \"1s\" { %s }\n", stopped[_i].fault);
    story = story_new(text, "write");
    g_free(text);
    story_play(story, ms(3200));
    bool flaps = strcmp(fault(0)->kind, "flap") == 0;
    ck_assert(!flaps || up(0, 1)); /* it would be down from 3 s on */
    story_end(story);
    ck_assert_int_eq(fault(0)->count, stopped[_i].count);
    ck_assert_int_eq(fault(0)->end, ms(stopped[_i].end_ms));
    ck_assert_uint_eq(link_of(0, 1)->blame, WORLD_NONE);
    ck_assert_uint_eq(link_of(1, 0)->blame, WORLD_NONE);
}
END_TEST

/* ---- overlap --------------------------------------------------------------------------------- */

/* Pairs of faults on one target, in either order: after both have ended nothing is left of them,
 * and while one is over and the other is not, that one's effect is still there. */
typedef struct Pair {
    const char *one, *two;
} Pair;

static const Pair pairs[] = {
    {"cut { \"a-b\"", "split { { \"a\" }, { \"b\" }"},
    {"cut { \"a-b\"", "isolate { \"a\""},
    {"isolate { \"a\", how = \"reset\"", "split { { \"a\" }, { \"b\" }, how = \"reset\""},
    {"isolate { \"a\"", "isolate { \"b\", how = \"reset\""},
    {"down { \"b\"", "isolate { \"b\""},
    {"down { \"b\"", "cut { \"a-b\""},
};

START_TEST(what_two_faults_stop_needs_two_heals)
{
    const Pair *pair = &pairs[_i / 2];
    const char *first = _i % 2 == 0 ? pair->one : pair->two;
    const char *second = _i % 2 == 0 ? pair->two : pair->one;
    char       *text =
        g_strdup_printf(TWO ITEM WRITE "at \"1s\" { %s, lasts = \"2s\", may_miss = true } }\n"
                                       "at \"2s\" { %s, lasts = \"2s\", may_miss = true } }\n",
                        first, second);
    story = story_new(text, "write");
    g_free(text);
    ck_assert(up(0, 1) && up(1, 0));
    story_play(story, ms(1500));
    ck_assert(!up(0, 1));
    story_play(story, ms(2500));
    ck_assert(!up(0, 1));
    story_play(story, ms(3500));
    ck_assert(!up(0, 1));
    story_play(story, ms(4500));
    ck_assert(up(0, 1) && up(1, 0));
    ck_assert_uint_eq(link_of(0, 1)->blame, WORLD_NONE);
}
END_TEST

/* 40 ms of line, 10 ms of added latency, and 7 and 5 ms of jitter: two faults add up. */
START_TEST(jitter_of_two_faults_adds_up_and_goes_with_each)
{
    story = story_new(
        TWO ITEM WRITE
        "at \"1s\" { degrade { \"a-b\", latency = \"10ms\", jitter = \"7ms\", lasts = \"2s\" } }\n"
        "at \"2s\" { degrade { \"a-b\", jitter = \"5ms\", lasts = \"2s\" } }\n",
        "write");
    for (uint64_t user = 1; user <= 4; user++)
        story_ask(story, "write", ms(1500) + (SimTime)(user - 1) * SIM_S, user);
    story_end(story);
    ck_assert(story_has(story, "1557ms work    data item/channels[1] replicate a>b applies #0\n"
                               "2562ms work    data item/channels[1] replicate a>b applies #1\n"
                               "3545ms work    data item/channels[1] replicate a>b applies #2\n"
                               "4540ms work    data item/channels[1] replicate a>b applies #3\n"));
}
END_TEST

static const char *const qualities[] = {
    "degrade { \"a-b\", latency = \"7ms\"",
    "degrade { \"a-b\", loss = \"20%\", bandwidth = \"1Mbps\"",
    "jam { \"a-b\"",
    "reorder { \"a-b\"",
    "duplicate { \"a-b\"",
};
#define QUALITIES ((int)G_N_ELEMENTS(qualities))

typedef struct State {
    SimTime   extra, jam;
    SimChance loss;
    int64_t   bandwidth;
} State;

static State state_at(const char *first, const char *second, SimTime at)
{
    char *text =
        g_strdup_printf(TWO ITEM WRITE "at \"1s\" { %s, lasts = \"20s\", may_miss = true } }\n"
                                       "at \"2s\" { %s, lasts = \"19s\", may_miss = true } }\n",
                        first, second);
    story = story_new(text, "write");
    g_free(text);
    story_play(story, at);
    const Link *link = link_of(0, 1);
    State       state = {link->extra, link->jam_until, link->loss, link->bandwidth};
    teardown();
    return state;
}

START_TEST(what_two_faults_do_to_a_line_does_not_depend_on_their_order)
{
    const char *one = qualities[_i % QUALITIES];
    const char *two = qualities[_i / QUALITIES];
    State       before = state_at(one, two, 0);
    State       left = state_at(one, two, ms(3000));
    State       right = state_at(two, one, ms(3000));
    State       after = state_at(one, two, ms(30000));
    ck_assert_mem_eq(&left, &right, sizeof left);
    ck_assert_mem_eq(&before, &after, sizeof before);
    if (_i % QUALITIES == 0 && _i / QUALITIES == 0)
        ck_assert_int_eq(left.extra, ms(14));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("faults");
    TCase *tcase = tcase_create("links");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_split_cuts_all_links_between_groups_and_no_other);
    tcase_add_test(tcase, a_region_in_no_group_is_a_bridge_and_from_cuts_one_way);
    tcase_add_test(tcase, an_isolated_region_loses_all_its_links_or_one_way_of_them);
    tcase_add_test(tcase, a_jam_keeps_what_is_sent_and_hands_it_over_when_it_ends);
    tcase_add_loop_test(tcase, two_jams_last_as_long_as_both, 0, 2);
    tcase_add_test(tcase, what_is_jammed_is_lost_when_the_line_is_cut);
    tcase_add_loop_test(tcase, a_message_that_is_held_up_is_overtaken_unless_the_stream_keeps_order,
                        0, 2);
    tcase_add_loop_test(tcase, a_copy_has_its_effect_again_where_changes_travel_alone, 0, 2);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("regions and stores");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, work_takes_longer_in_a_brown_out_and_changes_are_applied_later);
    tcase_add_loop_test(tcase, a_store_that_is_read_only_applies_and_one_with_a_full_disk_does_not,
                        0, 2);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("clocks");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, clocks_jump_run_away_and_stand_still_and_are_right_again);
    tcase_add_loop_test(tcase, no_clock_ever_falls_behind_what_was_said_to_be_the_slowest, 0,
                        CLOCK_FAULTS * CLOCK_FAULTS);
    tcase_add_test(tcase, a_clock_that_was_set_back_loses_its_users_changes);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("when");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_periodic_fault_comes_again_until_it_may_not);
    tcase_add_test(tcase, a_random_fault_comes_after_its_time_to_failure_and_goes_after_its_repair);
    tcase_add_loop_test(tcase, nothing_begins_after_it_stops_and_what_has_begun_ends_in_its_time, 0,
                        (int)G_N_ELEMENTS(stopped));
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("overlap");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, what_two_faults_stop_needs_two_heals, 0,
                        2 * (int)G_N_ELEMENTS(pairs));
    tcase_add_test(tcase, jitter_of_two_faults_adds_up_and_goes_with_each);
    tcase_add_loop_test(tcase, what_two_faults_do_to_a_line_does_not_depend_on_their_order, 0,
                        QUALITIES * QUALITIES);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
