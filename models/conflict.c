/*
 * conflict.c: what the rules for changes that meet are made of.
 *
 * A rule orders the changes to a record by a stamp; the store keeps the winner and the ledger,
 * which is told the same stamp, knows what the others were.
 *
 *   lww       the region's clock
 *   hlc       the same, but later than every stamp the region's store has made or received
 *   reject    the region's clock, and the earliest wins
 *   home      as reject; what was made away from home comes after everything made at home
 *   register  as lww, with a key for every field of a record
 *   version   one owner; a change names the version it was made from
 *   set, counter  nothing wins: every change keeps its effect
 *
 * Three more know what a change had seen: each region numbers its changes to a record, and a change
 * carries the latest number of every region in its past (a version vector). One that had seen all
 * that a store shows takes its place; one that is in the past of it is old; others cross:
 *
 *   siblings   both are shown, until a change that had seen both
 *   ignore     the store stays with what it has
 *   interrupt  the stream stops before it until an operator takes the later of the two
 */
#include <string.h>

#include "models/fields.h"
#include "models/world.h"

/* Later than any clock: puts changes that were made away behind those made at home. */
#define AWAY (INT64_C(1) << 61)

SimTime conflict_stamp(const World *world, const DataClass *class, uint32_t region,
                       const Request *request)
{
    SimTime clock = region_clock(world, region);
    if (class->hybrid != NULL) {
        if (class->hybrid[region] >= clock)
            clock = class->hybrid[region] + 1;
        return class->hybrid[region] = clock;
    }
    if (class->conflict == CONFLICT_HOME && region != request->home)
        return clock + AWAY;
    return clock;
}

void conflict_stamp_seen(const World *world, const DataClass *class, uint32_t region, SimTime stamp)
{
    if (stamp <= class->hybrid[region])
        return;
    if (class->max_offset == 0 || stamp - region_clock(world, region) <= class->max_offset)
        class->hybrid[region] = stamp;
}

/* The field depends on the request and not on the attempt, so that a retry sets the same one. */
uint64_t conflict_key(const DataClass *class, uint64_t key, const Request *request)
{
    return key * class->registers +
           sim_mix64((uint64_t)request->issued, request->user) % class->registers;
}

void conflict_read(const World *world, Request *request, uint32_t class_index, LedgerWrite version)
{
    const Service *service = &world->services[request->service];
    for (uint32_t w = 0; w < service->write_count; w++)
        if (service->writes[w] == class_index)
            request->writes[w] = version;
}

/* ---- what a change had seen ---------------------------------------------------------------- */

static Cause *causes_at(const World *world, const DataClass *class, uint32_t key_index,
                        uint32_t region)
{
    uint32_t regions = world->region_count;
    return &class->causes[((size_t)key_index * regions + region) * regions];
}

static uint32_t *past_at(const DataClass *class, const Log *log, uint64_t position)
{
    return &log->past[(position & (log->room - 1)) * class->past_width];
}

void conflict_key_made(const World *world, DataClass *class, uint32_t key_index)
{
    memset(causes_at(world, class, key_index, 0), 0,
           sizeof(Cause) * world->region_count * world->region_count);
}

void conflict_wiped(const World *world, DataClass *class, uint32_t region)
{
    for (uint32_t k = 0; k < class->table.count; k++)
        memset(causes_at(world, class, k, region), 0, sizeof(Cause) * world->region_count);
}

void conflict_committed(const World *world, DataClass *class, uint32_t region, uint32_t key_index)
{
    Log      *log = &class->logs[region];
    Cause    *causes = causes_at(world, class, key_index, region);
    uint32_t *past = past_at(class, log, log->end - 1);
    for (uint32_t r = 0; r < world->region_count; r++)
        causes[r].held = 0;
    causes[region].held = ++causes[region].seen;
    for (uint32_t r = 0; r < world->region_count; r++)
        past[r] = causes[r].seen;
}

/* Whether the store shows something that a change with this past had not seen. */
static bool crosses(const World *world, const Cause *causes, const uint32_t *past)
{
    for (uint32_t r = 0; r < world->region_count; r++)
        if (causes[r].held > past[r])
            return true;
    return false;
}

/* The change is in the store's past now; `instead` of all, or of what it had seen. */
static void take_in(const World *world, Cause *causes, const uint32_t *past, bool instead)
{
    for (uint32_t r = 0; r < world->region_count; r++) {
        if (instead || causes[r].held <= past[r])
            causes[r].held = 0;
        if (causes[r].seen < past[r])
            causes[r].seen = past[r];
    }
}

