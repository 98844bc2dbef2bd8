/*
 * test_windows.c: counters per window of time and series.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "sim/metrics/windows.h"

static const SimTime   edges[] = {10, 20, 25, 100};
static MetricsWindows *windows;

static void setup(void)
{
    windows = metrics_windows_new(edges, 4, 3);
}

static void teardown(void)
{
    metrics_windows_free(windows);
}

START_TEST(windows_lie_between_neighbouring_edges)
{
    ck_assert_uint_eq(metrics_windows_count(windows), 3);
    for (uint32_t w = 0; w < 3; w++) {
        ck_assert_int_eq(metrics_windows_from(windows, w), edges[w]);
        ck_assert_int_eq(metrics_windows_to(windows, w), edges[w + 1]);
    }
}
END_TEST

START_TEST(a_window_has_its_begin_and_not_its_end)
{
    ck_assert_uint_eq(metrics_windows_at(windows, 10), 0);
    ck_assert_uint_eq(metrics_windows_at(windows, 19), 0);
    ck_assert_uint_eq(metrics_windows_at(windows, 20), 1);
    ck_assert_uint_eq(metrics_windows_at(windows, 24), 1);
    ck_assert_uint_eq(metrics_windows_at(windows, 25), 2);
    ck_assert_uint_eq(metrics_windows_at(windows, 25), 2);
    ck_assert_uint_eq(metrics_windows_at(windows, 99), 2);
}
END_TEST

START_TEST(outside_all_windows_there_is_none)
{
    ck_assert_uint_eq(metrics_windows_at(windows, -5), METRICS_NO_WINDOW);
    ck_assert_uint_eq(metrics_windows_at(windows, 9), METRICS_NO_WINDOW);
    ck_assert_uint_eq(metrics_windows_at(windows, 100), METRICS_NO_WINDOW);
    ck_assert_uint_eq(metrics_windows_at(windows, 1000), METRICS_NO_WINDOW);
}
END_TEST

START_TEST(a_jump_over_windows_finds_the_right_one)
{
    ck_assert_uint_eq(metrics_windows_at(windows, 11), 0);
    ck_assert_uint_eq(metrics_windows_at(windows, 50), 2);
}
END_TEST

START_TEST(the_edges_are_copied)
{
    SimTime         mine[] = {0, 5};
    MetricsWindows *short_ones = metrics_windows_new(mine, 2, 1);
    mine[1] = 1;
    ck_assert_uint_eq(metrics_windows_at(short_ones, 4), 0);
    metrics_windows_free(short_ones);
}
END_TEST

START_TEST(every_window_and_series_has_a_cell_of_its_own)
{
    for (uint32_t w = 0; w < 3; w++)
        for (uint32_t s = 0; s < 3; s++)
            metrics_windows_cell(windows, w, s)->issued = 10 * w + s + 1;
    for (uint32_t w = 0; w < 3; w++)
        for (uint32_t s = 0; s < 3; s++)
            ck_assert_int_eq(metrics_windows_cell(windows, w, s)->issued, 10 * w + s + 1);
}
END_TEST

START_TEST(served_and_failed_are_sums_over_quality_and_reason)
{
    MetricsCell *cell = metrics_windows_cell(windows, 0, 0);
    ck_assert_int_eq(metrics_cell_ok(cell), 0);
    ck_assert_int_eq(metrics_cell_failed(cell), 0);
    for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
        for (int i = 0; i <= q; i++)
            metrics_cell_served(cell, (MetricsQuality)q, 100);
    for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
        cell->failed[f] = f + 1;
    ck_assert_int_eq(cell->ok[METRICS_FRESH], 1);
    ck_assert_int_eq(cell->ok[METRICS_RETRIED], METRICS_RETRIED + 1);
    ck_assert_int_eq(metrics_cell_ok(cell),
                     METRICS_QUALITY_COUNT * (METRICS_QUALITY_COUNT + 1) / 2);
    ck_assert_int_eq(metrics_cell_failed(cell),
                     METRICS_FAILURE_COUNT * (METRICS_FAILURE_COUNT + 1) / 2);
}
END_TEST

START_TEST(sum_and_largest_latency_are_exact)
{
    MetricsCell *cell = metrics_windows_cell(windows, 1, 2);
    metrics_cell_served(cell, METRICS_FRESH, 1000003);
    metrics_cell_served(cell, METRICS_STALE, 0);
    metrics_cell_served(cell, METRICS_FRESH, 17);
    ck_assert_int_eq(cell->sum, 1000020);
    ck_assert_int_eq(cell->max, 1000003);
}
END_TEST

START_TEST(without_served_requests_there_is_no_quantile)
{
    ck_assert_int_eq(metrics_cell_quantile(metrics_windows_cell(windows, 0, 0), 500000000), -1);
}
END_TEST

START_TEST(a_quantile_is_within_an_eighth_and_never_above_the_largest)
{
    MetricsCell *cell = metrics_windows_cell(windows, 0, 0);
    for (SimTime i = 1; i <= 1000; i++)
        metrics_cell_served(cell, METRICS_FRESH, i * 1000);
    for (int64_t permille = 1; permille <= 1000; permille++) {
        SimTime exact = permille * 1000;
        SimTime got = metrics_cell_quantile(cell, permille * 1000000);
        ck_assert_int_ge(got, exact);
        ck_assert_int_le(got - exact, exact / 8);
        ck_assert_int_le(got, cell->max);
    }
}
END_TEST

START_TEST(a_quantile_between_two_samples_is_the_upper_one_as_in_the_histogram)
{
    MetricsCell     *cell = metrics_windows_cell(windows, 0, 0);
    MetricsHistogram histogram = {.count = 0};
    const SimTime    values[] = {2, 4, 6};
    for (int i = 0; i < 3; i++) {
        metrics_cell_served(cell, METRICS_FRESH, values[i]);
        metrics_histogram_add(&histogram, values[i]);
    }
    const int64_t asked[] = {0,         1,         333333333, 333333334,
                             500000000, 666666667, 990000000, 1000000000};
    const SimTime wanted[] = {2, 2, 2, 4, 4, 6, 6, 6};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        ck_assert_int_eq(metrics_histogram_quantile(&histogram, asked[i]), wanted[i]);
        SimTime coarse = metrics_cell_quantile(cell, asked[i]);
        ck_assert(coarse == wanted[i] || coarse == wanted[i] + 1); /* buckets of two */
    }
}
END_TEST

