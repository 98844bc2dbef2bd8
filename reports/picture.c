/*
 * picture.c: assignments for gnuplot, ticks and bands; writes and draws a picture.
 *
 * Given figures by the drawers (over_time.c, latency.c, ...). Writing a file can fail; drawing can
 * only warn. All numbers in a script are written from integers, so no locale can change them.
 */
#include "reports/picture.h"

#include <string.h>

#include <glib/gstdio.h>

#include "reports/error.h"
#include "reports/gnuplot.h"
#include "sim/base/detmath.h"
#include "sim/base/text.h"
#include "sim/base/time.h"

#define SIGN_WIDTH 6.6  /* of an average sign of DejaVu Sans 11, in pixels */
#define LINE_HEIGHT 17u /* of a line of the subtitle */
#define TITLE_SIZE 15u  /* of the title of a narrow picture */
#define TITLE_HEIGHT 20u
#define MOST_BANDS 60u /* more would be one grey field */
#define MOST_NAME_ROWS 4u

/* ---- text of a script ------------------------------------------------------------------------ */

/* In single quotes gnuplot interprets nothing, in double quotes it would run `commands`. */
static void append_quoted(GString *head, const char *text)
{
    g_string_append_c(head, '\'');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'')
            g_string_append(head, "''");
        else if (*at == '\n')
            g_string_append(head, "'.\"\\n\".'");
        else
            g_string_append_c(head, (unsigned char)*at < ' ' ? ' ' : *at);
    }
    g_string_append_c(head, '\'');
}

static void append_billionths(GString *text, int64_t value)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    g_string_append_printf(text, "%s%" G_GUINT64_FORMAT ".%09" G_GUINT64_FORMAT,
                           value < 0 ? "-" : "", size / 1000000000, size % 1000000000);
    while (text->str[text->len - 1] == '0')
        g_string_truncate(text, text->len - 1);
    if (text->str[text->len - 1] == '.')
        g_string_append_c(text, '0'); /* "3" would make gnuplot divide in integers */
}

void picture_append_seconds(GString *text, int64_t ns)
{
    append_billionths(text, ns);
}

void picture_number(Picture *picture, const char *name, int64_t value)
{
    g_string_append_printf(picture->head, "%s = %" G_GINT64_FORMAT "\n", name, value);
}

void picture_seconds(Picture *picture, const char *name, int64_t ns)
{
    g_string_append_printf(picture->head, "%s = ", name);
    append_billionths(picture->head, ns);
    g_string_append_c(picture->head, '\n');
}

void picture_text(Picture *picture, const char *name, const char *text)
{
    g_string_append_printf(picture->head, "%s = ", name);
    append_quoted(picture->head, text);
    g_string_append_c(picture->head, '\n');
}

void picture_numbers(Picture *picture, const char *name, const GArray *int64s, PictureUnit unit)
{
    GString *head = picture->head;
    g_string_append_printf(head, "array %s[%u] = [", name, MAX(int64s->len, 1u));
    for (guint i = 0; i < int64s->len; i++) {
        int64_t value = g_array_index(int64s, int64_t, i);
        g_string_append(head, i == 0 ? "" : ", ");
        if (unit == PICTURE_BILLIONTHS)
            append_billionths(head, value);
        else
            g_string_append_printf(head, "%" G_GINT64_FORMAT, value);
    }
    g_string_append(head, int64s->len == 0 ? "0]\n" : "]\n");
}

void picture_texts(Picture *picture, const char *name, const GPtrArray *texts)
{
    GString *head = picture->head;
    g_string_append_printf(head, "array %s[%u] = [", name, MAX(texts->len, 1u));
    for (guint i = 0; i < texts->len; i++) {
        g_string_append(head, i == 0 ? "" : ", ");
        append_quoted(head, g_ptr_array_index(texts, i));
    }
    g_string_append(head, texts->len == 0 ? "'']\n" : "]\n");
}

static uint32_t text_pixels(const char *text)
{
    return (uint32_t)((double)g_utf8_strlen(text, -1) * SIGN_WIDTH) + 1;
}

/* Breaks at spaces; returns the number of lines. */
static uint32_t wrap(GString *text, uint32_t pixels)
{
    uint32_t lines = 1;
    size_t   begin = 0;
    size_t   space = 0; /* last space of the line; 0: none */
    for (size_t i = 0; i < text->len; i++) {
        if (text->str[i] == ' ')
            space = i;
        if ((double)(i - begin) * SIGN_WIDTH > (double)pixels && space > begin) {
            text->str[space] = '\n';
            begin = space + 1;
            lines++;
        }
    }
    return lines;
}

