/*
 * caches.c: caches that are empty: after a flush, and after a restart.
 *
 * A cache is data that may be lost and whose read chain knows where to look next. What a region's
 * store had of it is forgotten, from the run and from before; reads find it again elsewhere and
 * bring it back, or they do not (read/steps.c). A read that finds nothing for that reason alone
 * counts as delayed by the fault.
 *
 * A restarted region is also slow for a while: code that is not compiled yet, pages that are not in
 * memory. Its speed grows from a share to the whole in ten equal steps.
 */
#include "models/fault/fault.h"

/* Steps in which a restarted region becomes warm: chosen. */
#define WARM_STEPS 10

static const PlanField flush_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0,
                "Losable data: a cache, or sessions.", NULL),
    MODEL_FIELD("region", REFS, 0, "region", NULL, 0, 0, "Where; everywhere by default.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_cache_flush = {
    "cache_flush",
    "fault",
    false,
    "A cache forgets all it has, at the beginning of the fault; reads have to look further.",
    "Entries that are thrown out for lack of room or for their age.",
    flush_fields,
    NULL};

static const PlanField restart_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("caches", REFS, 0, "data", NULL, 0, 0,
                "Losable data that it had in memory: forgotten.", NULL),
    MODEL_FIELD("capacity", RATIO, 0, NULL, "25%", 1000000, 1000000000,
                "What it can do at first when it is back: at 25% work takes four times as long.",
                "chosen"),
    MODEL_FIELD("warmup", TIME, 0, NULL, "5min", SIM_MS, SIM_DAY,
                "From its return until it works as before; its capacity grows evenly.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_restart = {
    "restart",
    "fault",
    false,
    "A region is down for a while, and comes back with cold caches.",
    "The warm-up goes by the clock, not by what is read; what is in `caches` goes by what is read.",
    restart_fields,
    NULL};

static void watch_cache(World *world, const PlanValue *data)
{
    for (uint32_t i = 0; i < data->count; i++) {
        DataClass *class = &world->classes[world_index(world, "data", data->ids[i])];
        if (class->flushed == NULL)
            class->flushed = sim_arena_array(world->arena, uint32_t, world->region_count);
    }
}

static void flush(World *world, uint32_t index, uint32_t data, uint32_t region)
{
    DataClass *class = &world->classes[data];
    uint32_t forgotten = store_forget(world, data, region);
    class->flushed[region] = index + 1;
    fault_hit_dropped(world, index, forgotten);
    WORLD_TRACE(world, "fault", "%s.%s forgets %u records and what was there before", class->name,
                world->regions[region].name, forgotten);
}

void fault_cache_missed(World *world, uint32_t class_index, const Request *request, uint32_t key)
{
    uint32_t fault = world->classes[class_index].flushed[request->entry];
    if (fault > 0 && store_forgot(world, class_index, request->entry, request, key))
        fault_hit_delayed(world, fault - 1);
}

/* ---- cache_flush ----------------------------------------------------------------------------- */

static void build_flush(World *world, Fault *fault, const PlanItem *item)
{
    fault->target = plan_item(world->plan, plan_value(item, CACHE_FLUSH_DATA)->ids[0])->name;
    watch_cache(world, plan_value(item, CACHE_FLUSH_DATA));
}

static void turn_flush(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t data = fault_ref(world, item, CACHE_FLUSH_DATA, "data");
    for (uint32_t r = 0; begin && r < world->region_count; r++)
        if (fault_names_region(world, plan_value(item, CACHE_FLUSH_REGION), r))
            flush(world, index, data, r);
}

/* ---- restart --------------------------------------------------------------------------------- */

static void build_restart(World *world, Fault *fault, const PlanItem *item)
{
    fault->target = world->regions[fault_ref(world, item, RESTART_REGION, "region")].name;
    watch_cache(world, plan_value(item, RESTART_CACHES));
}

static void warm_later(World *world, uint32_t index, const PlanItem *item)
{
    fault_step_at(
        world, index,
        sim_time_add_far(world_now(world), plan_number(item, RESTART_WARMUP) / WARM_STEPS));
}

static void turn_restart(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    Fault           *fault = &world->faults[index];
    uint32_t         region = fault_ref(world, item, RESTART_REGION, "region");
    const PlanValue *caches = plan_value(item, RESTART_CACHES);
    if (begin) {
        fault_power_off(world, index, region, false);
        return;
    }
    for (uint32_t i = 0; i < caches->count; i++)
        flush(world, index, world_index(world, "data", caches->ids[i]), region);
    fault->lingers = true;
    fault_pace_changed(world);
    warm_later(world, index, item);
    fault_power_on(world, index, region);
}

static void step_restart(World *world, uint32_t index, const PlanItem *item)
{
    Fault *fault = &world->faults[index];
    if (fault->in_force)
        return; /* it is down again */
    fault->lingers = ++fault->step < WARM_STEPS;
    if (fault->lingers)
        warm_later(world, index, item);
    else
        WORLD_TRACE(world, "fault", "%s is warm", fault->target);
    fault_pace_changed(world);
}

static int64_t restart_pace(const World *world, uint32_t index, uint32_t which, uint32_t region)
{
    const Fault    *fault = &world->faults[index];
    const PlanItem *item = fault_item(world, index);
    int64_t         first = plan_number(item, RESTART_CAPACITY);
    (void)which;
    if (!fault->lingers || fault_ref(world, item, RESTART_REGION, "region") != region)
        return WORLD_PACE;
    return fault_pace_at(first + (1000000000 - first) * fault->step / WARM_STEPS);
}

const FaultKind fault_cache_kinds[] = {
    {.kind = &kind_cache_flush, .build = build_flush, .turn = turn_flush},
    {.kind = &kind_restart,
     .build = build_restart,
     .turn = turn_restart,
     .step = step_restart,
     .work = restart_pace,
     .apply = restart_pace},
    {.kind = NULL},
};
