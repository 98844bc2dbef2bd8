/*
 * test_reads.c: read chains: whom to ask, what to say when nobody knows, and when to stop asking.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define THREE                                                                                      \
    TWO "region \"c\" {}\n"                                                                        \
        "link { \"a\", \"c\", rtt = \"40ms\", bandwidth = \"1000000Gbps\" }\n"                     \
        "link { \"b\", \"c\", rtt = \"40ms\", bandwidth = \"1000000Gbps\" }\n"
#define HOME_B                                                                                     \
    "users \"u\" { count = 1000000, home = { b = 1 }, access = { a = 1 }, network = \"0ms\",\n"    \
    "            resolver = dns { ttl = \"0s\" } }\n"
#define READ "service \"read\" { reads = \"item\", work = \"0ms\" }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
/* A record lives only where its user is at home. */
#define ALONE(steps) "data \"item\" { owner = \"home\", read = { \"local\", " steps " } }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

static uint32_t times(const char *line)
{
    uint32_t count = 0;
    for (const char *at = strstr(story_trace(story), line); at != NULL; at = strstr(at + 1, line))
        count++;
    return count;
}

/* ---- hints ----------------------------------------------------------------------------------- */

START_TEST(a_hint_leads_to_the_one_region_that_has_it)
{
    story = story_new(THREE HOME_B ALONE("secondary { ask = \"hint\" }") READ, "read");
    story_ask(story, "read", ms(10), 7);
    story_expect(story, "10ms work    read: user 7 attempt 1 enters a\n"
                        "10ms work    read: user 7 asks b\n"
                        "50ms deliver item.b is asked: found\n"
                        "90ms deliver read: user 7 gets an answer: found\n"
                        "90ms work    read: user 7 is served, remotely\n");
    ck_assert_int_eq(story_cell(story).ok[METRICS_REMOTE], 1);
}
END_TEST

START_TEST(without_a_hint_all_are_asked_and_all_must_say_no)
{
    story = story_new(THREE HOME_B ALONE("secondary { ask = \"hint\" }") READ, "read");
    story_ask(story, "read", ms(10), 2000000);
    story_expect(story, "10ms work    read: user 2000000 attempt 1 enters a\n"
                        "10ms work    read: user 2000000 asks b\n"
                        "10ms work    read: user 2000000 asks c\n"
                        "30ms deliver item.c is asked: not here\n"
                        "50ms deliver item.b is asked: not here\n"
                        "50ms deliver read: user 2000000 gets an answer: not here\n"
                        "90ms deliver read: user 2000000 gets an answer: not here\n"
                        "90ms work    read: user 2000000 is served: no such record\n");
    ck_assert_int_eq(story_cell(story).ok[METRICS_REFUSED_OK], 1);
}
END_TEST

START_TEST(a_wrong_hint_costs_a_round_trip_and_then_all_others_are_asked)
{
    story = story_new(THREE HOME_B ALONE("secondary { ask = \"hint\", wrong = \"100%\" }") READ,
                      "read");
    for (uint64_t user = 1; user <= 20; user++)
        story_ask(story, "read", ms(1000) * (SimTime)user, user);
    story_end(story);
    ck_assert_int_eq(story_cell(story).ok[METRICS_REMOTE], 20);
    /* A hint that names the region itself tells nothing: both others are asked. One that names c:
     * c, and then b. */
    uint32_t to_c_first = times("asks c\n") - times("asks b\n");
    ck_assert_uint_eq(to_c_first, 0);
    ck_assert_uint_eq(times("item.c is asked: not here\n"), 20);
    ck_assert_uint_eq(times("item.b is asked: found\n"), 20);
}
END_TEST

START_TEST(a_hint_to_a_region_that_refuses_goes_on_with_the_others_at_once)
{
    story = story_new(THREE HOME_B ALONE("secondary { ask = \"hint\" }") READ
                      "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"1s\" } }\n",
                      "read");
    story_ask(story, "read", ms(10), 7);
    story_expect(story, "5ms fault   cut a-b begins\n"
                        "10ms work    read: user 7 attempt 1 enters a\n"
                        "10ms work    read: user 7 asks c\n"
                        "30ms deliver item.c is asked: not here\n"
                        "50ms deliver read: user 7 gets an answer: not here\n"
                        "50ms work    read: user 7 attempt 1 fails: owner out of reach\n"
                        "1005ms fault   cut a-b ends\n");
}
END_TEST

