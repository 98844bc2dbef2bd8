/*
 * test_failback.c: a region that was replaced comes back: when it gets its role, and what becomes
 * of what it alone had taken.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

static Story *story;

static void teardown(void)
{
    if (story != NULL)
        story_free(story);
    story = NULL;
}

#define REGIONS                                                                                    \
    "region \"a\" {} region \"b\" {}\n"                                                            \
    "link { \"a\", \"b\", rtt = \"10ms\" }\n"
#define RECORD "data \"item\" { channels = { replicate { reconnect = \"0s\" } } }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
#define CONTROLLER(words)                                                                          \
    "failover \"f\" { seat = \"b\", push = \"10ms\",\n"                                            \
    "  detect = probe { every = \"10ms\", failures = 3, timeout = \"11ms\" }, " words " }\n"
#define CUT "at \"1s\" { isolate { \"a\", lasts = \"4s\" } }\n"

/* a takes user 7's write alone, is replaced soon after, and is heard of again at 5 s. */
static void one_is_stranded(const char *world)
{
    story = story_new(world, "write");
    story_ask(story, "write", ms(100), 6);
    story_ask(story, "write", ms(1005), 7);
}

static const Recovery *recovery(guint index)
{
    const World *world = story_world(story);
    ck_assert_uint_lt(index, world->recoveries->len);
    return &g_array_index(world->recoveries, Recovery, index);
}

static const Stage *stage(const char *name)
{
    const Recovery *one = recovery(0);
    for (uint32_t s = 0; s < RECOVERY_STAGES; s++)
        if (one->stages[s].name != NULL && g_str_equal(one->stages[s].name, name) &&
            (s < one->stage_count || s == RECOVERY_RECONCILES))
            return &one->stages[s];
    return NULL;
}

static SimTime takes(const char *name)
{
    const Stage *found = stage(name);
    ck_assert_msg(found != NULL, "no stage \"%s\"", name);
    ck_assert_int_ge(found->end, found->start);
    return found->end - found->start;
}

static uint32_t owner(uint32_t home)
{
    return story_world(story)->roles.owner[home];
}

START_TEST(a_region_that_stays_gets_its_role_again)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER("failback = give_back { after = \"2s\" }") CUT);
    story_play(story, ms(6900));
    ck_assert_int_eq(owner(0), 1);
    story_ask(story, "write", ms(99000), 8);
    story_end(story);
    ck_assert_int_eq(owner(0), 0);
    ck_assert_int_eq(owner(1), 1);
    ck_assert_int_eq(takes("return"), ms(2000));
    ck_assert_int_eq(takes("switch back"), ms(10)); /* the push: nothing was missing */
    ck_assert(stage("rebuild") == NULL);
    ck_assert(story_has(story, "a has its role again\n"));
    ck_assert(story_has(story, "item.a commits key 8\n"));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L2], 1);
}
END_TEST

START_TEST(without_failback_the_heir_keeps_the_role)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER("") CUT);
    story_end(story);
    ck_assert_int_eq(owner(0), 1);
    ck_assert(stage("return") == NULL);
}
END_TEST

START_TEST(the_heir_takes_no_writes_during_the_switch_and_its_own_again_after_it)
{
    one_is_stranded(
        "users \"u\" { count = 1e6, home = { b = 1 }, access = { b = 1 } }\n" REGIONS RECORD WRITE
            CONTROLLER("failback = give_back { after = \"2s\" }") CUT);
    story_play(story, ms(6900));
    SimTime begins = ms(7000);
    while (story_world(story)->roles.banned == 0) {
        story_play(story, begins);
        begins += SIM_MS;
    }
    SimTime banned = begins;
    story_ask(story, "write", banned + ms(1), 9);
    story_ask(story, "write", banned + ms(50), 10);
    story_end(story);
    ck_assert_int_eq(story_cell(story).failed[METRICS_FENCED], 1);
    ck_assert(story_has(story, "item.b commits key 10\n"));
    ck_assert_int_eq(owner(1), 1);
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 3);
    ck_assert_int_eq(count.fate[LEDGER_L1] + count.fate[LEDGER_L2], 0);
}
END_TEST

