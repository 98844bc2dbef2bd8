/*
 * compare_plan.c: what the plans of several columns say differently, item by item, field by field.
 *
 * The canonical text of a plan is a tree by indentation: items, their fields, the parts in a field,
 * the parts' fields, and so on:
 *
 *     data "account"              an item       "data account"
 *       conflict lww              its field     "data account", "conflict", "lww"
 *       channels                  its parts:
 *         queue                   "data account, channels[1]"   queue "rocketmq"
 *           flush 500ms           its field
 *
 * An item or part that a plan lacks, or that is of another kind there, is one line; nothing below
 * it is compared.
 */
#include "reports/compare.h"

#include <string.h>

#include "sim/base/text.h"

#define DEPTH_LIMIT 16u

/* One thing a plan says. */
typedef struct Saying {
    char *item;  /* path */
    char *field; /* "" for the item or part itself */
    char *value;
} Saying;

static void saying_free(gpointer pointer)
{
    Saying *saying = pointer;
    g_free(saying->item);
    g_free(saying->field);
    g_free(saying->value);
    g_free(saying);
}

static void say(GPtrArray *sayings, const char *item, const char *field, const char *value)
{
    Saying *saying = g_new0(Saying, 1);
    saying->item = g_strdup(item);
    saying->field = g_strdup(field);
    saying->value = g_strdup(value);
    g_ptr_array_add(sayings, saying);
}

/* --- reading a plan --- */

typedef struct PlanReading {
    const ReportCase *run;
    GPtrArray        *presets; /* part name, preset, part name, preset ... */
    GPtrArray        *sayings;
    char             *path[DEPTH_LIMIT];  /* of the item, field or part open at that depth */
    char             *part[DEPTH_LIMIT];  /* the same as parts are named: "data account/channels" */
    guint             parts[DEPTH_LIMIT]; /* how many stood in the field open at that depth */
} PlanReading;

static void presets_read(PlanReading *reading)
{
    g_autoptr(StoreRows) rows = report_ask(reading->run, "part_presets.sql");
    reading->presets = g_ptr_array_new_with_free_func(g_free);
    while (store_next(rows)) {
        g_ptr_array_add(reading->presets, g_strdup(store_text(rows, 0)));
        g_ptr_array_add(reading->presets, g_strdup(store_text(rows, 1)));
    }
}

static const char *preset_of(const PlanReading *reading, const char *part)
{
    for (guint i = 0; i < reading->presets->len; i += 2)
        if (strcmp(reading->presets->pdata[i], part) == 0)
            return reading->presets->pdata[i + 1];
    return NULL;
}

static guint depth_of(const char *line)
{
    return (guint)strspn(line, " ") / 2;
}

static void path_set(PlanReading *reading, guint depth, char *path, char *part)
{
    g_free(reading->path[depth]);
    g_free(reading->part[depth]);
    reading->path[depth] = path;
    reading->part[depth] = part;
    reading->parts[depth] = 0;
}

/* data "account" -> data account; there is one scenario, whatever its name. */
static void item_read(PlanReading *reading, const char *line)
{
    bool   frame = g_str_has_prefix(line, "scenario ");
    char **pieces = g_strsplit(line, "\"", -1);
    char  *name = frame ? g_strdup("scenario") : g_strjoinv("", pieces);
    say(reading->sayings, name, "", "there");
    path_set(reading, 0, name, g_strdup(name));
    g_strfreev(pieces);
}

/* A part of a field: its number is its place. A field that takes one part does not number it. */
static void part_read(PlanReading *reading, guint depth, const char *kind)
{
    guint       number = ++reading->parts[depth - 1];
    char       *listed = g_strdup_printf("%s[%u] %s", reading->part[depth - 1], number, kind);
    char       *single = g_strdup_printf("%s %s", reading->part[depth - 1], kind);
    const char *preset = preset_of(reading, listed);
    if (preset == NULL)
        preset = preset_of(reading, single);
    char *value = preset != NULL ? g_strdup_printf("%s \"%s\"", kind, preset) : g_strdup(kind);
    char *path = g_strdup_printf("%s[%u]", reading->path[depth - 1], number);
    say(reading->sayings, path, "", value);
    path_set(reading, depth, path, listed);
    g_free(value);
    g_free(single);
}

/* The canonical text of a time that does not vary is "constant(500000)"; people write "500us". */
static char *value_plain(const char *value)
{
    gint64 number = 0;
    char  *inner = g_str_has_prefix(value, "constant(") && g_str_has_suffix(value, ")")
                       ? g_strndup(value + 9, strlen(value) - 10)
                       : NULL;
    bool   constant =
        inner != NULL && g_ascii_string_to_signed(inner, 10, 0, INT64_MAX, &number, NULL);
    g_free(inner);
    return constant ? sim_text_from_quantity(number, SIM_UNIT_TIME) : g_strdup(value);
}

static void field_read(PlanReading *reading, guint depth, const char *line, bool opens)
{
    const char *blank = strchr(line, ' ');
    char       *name = blank == NULL ? g_strdup(line) : g_strndup(line, (gsize)(blank - line));
    const char *item = reading->path[depth - 1];
    if (opens)
        path_set(reading, depth, g_strdup_printf("%s, %s", item, name),
                 g_strdup_printf("%s/%s", reading->part[depth - 1], name));
    char *value = value_plain(blank == NULL ? "" : blank + 1);
    if (!opens)
        say(reading->sayings, item, name, value);
    g_free(value);
    g_free(name);
}

