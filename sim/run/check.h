/*
 * check.h: the parts of run_check that have a file of their own. Each adds what it refuses.
 */
#ifndef SIM_RUN_CHECK_H
#define SIM_RUN_CHECK_H

#include "sim/plan/plan.h"
#include "sim/plan/problems.h"

/* Rules for changes that meet, and what they can be combined with. */
void run_check_conflicts(const Plan *plan, PlanProblems *problems);

/* Read chains, and services that ask for what nobody made. */
void run_check_reads(const Plan *plan, PlanProblems *problems);

/* Services that call each other, and retries below the users' own. */
void run_check_clients(const Plan *plan, PlanProblems *problems);

/* What a leaderless store cannot be combined with. */
void run_check_quorums(const Plan *plan, PlanProblems *problems);
void run_check_faults(const Plan *plan, PlanProblems *problems);
/* Faults that come upon what is broken already. */
void run_check_covered(const Plan *plan, PlanProblems *problems);

/* Planned switches, and failovers beside them. */
void run_check_roles(const Plan *plan, PlanProblems *problems);

#endif
