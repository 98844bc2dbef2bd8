/*
 * fence.c: how the old owner is kept from accepting writes before another takes over.
 *
 *   lease     it stops by itself when it could not renew for the lease's time; promotion waits so
 *             long
 *   stonith   it is switched off by a message, over whatever links that takes; promotion waits for
 *             the confirmation. Two that miss each other switch each other off.
 */
#include "models/failover/failover.h"

#define ORDER_BYTES 200 /* chosen: one small packet */

/* A region accepts writes if it holds the leases of all controllers of its role. */
static void lease_set(const World *world, Failover *failover, uint32_t region, bool held)
{
    uint32_t bit = 1u << region;
    uint32_t leaseless = 0;
    failover->leaseless = held ? failover->leaseless & ~bit : failover->leaseless | bit;
    for (uint32_t f = 0; f < world->failover_count; f++)
        if (world->failovers[f].roles == failover->roles)
            leaseless |= world->failovers[f].leaseless;
    failover->roles->fenced = (failover->roles->fenced & ~bit) | (leaseless & bit);
}

void failover_lease_renewed(const World *world, Failover *failover, uint32_t region)
{
    if ((failover->leaseless & 1u << region) != 0)
        lease_set(world, failover, region, true);
}

void failover_lease_ends(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    run->lease_armed = false;
    bool renewed = world_now(world) - run->last_contact < failover->lease;
    if (renewed || !roles_owns(failover->roles, region) ||
        (failover->leaseless & 1u << region) != 0)
        return;
    lease_set(world, failover, region, false);
    WORLD_TRACE(world, "timer", "%s loses its lease", world->regions[region].name);
    world_mark(world, true, "%s loses its lease", world->regions[region].name);
}

/* ---- stonith ----------------------------------------------------------------------------- */

/* The way of the order; WORLD_NONE: from an independent site, or within the region. */
static uint32_t order_path(const World *world, const Failover *failover, uint32_t region)
{
    if (failover->seat == WORLD_NONE || failover->seat == region)
        return WORLD_NONE;
    return link_path(world, failover->seat, region,
                     failover->shoot_via != NULL ? failover->shoot_via : failover->via);
}

void failover_shoot(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    SimTime      now = world_now(world);
    SimTime      arrival = now;
    LinkFate     fate = LINK_DELIVERS;
    run->order_path = order_path(world, failover, region);
    if (run->order_path == WORLD_NONE && failover->seat != WORLD_NONE && failover->seat != region)
        fate = LINK_DROPS; /* there is no way */
    if (run->order_path != WORLD_NONE) {
        const Link *link = &world->links[run->order_path];
        /* What switches a machine off has power and a line of its own: that the machine beside it
         * is dark already does not stop the order. */
        bool dark = !region_up(world, region) && link->cuts == 0 && link->resets == 0;
        if (!dark)
            fate = link_send(world, run->order_path, LINK_REQUESTS, now, ORDER_BYTES, &arrival);
        run->order_epoch = link->epoch;
    }
    WORLD_TRACE(world, "timer", "%s orders %s to be switched off", failover->name,
                world->regions[region].name);
    if (fate == LINK_DELIVERS)
        failover_later(world, index, arrival, STEP_SHOT, region);
    else
        failover_later(world, index, sim_time_add(now, failover->shoot_retry), STEP_SHOOT, region);
}

/* The order arrives. Whoever gave it learns that on the way back, if it still can. */
void failover_shot(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    SimTime      now = world_now(world);
    if (run->order_path != WORLD_NONE && world->links[run->order_path].epoch != run->order_epoch &&
        region_up(world, region)) {
        failover_later(world, index, sim_time_add(now, failover->shoot_retry), STEP_SHOOT, region);
        return; /* lost on the way */
    }
    if (region_up(world, region)) {
        WORLD_TRACE(world, "timer", "%s is switched off", world->regions[region].name);
        world_mark(world, true, "%s is switched off by %s", world->regions[region].name,
                   failover->name);
        world->regions[region].shots++;
        region_power_off(world, region, run->blame, false);
        if (failover->reboot > 0)
            failover_later(world, index, sim_time_add(now, failover->reboot), STEP_REBOOT, region);
    }
    SimTime back = failover->seat == WORLD_NONE ? 0 : link_rtt(world, region, failover->seat) / 2;
    failover_later(world, index, sim_time_add(now, back), STEP_FENCED, region);
}

void failover_reboot(World *world, uint32_t region)
{
    world->regions[region].shots--;
    WORLD_TRACE(world, "timer", "%s is switched on", world->regions[region].name);
    world_mark(world, false, "%s is switched on", world->regions[region].name);
    region_power_on(world, region, WORLD_NONE, fault_region_holder(world, region));
}

/* ---- both -------------------------------------------------------------------------------- */

void failover_fence(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    SimTime      now = world_now(world);
    SimTime      ends = run->last_contact + failover->lease;
    if (failover->lease == 0 || ends < now)
        ends = now;
    bool holds = failover->lease > 0 && (failover->leaseless & 1u << region) == 0;
    if (holds && !run->lease_armed && roles_owns(failover->roles, region)) {
        run->lease_armed = true; /* whoever answers is not given another either */
        failover_later(world, index, ends, STEP_LEASE, region);
    }
    failover_later(world, index, ends, STEP_FENCE, region);
}

void failover_fence_done(World *world, uint32_t index, uint32_t region)
{
    if (world->failovers[index].shoots)
        failover_shoot(world, index, region);
    else
        failover_fenced(world, index, region);
}
