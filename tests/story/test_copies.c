/*
 * test_copies.c: commits that wait for copies, and changes that are not on the disk yet.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define ITEM(channel) "data \"item\" { channels = { replicate " channel " } }\n"
#define NEW_ITEM(channel)                                                                          \
    "data \"item\" { change = \"create-only\", channels = { replicate " channel " } }\n"
#define SERVICES                                                                                   \
    "service \"write\" { writes = \"item\", work = \"0ms\", deadline = \"3s\" }\n"                 \
    "service \"read\" { reads = \"item\", work = \"0ms\" }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* ---- connections ------------------------------------------------------------------------- */

START_TEST(mysql_looks_for_its_source_again_only_at_its_next_attempt)
{
    /* Silent from 1 s, noticed at 21 s and tried in vain; healed at 25 s, tried again at 41 s. */
    story = story_new(TWO ITEM("\"mysql\" { notice = \"20s\", reconnect = \"20s\" }") SERVICES
                      "at \"1s\" { cut { \"a-b\", lasts = \"24s\" } }\n",
                      "write");
    story_ask(story, "write", ms(2000), 7);
    story_end(story);
    ck_assert(story_has(
        story, "25s fault   cut a-b ends\n"
               "41080ms timer   data item/channels[1] replicate a>b resumes with 1 changes "
               "waiting\n"
               "41120500us work    data item/channels[1] replicate a>b applies #0\n"));
}
END_TEST

START_TEST(mysql_goes_on_with_its_connection_after_a_short_cut)
{
    story = story_new(TWO ITEM("\"mysql\" {}") SERVICES
                      "at \"1s\" { cut { \"a-b\", lasts = \"30s\" } }\n",
                      "write");
    story_end(story);
    /* 200 ms, doubled each time: the eighth try is 51 s after the cut, still before 60 s. */
    ck_assert(story_has(story, "52s timer   data item/channels[1] replicate a>b resumes with 0 "
                               "changes waiting\n"));
}
END_TEST

/* ---- waiting ----------------------------------------------------------------------------- */

#define FIVE "{ mode = \"semi-sync\", fallback = \"5s\", reconnect = \"0s\" }"

START_TEST(a_commit_waits_for_its_copy)
{
    story = story_new(TWO ITEM(FIVE) SERVICES, "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #0\n"
                        "50ms work    data item/channels[1] replicate a>b applies #0\n"
                        "90ms deliver item a>b: copies up to #1\n"
                        "90ms work    write: user 7 is served\n");
}
END_TEST

START_TEST(all_waiters_are_told_at_the_fallback_and_the_next_does_not_wait)
{
    story = story_new(TWO ITEM(FIVE) SERVICES "at \"1s\" { cut { \"a-b\", lasts = \"20s\" } }\n",
                      "write");
    story_ask(story, "write", ms(2000), 7); /* gives up at 5 s */
    story_ask(story, "write", ms(6000), 8);
    story_ask(story, "write", ms(8000), 9);
    story_end(story);
    ck_assert(story_has(story, "7s timer   item.a stops waiting for copies\n"
                               "7s work    write: user 8 is served\n"
                               "8s work    item.a commits key 9\n"
                               "8s work    write: user 9 is served\n"));
    ck_assert_int_eq(story_count(story, "item").unknown, 1);
    ck_assert_int_eq(story_count(story, "item").ghosts, 1);
}
END_TEST

START_TEST(it_waits_again_once_a_copy_has_caught_up)
{
    story = story_new(TWO ITEM(FIVE) SERVICES "at \"1s\" { cut { \"a-b\", lasts = \"20s\" } }\n",
                      "write");
    story_ask(story, "write", ms(2000), 7);
    story_ask(story, "write", ms(21000), 8); /* the copy is not there yet */
    story_ask(story, "write", ms(30000), 9);
    story_end(story);
    ck_assert(story_has(story, "21s work    write: user 8 is served\n"
                               "30s work    item.a commits key 9\n"
                               "30080ms deliver item a>b: copies up to #3\n"
                               "30080ms work    write: user 9 is served\n"));
}
END_TEST

/* A reader at the source, while the change of the same user waits. */
static LedgerCount read_while_it_waits(const char *channel)
{
    char *text = g_strdup_printf(TWO "data \"item\" { channels = { replicate %s } }\n" SERVICES
                                     "at \"1s\" { cut { \"a-b\", lasts = \"20s\" } }\n"
                                     "at \"4s\" { lose \"a\" }\n",
                                 channel);
    story = story_new(text, "write read");
    g_free(text);
    story_ask(story, "write", ms(2000), 7);
    story_ask(story, "read", ms(3000), 7);
    story_end(story);
    return story_count(story, "item");
}

START_TEST(nobody_sees_a_change_that_waits_after_sync)
{
    LedgerCount count = read_while_it_waits("\"mysql-semisync\" {}");
    ck_assert_int_eq(count.phantom_reads, 0);
    ck_assert_int_eq(count.unknown, 1);
    ck_assert_int_eq(count.ok, 0);
}
END_TEST

START_TEST(others_see_a_change_that_waits_after_commit)
{
    LedgerCount count = read_while_it_waits("\"mariadb-semisync\" {}");
    ck_assert_int_eq(count.phantom_reads, 1);
    ck_assert_int_eq(count.unknown, 1);
    ck_assert_int_eq(count.ok, 0);
}
END_TEST

