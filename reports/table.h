/*
 * table.h: tables of words, for Markdown pages and for terminals.
 *
 * Columns first, then cells row by row; the last cell of a row ends it. Cells are plain words: what
 * Markdown would take for markup is escaped. Widths count what a terminal shows, not bytes.
 */
#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

typedef struct Table Table;

typedef enum TableAlign {
    TABLE_LEFT,
    TABLE_RIGHT, /* numbers */
} TableAlign;

Table *table_new(void);
void   table_free(Table *table);

/* Adds a column; before the first cell. */
void table_column(Table *table, const char *title, TableAlign align);

/* Adds the next cell; the text is copied. */
void table_cell(Table *table, const char *text);
/* The same; the text is given and freed. */
void table_cell_take(Table *table, char *text);

/* Finished rows. */
size_t table_rows(const Table *table);

/* The table as GitHub Markdown, or as aligned columns two spaces apart, each line after `indent`.
 * Owned (g_free). With `titles` false the terminal's table has no heading line. The last row must
 * be complete. */
char *table_markdown(const Table *table);
char *table_text(const Table *table, const char *indent, bool titles);

/* Plain words as Markdown that shows them unchanged. Owned. */
char *table_escape(const char *text);

/* How many columns of a terminal the text takes. */
size_t table_width(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

#endif
