/*
 * test_resolvers.c: where users are sent after a failover, and what finding out costs them.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define USERS(home, resolver)                                                                      \
    "users \"u\" { count = 1000000, home = { " home " = 1 }, access = { a = 1 }, network = "       \
    "\"0ms\",\n"                                                                                   \
    "            resolver = " resolver " }\n"
#define LOOK "service \"look\" { work = \"0ms\", deadline = \"6s\" }\n"
/* A failure is seen within a second, and the rule is there at once. */
#define CONTROLLER(seat)                                                                           \
    "failover \"controller\" { " seat " push = \"0s\",\n"                                          \
    "  detect = probe { every = \"1s\", failures = 1, timeout = \"100ms\" } }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* ---- answers over HTTP ----------------------------------------------------------------------- */

static const char *const expired[] = {"timeout = \"5s\"", "timeout = \"5920ms\"",
                                      "timeout = \"5921ms\""};

START_TEST(whoever_asks_in_vain_waits_and_takes_local_dns)
{
    char *text = g_strdup_printf(
        TWO "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1 }, network = "
            "\"0ms\",\n"
            "  resolver = http_dns { cache = \"60s\", seat = \"a\", ttl = \"0s\", %s } }\n" LOOK
                CONTROLLER("") "at \"10s\" { down \"a\" }\n",
        expired[_i]);
    story = story_new(text, "look");
    g_free(text);
    /* After a minute every answer has expired. The wait and the way to b leave nothing of 6 s in
     * the second case, and are too long by a millisecond in the third. */
    story_ask(story, "look", ms(75000), 7);
    story_end(story);
    ck_assert(story_has(story, "75s work    look: user 7 attempt 1 enters b\n"));
    MetricsCell cell = story_cell(story);
    ck_assert_int_eq((int)cell.ok[METRICS_FRESH], _i < 2 ? 1 : 0);
    ck_assert_int_eq((int)cell.failed[METRICS_TIMEOUT], _i < 2 ? 0 : 1);
}
END_TEST

START_TEST(an_answer_that_has_not_expired_needs_nobody)
{
    story = story_new(TWO USERS("a", "http_dns { cache = \"1d\", timeout = \"7s\", seat = \"b\" }")
                          LOOK "at \"10s\" { down \"b\" }\n",
                      "look");
    story_ask(story, "look", ms(9000), 7);
    story_ask(story, "look", ms(11000), 7);
    story_end(story);
    ck_assert(story_has(story, "9s work    look: user 7 is served\n"
                               "11s work    look: user 7 attempt 1 enters a\n"
                               "11s work    look: user 7 is served\n"));
    ck_assert_int_eq((int)story_cell(story).ok[METRICS_FRESH], 2);
}
END_TEST

#define THREE                                                                                      \
    "region \"c\" {}\n" TWO "link { \"a\", \"c\", rtt = \"10ms\" }\n"                              \
    "link { \"b\", \"c\", rtt = \"100ms\" }\n"

START_TEST(when_the_service_is_back_it_is_asked_at_once)
{
    /* All answers have expired when a is lost at 80 s, and local DNS does not learn it. */
    story = story_new(
        THREE    USERS("a",
                       "http_dns { cache = \"60s\", seat = \"c\", ttl = \"1d\", ignore = \"0%\" }")
            LOOK CONTROLLER("") "at \"1s\" { down { \"c\", lasts = \"84s\" } }\n"
                                "at \"80s\" { down \"a\" }\n",
        "look");
    story_ask(story, "look", ms(84000), 7);
    story_ask(story, "look", ms(86000), 7);
    story_end(story);
    ck_assert(story_has(story, "84s work    look: user 7 attempt 1 enters a\n"
                               "86s work    look: user 7 attempt 1 enters b\n"
                               "86s work    look: user 7 is served\n"));
}
END_TEST

/* ---- proxies --------------------------------------------------------------------------------- */

START_TEST(a_proxy_passes_on_to_the_home_unless_the_line_is_cut)
{
    story = story_new(TWO USERS("b", "proxy { rule = \"home\" }") LOOK
                      "at \"20s\" { cut { \"a-b\", lasts = \"5s\" } }\n",
                      "look");
    story_ask(story, "look", ms(19000), 7);
    story_ask(story, "look", ms(21000), 7);
    story_ask(story, "look", ms(26000), 7);
    story_expect(story, "19s work    look: user 7 attempt 1 enters b\n"
                        "19s work    look: user 7 is served\n"
                        "20s fault   cut a-b begins\n"
                        "21s work    look: user 7 attempt 1 enters b\n"
                        "25s fault   cut a-b ends\n"
                        "26s work    look: user 7 attempt 1 enters b\n"
                        "26s work    look: user 7 is served\n"
                        "27s timer   look: user 7 attempt 1 fails: no answer in time\n");
    ck_assert_int_eq((int)story_world(story)->faults[0].dropped, 1);
}
END_TEST

