/*
 * words.c: what several chapters say in the same way.
 */
#include "reports/words.h"

#include <string.h>

#include "reports/table.h"
#include "sim/base/text.h"

void words_heading(GString *page, unsigned level, const char *text)
{
    g_string_append_c(page, '\n');
    for (unsigned i = 0; i < level; i++)
        g_string_append_c(page, '#');
    g_autofree char *plain = table_escape(text);
    g_string_append_printf(page, " %s\n\n", plain);
}

const char *words_plural(int64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

char *words_instant(int64_t ns)
{
    if (ns < 60 * INT64_C(1000000000))
        return sim_text_duration(ns);
    int64_t  tenths = (ns + 50000000) / 100000000;
    int64_t  hours = tenths / 36000;
    int64_t  minutes = tenths / 600 % 60;
    int64_t  rest = tenths % 600;
    GString *text = g_string_new(NULL);
    if (hours > 0)
        g_string_append_printf(text, "%" G_GINT64_FORMAT " h", hours);
    if (minutes > 0)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT " min", hours > 0 ? " " : "", minutes);
    if (rest % 10 != 0)
        g_string_append_printf(text, " %" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " s", rest / 10,
                               rest % 10);
    else if (rest > 0)
        g_string_append_printf(text, " %" G_GINT64_FORMAT " s", rest / 10);
    return g_string_free(text, FALSE);
}

char *words_stretch(int64_t from_ns, int64_t to_ns)
{
    g_autofree char *from = words_instant(from_ns);
    g_autofree char *to = words_instant(to_ns);
    char            *space = strchr(from, ' ');
    const char      *unit = strchr(to, ' ');
    /* Of two times in one unit, only the second names it. */
    if (space != NULL && unit != NULL && strcmp(space, unit) == 0 && strchr(space + 1, ' ') == NULL)
        *space = '\0';
    return g_strdup_printf("%s to %s", from, to);
}

static const char channels[] = "/channels[";

char *words_channel_data(const char *part)
{
    const char *slash = strstr(part, channels);
    if (slash == NULL || !g_str_has_prefix(part, "data "))
        return NULL;
    const char *name = part + strlen("data ");
    return g_strndup(name, (gsize)(slash - name));
}

static bool only_channel(const ReportCase *self, const char *data)
{
    g_autoptr(StoreRows) rows = report_ask(self, "channels.sql");
    bool only = true;
    while (store_next(rows))
        if (strcmp(store_text(rows, 0), data) == 0)
            only = store_number(rows, 1) <= 1;
    return only;
}

char *words_channel(const ReportCase *self, const char *part)
{
    g_autofree char *data = words_channel_data(part);
    const char      *space = strrchr(part, ' ');
    if (data == NULL || space == NULL)
        return g_strdup(part);
    if (only_channel(self, data))
        return g_strdup(space + 1);
    guint64 number = g_ascii_strtoull(strstr(part, channels) + strlen(channels), NULL, 10);
    return g_strdup_printf("%s, channel %" G_GUINT64_FORMAT, space + 1, number);
}

char *words_bytes(int64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB"};
    if (bytes < 1000)
        return g_strdup_printf("%" G_GINT64_FORMAT " B", bytes);
    size_t  unit = 0;
    int64_t scale = 1000;
    while (unit + 1 < G_N_ELEMENTS(units) && bytes / scale >= 1000) {
        scale *= 1000;
        unit++;
    }
    /* In tenths, rounded half up. */
    int64_t tenths = bytes / (scale / 10) + (bytes % (scale / 10) * 2 >= scale / 10);
    return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " %s", tenths / 10, tenths % 10,
                           units[unit]);
}
