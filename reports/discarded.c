/*
 * discarded.c: the picture of acknowledged writes that the rule for conflicts discarded, over time
 * and by the region that had accepted them.
 */
#include "reports/drawers.h"

#include "sim/base/text.h"
#include "sim/base/time.h"

#define BUCKETS 90u
#define MOST_PANELS 24u
#define PANEL 72u
#define GAP 14u

typedef struct Panel {
    char   *data, *region;
    int64_t unseen[BUCKETS], seen[BUCKETS]; /* L3, L4 */
    int64_t all_unseen, all_seen;
} Panel;

static void panel_clear(gpointer pointer)
{
    Panel *panel = pointer;
    g_free(panel->data);
    g_free(panel->region);
}

static Panel *panel_for(GArray *panels, const char *data, const char *region)
{
    if (panels->len > 0) {
        Panel *last = &g_array_index(panels, Panel, panels->len - 1);
        if (g_str_equal(last->data, data) && g_str_equal(last->region, region))
            return last;
    }
    Panel panel = {.data = g_strdup(data), .region = g_strdup(region)};
    g_array_append_val(panels, panel);
    return &g_array_index(panels, Panel, panels->len - 1);
}

/* A panel for every region that accepted writes of a class of which some were discarded: that one
 * region loses nothing is worth seeing. */
static GArray *read_panels(const ReportCase *self, int64_t width, int64_t *out_most)
{
    GArray *panels = g_array_new(FALSE, FALSE, sizeof(Panel));
    g_array_set_clear_func(panels, panel_clear);
    g_autoptr(StoreRows) rows = report_ask(self, "discarded.sql");
    store_bind_number(rows, 2, width);
    *out_most = 0;
    while (store_next(rows)) {
        Panel  *panel = panel_for(panels, store_text(rows, 0), store_text(rows, 1));
        int64_t bucket = CLAMP(store_number(rows, 2), 0, (int64_t)BUCKETS - 1);
        panel->unseen[bucket] += store_number(rows, 3);
        panel->seen[bucket] += store_number(rows, 4);
        panel->all_unseen += store_number(rows, 3);
        panel->all_seen += store_number(rows, 4);
        *out_most = MAX(*out_most, panel->unseen[bucket] + panel->seen[bucket]);
    }
    return panels;
}

/* Two rows per bucket, its begin and its end: a filled curve does not step by itself. */
static void append_figures(GString *tsv, const GArray *panels, int64_t width, int64_t end)
{
    g_string_append(tsv, "seconds");
    for (guint i = 0; i < panels->len; i++) {
        const Panel *panel = &g_array_index(panels, Panel, i);
        g_string_append_printf(tsv, "\t%s accepted in %s: beaten by what it had seen (L4)",
                               panel->data, panel->region);
        g_string_append_printf(tsv, "\t%s accepted in %s: all discarded (L3 + L4)", panel->data,
                               panel->region);
    }
    g_string_append_c(tsv, '\n');
    for (size_t row = 0; row < 2 * BUCKETS; row++) {
        picture_append_seconds(tsv, MIN((int64_t)((row + 1) / 2) * width, end));
        for (guint i = 0; i < panels->len; i++) {
            const Panel *panel = &g_array_index(panels, Panel, i);
            int64_t      seen = panel->seen[row / 2];
            g_string_append_printf(tsv, "\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT, seen,
                                   seen + panel->unseen[row / 2]);
        }
        g_string_append_c(tsv, '\n');
    }
}

static void name_panels(Picture *picture, const GArray *panels)
{
    g_autoptr(GPtrArray) data = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) regions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) unseen = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) seen = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < panels->len; i++) {
        const Panel     *panel = &g_array_index(panels, Panel, i);
        g_autofree char *l3 = sim_text_count(panel->all_unseen);
        g_autofree char *l4 = sim_text_count(panel->all_seen);
        g_ptr_array_add(data, g_strdup(panel->data));
        g_ptr_array_add(regions, g_strdup_printf("accepted in %s", panel->region));
        g_ptr_array_add(unseen, g_strdup_printf("%s unseen (L3)", l3));
        g_ptr_array_add(seen, g_strdup_printf("%s had seen it (L4)", l4));
    }
    picture_texts(picture, "DATA", data);
    picture_texts(picture, "REGION", regions);
    picture_texts(picture, "UNSEEN", unseen);
    picture_texts(picture, "SEEN", seen);
}

/* Of very many harmed writes the database keeps the first only. */
static bool list_was_cut(const ReportCase *self)
{
    g_autoptr(StoreRows) run = report_ask(self, "run.sql");
    return store_next(run) && store_number(run, 15) > 0;
}

Picture *draw_discarded(const ReportCase *self, bool narrow)
{
    if (self->end_ns <= 0)
        return NULL;
    int64_t width = MAX((self->end_ns + BUCKETS - 1) / BUCKETS, 1);
    int64_t most;
    GArray *panels = read_panels(self, width, &most);
    if (most == 0) {
        g_array_free(panels, TRUE);
        return NULL;
    }
    if (panels->len > MOST_PANELS)
        g_array_set_size(panels, MOST_PANELS);
    g_autofree char *each = sim_text_duration(width);
    g_autofree char *subtitle = g_strdup_printf(
        "%s. Acknowledged writes per %s, by when they were acknowledged, that lost to another one. "
        "Blue: the two had not seen each other (L3). Red: it had seen the one that beat it, an "
        "inverted order (L4). Grey: a fault is active; darker: a failover is under way.%s",
        self->label, each,
        list_was_cut(self) ? " The list of harmed writes was cut: there were more." : "");
    Picture *picture = picture_new(self->prefix, "discarded", narrow ? PICTURE_NARROW : 1200,
                                   "Where changes met: writes discarded over time", subtitle);
    picture_bands(picture, self, narrow ? 50 : 190, narrow ? 26 : 190);
    picture_panels(picture, PANEL, GAP, panels->len);
    picture_number(picture, "MOST", most);
    picture_seconds(picture, "END", self->end_ns);
    picture_time_ticks(picture, self->end_ns, narrow ? 4 : 10);
    name_panels(picture, panels);
    append_figures(picture->tsv, panels, width, self->end_ns);
    g_array_free(panels, TRUE);
    return picture;
}
