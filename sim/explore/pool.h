/*
 * pool.h: many runs at once, their outcomes one after the other.
 *
 * A run never depends on how many others play beside it: each job has its own world, and outcomes
 * are handed back in the order of the jobs, on the calling thread.
 */
#ifndef SIM_EXPLORE_POOL_H
#define SIM_EXPLORE_POOL_H

#include <stdint.h>

#include "sim/plan/plan.h"
#include "sim/run/outcome.h"

typedef struct ExploreJob {
    const Plan *plan; /* lent until its outcome was taken and freed */
    uint64_t    seed;
} ExploreJob;

/* Takes over the outcome of job `index`. */
typedef void (*ExploreTake)(void *user, uint32_t index, Outcome *outcome);

/* Plays all jobs on `workers` threads (1: no thread at all) and returns when all are taken. At most
 * four outcomes per worker wait for their turn, so memory does not grow with the number of jobs. */
void explore_play(const ExploreJob *jobs, uint32_t count, uint32_t workers, ExploreTake take,
                  void *user);

#endif
