/*
 * faults.c: when faults begin and end, and what they have hit.
 *
 *   at "5min" { cut { "trunk", lasts = "60s" } }                       once
 *   at "5min" { cut { "trunk", lasts = "60s", every = "10min" } }      again and again
 *   at "0s" { cut { "trunk", mttf = exponential "30d",
 *                   mttr = lognormal { median = "32min", sigma = 3.1 } } }   at random
 *   at "0s" { cut { "trunk", lasts = "60s", when = busy { "login" } } }      when.c
 *
 * A fault knows its next occurrence, beginning and end, before it comes; what happens at random has
 * a stream of its own, named after the fault.
 */
#include "models/fault/fault.h"

/* Random times are at least this long, so that a run gets on: chosen. */
#define SHORTEST SIM_MS

/* ---- what faults hit --------------------------------------------------------------------- */

void fault_hit_refused(World *world, uint32_t fault)
{
    if (fault != WORLD_NONE)
        world->faults[fault].refused++;
}

void fault_hit_dropped(World *world, uint32_t fault, int64_t messages)
{
    if (fault != WORLD_NONE)
        world->faults[fault].dropped += messages;
}

void fault_hit_lost(World *world, uint32_t fault, LinkLoss how, int64_t messages)
{
    if (fault == WORLD_NONE)
        return;
    Fault *hit = &world->faults[fault];
    *(how == LINK_DROPPED   ? &hit->dropped
      : how == LINK_BOUNCED ? &hit->bounced
                            : &hit->replies) += messages;
}

void fault_hit_delayed(World *world, uint32_t fault)
{
    if (fault != WORLD_NONE)
        world->faults[fault].delayed++;
}

void fault_hit_held(World *world, uint32_t fault)
{
    if (fault != WORLD_NONE)
        world->faults[fault].held++;
}

/* ---- occurrences ------------------------------------------------------------------------- */

static SimTime draw(const SimDist *dist, SimRng *rng)
{
    SimTime time = sim_dist_draw(dist, rng);
    return time < SHORTEST ? SHORTEST : time;
}

void fault_plan_next(World *world, uint32_t index, SimTime at)
{
    Fault *fault = &world->faults[index];
    if (fault->count > 0 && (at >= fault->last || at >= world->end))
        return;
    fault->began = at;
    if (fault->behaviour->length != NULL) {
        SimTime length = fault->behaviour->length(world, index, fault_item(world, index));
        fault->until = length == SIM_TIME_NEVER ? length : sim_time_add_far(at, length);
    } else if (fault->mttr != NULL)
        fault->until = sim_time_add_far(at, draw(fault->mttr, fault->times));
    else
        fault->until = fault->lasts > 0 ? sim_time_add(at, fault->lasts) : SIM_TIME_NEVER;
    sim_engine_at(world->engine, at, SIM_PHASE_FAULT, WORLD_FAULT_BEGINS, index, 0);
}

void fault_step_at(World *world, uint32_t index, SimTime at)
{
    sim_engine_at(world->engine, at, SIM_PHASE_FAULT, WORLD_FAULT_STEPS, index,
                  (uint64_t)world->faults[index].count);
}

static void steps(void *user, const SimEvent *event)
{
    World       *world = user;
    uint32_t     index = sim_event_target(event);
    const Fault *fault = &world->faults[index];
    if ((fault->in_force || fault->lingers) && event->arg == (uint64_t)fault->count)
        fault->behaviour->step(world, index, fault_item(world, index));
}

static void begins(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Fault   *fault = &world->faults[index];
    WORLD_TRACE(world, "fault", "%s %s begins", fault->kind, fault->target);
    world_mark(world, true, "%s %s", fault->kind, fault->target);
    fault->in_force = true;
    fault->lingers = false;
    fault->step = 0;
    fault->count++;
    if (fault->watch != NULL && fault->count == 1)
        fault->start = fault->began;
    fault->behaviour->turn(world, index, plan_item(world->plan, fault->item), true);
    if (fault->until != SIM_TIME_NEVER)
        sim_engine_at(world->engine, fault->until, SIM_PHASE_FAULT, WORLD_FAULT_ENDS, index, 0);
    fault_watch_tells(world, index, true);
}

static void ends(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Fault   *fault = &world->faults[index];
    WORLD_TRACE(world, "fault", "%s %s ends", fault->kind, fault->target);
    world_mark(world, false, "end of %s %s", fault->kind, fault->target);
    fault->in_force = false;
    if (fault->end < fault->until)
        fault->end = fault->until; /* it began before it stopped coming */
    fault->spent = sim_time_add_far(fault->spent, fault->until - fault->began);
    fault->behaviour->turn(world, index, plan_item(world->plan, fault->item), false);
    if (fault->mttf != NULL)
        fault_plan_next(world, index,
                        sim_time_add_far(world_now(world), draw(fault->mttf, fault->times)));
    else if (fault->every > 0)
        fault_plan_next(world, index, sim_time_add_far(fault->began, fault->every));
    if (fault->watch != NULL)
        fault_watch_goes_on(world, index);
    fault_watch_tells(world, index, false);
}