/* ---- nobody knows ---------------------------------------------------------------------------- */

#define CUT_OFF(data)                                                                              \
    TWO HOME_B data READ "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"1s\" } }\n"

START_TEST(who_fails_closed_says_try_later_to_everybody)
{
    story = story_new(CUT_OFF(ALONE("secondary {}")), "read");
    story_ask(story, "read", ms(10), 7);
    story_ask(story, "read", ms(20), 2000000);
    story_end(story);
    ck_assert_int_eq(story_cell(story).failed[METRICS_OWNER], 2);
}
END_TEST

START_TEST(who_fails_open_is_right_about_some_and_wrong_about_others)
{
    story = story_new(
        CUT_OFF("data \"item\" { unsure = \"absent\", owner = \"home\", read = { \"local\", "
                "secondary {} } }\n"),
        "read");
    story_ask(story, "read", ms(10), 7);
    story_ask(story, "read", ms(20), 2000000);
    story_expect(story, "5ms fault   cut a-b begins\n"
                        "10ms work    read: user 7 attempt 1 enters a\n"
                        "10ms work    read: user 7 attempt 1 fails: not found\n"
                        "20ms work    read: user 2000000 attempt 1 enters a\n"
                        "20ms work    read: user 2000000 is served: no such record\n"
                        "1005ms fault   cut a-b ends\n");
    ck_assert_int_eq(story_cell(story).failed[METRICS_NOT_FOUND], 1);
    ck_assert_int_eq(story_cell(story).ok[METRICS_REFUSED_OK], 1);
}
END_TEST

START_TEST(fail_never_says_that_there_is_no_such_record)
{
    story = story_new(TWO HOME_B ALONE("secondary {}, \"fail\"") READ, "read");
    story_ask(story, "read", ms(10), 2000000);
    story_end(story);
    ck_assert_int_eq(story_cell(story).failed[METRICS_NOT_FOUND], 1);
    ck_assert_int_eq(story_cell(story).ok[METRICS_REFUSED_OK], 0);
}
END_TEST

START_TEST(a_default_answer_is_a_success_of_its_own_kind)
{
    story = story_new(CUT_OFF(ALONE("secondary {}, fallback { cost = \"3ms\" }")), "read");
    story_ask(story, "read", ms(10), 7);
    story_expect(story, "5ms fault   cut a-b begins\n"
                        "10ms work    read: user 7 attempt 1 enters a\n"
                        "13ms work    read: user 7 is served, degraded\n"
                        "1005ms fault   cut a-b ends\n");
    ck_assert_int_eq(story_cell(story).ok[METRICS_DEGRADED], 1);
}
END_TEST

START_TEST(a_default_answer_for_the_unsure_only_leaves_a_sure_no_alone)
{
    story = story_new(CUT_OFF(ALONE("secondary {}, fallback { when = \"unsure\" }")), "read");
    story_ask(story, "read", ms(10), 2000000);
    story_ask(story, "read", ms(2000), 2000000);
    story_end(story);
    ck_assert_int_eq(story_cell(story).ok[METRICS_DEGRADED], 1);
    ck_assert_int_eq(story_cell(story).ok[METRICS_REFUSED_OK], 1);
}
END_TEST

START_TEST(a_store_that_is_down_cannot_say_no)
{
    story = story_new("region \"a\" {}\ndata \"item\" {}\n" READ
                      "at \"5ms\" { crash { \"item\", region = \"a\", lasts = \"1s\" } }\n",
                      "read");
    story_ask(story, "read", ms(10), 2000000);
    story_ask(story, "read", ms(2000), 2000000);
    story_end(story);
    ck_assert_int_eq(story_cell(story).failed[METRICS_NOT_FOUND], 1);
    ck_assert_int_eq(story_cell(story).ok[METRICS_REFUSED_OK], 1);
}
END_TEST

