/*
 * report.c: puts a report together: reads the cases, draws, tells, writes.
 */
#include "reports/report.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "reports/case.h"
#include "reports/chapters.h"
#include "reports/drawers.h"
#include "reports/page.h"
#include "reports/table.h"
#include "sim/base/assert.h"

#define MOST_TOLD 8u /* of a sweep, only so many runs get their own chapters */

typedef struct Report {
    GPtrArray  *readers; /* of StoreReader */
    GPtrArray  *cases;   /* of ReportCase */
    const char *directory;
    char       *plots;
    bool        gnuplot_missing;
    GString    *warnings;
} Report;

static void reader_free(gpointer reader)
{
    store_reader_free(reader);
}

static void case_free(gpointer self)
{
    report_case_free(self);
}

static bool open_results(Report *report, const char *const *databases, size_t count, GError **error)
{
    for (size_t i = 0; i < count; i++) {
        StoreReader *reader = store_reader_open(databases[i], error);
        if (reader == NULL)
            return false;
        g_ptr_array_add(report->readers, reader);
        report_cases_read(reader, report->cases);
        if (!store_reader_check(reader, error))
            return false;
    }
    if (report->cases->len == 0) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_READ, "%s: the result holds no run",
                    databases[0]);
        return false;
    }
    report_cases_name(report->cases);
    return true;
}

/* A run told twice counts twice in every comparison. */
static void warn_of_twins(const Report *report)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < report->cases->len; i++) {
        const ReportCase *self = g_ptr_array_index(report->cases, i);
        char *key = g_strdup_printf("%s %" G_GUINT64_FORMAT " %s", self->plan_hash, self->seed,
                                    self->results_fingerprint);
        if (!g_hash_table_add(known, key))
            g_string_append_printf(report->warnings,
                                   "the same result was given twice: %s (plan %.6s)\n", self->label,
                                   self->plan_hash);
    }
}

static bool check_results(const Report *report, GError **error)
{
    for (guint i = 0; i < report->readers->len; i++)
        if (!store_reader_check(g_ptr_array_index(report->readers, i), error))
            return false;
    return true;
}

static bool make_directory(const char *path, GError **error)
{
    if (g_mkdir_with_parents(path, 0777) == 0)
        return true;
    g_set_error(error, REPORT_ERROR, REPORT_ERROR_WRITE,
                "%s: the directory of the report could not be made: %s", path, g_strerror(errno));
    return false;
}

/* Draws both forms of a picture, and takes the narrow one; NULL is a picture without content. */
static bool draw(Report *report, Picture *wide, Picture *narrow, GError **error)
{
    bool written =
        wide == NULL ||
        (picture_draw(wide, report->plots, &report->gnuplot_missing, report->warnings, error) &&
         /* What fails once would only fail again. */
         (!wide->drawn ||
          picture_draw(narrow, report->plots, &report->gnuplot_missing, report->warnings, error)));
    picture_free(narrow);
    return written;
}

static bool tell_case(Report *report, GString *page, const ReportCase *self, unsigned level,
                      GError **error)
{
    Picture *(*const drawers[])(const ReportCase *,
                                bool) = {draw_availability, draw_threads,   draw_lag,  draw_latency,
                                         draw_recovery,     draw_discarded, draw_users};
    Picture *drawn[G_N_ELEMENTS(drawers)] = {NULL};
    bool     told = true;
    for (size_t i = 0; i < G_N_ELEMENTS(drawers) && told; i++) {
        drawn[i] = drawers[i](self, false);
        told = draw(report, drawn[i], drawers[i](self, true), error);
    }
    ReportPictures pictures = {drawn[0], drawn[1], drawn[2], drawn[3],
                               drawn[4], drawn[5], drawn[6]};
    if (told)
        chapters_of_case(page, self, &pictures, level);
    for (size_t i = 0; i < G_N_ELEMENTS(drawn); i++)
        picture_free(drawn[i]);
    return told;
}

