/*
 * test_clients.c: users who have to do something else before their request goes on.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define SESSION(more)                                                                              \
    "data \"session\" { losable = true, " more " }\n"                                              \
    "service \"page\" { reads = \"session\", work = \"2ms\" }\n"
#define MADE_BY_LOGIN "read = { \"local\", regenerate { by = \"login\" } }"
#define LOGIN(more) "service \"login\" { writes = \"session\", " more " }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* ---- sessions -------------------------------------------------------------------------------- */

START_TEST(a_user_without_a_session_logs_in_and_comes_back)
{
    story = story_new(TWO SESSION(MADE_BY_LOGIN) LOGIN("work = \"30ms\""), "page");
    story_ask(story, "page", ms(10), 2000000);
    story_ask(story, "page", ms(100), 2000000);
    story_expect(story, "10ms work    page: user 2000000 attempt 1 enters a\n"
                        "12ms work    page: user 2000000 is sent to login\n"
                        "12ms work    login: user 2000000 attempt 1 enters a\n"
                        "42ms work    login: user 2000000 is served\n"
                        "42ms work    page: user 2000000 is served, made anew\n"
                        "100ms work    page: user 2000000 attempt 1 enters a\n"
                        "102ms work    page: user 2000000 is served\n");
}
END_TEST

START_TEST(who_logs_in_holds_no_thread)
{
    story = story_new(
        TWO "data \"session\" { losable = true, " MADE_BY_LOGIN " }\n"
            "service \"page\" { reads = \"session\", work = \"2ms\", threads = 1 }\n" LOGIN(
                "work = \"30ms\""),
        "page");
    story_ask(story, "page", ms(10), 2000000);
    story_ask(story, "page", ms(11), 2000001);
    story_ask(story, "page", ms(43), 2000001);
    story_end(story);
    ck_assert(story_has(story, "12ms work    page: user 2000000 is sent to login\n"
                               "14ms work    page: user 2000001 is sent to login\n"
                               "42ms work    page: user 2000000 is served, made anew\n"
                               "44ms work    login: user 2000001 is served\n"
                               /* the thread is at the second request of the same user */
                               "45ms work    page: user 2000001 is served\n"
                               "45ms work    page: user 2000001 is served, made anew\n"));
}
END_TEST

START_TEST(a_login_that_fails_fails_the_request)
{
    story = story_new(TWO SESSION(MADE_BY_LOGIN) LOGIN("work = \"30ms\", threads = 1, queue = 0"),
                      "page");
    story_ask(story, "page", ms(10), 2000000);
    story_ask(story, "page", ms(11), 2000001);
    story_end(story);
    ck_assert(story_has(story, "13ms work    login: user 2000001 attempt 1 enters a\n"
                               "13ms work    login: user 2000001 attempt 1 fails: overload\n"
                               "13ms work    page: user 2000001 attempt 1 fails: overload\n"));
    /* two requests and two logins; each is counted once */
    MetricsCell cell = story_cell(story);
    ck_assert_int_eq(cell.issued, 4);
    ck_assert_int_eq(cell.failed[METRICS_OVERLOAD], 2);
    ck_assert_int_eq(cell.ok[METRICS_REGENERATED], 1);
}
END_TEST

START_TEST(a_login_is_tried_again_before_the_request_fails)
{
    story = story_new(
        TWO
        "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1 }, network = \"0ms\",\n"
        "  retry = retry { attempts = 2, budget = \"100%\", backoff = \"0ms\", elsewhere = "
        "\"0%\" } }\n"
        "data \"session\" { losable = true, " MADE_BY_LOGIN " }\n"
        "service \"page\" { reads = \"session\", work = \"0ms\", deadline = \"10s\" }\n" LOGIN(
            "work = \"30ms\", deadline = \"1s\"") "at \"0s\" { slow { \"login\", factor = 100, "
                                                  "lasts = \"500ms\" } }\n",
        "page");
    story_ask(story, "page", ms(10), 2000000);
    story_end(story);
    ck_assert(story_has(story, "1010ms timer   login: user 2000000 attempt 1 fails: no answer in "
                               "time\n"
                               "1010ms work    login: user 2000000 attempt 2 enters a\n"
                               "1040ms work    login: user 2000000 is served, retried\n"
                               "1040ms work    page: user 2000000 is served, made anew\n"));
}
END_TEST