START_TEST(a_region_that_diverged_is_rebuilt_in_size_by_rate)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER(
        "failback = give_back { after = \"2s\", backup = \"1GB\", restore = \"1Gbps\" }") CUT);
    story_end(story);
    ck_assert_int_eq(takes("rebuild"), ms(8000));
    ck_assert_int_eq(owner(0), 0);
    ck_assert_uint_eq(story_world(story)->classes[0].crashed[0], 0);
}
END_TEST

START_TEST(a_region_that_did_not_diverge_is_not)
{
    story = story_new(REGIONS RECORD WRITE CONTROLLER(
                          "failback = give_back { after = \"2s\", backup = \"1GB\" }") CUT,
                      "write");
    story_ask(story, "write", ms(100), 6);
    story_end(story);
    ck_assert(stage("rebuild") == NULL);
    ck_assert_int_eq(owner(0), 0);
}
END_TEST

START_TEST(one_that_falls_silent_waits_from_the_beginning)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER("failback = give_back { after = \"2s\" }") CUT
                    "at \"6s\" { isolate { \"a\", lasts = \"100ms\" } }\n");
    story_end(story);
    ck_assert_int_eq(owner(0), 0);
    ck_assert_int_eq(takes("return"), ms(2000));
    ck_assert_int_ge(stage("return")->start, ms(6100));
}
END_TEST

START_TEST(people_put_back_what_nobody_wrote_again)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER("reconcile = \"3600/h\"") CUT);
    story_ask(story, "write", ms(1006), 8);
    story_ask(story, "write", ms(1007), 9);
    story_ask(story, "write", ms(4000), 9); /* user 9 does it again, in b */
    story_end(story);
    ck_assert_int_eq(recovery(0)->put_back, 2);
    ck_assert_int_eq(recovery(0)->written_again, 1);
    ck_assert_int_eq(takes("reconcile"), ms(2000));
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.fate[LEDGER_L2], 1);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 4);
}
END_TEST

/* The controller, beside c, reaches both; they do not reach each other when the ban begins. */
START_TEST(a_ban_that_nothing_can_end_is_lifted)
{
    story = story_new(REGIONS
                      "region \"c\" {} link { \"a\", \"c\", rtt = \"10ms\" }\n"
                      "link { \"b\", \"c\", rtt = \"10ms\" }\n" RECORD WRITE
                      "failover \"f\" { seat = \"c\", push = \"2s\", candidates = \"b\",\n"
                      "  failback = give_back { after = \"2s\" },\n"
                      "  detect = probe { every = \"10ms\", failures = 3, timeout = \"11ms\" } }\n"
                      "users \"u\" { count = 1e6, home = { b = 1 }, access = { b = 1 } }\n" CUT
                      "at \"7500ms\" { cut { \"a-b\", lasts = \"75s\" } }\n",
                      "write");
    story_ask(story, "write", ms(7600), 6); /* refused: the ban has begun */
    story_play(story, ms(7550));
    ck_assert_uint_ne(story_world(story)->roles.banned, 0);
    story_play(story, ms(67500));
    ck_assert_uint_eq(story_world(story)->roles.banned, 0);
    story_ask(story, "write", ms(70000), 7);
    story_end(story);
    ck_assert_int_eq(story_cell(story).failed[METRICS_FENCED], 1);
    ck_assert(story_has(story, "item.b commits key 7\n"));
    ck_assert_int_eq(owner(0), 0); /* in the end, when they reach each other again */
}
END_TEST

START_TEST(a_failover_to_nobody_ends_when_the_region_answers)
{
    story = story_new(REGIONS RECORD WRITE CONTROLLER(
                          "candidates = \"a\"") "at \"1s\" { wrong_view { \"f\", region = \"a\", "
                                                "lasts = \"2s\" } }\n",
                      "write");
    story_ask(story, "write", ms(4000), 6);
    story_end(story);
    ck_assert_uint_eq(story_world(story)->recoveries->len, 1);
    ck_assert(recovery(0)->called_off);
    ck_assert_int_ge(stage("promote")->end, ms(3000));
    ck_assert_int_le(stage("promote")->end, ms(3200));
    ck_assert_int_eq(owner(0), 0);
    ck_assert(story_has(story, "item.a commits key 6\n"));
}
END_TEST

