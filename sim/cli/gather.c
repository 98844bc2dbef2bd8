/*
 * gather.c: from the arguments of `compare` to columns of runs.
 *
 *   scenarios --vary--> plans --seeds--> runs --> one result file --+
 *   result files ---------------------------------------------------+--> runs --> columns
 *
 * What is played is written to a result file and read back like any other, so that there is one way
 * to look at a run. Like is compared with like: only seeds that all columns have are kept.
 */
#include "sim/cli/gather.h"

#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>

#include "sim/base/version.h"
#include "sim/cli/cast.h"
#include "sim/cli/json.h"
#include "sim/cli/result.h"
#include "sim/cli/stop.h"
#include "sim/explore/pool.h"
#include "sim/store/writer.h"

#define RUNS_MOST 10000u
#define TITLE_WIDTH 18

typedef struct Playing {
    GArray      *jobs; /* ExploreJob */
    StoreWriter *writer;
    CliProgress *progress;
} Playing;

static void column_free(gpointer pointer)
{
    CliColumn *column = pointer;
    g_free(column->title);
    g_free(column->about);
    g_free(column->varied);
    g_ptr_array_free(column->cases, TRUE);
    g_ptr_array_free(column->paths, TRUE);
    g_free(column);
}

static CliColumn *column_new(CliGathering *self, guint argument, const char *about,
                             const char *varied)
{
    CliColumn *column = g_new0(CliColumn, 1);
    column->argument = argument;
    column->about = g_strdup(about);
    column->varied = g_strdup(varied);
    column->cases = g_ptr_array_new();
    column->paths = g_ptr_array_new();
    g_ptr_array_add(self->columns, column);
    return column;
}

/* --- playing --- */

static void on_outcome(void *user, uint32_t index, Outcome *outcome)
{
    Playing *playing = user;
    store_writer_add(playing->writer, outcome);
    outcome_free(outcome);
    cli_progress_count(playing->progress, index + 1, playing->jobs->len);
}

static void play_all(CliGathering *self, const GPtrArray *casts, StoreWriter *writer)
{
    Playing playing = {g_array_new(FALSE, FALSE, sizeof(ExploreJob)), writer,
                       cli_progress_begin("runs")};
    for (guint i = 0; i < casts->len; i++) {
        const CliCast *cast = casts->pdata[i];
        for (uint32_t s = 0; s < cast->seed_count; s++) {
            ExploreJob job = {.plan = cast->plan, .seed = cast->seeds[s]};
            g_array_append_val(playing.jobs, job);
        }
    }
    explore_play((const ExploreJob *)(gpointer)playing.jobs->data, playing.jobs->len, self->workers,
                 on_outcome, &playing);
    cli_progress_end(playing.progress);
    self->played = playing.jobs->len;
    g_array_free(playing.jobs, TRUE);
}

/* --- reading results --- */

static bool result_read(CliGathering *self, const char *database, GError **error)
{
    StoreReader *reader = store_reader_open(database, error);
    if (reader == NULL)
        return false;
    g_ptr_array_add(self->readers, reader);
    report_cases_read(reader, self->cases);
    return store_reader_check(reader, error);
}

/* The runs of the file, in the order in which they were played, into their columns. */
static void cast_columns(CliGathering *self, const GPtrArray *casts, guint first_case)
{
    guint next = first_case;
    for (guint i = 0; i < casts->len; i++) {
        const CliCast *cast = casts->pdata[i];
        CliColumn     *column = column_new(self, cast->argument, cast->about, cast->varied);
        for (uint32_t s = 0; s < cast->seed_count; s++)
            g_ptr_array_add(column->cases, self->cases->pdata[next++]);
    }
}

static char *meta_text(const GPtrArray *casts)
{
    CliJson *json = cli_json_begin_bare();
    cli_json_number(json, "schema", 1);
    cli_json_text(json, "made_by", "faultline " FAULTLINE_VERSION);
    cli_json_array(json, "columns");
    for (guint i = 0; i < casts->len; i++)
        cli_json_text(json, NULL, ((const CliCast *)casts->pdata[i])->about);
    cli_json_close(json);
    return cli_json_end(json);
}

