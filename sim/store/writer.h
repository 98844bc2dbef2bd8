/*
 * writer.h: remembers outcomes in a result file.
 *
 *   Outcome --store_writer_add--> database in memory --store_writer_save--> temporary file
 *           --fsync, rename--> result file
 *
 * The file under the final name is always complete: it is built in memory, written beside its final
 * place, flushed, and only then renamed. The same outcomes give the same bytes; nothing about the
 * host, the clock or a directory is in it. Writing can fail (disk full, no permission): the error
 * says which file, what failed and what to do, and nothing half-written stays behind.
 *
 * A limit on file sizes raises SIGXFSZ, which ends a process unless ignored; a program that calls
 * this ignores that signal to get the error instead.
 */
#ifndef SIM_STORE_WRITER_H
#define SIM_STORE_WRITER_H

#include <glib.h>
#include <stdbool.h>

#include "sim/run/outcome.h"
#include "sim/store/error.h"

typedef struct StoreWriter StoreWriter;

/* An empty result in memory. Owned. */
StoreWriter *store_writer_new(void);
void         store_writer_free(StoreWriter *writer);

/* Adds one run and returns its number, from 1 in the order of the calls. The outcome is lent for
 * the call only. Not after store_writer_save. */
int64_t store_writer_add(StoreWriter *writer, const Outcome *outcome);

/* Puts the result under `path`, replacing what was there. Call it last; it may be called again if
 * it failed. */
bool store_writer_save(StoreWriter *writer, const char *path, GError **error);

/* All of the above for a single run. */
bool store_write(const char *path, const Outcome *outcome, GError **error);

#endif
