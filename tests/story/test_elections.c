/*
 * test_elections.c: heartbeats, votes and leases of a consensus group are messages: they take their
 * time, and are lost with what is on their lines.
 */
#include <check.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "tests/story/story.h"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* When a line of the trace that ends like this was written, in ms; -1: never. */
static double at_ms(const char *ending)
{
    char *whole = g_strconcat(ending, "\n", NULL);
    char *found = strstr(story_trace(story), whole);
    g_free(whole);
    if (found == NULL)
        return -1;
    while (found > story_trace(story) && found[-1] != '\n')
        found--;
    double value = 0;
    char   unit[8] = "";
    ck_assert_int_eq(sscanf(found, "%lf%7[a-z]", &value, unit), 2);
    if (strcmp(unit, "min") == 0)
        return value * 60000;
    return strcmp(unit, "s") == 0 ? value * 1000 : strcmp(unit, "ms") == 0 ? value : value / 1e6;
}

#define FAR                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"800ms\" }\n"                                                     \
    "data \"item\" { owner = \"single\", owner_region = \"a\", channels = { consensus {\n"         \
    "  heartbeat = \"100ms\", election = \"2s\" } } }\n"                                           \
    "service \"write\" { writes = \"item\" }\n"

/* The last beat that was answered before the cut was sent a round trip before it, or up to a
 * heartbeat earlier. */
START_TEST(a_lease_runs_from_the_last_beat_that_was_answered)
{
    story = story_new(FAR "at \"30s\" { cut { \"a-b\" } }\n", "write");
    story_end(story);
    double at = at_ms("item.a reaches no majority");
    ck_assert_msg(at > 30000 - 800 - 100 + 2000 && at <= 30000 - 800 + 2000, "at %.3f ms", at);
}
END_TEST

/* What was on the line when it was cut is not heard: the other region waits from what came before,
 * at most a heartbeat before the cut. It asks in vain: two regions are no majority without one. */
START_TEST(a_beat_on_a_line_that_is_cut_is_not_heard)
{
    double soonest = 1e9;
    for (int i = 0; i < 40; i++) {
        char *name = g_strdup_printf("item%d", i); /* each draws other time-outs */
        char *text = g_strdup_printf(
            "region \"a\" {}\nregion \"b\" {}\nlink { \"a\", \"b\", rtt = \"800ms\" }\n"
            "data \"%s\" { owner = \"single\", owner_region = \"a\", channels = { consensus {\n"
            "  heartbeat = \"100ms\", election = \"200ms\", lease = \"2s\" } } }\n"
            "service \"write\" { writes = \"%s\" }\n"
            "at \"30s\" { cut { \"a-b\" } }\n",
            name, name);
        story = story_new(text, "write");
        story_end(story);
        char  *asks = g_strconcat(name, ".b asks for votes", NULL);
        double at = at_ms(asks);
        ck_assert_msg(at > 31900 && at <= 32200, "%s at %.3f ms", asks, at);
        soonest = MIN(soonest, at);
        g_free(asks);
        g_free(text);
        g_free(name);
        teardown();
    }
    ck_assert_msg(soonest < 32000, "the soonest at %.3f ms", soonest);
}
END_TEST

/* Everything arrives, but later than the lease allows: the group finds another leader, and the old
 * one does not get it back while its messages take as long. */
