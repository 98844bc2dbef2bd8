/*
 * test_quorum.c: how stale leaderless stores are, and how available.
 *
 * PBS (Bailis et al., Probabilistically Bounded Staleness, VLDB 2012), N = 3, times as measured at
 * LinkedIn: the time t after which 99.9 % of reads are consistent, and the 99.9 % latencies. Two
 * estimators of t are held apart:
 *   unbiased    the quantile itself: every trial counts once
 *   published   t was raised step by step, with 50,000 fresh trials each, until an estimate reached
 *               99.9 %: the first crossing of a noisy curve, which comes too early
 * so the simulated quantile has to lie within 2 % of the unbiased one, and the published figure in
 * the band of first crossings of the simulated curve.
 *
 * Fixed quorums: C(N-W, R) / C(N, R); R + W > N: never stale. Regions: the tail of the one-way
 * delay, and products of the availability of each.
 */
#include <check.h>
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/metrics/metrics.h"
#include "tests/theory/theory.h"

#define SWEEP_TRIALS 50000
#define SWEEPS 2000

/* ---- what a run counted ------------------------------------------------------------------ */

static int64_t          stale, reads;
static MetricsHistogram latency[2]; /* of reads, of writes */

static void forget(void)
{
    stale = reads = 0;
    memset(latency, 0, sizeof latency);
}

/* Adds up stale reads and latencies of all runs; the value of one is its share of stale reads. */
static double count(const Outcome *outcome)
{
    int64_t before[2] = {stale, reads};
    for (uint32_t i = 0; i < outcome->stale_count; i++) {
        const OutcomeStale *row = &outcome->stales[i];
        if (strcmp(row->code, "R1") == 0)
            stale += row->count;
        if (strcmp(row->code, "R1") == 0 || strcmp(row->code, "fresh") == 0)
            reads += row->count;
    }
    for (uint32_t i = 0; i < outcome->latency_count; i++) {
        const OutcomeLatency *row = &outcome->latencies[i];
        MetricsHistogram     *sum = &latency[strcmp(row->service, "write") == 0];
        sum->bucket[metrics_bucket_of(row->top)] += (uint32_t)row->count;
        sum->count += (uint64_t)row->count;
    }
    return (double)(stale - before[0]) / (double)(reads - before[1]);
}

static double played(const char *path, const char *const *sets, uint32_t seeds)
{
    Plan *plan = theory_plan(path, sets);
    theory_sample(plan, seeds, count);
    plan_free(plan);
    return (double)stale / (double)reads;
}

/* The value that a share `above` of a histogram exceeds, in ms; between the tops of two buckets the
 * logarithm of the tail is linear in that of the value. */
static double quantile(const MetricsHistogram *histogram, double above)
{
    double left = (double)histogram->count;
    for (uint32_t b = 1; b < METRICS_HISTOGRAM_BUCKETS; b++) {
        double next = left - histogram->bucket[b];
        double wanted = above * (double)histogram->count;
        if (next <= wanted) {
            double from = log((double)metrics_bucket_top(b - 1));
            double to = log((double)metrics_bucket_top(b));
            double part = (log(left) - log(wanted)) / (log(left) - log(next));
            return exp(from + part * (to - from)) / 1e6;
        }
        left = next;
    }
    return 0;
}

static bool near(const char *what, double got, double law, double share)
{
    printf("  %-44s got %10.4f  law %10.4f  %+6.2f %%\n", what, got, law, 100 * (got / law - 1));
    return fabs(got / law - 1) <= share;
}

static bool share_is(const char *what, double law)
{
    double error = sqrt(law * (1 - law) / (double)reads);
    return theory_within(what, (double)stale / (double)reads, law, error);
}

/* ---- PBS --------------------------------------------------------------------------------- */

typedef struct Row { /* times in ms */
    const char *store, *read, *write;
    double      published_read, published_write, published_t;
    double      t;    /* unbiased; 0: consistent at once */
    double      step; /* of the published sweep: its last digit */
} Row;

static const Row rows[] = {
    {"pbs-ssd", "one", "one", .66, .66, 1.85, 1.97, .01},
    {"pbs-ssd", "one", "two", .66, 1.63, 1.79, 1.86, .01},
    {"pbs-ssd", "two", "one", 1.63, .65, 0, 0, 0},
    {"pbs-ssd", "two", "two", 1.62, 1.64, 0, 0, 0},
    {"pbs-ssd", "three", "one", 4.14, .65, 0, 0, 0},
    {"pbs-ssd", "one", "three", .65, 4.09, 0, 0, 0},
    {"pbs-disk", "one", "one", .66, 10.99, 45.5, 52.2, .1},
    {"pbs-disk", "one", "two", .65, 20.97, 43.3, 48.4, .1},
    {"pbs-disk", "two", "one", 1.63, 10.9, 13.6, 14.1, .1},
    {"pbs-disk", "two", "two", 1.64, 20.96, 0, 0, 0},
    {"pbs-disk", "three", "one", 4.12, 10.89, 0, 0, 0},
    {"pbs-disk", "one", "three", .65, 112.65, 0, 0, 0},
};
#define ROWS (int)G_N_ELEMENTS(rows)

