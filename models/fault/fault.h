/*
 * fault.h: what the files of this folder share: the fields of every fault, and how one behaves.
 *
 *   faults.c    when faults begin and end, and what they have hit
 *   links.c     what they do to links
 *   regions.c   ... to regions and the services in them
 *   stores.c    ... to stores and their brokers
 *   clocks.c    ... to clocks
 *
 * Effects stack by reference: a fault owns its effect and takes back only its own. Whatever is not
 * a plain count is worked out anew from all faults in force whenever one begins or ends, so that
 * the order in which they began does not matter.
 */
#ifndef MODELS_FAULT_FAULT_H
#define MODELS_FAULT_FAULT_H

#include <stddef.h>
#include <string.h>

#include "models/fault/timetable.h"
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

/* How faults of a kind behave. */
struct FaultKind {
    const PlanKind *kind;
    /* Finds what the fault is about; NULL: what its first own field refers to. */
    void (*build)(World *world, Fault *fault, const PlanItem *item);
    /* It begins, or ends; in_force says so already. */
    void (*turn)(World *world, uint32_t fault, const PlanItem *item, bool begin);
    bool own_period; /* what it does with `every` is its own affair */
    bool passes;     /* of a link: never the reason that a message is not delivered */
};

/* Each ends with kind == NULL. */
extern const FaultKind fault_link_kinds[], fault_region_kinds[], fault_store_kinds[],
    fault_clock_kinds[];

/* links.c */
void fault_links_build(World *world);

/* faults.c */
static inline uint32_t fault_index(const World *world, const Fault *fault)
{
    return (uint32_t)(fault - world->faults);
}
static inline const PlanItem *fault_item(const World *world, uint32_t fault)
{
    return plan_item(world->plan, world->faults[fault].item);
}
/* Whether the fault of this index is in force and of this kind. */
static inline bool fault_works(const World *world, uint32_t fault, const PlanKind *kind)
{
    return world->faults[fault].in_force && world->faults[fault].behaviour->kind == kind;
}
/* The region or other component that a field names; it is set. */
static inline uint32_t fault_ref(const World *world, const PlanItem *item, int field,
                                 const char *kind)
{
    return world_index(world, kind, plan_value(item, field)->ids[0]);
}
/* Whether a list of regions has this one; an empty list has all. */
bool fault_names_region(const World *world, const PlanValue *regions, uint32_t region);
/* regions.c: a product of factors, far below what would overflow a time. */
uint32_t fault_product(uint32_t product, int64_t factor); /* both in WORLD_PACE */
/* How much longer work takes in a brown-out, in WORLD_PACE. */
int64_t fault_brown_out(const PlanItem *item);
/* stores.c: how fast the stores of a class apply. */
void fault_stores_recompute(World *world, uint32_t data);

#endif
