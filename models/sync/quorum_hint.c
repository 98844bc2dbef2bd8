/*
 * quorum_hint.c: how replicas that missed writes get them after all.
 *
 *   hint           a write kept by the coordinator's region for one replica; sent once that answers
 *                  again, at a throttled rate. A replica silent for longer than the window gets no
 *                  new ones: what it then misses, it misses.
 *   anti-entropy   at an interval every key is compared among the replicas that reach each other
 *
 * Hints lie on the disks of the coordinator's region: a power cut keeps them there, a lost region
 * takes them along.
 */
#include "models/sync/quorum.h"
#include "sim/base/time.h"

#define RING_START 64u
/* Hints that waited for less are not worth a line of the timeline: chosen. */
#define MARK_FROM (30 * SIM_S)

static QuorumHints *hints_of(const World *world, QuorumStore *store, uint32_t from, uint32_t to,
                             uint32_t replica)
{
    return &store->hints[((size_t)from * world->region_count + to) * store->replicas + replica];
}

static void arm(World *world, QuorumStore *store, QuorumHints *hints, SimTime wait)
{
    hints->armed = true;
    sim_engine_at(world->engine, sim_time_add(world_now(world), wait), SIM_PHASE_TIMER,
                  WORLD_QUORUM_HINTS, (uint32_t)(hints - store->hints), store->class_index);
}

static void push(QuorumHints *hints, const QuorumHint *hint)
{
    if (hints->end - hints->first == hints->room) {
        uint32_t    room = hints->room == 0 ? RING_START : hints->room * 2;
        QuorumHint *bigger = g_new(QuorumHint, room);
        for (uint64_t i = hints->first; i < hints->end; i++)
            bigger[i & (room - 1)] = hints->ring[i & (hints->room - 1)];
        g_free(hints->ring);
        hints->ring = bigger;
        hints->room = room;
    }
    hints->ring[hints->end++ & (hints->room - 1)] = *hint;
}

/* Tells the fault that keeps a write from its replica: for a while, or (not kept) for good. */
static void tell_fault(World *world, const QuorumStore *store, uint32_t from, uint32_t to,
                       bool kept)
{
    const DataClass *class = &world->classes[store->class_index];
    uint32_t link = from == to ? WORLD_NONE : link_path(world, from, to, store->via);
    uint32_t fault = store->down_by[to];
    if (link != WORLD_NONE && !link_up(&world->links[link]))
        fault = fault_link_stopper(world, link);
    else if (world->regions[to].down > 0)
        fault = world->regions[to].down_by;
    else if (class->crashed[to] > 0)
        fault = class->crashed_by[to];
    else if (store->down[to] == 0 && link != WORLD_NONE)
        fault = fault_link_stopper(world, link);
    if (kept)
        fault_hit_held(world, fault);
    else
        fault_hit_dropped(world, fault, 1);
}

bool quorum_hint(World *world, QuorumStore *store, uint32_t from, uint32_t to, uint32_t replica,
                 const QuorumHint *hint, bool again)
{
    QuorumHints *hints = hints_of(world, store, from, to, replica);
    SimTime      since = quorum_silent(world, store, from, to, replica);
    if (world->regions[to].gone || store->hint_window == 0)
        return false;
    if (since >= 0 && !again && world_now(world) - since >= store->hint_window) {
        if (!hints->refused && replica == 0)
            world_mark(world, true, "%s keeps no more writes of %s for %s",
                       world->regions[from].name, world->classes[store->class_index].name,
                       world->regions[to].name);
        hints->refused = true;
        return false;
    }
    tell_fault(world, store, from, to, true);
    if (hints->first == hints->end)
        hints->since = world_now(world);
    push(hints, hint);
    if (!hints->armed)
        arm(world, store, hints, store->hint_check);
    return true;
}

void quorum_skip(World *world, QuorumStore *store, uint32_t from, uint32_t to, uint32_t replica,
                 const QuorumHint *hint)
{
    if (!quorum_hint(world, store, from, to, replica, hint, false))
        tell_fault(world, store, from, to, false);
}

static bool all_sent(const World *world, QuorumStore *store, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < store->replicas; i++) {
        const QuorumHints *hints = hints_of(world, store, from, to, i);
        if (hints->first != hints->end)
            return false;
    }
    return true;
}

