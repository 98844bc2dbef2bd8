/*
 * test_fates.c: what becomes of a message, and what its sender learns: delivered, delayed, dropped
 * silently, refused at once, or done with the reply lost. The same cut, silent and with reset.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

/* Users near a, at home in b: a write is forwarded, 40 ms there and 40 ms back. The stream tries
 * again every second once it knows that its connection is gone. */
#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"                         \
    "users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 }, network = \"0ms\",\n"    \
    "            resolver = dns { ttl = \"0s\" } }\n"
#define ITEM                                                                                       \
    "data \"item\" { channels = { replicate { notice = \"20s\", reconnect = \"1s\" } },\n"         \
    "              read = { \"local\", secondary { ask = \"home\", timeout = \"500ms\" } } }\n"
#define SERVICES                                                                                   \
    "service \"write\" { writes = \"item\", work = \"0ms\" }\n"                                    \
    "service \"read\" { reads = \"item\", work = \"0ms\" }\n"

enum { A_TO_B, B_TO_A };

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* One served before the cut at 150 ms, one whose reply it meets, one that it meets on the way, one
 * that comes too late; and a change of b, sent with the commit, that never arrives. */
static void four_writes(const char *how)
{
    char *text = g_strdup_printf(
        TWO ITEM SERVICES "at \"150ms\" { cut { \"a-b\", how = \"%s\", lasts = \"2s\" } }\n", how);
    story = story_new(text, "write read");
    g_free(text);
    story_ask(story, "write", ms(10), 1);
    story_ask(story, "write", ms(100), 2);
    story_ask(story, "write", ms(120), 3);
    story_ask(story, "write", ms(200), 4);
}

static void expect_link(int link, int64_t delivered, int64_t dropped, int64_t bounced,
                        int64_t replies)
{
    const Link *l = &story_world(story)->links[link];
    ck_assert_int_eq(l->taken - l->lost, delivered);
    ck_assert_int_eq(l->dropped, dropped);
    ck_assert_int_eq(l->bounced, bounced);
    ck_assert_int_eq(l->replies, replies);
}

static void expect_fault(int64_t dropped, int64_t bounced, int64_t replies)
{
    const Fault *fault = &story_world(story)->faults[0];
    ck_assert_int_eq(fault->dropped, dropped);
    ck_assert_int_eq(fault->bounced, bounced);
    ck_assert_int_eq(fault->replies, replies);
    ck_assert_int_eq(fault->spent, 2 * SIM_S);
}

#define BEFORE                                                                                     \
    "10ms work    write: user 1 attempt 1 enters a\n"                                              \
    "10ms work    write: user 1 forwards item to b\n"                                              \
    "50ms work    item.b commits key 1\n"                                                          \
    "50ms work    data item/channels[1] replicate b>a sends #0\n"                                  \
    "90ms work    data item/channels[1] replicate b>a applies #0\n"                                \
    "90ms work    write: user 1 is served\n"                                                       \
    "100ms work    write: user 2 attempt 1 enters a\n"                                             \
    "100ms work    write: user 2 forwards item to b\n"                                             \
    "120ms work    write: user 3 attempt 1 enters a\n"                                             \
    "120ms work    write: user 3 forwards item to b\n"                                             \
    "140ms work    item.b commits key 2\n"                                                         \
    "140ms work    data item/channels[1] replicate b>a sends #1\n"                                 \
    "150ms fault   cut a-b begins\n"                                                               \
    "150ms fault   data item/channels[1] replicate a>b stalls\n"                                   \
    "150ms fault   data item/channels[1] replicate b>a stalls\n"

