/*
 * when.c: faults that come because of something: a measured condition, or another fault.
 *
 *   at "0s" { surge { "login", factor = 3, lasts = "1min", when = failing { "login", above = "20%"
 * } } } at "0s" { cut { "trunk", name = "storm", lasts = "1min" }, down { "a", lasts = "5min", when
 * = begun { "storm", after = "10s" } } }
 *
 * From `at` on somebody looks every `look`, after all else of that instant, at what happened within
 * the time `over` that ends there; the fault begins at the first look at which it is too much. It
 * does not look while it is in force, and begins anew with an empty memory when it is over.
 * Conditions read what is measured, not what is true elsewhere: they are those of an observer of
 * services and channels, not the ledger's.
 */
#include "models/fault/fault.h"

#define LOOK                                                                                       \
    MODEL_FIELD("look", TIME, 0, NULL, "1s", SIM_MS, SIM_HOUR, "How often somebody looks.",        \
                "chosen")

static const PlanField busy_fields[] = {
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("region", REF, 0, "region", NULL, 0, 0, "There; otherwise all regions together.",
                NULL),
    MODEL_FIELD("above", RATIO, 0, NULL, "90%", 0, 999999999,
                "Share of its threads, those that faults took included, that are busy in the mean.",
                "chosen"),
    MODEL_FIELD("over", TIME, 0, NULL, "10s", SIM_MS, SIM_DAY, "The time before each look.",
                "chosen"),
    LOOK,
    MODEL_FIELDS_END,
};
const PlanKind kind_busy = {"busy",
                            "condition",
                            false,
                            "The threads of a service are busy.",
                            "Threads are counted at each look, not between them.",
                            busy_fields,
                            NULL};

static const PlanField failing_fields[] = {
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("region", REF, 0, "region", NULL, 0, 0, "Users near it; otherwise all users.",
                NULL),
    MODEL_FIELD("above", RATIO, 0, NULL, "10%", 0, 999999999,
                "Share of the requests that were answered or given up that failed.", "chosen"),
    MODEL_FIELD("over", TIME, 0, NULL, "30s", SIM_MS, SIM_DAY, "The time before each look.",
                "chosen"),
    MODEL_FIELD("requests", COUNT, 0, NULL, "20", 1, INT64_C(1000000000),
                "Fewer of them say nothing.", "Netflix Hystrix, requestVolumeThreshold"),
    LOOK,
    MODEL_FIELDS_END,
};
const PlanKind kind_failing = {
    "failing",
    "condition",
    false,
    "Requests of users fail.",
    "Requests issued before the end of the warm-up, or after the duration, are not counted.",
    failing_fields,
    NULL};

static const PlanField lagging_fields[] = {
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0, "Which.", NULL),
    MODEL_FIELD("region", REF, 0, "region", NULL, 0, 0,
                "What has not been applied there; otherwise the worst of all regions.", NULL),
    MODEL_FIELD("above", TIME, 0, NULL, "30s", 0, 365 * SIM_DAY,
                "Age of the oldest change that has not been applied.", "chosen"),
    MODEL_FIELD("over", TIME, 0, NULL, "1s", SIM_MS, SIM_DAY, "At every look within this time.",
                "chosen"),
    LOOK,
    MODEL_FIELDS_END,
};
const PlanKind kind_lagging = {
    "lagging", "condition", false, "A channel of some data is behind.", NULL, lagging_fields, NULL};

