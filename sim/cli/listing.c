/*
 * listing.c: tables of texts for people, for scripts and as JSON.
 */
#include "sim/cli/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/cli/cli.h"
#include "sim/cli/json.h"

/* Chosen: names longer than this get a line of their own. */
#define NAME_WIDTH 30
#define DETAIL_TEXTS 5u

CliList *cli_list_new(void)
{
    CliList *list = g_new0(CliList, 1);
    list->cells = g_ptr_array_new_with_free_func(g_free);
    list->details = g_ptr_array_new_with_free_func(g_free);
    return list;
}

void cli_list_free(CliList *list)
{
    if (list == NULL)
        return;
    g_ptr_array_free(list->cells, TRUE);
    g_ptr_array_free(list->details, TRUE);
    g_free(list);
}

void cli_list_columns(CliList *list, const CliListColumn *columns)
{
    uint32_t count = 0;
    for (; columns[count].title != NULL; count++) {
        SIM_ASSERT(count < CLI_LIST_COLUMNS);
        list->columns[count] = columns[count];
    }
    list->columns[count] = (CliListColumn){NULL, CLI_LIST_NAME};
}

static guint column_count(const CliList *list)
{
    guint count = 0;
    while (list->columns[count].title != NULL)
        count++;
    return count;
}

void cli_list_cell_take(CliList *list, char *text)
{
    g_ptr_array_add(list->cells, text);
}

void cli_list_cell(CliList *list, const char *text)
{
    cli_list_cell_take(list, g_strdup(text != NULL ? text : ""));
}

guint cli_list_rows(const CliList *list)
{
    guint columns = column_count(list);
    SIM_ASSERT(columns > 0 && list->cells->len % columns == 0);
    return list->cells->len / columns;
}

void cli_list_detail(CliList *list, const char *field, const char *value, const char *doc,
                     const char *source)
{
    const char *texts[] = {field, value, doc, source};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_ptr_array_add(list->details, g_strdup(texts[i]));
    g_ptr_array_add(list->details, g_strdup_printf("%u", cli_list_rows(list)));
}

static const char *cell_at(const CliList *list, guint row, guint column)
{
    return list->cells->pdata[row * column_count(list) + column];
}

/* --- people --- */

/* Stands for a blank at which a line may not end: "apply = 0.5ms" stays together. */
#define FIRM_BLANK '\1'

static char *blanks_firm(const char *text)
{
    char *firm = g_strdup(text);
    for (char *at = strstr(firm, " = "); at != NULL; at = strstr(at, " = "))
        at[0] = at[2] = FIRM_BLANK;
    return firm;
}

/* The words of `text` in lines of at most `width` signs, each after the first indented. `at`: how
 * far the line is filled already. */
static void print_wrapped(const char *text, int indent, long width, long at)
{
    char  *firm = blanks_firm(text);
    char **words = g_strsplit(firm, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        long length = g_utf8_strlen(*word, -1);
        if (at > 0 && at + 1 + length > width) {
            printf("\n%*s", indent, "");
            at = 0;
        } else if (at > 0) {
            putchar(' ');
            at++;
        }
        fputs(g_strdelimit(*word, "\1", ' '), stdout);
        at += length;
    }
    g_strfreev(words);
    g_free(firm);
}

/* The details of row `row`, from the one at *at on; NULL at the end. */
static char **detail_next(const CliList *list, guint row, guint *at)
{
    while (*at < list->details->len) {
        char **detail = (char **)&list->details->pdata[*at];
        *at += DETAIL_TEXTS;
        if ((guint)strtoul(detail[4], NULL, 10) == row)
            return detail;
    }
    return NULL;
}

static char *detail_name(char **detail)
{
    if (detail[1] == NULL)
        return g_strdup_printf("  %s", detail[0]);
    return g_strdup_printf("  %s = %s", detail[0], detail[1]);
}

static int name_width(const CliList *list)
{
    long width = 8;
    for (guint row = 0; row < cli_list_rows(list); row++)
        width = MAX(width, MIN(g_utf8_strlen(cell_at(list, row, 0), -1), NAME_WIDTH));
    for (guint i = 0; list->details_shown && i < list->details->len; i += DETAIL_TEXTS) {
        char *name = detail_name((char **)&list->details->pdata[i]);
        width = MAX(width, MIN(g_utf8_strlen(name, -1), NAME_WIDTH));
        g_free(name);
    }
    return (int)width;
}

