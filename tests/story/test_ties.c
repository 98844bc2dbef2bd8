/*
 * test_ties.c: what meets at one instant is settled: fault, deliver, timer, work, probe.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define HOME_B                                                                                     \
    "users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 }, network = \"0ms\",\n"    \
    "            resolver = dns { ttl = \"0s\" } }\n"
#define ITEM "data \"item\" { channels = { replicate { reconnect = \"0s\" } } }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"0ms\" }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* ---- fault and message ----------------------------------------------------------------------- */

START_TEST(a_message_that_meets_a_partition_at_one_instant_is_lost)
{
    story =
        story_new(TWO ITEM WRITE "at \"50ms\" { cut { \"a-b\", lasts = \"50ms\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    data item/channels[1] replicate a>b sends #0\n"
               "10ms work    write: user 7 is served\n"
               "50ms fault   cut a-b begins\n"
               "50ms fault   data item/channels[1] replicate a>b stalls\n"
               "50ms fault   data item/channels[1] replicate b>a stalls\n"
               "50ms deliver data item/channels[1] replicate a>b loses a change: the path broke\n"
               "100ms fault   cut a-b ends\n"
               "100ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "100ms work    data item/channels[1] replicate a>b sends #0\n"
               "100ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "140ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(a_message_that_arrives_just_before_the_partition_is_not)
{
    story = story_new(TWO ITEM WRITE "at \"50000001ns\" { cut { \"a-b\", lasts = \"50ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story,
        "10ms work    write: user 7 attempt 1 enters a\n"
        "10ms work    item.a commits key 7\n"
        "10ms work    data item/channels[1] replicate a>b sends #0\n"
        "10ms work    write: user 7 is served\n"
        "50ms work    data item/channels[1] replicate a>b applies #0\n"
        "50000001ns fault   cut a-b begins\n"
        "50000001ns fault   data item/channels[1] replicate a>b stalls\n"
        "50000001ns fault   data item/channels[1] replicate b>a stalls\n"
        "100000001ns fault   cut a-b ends\n"
        "100000001ns timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "100000001ns timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(a_message_that_meets_the_loss_of_its_source_is_lost)
{
    story = story_new(TWO ITEM WRITE "at \"50ms\" { lose { \"a\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    data item/channels[1] replicate a>b sends #0\n"
               "10ms work    write: user 7 is served\n"
               "50ms fault   lose a begins\n"
               "50ms fault   data item/channels[1] replicate a>b stalls\n"
               "50ms fault   data item/channels[1] replicate b>a stalls\n"
               "50ms deliver data item/channels[1] replicate a>b loses a change: the path broke\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 1);
}
END_TEST

START_TEST(a_message_that_meets_the_power_cut_of_its_source_arrives)
{
    story = story_new(TWO ITEM WRITE "at \"50ms\" { down { \"a\", lasts = \"50ms\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story,
        "10ms work    write: user 7 attempt 1 enters a\n"
        "10ms work    item.a commits key 7\n"
        "10ms work    data item/channels[1] replicate a>b sends #0\n"
        "10ms work    write: user 7 is served\n"
        "50ms fault   down a begins\n"
        "50ms fault   data item/channels[1] replicate a>b stalls\n"
        "50ms fault   data item/channels[1] replicate b>a stalls\n"
        "50ms work    data item/channels[1] replicate a>b applies #0\n"
        "100ms fault   down a ends\n"
        "100ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "100ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").dark, 0);
}
END_TEST

START_TEST(a_message_that_meets_the_power_cut_of_its_target_is_sent_again)
{
    story = story_new(TWO ITEM WRITE "at \"50ms\" { down { \"b\", lasts = \"50ms\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    data item/channels[1] replicate a>b sends #0\n"
               "10ms work    write: user 7 is served\n"
               "50ms fault   down b begins\n"
               "50ms fault   data item/channels[1] replicate a>b stalls\n"
               "50ms fault   data item/channels[1] replicate b>a stalls\n"
               "50ms deliver data item/channels[1] replicate a>b loses a change: the path broke\n"
               "100ms fault   down b ends\n"
               "100ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "100ms work    data item/channels[1] replicate a>b sends #0\n"
               "100ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "140ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

/* ---- fault and work -------------------------------------------------------------------------- */

START_TEST(work_that_ends_when_its_region_dies_is_not_done)
{
    story = story_new(TWO ITEM "service \"write\" { writes = \"item\", work = \"10ms\" }\n"
                               "at \"20ms\" { down { \"a\", lasts = \"1s\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story,
        "10ms work    write: user 7 attempt 1 enters a\n"
        "20ms fault   down a begins\n"
        "20ms fault   data item/channels[1] replicate a>b stalls\n"
        "20ms fault   data item/channels[1] replicate b>a stalls\n"
        "1010ms timer   write: user 7 attempt 1 fails: unreachable\n"
        "1020ms fault   down a ends\n"
        "1020ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "1020ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
    ck_assert_int_eq(story_count(story, "item").issued, 0);
}
END_TEST

START_TEST(a_request_that_arrives_when_its_region_dies_finds_nobody)
{
    story = story_new(TWO ITEM WRITE "at \"10ms\" { down { \"a\", lasts = \"2s\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story,
        "10ms fault   down a begins\n"
        "10ms fault   data item/channels[1] replicate a>b stalls\n"
        "10ms fault   data item/channels[1] replicate b>a stalls\n"
        "10ms work    write: user 7 attempt 1 enters a\n"
        "1010ms timer   write: user 7 attempt 1 fails: unreachable\n"
        "2010ms fault   down a ends\n"
        "2010ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "2010ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
    ck_assert_int_eq(story_count(story, "item").issued, 0);
}
END_TEST

START_TEST(a_request_that_arrives_when_its_region_returns_is_served)
{
    story = story_new(TWO ITEM WRITE "at \"5ms\" { down { \"a\", lasts = \"5ms\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story,
                 "5ms fault   down a begins\n"
                 "5ms fault   data item/channels[1] replicate a>b stalls\n"
                 "5ms fault   data item/channels[1] replicate b>a stalls\n"
                 "10ms fault   down a ends\n"
                 "10ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
                 "10ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
                 "10ms work    write: user 7 attempt 1 enters a\n"
                 "10ms work    item.a commits key 7\n"
                 "10ms work    data item/channels[1] replicate a>b sends #0\n"
                 "10ms work    write: user 7 is served\n"
                 "50ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

/* ---- crash and timer ------------------------------------------------------------------------- */

START_TEST(a_stream_does_not_resume_into_a_store_that_crashes_at_that_instant)
{
    story = story_new(TWO "data \"item\" { channels = { replicate { reconnect = \"100ms\", notice "
                          "= \"1s\" } } }\n" WRITE
                          "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"700ms\" } }\n"
                          "at \"785ms\" { crash { \"item\", region = \"b\", lasts = \"50ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "5ms fault   cut a-b begins\n"
               "5ms fault   data item/channels[1] replicate a>b stalls\n"
               "5ms fault   data item/channels[1] replicate b>a stalls\n"
               "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    write: user 7 is served\n"
               "705ms fault   cut a-b ends\n"
               "785ms fault   crash item begins\n"
               "835ms fault   crash item ends\n"
               "985ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "985ms work    data item/channels[1] replicate a>b sends #0\n"
               "985ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "1025ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(a_store_that_fails_during_the_handshake_makes_the_stream_try_again)
{
    story = story_new(TWO "data \"item\" { channels = { replicate { reconnect = \"100ms\", notice "
                          "= \"1s\" } } }\n" WRITE
                          "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"700ms\" } }\n"
                          "at \"735ms\" { crash { \"item\", region = \"b\", lasts = \"50ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "5ms fault   cut a-b begins\n"
               "5ms fault   data item/channels[1] replicate a>b stalls\n"
               "5ms fault   data item/channels[1] replicate b>a stalls\n"
               "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    write: user 7 is served\n"
               "705ms fault   cut a-b ends\n"
               "735ms fault   crash item begins\n"
               "785ms fault   crash item ends\n"
               "885ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "885ms work    data item/channels[1] replicate a>b sends #0\n"
               "885ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "925ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

/* ---- time-out and reply ---------------------------------------------------------------------- */

START_TEST(a_reply_that_comes_with_the_time_out_is_taken)
{
    story = story_new(
        TWO HOME_B
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } },\n"
        "              read = { \"local\", secondary { ask = \"home\", timeout = \"80ms\" } } }\n"
        "service \"read\" { reads = \"item\", work = \"0ms\" }\n" WRITE,
        "read write");
    story_ask(story, "write", ms(10), 2000000);
    story_ask(story, "read", ms(51), 2000000);
    story_expect(story, "10ms work    write: user 2000000 attempt 1 enters a\n"
                        "10ms work    write: user 2000000 forwards item to b\n"
                        "50ms work    item.b commits key 2000000\n"
                        "50ms work    data item/channels[1] replicate b>a sends #0\n"
                        "51ms work    read: user 2000000 attempt 1 enters a\n"
                        "51ms work    read: user 2000000 asks b\n"
                        "90ms work    data item/channels[1] replicate b>a applies #0\n"
                        "90ms work    write: user 2000000 is served\n"
                        "91ms deliver item.b is asked: found\n"
                        "131ms deliver read: user 2000000 gets an answer: found\n"
                        "131ms work    read: user 2000000 is served, remotely\n");
}
END_TEST

START_TEST(a_reply_just_after_the_time_out_is_not)
{
    story =
        story_new(TWO HOME_B "data \"item\" { channels = { replicate { reconnect = \"0s\" } },\n"
                             "              read = { \"local\", secondary { ask = \"home\", "
                             "timeout = \"79999999ns\" } } }\n"
                             "service \"read\" { reads = \"item\", work = \"0ms\" }\n" WRITE,
                  "read write");
    story_ask(story, "write", ms(10), 2000000);
    story_ask(story, "read", ms(51), 2000000);
    story_expect(story,
                 "10ms work    write: user 2000000 attempt 1 enters a\n"
                 "10ms work    write: user 2000000 forwards item to b\n"
                 "50ms work    item.b commits key 2000000\n"
                 "50ms work    data item/channels[1] replicate b>a sends #0\n"
                 "51ms work    read: user 2000000 attempt 1 enters a\n"
                 "51ms work    read: user 2000000 asks b\n"
                 "90ms work    data item/channels[1] replicate b>a applies #0\n"
                 "90ms work    write: user 2000000 is served\n"
                 "91ms deliver item.b is asked: found\n"
                 "130999999ns timer   read: user 2000000 stops waiting for an answer\n"
                 "130999999ns work    read: user 2000000 attempt 1 fails: owner out of reach\n");
}
END_TEST

/* ---- deadline and completion ----------------------------------------------------------------- */

START_TEST(work_that_ends_with_the_deadline_is_too_late_and_leaves_a_ghost)
{
    story = story_new(TWO ITEM
                      "service \"write\" { writes = \"item\", work = \"1s\", deadline = \"1s\" }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "1010ms timer   write: user 7 attempt 1 fails: no answer in time\n"
                        "1010ms work    item.a commits key 7\n"
                        "1010ms work    data item/channels[1] replicate a>b sends #0\n"
                        "1050ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").unknown, 1);
    ck_assert_int_eq(story_count(story, "item").ghosts, 1);
}
END_TEST

START_TEST(work_that_ends_just_before_the_deadline_is_served)
{
    story = story_new(
        TWO ITEM
        "service \"write\" { writes = \"item\", work = \"999999999ns\", deadline = \"1s\" }\n",
        "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "1009999999ns work    item.a commits key 7\n"
                        "1009999999ns work    data item/channels[1] replicate a>b sends #0\n"
                        "1009999999ns work    write: user 7 is served\n"
                        "1049999999ns work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").ok, 1);
}
END_TEST

START_TEST(an_answer_that_comes_with_the_deadline_is_in_time)
{
    story =
        story_new(TWO HOME_B ITEM
                  "service \"write\" { writes = \"item\", work = \"0ms\", deadline = \"80ms\" }\n",
                  "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    write: user 7 forwards item to b\n"
                        "50ms work    item.b commits key 7\n"
                        "50ms work    data item/channels[1] replicate b>a sends #0\n"
                        "90ms work    data item/channels[1] replicate b>a applies #0\n"
                        "90ms work    write: user 7 is served\n");
    ck_assert_int_eq(story_count(story, "item").ok, 1);
}
END_TEST

/* ---- heal and resume ------------------------------------------------------------------------- */

START_TEST(a_stream_that_resumes_at_the_heal_goes_on_at_that_instant)
{
    story = story_new(TWO ITEM WRITE "at \"5ms\" { cut { \"a-b\", lasts = \"95ms\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(100), 8);
    story_expect(
        story, "5ms fault   cut a-b begins\n"
               "5ms fault   data item/channels[1] replicate a>b stalls\n"
               "5ms fault   data item/channels[1] replicate b>a stalls\n"
               "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    write: user 7 is served\n"
               "100ms fault   cut a-b ends\n"
               "100ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "100ms work    data item/channels[1] replicate a>b sends #0\n"
               "100ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "100ms work    write: user 8 attempt 1 enters a\n"
               "100ms work    item.a commits key 8\n"
               "100ms work    data item/channels[1] replicate a>b sends #1\n"
               "100ms work    write: user 8 is served\n"
               "140ms work    data item/channels[1] replicate a>b applies #0\n"
               "140ms work    data item/channels[1] replicate a>b applies #1\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 2);
}
END_TEST

START_TEST(a_cut_that_begins_when_another_ends_leaves_no_gap)
{
    story = story_new(TWO ITEM WRITE "at \"5ms\" { cut { \"a-b\", lasts = \"95ms\" } }\n"
                                     "at \"100ms\" { cut { \"a-b\", lasts = \"20ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "5ms fault   cut a-b begins\n"
               "5ms fault   data item/channels[1] replicate a>b stalls\n"
               "5ms fault   data item/channels[1] replicate b>a stalls\n"
               "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    write: user 7 is served\n"
               "100ms fault   cut a-b begins\n"
               "100ms fault   cut a-b ends\n"
               "120ms fault   cut a-b ends\n"
               "120ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "120ms work    data item/channels[1] replicate a>b sends #0\n"
               "120ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "160ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ties");
    TCase *tcase;
    tcase = tcase_create("fault and message");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_message_that_meets_a_partition_at_one_instant_is_lost);
    tcase_add_test(tcase, a_message_that_arrives_just_before_the_partition_is_not);
    tcase_add_test(tcase, a_message_that_meets_the_loss_of_its_source_is_lost);
    tcase_add_test(tcase, a_message_that_meets_the_power_cut_of_its_source_arrives);
    tcase_add_test(tcase, a_message_that_meets_the_power_cut_of_its_target_is_sent_again);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("fault and work");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, work_that_ends_when_its_region_dies_is_not_done);
    tcase_add_test(tcase, a_request_that_arrives_when_its_region_dies_finds_nobody);
    tcase_add_test(tcase, a_request_that_arrives_when_its_region_returns_is_served);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("crash and timer");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_stream_does_not_resume_into_a_store_that_crashes_at_that_instant);
    tcase_add_test(tcase, a_store_that_fails_during_the_handshake_makes_the_stream_try_again);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("time-out and reply");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_reply_that_comes_with_the_time_out_is_taken);
    tcase_add_test(tcase, a_reply_just_after_the_time_out_is_not);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("deadline and completion");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, work_that_ends_with_the_deadline_is_too_late_and_leaves_a_ghost);
    tcase_add_test(tcase, work_that_ends_just_before_the_deadline_is_served);
    tcase_add_test(tcase, an_answer_that_comes_with_the_deadline_is_in_time);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("heal and resume");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_stream_that_resumes_at_the_heal_goes_on_at_that_instant);
    tcase_add_test(tcase, a_cut_that_begins_when_another_ends_leaves_no_gap);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