START_TEST(nobody_reconciles_unless_somebody_is_said_to)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER("") CUT);
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L2], 1);
    ck_assert(stage("reconcile") == NULL);
}
END_TEST

/* The end of a failback whose region was not the one to fall silent. */
START_TEST(a_heir_that_is_missed_once_only_delays_it)
{
    story = story_new(REGIONS RECORD WRITE
                      "failover \"f\" { push = \"10ms\",\n"
                      "  detect = probe { every = \"10ms\", failures = 3, timeout = \"11ms\" },\n"
                      "  failback = give_back { after = \"2s\" } }\n"
                      "at \"1s\" { down { \"a\", lasts = \"4s\" } }\n"
                      "at \"6s\" { wrong_view { \"f\", region = \"b\", lasts = \"15ms\" } }\n",
                      "write");
    story_end(story);
    ck_assert_uint_eq(story_world(story)->recoveries->len, 1);
    ck_assert_int_ge(stage("return")->start, ms(6000));
    ck_assert_int_eq(takes("return"), ms(2000));
    ck_assert_int_eq(owner(0), 0);
}
END_TEST

#define LATE "failback = give_back { after = \"2005ms\" }"

/* A stage that is due between two probes, while the controller does nothing. */
START_TEST(a_controller_that_is_down_when_a_stage_is_due_goes_on_later)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER(LATE) CUT);
    story_end(story);
    SimTime due = stage("return")->end;
    ck_assert_int_eq(takes("return"), ms(2005));
    story_free(story);
    char *text = g_strdup_printf(REGIONS RECORD WRITE CONTROLLER(LATE) CUT
                                 "at \"%" G_GINT64_FORMAT "ns\" { controller_down "
                                 "{ \"f\", lasts = \"2ms\", may_miss = true } }\n",
                                 due - ms(1));
    one_is_stranded(text);
    g_free(text);
    story_end(story);
    ck_assert_int_eq(stage("return")->start, due - ms(2005));
    ck_assert_int_eq(stage("return")->end, due + ms(1000));
    ck_assert_int_eq(owner(0), 0);
}
END_TEST

/* b is asked to hand its own role to c while it gives a its role back. */
START_TEST(a_ban_lasts_as_long_as_the_longer_of_two_hand_overs)
{
    one_is_stranded("users \"u\" { count = 1e6, home = { b = 1 }, access = { b = 1 } }\n" REGIONS
                    "region \"c\" {} link { \"b\", \"c\", rtt = \"10ms\" } "
                    "link { \"a\", \"c\", rtt = \"10ms\" }\n" RECORD WRITE CONTROLLER(
                        "watch = \"a\", candidates = \"b\", "
                        "failback = give_back { after = \"2s\" }") CUT
                    "at \"7005ms\" { switch { from = \"b\", to = \"c\", push = \"2s\" } }\n");
    story_ask(story, "write", ms(8000), 9);
    story_end(story);
    ck_assert_int_eq(story_cell(story).failed[METRICS_FENCED], 1);
    ck_assert_uint_eq(story_world(story)->roles.banned, 0);
}
END_TEST

#define SHOT(words)                                                                                \
    REGIONS RECORD WRITE CONTROLLER(                                                               \
        "fence = stonith { reboot = \"1s\" },"                                                     \
        "failback = give_back { after = \"2s\" }") "at \"1s\" { wrong_view { \"f\", region = "     \
                                                   "\"a\", lasts = \"1s\" } }\n" words

START_TEST(one_that_is_shot_again_on_its_way_back_comes_back_all_the_same)
{
    story = story_new(
        SHOT("at \"4s\" { wrong_view { \"f\", region = \"a\", lasts = \"100ms\" } }\n"), "write");
    story_end(story);
    ck_assert_uint_eq(story_world(story)->recoveries->len, 2);
    ck_assert_uint_eq(story_world(story)->regions[0].shots, 0);
    ck_assert_int_ge(stage("return")->start, ms(5000)); /* of the first alarm's record */
    ck_assert_uint_eq(recovery(1)->stage_count, 3);
    ck_assert_int_eq(owner(0), 0);
}
END_TEST