static void paragraph_print(const CliListColumn *column, const char *text, int indent, bool first)
{
    bool faint = column->look != CLI_LIST_TEXT;
    long at = 0;
    if (!first)
        printf("\n%*s", indent, "");
    fputs(faint ? cli_colour(CLI_FAINT) : "", stdout);
    if (column->look == CLI_LIST_LABEL) {
        printf("%s:", column->title);
        at = (long)strlen(column->title) + 1;
    }
    print_wrapped(text, indent, cli_width() - indent, at);
    fputs(faint ? cli_colour(CLI_PLAIN) : "", stdout);
}

static void details_people(const CliList *list, guint row, int width)
{
    static const CliListColumn doc = {"", CLI_LIST_TEXT};
    static const CliListColumn source = {"source", CLI_LIST_LABEL};
    guint                      at = 0;
    for (char **detail; (detail = detail_next(list, row, &at)) != NULL;) {
        char *name = detail_name(detail);
        char *padded = cli_pad(name, width);
        bool  fits = g_utf8_strlen(padded, -1) <= width;
        printf("%s%s", padded, fits ? "  " : "");
        if (detail[2] != NULL)
            paragraph_print(&doc, detail[2], width + 2, fits);
        if (detail[3] != NULL)
            paragraph_print(&source, detail[3], width + 2, false);
        putchar('\n');
        g_free(padded);
        g_free(name);
    }
}

static void row_people(const CliList *list, guint row, int width)
{
    int   indent = width + 2;
    char *name = cli_pad(cell_at(list, row, 0), width);
    bool  first = g_utf8_strlen(name, -1) <= width;
    printf("%s%s", name, first ? "  " : "");
    g_free(name);
    for (guint i = 1; list->columns[i].title != NULL; i++) {
        const CliListColumn *column = &list->columns[i];
        const char          *text = cell_at(list, row, i);
        if (text[0] == '\0' || column->look == CLI_LIST_HIDDEN || column->look == CLI_LIST_HEADING)
            continue;
        if (column->look == CLI_LIST_DEFAULT)
            printf("%s%s", text[0] == '(' ? " " : ", default ", text);
        else
            paragraph_print(column, text, indent, first);
        first = false;
    }
    putchar('\n');
    if (list->details_shown)
        details_people(list, row, width);
}

/* Above the first row of its kind. */
static void heading_people(const CliList *list, guint row)
{
    for (guint i = 0; list->columns[i].title != NULL; i++) {
        const char *text = cell_at(list, row, i);
        if (list->columns[i].look != CLI_LIST_HEADING || text[0] == '\0' ||
            (row > 0 && strcmp(text, cell_at(list, row - 1, i)) == 0))
            continue;
        printf("%s%s%s:%s\n", row > 0 ? "\n" : "", cli_colour(CLI_FAINT), text,
               cli_colour(CLI_PLAIN));
    }
}

void cli_list_people(const CliList *list)
{
    int width = name_width(list);
    for (guint row = 0; row < cli_list_rows(list); row++) {
        heading_people(list, row);
        row_people(list, row, width);
    }
}

/* --- scripts --- */

void cli_list_plain(const CliList *list)
{
    guint columns = column_count(list);
    for (guint i = 0; i < list->cells->len; i++) {
        char *text = g_strdelimit(g_strdup(list->cells->pdata[i]), "\t\n", ' ');
        printf("%s%c", text, (i + 1) % columns == 0 ? '\n' : '\t');
        g_free(text);
    }
}

static void details_json(CliJson *json, const CliList *list, guint row)
{
    cli_json_array(json, list->details_key);
    guint at = 0;
    for (char **detail; (detail = detail_next(list, row, &at)) != NULL;) {
        cli_json_object(json, NULL);
        cli_json_text(json, "field", detail[0]);
        cli_json_text(json, "value", detail[1]);
        cli_json_text(json, "doc", detail[2]);
        cli_json_text(json, "source", detail[3]);
        cli_json_close(json);
    }
    cli_json_close(json);
}

void cli_list_json(const CliList *list, const char *what)
{
    CliJson *json = cli_json_begin("list");
    cli_json_text(json, "what", what);
    cli_json_array(json, "rows");
    for (guint row = 0; row < cli_list_rows(list); row++) {
        cli_json_object(json, NULL);
        for (guint i = 0; list->columns[i].title != NULL; i++) {
            char *key = g_strdelimit(g_strdup(list->columns[i].title), " ", '_');
            cli_json_text(json, key, cell_at(list, row, i));
            g_free(key);
        }
        if (list->details_key != NULL)
            details_json(json, list, row);
        cli_json_close(json);
    }
    cli_json_close(json);
    char *text = cli_json_end(json);
    fputs(text, stdout);
    g_free(text);
}
