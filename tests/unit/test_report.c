/*
 * test_report.c: a report says what the database holds, and survives what is missing.
 */
#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/report.h"
#include "reports/table.h"
#include "sim/store/writer.h"
#include "tests/unit/fake_outcome.h"
#include "tests/unit/fake_plan.h"

static char    *directory;
static Plan    *plan;
static Outcome *outcome;

static void set_up(void)
{
    directory = g_dir_make_tmp("faultline-report-XXXXXX", NULL);
    ck_assert_ptr_nonnull(directory);
    plan = fake_plan_new();
    outcome = fake_outcome_new(plan);
}

static void remove_tree(const char *path)
{
    GDir *open = g_dir_open(path, 0, NULL);
    for (const char *name = open == NULL ? NULL : g_dir_read_name(open); name != NULL;
         name = g_dir_read_name(open)) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        remove_tree(inner);
    }
    if (open != NULL)
        g_dir_close(open);
    g_remove(path);
}

static void tear_down(void)
{
    fake_outcome_free(outcome);
    plan_free(plan);
    remove_tree(directory);
    g_free(directory);
}

static char *path_of(const char *name)
{
    return g_build_filename(directory, name, NULL);
}

static char *stored(const char *name)
{
    char *path = path_of(name);
    g_autoptr(GError) error = NULL;
    bool written = store_write(path, outcome, &error);
    ck_assert_msg(written, "%s", error == NULL ? "" : error->message);
    return path;
}

static char *contents(const char *name)
{
    g_autofree char *path = path_of(name);
    char            *text = NULL;
    ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
    return text;
}

/* Writes the report of one database into `name` and returns the warning. */
static char *reported(const char *database, const char *name)
{
    g_autofree char *path = path_of(name);
    g_autoptr(GError) error = NULL;
    char *warning = NULL;
    bool  written = report_write(&database, 1, path, &error, &warning);
    ck_assert_msg(written, "%s", error == NULL ? "" : error->message);
    return warning;
}

static void assert_says(const char *text, const char *words)
{
    ck_assert_msg(strstr(text, words) != NULL, "missing: %s", words);
}

/* A directory with nothing but, if `script` is given, a program called gnuplot. */
static void replace_gnuplot(const char *script)
{
    g_autofree char *bin = path_of("bin");
    g_autofree char *program = g_build_filename(bin, "gnuplot", NULL);
    ck_assert_int_eq(g_mkdir(bin, 0777), 0);
    if (script != NULL) {
        ck_assert(g_file_set_contents(program, script, -1, NULL));
        ck_assert_int_eq(g_chmod(program, 0755), 0);
    }
    g_setenv("PATH", bin, TRUE);
}

START_TEST(the_verdict_comes_first_in_plain_words)
{
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *page = contents("out/report.md");
    ck_assert(g_str_has_prefix(page, "# user-subsystem: 1 of 3 expectations failed\n"));
    assert_says(page, "**no registration is lost** failed: 61 lost, none was allowed. ");
    ck_assert(strstr(page, "expectations failed") < strstr(page, "## What happened"));
    ck_assert(strstr(page, "## What happened") < strstr(page, "## What was expected"));
}
END_TEST

START_TEST(figures_of_the_database_stand_in_the_page)
{
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *page = contents("out/report.md");
    assert_says(page, "| ✗ failed | no registration is lost | 61 | == 0 | 19,341 |");
    assert_says(page, "user-subsystem.lua:36");
    assert_says(page,
                "| account | L2 stranded | 61 | 61 | not yet shipped when hangzhou was lost |");
    assert_says(page, "| account | hangzhou | 15 min | 8.53 s | 120 ms | 61 |");
    assert_says(page, "136 things to make good, gravest first; the first 20 are below");
    assert_says(page, "75 were not stored");
    assert_says(page, "during cut trunk (5 to 6 min) | during lose hangzhou (15 to 30 min) |");
    assert_says(page, "| account | queue | ");
    assert_says(page, "--seed 1 --set unreplicated=wait");
    assert_says(page, "fe00000000000001");
    assert_says(page, "- **queue**: Brokers do not fail.");
}
END_TEST

START_TEST(the_report_needs_nothing_but_the_database)
{
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *before = contents("out/report.md");
    g_autofree char *moved = path_of("elsewhere.db");
    ck_assert_int_eq(g_rename(database, moved), 0);
    g_free(reported(moved, "again"));
    g_autofree char *after = contents("again/report.md");
    ck_assert_str_eq(before, after);
}
END_TEST