START_TEST(a_login_nobody_waits_for_makes_the_session_all_the_same)
{
    story = story_new(
        TWO "data \"session\" { losable = true, " MADE_BY_LOGIN " }\n"
            "service \"page\" { reads = \"session\", work = \"2ms\", deadline = \"20ms\" }\n" LOGIN(
                "work = \"30ms\""),
        "page");
    story_ask(story, "page", ms(10), 2000000);
    story_ask(story, "page", ms(50), 2000000);
    story_expect(story, "10ms work    page: user 2000000 attempt 1 enters a\n"
                        "12ms work    page: user 2000000 is sent to login\n"
                        "12ms work    login: user 2000000 attempt 1 enters a\n"
                        "30ms timer   page: user 2000000 attempt 1 fails: no answer in time\n"
                        "42ms work    login: user 2000000 is served\n"
                        "50ms work    page: user 2000000 attempt 1 enters a\n"
                        "52ms work    page: user 2000000 is served\n");
}
END_TEST

/* The deadline is a timer, the end of a login work: whatever the order in which they were planned,
 * who gives up at that instant has given up. */
START_TEST(a_deadline_that_meets_the_end_of_the_login_comes_first)
{
    story = story_new(
        TWO "data \"session\" { losable = true, " MADE_BY_LOGIN " }\n"
            "service \"page\" { reads = \"session\", work = \"2ms\", deadline = \"32ms\" }\n" LOGIN(
                "work = \"30ms\""),
        "page");
    story_ask(story, "page", ms(10), 2000000);
    story_end(story);
    ck_assert(story_has(story, "42ms timer   page: user 2000000 attempt 1 fails: no answer in "
                               "time\n"
                               "42ms work    login: user 2000000 is served\n"));
    ck_assert_int_eq(story_cell(story).failed[METRICS_TIMEOUT], 1);
}
END_TEST

START_TEST(a_region_that_dies_meanwhile_has_nobody_to_come_back_to)
{
    story =
        story_new(TWO SESSION(MADE_BY_LOGIN)
                      LOGIN("work = \"30ms\"") "at \"40ms\" { down { \"a\", lasts = \"10s\" } }\n",
                  "page");
    story_ask(story, "page", ms(10), 2000000);
    story_end(story);
    ck_assert(story_has(story,
                        "1010ms timer   page: user 2000000 attempt 1 fails: no answer in "
                        "time\n"
                        "1012ms timer   login: user 2000000 attempt 1 fails: unreachable\n"));
    MetricsCell cell = story_cell(story);
    ck_assert_int_eq(cell.issued, 2);
    ck_assert_int_eq(cell.failed[METRICS_TIMEOUT], 1);
    ck_assert_int_eq(cell.failed[METRICS_UNREACHABLE], 1);
}
END_TEST

START_TEST(a_session_expires_after_its_lifetime)
{
    story = story_new(TWO SESSION("lifetime = \"5s\", " MADE_BY_LOGIN) LOGIN("work = \"30ms\""),
                      "page");
    story_ask(story, "page", ms(10), 2000000); /* made at 42 ms */
    story_ask(story, "page", ms(5039), 2000000);
    story_ask(story, "page", ms(5040), 2000000);
    story_end(story);
    ck_assert(story_has(story, "5041ms work    page: user 2000000 is served\n"
                               "5042ms work    page: user 2000000 is sent to login\n"));
}
END_TEST

START_TEST(a_copy_of_a_session_expires_with_it)
{
    story = story_new(
        TWO SESSION("lifetime = \"5s\", read = { \"local\", back_source { timeout = \"1s\" }, "
                    "regenerate { by = \"login\" } }") LOGIN("work = \"0ms\""),
        "page");
    story_ask(story, "page", ms(10), 2000000);        /* made in a at 12 ms */
    story_ask_away(story, "page", ms(1000), 2000000); /* copied to b */
    story_ask_away(story, "page", ms(5000), 2000000);
    story_ask_away(story, "page", ms(5011), 2000000);
    story_end(story);
    ck_assert(story_has(story, "1082ms work    page: user 2000000 is served, remotely\n"
                               "5002ms work    page: user 2000000 is served\n"
                               "5013ms work    page: user 2000000 is sent to login\n"));
}
END_TEST

/* ---- retries below the users' own ------------------------------------------------------------ */

