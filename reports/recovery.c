/*
 * recovery.c: the picture of where the time of each failover went.
 */
#include "reports/drawers.h"

#include <string.h>

#include "sim/base/text.h"
#include "sim/base/time.h"

#define MOST_ROWS 30u
#define LONGEST_NAME 42
#define BAR 0.32 /* half of a bar, in rows */
/* Of a bar that has all stages of a failover, and of the thin one under it for what lies beside. */
#define THICK_TOP 0.34
#define THICK_END 0.10
#define THIN_END 0.34
#define NARROWEST 50 /* a stage's name is written into its bar where that is so wide, in pixels */
#define PLOT_WIDTH 390

typedef enum Colour { STAGE, STAGE_DARK, USERS, UNFINISHED } Colour; /* of plots/recovery.gp */

typedef struct Row {                  /* of the table of recoveries */
    int64_t     failover, start, end; /* from its beginning; end: of the run if unfinished */
    bool        users, finished;
    const char *region, *stage, *detail;
} Row;

typedef struct Rows {
    GPtrArray *names, *tooks; /* of each row of the picture */
    GArray    *ends, *heads;
    GPtrArray *inside; /* names within bars */
    GArray    *inside_at, *inside_row;
    int64_t    longest;
} Rows;

static const char *keep(GStringChunk *texts, const char *text)
{
    return g_string_chunk_insert_const(texts, text);
}

/* All stages of the case, and when each failover began. */
static GArray *read_stages(const ReportCase *self, GStringChunk *texts, GArray *origins)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Row));
    int64_t failover = -1;
    int64_t origin = 0;
    g_autoptr(StoreRows) stages = report_ask(self, "restore.sql");
    while (store_next(stages)) {
        if (store_number(stages, 0) != failover) {
            failover = store_number(stages, 0);
            origin = store_number(stages, 4);
            g_array_append_val(origins, origin);
        }
        bool finished = !store_is_null(stages, 5);
        Row  row = {.failover = failover,
                    .start = store_number(stages, 4) - origin,
                    .end = (finished ? store_number(stages, 5) : self->end_ns) - origin,
                    .finished = finished,
                    .region = keep(texts, store_text(stages, 1)),
                    .stage = keep(texts, store_text(stages, 2)),
                    .detail = keep(texts, store_text(stages, 3))};
        row.users = strcmp(row.stage, "users") == 0;
        g_array_append_val(all, row);
    }
    return all;
}

static char *shortened(char *text)
{
    if (g_utf8_strlen(text, -1) <= LONGEST_NAME)
        return text;
    g_autofree char *whole = text;
    g_autofree char *begin = g_utf8_substring(whole, 0, LONGEST_NAME - 1);
    return g_strconcat(begin, "…", NULL);
}

static void add_row(Rows *rows, char *name, char *took, int64_t end, int64_t head)
{
    g_ptr_array_add(rows->names, shortened(name));
    g_ptr_array_add(rows->tooks, took);
    g_array_append_val(rows->ends, end);
    g_array_append_val(rows->heads, head);
}

/* A bar from `up` above the middle of the latest row to `down` below it. */
static void add_bar(Rows *rows, GString *tsv, const Row *row, double up, double down, Colour colour)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(tsv, "%u\t", rows->names->len);
    picture_append_seconds(tsv, row->start);
    g_string_append_c(tsv, '\t');
    picture_append_seconds(tsv, row->end);
    g_string_append_printf(tsv, "\t%s", g_ascii_formatd(number, sizeof number, "%.2f", up));
    g_string_append_printf(tsv, "\t%s", g_ascii_formatd(number, sizeof number, "%.2f", down));
    g_string_append_printf(tsv, "\t%d\t%d\t%" G_GINT64_FORMAT "\t%s\n",
                           row->finished ? colour : UNFINISHED, row->finished, row->failover,
                           row->stage);
    rows->longest = MAX(rows->longest, row->end);
}

/* What began when: a failover begins with a region that is missed, unless somebody ordered it. */
static char *heading(const Row *first, int64_t origin, const char *heir)
{
    g_autofree char *at = sim_text_duration(origin);
    if (strcmp(first->stage, "detect") != 0 && strcmp(first->stage, "fence") != 0)
        return g_strdup_printf("%s%s%s, switched at %s", first->region, heir == NULL ? "" : " > ",
                               heir == NULL ? "" : heir, at);
    return g_strdup_printf("%s%s%s, %s %s", first->region, heir == NULL ? "" : " > ",
                           heir == NULL ? "" : heir,
                           strcmp(first->stage, "fence") == 0 ? "ordered at" : "missed at", at);
}

