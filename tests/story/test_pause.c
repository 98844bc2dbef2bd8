/*
 * test_pause.c: processes that stop, and go on with the view they had.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define ITEM "data \"item\" { channels = { replicate { reconnect = \"0s\", apply = \"0ms\" } } }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"5ms\", threads = 2 }\n"

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

/* 1 is at work, 2 comes to a full pool and 3 waits behind it; what is due happens in its order. */
START_TEST(what_fell_due_in_a_pause_happens_when_it_ends)
{
    story =
        story_new(TWO ITEM "service \"write\" { writes = \"item\", work = \"5ms\", threads = 1 }\n"
                           "at \"10ms\" { pause { \"a\", lasts = \"90ms\" } }\n",
                  "write");
    story_ask(story, "write", ms(7), 1);
    story_ask(story, "write", ms(20), 2);
    story_ask(story, "write", ms(30), 3);
    story_ask_away(story, "write", ms(25), 4); /* at b, which sends it to a: 65 ms */
    story_expect(story, "7ms work    write: user 1 attempt 1 enters a\n"
                        "10ms fault   pause a begins\n"
                        "20ms work    write: user 2 attempt 1 enters a\n"
                        "25ms work    write: user 4 attempt 1 enters b\n"
                        "30ms work    write: user 3 attempt 1 enters a\n"
                        "30ms work    write: user 4 forwards item to a\n"
                        "100ms fault   pause a ends\n"
                        "100ms work    item.a commits key 1\n"
                        "100ms work    data item/channels[1] replicate a>b sends #0\n"
                        "100ms work    write: user 1 is served\n"
                        "100ms work    item.a commits key 4\n"
                        "100ms work    data item/channels[1] replicate a>b sends #1\n"
                        "105ms work    item.a commits key 2\n"
                        "105ms work    data item/channels[1] replicate a>b sends #2\n"
                        "105ms work    write: user 2 is served\n"
                        "110ms work    item.a commits key 3\n"
                        "110ms work    data item/channels[1] replicate a>b sends #3\n"
                        "110ms work    write: user 3 is served\n"
                        "140ms work    data item/channels[1] replicate a>b applies #0\n"
                        "140ms work    data item/channels[1] replicate a>b applies #1\n"
                        "140ms work    write: user 4 is served\n"
                        "145ms work    data item/channels[1] replicate a>b applies #2\n"
                        "150ms work    data item/channels[1] replicate a>b applies #3\n");
    ck_assert_int_eq(fault(0)->held, 2);
    ck_assert_int_eq(fault(0)->delayed, 2);
}
END_TEST

/* The region stops with a write in its hands and wakes up when another owns its homes. Nobody has
 * told it: it commits, unless it knows that its lease is over. */
START_TEST(who_wakes_up_believes_what_it_believed)
{
    static const char *const fence[] = {"", "fence = lease \"3s\", "};
    char                    *text = g_strdup_printf(
                           TWO ITEM WRITE
                           "failover \"controller\" { push = \"0s\", %s\n"
                                              "    detect = probe { every = \"1s\", failures = 2, timeout = \"100ms\" } }\n"
                                              "at \"10s\" { pause { \"a\", lasts = \"20s\" } }\n",
                           fence[_i]);
    story = story_new(text, "write");
    g_free(text);
    story_ask(story, "write", ms(9998), 1);
    story_ask(story, "write", ms(20000), 2);
    story_play(story, ms(25000));
    ck_assert(story_has(story, "b takes over from a\n"
                               "20005ms work    item.b commits key 2\n"
                               "20005ms work    write: user 2 is served\n"));
    ck_assert_uint_eq(story_world(story)->roles.owner[0], 1);
    ck_assert_uint_eq(story_world(story)->roles.seen[0][0], 0);
    story_end(story);
    ck_assert(story_has(story, "30s fault   pause a ends\n"
                               "30s work    item.a commits key 1\n") == (_i == 0));
    ck_assert_uint_eq(story_world(story)->roles.seen[0][0], 1);
    ck_assert_int_eq(story_count(story, "item").unknown, _i == 0);
}
END_TEST

