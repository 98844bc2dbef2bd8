/*
 * users.c: the picture of who was hit, and by what.
 */
#include "reports/drawers.h"

#include <string.h>

#include "sim/base/text.h"

#define MOST_ROWS 11u /* harms; the rest become one row */

typedef struct Waterfall {
    GPtrArray *names, *counts;
    GArray    *ends;
    int64_t    sum;
    GString   *tsv;
} Waterfall;

typedef enum BarColour {
    BAR_HARM = 1,
    BAR_FRICTION = 2, /* a nuisance, never counted as loss */
    BAR_SUM = 3,
} BarColour;

static void add_bar(Waterfall *fall, const char *harm, const char *cohort, int64_t from, int64_t to,
                    BarColour colour)
{
    g_ptr_array_add(fall->names, cohort[0] == '\0' ? g_strdup(harm)
                                                   : g_strdup_printf("%s, %s users", harm, cohort));
    g_ptr_array_add(fall->counts, sim_text_count(to - from));
    g_array_append_val(fall->ends, to);
    g_string_append_printf(fall->tsv,
                           "%u\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT
                           "\t%d\t%s\t%s\t%" G_GINT64_FORMAT "\n",
                           fall->names->len, from, to, (int)colour, harm, cohort, to - from);
}

static void read_harms(Waterfall *fall, const ReportCase *self)
{
    g_autoptr(StoreRows) rows = report_ask(self, "harms.sql");
    int64_t rest = 0;
    while (store_next(rows)) {
        int64_t users = store_number(rows, 2);
        if (fall->names->len >= MOST_ROWS) {
            rest += users;
            continue;
        }
        const char *harm = store_text(rows, 1);
        add_bar(fall, harm, store_text(rows, 0), fall->sum, fall->sum + users,
                strcmp(harm, "forced login") == 0 ? BAR_FRICTION : BAR_HARM);
        fall->sum += users;
    }
    if (rest > 0) {
        add_bar(fall, "all other harms", "", fall->sum, fall->sum + rest, BAR_HARM);
        fall->sum += rest;
    }
}

static Picture *finish(Waterfall *fall, const ReportCase *self)
{
    g_autofree char *users = sim_text_count(self->users);
    g_autofree char *hit = sim_text_count(self->users_hit);
    g_autofree char *subtitle = g_strdup_printf(
        "%s. Each bar begins where the one above ends; whoever was hit in two ways is in two bars. "
        "Green: a nuisance, not a loss. Counted once each, %s of %s users lost a write or had a "
        "core "
        "request fail.",
        self->label, hit, users);
    add_bar(fall, "all together", "", 0, fall->sum, BAR_SUM);
    Picture *picture =
        picture_new(self->prefix, "users", 800, "Who was hit: users by class of harm", subtitle);
    picture_number(picture, "TOP", picture->top + 4);
    picture_height(picture, 480);
    picture_number(picture, "ROWS", fall->names->len);
    picture_number(picture, "END", fall->sum);
    picture_count_ticks(picture, fall->sum, 5);
    picture_texts(picture, "ROW_NAME", fall->names);
    picture_texts(picture, "ROW_COUNT", fall->counts);
    picture_numbers(picture, "ROW_END", fall->ends, PICTURE_WHOLE);
    g_string_append(picture->tsv, "row\tfrom\tto\tcolour\tharm\tcohort\tusers\n");
    g_string_append(picture->tsv, fall->tsv->str);
    return picture;
}

Picture *draw_users(const ReportCase *self)
{
    Waterfall fall = {.names = g_ptr_array_new_with_free_func(g_free),
                      .counts = g_ptr_array_new_with_free_func(g_free),
                      .ends = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                      .tsv = g_string_new(NULL)};
    read_harms(&fall, self);
    Picture *picture = fall.sum > 0 ? finish(&fall, self) : NULL;
    g_ptr_array_free(fall.names, TRUE);
    g_ptr_array_free(fall.counts, TRUE);
    g_array_free(fall.ends, TRUE);
    g_string_free(fall.tsv, TRUE);
    return picture;
}
