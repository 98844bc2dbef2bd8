/*
 * test_owners.c: who accepts a write: ranges of keys, planned switches, provisional writes.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define ITEM                                                                                       \
    "data \"item\" { owner = \"single\", owner_region = \"a\",\n"                                  \
    "              channels = { replicate { reconnect = \"0s\", apply = \"0ms\" } } }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"0ms\" }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* ---- planned switches ------------------------------------------------------------------------ */

START_TEST(the_ban_outlasts_the_push_until_the_new_owner_has_everything)
{
    story = story_new(TWO ITEM WRITE
                      "at \"100ms\" { switch { from = \"a\", to = \"b\", push = \"10ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(95), 7);
    story_ask(story, "write", ms(120), 8);
    story_ask(story, "write", ms(136), 9);
    story_expect(story, "95ms work    write: user 7 attempt 1 enters a\n"
                        "95ms work    item.a commits key 7\n"
                        "95ms work    data item/channels[1] replicate a>b sends #0\n"
                        "95ms work    write: user 7 is served\n"
                        "100ms fault   switch a to b begins\n"
                        "100ms fault   a accepts no writes: b will\n"
                        "120ms work    write: user 8 attempt 1 enters a\n"
                        "120ms work    write: user 8 attempt 1 fails: fenced\n"
                        "135ms work    data item/channels[1] replicate a>b applies #0\n"
                        "135ms timer   b takes over from a\n"
                        "136ms work    write: user 9 attempt 1 enters b\n"
                        "136ms work    item.b commits key 9\n"
                        "136ms work    data item/channels[1] replicate b>a sends #0\n"
                        "136ms work    write: user 9 is served\n"
                        "176ms work    data item/channels[1] replicate b>a applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 2);
    ck_assert_int_eq(story_world(story)->faults[0].refused, 1);
    ck_assert_int_eq(story_world(story)->faults[0].end, ms(135));
}
END_TEST

START_TEST(the_ban_lasts_as_long_as_the_push_if_the_lag_is_shorter)
{
    story = story_new(TWO ITEM WRITE
                      "at \"100ms\" { switch { from = \"a\", to = \"b\", push = \"90ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(95), 7);
    story_end(story);
    const Switch *plan = &story_world(story)->switches[0];
    ck_assert_int_eq(plan->stages[0].start, ms(100));
    ck_assert_int_eq(plan->stages[0].end, ms(190));
    ck_assert_int_eq(plan->stages[1].end, ms(190));
}
END_TEST

START_TEST(cutting_ends_the_ban_with_the_push_and_leaves_the_tail_behind)
{
    story = story_new(TWO ITEM WRITE
                      "at \"100ms\" { switch { from = \"a\", to = \"b\", push = \"10ms\",\n"
                      "                data = \"item\", unreplicated = \"cut\" } }\n",
                      "write");
    story_ask(story, "write", ms(95), 7);
    story_ask(story, "write", ms(111), 9);
    story_expect(story, "95ms work    write: user 7 attempt 1 enters a\n"
                        "95ms work    item.a commits key 7\n"
                        "95ms work    data item/channels[1] replicate a>b sends #0\n"
                        "95ms work    write: user 7 is served\n"
                        "100ms fault   switch a to b begins\n"
                        "100ms fault   a accepts no writes: b will\n"
                        "110ms timer   b takes over from a\n"
                        "111ms work    write: user 9 attempt 1 enters a\n"
                        "111ms work    write: user 9 forwards item to b\n"
                        "151ms work    item.b commits key 9\n"
                        "151ms work    data item/channels[1] replicate b>a sends #0\n"
                        "191ms work    data item/channels[1] replicate b>a applies #0\n"
                        "191ms work    write: user 9 is served\n");
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.fate[LEDGER_L2], 1);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(a_switch_to_a_region_without_power_is_called_off)
{
    story = story_new(TWO ITEM WRITE
                      "at \"50ms\" { down { \"b\", lasts = \"1s\" } }\n"
                      "at \"100ms\" { switch { from = \"a\", to = \"b\", may_miss = true } }\n",
                      "write");
    story_ask(story, "write", ms(120), 7);
    story_end(story);
    ck_assert(story_has(story, "100ms timer   the switch from a to b is called off\n"
                               "120ms work    item.a commits key 7\n"
                               "120ms work    write: user 7 is served\n"));
}
END_TEST

START_TEST(a_switch_is_called_off_if_the_new_owner_dies_meanwhile)
{
    story = story_new(TWO ITEM WRITE
                      "at \"50ms\" { cut { \"a-b\", lasts = \"400ms\" } }\n"
                      "at \"100ms\" { switch { from = \"a\", to = \"b\", push = \"10ms\" } }\n"
                      "at \"200ms\" { down { \"b\", lasts = \"100ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(60), 7);
    story_ask(story, "write", ms(199), 8);
    story_ask(story, "write", ms(202), 9);
    story_end(story);
    ck_assert(story_has(story, "199ms work    write: user 8 attempt 1 fails: fenced\n"
                               "200ms timer   the switch from a to b is called off\n"
                               "202ms work    item.a commits key 9\n"));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 2);
}
END_TEST

START_TEST(what_was_switched_can_be_switched_back)
{
    story = story_new(TWO ITEM WRITE
                      "at \"100ms\" { switch { from = \"a\", to = \"b\", push = \"10ms\" } }\n"
                      "at \"1s\" { switch { from = \"b\", to = \"a\", push = \"10ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(90), 7);
    story_ask(story, "write", ms(500), 7);
    story_ask(story, "write", ms(1500), 7);
    story_end(story);
    ck_assert(story_has(story, "90ms work    item.a commits key 7\n"
                               "130ms timer   b takes over from a\n"
                               "500ms work    item.b commits key 7\n"
                               "1010ms timer   a takes over from b\n"
                               "1500ms work    item.a commits key 7\n"
                               "1540ms work    data item/channels[1] replicate a>b applies #1\n"));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 3);
}
END_TEST

START_TEST(a_region_without_power_learns_of_the_switch_when_it_is_back)
{
    story = story_new(
        "region \"a\" {}\nregion \"b\" {}\nregion \"c\" {}\n"
        "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\nlink { \"a\", \"c\", "
        "rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
        "link { \"b\", \"c\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
        "users \"u\" { count = 1000, home = { a = 1 }, access = { c = 1 }, network = \"0ms\" }\n"
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } } }\n" WRITE
        "at \"50ms\" { down { \"c\", lasts = \"200ms\" } }\n"
        "at \"100ms\" { switch { from = \"a\", to = \"b\", data = \"item\", push = \"10ms\" } }\n",
        "write");
    story_ask(story, "write", ms(500), 7); /* not yet told: asks the old owner */
    story_ask(story, "write", ms(1500), 8);
    story_end(story);
    ck_assert(story_has(story, "110ms timer   b takes over from a\n"
                               "500ms work    write: user 7 forwards item to a\n"
                               "580ms work    write: user 7 attempt 1 fails: fenced\n"
                               "1500ms work    write: user 8 forwards item to b\n"
                               "1540ms work    item.b commits key 8\n"));
}
END_TEST

