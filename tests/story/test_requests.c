/*
 * test_requests.c: requests and what becomes of them: read steps, unique keys, retries, leases.
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
#define ANY                                                                                        \
    "data \"item\" { owner = \"any\", channels = { replicate { reconnect = \"0s\", multi_master "  \
    "= true } } }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* ---- reads ----------------------------------------------------------------------------------- */

START_TEST(a_second_read_asks_home_after_a_local_miss)
{
    story = story_new(
        TWO HOME_B
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } },\n"
        "              read = { \"local\", secondary { ask = \"home\", timeout = \"300ms\" } } }\n"
        "service \"read\" { reads = \"item\", work = \"0ms\" }\n" WRITE,
        "read write");
    story_ask(story, "write", ms(10), 2000000);
    story_ask(story, "read", ms(51), 2000000);
    story_ask(story, "read", ms(200), 2000000);
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
                        "131ms work    read: user 2000000 is served, remotely\n"
                        "200ms work    read: user 2000000 attempt 1 enters a\n"
                        "200ms work    read: user 2000000 is served\n");
}
END_TEST

START_TEST(a_second_read_of_what_nobody_has_says_so)
{
    story = story_new(
        TWO HOME_B
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } },\n"
        "              read = { \"local\", secondary { ask = \"home\", timeout = \"300ms\" } } }\n"
        "service \"read\" { reads = \"item\", work = \"0ms\" }\n",
        "read");
    story_ask(story, "read", ms(10), 2000000);
    story_expect(story, "10ms work    read: user 2000000 attempt 1 enters a\n"
                        "10ms work    read: user 2000000 asks b\n"
                        "50ms deliver item.b is asked: not here\n"
                        "90ms deliver read: user 2000000 gets an answer: not here\n"
                        "90ms work    read: user 2000000 is served: no such record\n");
}
END_TEST

START_TEST(a_second_read_into_a_silent_cut_waits_for_its_time_out)
{
    story = story_new(
        TWO HOME_B
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } },\n"
        "              read = { \"local\", secondary { ask = \"home\", timeout = \"300ms\" } } }\n"
        "service \"read\" { reads = \"item\", work = \"0ms\" }\n"
        "at \"5ms\" { cut { \"a-b\", lasts = \"1s\" } }\n",
        "read");
    story_ask(story, "read", ms(10), 2000000);
    story_expect(
        story,
        "5ms fault   cut a-b begins\n"
        "5ms fault   data item/channels[1] replicate a>b stalls\n"
        "5ms fault   data item/channels[1] replicate b>a stalls\n"
        "10ms work    read: user 2000000 attempt 1 enters a\n"
        "10ms work    read: user 2000000 asks b in vain\n"
        "310ms timer   read: user 2000000 stops waiting for an answer\n"
        "310ms work    read: user 2000000 attempt 1 fails: owner out of reach\n"
        "1005ms fault   cut a-b ends\n"
        "1005ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "1005ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
}
END_TEST

START_TEST(a_second_read_into_a_reset_fails_at_once)
{
    story = story_new(
        TWO HOME_B
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } },\n"
        "              read = { \"local\", secondary { ask = \"home\", timeout = \"300ms\" } } }\n"
        "service \"read\" { reads = \"item\", work = \"0ms\" }\n"
        "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"1s\" } }\n",
        "read");
    story_ask(story, "read", ms(10), 2000000);
    story_expect(
        story,
        "5ms fault   cut a-b begins\n"
        "5ms fault   data item/channels[1] replicate a>b stalls\n"
        "5ms fault   data item/channels[1] replicate b>a stalls\n"
        "10ms work    read: user 2000000 attempt 1 enters a\n"
        "10ms work    read: user 2000000 attempt 1 fails: owner out of reach\n"
        "1005ms fault   cut a-b ends\n"
        "1005ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "1005ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
}
END_TEST

