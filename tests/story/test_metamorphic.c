/*
 * test_metamorphic.c: what must not matter does not: the order of declarations, parts of the world
 * that nobody touches, the unit of time, names. And what can only help does not harm.
 */
#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/model.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"

typedef struct Played {
    Plan    *plan;
    Outcome *outcome;
} Played;

static Played one, other;

static void teardown(void)
{
    outcome_free(one.outcome);
    plan_free(one.plan);
    outcome_free(other.outcome);
    plan_free(other.plan);
    memset(&one, 0, sizeof one);
    memset(&other, 0, sizeof other);
}

/* Plays the pieces, one after the other in one file, with `seed`. The list ends with NULL. */
static Played play(uint64_t seed, const char *const *pieces)
{
    char *path = NULL;
    int   file = g_file_open_tmp("metamorphic-XXXXXX.lua", &path, NULL);
    ck_assert_int_ge(file, 0);
    close(file);
    GString *whole = g_string_new(NULL);
    for (; *pieces != NULL; pieces++)
        g_string_append_printf(whole, "%s\n", *pieces);
    char *text = g_string_free(whole, FALSE);
    ck_assert(g_file_set_contents(path, text, -1, NULL));
    PlanProblems *problems = plan_problems_new();
    Played        played = {scenario_load(path, model_catalog(), NULL, NULL, problems), NULL};
    if (played.plan == NULL || !run_check(played.plan, problems))
        ck_abort_msg("%s\n%s", plan_problems_text(problems), text);
    plan_problems_free(problems);
    g_unlink(path);
    g_free(path);
    g_free(text);
    RunSetup setup = {.plan = played.plan, .seed = seed};
    played.outcome = run_play(&setup);
    return played;
}

/* ---- what is compared -------------------------------------------------------------------- */

static void check_windows(int64_t scale)
{
    ck_assert_uint_eq(one.outcome->window_count, other.outcome->window_count);
    ck_assert_uint_gt(one.outcome->window_count, 0);
    for (uint32_t i = 0; i < one.outcome->window_count; i++) {
        const OutcomeWindow *a = &one.outcome->windows[i];
        const OutcomeWindow *b = &other.outcome->windows[i];
        ck_assert_int_eq(a->from * scale, b->from);
        ck_assert_str_eq(a->service, b->service);
        ck_assert_str_eq(a->access, b->access);
        ck_assert_str_eq(a->users, b->users);
        ck_assert_int_eq(a->issued, b->issued);
        ck_assert_int_eq(a->attempts, b->attempts);
        ck_assert_int_eq(a->open, b->open);
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            ck_assert_int_eq(a->ok[q], b->ok[q]);
        for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
            ck_assert_int_eq(a->failed[f], b->failed[f]);
        if (scale == 1) {
            ck_assert_int_eq(a->latency_sum, b->latency_sum);
            ck_assert_int_eq(a->p99, b->p99);
        }
    }
}

static void check_fate(const OutcomeFateRow *a, const OutcomeFateRow *b)
{
    ck_assert_int_eq(a->issued, b->issued);
    ck_assert_int_eq(a->ok, b->ok);
    ck_assert_int_eq(a->error, b->error);
    ck_assert_int_eq(a->unknown, b->unknown);
    ck_assert_int_eq(a->ghosts, b->ghosts);
    ck_assert_int_eq(a->duplicates, b->duplicates);
    for (int f = 0; f < OUTCOME_FATES; f++)
        ck_assert_int_eq(a->fate[f], b->fate[f]);
}

static const OutcomeFateRow *fate_of(const Outcome *outcome, const char *data, const char *region)
{
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        if (strcmp(outcome->fates[i].data, data) == 0 &&
            strcmp(outcome->fates[i].region, region) == 0)
            return &outcome->fates[i];
    ck_abort_msg("no fates of %s in %s", data, region);
    return NULL;
}

/* Every row of the first is in the other with the same figures. */
static void check_fates(void)
{
    ck_assert_uint_gt(one.outcome->fate_count, 0);
    for (uint32_t i = 0; i < one.outcome->fate_count; i++) {
        const OutcomeFateRow *row = &one.outcome->fates[i];
        check_fate(row, fate_of(other.outcome, row->data, row->region));
    }
}

