/*
 * run.h: one plan, one seed, one thread: builds the world, plays it, judges what happened.
 */
#ifndef SIM_RUN_RUN_H
#define SIM_RUN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/engine/trace.h"
#include "sim/plan/plan.h"
#include "sim/plan/problems.h"
#include "sim/run/outcome.h"

typedef struct RunSetup {
    const Plan *plan; /* lent until the outcome is freed */
    uint64_t    seed;
    SimTrace   *trace; /* may be NULL */
    /* Called now and then, on the running thread; may be NULL. */
    void (*progress)(void *user, SimTime now, SimTime end);
    void *progress_user;
    /* For benches: the outcome has the same results, but its schedule has no fingerprint. */
    bool no_fingerprint;
} RunSetup;

/* Plays the plan. Never fails: a limit that was reached is part of the outcome. Owned. */
Outcome *run_play(const RunSetup *setup);

/* How much a run will take: events, and bytes of memory at its peak. Rough: from rates and means,
 * and without what failures add. False if the plan has no demand. */
bool run_estimate(const Plan *plan, uint64_t *out_events, uint64_t *out_bytes);

/* The models' own cross checks: what the tables cannot say. False if there was a problem. */
bool run_check(const Plan *plan, PlanProblems *problems);

#endif
