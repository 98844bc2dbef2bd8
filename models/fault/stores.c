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

static const PlanField corrupt_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0,
                "Data carried by storage replication.", NULL),
    MODEL_FIELD("region", REF, PLAN_REQUIRED, "region", NULL, 0, 0,
                "Where the copy of what others own is spoilt.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_corrupt_replica = {
    "corrupt_replica",
    "fault",
    false,
    "A region's copy of data is found to be corrupt: it serves nothing and cannot take over until "
    "it has been copied anew.",
    "Nobody reads what is corrupt; what the region owns itself is whole.",
    corrupt_fields,
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
    "Its own users do not notice; their side of a slow store is `slow` on the service. Messages of "
    "a queue that came while it was slow are worked off as slowly after it.",
    slow_store_fields,
    NULL};

#define BARRED_STORE                                                                               \
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0, "Whose store.",  \
                NULL),                                                                             \
        MODEL_FIELD("region", REF, PLAN_REQUIRED, "region", NULL, 0, 0, "Where.", NULL)

static const PlanField read_only_fields[] = {
    FAULT_COMMON_FIELDS,
    BARRED_STORE,
    MODEL_FIELDS_END,
};
const PlanKind kind_read_only = {
    "read_only",
    "fault",
    false,
    "A store refuses the writes of users; it answers reads and applies the changes of others.",
    "Nobody takes it for a failure of the region: a failover does not come of it.",
    read_only_fields,
    NULL};

static const PlanField disk_full_fields[] = {
    FAULT_COMMON_FIELDS,
    BARRED_STORE,
    MODEL_FIELDS_END,
};
const PlanKind kind_disk_full = {
    "disk_full",
    "fault",
    false,
    "A store can write nothing: it refuses users, and streams to it stop; it answers reads.",
    "What it had received is applied; a broker beside it has a disk of its own.",
    disk_full_fields,
    NULL};

static int64_t slow_store_apply(const World *world, uint32_t fault, uint32_t data, uint32_t region)
{
    const PlanItem *item = fault_item(world, fault);
    bool            here = plan_value(item, SLOW_STORE_DATA)->ids[0] == world->classes[data].item &&
                fault_ref(world, item, SLOW_STORE_REGION, "region") == region;
    return here ? plan_number(item, SLOW_STORE_FACTOR) * WORLD_PACE : WORLD_PACE;
}

/* Who is to blame for a store, or a part of it, that several crashes hold down: the first to begin.
 * WORLD_NONE if there is none. */
static uint32_t holder(const World *world, const PlanItem *item, int64_t part)
{
    uint32_t first = WORLD_NONE;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        if (!fault_works(world, f, &kind_crash) ||
            (first != WORLD_NONE && world->faults[f].began >= world->faults[first].began))
            continue;
        const PlanItem *other = fault_item(world, f);
        if (plan_value(item, CRASH_DATA)->ids[0] != plan_value(other, CRASH_DATA)->ids[0] ||
            plan_value(item, CRASH_REGION)->ids[0] != plan_value(other, CRASH_REGION)->ids[0] ||
            (plan_number(other, CRASH_PART) != part &&
             plan_number(other, CRASH_PART) != CRASH_PART_ALL))
            continue;
        first = f;
    }
    return first;
}

/* Begins or ends a crash of a store, of its brokers, or of both. */
static void turn_crash(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t data = world_index(world, "data", plan_value(item, CRASH_DATA)->ids[0]);
    uint32_t region = world_index(world, "region", plan_value(item, CRASH_REGION)->ids[0]);
    int64_t  what = plan_number(item, CRASH_PART);
    DataClass *class = &world->classes[data];
    bool store = what == CRASH_PART_ALL || what == CRASH_PART_STORE;
    if (store) {
        class->crashed_by[region] = holder(world, item, CRASH_PART_STORE);
        if (begin)
            class->crashed[region]++;
        else
            class->crashed[region]--;
    }
    if (what != CRASH_PART_STORE) {
        BrokerPart part = what == CRASH_PART_ALL      ? BROKER_ALL
                          : what == CRASH_PART_BROKER ? BROKER_LEADER
                                                      : BROKER_OTHERS;
        uint32_t   blame = holder(
              world, item, what == CRASH_PART_REPLICAS ? CRASH_PART_REPLICAS : CRASH_PART_BROKER);
        if (begin)
            broker_fails(world, data, region, part, blame);
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

/* The rebuilding ends it, whatever the timetable says. */
static void turn_corrupt(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t data = fault_ref(world, item, CORRUPT_DATA, "data");
    if (begin &&
        resync_corrupts(world, data, fault_ref(world, item, CORRUPT_REGION, "region"), index))
        world->faults[index].took_effect = true;
}

static void turn_slow_store(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    (void)item;
    (void)begin;
    fault_pace_changed(world);
}

static void build_barred(World *world, Fault *fault, const PlanItem *item)
{
    DataClass *class = &world->classes[fault_ref(world, item, BARRED_DATA, "data")];
    fault->target = class->name;
    if (class->barred != NULL)
        return;
    class->barred = sim_arena_array(world->arena, uint32_t, world->region_count);
    class->full = sim_arena_array(world->arena, uint32_t, world->region_count);
    class->barred_by = sim_arena_array(world->arena, uint32_t, world->region_count);
}

/* A full disk is to blame before a store that is only read, and then the first to begin. */
static void turn_barred(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)index;
    (void)begin;
    uint32_t data = fault_ref(world, item, BARRED_DATA, "data");
    uint32_t region = fault_ref(world, item, BARRED_REGION, "region");
    DataClass *class = &world->classes[data];
    class->barred[region] = 0;
    class->full[region] = 0;
    uint32_t blame = WORLD_NONE;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        bool            full = fault_works(world, f, &kind_disk_full);
        const PlanItem *other = fault_item(world, f);
        if ((!full && !fault_works(world, f, &kind_read_only)) ||
            plan_value(other, BARRED_DATA)->ids[0] != class->item ||
            fault_ref(world, other, BARRED_REGION, "region") != region)
            continue;
        class->barred[region]++;
        class->full[region] += full;
        bool was_full = blame != WORLD_NONE && fault_works(world, blame, &kind_disk_full);
        if (blame == WORLD_NONE || (full && !was_full) ||
            (full == was_full && world->faults[f].began < world->faults[blame].began))
            blame = f;
    }
    class->barred_by[region] = blame;
    if (item->kind == &kind_disk_full)
        stream_store_changed(world, data, region);
}

const FaultKind fault_store_kinds[] = {
    {.kind = &kind_crash, .turn = turn_crash},
    {.kind = &kind_replica_down, .turn = turn_replicas},
    {.kind = &kind_corrupt_replica, .turn = turn_corrupt},
    {.kind = &kind_slow_store, .turn = turn_slow_store, .apply = slow_store_apply},
    {.kind = &kind_read_only, .build = build_barred, .turn = turn_barred},
    {.kind = &kind_disk_full, .build = build_barred, .turn = turn_barred},
    {.kind = NULL},
};