static void tell_about(GString *page, const ReportCase *self)
{
    g_autoptr(StoreRows) run = report_ask(self, "run.sql");
    if (!store_next(run) || store_text(run, 1)[0] == '\0')
        return;
    g_autofree char *about = table_escape(store_text(run, 1));
    g_string_append_printf(page, "> %s\n\n", about);
}

static guint count_scenarios(const GPtrArray *cases)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < cases->len; i++) {
        const ReportCase *self = g_ptr_array_index(cases, i);
        g_hash_table_add(names, self->scenario);
    }
    return g_hash_table_size(names);
}

static char *title_of(const Report *report)
{
    const ReportCase *first = g_ptr_array_index(report->cases, 0);
    if (report->cases->len == 1) {
        g_autofree char *headline = chapter_headline(first);
        return g_strdup_printf("%s: %s", first->scenario, headline);
    }
    guint scenarios = count_scenarios(report->cases);
    if (scenarios > 1)
        return g_strdup_printf("%u runs of %u scenarios compared", report->cases->len, scenarios);
    return g_strdup_printf("%s: %u runs compared", first->scenario, report->cases->len);
}

static bool tell_all(Report *report, GString *page, GError **error)
{
    g_autofree char  *title = title_of(report);
    g_autofree char  *plain = table_escape(title);
    const ReportCase *first = g_ptr_array_index(report->cases, 0);
    g_string_append_printf(page, "# %s\n\n", plain);
    bool several = count_scenarios(report->cases) > 1;
    if (!several)
        tell_about(page, first);
    if (report->cases->len == 1)
        return tell_case(report, page, first, 2, error);

    Picture *tradeoff = draw_tradeoff(report->cases, false);
    bool     told = draw(report, tradeoff, draw_tradeoff(report->cases, true), error);
    if (told)
        chapter_comparison(page, report->cases, tradeoff);
    picture_free(tradeoff);
    guint most = MIN(report->cases->len, MOST_TOLD);
    for (guint i = 0; i < most && told; i++) {
        const ReportCase *self = g_ptr_array_index(report->cases, i);
        g_autofree char  *label = table_escape(self->label);
        g_string_append_printf(page, "\n## %s\n\n", label);
        if (several)
            tell_about(page, self);
        told = tell_case(report, page, self, 3, error);
    }
    if (told && most < report->cases->len)
        g_string_append_printf(page, "\nThe other %u runs are in the comparison only.\n",
                               report->cases->len - most);
    return told;
}

static bool write_page(const char *directory, const char *name, const char *text, GError **error)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autoptr(GError) cause = NULL;
    if (g_file_set_contents(path, text, -1, &cause))
        return true;
    g_set_error(error, REPORT_ERROR, REPORT_ERROR_WRITE, "the report could not be written: %s",
                cause->message);
    return false;
}

static bool write_report(Report *report, const char *const *databases, size_t count, GError **error)
{
    if (!open_results(report, databases, count, error) || !make_directory(report->plots, error))
        return false;
    warn_of_twins(report);
    g_autoptr(GString) page = g_string_new(NULL);
    if (!tell_all(report, page, error) || !check_results(report, error))
        return false;
    g_autofree char *title = title_of(report);
    g_autofree char *html = page_from_markdown(page->str, title, report->directory);
    return write_page(report->directory, "report.md", page->str, error) &&
           write_page(report->directory, "report.html", html, error);
}

bool report_write(const char *const *databases, size_t count, const char *directory, GError **error,
                  char **out_warning)
{
    SIM_ASSERT(count > 0);
    Report report = {.readers = g_ptr_array_new_with_free_func(reader_free),
                     .cases = g_ptr_array_new_with_free_func(case_free),
                     .directory = directory,
                     .plots = g_build_filename(directory, "plots", NULL),
                     .warnings = g_string_new(NULL)};
    bool   written = write_report(&report, databases, count, error);
    if (written && out_warning != NULL)
        *out_warning =
            report.warnings->len == 0 ? NULL : g_strdup(g_strchomp(report.warnings->str));
    g_string_free(report.warnings, TRUE);
    g_ptr_array_free(report.cases, TRUE);
    g_ptr_array_free(report.readers, TRUE);
    g_free(report.plots);
    return written;
}
