/*
 * threads.c: the picture of how many threads were busy, of services that came near their limit.
 */
#include "reports/drawers.h"

#include "sim/base/text.h"
#include "sim/base/time.h"

#define MOST_BUCKETS 450 /* a picture of 1200 pixels cannot show more */
#define MOST_PANELS 24u
#define PANEL 54u
#define GAP 12u

typedef struct Panel {
    char    *service, *region;
    int64_t  threads, most, queued; /* at their largest */
    int64_t *share;                 /* per bucket: busy threads at most, parts per billion */
    size_t   filled;                /* buckets */
    int64_t  now;                   /* since the latest row */
} Panel;

static void panel_clear(gpointer pointer)
{
    Panel *panel = pointer;
    g_free(panel->service);
    g_free(panel->region);
    g_free(panel->share);
}

static Panel *panel_for(GArray *panels, const char *service, const char *region, size_t buckets)
{
    if (panels->len > 0) {
        Panel *last = &g_array_index(panels, Panel, panels->len - 1);
        if (g_str_equal(last->service, service) && g_str_equal(last->region, region))
            return last;
    }
    Panel panel = {.service = g_strdup(service),
                   .region = g_strdup(region),
                   .share = g_new0(int64_t, buckets)};
    g_array_append_val(panels, panel);
    return &g_array_index(panels, Panel, panels->len - 1);
}

/* What was so since the latest row stays so up to the bucket before `end`. */
static void panel_fill(Panel *panel, size_t end)
{
    for (; panel->filled < end; panel->filled++)
        panel->share[panel->filled] = MAX(panel->share[panel->filled], panel->now);
}

static GArray *read_panels(const ReportCase *self, int64_t width, size_t buckets)
{
    GArray *panels = g_array_new(FALSE, FALSE, sizeof(Panel));
    g_array_set_clear_func(panels, panel_clear);
    g_autoptr(StoreRows) rows = report_ask(self, "busy.sql");
    while (store_next(rows)) {
        Panel  *panel = panel_for(panels, store_text(rows, 0), store_text(rows, 1), buckets);
        size_t  bucket = MIN((size_t)(store_number(rows, 2) / width), buckets - 1);
        int64_t busy = store_number(rows, 3);
        int64_t threads = store_number(rows, 5);
        panel_fill(panel, bucket);
        panel->now = threads > 0 ? sim_time_scale(MIN(busy, threads), SIM_S, threads) : SIM_S;
        panel->share[bucket] = MAX(panel->share[bucket], panel->now);
        panel->most = MAX(panel->most, busy);
        panel->queued = MAX(panel->queued, store_number(rows, 4));
        panel->threads = MAX(panel->threads, threads);
    }
    for (guint i = 0; i < panels->len; i++)
        panel_fill(&g_array_index(panels, Panel, i), buckets);
    return panels;
}

/* Two rows per bucket, its begin and its end: a filled curve does not step by itself. */
static void append_figures(GString *tsv, const GArray *panels, int64_t width, size_t buckets,
                           int64_t end)
{
    g_string_append(tsv, "seconds");
    for (guint i = 0; i < panels->len; i++) {
        const Panel *panel = &g_array_index(panels, Panel, i);
        g_string_append_printf(tsv, "\t%s in %s, %% of threads busy", panel->service,
                               panel->region);
    }
    g_string_append_c(tsv, '\n');
    for (size_t row = 0; row < 2 * buckets; row++) {
        picture_append_seconds(tsv, MIN((int64_t)((row + 1) / 2) * width, end));
        for (guint i = 0; i < panels->len; i++) {
            g_string_append_c(tsv, '\t');
            picture_append_seconds(tsv, 100 * g_array_index(panels, Panel, i).share[row / 2]);
        }
        g_string_append_c(tsv, '\n');
    }
}

static void name_panels(Picture *picture, const GArray *panels)
{
    g_autoptr(GPtrArray) services = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) regions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) busy = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) queued = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < panels->len; i++) {
        const Panel     *panel = &g_array_index(panels, Panel, i);
        g_autofree char *most = sim_text_count(panel->most);
        g_autofree char *threads = sim_text_count(panel->threads);
        g_autofree char *waiting = sim_text_count(panel->queued);
        g_ptr_array_add(services, g_strdup(panel->service));
        g_ptr_array_add(regions, g_strdup_printf("in %s", panel->region));
        g_ptr_array_add(busy, g_strdup_printf("at worst %s of %s", most, threads));
        g_ptr_array_add(queued, panel->queued == 0 ? g_strdup("nobody queued")
                                                   : g_strdup_printf("%s queued", waiting));
    }
    picture_texts(picture, "SERVICE", services);
    picture_texts(picture, "REGION", regions);
    picture_texts(picture, "BUSY", busy);
    picture_texts(picture, "QUEUED", queued);
}

Picture *draw_threads(const ReportCase *self, bool narrow)
{
    if (self->end_ns <= 0)
        return NULL;
    int64_t width = MAX((self->end_ns + MOST_BUCKETS - 1) / MOST_BUCKETS, 1);
    size_t  buckets = (size_t)((self->end_ns + width - 1) / width);
    GArray *panels = read_panels(self, width, buckets);
    guint   found = panels->len;
    if (found == 0) {
        g_array_free(panels, TRUE);
        return NULL;
    }
    if (found > MOST_PANELS)
        g_array_set_size(panels, MOST_PANELS);
    g_autofree char *subtitle = g_strdup_printf(
        "%s. A thread is busy while its request is worked on and while it waits for another "
        "region. Coloured red: all are busy, and requests queue or are refused. Places that were "
        "never half busy are left out%s. Grey: a fault is active; darker: a failover is under way.",
        self->label, found > MOST_PANELS ? ", and all but the first 24 of the others" : "");
    Picture *picture = picture_new(self->prefix, "threads", narrow ? PICTURE_NARROW : 1200,
                                   "Where threads ran out", subtitle);
    picture_bands(picture, self, narrow ? 50 : 190, narrow ? 26 : 170);
    picture_panels(picture, PANEL, GAP, panels->len);
    picture_seconds(picture, "END", self->end_ns);
    picture_time_ticks(picture, self->end_ns, narrow ? 4 : 10);
    name_panels(picture, panels);
    append_figures(picture->tsv, panels, width, buckets, self->end_ns);
    g_array_free(panels, TRUE);
    return picture;
}
