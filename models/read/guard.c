/*
 * guard.c: whom a step may still ask: a pool of outstanding calls, and a circuit breaker.
 *
 * A pool (bulkhead) belongs to a step and the region that asks: a call that finds it full is
 * refused at once instead of waiting with the thread of its request. A breaker belongs to a step,
 * the region that asks, and the region asked:
 *
 *             enough calls, and half of them in vain
 *   closed ---------------------------------------------> open: calls are refused at once
 *      ^                                                   |   ^
 *      |  the probe is answered          after a while     v   |  the probe is in vain
 *      +---------------------------------------------- one call as a probe
 *
 * Calls are counted in ten buckets; the oldest is forgotten when a new one begins. As in Hystrix, a
 * call that the pool refuses counts as one in vain, a call that the breaker refuses does not count.
 * The breaker judges after each call, where Hystrix looks every 500 ms.
 */
#include "models/read/read.h"

#include <stddef.h>
#include <string.h>

#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "sim/base/time.h"

static const PlanField breaker_fields[] = {
    MODEL_FIELD("window", TIME, 0, NULL, "10s", SIM_MS, SIM_HOUR,
                "Calls younger than this are judged, in ten buckets.",
                "Netflix Hystrix, HystrixCommandProperties: "
                "metrics.rollingStats.timeInMilliseconds (10 000), 10 buckets"),
    MODEL_FIELD("requests", COUNT, 0, NULL, "20", 1, 1000000000,
                "With fewer calls in the window it does not open.",
                "Netflix Hystrix, HystrixCommandProperties: "
                "circuitBreaker.requestVolumeThreshold (20)"),
    MODEL_FIELD("errors", RATIO, 0, NULL, "50%", 1, 1000000000,
                "It opens when at least this share of the calls in the window was in vain.",
                "Netflix Hystrix, HystrixCommandProperties: "
                "circuitBreaker.errorThresholdPercentage (50)"),
    MODEL_FIELD("open", TIME, 0, NULL, "5s", SIM_MS, SIM_DAY,
                "How long it refuses calls before it lets one through as a probe.",
                "Netflix Hystrix, HystrixCommandProperties: "
                "circuitBreaker.sleepWindowInMilliseconds (5 000)"),
    MODEL_FIELDS_END,
};
static const PlanPresetValue hystrix_values[] = {
    {"window", "10s",
     "Netflix Hystrix, HystrixCommandProperties: metrics.rollingStats.timeInMilliseconds"},
    {"requests", "20",
     "Netflix Hystrix, HystrixCommandProperties: circuitBreaker.requestVolumeThreshold"},
    {"errors", "50%",
     "Netflix Hystrix, HystrixCommandProperties: circuitBreaker.errorThresholdPercentage"},
    {"open", "5s",
     "Netflix Hystrix, HystrixCommandProperties: circuitBreaker.sleepWindowInMilliseconds"},
    MODEL_VALUES_END,
};
static const PlanPreset breaker_presets[] = {
    {"hystrix", "Netflix Hystrix as delivered.", hystrix_values,
     "Judging every 500 ms (here after each call); its pool is \"pool\" of the step."},
    MODEL_PRESETS_END,
};
const PlanKind kind_breaker = {"breaker",
                               "breaker",
                               false,
                               "Circuit breaker, one for each region that asks and region asked.",
                               "One breaker stands for all machines of a service in a region.",
                               breaker_fields,
                               breaker_presets};

#define BUCKETS 10

typedef struct ReadBreaker {
    int64_t  newest; /* number of the current bucket since time 0 */
    uint32_t calls[BUCKETS], errors[BUCKETS];
    SimTime  probe_at;    /* while open: when a probe may go */
    uint32_t outstanding; /* calls */
    uint32_t before;      /* of them, those from before it opened; they end before a probe does */
    bool     open;
    bool     probing; /* open, and a probe is on its way */
} ReadBreaker;

void read_guard_build(World *world, ReadStep *step, const PlanItem *part)
{
    uint32_t         n = world->region_count;
    const PlanValue *breaker = plan_value(part, REMOTE_BREAKER);
    uint32_t         pool = (uint32_t)plan_number(part, REMOTE_POOL);
    if (pool == 0 && breaker->count == 0)
        return;
    ReadGuard *guard = sim_arena_array(world->arena, ReadGuard, 1);
    *guard = (ReadGuard){
        .pool = pool,
        .outstanding = sim_arena_array(world->arena, uint32_t, n),
        .full = sim_arena_array(world->arena, int64_t, n),
        .broken = sim_arena_array(world->arena, int64_t, n),
    };
    step->guard = guard;
    if (breaker->count == 0)
        return;
    const PlanItem *item = plan_item(world->plan, breaker->ids[0]);
    guard->bucket = plan_number(item, BREAKER_WINDOW) / BUCKETS;
    guard->requests = plan_number(item, BREAKER_REQUESTS);
    guard->errors_ppb = plan_number(item, BREAKER_ERRORS);
    guard->open = plan_number(item, BREAKER_OPEN);
    guard->breakers = sim_arena_array(world->arena, ReadBreaker, (size_t)n * n);
}