/* ---- negative cache -------------------------------------------------------------------------- */

#define REMEMBERS(settings)                                                                        \
    TWO HOME_B "data \"item\" { owner = \"any\", read = { negative_cache { " settings              \
               " }, \"local\", secondary {} },\n"                                                  \
               "  channels = { replicate { multi_master = true } } }\n" READ WRITE

/* Asked for in vain in a, made in b, asked for again when the change has come, and much later. */
static void ask_make_ask(void)
{
    story_ask(story, "read", ms(10), 2000000);
    story_ask_away(story, "write", ms(200), 2000000);
    story_ask(story, "read", ms(300), 2000000);
    story_ask(story, "read", ms(61000), 2000000);
}

START_TEST(a_negative_cache_denies_what_was_made_elsewhere_until_its_time_is_over)
{
    story = story_new(REMEMBERS("ttl = \"60s\""), "read write");
    ask_make_ask();
    story_end(story);
    ck_assert(story_has(story, "10ms work    read: user 2000000 asks b\n"
                               "90ms work    item.a will remember: no key 2000000\n"
                               "90ms work    read: user 2000000 is served: no such record\n"
                               "200ms work    item.b commits key 2000000\n"
                               "replicate b>a applies #0\n"
                               "300ms work    read: user 2000000: remembered as no such record\n"
                               "300ms work    read: user 2000000 attempt 1 fails: not found\n"
                               "61s work    read: user 2000000 is served\n"));
    /* The ledger saw a read that missed the user's own write. */
    const ReadCount *counts = story_world(story)->classes[0].reads;
    ck_assert_uint_eq(counts[0].age.count, 1);
    ck_assert_int_eq(counts[0].age.max, ms(100));
    ck_assert_int_eq(counts[0].own, 1);
    ck_assert_int_eq(counts[0].fresh, 0);
    ck_assert_int_eq(counts[1].fresh, 1);
}
END_TEST

START_TEST(a_negative_cache_that_heeds_changes_forgets_when_the_channel_brings_one)
{
    story = story_new(REMEMBERS("heeds = \"changes\""), "read write");
    ask_make_ask();
    story_end(story);
    ck_assert(story_has(story, "replicate b>a applies #0\n"
                               "300ms work    read: user 2000000 is served\n"));
    ck_assert_uint_eq(story_world(story)->classes[0].reads[0].age.count, 0);
}
END_TEST

START_TEST(a_write_in_its_own_region_is_not_denied)
{
    story = story_new(REMEMBERS(""), "read write");
    story_ask(story, "read", ms(10), 2000000);
    story_ask(story, "write", ms(200), 2000000);
    story_ask(story, "read", ms(201), 2000000);
    story_end(story);
    ck_assert(story_has(story, "item.a will remember: no key 2000000\n"
                               "201ms work    read: user 2000000 is served\n"));
}
END_TEST

START_TEST(a_no_that_is_remembered_asks_nobody)
{
    story = story_new(REMEMBERS("ttl = \"1s\""), "read write");
    for (SimTime at = 10; at < 3000; at += 100)
        story_ask(story, "read", ms(at), 2000000);
    story_end(story);
    /* Learnt at 90 ms, 1190 ms and 2290 ms, each time for a second. */
    ck_assert_uint_eq(times("asks b\n"), 3);
    ck_assert_int_eq(story_cell(story).ok[METRICS_REFUSED_OK], 30);
}
END_TEST

START_TEST(a_full_negative_cache_learns_nothing_and_a_power_cut_empties_it)
{
    story = story_new(REMEMBERS("entries = 1") "at \"1s\" { down { \"a\", lasts = \"1s\" } }\n",
                      "read write");
    story_ask(story, "read", ms(10), 2000000);
    story_ask(story, "read", ms(200), 2000001);
    story_ask(story, "read", ms(400), 2000001);
    story_ask(story, "read", ms(600), 2000000);
    story_ask(story, "read", ms(3000), 2000000);
    story_end(story);
    ck_assert_uint_eq(times("remembered as no such record\n"), 1);
    ck_assert_uint_eq(times("user 2000001 asks b\n"), 2);
    ck_assert_uint_eq(times("user 2000000 asks b\n"), 2);
}
END_TEST

