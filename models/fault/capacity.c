/*
 * capacity.c: what faults leave of the capacity of services and stores.
 *
 *   slow, slow_store, brown_out   work takes longer
 *   migration_load                background work takes a share of what there is
 *   power_ramp                    servers stop one after another, until the region is down
 *   rolling_upgrade               a share of the servers is out of service, here and then there
 *
 * Work that takes longer multiplies: two faults that halve a capacity leave a quarter. So do shares
 * of threads; a service that has any left keeps one.
 */
#include "models/fault/fault.h"

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
    "Commits and look-ups of users take no time in a store, here as otherwise; links keep theirs. "
    "Messages of a queue that came meanwhile are worked off as slowly after it.",
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

static const PlanField migration_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("service", REFS, 0, "service", NULL, 0, 0,
                "Services that share their servers with the migration.", NULL),
    MODEL_FIELD("data", REFS, 0, "data", NULL, 0, 0,
                "Data whose stores do: they apply the changes of others more slowly.", NULL),
    MODEL_FIELD("region", REFS, 0, "region", NULL, 0, 0, "Only there.", NULL),
    MODEL_FIELD("share", RATIO, 0, NULL, "30%", 1000000, 999000000,
                "How much of their capacity the migration takes.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_migration_load = {
    "migration_load",
    "fault",
    false,
    "Background work takes a share of the capacity of services and stores.",
    "The migration takes what it wants first; what it moves is not modelled, nor its traffic: that "
    "is `degrade` with a bandwidth. Messages of a queue that came meanwhile are worked off as "
    "slowly after it.",
    migration_fields,
    NULL};

static const PlanField ramp_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("over", TIME, 0, NULL, "60s", SIM_MS, SIM_DAY,
                "From the beginning until the last server stops.", "chosen"),
    MODEL_FIELD("steps", COUNT, 0, NULL, "10", 2, 1000,
                "Parts that the servers fall out in, one after another, at equal distances.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_power_ramp = {
    "power_ramp",
    "fault",
    false,
    "Servers of a region stop one after another, with what runs on them, until it is down.",
    "Stores are spread over the servers and stay until the last; when the fault ends, all return "
    "at "
    "once.",
    ramp_fields,
    NULL};

static const PlanField upgrade_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REFS, 0, "region", NULL, 0, 0,
                "The regions in the order in which they are upgraded; all by default.", NULL),
    MODEL_FIELD("service", REFS, 0, "service", NULL, 0, 0, "Only these; all by default.", NULL),
    MODEL_FIELD("by", WORD, 0, "region|zone", "region", 0, 0,
                "What is upgraded at once: a whole region, or one of its zones.", "chosen"),
    MODEL_FIELD("each", TIME, 0, NULL, "5min", SIM_MS, SIM_DAY, "How long each takes.", "chosen"),
    MODEL_FIELD("capacity", RATIO, 0, NULL, "50%", 0, 1000000000,
                "Share of the threads there that stays in service meanwhile.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_rolling_upgrade = {
    "rolling_upgrade",
    "fault",
    false,
    "Servers are taken out of service and put back, one region or zone after another.",
    "What runs on a server is finished before it stops; stores go on.",
    upgrade_fields,
    NULL};

/* ---- how long work takes --------------------------------------------------------------------- */

/* Product of factors in force, far below what would overflow a time. */
static uint32_t product(uint32_t so_far, int64_t factor)
{
    int64_t most = INT64_C(1000000) * WORLD_PACE;
    int64_t wide = (int64_t)so_far * factor / WORLD_PACE;
    return (uint32_t)(wide < most ? wide : most);
}

int64_t fault_pace_at(int64_t capacity_ppb)
{
    return INT64_C(1000000000) * WORLD_PACE / capacity_ppb;
}

static void slow_services(World *world, uint32_t fault, uint32_t region)
{
    const FaultKind *does = world->faults[fault].behaviour;
    for (uint32_t s = 0; s < world->service_count; s++) {
        ServiceSite *site = &world->services[s].sites[region];
        int64_t      factor = does->work(world, fault, s, region);
        uint32_t     spoilt = site->slow & WORLD_SPOILT;
        if (does->errors != NULL && does->errors(world, fault, s, region) != 0)
            spoilt = WORLD_SPOILT;
        site->slow = product(site->slow & ~WORLD_SPOILT, factor) | spoilt;
        if (factor > WORLD_PACE)
            site->slow_by = fault;
    }
}

static void slow_stores(World *world, uint32_t fault, uint32_t region)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        const DataClass *class = &world->classes[c];
        int64_t factor = world->faults[fault].behaviour->apply(world, fault, c, region);
        class->slow[region] = product(class->slow[region], factor);
        if (factor > WORLD_PACE)
            class->slow_by[region] = fault;
    }
}

