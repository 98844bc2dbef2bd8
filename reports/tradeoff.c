/*
 * tradeoff.c: the picture for a design review: what a strategy fails to serve against what it
 * loses.
 *
 * Runs of one strategy (same plan, several seeds) are one point, the median, with bars from the 5th
 * to the 95th percentile. Both axes are logarithmic, and "none" has a place of its own on them.
 */
#include "reports/drawers.h"

#include <string.h>

#include "sim/base/text.h"
#include "sim/base/time.h"

#define MOST_POINTS 30u

typedef struct Point {
    const char *name, *hash; /* lent from its first case */
    GArray     *failed;      /* shares in parts per billion, one per seed */
    GArray     *lost;        /* writes */
} Point;

typedef struct Spread {
    int64_t low, middle, high;
} Spread;

/* Places along an axis, in billionths of a decade. */
typedef struct Axis {
    bool    has_none;
    int64_t none;
    int64_t low, high;
} Axis;

static gint ascending(gconstpointer a, gconstpointer b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* Nearest rank. */
static int64_t quantile(const GArray *sorted, int64_t percent)
{
    int64_t rank = ((int64_t)sorted->len * percent + 99) / 100;
    return g_array_index(sorted, int64_t, (guint)MAX(rank, 1) - 1);
}

static Spread spread_of(GArray *values)
{
    g_array_sort(values, ascending);
    return (Spread){quantile(values, 5), quantile(values, 50), quantile(values, 95)};
}

static Point *point_for(GArray *points, const ReportCase *self)
{
    for (guint i = 0; i < points->len; i++) {
        Point *point = &g_array_index(points, Point, i);
        if (strcmp(point->name, self->strategy) == 0 && strcmp(point->hash, self->plan_hash) == 0)
            return point;
    }
    Point fresh = {self->strategy, self->plan_hash, g_array_new(FALSE, FALSE, sizeof(int64_t)),
                   g_array_new(FALSE, FALSE, sizeof(int64_t))};
    g_array_append_val(points, fresh);
    return &g_array_index(points, Point, points->len - 1);
}

static GArray *read_points(const GPtrArray *cases)
{
    GArray *points = g_array_new(FALSE, FALSE, sizeof(Point));
    for (guint i = 0; i < cases->len; i++) {
        const ReportCase *self = g_ptr_array_index(cases, i);
        Point            *point = point_for(points, self);
        int64_t share = self->issued == 0 ? 0 : sim_time_scale(self->failed, SIM_S, self->issued);
        g_array_append_val(point->failed, share);
        g_array_append_val(point->lost, self->lost);
    }
    return points;
}

static int64_t whole_decade_below(int64_t value)
{
    int64_t log = picture_log10(value) + 1; /* 1e9 exactly at powers of ten */
    return log / SIM_S * SIM_S;
}

static Axis axis_of(const Spread *spreads, guint count)
{
    int64_t least = INT64_MAX;
    int64_t most = 0;
    bool    has_none = false;
    for (guint i = 0; i < count; i++) {
        has_none = has_none || spreads[i].low <= 0;
        const int64_t values[] = {spreads[i].low, spreads[i].middle, spreads[i].high};
        for (size_t v = 0; v < G_N_ELEMENTS(values); v++)
            if (values[v] > 0) {
                least = MIN(least, values[v]);
                most = MAX(most, values[v]);
            }
    }
    if (most == 0)
        least = most = 1;
    int64_t low = whole_decade_below(least);
    int64_t high = whole_decade_below(most) + SIM_S;
    return (Axis){.has_none = has_none,
                  .none = low - 7 * SIM_S / 10,
                  .low = has_none ? low - 11 * SIM_S / 10 : low,
                  .high = high};
}

static int64_t place(const Axis *axis, int64_t value)
{
    return value <= 0 ? axis->none : picture_log10(value);
}

static char *percent_text(int64_t ppb)
{
    return sim_text_percent(ppb, SIM_S);
}

/* Tick labels are formats to gnuplot. */
static char *percent_tick(int64_t ppb)
{
    g_autofree char *text = percent_text(ppb);
    char           **parts = g_strsplit(text, "%", 0);
    char            *format = g_strjoinv("%%", parts);
    g_strfreev(parts);
    return format;
}

/* XTICKS, XTICK_AT, XTICK_NAME: none and every decade. */
static void put_axis(Picture *picture, const char *letter, const Axis *axis, char *(*text)(int64_t))
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    if (axis->has_none) {
        g_array_append_val(places, axis->none);
        g_ptr_array_add(names, g_strdup("none"));
    }
    /* Within two decades, their ends alone would say too little. */
    static const int64_t multiples[] = {1, 2, 5};
    size_t  per_decade = axis->high - axis->low <= 2 * SIM_S && !picture->narrow ? 3 : 1;
    int64_t first = axis->has_none ? axis->none : axis->low;
    int64_t value = 1;
    for (int64_t at = 0; at <= axis->high; at += SIM_S, value *= 10)
        for (size_t i = 0; i < per_decade; i++) {
            int64_t tick = at + (i == 0 ? 0 : picture_log10(multiples[i]));
            if (tick < first || tick > axis->high)
                continue;
            g_array_append_val(places, tick);
            g_ptr_array_add(names, text(value * multiples[i]));
        }
    g_autofree char *count = g_strconcat(letter, "TICKS", NULL);
    g_autofree char *at_name = g_strconcat(letter, "TICK_AT", NULL);
    g_autofree char *name_name = g_strconcat(letter, "TICK_NAME", NULL);
    g_autofree char *low = g_strconcat(letter, "LOW", NULL);
    g_autofree char *high = g_strconcat(letter, "HIGH", NULL);
    picture_number(picture, count, places->len);
    picture_numbers(picture, at_name, places, PICTURE_BILLIONTHS);
    picture_texts(picture, name_name, names);
    picture_seconds(picture, low, axis->low);
    picture_seconds(picture, high, axis->high);
}