/* ---- ranges of keys -------------------------------------------------------------------------- */

START_TEST(a_key_belongs_to_the_region_whose_range_it_is_in)
{
    story = story_new(TWO "data \"item\" { owner = \"segment\", keys = 100,\n"
                          "              channels = { replicate { reconnect = \"0s\" } } }\n" WRITE,
                      "write");
    for (uint64_t user = 0; user < 200; user++)
        story_ask(story, "write", ms(10 + 2 * (int64_t)user), user);
    story_end(story);
    World *world = story_world(story);
    for (uint64_t key = 0; key < 100; key++) {
        uint32_t index = store_key_find(&world->classes[0], key);
        if (index != WORLD_NONE)
            ck_assert_uint_eq(world->classes[0].made_at[index], key < 50 ? 0 : 1);
    }
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 200);
    ck_assert_int_gt(ledger_count(world->ledger, 0, 1)->ok, 70);
    ck_assert_int_gt(ledger_count(world->ledger, 0, 0)->ok, 70);
}
END_TEST

/* ---- provisional writes ---------------------------------------------------------------------- */

#define AWAY                                                                                       \
    "users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 }, network = \"0ms\",\n"    \
    "            resolver = dns { ttl = \"0s\" } }\n"
#define PROMISE                                                                                    \
    "data \"item\" { owner = \"provisional\", change = \"create-only\", unique = true,\n"          \
    "              channels = { replicate { reconnect = \"0s\", apply = \"0ms\" } } }\n"
