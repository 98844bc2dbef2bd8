/*
 * test_histogram.c: log-linear histograms are exact where they can be and within 1/16 elsewhere.
 */
#include <check.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>

#include "sim/base/rng.h"
#include "sim/metrics/metrics.h"

static MetricsHistogram *histogram;

static void setup(void)
{
    histogram = g_new0(MetricsHistogram, 1);
}

static void teardown(void)
{
    g_free(histogram);
}

START_TEST(small_values_have_a_bucket_each)
{
    for (int64_t value = 0; value < 32; value++) {
        ck_assert_uint_eq(metrics_bucket_of(value), (uint32_t)value);
        ck_assert_int_eq(metrics_bucket_top((uint32_t)value), value);
    }
}
END_TEST

START_TEST(buckets_follow_one_another_without_gap_or_overlap)
{
    uint32_t last = metrics_bucket_of(INT64_MAX);
    ck_assert_uint_lt(last, METRICS_HISTOGRAM_BUCKETS);
    ck_assert_int_eq(metrics_bucket_top(last), INT64_MAX);
    for (uint32_t b = 0; b < last; b++) {
        int64_t top = metrics_bucket_top(b);
        ck_assert_uint_eq(metrics_bucket_of(top), b);
        ck_assert_uint_eq(metrics_bucket_of(top + 1), b + 1);
    }
}
END_TEST

START_TEST(a_bucket_is_at_most_a_sixteenth_of_its_values_wide)
{
    uint32_t last = metrics_bucket_of(INT64_MAX);
    for (uint32_t b = 1; b <= last; b++) {
        int64_t bottom = metrics_bucket_top(b - 1) + 1;
        int64_t width = metrics_bucket_top(b) - bottom + 1;
        ck_assert(width == 1 || width <= bottom / 16);
    }
}
END_TEST

START_TEST(every_power_of_two_begins_a_bucket)
{
    for (int exponent = 5; exponent < 63; exponent++) {
        int64_t value = INT64_C(1) << exponent;
        ck_assert_uint_eq(metrics_bucket_of(value), metrics_bucket_of(value - 1) + 1);
        ck_assert_uint_eq(metrics_bucket_of(value), (uint32_t)(exponent - 3) * 16);
    }
}
END_TEST

START_TEST(count_and_largest_are_exact)
{
    metrics_histogram_add(histogram, 1000);
    metrics_histogram_add(histogram, 0);
    metrics_histogram_add(histogram, 77777);
    metrics_histogram_add(histogram, 5);
    ck_assert_uint_eq(histogram->count, 4);
    ck_assert_int_eq(histogram->max, 77777);
}
END_TEST

START_TEST(without_samples_there_is_no_quantile)
{
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 500000000), -1);
}
END_TEST

START_TEST(one_sample_is_every_quantile_exactly)
{
    metrics_histogram_add(histogram, 123456789);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 0), 123456789);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 1), 123456789);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 500000000), 123456789);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 1000000000), 123456789);
}
END_TEST

START_TEST(a_quantile_counts_the_samples_up_to_it)
{
    for (int64_t value = 1; value <= 10; value++)
        metrics_histogram_add(histogram, value);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 0), 1);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 100000000), 1);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 100000001), 2);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 500000000), 5);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 500000001), 6);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 990000000), 10);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 1000000000), 10);
}
END_TEST

START_TEST(a_quantile_of_a_huge_count_does_not_overflow)
{
    histogram->bucket[3] = UINT32_MAX;
    histogram->bucket[9] = UINT32_MAX;
    histogram->count = 2 * (uint64_t)UINT32_MAX;
    histogram->max = 9;
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 500000000), 3);
    ck_assert_int_eq(metrics_histogram_quantile(histogram, 500000001), 9);
}
END_TEST

static int compare(const void *left, const void *right)
{
    const int64_t *a = left;
    const int64_t *b = right;
    return *a < *b ? -1 : *a > *b;
}

START_TEST(quantiles_are_never_below_the_sample_and_at_most_a_sixteenth_above)
{
    enum { SAMPLES = 10007 };
    static int64_t values[SAMPLES];
    SimRng         rng;
    sim_rng_init(&rng, 1, "histogram", "values");
    for (int i = 0; i < SAMPLES; i++) {
        values[i] = (int64_t)(sim_rng_next(&rng) >> (1 + sim_rng_below(&rng, 62)));
        metrics_histogram_add(histogram, values[i] >> 14); /* so that the sum fits */
        values[i] >>= 14;
    }
    qsort(values, SAMPLES, sizeof values[0], compare);
    for (int64_t permille = 1; permille <= 1000; permille++) {
        int64_t rank = (SAMPLES * permille + 999) / 1000;
        int64_t exact = values[rank - 1];
        int64_t got = metrics_histogram_quantile(histogram, permille * 1000000);
        ck_assert_int_ge(got, exact);
        ck_assert_int_le(got - exact, exact / 16);
    }
}
END_TEST

START_TEST(a_negative_value_aborts)
{
    (void)metrics_bucket_of(-1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("histogram");
    TCase *buckets = tcase_create("buckets");
    tcase_add_test(buckets, small_values_have_a_bucket_each);
    tcase_add_test(buckets, buckets_follow_one_another_without_gap_or_overlap);
    tcase_add_test(buckets, a_bucket_is_at_most_a_sixteenth_of_its_values_wide);
    tcase_add_test(buckets, every_power_of_two_begins_a_bucket);
    suite_add_tcase(suite, buckets);
    TCase *samples = tcase_create("samples");
    tcase_add_checked_fixture(samples, setup, teardown);
    tcase_add_test(samples, count_and_largest_are_exact);
    tcase_add_test(samples, without_samples_there_is_no_quantile);
    tcase_add_test(samples, one_sample_is_every_quantile_exactly);
    tcase_add_test(samples, a_quantile_counts_the_samples_up_to_it);
    tcase_add_test(samples, a_quantile_of_a_huge_count_does_not_overflow);
    tcase_add_test(samples, quantiles_are_never_below_the_sample_and_at_most_a_sixteenth_above);
    suite_add_tcase(suite, samples);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, a_negative_value_aborts, SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
