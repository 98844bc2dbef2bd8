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
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
