/*
 * test_resync.c: when a target needs a full copy, when it never gets one, and what an isolated
 * source loses.
 *
 *   w writes of b bytes per second, a target away for T:  partial iff w b T <= history (2^20)
 *   a full copy that takes T from the snapshot on:  begins again and again iff w b T > buffer
 * (2^28) min_replicas = 1, max_lag = 10 s, reports and counts once a second with phases U, V: an
 * isolated source goes on for 10 s + U - V: destroyed mean w 10 s, at most w 11 s; for Poisson
 * writes variance w 10 s + w^2 / 6
 *
 * Writes come at equal distances where the outcome has to flip at one exact write.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/run/run.h"
#include "tests/theory/theory.h"

#define MIB (INT64_C(1) << 20)

static Outcome *play(const Plan *plan)
{
    RunSetup setup = {.plan = plan, .seed = 1};
    return run_play(&setup);
}

/* ---- the history --------------------------------------------------------------------------- */

static const struct {
    const char *set;
    int64_t     rate, size;
    double      seconds; /* until 2^20 bytes are written, as the literature's table rounds it */
} rows[] = {{"row=1", 100, 200, 52.4},
            {"row=2", 1000, 200, 5.24},
            {"row=3", 5000, 200, 1.05},
            {"row=4", 10000, 500, 0.21}};

static const char *const away[] = {"away=half",     "away=less", "away=one less", "away=at",
                                   "away=one more", "away=more", "away=double"};

static int64_t absence(const char *set, int64_t at)
{
    const int64_t lengths[] = {at / 2, at * 99 / 100, at - 1, at, at + 1, at * 101 / 100, 2 * at};
    for (size_t i = 0; i < sizeof away / sizeof away[0]; i++)
        if (strcmp(set, away[i]) == 0)
            return lengths[i];
    abort();
}

/* Plays one absence; true if it ended with a full copy. The bytes are those of the law, whatever
 * the program thinks. */
static bool needs_a_copy(int row, const char *absent, const char *history, int64_t bytes)
{
    const char *sets[] = {"case=history", rows[row].set, absent, history, NULL};
    Plan       *plan = theory_plan("tests/theory/resync.lua", sets);
    Outcome    *outcome = play(plan);
    ck_assert_uint_eq(outcome->resync_count, 1);
    ck_assert_int_eq(outcome->resyncs[0].lacked, bytes);
    bool full = strcmp(outcome->resyncs[0].kind, "full") == 0;
    outcome_free(outcome);
    plan_free(plan);
    return full;
}

START_TEST(a_history_that_is_one_write_too_short_costs_a_full_copy)
{
    int64_t size = rows[_i].size;
    int64_t at = MIB / size;
    for (size_t a = 0; a < sizeof away / sizeof away[0]; a++) {
        int64_t writes = absence(away[a], at);
        bool    full = needs_a_copy(_i, away[a], "history=1MiB", writes * size);
        printf("  %5d writes/s of %3d bytes, away for %9.4f s: %s\n", (int)rows[_i].rate, (int)size,
               (double)writes / (double)rows[_i].rate, full ? "full" : "partial");
        ck_assert_int_eq(full, writes * size > MIB);
    }
    double flips = (double)at / (double)rows[_i].rate;
    ck_assert(flips > rows[_i].seconds * 0.99 && flips < rows[_i].seconds * 1.01);
    /* Negative control: twice the history flips elsewhere. */
    ck_assert(!needs_a_copy(_i, "away=one more", "history=2MiB", (at + 1) * size));
}
END_TEST

/* ---- the buffer ---------------------------------------------------------------------------- */

static const struct {
    const char *set;
    int64_t     ms;
} takes[] = {{"takes=20s", 20000},    {"takes=26s", 26000},   {"takes=26.8s", 26800},
             {"takes=26.88s", 26880}, {"takes=27.5s", 27500}, {"takes=40s", 40000}};

/* True if copies were begun again; otherwise the first one has to be the last. */
static bool loops(const char *stage, const char *length, const char *buffer)
{
    const char *sets[] = {"case=buffer", stage, length, buffer, NULL};
    Plan       *plan = theory_plan("tests/theory/resync.lua", sets);
    Outcome    *outcome = play(plan);
    uint32_t    overflowed = 0;
    uint32_t    done = 0;
    for (uint32_t i = 0; i < outcome->resync_count; i++) {
        ck_assert_str_eq(outcome->resyncs[i].kind, "full");
        overflowed += strcmp(outcome->resyncs[i].end, "overflow") == 0;
        done += strcmp(outcome->resyncs[i].end, "done") == 0;
    }
    ck_assert(overflowed > 0 ? done == 0 && overflowed >= 3
                             : done == 1 && outcome->resync_count == 1);
    outcome_free(outcome);
    plan_free(plan);
    return overflowed > 0;
}

START_TEST(a_copy_that_outlasts_the_buffer_is_begun_again_and_again)
{
    static const char *const stages[] = {"long=load", "long=snapshot", "long=transfer"};
    for (size_t t = 0; t < sizeof takes / sizeof takes[0]; t++) {
        bool again = loops(stages[_i], takes[t].set, "buffer=256MiB");
        printf("  %s, 10 MB/s, a copy of %5.2f s: %s\n", stages[_i], (double)takes[t].ms / 1000,
               again ? "full-sync loop" : "done");
        ck_assert_int_eq(again, 10000 * takes[t].ms > 256 * MIB);
    }
    /* Negative control: twice the buffer flips elsewhere. */
    ck_assert(!loops(stages[_i], "takes=27.5s", "buffer=512MiB"));
}
END_TEST

/* ---- the reports --------------------------------------------------------------------------- */

#define SEEDS 1000

static double most, least;

static double destroyed(const Outcome *outcome)
{
    double count = theory_destroyed(outcome);
    most = count > most ? count : most;
    least = count < least ? count : least;
    return count;
}

static Sample play_reports(const char *arrivals, const char *gate, uint32_t seeds)
{
    const char *sets[] = {arrivals, gate, NULL};
    Plan       *plan = theory_plan("tests/theory/reports.lua", sets);
    most = 0;
    least = 1e9;
    Sample s = theory_sample(plan, seeds, destroyed);
    plan_free(plan);
    return s;
}

START_TEST(an_isolated_source_that_needs_reports_loses_at_most_eleven_seconds)
{
    Sample s = play_reports("arrivals=even", "gate=on", SEEDS);
    printf("  even writes: destroyed %.0f to %.0f of at most 1100\n", least, most);
    ck_assert(theory_within("mean destroyed, 100 writes/s", s.mean, 1000, s.mean_error));
    ck_assert(most <= 1100 && most >= 1070);
    ck_assert(least >= 900 && least <= 930);
    s = play_reports("arrivals=flat", "gate=on", SEEDS);
    ck_assert(theory_within("mean destroyed, Poisson", s.mean, 1000, s.mean_error));
    double variance = 1000 + 100.0 * 100.0 / 6;
    ck_assert(theory_within("variance", s.variance, variance, s.variance_error));
    ck_assert(!theory_within("mean, 5 % off (to be rejected)", s.mean, 1050, s.mean_error));
    /* Negative control: without the gate everything until the heal is destroyed. */
    s = play_reports("arrivals=even", "gate=off", 3);
    ck_assert(least >= 4000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resync");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, a_history_that_is_one_write_too_short_costs_a_full_copy, 0, 4);
    tcase_add_loop_test(tcase, a_copy_that_outlasts_the_buffer_is_begun_again_and_again, 0, 3);
    tcase_add_test(tcase, an_isolated_source_that_needs_reports_loses_at_most_eleven_seconds);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
