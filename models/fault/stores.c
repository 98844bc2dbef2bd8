/*
 * stores.c: what faults do to stores and to their brokers.
 */
#include "models/fault/fault.h"

static const PlanOption crash_parts[] = {
    {"all", "The store and all replicas of the brokers of its queues.", NULL},
    {"store", "The store alone: brokers keep what they have.", NULL},
    {"broker", "The replica that leads, of each queue of the data: the store goes on.", NULL},
    {"replicas", "The replicas that follow, of each queue of the data.", NULL},
    MODEL_OPTIONS_END,
};
static const PlanField crash_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0, "Whose store.",
                NULL),
    MODEL_FIELD("region", REF, PLAN_REQUIRED, "region", NULL, 0, 0, "Where.", NULL),
    MODEL_WORDS("part", "all|store|broker|replicas", crash_parts, "all", "What loses power.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_crash = {
    "crash", "fault",
    false,   "A store or its broker loses power: not available, unflushed messages forgotten.",
    NULL,    crash_fields,
    NULL};

static const PlanField replica_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0,
                "Data kept in a quorum store.", NULL),
    MODEL_FIELD("region", REF, PLAN_REQUIRED, "region", NULL, 0, 0, "Where.", NULL),
    MODEL_FIELD("count", COUNT, 0, NULL, "1", 1, 16, "How many replicas; those that still run.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_replica_down = {
    "replica_down",
    "fault",
    false,
    "Replicas of a quorum store do not run; their disks are kept and they return.",
    NULL,
    replica_fields,
    NULL};

static const PlanField slow_store_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0, "Whose store.",
                NULL),
    MODEL_FIELD("region", REF, PLAN_REQUIRED, "region", NULL, 0, 0, "Where.", NULL),
    MODEL_FIELD("factor", COUNT, 0, NULL, "10", 1, 1000000,
                "Applying a change takes this many times as long.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_slow_store = {
    "slow_store",
    "fault",
    false,
    "A store applies the changes of others slowly.",
    "Its own users do not notice; their side of a slow store is `slow` on the service.",
    slow_store_fields,
    NULL};

static void recompute_stores(World *world, uint32_t data)
{
    DataClass *class = &world->classes[data];
    for (uint32_t r = 0; r < world->region_count; r++)
        class->slow[r] = 1;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault    *fault = &world->faults[f];
        const PlanItem *item = plan_item(world->plan, fault->item);
        if (!fault->in_force || fault->behaviour->kind != &kind_slow_store ||
            plan_value(item, SLOW_STORE_DATA)->ids[0] != class->item)
            continue;
        uint32_t region = world_index(world, "region", plan_value(item, SLOW_STORE_REGION)->ids[0]);
        class->slow[region] =
            fault_product(class->slow[region], plan_number(item, SLOW_STORE_FACTOR));
        class->slow_by[region] = f;
    }
}

/* Whether two crashes of one class in one region take down something in common. */
static bool crashes_alike(const PlanItem *a, const PlanItem *b)
{
    int64_t one = plan_number(a, CRASH_PART);
    int64_t two = plan_number(b, CRASH_PART);
    return one == two || one == CRASH_PART_ALL || two == CRASH_PART_ALL;
}

/* Who is to blame for a store, or a part of it, that several crashes hold down: the latest in
 * force. WORLD_NONE if there is none. */
static uint32_t holder(const World *world, const PlanItem *item)
{
    uint32_t latest = WORLD_NONE;
    SimTime  began = -1;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        if (!fault_works(world, f, &kind_crash) || world->faults[f].began < began)
            continue;
        const PlanItem *other = fault_item(world, f);
        if (plan_value(item, CRASH_DATA)->ids[0] != plan_value(other, CRASH_DATA)->ids[0] ||
            plan_value(item, CRASH_REGION)->ids[0] != plan_value(other, CRASH_REGION)->ids[0] ||
            !crashes_alike(item, other))
            continue;
        began = world->faults[f].began;
        latest = f;
    }
    return latest;
}

/* Begins or ends a crash of a store, of its brokers, or of both. */
static void turn_crash(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t data = world_index(world, "data", plan_value(item, CRASH_DATA)->ids[0]);
    uint32_t region = world_index(world, "region", plan_value(item, CRASH_REGION)->ids[0]);
    int64_t  what = plan_number(item, CRASH_PART);
    DataClass *class = &world->classes[data];
    uint32_t blame = begin ? index : holder(world, item);
    bool     store = what == CRASH_PART_ALL || what == CRASH_PART_STORE;
    if (store) {
        class->crashed_by[region] = blame;
        if (begin)
            class->crashed[region]++;
        else
            class->crashed[region]--;
    }
    if (what != CRASH_PART_STORE) {
        BrokerPart part = what == CRASH_PART_ALL      ? BROKER_ALL
                          : what == CRASH_PART_BROKER ? BROKER_LEADER
                                                      : BROKER_OTHERS;
        if (begin)
            broker_fails(world, data, region, part, index);
        else
            broker_returns(world, data, region, part, blame);
    }
    if (store)
        stream_store_changed(world, data, region);
    if (store && begin)
        flush_power_lost(world, data, region, index);
    quorum_changed(world);
}

static void turn_replicas(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    quorum_replicas_fault(world, fault_ref(world, item, REPLICA_DATA, "data"),
                          fault_ref(world, item, REPLICA_REGION, "region"), index,
                          (uint32_t)plan_number(item, REPLICA_COUNT), begin);
}

static void turn_slow_store(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    (void)begin;
    recompute_stores(world, fault_ref(world, item, SLOW_STORE_DATA, "data"));
}

const FaultKind fault_store_kinds[] = {
    {&kind_crash, NULL, turn_crash, false, false},
    {&kind_replica_down, NULL, turn_replicas, false, false},
    {&kind_slow_store, NULL, turn_slow_store, false, false},
    {NULL, NULL, NULL, false, false},
};
