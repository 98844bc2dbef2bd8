/*
 * availability.c: the picture of who was served when.
 */
#include "reports/drawers.h"

#include "sim/base/text.h"
#include "sim/base/time.h"

#define MOST_BUCKETS 450 /* a picture of 1200 pixels cannot show more */
#define MOST_PANELS 24   /* beyond that, all access regions of a service share one */
#define PANEL 38u
#define GAP 12u

typedef struct Panel {
    char    *service, *access;
    int64_t  decided, failed;             /* in the whole run */
    int64_t  worst_decided, worst_failed; /* in the worst bucket */
    int64_t *bucket_decided, *bucket_failed;
} Panel;

static void panel_clear(gpointer pointer)
{
    Panel *panel = pointer;
    g_free(panel->service);
    g_free(panel->access);
    g_free(panel->bucket_decided);
    g_free(panel->bucket_failed);
}

static Panel *panel_for(GArray *panels, const char *service, const char *access, size_t buckets)
{
    if (panels->len > 0) {
        Panel *last = &g_array_index(panels, Panel, panels->len - 1);
        if (g_str_equal(last->service, service) && g_str_equal(last->access, access))
            return last;
    }
    Panel panel = {.service = g_strdup(service),
                   .access = g_strdup(access),
                   .bucket_decided = g_new0(int64_t, buckets),
                   .bucket_failed = g_new0(int64_t, buckets)};
    g_array_append_val(panels, panel);
    return &g_array_index(panels, Panel, panels->len - 1);
}

static void panel_add(Panel *panel, size_t bucket, int64_t decided, int64_t failed)
{
    panel->decided += decided;
    panel->failed += failed;
    panel->bucket_decided[bucket] = decided;
    panel->bucket_failed[bucket] = failed;
    if (decided > 0 && (panel->worst_decided == 0 ||
                        (double)failed / (double)decided >
                            (double)panel->worst_failed / (double)panel->worst_decided)) {
        panel->worst_decided = decided;
        panel->worst_failed = failed;
    }
}

static GArray *read_panels(const ReportCase *self, bool merged, int64_t width, size_t buckets)
{
    GArray *panels = g_array_new(FALSE, FALSE, sizeof(Panel));
    g_array_set_clear_func(panels, panel_clear);
    g_autoptr(StoreRows) rows = report_ask(self, "availability.sql");
    store_bind_number(rows, 2, width);
    store_bind_number(rows, 3, merged);
    while (store_next(rows)) {
        size_t bucket = MIN((size_t)store_number(rows, 2), buckets - 1);
        Panel *panel = panel_for(panels, store_text(rows, 0), store_text(rows, 1), buckets);
        panel_add(panel, bucket, store_number(rows, 3), store_number(rows, 4));
    }
    return panels;
}

static void append_share(GString *tsv, int64_t decided, int64_t failed)
{
    if (decided <= 0) {
        g_string_append(tsv, "\tNaN");
        return;
    }
    g_string_append_c(tsv, '\t');
    /* Rounded down, so that a single failure never becomes 100. */
    picture_append_seconds(tsv, sim_time_scale(decided - failed, INT64_C(100000000000), decided));
}

/* Two rows per bucket, its begin and its end: a filled curve does not step by itself. */
static void append_figures(GString *tsv, const GArray *panels, int64_t width, size_t buckets,
                           int64_t end)
{
    g_string_append(tsv, "seconds");
    for (guint i = 0; i < panels->len; i++) {
        const Panel *panel = &g_array_index(panels, Panel, i);
        g_string_append_printf(tsv, "\t%s from %s, %% served", panel->service, panel->access);
    }
    g_string_append_c(tsv, '\n');
    for (size_t row = 0; row < 2 * buckets; row++) {
        picture_append_seconds(tsv, MIN((int64_t)((row + 1) / 2) * width, end));
        for (guint i = 0; i < panels->len; i++) {
            const Panel *panel = &g_array_index(panels, Panel, i);
            append_share(tsv, panel->bucket_decided[row / 2], panel->bucket_failed[row / 2]);
        }
        g_string_append_c(tsv, '\n');
    }
}

static void name_panels(Picture *picture, const GArray *panels)
{
    g_autoptr(GPtrArray) services = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) accesses = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) wholes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) worsts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < panels->len; i++) {
        const Panel     *panel = &g_array_index(panels, Panel, i);
        g_autofree char *whole = sim_text_percent(panel->decided - panel->failed, panel->decided);
        g_autofree char *worst =
            sim_text_percent(panel->worst_decided - panel->worst_failed, panel->worst_decided);
        g_ptr_array_add(services, g_strdup(panel->service));
        g_ptr_array_add(accesses, g_strdup_printf("from %s", panel->access));
        g_ptr_array_add(wholes, g_strdup_printf("%s served", whole));
        g_ptr_array_add(worsts, g_strdup_printf("%s at worst", worst));
    }
    picture_texts(picture, "SERVICE", services);
    picture_texts(picture, "ACCESS", accesses);
    picture_texts(picture, "WHOLE", wholes);
    picture_texts(picture, "WORST", worsts);
}

Picture *draw_availability(const ReportCase *self, bool narrow)
{
    g_autoptr(StoreRows) needs = report_ask(self, "panels.sql");
    if (!store_next(needs) || store_number(needs, 0) == 0 || self->end_ns <= 0)
        return NULL;
    bool    merged = store_number(needs, 0) > MOST_PANELS;
    int64_t window = MAX(store_number(needs, 1), 1);
    int64_t per_bucket = (self->end_ns / window + MOST_BUCKETS) / MOST_BUCKETS;
    int64_t width = window * MAX(per_bucket, 1);
    size_t  buckets = (size_t)((self->end_ns + width - 1) / width);

    GArray          *panels = read_panels(self, merged, width, buckets);
    g_autofree char *bucket_text = sim_text_duration(width);
    g_autofree char *subtitle = g_strdup_printf(
        "%s. The coloured part is the share of requests that failed, in steps of %s by the time "
        "the user first asked; a strip above a panel marks even a single failure. The line is "
        "100 %%; no line: nobody asked. Grey: a fault is active; darker: a failover is under way.",
        self->label, bucket_text);
    Picture *picture =
        picture_new(self->prefix, "availability", narrow ? PICTURE_NARROW : 1200,
                    "Which service stayed up, for users near which region", subtitle);
    picture_bands(picture, self, narrow ? 50 : 190, narrow ? 26 : 170);
    picture_panels(picture, PANEL, GAP, panels->len);
    picture_seconds(picture, "END", self->end_ns);
    picture_time_ticks(picture, self->end_ns, narrow ? 4 : 10);
    name_panels(picture, panels);
    append_figures(picture->tsv, panels, width, buckets, self->end_ns);
    g_array_free(panels, TRUE);
    return picture;
}
