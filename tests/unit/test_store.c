/*
 * test_store.c: results are stored completely, identically, or not at all.
 */
#include <check.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "sim/store/format.h"
#include "sim/store/reader.h"
#include "sim/store/reference.h"
#include "sim/store/writer.h"
#include "tests/unit/fake_outcome.h"
#include "tests/unit/fake_plan.h"

static char    *directory;
static Plan    *plan;
static Outcome *outcome;

static void set_up(void)
{
    directory = g_dir_make_tmp("faultline-store-XXXXXX", NULL);
    ck_assert_ptr_nonnull(directory);
    plan = fake_plan_new();
    outcome = fake_outcome_new(plan);
}

static void tear_down(void)
{
    fake_outcome_free(outcome);
    plan_free(plan);
    GDir *open = g_dir_open(directory, 0, NULL);
    for (const char *name = g_dir_read_name(open); name != NULL; name = g_dir_read_name(open)) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        g_unlink(path);
    }
    g_dir_close(open);
    g_rmdir(directory);
    g_free(directory);
}

static char *path_of(const char *name)
{
    return g_build_filename(directory, name, NULL);
}

static guint files(void)
{
    guint count = 0;
    GDir *open = g_dir_open(directory, 0, NULL);
    while (g_dir_read_name(open) != NULL)
        count++;
    g_dir_close(open);
    return count;
}

static char *stored(const char *name)
{
    char *path = path_of(name);
    g_autoptr(GError) error = NULL;
    bool written = store_write(path, outcome, &error);
    ck_assert_msg(written, "%s", error == NULL ? "" : error->message);
    return path;
}

static int64_t number(const char *path, const char *sql)
{
    g_autoptr(StoreReader) reader = store_reader_open(path, NULL);
    ck_assert_ptr_nonnull(reader);
    int64_t value = INT64_MIN;
    {
        g_autoptr(StoreRows) rows = store_ask(reader, sql);
        ck_assert(store_next(rows));
        value = store_number(rows, 0);
    }
    ck_assert(store_reader_check(reader, NULL));
    return value;
}

static char *text(const char *path, const char *sql)
{
    g_autoptr(StoreReader) reader = store_reader_open(path, NULL);
    ck_assert_ptr_nonnull(reader);
    g_autoptr(StoreRows) rows = store_ask(reader, sql);
    ck_assert(store_next(rows));
    return g_strdup(store_text(rows, 0));
}

static void assert_same_bytes(const char *a, const char *b)
{
    g_autofree char *one = NULL;
    g_autofree char *other = NULL;
    gsize            one_size = 0;
    gsize            other_size = 0;
    ck_assert(g_file_get_contents(a, &one, &one_size, NULL));
    ck_assert(g_file_get_contents(b, &other, &other_size, NULL));
    ck_assert_uint_eq(one_size, other_size);
    ck_assert_int_eq(memcmp(one, other, one_size), 0);
}

START_TEST(the_same_outcome_gives_the_same_bytes)
{
    g_autofree char *first = stored("a.db");
    g_autofree char *second = stored("b.db");
    assert_same_bytes(first, second);
}
END_TEST

START_TEST(an_equal_outcome_made_anew_gives_the_same_bytes)
{
    g_autofree char *first = stored("a.db");
    Outcome         *old = outcome;
    outcome = fake_outcome_new(plan);
    g_autofree char *second = stored("b.db");
    fake_outcome_free(old);
    assert_same_bytes(first, second);
}
END_TEST