static int64_t fates(const Outcome *outcome, OutcomeFate fate)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        sum += outcome->fates[i].fate[fate];
    return sum;
}

/* ---- a world with a bit of everything ---------------------------------------------------- */

static const char frame[] =
    "scenario \"s\" { duration = \"60s\", settle = \"20s\", window = \"10s\" }";
static const char regions[] =
    "region \"a\" {} region \"b\" { clock_offset = \"200ms\" } region \"c\" {}";
static const char wires[] =
    "link { \"a\", \"b\", name = \"ab\", rtt = \"40ms\", jitter = exponential \"4ms\", loss = "
    "\"1%\" }\n"
    "link { \"a\", \"c\", name = \"ac\", rtt = \"60ms\", jitter = exponential \"4ms\" }\n"
    "link { \"b\", \"c\", name = \"bc\", rtt = \"20ms\" }";
static const char people[] =
    "users \"u\" { count = 50, home = { a = 1, b = 1, c = 1 }, access = { a = 1, b = 1, c = 1 },\n"
    "            retry = { attempts = 2 } }";
static const char things[] =
    "data \"item\" { channels = { replicate { reconnect = \"1s\", notice = \"2s\" } } }\n"
    "data \"note\" { owner = \"any\", channels = { replicate { multi_master = true } } }\n"
    "data \"phone\" { key = \"phone\", unique = true, change = \"create-only\", conflict = "
    "\"freeze\",\n"
    "               channels = { queue { notice = \"1s\" } },\n"
    "               read = { \"local\", secondary { ask = \"home\" } } }";
static const char offers[] =
    "service \"join\" { writes = { \"phone\", \"item\" }, work = exponential \"3ms\",\n"
    "                 followed_by = { \"look\", after = exponential \"1s\", elsewhere = \"20%\" } "
    "}\n"
    "service \"look\" { reads = { \"phone\", \"item\" }, core = true }\n"
    "service \"jot\" { reads = \"note\", writes = \"note\" }";
static const char demand[] =
    "workload { join = \"5/s\", look = \"40/s\", jot = \"40/s\", users = \"u\" }";
static const char trouble[] = "at \"20s\" { cut { \"ab\", lasts = \"10s\" } }\n"
                              "at \"25s\" { down { \"c\", lasts = \"5s\" } }\n"
                              "at \"49s\" { cut { \"a\" } }\n"
                              "at \"50s\" { lose \"a\" }";

static Played ordinary(uint64_t seed)
{
    const char *const pieces[] = {frame,  regions, wires,   people, things,
                                  offers, demand,  trouble, NULL};
    return play(seed, pieces);
}

static Played ordinary_and(uint64_t seed, const char *more)
{
    const char *const pieces[] = {frame,  regions, wires,   people, things,
                                  offers, demand,  trouble, more,   NULL};
    return play(seed, pieces);
}

static char *backwards(const char *text)
{
    char   **lines = g_strsplit(text, " region", -1);
    GString *back = g_string_new(NULL);
    for (guint i = g_strv_length(lines); i-- > 0;)
        g_string_append_printf(back, "%s%s\n", i == 0 ? "" : "region", lines[i]);
    g_strfreev(lines);
    return g_string_free(back, FALSE);
}

START_TEST(the_world_has_every_kind_of_end)
{
    /* Otherwise the comparisons below would compare nothing. */
    one = ordinary(1);
    ck_assert_int_gt(fates(one.outcome, OUTCOME_SURVIVED), 1000);
    ck_assert_int_gt(fates(one.outcome, OUTCOME_L1), 0);
    ck_assert_int_gt(fates(one.outcome, OUTCOME_L3), 0);
    ck_assert_int_gt(fates(one.outcome, OUTCOME_L4), 0);
    other = ordinary(2);
    ck_assert(one.outcome->schedule != other.outcome->schedule);
    ck_assert(one.outcome->chance != other.outcome->chance);
    ck_assert(one.outcome->results != other.outcome->results);
}
END_TEST