static const Service *service(const char *name)
{
    const World *world = story_world(story);
    for (uint32_t s = 0; s < world->service_count; s++)
        if (g_str_equal(world->services[s].name, name))
            return &world->services[s];
    ck_abort_msg("no service %s", name);
    return NULL;
}

#define TRIES(n) "retry { attempts = " n ", budget = \"1000%\", backoff = \"0ms\" }"

START_TEST(a_call_is_a_request_of_the_service_that_is_called)
{
    story = story_new("region \"a\" {}\n"
                      "service \"front\" { calls = { \"one\", \"two\" }, work = \"1ms\" }\n"
                      "service \"one\" { work = \"2ms\" }\n"
                      "service \"two\" { work = \"3ms\" }\n",
                      "front");
    story_ask(story, "front", ms(10), 7);
    story_expect(story, "10ms work    front: user 7 attempt 1 enters a\n"
                        "11ms work    one: user 7 is called in a\n"
                        "13ms work    one: user 7 is served\n"
                        "13ms work    two: user 7 is called in a\n"
                        "16ms work    two: user 7 is served\n"
                        "16ms work    front: user 7 is served\n");
}
END_TEST

START_TEST(a_service_tries_a_call_again_and_then_fails)
{
    story = story_new("region \"a\" {}\n"
                      "service \"front\" { calls = \"back\", work = \"1ms\", retry = " TRIES(
                          "2") " }\n"
                               "service \"back\" { work = \"9ms\", deadline = \"5ms\" }\n",
                      "front");
    story_ask(story, "front", ms(10), 7);
    story_expect(story, "10ms work    front: user 7 attempt 1 enters a\n"
                        "11ms work    back: user 7 is called in a\n"
                        "16ms timer   back: user 7 attempt 1 fails: no answer in time\n"
                        "16ms work    front: user 7 is tried again by the service\n"
                        "16ms work    back: user 7 is called in a\n"
                        "21ms timer   back: user 7 attempt 1 fails: no answer in time\n"
                        "21ms work    front: user 7 attempt 1 fails: no answer in time\n");
    ck_assert_int_eq(service("front")->sites[0].busy, 0);
    ck_assert_int_eq(service("front")->again->tried[0], 1);
}
END_TEST

START_TEST(a_user_who_gives_up_leaves_the_call_behind)
{
    story = story_new("region \"a\" {}\n"
                      "service \"front\" { calls = \"back\", work = \"1ms\", deadline = \"5ms\",\n"
                      "                  threads = 1 }\n"
                      "service \"back\" { work = \"9ms\" }\n",
                      "front");
    story_ask(story, "front", ms(10), 7);
    story_ask(story, "front", ms(15), 8);
    story_expect(story, "10ms work    front: user 7 attempt 1 enters a\n"
                        "11ms work    back: user 7 is called in a\n"
                        "15ms timer   front: user 7 attempt 1 fails: no answer in time\n"
                        "15ms work    front: user 8 attempt 1 enters a\n"
                        "16ms work    back: user 8 is called in a\n"
                        "20ms timer   front: user 8 attempt 1 fails: no answer in time\n"
                        "20ms work    back: user 7 is served\n"
                        "25ms work    back: user 8 is served\n");
}
END_TEST

START_TEST(a_region_that_dies_takes_callers_and_calls)
{
    story = story_new("region \"a\" {}\n"
                      "service \"front\" { calls = \"back\", work = \"1ms\" }\n"
                      "service \"back\" { work = \"9ms\" }\n"
                      "at \"15ms\" { down { \"a\", lasts = \"10s\" } }\n",
                      "front");
    story_ask(story, "front", ms(10), 7);
    story_expect(story, "10ms work    front: user 7 attempt 1 enters a\n"
                        "11ms work    back: user 7 is called in a\n"
                        "15ms fault   down a begins\n"
                        "1010ms timer   front: user 7 attempt 1 fails: unreachable\n"
                        "1011ms timer   back: user 7 attempt 1 fails: unreachable\n"
                        "10015ms fault   down a ends\n");
    ck_assert_int_eq(story_cell(story).failed[METRICS_UNREACHABLE], 2);
}
END_TEST

#define HOME_B                                                                                     \
    "users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 }, network = \"0ms\",\n"    \
    "            resolver = dns { ttl = \"0s\" } }\n"

