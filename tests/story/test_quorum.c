/*
 * test_quorum.c: leaderless stores: levels, time-outs, hints, read repair, replicas that are down.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
/* Replicas take 1 ms to write or read, and answer at once. */
#define ITEM(rest) "data \"item\" { channels = { quorum { replicas = 2, " rest " } } }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
#define READ "service \"read\" { reads = \"item\", work = \"0ms\" }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

START_TEST(a_local_level_answers_before_the_other_region_knows)
{
    story = story_new(TWO ITEM("write = \"local_quorum\"") WRITE, "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a coordinates a write of key 7\n"
                        "11ms deliver item.a.1 applies key 7\n"
                        "11ms deliver item.a.2 applies key 7\n"
                        "11ms work    write: user 7 is served\n"
                        "51ms deliver item.b.1 applies key 7\n"
                        "51ms deliver item.b.2 applies key 7\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(each_quorum_waits_for_the_other_region)
{
    story = story_new(TWO ITEM("write = \"each_quorum\"") WRITE, "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a coordinates a write of key 7\n"
                        "11ms deliver item.a.1 applies key 7\n"
                        "11ms deliver item.a.2 applies key 7\n"
                        "51ms deliver item.b.1 applies key 7\n"
                        "51ms deliver item.b.2 applies key 7\n"
                        "91ms work    write: user 7 is served\n");
}
END_TEST

START_TEST(a_write_that_runs_out_of_time_fails_and_stays)
{
    story = story_new(TWO ITEM("write = \"each_quorum\", read = \"one\", write_timeout = \"500ms\","
                               "hint_window = \"0s\"") WRITE READ
                      "at \"5ms\" { cut { \"a-b\", lasts = \"2s\" } }\n",
                      "write read");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "read", ms(600), 7);
    story_expect(story, "5ms fault   cut a-b begins\n"
                        "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a coordinates a write of key 7\n"
                        "11ms deliver item.a.1 applies key 7\n"
                        "11ms deliver item.a.2 applies key 7\n"
                        "510ms timer   item.a: too few replicas acknowledge key 7\n"
                        "510ms timer   write: user 7 attempt 1 fails: unreachable\n"
                        "600ms work    read: user 7 attempt 1 enters a\n"
                        "601ms work    read: user 7 is served\n"
                        "2005ms fault   cut a-b ends\n");
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.unknown, 1);
    ck_assert_int_eq(count.ghosts, 1);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 0);
}
END_TEST

START_TEST(who_is_known_to_be_dead_is_not_waited_for)
{
    story = story_new(TWO ITEM("write = \"each_quorum\", notice = \"1s\"") WRITE
                      "at \"5ms\" { cut { \"a-b\", lasts = \"2s\" } }\n",
                      "write");
    story_ask(story, "write", ms(1010), 7);
    story_end(story);
    ck_assert(story_has(story, "1010ms work    item.a: too few replicas are left for a write\n"
                               "1010ms work    write: user 7 attempt 1 fails: unreachable\n"));
    ck_assert_int_eq(story_count(story, "item").issued, 0);
    ck_assert_int_eq(story_world(story)->faults[0].refused, 1);
}
END_TEST

START_TEST(hints_are_sent_when_the_other_side_answers_again)
{
    story = story_new(TWO ITEM("write = \"local_quorum\", write_timeout = \"500ms\", "
                               "hint_check = \"1s\"") WRITE READ
                      "at \"5ms\" { cut { \"a-b\", lasts = \"2s\" } }\n",
                      "write read");
    story_ask(story, "write", ms(10), 7);
    story_ask_away(story, "read", ms(2400), 7);
    story_ask_away(story, "read", ms(2600), 7);
    story_expect(story, "5ms fault   cut a-b begins\n"
                        "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a coordinates a write of key 7\n"
                        "11ms deliver item.a.1 applies key 7\n"
                        "11ms deliver item.a.2 applies key 7\n"
                        "11ms work    write: user 7 is served\n"
                        "2005ms fault   cut a-b ends\n"
                        "2400ms work    read: user 7 attempt 1 enters b\n"
                        "2401ms work    read: user 7 is served, stale\n"
                        "2510ms timer   item.a sends a hint of key 7 to b.1\n"
                        "2510ms timer   item.a sends a hint of key 7 to b.2\n"
                        "2551ms deliver item.b.1 applies key 7\n"
                        "2551ms deliver item.b.2 applies key 7\n"
                        "2600ms work    read: user 7 attempt 1 enters b\n"
                        "2601ms work    read: user 7 is served\n");
    ck_assert_int_eq(story_count(story, "item").diverged, 0);
}
END_TEST

