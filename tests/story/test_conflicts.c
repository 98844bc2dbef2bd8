/*
 * test_conflicts.c: changes that meet, by each rule. A change takes 40 ms from one region to the
 * other; users are at home in a.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define BOTH_WAYS "channels = { replicate { reconnect = \"0s\", multi_master = true } }"
#define EDIT "service \"edit\" { writes = \"page\", work = \"0ms\" }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

static int64_t fate_at(uint32_t region, LedgerFate fate)
{
    return ledger_count(story_world(story)->ledger, 0, region)->fate[fate];
}

/* ---- clocks ------------------------------------------------------------------------------ */

static void edit_after_what_a_fast_clock_wrote(const char *page)
{
    char *text =
        g_strdup_printf("region \"a\" {}\n"
                        "region \"b\" { clock_offset = \"1s\" }\n"
                        "link { \"a\", \"b\", rtt = \"80ms\" }\n"
                        "data \"page\" { keys = 1, owner = \"any\", %s, " BOTH_WAYS " }\n" EDIT,
                        page);
    story = story_new(text, "edit");
    g_free(text);
    story_ask_away(story, "edit", ms(10), 7);
    story_ask(story, "edit", ms(100), 8); /* b's change came at 50 ms, stamped 1.01 s */
    story_end(story);
}

START_TEST(a_physical_clock_behind_loses_what_it_wrote_after_it_saw_the_other)
{
    edit_after_what_a_fast_clock_wrote("conflict = \"lww\"");
    ck_assert_int_eq(fate_at(0, LEDGER_L4), 1);
    ck_assert_int_eq(fate_at(1, LEDGER_SURVIVED), 1);
}
END_TEST

START_TEST(a_hybrid_clock_is_later_than_all_it_has_seen)
{
    edit_after_what_a_fast_clock_wrote("conflict = \"hlc\"");
    ck_assert_int_eq(fate_at(0, LEDGER_SURVIVED), 1);
    ck_assert_int_eq(fate_at(1, LEDGER_SURVIVED), 1);
}
END_TEST

START_TEST(a_hybrid_clock_does_not_follow_a_stamp_beyond_its_bound)
{
    edit_after_what_a_fast_clock_wrote("conflict = \"hlc\", max_offset = \"500ms\"");
    ck_assert_int_eq(fate_at(0, LEDGER_L4), 1);
}
END_TEST

/* ---- who stays --------------------------------------------------------------------------- */

/* User 2000000 takes a phone away from home, then, before that is known there, at home. */
static void take_away_then_at_home(const char *rule)
{
    char *text = g_strdup_printf(
        TWO "data \"phone\" { key = \"phone\", owner = \"any\", unique = true,\n"
            "               change = \"create-only\", conflict = \"%s\", " BOTH_WAYS " }\n"
            "service \"take\" { writes = \"phone\", work = \"0ms\" }\n",
        rule);
    story = story_new(text, "take");
    g_free(text);
    story_ask_away(story, "take", ms(10), 2000000);
    story_ask(story, "take", ms(20), 2000000);
    story_end(story);
}

START_TEST(the_first_stays_wherever_it_was_made)
{
    static const char *const names[] = {"reject", "keep-first"};
    take_away_then_at_home(names[_i]);
    ck_assert_int_eq(fate_at(0, LEDGER_L3), 1);
    ck_assert_int_eq(fate_at(1, LEDGER_SURVIVED), 1);
}
END_TEST

START_TEST(what_was_made_at_home_stays_although_it_came_second)
{
    take_away_then_at_home("home");
    ck_assert_int_eq(fate_at(0, LEDGER_SURVIVED), 1);
    ck_assert_int_eq(fate_at(1, LEDGER_L3), 1);
    const World *world = story_world(story);
    for (uint32_t r = 0; r < 2; r++)
        ck_assert_uint_eq(world->classes[0].versions[r].origin, 0);
}
END_TEST

/* ---- versions ---------------------------------------------------------------------------- */

#define VERSIONED                                                                                  \
    TWO "data \"page\" { keys = 1, conflict = \"version\", " BOTH_WAYS " }\n"                      \
        "service \"edit\" { reads = \"page\", writes = \"page\", work = \"0ms\" }\n"