/* What a plan says, in its order; of Saying. Owned. */
static GPtrArray *plan_read(const ReportCase *run)
{
    PlanReading reading = {.run = run};
    g_autoptr(StoreRows) rows = report_ask(run, "plan_text.sql");
    char **lines = g_strsplit(store_next(rows) ? store_text(rows, 0) : "", "\n", -1);
    reading.sayings = g_ptr_array_new_with_free_func(saying_free);
    presets_read(&reading);
    /* The first line is the version of the format. */
    for (guint i = lines[0] == NULL ? 0 : 1; lines[i] != NULL; i++) {
        guint       depth = depth_of(lines[i]);
        const char *line = lines[i] + depth * 2;
        bool        opens = lines[i + 1] != NULL && depth_of(lines[i + 1]) > depth;
        if (line[0] == '\0' || depth >= DEPTH_LIMIT || (depth > 0 && !reading.path[depth - 1]))
            continue;
        if (depth == 0)
            item_read(&reading, line);
        else if (depth % 2 == 0)
            part_read(&reading, depth, line);
        else
            field_read(&reading, depth, line, opens);
    }
    for (guint i = 0; i < DEPTH_LIMIT; i++)
        path_set(&reading, i, NULL, NULL);
    g_ptr_array_free(reading.presets, TRUE);
    g_strfreev(lines);
    return reading.sayings;
}

/* --- side by side --- */

static const Saying *saying_at(const GPtrArray *sayings, guint index)
{
    return g_ptr_array_index(sayings, index);
}

static const char *value_of(const GPtrArray *sayings, const char *item, const char *field)
{
    for (guint i = 0; i < sayings->len; i++) {
        const Saying *saying = saying_at(sayings, i);
        if (strcmp(saying->item, item) == 0 && strcmp(saying->field, field) == 0)
            return saying->value;
    }
    return NULL;
}

static void line_free(gpointer pointer)
{
    ComparePlanLine *line = pointer;
    g_free(line->item);
    g_free(line->field);
    g_strfreev(line->values);
    g_free(line);
}

/* Whether `item` is, or stands in, an item that one of the lines tells of as a whole. */
static bool told_as_whole(const GPtrArray *lines, const char *item)
{
    for (guint i = 0; i < lines->len; i++) {
        const ComparePlanLine *line = g_ptr_array_index(lines, i);
        size_t                 size = strlen(line->item);
        if (line->field[0] == '\0' && strncmp(line->item, item, size) == 0 &&
            (item[size] == '\0' || item[size] == ','))
            return true;
    }
    return false;
}

/* What people do not compare plans by. */
static bool passed_over(const Saying *saying)
{
    return strcmp(saying->item, "scenario") == 0 &&
           (saying->field[0] == '\0' || strcmp(saying->field, "about") == 0 ||
            strcmp(saying->field, "seeds") == 0);
}

/* Adds a line if the plans differ in what `saying` is about. */
static void line_add(GPtrArray *lines, const GPtrArray *plans, const Saying *saying)
{
    GPtrArray *values = g_ptr_array_new();
    bool       equal = true;
    if (passed_over(saying) || told_as_whole(lines, saying->item)) {
        g_ptr_array_free(values, TRUE);
        return;
    }
    for (guint c = 0; c < plans->len; c++) {
        const char *value = value_of(g_ptr_array_index(plans, c), saying->item, saying->field);
        g_ptr_array_add(values, g_strdup(value != NULL ? value : "-"));
        equal = equal && strcmp(values->pdata[c], values->pdata[0]) == 0;
    }
    g_ptr_array_add(values, NULL);
    if (equal) {
        g_strfreev((char **)g_ptr_array_free(values, FALSE));
        return;
    }
    ComparePlanLine *line = g_new0(ComparePlanLine, 1);
    line->item = g_strdup(saying->item);
    line->field = g_strdup(saying->field);
    line->values = (char **)g_ptr_array_free(values, FALSE);
    g_ptr_array_add(lines, line);
}

/* "detect[1]" -> "detect" where no plan has a "detect[2]". */
static void numbers_drop(ComparePlanLine *line, const GPtrArray *plans)
{
    for (char *at = strstr(line->item, "[1]"); at != NULL; at = strstr(at + 1, "[1]")) {
        char *second = g_strdup_printf("%.*s[2]", (int)(at - line->item), line->item);
        bool  several = false;
        for (guint c = 0; c < plans->len && !several; c++)
            several = value_of(g_ptr_array_index(plans, c), second, "") != NULL;
        if (!several)
            memmove(at, at + 3, strlen(at + 3) + 1);
        g_free(second);
    }
}

static bool line_known(const GPtrArray *lines, const Saying *saying)
{
    for (guint i = 0; i < lines->len; i++) {
        const ComparePlanLine *line = g_ptr_array_index(lines, i);
        if (strcmp(line->item, saying->item) == 0 && strcmp(line->field, saying->field) == 0)
            return true;
    }
    return false;
}

GPtrArray *compare_plans(const GPtrArray *columns)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
    GPtrArray *plans = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint c = 0; c < columns->len; c++) {
        const GPtrArray *runs = g_ptr_array_index(columns, c);
        g_ptr_array_add(plans, plan_read(g_ptr_array_index(runs, 0)));
    }
    for (guint c = 0; c < plans->len; c++) {
        const GPtrArray *plan = g_ptr_array_index(plans, c);
        for (guint i = 0; i < plan->len; i++)
            if (!line_known(lines, saying_at(plan, i)))
                line_add(lines, plans, saying_at(plan, i));
    }
    /* Last: the lines know each other by their numbers. */
    for (guint i = 0; i < lines->len; i++)
        numbers_drop(g_ptr_array_index(lines, i), plans);
    g_ptr_array_free(plans, TRUE);
    return lines;
}