/* A line that never carried anything is as silent as one that was cut. */
START_TEST(no_hint_is_sent_over_a_line_that_loses_everything)
{
    story = story_new("region \"a\" {}\n"
                      "region \"b\" {}\n"
                      "link { \"a\", \"b\", loss = \"100%\" }\n" ITEM("hint_check = \"1s\"") WRITE,
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    ck_assert(!story_has(story, "sends a hint"));
}
END_TEST

START_TEST(no_hints_for_who_has_been_silent_for_longer_than_the_window)
{
    story = story_new(TWO ITEM("write = \"local_quorum\", write_timeout = \"500ms\", "
                               "hint_window = \"2s\", hint_check = \"1s\"") WRITE
                      "at \"5ms\" { cut { \"a-b\", lasts = \"4s\" } }\n",
                      "write");
    story_ask(story, "write", ms(1000), 7);
    story_ask(story, "write", ms(1600), 8);
    story_end(story);
    ck_assert(story_has(story, "sends a hint of key 7 to b.1\n"));
    ck_assert(!story_has(story, "sends a hint of key 8"));
    ck_assert_int_eq(story_count(story, "item").diverged, 1);
}
END_TEST

START_TEST(read_repair_brings_a_replica_up_to_date)
{
    story = story_new(TWO ITEM("write = \"one\", read = \"all\", hint_window = \"0s\"") WRITE READ
                      "at \"5ms\" { cut { \"a-b\", lasts = \"1s\" } }\n",
                      "write read");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "read", ms(1100), 7);
    story_expect(story, "5ms fault   cut a-b begins\n"
                        "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a coordinates a write of key 7\n"
                        "11ms deliver item.a.1 applies key 7\n"
                        "11ms deliver item.a.2 applies key 7\n"
                        "11ms work    write: user 7 is served\n"
                        "1005ms fault   cut a-b ends\n"
                        "1100ms work    read: user 7 attempt 1 enters a\n"
                        "1181ms work    read: user 7 is served, remotely\n"
                        "1181ms deliver item.a repairs key 7 in b\n"
                        "1222ms deliver item.b.1 applies key 7\n"
                        "1222ms deliver item.b.2 applies key 7\n");
}
END_TEST

START_TEST(a_replica_that_is_down_misses_a_write_and_gets_it_later)
{
    story = story_new("region \"a\" {}\n" ITEM("write = \"one\", read = \"one\", notice = \"0s\", "
                                               "hint_check = \"1s\"") WRITE
                      "at \"5ms\" { replica_down { \"item\", region = \"a\", lasts = \"1s\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story, "5ms fault   replica_down item begins\n"
                        "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a coordinates a write of key 7\n"
                        "11ms deliver item.a.2 applies key 7\n"
                        "11ms work    write: user 7 is served\n"
                        "1005ms fault   replica_down item ends\n"
                        "1010ms timer   item.a sends a hint of key 7 to a.1\n"
                        "1011ms deliver item.a.1 applies key 7\n");
    ck_assert_int_eq(story_world(story)->faults[0].held, 1);
}
END_TEST