/* Sends the oldest hint of a ring, if its replica answers again. */
static void dispatch(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumStore *store = world->classes[event->arg].quorum;
    uint32_t     ring = sim_event_target(event);
    uint32_t     replica = ring % store->replicas;
    uint32_t     to = ring / store->replicas % world->region_count;
    uint32_t     from = ring / store->replicas / world->region_count;
    QuorumHints *hints = &store->hints[ring];
    hints->armed = false;
    if (hints->first == hints->end)
        return;
    if (!region_up(world, from) || quorum_silent(world, store, from, to, replica) >= 0) {
        arm(world, store, hints, store->hint_check);
        return;
    }
    hints->refused = false;
    QuorumHint hint = hints->ring[hints->first++ & (hints->room - 1)];
    uint32_t   copy = quorum_copy(world, store, from, hint.key, hint.key_index, &hint.version);
    world->quorum->ops[copy].kept = true;
    world->quorum->ops[copy].from_hint = true;
    WORLD_TRACE(world, "timer", "%s.%s sends a hint of key %" G_GUINT64_FORMAT " to %s.%u",
                world->classes[store->class_index].name, world->regions[from].name, hint.key,
                world->regions[to].name, replica + 1);
    quorum_write_send(world, copy, to, (uint16_t)(1u << replica));
    if (world_now(world) - hints->since >= MARK_FROM && all_sent(world, store, from, to))
        world_mark(world, false, "%s has sent %s the writes of %s it had kept",
                   world->regions[from].name, world->regions[to].name,
                   world->classes[store->class_index].name);
    SimTime takes =
        sim_time_scale(world->classes[store->class_index].size, SIM_S, store->hint_rate);
    arm(world, store, hints, takes > 0 ? takes : 1);
}

void quorum_hints_wipe(World *world, QuorumStore *store, uint32_t region)
{
    for (uint32_t other = 0; other < world->region_count; other++)
        for (uint32_t i = 0; i < store->replicas; i++) {
            QuorumHints *here = hints_of(world, store, region, other, i);
            QuorumHints *there = hints_of(world, store, other, region, i);
            here->first = here->end;
            there->first = there->end;
        }
}

/* ---- anti-entropy ------------------------------------------------------------------------ */

/* Sends the newest version that is in reach of `from` to the replicas that lack it. */
static void repair_key(World *world, QuorumStore *store, uint32_t key_index)
{
    const QuorumVersion *newest = NULL;
    uint32_t             from = WORLD_NONE;
    for (uint32_t r = 0; r < world->region_count; r++)
        for (uint32_t i = 0; i < store->replicas; i++) {
            const QuorumVersion *held = quorum_version(world, store, key_index, r, i);
            if (quorum_replica_up(world, store, r, i) &&
                (newest == NULL ? held->present : quorum_newer(held, newest))) {
                newest = held;
                from = r;
            }
        }
    if (newest == NULL)
        return;
    QuorumVersion version = *newest;
    uint32_t      copy = WORLD_NONE;
    for (uint32_t r = 0; r < world->region_count; r++) {
        uint16_t stale = 0;
        for (uint32_t i = 0; i < store->replicas; i++)
            if (quorum_member(store, r) && quorum_silent(world, store, from, r, i) < 0 &&
                quorum_newer(&version, quorum_version(world, store, key_index, r, i)))
                stale |= (uint16_t)(1u << i);
        if (stale == 0)
            continue;
        if (copy == WORLD_NONE)
            copy = quorum_copy(world, store, from, store->keys[key_index], key_index, &version);
        quorum_write_send(world, copy, r, stale);
    }
}

static void repair(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumStore *store = world->classes[sim_event_target(event)].quorum;
    uint32_t     keys = world->classes[store->class_index].table.count;
    for (uint32_t k = 0; k < keys; k++)
        repair_key(world, store, k);
    world_mark(world, false, "anti-entropy of %s has compared %u keys",
               world->classes[store->class_index].name, keys);
    quorum_hint_start(world, store);
}

void quorum_hint_start(World *world, QuorumStore *store)
{
    SimTime next = sim_time_add(world_now(world), store->repair_every);
    if (store->repair_every > 0 && next <= world->end)
        sim_engine_at(world->engine, next, SIM_PHASE_TIMER, WORLD_QUORUM_REPAIR, store->class_index,
                      0);
}

void quorum_hint_handle(World *world)
{
    sim_engine_handle(world->engine, WORLD_QUORUM_HINTS, "quorum-hints", dispatch);
    sim_engine_handle(world->engine, WORLD_QUORUM_REPAIR, "quorum-repair", repair);
}