START_TEST(the_order_of_declarations_means_nothing)
{
    char             *back = backwards(regions);
    const char *const pieces[] = {trouble, demand, offers, things, people,
                                  wires,   back,   frame,  NULL};
    one = ordinary(1);
    other = play(1, pieces);
    g_free(back);
    ck_assert_str_eq(plan_hash(one.plan), plan_hash(other.plan));
    ck_assert_uint_eq(one.outcome->schedule, other.outcome->schedule);
    ck_assert_uint_eq(one.outcome->chance, other.outcome->chance);
    ck_assert_uint_eq(one.outcome->results, other.outcome->results);
}
END_TEST

/* Of faults with one name. */
START_TEST(the_order_of_twins_means_nothing)
{
    const char *const first = "at \"20s\" { cut { \"ab\", lasts = \"10s\", may_miss = true } }";
    const char *const second =
        "at \"20s\" { cut { \"ab\", lasts = \"4s\", from = \"a\", may_miss = true } }";
    const char *const third = "at \"20s\" { cut { \"ab\", may_miss = true } }";
    const char *const pieces[] = {frame,  regions, wires,  people, things, offers,
                                  demand, first,   second, third,  NULL};
    const char *const others[] = {frame,  regions, wires, people, things, offers,
                                  demand, third,   first, second, NULL};
    one = play(1, pieces);
    other = play(1, others);
    ck_assert_str_eq(plan_hash(one.plan), plan_hash(other.plan));
    ck_assert_uint_eq(one.outcome->schedule, other.outcome->schedule);
    ck_assert_uint_eq(one.outcome->results, other.outcome->results);
}
END_TEST

START_TEST(the_same_plan_twice_in_one_process_is_the_same_run)
{
    one = ordinary(7);
    other = ordinary(7);
    ck_assert_uint_eq(one.outcome->schedule, other.outcome->schedule);
    ck_assert_uint_eq(one.outcome->chance, other.outcome->chance);
    ck_assert_uint_eq(one.outcome->results, other.outcome->results);
}
END_TEST

static const char *const spectators[] = {
    "service \"aaa\" { reads = \"item\" }",
    "service \"zzz\" { writes = \"item\", work = exponential \"9ms\" }",
    "data \"aaa\" { channels = { queue {} } }",
    "data \"zzz\" { channels = { replicate { multi_master = true } }, owner = \"any\" }",
    "users \"aaa\" { count = 9, home = { b = 1 } }",
    "users \"zzz\" { count = 9, retry = { attempts = 5 } }",
    "link { \"b\", \"c\", name = \"zzz\", rtt = \"1ms\", jitter = exponential \"1ms\" }",
};

START_TEST(what_nobody_uses_changes_nothing)
{
    one = ordinary(3);
    other = ordinary_and(3, spectators[_i]);
    check_windows(1);
    check_fates();
    ck_assert_int_eq(one.outcome->users_hit, other.outcome->users_hit);
    ck_assert_uint_eq(one.outcome->loss_count, other.outcome->loss_count);
    for (uint32_t i = 0; i < one.outcome->loss_count; i++) {
        ck_assert_int_eq(one.outcome->losses[i].acked, other.outcome->losses[i].acked);
        ck_assert_str_eq(one.outcome->losses[i].code, other.outcome->losses[i].code);
    }
}
END_TEST

/* At the edges of windows, so that the rows stay the same. */
static const char *const blanks[] = {
    "service \"zzz\" {} at \"30s\" { slow { \"zzz\", lasts = \"10s\", may_miss = true } }",
    "service \"zzz\" {} at \"30s\" { surge { \"zzz\", lasts = \"10s\", may_miss = true } }",
    "at \"30s\" { slow { \"look\", factor = 1, lasts = \"10s\", may_miss = true } }",
    "at \"30s\" { degrade { \"bc\", bandwidth = \"9Gbps\", lasts = \"10s\", may_miss = true } }",
    "data \"z\" {} at \"30s\" { crash { \"z\", region = \"b\", may_miss = true } }",
    "at \"60s\" { cut { \"bc\", lasts = \"1ns\", may_miss = true } }",
};