/* Writes what was played and reads it back; kept only if the user named a place. */
static bool keep_in(CliGathering *self, const GPtrArray *casts, StoreWriter *writer,
                    CliResult *result, GError **error)
{
    char *database = g_build_filename(cli_result_place(result), "result.db", NULL);
    guint first_case = self->cases->len;
    bool  fine = store_writer_save(writer, database, error) && result_read(self, database, error);
    g_free(database);
    if (fine)
        cast_columns(self, casts, first_case);
    if (fine && self->out != NULL && !cli_stopped()) {
        char *meta = meta_text(casts);
        fine =
            cli_result_write(result, "meta.json", meta, error) && cli_result_commit(result, error);
        g_free(meta);
    }
    return fine;
}

/* Nowhere is a folder of our own among the temporary files. */
static bool keep(CliGathering *self, const GPtrArray *casts, StoreWriter *writer, GError **error)
{
    cli_stop_hold();
    char      *shelter = self->out == NULL ? g_dir_make_tmp("faultline-XXXXXX", error) : NULL;
    char      *place = self->out != NULL ? g_strdup(self->out)
                       : shelter != NULL ? g_build_filename(shelter, "runs", NULL)
                                         : NULL;
    CliResult *result = place != NULL ? cli_result_begin(place, error) : NULL;
    bool fine = result != NULL && (writer == NULL || keep_in(self, casts, writer, result, error));
    cli_result_free(result);
    if (shelter != NULL)
        (void)g_rmdir(shelter);
    g_free(place);
    g_free(shelter);
    cli_stop_release();
    return fine;
}

static CliExit code_of(const GError *error)
{
    if (g_error_matches(error, CLI_RESULT_ERROR, CLI_RESULT_ERROR_REFUSED))
        return CLI_USER;
    return CLI_MACHINE;
}

static bool runs_few_enough(const GPtrArray *casts)
{
    uint64_t runs = 0;
    for (guint i = 0; i < casts->len; i++)
        runs += ((const CliCast *)casts->pdata[i])->seed_count;
    if (runs > RUNS_MOST)
        cli_complain("compare: %" PRIu64 " runs are too many at once (%u); ask for fewer seeds",
                     runs, RUNS_MOST);
    return runs <= RUNS_MOST;
}

static bool play_casts(CliGathering *self, const GPtrArray *casts, CliExit *out_code)
{
    GError *error = NULL;
    /* A place that is refused should not cost long runs. */
    bool fine = keep(self, casts, NULL, &error);
    if (fine) {
        StoreWriter *writer = store_writer_new();
        play_all(self, casts, writer);
        fine = keep(self, casts, writer, &error);
        store_writer_free(writer);
    }
    if (!fine) {
        cli_complain("compare: %s", error->message);
        *out_code = code_of(error);
        g_error_free(error);
    }
    return fine;
}

/* --- sorting stored runs into columns --- */

static const ReportCase *case_at(const CliColumn *column, guint index)
{
    return column->cases->pdata[index];
}

static bool seed_in(const GPtrArray *cases, uint64_t seed)
{
    for (guint i = 0; i < cases->len; i++)
        if (((const ReportCase *)cases->pdata[i])->seed == seed)
            return true;
    return false;
}

static bool has_seed(const CliColumn *column, uint64_t seed)
{
    return seed_in(column->cases, seed);
}

/* The column of that plan, unless it has a run of that seed already: then a new one. */
static CliColumn *column_for(CliGathering *self, guint from, const ReportCase *run, guint argument)
{
    for (guint i = from; i < self->columns->len; i++) {
        CliColumn *column = self->columns->pdata[i];
        if (strcmp(case_at(column, 0)->plan_hash, run->plan_hash) == 0 &&
            !has_seed(column, run->seed))
            return column;
    }
    return column_new(self, argument, self->paths->pdata[argument], "");
}

