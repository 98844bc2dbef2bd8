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

const FaultKind fault_demand_kinds[] = {
    {.kind = &kind_surge, .turn = turn_surge},
    {.kind = NULL},
};
