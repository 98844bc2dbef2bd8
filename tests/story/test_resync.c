/*
 * test_resync.c: targets that were away: what the source still has, full copies and what breaks
 * them.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define THREE                                                                                      \
    TWO "region \"c\" {}\n"                                                                        \
        "link { \"a\", \"c\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"                     \
        "link { \"b\", \"c\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
/* A history of two changes; a copy takes 2 s to write and 4 s to load. */
#define ITEM(more)                                                                                 \
    "data \"item\" { size = \"100B\", owner = \"single\", owner_region = \"a\", channels = { "     \
    "replicate {\n"                                                                                \
    "    reconnect = \"0s\", history = \"200B\", dataset = \"1MB\", snapshot_rate = \"4Mbps\",\n"  \
    "    load_rate = \"2Mbps\", " more " } } }\n"
#define SERVICES                                                                                   \
    "service \"write\" { writes = \"item\", work = \"0ms\" }\n"                                    \
    "service \"read\" { reads = \"item\", work = \"0ms\" }\n"
#define CUT "at \"1s\" { cut { \"a-b\", how = \"reset\", lasts = \"1s\" } }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

static uint32_t rows(void)
{
    return story_world(story)->resyncs->len;
}

static const ResyncRow *row(uint32_t index)
{
    ck_assert_uint_lt(index, rows());
    return &g_array_index(story_world(story)->resyncs, ResyncRow, index);
}

static void write_at(int64_t first_ms, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        story_ask(story, "write", ms(first_ms + i), 7 + i);
}

START_TEST(what_the_history_holds_is_sent_again)
{
    story = story_new(TWO ITEM("") SERVICES CUT, "write");
    write_at(1500, 2);
    story_end(story);
    ck_assert(story_has(story, "lacks 200 bytes: partial resynchronisation\n"
                               "2s work    data item/channels[1] replicate a>b sends #0\n"
                               "2040ms work    data item/channels[1] replicate a>b applies #1\n"));
    ck_assert_uint_eq(rows(), 1);
    ck_assert(!row(0)->full && row(0)->lost == ms(1000) && row(0)->began == ms(2000));
}
END_TEST

START_TEST(one_change_too_many_costs_a_copy_and_the_reads_while_it_is_loaded)
{
    story = story_new(TWO ITEM("") SERVICES CUT, "write read");
    write_at(1500, 3);
    story_ask_away(story, "read", ms(3990), 7); /* old data */
    story_ask_away(story, "read", ms(4060), 7); /* it loads */
    story_ask_away(story, "read", ms(8050), 7);
    story_ask(story, "write", ms(3000), 20); /* after the snapshot */
    story_end(story);
    ck_assert(story_has(
        story, "2s timer   data item/channels[1] replicate a>b lacks 300 bytes: full copy\n"
               "2s work    item.a writes a snapshot for 1 targets\n"
               "3990ms work    read: user 7 is served, stale\n"
               "4040ms deliver data item/channels[1] replicate a>b: the copy has arrived and is "
               "loaded\n"
               "4060ms work    read: user 7 attempt 1 fails\n"
               "8040ms work    data item/channels[1] replicate a>b: the copy is loaded\n"
               "8050ms work    read: user 7 is served\n"
               "8080ms work    data item/channels[1] replicate a>b sends #3\n"
               "8120ms work    data item/channels[1] replicate a>b applies #3\n"));
    ck_assert_uint_eq(rows(), 1);
    ck_assert(row(0)->full && row(0)->end == RESYNC_DONE && row(0)->lacked == 300);
    ck_assert(row(0)->loading == ms(4040) && row(0)->ended == ms(8080));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 4);
}
END_TEST

START_TEST(targets_that_come_in_time_share_a_snapshot_and_others_wait_for_the_next)
{
    story = story_new(THREE ITEM("snapshot_delay = \"5s\"") SERVICES CUT
                      "at \"1s\" { cut { \"a-c\", how = \"reset\", lasts = \"3s\" } }\n"
                      "at \"8s\" { cut { \"a-b\", how = \"reset\", lasts = \"100ms\" } }\n",
                      "write");
    write_at(1500, 3);
    story_end(story);
    /* At 8 s the snapshot is being written for both; b loses its part and needs another. */
    ck_assert(story_has(story, "7s work    item.a writes a snapshot for 2 targets\n"
                               "14s work    item.a writes a snapshot for 1 targets\n"));
    ck_assert_uint_eq(rows(), 3);
    ck_assert(row(0)->end == RESYNC_BROKE_OFF && row(1)->end == RESYNC_DONE &&
              row(2)->end == RESYNC_DONE);
}
END_TEST

START_TEST(a_short_silence_costs_nothing_and_a_long_one_the_connection)
{
    story = story_new(TWO ITEM("notice = \"2s\"") SERVICES
                      "at \"1s\" { cut { \"a-b\", lasts = \"1900ms\" } }\n"
                      "at \"10s\" { cut { \"a-b\", lasts = \"2s\" } }\n",
                      "write");
    write_at(1500, 3);
    write_at(11000, 3);
    story_end(story);
    ck_assert_uint_eq(rows(), 1);
    ck_assert(row(0)->full && row(0)->lost == ms(10000));
}
END_TEST

