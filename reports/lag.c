/*
 * lag.c: the picture of how far each region is behind, per channel and direction.
 */
#include "reports/drawers.h"

#include <string.h>

#include "reports/words.h"
#include "sim/base/text.h"
#include "sim/base/time.h"

#define MOST_BUCKETS 600
#define MOST_PANELS 12u
#define MOST_NAMED 4u /* lines with a colour and a name; the others are grey */
#define PANEL 112u
#define LABEL_NARROW 19
#define GAP 16u

typedef struct Line {
    uint32_t panel;
    char    *name;  /* "hangzhou → beijing" */
    char    *label; /* what stands at its end; "" if nothing */
    int64_t  worst, last;
    int64_t *ages; /* per bucket; -1: not measured */
    uint32_t colour;
    int64_t  y;
} Line;

typedef struct LagPanel {
    char    *data, *part; /* data class and channel as the database has them */
    char    *channel;     /* the same channel for people */
    uint32_t first, last; /* lines */
} LagPanel;

typedef struct Copy { /* a full copy, as a stripe at the foot of its panel */
    int64_t panel;    /* from 1 */
    int64_t from, loading, to;
    int64_t dropped; /* 1: too much waited */
} Copy;

typedef struct Alone { /* a source without copies, as a stripe at the head of its panels */
    int64_t panel;     /* from 1 */
    int64_t waited, from, to;
} Alone;

typedef struct Lag {
    const ReportCase *self;   /* lent */
    GArray           *panels; /* of LagPanel */
    GArray           *lines;  /* of Line */
    GArray           *copies; /* of Copy */
    GArray           *alones; /* of Alone */
    size_t            buckets;
    int64_t           worst;
    bool              left_out; /* there were more channels than panels */
} Lag;

static Line *line_at(const Lag *lag, guint index)
{
    return &g_array_index(lag->lines, Line, index);
}

static LagPanel *panel_at(const Lag *lag, guint index)
{
    return &g_array_index(lag->panels, LagPanel, index);
}

static bool begin_panel(Lag *lag, const char *data, const char *part)
{
    if (lag->panels->len > 0) {
        const LagPanel *last = panel_at(lag, lag->panels->len - 1);
        if (strcmp(last->data, data) == 0 && strcmp(last->part, part) == 0)
            return true;
    }
    if (lag->panels->len == MOST_PANELS) {
        lag->left_out = true;
        return false;
    }
    LagPanel panel = {.data = g_strdup(data),
                      .part = g_strdup(part),
                      .channel = words_channel(lag->self, part),
                      .first = lag->lines->len,
                      .last = lag->lines->len};
    g_array_append_val(lag->panels, panel);
    return true;
}

static Line *begin_line(Lag *lag, const char *from, const char *to)
{
    uint32_t         panel = lag->panels->len - 1;
    g_autofree char *name = g_strdup_printf("%s → %s", from, to);
    if (lag->lines->len > 0) {
        Line *last = line_at(lag, lag->lines->len - 1);
        if (last->panel == panel && strcmp(last->name, name) == 0)
            return last;
    }
    Line line = {
        .panel = panel, .name = g_steal_pointer(&name), .ages = g_new(int64_t, lag->buckets)};
    for (size_t i = 0; i < lag->buckets; i++)
        line.ages[i] = -1;
    g_array_append_val(lag->lines, line);
    panel_at(lag, panel)->last = lag->lines->len - 1;
    return line_at(lag, lag->lines->len - 1);
}

static void read_lag(Lag *lag, const ReportCase *self, int64_t width)
{
    g_autoptr(StoreRows) rows = report_ask(self, "lag.sql");
    store_bind_number(rows, 2, width);
    while (store_next(rows)) {
        if (!begin_panel(lag, store_text(rows, 0), store_text(rows, 1)))
            break;
        Line  *line = begin_line(lag, store_text(rows, 2), store_text(rows, 3));
        size_t bucket = MIN((size_t)store_number(rows, 4), lag->buckets - 1);
        line->ages[bucket] = MAX(line->ages[bucket], store_number(rows, 5));
        line->last = store_number(rows, 5);
        line->worst = MAX(line->worst, line->last);
        lag->worst = MAX(lag->worst, line->last);
    }
}