START_TEST(writing_again_replaces_the_file_and_leaves_nothing_beside_it)
{
    g_autofree char *path = stored("a.db");
    outcome->seed = 2;
    g_free(stored("a.db"));
    ck_assert_int_eq(number(path, "SELECT seed FROM run"), 2);
    ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(every_row_of_the_outcome_is_in_the_file)
{
    g_autofree char *path = stored("a.db");
    const struct {
        const char *sql;
        int64_t     count;
    } tables[] = {
        {"SELECT count(*) FROM run", 1},
        {"SELECT count(*) FROM fault", outcome->fault_count},
        {"SELECT count(*) FROM window", outcome->window_count},
        {"SELECT count(*) FROM lag", outcome->lag_count},
        {"SELECT count(*) FROM busy", outcome->busy_count},
        {"SELECT count(*) FROM latency", outcome->latency_count},
        {"SELECT count(*) FROM loss", outcome->loss_count},
        {"SELECT count(*) FROM staleness", outcome->stale_count},
        {"SELECT count(*) FROM restore", outcome->restore_count},
        {"SELECT count(*) FROM span", outcome->span_count},
        {"SELECT count(*) FROM user_harm", outcome->harm_count},
        {"SELECT count(*) FROM compensation", outcome->compensation_count},
        {"SELECT count(*) FROM fate", outcome->fate_count},
        {"SELECT count(*) FROM rpo", outcome->rpo_count},
        {"SELECT count(*) FROM expectation", outcome->expectation_count},
        {"SELECT count(*) FROM message", outcome->message_count},
        {"SELECT count(*) FROM cost", outcome->cost_count},
        {"SELECT count(*) FROM mark", outcome->mark_count},
        {"SELECT count(*) FROM catch_up", outcome->catch_up_count},
        {"SELECT count(*) FROM resync", outcome->resync_count},
        {"SELECT count(*) FROM intent", outcome->intent_count},
        {"SELECT count(*) FROM plan_item", plan_count(plan)},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        ck_assert_msg(number(path, tables[i].sql) == tables[i].count, "%s", tables[i].sql);
}
END_TEST

START_TEST(figures_stand_in_the_columns_that_bear_their_names)
{
    g_autofree char     *path = stored("a.db");
    const OutcomeWindow *w = &outcome->windows[1000];
    ck_assert_int_eq(number(path, "SELECT from_ns FROM window WHERE seq = 1000"), w->from);
    ck_assert_int_eq(number(path, "SELECT issued FROM window WHERE seq = 1000"), w->issued);
    ck_assert_int_eq(number(path, "SELECT ok_stale FROM window WHERE seq = 1000"),
                     w->ok[METRICS_STALE]);
    ck_assert_int_eq(number(path, "SELECT failed_unreachable FROM window WHERE seq = 1000"),
                     w->failed[METRICS_UNREACHABLE]);
    ck_assert_int_eq(number(path, "SELECT p99_ns FROM window WHERE seq = 1000"), w->p99);
    ck_assert_int_eq(number(path, "SELECT sum(l2) FROM fate"), 61);
    ck_assert_int_eq(number(path, "SELECT sum(l3) FROM fate"), 75);
    ck_assert_int_eq(number(path, "SELECT ghosts FROM fate WHERE seq = 1"), 2);
    ck_assert_int_eq(number(path, "SELECT loading_ns FROM resync"), outcome->resyncs[0].loading);
    ck_assert_int_eq(number(path, "SELECT ended_ns IS NULL FROM resync"), 1);
    ck_assert_int_eq(number(path, "SELECT lacked FROM resync"), 3000000);
    ck_assert_int_eq(number(path, "SELECT rejected FROM intent"), 4);
    ck_assert_int_eq(number(path, "SELECT pending FROM intent"), 2);
    ck_assert_int_eq(number(path, "SELECT p99_ns IS NULL FROM intent"), 1);
    ck_assert_int_eq(number(path, "SELECT max_ns FROM intent"), 9 * SIM_S);
    ck_assert_int_eq(number(path, "SELECT end_ns IS NULL FROM restore WHERE stage = 'fail back'"),
                     1);
    ck_assert_int_eq(number(path, "SELECT prefix_ns FROM v_rpo WHERE seq = 0"), 8529 * SIM_MS);
    ck_assert_int_eq(number(path, "SELECT lost FROM v_rpo WHERE seq = 1"), 0);
    ck_assert_int_eq(number(path, "SELECT prefix_ns + newest_ns FROM v_rpo WHERE seq = 1"), 0);
    ck_assert_int_eq(number(path, "SELECT count(*) FROM loss WHERE fault = 'lose hangzhou'"), 61);
    g_autofree char *fingerprint = text(path, "SELECT results_fingerprint FROM run");
    ck_assert_str_eq(fingerprint, "fe00000000000001");
    g_autofree char *cost = text(path, "SELECT unit FROM cost WHERE seq = 3");
    ck_assert_str_eq(cost, "threads");
}
END_TEST

START_TEST(directories_of_the_scenario_are_not_stored)
{
    g_autofree char *path = stored("a.db");
    g_autofree char *file = text(path, "SELECT file FROM expectation WHERE seq = 0");
    ck_assert_str_eq(file, "user-subsystem.lua");
}
END_TEST

START_TEST(the_books_balance_in_the_view_on_conservation)
{
    g_autofree char *path = stored("a.db");
    ck_assert_int_eq(number(path, "SELECT requests + writes + fates + intents FROM v_conservation"),
                     0);
    outcome->windows[7].issued++;
    outcome->fates[2].fate[OUTCOME_L1]++;
    g_autofree char *unbalanced = stored("b.db");
    ck_assert_int_eq(number(unbalanced, "SELECT requests FROM v_conservation"), 1);
    ck_assert_int_eq(number(unbalanced, "SELECT writes FROM v_conservation"), 0);
    ck_assert_int_eq(number(unbalanced, "SELECT fates FROM v_conservation"), 1);
}
END_TEST

START_TEST(availability_is_told_for_the_whole_run_and_during_each_fault)
{
    g_autofree char *path = stored("a.db");
    int64_t          failed = 0;
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *w = &outcome->windows[i];
        if (w->from >= FAKE_CUT && w->from < FAKE_HEAL)
            failed += w->failed[METRICS_TIMEOUT] + w->failed[METRICS_UNREACHABLE];
    }
    ck_assert_int_gt(failed, 0);
    ck_assert_int_eq(
        number(path, "SELECT sum(failed) FROM v_availability WHERE period = 'cut trunk'"), failed);
    ck_assert_int_eq(number(path, "SELECT sum(issued) FROM v_availability WHERE period_seq = -1"),
                     number(path, "SELECT sum(issued) FROM window"));
}
END_TEST

START_TEST(the_whole_run_counts_even_when_it_ended_at_once)
{
    outcome->end = 0;
    g_autofree char *path = stored("a.db");
    ck_assert_int_gt(number(path, "SELECT sum(issued) FROM v_availability WHERE period_seq = -1"),
                     0);
}
END_TEST

START_TEST(references_between_tables_hold_and_the_file_is_sound)
{
    g_autofree char *path = stored("a.db");
    sqlite3         *db = NULL;
    sqlite3_stmt    *statement = NULL;
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &statement, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    ck_assert_str_eq((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    sqlite3_close(db);
}
END_TEST

START_TEST(several_runs_share_a_file_and_are_told_apart)
{
    g_autofree char *path = path_of("sweep.db");
    StoreWriter     *writer = store_writer_new();
    ck_assert_int_eq(store_writer_add(writer, outcome), 1);
    outcome->seed = 99;
    ck_assert_int_eq(store_writer_add(writer, outcome), 2);
    ck_assert(store_writer_save(writer, path, NULL));
    store_writer_free(writer);
    ck_assert_int_eq(number(path, "SELECT seed FROM run WHERE run_id = 2"), 99);
    ck_assert_int_eq(number(path, "SELECT count(*) FROM v_summary"), 2);
    ck_assert_int_eq(number(path, "SELECT count(*) FROM window WHERE run_id = 2"),
                     outcome->window_count);
}
END_TEST

/* The limit stands in for a full disk: write() stops in the middle of the file in the same way. */
START_TEST(a_full_disk_is_an_error_that_leaves_nothing_behind)
{
    g_autofree char *path = path_of("a.db");
    g_autoptr(GError) error = NULL;
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 65536;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(!store_write(path, outcome, &error));
    limit.rlim_cur = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(g_error_matches(error, STORE_ERROR, STORE_ERROR_WRITE));
    ck_assert_ptr_nonnull(strstr(error->message, path));
    ck_assert_ptr_nonnull(strstr(error->message, "writing"));
    ck_assert_uint_eq(files(), 0);
}
END_TEST

START_TEST(a_failed_write_leaves_the_older_result_as_it_was)
{
    g_autofree char *path = stored("a.db");
    g_autofree char *copy = stored("b.db");
    struct rlimit    limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 65536;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    outcome->seed = 3;
    ck_assert(!store_write(path, outcome, NULL));
    limit.rlim_cur = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_same_bytes(path, copy);
    ck_assert_uint_eq(files(), 2);
}
END_TEST

START_TEST(a_directory_that_is_missing_is_an_error_with_advice)
{
    g_autofree char *path = path_of("nowhere/a.db");
    g_autoptr(GError) error = NULL;
    ck_assert(!store_write(path, outcome, &error));
    ck_assert(g_error_matches(error, STORE_ERROR, STORE_ERROR_WRITE));
    ck_assert_ptr_nonnull(strstr(error->message, "create the directory first"));
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
    g_autofree char *path = path_of("a.db");
    g_autoptr(GError) error = NULL;
    ck_assert(
        g_file_set_contents(path, "This is a letter, and a rather long one at that.", -1, NULL));
    ck_assert_ptr_null(store_reader_open(path, &error));
    ck_assert(g_error_matches(error, STORE_ERROR, STORE_ERROR_FOREIGN));
}
END_TEST

START_TEST(a_database_of_others_is_refused)
{
    g_autofree char *path = path_of("a.db");
    g_autoptr(GError) error = NULL;
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "CREATE TABLE run (seed INTEGER)", NULL, NULL, NULL);
    sqlite3_close(db);
    ck_assert_ptr_null(store_reader_open(path, &error));
    ck_assert(g_error_matches(error, STORE_ERROR, STORE_ERROR_FOREIGN));
}
END_TEST

START_TEST(a_result_with_another_schema_is_refused_and_says_which)
{
    g_autofree char *path = stored("a.db");
    g_autoptr(GError) error = NULL;
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA user_version = 77", NULL, NULL, NULL);
    sqlite3_close(db);
    ck_assert_ptr_null(store_reader_open(path, &error));
    ck_assert(g_error_matches(error, STORE_ERROR, STORE_ERROR_VERSION));
    ck_assert_ptr_nonnull(strstr(error->message, "schema 77"));
}
END_TEST

START_TEST(a_missing_result_is_an_error_and_is_not_created)
{
    g_autofree char *path = path_of("a.db");
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(store_reader_open(path, &error));
    ck_assert(g_error_matches(error, STORE_ERROR, STORE_ERROR_READ));
    ck_assert_uint_eq(files(), 0);
}
END_TEST

START_TEST(a_damaged_result_is_noticed_while_it_is_read)
{
    g_autofree char *path = stored("a.db");
    g_autofree char *bytes = NULL;
    gsize            size = 0;
    g_autoptr(GError) error = NULL;
    ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
    memset(bytes + size / 4, 0x5a, size / 2);
    ck_assert(g_file_set_contents(path, bytes, (gssize)size, NULL));
    StoreReader *reader = store_reader_open(path, NULL);
    ck_assert_ptr_nonnull(reader);
    StoreRows *rows = store_ask(reader, "SELECT sum(age_ns) FROM lag");
    while (store_next(rows))
        ;
    store_rows_free(rows);
    ck_assert(!store_reader_check(reader, &error));
    ck_assert(g_error_matches(error, STORE_ERROR, STORE_ERROR_READ));
    store_reader_free(reader);
}
END_TEST

START_TEST(the_header_constants_agree_with_the_schema)
{
    g_autofree char *path = stored("a.db");
    ck_assert_int_eq(number(path, "PRAGMA application_id"), STORE_APPLICATION_ID);
    ck_assert_int_eq(number(path, "PRAGMA user_version"), STORE_SCHEMA_VERSION);
    ck_assert_int_eq(number(path, "SELECT schema_version FROM run"), STORE_SCHEMA_VERSION);
}
END_TEST

START_TEST(the_schema_reference_names_every_table_view_and_column)
{
    g_autofree char *page = store_schema_reference();
    g_autofree char *path = stored("a.db");
    g_autoptr(StoreReader) reader = store_reader_open(path, NULL);
    g_autoptr(StoreRows) rows =
        store_ask(reader, "SELECT m.type, m.name, c.name FROM sqlite_schema AS m "
                          "JOIN pragma_table_info(m.name) AS c WHERE m.type IN ('table', 'view')");
    guint columns = 0;
    while (store_next(rows)) {
        g_autofree char *heading =
            g_strdup_printf("### %s `%s`\n", store_text(rows, 0), store_text(rows, 1));
        g_autofree char *column = g_strdup_printf("\n| `%s` |", store_text(rows, 2));
        const char      *section = strstr(page, heading);
        ck_assert_msg(section != NULL, "%s", heading);
        const char *end = strstr(section + 1, "\n### ");
        const char *found = strstr(section, column);
        ck_assert_msg(found != NULL && (end == NULL || found < end), "%s%s", heading, column);
        columns++;
    }
    ck_assert_uint_gt(columns, 150);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store");
    TCase *cases = tcase_create("store");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, the_same_outcome_gives_the_same_bytes);
    tcase_add_test(cases, an_equal_outcome_made_anew_gives_the_same_bytes);
    tcase_add_test(cases, writing_again_replaces_the_file_and_leaves_nothing_beside_it);
    tcase_add_test(cases, every_row_of_the_outcome_is_in_the_file);
    tcase_add_test(cases, figures_stand_in_the_columns_that_bear_their_names);
    tcase_add_test(cases, directories_of_the_scenario_are_not_stored);
    tcase_add_test(cases, the_books_balance_in_the_view_on_conservation);
    tcase_add_test(cases, availability_is_told_for_the_whole_run_and_during_each_fault);
    tcase_add_test(cases, the_whole_run_counts_even_when_it_ended_at_once);
    tcase_add_test(cases, references_between_tables_hold_and_the_file_is_sound);
    tcase_add_test(cases, several_runs_share_a_file_and_are_told_apart);
    tcase_add_test(cases, a_full_disk_is_an_error_that_leaves_nothing_behind);
    tcase_add_test(cases, a_failed_write_leaves_the_older_result_as_it_was);
    tcase_add_test(cases, a_directory_that_is_missing_is_an_error_with_advice);
    tcase_add_test(cases, a_file_that_is_no_database_is_refused);
    tcase_add_test(cases, a_database_of_others_is_refused);
    tcase_add_test(cases, a_result_with_another_schema_is_refused_and_says_which);
    tcase_add_test(cases, a_missing_result_is_an_error_and_is_not_created);
    tcase_add_test(cases, a_damaged_result_is_noticed_while_it_is_read);
    tcase_add_test(cases, the_header_constants_agree_with_the_schema);
    tcase_add_test(cases, the_schema_reference_names_every_table_view_and_column);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
