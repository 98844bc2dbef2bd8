/*
 * reader.h: asks questions of a result file.
 *
 * Opens read-only and never changes a byte. The file must be ours and of this schema; anything else
 * is refused with a sentence. Questions are SQL written by us, so SQL that does not compile is our
 * bug and asserted. A damaged file is found when rows are fetched: the rows then end early, the
 * reader remembers, and store_reader_check tells; ask it once after the last question.
 *
 *     StoreRows *rows = store_ask(reader, "SELECT name, end_ns FROM fault WHERE run_id = ?1");
 *     store_bind_number(rows, 1, 1);
 *     while (store_next(rows))
 *         printf("%s\n", store_text(rows, 0));
 *     store_rows_free(rows);
 */
#ifndef SIM_STORE_READER_H
#define SIM_STORE_READER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/store/error.h"

typedef struct StoreReader StoreReader;
typedef struct StoreRows   StoreRows;

/* Opens a result. Owned; NULL and an error if it cannot be read, is not ours, or has another
 * schema. */
StoreReader *store_reader_open(const char *path, GError **error);
void         store_reader_free(StoreReader *reader);

/* False, with the error, if the file turned out to be damaged while it was read. */
bool store_reader_check(const StoreReader *reader, GError **error);

/* Begins a question. Owned, and to be freed before its reader. */
StoreRows *store_ask(StoreReader *reader, const char *sql);
void       store_rows_free(StoreRows *rows);

/* Fills in ?1, ?2, ... before the first row. The text is copied. */
void store_bind_number(StoreRows *rows, int parameter, int64_t value);
void store_bind_text(StoreRows *rows, int parameter, const char *text);
/* Whether the SQL has that parameter at all. */
bool store_takes(const StoreRows *rows, int parameter);

/* Goes to the next row, the first one at first; false at the end. */
bool store_next(StoreRows *rows);

/* Columns of the current row, from 0. Text is lent until the next store_next; "" for NULL. */
int         store_columns(const StoreRows *rows);
const char *store_column_name(const StoreRows *rows, int column);
bool        store_is_null(const StoreRows *rows, int column);
int64_t     store_number(const StoreRows *rows, int column);
double      store_real(const StoreRows *rows, int column);
const char *store_text(const StoreRows *rows, int column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreReader, store_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreRows, store_rows_free)

#endif