/* A copy that was never loaded begins to be loaded at its end. */
static void read_copies(Lag *lag, const ReportCase *self)
{
    g_autoptr(StoreRows) rows = report_ask(self, "resyncs.sql");
    while (store_next(rows)) {
        guint panel = 0;
        while (panel < lag->panels->len &&
               (strcmp(panel_at(lag, panel)->data, store_text(rows, 0)) != 0 ||
                strcmp(panel_at(lag, panel)->part, store_text(rows, 1)) != 0))
            panel++;
        if (panel == lag->panels->len)
            continue;
        int64_t to = store_is_null(rows, 6) ? self->end_ns : store_number(rows, 6);
        Copy    copy = {.panel = panel + 1,
                        .from = store_number(rows, 4),
                        .loading = store_is_null(rows, 5) ? to : store_number(rows, 5),
                        .to = to,
                        .dropped = strcmp(store_text(rows, 7), "overflow") == 0};
        g_array_append_val(lag->copies, copy);
    }
}

static void read_alones(Lag *lag, const ReportCase *self)
{
    g_autoptr(StoreRows) rows = report_ask(self, "alones.sql");
    while (store_next(rows))
        for (guint panel = 0; panel < lag->panels->len; panel++) {
            if (strcmp(panel_at(lag, panel)->data, store_text(rows, 0)) != 0)
                continue;
            Alone alone = {.panel = panel + 1,
                           .waited = store_number(rows, 2),
                           .from = store_number(rows, 3),
                           .to = store_is_null(rows, 4) ? self->end_ns : store_number(rows, 4)};
            g_array_append_val(lag->alones, alone);
        }
}

/* Worst first; the name decides ties. */
static gint by_worst(gconstpointer a, gconstpointer b)
{
    const Line *const *x = a;
    const Line *const *y = b;
    if ((*x)->worst != (*y)->worst)
        return (*x)->worst > (*y)->worst ? -1 : 1;
    return strcmp((*x)->name, (*y)->name);
}

static gint by_y(gconstpointer a, gconstpointer b)
{
    const Line *const *x = a;
    const Line *const *y = b;
    if ((*x)->y != (*y)->y)
        return (*x)->y < (*y)->y ? -1 : 1;
    return strcmp((*x)->name, (*y)->name);
}

/* Colours and names for the worst lines of a panel, and places for the names at the line ends. */
static void name_lines(Lag *lag, const LagPanel *panel, int64_t top, int64_t floor, int64_t ceiling)
{
    static const uint32_t colours[MOST_NAMED] = {1, 4, 3, 5}; /* vermillion is for failures */
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    for (uint32_t i = panel->first; i <= panel->last; i++)
        g_ptr_array_add(lines, line_at(lag, i));
    g_ptr_array_sort(lines, by_worst);
    uint32_t named = MIN(lines->len, MOST_NAMED);
    uint32_t labels = MIN(lines->len, MOST_NAMED + 1); /* one for all the grey ones */
    for (uint32_t i = 0; i < lines->len; i++) {
        Line   *line = g_ptr_array_index(lines, i);
        int64_t age = CLAMP(line->last, floor, ceiling);
        int64_t share = picture_log10(ceiling) - picture_log10(age);
        int64_t range = picture_log10(ceiling) - picture_log10(floor);
        line->y = top + sim_time_scale(share, PANEL, range);
        line->colour = i < named ? colours[i] : 0;
        line->label = g_strdup(i < named ? line->name : "");
    }
    if (labels > named) {
        uint32_t others = lines->len - named;
        Line    *grey = g_ptr_array_index(lines, named);
        g_free(grey->label);
        grey->label = g_strdup_printf("%u other%s", others, others == 1 ? "" : "s");
    }
    g_ptr_array_set_size(lines, (gint)labels);
    g_ptr_array_sort(lines, by_y);
    int64_t places[MOST_NAMED + 1];
    for (uint32_t i = 0; i < labels; i++)
        places[i] = ((const Line *)g_ptr_array_index(lines, i))->y;
    picture_spread(places, labels, 15, top + 6, top + (int64_t)PANEL - 4);
    for (uint32_t i = 0; i < labels; i++)
        ((Line *)g_ptr_array_index(lines, i))->y = places[i];
}

/* Owned; beside a narrow picture there is room for so many letters. */
static char *label_for(const Picture *picture, const char *label)
{
    if (!picture->narrow || g_utf8_strlen(label, -1) <= LABEL_NARROW)
        return g_strdup(label);
    g_autofree char *begin = g_utf8_substring(label, 0, LABEL_NARROW - 1);
    return g_strconcat(begin, "…", NULL);
}

