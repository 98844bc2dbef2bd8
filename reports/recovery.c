/*
 * recovery.c: the picture of where the time of each failover went.
 */
#include "reports/drawers.h"

#include <string.h>

#include "sim/base/text.h"
#include "sim/base/time.h"

#define MOST_ROWS 30u
#define LONGEST_NAME 42

typedef struct Rows {
    GPtrArray *names, *tooks;
    GArray    *ends, *heads;
    int64_t    longest;
    int64_t    failover, origin; /* of the stages being read */
} Rows;

static char *shortened(const char *text)
{
    if (g_utf8_strlen(text, -1) <= LONGEST_NAME)
        return g_strdup(text);
    g_autofree char *begin = g_utf8_substring(text, 0, LONGEST_NAME - 1);
    return g_strconcat(begin, "…", NULL);
}

static void add_row(Rows *rows, char *name, char *took, int64_t end, int64_t head)
{
    g_ptr_array_add(rows->names, name);
    g_ptr_array_add(rows->tooks, took);
    g_array_append_val(rows->ends, end);
    g_array_append_val(rows->heads, head);
}

static void add_stage(Rows *rows, const StoreRows *stage, GString *tsv, int64_t run_end)
{
    const char *name = store_text(stage, 2);
    const char *detail = store_text(stage, 3);
    bool        users = strcmp(name, "users") == 0;
    bool        finished = !store_is_null(stage, 5);
    int64_t     start = store_number(stage, 4) - rows->origin;
    int64_t     end = (finished ? store_number(stage, 5) : run_end) - rows->origin;

    g_autofree char *full = users || detail[0] == '\0' ? g_strdup(detail[0] == '\0' ? name : detail)
                                                       : g_strdup_printf("%s: %s", name, detail);
    char            *took = finished ? sim_text_duration(end - start) : g_strdup("not finished");
    g_string_append_printf(tsv, "%u\t", rows->names->len + 1);
    picture_append_seconds(tsv, start);
    g_string_append_c(tsv, '\t');
    picture_append_seconds(tsv, end);
    g_string_append_printf(tsv, "\t%d\t%d\t%" G_GINT64_FORMAT "\t%s\n", users, finished,
                           rows->failover, name);
    add_row(rows, shortened(full), took, end, 1);
    rows->longest = MAX(rows->longest, end);
}

static void read_stages(Rows *rows, const ReportCase *self, GString *tsv)
{
    g_autoptr(StoreRows) stages = report_ask(self, "restore.sql");
    while (store_next(stages) && rows->names->len < MOST_ROWS) {
        if (store_number(stages, 0) != rows->failover) {
            rows->failover = store_number(stages, 0);
            rows->origin = store_number(stages, 4);
            g_autofree char *at = sim_text_duration(rows->origin);
            add_row(rows, g_strdup_printf("%s lost at %s", store_text(stages, 1), at), g_strdup(""),
                    0, 0);
        }
        add_stage(rows, stages, tsv, self->end_ns);
    }
}

Picture *draw_recovery(const ReportCase *self)
{
    Rows     rows = {.names = g_ptr_array_new_with_free_func(g_free),
                     .tooks = g_ptr_array_new_with_free_func(g_free),
                     .ends = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                     .heads = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                     .failover = -1};
    GString *tsv = g_string_new("row\tstart\tend\tusers\tfinished\tfailover\tstage\n");
    read_stages(&rows, self, tsv);
    Picture *picture = NULL;
    if (rows.names->len > 0) {
        g_autofree char *subtitle = g_strdup_printf(
            "%s. Time since the failure. Blue: a stage of the recovery. Vermillion: what users "
            "nearby saw, from the first to the last window below 95 %%. Grey: not finished.",
            self->label);
        picture = picture_new(self->prefix, "recovery", 800, "Where the time of the recovery went",
                              subtitle);
        int64_t height =
            MAX((int64_t)480, (int64_t)picture->top + 50 + 24 * (int64_t)rows.names->len);
        picture_number(picture, "TOP", picture->top + 4);
        picture_height(picture, (uint32_t)height);
        picture_number(picture, "ROWS", rows.names->len);
        picture_seconds(picture, "END", MAX(rows.longest, 1));
        picture_time_ticks(picture, MAX(rows.longest, 1), 6);
        picture_texts(picture, "ROW_NAME", rows.names);
        picture_texts(picture, "ROW_TOOK", rows.tooks);
        picture_numbers(picture, "ROW_END", rows.ends, PICTURE_BILLIONTHS);
        picture_numbers(picture, "ROW_HEAD", rows.heads, PICTURE_WHOLE);
        g_string_append(picture->tsv, tsv->str);
    }
    g_string_free(tsv, TRUE);
    g_ptr_array_free(rows.names, TRUE);
    g_ptr_array_free(rows.tooks, TRUE);
    g_array_free(rows.ends, TRUE);
    g_array_free(rows.heads, TRUE);
    return picture;
}