START_TEST(a_no_from_a_chain_that_was_cut_short_is_not_remembered)
{
    story = story_new(
        CUT_OFF("data \"item\" { unsure = \"absent\", owner = \"home\", read = { negative_cache "
                "{}, \"local\", secondary {} } }\n"),
        "read");
    story_ask(story, "read", ms(10), 7);
    story_ask(story, "read", ms(2000), 7);
    story_end(story);
    ck_assert_uint_eq(times("will remember"), 0);
    ck_assert_int_eq(story_cell(story).ok[METRICS_REMOTE], 1);
}
END_TEST

/* ---- keeping --------------------------------------------------------------------------------- */

#define KEEPS                                                                                      \
    TWO HOME_B "data \"item\" { read = { \"local\", secondary { keep = true } },\n"                \
               "  channels = { queue { relay = \"10s\" } } }\n" READ                               \
               "service \"write\" { writes = \"item\", work = \"0ms\", deadline = \"2s\" }\n"

START_TEST(what_a_second_read_found_is_kept_and_the_channel_that_brings_it_changes_nothing)
{
    story = story_new(KEEPS, "read write");
    story_ask(story, "write", ms(10), 2000000);
    story_ask(story, "read", ms(200), 2000000);
    story_ask(story, "read", ms(400), 2000000);
    story_ask(story, "read", ms(20000), 2000000);
    story_end(story);
    ck_assert(story_has(story, "50ms work    item.b commits key 2000000\n"
                               "280ms work    read: user 2000000 is served, remotely\n"
                               "400ms work    read: user 2000000 is served\n"
                               "b>a applies #0\n"
                               "20s work    read: user 2000000 is served\n"));
    ck_assert_uint_eq(times("asks b\n"), 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(a_copy_that_was_kept_outlives_its_source)
{
    story = story_new(KEEPS "at \"1s\" { lose \"b\" }\n", "read write");
    story_ask(story, "write", ms(10), 2000000);
    story_ask(story, "write", ms(11), 2000001);
    story_ask(story, "read", ms(200), 2000000);
    story_end(story);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L1], 1);
}
END_TEST

/* ---- pool, capacity -------------------------------------------------------------------------- */

START_TEST(a_full_pool_refuses_at_once)
{
    story = story_new(TWO HOME_B ALONE("secondary { pool = 1 }") READ, "read");
    story_ask(story, "read", ms(10), 7);
    story_ask(story, "read", ms(20), 8);
    story_ask(story, "read", ms(90), 9);
    story_expect(story, "10ms work    read: user 7 attempt 1 enters a\n"
                        "10ms work    read: user 7 asks b\n"
                        "20ms work    read: user 8 attempt 1 enters a\n"
                        "20ms work    read: user 8 may not ask b: the pool is full\n"
                        "20ms work    read: user 8 attempt 1 fails: overload\n"
                        "50ms deliver item.b is asked: found\n"
                        "90ms deliver read: user 7 gets an answer: found\n"
                        "90ms work    read: user 7 is served, remotely\n"
                        "90ms work    read: user 9 attempt 1 enters a\n"
                        "90ms work    read: user 9 asks b\n"
                        "130ms deliver item.b is asked: found\n"
                        "170ms deliver read: user 9 gets an answer: found\n"
                        "170ms work    read: user 9 is served, remotely\n");
}
END_TEST

START_TEST(a_call_that_nobody_waits_for_leaves_the_pool)
{
    story = story_new(TWO HOME_B ALONE("secondary { pool = 1, timeout = \"10s\" }") READ
                      "at \"5ms\" { cut { \"a-b\", lasts = \"20s\" } }\n"
                      "at \"1500ms\" { down { \"a\", lasts = \"1s\" } }\n",
                      "read");
    story_ask(story, "read", ms(10), 7);   /* gives up at 1010 ms */
    story_ask(story, "read", ms(1100), 8); /* dies with the region */
    story_ask(story, "read", ms(3000), 9);
    story_end(story);
    ck_assert_uint_eq(times("asks b in vain\n"), 3);
    ck_assert_uint_eq(times("may not ask"), 0);
}
END_TEST

