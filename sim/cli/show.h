/*
 * show.h: an outcome as people see it on a terminal, and as JSON.
 */
#ifndef SIM_CLI_SHOW_H
#define SIM_CLI_SHOW_H

#include <stdint.h>

#include "sim/cli/json.h"
#include "sim/run/outcome.h"

/* The timeline, the sums and the expectations, on stdout. */
void cli_show_outcome(const Outcome *outcome);

/* What was done about each region that was missed, a line each; show_recovery.c. */
void cli_show_recoveries(const Outcome *outcome);

/* "1 of 3 expectations failed." and the like. Owned. */
char *cli_show_verdict(const Outcome *outcome);

/* "availability ... : got G, wanted W" as one line without the name. Owned. */
char *cli_show_reason(const OutcomeExpectation *row);

/* Sums over all data classes. */
typedef struct CliWrites {
    int64_t acknowledged;
    int64_t fate[OUTCOME_FATES];
    int64_t duplicates;
} CliWrites;

CliWrites cli_writes(const Outcome *outcome);

/* The outcome's members into an open object. */
void cli_show_json(CliJson *json, const Outcome *outcome);

#endif