START_TEST(a_proxy_is_told_at_once_if_the_line_is_reset)
{
    story = story_new(TWO USERS("b", "proxy { rule = \"home\" }") LOOK
                      "at \"20s\" { cut { \"a-b\", how = \"reset\", lasts = \"5s\" } }\n",
                      "look");
    story_ask(story, "look", ms(21000), 7);
    story_expect(story, "20s fault   cut a-b begins\n"
                        "21s work    look: user 7 attempt 1 enters b\n"
                        "21s work    look: user 7 attempt 1 fails: unreachable\n"
                        "25s fault   cut a-b ends\n");
    ck_assert_int_eq((int)story_world(story)->faults[0].bounced, 1);
    ck_assert_int_eq((int)story_world(story)->faults[0].dropped, 0);
}
END_TEST

START_TEST(a_proxy_nearby_needs_no_line)
{
    story = story_new(TWO USERS("b", "proxy {}") LOOK
                      "at \"20s\" { cut { \"a-b\", lasts = \"5s\", may_miss = true } }\n",
                      "look");
    story_ask(story, "look", ms(21000), 7);
    story_expect(story, "20s fault   cut a-b begins\n"
                        "21s work    look: user 7 attempt 1 enters a\n"
                        "21s work    look: user 7 is served\n"
                        "25s fault   cut a-b ends\n");
}
END_TEST

static const char *const rules[] = {"proxy { push = \"2s\" }",
                                    "proxy { push = \"2s\", rule = \"home\" }"};

START_TEST(a_proxy_survives_the_region_beside_it)
{
    char *text = g_strdup_printf(
        TWO "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1 }, network = "
            "\"0ms\", resolver = %s }\n" LOOK CONTROLLER("") "at \"10s\" { down \"a\" }\n",
        rules[_i]);
    story = story_new(text, "look");
    g_free(text);
    story_ask(story, "look", ms(14000), 7); /* seen by 11.1 s, known to all 2 s later */
    story_end(story);
    ck_assert(story_has(story, "14s work    look: user 7 attempt 1 enters b\n"
                               "14s work    look: user 7 is served\n"));
}
END_TEST

static const struct {
    const char *resolver, *then;
} heirs[] = {{"proxy {}", "14s work    look: user 7 attempt 1 enters c\n"},
             {"proxy { rule = \"home\" }", "14s work    look: user 7 attempt 1 enters b\n"}};

START_TEST(the_home_rule_follows_the_owner_the_other_the_distance)
{
    char *text = g_strdup_printf(
        THREE "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1 }, network = "
              "\"0ms\", resolver = %s }\n" LOOK CONTROLLER("") "at \"5s\" { down \"a\" }\n",
        heirs[_i].resolver);
    story = story_new(text, "look");
    g_free(text);
    story_ask(story, "look", ms(14000), 7);
    story_end(story);
    ck_assert(story_has(story, heirs[_i].then));
}
END_TEST

/* ---- connections ----------------------------------------------------------------------------- */

static const struct {
    const char *connected;
    const char *then;
} connections[] = {
    {"connected = \"100%\"", "30s work    look: user 7 attempt 1 enters a\n"},
    {"connected = \"0%\"", "30s work    look: user 7 attempt 1 enters b\n"},
};

START_TEST(an_open_connection_outlives_names_but_not_the_power)
{
    char *text = g_strdup_printf(
        TWO "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1 },\n"
            "  resolver = dns { ttl = \"0s\", ignore = \"0%%\", %s } }\n" LOOK CONTROLLER(
                "seat = \"b\",") "at \"20s\" { cut { \"a-b\", lasts = \"60s\" } }\n"
                                 "at \"40s\" { down { \"a\", lasts = \"1s\" } }\n",
        connections[_i].connected);
    story = story_new(text, "look");
    g_free(text);
    story_ask(story, "look", ms(30000), 7);
    story_ask(story, "look", ms(50000), 7);
    story_end(story);
    ck_assert(story_has(story, connections[_i].then));
    ck_assert(story_has(story, "50s work    look: user 7 attempt 1 enters b\n"
                               "50s work    look: user 7 is served\n"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resolvers");
    TCase *tcase = tcase_create("resolvers");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, whoever_asks_in_vain_waits_and_takes_local_dns, 0, 3);
    tcase_add_test(tcase, an_answer_that_has_not_expired_needs_nobody);
    tcase_add_test(tcase, when_the_service_is_back_it_is_asked_at_once);
    tcase_add_test(tcase, a_proxy_passes_on_to_the_home_unless_the_line_is_cut);
    tcase_add_test(tcase, a_proxy_is_told_at_once_if_the_line_is_reset);
    tcase_add_test(tcase, a_proxy_nearby_needs_no_line);
    tcase_add_loop_test(tcase, a_proxy_survives_the_region_beside_it, 0, 2);
    tcase_add_loop_test(tcase, the_home_rule_follows_the_owner_the_other_the_distance, 0, 2);
    tcase_add_loop_test(tcase, an_open_connection_outlives_names_but_not_the_power, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