START_TEST(an_edit_of_what_has_changed_since_it_was_read_is_refused)
{
    story = story_new(VERSIONED, "edit");
    story_ask_away(story, "edit", ms(10), 7);
    story_ask(story, "edit", ms(20), 8);
    story_expect(story, "10ms work    edit: user 7 attempt 1 enters b\n"
                        "10ms work    edit: user 7 forwards page to a\n"
                        "20ms work    edit: user 8 attempt 1 enters a\n"
                        "20ms work    page.a commits key 0\n"
                        "20ms work    data page/channels[1] replicate a>b sends #0\n"
                        "20ms work    edit: user 8 is served\n"
                        "50ms work    page.a refuses key 0: it has changed\n"
                        "60ms work    data page/channels[1] replicate a>b applies #0\n"
                        "90ms work    edit: user 7 attempt 1 fails: the record has changed\n");
    ck_assert_int_eq(story_count(story, "page").issued, 1);
    ck_assert_int_eq(story_cell(story).failed[METRICS_CONFLICT], 1);
}
END_TEST

START_TEST(an_edit_of_what_is_current_is_done_wherever_it_was_read)
{
    story = story_new(VERSIONED, "edit");
    story_ask(story, "edit", ms(20), 8);
    story_ask_away(story, "edit", ms(70), 7); /* b has it since 60 ms */
    story_ask(story, "edit", ms(200), 9);
    story_end(story);
    ck_assert_int_eq(story_count(story, "page").fate[LEDGER_SURVIVED], 3);
}
END_TEST

/* ---- registers --------------------------------------------------------------------------- */

/* Ten users edit one record on each side before any change has arrived. */
static int64_t crossed_edits(const char *page)
{
    char *text = g_strdup_printf(
        TWO "data \"page\" { keys = 1, owner = \"any\", %s, " BOTH_WAYS " }\n" EDIT, page);
    story = story_new(text, "edit");
    g_free(text);
    for (uint64_t user = 0; user < 10; user++) {
        story_ask(story, "edit", ms(10) + (SimTime)user * SIM_MS, user);
        story_ask_away(story, "edit", ms(10) + (SimTime)user * SIM_MS + SIM_US, 100 + user);
    }
    story_end(story);
    const LedgerLoss *losses;
    uint64_t          count = ledger_losses(story_world(story)->ledger, &losses);
    for (uint64_t i = 0; i < count; i++)
        ck_assert_uint_eq(losses[i].key, 0);
    return story_count(story, "page").fate[LEDGER_L3];
}

START_TEST(only_changes_to_one_field_conflict)
{
    ck_assert_int_eq(crossed_edits("conflict = \"lww\""), 19);
    teardown();
    int64_t apart = crossed_edits("conflict = \"register\", fields = 4");
    ck_assert_int_gt(apart, 0);
    ck_assert_int_lt(apart, 19);
    teardown();
    ck_assert_int_lt(crossed_edits("conflict = \"register\", fields = 64"), apart);
}
END_TEST

/* ---- sets and counters -------------------------------------------------------------------- */

/* `page` is written on both sides of a cut of 10 s and read in both at its end. */
static void write_on_both_sides(const char *page)
{
    char *text =
        g_strdup_printf(TWO "data \"page\" { keys = 1, owner = \"any\", %s, " BOTH_WAYS " }\n" EDIT
                            "service \"show\" { reads = \"page\", work = \"0ms\" }\n"
                            "at \"1s\" { cut { \"a-b\", lasts = \"10s\" } }\n",
                        page);
    story = story_new(text, "edit show");
    g_free(text);
    for (uint64_t i = 0; i < 20; i++) {
        story_ask(story, "edit", ms(2000) + (SimTime)i * SIM_MS, i);
        story_ask_away(story, "edit", ms(2000) + (SimTime)i * SIM_MS, 100 + i);
    }
    story_ask(story, "show", ms(5000), 1);
    story_ask(story, "show", ms(20000), 2);
    story_end(story);
}

START_TEST(a_set_and_a_counter_keep_every_change_of_both_sides)
{
    static const char *const rules[] = {"conflict = \"set\"", "conflict = \"counter\""};
    write_on_both_sides(rules[_i]);
    const World *world = story_world(story);
    ck_assert_int_eq(story_count(story, "page").fate[LEDGER_SURVIVED], 40);
    for (uint32_t r = 0; r < 2 && _i == 1; r++)
        ck_assert_int_eq(world->classes[0].versions[r].stamp, 40);
    const MetricsCell cell = story_cell(story);
    ck_assert_int_eq(cell.ok[METRICS_STALE], 1); /* during the cut */
    ck_assert_int_eq(cell.ok[METRICS_FRESH], 41);
}
END_TEST

