/*
 * control.c: what goes wrong with controllers of failovers, and with the people beside them.
 */
#include "models/fault/fault.h"

#define CONTROL_FIELD                                                                              \
    MODEL_FIELD("failover", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "failover", NULL, 0, 0,          \
                "Which.", NULL)

static const PlanField control_fields[] = {FAULT_COMMON_FIELDS, CONTROL_FIELD, MODEL_FIELDS_END};
static const PlanField control_region_fields[] = {
    FAULT_COMMON_FIELDS,
    CONTROL_FIELD,
    MODEL_FIELD("region", REF, PLAN_REQUIRED, "region", NULL, 0, 0, "Which region it is about.",
                NULL),
    MODEL_FIELDS_END,
};
static const PlanField operator_slow_fields[] = {
    FAULT_COMMON_FIELDS,
    CONTROL_FIELD,
    MODEL_FIELD("factor", COUNT, 0, NULL, "10", 2, 1000000,
                "Deciding takes this many times as long.", "chosen"),
    MODEL_FIELDS_END,
};

const PlanKind kind_controller_down = {"controller_down",
                                       "fault",
                                       false,
                                       "The controller of a failover does nothing: it neither "
                                       "probes nor decides, and renews no lease.",
                                       "Its voters stop with it.",
                                       control_fields,
                                       NULL};
const PlanKind kind_wrong_view = {
    "wrong_view",
    "fault",
    false,
    "The controller gets no answer from a region that is well: it sees it dead.",
    "All its observers are wrong together.",
    control_region_fields,
    NULL};
const PlanKind kind_push_stalled = {
    "push_stalled",
    "fault",
    false,
    "New rules of a failover reach neither routers nor resolvers until this ends.",
    "Rules of planned switches pass.",
    control_fields,
    NULL};
const PlanKind kind_operator_slow = {
    "operator_slow",      "fault", false, "Whoever decides about a failover takes longer.", NULL,
    operator_slow_fields, NULL};
const PlanKind kind_operator_holds = {
    "operator_holds", "fault", false, "Whoever decides about a failover decides against it.", NULL,
    control_fields,   NULL};
const PlanKind kind_operator_errs = {
    "operator_errs",       "fault", false, "Somebody fails a region over that is well.", NULL,
    control_region_fields, NULL};

/* Faults that slow people down, together: chosen, a minute becomes two thousand years. */
#define SLOWED_MOST INT64_C(1000000000)

static uint32_t failover_of(const World *world, const PlanItem *item)
{
    return fault_ref(world, item, CONTROL_FAILOVER, "failover");
}

void fault_control_hit(World *world, uint32_t failover, const PlanKind *kind)
{
    for (uint32_t f = 0; f < world->fault_count; f++)
        if (fault_works(world, f, kind) && failover_of(world, fault_item(world, f)) == failover)
            world->faults[f].took_effect = true;
}

static void turn_control(World *world, uint32_t index, const PlanItem *item, bool begin);

/* What is in force for a controller, from all faults that are. */
static void recompute(World *world, uint32_t index)
{
    Failover *failover = &world->failovers[index];
    failover->stopped = failover->blind = failover->stalled = failover->held = 0;
    failover->slowed = 1;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const PlanItem *item = fault_item(world, f);
        const PlanKind *kind = item->kind;
        if (!world->faults[f].in_force || world->faults[f].behaviour->turn != turn_control ||
            failover_of(world, item) != index)
            continue;
        failover->stopped += kind == &kind_controller_down;
        failover->stalled += kind == &kind_push_stalled;
        failover->held += kind == &kind_operator_holds;
        if (kind == &kind_wrong_view)
            failover->blind |= 1u << fault_ref(world, item, CONTROL_REGION, "region");
        if (kind == &kind_operator_slow)
            failover->slowed =
                MIN(failover->slowed * plan_number(item, OPERATOR_FACTOR), SLOWED_MOST);
    }
}

static void turn_control(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t failover = failover_of(world, item);
    (void)index;
    (void)begin;
    bool stalled = world->failovers[failover].stalled > 0;
    recompute(world, failover);
    if (stalled && world->failovers[failover].stalled == 0)
        failover_push_resumes(world, failover);
}

static void turn_errs(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t region = fault_ref(world, item, CONTROL_REGION, "region");
    if (begin && failover_ordered(world, failover_of(world, item), region))
        world->faults[index].took_effect = true;
}

const FaultKind fault_control_kinds[] = {
    {.kind = &kind_controller_down, .turn = turn_control},
    {.kind = &kind_wrong_view, .turn = turn_control},
    {.kind = &kind_push_stalled, .turn = turn_control},
    {.kind = &kind_operator_slow, .turn = turn_control},
    {.kind = &kind_operator_holds, .turn = turn_control},
    {.kind = &kind_operator_errs, .turn = turn_errs},
    {.kind = NULL},
};