START_TEST(a_read_whose_answer_is_late_asks_one_replica_more)
{
    story = story_new("region \"a\" {}\n"
                      "data \"item\" { channels = { quorum { read = \"local_quorum\",\n"
                      "                                  speculate = \"20ms\" } } }\n" READ
                      "at \"5ms\" { replica_down { \"item\", region = \"a\" } }\n",
                      "read");
    for (int i = 0; i < 30; i++)
        story_ask(story, "read", ms(10 + 100 * i), 7);
    story_end(story);
    /* Two of three are asked; two times in three the one that is down is among them. */
    const Fault      *fault = &story_world(story)->faults[0];
    const MetricsCell cell = story_cell(story);
    ck_assert_int_eq(cell.ok[METRICS_FRESH], 30);
    ck_assert_int_gt(fault->dropped, 10);
    ck_assert_int_lt(fault->dropped, 30);
    ck_assert(story_has(story, "10ms work    read: user 7 attempt 1 enters a\n"));
    ck_assert(story_has(story, "31ms work    read: user 7 is served\n") ||
              story_has(story, "131ms work    read: user 7 is served\n"));
}
END_TEST

START_TEST(a_lost_region_takes_what_only_its_replicas_had)
{
    story = story_new(TWO ITEM("write = \"local_quorum\"") WRITE "at \"30ms\" { lose { \"a\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.ok, 1);
    ck_assert_int_eq(count.fate[LEDGER_L1], 1);
}
END_TEST

START_TEST(a_write_that_no_replica_got_is_no_ghost)
{
    story = story_new("region \"a\" {}\n" ITEM("write = \"one\", write_timeout = \"100ms\"") WRITE
                      "at \"5ms\" { replica_down { \"item\", region = \"a\", count = 2 } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.unknown, 1);
    ck_assert_int_eq(count.ghosts, 0);
}
END_TEST

START_TEST(an_old_replica_is_stale_long_after_its_region_has_newer_versions)
{
    /* Replica 1 misses three writes; the ledger must remember them although every region has the
     * newest. */
    story =
        story_new("region \"a\" {}\n" ITEM("write = \"one\", read = \"one\", notice = \"0s\", "
                                           "hint_window = \"0s\"") WRITE READ
                  "at \"500ms\" { replica_down { \"item\", region = \"a\", lasts = \"2s\" } }\n",
                  "write read");
    for (int i = 0; i < 8; i++)
        story_ask(story, "write", ms(100 + 200 * i), 7);
    for (int i = 0; i < 40; i++)
        story_ask(story, "read", ms(3000 + 100 * i), 7);
    story_end(story);
    const ReadCount *reads = &story_world(story)->classes[0].reads[0];
    int64_t          stale = (int64_t)reads->age.count;
    ck_assert_int_eq(stale + reads->fresh, 40);
    ck_assert_int_gt(stale, 8);
    ck_assert_int_gt(reads->fresh, 8);
    ck_assert_int_eq(reads->versions, 6 * stale);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quorum");
    TCase *tcase = tcase_create("stories");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_local_level_answers_before_the_other_region_knows);
    tcase_add_test(tcase, each_quorum_waits_for_the_other_region);
    tcase_add_test(tcase, a_write_that_runs_out_of_time_fails_and_stays);
    tcase_add_test(tcase, who_is_known_to_be_dead_is_not_waited_for);
    tcase_add_test(tcase, hints_are_sent_when_the_other_side_answers_again);
    tcase_add_test(tcase, no_hint_is_sent_over_a_line_that_loses_everything);
    tcase_add_test(tcase, no_hints_for_who_has_been_silent_for_longer_than_the_window);
    tcase_add_test(tcase, read_repair_brings_a_replica_up_to_date);
    tcase_add_test(tcase, a_replica_that_is_down_misses_a_write_and_gets_it_later);
    tcase_add_test(tcase, a_read_whose_answer_is_late_asks_one_replica_more);
    tcase_add_test(tcase, a_lost_region_takes_what_only_its_replicas_had);
    tcase_add_test(tcase, a_write_that_no_replica_got_is_no_ghost);
    tcase_add_test(tcase, an_old_replica_is_stale_long_after_its_region_has_newer_versions);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
