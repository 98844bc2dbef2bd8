/*
 * fault.h: what the files of this folder share: the fields of every fault, and how one behaves.
 *
 *   faults.c    when faults begin and end, and what they have hit
 *   when.c      those that come because of something
 *   links.c     what they do to links
 *   regions.c   ... to regions
 *   capacity.c  ... to what services and stores can do
 *   stores.c    ... to stores and their brokers
 *   clocks.c    ... to clocks
 *   demand.c    ... to demand
 *   caches.c    ... to caches, and regions that come back with cold ones
 *   pause.c     processes that stop and go on
 *   changes.c   what a bad change does to services, wave by wave
 *   control.c   ... to controllers of failovers and the people beside them
 *
 * Effects stack by reference: a fault owns its effect and takes back only its own. Whatever is not
 * a plain count is worked out anew from all faults in force whenever one begins or ends, so that
 * the order in which they began does not matter. tests/story/test_overlap.c plays every pair of
 * kinds and wants a row for each new one.
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
    /* The next of its steps, planned with fault_step_at. NULL: it has none. */
    void (*step)(World *world, uint32_t fault, const PlanItem *item);
    /* How long an occurrence lasts that is about to be planned; NULL: what the scenario says. */
    SimTime (*length)(World *world, uint32_t fault, const PlanItem *item);
    /* While it is in force or lingers. NULL: it does nothing of the kind. */
    /* How much longer a service's work takes in a region, in WORLD_PACE. */
    int64_t (*work)(const World *world, uint32_t fault, uint32_t service, uint32_t region);
    /* The same of a store that applies the changes of others. */
    int64_t (*apply)(const World *world, uint32_t fault, uint32_t data, uint32_t region);
    /* The share of a service's threads that it leaves in a region, in parts per billion. */
    int64_t (*threads)(const World *world, uint32_t fault, uint32_t service, uint32_t region);
    /* How likely it is that a request of a service fails there although its work is done. */
    SimChance (*errors)(const World *world, uint32_t fault, uint32_t service, uint32_t region);
    bool own_period; /* what it does with `every` is its own affair */
    bool passes;     /* of a link: never the reason that a message is not delivered */
};

/* Each ends with kind == NULL. */
extern const FaultKind fault_link_kinds[], fault_region_kinds[], fault_capacity_kinds[],
    fault_store_kinds[], fault_clock_kinds[], fault_demand_kinds[], fault_cache_kinds[],
    fault_change_kinds[], fault_pause_kinds[], fault_control_kinds[];

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
/* Whether a fault has an effect: in force, or over and not yet without one. */
static inline bool fault_has_effect(const World *world, uint32_t fault)
{
    return world->faults[fault].in_force || world->faults[fault].lingers;
}
/* The region or other component that a field names; it is set. */
static inline uint32_t fault_ref(const World *world, const PlanItem *item, int field,
                                 const char *kind)
{
    return world_index(world, kind, plan_value(item, field)->ids[0]);
}
/* Whether a list of regions has this one; an empty list has all. */
bool fault_names_region(const World *world, const PlanValue *regions, uint32_t region);
/* Whether a list of references of some kind has this one; an empty list has all. */
bool fault_names(const World *world, const PlanValue *list, const char *kind, uint32_t index);
/* Plans the occurrence that begins at `at`, if one may begin there. */
void fault_plan_next(World *world, uint32_t fault, SimTime at);
/* when.c: of faults with a condition. */
void fault_watches_build(World *world);
void fault_watch_starts(World *world, uint32_t fault);
/* It is over: it may come again. */
void fault_watch_goes_on(World *world, uint32_t fault);
/* A fault begins, or ends: others may have waited for that. */
void fault_watch_tells(World *world, uint32_t cause, bool begin);
/* Plans the next step of an occurrence; one that is over has no more unless it lingers. */
void fault_step_at(World *world, uint32_t fault, SimTime at);
/* regions.c: a fault takes a region's power, or gives back what it took. */
void fault_power_off(World *world, uint32_t fault, uint32_t region, bool disks_gone);
void fault_power_on(World *world, uint32_t fault, uint32_t region);
/* capacity.c: how fast services work and stores apply, and how many threads there are, under the
 * faults in force. */
void fault_pace_changed(World *world);
/* Some fault takes threads away: who waits for them is to be counted. */
void fault_watch_threads(World *world);
/* How much longer work takes if so much of the capacity is left, in WORLD_PACE. */
int64_t fault_pace_at(int64_t capacity_ppb);

#endif
