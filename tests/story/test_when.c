/*
 * test_when.c: faults that come because something is measured, or because of another fault.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define LONG "service \"long\" { work = \"1s\", threads = 2, queue = 0, deadline = \"20s\" }\n"

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

/* Looks at 0, 100, ... ms; of the two threads there 0, 0, 1, 1, 2 are busy: 4 of 6 in the last
 * three looks. */
START_TEST(a_fault_comes_at_the_first_look_at_which_threads_are_too_busy)
{
    story = story_new(TWO LONG "at \"0s\" { cut { \"a-b\", lasts = \"1s\", may_miss = true,\n"
                               "    when = busy { \"long\", region = \"a\", above = \"60%\",\n"
                               "                  over = \"300ms\", look = \"100ms\" } } }\n",
                      "long");
    story_ask(story, "long", ms(150), 1);
    story_ask(story, "long", ms(350), 2);
    story_expect(story, "150ms work    long: user 1 attempt 1 enters a\n"
                        "350ms work    long: user 2 attempt 1 enters a\n"
                        "400ms probe   cut a-b: busy holds\n"
                        "400ms fault   cut a-b begins\n"
                        "1150ms work    long: user 1 is served\n"
                        "1350ms work    long: user 2 is served\n"
                        "1400ms fault   cut a-b ends\n");
    ck_assert_int_eq(fault(0)->start, ms(400));
}
END_TEST

/* With all regions together there are four threads, and never 60 % of them busy. */
START_TEST(a_condition_that_never_holds_leaves_a_fault_that_never_came)
{
    story = story_new(TWO LONG "at \"0s\" { cut { \"a-b\", lasts = \"1s\",\n"
                               "    when = busy { \"long\", above = \"60%\", over = \"300ms\",\n"
                               "                  look = \"100ms\" } } }\n",
                      "long");
    story_ask(story, "long", ms(150), 1);
    story_ask(story, "long", ms(350), 2);
    story_end(story);
    ck_assert_int_eq(fault(0)->count, 0);
}
END_TEST

/* One of the three that have ended within two seconds has failed. */
START_TEST(a_fault_comes_when_too_many_requests_have_failed)
{
    static const char *const enough[] = {"3", "4"};
    char                    *text = g_strdup_printf(
                           TWO LONG "at \"0s\" { slow { \"long\", factor = 2, lasts = \"1s\",\n"
                                                       "    may_miss = true, when = failing { \"long\", above = \"33%%\",\n"
                                                       "    over = \"2s\", look = \"500ms\", requests = %s } } }\n",
                           enough[_i]);
    story = story_new(text, "long");
    g_free(text);
    story_ask(story, "long", ms(1800), 1); /* served at 2800 ms */
    story_ask(story, "long", ms(2100), 2); /* served at 3100 ms */
    story_ask(story, "long", ms(2200), 3); /* refused at once: two threads and no queue */
    story_end(story);
    ck_assert_int_eq(fault(0)->count, _i == 0);
    if (_i == 0)
        ck_assert(story_has(story, "2200ms work    long: user 3 attempt 1 fails: overload\n"
                                   "3100ms work    long: user 2 is served\n"
                                   "3500ms probe   slow long: failing holds\n"
                                   "3500ms fault   slow long begins\n"
                                   "4500ms fault   slow long ends\n"));
}
END_TEST

/* A change waits behind a cut from 1000 ms on; at 1600 ms it is 600 ms old, at 1700 ms twice in a
 * row more than half a second. After the end of the fault nobody looks: it came once. */
START_TEST(a_fault_comes_when_a_channel_has_been_behind_at_every_look)
{
    story = story_new(
        TWO "data \"item\" { channels = { replicate { reconnect = \"0s\", apply = \"0ms\" } } }\n"
            "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
            "at \"500ms\" { cut { \"a-b\", lasts = \"10s\" } }\n"
            "at \"0s\" { brown_out { \"b\", lasts = \"1s\", may_miss = true,\n"
            "    when = lagging { \"item\", region = \"b\", above = \"500ms\", over = \"200ms\",\n"
            "                     look = \"100ms\" } } }\n",
        "write");
    story_ask(story, "write", ms(1000), 1);
    story_end(story);
    ck_assert(story_has(story, "1700ms probe   brown_out b: lagging holds\n"
                               "1700ms fault   brown_out b begins\n"
                               "2700ms fault   brown_out b ends\n"));
    ck_assert_int_eq(fault(0)->count, 1);
}
END_TEST

START_TEST(a_fault_follows_another_and_comes_no_more_often_than_it_may)
{
    story = story_new(
        TWO LONG "at \"1s\" { cut { \"a-b\", name = \"storm\", lasts = \"200ms\", every = \"1s\",\n"
                 "                  stops = \"5s\", may_miss = true } }\n"
                 "at \"1500ms\" { down { \"b\", lasts = \"100ms\", may_miss = true, times = 2,\n"
                 "    when = begun { \"storm\", after = \"10ms\", event = \"ends\" } } }\n"
                 "at \"0s\" { brown_out { \"a\", lasts = \"1500ms\", may_miss = true, times = 9,\n"
                 "    when = begun { \"storm\" } } }\n",
        "long");
    story_expect(story, "1s fault   cut a-b begins\n"
                        "1s fault   brown_out a begins\n"
                        "1200ms fault   cut a-b ends\n"
                        "2s fault   cut a-b begins\n"
                        "2200ms fault   cut a-b ends\n"
                        "2210ms fault   down b begins\n"
                        "2310ms fault   down b ends\n"
                        "2500ms fault   brown_out a ends\n"
                        "3s fault   cut a-b begins\n"
                        "3s fault   brown_out a begins\n"
                        "3200ms fault   cut a-b ends\n"
                        "3210ms fault   down b begins\n"
                        "3310ms fault   down b ends\n"
                        "4s fault   cut a-b begins\n"
                        "4200ms fault   cut a-b ends\n"
                        "4500ms fault   brown_out a ends\n");
}
END_TEST

/* A loop of two: each begins the other, as often as it may. */
START_TEST(two_faults_that_call_each_other_need_somebody_who_begins)
{
    story = story_new(
        TWO LONG
        "at \"0s\" { cut { \"a-b\", name = \"one\", lasts = \"100ms\", may_miss = true,\n"
        "    times = 3, when = begun { \"two\", event = \"ends\", after = \"1s\" } } }\n"
        "at \"0s\" { brown_out { \"a\", name = \"two\", lasts = \"100ms\", may_miss = true,\n"
        "    times = 3, when = begun { \"one\", event = \"ends\", after = \"1s\" } } }\n",
        "long");
    story_expect(story, "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("when");
    TCase *tcase = tcase_create("when");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_fault_comes_at_the_first_look_at_which_threads_are_too_busy);
    tcase_add_test(tcase, a_condition_that_never_holds_leaves_a_fault_that_never_came);
    tcase_add_loop_test(tcase, a_fault_comes_when_too_many_requests_have_failed, 0, 2);
    tcase_add_test(tcase, a_fault_comes_when_a_channel_has_been_behind_at_every_look);
    tcase_add_test(tcase, a_fault_follows_another_and_comes_no_more_often_than_it_may);
    tcase_add_test(tcase, two_faults_that_call_each_other_need_somebody_who_begins);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
