/*
 * users.c: the picture of who was hit, and by what.
 *
 * A user may be in several classes, so the bars do not add up; the last one counts everybody once.
 */
#include "reports/drawers.h"

#include "sim/base/text.h"
#include "sim/base/time.h"

#define MOST_ROWS 12u /* classes of harm */
#define ROW_HEIGHT 34u
#define ROW_NARROW 46u
#define LOG_FROM 100 /* a linear axis would hide what is this many times smaller */

typedef enum BarColour {
    BAR_HARM = 1,
    BAR_NUISANCE = 2, /* never counted as loss */
    BAR_ALL = 3,
} BarColour;

typedef struct Bars {
    GPtrArray *names, *counts;
    GArray    *ends, *places; /* places in billionths of a row */
    int64_t    depth;         /* of the last bar */
    int64_t    least, most;
    GString   *tsv;
} Bars;

static void add_bar(Bars *bars, const char *name, int64_t users, BarColour colour, int64_t step)
{
    bars->depth += step;
    g_ptr_array_add(bars->names, g_strdup(name));
    g_ptr_array_add(bars->counts, sim_text_count(users));
    g_array_append_val(bars->ends, users);
    g_array_append_val(bars->places, bars->depth);
    g_string_append_printf(bars->tsv, "%u\t", bars->names->len);
    picture_append_seconds(bars->tsv, bars->depth);
    g_string_append_printf(bars->tsv, "\t%" G_GINT64_FORMAT "\t%d\t%s\n", users, (int)colour, name);
    if (users > 0)
        bars->least = bars->least == 0 ? users : MIN(bars->least, users);
    bars->most = MAX(bars->most, users);
}

static void read_harms(Bars *bars, const ReportCase *self)
{
    g_autoptr(StoreRows) rows = report_ask(self, "harm_classes.sql");
    while (store_next(rows) && bars->names->len < MOST_ROWS) {
        bool nuisance = store_number(rows, 3) != 0;
        /* Half a row apart: what is no loss stands by itself. */
        g_autofree char *name =
            g_strdup_printf("%s%s", store_text(rows, 0), nuisance ? " (a nuisance)" : "");
        add_bar(bars, name, store_number(rows, 1), nuisance ? BAR_NUISANCE : BAR_HARM,
                nuisance && bars->names->len > 0 ? SIM_S * 3 / 2 : SIM_S);
    }
}

static void put_log_ticks(Picture *picture, int64_t end)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (int64_t at = 1; at <= end; at *= 10) {
        g_array_append_val(places, at);
        g_ptr_array_add(names, sim_text_count(at));
    }
    picture_number(picture, "TICKS", places->len);
    picture_numbers(picture, "TICK_AT", places, PICTURE_WHOLE);
    picture_texts(picture, "TICK_NAME", names);
}

static Picture *finish(Bars *bars, const ReportCase *self, bool narrow)
{
    add_bar(bars, "users hit, counted once", self->users_hit, BAR_ALL, SIM_S * 3 / 2);
    bool             log = bars->most / LOG_FROM >= bars->least && bars->most > LOG_FROM;
    g_autofree char *users = sim_text_count(self->users);
    g_autofree char *subtitle = g_strdup_printf(
        "%s. Users per class of harm; whoever was hit in two ways is in two bars, so they do not "
        "add up. Green: a nuisance, not a loss. Black: everyone with a lost, overwritten or "
        "doubled write or a failed core request, counted once, of %s users.%s",
        self->label, users, log ? " The axis is logarithmic: each step is ten times as many." : "");
    Picture *picture = picture_new(self->prefix, "users", narrow ? PICTURE_NARROW : 800,
                                   "Who was hit: users by class of harm", subtitle);
    uint32_t top = picture->top + 4;
    picture_number(picture, "TOP", top);
    picture_height(picture, top + 40 +
                                (uint32_t)sim_time_scale(bars->depth + SIM_S / 2,
                                                         narrow ? ROW_NARROW : ROW_HEIGHT, SIM_S));
    picture_number(picture, "ROWS", bars->names->len);
    picture_seconds(picture, "DEPTH", bars->depth);
    picture_number(picture, "LOG", log);
    picture_number(picture, "END", bars->most);
    if (log)
        put_log_ticks(picture, bars->most);
    else
        picture_count_ticks(picture, bars->most, 5);
    picture_texts(picture, "ROW_NAME", bars->names);
    picture_texts(picture, "ROW_COUNT", bars->counts);
    picture_numbers(picture, "ROW_END", bars->ends, PICTURE_WHOLE);
    picture_numbers(picture, "ROW_AT", bars->places, PICTURE_BILLIONTHS);
    g_string_append(picture->tsv, "row\tplace\tusers\tcolour\tclass\n");
    g_string_append(picture->tsv, bars->tsv->str);
    return picture;
}

Picture *draw_users(const ReportCase *self, bool narrow)
{
    Bars bars = {.names = g_ptr_array_new_with_free_func(g_free),
                 .counts = g_ptr_array_new_with_free_func(g_free),
                 .ends = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                 .places = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                 .tsv = g_string_new(NULL)};
    read_harms(&bars, self);
    Picture *picture = bars.names->len > 0 ? finish(&bars, self, narrow) : NULL;
    g_ptr_array_free(bars.names, TRUE);
    g_ptr_array_free(bars.counts, TRUE);
    g_array_free(bars.ends, TRUE);
    g_array_free(bars.places, TRUE);
    g_string_free(bars.tsv, TRUE);
    return picture;
}