static bool stored_add(CliGathering *self, guint argument, guint from)
{
    const char *path = self->paths->pdata[argument];
    GError     *error = NULL;
    char       *database = g_file_test(path, G_FILE_TEST_IS_DIR)
                               ? g_build_filename(path, "result.db", NULL)
                               : g_strdup(path);
    guint       first = self->cases->len;
    bool        fine = result_read(self, database, &error);
    if (!fine) {
        cli_complain("compare: %s", error->message);
        g_error_free(error);
    }
    for (guint i = first; fine && i < self->cases->len; i++) {
        ReportCase *run = self->cases->pdata[i];
        CliColumn  *column = column_for(self, from, run, argument);
        g_ptr_array_add(column->cases, run);
        g_ptr_array_add(column->paths, self->paths->pdata[argument]);
    }
    g_free(database);
    return fine;
}

/* One plan only: what is compared are its seeds. */
static void columns_by_seed(CliGathering *self)
{
    CliColumn *only = self->columns->pdata[0];
    if (self->columns->len != 1 || only->cases->len < 2 || self->played > 0)
        return;
    for (guint i = 1; i < only->cases->len; i++) {
        CliColumn *column = column_new(self, only->argument, only->paths->pdata[i], "");
        g_ptr_array_add(column->cases, only->cases->pdata[i]);
        column->title = g_strdup_printf("seed %" PRIu64, case_at(only, i)->seed);
    }
    only->title = g_strdup_printf("seed %" PRIu64, case_at(only, 0)->seed);
    g_ptr_array_set_size(only->cases, 1);
    g_ptr_array_set_size(only->paths, 1);
}

/* "out/a and 2 more" for a column of several results. */
static void abouts_complete(CliGathering *self)
{
    for (guint i = 0; i < self->columns->len; i++) {
        CliColumn *column = self->columns->pdata[i];
        guint      more = 0;
        for (guint k = 1; k < column->paths->len; k++)
            more += column->paths->pdata[k] != column->paths->pdata[k - 1] ? 1 : 0;
        if (more == 0)
            continue;
        char *about = g_strdup_printf("%s and %u more", column->about, more);
        g_free(column->about);
        column->about = about;
    }
}

/* --- like with like --- */

static gint by_seed(gconstpointer left, gconstpointer right)
{
    const ReportCase *a = *(const ReportCase *const *)left;
    const ReportCase *b = *(const ReportCase *const *)right;
    return a->seed < b->seed ? -1 : a->seed > b->seed;
}

static bool seed_everywhere(const CliGathering *self, uint64_t seed)
{
    for (guint i = 0; i < self->columns->len; i++)
        if (!has_seed(self->columns->pdata[i], seed))
            return false;
    return true;
}

static bool columns_by_one_plan(const CliGathering *self)
{
    for (guint i = 0; i < self->columns->len; i++)
        if (((const CliColumn *)self->columns->pdata[i])->title == NULL)
            return false;
    return true;
}

/* Keeps the seeds that all columns have. */
static bool seeds_match(CliGathering *self)
{
    guint left_out = 0;
    if (columns_by_one_plan(self))
        return true;
    for (guint i = 0; i < self->columns->len; i++) {
        CliColumn *column = self->columns->pdata[i];
        GPtrArray *kept = g_ptr_array_new();
        for (guint k = 0; k < column->cases->len; k++) {
            uint64_t seed = case_at(column, k)->seed;
            if (!seed_everywhere(self, seed))
                left_out++;
            else if (!seed_in(kept, seed))
                g_ptr_array_add(kept, column->cases->pdata[k]);
        }
        if (kept->len == 0) {
            cli_complain("compare: the plans were not played with the same seeds (%s: seed "
                         "%" PRIu64 "); play them with the same --seed",
                         column->about, case_at(column, 0)->seed);
            g_ptr_array_free(kept, TRUE);
            return false;
        }
        g_ptr_array_sort(kept, by_seed);
        g_ptr_array_free(column->cases, TRUE);
        column->cases = kept;
    }
    if (left_out > 0)
        cli_warn("compare: %u run%s left out: not every plan was played with that seed", left_out,
                 left_out == 1 ? " was" : "s were");
    return true;
}

/* --- titles --- */