START_TEST(a_role_that_a_switch_brings_back_comes_with_a_lease)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER("fence = lease { ttl = \"100ms\" }") CUT
                    "at \"10s\" { switch { from = \"b\", to = \"a\", push = \"10ms\" } }\n");
    story_ask(story, "write", ms(20000), 8);
    story_end(story);
    ck_assert_int_eq(owner(0), 0);
    ck_assert(story_has(story, "item.a commits key 8\n"));
    ck_assert_uint_eq(story_world(story)->roles.fenced, 0);
}
END_TEST

START_TEST(an_order_to_switch_off_needs_a_way)
{
    story = story_new(
        "region \"a\" {} region \"b\" {} region \"c\" {}\n"
        "link { \"a\", \"c\", rtt = \"10ms\" } link { \"b\", \"c\", rtt = \"10ms\" }\n"
        "data \"item\" { owner = \"any\" }\n" WRITE CONTROLLER("watch = \"a\", fence = stonith {}"),
        "write");
    story_end(story);
    ck_assert_uint_eq(story_world(story)->regions[0].shots, 0);
    ck_assert_int_eq(owner(0), 0);
}
END_TEST

#define SLOW "operator_slow { \"f\", factor = 65536, may_miss = true }"

START_TEST(people_slowed_down_again_and_again_stay_slow)
{
    story = story_new(REGIONS RECORD WRITE CONTROLLER("decide = automatic \"1s\"") CUT
                      "at \"0s\" { " SLOW ", " SLOW ", " SLOW ", " SLOW " }\n",
                      "write");
    story_end(story);
    ck_assert_int_ge(story_world(story)->failovers[0].slowed, 65536);
    ck_assert_int_lt(stage("decide")->end, 0);
}
END_TEST

START_TEST(what_was_put_back_is_not_put_back_again_by_others)
{
    one_is_stranded(REGIONS RECORD WRITE CONTROLLER(
        "reconcile = \"3600/h\", failback = give_back { after = \"2s\" }") CUT
                    "failover \"g\" { push = \"10ms\", reconcile = \"3600/h\",\n"
                    "  detect = probe { every = \"10ms\", failures = 3, "
                    "timeout = \"11ms\" } }\n"
                    "at \"20s\" { operator_errs { \"g\", region = \"a\" } }\n");
    story_end(story);
    ck_assert_uint_eq(story_world(story)->recoveries->len, 2);
    ck_assert_int_eq(recovery(0)->put_back, 1);
    ck_assert_int_eq(owner(0), 1);
    ck_assert_int_eq(recovery(1)->put_back + recovery(1)->written_again, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("failback");
    TCase *tcase = tcase_create("stories");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_region_that_stays_gets_its_role_again);
    tcase_add_test(tcase, without_failback_the_heir_keeps_the_role);
    tcase_add_test(tcase, the_heir_takes_no_writes_during_the_switch_and_its_own_again_after_it);
    tcase_add_test(tcase, a_region_that_diverged_is_rebuilt_in_size_by_rate);
    tcase_add_test(tcase, a_region_that_did_not_diverge_is_not);
    tcase_add_test(tcase, one_that_falls_silent_waits_from_the_beginning);
    tcase_add_test(tcase, people_put_back_what_nobody_wrote_again);
    tcase_add_test(tcase, a_ban_that_nothing_can_end_is_lifted);
    tcase_add_test(tcase, a_failover_to_nobody_ends_when_the_region_answers);
    tcase_add_test(tcase, nobody_reconciles_unless_somebody_is_said_to);
    tcase_add_test(tcase, a_heir_that_is_missed_once_only_delays_it);
    tcase_add_test(tcase, a_controller_that_is_down_when_a_stage_is_due_goes_on_later);
    tcase_add_test(tcase, a_ban_lasts_as_long_as_the_longer_of_two_hand_overs);
    tcase_add_test(tcase, one_that_is_shot_again_on_its_way_back_comes_back_all_the_same);
    tcase_add_test(tcase, a_role_that_a_switch_brings_back_comes_with_a_lease);
    tcase_add_test(tcase, an_order_to_switch_off_needs_a_way);
    tcase_add_test(tcase, people_slowed_down_again_and_again_stay_slow);
    tcase_add_test(tcase, what_was_put_back_is_not_put_back_again_by_others);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
