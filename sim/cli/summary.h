/*
 * summary.h: an outcome as canonical text: what golden tests compare and a reviewer reads.
 *
 * Only integers and exact quantities, in the declared order of the outcome's rows; nothing about
 * the host, the clock or a path beyond the scenario's file name.
 */
#ifndef SIM_CLI_SUMMARY_H
#define SIM_CLI_SUMMARY_H

#include "sim/run/outcome.h"

/* summary.txt. Owned. */
char *cli_summary_text(const Outcome *outcome);

/* fingerprint.txt: one line per fingerprint. Owned. */
char *cli_fingerprint_text(const Outcome *outcome);

/* "held", "broken", "inconclusive". */
const char *cli_verdict_name(OutcomeVerdict verdict);

/* Words for the reasons and qualities that a window counts. */
const char *cli_quality_name(MetricsQuality quality);
const char *cli_failure_name(MetricsFailure failure);

/* Requests of a window that were served, and those that have an outcome. */
int64_t cli_window_ok(const OutcomeWindow *window);
int64_t cli_window_failed(const OutcomeWindow *window);

#endif
