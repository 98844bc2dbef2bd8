/*
 * test_compare.c: runs are set side by side seed by seed, and nothing is called better that is not.
 */
#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare.h"
#include "sim/store/writer.h"
#include "tests/unit/fake_outcome.h"
#include "tests/unit/fake_plan.h"

#define COLUMNS 2u
#define SEEDS 3u

/* Two plans, three seeds each; what the tests change in them is written when `compared` is called.
 */
static Plan        *plans[COLUMNS];
static Outcome     *outcomes[COLUMNS][SEEDS];
static char        *directory, *database;
static StoreReader *reader;
static GPtrArray   *cases, *columns;
static Comparison  *comparison;

static void set_up(void)
{
    directory = g_dir_make_tmp("faultline-compare-XXXXXX", NULL);
    ck_assert_ptr_nonnull(directory);
    database = g_build_filename(directory, "result.db", NULL);
    for (uint32_t c = 0; c < COLUMNS; c++) {
        plans[c] = fake_plan_choosing(c);
        for (uint32_t s = 0; s < SEEDS; s++) {
            outcomes[c][s] = fake_outcome_new(plans[c]);
            outcomes[c][s]->seed = s + 1;
        }
    }
}

static void tear_down(void)
{
    compare_free(comparison);
    comparison = NULL;
    if (columns != NULL)
        g_ptr_array_free(columns, TRUE);
    columns = NULL;
    if (cases != NULL)
        g_ptr_array_free(cases, TRUE);
    cases = NULL;
    store_reader_free(reader);
    reader = NULL;
    for (uint32_t c = 0; c < COLUMNS; c++) {
        for (uint32_t s = 0; s < SEEDS; s++)
            fake_outcome_free(outcomes[c][s]);
        plan_free(plans[c]);
    }
    g_remove(database);
    g_rmdir(directory);
    g_free(database);
    g_free(directory);
}

static void case_free(gpointer self)
{
    report_case_free(self);
}

static void column_free(gpointer self)
{
    g_ptr_array_free(self, TRUE);
}

static void compared(void)
{
    StoreWriter *writer = store_writer_new();
    g_autoptr(GError) error = NULL;
    for (uint32_t c = 0; c < COLUMNS; c++)
        for (uint32_t s = 0; s < SEEDS; s++)
            store_writer_add(writer, outcomes[c][s]);
    ck_assert(store_writer_save(writer, database, &error));
    store_writer_free(writer);
    reader = store_reader_open(database, &error);
    ck_assert_ptr_nonnull(reader);
    cases = g_ptr_array_new_with_free_func(case_free);
    report_cases_read(reader, cases);
    ck_assert_uint_eq(cases->len, COLUMNS * SEEDS);
    columns = g_ptr_array_new_with_free_func(column_free);
    for (uint32_t c = 0; c < COLUMNS; c++) {
        GPtrArray *runs = g_ptr_array_new();
        for (uint32_t s = 0; s < SEEDS; s++)
            g_ptr_array_add(runs, cases->pdata[c * SEEDS + s]);
        g_ptr_array_add(columns, runs);
    }
    comparison = compare_new(columns);
    ck_assert(store_reader_check(reader, &error));
}

static const CompareFigure *figure(const char *part, const char *name)
{
    for (guint i = 0; i < comparison->figures->len; i++) {
        const CompareFigure *self = comparison->figures->pdata[i];
        if (strcmp(self->part, part) == 0 && strcmp(self->name, name) == 0)
            return self;
    }
    ck_abort_msg("no figure '%s: %s'", part, name);
    return NULL;
}

static const char *mark(const char *part, const char *name)
{
    return compare_mark_name(compare_mark(comparison, figure(part, name), 1));
}

static void mean_is(const char *part, const char *name, guint column, const char *wanted)
{
    g_autofree char *text = compare_mean_text(comparison, figure(part, name), column);
    ck_assert_str_eq(text, wanted);
}

static void difference_is(const char *part, const char *name, const char *wanted)
{
    g_autofree char *text = compare_difference_text(comparison, figure(part, name), 1);
    ck_assert_str_eq(text, wanted);
}

static void range_is(const char *part, const char *name, guint column, const char *wanted)
{
    g_autofree char *text = compare_range_text(comparison, figure(part, name), column);
    ck_assert_int_eq(g_strcmp0(text, wanted), 0);
}