START_TEST(drawing_twice_gives_the_same_page_and_pictures)
{
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "one"));
    g_free(reported(database, "two"));
    const char *const files[] = {"report.html", "plots/lag.gp", "plots/lag.tsv"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *first = g_build_filename("one", files[i], NULL);
        g_autofree char *second = g_build_filename("two", files[i], NULL);
        g_autofree char *a = contents(first);
        g_autofree char *b = contents(second);
        ck_assert_str_eq(a, b);
    }
}
END_TEST

START_TEST(the_page_needs_no_network_no_script_and_no_other_file)
{
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *page = contents("out/report.html");
    ck_assert_ptr_null(strstr(page, "<script"));
    ck_assert_ptr_null(strstr(page, "<link"));
    ck_assert_ptr_null(strstr(page, "src=\"http"));
    ck_assert_ptr_null(strstr(page, "@import"));
}
END_TEST

START_TEST(without_gnuplot_one_warning_and_everything_but_pictures)
{
    g_autofree char *database = stored("a.db");
    replace_gnuplot(NULL);
    g_autofree char *warning = reported(database, "out");
    ck_assert_ptr_nonnull(warning);
    assert_says(warning, "gnuplot was not found");
    ck_assert_ptr_null(strchr(warning, '\n'));
    g_autofree char *page = contents("out/report.md");
    assert_says(page, "## Which service stayed up");
    ck_assert_ptr_null(strstr(page, "!["));
    g_free(contents("out/plots/availability.gp"));
    g_free(contents("out/plots/availability.tsv"));
    g_free(contents("out/report.html"));
}
END_TEST

START_TEST(what_gnuplot_complains_about_is_shown)
{
    g_autofree char *database = stored("a.db");
    replace_gnuplot("#!/bin/sh\necho 'no ink left' >&2\nexit 1\n");
    g_autofree char *warning = reported(database, "out");
    ck_assert_ptr_nonnull(warning);
    assert_says(warning, "availability.gp");
    assert_says(warning, "no ink left");
}
END_TEST

START_TEST(every_picture_is_drawn_and_stands_in_the_page)
{
    g_autofree char *program = g_find_program_in_path("gnuplot");
    if (program == NULL)
        return; /* the two tests above hold without it */
    g_autofree char *database = stored("a.db");
    g_autofree char *warning = reported(database, "out");
    ck_assert_msg(warning == NULL, "%s", warning);
    const char *const names[] = {"availability", "threads",   "lag",  "latency",
                                 "recovery",     "discarded", "users"};
    g_autofree char  *page = contents("out/report.html");
    guint             inlined = 0;
    for (const char *at = strstr(page, "<svg"); at != NULL; at = strstr(at + 1, "<svg"))
        inlined++;
    ck_assert_uint_eq(inlined, 2 * G_N_ELEMENTS(names)); /* wide and narrow */
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file = g_strdup_printf("out/plots/%s.svg", names[i]);
        g_autofree char *svg = contents(file);
        ck_assert_ptr_null(strstr(svg, "<title"));
    }
    /* A browser would show gnuplot's commands under the mouse. */
    ck_assert_ptr_null(strstr(page, " using "));
}
END_TEST

/* At 400 pixels the page has room for about 372, so that letters of 10 are a good 9 high there. */
START_TEST(on_a_narrow_screen_pictures_are_legible_and_do_not_scroll)
{
    g_autofree char *program = g_find_program_in_path("gnuplot");
    if (program == NULL)
        return;
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    const char *const names[] = {"availability", "threads",   "lag",  "latency",
                                 "recovery",     "discarded", "users"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file = g_strdup_printf("out/plots/%s_narrow.svg", names[i]);
        g_autofree char *svg = contents(file);
        assert_says(svg, "width=\"390\"");
        for (const char *at = strstr(svg, "font-size=\""); at != NULL;
             at = strstr(at + 1, "font-size=\""))
            ck_assert_msg(g_ascii_strtod(at + strlen("font-size=\""), NULL) >= 10.0, "%s: %.20s",
                          names[i], at);
    }
    g_autofree char *page = contents("out/report.html");
    ck_assert_ptr_null(strstr(page, ".picture{overflow-x:auto}"));
    assert_says(page, "@media(max-width:1000px){.picture svg{display:none}");
}
END_TEST

