/*
 * judge.h: holds the claims of a scenario against what was counted.
 */
#ifndef SIM_RUN_JUDGE_H
#define SIM_RUN_JUDGE_H

#include "models/world.h"
#include "sim/run/outcome.h"

/* Fills the expectations and the verdict. */
void run_judge(Outcome *outcome, const World *world);

#endif