/* Names that would touch step aside, a line at a time. */
static int64_t free_line(const GArray *xs, const GArray *ys, const GArray *lines,
                         const Axis *x_axis, const Axis *y_axis, int64_t x, int64_t y)
{
    int64_t line_height = (y_axis->high - y_axis->low) / 22;
    int64_t line = 0;
    for (guint i = 0; i < xs->len; i++) {
        bool    near_x = ABS(g_array_index(xs, int64_t, i) - x) < (x_axis->high - x_axis->low) / 3;
        int64_t other =
            g_array_index(ys, int64_t, i) + g_array_index(lines, int64_t, i) * line_height;
        if (near_x && ABS(other - (y + line * line_height)) < line_height)
            line++;
    }
    return line;
}

static void put_points(Picture *picture, const GArray *points, const Spread *failed,
                       const Spread *lost, const Axis *x_axis, const Axis *y_axis)
{
    g_autoptr(GArray) xs = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) ys = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) lefts = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GString *tsv = picture->tsv;
    g_string_append(tsv, "place\tx\tx low\tx high\ty\ty low\ty high\tstrategy\tseeds\tfailed share"
                         "\tlost writes\n");
    for (guint i = 0; i < points->len; i++) {
        const Point  *point = &g_array_index(points, Point, i);
        const int64_t at[] = {place(x_axis, failed[i].middle), place(x_axis, failed[i].low),
                              place(x_axis, failed[i].high),   place(y_axis, lost[i].middle),
                              place(y_axis, lost[i].low),      place(y_axis, lost[i].high)};
        g_string_append_printf(tsv, "%u", i + 1);
        for (size_t v = 0; v < G_N_ELEMENTS(at); v++) {
            g_string_append_c(tsv, '\t');
            picture_append_seconds(tsv, at[v]);
        }
        g_autofree char *share = percent_text(failed[i].middle);
        g_string_append_printf(tsv, "\t%s\t%u\t%s\t%" G_GINT64_FORMAT "\n", point->name,
                               point->failed->len, share, lost[i].middle);
        int64_t line = free_line(xs, ys, lines, x_axis, y_axis, at[0], at[3]);
        int64_t left = at[0] > x_axis->low + (x_axis->high - x_axis->low) * 11 / 20;
        g_array_append_val(xs, at[0]);
        g_array_append_val(ys, at[3]);
        g_array_append_val(lines, line);
        g_array_append_val(lefts, left);
        g_ptr_array_add(names, g_strdup(point->name));
    }
    picture_number(picture, "POINTS", points->len);
    picture_numbers(picture, "POINT_X", xs, PICTURE_BILLIONTHS);
    picture_numbers(picture, "POINT_Y", ys, PICTURE_BILLIONTHS);
    picture_numbers(picture, "POINT_LINE", lines, PICTURE_WHOLE);
    picture_numbers(picture, "POINT_LEFT", lefts, PICTURE_WHOLE);
    picture_texts(picture, "POINT_NAME", names);
}

static Picture *draw_points(const GArray *points, guint cases, bool narrow)
{
    g_autofree Spread *failed = g_new0(Spread, points->len);
    g_autofree Spread *lost = g_new0(Spread, points->len);
    for (guint i = 0; i < points->len; i++) {
        failed[i] = spread_of(g_array_index(points, Point, i).failed);
        lost[i] = spread_of(g_array_index(points, Point, i).lost);
    }
    Axis x_axis = axis_of(failed, points->len);
    Axis y_axis = axis_of(lost, points->len);

    g_autofree char *subtitle = g_strdup_printf(
        "%u strategies, %u runs. Lower and further left is better. %s", points->len, cases,
        cases > points->len
            ? "A point is the median over seeds, bars reach from the 5th to the 95th "
              "percentile."
            : "One run each, so nothing is said about chance.");
    Picture *picture = picture_new("", "tradeoff", narrow ? PICTURE_NARROW : 800,
                                   "Served or kept: what each strategy gives up", subtitle);
    picture_number(picture, "TOP", picture->top + 34);
    picture_height(picture, 480 + (narrow ? 17 * points->len : 0));
    picture_text(picture, "XNAME", "requests that failed, share of all →");
    picture_text(picture, "YNAME", "acknowledged writes lost ↑");
    put_axis(picture, "X", &x_axis, percent_tick);
    put_axis(picture, "Y", &y_axis, sim_text_count);
    put_points(picture, points, failed, lost, &x_axis, &y_axis);
    return picture;
}

Picture *draw_tradeoff(const GPtrArray *cases, bool narrow)
{
    GArray  *points = read_points(cases);
    Picture *picture = NULL;
    if (points->len > 1 && points->len <= MOST_POINTS)
        picture = draw_points(points, cases->len, narrow);
    for (guint i = 0; i < points->len; i++) {
        g_array_free(g_array_index(points, Point, i).failed, TRUE);
        g_array_free(g_array_index(points, Point, i).lost, TRUE);
    }
    g_array_free(points, TRUE);
    return picture;
}