START_TEST(a_cancelled_wait_is_committed_locally_and_seen)
{
    const char *sync = "{ mode = \"sync\", cancel = \"shows\", reconnect = \"0s\" }";
    char *text = g_strdup_printf(TWO "data \"item\" { channels = { replicate %s } }\n" SERVICES
                                     "at \"1s\" { cut { \"a-b\", lasts = \"20s\" } }\n"
                                     "at \"10s\" { lose \"a\" }\n",
                                 sync);
    story = story_new(text, "write read");
    g_free(text);
    story_ask(story, "write", ms(2000), 7);
    story_ask(story, "read", ms(4900), 7); /* still waiting */
    story_ask(story, "read", ms(5100), 7); /* given up at 5 s */
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").phantom_reads, 1);
}
END_TEST

/* ---- power and disks --------------------------------------------------------------------- */

#define CRASH "at \"10s\" { crash { \"item\", region = \"a\", lasts = \"5s\" } }\n"

START_TEST(a_source_forgets_what_it_had_not_flushed_and_nobody_else_has_it)
{
    story =
        story_new(TWO ITEM("{ flush = \"1s\", reconnect = \"0s\" }") SERVICES CRASH, "write read");
    story_ask(story, "write", ms(8999), 7);
    story_ask(story, "write", ms(9001), 8);
    story_ask(story, "read", ms(16000), 7);
    story_ask(story, "read", ms(16000), 8);
    story_end(story);
    ck_assert(story_has(story, "8999ms work    item.a commits key 7\n"
                               "9999ms work    data item/channels[1] replicate a>b sends #0\n"
                               "10s fault   item.a forgets 1 changes that were not flushed\n"));
    ck_assert(!story_has(story, "replicate a>b applies #1\n"));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").phantom_reads, 0);
}
END_TEST

START_TEST(a_forgotten_change_gives_way_to_what_it_had_replaced)
{
    story =
        story_new(TWO ITEM("{ flush = \"1s\", reconnect = \"0s\" }") SERVICES CRASH, "write read");
    story_ask(story, "write", ms(2000), 7);
    story_ask(story, "write", ms(9400), 7);
    story_ask(story, "write", ms(9500), 7);
    story_ask(story, "read", ms(9600), 7); /* what is forgotten later */
    story_ask(story, "read", ms(16000), 7);
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 2);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").phantom_reads, 1);
}
END_TEST

START_TEST(a_region_without_power_forgets_too)
{
    story = story_new(TWO ITEM("{ flush = \"1s\", reconnect = \"0s\" }") SERVICES
                      "at \"10s\" { down { \"a\", lasts = \"5s\" } }\n",
                      "write");
    story_ask(story, "write", ms(9001), 8);
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 1);
}
END_TEST

START_TEST(a_log_ahead_of_its_data_leaves_the_targets_with_more)
{
    story = story_new(TWO ITEM("\"mysql-relaxed\" { reconnect = \"0s\" }") SERVICES CRASH, "write");
    story_ask(story, "write", ms(9001), 8);
    story_ask(story, "write", ms(16000), 9);
    story_end(story);
    ck_assert(story_has(story, "9041500us work    data item/channels[1] replicate a>b applies #0\n"
                               "10s fault   item.a forgets 1 changes that were not flushed\n"
                               "16040500us work    data item/channels[1] replicate a>b applies "
                               "#1\n"));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 0);
    ck_assert_int_eq(story_count(story, "item").diverged, 1);
}
END_TEST

START_TEST(keys_given_away_again_stop_replication)
{
    story =
        story_new(TWO NEW_ITEM("\"mysql-relaxed\" { reconnect = \"0s\" }") SERVICES CRASH, "write");
    story_ask(story, "write", ms(9001), 1000008);
    story_ask(story, "write", ms(16000), 1000009);
    story_end(story);
    ck_assert(!story_has(story, "replicate a>b sends #1\n"));
    ck_assert_int_eq(story_count(story, "item").diverged, 1);
}
END_TEST

START_TEST(a_full_copy_mends_it_and_destroys_what_only_the_targets_had)
{
    story = story_new(TWO NEW_ITEM("\"mysql-relaxed\" { reconnect = \"0s\", operator_after = "
                                   "\"10s\" }") SERVICES CRASH,
                      "write");
    story_ask(story, "write", ms(8000), 1000007);
    story_ask(story, "write", ms(9001), 1000008);
    story_ask(story, "write", ms(16000), 1000009);
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 2);
    ck_assert_int_eq(story_count(story, "item").diverged, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("copies");
    TCase *tcase;
    tcase = tcase_create("connections");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, mysql_looks_for_its_source_again_only_at_its_next_attempt);
    tcase_add_test(tcase, mysql_goes_on_with_its_connection_after_a_short_cut);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("waiting");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_commit_waits_for_its_copy);
    tcase_add_test(tcase, all_waiters_are_told_at_the_fallback_and_the_next_does_not_wait);
    tcase_add_test(tcase, it_waits_again_once_a_copy_has_caught_up);
    tcase_add_test(tcase, nobody_sees_a_change_that_waits_after_sync);
    tcase_add_test(tcase, others_see_a_change_that_waits_after_commit);
    tcase_add_test(tcase, a_cancelled_wait_is_committed_locally_and_seen);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("disks");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_source_forgets_what_it_had_not_flushed_and_nobody_else_has_it);
    tcase_add_test(tcase, a_forgotten_change_gives_way_to_what_it_had_replaced);
    tcase_add_test(tcase, a_region_without_power_forgets_too);
    tcase_add_test(tcase, a_log_ahead_of_its_data_leaves_the_targets_with_more);
    tcase_add_test(tcase, keys_given_away_again_stop_replication);
    tcase_add_test(tcase, a_full_copy_mends_it_and_destroys_what_only_the_targets_had);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
