/*
 * demand.c: what faults do to demand.
 */
#include "models/fault/fault.h"

static const PlanField surge_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("factor", COUNT, 0, NULL, "3", 1, 1000, "Demand is multiplied by this.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_surge = {"surge", "fault",      false, "More requests than usual.",
                             NULL,    surge_fields, NULL};

static const PlanField hot_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("share", RATIO, 0, NULL, "50%", 1, 1000000000,
                "Share of its requests that are for the one key.", "chosen"),
    MODEL_FIELD("user", COUNT, 0, NULL, "0", 0, INT64_C(100000000000),
                "Whose key: a user's number, from 0; it says where the user lives, too.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_hot_key = {
    "hot_key",
    "fault",
    false,
    "A share of the requests of a service is for one and the same key.",
    "They come from one user, in one region; a store has no limit of its own for a key.",
    hot_fields,
    NULL};

/* Surges together: chosen. */
#define SURGE_MOST 1000000u

static void turn_surge(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    (void)begin;
    uint32_t service = fault_ref(world, item, SURGE_SERVICE, "service");
    Service *s = &world->services[service];
    int64_t  surge = 1;
    for (uint32_t f = 0; f < world->fault_count && surge < SURGE_MOST; f++)
        if (fault_works(world, f, &kind_surge) &&
            plan_value(fault_item(world, f), SURGE_SERVICE)->ids[0] == s->item)
            surge *= plan_number(fault_item(world, f), SURGE_FACTOR);
    if (surge > SURGE_MOST)
        surge = SURGE_MOST;
    if (surge == s->surge)
        return;
    s->surge = (uint32_t)surge;
    users_surge_changed(world, service);
}

static void build_hot(World *world, Fault *fault, const PlanItem *item)
{
    fault->target = plan_item(world->plan, plan_value(item, HOT_SERVICE)->ids[0])->name;
    fault->share = sim_chance_from_ppb(plan_number(item, HOT_SHARE));
    fault->rng = sim_arena_array(world->arena, SimRng, 1);
    world_rng(world, fault->rng, fault->name, "hot");
}

static void turn_hot(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    (void)begin;
    uint32_t service = fault_ref(world, item, HOT_SERVICE, "service");
    world->services[service].hot = false;
    for (uint32_t f = 0; f < world->fault_count; f++)
        if (fault_works(world, f, &kind_hot_key) &&
            fault_ref(world, fault_item(world, f), HOT_SERVICE, "service") == service)
            world->services[service].hot = true;
}

/* Of several hot keys each takes its share of what the ones before left. */
uint64_t fault_hot_user(World *world, uint32_t service, uint64_t user)
{
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        if (!fault_works(world, f, &kind_hot_key) ||
            fault_ref(world, fault_item(world, f), HOT_SERVICE, "service") != service ||
            !sim_rng_chance(fault->rng, fault->share))
            continue;
        fault_hit_delayed(world, f);
        return (uint64_t)plan_number(fault_item(world, f), HOT_USER);
    }
    return user;
}

const FaultKind fault_demand_kinds[] = {
    {.kind = &kind_hot_key, .build = build_hot, .turn = turn_hot},
    {.kind = &kind_surge, .turn = turn_surge},
    {.kind = NULL},
};