START_TEST(who_meets_a_silent_cut_waits_for_a_time_out)
{
    four_writes("silent");
    story_expect(
        story,
        BEFORE "160ms deliver write: user 3: a message a>b is lost\n"
               "180ms deliver data item/channels[1] replicate b>a loses a change: the path broke\n"
               "180ms deliver write: user 2: a message b>a is lost\n"
               "200ms work    write: user 4 attempt 1 enters a\n"
               "200ms work    write: user 4 forwards item to b\n"
               "1100ms timer   write: user 2 attempt 1 fails: owner out of reach\n"
               "1120ms timer   write: user 3 attempt 1 fails: owner out of reach\n"
               "1200ms timer   write: user 4 attempt 1 fails: owner out of reach\n"
               "2150ms fault   cut a-b ends\n"
               "3150ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
               "3150ms timer   data item/channels[1] replicate b>a resumes with 1 changes waiting\n"
               "3150ms work    data item/channels[1] replicate b>a sends #1\n"
               "3190ms work    data item/channels[1] replicate b>a applies #1\n");
    /* a>b: the forwards of 1 and 2; those of 3 and 4 are gone without a word. b>a: the answer to 1
     * and its change, the change of 2 in the end; the change of 2 at first, and its reply. */
    expect_link(A_TO_B, 2, 2, 0, 0);
    expect_link(B_TO_A, 3, 1, 0, 1);
    expect_fault(3, 0, 1);
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.issued, 2);
    ck_assert_int_eq(count.unknown, 1);
    ck_assert_int_eq(count.ghosts, 1);
}
END_TEST

START_TEST(who_meets_a_cut_with_reset_is_told_at_once)
{
    four_writes("reset");
    story_expect(
        story,
        BEFORE "160ms deliver write: user 3: a message a>b is lost\n"
               "160ms timer   write: user 3 attempt 1 fails: owner out of reach\n"
               "180ms deliver data item/channels[1] replicate b>a loses a change: the path broke\n"
               "180ms deliver write: user 2: a message b>a is lost\n"
               "180ms timer   write: user 2 attempt 1 fails: owner out of reach\n"
               "200ms work    write: user 4 attempt 1 enters a\n"
               "200ms work    write: user 4 forwards item to b\n"
               "200ms work    write: user 4 attempt 1 fails: owner out of reach\n"
               "2150ms fault   cut a-b ends\n"
               "2230ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
               "2230ms timer   data item/channels[1] replicate b>a resumes with 1 changes waiting\n"
               "2230ms work    data item/channels[1] replicate b>a sends #1\n"
               "2270ms work    data item/channels[1] replicate b>a applies #1\n");
    /* The same messages; but whoever sent them knows. That the write of user 2 was done, nobody
     * knows here, either. */
    expect_link(A_TO_B, 2, 0, 2, 0);
    expect_link(B_TO_A, 3, 0, 1, 1);
    expect_fault(0, 3, 1);
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.issued, 2);
    ck_assert_int_eq(count.unknown, 1);
    ck_assert_int_eq(count.ghosts, 1);
}
END_TEST

/* ---- reads: nothing is unknown, but the thread is held --------------------------------------- */

static void two_reads(const char *how)
{
    char *text = g_strdup_printf(
        TWO ITEM SERVICES "at \"150ms\" { cut { \"a-b\", how = \"%s\", lasts = \"2s\" } }\n", how);
    story = story_new(text, "write read");
    g_free(text);
    story_ask(story, "read", ms(100), 2000000); /* the answer is on its way */
    story_ask(story, "read", ms(120), 2000001); /* the question is */
}

START_TEST(a_read_that_a_silent_cut_meets_holds_its_thread_until_the_time_out)
{
    two_reads("silent");
    story_end(story);
    ck_assert(story_has(story, "600ms timer   read: user 2000000 stops waiting for an answer\n"
                               "620ms timer   read: user 2000001 stops waiting for an answer\n"));
    expect_link(A_TO_B, 1, 1, 0, 0);
    expect_link(B_TO_A, 0, 0, 0, 1);
}
END_TEST

START_TEST(a_read_that_a_reset_meets_goes_on_at_once)
{
    two_reads("reset");
    story_end(story);
    ck_assert(story_has(story,
                        "160ms deliver read: user 2000001: the connection to b is reset\n"
                        "160ms work    read: user 2000001 attempt 1 fails: owner out of reach\n"
                        "180ms deliver read: user 2000000: the connection to b is reset\n"
                        "180ms work    read: user 2000000 attempt 1 fails: owner out of reach\n"));
    expect_link(A_TO_B, 1, 0, 1, 0);
    expect_link(B_TO_A, 0, 0, 0, 1);
}
END_TEST