Picture *picture_new(const char *prefix, const char *kind, uint32_t width, const char *title,
                     const char *subtitle)
{
    Picture *picture = g_new0(Picture, 1);
    picture->narrow = width == PICTURE_NARROW;
    picture->name = g_strconcat(prefix, kind, picture->narrow ? "_narrow" : "", NULL);
    picture->plot = g_strconcat(kind, ".gp", NULL);
    picture->about = g_strdup(title);
    picture->head = g_string_new(NULL);
    picture->tsv = g_string_new(NULL);
    picture->width = width;
    GString *wrapped = g_string_new(subtitle);
    uint32_t margin = picture->narrow ? 16 : 32;
    uint32_t lines = wrap(wrapped, width - margin);
    GString *head = g_string_new(title);
    uint32_t head_lines = wrap(head, picture->narrow ? (width - margin) * 11 / TITLE_SIZE : width);
    uint32_t below = 48 + (head_lines - 1) * TITLE_HEIGHT;
    picture->top = below + 2 + LINE_HEIGHT * lines;
    picture_text(picture, "NAME", picture->name);
    picture_number(picture, "NARROW", picture->narrow);
    picture_number(picture, "MARGIN", margin / 2);
    picture_number(picture, "TITLE_SIZE", picture->narrow ? TITLE_SIZE : 17);
    picture_number(picture, "SUB", below);
    picture_text(picture, "TITLE", head->str);
    g_string_free(head, TRUE);
    picture_text(picture, "SUBTITLE", wrapped->str);
    picture_number(picture, "WIDTH", width);
    g_string_free(wrapped, TRUE);
    return picture;
}

void picture_free(Picture *picture)
{
    if (picture == NULL)
        return;
    g_free(picture->name);
    g_free(picture->about);
    g_free(picture->plot);
    g_string_free(picture->head, TRUE);
    g_string_free(picture->tsv, TRUE);
    g_free(picture);
}

void picture_height(Picture *picture, uint32_t height)
{
    picture->height = height;
    picture_number(picture, "HEIGHT", height);
}

/* ---- ticks ----------------------------------------------------------------------------------- */

static GArray *numbers_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(int64_t));
}

static void ticks_end(Picture *picture, const char *count, const char *at, const char *name,
                      GArray *places, GPtrArray *names, PictureUnit unit)
{
    picture_number(picture, count, places->len);
    picture_numbers(picture, at, places, unit);
    picture_texts(picture, name, names);
    g_array_free(places, TRUE);
    g_ptr_array_free(names, TRUE);
}

void picture_time_ticks(Picture *picture, int64_t end_ns, uint32_t most)
{
    static const int64_t steps[] = {
        SIM_MS,       2 * SIM_MS,    5 * SIM_MS,   10 * SIM_MS, 20 * SIM_MS,  50 * SIM_MS,
        100 * SIM_MS, 200 * SIM_MS,  500 * SIM_MS, SIM_S,       2 * SIM_S,    5 * SIM_S,
        10 * SIM_S,   15 * SIM_S,    30 * SIM_S,   SIM_MIN,     2 * SIM_MIN,  5 * SIM_MIN,
        10 * SIM_MIN, 15 * SIM_MIN,  30 * SIM_MIN, SIM_HOUR,    2 * SIM_HOUR, 3 * SIM_HOUR,
        6 * SIM_HOUR, 12 * SIM_HOUR, SIM_DAY};
    int64_t step = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(steps) && step == 0; i++)
        if (end_ns / steps[i] <= most)
            step = steps[i];
    if (step == 0)
        step = (end_ns / most / SIM_DAY + 1) * SIM_DAY;
    GArray    *places = numbers_new();
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (int64_t at = 0; at <= end_ns; at += step) {
        g_array_append_val(places, at);
        g_ptr_array_add(names, at == 0 ? g_strdup("0") : sim_text_duration(at));
    }
    ticks_end(picture, "TICKS", "TICK_AT", "TICK_NAME", places, names, PICTURE_BILLIONTHS);
}

void picture_count_ticks(Picture *picture, int64_t end, uint32_t most)
{
    int64_t step = 1;
    while (end / step > most)
        step = end / (step * 2) <= most   ? step * 2
               : end / (step * 5) <= most ? step * 5
                                          : step * 10;
    GArray    *places = numbers_new();
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (int64_t at = 0; at <= end; at += step) {
        g_array_append_val(places, at);
        g_ptr_array_add(names, sim_text_count(at));
    }
    ticks_end(picture, "TICKS", "TICK_AT", "TICK_NAME", places, names, PICTURE_WHOLE);
}