#define NEW 1000007

START_TEST(a_promise_is_confirmed_by_its_owner)
{
    story = story_new(TWO AWAY PROMISE WRITE, "write");
    story_ask(story, "write", ms(10), NEW);
    story_expect(story, "10ms work    write: user 1000007 attempt 1 enters a\n"
                        "10ms work    item.a promises key 1000007\n"
                        "10ms work    write: user 1000007 is served, provisionally\n"
                        "50ms work    item.b commits key 1000007\n"
                        "50ms work    data item/channels[1] replicate b>a sends #0\n"
                        "50ms work    item.b confirms what user 1000007 was promised\n"
                        "90ms work    data item/channels[1] replicate b>a applies #0\n"
                        "90ms deliver item.a: user 1000007 is confirmed\n");
    ck_assert_int_eq(story_cell(story).ok[METRICS_PROVISIONAL], 1);
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.issued, 1);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 1);
    const LedgerCount *here = ledger_count(story_world(story)->ledger, 0, 0);
    ck_assert_int_eq(here->accepted, 1);
    ck_assert_int_eq(here->intent[LEDGER_INTENT_CONFIRMED], 1);
}
END_TEST

START_TEST(a_promise_of_what_is_taken_is_rejected_later)
{
    story = story_new(TWO AWAY PROMISE WRITE, "write");
    story_ask_away(story, "write", ms(10), NEW);
    story_ask(story, "write", ms(11), NEW);
    story_ask(story, "write", ms(60), NEW); /* here it is known */
    story_expect(story, "10ms work    write: user 1000007 attempt 1 enters b\n"
                        "10ms work    item.b commits key 1000007\n"
                        "10ms work    data item/channels[1] replicate b>a sends #0\n"
                        "10ms work    write: user 1000007 is served\n"
                        "11ms work    write: user 1000007 attempt 1 enters a\n"
                        "11ms work    item.a promises key 1000007\n"
                        "11ms work    write: user 1000007 is served, provisionally\n"
                        "50ms work    data item/channels[1] replicate b>a applies #0\n"
                        "51ms work    item.b says taken\n"
                        "51ms work    item.b rejects what user 1000007 was promised\n"
                        "60ms work    write: user 1000007 attempt 1 enters a\n"
                        "60ms work    item.a says taken\n"
                        "60ms work    write: user 1000007 is served: taken\n"
                        "91ms deliver item.a: user 1000007 is rejected later\n");
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.issued, 1);
    ck_assert_int_eq(count.surplus_owners, 0);
    const LedgerCount *here = ledger_count(story_world(story)->ledger, 0, 0);
    ck_assert_int_eq(here->intent[LEDGER_INTENT_REJECTED], 1);
    ck_assert_int_eq(here->fate[LEDGER_L1], 0);
    ck_assert_uint_eq(story_world(story)->harms->len, 1);
}
END_TEST

