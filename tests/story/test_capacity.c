/*
 * test_capacity.c: faults that leave a part of what services and stores can do.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" { zones = 2 }\n"                                                                 \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define ITEM "data \"item\" { channels = { replicate { reconnect = \"0s\", apply = \"3us\" } } }\n"
#define LONG "service \"long\" { work = \"3s\", threads = 4, deadline = \"20s\" }\n"

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

static uint32_t threads(uint32_t region)
{
    const World *world = story_world(story);
    for (uint32_t s = 0; s < world->service_count; s++)
        if (strcmp(world->services[s].name, "long") == 0)
            return world->services[s].sites[region].threads;
    ck_abort();
}

START_TEST(servers_stop_one_after_another_until_the_region_is_down)
{
    story = story_new(TWO LONG "at \"1s\" { power_ramp { \"a\", over = \"4s\", steps = 4,\n"
                               "                         lasts = \"8s\" } }\n",
                      "long");
    /* They happen to be on the first server, the second, and so on. */
    static const uint64_t users[] = {1, 4, 2, 5};
    for (size_t i = 0; i < G_N_ELEMENTS(users); i++)
        story_ask(story, "long", ms(1500), users[i]);
    story_ask(story, "long", ms(5500), 7);
    story_play(story, ms(1999));
    ck_assert_uint_eq(threads(0), 4);
    story_play(story, ms(3999));
    ck_assert_uint_eq(threads(0), 2);
    story_play(story, ms(8999));
    ck_assert(!region_up(story_world(story), 0));
    story_play(story, ms(9000));
    ck_assert(region_up(story_world(story), 0));
    ck_assert_uint_eq(threads(0), 4);
    story_expect(story, "1s fault   power_ramp a begins\n"
                        "1500ms work    long: user 1 attempt 1 enters a\n"
                        "1500ms work    long: user 4 attempt 1 enters a\n"
                        "1500ms work    long: user 2 attempt 1 enters a\n"
                        "1500ms work    long: user 5 attempt 1 enters a\n"
                        "2s fault   a: 1 of 4 parts of its servers are out\n"
                        "3s fault   a: 2 of 4 parts of its servers are out\n"
                        "4s fault   a: 3 of 4 parts of its servers are out\n"
                        "4500ms work    long: user 5 is served\n"
                        "5s fault   a: 4 of 4 parts of its servers are out\n"
                        "5500ms work    long: user 7 attempt 1 enters a\n"
                        "9s fault   power_ramp a ends\n"
                        "21500ms timer   long: user 1 attempt 1 fails: no answer in time\n"
                        "21500ms timer   long: user 4 attempt 1 fails: no answer in time\n"
                        "21500ms timer   long: user 2 attempt 1 fails: no answer in time\n"
                        "25500ms timer   long: user 7 attempt 1 fails: no answer in time\n");
    ck_assert_int_eq(fault(0)->refused, 4);
}
END_TEST

START_TEST(a_zone_a_ramp_and_an_upgrade_each_give_back_their_own)
{
    story = story_new(TWO "service \"long\" { work = \"3s\", threads = 80 }\n"
                          "at \"1s\" { zone_down { \"a\", lasts = \"3s\", may_miss = true } }\n"
                          "at \"2s\" { rolling_upgrade { region = \"a\", each = \"4s\",\n"
                          "                              capacity = \"25%\", may_miss = true } }\n"
                          "at \"2500ms\" { power_ramp { \"a\", over = \"1s\", steps = 2,\n"
                          "                             lasts = \"2s\", may_miss = true } }\n",
                      "long");
    static const struct {
        int64_t  at;
        uint32_t threads;
    } seen[] = {{500, 80},  {1500, 40}, {2200, 10}, {3200, 5},
                {4200, 20}, {5000, 20}, {6100, 80}, {9000, 80}};
    for (size_t i = 0; i < G_N_ELEMENTS(seen); i++) {
        story_play(story, ms(seen[i].at));
        if (seen[i].at != 4200) /* the ramp holds the region down, and leaves no thread */
            ck_assert_uint_eq(threads(0), seen[i].threads);
        ck_assert(region_up(story_world(story), 0) == (seen[i].at != 4200));
    }
    ck_assert_uint_eq(threads(1), 80);
}
END_TEST

/* The first and the last of these overlap, with another between them: without a zone there is no
 * region, whoever took which. */