void picture_age_ticks(Picture *picture, int64_t floor_ns, int64_t ceiling_ns,
                       const char *floor_name)
{
    static const int64_t steps[] = {
        SIM_US,     10 * SIM_US, 100 * SIM_US, SIM_MS,   10 * SIM_MS,   100 * SIM_MS, SIM_S,
        10 * SIM_S, SIM_MIN,     10 * SIM_MIN, SIM_HOUR, 10 * SIM_HOUR, SIM_DAY,      10 * SIM_DAY};
    picture_seconds(picture, "FLOOR", floor_ns);
    picture_seconds(picture, "CEILING", ceiling_ns);
    GArray    *places = numbers_new();
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (steps[i] < floor_ns || steps[i] > ceiling_ns)
            continue;
        bool is_floor = steps[i] == floor_ns && floor_name != NULL;
        g_array_append_val(places, steps[i]);
        g_ptr_array_add(names, is_floor ? g_strdup(floor_name) : sim_text_duration(steps[i]));
    }
    ticks_end(picture, "AGES", "AGE_AT", "AGE_NAME", places, names, PICTURE_BILLIONTHS);
}

int64_t picture_log10(int64_t value)
{
    return (int64_t)(sim_det_log((double)value) / 2.302585092994046 * 1e9);
}

/* ---- bands ----------------------------------------------------------------------------------- */

typedef struct Bands {
    GArray    *from, *to, *alpha, *at, *y;
    GPtrArray *names;
    uint32_t   rows;                    /* of names in use */
    int64_t    row_end[MOST_NAME_ROWS]; /* pixel at which the last name of the row ends */
} Bands;

/* Finds a row for a name that begins at pixel `x`; false if all are taken. */
static bool place_name(Bands *bands, int64_t x, int64_t width, uint32_t *out_row)
{
    for (uint32_t row = 0; row < MOST_NAME_ROWS; row++) {
        if (row >= bands->rows)
            bands->row_end[row] = 0;
        if (bands->row_end[row] > x)
            continue;
        bands->row_end[row] = x + width + 12;
        bands->rows = MAX(bands->rows, row + 1);
        *out_row = row;
        return true;
    }
    return false;
}

static void add_band(Bands *bands, int64_t from, int64_t to, int64_t alpha, const char *name,
                     const ReportCase *self, uint32_t pixels)
{
    int64_t  width = text_pixels(name);
    int64_t  x = sim_time_scale(from, pixels, MAX(self->end_ns, 1));
    uint32_t row = 0;
    bool     named = name[0] != '\0';
    x = MAX(0, MIN(x, (int64_t)pixels - width)); /* a late fault's name ends at the frame */
    if (named)
        named = place_name(bands, x, width, &row);
    int64_t at = sim_time_scale(self->end_ns, x, pixels);
    int64_t y = row;
    g_array_append_val(bands->from, from);
    g_array_append_val(bands->to, to);
    g_array_append_val(bands->alpha, alpha);
    g_array_append_val(bands->at, at);
    g_array_append_val(bands->y, y);
    g_ptr_array_add(bands->names, g_strdup(named ? name : ""));
}

static void read_bands(Bands *bands, const ReportCase *self, uint32_t pixels)
{
    /* What happens again and again to one target is named once, or it would crowd out the rest. */
    g_autoptr(GHashTable) named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(StoreRows) faults = report_ask(self, "faults.sql");
    while (store_next(faults) && bands->from->len < MOST_BANDS) {
        char *what = g_strdup_printf("%s %s", store_text(faults, 2), store_text(faults, 3));
        bool  first = g_hash_table_add(named, what);
        add_band(bands, store_number(faults, 4), store_number(faults, 5), 120000000,
                 first ? store_text(faults, 1) : "", self, pixels);
    }
    g_autoptr(StoreRows) failovers = report_ask(self, "rto.sql");
    while (store_next(failovers) && bands->from->len < MOST_BANDS) {
        if (store_is_null(failovers, 3))
            continue;
        int64_t start = store_number(failovers, 2);
        add_band(bands, start, start + store_number(failovers, 3), 60000000, "", self, pixels);
    }
}

void picture_bands(Picture *picture, const ReportCase *self, uint32_t left, uint32_t right)
{
    Bands bands = {numbers_new(),
                   numbers_new(),
                   numbers_new(),
                   numbers_new(),
                   numbers_new(),
                   g_ptr_array_new_with_free_func(g_free),
                   0,
                   {0}};
    read_bands(&bands, self, picture->width - left - right);
    picture->top += bands.rows * 16 + 6;
    for (guint i = 0; i < bands.y->len; i++) {
        int64_t *y = &g_array_index(bands.y, int64_t, i);
        *y = (int64_t)picture->top - 12 - 16 * *y;
    }
    picture_number(picture, "LEFT", left);
    picture_number(picture, "RIGHT", right);
    picture_number(picture, "BANDS", bands.from->len);
    picture_numbers(picture, "BAND_FROM", bands.from, PICTURE_BILLIONTHS);
    picture_numbers(picture, "BAND_TO", bands.to, PICTURE_BILLIONTHS);
    picture_numbers(picture, "BAND_ALPHA", bands.alpha, PICTURE_BILLIONTHS);
    picture_numbers(picture, "BAND_AT", bands.at, PICTURE_BILLIONTHS);
    picture_numbers(picture, "BAND_Y", bands.y, PICTURE_WHOLE);
    picture_texts(picture, "BAND_NAME", bands.names);
    g_array_free(bands.from, TRUE);
    g_array_free(bands.to, TRUE);
    g_array_free(bands.alpha, TRUE);
    g_array_free(bands.at, TRUE);
    g_array_free(bands.y, TRUE);
    g_ptr_array_free(bands.names, TRUE);
}

