/*
 * changes.c: a change that somebody makes, and that is bad: a configuration, a release, a policy.
 *
 * It reaches regions in waves. Where it has arrived, services fail some requests, or work slowly,
 * or do not run at all, until it is taken back everywhere at once. `waves = 1` is the correlated
 * failure that independent regions do not protect from; with waves, what counts is whether somebody
 * notices before the next.
 */
#include "models/fault/fault.h"

static const PlanField change_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("service", REFS, 0, "service", NULL, 0, 0,
                "The services that it changes; all by default.", NULL),
    MODEL_FIELD("region", REFS, 0, "region", NULL, 0, 0,
                "The regions in the order in which it reaches them; all by default.", NULL),
    MODEL_FIELD("waves", COUNT, 0, NULL, "1", 1, 32,
                "Into how many equal groups the regions are divided; one: everywhere at once.",
                "chosen"),
    MODEL_FIELD("interval", TIME, 0, NULL, "10min", SIM_MS, SIM_DAY, "From one wave to the next.",
                "chosen"),
    MODEL_FIELD("errors", RATIO, 0, NULL, "0%", 0, 1000000000,
                "Share of requests that fail there, after the usual time of work.", "chosen"),
    MODEL_FIELD("factor", COUNT, 0, NULL, "1", 1, 1000000,
                "Work takes this many times as long there.", "chosen"),
    MODEL_FIELD("down", FLAG, 0, NULL, "false", 0, 0,
                "The services do not run there: what is on them dies, the rest is refused at once.",
                "chosen"),
    MODEL_FIELD("detect", DIST, 0, NULL, NULL, 0, 0,
                "From the first wave until somebody notices: no further wave comes. By default "
                "nobody does, and the change stays for `lasts`.",
                NULL),
    MODEL_FIELD("rollback", DIST, 0, NULL, "0s", 0, 0,
                "From then until the change is taken back, everywhere at once.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_bad_change = {
    "bad_change",
    "fault",
    false,
    "A bad configuration or release, pushed to all regions at once or in waves.",
    "Somebody notices after a time, whether or not anything can be seen; stores are not changed. "
    "An "
    "error counts as unreachable.",
    change_fields,
    NULL};

static void build_change(World *world, Fault *fault, const PlanItem *item)
{
    const PlanValue *services = plan_value(item, CHANGE_SERVICE);
    fault->target =
        services->count == 1 ? plan_item(world->plan, services->ids[0])->name : "services";
    fault->rng = sim_arena_array(world->arena, SimRng, 1);
    world_rng(world, fault->rng, fault->name, "change");
    if (plan_value(item, CHANGE_DETECT)->set)
        fault->end = SIM_TIME_NEVER;
    if (plan_number(item, CHANGE_DOWN) != 0)
        fault_watch_threads(world);
}

static SimTime change_length(World *world, uint32_t index, const PlanItem *item)
{
    Fault           *fault = &world->faults[index];
    const PlanValue *detect = plan_value(item, CHANGE_DETECT);
    fault->noticed = SIM_TIME_NEVER;
    if (!detect->set)
        return fault->lasts > 0 ? fault->lasts : SIM_TIME_NEVER;
    SimTime after = sim_dist_draw(detect->dist, fault->rng);
    fault->noticed = sim_time_add_far(fault->began, after);
    return sim_time_add_far(after > 0 ? after : 1,
                            sim_dist_draw(plan_value(item, CHANGE_ROLLBACK)->dist, fault->rng));
}

/* Whether the waves so far have brought the change to a region. */
static bool has_reached(const World *world, const Fault *fault, const PlanItem *item,
                        uint32_t region)
{
    const PlanValue *order = plan_value(item, CHANGE_REGION);
    uint32_t         count = order->count > 0 ? order->count : world->region_count;
    uint32_t         waves = (uint32_t)plan_number(item, CHANGE_WAVES);
    for (uint32_t i = 0; i < count * fault->step / waves; i++)
        if ((order->count > 0 ? world_index(world, "region", order->ids[i]) : i) == region)
            return true;
    return false;
}

static bool changes(const World *world, uint32_t index, uint32_t service, uint32_t region)
{
    const PlanItem *item = fault_item(world, index);
    return has_reached(world, &world->faults[index], item, region) &&
           fault_names(world, plan_value(item, CHANGE_SERVICE), "service", service);
}

static void stop_services(World *world, uint32_t index, uint32_t region)
{
    for (uint32_t s = 0; s < world->service_count; s++)
        if (changes(world, index, s, region))
            service_stopped(world, s, region, index);
}

static void apply_everywhere(World *world)
{
    fault_pace_changed(world);
    for (uint32_t r = 0; r < world->region_count; r++)
        service_threads_changed(world, r);
}

/* The next wave. */
static void step_change(World *world, uint32_t index, const PlanItem *item)
{
    Fault *fault = &world->faults[index];
    bool   down = plan_number(item, CHANGE_DOWN) != 0;
    if (world_now(world) >= fault->noticed)
        return;
    fault->step++;
    for (uint32_t r = 0; r < world->region_count; r++) {
        fault->step--;
        bool before = has_reached(world, fault, item, r);
        fault->step++;
        if (before || !has_reached(world, fault, item, r))
            continue;
        WORLD_TRACE(world, "fault", "%s %s reaches %s", fault->kind, fault->target,
                    world->regions[r].name);
        world_mark(world, true, "%s %s reaches %s", fault->kind, fault->target,
                   world->regions[r].name);
        if (down)
            stop_services(world, index, r);
    }
    apply_everywhere(world);
    if (fault->step < (uint32_t)plan_number(item, CHANGE_WAVES))
        fault_step_at(world, index,
                      sim_time_add_far(world_now(world), plan_number(item, CHANGE_INTERVAL)));
}

static void turn_change(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    if (begin)
        step_change(world, index, item);
    else
        apply_everywhere(world);
}

static int64_t change_work(const World *world, uint32_t fault, uint32_t service, uint32_t region)
{
    return changes(world, fault, service, region)
               ? plan_number(fault_item(world, fault), CHANGE_FACTOR) * WORLD_PACE
               : WORLD_PACE;
}

static int64_t change_threads(const World *world, uint32_t fault, uint32_t service, uint32_t region)
{
    bool down = plan_number(fault_item(world, fault), CHANGE_DOWN) != 0;
    return down && changes(world, fault, service, region) ? 0 : 1000000000;
}

static SimChance change_errors(const World *world, uint32_t fault, uint32_t service,
                               uint32_t region)
{
    return changes(world, fault, service, region)
               ? sim_chance_from_ppb(plan_number(fault_item(world, fault), CHANGE_ERRORS))
               : 0;
}

const FaultKind fault_change_kinds[] = {
    {.kind = &kind_bad_change,
     .build = build_change,
     .turn = turn_change,
     .step = step_change,
     .length = change_length,
     .work = change_work,
     .threads = change_threads,
     .errors = change_errors},
    {.kind = NULL},
};
