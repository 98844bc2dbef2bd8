/*
 * show_compare.h: a comparison as people see it on a terminal, and as JSON.
 */
#ifndef SIM_CLI_SHOW_COMPARE_H
#define SIM_CLI_SHOW_COMPARE_H

#include <stdbool.h>

#include "reports/compare.h"
#include "sim/cli/gather.h"

/* On stdout: where the columns come from, what differs in the plans, the figures, a summing up.
 * Rows that are equal in all columns only if `all`. */
void cli_compare_people(const CliGathering *runs, const Comparison *comparison, bool all);

/* One object on stdout: every figure, equal or not, with its value for every seed. */
void cli_compare_json(const CliGathering *runs, const Comparison *comparison);

/* How many figures of a column are worse than the first column's. */
guint cli_compare_worse(const Comparison *comparison);

#endif