START_TEST(a_local_copy_that_is_behind_is_a_stale_success)
{
    story = story_new(
        TWO HOME_B
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } },\n"
        "              read = { \"local\", secondary { ask = \"home\", timeout = \"300ms\" } } }\n"
        "service \"read\" { reads = \"item\", work = \"0ms\" }\n" WRITE,
        "read write");
    story_ask_away(story, "write", ms(10), 7);
    story_ask(story, "read", ms(20), 7);
    story_ask(story, "read", ms(50), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters b\n"
                        "10ms work    item.b commits key 7\n"
                        "10ms work    data item/channels[1] replicate b>a sends #0\n"
                        "10ms work    write: user 7 is served\n"
                        "20ms work    read: user 7 attempt 1 enters a\n"
                        "20ms work    read: user 7 is served, stale\n"
                        "50ms work    data item/channels[1] replicate b>a applies #0\n"
                        "50ms work    read: user 7 attempt 1 enters a\n"
                        "50ms work    read: user 7 is served\n");
}
END_TEST

START_TEST(a_session_is_fetched_from_where_it_was_made_and_kept_or_made_anew)
{
    story = story_new(
        TWO "data \"session\" { losable = true, read = { \"local\", back_source { timeout = "
            "\"200ms\" },\n"
            "                                          regenerate { cost = \"80ms\" } } }\n"
            "service \"read\" { reads = \"session\", work = \"0ms\" }\n"
            "at \"1s\" { cut { \"a-b\", lasts = \"1s\" } }\n",
        "read");
    story_ask_away(story, "read", ms(10), 7);
    story_ask_away(story, "read", ms(500), 7);
    story_ask_away(story, "read", ms(1100), 8);
    story_ask_away(story, "read", ms(1500), 8);
    story_expect(story, "10ms work    read: user 7 attempt 1 enters b\n"
                        "10ms work    read: user 7 asks a\n"
                        "50ms deliver session.a is asked: found\n"
                        "90ms deliver read: user 7 gets an answer: found\n"
                        "90ms work    read: user 7 is served, remotely\n"
                        "500ms work    read: user 7 attempt 1 enters b\n"
                        "500ms work    read: user 7 is served\n"
                        "1s fault   cut a-b begins\n"
                        "1100ms work    read: user 8 attempt 1 enters b\n"
                        "1100ms work    read: user 8 asks a in vain\n"
                        "1300ms timer   read: user 8 stops waiting for an answer\n"
                        "1380ms work    read: user 8 is served, made anew\n"
                        "1500ms work    read: user 8 attempt 1 enters b\n"
                        "1500ms work    read: user 8 is served\n"
                        "2s fault   cut a-b ends\n");
}
END_TEST

/* ---- writes ---------------------------------------------------------------------------------- */

START_TEST(a_unique_key_that_is_taken_answers_no)
{
    story = story_new(
        TWO
        "data \"phone\" { key = \"phone\", owner = \"any\", unique = true, change = "
        "\"create-only\",\n"
        "               conflict = \"freeze\",\n"
        "               channels = { replicate { reconnect = \"0s\", multi_master = true } } }\n"
        "service \"write\" { writes = \"phone\", work = \"0ms\" }\n",
        "write");
    story_ask(story, "write", ms(10), 2000000);
    story_ask_away(story, "write", ms(50), 2000000);
    story_expect(story, "10ms work    write: user 2000000 attempt 1 enters a\n"
                        "10ms work    phone.a commits key 2000000\n"
                        "10ms work    data phone/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 2000000 is served\n"
                        "50ms work    data phone/channels[1] replicate a>b applies #0\n"
                        "50ms work    write: user 2000000 attempt 1 enters b\n"
                        "50ms work    phone.b says taken\n"
                        "50ms work    write: user 2000000 is served: taken\n");
    ck_assert_int_eq(story_count(story, "phone").issued, 1);
    ck_assert_int_eq(story_count(story, "phone").surplus_owners, 0);
}
END_TEST