START_TEST(a_step_asks_again_after_its_time_out)
{
    story = story_new(TWO HOME_B "data \"item\" { owner = \"home\", read = { secondary {\n"
                                 "  timeout = \"90ms\", retry = " TRIES(
                                     "3") " }, \"fail\" } }\n"
                                          "service \"read\" { reads = \"item\", work = \"0ms\" }\n"
                                          "at \"0s\" { cut { \"a-b\", lasts = \"150ms\" } }\n",
                      "read");
    story_ask(story, "read", ms(10), 7);
    story_expect(story, "0s fault   cut a-b begins\n"
                        "10ms work    read: user 7 attempt 1 enters a\n"
                        "10ms work    read: user 7 asks b in vain\n"
                        "100ms timer   read: user 7 stops waiting for an answer\n"
                        "100ms work    read: user 7 tries the step again\n"
                        "100ms work    read: user 7 asks b in vain\n"
                        "150ms fault   cut a-b ends\n"
                        "190ms timer   read: user 7 stops waiting for an answer\n"
                        "190ms work    read: user 7 tries the step again\n"
                        "190ms work    read: user 7 asks b\n"
                        "230ms deliver item.b is asked: found\n"
                        "270ms deliver read: user 7 gets an answer: found\n"
                        "270ms work    read: user 7 is served, remotely\n");
}
END_TEST

/* The first write is at its owner, its answer is not: both writes stand, one of them as a ghost. */
START_TEST(a_forwarded_write_that_is_tried_again_may_be_done_twice)
{
    story = story_new(
        TWO HOME_B
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } } }\n"
        "service \"write\" { writes = \"item\", work = \"0ms\", timeout = \"60ms\", retry "
        "= " TRIES("2") " }\n",
        "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    ck_assert(story_has(story,
                        "10ms work    write: user 7 forwards item to b\n"
                        "50ms work    item.b commits key 7\n"
                        "70ms timer   write: user 7 stops waiting for the owner\n"
                        "70ms work    write: user 7 is tried again by the service\n"
                        "70ms work    write: user 7 forwards item to b\n"
                        "110ms work    item.b commits key 7\n"
                        "130ms timer   write: user 7 stops waiting for the owner\n"
                        "130ms work    write: user 7 attempt 1 fails: owner out of reach\n"));
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.issued, 2);
    ck_assert_int_eq(count.unknown, 2);
    ck_assert_int_eq(story_cell(story).failed[METRICS_OWNER], 1);
    ck_assert_int_eq(service("write")->sites[0].busy, 0);
}
END_TEST

START_TEST(a_deadline_follows_the_write_that_is_tried_again)
{
    story = story_new(TWO HOME_B
                      "data \"item\" { channels = { replicate { reconnect = \"0s\" } } }\n"
                      "service \"write\" { writes = \"item\", work = \"0ms\", timeout = \"60ms\",\n"
                      "                  deadline = \"100ms\", retry = " TRIES("5") " }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    ck_assert(story_has(story,
                        "70ms work    write: user 7 forwards item to b\n"
                        "110ms work    item.b commits key 7\n"
                        "110ms timer   write: user 7 attempt 1 fails: owner out of reach\n"));
    ck_assert_int_eq(story_cell(story).failed[METRICS_OWNER], 1);
    ck_assert_int_eq(story_count(story, "item").unknown, 2);
}
END_TEST

/* ---- connections and users who come back ----------------------------------------------------- */

#define CONNECTED(more)                                                                            \
    "users \"u\" { count = 2, home = { a = 1 }, access = { a = 1 }, network = \"0ms\",\n"          \
    "  resolver = dns { ttl = \"0s\" }, connection = connection { \"door\", " more " } }\n"        \
    "service \"door\" { work = \"2ms\", threads = 1, queue = 0 }\n"                                \
    "workload { door = \"0/s\", users = \"u\" }\n"

START_TEST(all_set_their_connections_up_at_one_instant)
{
    story = story_new("region \"a\" {}\n" CONNECTED(
                          "notice = \"1s\"") "at \"10ms\" { down { \"a\", lasts = \"500ms\" } }\n",
                      "door");
    story_end(story);
    ck_assert(story_has(story, "1010ms work    door: user 0 attempt 1 enters a\n"
                               "1010ms work    door: user 1 attempt 1 enters a\n"
                               "1010ms work    door: user 1 attempt 1 fails: overload\n"
                               "1012ms work    door: user 0 is served\n"));
    const Connections *all = story_world(story)->cohorts[0].connections;
    ck_assert_int_eq(connections_set_up(all), 2);
    ck_assert_int_gt(story_cell(story).failed[METRICS_OVERLOAD], 0);
}
END_TEST