START_TEST(a_leader_slower_than_its_lease_is_replaced)
{
    story = story_new("region \"a\" {}\nregion \"b\" {}\nregion \"c\" {}\n"
                      "link { \"a\", \"b\", rtt = \"20ms\", risk = \"a's\" }\n"
                      "link { \"a\", \"c\", rtt = \"20ms\", risk = \"a's\" }\n"
                      "link { \"b\", \"c\", rtt = \"20ms\" }\n"
                      "data \"item\" { owner = \"single\", owner_region = \"a\",\n"
                      "                channels = { consensus \"etcd\" {} } }\n"
                      "service \"write\" { writes = \"item\" }\n"
                      "at \"30s\" { degrade { \"a's\", latency = \"3s\", lasts = \"30s\" } }\n",
                      "write");
    story_end(story);
    double stands_down = at_ms("item.a reaches no majority");
    double leads = MAX(at_ms("item.b leads instead of a"), at_ms("item.c leads instead of a"));
    ck_assert_msg(stands_down > 30870 && stands_down <= 31000, "at %.3f ms", stands_down);
    ck_assert_msg(leads > stands_down && leads < 32100, "at %.3f ms", leads);
    ck_assert(strstr(story_trace(story), "item.a leads") == NULL);
    const Roles *roles = story_world(story)->classes[0].roles;
    ck_assert_uint_eq(roles->seen[0][0], roles->owner[0]); /* it has heard of it */
}
END_TEST

/* Answers that were on their way when a leader stopped reach it 40 min later, when its lease of
 * 10 min is long over: they speak of beats of before. */
START_TEST(an_answer_as_late_as_a_pause_is_long_renews_no_lease)
{
    story = story_new("scenario \"late\" { duration = \"45min\" }\n"
                      "region \"a\" {}\nregion \"b\" {}\nregion \"c\" {}\n"
                      "link { \"a\", \"b\", rtt = \"950ms\" }\n"
                      "link { \"a\", \"c\", rtt = \"970ms\" }\n"
                      "link { \"b\", \"c\", rtt = \"40ms\" }\n"
                      "data \"item\" { owner = \"single\", owner_region = \"a\", channels = {\n"
                      "  consensus { heartbeat = \"1s\", lease = \"10min\" } } }\n"
                      "service \"write\" { writes = \"item\" }\n"
                      "at \"1min\" { pause { region = \"a\", lasts = \"40min\" } }\n",
                      "write");
    story_end(story);
    double at = at_ms("item.a reaches no majority");
    ck_assert_msg(at > 41 * 60000 - 1 && at < 41 * 60000 + 1, "at %.3f ms", at);
}
END_TEST

#define THREE                                                                                      \
    "region \"a\" {}\nregion \"b\" {}\nregion \"c\" {}\n"                                          \
    "link { \"a\", \"b\", rtt = \"20ms\" }\nlink { \"a\", \"c\", rtt = \"20ms\" }\n"               \
    "link { \"b\", \"c\", rtt = \"20ms\" }\n"                                                      \
    "data \"item\" { owner = \"single\", owner_region = \"a\",\n"                                  \
    "                channels = { consensus \"etcd\" {} } }\n"                                     \
    "service \"write\" { writes = \"item\" }\n"

/* Only the answers are cut: the leader still reaches everybody, but does not know it. */
START_TEST(a_leader_that_hears_nobody_falls_silent)
{
    story = story_new(
        THREE "at \"30s\" { cut { \"a-b\", from = \"b\" }, cut { \"a-c\", from = \"c\" } }\n",
        "write");
    story_end(story);
    double stands_down = at_ms("item.a reaches no majority");
    double leads = MAX(at_ms("item.b leads instead of a"), at_ms("item.c leads instead of a"));
    ck_assert_msg(stands_down > 30870 && stands_down <= 31000, "at %.3f ms", stands_down);
    ck_assert_msg(leads > stands_down && leads < 35000, "at %.3f ms", leads);
}
END_TEST

/* It has a write that no other has, so that nobody else is elected when one of them returns: it is
 * itself, and serves from then on. */
START_TEST(a_leader_that_stepped_down_can_be_elected_again)
{
    story = story_new(THREE "at \"30s\" { down { \"b\", lasts = \"10s\" }, down { \"c\" } }\n",
                      "write");
    story_ask(story, "write", ms(30200), 7);
    story_ask(story, "write", ms(60000), 8);
    story_end(story);
    double again = at_ms("item.a leads again");
    ck_assert_msg(again > 40000 && again < 44000, "at %.3f ms", again);
    ck_assert(strstr(story_trace(story), "leads instead") == NULL);
    ck_assert_int_eq(story_count(story, "item").ok, 1);
}
END_TEST