static const PlanField begun_fields[] = {
    MODEL_FIELD("fault", TEXT, PLAN_REQUIRED | PLAN_POSITIONAL, NULL, NULL, 0, 0,
                "The `name` of another fault.", NULL),
    MODEL_FIELD("after", TIME, 0, NULL, "0s", 0, 365 * SIM_DAY, "How long after that.", "chosen"),
    MODEL_FIELD("event", WORD, 0, "begins|ends", "begins", 0, 0, "What it does.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_begun = {"begun", "condition",  false, "Another fault has begun, or ended.",
                             NULL,    begun_fields, NULL};

struct FaultWatch {
    const PlanItem *condition;
    uint32_t        which, region; /* of a service or data; WORLD_NONE: all regions */
    SimTime         look;
    uint32_t        looks;            /* within `over` */
    int64_t        *part, *of;        /* [looks + 1], a ring */
    uint64_t        taken;            /* looks since it began to look */
    int64_t         part_sum, of_sum; /* over the latest `looks` of them */
    uint32_t        cause;            /* the other fault; WORLD_NONE: none */
    int64_t         most;             /* times */
    bool            planned;          /* the next occurrence */
};

/* ---- what is measured ------------------------------------------------------------------------ */

static bool concerns(const FaultWatch *watch, uint32_t region)
{
    return watch->region == WORLD_NONE || watch->region == region;
}

static void measure_busy(const World *world, const FaultWatch *watch, int64_t *part, int64_t *of)
{
    const Service *service = &world->services[watch->which];
    for (uint32_t r = 0; r < world->region_count; r++) {
        if (!concerns(watch, r))
            continue;
        *part += service->sites[r].busy;
        *of += service->threads;
    }
}

/* All that were answered or given up so far. */
static void measure_failing(const World *world, const FaultWatch *watch, int64_t *part, int64_t *of)
{
    uint32_t windows = metrics_windows_count(world->windows);
    for (uint32_t w = 0; w < windows; w++) {
        if (metrics_windows_from(world->windows, w) > world_now(world))
            return;
        for (uint32_t r = 0; r < world->region_count; r++)
            for (uint32_t c = 0; c < world->cohort_count && concerns(watch, r); c++) {
                const MetricsCell *cell = metrics_windows_find(
                    world->windows, w, world_series(world, watch->which, r, c));
                if (cell == NULL)
                    continue;
                *part += metrics_cell_failed(cell);
                *of += metrics_cell_failed(cell) + metrics_cell_ok(cell);
            }
    }
}

static void measure_lag(const World *world, const FaultWatch *watch, int64_t *part, int64_t *of)
{
    *of = 1;
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        SimTime       age;
        if (stream->link == WORLD_NONE || stream->class_index != watch->which ||
            !concerns(watch, stream->to) || world->regions[stream->to].gone ||
            world->regions[stream->from].gone)
            continue;
        stream_backlog(world, stream, &age);
        if (age > plan_number(watch->condition, LAGGING_ABOVE))
            *part = 1;
    }
}

/* Whether what the ring holds is too much. */
static bool holds(const FaultWatch *watch)
{
    int64_t         part = 0, of = 0;
    uint32_t        room = watch->looks + 1;
    const PlanItem *condition = watch->condition;
    if (condition->kind == &kind_failing) {
        uint64_t now = watch->taken - 1;
        part = watch->part[now % room] - watch->part[(now - watch->looks) % room];
        of = watch->of[now % room] - watch->of[(now - watch->looks) % room];
        if (of < plan_number(condition, FAILING_REQUESTS))
            return false;
    } else {
        part = watch->part_sum;
        of = watch->of_sum;
    }
    if (condition->kind == &kind_lagging)
        return part == of;
    /* part / of > above, in numbers that do not overflow. */
    __extension__ unsigned __int128 wide = (__extension__(unsigned __int128) part) * 1000000000u;
    return of > 0 && wide > (__extension__(unsigned __int128) of) *
                                (uint64_t)plan_number(condition, CONDITION_ABOVE);
}

/* ---- looking --------------------------------------------------------------------------------- */

static void look_at(World *world, uint32_t index, SimTime at)
{
    const Fault *fault = &world->faults[index];
    if (at < world->end && at < fault->last && fault->count < fault->watch->most)
        sim_engine_at(world->engine, at, SIM_PHASE_PROBE, WORLD_FAULT_LOOKS, index, 0);
}