START_TEST(promises_wait_behind_a_cut_and_the_first_finds_the_heal)
{
    /* The first is looked at every second, and sent again from the second look on. */
    story = story_new(TWO AWAY PROMISE WRITE "at \"5ms\" { cut { \"a-b\", lasts = \"2900ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), NEW);
    story_ask(story, "write", ms(2500), NEW + 1);
    story_end(story);
    ck_assert(story_has(story, "2500ms work    write: user 1000008 is served, provisionally\n"
                               "2905ms fault   cut a-b ends\n"
                               "3050ms work    item.b confirms what user 1000007 was promised\n"
                               "3090ms deliver item.a: user 1000007 is confirmed\n"
                               "3130ms work    item.b confirms what user 1000008 was promised\n"
                               "3170ms deliver item.a: user 1000008 is confirmed\n"));
}
END_TEST

START_TEST(an_owner_answers_twice_and_decides_once)
{
    story = story_new(TWO AWAY PROMISE WRITE
                      "at \"5ms\" { cut { \"a-b\", from = \"b\", lasts = \"1s\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), NEW);
    story_end(story);
    ck_assert(story_has(story, "50ms work    item.b confirms what user 1000007 was promised\n"
                               "2090ms deliver item.a: user 1000007 is confirmed\n"));
    ck_assert_int_eq(story_count(story, "item").issued, 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(a_promise_dies_with_its_region)
{
    story = story_new(TWO AWAY PROMISE WRITE "at \"5ms\" { cut { \"a-b\" } }\n"
                                             "at \"1s\" { lose { \"a\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), NEW);
    story_end(story);
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.ok, 1);
    ck_assert_int_eq(count.fate[LEDGER_L1], 1);
    const LedgerLoss *loss;
    ck_assert_uint_eq(ledger_losses(story_world(story)->ledger, &loss), 1);
    ck_assert_int_eq(loss->acked, ms(10));
    ck_assert_uint_eq(loss->user, NEW);
    ck_assert_str_eq(story_world(story)->faults[loss->fault].kind, "lose");
    const LedgerRpo *rpo;
    ck_assert_uint_ge(ledger_rpos(story_world(story)->ledger, &rpo), 1);
    ck_assert_int_eq(rpo->lost, 1);
    ck_assert_int_eq(rpo->prefix_acked, -1);
}
END_TEST

START_TEST(a_promise_that_has_reached_its_owner_outlives_its_region)
{
    story = story_new(TWO AWAY PROMISE WRITE "at \"60ms\" { lose { \"a\" } }\n", "write");
    story_ask(story, "write", ms(10), NEW);
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 0);
    ck_assert_int_eq(
        ledger_count(story_world(story)->ledger, 0, 0)->intent[LEDGER_INTENT_CONFIRMED], 1);
}
END_TEST

START_TEST(a_promise_waits_as_long_as_its_owner_is_away)
{
    story = story_new(TWO AWAY PROMISE WRITE "at \"5ms\" { cut { \"a-b\" } }\n", "write");
    story_ask(story, "write", ms(10), NEW);
    story_end(story);
    const LedgerCount *here = ledger_count(story_world(story)->ledger, 0, 0);
    ck_assert_int_eq(here->issued, 0);
    ck_assert_int_eq(here->accepted, 1);
    ck_assert_int_eq(here->intent[LEDGER_INTENT_PENDING], 1);
}
END_TEST

START_TEST(who_becomes_the_owner_keeps_its_own_promises)
{
    story = story_new(TWO AWAY PROMISE WRITE
                      "at \"50ms\" { switch { from = \"b\", to = \"a\", data = \"item\",\n"
                      "                       push = \"3s\" } }\n",
                      "write");
    story_ask(story, "write", ms(60), NEW); /* the ban is on */
    story_end(story);
    ck_assert(story_has(story, "60ms work    write: user 1000007 is served, provisionally\n"
                               "3050ms timer   a takes over from b\n"
                               "3060ms work    item.a confirms what user 1000007 was promised\n"
                               "3060ms deliver item.a: user 1000007 is confirmed\n"));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("owners");
    TCase *tcase = tcase_create("stories");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, the_ban_outlasts_the_push_until_the_new_owner_has_everything);
    tcase_add_test(tcase, the_ban_lasts_as_long_as_the_push_if_the_lag_is_shorter);
    tcase_add_test(tcase, cutting_ends_the_ban_with_the_push_and_leaves_the_tail_behind);
    tcase_add_test(tcase, a_switch_to_a_region_without_power_is_called_off);
    tcase_add_test(tcase, a_switch_is_called_off_if_the_new_owner_dies_meanwhile);
    tcase_add_test(tcase, what_was_switched_can_be_switched_back);
    tcase_add_test(tcase, a_region_without_power_learns_of_the_switch_when_it_is_back);
    tcase_add_test(tcase, a_key_belongs_to_the_region_whose_range_it_is_in);
    tcase_add_test(tcase, a_promise_is_confirmed_by_its_owner);
    tcase_add_test(tcase, a_promise_of_what_is_taken_is_rejected_later);
    tcase_add_test(tcase, promises_wait_behind_a_cut_and_the_first_finds_the_heal);
    tcase_add_test(tcase, an_owner_answers_twice_and_decides_once);
    tcase_add_test(tcase, a_promise_dies_with_its_region);
    tcase_add_test(tcase, a_promise_that_has_reached_its_owner_outlives_its_region);
    tcase_add_test(tcase, a_promise_waits_as_long_as_its_owner_is_away);
    tcase_add_test(tcase, who_becomes_the_owner_keeps_its_own_promises);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