START_TEST(a_fault_without_an_effect_changes_nothing)
{
    one = ordinary(4);
    other = ordinary_and(4, blanks[_i]);
    if (_i == 5)
        check_fates(); /* connections are made anew, but everything arrives before the end */
    else
        check_windows(1);
    check_fates();
}
END_TEST

START_TEST(an_isolated_region_changes_nothing)
{
    const char *alone =
        "scenario \"s\" { duration = \"30s\", window = \"10s\" } region \"m\" {}\n"
        "users \"u\" { count = 10, home = { m = 1 }, access = { m = 1 } }\n"
        "data \"item\" { owner = \"any\" }\n"
        "service \"write\" { reads = \"item\", writes = \"item\", work = exponential \"5ms\",\n"
        "                  threads = 1, queue = 5 }\n"
        "workload { write = \"180/s\" }";
    const char *const bare[] = {alone, NULL};
    const char *const before[] = {alone, "region \"a\" {}", NULL};
    const char *const after[] = {alone, "region \"z\" {}", NULL};
    one = play(5, bare);
    other = play(5, _i == 0 ? before : after);
    ck_assert_int_gt(one.outcome->windows[0].failed[METRICS_OVERLOAD], 0);
    check_windows(1);
    check_fates();
}
END_TEST

/* ---- the unit of time -------------------------------------------------------------------- */

static Played scaled(int64_t k, uint64_t seed)
{
    char *text = g_strdup_printf(
        "local k = %d\n"
        "local function t(n) return n * k .. \"ms\" end\n"
        "scenario \"s\" { duration = t(60000), settle = t(20000), window = t(10000) }\n"
        "region \"a\" {} region \"b\" { clock_offset = t(50) }\n"
        "link { \"a\", \"b\", rtt = t(40), bandwidth = \"1000000Gbps\" }\n"
        "users \"u\" { count = 50, network = t(4), resolver = dns { ttl = \"0s\" },\n"
        "            home = { a = 1, b = 1 }, access = { a = 1, b = 1 },\n"
        "            retry = { attempts = 2, backoff = \"0ms\" } }\n"
        "data \"note\" { owner = \"any\",\n"
        "    channels = { replicate { multi_master = true, reconnect = \"0s\", apply = t(2) } } }\n"
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } } }\n"
        "service \"jot\" { reads = \"note\", writes = { \"note\", \"item\" }, work = t(10), "
        "threads = 2,\n"
        "                queue = 3, deadline = t(200) }\n"
        "workload { jot = 1200 // k .. \"/min\" }\n"
        "at(t(20000)) { cut { \"a-b\", lasts = t(5000) } }\n"
        "at(t(49000)) { cut { \"a\" } }\n"
        "at(t(50000)) { lose \"a\" }",
        (int)k);
    const char *const pieces[] = {text, NULL};
    Played            played = play(seed, pieces);
    g_free(text);
    return played;
}

START_TEST(all_times_times_k_gives_the_same_counts_and_k_times_the_times)
{
    const int64_t factors[] = {2, 3, 10};
    int64_t       k = factors[_i];
    one = scaled(1, 6);
    other = scaled(k, 6);
    ck_assert_int_gt(fates(one.outcome, OUTCOME_L1), 0);
    ck_assert_int_gt(fates(one.outcome, OUTCOME_L3), 0);
    check_windows(k);
    check_fates();
    for (uint32_t i = 0; i < one.outcome->window_count; i++) {
        const OutcomeWindow *a = &one.outcome->windows[i];
        const OutcomeWindow *b = &other.outcome->windows[i];
        /* Draws are rounded to a nanosecond, and their sums add up to less than this. */
        ck_assert_int_le(llabs(a->latency_sum * k - b->latency_sum), 1000000);
    }
    ck_assert_uint_eq(one.outcome->rpo_count, other.outcome->rpo_count);
    for (uint32_t i = 0; i < one.outcome->rpo_count; i++) {
        ck_assert_int_eq(one.outcome->rpos[i].lost, other.outcome->rpos[i].lost);
        ck_assert_int_le(
            llabs(one.outcome->rpos[i].prefix_acked * k - other.outcome->rpos[i].prefix_acked),
            1000000);
    }
}
END_TEST