/* A label for every line; grey lines after the first have none. */
static void put_lines(Picture *picture, const Lag *lag)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) colours = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) ys = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (guint i = 0; i < lag->lines->len; i++) {
        const Line *line = line_at(lag, i);
        int64_t     column = i + 2;
        int64_t     colour = line->colour;
        g_ptr_array_add(names, label_for(picture, line->label));
        g_array_append_val(columns, column);
        g_array_append_val(colours, colour);
        g_array_append_val(ys, line->y);
    }
    picture_texts(picture, "SERIES_NAME", names);
    picture_numbers(picture, "SERIES_COLUMN", columns, PICTURE_WHOLE);
    picture_numbers(picture, "SERIES_COLOUR", colours, PICTURE_WHOLE);
    picture_numbers(picture, "SERIES_Y", ys, PICTURE_WHOLE);
}

static void put_panels(Picture *picture, const Lag *lag)
{
    g_autoptr(GPtrArray) data = g_ptr_array_new();
    g_autoptr(GPtrArray) channels = g_ptr_array_new();
    g_autoptr(GArray) firsts = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) lasts = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (guint i = 0; i < lag->panels->len; i++) {
        LagPanel *panel = panel_at(lag, i);
        int64_t   first = panel->first + 1;
        int64_t   last = panel->last + 1;
        g_ptr_array_add(data, panel->data);
        g_ptr_array_add(channels, panel->channel);
        g_array_append_val(firsts, first);
        g_array_append_val(lasts, last);
    }
    picture_number(picture, "PANELS", lag->panels->len);
    picture_texts(picture, "DATA", data);
    picture_texts(picture, "CHANNEL", channels);
    picture_numbers(picture, "FIRST", firsts, PICTURE_WHOLE);
    picture_numbers(picture, "LAST", lasts, PICTURE_WHOLE);
}

static void put_copies(Picture *picture, const Lag *lag)
{
    static const struct {
        const char *name;
        PictureUnit unit;
        size_t      offset;
    } columns[] = {{"COPY_PANEL", PICTURE_WHOLE, G_STRUCT_OFFSET(Copy, panel)},
                   {"COPY_FROM", PICTURE_BILLIONTHS, G_STRUCT_OFFSET(Copy, from)},
                   {"COPY_LOADING", PICTURE_BILLIONTHS, G_STRUCT_OFFSET(Copy, loading)},
                   {"COPY_TO", PICTURE_BILLIONTHS, G_STRUCT_OFFSET(Copy, to)},
                   {"COPY_DROPPED", PICTURE_WHOLE, G_STRUCT_OFFSET(Copy, dropped)}};
    picture_number(picture, "COPIES", lag->copies->len);
    for (size_t c = 0; c < G_N_ELEMENTS(columns); c++) {
        g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(int64_t));
        for (guint i = 0; i < lag->copies->len; i++)
            g_array_append_vals(
                values, (const char *)&g_array_index(lag->copies, Copy, i) + columns[c].offset, 1);
        picture_numbers(picture, columns[c].name, values, columns[c].unit);
    }
}

static void put_alones(Picture *picture, const Lag *lag)
{
    static const struct {
        const char *name;
        PictureUnit unit;
        size_t      offset;
    } columns[] = {{"ALONE_PANEL", PICTURE_WHOLE, G_STRUCT_OFFSET(Alone, panel)},
                   {"ALONE_WAITED", PICTURE_BILLIONTHS, G_STRUCT_OFFSET(Alone, waited)},
                   {"ALONE_FROM", PICTURE_BILLIONTHS, G_STRUCT_OFFSET(Alone, from)},
                   {"ALONE_TO", PICTURE_BILLIONTHS, G_STRUCT_OFFSET(Alone, to)}};
    picture_number(picture, "ALONES", lag->alones->len);
    for (size_t c = 0; c < G_N_ELEMENTS(columns); c++) {
        g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(int64_t));
        for (guint i = 0; i < lag->alones->len; i++)
            g_array_append_vals(
                values, (const char *)&g_array_index(lag->alones, Alone, i) + columns[c].offset, 1);
        picture_numbers(picture, columns[c].name, values, columns[c].unit);
    }
}

static bool is_measured(const Lag *lag, size_t bucket)
{
    for (guint i = 0; i < lag->lines->len; i++)
        if (line_at(lag, i)->ages[bucket] >= 0)
            return true;
    return false;
}

