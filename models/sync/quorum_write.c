/*
 * quorum_write.c: a write of a leaderless store.
 *
 *   coordinator --deliver--> replicas of its region --ack--> coordinator
 *        +--link--> first node of another region --deliver--> replicas there --ack, link--> back
 *
 * Every replica gets every write. When the level's acknowledgements are in, the user is told; the
 * rest goes on. At the time-out a write without enough of them fails, but is not undone, and
 * whoever has not acknowledged gets a hint (quorum_hint.c). The same way carries copies that nobody
 * waits for: read repair, hints, anti-entropy.
 */
#include "models/sync/quorum.h"
#include "sim/base/time.h"

/* ---- at a replica ------------------------------------------------------------------------ */

/* Whether every replica that is left holds the version or a newer one. */
static bool everywhere(World *world, QuorumStore *store, uint32_t key_index,
                       const QuorumVersion *version)
{
    for (uint32_t r = 0; r < world->region_count; r++)
        for (uint32_t i = 0; i < store->replicas; i++)
            if (quorum_member(store, r) && !world->regions[r].gone &&
                quorum_newer(version, quorum_version(world, store, key_index, r, i)))
                return false;
    return true;
}

/* Nobody serves anything older any more. The ledger is told once every answer that is still on its
 * way has arrived or is too late, because it has to be compared with what it missed. */
static void served(World *world, QuorumStore *store, LedgerWrite write)
{
    SimTime       now = world_now(world);
    QuorumSettled last = {sim_time_add(now, store->read_timeout), write};
    g_array_append_val(store->settled, last);
    while (store->settled_at < store->settled->len) {
        QuorumSettled *first = &g_array_index(store->settled, QuorumSettled, store->settled_at);
        if (first->at >= now)
            break;
        ledger_settled(world->ledger, first->write, region_slowest_clock(world));
        store->settled_at++;
    }
    if (store->settled_at > 4096 && store->settled_at * 2 > store->settled->len) {
        g_array_remove_range(store->settled, 0, store->settled_at);
        store->settled_at = 0;
    }
}

static void apply(World *world, QuorumStore *store, uint32_t index, uint32_t region,
                  uint32_t replica)
{
    QuorumOp      *op = &world->quorum->ops[index];
    QuorumSet     *set = quorum_set(world, index, region);
    QuorumVersion *held = quorum_version(world, store, op->key_index, region, replica);
    WORLD_TRACE(world, "deliver", "%s.%s.%u applies key %" G_GUINT64_FORMAT,
                world->classes[op->class_index].name, world->regions[region].name, replica + 1,
                op->key);
    if (set->done == 0)
        ledger_arrived(world->ledger, op->version.write, region, region_slowest_clock(world));
    set->done |= (uint16_t)(1u << replica);
    if (quorum_newer(&op->version, held))
        *held = op->version;
    if (everywhere(world, store, op->key_index, &op->version))
        served(world, store, op->version.write);
}

/* The acknowledgement sets out; inside the region of a coordinator that has told its user already
 * nobody waits for it. */
static void acknowledge(World *world, QuorumStore *store, uint32_t index, uint32_t region,
                        uint32_t replica)
{
    const QuorumOp *op = &world->quorum->ops[index];
    if (region == op->region && op->told) {
        quorum_set(world, index, region)->answered |= (uint16_t)(1u << replica);
        return;
    }
    SimTime  takes = sim_dist_draw(store->ack, &store->chance[region]);
    SimTime  at = world_now(world);
    uint32_t epoch = 0;
    if (region == op->region || quorum_send(world, store, region, op->region, true, 0, &at, &epoch))
        quorum_at(world, sim_time_add(at, takes), WORLD_QUORUM_ACKED, index, region, replica,
                  epoch);
}

static void applies(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumCall   call = quorum_call(world, event);
    QuorumStore *store = quorum_store(world, &world->quorum->ops[call.op]);
    if (!quorum_replica_up(world, store, call.region, call.replica)) {
        quorum_lost_at(world, store, call.region);
    } else {
        apply(world, store, call.op, call.region, call.replica);
        acknowledge(world, store, call.op, call.region, call.replica);
    }
    quorum_op_settle(world, call.op);
}