/* ---- names ------------------------------------------------------------------------------- */

/* All users live in the region `p`; constant times, so that no chance depends on a name. */
static Played named(const char *p, const char *q, uint64_t seed)
{
    char *text = g_strdup_printf(
        "scenario \"s\" { duration = \"60s\", settle = \"20s\", window = \"10s\" }\n"
        "region \"%s\" {} region \"%s\" {}\n"
        "link { \"%s\", \"%s\", name = \"wire\", rtt = \"40ms\" }\n"
        "users \"u\" { count = 50, home = { [\"%s\"] = 1 }, access = { [\"%s\"] = 1 } }\n"
        "data \"note\" { channels = { replicate { reconnect = \"1s\", notice = \"2s\" } } }\n"
        "service \"jot\" { reads = \"note\", writes = \"note\", threads = 2, queue = 3 }\n"
        "workload { jot = \"900/s\" }\n"
        "at \"20s\" { cut { \"wire\", lasts = \"5s\" } }\n"
        "at \"50s\" { lose \"%s\" }",
        p, q, p, q, p, p, p);
    const char *const pieces[] = {text, NULL};
    Played            played = play(seed, pieces);
    g_free(text);
    return played;
}

START_TEST(renaming_regions_renames_the_results)
{
    one = named("a", "b", 8);
    other = named("y", "x", 8);
    check_fate(fate_of(one.outcome, "note", "a"), fate_of(other.outcome, "note", "y"));
    check_fate(fate_of(one.outcome, "note", "b"), fate_of(other.outcome, "note", "x"));
    ck_assert_int_gt(fates(one.outcome, OUTCOME_L1), 0);
    ck_assert_uint_eq(one.outcome->window_count, other.outcome->window_count);
    for (uint32_t i = 0; i < one.outcome->window_count; i++) {
        const OutcomeWindow *a = &one.outcome->windows[i];
        const OutcomeWindow *b = &other.outcome->windows[i];
        ck_assert_str_eq(a->access, "a");
        ck_assert_str_eq(b->access, "y");
        ck_assert_int_eq(a->issued, b->issued);
        ck_assert_int_eq(a->latency_sum, b->latency_sum);
        ck_assert_mem_eq(a->ok, b->ok, sizeof a->ok);
        ck_assert_mem_eq(a->failed, b->failed, sizeof a->failed);
    }
    ck_assert_int_eq(one.outcome->rpos[0].lost, other.outcome->rpos[0].lost);
    ck_assert_int_eq(one.outcome->rpos[0].prefix_acked, other.outcome->rpos[0].prefix_acked);
}
END_TEST

/* ---- more of it -------------------------------------------------------------------------- */

static int64_t destroyed_with(const char *bandwidth, uint64_t seed)
{
    char *text = g_strdup_printf(
        "scenario \"s\" { duration = \"60s\", settle = \"20s\", window = \"10s\" }\n"
        "region \"a\" {} region \"b\" {}\n"
        "link { \"a\", \"b\", rtt = \"40ms\", jitter = exponential \"4ms\", bandwidth = \"%s\" }\n"
        "users \"u\" { count = 1000, home = { a = 1 }, access = { a = 1 } }\n"
        "data \"item\" { size = \"1kB\", channels = { replicate {} } }\n"
        "service \"jot\" { writes = \"item\" }\n"
        "workload { jot = \"50/s\" }\n"
        "at \"50s\" { lose \"a\" }",
        bandwidth);
    const char *const pieces[] = {text, NULL};
    teardown();
    one = play(seed, pieces);
    g_free(text);
    return fates(one.outcome, OUTCOME_L1);
}

