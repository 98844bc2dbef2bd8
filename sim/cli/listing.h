/*
 * listing.h: a table of texts with named columns, in the three looks of `list`.
 *
 *   for people   the first column stands left, the others beside it, wrapped to the terminal
 *   --plain      a line per row, tabs between the cells
 *   --json       an object per row, a key per column; blanks in titles become '_'
 *
 * A row may carry details (fields with values and sources): JSON shows them all, people see what
 * the columns sum up.
 */
#ifndef SIM_CLI_LISTING_H
#define SIM_CLI_LISTING_H

#include <glib.h>
#include <stdbool.h>

#define CLI_LIST_COLUMNS 10u

/* How people see a column. */
typedef enum CliListLook {
    CLI_LIST_NAME,    /* stands left */
    CLI_LIST_TEXT,    /* a paragraph of its own */
    CLI_LIST_DEFAULT, /* ", default X" behind the paragraph before it */
    CLI_LIST_FAINT,   /* a paragraph of its own, faint */
    CLI_LIST_LABEL,   /* the same, after its title and a colon */
    CLI_LIST_HEADING, /* a line above the first row that has it */
    CLI_LIST_HIDDEN,  /* only scripts */
} CliListLook;

typedef struct CliListColumn {
    const char *title; /* NULL ends the columns */
    CliListLook look;
} CliListColumn;

typedef struct CliList {
    CliListColumn columns[CLI_LIST_COLUMNS + 1];
    const char   *details_key;   /* the JSON member that holds the details; NULL: rows have none */
    bool          details_shown; /* to people too */
    GPtrArray    *cells;         /* row by row; owned texts */
    GPtrArray    *details;       /* field, value, doc, source, row number as text; owned texts */
} CliList;

CliList *cli_list_new(void);
void     cli_list_free(CliList *list);

/* The columns, before the first cell. The titles are lent for good. */
void cli_list_columns(CliList *list, const CliListColumn *columns);

/* The next cell of the row; the text is copied, NULL is empty. */
void cli_list_cell(CliList *list, const char *text);
/* The same; the text is given. */
void cli_list_cell_take(CliList *list, char *text);

/* A detail of the row whose first cell comes next. */
void cli_list_detail(CliList *list, const char *field, const char *value, const char *doc,
                     const char *source);

guint cli_list_rows(const CliList *list);

/* On stdout. */
void cli_list_people(const CliList *list);
void cli_list_plain(const CliList *list);
void cli_list_json(const CliList *list, const char *what);

#endif
