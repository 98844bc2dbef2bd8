/*
 * regions.c: what faults do to regions: power, zones; and the planned switch of an owner.
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
    "One zone of a region loses power: its share of the threads and the requests on them. With the "
    "last zone the region is down.",
    "As long as a zone is left, the region's stores, which are replicated over its zones, stay; "
    "names and links too.",
    zone_fields,
    NULL};

/* Who is to blame for a region that several faults hold down: whoever destroyed its disks, or else
 * the first to begin: the others found it dark. */
uint32_t fault_region_holder(const World *world, uint32_t region)
{
    uint32_t holder = WORLD_NONE;
    bool     for_good = false;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        bool         loses = fault->behaviour->kind == &kind_lose;
        if (fault->holds != region || (for_good && !loses) ||
            (holder != WORLD_NONE && loses == for_good &&
             fault->began >= world->faults[holder].began))
            continue;
        holder = f;
        for_good = loses;
    }
    return holder;
}

void fault_power_off(World *world, uint32_t fault, uint32_t region, bool disks_gone)
{
    world->faults[fault].holds = region;
    region_power_off(world, region, fault, disks_gone);
}

void fault_power_on(World *world, uint32_t fault, uint32_t region)
{
    world->faults[fault].holds = WORLD_NONE;
    region_power_on(world, region, fault, fault_region_holder(world, region));
}

static void turn_power(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t region = fault_ref(world, item, LOSE_REGION, "region");
    if (begin)
        fault_power_off(world, index, region, item->kind == &kind_lose);
    else
        fault_power_on(world, index, region);
}

static bool takes_a_zone(const World *world, uint32_t fault, uint32_t region)
{
    return world->faults[fault].behaviour->kind == &kind_zone_down &&
           fault_ref(world, fault_item(world, fault), ZONE_REGION, "region") == region;
}

/* Whoever took the last zone holds the region down, until some zone is back; all of them together
 * had an effect. */
static void last_zone(World *world, uint32_t region)
{
    bool     dark = world->regions[region].zones_down >= world->regions[region].zones;
    uint32_t holder = WORLD_NONE;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        Fault *fault = &world->faults[f];
        if (!takes_a_zone(world, f, region))
            continue;
        if (fault->holds == region)
            holder = f;
        fault->took_effect |= dark && fault->in_force;
    }
    if (dark && (holder == WORLD_NONE || !world->faults[holder].in_force))
        fault_power_off(world, world->regions[region].zones_by, region, false);
    if (holder != WORLD_NONE && (!dark || !world->faults[holder].in_force))
        fault_power_on(world, holder, region);
}

/* The latest that is in force is to blame for threads that are not there. */
static void turn_zone(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t region = fault_ref(world, item, ZONE_REGION, "region");
    Region  *r = &world->regions[region];
    r->zones_by = WORLD_NONE;
    for (uint32_t f = 0; f < world->fault_count; f++)
        if (takes_a_zone(world, f, region) && world->faults[f].in_force &&
            (r->zones_by == WORLD_NONE ||
             world->faults[f].began >= world->faults[r->zones_by].began))
            r->zones_by = f;
    service_zone_changed(world, region, index, begin);
    last_zone(world, region);
}

static void build_zone(World *world, Fault *fault, const PlanItem *item)
{
    fault->target = world->regions[fault_ref(world, item, ZONE_REGION, "region")].name;
    fault_watch_threads(world);
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
    {.kind = &kind_lose, .turn = turn_power},
    {.kind = &kind_down, .turn = turn_power},
    {.kind = &kind_zone_down, .build = build_zone, .turn = turn_zone},
    {.kind = &kind_switch, .build = build_switch, .turn = turn_switch},
    {.kind = NULL},
};