/* What was sent to a paused store is in its buffers and applied when it goes on; services that use
 * it hold their threads; others do not notice. */
START_TEST(a_paused_store_keeps_those_waiting_who_use_it)
{
    story =
        story_new(TWO ITEM "data \"other\" { channels = { replicate { apply = \"0ms\" } } }\n" WRITE
                           "service \"read\" { reads = \"item\", work = \"1ms\", threads = 2 }\n"
                           "service \"else\" { reads = \"other\", work = \"1ms\" }\n"
                           "at \"10ms\" { pause { \"b\", data = \"item\", lasts = \"90ms\" } }\n",
                  "write read else");
    story_ask(story, "write", ms(0), 1);
    story_ask_away(story, "read", ms(20), 2);
    story_ask_away(story, "read", ms(30), 3);
    story_ask_away(story, "read", ms(40), 4); /* no thread is left */
    story_ask_away(story, "else", ms(50), 5);
    story_end(story);
    ck_assert(story_has(story, "51ms work    else: user 5 is served\n"
                               "100ms fault   pause item at b ends\n"
                               "100ms work    read: user 2 is served\n"
                               "100ms work    read: user 3 is served\n"
                               "100ms work    data item/channels[1] replicate a>b applies #0\n"
                               "101ms work    read: user 4 is served\n"));
    ck_assert_int_eq(fault(0)->held, 3);
}
END_TEST

/* A leader of a replicated log that stops is replaced, and reads by its old lease are refused. */
START_TEST(a_paused_leader_is_replaced_by_those_who_hear_nothing)
{
    story = story_new(
        TWO "region \"c\" {}\nlink { \"a\", \"c\", rtt = \"80ms\" }\nlink { \"b\", \"c\", rtt = "
            "\"80ms\" }\n"
            "data \"item\" { owner = \"single\", owner_region = \"a\", channels = { consensus "
            "\"etcd\" {} } }\n"
            "service \"write\" { writes = \"item\", work = \"5ms\", deadline = \"20s\" }\n"
            "at \"10s\" { pause { \"a\", lasts = \"10s\" } }\n",
        "write");
    story_ask(story, "write", ms(9998), 1);
    story_play(story, ms(19000));
    uint32_t owner = story_world(story)->classes[0].roles->owner[0];
    ck_assert_uint_ne(owner, 0);
    ck_assert_uint_eq(story_world(story)->classes[0].roles->seen[0][0], 0);
    story_end(story);
    ck_assert_uint_eq(story_world(story)->classes[0].roles->seen[0][0], owner);
    ck_assert_int_eq(story_count(story, "item").ok, 0);
}
END_TEST

/* Two pauses of one region: it goes on when the second is over, too. */
START_TEST(two_pauses_need_two_ends)
{
    story = story_new(TWO ITEM WRITE "at \"10ms\" { pause { \"a\", lasts = \"50ms\" } }\n"
                                     "at \"20ms\" { pause { \"a\", service = \"write\",\n"
                                     "                     lasts = \"80ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(8), 1);
    story_ask(story, "write", ms(30), 2);
    story_end(story);
    ck_assert(story_has(story, "60ms fault   pause a ends\n"
                               "100ms fault   pause write at a ends\n"
                               "100ms work    item.a commits key 1\n"
                               "100ms work    write: user 1 is served\n"
                               "105ms work    item.a commits key 2\n"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pause");
    TCase *tcase = tcase_create("pause");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, what_fell_due_in_a_pause_happens_when_it_ends);
    tcase_add_loop_test(tcase, who_wakes_up_believes_what_it_believed, 0, 2);
    tcase_add_test(tcase, a_paused_store_keeps_those_waiting_who_use_it);
    tcase_add_test(tcase, a_paused_leader_is_replaced_by_those_who_hear_nothing);
    tcase_add_test(tcase, two_pauses_need_two_ends);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