/* Moves `count` writes of account accepted in hangzhou from stranded to destroyed. */
static void destroy(uint32_t column, uint32_t seed, int64_t count)
{
    Outcome *o = outcomes[column][seed];
    for (uint32_t i = 0; i < o->fate_count; i++) {
        OutcomeFateRow *row = &o->fates[i];
        if (strcmp(row->data, "account") == 0 && strcmp(row->region, "hangzhou") == 0) {
            row->fate[OUTCOME_L2] -= count;
            row->fate[OUTCOME_L1] += count;
        }
    }
}

/* --- marks --- */

START_TEST(runs_that_are_alike_are_equal_in_every_figure)
{
    compared();
    ck_assert_uint_gt(comparison->figures->len, 40);
    for (guint i = 0; i < comparison->figures->len; i++)
        ck_assert(compare_equal(comparison, comparison->figures->pdata[i]));
}
END_TEST

START_TEST(better_means_better_in_every_seed)
{
    for (uint32_t s = 0; s < SEEDS; s++)
        destroy(0, s, 5 + s);
    compared();
    ck_assert_str_eq(mark("writes", "account: destroyed"), "better");
    ck_assert_str_eq(mark("writes", "account: stranded"), "worse");
    ck_assert_str_eq(mark("writes", "account: acknowledged"), "equal");
    ck_assert_str_eq(mark("writes", "profile: destroyed"), "equal");
}
END_TEST

START_TEST(one_seed_out_of_three_is_not_called_better)
{
    guint better, worse;
    destroy(0, 1, 5);
    compared();
    ck_assert_str_eq(mark("writes", "account: destroyed"), "mixed");
    compare_seeds(comparison, figure("writes", "account: destroyed"), 1, &better, &worse);
    ck_assert_uint_eq(better, 1);
    ck_assert_uint_eq(worse, 0);
}
END_TEST

START_TEST(differences_are_taken_seed_by_seed)
{
    /* The columns have the same three values, and the same mean, in another order. */
    for (uint32_t s = 0; s < SEEDS; s++) {
        destroy(0, s, s);
        destroy(1, s, SEEDS - 1 - s);
    }
    guint better, worse;
    compared();
    ck_assert_str_eq(mark("writes", "account: destroyed"), "mixed");
    compare_seeds(comparison, figure("writes", "account: destroyed"), 1, &better, &worse);
    ck_assert_uint_eq(better, 1);
    ck_assert_uint_eq(worse, 1);
    difference_is("writes", "account: destroyed", "0");
}
END_TEST

START_TEST(more_is_better_only_where_it_is)
{
    for (uint32_t s = 0; s < SEEDS; s++) {
        outcomes[1][s]->windows[0].failed[METRICS_TIMEOUT] += 100;
        outcomes[1][s]->windows[0].issued += 100;
        outcomes[1][s]->costs[0].amount += 100;
    }
    compared();
    ck_assert_str_eq(mark("served", "login"), "worse");
    ck_assert_str_eq(mark("requests that failed", "login"), "worse");
    ck_assert_str_eq(mark("cost", "cross-region bytes"), "worse");
    ck_assert_str_eq(mark("why requests failed", "no answer in time"), "worse");
    ck_assert_str_eq(mark("served", "register"), "equal");
}
END_TEST

START_TEST(never_is_worse_than_any_time)
{
    for (uint32_t s = 0; s < SEEDS; s++)
        outcomes[1][s]->restores[0].end = -1;
    compared();
    g_autofree char *stage = g_strdup_printf("%s, 1 of %s", outcomes[1][0]->restores[0].stage,
                                             outcomes[1][0]->restores[0].region);
    ck_assert_str_eq(mark("recovery (RTO)", stage), "worse");
    mean_is("recovery (RTO)", stage, 1, "never");
    difference_is("recovery (RTO)", stage, "");
}
END_TEST

START_TEST(a_figure_that_one_run_lacks_is_neither_better_nor_worse)
{
    for (uint32_t s = 0; s < SEEDS; s++)
        outcomes[1][s]->rpo_count = 0;
    compared();
    const CompareFigure *lost = NULL;
    for (guint i = 0; i < comparison->figures->len; i++) {
        const CompareFigure *self = comparison->figures->pdata[i];
        if (strcmp(self->part, "history lost (RPO)") == 0)
            lost = self;
    }
    ck_assert_ptr_nonnull(lost);
    ck_assert_int_eq(compare_mark(comparison, lost, 1), COMPARE_OTHER);
    mean_is(lost->part, lost->name, 1, "-");
}
END_TEST