PicturePanels picture_panels(Picture *picture, uint32_t height, uint32_t gap, uint32_t count)
{
    uint32_t      names = picture->narrow ? 34 : 0;
    PicturePanels panels = {picture->top + names, height, gap + names, count};
    picture_number(picture, "TOP", panels.top);
    picture_number(picture, "PANEL", panels.height);
    picture_number(picture, "GAP", panels.gap);
    picture_number(picture, "PANELS", panels.count);
    picture_height(picture, panels.top + count * (height + panels.gap) - panels.gap + 36);
    return panels;
}

void picture_spread(int64_t *places, size_t count, int64_t gap, int64_t low, int64_t high)
{
    for (size_t i = 0; i < count; i++)
        places[i] = MAX(places[i], i == 0 ? low : places[i - 1] + gap);
    for (size_t i = count; i-- > 0;)
        places[i] = MIN(places[i], i + 1 == count ? high : places[i + 1] - gap);
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool write_file(const char *directory, const char *name, const char *ending,
                       const GString *text, GError **error)
{
    g_autofree char *file = g_strconcat(name, ending, NULL);
    g_autofree char *path = g_build_filename(directory, file, NULL);
    g_autoptr(GError) cause = NULL;
    if (g_file_set_contents(path, text->str, (gssize)text->len, &cause))
        return true;
    g_set_error(error, REPORT_ERROR, REPORT_ERROR_WRITE, "the report could not be written: %s",
                cause->message);
    return false;
}

/* gnuplot writes its commands into <title> elements, which a browser shows as tips wherever the
 * mouse rests. What a picture shows stands in its words. */
static void drop_titles(const char *path)
{
    static const char open[] = "<title>";
    static const char shut[] = "</title>";
    g_autofree char  *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return;
    g_autoptr(GString) kept = g_string_new(NULL);
    const char *at = text;
    for (const char *title = strstr(at, open); title != NULL; title = strstr(at, open)) {
        const char *end = strstr(title, shut);
        if (end == NULL)
            break;
        g_string_append_len(kept, at, title - at);
        at = end + strlen(shut);
    }
    g_string_append(kept, at);
    g_file_set_contents(path, kept->str, (gssize)kept->len, NULL);
}

static void draw(Picture *picture, const char *directory, bool *missing, GString *warnings)
{
    g_autofree char *svg = g_strconcat(picture->name, ".svg", NULL);
    g_autofree char *path = g_build_filename(directory, svg, NULL);
    g_autofree char *script = g_strconcat(picture->name, ".gp", NULL);
    g_autofree char *complaint = NULL;
    g_unlink(path); /* an older picture must not stand for this one */
    if (*missing)
        return;
    switch (gnuplot_run(directory, script, &complaint)) {
    case GNUPLOT_DREW:
        picture->drawn = g_file_test(path, G_FILE_TEST_IS_REGULAR);
        drop_titles(path);
        break;
    case GNUPLOT_MISSING:
        *missing = true;
        g_string_append(warnings, "gnuplot was not found, so the report has no pictures; install "
                                  "gnuplot and run 'faultline report' again\n");
        break;
    case GNUPLOT_FAILED:
        g_unlink(path);
        g_string_append_printf(warnings, "gnuplot could not draw %s:\n%s\n", script, complaint);
        break;
    }
}

bool picture_draw(Picture *picture, const char *directory, bool *missing, GString *warnings,
                  GError **error)
{
    g_autoptr(GString) script = g_string_new(NULL);
    g_string_append_printf(script,
                           "# Draws %s.svg from %s.tsv: run 'gnuplot %s.gp' in this directory.\n\n",
                           picture->name, picture->name, picture->name);
    g_string_append(script, picture->head->str);
    g_string_append_c(script, '\n');
    g_string_append(script, report_plot("style.gp"));
    g_string_append_c(script, '\n');
    g_string_append(script, report_plot(picture->plot));
    if (!write_file(directory, picture->name, ".gp", script, error) ||
        !write_file(directory, picture->name, ".tsv", picture->tsv, error))
        return false;
    draw(picture, directory, missing, warnings);
    return true;
}