START_TEST(of_several_answers_the_first_empties_the_pool)
{
    story =
        story_new(THREE "data \"item\" { owner = \"home\", read = { \"local\", secondary { ask = "
                        "\"all\", pool = 2 } } }\n"
                        "users \"u\" { count = 1000000, home = { c = 1 }, access = { a = 1 }, "
                        "network = \"0ms\", resolver = dns { ttl = \"0s\" } }\n" READ,
                  "read");
    story_ask(story, "read", ms(10), 7);
    story_ask(story, "read", ms(51), 8); /* b has not answered yet, but c has */
    story_end(story);
    ck_assert_int_eq(story_cell(story).ok[METRICS_REMOTE], 2);
    ck_assert_uint_eq(times("may not ask"), 0);
}
END_TEST

START_TEST(a_store_that_is_asked_answers_one_question_after_the_other)
{
    story = story_new(TWO HOME_B ALONE("secondary { lookup = \"10ms\" }") READ, "read");
    story_ask(story, "read", ms(10), 7);
    story_ask(story, "read", ms(14), 8);
    story_end(story);
    ck_assert(story_has(story, "100ms work    read: user 7 is served, remotely\n"
                               "110ms work    read: user 8 is served, remotely\n"));
}
END_TEST

/* ---- breaker --------------------------------------------------------------------------------- */

/* Answers come after 10 us, so nothing is on its way when the cut begins. */
#define NEAR(settings)                                                                             \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"10us\", bandwidth = \"1000000Gbps\" }\n" HOME_B ALONE(           \
        "secondary { breaker = breaker " settings " }") READ

START_TEST(a_breaker_opens_when_half_the_window_is_in_vain_and_then_probes_every_five_seconds)
{
    story = story_new(
        NEAR("\"hystrix\" {}") "at \"20s\" { cut { \"a-b\", how = \"reset\", lasts = \"40s\" } }\n",
        "read");
    for (uint64_t i = 0; i < 9000; i++)
        story_ask(story, "read", ms(10) * (SimTime)i, i % 1000);
    story_end(story);
    /* The 500th failure of the 1000 calls since 15 s; probes at 29.99 s, 34.99 s, ... */
    ck_assert_uint_eq(times("the breaker opens\n"), 0); /* the trace is full by then */
    const GArray *marks = story_world(story)->marks;
    const Mark   *opens = &g_array_index(marks, Mark, marks->len - 3);
    const Mark   *closes = &g_array_index(marks, Mark, marks->len - 1);
    ck_assert_str_eq(opens->text, "breaker of data item/read[2] secondary a > b opens");
    ck_assert_int_eq(opens->at, ms(24990));
    ck_assert_str_eq(closes->text, "breaker of data item/read[2] secondary a > b closes");
    ck_assert_int_eq(closes->at, ms(64990) + 10 * SIM_US);
    /* Refused calls: all from 25 s to 64.98 s but the seven probes in vain, and those during the
     * successful one (none: it takes 10 us). */
    const ReadGuard *guard = story_world(story)->classes[0].steps[1].guard;
    ck_assert_int_eq(guard->broken[0], 3999 - 7);
}
END_TEST

START_TEST(a_breaker_never_opens_at_one_request_a_second)
{
    story = story_new(NEAR("{}") "at \"0s\" { cut { \"a-b\", how = \"reset\" } }\n", "read");
    for (uint64_t i = 0; i < 99; i++)
        story_ask(story, "read", ms(1000) * (SimTime)i + 500 * SIM_MS, i);
    story_end(story);
    ck_assert_uint_eq(times("the breaker opens\n"), 0);
    ck_assert_int_eq(story_cell(story).failed[METRICS_OWNER], 99);
}
END_TEST