START_TEST(a_region_without_zones_is_down_until_one_is_back)
{
    story = story_new(TWO LONG "at \"1s\" { zone_down { \"a\", lasts = \"5s\" } }\n"
                               "at \"2s\" { zone_down { \"a\", lasts = \"2s\" } }\n"
                               "at \"3s\" { zone_down { \"a\", lasts = \"2s\" } }\n",
                      "long");
    static const struct {
        int64_t  at;
        uint32_t down_by, threads;
    } seen[] = {{500, WORLD_NONE, 4}, {1500, WORLD_NONE, 2}, {2500, 1, 0},         {3500, 1, 0},
                {4500, 2, 0},         {5500, WORLD_NONE, 2}, {6500, WORLD_NONE, 4}};
    story_ask(story, "long", ms(2600), 1);
    for (size_t i = 0; i < G_N_ELEMENTS(seen); i++) {
        story_play(story, ms(seen[i].at));
        ck_assert_uint_eq(story_world(story)->regions[0].down_by, seen[i].down_by);
        ck_assert_uint_eq(story_world(story)->regions[0].down, seen[i].down_by != WORLD_NONE);
        ck_assert_uint_eq(threads(0), seen[i].threads);
    }
    ck_assert_int_eq(fault(1)->refused, 1);
    for (uint32_t f = 0; f < 3; f++)
        ck_assert(fault(f)->took_effect);
}
END_TEST

START_TEST(who_waits_because_a_zone_is_gone_is_counted)
{
    story = story_new(TWO LONG "at \"1s\" { zone_down { \"a\", lasts = \"5s\" } }\n", "long");
    for (uint64_t user = 1; user <= 5; user++)
        story_ask(story, "long", ms(2000), user);
    story_end(story);
    ck_assert_int_eq(fault(0)->delayed, 3);
}
END_TEST

/* What came after the first two of four parts were out runs on the other two. */
START_TEST(a_part_takes_its_share_of_what_is_left)
{
    story = story_new(TWO "service \"long\" { work = \"30s\", threads = 1000 }\n"
                          "at \"0s\" { power_ramp { \"a\", over = \"4s\", steps = 4 } }\n",
                      "long");
    for (uint64_t user = 1; user <= 400; user++)
        story_ask(story, "long", ms(2500), user);
    story_play(story, ms(3500));
    ck_assert_int_ge(fault(0)->refused, 160);
    ck_assert_int_le(fault(0)->refused, 240);
}
END_TEST

START_TEST(an_upgrade_goes_round_and_makes_those_wait_that_would_have_had_a_thread)
{
    story =
        story_new(TWO "service \"long\" { work = \"600ms\", threads = 3, deadline = \"20s\" }\n"
                      "at \"1s\" { rolling_upgrade { region = { \"b\", \"a\" }, each = \"1s\",\n"
                      "                              capacity = \"34%\" } }\n",
                  "long");
    for (uint64_t user = 1; user <= 5; user++)
        story_ask(story, "long", ms(2100), user);
    story_play(story, ms(1500));
    ck_assert_uint_eq(threads(0), 3);
    ck_assert_uint_eq(threads(1), 1);
    story_expect(story, "1s fault   rolling_upgrade services begins\n"
                        "1s fault   rolling_upgrade services reaches b\n"
                        "2s fault   rolling_upgrade services reaches a\n"
                        "2100ms work    long: user 1 attempt 1 enters a\n"
                        "2100ms work    long: user 2 attempt 1 enters a\n"
                        "2100ms work    long: user 3 attempt 1 enters a\n"
                        "2100ms work    long: user 4 attempt 1 enters a\n"
                        "2100ms work    long: user 5 attempt 1 enters a\n"
                        "2700ms work    long: user 1 is served\n"
                        "3s fault   rolling_upgrade services ends\n"
                        "3300ms work    long: user 2 is served\n"
                        "3600ms work    long: user 3 is served\n"
                        "3600ms work    long: user 4 is served\n"
                        "3900ms work    long: user 5 is served\n");
    /* All but the first waited, and none of them behind three others. */
    ck_assert_int_eq(fault(0)->delayed, 4);
}
END_TEST