/* Share of stale reads at a percentage of the row's t. */
static double stale_at(const Row *row, const char *percent, uint32_t seeds, bool slow)
{
    char *sets[] = {g_strconcat("store=", row->store, NULL), g_strconcat("read=", row->read, NULL),
                    g_strconcat("write=", row->write, NULL), g_strconcat("at=", percent, NULL),
                    g_strdup(slow ? "slow=yes" : "slow=no"), NULL};
    stale = reads = 0;
    double share = played("tests/theory/quorum.lua", (const char *const *)sets, seeds);
    for (int i = 0; i < 5; i++)
        g_free(sets[i]);
    return share;
}

typedef struct Curve { /* stale reads over t in percent, ascending */
    double at[8], share[8];
    int    count;
} Curve;

static void curve_add(Curve *curve, const Row *row, const char *percent, uint32_t seeds, bool slow)
{
    curve->at[curve->count] = atof(percent);
    curve->share[curve->count++] = stale_at(row, percent, seeds, slow);
}

/* Logarithms are linear between the points, and beyond the last as before it. */
static double curve_at(const Curve *curve, double at)
{
    int i = 1;
    while (i + 1 < curve->count && curve->at[i] < at)
        i++;
    double part = (log(at) - log(curve->at[i - 1])) / (log(curve->at[i]) - log(curve->at[i - 1]));
    return exp(log(curve->share[i - 1]) + part * (log(curve->share[i]) - log(curve->share[i - 1])));
}

/* Where the last two points put the 99.9 % quantile, in percent of the row's t. */
static double crossing(const Curve *curve)
{
    int    a = curve->count - 2;
    int    b = curve->count - 1;
    double part =
        (log(curve->share[a]) - log(.001)) / (log(curve->share[a]) - log(curve->share[b]));
    return exp(log(curve->at[a]) + part * (log(curve->at[b]) - log(curve->at[a])));
}