START_TEST(a_harm_that_one_run_does_not_mention_is_none_there)
{
    for (uint32_t s = 0; s < SEEDS; s++)
        outcomes[1][s]->harm_count = 0;
    compared();
    ck_assert_str_eq(mark("users hit", outcomes[0][0]->harms[0].harm), "better");
    mean_is("users hit", outcomes[0][0]->harms[0].harm, 1, "0");
}
END_TEST

/* The sum of a part's figures in the first column, first seed; times and other units left out. */
static int64_t sum_of_part(const char *part)
{
    int64_t sum = 0;
    for (guint i = 0; i < comparison->figures->len; i++) {
        const CompareFigure *self = comparison->figures->pdata[i];
        if (strcmp(self->part, part) == 0 && self->unit == COMPARE_COUNT)
            sum += compare_value(comparison, self, 0, 0);
    }
    return sum;
}

/* A quality or a reason that the database gains has to be gained here too. */
START_TEST(every_request_is_served_or_failed_for_a_reason)
{
    OutcomeWindow *window = &outcomes[0][0]->windows[0];
    for (int q = 0; q < METRICS_QUALITY_COUNT; q++) {
        window->ok[q] += 10;
        window->issued += 10;
    }
    for (int f = 0; f < METRICS_FAILURE_COUNT; f++) {
        window->failed[f] += 10;
        window->issued += 10;
    }
    compared();
    const ReportCase *run = cases->pdata[0];
    int64_t           served = 0, done = 0;
    for (uint32_t i = 0; i < outcomes[0][0]->window_count; i++) {
        const OutcomeWindow *other = &outcomes[0][0]->windows[i];
        if (strcmp(other->service, window->service) != 0)
            continue;
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            served += other->ok[q];
        done += other->issued - other->open;
    }
    const CompareFigure *share = figure("served", window->service);
    ck_assert_int_eq(compare_value(comparison, share, 0, 0), sim_time_scale(served, SIM_S, done));
    ck_assert_int_eq(sum_of_part("requests that failed"), run->failed);
    ck_assert_int_eq(sum_of_part("why requests failed"), run->failed);
}
END_TEST

START_TEST(the_slowest_direction_says_when_a_class_has_caught_up)
{
    for (uint32_t s = 0; s < SEEDS; s++)
        outcomes[1][s]->catch_ups[0].done = -1;
    compared();
    mean_is("replication", "account: caught up after a heal", 0, "10 s");
    mean_is("replication", "account: caught up after a heal", 1, "never");
    ck_assert_str_eq(mark("replication", "account: caught up after a heal"), "worse");
}
END_TEST

/* --- claims --- */

START_TEST(a_claim_is_as_good_as_its_bound_says)
{
    for (uint32_t s = 0; s < SEEDS; s++) {
        outcomes[1][s]->expectations[0].value -= 1000000; /* >= 99.9% */
        outcomes[1][s]->expectations[1].value = 0;        /* == 0 */
        outcomes[1][s]->expectations[1].held = true;
        outcomes[1][s]->expectations[2].value = -1; /* <= 8min: not within the run */
        outcomes[1][s]->expectations[2].held = s == 0;
    }
    compared();
    ck_assert_str_eq(mark("expectations", "login stays up"), "worse");
    ck_assert_str_eq(mark("expectations", "no registration is lost"), "better");
    ck_assert_str_eq(mark("expectations", "back within the goal"), "worse");
    ck_assert_uint_eq(compare_held(comparison, figure("expectations", "back within the goal"), 1),
                      1);
    ck_assert_uint_eq(compare_held(comparison, figure("expectations", "back within the goal"), 0),
                      3);
    mean_is("expectations", "login stays up", 0, "99.98 %");
    mean_is("expectations", "no registration is lost", 0, "61");
    mean_is("expectations", "back within the goal", 0, "6.7 min");
    mean_is("expectations", "back within the goal", 1, "never");
}
END_TEST