void fault_pace_changed(World *world)
{
    uint32_t *before = g_new(uint32_t, world->class_count + 1);
    for (uint32_t r = 0; r < world->region_count; r++) {
        for (uint32_t s = 0; s < world->service_count; s++)
            world->services[s].sites[r].slow = WORLD_PACE;
        for (uint32_t c = 0; c < world->class_count; c++) {
            before[c] = world->classes[c].slow[r];
            world->classes[c].slow[r] = WORLD_PACE;
        }
        for (uint32_t f = 0; f < world->fault_count; f++) {
            if (!fault_has_effect(world, f))
                continue;
            if (world->faults[f].behaviour->work != NULL)
                slow_services(world, f, r);
            if (world->faults[f].behaviour->apply != NULL)
                slow_stores(world, f, r);
        }
        for (uint32_t c = 0; c < world->class_count; c++)
            if (world->classes[c].slow[r] < before[c])
                stream_hurries(world, c, r, before[c]);
    }
    g_free(before);
}

bool fault_spoils(World *world, uint32_t service, uint32_t region)
{
    bool spoilt = false;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const FaultKind *does = world->faults[f].behaviour;
        if (does->errors == NULL || !fault_has_effect(world, f) ||
            !sim_rng_chance(world->faults[f].rng, does->errors(world, f, service, region)))
            continue;
        fault_hit_refused(world, f);
        spoilt = true;
    }
    return spoilt;
}

static void turn_pace(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    (void)item;
    (void)begin;
    fault_pace_changed(world);
}

static int64_t slow_work(const World *world, uint32_t fault, uint32_t service, uint32_t region)
{
    const PlanItem *item = fault_item(world, fault);
    bool here = plan_value(item, SLOW_SERVICE)->ids[0] == world->services[service].item &&
                fault_names_region(world, plan_value(item, SLOW_REGION), region);
    return here ? plan_number(item, SLOW_FACTOR) * WORLD_PACE : WORLD_PACE;
}

static int64_t brown_out_pace(const World *world, uint32_t fault, uint32_t which, uint32_t region)
{
    (void)which;
    const PlanItem *item = fault_item(world, fault);
    return fault_ref(world, item, BROWN_OUT_REGION, "region") == region
               ? fault_pace_at(plan_number(item, BROWN_OUT_CAPACITY))
               : WORLD_PACE;
}

/* ---- migration_load -------------------------------------------------------------------------- */

static void build_migration(World *world, Fault *fault, const PlanItem *item)
{
    GString *target = g_string_new(NULL);
    for (int field = MIGRATION_SERVICE; field <= MIGRATION_DATA; field++) {
        const PlanValue *list = plan_value(item, field);
        for (uint32_t i = 0; i < list->count; i++)
            g_string_append_printf(target, "%s%s", target->len > 0 ? "+" : "",
                                   plan_item(world->plan, list->ids[i])->name);
    }
    fault->target = sim_arena_text(world->arena, target->str);
    g_string_free(target, TRUE);
}

static int64_t migration_pace(const World *world, uint32_t fault, int field, const char *kind,
                              uint32_t which, uint32_t region)
{
    const PlanItem  *item = fault_item(world, fault);
    const PlanValue *list = plan_value(item, field);
    bool             here = list->count > 0 && fault_names(world, list, kind, which) &&
                fault_names_region(world, plan_value(item, MIGRATION_REGION), region);
    return here ? fault_pace_at(1000000000 - plan_number(item, MIGRATION_SHARE)) : WORLD_PACE;
}

static int64_t migration_work(const World *world, uint32_t fault, uint32_t service, uint32_t region)
{
    return migration_pace(world, fault, MIGRATION_SERVICE, "service", service, region);
}

static int64_t migration_apply(const World *world, uint32_t fault, uint32_t data, uint32_t region)
{
    return migration_pace(world, fault, MIGRATION_DATA, "data", data, region);
}

/* ---- threads that are left ------------------------------------------------------------------- */

int64_t fault_threads_left(const World *world, uint32_t service, uint32_t region, uint32_t *out_by)
{
    int64_t left = 1000000000;
    *out_by = WORLD_NONE;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const FaultKind *does = world->faults[f].behaviour;
        if (does->threads == NULL || !fault_has_effect(world, f))
            continue;
        int64_t share = does->threads(world, f, service, region);
        if (share < 1000000000)
            *out_by = f;
        left = left / 1000 * share / 1000000;
    }
    return left;
}

void fault_watch_threads(World *world)
{
    for (uint32_t s = 0; s < world->service_count; s++) {
        Service *service = &world->services[s];
        if (service->cut_by != NULL)
            continue;
        service->cut_by = sim_arena_array(world->arena, uint32_t, world->region_count);
        for (uint32_t r = 0; r < world->region_count; r++)
            service->cut_by[r] = WORLD_NONE;
    }
}

/* ---- power_ramp ------------------------------------------------------------------------------ */

static void build_ramp(World *world, Fault *fault, const PlanItem *item)
{
    fault->target = world->regions[fault_ref(world, item, RAMP_REGION, "region")].name;
    fault_watch_threads(world);
}

static void ramp_plan(World *world, uint32_t index, const PlanItem *item)
{
    const Fault *fault = &world->faults[index];
    SimTime      next = sim_time_scale(plan_number(item, RAMP_OVER), fault->step + 1,
                                       plan_number(item, RAMP_STEPS));
    fault_step_at(world, index, sim_time_add_far(fault->began, next));
}