/* Poisson by multiplication: failures are few, and fifty thousand trials many. */
static int failures(SimRng *rng, double mean)
{
    double left = exp(mean);
    int    n = -1;
    for (; left >= 1; n++)
        left *= (double)(sim_rng_next(rng) >> 11) * 0x1p-53;
    return n;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* The published estimator, applied to the simulated curve: 95 % of its results. */
static void first_crossings(const Row *row, const Curve *curve, double *out_from, double *out_to)
{
    static double found[SWEEPS];
    SimRng        rng;
    sim_rng_init(&rng, 1, "first crossing", row->store);
    for (int s = 0; s < SWEEPS; s++) {
        double t = curve->at[0] / 100 * row->t;
        while (failures(&rng, SWEEP_TRIALS * curve_at(curve, 100 * t / row->t)) >
               SWEEP_TRIALS / 1000)
            t += row->step;
        found[s] = t;
    }
    qsort(found, SWEEPS, sizeof(double), ascending);
    *out_from = found[SWEEPS / 40];
    *out_to = found[SWEEPS - 1 - SWEEPS / 40];
}

static void check_latencies(const Row *row)
{
    ck_assert(near("read, 99.9 %", quantile(&latency[0], .001), row->published_read, .02));
    ck_assert(near("write, 99.9 %", quantile(&latency[1], .001), row->published_write, .02));
}

START_TEST(pbs_repeats_the_published_table)
{
    const Row *row = &rows[_i];
    Curve      curve = {.count = 0};
    printf("%s, R = %s, W = %s\n", row->store, row->read, row->write);
    forget();
    if (row->t > 0) {
        curve_add(&curve, row, "60", 1, false);
        curve_add(&curve, row, "75", 2, false);
        curve_add(&curve, row, "88", 2, false);
        curve_add(&curve, row, "98", 8, false);
        curve_add(&curve, row, "102", 8, false);
        double from, to;
        ck_assert(near("t, unbiased", crossing(&curve) / 100 * row->t, row->t, .02));
        first_crossings(row, &curve, &from, &to);
        printf("  %-44s got %10.4f .. %.4f, published %.4f\n", "t, first crossings", from, to,
               row->published_t);
        ck_assert(from <= row->published_t && row->published_t <= to);
    } else {
        double share = stale_at(row, "0", 4, false);
        printf("  %-44s got %10.6f\n", "stale at t = 0", share);
        ck_assert(share <= .001);
        bool overlap = strcmp(row->write, "one") != 0
                           ? strcmp(row->read, "one") != 0 || strcmp(row->write, "three") == 0
                           : strcmp(row->read, "three") == 0;
        ck_assert(!overlap || stale == 0);
    }
    check_latencies(row);
}
END_TEST

/* Writes that take 5 % longer than the paper's: the same check has to fail. */
START_TEST(pbs_notices_writes_that_are_five_per_cent_slower)
{
    const Row *row = &rows[6];
    Curve      curve = {.count = 0};
    curve_add(&curve, row, "98", 4, true);
    curve_add(&curve, row, "102", 4, true);
    ck_assert(!near("t, writes 5 % slower (to be rejected)", crossing(&curve) / 100 * row->t,
                    row->t, .02));
}
END_TEST

static const struct {
    const char *sets[4];
    double      consistent;
} at_once[] = {
    {{"store=pbs-ssd", "at=0", NULL}, .974},
    {{"store=pbs-disk", "at=0", NULL}, .439},
    {{"store=pbs-disk", "at=+", NULL}, .925},
    {{"store=pbs-disk", "at=0", "n=2", NULL}, .575},
    {{"store=pbs-disk", "at=0", "n=10", NULL}, .211},
    {{"store=pbs-disk", "at=0", "n=1", NULL}, 1},
};

/* Published from 50,000 trials and rounded to a tenth of a per cent: both go into the tolerance. */
START_TEST(pbs_repeats_the_published_chances)
{
    forget();
    double law = at_once[_i].consistent;
    double got = 1 - played("tests/theory/quorum.lua", at_once[_i].sets, 2);
    double error = sqrt(law * (1 - law) * (1.0 / SWEEP_TRIALS + 1.0 / (double)reads)) + .0005 / 3;
    ck_assert(theory_within("consistent", got, law, error));
    if (law < 1)
        ck_assert(!theory_within("a law 5 % off (to be rejected)", got, .95 * law, error));
    else
        ck_assert_int_eq(stale, 0);
}
END_TEST

/* ---- fixed quorums ----------------------------------------------------------------------- */

static double choose(int n, int k)
{
    double product = k > n ? 0 : 1;
    for (int i = 0; i < k; i++)
        product *= (double)(n - i) / (i + 1);
    return product;
}

static const char *const fixed[] = {"case=3 1 1", "case=3 1 2", "case=3 2 1", "case=5 2 2",
                                    "case=5 1 3", "case=3 2 2", "case=5 3 3"};

START_TEST(a_fixed_quorum_misses_a_write_as_often_as_disjoint_sets_are_drawn)
{
    const char *sets[] = {fixed[_i], NULL};
    int         n = fixed[_i][5] - '0';
    int         w = fixed[_i][7] - '0';
    int         r = fixed[_i][9] - '0';
    forget();
    played("tests/theory/quorum_fixed.lua", sets, 8);
    double law = choose(n - w, r) / choose(n, r);
    printf("  N = %d, W = %d, R = %d: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " reads stale\n",
           n, w, r, stale, reads);
    ck_assert_int_gt(reads, 200000);
    if (r + w > n) {
        ck_assert_int_eq(stale, 0);
        return;
    }
    ck_assert(share_is("stale", law));
    ck_assert(!share_is("a law 5 % off (to be rejected)", .95 * law));
}
END_TEST

/* ---- regions ----------------------------------------------------------------------------- */

START_TEST(a_local_quorum_is_stale_elsewhere_for_as_long_as_the_line_takes)
{
    const char *sets[] = {"show=staleness", _i == 0 ? "t=50ms" : "t=150ms", NULL};
    forget();
    played("tests/theory/quorum_regions.lua", sets, 4);
    ck_assert(share_is("stale in the other region", exp(_i == 0 ? -1 : -3)));
    ck_assert(!share_is("a mean 5 % longer (to be rejected)", exp((_i == 0 ? -1 : -3) / 1.05)));
}
END_TEST

static double available(const Outcome *outcome)
{
    int64_t ok = 0;
    int64_t issued = 0;
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        issued += outcome->windows[i].issued;
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            ok += outcome->windows[i].ok[q];
    }
    reads += issued;
    return (double)ok / (double)issued;
}

static const struct {
    const char *level;
    double      law;
} levels[] = {
    {"level=local_quorum", .5}, {"level=each_quorum", .25}, {"level=quorum", 22.0 / 64},
    {"level=one", 63.0 / 64},   {"level=all", 1.0 / 64},
};

START_TEST(a_level_is_available_when_enough_replicas_are)
{
    const char *sets[] = {"show=availability", levels[_i].level, NULL};
    Plan       *plan = theory_plan("tests/theory/quorum_regions.lua", sets);
    forget();
    Sample sample = theory_sample(plan, 30, available);
    double law = levels[_i].law;
    double error = sqrt(law * (1 - law) / (double)reads);
    ck_assert(theory_within(levels[_i].level, sample.mean, law, error));
    ck_assert(!theory_within("a law 5 % off (to be rejected)", sample.mean, .95 * law, error));
    plan_free(plan);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quorum");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, a_fixed_quorum_misses_a_write_as_often_as_disjoint_sets_are_drawn, 0,
                        (int)G_N_ELEMENTS(fixed));
    tcase_add_loop_test(tcase, a_local_quorum_is_stale_elsewhere_for_as_long_as_the_line_takes, 0,
                        2);
    tcase_add_loop_test(tcase, a_level_is_available_when_enough_replicas_are, 0,
                        (int)G_N_ELEMENTS(levels));
    tcase_add_loop_test(tcase, pbs_repeats_the_published_chances, 0, (int)G_N_ELEMENTS(at_once));
    tcase_add_loop_test(tcase, pbs_repeats_the_published_table, 0, ROWS);
    tcase_add_test(tcase, pbs_notices_writes_that_are_five_per_cent_slower);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