START_TEST(one_edge_makes_no_window)
{
    metrics_windows_new(edges, 1, 1);
}
END_TEST

START_TEST(freeing_nothing_does_nothing)
{
    metrics_windows_free(NULL);
}
END_TEST

START_TEST(a_cut_divides_what_comes_from_what_was)
{
    uint32_t     before = metrics_windows_at(windows, 30);
    MetricsCell *early = metrics_windows_cell(windows, before, 1);
    early->issued = 3;
    metrics_windows_cut(windows, 40);
    uint32_t after = metrics_windows_at(windows, 40);
    ck_assert_uint_eq(before, 2);
    ck_assert_uint_eq(after, 3);
    metrics_windows_cell(windows, after, 1)->issued = 4;
    early->issued++; /* what was given out still counts where it was */
    ck_assert_uint_eq(metrics_windows_count(windows), 4);
    ck_assert_int_eq(metrics_windows_to(windows, 2), 40);
    ck_assert_int_eq(metrics_windows_from(windows, 3), 40);
    ck_assert_int_eq(metrics_windows_to(windows, 3), 100);
    ck_assert(!metrics_windows_is_cut(windows, 2) && metrics_windows_is_cut(windows, 3));
    ck_assert_int_eq(metrics_windows_find(windows, 2, 1)->issued, 4);
    ck_assert_int_eq(metrics_windows_find(windows, 3, 1)->issued, 4);
    ck_assert_ptr_null(metrics_windows_find(windows, 3, 0));
}
END_TEST

START_TEST(there_is_no_cut_at_an_edge_or_outside_and_not_more_than_allowed)
{
    metrics_windows_cut(windows, 5);
    metrics_windows_cut(windows, 20);
    ck_assert_uint_eq(metrics_windows_count(windows), 3);
    for (uint32_t i = 0; i < METRICS_MOST_CUTS + 5; i++)
        metrics_windows_cut(windows, 26 + i);
    ck_assert_uint_eq(metrics_windows_count(windows), 3 + METRICS_MOST_CUTS);
    ck_assert_uint_eq(metrics_windows_at(windows, 99), 2 + METRICS_MOST_CUTS);
    metrics_windows_cut(windows, 100);
    ck_assert_uint_eq(metrics_windows_count(windows), 3 + METRICS_MOST_CUTS);
}
END_TEST

START_TEST(cells_add_up)
{
    MetricsCell *a = metrics_windows_cell(windows, 0, 0);
    MetricsCell *b = metrics_windows_cell(windows, 1, 0);
    a->issued = a->attempts = b->issued = b->attempts = 2;
    metrics_cell_served(a, METRICS_FRESH, 10);
    metrics_cell_served(b, METRICS_STALE, 30);
    a->failed[METRICS_TIMEOUT] = b->failed[METRICS_TIMEOUT] = 1;
    metrics_cell_add(a, b);
    ck_assert_int_eq(a->issued + a->attempts, 8);
    ck_assert_int_eq(metrics_cell_ok(a), 2);
    ck_assert_int_eq(metrics_cell_failed(a), 2);
    ck_assert_int_eq(a->sum, 40);
    ck_assert_int_eq(a->max, 30);
    ck_assert_int_eq(metrics_cell_quantile(a, 1000000000), 30);
    ck_assert_int_lt(metrics_cell_quantile(a, 400000000), 12);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows");
    TCase *time = tcase_create("time");
    tcase_add_checked_fixture(time, setup, teardown);
    tcase_add_test(time, windows_lie_between_neighbouring_edges);
    tcase_add_test(time, a_window_has_its_begin_and_not_its_end);
    tcase_add_test(time, outside_all_windows_there_is_none);
    tcase_add_test(time, a_jump_over_windows_finds_the_right_one);
    tcase_add_test(time, the_edges_are_copied);
    tcase_add_test(time, a_cut_divides_what_comes_from_what_was);
    tcase_add_test(time, there_is_no_cut_at_an_edge_or_outside_and_not_more_than_allowed);
    suite_add_tcase(suite, time);
    TCase *cells = tcase_create("cells");
    tcase_add_checked_fixture(cells, setup, teardown);
    tcase_add_test(cells, every_window_and_series_has_a_cell_of_its_own);
    tcase_add_test(cells, served_and_failed_are_sums_over_quality_and_reason);
    tcase_add_test(cells, sum_and_largest_latency_are_exact);
    tcase_add_test(cells, without_served_requests_there_is_no_quantile);
    tcase_add_test(cells, a_quantile_is_within_an_eighth_and_never_above_the_largest);
    tcase_add_test(cells, a_quantile_between_two_samples_is_the_upper_one_as_in_the_histogram);
    tcase_add_test(cells, cells_add_up);
    tcase_add_test(cells, freeing_nothing_does_nothing);
    suite_add_tcase(suite, cells);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, one_edge_makes_no_window, SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