START_TEST(a_breaker_opens_with_the_twentieth_request_of_a_window)
{
    story = story_new(NEAR("{}") "at \"0s\" { cut { \"a-b\", how = \"reset\" } }\n", "read");
    for (uint64_t i = 0; i < 99; i++)
        story_ask(story, "read", ms(500) * (SimTime)i + 1 * SIM_MS, i);
    story_end(story);
    ck_assert(story_has(story, "9501ms work    data item/read[2] secondary a>b: the breaker opens\n"
                               "10001ms work    read: user 20 may not ask b\n"));
}
END_TEST

START_TEST(nineteen_requests_in_a_window_are_too_few)
{
    story = story_new(NEAR("{}") "at \"0s\" { cut { \"a-b\", how = \"reset\" } }\n", "read");
    /* 19 of 20 half seconds; the window is the current second and the nine before it. */
    for (uint64_t i = 0; i < 180; i++)
        if (i % 20 != 7)
            story_ask(story, "read", ms(500) * (SimTime)i + 1 * SIM_MS, i);
    story_end(story);
    ck_assert_uint_eq(times("the breaker opens\n"), 0);
}
END_TEST

/* Calls every 10 ms; those of a while after 20 s are in vain. The window is the current second and
 * the nine before it, so it is shortest when a second begins: 901 calls, 440 or 460 in vain. */
static const struct {
    const char *lasts;
    bool        opens;
} shares[] = {{"4400ms", false}, {"4600ms", true}};

START_TEST(slightly_less_than_half_in_vain_is_not_enough)
{
    char *text = g_strdup_printf(
        NEAR("{}") "at \"20s\" { cut { \"a-b\", how = \"reset\", lasts = \"%s\" } }\n",
        shares[_i].lasts);
    story = story_new(text, "read");
    g_free(text);
    for (uint64_t i = 0; i < 5000; i++)
        story_ask(story, "read", ms(10) * (SimTime)i, i % 1000);
    story_end(story);
    const GArray *marks = story_world(story)->marks;
    bool          opens = false;
    for (guint i = 0; i < marks->len; i++) {
        const Mark *mark = &g_array_index(marks, Mark, i);
        if (strstr(mark->text, "opens") == NULL)
            continue;
        opens = true;
        ck_assert_int_eq(mark->at, ms(25000) + 10 * SIM_US);
    }
    ck_assert(opens == shares[_i].opens);
}
END_TEST

START_TEST(a_probe_holds_back_the_others_and_its_answer_closes_the_breaker)
{
    story = story_new(
        TWO HOME_B ALONE("secondary { breaker = breaker { requests = 2, open = \"1s\" } }") READ
        "at \"5ms\" { cut { \"a-b\", how = \"reset\", lasts = \"500ms\" } }\n",
        "read");
    story_ask(story, "read", ms(10), 1);
    story_ask(story, "read", ms(20), 2);
    story_ask(story, "read", ms(600), 3);
    story_ask(story, "read", ms(1020), 4);
    story_ask(story, "read", ms(1030), 5);
    story_ask(story, "read", ms(1200), 6);
    story_expect(story, "5ms fault   cut a-b begins\n"
                        "10ms work    read: user 1 attempt 1 enters a\n"
                        "10ms work    read: user 1 attempt 1 fails: owner out of reach\n"
                        "20ms work    read: user 2 attempt 1 enters a\n"
                        "20ms work    data item/read[2] secondary a>b: the breaker opens\n"
                        "20ms work    read: user 2 attempt 1 fails: owner out of reach\n"
                        "505ms fault   cut a-b ends\n"
                        "600ms work    read: user 3 attempt 1 enters a\n"
                        "600ms work    read: user 3 may not ask b\n"
                        "600ms work    read: user 3 attempt 1 fails: owner out of reach\n"
                        "1020ms work    read: user 4 attempt 1 enters a\n"
                        "1020ms work    read: user 4 asks b\n"
                        "1030ms work    read: user 5 attempt 1 enters a\n"
                        "1030ms work    read: user 5 may not ask b\n"
                        "1030ms work    read: user 5 attempt 1 fails: owner out of reach\n"
                        "1060ms deliver item.b is asked: found\n"
                        "1100ms deliver read: user 4 gets an answer: found\n"
                        "1100ms work    data item/read[2] secondary a>b: the breaker closes\n"
                        "1100ms work    read: user 4 is served, remotely\n"
                        "1200ms work    read: user 6 attempt 1 enters a\n"
                        "1200ms work    read: user 6 asks b\n"
                        "1240ms deliver item.b is asked: found\n"
                        "1280ms deliver read: user 6 gets an answer: found\n"
                        "1280ms work    read: user 6 is served, remotely\n");
}
END_TEST

