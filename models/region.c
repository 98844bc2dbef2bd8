/*
 * region.c: regions: failure domains with zones and a clock.
 */
#include "models/fields.h"
#include "models/intent.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField region_fields[] = {
    MODEL_FIELD("zones", COUNT, 0, NULL, "1", 1, 16,
                "Zones the region's threads are spread over; a zone can be lost alone.", "chosen"),
    MODEL_FIELD("clock_offset", OFFSET, 0, NULL, "0ms", -SIM_DAY, SIM_DAY,
                "How far the region's clock is ahead of true time right after a synchronisation.",
                "chosen"),
    MODEL_FIELD("clock_drift", OFFSET, 0, NULL, "0us", -100 * SIM_MS, 100 * SIM_MS,
                "How far the clock runs ahead per second: \"200us\" is 200 ppm.", "chosen"),
    MODEL_FIELD("clock_sync", TIME, 0, NULL, "30s", SIM_MS, SIM_DAY,
                "How often the drift is corrected.",
                "Corbett et al., Spanner, OSDI 2012, section 3 (poll interval)"),
    MODEL_FIELDS_END,
};
const PlanKind kind_region = {
    "region",
    "component",
    true,
    "A failure domain that serves users.",
    "Machines are not modelled one by one: a region has threads, stores and a clock.",
    region_fields,
    NULL};

void region_build(World *world)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(world->plan, "region", &count);
    world->region_count = count;
    world->regions = sim_arena_lines(world->arena, Region, count);
    world->clocks_agree = true;
    roles_init(&world->roles, count);
    for (uint32_t r = 0; r < count; r++) {
        const PlanItem *item = plan_item(world->plan, ids[r]);
        world->regions[r] = (Region){
            .name = item->name,
            .zones = (uint32_t)plan_number(item, REGION_ZONES),
            .zones_by = WORLD_NONE,
            .clock_offset = plan_number(item, REGION_CLOCK_OFFSET),
            .clock_drift = plan_number(item, REGION_CLOCK_DRIFT),
            .clock_sync = plan_number(item, REGION_CLOCK_SYNC),
            .down_by = WORLD_NONE,
            .route = r,
            .route_before = r,
            .dark_at = -1,
            .lit_at = -1,
        };
        if (world->regions[r].clock_offset != 0 || world->regions[r].clock_drift != 0)
            world->clocks_agree = false;
    }
}

/* A sawtooth: the drift grows from one synchronisation to the next, the offset stays. */
static SimTime base_clock(const Region *r, SimTime now)
{
    return now + r->clock_offset + sim_time_scale(now % r->clock_sync, r->clock_drift, SIM_S);
}

SimTime region_clock(const World *world, uint32_t region)
{
    SimTime now = world_now(world);
    if (world->clocks_agree)
        return now;
    const Region *r = &world->regions[region];
    if (r->clock_faults == 0)
        return base_clock(r, now);
    SimTime at = fault_clock_time(world, region);
    return base_clock(r, at) + fault_clock_moved(world, region, at);
}

SimTime region_slowest_of_all(const World *world)
{
    SimTime slowest = SIM_TIME_NEVER;
    SimTime now = world_now(world);
    for (uint32_t r = 0; r < world->region_count; r++) {
        const Region *region = &world->regions[r];
        SimTime       at = region->clock_faults == 0 ? now : fault_clock_time(world, r);
        SimTime       clock = base_clock(region, at);
        /* A fast clock steps back at the next synchronisation. */
        SimTime stepped = (at / region->clock_sync + 1) * region->clock_sync + region->clock_offset;
        if (region->clock_drift > 0 && stepped < clock)
            clock = stepped;
        if (world->clocks_fail)
            clock += fault_clock_least(world, r);
        if (!region->gone && clock < slowest)
            slowest = clock;
    }
    return slowest;
}

/* Every link that ends here goes dark or lights up. What was sent out before a power cut still
 * arrives; a region that is lost takes it along. */
static void links_of_region(World *world, uint32_t region, uint32_t fault, bool down,
                            bool disks_gone)
{
    for (uint32_t l = 0; l < world->link_count; l++) {
        Link *link = &world->links[l];
        if (link->from != region && link->to != region)
            continue;
        bool was_up = link_up(link);
        if (down)
            link->ends_down++;
        else
            link->ends_down--;
        link_changed(world, l, was_up, down && (disks_gone || link->to == region), fault);
    }
}

void region_lead(World *world, uint32_t access, uint32_t to)
{
    Region *nearby = &world->regions[access];
    nearby->route_before = nearby->route;
    nearby->route = to;
    nearby->route_changed = world_now(world);
}

void region_power_off(World *world, uint32_t region, uint32_t fault, bool disks_gone)
{
    Region *r = &world->regions[region];
    r->down++;
    if (r->down == 1 || (disks_gone && !r->gone))
        r->down_by = fault;
    if (r->down == 1) {
        r->dark_at = world_now(world);
        if (!disks_gone)
            broker_region_changed(world, region, fault, true);
        links_of_region(world, region, fault, true, disks_gone);
        service_site_died(world, region);
        connections_break(world, region);
        quorum_region_down(world, region, false);
        for (uint32_t c = 0; c < world->class_count; c++)
            hold_drop(world, c, region, disks_gone ? HOLD_SOURCE_GONE : HOLD_SOURCE_STOPS);
        for (uint32_t c = 0; c < world->class_count && !disks_gone; c++)
            flush_power_lost(world, c, region, fault);
        if (!disks_gone)
            ledger_region_dark(world->ledger, region, world_now(world), true, fault);
        quorum_changed(world);
    }
    if (disks_gone && !r->gone) {
        for (uint32_t l = 0; l < world->link_count && r->down > 1; l++)
            if (world->links[l].from == region)
                link_changed(world, l, false, true, fault);
        r->gone = true;
        world->region_gone = true;
        quorum_region_down(world, region, true);
        for (uint32_t c = 0; c < world->class_count; c++)
            store_wipe(world, c, region);
        ledger_region_lost(world->ledger, region, world_now(world), fault);
        intent_region_lost(world, region);
    }
}

void region_power_on(World *world, uint32_t region, uint32_t fault, uint32_t still_down_by)
{
    Region *r = &world->regions[region];
    SIM_ASSERT(r->down > 0);
    r->down--;
    bool other = r->down_by != still_down_by;
    r->down_by = still_down_by;
    if (r->down > 0) {
        if (other)
            ledger_region_dark(world->ledger, region, world_now(world), true, still_down_by);
        return;
    }
    r->lit_at = world_now(world);
    ledger_region_dark(world->ledger, region, world_now(world), false, fault);
    broker_region_changed(world, region, fault, false);
    links_of_region(world, region, fault, false, false);
    quorum_changed(world);
}