/* Lines on which nothing can come in time: they fill up, answers are later than any lease. */
START_TEST(elections_over_lines_that_are_too_slow_end)
{
    story = story_new("scenario \"slow\" { duration = \"20s\", settle = \"30s\" }\n"
                      "region \"a\" {}\nregion \"b\" {}\nregion \"c\" {}\nregion \"d\" {}\n"
                      "link { \"a\", \"b\" }\nlink { \"a\", \"c\", bandwidth = \"64kbps\" }\n"
                      "link { \"a\", \"d\", rtt = \"10s\" }\nlink { \"b\", \"d\" }\n"
                      "link { \"b\", \"c\", bandwidth = \"1kbps\" }\nlink { \"c\", \"d\" }\n"
                      "data \"p\" { channels = { consensus \"etcd\" { heartbeat = \"1ms\",\n"
                      "  lease_guard = \"10s\" } } }\nservice \"write\" { writes = \"p\" }\n",
                      "write");
    story_end(story);
    ck_assert(strstr(story_trace(story), "leads again") != NULL);
}
END_TEST

/* What arrives after a vote for another does not count for the old leader: its slow messages would
 * make a majority of copies, one of which the new leader throws away. */
START_TEST(who_has_voted_for_another_confirms_nothing)
{
    uint32_t moves = 0;
    for (int i = 0; i < 60; i++) {
        char *name = g_strdup_printf("item%d", i);
        char *text = g_strdup_printf(
            "scenario \"votes\" { duration = \"35s\", settle = \"5s\" }\n"
            "region \"a\" {}\nregion \"b\" {}\nregion \"c\" {}\n"
            "link { \"a\", \"b\", rtt = \"2ms\" }\nlink { \"a\", \"c\", rtt = \"2ms\" }\n"
            "link { \"b\", \"c\", rtt = \"600ms\" }\n"
            "data \"%s\" { owner = \"single\", owner_region = \"a\",\n"
            "              channels = { consensus \"etcd\" {} } }\n"
            "service \"write\" { writes = \"%s\", deadline = \"10s\" }\nworkload { write = "
            "\"100/s\" }\n"
            "at \"30s\" { cut \"a-c\", degrade { \"a-b\", from = \"a\", latency = \"2s\" } }\n",
            name, name);
        story = story_new(text, "write");
        story_end(story);
        LedgerCount count = story_count(story, name);
        moves += story_world(story)->classes[0].roles->moves;
        ck_assert_int_eq(count.ok, count.fate[LEDGER_SURVIVED]);
        g_free(text);
        g_free(name);
        teardown();
    }
    ck_assert_uint_gt(moves, 5);
}
END_TEST

/* ---- one leader ------------------------------------------------------------------------------ */

#define VOTERS 5
#define CUTS 160

/* Five regions whose lines come and go, each way on its own, and take 1 to 400 ms. With rare
 * heartbeats followers wake while the leader is well. */