START_TEST(a_migration_takes_its_share_of_threads_and_appliers)
{
    story =
        story_new(TWO ITEM "service \"write\" { writes = \"item\", work = \"7ms\" }\n"
                           "at \"5ms\" { migration_load { service = \"write\", data = \"item\",\n"
                           "                              share = \"30%\", lasts = \"1s\" } }\n",
                  "write");
    story_ask(story, "write", ms(10), 7);
    story_ask(story, "write", ms(2000), 8);
    story_end(story);
    /* 7 ms and 3 us become 7/0.7 and 3/0.7, rounded to a thousandth. */
    ck_assert(story_has(story,
                        "19996us work    write: user 7 is served\n"
                        "replicate a>b applies #0\n"
                        "2007ms work    write: user 8 is served\n"
                        "2047003us work    data item/channels[1] replicate a>b applies #1\n"));
    ck_assert_int_eq(fault(0)->delayed, 2);
}
END_TEST

START_TEST(a_restarted_region_is_down_and_then_warms_up_in_ten_steps)
{
    story =
        story_new(TWO LONG "at \"1s\" { restart { \"a\", capacity = \"10%\", warmup = \"90s\",\n"
                           "                      lasts = \"1s\" } }\n",
                  "long");
    story_ask(story, "long", ms(1500), 1);
    story_ask(story, "long", ms(30000), 2); /* three steps on: 37 % */
    story_ask(story, "long", ms(95000), 3);
    story_play(story, ms(1500));
    ck_assert(!region_up(story_world(story), 0));
    story_expect(story, "1s fault   restart a begins\n"
                        "1500ms work    long: user 1 attempt 1 enters a\n"
                        "2s fault   restart a ends\n"
                        "21500ms timer   long: user 1 attempt 1 fails: no answer in time\n"
                        "30s work    long: user 2 attempt 1 enters a\n"
                        "38106ms work    long: user 2 is served\n"
                        "92s fault   a is warm\n"
                        "95s work    long: user 3 attempt 1 enters a\n"
                        "98s work    long: user 3 is served\n");
    ck_assert_int_eq(fault(0)->refused, 1);
    ck_assert_int_eq(fault(0)->delayed, 1);
}
END_TEST

/* Ten changes of 10 ms arrive at once from 100 ms on; for 200 ms the store is ten times slower. Two
 * of them are done slowly; the eight that are left take 10 ms each, and the one that comes then. */
START_TEST(what_waits_for_a_slow_store_does_not_wait_longer_than_the_fault)
{
    story = story_new(
        "region \"a\" {} region \"b\" {}\n"
        "link { \"a\", \"b\", rtt = \"0ms\", bandwidth = \"1000000Gbps\" }\n"
        "data \"item\" { channels = { replicate { reconnect = \"0s\", apply = \"10ms\" } } }\n"
        "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
        "at \"50ms\" { slow_store { \"item\", region = \"b\", factor = 10, lasts = \"250ms\" } }\n",
        "write");
    for (uint64_t user = 1; user <= 10; user++)
        story_ask(story, "write", ms(100), user);
    story_ask(story, "write", ms(380), 11);
    story_end(story);
    ck_assert(story_has(story, "200ms work    data item/channels[1] replicate a>b applies #0\n"
                               "300ms work    data item/channels[1] replicate a>b applies #1\n"
                               "310ms work    data item/channels[1] replicate a>b applies #2\n"
                               "320ms work    data item/channels[1] replicate a>b applies #3\n"));
    ck_assert(story_has(story, "380ms work    data item/channels[1] replicate a>b applies #9\n"
                               "390ms work    data item/channels[1] replicate a>b applies #10\n"));
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 11);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("capacity");
    TCase *tcase = tcase_create("capacity");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, servers_stop_one_after_another_until_the_region_is_down);
    tcase_add_test(tcase, a_zone_a_ramp_and_an_upgrade_each_give_back_their_own);
    tcase_add_test(tcase, a_region_without_zones_is_down_until_one_is_back);
    tcase_add_test(tcase, who_waits_because_a_zone_is_gone_is_counted);
    tcase_add_test(tcase, a_part_takes_its_share_of_what_is_left);
    tcase_add_test(tcase, an_upgrade_goes_round_and_makes_those_wait_that_would_have_had_a_thread);
    tcase_add_test(tcase, a_migration_takes_its_share_of_threads_and_appliers);
    tcase_add_test(tcase, a_restarted_region_is_down_and_then_warms_up_in_ten_steps);
    tcase_add_test(tcase, what_waits_for_a_slow_store_does_not_wait_longer_than_the_fault);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