/* A counter that goes both ways is two that only grow. */
START_TEST(the_difference_of_two_counters_is_exact_in_every_region)
{
    story = story_new(
        TWO "data \"up\" { keys = 1, owner = \"any\", conflict = \"counter\", " BOTH_WAYS " }\n"
            "data \"down\" { keys = 1, owner = \"any\", conflict = \"counter\", " BOTH_WAYS " }\n"
            "service \"like\" { writes = \"up\", work = \"0ms\" }\n"
            "service \"unlike\" { writes = \"down\", work = \"0ms\" }\n"
            "at \"1s\" { flap { \"a-b\", every = \"300ms\", down = \"200ms\", lasts = "
            "\"3s\" } }\n",
        "like unlike");
    for (uint64_t i = 0; i < 60; i++) {
        story_ask(story, "like", ms(900) + (SimTime)i * 31 * SIM_MS, i);
        story_ask_away(story, i % 3 == 0 ? "unlike" : "like", ms(910) + (SimTime)i * 37 * SIM_MS,
                       100 + i);
    }
    story_end(story);
    const World *world = story_world(story); /* classes are in the order of their names */
    ck_assert_str_eq(world->classes[0].name, "down");
    for (uint32_t r = 0; r < 2; r++) {
        ck_assert_int_eq(world->classes[1].versions[r].stamp, 100);
        ck_assert_int_eq(world->classes[0].versions[r].stamp, 20);
    }
}
END_TEST

/* ---- what a change had seen ---------------------------------------------------------------- */

START_TEST(siblings_are_kept_until_a_change_that_has_seen_them)
{
    write_on_both_sides("conflict = \"siblings\"");
    const World *world = story_world(story);
    ck_assert_int_eq(story_count(story, "page").fate[LEDGER_SURVIVED], 40);
    ck_assert_uint_eq(world->classes[0].most_siblings, 2);
    const Cause *causes = world->classes[0].causes; /* [region][origin] of the one key */
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_uint_eq(causes[i].held, 20);
    teardown();

    story = story_new(
        TWO "data \"page\" { keys = 1, owner = \"any\", conflict = \"siblings\", " BOTH_WAYS
            " }\n" EDIT,
        "edit");
    story_ask(story, "edit", ms(10), 7);
    story_ask_away(story, "edit", ms(20), 8);
    story_ask(story, "edit", ms(100), 9); /* has seen both */
    story_end(story);
    causes = story_world(story)->classes[0].causes;
    ck_assert_uint_eq(causes[0].held, 2);
    ck_assert_uint_eq(causes[1].held, 0);
    ck_assert_uint_eq(causes[2].held, 2);
    ck_assert_uint_eq(causes[3].held, 0);
    ck_assert_int_eq(story_world(story)->classes[0].crossed, 2);
    ck_assert_int_eq(story_count(story, "page").fate[LEDGER_SURVIVED], 3);
}
END_TEST

START_TEST(a_store_that_ignores_stays_with_its_own_for_good)
{
    write_on_both_sides("conflict = \"ignore\"");
    const World *world = story_world(story);
    for (uint32_t r = 0; r < 2; r++)
        ck_assert_uint_eq(world->classes[0].versions[r].origin, r);
    ck_assert_int_eq(world->classes[0].crossed, 40);
    ck_assert_int_eq(story_count(story, "page").fate[LEDGER_SURVIVED], 40);
    ck_assert_int_eq(story_count(story, "page").diverged, 2);
    ck_assert_int_eq(story_cell(story).ok[METRICS_STALE], 2);
}
END_TEST

START_TEST(a_store_that_keeps_what_comes_last_swaps_with_the_other)
{
    write_on_both_sides("conflict = \"overwrite\"");
    const World *world = story_world(story);
    ck_assert_uint_eq(world->classes[0].versions[0].origin, 1);
    ck_assert_uint_eq(world->classes[0].versions[1].origin, 0);
}
END_TEST

/* User 7 in a and user 8 in b edit before they have seen each other, user 9 in a later. */
static void cross_and_go_on(const char *page)
{
    char *text = g_strdup_printf(
        TWO "data \"page\" { keys = 1, owner = \"any\", conflict = \"interrupt\"%s, " BOTH_WAYS
            " }\n" EDIT,
        page);
    story = story_new(text, "edit");
    g_free(text);
    story_ask(story, "edit", ms(10), 7);
    story_ask_away(story, "edit", ms(20), 8);
    story_ask(story, "edit", ms(100), 9);
}