static void looks(void *user, const SimEvent *event)
{
    World      *world = user;
    uint32_t    index = sim_event_target(event);
    FaultWatch *watch = world->faults[index].watch;
    int64_t     part = 0, of = 0;
    uint32_t    room = watch->looks + 1;
    uint32_t    place = (uint32_t)(watch->taken % room);
    uint32_t    old = (uint32_t)((watch->taken + 1) % room); /* the one `looks` before */
    if (watch->condition->kind == &kind_busy)
        measure_busy(world, watch, &part, &of);
    else if (watch->condition->kind == &kind_failing)
        measure_failing(world, watch, &part, &of);
    else
        measure_lag(world, watch, &part, &of);
    watch->part_sum += part - (watch->taken >= watch->looks ? watch->part[old] : 0);
    watch->of_sum += of - (watch->taken >= watch->looks ? watch->of[old] : 0);
    watch->part[place] = part;
    watch->of[place] = of;
    watch->taken++;
    uint64_t wanted = watch->looks + (watch->condition->kind == &kind_failing);
    if (watch->taken >= wanted && holds(watch)) {
        watch->taken = 0;
        watch->part_sum = watch->of_sum = 0;
        WORLD_TRACE(world, "probe", "%s %s: %s holds", world->faults[index].kind,
                    world->faults[index].target, watch->condition->kind->name);
        fault_plan_next(world, index, world_now(world));
        return;
    }
    look_at(world, index, sim_time_add(world_now(world), watch->look));
}

void fault_watch_starts(World *world, uint32_t index)
{
    if (world->faults[index].watch->cause == WORLD_NONE)
        look_at(world, index, world->faults[index].start);
}

void fault_watch_goes_on(World *world, uint32_t index)
{
    FaultWatch *watch = world->faults[index].watch;
    watch->planned = false;
    if (watch->cause == WORLD_NONE)
        look_at(world, index, sim_time_add(world_now(world), watch->look));
}

void fault_watch_tells(World *world, uint32_t cause, bool begin)
{
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        FaultWatch  *watch = fault->watch;
        if (watch == NULL || watch->cause != cause || watch->planned || fault->in_force ||
            world_now(world) < fault->start || fault->count >= watch->most ||
            begin != (plan_number(watch->condition, BEGUN_EVENT) == 0))
            continue;
        SimTime at = sim_time_add(world_now(world), plan_number(watch->condition, BEGUN_AFTER));
        if (at >= fault->last || at >= world->end)
            continue;
        watch->planned = true;
        fault_plan_next(world, f, at);
    }
}

/* ---- building -------------------------------------------------------------------------------- */

static uint32_t fault_of_name(const World *world, const char *name)
{
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const PlanValue *value = plan_value(fault_item(world, f), FAULT_NAME);
        if (value->set && strcmp(value->text, name) == 0)
            return f;
    }
    SIM_ASSERT(false);
    return WORLD_NONE;
}

static void watch_build(World *world, Fault *fault, const PlanItem *condition)
{
    FaultWatch      *watch = sim_arena_array(world->arena, FaultWatch, 1);
    const PlanItem  *item = plan_item(world->plan, fault->item);
    const PlanValue *times = plan_value(item, FAULT_TIMES);
    *watch = (FaultWatch){
        .condition = condition,
        .region = WORLD_NONE,
        .cause = WORLD_NONE,
        .most = times->set ? times->number : 1,
    };
    fault->watch = watch;
    fault->end = fault->last;
    if (condition->kind == &kind_begun) {
        watch->cause = fault_of_name(world, plan_text(condition, BEGUN_FAULT));
        return;
    }
    const char *kind = condition->kind == &kind_lagging ? "data" : "service";
    watch->which = fault_ref(world, condition, CONDITION_WHICH, kind);
    if (plan_value(condition, CONDITION_REGION)->count > 0)
        watch->region = fault_ref(world, condition, CONDITION_REGION, "region");
    int look = condition->kind == &kind_failing ? FAILING_LOOK : BUSY_LOOK;
    watch->look = plan_number(condition, look);
    watch->looks =
        (uint32_t)((plan_number(condition, CONDITION_OVER) + watch->look - 1) / watch->look);
    watch->part = sim_arena_array(world->arena, int64_t, watch->looks + 1);
    watch->of = sim_arena_array(world->arena, int64_t, watch->looks + 1);
}

void fault_watches_build(World *world)
{
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const PlanValue *when = plan_value(fault_item(world, f), FAULT_WHEN);
        if (when->count > 0)
            watch_build(world, &world->faults[f], plan_item(world->plan, when->ids[0]));
    }
    sim_engine_handle(world->engine, WORLD_FAULT_LOOKS, "fault-looks", looks);
}