/* ---- sending ----------------------------------------------------------------------------- */

/* From the coordinator, or the first node of another region, to each replica. */
static void deliver(World *world, uint32_t index, uint32_t region, uint16_t mask)
{
    QuorumStore *store = quorum_store(world, &world->quorum->ops[index]);
    const DataClass *class = &world->classes[store->class_index];
    for (uint32_t i = 0; i < store->replicas; i++) {
        if ((mask >> i & 1) == 0)
            continue;
        SimTime takes = sim_dist_draw(store->deliver, &store->chance[region]);
        if (class->slow[region] > WORLD_PACE) {
            takes = world_slowed(takes, class->slow[region]);
            fault_hit_delayed(world, class->slow_by[region]);
        }
        quorum_at(world, sim_time_add(world_now(world), takes), WORLD_QUORUM_APPLIES, index, region,
                  i, 0);
    }
}

void quorum_write_send(World *world, uint32_t index, uint32_t region, uint16_t mask)
{
    const QuorumOp *op = &world->quorum->ops[index];
    QuorumStore    *store = quorum_store(world, op);
    quorum_set(world, index, region)->asked |= mask;
    if (region == op->region) {
        deliver(world, index, region, mask);
        return;
    }
    SimTime  arrival;
    uint32_t epoch;
    if (quorum_send(world, store, op->region, region, false, world->classes[op->class_index].size,
                    &arrival, &epoch))
        quorum_at(world, arrival, WORLD_QUORUM_ARRIVES, index, region, 0, epoch);
}

/* The message is at the first node of another region, which passes it on. */
static void arrives(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumCall   call = quorum_call(world, event);
    QuorumOp    *op = &world->quorum->ops[call.op];
    QuorumStore *store = quorum_store(world, op);
    if (!quorum_line_lost(world, store, op->region, call.region, false, call.epoch)) {
        if (store_up(world, store->class_index, call.region))
            deliver(world, call.op, call.region, quorum_set(world, call.op, call.region)->asked);
        else
            quorum_lost_at(world, store, call.region);
    }
    quorum_op_settle(world, call.op);
}

uint32_t quorum_copy(World *world, QuorumStore *store, uint32_t from, uint64_t key,
                     uint32_t key_index, const QuorumVersion *version)
{
    uint32_t  index = quorum_op_take(world, store, from);
    QuorumOp *op = &world->quorum->ops[index];
    op->told = true;
    op->key = key;
    op->key_index = key_index;
    op->version = *version;
    quorum_due(world, store, index, false, store->write_timeout);
    return index;
}

/* ---- at the coordinator ------------------------------------------------------------------ */

static void done(World *world, uint32_t index)
{
    QuorumOp *op = &world->quorum->ops[index];
    op->told = true;
    service_write_done(world, op->request, op->region, op->version.write);
}

static void acked(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumCall   call = quorum_call(world, event);
    QuorumOp    *op = &world->quorum->ops[call.op];
    QuorumStore *store = quorum_store(world, op);
    bool         lost =
        op->orphan || (call.region != op->region &&
                       quorum_line_lost(world, store, call.region, op->region, true, call.epoch));
    if (!lost) {
        uint8_t counts[WORLD_REGION_LIMIT];
        quorum_set(world, call.op, call.region)->answered |= (uint16_t)(1u << call.replica);
        for (uint32_t r = 0; r < world->region_count; r++)
            counts[r] = (uint8_t)__builtin_popcount(quorum_set(world, call.op, r)->answered);
        if (!op->told && quorum_enough(world, store, store->write, op->region, counts))
            done(world, call.op);
    }
    quorum_op_settle(world, call.op);
}