START_TEST(a_claim_that_only_one_plan_makes_is_not_broken_in_the_other)
{
    for (uint32_t s = 0; s < SEEDS; s++)
        outcomes[0][s]->expectation_count = 2;
    compared();
    const CompareFigure *goal = figure("expectations", "back within the goal");
    ck_assert(!compare_claimed(comparison, goal, 0));
    ck_assert(compare_claimed(comparison, goal, 1));
    ck_assert_int_eq(compare_mark(comparison, goal, 1), COMPARE_OTHER);
    /* It stands with the other claims although the first run had read on. */
    const CompareFigure *third = comparison->figures->pdata[2];
    ck_assert_ptr_eq(third, goal);
}
END_TEST

/* --- words --- */

START_TEST(means_and_ranges_are_of_all_seeds)
{
    destroy(0, 0, 1);
    destroy(0, 1, 2);
    destroy(0, 2, 4);
    compared();
    mean_is("writes", "account: destroyed", 0, "2.3");
    mean_is("writes", "account: destroyed", 1, "0");
    range_is("writes", "account: destroyed", 0, "1..4");
    range_is("writes", "account: destroyed", 1, NULL);
    difference_is("writes", "account: destroyed", "-2.3");
}
END_TEST

START_TEST(sizes_and_shares_have_their_units)
{
    for (uint32_t s = 0; s < SEEDS; s++) {
        outcomes[1][s]->costs[0].amount += 1500000;
        outcomes[1][s]->expectations[0].value -= 30000000;
    }
    compared();
    difference_is("cost", "cross-region bytes", "+1.5 MB");
    difference_is("expectations", "login stays up", "-3.00 pp");
}
END_TEST

START_TEST(nothing_to_something_is_farther_than_something_to_a_little_more)
{
    for (uint32_t s = 0; s < SEEDS; s++) {
        destroy(1, s, 40);
        outcomes[1][s]->costs[0].amount += 1000;
    }
    compared();
    int64_t destroyed = compare_distance(comparison, figure("writes", "account: destroyed"), 1);
    int64_t bytes = compare_distance(comparison, figure("cost", "cross-region bytes"), 1);
    int64_t same = compare_distance(comparison, figure("served", "login"), 1);
    ck_assert_int_gt(destroyed, bytes);
    ck_assert_int_eq(same, 0);
    ck_assert_int_le(destroyed, 1000);
}
END_TEST

/* --- plans --- */

START_TEST(plans_are_told_apart_by_item_and_field)
{
    compared();
    ck_assert_uint_eq(comparison->plan->len, 1);
    const ComparePlanLine *line = comparison->plan->pdata[0];
    ck_assert_str_eq(line->item, "data account");
    ck_assert_str_eq(line->field, "recoverable");
    ck_assert_str_eq(line->values[0], "false");
    ck_assert_str_eq(line->values[1], "true");
    ck_assert_ptr_null(line->values[2]);
}
END_TEST

static Suite *suite(void)
{
    Suite *all = suite_create("compare");
    TCase *tests = tcase_create("compare");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, runs_that_are_alike_are_equal_in_every_figure);
    tcase_add_test(tests, better_means_better_in_every_seed);
    tcase_add_test(tests, one_seed_out_of_three_is_not_called_better);
    tcase_add_test(tests, differences_are_taken_seed_by_seed);
    tcase_add_test(tests, more_is_better_only_where_it_is);
    tcase_add_test(tests, never_is_worse_than_any_time);
    tcase_add_test(tests, a_figure_that_one_run_lacks_is_neither_better_nor_worse);
    tcase_add_test(tests, a_harm_that_one_run_does_not_mention_is_none_there);
    tcase_add_test(tests, every_request_is_served_or_failed_for_a_reason);
    tcase_add_test(tests, the_slowest_direction_says_when_a_class_has_caught_up);
    tcase_add_test(tests, a_claim_is_as_good_as_its_bound_says);
    tcase_add_test(tests, a_claim_that_only_one_plan_makes_is_not_broken_in_the_other);
    tcase_add_test(tests, means_and_ranges_are_of_all_seeds);
    tcase_add_test(tests, sizes_and_shares_have_their_units);
    tcase_add_test(tests, nothing_to_something_is_farther_than_something_to_a_little_more);
    tcase_add_test(tests, plans_are_told_apart_by_item_and_field);
    suite_add_tcase(all, tests);
    return all;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