START_TEST(a_unique_key_taken_on_both_sides_has_two_owners)
{
    story = story_new(
        TWO
        "data \"phone\" { key = \"phone\", owner = \"any\", unique = true, change = "
        "\"create-only\",\n"
        "               conflict = \"freeze\",\n"
        "               channels = { replicate { reconnect = \"0s\", multi_master = true } } }\n"
        "service \"write\" { writes = \"phone\", work = \"0ms\" }\n",
        "write");
    story_ask(story, "write", ms(10), 2000000);
    story_ask_away(story, "write", ms(20), 2000000);
    story_expect(story, "10ms work    write: user 2000000 attempt 1 enters a\n"
                        "10ms work    phone.a commits key 2000000\n"
                        "10ms work    data phone/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 2000000 is served\n"
                        "20ms work    write: user 2000000 attempt 1 enters b\n"
                        "20ms work    phone.b commits key 2000000\n"
                        "20ms work    data phone/channels[1] replicate b>a sends #0\n"
                        "20ms work    write: user 2000000 is served\n"
                        "50ms work    data phone/channels[1] replicate a>b applies #0\n"
                        "60ms work    data phone/channels[1] replicate b>a applies #0\n");
    ck_assert_int_eq(story_count(story, "phone").fate[LEDGER_SURVIVED], 2);
    ck_assert_int_eq(story_count(story, "phone").surplus_owners, 1);
}
END_TEST

/* ---- clients --------------------------------------------------------------------------------- */

START_TEST(a_retry_goes_elsewhere)
{
    story = story_new(
        TWO
        "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1 }, network = \"0ms\",\n"
        "            retry = { attempts = 2, backoff = \"0ms\", elsewhere = \"100%\" } }\n" ANY
            WRITE "at \"5ms\" { down { \"a\", lasts = \"10s\" } }\n",
        "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story,
        "5ms fault   down a begins\n"
        "5ms fault   data item/channels[1] replicate a>b stalls\n"
        "5ms fault   data item/channels[1] replicate b>a stalls\n"
        "10ms work    write: user 7 attempt 1 enters a\n"
        "1010ms timer   write: user 7 attempt 1 fails: unreachable\n"
        "1010ms work    write: user 7 attempt 2 enters b\n"
        "1010ms work    item.b commits key 7\n"
        "1010ms work    write: user 7 is served, retried\n"
        "10005ms fault   down a ends\n"
        "10005ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "10005ms timer   data item/channels[1] replicate b>a resumes with 1 changes waiting\n"
        "10005ms work    data item/channels[1] replicate b>a sends #0\n"
        "10045ms work    data item/channels[1] replicate b>a applies #0\n");
    ck_assert_int_eq(story_count(story, "item").ok, 1);
}
END_TEST

START_TEST(a_retry_of_a_write_that_got_through_unheard_leaves_a_ghost_and_a_copy)
{
    story = story_new(
        TWO
        "users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 }, network = \"0ms\",\n"
        "            retry = { attempts = 2, backoff = \"0ms\", elsewhere = \"100%\" } }\n" ITEM
            WRITE "at \"60ms\" { cut { \"a-b\", from = \"b\", lasts = \"2s\" } }\n",
        "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    write: user 7 forwards item to b\n"
               "50ms work    item.b commits key 7\n"
               "50ms work    data item/channels[1] replicate b>a sends #0\n"
               "60ms fault   cut a-b begins\n"
               "60ms fault   data item/channels[1] replicate b>a stalls\n"
               "90ms deliver data item/channels[1] replicate b>a loses a change: the path broke\n"
               "90ms deliver write: user 7: a message b>a is lost\n"
               "1010ms timer   write: user 7 attempt 1 fails: owner out of reach\n"
               "1010ms work    write: user 7 attempt 2 enters b\n"
               "1010ms work    item.b commits key 7\n"
               "1010ms work    write: user 7 is served, retried\n"
               "2060ms fault   cut a-b ends\n"
               "2060ms timer   data item/channels[1] replicate b>a resumes with 2 changes waiting\n"
               "2060ms work    data item/channels[1] replicate b>a sends #0\n"
               "2060ms work    data item/channels[1] replicate b>a sends #1\n"
               "2100ms work    data item/channels[1] replicate b>a applies #0\n"
               "2100ms work    data item/channels[1] replicate b>a applies #1\n");
    ck_assert_int_eq(story_count(story, "item").ok, 1);
    ck_assert_int_eq(story_count(story, "item").unknown, 1);
    ck_assert_int_eq(story_count(story, "item").ghosts, 1);
}
END_TEST