/* On the way back the region itself is the one that everything is done to. */
static bool is_back(const char *stage)
{
    return strcmp(stage, "return") == 0 || strcmp(stage, "rebuild") == 0 ||
           strcmp(stage, "catch up") == 0 || strcmp(stage, "switch back") == 0;
}

/* ---- few: a bar for each stage ----------------------------------------------------------- */

static void add_stage(Rows *rows, const Row *row, GString *tsv)
{
    bool  named = row->detail[0] == '\0' || is_back(row->stage);
    char *name = row->users ? g_strdup_printf("%s, users near %s", row->detail, row->region)
                 : named    ? g_strdup(row->stage)
                            : g_strdup_printf("%s: %s", row->stage, row->detail);
    char *took =
        row->finished ? sim_text_duration(row->end - row->start) : g_strdup("not finished");
    add_row(rows, name, took, row->end, 1);
    add_bar(rows, tsv, row, BAR, BAR, row->users ? USERS : STAGE);
}

static void draw_stages(Rows *rows, const GArray *all, const GArray *origins, GString *tsv)
{
    int64_t failover = -1;
    guint   number = 0;
    for (guint i = 0; i < all->len; i++) {
        const Row *row = &g_array_index(all, Row, i);
        if (row->failover != failover)
            add_row(rows, heading(row, g_array_index(origins, int64_t, number++), NULL),
                    g_strdup(""), 0, 0);
        failover = row->failover;
        add_stage(rows, row, tsv);
    }
}

/* ---- many: a bar for each failover ------------------------------------------------------- */

static void name_inside(Rows *rows, const Row *row, int64_t longest)
{
    if ((row->end - row->start) / 1000 * PLOT_WIDTH < longest / 1000 * NARROWEST)
        return;
    int64_t middle = row->start + (row->end - row->start) / 2;
    int64_t number = rows->names->len;
    g_ptr_array_add(rows->inside, g_strdup(row->stage));
    g_array_append_val(rows->inside_at, middle);
    g_array_append_val(rows->inside_row, number);
}

/* The stages of one failover in one row; those that lie beside them in a thin bar below. */
static void add_failover(Rows *rows, const Row *first, guint count, int64_t origin, int64_t longest,
                         GString *tsv)
{
    const char *heir = NULL;
    int64_t     end = 0;
    int64_t     done = 0;
    bool        called_off = false;
    bool        finished = true;
    for (guint i = 0; i < count; i++) {
        end = MAX(end, first[i].end);
        if (first[i].users)
            continue;
        called_off |= strcmp(first[i].detail, "called off") == 0;
        finished &= first[i].finished;
        done = MAX(done, first[i].end);
        if (first[i].detail[0] != '\0' && !called_off)
            heir = first[i].detail;
    }
    g_autofree char *whole = sim_text_duration(done);
    add_row(rows, heading(first, origin, heir),
            !finished    ? g_strdup("not finished")
            : called_off ? g_strdup_printf("called off, %s", whole)
                         : g_strdup(whole),
            end, 1);
    for (guint i = 0, stage = 0; i < count; i++) {
        const Row *row = &first[i];
        bool       beside = row->users || strcmp(row->stage, "reconcile") == 0;
        if (beside) {
            add_bar(rows, tsv, row, -THICK_END, THIN_END, row->users ? USERS : STAGE_DARK);
            continue;
        }
        add_bar(rows, tsv, row, THICK_TOP, THICK_END, stage % 2 == 0 ? STAGE : STAGE_DARK);
        stage += row->end > row->start; /* one without a length is not seen between two others */
        name_inside(rows, row, longest);
    }
}

static void draw_failovers(Rows *rows, const GArray *all, const GArray *origins, GString *tsv)
{
    int64_t longest = 1;
    for (guint i = 0; i < all->len; i++)
        longest = MAX(longest, g_array_index(all, Row, i).end);
    guint number = 0;
    for (guint i = 0; i < all->len && number < MOST_ROWS; number++) {
        const Row *first = &g_array_index(all, Row, i);
        guint      count = 1;
        while (i + count < all->len && first[count].failover == first->failover)
            count++;
        add_failover(rows, first, count, g_array_index(origins, int64_t, number), longest, tsv);
        i += count;
    }
}

