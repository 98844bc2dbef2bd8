/*
 * scenario.h: a Lua file becomes a plan.
 *
 * The only door of this room. A scenario describes and nothing calls back: when scenario_load()
 * returns, Lua has ended. What can be wrong with a file is told in `problems`; nothing is printed.
 */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/plan/plan.h"
#include "sim/plan/problems.h"
#include "sim/plan/schema.h"

/* Measured round-trip times by name, for links(preset "china" { ... }). Lent during the load. */
typedef struct ScenarioPresets {
    void *self;
    /* The round trip between two places of a set, and the mean of its variation; false if not
     * measured. */
    bool (*rtt)(void *self, const char *set, const char *from, const char *to, int64_t *out_rtt_ns,
                int64_t *out_jitter_mean_ns);
    /* The sets; then the places of one (NULL for an unknown set). Both end with NULL. */
    const char *const *(*sets)(void *self);
    const char *const *(*names)(void *self, const char *set);
} ScenarioPresets;

/* NAME=VALUE, as --set gives them, in order; the last word on a name counts. */
typedef struct ScenarioSets {
    const char *const *texts;
    uint32_t           count;
    bool (*enough)(void *user); /* asked now and then while Lua runs: true gives up; may be NULL */
    void *user;
} ScenarioSets;

/* Reads `path`. Returns the plan, owned by the caller, or NULL with at least one error in
 * `problems`. `presets` and `sets` may be NULL. Warnings may be added in both cases. */
Plan *scenario_load(const char *path, const PlanCatalog *catalog, const ScenarioPresets *presets,
                    const ScenarioSets *sets, PlanProblems *problems);

#endif
