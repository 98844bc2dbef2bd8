/*
 * test_paths.c: messages and their paths: cuts, deaths, order, bandwidth, retention.
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

/* ---- cuts ------------------------------------------------------------------------------------ */

START_TEST(two_cuts_of_one_link_need_two_heals)
{
    story = story_new(TWO ITEM WRITE "at \"5ms\" { cut { \"a-b\", lasts = \"35ms\" } }\n"
                                     "at \"20ms\" { cut { \"a\", lasts = \"40ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story,
                 "5ms fault   cut a-b begins\n"
                 "5ms fault   data item/channels[1] replicate a>b stalls\n"
                 "5ms fault   data item/channels[1] replicate b>a stalls\n"
                 "10ms work    write: user 7 attempt 1 enters a\n"
                 "10ms work    item.a commits key 7\n"
                 "10ms work    write: user 7 is served\n"
                 "20ms fault   cut a begins\n"
                 "40ms fault   cut a-b ends\n"
                 "60ms fault   cut a ends\n"
                 "60ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
                 "60ms work    data item/channels[1] replicate a>b sends #0\n"
                 "60ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
                 "100ms work    data item/channels[1] replicate a>b applies #0\n");
}
END_TEST

START_TEST(a_cut_in_one_direction_lets_the_other_through)
{
    story = story_new(
        TWO ANY WRITE "at \"5ms\" { cut { \"a-b\", from = \"a\", lasts = \"1s\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_ask_away(story, "write", ms(11), 8);
    story_expect(
        story, "5ms fault   cut a-b begins\n"
               "5ms fault   data item/channels[1] replicate a>b stalls\n"
               "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    write: user 7 is served\n"
               "11ms work    write: user 8 attempt 1 enters b\n"
               "11ms work    item.b commits key 8\n"
               "11ms work    data item/channels[1] replicate b>a sends #0\n"
               "11ms work    write: user 8 is served\n"
               "51ms work    data item/channels[1] replicate b>a applies #0\n"
               "1005ms fault   cut a-b ends\n"
               "1005ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "1005ms work    data item/channels[1] replicate a>b sends #0\n"
               "1045ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 2);
}
END_TEST

START_TEST(a_silent_cut_is_noticed_late)
{
    /* Retransmissions at 205, 605 and 1405 ms: after the notice at 1005 ms, which connects first.
     */
    story =
        story_new(TWO "data \"item\" { channels = { replicate { reconnect = \"100ms\", notice = "
                      "\"1s\" } } }\n" WRITE "at \"5ms\" { cut { \"a-b\", lasts = \"700ms\" } }\n",
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
               "1085ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "1085ms work    data item/channels[1] replicate a>b sends #0\n"
               "1085ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "1125ms work    data item/channels[1] replicate a>b applies #0\n");
}
END_TEST

START_TEST(a_short_silent_cut_is_mended_by_a_retransmission)
{
    story =
        story_new(TWO "data \"item\" { channels = { replicate { reconnect = \"100ms\", notice = "
                      "\"1s\" } } }\n" WRITE "at \"5ms\" { cut { \"a-b\", lasts = \"300ms\" } }\n",
                  "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "5ms fault   cut a-b begins\n"
               "5ms fault   data item/channels[1] replicate a>b stalls\n"
               "5ms fault   data item/channels[1] replicate b>a stalls\n"
               "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    write: user 7 is served\n"
               "305ms fault   cut a-b ends\n"
               "605ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "605ms work    data item/channels[1] replicate a>b sends #0\n"
               "605ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "645ms work    data item/channels[1] replicate a>b applies #0\n");
}
END_TEST

START_TEST(a_reset_is_noticed_at_once_and_costs_a_round_trip_to_connect)
{
    story = story_new(TWO "data \"item\" { channels = { replicate { reconnect = \"100ms\", notice "
                          "= \"1s\" } } }\n" WRITE
                          "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"700ms\" } }\n",
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
               "785ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "785ms work    data item/channels[1] replicate a>b sends #0\n"
               "785ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "825ms work    data item/channels[1] replicate a>b applies #0\n");
}
END_TEST

START_TEST(a_forwarded_write_into_a_reset_fails_at_once)
{
    story = story_new(TWO HOME_B ITEM WRITE
                      "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"700ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story,
        "5ms fault   cut a-b begins\n"
        "5ms fault   data item/channels[1] replicate a>b stalls\n"
        "5ms fault   data item/channels[1] replicate b>a stalls\n"
        "10ms work    write: user 7 attempt 1 enters a\n"
        "10ms work    write: user 7 forwards item to b\n"
        "10ms work    write: user 7 attempt 1 fails: owner out of reach\n"
        "705ms fault   cut a-b ends\n"
        "705ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "705ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
    ck_assert_int_eq(story_count(story, "item").issued, 0);
}
END_TEST

START_TEST(a_forwarded_write_into_a_silent_cut_waits_for_the_deadline)
{
    story = story_new(TWO HOME_B ITEM WRITE "at \"5ms\" { cut { \"a-b\", lasts = \"2s\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story,
        "5ms fault   cut a-b begins\n"
        "5ms fault   data item/channels[1] replicate a>b stalls\n"
        "5ms fault   data item/channels[1] replicate b>a stalls\n"
        "10ms work    write: user 7 attempt 1 enters a\n"
        "10ms work    write: user 7 forwards item to b\n"
        "1010ms timer   write: user 7 attempt 1 fails: owner out of reach\n"
        "2005ms fault   cut a-b ends\n"
        "2005ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "2005ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
    ck_assert_int_eq(story_count(story, "item").issued, 0);
}
END_TEST

START_TEST(a_write_whose_reply_is_lost_is_there_unknown_to_its_user)
{
    story = story_new(TWO HOME_B ITEM WRITE
                      "at \"60ms\" { cut { \"a-b\", from = \"b\", lasts = \"2s\" } }\n",
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
               "2060ms fault   cut a-b ends\n"
               "2060ms timer   data item/channels[1] replicate b>a resumes with 1 changes waiting\n"
               "2060ms work    data item/channels[1] replicate b>a sends #0\n"
               "2100ms work    data item/channels[1] replicate b>a applies #0\n");
    ck_assert_int_eq(story_count(story, "item").unknown, 1);
    ck_assert_int_eq(story_count(story, "item").ghosts, 1);
}
END_TEST

/* ---- deaths ---------------------------------------------------------------------------------- */

START_TEST(a_region_that_lost_power_returns_and_ships_its_tail)
{
    story = story_new(TWO ITEM WRITE "at \"15ms\" { cut { \"a-b\", lasts = \"10ms\" } }\n"
                                     "at \"20ms\" { down { \"a\", lasts = \"100ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    data item/channels[1] replicate a>b sends #0\n"
               "10ms work    write: user 7 is served\n"
               "15ms fault   cut a-b begins\n"
               "15ms fault   data item/channels[1] replicate a>b stalls\n"
               "15ms fault   data item/channels[1] replicate b>a stalls\n"
               "20ms fault   down a begins\n"
               "25ms fault   cut a-b ends\n"
               "50ms deliver data item/channels[1] replicate a>b loses a change: the path broke\n"
               "120ms fault   down a ends\n"
               "120ms timer   data item/channels[1] replicate a>b resumes with 1 changes waiting\n"
               "120ms work    data item/channels[1] replicate a>b sends #0\n"
               "120ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n"
               "160ms work    data item/channels[1] replicate a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").dark, 100000000);
}
END_TEST

START_TEST(a_power_cut_leaves_what_is_on_the_wire)
{
    story =
        story_new(TWO ITEM WRITE "at \"20ms\" { down { \"a\", lasts = \"100ms\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story,
        "10ms work    write: user 7 attempt 1 enters a\n"
        "10ms work    item.a commits key 7\n"
        "10ms work    data item/channels[1] replicate a>b sends #0\n"
        "10ms work    write: user 7 is served\n"
        "20ms fault   down a begins\n"
        "20ms fault   data item/channels[1] replicate a>b stalls\n"
        "20ms fault   data item/channels[1] replicate b>a stalls\n"
        "50ms work    data item/channels[1] replicate a>b applies #0\n"
        "120ms fault   down a ends\n"
        "120ms timer   data item/channels[1] replicate a>b resumes with 0 changes waiting\n"
        "120ms timer   data item/channels[1] replicate b>a resumes with 0 changes waiting\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").dark, 30000000);
}
END_TEST

START_TEST(a_lost_region_takes_what_is_on_the_wire)
{
    story = story_new(TWO ITEM WRITE "at \"20ms\" { lose { \"a\" } }\n", "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(
        story, "10ms work    write: user 7 attempt 1 enters a\n"
               "10ms work    item.a commits key 7\n"
               "10ms work    data item/channels[1] replicate a>b sends #0\n"
               "10ms work    write: user 7 is served\n"
               "20ms fault   lose a begins\n"
               "20ms fault   data item/channels[1] replicate a>b stalls\n"
               "20ms fault   data item/channels[1] replicate b>a stalls\n"
               "50ms deliver data item/channels[1] replicate a>b loses a change: the path broke\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 1);
}
END_TEST

START_TEST(a_region_that_stays_down_strands_its_tail)
{
    story = story_new(TWO ITEM WRITE "at \"5ms\" { cut { \"a-b\" } }\n"
                                     "at \"20ms\" { down { \"a\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story, "5ms fault   cut a-b begins\n"
                        "5ms fault   data item/channels[1] replicate a>b stalls\n"
                        "5ms fault   data item/channels[1] replicate b>a stalls\n"
                        "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    write: user 7 is served\n"
                        "20ms fault   down a begins\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L2], 1);
}
END_TEST

START_TEST(a_crash_between_commit_and_broker_loses_the_message_without_an_outbox)
{
    story = story_new(TWO "data \"item\" { key = \"phone\", change = \"create-only\",\n"
                          "              channels = { queue { outbox = false, relay = \"20ms\", "
                          "apply = \"0ms\" } } }\n" WRITE
                          "at \"20ms\" { crash { \"item\", region = \"a\", lasts = \"1s\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_expect(story,
                 "10ms work    write: user 7 attempt 1 enters a\n"
                 "10ms work    item.a commits key 7\n"
                 "10ms work    write: user 7 is served\n"
                 "20ms fault   crash item begins\n"
                 "20ms fault   data item/channels[1] queue a never sends #0\n"
                 "20ms fault   data item/channels[1] queue a>b stalls\n"
                 "20ms fault   data item/channels[1] queue b>a stalls\n"
                 "1020ms fault   crash item ends\n"
                 "1420ms timer   data item/channels[1] queue a>b resumes with 0 changes waiting\n"
                 "1420ms timer   data item/channels[1] queue b>a resumes with 0 changes waiting\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").diverged, 1);
}
END_TEST

START_TEST(a_broker_forgets_what_it_had_not_flushed)
{
    story = story_new(TWO "data \"item\" { key = \"phone\", change = \"create-only\",\n"
                          "              channels = { queue { flush = \"500ms\", relay = \"0ms\", "
                          "apply = \"0ms\", checkpoint = \"0s\" } } }\n" WRITE
                          "at \"5ms\" { cut { \"a-b\", lasts = \"2s\" } }\n"
                          "at \"1s\" { crash { \"item\", region = \"a\", lasts = \"1ms\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(600), 8);
    story_expect(story,
                 "5ms fault   cut a-b begins\n"
                 "5ms fault   data item/channels[1] queue a>b stalls\n"
                 "5ms fault   data item/channels[1] queue b>a stalls\n"
                 "10ms work    write: user 7 attempt 1 enters a\n"
                 "10ms work    item.a commits key 7\n"
                 "10ms work    write: user 7 is served\n"
                 "600ms work    write: user 8 attempt 1 enters a\n"
                 "600ms work    item.a commits key 8\n"
                 "600ms work    write: user 8 is served\n"
                 "1s fault   crash item begins\n"
                 "1s fault   data item/channels[1] queue a>b forgets #1\n"
                 "1001ms fault   crash item ends\n"
                 "2005ms fault   cut a-b ends\n"
                 "3085ms timer   data item/channels[1] queue a>b resumes with 2 changes waiting\n"
                 "3085ms work    data item/channels[1] queue a>b sends #0\n"
                 "3085ms timer   data item/channels[1] queue b>a resumes with 0 changes waiting\n"
                 "3125ms work    data item/channels[1] queue a>b applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L6], 1);
}
END_TEST

/* ---- streams --------------------------------------------------------------------------------- */

START_TEST(an_ordered_stream_waits_for_its_predecessor)
{
    story =
        story_new(TWO ITEM WRITE
                  "at \"5ms\" { degrade { \"a-b\", latency = \"100ms\", lasts = \"5500us\" } }\n",
                  "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(11), 8);
    story_expect(story, "5ms fault   degrade a-b begins\n"
                        "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 7 is served\n"
                        "10500us fault   degrade a-b ends\n"
                        "11ms work    write: user 8 attempt 1 enters a\n"
                        "11ms work    item.a commits key 8\n"
                        "11ms work    data item/channels[1] replicate a>b sends #1\n"
                        "11ms work    write: user 8 is served\n"
                        "150ms work    data item/channels[1] replicate a>b applies #0\n"
                        "150ms work    data item/channels[1] replicate a>b applies #1\n");
}
END_TEST

START_TEST(a_change_that_travels_alone_overtakes)
{
    story = story_new(
        TWO "data \"item\" { channels = { replicate { reconnect = \"0s\", in_order = false } } "
            "}\n" WRITE
            "at \"5ms\" { degrade { \"a-b\", latency = \"100ms\", lasts = \"5500us\" } }\n",
        "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(11), 8);
    story_expect(story, "5ms fault   degrade a-b begins\n"
                        "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 7 is served\n"
                        "10500us fault   degrade a-b ends\n"
                        "11ms work    write: user 8 attempt 1 enters a\n"
                        "11ms work    item.a commits key 8\n"
                        "11ms work    data item/channels[1] replicate a>b sends #1\n"
                        "11ms work    write: user 8 is served\n"
                        "51ms work    data item/channels[1] replicate a>b applies #1\n"
                        "150ms work    data item/channels[1] replicate a>b applies #0\n");
}
END_TEST

START_TEST(messages_queue_for_the_bandwidth)
{
    /* 1000 bytes take 100 ms to leave. */
    story = story_new(
        "region \"a\" {}\n"
        "region \"b\" {}\n"
        "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"80kbps\" }\n"
        "data \"item\" { size = \"1kB\", channels = { replicate { reconnect = \"0s\" } } }\n" WRITE,
        "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(11), 8);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 7 is served\n"
                        "11ms work    write: user 8 attempt 1 enters a\n"
                        "11ms work    item.a commits key 8\n"
                        "11ms work    data item/channels[1] replicate a>b sends #1\n"
                        "11ms work    write: user 8 is served\n"
                        "150ms work    data item/channels[1] replicate a>b applies #0\n"
                        "250ms work    data item/channels[1] replicate a>b applies #1\n");
}
END_TEST

START_TEST(one_applier_takes_one_change_after_the_other)
{
    story = story_new(TWO "data \"item\" { channels = { replicate { reconnect = \"0s\", apply = "
                          "\"30ms\" } } }\n" WRITE,
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(11), 8);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 7 is served\n"
                        "11ms work    write: user 8 attempt 1 enters a\n"
                        "11ms work    item.a commits key 8\n"
                        "11ms work    data item/channels[1] replicate a>b sends #1\n"
                        "11ms work    write: user 8 is served\n"
                        "80ms work    data item/channels[1] replicate a>b applies #0\n"
                        "110ms work    data item/channels[1] replicate a>b applies #1\n");
}
END_TEST

START_TEST(a_queue_drops_what_is_older_than_its_retention)
{
    story = story_new(TWO "data \"item\" { key = \"phone\", change = \"create-only\",\n"
                          "              channels = { queue { retention = \"1s\", relay = \"0ms\", "
                          "apply = \"0ms\" } } }\n" WRITE
                          "at \"5ms\" { cut { \"a-b\", lasts = \"10s\" } }\n",
                      "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(9500), 8);
    story_expect(story,
                 "5ms fault   cut a-b begins\n"
                 "5ms fault   data item/channels[1] queue a>b stalls\n"
                 "5ms fault   data item/channels[1] queue b>a stalls\n"
                 "10ms work    write: user 7 attempt 1 enters a\n"
                 "10ms work    item.a commits key 7\n"
                 "10ms work    write: user 7 is served\n"
                 "1200ms probe   data item/channels[1] queue a>b drops #0: too old\n"
                 "9500ms work    write: user 8 attempt 1 enters a\n"
                 "9500ms work    item.a commits key 8\n"
                 "9500ms work    write: user 8 is served\n"
                 "10005ms fault   cut a-b ends\n"
                 "10085ms timer   data item/channels[1] queue a>b resumes with 1 changes waiting\n"
                 "10085ms work    data item/channels[1] queue a>b sends #1\n"
                 "10085ms timer   data item/channels[1] queue b>a resumes with 0 changes waiting\n"
                 "10125ms work    data item/channels[1] queue a>b applies #1\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L6], 1);
}
END_TEST

START_TEST(concurrent_writes_meet_and_the_later_one_wins_on_both_sides)
{
    story = story_new(TWO ANY WRITE "service \"read\" { reads = \"item\", work = \"0ms\" }\n",
                      "read write");
    story_ask(story, "write", ms(10), 7);
    story_ask_away(story, "write", ms(20), 7);
    story_ask(story, "read", ms(30), 7);
    story_ask(story, "read", ms(70), 7);
    story_ask_away(story, "read", ms(71), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 7 is served\n"
                        "20ms work    write: user 7 attempt 1 enters b\n"
                        "20ms work    item.b commits key 7\n"
                        "20ms work    data item/channels[1] replicate b>a sends #0\n"
                        "20ms work    write: user 7 is served\n"
                        "30ms work    read: user 7 attempt 1 enters a\n"
                        "30ms work    read: user 7 is served, stale\n"
                        "50ms work    data item/channels[1] replicate a>b applies #0\n"
                        "60ms work    data item/channels[1] replicate b>a applies #0\n"
                        "70ms work    read: user 7 attempt 1 enters a\n"
                        "70ms work    read: user 7 is served\n"
                        "71ms work    read: user 7 attempt 1 enters b\n"
                        "71ms work    read: user 7 is served\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L3], 1);
    /* The ledger trusts the rule; the stores have to agree with it. */
    const Version *kept = story_world(story)->classes[0].versions;
    ck_assert_int_eq(kept[0].stamp, ms(20));
    ck_assert_int_eq(kept[1].stamp, ms(20));
}
END_TEST

START_TEST(a_write_after_the_other_arrived_replaces_it)
{
    story = story_new(TWO ANY WRITE, "write");
    story_ask(story, "write", ms(10), 7);
    story_ask_away(story, "write", ms(50), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 7 is served\n"
                        "50ms work    data item/channels[1] replicate a>b applies #0\n"
                        "50ms work    write: user 7 attempt 1 enters b\n"
                        "50ms work    item.b commits key 7\n"
                        "50ms work    data item/channels[1] replicate b>a sends #0\n"
                        "50ms work    write: user 7 is served\n"
                        "90ms work    data item/channels[1] replicate b>a applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 2);
}
END_TEST

START_TEST(a_clock_that_is_ahead_beats_a_later_write_that_had_seen_it)
{
    story =
        story_new("region \"a\" { clock_offset = \"1s\" }\n"
                  "region \"b\" {}\n"
                  "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n" ANY WRITE,
                  "write");
    story_ask(story, "write", ms(10), 7);
    story_ask_away(story, "write", ms(100), 7);
    story_expect(story, "10ms work    write: user 7 attempt 1 enters a\n"
                        "10ms work    item.a commits key 7\n"
                        "10ms work    data item/channels[1] replicate a>b sends #0\n"
                        "10ms work    write: user 7 is served\n"
                        "50ms work    data item/channels[1] replicate a>b applies #0\n"
                        "100ms work    write: user 7 attempt 1 enters b\n"
                        "100ms work    item.b commits key 7\n"
                        "100ms work    data item/channels[1] replicate b>a sends #0\n"
                        "100ms work    write: user 7 is served\n"
                        "140ms work    data item/channels[1] replicate b>a applies #0\n");
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L4], 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("paths");
    TCase *tcase;
    tcase = tcase_create("cuts");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, two_cuts_of_one_link_need_two_heals);
    tcase_add_test(tcase, a_cut_in_one_direction_lets_the_other_through);
    tcase_add_test(tcase, a_silent_cut_is_noticed_late);
    tcase_add_test(tcase, a_short_silent_cut_is_mended_by_a_retransmission);
    tcase_add_test(tcase, a_reset_is_noticed_at_once_and_costs_a_round_trip_to_connect);
    tcase_add_test(tcase, a_forwarded_write_into_a_reset_fails_at_once);
    tcase_add_test(tcase, a_forwarded_write_into_a_silent_cut_waits_for_the_deadline);
    tcase_add_test(tcase, a_write_whose_reply_is_lost_is_there_unknown_to_its_user);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("deaths");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_region_that_lost_power_returns_and_ships_its_tail);
    tcase_add_test(tcase, a_power_cut_leaves_what_is_on_the_wire);
    tcase_add_test(tcase, a_lost_region_takes_what_is_on_the_wire);
    tcase_add_test(tcase, a_region_that_stays_down_strands_its_tail);
    tcase_add_test(tcase, a_crash_between_commit_and_broker_loses_the_message_without_an_outbox);
    tcase_add_test(tcase, a_broker_forgets_what_it_had_not_flushed);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("streams");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, an_ordered_stream_waits_for_its_predecessor);
    tcase_add_test(tcase, a_change_that_travels_alone_overtakes);
    tcase_add_test(tcase, messages_queue_for_the_bandwidth);
    tcase_add_test(tcase, one_applier_takes_one_change_after_the_other);
    tcase_add_test(tcase, a_queue_drops_what_is_older_than_its_retention);
    tcase_add_test(tcase, concurrent_writes_meet_and_the_later_one_wins_on_both_sides);
    tcase_add_test(tcase, a_write_after_the_other_arrived_replaces_it);
    tcase_add_test(tcase, a_clock_that_is_ahead_beats_a_later_write_that_had_seen_it);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