void quorum_write_expired(World *world, uint32_t index)
{
    QuorumOp    *op = &world->quorum->ops[index];
    QuorumStore *store = quorum_store(world, op);
    op->expired = true;
    bool       tells = !op->told;
    QuorumHint hint = {op->version, op->key, op->key_index};
    for (uint32_t r = 0; r < world->region_count && op->kept && !op->orphan; r++) {
        const QuorumSet *set = quorum_set(world, index, r);
        for (uint32_t i = 0; i < store->replicas; i++)
            if ((set->asked >> i & 1) != 0 && (set->answered >> i & 1) == 0)
                quorum_hint(world, store, op->region, r, i, &hint, op->from_hint);
    }
    if (tells) {
        WORLD_TRACE(world, "timer", "%s.%s: too few replicas acknowledge key %" G_GUINT64_FORMAT,
                    world->classes[op->class_index].name, world->regions[op->region].name, op->key);
        op->told = true;
        service_write_lost(world, op->request, op->region, op->version.write);
    }
    quorum_op_settle(world, index);
}

static bool enough_alive(World *world, const QuorumStore *store, uint32_t region,
                         const uint16_t *alive)
{
    uint8_t counts[WORLD_REGION_LIMIT];
    for (uint32_t r = 0; r < world->region_count; r++)
        counts[r] = (uint8_t)__builtin_popcount(alive[r]);
    if (quorum_enough(world, store, store->write, region, counts))
        return true;
    WORLD_TRACE(world, "work", "%s.%s: too few replicas are left for a write",
                world->classes[store->class_index].name, world->regions[region].name);
    quorum_refused(world, store, region);
    return false;
}

StoreAnswer quorum_write(World *world, uint32_t class_index, uint32_t region,
                         const Request *request, LedgerWrite *out_write)
{
    QuorumStore *store = world->classes[class_index].quorum;
    uint16_t     alive[WORLD_REGION_LIMIT] = {0};
    for (uint32_t r = 0; r < world->region_count; r++)
        if (quorum_member(store, r))
            alive[r] = quorum_alive(world, store, region, r);
    if (!enough_alive(world, store, region, alive))
        return STORE_DOWN;
    uint64_t    key = store_key(world, class_index, request);
    LedgerBirth birth = {
        .class_index = class_index,
        .key_index = store_key_touch(world, class_index, key),
        .key = key,
        .cohort = request->cohort,
        .user = request->user,
        .region = region,
        .issued = request->issued,
        .now = world_now(world),
        .stamp = region_clock(world, region),
        .slowest_clock = region_slowest_clock(world),
        .nowhere = true,
    };
    uint32_t  index = quorum_op_take(world, store, region);
    QuorumOp *op = &world->quorum->ops[index];
    *out_write = ledger_born(world->ledger, &birth);
    op->kept = true;
    op->key = key;
    op->key_index = birth.key_index;
    op->version = (QuorumVersion){*out_write, birth.stamp, ++store->number, (uint8_t)region, true};
    WORLD_TRACE(world, "work", "%s.%s coordinates a write of key %" G_GUINT64_FORMAT,
                world->classes[class_index].name, world->regions[region].name, key);
    QuorumHint hint = {op->version, key, op->key_index};
    uint16_t   every = (uint16_t)((1u << store->replicas) - 1);
    for (uint32_t r = 0; r < world->region_count; r++) {
        if (!quorum_member(store, r))
            continue;
        for (uint32_t i = 0; i < store->replicas; i++)
            if (((every & ~alive[r]) >> i & 1) != 0)
                quorum_skip(world, store, region, r, i, &hint);
        if (alive[r] != 0)
            quorum_write_send(world, index, r, alive[r]);
    }
    quorum_due(world, store, index, false, store->write_timeout);
    (void)quorum_version(world, store, birth.key_index, 0, 0); /* makes room */
    store->keys[birth.key_index] = key;
    world->quorum->latest = index;
    return STORE_HELD;
}

void quorum_attach(World *world, uint64_t request)
{
    world->quorum->ops[world->quorum->latest].request = request;
}

void quorum_write_handle(World *world)
{
    sim_engine_handle(world->engine, WORLD_QUORUM_ARRIVES, "quorum-arrives", arrives);
    sim_engine_handle(world->engine, WORLD_QUORUM_APPLIES, "quorum-applies", applies);
    sim_engine_handle(world->engine, WORLD_QUORUM_ACKED, "quorum-acked", acked);
}
