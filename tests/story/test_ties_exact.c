/*
 * test_ties_exact.c: pairs that meet on one nanosecond, each scheduled first once.
 *
 * Across phases (fault, deliver, timer, work, probe) what happens must not depend on who was
 * scheduled first; a nanosecond beside the tie it may go the other way. Where a fault is one of
 * the two, the scenario has it long after the story, which puts it where it is needed: before
 * anything else is scheduled, or one nanosecond before the tie.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "models/fault/fault.h"
#include "tests/story/alarms.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define ITEM(words) "data \"item\" { channels = { replicate { reconnect = \"0s\", " words " } } }\n"
#define OWNED                                                                                      \
    "data \"item\" { owner = \"single\", owner_region = \"a\",\n"                                  \
    "              channels = { replicate { reconnect = \"0s\" } } }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
#define LATER(fault) "at \"90s\" { " fault " }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

static void has(const char *lines)
{
    ck_assert_msg(story_has(story, lines), "the story went\n%s\nwithout\n%s", story_trace(story),
                  lines);
}

static void has_not(const char *part)
{
    ck_assert_msg(strstr(story_trace(story), part) == NULL, "the story went\n%s\nwith\n%s",
                  story_trace(story), part);
}

/* The fault is planned now, or when all else of that instant has been. */
static void begins(uint32_t index, SimTime at, SimTime lasts, bool last)
{
    World *world = story_world(story);
    if (last)
        story_play(story, at - 1);
    fault_plan_next(world, index, at);
    world->faults[index].until = at + lasts;
}

/* A fault ends at `at`: that was planned when it began, before the story goes on at `meanwhile`, or
 * is when all else of that instant has been. */
static void lasts_until(uint32_t index, SimTime from, SimTime meanwhile, SimTime at, bool last)
{
    World *world = story_world(story);
    begins(index, from, last ? 80 * SIM_S : at - from, false);
    story_play(story, meanwhile);
    if (!last)
        return;
    story_play(story, at - 1);
    world->faults[index].until = at;
    sim_engine_at(world->engine, at, SIM_PHASE_FAULT, WORLD_FAULT_ENDS, index, 0);
}

/* ---- a fault and what is under way ----------------------------------------------------------- */

static const struct {
    const char *world;
    SimTime     at; /* in ns; lasts 50 ms */
    const char *then, *never;
} faults[] = {
    /* work that ends when its region goes down is not done; what was received comes again */
    {TWO ITEM("apply = \"5ms\"") WRITE LATER("down { \"b\", lasts = \"50ms\" }"), 55 * SIM_MS,
     "55ms fault   down b begins\n105ms fault   down b ends\n", "55ms work    data item"},
    {TWO ITEM("apply = \"5ms\"") WRITE LATER("down { \"b\", lasts = \"50ms\" }"), 55 * SIM_MS + 1,
     "55ms work    data item/channels[1] replicate a>b applies #0\n"
     "55000001ns fault   down b begins\n",
     "resumes with 1 changes"},
    /* what was written a flush ago is on the disk, though nobody has it yet */
    {TWO ITEM("flush = \"1s\"") WRITE LATER("down { \"a\", lasts = \"50ms\" }"), 1010 * SIM_MS,
     "1010ms fault   down a begins\n1060ms fault   down a ends\n"
     "1060ms work    data item/channels[1] replicate a>b sends #0\n",
     "forgets"},
    {TWO ITEM("flush = \"1s\"") WRITE LATER("down { \"a\", lasts = \"50ms\" }"), 1010 * SIM_MS - 1,
     "1009999999ns fault   item.a forgets 1 changes that were not flushed\n", "sends #0"},
};

START_TEST(a_fault_comes_before_what_ends_with_it)
{
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        story = story_new(faults[i].world, "write");
        story_ask(story, "write", ms(10), 7);
        begins(0, faults[i].at, ms(50), _i == 1);
        story_play(story, ms(2000));
        has(faults[i].then);
        has_not(faults[i].never);
        teardown();
    }
}
END_TEST