static void count_siblings(const World *world, DataClass *class, const Cause *causes)
{
    uint32_t siblings = 0;
    for (uint32_t r = 0; r < world->region_count; r++)
        siblings += causes[r].held != 0;
    if (siblings > class->most_siblings)
        class->most_siblings = siblings;
}

bool conflict_apply(World *world, uint32_t class_index, uint32_t region, uint32_t origin,
                    uint64_t position, bool pardoned)
{
    DataClass *class = &world->classes[class_index];
    const LogEntry *entry = store_log_entry(world, class_index, origin, position);
    const uint32_t *past = past_at(class, &class->logs[origin], position);
    Cause          *causes = causes_at(world, class, entry->key_index, region);
    Version *version = &class->versions[(size_t)entry->key_index * world->region_count + region];
    bool     old = past[origin] <= causes[origin].seen;
    bool     crossing = !old && crosses(world, causes, past);
    class->crossed += crossing && !pardoned;
    if (crossing && class->conflict == CONFLICT_INTERRUPT && !pardoned)
        return false;
    if (crossing && class->conflict == CONFLICT_IGNORE) {
        WORLD_TRACE(world, "work", "%s.%s ignores a change of %s", class->name,
                    world->regions[region].name, world->regions[origin].name);
        ledger_unsent(world->ledger, entry->write, region);
        return true;
    }
    ledger_arrived(world->ledger, entry->write, region, region_slowest_clock(world));
    if (old)
        return true;
    bool later =
        entry->stamp != version->stamp ? entry->stamp > version->stamp : origin >= version->origin;
    bool shown = !crossing || class->conflict == CONFLICT_SIBLINGS || later;
    take_in(world, causes, past, shown && class->conflict != CONFLICT_SIBLINGS);
    if (shown) {
        causes[origin].held = past[origin];
        SimTime stamp = later || !version->present ? entry->stamp : version->stamp;
        *version = (Version){entry->write, stamp, origin, true, false};
    }
    count_siblings(world, class, causes);
    return true;
}

void conflict_merge(const DataClass *class, Version *version, LedgerWrite write, uint32_t origin)
{
    /* The stamp of a counter is its value. */
    SimTime value = version->stamp + (class->conflict == CONFLICT_COUNTER);
    *version = (Version){write, value, origin, true, false};
}

/* ---- building ------------------------------------------------------------------------------ */

static LedgerRule rule_of(ConflictRule conflict)
{
    switch (conflict) {
    case CONFLICT_LWW:
    case CONFLICT_HLC:
    case CONFLICT_VERSION:
    case CONFLICT_REGISTER:
    case CONFLICT_INTERRUPT:
        return LEDGER_RULE_LATEST;
    case CONFLICT_SIBLINGS:
    case CONFLICT_IGNORE: /* the same order; but each store shows one of them */
        return LEDGER_RULE_SIBLINGS;
    case CONFLICT_SET:
    case CONFLICT_COUNTER:
        return LEDGER_RULE_MERGE;
    case CONFLICT_REJECT:
    case CONFLICT_KEEP_FIRST:
    case CONFLICT_HOME:
        return LEDGER_RULE_FIRST;
    case CONFLICT_FREEZE:
        return LEDGER_RULE_FREEZE;
    case CONFLICT_ARRIVAL:
    case CONFLICT_OVERWRITE:
        return LEDGER_RULE_ARRIVAL;
    }
    SIM_ASSERT(false);
    return LEDGER_RULE_LATEST;
}

void conflict_build(World *world, DataClass *class, const PlanItem *item)
{
    class->conflict = (ConflictRule)plan_number(item, DATA_CONFLICT);
    class->rule = rule_of(class->conflict);
    class->registers =
        class->conflict == CONFLICT_REGISTER ? (uint32_t)plan_number(item, DATA_REGISTERS) : 1;
    class->merges = class->rule == LEDGER_RULE_SIBLINGS || class->rule == LEDGER_RULE_MERGE;
    class->causal = class->conflict == CONFLICT_SIBLINGS || class->conflict == CONFLICT_IGNORE ||
                    class->conflict == CONFLICT_INTERRUPT;
    class->past_width = world->region_count;
    class->repair = plan_number(item, DATA_OPERATOR);
    if (class->conflict != CONFLICT_HLC)
        return;
    class->hybrid = sim_arena_array(world->arena, SimTime, world->region_count);
    class->max_offset = plan_number(item, DATA_MAX_OFFSET);
}