static char *weather(uint32_t number)
{
    int      voters = number % 2 == 0 ? VOTERS : 3;
    GString *text = g_string_new("scenario \"weather\" { duration = \"60s\", settle = \"20s\" }\n");
    GRand   *rand = g_rand_new_with_seed(number);
    for (int r = 0; r < voters; r++)
        g_string_append_printf(text, "region \"%c\" {}\n", 'a' + r);
    for (int a = 0; a < voters; a++)
        for (int b = 0; b < a; b++)
            g_string_append_printf(text,
                                   "link { \"%c\", \"%c\", latency = uniform { \"1ms\", \"400ms\" "
                                   "}, loss = \"%s\" }\n",
                                   'a' + b, 'a' + a, number % 2 == 0 ? "0%" : "30%");
    g_string_append_printf(text,
                           "data \"item%u\" { owner = \"single\", owner_region = \"a\",\n"
                           "  channels = { consensus { heartbeat = \"%s\", election = \"1s\",\n"
                           "                           lease = \"1500ms\" } } }\n"
                           "service \"write\" { writes = \"item%u\" }\n"
                           "workload { write = \"20/s\" }\n",
                           number, number % 2 == 0 ? "100ms" : "900ms", number);
    for (int c = 0; c < CUTS; c++) {
        int from = g_rand_int_range(rand, 0, voters);
        int to = (from + g_rand_int_range(rand, 1, voters)) % voters;
        g_string_append_printf(
            text,
            "at \"%dms\" { cut { \"%c-%c\", from = \"%c\", lasts = \"%dms\", may_miss = true } }\n",
            g_rand_int_range(rand, 1000, 60000), 'a' + MIN(from, to), 'a' + MAX(from, to),
            'a' + from, g_rand_int_range(rand, 100, 8000));
    }
    g_rand_free(rand);
    return g_string_free(text, FALSE);
}

/* Regions that take themselves for the leader and would answer. */
static uint32_t leaders(const Roles *roles)
{
    uint32_t count = 0;
    for (uint32_t r = 0; r < VOTERS; r++)
        count += roles->seen[r][0] == r && (roles->fenced & 1u << r) == 0;
    return count;
}

/* Without clock errors there is at no instant more than one leader with a lease; one is found soon
 * after the last cut; and what a majority has acknowledged stays. */
START_TEST(there_is_one_leader_at_most_and_one_in_the_end)
{
    uint32_t elections = 0;
    int64_t  acknowledged = 0;
    for (uint32_t number = 0; number < 40; number++) {
        char *text = weather(number);
        story = story_new(text, "write");
        const Roles *roles = story_world(story)->classes[0].roles;
        int64_t      lately = 0;
        for (int64_t now = 0; now < 80000; now++) {
            story_play(story, ms(now));
            uint32_t leading = leaders(roles);
            ck_assert_msg(leading <= 1, "weather %u: two at %" G_GINT64_FORMAT " ms", number, now);
            if (leading == 1)
                lately = now;
        }
        ck_assert_msg(lately > 70000, "weather %u: none in the end", number);
        elections += roles->moves;
        story_end(story);
        char       *name = g_strdup_printf("item%u", number);
        LedgerCount count = story_count(story, name);
        g_free(name);
        acknowledged += count.ok;
        ck_assert_msg(count.ok == count.fate[LEDGER_SURVIVED],
                      "weather %u: of %" G_GINT64_FORMAT " acknowledged %" G_GINT64_FORMAT
                      " survived",
                      number, count.ok, count.fate[LEDGER_SURVIVED]);
        g_free(text);
        teardown();
    }
    printf("  %u elections, never two leaders; %" G_GINT64_FORMAT " acknowledged, none lost\n",
           elections, acknowledged);
    ck_assert_uint_gt(elections, 30);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("elections");
    TCase *tcase = tcase_create("elections");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_lease_runs_from_the_last_beat_that_was_answered);
    tcase_add_test(tcase, a_beat_on_a_line_that_is_cut_is_not_heard);
    tcase_add_test(tcase, a_leader_slower_than_its_lease_is_replaced);
    tcase_add_test(tcase, an_answer_as_late_as_a_pause_is_long_renews_no_lease);
    tcase_add_test(tcase, a_leader_that_hears_nobody_falls_silent);
    tcase_add_test(tcase, a_leader_that_stepped_down_can_be_elected_again);
    tcase_add_test(tcase, elections_over_lines_that_are_too_slow_end);
    tcase_add_test(tcase, who_has_voted_for_another_confirms_nothing);
    tcase_add_test(tcase, there_is_one_leader_at_most_and_one_in_the_end);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