/* ---- the picture ------------------------------------------------------------------------- */

static char *subtitle_of(const ReportCase *self, bool many, guint failovers)
{
    if (!many)
        return g_strdup_printf(
            "%s. Time since the failure. Blue: a stage of the recovery. Vermillion: users near "
            "the region that failed were served less than 95 %%, whoever answered them. Grey: "
            "not finished.",
            self->label);
    g_autofree char *more = failovers <= MOST_ROWS
                                ? g_strdup("")
                                : g_strdup_printf(" The first %u; %u more are in the table.",
                                                  MOST_ROWS, failovers - MOST_ROWS);
    return g_strdup_printf(
        "%s. A row per failover, its time since the failure. Blue, light and dark in turn: its "
        "stages. Thin: users near it were served less than 95 %% (vermillion), and what is put "
        "back beside (blue). Grey: not finished.%s",
        self->label, more);
}

static Picture *picture_of(const ReportCase *self, const Rows *rows, const char *subtitle,
                           const GString *tsv, bool narrow)
{
    Picture *picture = picture_new(self->prefix, "recovery", narrow ? PICTURE_NARROW : 800,
                                   "Where the time of the recovery went", subtitle);
    int64_t  height = (int64_t)picture->top + 50 + (narrow ? 44 : 24) * (int64_t)rows->names->len;
    picture_number(picture, "TOP", picture->top + 4);
    picture_height(picture, (uint32_t)MAX(narrow ? 0 : (int64_t)480, height));
    picture_number(picture, "ROWS", rows->names->len);
    picture_seconds(picture, "END", MAX(rows->longest, 1));
    picture_time_ticks(picture, MAX(rows->longest, 1), narrow ? 4 : 6);
    picture_texts(picture, "ROW_NAME", rows->names);
    picture_texts(picture, "ROW_TOOK", rows->tooks);
    picture_numbers(picture, "ROW_END", rows->ends, PICTURE_BILLIONTHS);
    picture_numbers(picture, "ROW_HEAD", rows->heads, PICTURE_WHOLE);
    picture_number(picture, "INSIDE", rows->inside->len);
    picture_texts(picture, "INSIDE_NAME", rows->inside);
    picture_numbers(picture, "INSIDE_AT", rows->inside_at, PICTURE_BILLIONTHS);
    picture_numbers(picture, "INSIDE_ROW", rows->inside_row, PICTURE_WHOLE);
    g_string_append(picture->tsv, tsv->str);
    return picture;
}

Picture *draw_recovery(const ReportCase *self, bool narrow)
{
    Rows          rows = {.names = g_ptr_array_new_with_free_func(g_free),
                          .tooks = g_ptr_array_new_with_free_func(g_free),
                          .ends = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                          .heads = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                          .inside = g_ptr_array_new_with_free_func(g_free),
                          .inside_at = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                          .inside_row = g_array_new(FALSE, FALSE, sizeof(int64_t))};
    GStringChunk *texts = g_string_chunk_new(1024);
    GArray       *origins = g_array_new(FALSE, FALSE, sizeof(int64_t));
    GArray       *all = read_stages(self, texts, origins);
    GString *tsv = g_string_new("row\tstart\tend\tup\tdown\tcolour\tfinished\tfailover\tstage\n");
    bool     many = all->len + origins->len > MOST_ROWS;
    Picture *picture = NULL;
    (many ? draw_failovers : draw_stages)(&rows, all, origins, tsv);
    if (rows.names->len > 0) {
        g_autofree char *subtitle = subtitle_of(self, many, origins->len);
        picture = picture_of(self, &rows, subtitle, tsv, narrow);
    }
    g_string_free(tsv, TRUE);
    g_array_free(all, TRUE);
    g_array_free(origins, TRUE);
    g_string_chunk_free(texts);
    g_ptr_array_free(rows.names, TRUE);
    g_ptr_array_free(rows.tooks, TRUE);
    g_array_free(rows.ends, TRUE);
    g_array_free(rows.heads, TRUE);
    g_ptr_array_free(rows.inside, TRUE);
    g_array_free(rows.inside_at, TRUE);
    g_array_free(rows.inside_row, TRUE);
    return picture;
}