START_TEST(requests_wait_for_a_thread_in_their_order_and_overflow_is_refused)
{
    story = story_new(
        TWO ITEM
        "service \"write\" { writes = \"item\", work = \"100ms\", threads = 1, queue = 1 }\n",
        "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(20), 8);
    story_ask(story, "write", ms(30), 9);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "20ms work    write: user 8 attempt 1 enters a\n"
                        "30ms work    write: user 9 attempt 1 enters a\n"
                        "30ms work    write: user 9 attempt 1 fails: overload\n"
                        "110ms work    item.a commits key 7\n"
                        "110ms work    data item/channels[1] replicate a>b sends #0\n"
                        "110ms work    write: user 7 is served\n"
                        "150ms work    data item/channels[1] replicate a>b applies #0\n"
                        "210ms work    item.a commits key 8\n"
                        "210ms work    data item/channels[1] replicate a>b sends #1\n"
                        "210ms work    write: user 8 is served\n"
                        "250ms work    data item/channels[1] replicate a>b applies #1\n");
    ck_assert_int_eq(story_count(story, "item").ok, 2);
}
END_TEST

/* ---- failover -------------------------------------------------------------------------------- */

START_TEST(a_lease_fences_the_old_region_before_another_takes_over)
{
    /* The phase of the probes is drawn: the order is the story, not the instants. */
    story = story_new(
        "region \"a\" {}\n"
        "region \"b\" {}\n"
        "region \"c\" {}\n"
        "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
        "link { \"a\", \"c\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
        "link { \"b\", \"c\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n" ITEM WRITE
        "failover \"f\" { detect = probe { every = \"1s\", failures = 3, timeout = \"100ms\" },\n"
        "               fence = lease \"2s\", seat = \"c\", push = \"500ms\" }\n"
        "at \"5s\" { cut { \"a\", lasts = \"20s\" } }\n",
        "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(6000), 8);
    story_ask(story, "write", ms(7500), 9);
    story_ask(story, "write", ms(9000), 10);
    story_end(story);
    ck_assert(story_has(story, "5s fault   cut a begins\n"
                               "6s work    write: user 8 attempt 1 enters a\n"
                               "item.a commits key 8\n"
                               "a loses its lease\n"
                               "b takes over from a\n"
                               "7500ms work    write: user 9 attempt 1 enters a\n"
                               "write: user 9 attempt 1 fails: fenced\n"
                               "9s work    write: user 10 attempt 1 enters b\n"
                               "item.b commits key 10\n"
                               "data item/channels[1] replicate b>a applies #0\n"));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L2], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("requests");
    TCase *tcase;
    tcase = tcase_create("reads");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_second_read_asks_home_after_a_local_miss);
    tcase_add_test(tcase, a_second_read_of_what_nobody_has_says_so);
    tcase_add_test(tcase, a_second_read_into_a_silent_cut_waits_for_its_time_out);
    tcase_add_test(tcase, a_second_read_into_a_reset_fails_at_once);
    tcase_add_test(tcase, a_local_copy_that_is_behind_is_a_stale_success);
    tcase_add_test(tcase, a_session_is_fetched_from_where_it_was_made_and_kept_or_made_anew);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("writes");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_unique_key_that_is_taken_answers_no);
    tcase_add_test(tcase, a_unique_key_taken_on_both_sides_has_two_owners);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("clients");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_retry_goes_elsewhere);
    tcase_add_test(tcase, a_retry_of_a_write_that_got_through_unheard_leaves_a_ghost_and_a_copy);
    tcase_add_test(tcase, requests_wait_for_a_thread_in_their_order_and_overflow_is_refused);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("failover");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_lease_fences_the_old_region_before_another_takes_over);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
