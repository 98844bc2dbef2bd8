/*
 * report.h: tables and pictures from stored runs.
 *
 *   result files --queries--> report.md --md4c--> report.html (self-contained)
 *                        \--> plots/NAME.tsv + NAME.gp --gnuplot--> plots/NAME.svg
 *
 * Everything is read from the databases; nothing is run again. Reading or writing can fail; a
 * picture that cannot be drawn is only a warning.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"

/* Writes the report of one or more results into `directory`, which is made if it does not exist.
 * *out_warning (which may be asked for or be NULL) gets what the reader should know, such as a
 * missing gnuplot, owned; NULL if there is nothing. It is set on success only. Errors come from
 * REPORT_ERROR (writing) and STORE_ERROR (reading). */
bool report_write(const char *const *databases, size_t count, const char *directory, GError **error,
                  char **out_warning);

#endif
