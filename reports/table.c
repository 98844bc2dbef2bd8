/*
 * table.c: cells in rows, as Markdown or as aligned text. Never fails.
 */
#include "reports/table.h"

#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/text.h"

typedef struct Column {
    char      *title;
    TableAlign align;
} Column;

struct Table {
    GArray    *columns; /* of Column */
    GPtrArray *cells;   /* row by row */
};

static void column_clear(gpointer column)
{
    g_free(((Column *)column)->title);
}

Table *table_new(void)
{
    Table *table = g_new0(Table, 1);
    table->columns = g_array_new(FALSE, FALSE, sizeof(Column));
    g_array_set_clear_func(table->columns, column_clear);
    table->cells = g_ptr_array_new_with_free_func(g_free);
    return table;
}

void table_free(Table *table)
{
    if (table == NULL)
        return;
    g_array_free(table->columns, TRUE);
    g_ptr_array_free(table->cells, TRUE);
    g_free(table);
}

void table_column(Table *table, const char *title, TableAlign align)
{
    SIM_ASSERT(table->cells->len == 0);
    Column column = {g_strdup(title), align};
    g_array_append_val(table->columns, column);
}

void table_cell(Table *table, const char *text)
{
    table_cell_take(table, g_strdup(text));
}

void table_cell_take(Table *table, char *text)
{
    SIM_ASSERT(table->columns->len > 0);
    g_ptr_array_add(table->cells, text);
}

size_t table_rows(const Table *table)
{
    return table->columns->len == 0 ? 0 : table->cells->len / table->columns->len;
}

static const Column *column_at(const Table *table, size_t index)
{
    return &g_array_index(table->columns, Column, index);
}

static const char *cell_at(const Table *table, size_t row, size_t column)
{
    return g_ptr_array_index(table->cells, row * table->columns->len + column);
}

size_t table_width(const char *text)
{
    size_t width = 0;
    for (const char *at = text; *at != '\0';) {
        gunichar sign = g_utf8_get_char_validated(at, -1);
        if (sign == (gunichar)-1 || sign == (gunichar)-2) {
            width++; /* a broken byte shows as one replacement sign */
            at++;
            continue;
        }
        if (!g_unichar_iszerowidth(sign))
            width += g_unichar_iswide(sign) ? 2 : 1;
        at += g_utf8_skip[(unsigned char)*at]; /* g_utf8_next_char() casts const away */
    }
    return width;
}

char *table_escape(const char *text)
{
    GString         *escaped = g_string_new(NULL);
    g_autofree char *shown = sim_text_shown(text, false);
    for (const char *at = shown; *at != '\0'; at++) {
        /* Inside a word an underscore is no emphasis, and names are full of them. */
        bool inside = at > shown && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]);
        bool risky = strchr("\\`*[]<|~&#", *at) != NULL || (*at == '_' && !inside);
        if (risky)
            g_string_append_c(escaped, '\\');
        g_string_append_c(escaped, *at);
    }
    return g_string_free(escaped, FALSE);
}

char *table_markdown(const Table *table)
{
    size_t columns = table->columns->len;
    SIM_ASSERT(columns > 0 && table->cells->len % columns == 0);
    GString *page = g_string_new("|");
    for (size_t c = 0; c < columns; c++) {
        g_autofree char *title = table_escape(column_at(table, c)->title);
        g_string_append_printf(page, " %s |", title);
    }
    g_string_append(page, "\n|");
    for (size_t c = 0; c < columns; c++)
        g_string_append(page, column_at(table, c)->align == TABLE_RIGHT ? "---:|" : "---|");
    g_string_append_c(page, '\n');
    for (size_t row = 0; row < table_rows(table); row++) {
        g_string_append_c(page, '|');
        for (size_t c = 0; c < columns; c++) {
            g_autofree char *cell = table_escape(cell_at(table, row, c));
            g_string_append_printf(page, " %s |", cell);
        }
        g_string_append_c(page, '\n');
    }
    return g_string_free(page, FALSE);
}

static void append_spaces(GString *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        g_string_append_c(text, ' ');
}

static void append_aligned(GString *text, const Column *column, const char *cell, size_t width)
{
    size_t gap = width - table_width(cell);
    if (column->align == TABLE_RIGHT)
        append_spaces(text, gap);
    g_string_append(text, cell);
    if (column->align == TABLE_LEFT)
        append_spaces(text, gap);
}

static void end_line(GString *text)
{
    while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
    g_string_append_c(text, '\n');
}

char *table_text(const Table *table, const char *indent, bool titles)
{
    size_t columns = table->columns->len;
    SIM_ASSERT(columns > 0 && table->cells->len % columns == 0);
    size_t             rows = table_rows(table);
    g_autofree size_t *widths = g_new0(size_t, columns);
    for (size_t c = 0; c < columns; c++) {
        widths[c] = titles ? table_width(column_at(table, c)->title) : 0;
        for (size_t row = 0; row < rows; row++)
            widths[c] = MAX(widths[c], table_width(cell_at(table, row, c)));
    }
    GString *text = g_string_new(NULL);
    for (size_t line = titles ? 0 : 1; line <= rows; line++) {
        g_string_append(text, indent);
        for (size_t c = 0; c < columns; c++) {
            const Column *column = column_at(table, c);
            append_spaces(text, c > 0 ? 2 : 0);
            append_aligned(text, column, line == 0 ? column->title : cell_at(table, line - 1, c),
                           widths[c]);
        }
        end_line(text);
    }
    return g_string_free(text, FALSE);
}