/* A bucket in which nothing was measured has no row: probes may be further apart than buckets, and
 * a gap on both sides of every point would leave nothing to draw. */
static void append_figures(GString *tsv, const Lag *lag, int64_t width)
{
    g_string_append(tsv, "seconds");
    for (guint i = 0; i < lag->lines->len; i++) {
        const LagPanel *panel = panel_at(lag, line_at(lag, i)->panel);
        g_string_append_printf(tsv, "\t%s by %s, %s", panel->data, panel->channel,
                               line_at(lag, i)->name);
    }
    g_string_append_c(tsv, '\n');
    for (size_t bucket = 0; bucket < lag->buckets; bucket++) {
        if (!is_measured(lag, bucket))
            continue;
        picture_append_seconds(tsv, (int64_t)bucket * width);
        for (guint i = 0; i < lag->lines->len; i++) {
            g_string_append_c(tsv, '\t');
            if (line_at(lag, i)->ages[bucket] < 0)
                g_string_append(tsv, "NaN");
            else
                picture_append_seconds(tsv, line_at(lag, i)->ages[bucket]);
        }
        g_string_append_c(tsv, '\n');
    }
}

static void lag_clear(Lag *lag)
{
    for (guint i = 0; i < lag->lines->len; i++) {
        g_free(line_at(lag, i)->name);
        g_free(line_at(lag, i)->label);
        g_free(line_at(lag, i)->ages);
    }
    for (guint i = 0; i < lag->panels->len; i++) {
        g_free(panel_at(lag, i)->data);
        g_free(panel_at(lag, i)->part);
        g_free(panel_at(lag, i)->channel);
    }
    g_array_free(lag->lines, TRUE);
    g_array_free(lag->panels, TRUE);
    g_array_free(lag->copies, TRUE);
    g_array_free(lag->alones, TRUE);
}

Picture *draw_lag(const ReportCase *self, bool narrow)
{
    int64_t width = MAX(self->end_ns / MOST_BUCKETS, 1);
    Lag     lag = {.self = self,
                   .panels = g_array_new(FALSE, FALSE, sizeof(LagPanel)),
                   .lines = g_array_new(FALSE, FALSE, sizeof(Line)),
                   .copies = g_array_new(FALSE, FALSE, sizeof(Copy)),
                   .alones = g_array_new(FALSE, FALSE, sizeof(Alone)),
                   .buckets = (size_t)(self->end_ns / width) + 1};
    read_lag(&lag, self, width);
    if (lag.lines->len == 0) {
        lag_clear(&lag);
        return NULL;
    }
    read_copies(&lag, self);
    read_alones(&lag, self);
    int64_t          floor = SIM_MS;
    int64_t          ceiling = MAX(lag.worst + lag.worst / 2, 10 * SIM_MS);
    g_autofree char *subtitle = g_strdup_printf(
        "%s. Age of the oldest change that was committed in one region and not yet applied in the "
        "other; the higher, the more is lost if the first region dies. The worst four directions "
        "of "
        "each channel are named%s.%s%s",
        self->label, lag.left_out ? "; the first twelve channels are shown" : "",
        lag.copies->len > 0
            ? " A stripe below is a full copy: under way, then dark while it is loaded and nothing "
              "is served; a red line where the source dropped it because too much waited."
            : "",
        lag.alones->len > 0
            ? " A stripe above: yellow while commits waited for copies in vain, red while the "
              "source went on without: what it acknowledged then existed once."
            : "");
    Picture *picture =
        picture_new(self->prefix, "lag", narrow ? PICTURE_NARROW : 1200,
                    "How far behind the copies were, per data class and channel", subtitle);
    picture_bands(picture, self, narrow ? 56 : 190, narrow ? 138 : 170);
    PicturePanels panels = picture_panels(picture, PANEL, GAP, lag.panels->len);
    for (guint i = 0; i < lag.panels->len; i++)
        name_lines(&lag, panel_at(&lag, i), (int64_t)panels.top + i * (panels.height + panels.gap),
                   floor, ceiling);
    append_figures(picture->tsv, &lag, width);
    picture_seconds(picture, "END", self->end_ns);
    picture_time_ticks(picture, self->end_ns, narrow ? 4 : 10);
    picture_age_ticks(picture, floor, ceiling, "none");
    put_panels(picture, &lag);
    put_lines(picture, &lag);
    put_copies(picture, &lag);
    put_alones(picture, &lag);
    lag_clear(&lag);
    return picture;
}