START_TEST(jitter_keeps_them_apart)
{
    story = story_new("region \"a\" {}\n" CONNECTED(
                          "notice = \"1s\", jitter = \"50s\"") "at \"10ms\" { down { \"a\", lasts "
                                                               "= \"500ms\" } }\n",
                      "door");
    story_end(story);
    MetricsCell cell = story_cell(story);
    ck_assert_int_eq(cell.issued, 2);
    ck_assert_int_eq(cell.ok[METRICS_FRESH], 2);
    const Connections *all = story_world(story)->cohorts[0].connections;
    ck_assert_int_eq(connections_broken(all), 2);
    ck_assert_int_eq(connections_set_up(all), 2);
}
END_TEST

START_TEST(a_connection_that_is_down_cannot_break_again)
{
    story = story_new(
        "region \"a\" {}\n" CONNECTED(
            "notice = \"10s\", jitter = \"1s\"") "at \"1s\" { down { \"a\", lasts = \"1s\" } }\n"
                                                 "at \"3s\" { down { \"a\", lasts = \"1s\" } }\n",
        "door");
    story_end(story);
    ck_assert_int_eq(story_cell(story).issued, 2);
    ck_assert_int_eq(connections_broken(story_world(story)->cohorts[0].connections), 2);
}
END_TEST

START_TEST(who_has_failed_comes_back_until_served)
{
    story = story_new("region \"a\" {}\n"
                      "users \"u\" { count = 100, home = { a = 1 }, access = { a = 1 }, network = "
                      "\"0ms\",\n"
                      "  resolver = dns { ttl = \"0s\" }, returns = \"100%\", return_after = "
                      "\"20s\" }\n"
                      "service \"page\" { work = \"1ms\" }\n"
                      "at \"0s\" { down { \"a\", lasts = \"30s\" } }\n",
                      "page");
    story_ask(story, "page", ms(10), 7);
    story_expect(story, "0s fault   down a begins\n"
                        "10ms work    page: user 7 attempt 1 enters a\n"
                        "1010ms timer   page: user 7 attempt 1 fails: unreachable\n"
                        "21010ms work    page: user 7 attempt 1 enters a\n"
                        "22010ms timer   page: user 7 attempt 1 fails: unreachable\n"
                        "30s fault   down a ends\n"
                        "42010ms work    page: user 7 attempt 1 enters a\n"
                        "42011ms work    page: user 7 is served\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clients");
    TCase *tcase = tcase_create("clients");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_user_without_a_session_logs_in_and_comes_back);
    tcase_add_test(tcase, who_logs_in_holds_no_thread);
    tcase_add_test(tcase, a_login_that_fails_fails_the_request);
    tcase_add_test(tcase, a_login_is_tried_again_before_the_request_fails);
    tcase_add_test(tcase, a_login_nobody_waits_for_makes_the_session_all_the_same);
    tcase_add_test(tcase, a_deadline_that_meets_the_end_of_the_login_comes_first);
    tcase_add_test(tcase, a_region_that_dies_meanwhile_has_nobody_to_come_back_to);
    tcase_add_test(tcase, a_session_expires_after_its_lifetime);
    tcase_add_test(tcase, a_copy_of_a_session_expires_with_it);
    tcase_add_test(tcase, a_call_is_a_request_of_the_service_that_is_called);
    tcase_add_test(tcase, a_service_tries_a_call_again_and_then_fails);
    tcase_add_test(tcase, a_user_who_gives_up_leaves_the_call_behind);
    tcase_add_test(tcase, a_region_that_dies_takes_callers_and_calls);
    tcase_add_test(tcase, a_step_asks_again_after_its_time_out);
    tcase_add_test(tcase, a_forwarded_write_that_is_tried_again_may_be_done_twice);
    tcase_add_test(tcase, a_deadline_follows_the_write_that_is_tried_again);
    tcase_add_test(tcase, all_set_their_connections_up_at_one_instant);
    tcase_add_test(tcase, jitter_keeps_them_apart);
    tcase_add_test(tcase, a_connection_that_is_down_cannot_break_again);
    tcase_add_test(tcase, who_has_failed_comes_back_until_served);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
