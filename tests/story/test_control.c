/*
 * test_control.c: controllers that fail, stand in the wrong place or are wrong, and the people
 * beside them. Each is played in a world where nothing else is the matter, so that what it costs is
 * its own.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/alarms.h"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* The world of alarms.h with a controller and faults; somebody writes near a each second. */
static void play(const char *seat, const char *controller, const char *faults)
{
    char *text = g_strdup_printf(ALARMS_THREE "failover \"f\" { %s data = \"record\", %s, "
                                              "detect = probe { every = \"1s\", failures = 3, "
                                              "timeout = \"100ms\" } }\n%s",
                                 seat, controller, faults);
    teardown();
    story = story_new(text, "write");
    g_free(text);
    alarms_write(story, 0, 0, 90);
    story_end(story);
}

/* Writes that were acknowledged, wherever. */
static int64_t acknowledged(void)
{
    return story_count(story, "record").ok;
}

/* ---- where it stands, and whether it is there ------------------------------------------------ */

START_TEST(a_controller_in_the_dead_region_fails_nothing_over)
{
    play("seat = \"a\",", "push = \"1s\"", "at \"10500ms\" { down { \"a\", lasts = \"40s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 0);
    ck_assert_int_eq(acknowledged(), 11 + 39);
    /* Elsewhere it does. */
    play("seat = \"b\",", "push = \"1s\"", "at \"10500ms\" { down { \"a\", lasts = \"40s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert_uint_ne(alarms_one(story, 0)->heir, WORLD_NONE);
}
END_TEST

START_TEST(without_its_controller_an_owner_with_a_lease_stops)
{
    play("seat = \"b\",", "fence = lease \"5s\"",
         "at \"10500ms\" { controller_down { \"f\", lasts = \"30s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 0);
    ck_assert(story_has(story, "a loses its lease\n"));
    /* Renewed last within the second before the fault, and again within the second after it. */
    int64_t refused = 90 - acknowledged();
    ck_assert_int_ge(refused, 25);
    ck_assert_int_le(refused, 26);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED], acknowledged());
}
END_TEST

START_TEST(without_its_controller_and_without_a_lease_nothing_happens)
{
    play("seat = \"b\",", "push = \"1s\"",
         "at \"10500ms\" { controller_down { \"f\", lasts = \"30s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 0);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED], 90);
}
END_TEST

START_TEST(a_controller_that_is_down_sees_a_dead_region_when_it_is_back)
{
    play("seat = \"b\",", "push = \"1s\"",
         "at \"10500ms\" { controller_down { \"f\", lasts = \"30s\" } }\n"
         "at \"20500ms\" { down { \"a\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 1);
    /* Three probes of its own, from the first after its return. */
    SimTime alarm = alarms_stage(story, 0, "decide").start;
    ck_assert_int_gt(alarm, ms(42600));
    ck_assert_int_le(alarm, ms(43600));
}
END_TEST

/* ---- a controller that is wrong -------------------------------------------------------------- */

/* What a accepts between the promotion and the rule, it has alone. */
static void costs_the_push(SimTime push)
{
    Stage    reroute = alarms_stage(story, 0, "re-route");
    uint32_t heir = alarms_one(story, 0)->heir;
    ck_assert_uint_ne(heir, WORLD_NONE);
    ck_assert_int_eq(reroute.end - reroute.start, push);
    int64_t alone = alarms_seconds(reroute.start, reroute.end);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_L2], alone);
    ck_assert_int_eq(acknowledged(), 90);
    ck_assert_int_eq(alarms_written(story, heir)->fate[LEDGER_SURVIVED],
                     alarms_seconds(reroute.end, ms(90000)));
}

START_TEST(a_wrong_view_fails_over_a_region_that_is_well_and_costs_writes)
{
    play("seat = \"b\",", "push = \"7s\"",
         "at \"10500ms\" { wrong_view { \"f\", region = \"a\", lasts = \"10s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert_uint_eq(alarms_one(story, 0)->region, 0);
    costs_the_push(ms(7000));
}
END_TEST

START_TEST(somebody_fails_over_the_wrong_region)
{
    /* c is dead and owns nothing; b's users have no reason to complain. */
    play("seat = \"b\",", "push = \"7s\", candidates = \"b\"",
         "at \"10500ms\" { down { \"c\" } }\n"
         "at \"12500ms\" { operator_errs { \"f\", region = \"a\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert_uint_eq(alarms_one(story, 0)->region, 0);
    ck_assert_int_eq(alarms_stage(story, 0, "fence").start, ms(12500));
    costs_the_push(ms(7000));
}
END_TEST

START_TEST(a_lease_keeps_two_owners_apart_although_the_old_one_answers)
{
    play("seat = \"b\",", "push = \"1s\", fence = lease \"10s\"",
         "at \"12500ms\" { operator_errs { \"f\", region = \"a\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert(story_has(story, "a loses its lease\ntakes over from a\n"));
    Stage reroute = alarms_stage(story, 0, "re-route");
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_L2], 0);
    ck_assert_int_eq(acknowledged(), 90 - alarms_seconds(reroute.start, reroute.end));
}
END_TEST

START_TEST(probes_that_are_lost_on_a_bad_line_fail_over_a_region_that_is_well)
{
    play("seat = \"b\",", "push = \"7s\"",
         "at \"10500ms\" { degrade { \"a-b\", loss = \"95%\", lasts = \"30s\" } }\n");
    ck_assert_uint_ge(alarms_count(story), 1);
    ck_assert_uint_eq(alarms_one(story, 0)->region, 0);
    ck_assert_uint_eq(story_world(story)->regions[0].down, 0);
    Stage reroute = alarms_stage(story, 0, "re-route");
    ck_assert_int_ge(alarms_written(story, 0)->fate[LEDGER_L2],
                     alarms_seconds(reroute.start, reroute.end));
    /* A majority of observers does not look through one line. */
    play("voters = { \"a\", \"b\", \"c\" },", "push = \"7s\"",
         "at \"10500ms\" { degrade { \"a-b\", loss = \"95%\", lasts = \"30s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 0);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED], 90);
}
END_TEST

START_TEST(a_probe_that_asks_the_service_finds_a_full_one_dead)
{
    static const char *const asks[] = {"machine", "service"};
    for (int i = 0; i < 2; i++) {
        char *text = g_strdup_printf(
            ALARMS_THREE "service \"slow\" { work = \"10s\", threads = 1, deadline = \"60s\" }\n"
                         "failover \"f\" { seat = \"b\", detect = probe { every = \"1s\", "
                         "failures = 3, timeout = \"500ms\", asks = \"%s\" } }\n",
            asks[i]);
        teardown();
        story = story_new(text, "slow");
        g_free(text);
        uint64_t user = 0;
        while (users_access(story_world(story), 0, user) != 0)
            user++;
        story_ask(story, "slow", ms(10000), user); /* works until 20 s; the second waits for it */
        story_ask(story, "slow", ms(10000), user);
        story_end(story);
        ck_assert_uint_eq(alarms_count(story), i == 0 ? 0 : 1);
    }
    ck_assert_uint_eq(alarms_one(story, 0)->region, 0);
    /* It has waited for half a second at 10.5 s; the third probe after that, and its time-out. */
    SimTime alarm = alarms_stage(story, 0, "decide").start;
    ck_assert_int_gt(alarm, ms(13000));
    ck_assert_int_le(alarm, ms(14000));
}
END_TEST

/* ---- people ---------------------------------------------------------------------------------- */

#define TWENTY "decide = human { \"20s\", sigma = \"0%\" }, push = \"1s\""

START_TEST(who_answers_again_before_the_decision_is_not_failed_over)
{
    play("seat = \"b\",", TWENTY, "at \"10500ms\" { down { \"a\", lasts = \"15s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert(alarms_one(story, 0)->called_off);
    ck_assert_int_eq(alarms_took(story, 0, "decide"), ms(20000));
    ck_assert(!alarms_has_stage(story, 0, "fence"));
    ck_assert_int_eq(story_world(story)->classes[0].roles->moves, 0);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED], 90 - 15);
}
END_TEST

START_TEST(somebody_slow_takes_as_many_times_as_long)
{
    play("seat = \"b\",", "decide = human { \"5s\", sigma = \"0%\" }",
         "at \"10500ms\" { down { \"a\" }, operator_slow { \"f\", factor = 6 } }\n");
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert_int_eq(alarms_took(story, 0, "decide"), ms(30000));
}
END_TEST

START_TEST(who_stays_waits_for_the_region)
{
    play("seat = \"b\",", "decide = stay {}",
         "at \"10500ms\" { down { \"a\", lasts = \"30s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 1);
    ck_assert(alarms_one(story, 0)->called_off);
    ck_assert_uint_eq(alarms_one(story, 0)->heir, WORLD_NONE);
    ck_assert_int_eq(alarms_written(story, 0)->fate[LEDGER_SURVIVED], 90 - 30);
}
END_TEST

START_TEST(who_holds_back_once_decides_anew_at_the_next_alarm)
{
    play("seat = \"b\",", "push = \"1s\"",
         "at \"10s\" { operator_holds { \"f\", lasts = \"30s\" } }\n"
         "at \"10500ms\" { down { \"a\", lasts = \"20s\" } }\n"
         "at \"50500ms\" { down { \"a\", lasts = \"20s\" } }\n");
    ck_assert_uint_eq(alarms_count(story), 2);
    ck_assert(alarms_one(story, 0)->called_off);
    ck_assert(!alarms_one(story, 1)->called_off);
    ck_assert_uint_ne(alarms_one(story, 1)->heir, WORLD_NONE);
}
END_TEST

/* ---- after the decision ---------------------------------------------------------------------- */

START_TEST(rules_that_do_not_arrive_keep_everybody_waiting)
{
    play("seat = \"b\",", "push = \"1s\"",
         "at \"10500ms\" { down { \"a\" }, push_stalled { \"f\", lasts = \"40s\" } }\n");
    ck_assert_int_eq(alarms_stage(story, 0, "re-route").end, ms(50500));
    ck_assert_int_lt(alarms_stage(story, 0, "re-route").start, ms(14000));
}
END_TEST

START_TEST(calm_blocks_the_second_failover)
{
    play("seat = \"b\",", "push = \"1s\", calm = \"40s\", candidates = { \"b\", \"c\" }",
         "at \"10500ms\" { down { \"a\" } }\n");
    uint32_t heir = alarms_one(story, 0)->heir;
    ck_assert_uint_eq(heir, 1); /* none has received more: the first by name */
    static const char *const calm[] = {"40s", "1s"};
    for (int i = 0; i < 2; i++) {
        char *more = g_strdup_printf("push = \"1s\", calm = \"%s\"", calm[i]);
        play("", more, "at \"10500ms\" { down { \"a\" } }\n at \"20500ms\" { down { \"b\" } }\n");
        g_free(more);
        ck_assert_uint_eq(alarms_count(story), 2);
        SimTime first = alarms_stage(story, 0, "decide").end;
        Stage   second = alarms_stage(story, 1, "decide");
        ck_assert_int_eq(second.end, i == 0 ? first + ms(40000) : second.start);
    }
}
END_TEST

START_TEST(every_second_start_fails)
{
    int64_t starts = 0;
    for (int i = 0; i < 50; i++) {
        char *text = g_strdup_printf(
            ALARMS_THREE "failover \"f%d\" { seat = \"b\", start = \"1s\", start_fails = \"50%%\", "
                         "push = \"0s\", " ALARMS_PROBE " }\n"
                         "at \"10500ms\" { down { \"a\" } }\n",
            i);
        teardown();
        story = story_new(text, "write");
        g_free(text);
        story_end(story);
        SimTime took = alarms_took(story, 0, "start");
        ck_assert_int_eq(took % SIM_S, 0);
        starts += took / SIM_S;
    }
    /* Two on average, with a deviation of sqrt(2): three standard errors of 50 are 30. */
    ck_assert_int_ge(starts, 100 - 30);
    ck_assert_int_le(starts, 100 + 30);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("control");
    TCase *tcase = tcase_create("stories");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_controller_in_the_dead_region_fails_nothing_over);
    tcase_add_test(tcase, without_its_controller_an_owner_with_a_lease_stops);
    tcase_add_test(tcase, without_its_controller_and_without_a_lease_nothing_happens);
    tcase_add_test(tcase, a_controller_that_is_down_sees_a_dead_region_when_it_is_back);
    tcase_add_test(tcase, a_wrong_view_fails_over_a_region_that_is_well_and_costs_writes);
    tcase_add_test(tcase, somebody_fails_over_the_wrong_region);
    tcase_add_test(tcase, a_lease_keeps_two_owners_apart_although_the_old_one_answers);
    tcase_add_test(tcase, probes_that_are_lost_on_a_bad_line_fail_over_a_region_that_is_well);
    tcase_add_test(tcase, a_probe_that_asks_the_service_finds_a_full_one_dead);
    tcase_add_test(tcase, who_answers_again_before_the_decision_is_not_failed_over);
    tcase_add_test(tcase, somebody_slow_takes_as_many_times_as_long);
    tcase_add_test(tcase, who_stays_waits_for_the_region);
    tcase_add_test(tcase, who_holds_back_once_decides_anew_at_the_next_alarm);
    tcase_add_test(tcase, rules_that_do_not_arrive_keep_everybody_waiting);
    tcase_add_test(tcase, calm_blocks_the_second_failover);
    tcase_add_test(tcase, every_second_start_fails);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
