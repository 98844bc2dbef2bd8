/*
 * trace.h: the printed events of a run, one line each: "40ms deliver store.us loses #1 ...".
 *
 * A trace is optional; models ask sim_trace_wants() before they format anything, so an untraced
 * run pays one predictable branch.
 */
#ifndef SIM_ENGINE_TRACE_H
#define SIM_ENGINE_TRACE_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

#include "sim/base/time.h"

typedef struct SimTrace SimTrace;

/* Collects lines whose time lies in [from, to] into memory, at most `max_lines` (then one line says
 * that the rest was left out). Owned. */
SimTrace *sim_trace_new(SimTime from, SimTime to, uint32_t max_lines);
void      sim_trace_free(SimTrace *trace);

/* True if a line at `now` would be kept. `trace` may be NULL. */
bool sim_trace_wants(const SimTrace *trace, SimTime now);

/* Adds "TIME PHASE TEXT\n"; call only if wanted. */
SIM_RARE void sim_trace_line(SimTrace *trace, SimTime now, const char *phase, const char *format,
                             ...) G_GNUC_PRINTF(4, 5);

/* The text so far, lent until the next line. */
const char *sim_trace_text(const SimTrace *trace);

#endif