/* Forgets the buckets that have left the window. */
static void roll(ReadBreaker *breaker, int64_t now_bucket)
{
    int64_t passed = now_bucket - breaker->newest;
    breaker->newest = now_bucket;
    for (int64_t i = 0; i < passed && i < BUCKETS; i++) {
        breaker->calls[(now_bucket - i) % BUCKETS] = 0;
        breaker->errors[(now_bucket - i) % BUCKETS] = 0;
    }
}

static void count(World *world, const ReadStep *step, ReadBreaker *breaker, uint32_t region,
                  uint32_t peer, bool in_vain)
{
    const ReadGuard *guard = step->guard;
    int64_t          bucket = world_now(world) / guard->bucket;
    roll(breaker, bucket);
    breaker->calls[bucket % BUCKETS]++;
    breaker->errors[bucket % BUCKETS] += in_vain;
    if (breaker->open)
        return;
    int64_t calls = 0;
    int64_t errors = 0;
    for (int i = 0; i < BUCKETS; i++) {
        calls += breaker->calls[i];
        errors += breaker->errors[i];
    }
    if (calls < guard->requests || errors * 1000000000 < calls * guard->errors_ppb)
        return;
    breaker->open = true;
    breaker->before = breaker->outstanding;
    breaker->probe_at = sim_time_add(world_now(world), guard->open);
    WORLD_TRACE(world, "work", "%s %s>%s: the breaker opens", step->part,
                world->regions[region].name, world->regions[peer].name);
    world_mark(world, true, "breaker of %s %s > %s opens", step->part, world->regions[region].name,
               world->regions[peer].name);
}

static void probe_ended(World *world, const ReadStep *step, ReadBreaker *breaker, uint32_t region,
                        uint32_t peer, ReadCall how)
{
    breaker->probing = false;
    switch (how) {
    case READ_CALL_ANSWERED:
        memset(breaker->calls, 0, sizeof breaker->calls);
        memset(breaker->errors, 0, sizeof breaker->errors);
        breaker->open = false;
        WORLD_TRACE(world, "work", "%s %s>%s: the breaker closes", step->part,
                    world->regions[region].name, world->regions[peer].name);
        world_mark(world, false, "breaker of %s %s > %s closes", step->part,
                   world->regions[region].name, world->regions[peer].name);
        break;
    case READ_CALL_IN_VAIN:
        breaker->probe_at = sim_time_add(world_now(world), step->guard->open);
        break;
    case READ_CALL_DROPPED: /* it told nothing: the next call is a probe again */
        break;
    }
}

static ReadBreaker *breaker_of(const World *world, const ReadGuard *guard, uint32_t region,
                               uint32_t peer)
{
    return guard->breakers == NULL ? NULL
                                   : &guard->breakers[(size_t)region * world->region_count + peer];
}

bool read_guard_enter(World *world, ReadStep *step, uint32_t region, uint32_t peer,
                      MetricsFailure *out_why)
{
    ReadGuard *guard = step->guard;
    if (guard == NULL)
        return true;
    ReadBreaker *breaker = breaker_of(world, guard, region, peer);
    if (breaker != NULL && breaker->open &&
        (breaker->probing || world_now(world) < breaker->probe_at)) {
        guard->broken[region]++;
        *out_why = METRICS_OWNER;
        return false;
    }
    if (guard->pool > 0 && guard->outstanding[region] == guard->pool) {
        guard->full[region]++;
        if (breaker != NULL)
            count(world, step, breaker, region, peer, true);
        *out_why = METRICS_OVERLOAD;
        return false;
    }
    if (breaker != NULL) {
        breaker->probing = breaker->open;
        breaker->outstanding++;
    }
    guard->outstanding[region]++;
    return true;
}

void read_guard_left(World *world, ReadStep *step, uint32_t region, uint32_t peer, ReadCall how)
{
    ReadGuard *guard = step->guard;
    if (guard == NULL)
        return;
    SIM_ASSERT(guard->outstanding[region] > 0);
    guard->outstanding[region]--;
    ReadBreaker *breaker = breaker_of(world, guard, region, peer);
    if (breaker == NULL)
        return;
    breaker->outstanding--;
    bool from_before = breaker->open && breaker->before > 0;
    breaker->before -= from_before;
    if (breaker->probing && !from_before)
        probe_ended(world, step, breaker, region, peer, how);
    else if (how != READ_CALL_DROPPED)
        count(world, step, breaker, region, peer, how == READ_CALL_IN_VAIN);
}

void read_guard_died(const World *world, ReadStep *step, uint32_t region)
{
    if (step->guard == NULL || step->guard->breakers == NULL)
        return;
    for (uint32_t peer = 0; peer < world->region_count; peer++)
        memset(breaker_of(world, step->guard, region, peer), 0, sizeof(ReadBreaker));
}