static char *option_of(const ReportCase *run, const char *choice)
{
    StoreRows *rows =
        store_ask(run->reader, "SELECT chosen FROM choice WHERE run_id = ?1 AND name = ?2");
    store_bind_number(rows, 1, run->run);
    store_bind_text(rows, 2, choice);
    char *chosen = store_next(rows) ? g_strdup(store_text(rows, 0)) : NULL;
    store_rows_free(rows);
    return chosen;
}

/* The options of the choices that the columns made differently: "two, wait". Owned. */
static char *title_by_choice(const CliGathering *self, const CliColumn *column)
{
    GString   *title = g_string_new(NULL);
    StoreRows *rows = store_ask(column->first->reader,
                                "SELECT name, chosen FROM choice WHERE run_id = ?1 ORDER BY seq");
    store_bind_number(rows, 1, column->first->run);
    while (store_next(rows)) {
        bool differs = false;
        for (guint i = 0; i < self->columns->len; i++) {
            const CliColumn *other = self->columns->pdata[i];
            char            *chosen = option_of(other->first, store_text(rows, 0));
            differs = differs || g_strcmp0(chosen, store_text(rows, 1)) != 0;
            g_free(chosen);
        }
        if (differs)
            g_string_append_printf(title, "%s%s", title->len > 0 ? ", " : "", store_text(rows, 1));
    }
    store_rows_free(rows);
    return g_string_free(title, FALSE);
}

typedef enum TitleWay {
    TITLE_VARIED,
    TITLE_CHOICE,
    TITLE_SCENARIO,
    TITLE_PATH,
    TITLE_LETTER,
} TitleWay;

/* The result directory says more than the name of the file in it. */
static char *path_title(const char *path)
{
    char *title = g_path_get_basename(path);
    if (strcmp(title, "result.db") == 0) {
        char *folder = g_path_get_dirname(path);
        g_free(title);
        title = g_path_get_basename(folder);
        g_free(folder);
    }
    return title;
}

static char *title_in(const CliGathering *self, guint index, TitleWay way)
{
    const CliColumn *column = self->columns->pdata[index];
    switch (way) {
    case TITLE_VARIED:
        return g_strdup(column->varied);
    case TITLE_CHOICE:
        return title_by_choice(self, column);
    case TITLE_SCENARIO:
        return g_strdup(column->first->scenario);
    case TITLE_PATH:
        return path_title(column->about);
    case TITLE_LETTER:
        return g_strdup_printf("%c", (char)('A' + index));
    }
    return g_strdup("");
}

/* Whether that way gives every column a short name of its own. */
static bool titles_good(char **titles, guint count)
{
    for (guint i = 0; i < count; i++) {
        if (titles[i][0] == '\0' || g_utf8_strlen(titles[i], -1) > TITLE_WIDTH)
            return false;
        for (guint k = 0; k < i; k++)
            if (strcmp(titles[i], titles[k]) == 0)
                return false;
    }
    return true;
}

static void titles_give(CliGathering *self)
{
    guint count = self->columns->len;
    for (TitleWay way = TITLE_VARIED; way <= TITLE_LETTER; way++) {
        char **titles = g_new0(char *, count + 1);
        for (guint i = 0; i < count; i++)
            titles[i] = title_in(self, i, way);
        bool good = titles_good(titles, count);
        for (guint i = 0; good && i < count; i++) {
            CliColumn *column = self->columns->pdata[i];
            if (column->title == NULL)
                column->title = g_strdup(titles[i]);
        }
        g_strfreev(titles);
        if (good)
            return;
    }
}

/* --- the same twice --- */

static char *engine_of(const ReportCase *run)
{
    StoreRows *rows = store_ask(run->reader, "SELECT engine_version FROM run WHERE run_id = ?1");
    store_bind_number(rows, 1, run->run);
    char *version = g_strdup(store_next(rows) ? store_text(rows, 0) : "");
    store_rows_free(rows);
    return version;
}

static bool unlike(const ReportCase *a, const ReportCase *b)
{
    if (strcmp(a->plan_hash, b->plan_hash) != 0 || a->seed != b->seed ||
        strcmp(a->results_fingerprint, b->results_fingerprint) == 0)
        return false;
    char *first = engine_of(a);
    char *second = engine_of(b);
    bool  same_engine = strcmp(first, second) == 0;
    g_free(second);
    g_free(first);
    return same_engine;
}