/* ---- building ---------------------------------------------------------------------------- */

bool fault_names(const World *world, const PlanValue *list, const char *kind, uint32_t index)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (world_index(world, kind, list->ids[i]) == index)
            return true;
    return list->count == 0;
}

bool fault_names_region(const World *world, const PlanValue *regions, uint32_t region)
{
    return fault_names(world, regions, "region", region);
}

static const FaultKind *behaviour_of(const PlanKind *kind)
{
    const FaultKind *const tables[] = {
        fault_link_kinds,  fault_region_kinds,  fault_capacity_kinds, fault_store_kinds,
        fault_clock_kinds, fault_demand_kinds,  fault_cache_kinds,    fault_change_kinds,
        fault_pause_kinds, fault_control_kinds,
    };
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++)
        for (const FaultKind *row = tables[t]; row->kind != NULL; row++)
            if (row->kind == kind)
                return row;
    SIM_ASSERT(false);
    return NULL;
}

static void one_build(World *world, Fault *fault, const PlanItem *item)
{
    const PlanValue *lasts = plan_value(item, FAULT_LASTS);
    const PlanValue *until = plan_value(item, FAULT_STOPS);
    SimTime          start = plan_number(item, FAULT_AT);
    *fault = (Fault){
        .name = item->name,
        .kind = item->kind->name,
        .target = "",
        .behaviour = behaviour_of(item->kind),
        .item = item->id,
        .start = start,
        .end = lasts->set ? sim_time_add(start, lasts->number) : SIM_TIME_NEVER,
        .may_miss = plan_number(item, FAULT_MAY_MISS) != 0,
        .lasts = lasts->set ? lasts->number : 0,
        .last = until->set ? until->number : SIM_TIME_NEVER,
        .mttf = plan_value(item, FAULT_MTTF)->dist,
        .mttr = plan_value(item, FAULT_MTTR)->dist,
        .holds = WORLD_NONE,
    };
    const PlanValue *every = plan_value(item, FAULT_EVERY);
    if (every->set && !fault->behaviour->own_period)
        fault->every = every->number;
    if (fault->every > 0 || fault->mttf != NULL)
        fault->end = fault->last;
    if (fault->behaviour->build != NULL)
        fault->behaviour->build(world, fault, item);
    else
        fault->target = plan_item(world->plan, plan_value(item, FAULT_COMMON)->ids[0])->name;
}

static gint by_start(gconstpointer left, gconstpointer right)
{
    const Fault *a = left;
    const Fault *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return strcmp(a->name, b->name);
}

void fault_build(World *world)
{
    uint32_t count;
    PlanId  *ids = plan_of_group(world->plan, "fault", &count);
    GArray  *faults = g_array_sized_new(FALSE, TRUE, sizeof(Fault), count + 1);
    for (uint32_t i = 0; i < count; i++) {
        Fault fault;
        one_build(world, &fault, plan_item(world->plan, ids[i]));
        g_array_append_val(faults, fault);
    }
    g_free(ids);
    g_array_sort(faults, by_start);
    world->fault_count = count;
    world->faults = sim_arena_array(world->arena, Fault, count + 1);
    if (count > 0)
        memcpy(world->faults, faults->data, sizeof(Fault) * count);
    g_array_free(faults, TRUE);
    for (uint32_t f = 0; f < count; f++) {
        Fault *fault = &world->faults[f];
        if (fault->mttf == NULL)
            continue;
        fault->times = sim_arena_array(world->arena, SimRng, 1);
        world_rng(world, fault->times, fault->name, "failures");
    }
    sim_engine_handle(world->engine, WORLD_FAULT_BEGINS, "fault-begins", begins);
    sim_engine_handle(world->engine, WORLD_FAULT_ENDS, "fault-ends", ends);
    sim_engine_handle(world->engine, WORLD_FAULT_STEPS, "fault-steps", steps);
    fault_links_build(world);
    fault_watches_build(world);
}

void fault_start(World *world)
{
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        SimTime      first = fault->start;
        if (fault->watch != NULL) {
            fault_watch_starts(world, f);
            continue;
        }
        if (fault->mttf != NULL)
            first = sim_time_add_far(first, draw(fault->mttf, fault->times));
        if ((first < world->end && first < fault->last) || fault->mttf == NULL)
            fault_plan_next(world, f, first);
    }
}