START_TEST(many_failovers_have_a_row_each)
{
    const uint32_t  times = 4;
    const uint32_t  count = outcome->restore_count;
    OutcomeRestore *rows = sim_arena_array(outcome->arena, OutcomeRestore, (size_t)times * count);
    for (uint32_t i = 0; i < times * count; i++) {
        rows[i] = outcome->restores[i % count];
        rows[i].failover = i / count + 1;
        if (strcmp(rows[i].stage, "users") != 0)
            rows[i].detail = i / count == 0 ? "called off" : "beijing";
    }
    outcome->restores = rows;
    outcome->restore_count = times * count;
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *tsv = contents("out/plots/recovery.tsv");
    g_autofree char *script = contents("out/plots/recovery.gp");
    ck_assert_ptr_nonnull(strstr(script, "ROWS = 4\n"));
    ck_assert_ptr_nonnull(strstr(script, "hangzhou > beijing, missed at"));
    ck_assert_ptr_nonnull(strstr(script, "'decide'")); /* long enough for its name */
    ck_assert_ptr_null(strstr(script, "'fence'"));
    ck_assert_ptr_nonnull(strstr(tsv, "\n4\t"));
    ck_assert_ptr_null(strstr(tsv, "\n5\t"));
}
END_TEST

/* How many lines of that colour the picture has; "0, 114, 178" with gnuplot's spaces. */
static guint lines_drawn(const char *file, const char *colour)
{
    g_autofree char *svg = contents(file);
    g_autofree char *stroke = g_strdup_printf("<path stroke='rgb(%s)'", colour);
    guint            count = 0;
    for (const char *at = strstr(svg, stroke); at != NULL; at = strstr(at + 1, stroke)) {
        const char *end = strstr(at, "/>");
        const char *to = strchr(at, 'L');
        count += to != NULL && to < end;
    }
    return count;
}

#define BLUE_LINE "  0, 114, 178"

START_TEST(lag_measured_more_rarely_than_the_picture_has_steps_is_drawn)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < outcome->lag_count; i++)
        if (outcome->lags[i].at % (7 * SIM_S) == 0)
            outcome->lags[kept++] = outcome->lags[i];
    outcome->lag_count = kept;
    g_autofree char *program = g_find_program_in_path("gnuplot");
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *figures = contents("out/plots/lag.tsv");
    ck_assert_ptr_null(strstr(figures, "NaN"));
    if (program != NULL)
        ck_assert_uint_gt(lines_drawn("out/plots/lag.svg", BLUE_LINE), 0);
}
END_TEST

START_TEST(latency_of_one_bucket_is_a_line)
{
    outcome->latency_count = 1;
    g_autofree char *program = g_find_program_in_path("gnuplot");
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *figures = contents("out/plots/latency.tsv");
    assert_says(figures, "login\t1.0\t0.006\nlogin\t400000.0\t0.006\n");
    if (program != NULL)
        ck_assert_uint_eq(lines_drawn("out/plots/latency.svg", BLUE_LINE), 1);
}
END_TEST

START_TEST(nothing_is_drawn_where_nobody_asked)
{
    uint32_t kept = 0;
    while (kept < outcome->window_count && outcome->windows[kept].from < 20 * SIM_MIN)
        kept++;
    outcome->window_count = kept;
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *figures = contents("out/plots/availability.tsv");
    assert_says(figures, "\n1800.0\tNaN\tNaN\tNaN");
    g_autofree char *script = contents("out/plots/availability.gp");
    assert_says(script, "no line: nobody asked");
}
END_TEST

START_TEST(bars_of_users_are_by_gravity_and_end_with_everyone_once)
{
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char  *figures = contents("out/plots/users.tsv");
    const char *const order[] = {"\t61\t1\tlost write\n",
                                 "\t71\t1\toverwritten\n",
                                 "\t2\t1\tduplicate account\n",
                                 "\t1\trejected registration\n",
                                 "\t1\tfailed core request\n",
                                 "\t2\tforced login (a nuisance)\n",
                                 "\t746\t3\tusers hit, counted once\n"};
    const char       *at = figures;
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        const char *found = strstr(at, order[i]);
        ck_assert_msg(found != NULL, "missing or out of order: %s", order[i]);
        at = found;
    }
    g_autofree char *script = contents("out/plots/users.gp");
    assert_says(script, "\nLOG = 1\n"); /* 2 beside 5,169 */
}
END_TEST

START_TEST(the_timeline_tells_each_service_from_event_to_event)
{
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *page = contents("out/report.md");
    assert_says(page, "| time | event | login | profile | register | worst lag |");
    assert_says(page, "| 0 | start | 100 % | 100 % | 100 % | 56 ms |");
    assert_says(page, "| 5 min | ▐ cut trunk | 100 % |");
    assert_says(page, "- **login**: 100 % until 15 min, ");
    assert_says(page, "Why requests failed: ");
}
END_TEST