/* Same plan, seed and engine have to give the same results. */
static void reproducible_check(CliGathering *self)
{
    for (guint i = 0; i < self->cases->len && self->unlike == NULL; i++)
        for (guint k = 0; k < i && self->unlike == NULL; k++)
            if (unlike(self->cases->pdata[i], self->cases->pdata[k]))
                self->unlike = g_strdup_printf(
                    "plan %s, seed %" PRIu64 " was played twice with different results",
                    ((const ReportCase *)self->cases->pdata[i])->plan_hash,
                    ((const ReportCase *)self->cases->pdata[i])->seed);
}

static void unfinished_count(CliGathering *self)
{
    for (guint i = 0; i < self->columns->len; i++) {
        const CliColumn *column = self->columns->pdata[i];
        for (guint k = 0; k < column->cases->len; k++)
            self->unfinished += strcmp(case_at(column, k)->verdict, "inconclusive") == 0 ? 1 : 0;
    }
}

/* --- the whole --- */

/* Columns of one argument stay in their order: the sort is stable. */
static gint by_argument(gconstpointer left, gconstpointer right)
{
    const CliColumn *a = *(const CliColumn *const *)left;
    const CliColumn *b = *(const CliColumn *const *)right;
    return a->argument < b->argument ? -1 : a->argument > b->argument;
}

static bool is_scenario(const char *path)
{
    return g_str_has_suffix(path, ".lua");
}

/* Scenarios first: a mistake in one should not cost the reading of the rest. */
static bool gather_all(CliGathering *self, GPtrArray *casts, CliExit *out_code)
{
    for (guint i = 0; i < self->paths->len; i++)
        if (is_scenario(self->paths->pdata[i]) && !cli_cast(self, i, casts))
            return false;
    if (casts->len == 0 && (self->varied != NULL || self->sets != NULL || self->seeds != NULL)) {
        cli_complain("compare: --vary, --set and --seed are for scenarios; stored results are "
                     "compared as they are");
        return false;
    }
    if (!runs_few_enough(casts) || (casts->len > 0 && !play_casts(self, casts, out_code)))
        return false;
    guint from = self->columns->len;
    for (guint i = 0; i < self->paths->len; i++)
        if (!is_scenario(self->paths->pdata[i]) && !stored_add(self, i, from))
            return false;
    columns_by_seed(self);
    g_ptr_array_sort(self->columns,
                     by_argument); /* the first one is what others are held against */
    if (self->columns->len < 2 || self->columns->len > CLI_COLUMNS_MOST) {
        if (self->columns->len < 2)
            cli_complain("compare: one run and nothing to compare it with; give another result, "
                         "scenario or option");
        else
            cli_complain("compare: %u columns; at most %u fit side by side", self->columns->len,
                         CLI_COLUMNS_MOST);
        return false;
    }
    return seeds_match(self);
}

bool cli_gather(CliGathering *self, CliExit *out_code)
{
    GPtrArray *casts = g_ptr_array_new_with_free_func(cli_cast_free);
    *out_code = CLI_USER;
    self->columns = g_ptr_array_new_with_free_func(column_free);
    self->cases = g_ptr_array_new_with_free_func((GDestroyNotify)report_case_free);
    self->readers = g_ptr_array_new_with_free_func((GDestroyNotify)store_reader_free);
    bool fine = gather_all(self, casts, out_code);
    g_ptr_array_free(casts, TRUE);
    for (guint i = 0; fine && i < self->columns->len; i++) {
        CliColumn *column = self->columns->pdata[i];
        column->first = column->cases->pdata[0];
    }
    if (fine) {
        titles_give(self);
        abouts_complete(self);
        reproducible_check(self);
        unfinished_count(self);
    }
    return fine;
}

void cli_gather_clear(CliGathering *self)
{
    if (self->columns == NULL)
        return;
    g_ptr_array_free(self->columns, TRUE);
    g_ptr_array_free(self->cases, TRUE);
    g_ptr_array_free(self->readers, TRUE);
    g_free(self->unlike);
}
