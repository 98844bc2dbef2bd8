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
 */
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

static LedgerRule rule_of(ConflictRule conflict)
{
    switch (conflict) {
    case CONFLICT_LWW:
    case CONFLICT_HLC:
    case CONFLICT_VERSION:
    case CONFLICT_REGISTER:
        return LEDGER_RULE_LATEST;
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
    if (class->conflict != CONFLICT_HLC)
        return;
    class->hybrid = sim_arena_array(world->arena, SimTime, world->region_count);
    class->max_offset = plan_number(item, DATA_MAX_OFFSET);
}