START_TEST(two_faults_that_begin_on_one_link_hold_it_until_both_are_over)
{
    story = story_new(TWO ITEM("") WRITE LATER("cut { \"a-b\", lasts = \"50ms\" }")
                          LATER("isolate { \"b\", lasts = \"80ms\" }"),
                      "write");
    story_ask(story, "write", ms(10), 7);
    uint32_t first = (uint32_t)_i;
    begins(first, ms(50), first == 0 ? ms(50) : ms(80), false);
    begins(1 - first, ms(50), first == 0 ? ms(80) : ms(50), false);
    story_play(story, ms(500));
    has("50ms deliver data item/channels[1] replicate a>b loses a change: the path broke\n"
        "100ms fault   cut a-b ends\n"
        "130ms fault   isolate b ends\n"
        "130ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
        "170ms work    data item/channels[1] replicate a>b applies #0\n");
    has_not("100ms timer");
    ck_assert_int_eq(story_world(story)->links[0].cuts, 0);
}
END_TEST

START_TEST(a_retry_when_the_line_heals_gets_through)
{
    story = story_new("users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 },\n"
                      "            network = \"0ms\", resolver = dns { ttl = \"0s\" } }\n" TWO ITEM(
                          "") "service \"write\" { writes = \"item\", work = \"0ms\", timeout = "
                              "\"100ms\",\n  retry = retry { attempts = 2, budget = \"1000%\", "
                              "backoff = \"0ms\" } }\n"
                              "at \"90s\" { cut { \"a-b\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    lasts_until(0, ms(5), ms(6), ms(110), _i == 1);
    story_play(story, ms(500));
    has("110ms fault   cut a-b ends\n"
        "110ms work    write: user 7 forwards item to b\n"
        "150ms work    item.b commits key 7\n"
        "write: user 7 is served\n");
}
END_TEST

/* ---- copies ---------------------------------------------------------------------------------- */

/* The timer of user 7 is set before the acknowledgement is sent; that of user 8, who waits behind
 * 7, after it. */
START_TEST(an_acknowledgement_that_comes_with_the_fallback_counts)
{
    story = story_new(TWO ITEM("mode = \"semi-sync\", fallback = \"80ms\"") WRITE, "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(20), 8);
    story_play(story, ms(500));
    has("90ms deliver item a>b: copies up to #1\n90ms work    write: user 7 is served\n"
        "100ms deliver item a>b: copies up to #2\n100ms work    write: user 8 is served\n");
    has_not("stops waiting");
}
END_TEST

START_TEST(one_that_comes_just_after_it_does_not)
{
    story = story_new(TWO ITEM("mode = \"semi-sync\", fallback = \"79999999ns\"") WRITE, "write");
    story_ask(story, "write", ms(10), 7);
    story_play(story, ms(500));
    has("89999999ns timer   item.a stops waiting for copies\n");
}
END_TEST

/* With a cut the change leaves when the line is back, and the switch is under way by then. */
START_TEST(a_change_that_arrives_when_its_target_takes_over_is_there_before)
{
    static const char *const worlds[] = {
        TWO OWNED WRITE "at \"100ms\" { switch { from = \"a\", to = \"b\", push = \"30ms\",\n"
                        "  data = \"item\", unreplicated = \"cut\" } }\n",
        TWO OWNED WRITE "at \"85ms\" { cut { \"a-b\", lasts = \"35ms\" } }\n"
                        "at \"100ms\" { switch { from = \"a\", to = \"b\", push = \"60ms\",\n"
                        "  data = \"item\", unreplicated = \"cut\" } }\n",
    };
    static const char *const then[] = {
        "130ms work    data item/channels[1] replicate a>b applies #0\n"
        "130ms timer   b takes over from a\n",
        "120ms work    data item/channels[1] replicate a>b sends #0\n"
        "160ms work    data item/channels[1] replicate a>b applies #0\n"
        "160ms timer   b takes over from a\n",
    };
    story = story_new(worlds[_i], "write");
    story_ask(story, "write", ms(90), 7);
    story_end(story);
    has(then[_i]);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

/* ---- controllers ----------------------------------------------------------------------------- */

#define WATCHED(failures, words)                                                                   \
    TWO OWNED WRITE                                                                                \
        "failover \"f\" { seat = \"b\", " words "\n  detect = probe { every = \"1s\", "            \
        "failures = " failures ", timeout = \"100ms\" } }\n" LATER("isolate { \"a\" }")

/* When a is probed next; every second from then on. */
static SimTime next_probe(void)
{
    story_play(story, ms(5000));
    return story_world(story)->failovers[0].runs[0].last_contact + SIM_S;
}

START_TEST(a_probe_whose_line_heals_with_its_time_out_is_answered)
{
    for (SimTime beside = 0; beside < 2; beside++) {
        story = story_new(WATCHED("1", ""), "write");
        SimTime sent = next_probe();
        lasts_until(0, sent - ms(10), sent - ms(5), sent + ms(100) + beside, _i == 1);
        story_play(story, sent + ms(500));
        ck_assert_uint_eq(alarms_count(story), (uint32_t)beside);
        teardown();
    }
}
END_TEST

/* A lease is for less than its time: who renews it when it ends is late. The end is set at the
 * first probe that is missed, the probe that renews after it. */
START_TEST(a_lease_that_is_renewed_when_it_ends_has_ended)
{
    static const char *const worlds[] = {WATCHED("5", "fence = lease \"3s\","),
                                         WATCHED("5", "fence = lease \"3000000001ns\",")};
    story = story_new(worlds[_i], "write");
    SimTime missed = next_probe();
    begins(0, missed - ms(10), ms(1500), false);
    SimTime renews = missed + 2 * SIM_S;
    story_play(story, renews - 1);
    const World *world = story_world(story);
    ck_assert_uint_eq(world->failovers[0].leaseless, 0);
    story_play(story, renews + ms(10));
    if (_i == 0)
        has("timer   a loses its lease\n");
    else
        has_not("loses its lease");
    ck_assert_uint_eq(world->failovers[0].leaseless, 0); /* it has another one */
    ck_assert_uint_eq(world->failovers[0].roles->fenced, 0);
}
END_TEST

/* Both orders wait in a line that is frozen. The names of the controllers decide when they probe,
 * and so whose order is scheduled first. */
#define SHOOTER(seat, watched)                                                                     \
    "failover \"%d " seat "\" { seat = \"" seat "\", watch = \"" watched "\", push = \"0s\",\n"    \
    "  fence = stonith {},\n"                                                                      \
    "  detect = probe { every = \"1s\", failures = 3, timeout = \"100ms\" } }\n"

START_TEST(two_who_switch_each_other_off_at_one_instant_are_both_off)
{
    bool was_first[2] = {false, false};
    for (int name = 0; name < 8; name++) {
        char *text = g_strdup_printf(
            TWO ALARMS_RECORD SHOOTER("a", "b")
                SHOOTER("b", "a") "at \"10s\" { jam { \"a-b\", lasts = \"30s\" } }\n",
            name, name);
        story = story_new(text, "write");
        g_free(text);
        story_play(story, ms(60000));
        const Region *regions = story_world(story)->regions;
        ck_assert_uint_eq(alarms_count(story), 2);
        ck_assert_int_eq(regions[0].dark_at, regions[1].dark_at);
        ck_assert_int_ge(regions[0].dark_at, ms(40040));
        ck_assert_uint_eq(regions[0].shots, 1);
        ck_assert_uint_eq(regions[1].shots, 1);
        was_first[alarms_one(story, 0)->region] = true;
        teardown();
    }
    ck_assert(was_first[0] && was_first[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exact ties");
    TCase *tcase = tcase_create("both orders");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, a_fault_comes_before_what_ends_with_it, 0, 2);
    tcase_add_loop_test(tcase, two_faults_that_begin_on_one_link_hold_it_until_both_are_over, 0, 2);
    tcase_add_loop_test(tcase, a_retry_when_the_line_heals_gets_through, 0, 2);
    tcase_add_test(tcase, an_acknowledgement_that_comes_with_the_fallback_counts);
    tcase_add_test(tcase, one_that_comes_just_after_it_does_not);
    tcase_add_loop_test(tcase, a_change_that_arrives_when_its_target_takes_over_is_there_before, 0,
                        2);
    tcase_add_loop_test(tcase, a_probe_whose_line_heals_with_its_time_out_is_answered, 0, 2);
    tcase_add_loop_test(tcase, a_lease_that_is_renewed_when_it_ends_has_ended, 0, 2);
    tcase_add_test(tcase, two_who_switch_each_other_off_at_one_instant_are_both_off);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