START_TEST(an_answer_that_is_sent_after_the_heal_arrives)
{
    /* The way back is broken and mended while the question is under way. */
    story = story_new(TWO ITEM SERVICES
                      "at \"110ms\" { cut { \"a-b\", from = \"b\", lasts = \"20ms\" } }\n",
                      "write read");
    story_ask(story, "write", ms(10), 1);
    story_ask(story, "read", ms(100), 2000000);
    story_end(story);
    ck_assert(story_has(story, "130ms fault   cut a-b ends\n"
                               "140ms deliver item.b is asked: not here\n"
                               "180ms deliver read: user 2000000 gets an answer: not here\n"));
    expect_link(B_TO_A, 3, 0, 0, 0);
}
END_TEST

/* ---- delayed; and what resets do not tell ---------------------------------------------------- */

START_TEST(what_waits_in_a_jam_is_delayed_and_not_lost)
{
    story = story_new(TWO ITEM SERVICES "at \"20ms\" { jam { \"a-b\", lasts = \"300ms\" } }\n",
                      "write read");
    story_ask(story, "write", ms(30), 1);
    story_end(story);
    ck_assert(story_has(story, "360ms work    item.b commits key 1\n"
                               "400ms work    write: user 1 is served\n"));
    expect_link(A_TO_B, 1, 0, 0, 0);
    expect_link(B_TO_A, 2, 0, 0, 0);
    ck_assert_int_eq(story_world(story)->links[A_TO_B].late, 1);
    ck_assert_int_eq(story_world(story)->links[B_TO_A].late, 0);
    ck_assert_int_eq(story_world(story)->faults[0].delayed, 1);
}
END_TEST

START_TEST(where_a_silent_cut_lies_over_a_reset_nobody_is_told)
{
    story = story_new(TWO ITEM SERVICES
                      "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"2s\" } }\n"
                      "at \"6ms\" { cut { \"a-b\", how = \"silent\", lasts = \"100ms\" } }\n",
                      "write read");
    story_ask(story, "write", ms(10), 1);
    story_ask(story, "write", ms(200), 2);
    story_end(story);
    ck_assert(story_has(story, "200ms work    write: user 2 attempt 1 fails: owner out of reach\n"
                               "1010ms timer   write: user 1 attempt 1 fails"));
    /* Both were in the way of the first; it is silent because of the second. */
    expect_link(A_TO_B, 0, 1, 1, 0);
    ck_assert_int_eq(story_world(story)->faults[0].dropped, 0);
    ck_assert_int_eq(story_world(story)->faults[0].bounced, 1);
    ck_assert_int_eq(story_world(story)->faults[1].dropped, 1);
    ck_assert_int_eq(story_world(story)->faults[1].bounced, 0);
}
END_TEST

START_TEST(a_message_for_a_dead_region_is_dropped_by_its_death_and_not_by_the_slow_line)
{
    story = story_new(TWO ITEM SERVICES
                      "at \"0s\" { degrade { \"a-b\", latency = \"10ms\", lasts = \"90s\" } }\n"
                      "at \"50ms\" { down { \"b\", lasts = \"5ms\" } }\n",
                      "write read");
    story_ask(story, "write", ms(10), 1);
    story_end(story);
    const World *world = story_world(story);
    expect_link(A_TO_B, 0, 1, 0, 0);
    ck_assert_int_eq(world->faults[0].dropped, 0);
    ck_assert_int_eq(world->faults[0].delayed, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fates");
    TCase *tcase = tcase_create("stall and reset");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, who_meets_a_silent_cut_waits_for_a_time_out);
    tcase_add_test(tcase, who_meets_a_cut_with_reset_is_told_at_once);
    tcase_add_test(tcase, a_read_that_a_silent_cut_meets_holds_its_thread_until_the_time_out);
    tcase_add_test(tcase, a_read_that_a_reset_meets_goes_on_at_once);
    tcase_add_test(tcase, an_answer_that_is_sent_after_the_heal_arrives);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("delays and blame");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, what_waits_in_a_jam_is_delayed_and_not_lost);
    tcase_add_test(tcase, where_a_silent_cut_lies_over_a_reset_nobody_is_told);
    tcase_add_test(tcase,
                   a_message_for_a_dead_region_is_dropped_by_its_death_and_not_by_the_slow_line);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
