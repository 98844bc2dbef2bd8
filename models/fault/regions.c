/*
 * regions.c: what faults do to regions and to the services in them.
 */
#include "models/fault/fault.h"

static const PlanField lose_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_lose = {
    "lose", "fault",
    false,  "A region is gone for good, with its disks and all it had in flight.",
    NULL,   lose_fields,
    NULL};

static const PlanField down_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_down = {
    "down", "fault",     false, "A region loses power; its disks are kept and it returns.",
    NULL,   down_fields, NULL};

static const PlanField zone_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0,
                "The region that loses one of its zones.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_zone_down = {
    "zone_down",
    "fault",
    false,
    "One zone of a region loses power: its share of the threads and the requests on them.",
    "The region's stores are replicated over its zones and stay; names and links too.",
    zone_fields,
    NULL};

static const PlanField brown_out_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("capacity", RATIO, 0, NULL, "50%", 1000000, 1000000000,
                "What is left of it: at 50% all work takes twice as long.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_brown_out = {
    "brown_out",
    "fault",
    false,
    "A region works with less than its capacity: all its services, and its stores as they apply.",
    "Commits and look-ups of users take no time in a store, here as otherwise; links keep theirs.",
    brown_out_fields,
    NULL};

static const PlanField slow_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("region", REF, 0, "region", NULL, 0, 0, "Only there.", NULL),
    MODEL_FIELD("factor", COUNT, 0, NULL, "10", 1, 1000000, "Work takes this many times as long.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_slow = {"slow",
                            "fault",
                            false,
                            "A service works slowly.",
                            "Work that has begun ends at the speed at which it began.",
                            slow_fields,
                            NULL};

static const PlanField surge_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("factor", COUNT, 0, NULL, "3", 1, 1000, "Demand is multiplied by this.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_surge = {"surge", "fault",      false, "More requests than usual.",
                             NULL,    surge_fields, NULL};

/* Product of factors in force, far below what would overflow a time. */
uint32_t fault_product(uint32_t product, int64_t factor)
{
    int64_t most = INT64_C(1000000) * WORLD_PACE;
    int64_t wide = (int64_t)product * factor / WORLD_PACE;
    return (uint32_t)(wide < most ? wide : most);
}

/* Surges together: chosen. */
#define SURGE_MOST 1000000u

int64_t fault_brown_out(const PlanItem *item)
{
    return INT64_C(1000000000) * WORLD_PACE / plan_number(item, BROWN_OUT_CAPACITY);
}

static void slow_site(ServiceSite *site, int64_t factor, uint32_t fault)
{
    site->slow = fault_product(site->slow, factor);
    site->slow_by = fault;
}

static void recompute_factors(World *world, uint32_t service)
{
    Service *s = &world->services[service];
    uint32_t surge = 1;
    for (uint32_t r = 0; r < world->region_count; r++)
        s->sites[r].slow = WORLD_PACE;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        if (!fault->in_force)
            continue;
        const PlanItem *item = plan_item(world->plan, fault->item);
        if (fault->behaviour->kind == &kind_slow &&
            plan_value(item, SLOW_SERVICE)->ids[0] == s->item) {
            for (uint32_t r = 0; r < world->region_count; r++)
                if (fault_names_region(world, plan_value(item, SLOW_REGION), r))
                    slow_site(&s->sites[r], plan_number(item, SLOW_FACTOR) * WORLD_PACE, f);
        } else if (fault->behaviour->kind == &kind_brown_out) {
            slow_site(&s->sites[fault_ref(world, item, BROWN_OUT_REGION, "region")],
                      fault_brown_out(item), f);
        } else if (fault->behaviour->kind == &kind_surge &&
                   plan_value(item, SURGE_SERVICE)->ids[0] == s->item) {
            surge = fault_product(surge, plan_number(item, SURGE_FACTOR) * WORLD_PACE);
        }
    }
    if (surge > SURGE_MOST)
        surge = SURGE_MOST;
    if (surge != s->surge) {
        s->surge = surge;
        users_surge_changed(world, service);
    }
}

/* Who is to blame for a region that several faults hold down: the latest in force. WORLD_NONE if
 * there is none. */
static uint32_t holder(const World *world, uint32_t region)
{
    uint32_t latest = WORLD_NONE;
    SimTime  began = -1;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        if (!fault_works(world, f, &kind_lose) && !fault_works(world, f, &kind_down))
            continue;
        if (fault_ref(world, fault_item(world, f), LOSE_REGION, "region") != region ||
            world->faults[f].began < began)
            continue;
        began = world->faults[f].began;
        latest = f;
    }
    return latest;
}

static void turn_power(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t region = fault_ref(world, item, LOSE_REGION, "region");
    if (begin)
        region_power_off(world, region, index, item->kind == &kind_lose);
    else
        region_power_on(world, region, index, holder(world, region));
}

static void turn_brown_out(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    (void)item;
    (void)begin;
    for (uint32_t s = 0; s < world->service_count; s++)
        recompute_factors(world, s);
    for (uint32_t c = 0; c < world->class_count; c++)
        fault_stores_recompute(world, c);
}

static void turn_zone(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    service_zone_changed(world, fault_ref(world, item, ZONE_REGION, "region"), index, begin);
}

/* slow and surge begin alike. */
static void turn_service(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    (void)begin;
    recompute_factors(world, fault_ref(world, item, SLOW_SERVICE, "service"));
}

static void build_switch(World *world, Fault *fault, const PlanItem *item)
{
    char *text = g_strdup_printf("%s to %s",
                                 world->regions[fault_ref(world, item, SWITCH_FROM, "region")].name,
                                 world->regions[fault_ref(world, item, SWITCH_TO, "region")].name);
    fault->target = sim_arena_text(world->arena, text);
    g_free(text);
}

static void turn_switch(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)item;
    if (begin)
        switch_begin(world, index);
}

const FaultKind fault_region_kinds[] = {
    {&kind_lose, NULL, turn_power, false, false},
    {&kind_down, NULL, turn_power, false, false},
    {&kind_zone_down, NULL, turn_zone, false, false},
    {&kind_brown_out, NULL, turn_brown_out, false, false},
    {&kind_slow, NULL, turn_service, false, false},
    {&kind_switch, build_switch, turn_switch, false, false},
    {&kind_surge, NULL, turn_service, false, false},
    {NULL, NULL, NULL, false, false},
};