START_TEST(a_wider_line_never_loses_more)
{
    const char *const widths[] = {"100kbps", "200kbps", "350kbps", "399kbps",
                                  "450kbps", "800kbps", "10Mbps",  "1Gbps"};
    int64_t           before = INT64_MAX;
    int64_t           most = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
        int64_t lost = destroyed_with(widths[i], (uint64_t)_i + 1);
        ck_assert_int_le(lost, before);
        most = lost > most ? lost : most;
        before = lost;
    }
    ck_assert_int_gt(most, 20 * before);
}
END_TEST

static int64_t served(const OutcomeWindow *row)
{
    int64_t sum = 0;
    for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
        sum += row->ok[q];
    return sum;
}

START_TEST(another_region_never_makes_reads_worse)
{
    /* Two regions go down, one after the other and for a while together. */
    const char *two =
        "scenario \"s\" { duration = \"180s\", settle = \"20s\", window = \"10s\" }\n"
        "region \"a\" {} region \"b\" {}\n"
        "link { \"a\", \"b\", rtt = \"40ms\" }\n"
        "users \"u\" { count = 50, home = { a = 1, b = 1 }, access = { a = 1, b = 1 },\n"
        "            resolver = dns { ttl = \"5s\", ignore = \"0%\" } }\n"
        "data \"note\" { channels = { replicate { reconnect = \"1s\", notice = \"2s\" } } }\n"
        "service \"read\" { reads = \"note\" }\n"
        "service \"jot\" { writes = \"note\" }\n"
        "workload { read = \"100/s\", jot = \"5/s\" }\n"
        "failover \"f\" { detect = probe { every = \"2s\" } }\n"
        "at \"40s\" { down { \"a\", lasts = \"100s\" } }\n"
        "at \"80s\" { down { \"b\", lasts = \"50s\" } }";
    const char *third =
        "region \"c\" {}\n"
        "link { \"a\", \"c\", rtt = \"90ms\" } link { \"b\", \"c\", rtt = \"90ms\" }";
    const char *const fewer[] = {two, NULL};
    const char *const more[] = {two, third, NULL};
    one = play((uint64_t)_i + 1, fewer);
    other = play((uint64_t)_i + 1, more);
    int64_t gained = 0;
    int64_t failed = 0;
    for (uint32_t i = 0; i < one.outcome->window_count; i++) {
        const OutcomeWindow *a = &one.outcome->windows[i];
        if (strcmp(a->service, "read") != 0)
            continue;
        const OutcomeWindow *b = NULL;
        for (uint32_t k = 0; k < other.outcome->window_count; k++) {
            const OutcomeWindow *row = &other.outcome->windows[k];
            if (row->from == a->from && strcmp(row->service, a->service) == 0 &&
                strcmp(row->access, a->access) == 0)
                b = row;
        }
        ck_assert_ptr_nonnull(b);
        ck_assert_int_eq(a->issued, b->issued);
        ck_assert_int_ge(served(b), served(a));
        gained += served(b) - served(a);
        failed += a->issued - served(a);
    }
    ck_assert_int_gt(failed, 3000);
    ck_assert_int_gt(gained, 1500);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metamorphic");
    TCase *tcase = tcase_create("relations");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, the_world_has_every_kind_of_end);
    tcase_add_test(tcase, the_order_of_declarations_means_nothing);
    tcase_add_test(tcase, the_order_of_twins_means_nothing);
    tcase_add_test(tcase, the_same_plan_twice_in_one_process_is_the_same_run);
    tcase_add_loop_test(tcase, what_nobody_uses_changes_nothing, 0,
                        sizeof spectators / sizeof spectators[0]);
    tcase_add_loop_test(tcase, a_fault_without_an_effect_changes_nothing, 0,
                        sizeof blanks / sizeof blanks[0]);
    tcase_add_loop_test(tcase, an_isolated_region_changes_nothing, 0, 2);
    tcase_add_loop_test(tcase, all_times_times_k_gives_the_same_counts_and_k_times_the_times, 0, 3);
    tcase_add_test(tcase, renaming_regions_renames_the_results);
    tcase_add_loop_test(tcase, a_wider_line_never_loses_more, 0, 3);
    tcase_add_loop_test(tcase, another_region_never_makes_reads_worse, 0, 5);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
