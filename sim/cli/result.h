/*
 * result.h: the directory that a run leaves behind.
 *
 *   out/<name>/  result.db meta.json plan.txt summary.txt fingerprint.txt trace.txt
 *                report.md report.html plots/
 *
 * It is filled under a temporary name beside its final place and renamed when it is whole, so a
 * directory under the final name is always complete. Only an absent or empty directory or an
 * earlier result is replaced.
 */
#ifndef SIM_CLI_RESULT_H
#define SIM_CLI_RESULT_H

#include <glib.h>
#include <stdbool.h>

#define CLI_RESULT_ERROR (cli_result_error_quark())

typedef enum CliResultError {
    CLI_RESULT_ERROR_REFUSED, /* something else lives there: the user decides */
    CLI_RESULT_ERROR_MACHINE, /* could not be written */
} CliResultError;

GQuark cli_result_error_quark(void);

typedef struct CliResult CliResult;

/* Checks that `path` may be replaced and makes the temporary directory. Owned; NULL on error. */
CliResult *cli_result_begin(const char *path, GError **error);

/* Where to write. Lent. */
const char *cli_result_place(const CliResult *result);

/* Writes one whole file into it. */
bool cli_result_write(CliResult *result, const char *name, const char *text, GError **error);

/* Puts it under its final name; false leaves what was there before. */
bool cli_result_commit(CliResult *result, GError **error);

/* Removes what was not committed; NULL does nothing. */
void cli_result_free(CliResult *result);

/* Lets `link` beside the result point to it, e.g. out/latest. Never important enough to fail. */
void cli_result_point(const char *link, const char *path);

/* True if `path` is a directory that cli_result_commit left there. */
bool cli_result_is(const char *path);

#endif
