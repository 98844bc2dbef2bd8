/*
 * test_late.c: answers, messages and connections that come too late.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

START_TEST(a_write_whose_answer_comes_after_the_deadline_is_unknown_and_a_ghost)
{
    story = story_new(TWO "users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 } }\n"
                          "data \"item\" { channels = { replicate { reconnect = \"0s\" } } }\n"
                          "service \"write\" { writes = \"item\", work = \"0ms\",\n"
                          "                  deadline = \"79999999ns\" }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    LedgerCount count = story_count(story, "item");
    ck_assert_int_eq(count.issued, 1);
    ck_assert_int_eq(count.unknown, 1);
    ck_assert_int_eq(count.ghosts, 1);
}
END_TEST

START_TEST(what_a_mirror_has_not_fetched_when_its_region_loses_power_does_not_arrive)
{
    story = story_new(
        TWO "data \"item\" { key = \"phone\", change = \"create-only\",\n"
            "    channels = { queue { poll = \"1s\", relay = \"0ms\", apply = \"0ms\" } } }\n"
            "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
            "at \"500ms\" { down { \"a\" } }\n",
        "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    /* The message leaves at 1 s, half a second after the power went. */
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L2], 1);
}
END_TEST

START_TEST(a_connection_is_not_made_through_a_cut)
{
    story = story_new(TWO "data \"item\" { channels = { replicate { reconnect = \"100ms\" } } }\n"
                          "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
                          "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"90ms\" } }\n"
                          "at \"120ms\" { cut { \"a-b\", how = \"reset\", lasts = \"10ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_end(story);
    /* The attempt at 105 ms is broken at 120 ms; the next one is at 205 ms. */
    ck_assert(story_has(story, "285ms timer   data item/channels[1] replicate a>b resumes"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("late");
    TCase *tcase = tcase_create("too late");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_write_whose_answer_comes_after_the_deadline_is_unknown_and_a_ghost);
    tcase_add_test(tcase,
                   what_a_mirror_has_not_fetched_when_its_region_loses_power_does_not_arrive);
    tcase_add_test(tcase, a_connection_is_not_made_through_a_cut);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