START_TEST(a_source_closes_a_silent_connection_when_its_buffer_is_full)
{
    story = story_new(TWO ITEM("notice = \"60s\", buffer = \"500B\"") SERVICES
                      "at \"1s\" { cut { \"a-b\", lasts = \"1s\" } }\n"
                      "at \"20s\" { cut { \"a-b\", lasts = \"1s\" } }\n",
                      "write");
    write_at(1500, 5);
    write_at(20500, 6);
    story_end(story);
    ck_assert(story_has(story, "20505ms work    data item/channels[1] replicate a>b: the source "
                               "drops its target\n"));
    ck_assert_uint_eq(rows(), 1);
    ck_assert(row(0)->full && row(0)->began == ms(21000));
}
END_TEST

START_TEST(more_than_the_soft_limit_is_borne_for_a_while)
{
    const char *item = ITEM("notice = \"60s\", buffer_soft = \"200B\", buffer_soft_for = \"2s\"");
    char       *text =
        g_strconcat(TWO, item, SERVICES, "at \"1s\" { cut { \"a-b\", lasts = \"5s\" } }\n", NULL);
    story = story_new(text, "write");
    g_free(text);
    write_at(1500, 3); /* the third, at 1502 ms, is more than 200 B */
    story_ask(story, "write", ms(3502), 20);
    story_ask(story, "write", ms(3503), 21);
    story_end(story);
    ck_assert(story_has(story, "3503ms work    item.a commits key 21\n"
                               "3503ms work    data item/channels[1] replicate a>b: the source "
                               "drops its target\n"));
}
END_TEST

START_TEST(a_copy_that_takes_too_long_is_begun_again)
{
    story = story_new(TWO ITEM("buffer = \"500B\"") SERVICES CUT, "write");
    write_at(1500, 3);
    write_at(5000, 6); /* while it is loaded: the sixth is too much */
    story_end(story);
    ck_assert_uint_eq(rows(), 2);
    ck_assert(row(0)->end == RESYNC_OVERFLOWED && row(0)->ended == ms(5005));
    /* The target goes on loading, has what was copied, and lacks what was written since. */
    ck_assert(row(1)->full && row(1)->began == ms(8040) && row(1)->lacked == 600);
    ck_assert(row(1)->end == RESYNC_DONE);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 9);
}
END_TEST

START_TEST(a_source_that_stops_forgets_what_it_keeps_in_memory)
{
    story = story_new(TWO ITEM("history_in = \"memory\"") SERVICES CUT
                      "at \"1600ms\" { crash { \"item\", region = \"a\", lasts = \"100ms\" } }\n",
                      "write");
    write_at(1500, 1);
    story_end(story);
    ck_assert(row(0)->full && row(0)->lacked == 100);
    story_free(story);
    story = story_new(TWO ITEM("history_in = \"disk\"") SERVICES CUT
                      "at \"1600ms\" { crash { \"item\", region = \"a\", lasts = \"100ms\" } }\n",
                      "write");
    write_at(1500, 1);
    story_end(story);
    ck_assert(!row(0)->full && row(0)->lacked == 100);
}
END_TEST

START_TEST(a_history_is_kept_while_one_target_is_connected_but_a_lease_is_not)
{
    static const struct {
        const char *item;
        bool        full;
    } cases[] = {{ITEM("history_for = \"5s\", history_of = \"source\""), false},
                 {ITEM("history_for = \"5s\", history_of = \"target\""), true}};
    char *text =
        g_strconcat(THREE, cases[_i].item, SERVICES,
                    "at \"1s\" { cut { \"a-b\", how = \"reset\", lasts = \"6s\" } }\n", NULL);
    story = story_new(text, "write");
    g_free(text);
    write_at(1500, 1);
    story_end(story);
    ck_assert_uint_eq(rows(), 1);
    ck_assert_int_eq(row(0)->full, cases[_i].full);
}
END_TEST

START_TEST(a_target_that_stops_while_it_loads_begins_anew)
{
    story = story_new(TWO ITEM("") SERVICES CUT
                      "at \"5s\" { crash { \"item\", region = \"b\", lasts = \"1s\" } }\n",
                      "write");
    write_at(1500, 3);
    story_end(story);
    ck_assert_uint_eq(rows(), 2);
    ck_assert(row(0)->end == RESYNC_BROKE_OFF && row(1)->end == RESYNC_DONE && row(1)->full);
    ck_assert(row(1)->began == ms(6000) && row(1)->lacked == 300);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 3);
}
END_TEST

START_TEST(a_copy_that_has_arrived_outlives_its_source)
{
    story = story_new(TWO ITEM("") SERVICES CUT "at \"5s\" { lose \"a\" }\n", "write");
    write_at(1500, 3);
    story_ask(story, "write", ms(3000), 20); /* after the snapshot */
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 3);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 1);
}
END_TEST

