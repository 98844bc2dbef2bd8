/*
 * reference.c: makes the schema reference from schema.sql, line by line.
 *
 * It relies on how schema.sql is laid out: a statement opens with CREATE TABLE or CREATE VIEW; its
 * own comment follows on lines of their own; then one column per line with its comment behind it,
 * until the line that starts with ")" (tables) or "FROM" (views). A column without a comment is our
 * mistake and asserted, so the reference is complete by construction.
 */
#include "sim/store/reference.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim_store_schema_sql.h"

typedef enum Place {
    OUTSIDE,
    ABOUT_TABLE,   /* in the comment lines under CREATE TABLE */
    TABLE_COLUMNS, /* in its columns */
    ABOUT_VIEW,    /* in the comment lines under CREATE VIEW */
    VIEW_WITH,     /* between them and the SELECT list that counts */
    VIEW_COLUMNS,  /* in that list */
} Place;

static void begin_section(GString *page, const char *kind, const char *line)
{
    g_autofree char *name = g_strndup(line, strcspn(line, " ("));
    g_string_append_printf(page, "### %s `%s`\n\n", kind, name);
}

static void begin_columns(GString *page, bool table)
{
    g_string_append(page, table ? "\n| column | type | meaning |\n|---|---|---|\n"
                                : "\n| column | meaning |\n|---|---|\n");
}

/* "    name TYPE NOT NULL, -- meaning" */
static void add_table_column(GString *page, const char *line)
{
    const char *comment = strstr(line, "-- ");
    SIM_ASSERT(comment != NULL);
    g_auto(GStrv) words = g_strsplit(line, " ", 0);
    const char *type = NULL;
    for (char **word = words + 1; *word != NULL && type == NULL; word++)
        if (**word != '\0')
            type = *word;
    SIM_ASSERT(type != NULL);
    g_autofree char *plain = g_strndup(type, strcspn(type, ","));
    g_string_append_printf(page, "| `%s` | %s | %s |\n", words[0], plain, comment + 3);
}

/* "    expression AS name, -- meaning" */
static void add_view_column(GString *page, const char *line)
{
    const char *comment = strstr(line, "-- ");
    SIM_ASSERT(comment != NULL);
    g_autofree char *code = g_strstrip(g_strndup(line, (gsize)(comment - line)));
    const char      *as = g_strrstr(code, " AS ");
    SIM_ASSERT(as != NULL);
    g_autofree char *name = g_strndup(as + 4, strcspn(as + 4, ", "));
    g_string_append_printf(page, "| `%s` | %s |\n", name, comment + 3);
}

/* Reads one line, already without its indentation; returns where the next one is. */
static Place read_line(GString *page, Place place, const char *line, bool indented)
{
    bool comment = g_str_has_prefix(line, "-- ");
    switch (place) {
    case OUTSIDE:
        if (g_str_has_prefix(line, "CREATE TABLE ")) {
            begin_section(page, "table", line + strlen("CREATE TABLE "));
            return ABOUT_TABLE;
        }
        if (g_str_has_prefix(line, "CREATE VIEW ")) {
            begin_section(page, "view", line + strlen("CREATE VIEW "));
            return ABOUT_VIEW;
        }
        return OUTSIDE;
    case ABOUT_TABLE:
        if (comment) {
            g_string_append_printf(page, "%s\n", line + 3);
            return ABOUT_TABLE;
        }
        begin_columns(page, true);
        add_table_column(page, line);
        return TABLE_COLUMNS;
    case TABLE_COLUMNS:
        if (!indented) {
            g_string_append_c(page, '\n');
            return OUTSIDE;
        }
        if (!g_str_has_prefix(line, "PRIMARY KEY") && !g_str_has_prefix(line, "FOREIGN KEY"))
            add_table_column(page, line);
        return TABLE_COLUMNS;
    case ABOUT_VIEW:
    case VIEW_WITH:
        if (comment && place == ABOUT_VIEW) {
            g_string_append_printf(page, "%s\n", line + 3);
            return ABOUT_VIEW;
        }
        if (indented || strcmp(line, "SELECT") != 0)
            return VIEW_WITH;
        begin_columns(page, false);
        return VIEW_COLUMNS;
    case VIEW_COLUMNS:
        if (!indented) {
            g_string_append_c(page, '\n');
            return OUTSIDE;
        }
        add_view_column(page, line);
        return VIEW_COLUMNS;
    }
    SIM_ASSERT(false); /* every value has its case */
    return OUTSIDE;
}

char *store_schema_reference(void)
{
    GString *page = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(sim_store_schema_sql, "\n", 0);
    Place place = OUTSIDE;
    for (char **line = lines; *line != NULL; line++) {
        const char *text = *line + strspn(*line, " ");
        place = read_line(page, place, text, text != *line);
    }
    SIM_ASSERT(place == OUTSIDE);
    g_string_truncate(page, page->len - 1); /* the empty line after the last section */
    return g_string_free(page, FALSE);
}
