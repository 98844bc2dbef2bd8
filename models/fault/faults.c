/*
 * faults.c: the fault timetable: effects that stack by reference and count what they hit.
 */
#include "models/fault/timetable.h"
#include "models/fields.h"
#include "models/kinds.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>
#include <string.h>

#define TARGET                                                                                     \
    MODEL_FIELD(                                                                                   \
        "target", TEXT, PLAN_REQUIRED | PLAN_POSITIONAL, NULL, NULL, 0, 0,                         \
        "A link's name, \"a-b\" for all links between two regions, a shared-risk group, or "       \
        "a region for all its links.",                                                             \
        NULL)

static const PlanField cut_fields[] = {
    FAULT_COMMON_FIELDS,
    TARGET,
    MODEL_FIELD("how", WORD, 0, "silent|reset", "silent", 0, 0,
                "Packets vanish and senders wait, or connections are refused at once.", "chosen"),
    MODEL_FIELD("from", REF, 0, "region", NULL, 0, 0, "Only messages sent by this region.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_cut = {"cut", "fault", false, "Links carry nothing.", NULL, cut_fields, NULL};

static const PlanField degrade_fields[] = {
    FAULT_COMMON_FIELDS,
    TARGET,
    MODEL_FIELD("from", REF, 0, "region", NULL, 0, 0, "Only messages sent by this region.", NULL),
    MODEL_FIELD("latency", TIME, 0, NULL, "0ms", 0, SIM_HOUR, "Added to each one-way delay.",
                "chosen"),
    MODEL_FIELD("loss", RATIO, 0, NULL, "0%", 0, 1000000000, "Additional share of packets lost.",
                "chosen"),
    MODEL_FIELD("bandwidth", BANDWIDTH, 0, NULL, NULL, 1000, 0, "At most this much capacity.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_degrade = {"degrade", "fault",        false, "Links are slow, lossy or narrow.",
                               NULL,      degrade_fields, NULL};

static const PlanField flap_fields[] = {
    FAULT_COMMON_FIELDS,
    TARGET,
    MODEL_FIELD("every", TIME, 0, NULL, "10s", SIM_MS, SIM_DAY, "Period.", "chosen"),
    MODEL_FIELD("down", TIME, 0, NULL, "2s", SIM_MS, SIM_DAY,
                "Cut at the start of each period for this long.", "chosen"),
    MODEL_FIELD("how", WORD, 0, "silent|reset", "silent", 0, 0, "As in cut.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_flap = {"flap", "fault",     false, "Links go down and up again and again.",
                            NULL,   flap_fields, NULL};

static const PlanField lose_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_lose = {
    "lose", "fault",
    false,  "A region is gone for good, with its disks and all it had in flight.",
    NULL,   lose_fields,
    NULL};

static const PlanField down_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_down = {
    "down", "fault",     false, "A region loses power; its disks are kept and it returns.",
    NULL,   down_fields, NULL};

static const PlanField zone_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0,
                "The region that loses one of its zones.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_zone_down = {
    "zone_down",
    "fault",
    false,
    "One zone of a region loses power: its share of the threads and the requests on them.",
    "The region's stores are replicated over its zones and stay; names and links too.",
    zone_fields,
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

static const PlanField surge_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0, "Which.",
                NULL),
    MODEL_FIELD("factor", COUNT, 0, NULL, "3", 1, 1000, "Demand is multiplied by this.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_surge = {"surge", "fault",      false, "More requests than usual.",
                             NULL,    surge_fields, NULL};

/* ---- what faults hit --------------------------------------------------------------------- */

void fault_hit_refused(World *world, uint32_t fault)
{
    if (fault != WORLD_NONE)
        world->faults[fault].refused++;
}

void fault_hit_dropped(World *world, uint32_t fault, int64_t messages)
{
    if (fault != WORLD_NONE)
        world->faults[fault].dropped += messages;
}

void fault_hit_delayed(World *world, uint32_t fault)
{
    if (fault != WORLD_NONE)
        world->faults[fault].delayed++;
}

void fault_hit_held(World *world, uint32_t fault)
{
    if (fault != WORLD_NONE)
        world->faults[fault].held++;
}

/* ---- effects ----------------------------------------------------------------------------- */

static bool touches(const Fault *fault, uint32_t link)
{
    for (uint32_t i = 0; i < fault->link_count; i++)
        if (fault->links[i] == link)
            return true;
    return false;
}

bool fault_link_dropped(World *world, uint32_t link, int64_t messages)
{
    bool any = false;
    for (uint32_t f = 0; f < world->fault_count; f++)
        if (world->faults[f].in_force && touches(&world->faults[f], link)) {
            world->faults[f].dropped += messages;
            any = true;
        }
    return any;
}

bool fault_link_held(World *world, uint32_t link)
{
    bool any = false;
    for (uint32_t f = 0; f < world->fault_count; f++)
        if (world->faults[f].in_force && touches(&world->faults[f], link)) {
            world->faults[f].held++;
            any = true;
        }
    return any;
}

void fault_link_delayed(World *world, uint32_t link)
{
    for (uint32_t f = 0; f < world->fault_count; f++)
        if (world->faults[f].in_force && touches(&world->faults[f], link) &&
            strcmp(world->faults[f].kind, "degrade") == 0)
            world->faults[f].delayed++;
}

/* Recomputes what faults add to a link: latencies add, losses combine as independent, bandwidth is
 * the smallest, the latest fault takes the blame. */
static void link_recompute(World *world, uint32_t index)
{
    Link   *link = &world->links[index];
    int64_t keep = link->keep_ppb;
    int64_t before = link->bandwidth;
    link->extra = 0;
    link->bandwidth = link->full_bandwidth;
    link->blame = WORLD_NONE;
    SimTime latest = -1;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        if (!fault->in_force || !touches(fault, index))
            continue;
        if (fault->start >= latest) {
            latest = fault->start;
            link->blame = f;
        }
        if (strcmp(fault->kind, "degrade") != 0)
            continue;
        const PlanItem *item = plan_item(world->plan, fault->item);
        link->extra = sim_time_add(link->extra, plan_number(item, DEGRADE_LATENCY));
        keep = sim_time_scale(keep, 1000000000 - plan_number(item, DEGRADE_LOSS), 1000000000);
        const PlanValue *bandwidth = plan_value(item, DEGRADE_BANDWIDTH);
        if (bandwidth->set && bandwidth->number < link->bandwidth)
            link->bandwidth = bandwidth->number;
    }
    link->loss = sim_chance_from_ppb(1000000000 - keep);
    /* What waits for the line goes on at the new speed. */
    SimTime now = world_now(world);
    for (uint32_t f = 0; f < link->flow_count && link->bandwidth != before; f++)
        if (link->flow_free[f] > now) {
            /* A queue of days is as good as one of years. */
            int64_t ratio = before / link->bandwidth;
            SimTime rest = link->flow_free[f] - now;
            link->flow_free[f] =
                ratio > 1000000
                    ? sim_time_add_far(now, sim_time_mul_far(rest, ratio))
                    : sim_time_add_far(now, sim_time_scale_far(rest, before, link->bandwidth));
        }
}

/* Product of factors in force, far below what would overflow a time. */
static uint32_t times(uint32_t product, int64_t factor)
{
    int64_t most = 1000000;
    int64_t wide = (int64_t)product * factor;
    return (uint32_t)(wide < most ? wide : most);
}

static void cut_links(World *world, const Fault *fault, bool reset, bool begin)
{
    for (uint32_t i = 0; i < fault->link_count; i++) {
        uint32_t  index = fault->links[i];
        Link     *link = &world->links[index];
        bool      was_up = link_up(link);
        uint32_t *count = reset ? &link->resets : &link->cuts;
        if (begin)
            ++*count;
        else
            --*count;
        link_recompute(world, index);
        link_changed(world, index, was_up, true);
    }
}

static void recompute_factors(World *world, uint32_t service)
{
    Service *s = &world->services[service];
    uint32_t surge = 1;
    for (uint32_t r = 0; r < world->region_count; r++)
        s->sites[r].slow = 1;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        if (!fault->in_force)
            continue;
        const PlanItem *item = plan_item(world->plan, fault->item);
        if (strcmp(fault->kind, "slow") == 0 && plan_value(item, SLOW_SERVICE)->ids[0] == s->item) {
            const PlanValue *where = plan_value(item, SLOW_REGION);
            for (uint32_t r = 0; r < world->region_count; r++)
                if (where->count == 0 || world_index(world, "region", where->ids[0]) == r) {
                    s->sites[r].slow = times(s->sites[r].slow, plan_number(item, SLOW_FACTOR));
                    s->sites[r].slow_by = f;
                }
        } else if (strcmp(fault->kind, "surge") == 0 &&
                   plan_value(item, SURGE_SERVICE)->ids[0] == s->item) {
            surge = times(surge, plan_number(item, SURGE_FACTOR));
        }
    }
    if (surge != s->surge) {
        s->surge = surge;
        users_surge_changed(world, service);
    }
}

static void recompute_stores(World *world, uint32_t data)
{
    DataClass *class = &world->classes[data];
    for (uint32_t r = 0; r < world->region_count; r++)
        class->slow[r] = 1;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault    *fault = &world->faults[f];
        const PlanItem *item = plan_item(world->plan, fault->item);
        if (!fault->in_force || strcmp(fault->kind, "slow_store") != 0 ||
            plan_value(item, SLOW_STORE_DATA)->ids[0] != class->item)
            continue;
        uint32_t region = world_index(world, "region", plan_value(item, SLOW_STORE_REGION)->ids[0]);
        class->slow[region] = times(class->slow[region], plan_number(item, SLOW_STORE_FACTOR));
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

/* Who is to blame for a region or store that several faults hold down: the latest in force of the
 * kinds that `fault` is one of, with its targets. WORLD_NONE if there is none. */
static uint32_t holder(const World *world, const Fault *fault)
{
    const PlanItem *item = plan_item(world->plan, fault->item);
    bool            crash = item->kind == &kind_crash;
    uint32_t        latest = WORLD_NONE;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const PlanItem *other = plan_item(world->plan, world->faults[f].item);
        bool            alike = crash ? other->kind == &kind_crash
                                      : other->kind == &kind_lose || other->kind == &kind_down;
        if (!world->faults[f].in_force || !alike)
            continue;
        if (plan_value(item, FAULT_COMMON)->ids[0] != plan_value(other, FAULT_COMMON)->ids[0] ||
            (crash &&
             (plan_value(item, CRASH_REGION)->ids[0] != plan_value(other, CRASH_REGION)->ids[0] ||
              !crashes_alike(item, other))))
            continue;
        latest = f;
    }
    return latest;
}

/* Begins or ends a crash of a store, of its brokers, or of both. */
static void crash(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    Fault   *fault = &world->faults[index];
    uint32_t data = world_index(world, "data", plan_value(item, CRASH_DATA)->ids[0]);
    uint32_t region = world_index(world, "region", plan_value(item, CRASH_REGION)->ids[0]);
    int64_t  what = plan_number(item, CRASH_PART);
    DataClass *class = &world->classes[data];
    uint32_t blame = begin ? index : holder(world, fault);
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
}

static void switch_fault(World *world, uint32_t index, bool begin)
{
    Fault          *fault = &world->faults[index];
    const PlanItem *item = plan_item(world->plan, fault->item);
    fault->in_force = begin;
    if (strcmp(fault->kind, "cut") == 0) {
        cut_links(world, fault, plan_number(item, CUT_HOW) == 1, begin);
    } else if (strcmp(fault->kind, "degrade") == 0) {
        for (uint32_t i = 0; i < fault->link_count; i++) {
            bool was_up = link_up(&world->links[fault->links[i]]);
            link_recompute(world, fault->links[i]);
            link_changed(world, fault->links[i], was_up, true);
        }
    } else if (strcmp(fault->kind, "flap") == 0) {
        if (begin)
            sim_engine_at(world->engine, world_now(world), SIM_PHASE_FAULT, WORLD_FLAP, index, 1);
        else if (fault->flapped) {
            fault->flapped = false;
            cut_links(world, fault, plan_number(item, FLAP_HOW) == 1, false);
        }
    } else if (strcmp(fault->kind, "lose") == 0 || strcmp(fault->kind, "down") == 0) {
        bool     gone = fault->kind[0] == 'l';
        uint32_t region = world_index(world, "region", plan_value(item, LOSE_REGION)->ids[0]);
        if (begin)
            region_power_off(world, region, index, gone);
        else
            region_power_on(world, region, index, holder(world, fault));
    } else if (strcmp(fault->kind, "zone_down") == 0) {
        uint32_t region = world_index(world, "region", plan_value(item, ZONE_REGION)->ids[0]);
        service_zone_changed(world, region, index, begin);
    } else if (strcmp(fault->kind, "slow") == 0) {
        recompute_factors(world,
                          world_index(world, "service", plan_value(item, SLOW_SERVICE)->ids[0]));
    } else if (strcmp(fault->kind, "surge") == 0) {
        recompute_factors(world,
                          world_index(world, "service", plan_value(item, SURGE_SERVICE)->ids[0]));
    } else if (strcmp(fault->kind, "replica_down") == 0) {
        quorum_replicas_fault(
            world, world_index(world, "data", plan_value(item, REPLICA_DATA)->ids[0]),
            world_index(world, "region", plan_value(item, REPLICA_REGION)->ids[0]), index,
            (uint32_t)plan_number(item, REPLICA_COUNT), begin);
    } else if (strcmp(fault->kind, "slow_store") == 0) {
        recompute_stores(world,
                         world_index(world, "data", plan_value(item, SLOW_STORE_DATA)->ids[0]));
    } else if (strcmp(fault->kind, "switch") == 0) {
        switch_begin(world, index);
    } else if (strcmp(fault->kind, "crash") == 0) {
        crash(world, index, item, begin);
        quorum_changed(world);
    } else {
        SIM_ASSERT(false);
    }
}

static void begins(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Fault   *fault = &world->faults[index];
    WORLD_TRACE(world, "fault", "%s %s begins", fault->kind, fault->target);
    world_mark(world, true, "%s %s", fault->kind, fault->target);
    switch_fault(world, index, true);
    if (fault->end != SIM_TIME_NEVER)
        sim_engine_at(world->engine, fault->end, SIM_PHASE_FAULT, WORLD_FAULT_ENDS, index, 0);
}

static void ends(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Fault   *fault = &world->faults[index];
    WORLD_TRACE(world, "fault", "%s %s ends", fault->kind, fault->target);
    world_mark(world, false, "end of %s %s", fault->kind, fault->target);
    switch_fault(world, index, false);
}

static void flap(void *user, const SimEvent *event)
{
    World          *world = user;
    uint32_t        index = sim_event_target(event);
    Fault          *fault = &world->faults[index];
    const PlanItem *item = plan_item(world->plan, fault->item);
    bool            down = event->arg == 1;
    if (!fault->in_force || fault->flapped == down)
        return;
    fault->flapped = down;
    cut_links(world, fault, plan_number(item, FLAP_HOW) == 1, down);
    SimTime pause = down ? plan_number(item, FLAP_DOWN)
                         : plan_number(item, FLAP_EVERY) - plan_number(item, FLAP_DOWN);
    sim_engine_at(world->engine, sim_time_add(world_now(world), pause), SIM_PHASE_FAULT, WORLD_FLAP,
                  index, down ? 0 : 1);
}

/* ---- building ---------------------------------------------------------------------------- */

/* True if `target` names this link: by name, by risk group, as "a-b", or by one of its ends. */
static bool names(const World *world, const char *target, const Link *link)
{
    const char *from = world->regions[link->from].name;
    const char *to = world->regions[link->to].name;
    size_t      from_length = strlen(from);
    size_t      to_length = strlen(to);
    if ((link->name != NULL && strcmp(link->name, target) == 0) ||
        (link->risk != NULL && strcmp(link->risk, target) == 0) || strcmp(from, target) == 0 ||
        strcmp(to, target) == 0)
        return true;
    return (strncmp(target, from, from_length) == 0 && target[from_length] == '-' &&
            strcmp(target + from_length + 1, to) == 0) ||
           (strncmp(target, to, to_length) == 0 && target[to_length] == '-' &&
            strcmp(target + to_length + 1, from) == 0);
}

static void find_links(World *world, Fault *fault, const PlanItem *item, const PlanValue *from)
{
    const char *target = plan_text(item, CUT_TARGET);
    fault->target = target;
    fault->links = sim_arena_array(world->arena, uint32_t, world->link_count + 1);
    for (uint32_t l = 0; l < world->link_count; l++) {
        const Link *link = &world->links[l];
        if (from != NULL && from->count > 0 &&
            world_index(world, "region", from->ids[0]) != link->from)
            continue;
        if (names(world, target, link))
            fault->links[fault->link_count++] = l;
    }
}

static const char *name_of(const World *world, const PlanValue *ref)
{
    return plan_item(world->plan, ref->ids[0])->name;
}

static const char *from_to(World *world, const PlanItem *item)
{
    char       *text = g_strdup_printf("%s to %s", name_of(world, plan_value(item, SWITCH_FROM)),
                                       name_of(world, plan_value(item, SWITCH_TO)));
    const char *kept = sim_arena_text(world->arena, text);
    g_free(text);
    return kept;
}

static void one_build(World *world, Fault *fault, const PlanItem *item)
{
    const PlanValue *lasts = plan_value(item, FAULT_LASTS);
    SimTime          start = plan_number(item, FAULT_AT);
    *fault = (Fault){
        .name = item->name,
        .kind = item->kind->name,
        .target = "",
        .item = item->id,
        .start = start,
        .end = lasts->set ? sim_time_add(start, lasts->number) : SIM_TIME_NEVER,
        .may_miss = plan_number(item, FAULT_MAY_MISS) != 0,
    };
    if (item->kind == &kind_cut)
        find_links(world, fault, item, plan_value(item, CUT_FROM));
    else if (item->kind == &kind_degrade)
        find_links(world, fault, item, plan_value(item, DEGRADE_FROM));
    else if (item->kind == &kind_flap)
        find_links(world, fault, item, NULL);
    else if (item->kind == &kind_switch)
        fault->target = from_to(world, item);
    else
        fault->target = name_of(world, plan_value(item, FAULT_COMMON));
}

static gint by_start(gconstpointer left, gconstpointer right)
{
    const Fault *a = left;
    const Fault *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return strcmp(a->name, b->name);
}

void fault_build(World *world)
{
    uint32_t count;
    PlanId  *ids = plan_of_group(world->plan, "fault", &count);
    GArray  *faults = g_array_sized_new(FALSE, TRUE, sizeof(Fault), count + 1);
    for (uint32_t i = 0; i < count; i++) {
        Fault fault;
        one_build(world, &fault, plan_item(world->plan, ids[i]));
        g_array_append_val(faults, fault);
    }
    g_free(ids);
    g_array_sort(faults, by_start);
    world->fault_count = count;
    world->faults = sim_arena_array(world->arena, Fault, count + 1);
    if (count > 0)
        memcpy(world->faults, faults->data, sizeof(Fault) * count);
    g_array_free(faults, TRUE);
    sim_engine_handle(world->engine, WORLD_FAULT_BEGINS, "fault-begins", begins);
    sim_engine_handle(world->engine, WORLD_FAULT_ENDS, "fault-ends", ends);
    sim_engine_handle(world->engine, WORLD_FLAP, "flap", flap);
}

void fault_start(World *world)
{
    for (uint32_t f = 0; f < world->fault_count; f++)
        sim_engine_at(world->engine, world->faults[f].start, SIM_PHASE_FAULT, WORLD_FAULT_BEGINS, f,
                      0);
}
