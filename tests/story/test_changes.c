/*
 * test_changes.c: bad changes that go from region to region, caches that forget, keys that are hot.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define LONG "service \"long\" { work = \"1s\", threads = 1, deadline = \"20s\" }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

static const Fault *fault(uint32_t index)
{
    return &story_world(story)->faults[index];
}

/* ---- bad changes ----------------------------------------------------------------------------- */

START_TEST(a_change_that_is_noticed_does_not_get_to_its_second_wave)
{
    story =
        story_new(TWO LONG "at \"1s\" { bad_change { service = \"long\", down = true, waves = 2,\n"
                           "    interval = \"1s\", detect = \"500ms\", rollback = \"2s\" } }\n",
                  "long");
    story_ask(story, "long", ms(900), 1);
    story_ask(story, "long", ms(950), 2);
    story_ask(story, "long", ms(1200), 3);
    story_ask_away(story, "long", ms(2100), 4);
    story_ask(story, "long", ms(3500), 5);
    story_expect(story, "900ms work    long: user 1 attempt 1 enters a\n"
                        "950ms work    long: user 2 attempt 1 enters a\n"
                        "1s fault   bad_change long begins\n"
                        "1s fault   bad_change long reaches a\n"
                        "1200ms work    long: user 3 attempt 1 enters a\n"
                        "1200ms work    long: user 3 attempt 1 fails: unreachable\n"
                        "2100ms work    long: user 4 attempt 1 enters b\n"
                        "3100ms work    long: user 4 is served\n"
                        "3500ms fault   bad_change long ends\n"
                        "3500ms work    long: user 5 attempt 1 enters a\n"
                        "4500ms work    long: user 5 is served\n"
                        "20900ms timer   long: user 1 attempt 1 fails: no answer in time\n"
                        "20950ms timer   long: user 2 attempt 1 fails: no answer in time\n");
    ck_assert_int_eq(fault(0)->refused, 3);
}
END_TEST

START_TEST(a_change_that_nobody_notices_reaches_the_next_region)
{
    story = story_new(TWO LONG "at \"1s\" { bad_change { errors = \"100%\", waves = 2,\n"
                               "    interval = \"1s\", lasts = \"3s\" } }\n",
                      "long");
    story_ask_away(story, "long", ms(1500), 1);
    story_ask(story, "long", ms(2500), 2);
    story_ask_away(story, "long", ms(2600), 3);
    story_ask(story, "long", ms(4000), 4);
    story_expect(story, "1s fault   bad_change services begins\n"
                        "1s fault   bad_change services reaches a\n"
                        "1500ms work    long: user 1 attempt 1 enters b\n"
                        "2s fault   bad_change services reaches b\n"
                        "2500ms work    long: user 2 attempt 1 enters a\n"
                        "2500ms work    long: user 1 is served\n"
                        "2600ms work    long: user 3 attempt 1 enters b\n"
                        "3500ms work    long: user 2 attempt 1 fails: unreachable\n"
                        "3600ms work    long: user 3 attempt 1 fails: unreachable\n"
                        "4s fault   bad_change services ends\n"
                        "4s work    long: user 4 attempt 1 enters a\n"
                        "5s work    long: user 4 is served\n");
    ck_assert_int_eq(fault(0)->refused, 2);
}
END_TEST

/* Half of the requests fail by one change, half by the other: a quarter is left, and slow. */
START_TEST(two_bad_changes_spoil_as_if_neither_knew_of_the_other)
{
    story =
        story_new(TWO "service \"quick\" { work = \"1ms\", threads = 10000 }\n"
                      "at \"1s\" { bad_change { errors = \"50%\", factor = 2, lasts = \"4s\" } }\n"
                      "at \"2s\" { bad_change { errors = \"50%\", factor = 3, lasts = \"1s\" } }\n",
                  "quick");
    for (uint64_t user = 0; user < 4000; user++)
        story_ask(story, "quick", ms(2500), user);
    story_play(story, ms(2505));
    ck_assert_ptr_null(strstr(story_trace(story), "is served"));
    story_play(story, ms(2506)); /* 1 ms, 6 times */
    int64_t both = 0;
    for (const char *at = story_trace(story); (at = strstr(at, "is served")) != NULL; at++)
        both++;
    MetricsCell cell = story_cell(story);
    ck_assert_int_eq(both, cell.ok[METRICS_FRESH]);
    ck_assert_int_ge(both, 900);
    ck_assert_int_le(both, 1100);
    ck_assert_int_eq(both + cell.failed[METRICS_UNREACHABLE], 4000);
    ck_assert_int_gt(fault(0)->refused + fault(1)->refused, 4000 - both);
}
END_TEST

