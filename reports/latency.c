/*
 * latency.c: the picture of how long served users waited.
 */
#include "reports/drawers.h"

#include "sim/base/time.h"

#define MOST_SERIES 5u /* one colour each */
#define TOP_GAP 14u

typedef struct Series {
    char    *service;
    int64_t  total, worst;
    GString *block; /* its lines of figures */
    int64_t  y;
} Series;

static Series *series_at(const GArray *all, guint index)
{
    return &g_array_index(all, Series, index);
}

/* The last step has a width too, up to the slowest single request; a series of one bucket would
 * otherwise be a point, which draws nothing. */
static void end_series(GArray *all)
{
    for (guint i = 0; i < all->len; i++) {
        Series *series = series_at(all, i);
        g_string_append_printf(series->block, "%s\t%" G_GINT64_FORMAT ".0\t", series->service,
                               MAX(series->total, 2));
        picture_append_seconds(series->block, series->worst);
        g_string_append_c(series->block, '\n');
    }
}

static GArray *read_series(const ReportCase *self)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Series));
    g_autoptr(StoreRows) rows = report_ask(self, "latency.sql");
    int64_t below = 0; /* samples in the buckets before this one */
    while (store_next(rows)) {
        const char *service = store_text(rows, 0);
        if (all->len == 0 || !g_str_equal(series_at(all, all->len - 1)->service, service)) {
            Series fresh = {.service = g_strdup(service),
                            .total = store_number(rows, 3),
                            .block = g_string_new(NULL)};
            g_array_append_val(all, fresh);
            below = 0;
        }
        Series *series = series_at(all, all->len - 1);
        int64_t top = store_number(rows, 1);
        /* From this share of requests on, the latency is that of the bucket. */
        int64_t x = sim_time_scale(series->total, SIM_S, MAX(series->total - below, 1));
        g_string_append_printf(series->block, "%s\t", service);
        picture_append_seconds(series->block, x);
        g_string_append_c(series->block, '\t');
        picture_append_seconds(series->block, top);
        g_string_append_c(series->block, '\n');
        below = store_number(rows, 2);
        series->worst = MAX(series->worst, top);
    }
    end_series(all);
    return all;
}

static gint by_total(gconstpointer a, gconstpointer b)
{
    const Series *x = a;
    const Series *y = b;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return g_strcmp0(x->service, y->service);
}

static gint by_worst(gconstpointer a, gconstpointer b)
{
    const Series *x = a;
    const Series *y = b;
    if (x->worst != y->worst)
        return x->worst > y->worst ? -1 : 1;
    return g_strcmp0(x->service, y->service);
}

static int64_t power_of_ten_above(int64_t value)
{
    int64_t power = 10;
    while (power < value && power < 10000000)
        power *= 10;
    return power;
}

/* Names at the line ends; `all` is sorted by the height of those ends. */
static void put_names(Picture *picture, GArray *all, int64_t top, int64_t bottom, int64_t floor,
                      int64_t ceiling)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(int64_t));
    int64_t range = picture_log10(ceiling) - picture_log10(floor);
    for (guint i = 0; i < all->len; i++) {
        int64_t share =
            picture_log10(ceiling) - picture_log10(CLAMP(series_at(all, i)->worst, floor, ceiling));
        int64_t y = top + sim_time_scale(share, bottom - top, range);
        g_array_append_val(places, y);
        g_ptr_array_add(names, series_at(all, i)->service);
    }
    picture_spread(&g_array_index(places, int64_t, 0), places->len, 16, top, bottom);
    picture_texts(picture, "SERIES_NAME", names);
    picture_numbers(picture, "SERIES_Y", places, PICTURE_WHOLE);
}

static int64_t fastest(const ReportCase *self)
{
    g_autoptr(StoreRows) rows = report_ask(self, "latency.sql");
    int64_t least = INT64_MAX;
    while (store_next(rows))
        least = MIN(least, store_number(rows, 1));
    return least;
}

static void finish(Picture *picture, GArray *all, int64_t least)
{
    int64_t worst = 0;
    int64_t total = 0;
    for (guint i = 0; i < all->len; i++) {
        worst = MAX(worst, series_at(all, i)->worst);
        total = MAX(total, series_at(all, i)->total);
    }
    /* A line on the floor would be hidden by the axis. */
    int64_t floor = SIM_US / 10;
    while (floor * 20 <= least)
        floor *= 10;
    int64_t ceiling = MAX(worst + worst / 4, floor * 10);
    int64_t height = 480;
    int64_t top = picture->top + TOP_GAP;
    picture_number(picture, "TOP", top);
    picture_height(picture, (uint32_t)height);
    picture_number(picture, "RIGHTMOST", power_of_ten_above(total));
    picture_number(picture, "SERIES", all->len);
    picture_age_ticks(picture, floor, ceiling, NULL);
    put_names(picture, all, top, height - 40, floor, ceiling);
    for (guint i = 0; i < all->len; i++)
        g_string_append_printf(picture->tsv, "%s# service\t1/(1-q)\tseconds\n%s",
                               i == 0 ? "" : "\n\n", series_at(all, i)->block->str);
}

Picture *draw_latency(const ReportCase *self, bool narrow)
{
    GArray  *all = read_series(self);
    Picture *picture = NULL;
    guint    found = all->len;
    g_array_sort(all, by_total);
    for (guint i = MOST_SERIES; i < found; i++) {
        g_free(series_at(all, i)->service);
        g_string_free(series_at(all, i)->block, TRUE);
    }
    g_array_set_size(all, MIN(found, MOST_SERIES));
    g_array_sort(all, by_worst);
    if (found > 0) {
        g_autofree char *subtitle = g_strdup_printf(
            "%s. Served requests only, in the whole run, from all regions, from the "
            "user's first attempt to the answer. At p99, one request in a hundred "
            "waited longer than the line shows%s.",
            self->label, found > MOST_SERIES ? "; the five busiest services" : "");
        picture = picture_new(self->prefix, "latency", narrow ? PICTURE_NARROW : 800,
                              "How long served users waited", subtitle);
        finish(picture, all, fastest(self));
    }
    for (guint i = 0; i < all->len; i++) {
        g_free(series_at(all, i)->service);
        g_string_free(series_at(all, i)->block, TRUE);
    }
    g_array_free(all, TRUE);
    return picture;
}
