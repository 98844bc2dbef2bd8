/*
 * again.c: services and read steps that try again what failed elsewhere.
 *
 * Users' software has its own retries (client/users.c). Each layer below that tries again on its
 * own multiplies: n layers with m attempts each ask m^n times when nothing works. A budget is a
 * share of the first attempts, per region that tries.
 */
#include "models/fields.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

/* Retries that a region may make before it has earned any, and at most: as for users. */
#define START (INT64_C(10) * 1000000000)
#define MOST (INT64_C(100) * 1000000000)
#define ONE INT64_C(1000000000)

Again *again_build(World *world, const PlanValue *part, const char *component)
{
    if (part->count == 0)
        return NULL;
    const PlanItem *item = plan_item(world->plan, part->ids[0]);
    Again          *again = sim_arena_array(world->arena, Again, 1);
    *again = (Again){
        .attempts = (uint32_t)plan_number(item, RETRY_ATTEMPTS),
        .budget_ppb = plan_number(item, RETRY_BUDGET),
        .backoff = plan_number(item, RETRY_BACKOFF),
        .cap = plan_number(item, RETRY_CAP),
        .tokens = sim_arena_array(world->arena, int64_t, world->region_count),
        .tried = sim_arena_array(world->arena, int64_t, world->region_count),
    };
    for (uint32_t r = 0; r < world->region_count; r++)
        again->tokens[r] = START;
    world_rng(world, &again->rng, component, "again");
    return again;
}

void again_first(Again *again, uint32_t region)
{
    if (again == NULL)
        return;
    int64_t *tokens = &again->tokens[region];
    *tokens = *tokens + again->budget_ppb > MOST ? MOST : *tokens + again->budget_ppb;
}

SimTime again_backoff(SimRng *rng, SimTime backoff, SimTime cap, uint32_t attempt)
{
    SimTime most = backoff;
    for (uint32_t k = 1; k < attempt && most < cap; k++)
        most *= 2;
    if (most > cap)
        most = cap;
    return (SimTime)sim_rng_below(rng, (uint64_t)most + 1);
}

bool again_may(Again *again, uint32_t region, uint32_t attempt, SimTime *out_wait)
{
    if (again == NULL || attempt >= again->attempts || again->tokens[region] < ONE)
        return false;
    again->tokens[region] -= ONE;
    again->tried[region]++;
    *out_wait = again_backoff(&again->rng, again->backoff, again->cap, attempt);
    return true;
}
