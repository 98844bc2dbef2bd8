/*
 * collect.h: turns what the ledger, the windows and the models counted into the outcome's rows.
 */
#ifndef SIM_RUN_COLLECT_H
#define SIM_RUN_COLLECT_H

#include "models/world.h"
#include "sim/run/outcome.h"

/* Everything but expectations, verdict and the results fingerprint. Owned. */
Outcome *run_collect(World *world, SimStop stop);

/* The results and chance fingerprints, once every row stands. */
void run_seal(Outcome *outcome, const World *world);

#endif