/* ---- caches ---------------------------------------------------------------------------------- */

#define CACHE                                                                                      \
    "users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 }, network = \"0ms\",\n"    \
    "            resolver = dns { ttl = \"0s\" } }\n"                                              \
    "data \"cache\" { losable = true, owner = \"home\",\n"                                         \
    "    read = { \"local\", secondary { ask = \"home\", keep = true } } }\n"                      \
    "service \"read\" { reads = \"cache\", work = \"0ms\" }\n"

START_TEST(a_cache_that_was_flushed_is_filled_by_those_who_look_further)
{
    story =
        story_new(TWO CACHE "at \"1s\" { cache_flush { \"cache\", region = \"a\" } }\n", "read");
    story_ask(story, "read", ms(100), 7);
    story_ask(story, "read", ms(500), 7);
    story_ask(story, "read", ms(1100), 7);
    story_ask(story, "read", ms(1500), 7);
    story_ask(story, "read", ms(1600), 8); /* had never been there */
    story_end(story);
    ck_assert(story_has(story, "180ms work    read: user 7 is served, remotely\n"
                               "500ms work    read: user 7 attempt 1 enters a\n"
                               "500ms work    read: user 7 is served\n"
                               "1s fault   cache_flush cache begins\n"
                               "1s fault   cache.a forgets 1 records and what was there before\n"
                               "1100ms work    read: user 7 asks b\n"
                               "1180ms work    read: user 7 is served, remotely\n"
                               "1500ms work    read: user 7 is served\n"
                               "1680ms work    read: user 8 is served, remotely\n"));
    ck_assert_int_eq(fault(0)->dropped, 1);
    ck_assert_int_eq(fault(0)->delayed, 1);
}
END_TEST

/* What was at home before the run is gone, too; a restart takes the caches it names. */
START_TEST(a_restart_empties_the_caches_that_it_names)
{
    static const char *const caches[] = {"", "caches = \"cache\", "};
    char                    *text = g_strdup_printf(
                           TWO CACHE "at \"1s\" { restart { \"b\", capacity = \"100%%\", %slasts = \"1s\" } }\n",
                           caches[_i]);
    story = story_new(text, "read");
    g_free(text);
    story_ask(story, "read", ms(1500), 7);
    story_ask_away(story, "read", ms(3000), 7);
    story_ask_away(story, "read", ms(3500), 7);
    story_end(story);
    ck_assert_int_eq(story_cell(story).failed[METRICS_NOT_FOUND], _i == 0 ? 0 : 2);
    ck_assert_int_eq(fault(0)->delayed, _i == 0 ? 0 : 2);
}
END_TEST

/* ---- hot keys -------------------------------------------------------------------------------- */

START_TEST(a_share_of_the_demand_is_for_one_key)
{
    story = story_new(TWO "service \"quick\" { work = \"0ms\" }\n"
                          "workload { quick = \"100/s\", users = \"u\", shape = \"even\" }\n"
                          "at \"10s\" { hot_key { \"quick\", share = \"40%\", user = 77,\n"
                          "                       lasts = \"10s\" } }\n",
                      "quick");
    story_play(story, ms(30000));
    int64_t hot = 0;
    for (const char *at = story_trace(story); (at = strstr(at, "user 77 is served")) != NULL; at++)
        hot++;
    ck_assert_int_eq(hot, fault(0)->delayed);
    ck_assert_int_ge(hot, 350);
    ck_assert_int_le(hot, 450);
    ck_assert(story_has(story, "hot_key quick ends\n"));
    ck_assert_ptr_null(strstr(strstr(story_trace(story), "hot_key quick ends"), "user 77 "));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("changes");
    TCase *tcase = tcase_create("bad changes");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_change_that_is_noticed_does_not_get_to_its_second_wave);
    tcase_add_test(tcase, a_change_that_nobody_notices_reaches_the_next_region);
    tcase_add_test(tcase, two_bad_changes_spoil_as_if_neither_knew_of_the_other);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("caches");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_cache_that_was_flushed_is_filled_by_those_who_look_further);
    tcase_add_loop_test(tcase, a_restart_empties_the_caches_that_it_names, 0, 2);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("hot keys");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_share_of_the_demand_is_for_one_key);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