START_TEST(calls_that_outlast_the_deadline_are_in_vain_too)
{
    story =
        story_new(TWO HOME_B ALONE("secondary { timeout = \"10s\", breaker = breaker { requests = "
                                   "2 } }") READ "at \"5ms\" { cut { \"a-b\" } }\n",
                  "read");
    story_ask(story, "read", ms(10), 1);
    story_ask(story, "read", ms(20), 2);
    story_end(story);
    ck_assert(story_has(story,
                        "1010ms timer   read: user 1 attempt 1 fails: no answer in time\n"
                        "1020ms timer   read: user 2 attempt 1 fails: no answer in time\n"
                        "1020ms work    data item/read[2] secondary a>b: the breaker opens\n"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reads");
    TCase *tcase = tcase_create("stories");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_hint_leads_to_the_one_region_that_has_it);
    tcase_add_test(tcase, without_a_hint_all_are_asked_and_all_must_say_no);
    tcase_add_test(tcase, a_wrong_hint_costs_a_round_trip_and_then_all_others_are_asked);
    tcase_add_test(tcase, a_hint_to_a_region_that_refuses_goes_on_with_the_others_at_once);
    tcase_add_test(tcase, who_fails_closed_says_try_later_to_everybody);
    tcase_add_test(tcase, who_fails_open_is_right_about_some_and_wrong_about_others);
    tcase_add_test(tcase, fail_never_says_that_there_is_no_such_record);
    tcase_add_test(tcase, a_default_answer_is_a_success_of_its_own_kind);
    tcase_add_test(tcase, a_default_answer_for_the_unsure_only_leaves_a_sure_no_alone);
    tcase_add_test(tcase, a_store_that_is_down_cannot_say_no);
    tcase_add_test(tcase, a_negative_cache_denies_what_was_made_elsewhere_until_its_time_is_over);
    tcase_add_test(tcase, a_negative_cache_that_heeds_changes_forgets_when_the_channel_brings_one);
    tcase_add_test(tcase, a_write_in_its_own_region_is_not_denied);
    tcase_add_test(tcase, a_no_that_is_remembered_asks_nobody);
    tcase_add_test(tcase, a_full_negative_cache_learns_nothing_and_a_power_cut_empties_it);
    tcase_add_test(tcase, a_no_from_a_chain_that_was_cut_short_is_not_remembered);
    tcase_add_test(tcase,
                   what_a_second_read_found_is_kept_and_the_channel_that_brings_it_changes_nothing);
    tcase_add_test(tcase, a_copy_that_was_kept_outlives_its_source);
    tcase_add_test(tcase, a_full_pool_refuses_at_once);
    tcase_add_test(tcase, a_call_that_nobody_waits_for_leaves_the_pool);
    tcase_add_test(tcase, of_several_answers_the_first_empties_the_pool);
    tcase_add_test(tcase, a_store_that_is_asked_answers_one_question_after_the_other);
    tcase_add_test(
        tcase, a_breaker_opens_when_half_the_window_is_in_vain_and_then_probes_every_five_seconds);
    tcase_add_test(tcase, a_breaker_never_opens_at_one_request_a_second);
    tcase_add_test(tcase, a_breaker_opens_with_the_twentieth_request_of_a_window);
    tcase_add_test(tcase, nineteen_requests_in_a_window_are_too_few);
    tcase_add_loop_test(tcase, slightly_less_than_half_in_vain_is_not_enough, 0, 2);
    tcase_add_test(tcase, a_probe_holds_back_the_others_and_its_answer_closes_the_breaker);
    tcase_add_test(tcase, calls_that_outlast_the_deadline_are_in_vain_too);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