START_TEST(a_row_of_few_requests_shows_how_many_and_is_not_joined)
{
    OutcomeSpan *span = &outcome->spans[3 * 2];
    ck_assert_int_eq(span->from, FAKE_HEAL);
    span[0].ok = 7;
    span[0].failed = 2;
    span[1].ok = span[1].failed = 0;
    span[2].ok = 19;
    span[2].failed = 1;
    outcome->marks[3].at = FAKE_LOST + 3 * SIM_S; /* no span begins with it */
    g_autofree char *database = stored("a.db");
    g_free(reported(database, "out"));
    g_autofree char *page = contents("out/report.md");
    assert_says(page, "| 6 min | healed trunk; caught up in 11.8 s | 7 of 9 | - | 95 % |");
    assert_says(page, "▐ lost hangzhou; hangzhou promoted to beijing (at 15 min 3 s) |");
}
END_TEST

START_TEST(the_same_result_twice_is_a_warning)
{
    g_autofree char  *database = stored("a.db");
    g_autofree char  *out = path_of("out");
    const char *const databases[] = {database, database};
    g_autofree char  *warning = NULL;
    ck_assert(report_write(databases, 2, out, NULL, &warning));
    ck_assert_ptr_nonnull(warning);
    assert_says(warning, "the same result was given twice: ");
    g_autofree char *page = contents("out/report.md");
    assert_says(page, "The runs do not differ in any column");
}
END_TEST

START_TEST(several_results_are_compared_in_a_trade_off)
{
    g_autofree char *first = stored("a.db");
    Plan            *other = fake_plan_choosing(1);
    outcome->plan = other;
    g_autofree char  *second = stored("b.db");
    g_autofree char  *out = path_of("out");
    const char *const databases[] = {first, second};
    ck_assert(report_write(databases, 2, out, NULL, NULL));
    outcome->plan = plan;
    plan_free(other);
    g_autofree char *page = contents("out/report.md");
    assert_says(page, "2 runs compared");
    assert_says(page, "| unreplicated = wait, seed 1 |");
    assert_says(page, "| unreplicated = cut, seed 1 |");
    g_autofree char *figures = contents("out/plots/tradeoff.tsv");
    assert_says(figures, "unreplicated = cut");
    g_free(contents("out/plots/run2_lag.gp"));
}
END_TEST

START_TEST(a_run_without_anything_says_none_in_words)
{
    Outcome  empty = {.plan = plan, .limit = "", .end = SIM_S};
    Outcome *full = outcome;
    outcome = &empty;
    g_autofree char *database = stored("a.db");
    outcome = full;
    g_autofree char *warning = reported(database, "out");
    ck_assert_ptr_null(warning);
    g_autofree char *page = contents("out/report.md");
    assert_says(page, "it claims nothing, so nothing could fail");
    assert_says(page, " No write was acknowledged.");
    assert_says(page, "Nothing: no fault was planned.");
    assert_says(page, "None was lost, overwritten or duplicated.");
    assert_says(page, "There was no failover.");
    assert_says(page, "Nobody: there is nothing to make good.");
    ck_assert_ptr_null(strstr(page, "\n\n## What went wrong\n\n\n"));
}
END_TEST

START_TEST(only_a_fault_without_effect_hit_nothing)
{
    outcome->faults[1].vacuous = true;
    g_autofree char *database = stored("a.db");
    g_autofree char *warning = reported(database, "out");
    ck_assert_msg(warning == NULL || strstr(warning, "could not draw") == NULL, "%s", warning);
    g_autofree char *page = contents("out/report.md");
    assert_says(page, "The fault **lose hangzhou** hit nothing");
    ck_assert_ptr_null(strstr(page, "**cut trunk** hit nothing"));
}
END_TEST

START_TEST(words_of_a_scenario_are_never_markup)
{
    outcome->expectations[1].name = "a|b <script>alert(1)</script> *c* [d](e) `f`";
    outcome->faults[0].name = "it's `date` | \"x\"";
    g_autofree char *database = stored("a.db");
    g_autofree char *warning = reported(database, "out");
    ck_assert_msg(warning == NULL || strstr(warning, "could not draw") == NULL, "%s", warning);
    g_autofree char *page = contents("out/report.html");
    ck_assert_ptr_null(strstr(page, "<script"));
    assert_says(page, "a|b &lt;script&gt;alert(1)&lt;/script&gt; *c* [d](e) `f`");
}
END_TEST

