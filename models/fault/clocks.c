/*
 * clocks.c: what faults do to the clocks of regions.
 *
 * With the base reading b(t) of region.c (offset, drift, resynchronisation), a clock shows
 *
 *     b(u) + sum of steps in force + sum of rate * (u - beginning) of drifts in force
 *
 * where u is the true time t, or, while the clock is stuck, the time at which it stopped: the
 * beginning of the earliest such fault still in force. What ends is taken back at once: somebody
 * has set the clock right.
 *
 * The stamps of changes and hybrid clocks follow the reading. Time-outs and leases are measured by
 * the rate alone, as on a monotonic clock: they feel a drift, but neither a step nor a stop.
 */
#include "models/fault/fault.h"

#define REGION                                                                                     \
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0,              \
                "Whose clock.", NULL)

static const PlanField step_fields[] = {
    FAULT_COMMON_FIELDS,
    REGION,
    MODEL_FIELD("by", OFFSET, PLAN_REQUIRED, NULL, NULL, -SIM_DAY, SIM_DAY,
                "How far it jumps, forwards or backwards.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_clock_step = {"clock_step",
                                  "fault",
                                  false,
                                  "A region's clock jumps, and back when the fault ends.",
                                  "Time-outs and leases run on a monotonic clock and do not jump.",
                                  step_fields,
                                  NULL};

static const PlanField drift_fields[] = {
    FAULT_COMMON_FIELDS,
    REGION,
    MODEL_FIELD("rate", OFFSET, PLAN_REQUIRED, NULL, NULL, -100 * SIM_MS, 100 * SIM_MS,
                "How far it runs ahead per second: \"200us\" is 200 ppm.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_clock_drift = {
    "clock_drift",
    "fault",
    false,
    "A region's clock runs fast or slow and nothing corrects it until the fault ends.",
    "A lease that has begun is measured at the rate of the moment at which somebody looks.",
    drift_fields,
    NULL};

static const PlanField stuck_fields[] = {
    FAULT_COMMON_FIELDS,
    REGION,
    MODEL_FIELDS_END,
};
const PlanKind kind_clock_stuck = {
    "clock_stuck",
    "fault",
    false,
    "A region's clock stands still, and is right when the fault ends.",
    "Time-outs and leases run on a monotonic clock that does not stop.",
    stuck_fields,
    NULL};

static bool is_clock(const Fault *fault)
{
    return fault->behaviour->kind == &kind_clock_step ||
           fault->behaviour->kind == &kind_clock_drift ||
           fault->behaviour->kind == &kind_clock_stuck;
}

static bool concerns(const World *world, const Fault *fault, uint32_t region)
{
    return is_clock(fault) &&
           fault_ref(world, plan_item(world->plan, fault->item), CLOCK_REGION, "region") == region;
}

SimTime fault_clock_time(const World *world, uint32_t region)
{
    SimTime at = world_now(world);
    for (uint32_t f = 0; f < world->fault_count; f++)
        if (fault_works(world, f, &kind_clock_stuck) &&
            concerns(world, &world->faults[f], region) && world->faults[f].began < at)
            at = world->faults[f].began;
    return at;
}

SimTime fault_clock_moved(const World *world, uint32_t region, SimTime at)
{
    SimTime moved = 0;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        Fault *fault = &world->faults[f];
        if (!fault->in_force || !concerns(world, fault, region))
            continue;
        fault->took_effect = true;
        const PlanItem *item = fault_item(world, f);
        if (item->kind == &kind_clock_step)
            moved += plan_number(item, CLOCK_STEP_BY);
        else if (item->kind == &kind_clock_drift && at > fault->began)
            moved += sim_time_scale(at - fault->began, plan_number(item, CLOCK_DRIFT_RATE), SIM_S);
    }
    return moved;
}

SimTime fault_clock_rate(const World *world, uint32_t region)
{
    SimTime rate = 0;
    for (uint32_t f = 0; f < world->fault_count; f++)
        if (fault_works(world, f, &kind_clock_drift) && concerns(world, &world->faults[f], region))
            rate += plan_number(fault_item(world, f), CLOCK_DRIFT_RATE);
    return rate;
}

/* What is ahead is taken back at any time, what puts the clock back may come or stay. */
SimTime fault_clock_least(const World *world, uint32_t region)
{
    SimTime least = 0;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        bool         again = fault->every > 0 || fault->mttf != NULL;
        if (!concerns(world, fault, region) || (fault->count > 0 && !fault->in_force && !again))
            continue;
        const PlanItem *item = fault_item(world, f);
        SimTime         most = 0;
        if (item->kind == &kind_clock_step)
            most = plan_number(item, CLOCK_STEP_BY);
        else if (item->kind == &kind_clock_drift)
            most = sim_time_scale(world->end, plan_number(item, CLOCK_DRIFT_RATE), SIM_S);
        least += most < 0 ? most : 0;
    }
    return least;
}

static void build_clock(World *world, Fault *fault, const PlanItem *item)
{
    fault->target = plan_item(world->plan, plan_value(item, CLOCK_REGION)->ids[0])->name;
    world->clocks_agree = false;
    world->clocks_fail = true;
}

static void turn_clock(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    Region *region = &world->regions[fault_ref(world, item, CLOCK_REGION, "region")];
    if (begin)
        region->clock_faults++;
    else
        region->clock_faults--;
}

const FaultKind fault_clock_kinds[] = {
    {.kind = &kind_clock_step, .build = build_clock, .turn = turn_clock},
    {.kind = &kind_clock_drift, .build = build_clock, .turn = turn_clock},
    {.kind = &kind_clock_stuck, .build = build_clock, .turn = turn_clock},
    {.kind = NULL},
};
