/*
 * output.h: one file where the user said, whatever stands there.
 *
 * A plain file is replaced in one step, so a reader sees the old one or the new one. A link is
 * followed and stays; what is no plain file (a pipe, a device, our own output) is written to as it
 * is.
 */
#ifndef SIM_CLI_OUTPUT_H
#define SIM_CLI_OUTPUT_H

#include <glib.h>
#include <stdbool.h>

/* Errors are CLI_RESULT_ERROR_REFUSED or _MACHINE (result.h). */

/* Whether it looks as if it could be written; before anything long is done. */
bool cli_output_check(const char *path, GError **error);

bool cli_output_write(const char *path, const char *text, GError **error);

/* The path that the links at its end lead to, whether or not anything is there. Owned; NULL: they
 * lead in a circle. */
char *cli_output_follow(const char *path, GError **error);

#endif