START_TEST(a_target_may_refuse_to_serve_old_data)
{
    story = story_new(TWO ITEM("serve_stale = false") SERVICES CUT, "write read");
    story_ask_away(story, "read", ms(1100), 7);
    story_ask_away(story, "read", ms(2100), 7);
    story_end(story);
    ck_assert(story_has(story, "1100ms work    read: user 7 attempt 1 fails\n"
                               "2100ms work    read: user 7 is served\n"));
}
END_TEST

START_TEST(a_source_that_hears_from_nobody_refuses)
{
    story = story_new(TWO ITEM("min_replicas = 1, max_lag = \"3s\"") SERVICES
                      "at \"10s\" { cut { \"a-b\", lasts = \"20s\" } }\n",
                      "write");
    story_ask(story, "write", ms(11999), 7);
    story_ask(story, "write", ms(14001), 8);
    story_ask(story, "write", ms(33000), 9);
    story_end(story);
    ck_assert(story_has(story, "11999ms work    item.a commits key 7\n"
                               "14001ms work    item.a refuses: too few targets\n"
                               "33s work    item.a commits key 9\n"));
    ck_assert_int_eq(story_count(story, "item").issued, 2);
}
END_TEST

#define CORRUPT "at \"1s\" { corrupt_replica { \"item\", region = \"b\" } }\n"

/* All along, not only while it loads; what was written meanwhile comes with the copy or after it.
 */
START_TEST(a_corrupt_copy_serves_nothing_until_it_has_been_made_anew)
{
    story = story_new(TWO ITEM("") SERVICES CORRUPT, "write read");
    write_at(500, 1);
    story_ask_away(story, "read", ms(990), 7);
    story_ask_away(story, "read", ms(1500), 7);
    story_ask(story, "write", ms(2000), 20);
    story_ask_away(story, "read", ms(6900), 8);
    story_ask_away(story, "read", ms(7100), 20);
    story_end(story);
    ck_assert(story_has(story,
                        "990ms work    read: user 7 is served\n"
                        "1s fault   corrupt_replica item begins\n"
                        "1s fault   data item/channels[1] replicate a>b stalls\n"
                        "1s timer   data item/channels[1] replicate a>b lacks 0 bytes: full copy\n"
                        "1500ms work    read: user 7 attempt 1 fails: unreachable\n"
                        "6900ms work    read: user 8 attempt 1 fails: unreachable\n"
                        "the copy is loaded\n"
                        "7100ms work    read: user 20 is served\n"));
    ck_assert_int_eq(story_world(story)->faults[0].refused, 2);
    ck_assert(row(0)->full && row(0)->end == RESYNC_DONE);
}
END_TEST

/* b has received all, c nothing of the last change: still it is c that takes over. */
START_TEST(who_has_a_corrupt_copy_does_not_take_over)
{
    static const char *const corrupt[] = {"", CORRUPT};
    char                    *text =
        g_strconcat(THREE ITEM("") SERVICES
                    "failover \"controller\" { push = \"0s\",\n"
                    "    detect = probe { every = \"100ms\", failures = 2, timeout = \"10ms\" } }\n"
                    "at \"900ms\" { cut { \"a-c\" } }\n"
                    "at \"1500ms\" { down { \"a\", lasts = \"3s\" } }\n",
                    corrupt[_i], NULL);
    story = story_new(text, "write");
    g_free(text);
    story_ask(story, "write", ms(950), 7);
    story_play(story, ms(4000));
    ck_assert_uint_eq(story_world(story)->roles.owner[0], _i == 0 ? 1 : 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resync");
    TCase *tcase = tcase_create("stories");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, what_the_history_holds_is_sent_again);
    tcase_add_test(tcase, one_change_too_many_costs_a_copy_and_the_reads_while_it_is_loaded);
    tcase_add_test(tcase, targets_that_come_in_time_share_a_snapshot_and_others_wait_for_the_next);
    tcase_add_test(tcase, a_short_silence_costs_nothing_and_a_long_one_the_connection);
    tcase_add_test(tcase, a_source_closes_a_silent_connection_when_its_buffer_is_full);
    tcase_add_test(tcase, more_than_the_soft_limit_is_borne_for_a_while);
    tcase_add_test(tcase, a_copy_that_takes_too_long_is_begun_again);
    tcase_add_test(tcase, a_source_that_stops_forgets_what_it_keeps_in_memory);
    tcase_add_loop_test(tcase, a_history_is_kept_while_one_target_is_connected_but_a_lease_is_not,
                        0, 2);
    tcase_add_test(tcase, a_target_that_stops_while_it_loads_begins_anew);
    tcase_add_test(tcase, a_copy_that_has_arrived_outlives_its_source);
    tcase_add_test(tcase, a_target_may_refuse_to_serve_old_data);
    tcase_add_test(tcase, a_source_that_hears_from_nobody_refuses);
    tcase_add_test(tcase, a_corrupt_copy_serves_nothing_until_it_has_been_made_anew);
    tcase_add_loop_test(tcase, who_has_a_corrupt_copy_does_not_take_over, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
