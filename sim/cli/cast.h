/*
 * cast.h: which plans `compare` plays: a scenario with one option of each --vary.
 */
#ifndef SIM_CLI_CAST_H
#define SIM_CLI_CAST_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/cli/gather.h"
#include "sim/plan/plan.h"

typedef struct CliCast {
    Plan     *plan;
    char     *about, *varied; /* as of a column */
    uint64_t *seeds;
    uint32_t  seed_count;
    guint     argument; /* the path it is from */
} CliCast;

/* Adds every way to pick one option of each --vary of the scenario `self->paths[argument]`, the
 * last axis first. False after a complaint. */
bool cli_cast(const CliGathering *self, guint argument, GPtrArray *casts);
void cli_cast_free(gpointer cast);

#endif