START_TEST(the_first_conflict_stops_the_stream_for_good_without_an_operator)
{
    cross_and_go_on("");
    story_expect(story,
                 "10ms work    edit: user 7 attempt 1 enters a\n"
                 "10ms work    page.a commits key 0\n"
                 "10ms work    data page/channels[1] replicate a>b sends #0\n"
                 "10ms work    edit: user 7 is served\n"
                 "20ms work    edit: user 8 attempt 1 enters b\n"
                 "20ms work    page.b commits key 0\n"
                 "20ms work    data page/channels[1] replicate b>a sends #0\n"
                 "20ms work    edit: user 8 is served\n"
                 "50ms work    data page/channels[1] replicate a>b applies #0\n"
                 "50ms work    data page/channels[1] replicate a>b is interrupted by a conflict\n"
                 "50ms fault   data page/channels[1] replicate a>b stalls\n"
                 "60ms work    data page/channels[1] replicate b>a applies #0\n"
                 "60ms work    data page/channels[1] replicate b>a is interrupted by a conflict\n"
                 "60ms fault   data page/channels[1] replicate b>a stalls\n"
                 "100ms work    edit: user 9 attempt 1 enters a\n"
                 "100ms work    page.a commits key 0\n"
                 "100ms work    edit: user 9 is served\n");
    const World *world = story_world(story);
    SimTime      age;
    for (uint32_t s = 0; s < world->stream_count; s++)
        if (world->streams[s].link != WORLD_NONE)
            ck_assert_uint_gt(stream_backlog(world, &world->streams[s], &age), 0);
    ck_assert_int_eq(story_count(story, "page").fate[LEDGER_SURVIVED], 3);
}
END_TEST

START_TEST(an_operator_takes_the_later_and_the_stream_goes_on)
{
    cross_and_go_on(", operator = \"30s\"");
    story_end(story);
    /* b keeps user 8's, so that what user 9 wrote without having seen it is a conflict too. */
    ck_assert(
        story_has(story, "30050ms timer   data page/channels[1] replicate a>b is repaired\n"));
    ck_assert(story_has(
        story,
        "30090ms work    data page/channels[1] replicate a>b is interrupted by a conflict\n"));
    ck_assert(story_has(story, "30100ms work    data page/channels[1] replicate b>a applies #0\n"));
    ck_assert(story_has(story, "60130ms work    data page/channels[1] replicate a>b applies #1\n"));
    const World *world = story_world(story);
    for (uint32_t r = 0; r < 2; r++) /* user 9 wrote last */
        ck_assert_int_eq(world->classes[0].versions[r].stamp, ms(100));
    for (guint i = 0; i < world->catch_ups->len; i++)
        ck_assert_int_gt(g_array_index(world->catch_ups, CatchUp, i).done_at, ms(30000));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conflicts");
    TCase *tcase = tcase_create("rules");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_physical_clock_behind_loses_what_it_wrote_after_it_saw_the_other);
    tcase_add_test(tcase, a_hybrid_clock_is_later_than_all_it_has_seen);
    tcase_add_test(tcase, a_hybrid_clock_does_not_follow_a_stamp_beyond_its_bound);
    tcase_add_loop_test(tcase, the_first_stays_wherever_it_was_made, 0, 2);
    tcase_add_test(tcase, what_was_made_at_home_stays_although_it_came_second);
    tcase_add_test(tcase, an_edit_of_what_has_changed_since_it_was_read_is_refused);
    tcase_add_test(tcase, an_edit_of_what_is_current_is_done_wherever_it_was_read);
    tcase_add_test(tcase, only_changes_to_one_field_conflict);
    tcase_add_loop_test(tcase, a_set_and_a_counter_keep_every_change_of_both_sides, 0, 2);
    tcase_add_test(tcase, the_difference_of_two_counters_is_exact_in_every_region);
    tcase_add_test(tcase, siblings_are_kept_until_a_change_that_has_seen_them);
    tcase_add_test(tcase, a_store_that_ignores_stays_with_its_own_for_good);
    tcase_add_test(tcase, a_store_that_keeps_what_comes_last_swaps_with_the_other);
    tcase_add_test(tcase, the_first_conflict_stops_the_stream_for_good_without_an_operator);
    tcase_add_test(tcase, an_operator_takes_the_later_and_the_stream_goes_on);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
