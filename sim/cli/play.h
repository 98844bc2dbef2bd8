/*
 * play.h: from a scenario file to an outcome, as every verb that runs something needs it.
 */
#ifndef SIM_CLI_PLAY_H
#define SIM_CLI_PLAY_H

#include <glib.h>
#include <stdint.h>

#include "sim/cli/cli.h"
#include "sim/cli/json.h"
#include "sim/plan/plan.h"
#include "sim/plan/problems.h"
#include "sim/run/outcome.h"

/* Reads the scenario and lets the models look at it. NULL if it has errors; `problems` holds them
 * and any warnings. `sets` is a list of "NAME=VALUE", or NULL. Owned. */
Plan *cli_load(const char *path, GPtrArray *sets, PlanProblems *problems);

/* As above, and prints what is wrong on stderr, ended by one line with the count. */
Plan *cli_load_or_complain(const char *path, GPtrArray *sets);

/* As above; unless `json_verb` is NULL, mistakes are an object of that verb on stdout too. */
Plan *cli_load_or_tell(const char *path, GPtrArray *sets, const char *json_verb);

/* The member "messages" of an open object: an array with an object per mistake or warning. */
void cli_messages_json(CliJson *json, const PlanProblems *problems);

/* The name in `scenario "name"`. Lent from the plan. */
const char *cli_scenario_name(const Plan *plan);
const char *cli_scenario_about(const Plan *plan);

/* The seeds the scenario declares, in its order. Owned; NULL and *out_reason (owned) if they cannot
 * be read. */
uint64_t *cli_scenario_seeds(const Plan *plan, uint32_t *out_count, char **out_reason);

/* One number for the three fingerprints of an outcome. */
uint64_t cli_fingerprint(const Outcome *outcome);

/* The exit code that an outcome deserves. */
CliExit cli_exit_of(const Outcome *outcome);

/* "faultline run FILE --seed N --set ...", the program as it was called. Owned. */
char *cli_run_command(const char *path, uint64_t seed, GPtrArray *sets);

#endif