START_TEST(a_foreign_file_is_refused_before_anything_is_written)
{
    g_autofree char *path = path_of("a.db");
    g_autofree char *out = path_of("out");
    g_autoptr(GError) error = NULL;
    const char *database = path;
    ck_assert(g_file_set_contents(path, "not a database, only words and more words", -1, NULL));
    ck_assert(!report_write(&database, 1, out, &error, NULL));
    ck_assert(g_error_matches(error, STORE_ERROR, STORE_ERROR_FOREIGN));
    ck_assert(!g_file_test(out, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(a_directory_that_cannot_be_made_is_an_error)
{
    g_autofree char *path = stored("a.db");
    g_autofree char *out = path_of("a.db/out");
    g_autoptr(GError) error = NULL;
    const char *database = path;
    ck_assert(!report_write(&database, 1, out, &error, NULL));
    ck_assert(g_error_matches(error, REPORT_ERROR, REPORT_ERROR_WRITE));
}
END_TEST

START_TEST(a_table_for_terminals_is_aligned_by_what_one_sees)
{
    g_autoptr(Table) table = table_new();
    table_column(table, "name", TABLE_LEFT);
    table_column(table, "n", TABLE_RIGHT);
    table_cell(table, "é→");
    table_cell(table, "1,204");
    table_cell(table, "杭州");
    table_cell(table, "7");
    g_autofree char *text = table_text(table, "  ", true);
    ck_assert_str_eq(text, "  name      n\n"
                           "  é→    1,204\n"
                           "  杭州      7\n");
    g_autofree char *bare = table_text(table, "", false);
    ck_assert_str_eq(bare, "é→    1,204\n杭州      7\n");
}
END_TEST

START_TEST(a_table_for_pages_escapes_its_cells)
{
    g_autoptr(Table) table = table_new();
    table_column(table, "a", TABLE_LEFT);
    table_column(table, "b", TABLE_RIGHT);
    table_cell(table, "x|y");
    table_cell(table, "snake_case _em_");
    g_autofree char *text = table_markdown(table);
    ck_assert_str_eq(text, "| a | b |\n|---|---:|\n| x\\|y | snake_case \\_em\\_ |\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *cases = tcase_create("report");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, the_verdict_comes_first_in_plain_words);
    tcase_add_test(cases, only_a_fault_without_effect_hit_nothing);
    tcase_add_test(cases, figures_of_the_database_stand_in_the_page);
    tcase_add_test(cases, the_report_needs_nothing_but_the_database);
    tcase_add_test(cases, drawing_twice_gives_the_same_page_and_pictures);
    tcase_add_test(cases, the_page_needs_no_network_no_script_and_no_other_file);
    tcase_add_test(cases, without_gnuplot_one_warning_and_everything_but_pictures);
    tcase_add_test(cases, what_gnuplot_complains_about_is_shown);
    tcase_add_test(cases, on_a_narrow_screen_pictures_are_legible_and_do_not_scroll);
    tcase_add_test(cases, many_failovers_have_a_row_each);
    tcase_add_test(cases, every_picture_is_drawn_and_stands_in_the_page);
    tcase_add_test(cases, lag_measured_more_rarely_than_the_picture_has_steps_is_drawn);
    tcase_add_test(cases, latency_of_one_bucket_is_a_line);
    tcase_add_test(cases, nothing_is_drawn_where_nobody_asked);
    tcase_add_test(cases, bars_of_users_are_by_gravity_and_end_with_everyone_once);
    tcase_add_test(cases, the_timeline_tells_each_service_from_event_to_event);
    tcase_add_test(cases, a_row_of_few_requests_shows_how_many_and_is_not_joined);
    tcase_add_test(cases, the_same_result_twice_is_a_warning);
    tcase_add_test(cases, several_results_are_compared_in_a_trade_off);
    tcase_add_test(cases, a_run_without_anything_says_none_in_words);
    tcase_add_test(cases, words_of_a_scenario_are_never_markup);
    tcase_add_test(cases, a_foreign_file_is_refused_before_anything_is_written);
    tcase_add_test(cases, a_directory_that_cannot_be_made_is_an_error);
    tcase_add_test(cases, a_table_for_terminals_is_aligned_by_what_one_sees);
    tcase_add_test(cases, a_table_for_pages_escapes_its_cells);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