static void turn_ramp(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    Fault   *fault = &world->faults[index];
    uint32_t region = fault_ref(world, item, RAMP_REGION, "region");
    if (begin) {
        ramp_plan(world, index, item);
        return;
    }
    if (fault->holds != WORLD_NONE)
        fault_power_on(world, index, region);
    service_threads_changed(world, region);
}

static void step_ramp(World *world, uint32_t index, const PlanItem *item)
{
    Fault   *fault = &world->faults[index];
    uint32_t region = fault_ref(world, item, RAMP_REGION, "region");
    uint32_t steps = (uint32_t)plan_number(item, RAMP_STEPS);
    fault->step++;
    WORLD_TRACE(world, "fault", "%s: %u of %u parts of its servers are out", fault->target,
                fault->step, steps);
    if (fault->step == steps) {
        fault_power_off(world, index, region, false);
        return;
    }
    service_threads_changed(world, region);
    service_part_died(world, region, steps, fault->step - 1, index);
    ramp_plan(world, index, item);
}

static int64_t ramp_threads(const World *world, uint32_t fault, uint32_t service, uint32_t region)
{
    (void)service;
    const PlanItem *item = fault_item(world, fault);
    int64_t         steps = plan_number(item, RAMP_STEPS);
    return fault_ref(world, item, RAMP_REGION, "region") == region
               ? (steps - world->faults[fault].step) * 1000000000 / steps
               : 1000000000;
}

/* ---- rolling_upgrade ------------------------------------------------------------------------- */

/* The region that the step of an upgrade is about; *out_left is what is left of its threads. */
static uint32_t upgraded(const World *world, const PlanItem *item, uint32_t step, int64_t *out_left)
{
    const PlanValue *order = plan_value(item, UPGRADE_REGION);
    uint32_t         count = order->count > 0 ? order->count : world->region_count;
    bool             by_zone = plan_number(item, UPGRADE_BY) == 1;
    int64_t          left = plan_number(item, UPGRADE_CAPACITY);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t region = order->count > 0 ? world_index(world, "region", order->ids[i]) : i;
        uint32_t parts = by_zone ? world->regions[region].zones : 1;
        if (step < parts) {
            *out_left = (left + (parts - 1) * INT64_C(1000000000)) / parts;
            return region;
        }
        step -= parts;
    }
    return WORLD_NONE;
}

static void build_upgrade(World *world, Fault *fault, const PlanItem *item)
{
    const PlanValue *services = plan_value(item, UPGRADE_SERVICE);
    SimTime          each = plan_number(item, UPGRADE_EACH);
    int64_t          left;
    fault->target =
        services->count == 1 ? plan_item(world->plan, services->ids[0])->name : "services";
    fault->lasts = 0;
    for (uint32_t step = 0; upgraded(world, item, step, &left) != WORLD_NONE; step++)
        fault->lasts = sim_time_add_far(fault->lasts, each);
    fault->end = sim_time_add_far(fault->start, fault->lasts);
    fault_watch_threads(world);
}

/* The next region or zone is out of service; the one before is back. */
static void upgrade_goes_on(World *world, uint32_t index, const PlanItem *item)
{
    const Fault *fault = &world->faults[index];
    int64_t      left;
    uint32_t     region = upgraded(world, item, fault->step, &left);
    if (fault->in_force && region != WORLD_NONE) {
        WORLD_TRACE(world, "fault", "%s %s reaches %s", fault->kind, fault->target,
                    world->regions[region].name);
        fault_step_at(world, index,
                      sim_time_add_far(world_now(world), plan_number(item, UPGRADE_EACH)));
    }
    for (uint32_t r = 0; r < world->region_count; r++)
        service_threads_changed(world, r);
}

static void turn_upgrade(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)begin;
    upgrade_goes_on(world, index, item);
}

static void step_upgrade(World *world, uint32_t index, const PlanItem *item)
{
    world->faults[index].step++;
    upgrade_goes_on(world, index, item);
}

static int64_t upgrade_threads(const World *world, uint32_t fault, uint32_t service,
                               uint32_t region)
{
    const PlanItem *item = fault_item(world, fault);
    int64_t         left = 0;
    bool            here = upgraded(world, item, world->faults[fault].step, &left) == region &&
                fault_names(world, plan_value(item, UPGRADE_SERVICE), "service", service);
    return here ? left : 1000000000;
}

const FaultKind fault_capacity_kinds[] = {
    {.kind = &kind_brown_out, .turn = turn_pace, .work = brown_out_pace, .apply = brown_out_pace},
    {.kind = &kind_slow, .turn = turn_pace, .work = slow_work},
    {.kind = &kind_migration_load,
     .build = build_migration,
     .turn = turn_pace,
     .work = migration_work,
     .apply = migration_apply},
    {.kind = &kind_power_ramp,
     .build = build_ramp,
     .turn = turn_ramp,
     .step = step_ramp,
     .threads = ramp_threads},
    {.kind = &kind_rolling_upgrade,
     .build = build_upgrade,
     .turn = turn_upgrade,
     .step = step_upgrade,
     .threads = upgrade_threads},
    {.kind = NULL},
};
