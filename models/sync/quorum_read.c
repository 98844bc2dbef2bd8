/*
 * quorum_read.c: a read of a leaderless store.
 *
 *   coordinator --ask--> replicas --answer--> coordinator: the newest version of the first answers
 *
 * Which replicas are asked: as many as the level needs, the nearest first and at random among
 * equals, or all that could count. Where an answer is late one more is asked. What a replica holds
 * is looked up when the question reaches it. With read repair, a replica that answered with less
 * than the newest is sent that.
 */
#include "models/sync/quorum.h"
#include "sim/base/time.h"

static QuorumVersion *answer_of(const World *world, const QuorumStore *store, uint32_t op,
                                uint32_t region, uint32_t replica)
{
    const Quorum *q = world->quorum;
    return &q->answers[(size_t)op * q->stride + region * store->replicas + replica];
}

/* ---- whom to ask ------------------------------------------------------------------------- */

/* `count` of the replicas in `mask`, at random. */
static uint16_t some_of(QuorumStore *store, uint32_t region, uint16_t mask, uint32_t count)
{
    uint16_t picked = 0;
    uint32_t left = (uint32_t)__builtin_popcount(mask);
    if (count >= left)
        return mask;
    for (; count > 0; count--, left--) {
        uint64_t nth = sim_rng_below(&store->choice[region], left);
        uint16_t rest = mask & (uint16_t)~picked;
        for (; nth > 0; nth--)
            rest &= (uint16_t)(rest - 1);
        picked |= (uint16_t)(rest & -rest);
    }
    return picked;
}

static bool is_local(QuorumLevel level)
{
    return level == QUORUM_LOCAL_ONE || level == QUORUM_LOCAL_MAJORITY;
}

/* How many answers a level that does not look at regions needs. */
static uint32_t needed(const QuorumStore *store)
{
    uint32_t all = store->replicas * (uint32_t)__builtin_popcount(store->members);
    switch (store->read) {
    case QUORUM_ONE:
    case QUORUM_LOCAL_ONE:
        return 1;
    case QUORUM_TWO:
        return 2;
    case QUORUM_THREE:
        return 3;
    case QUORUM_MAJORITY:
        return all / 2 + 1;
    case QUORUM_LOCAL_MAJORITY:
    case QUORUM_EACH_MAJORITY:
        return store->replicas / 2 + 1;
    case QUORUM_ALL:
        return all;
    }
    SIM_ASSERT(false);
    return 0;
}

/* Leaves of the replicas alive those to ask. False if they are too few. */
static bool choose(World *world, QuorumStore *store, uint32_t region, uint16_t *alive)
{
    uint8_t counts[WORLD_REGION_LIMIT] = {0};
    for (uint32_t r = 0; r < world->region_count; r++) {
        alive[r] = 0;
        if (quorum_member(store, r) && (r == region || !is_local(store->read)))
            alive[r] = quorum_alive(world, store, region, r);
        counts[r] = (uint8_t)__builtin_popcount(alive[r]);
    }
    if (!quorum_enough(world, store, store->read, region, counts))
        return false;
    if (store->ask_all)
        return true;
    uint32_t left = needed(store);
    for (uint32_t k = 0; k < world->region_count; k++) {
        uint32_t r = store->near[region * world->region_count + k];
        alive[r] = left > 0 ? some_of(store, region, alive[r], left) : 0;
        if (store->read != QUORUM_EACH_MAJORITY)
            left -= (uint32_t)__builtin_popcount(alive[r]);
    }
    return true;
}

/* ---- the way of a question --------------------------------------------------------------- */

/* Inside a region: to the replica. */
static void ask(World *world, QuorumStore *store, uint32_t index, uint32_t region, uint32_t replica)
{
    SimTime takes = sim_dist_draw(store->ask, &store->chance[region]);
    quorum_at(world, sim_time_add(world_now(world), takes), WORLD_QUORUM_LOOKS, index, region,
              replica, 0);
}

static void send(World *world, QuorumStore *store, uint32_t index, uint32_t region, uint16_t mask)
{
    uint32_t from = world->quorum->ops[index].region;
    quorum_set(world, index, region)->asked |= mask;
    for (uint32_t i = 0; i < store->replicas; i++) {
        SimTime  arrival;
        uint32_t epoch;
        if ((mask >> i & 1) == 0)
            continue;
        if (region == from)
            ask(world, store, index, region, i);
        else if (quorum_send(world, store, from, region, false, 0, &arrival, &epoch))
            quorum_at(world, arrival, WORLD_QUORUM_ASKED, index, region, i, epoch);
    }
}

/* An answer is late: one replica more is asked, the nearest that could help. */
static void speculates(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumCall   call = quorum_call(world, event);
    QuorumOp    *op = &world->quorum->ops[call.op];
    QuorumStore *store = quorum_store(world, op);
    uint32_t     majority = store->replicas / 2 + 1;
    bool         late = !op->told && !op->orphan;
    for (uint32_t k = 0; k < world->region_count && late; k++) {
        uint32_t   r = store->near[op->region * world->region_count + k];
        QuorumSet *set = quorum_set(world, call.op, r);
        bool       full = store->read == QUORUM_EACH_MAJORITY &&
                    (uint32_t)__builtin_popcount(set->answered) >= majority;
        if (!quorum_member(store, r) || full || (r != op->region && is_local(store->read)))
            continue;
        uint16_t rest = quorum_alive(world, store, op->region, r) & (uint16_t)~set->asked;
        if (rest == 0)
            continue;
        send(world, store, call.op, r, some_of(store, op->region, rest, 1));
        late = false;
    }
    quorum_op_settle(world, call.op);
}

static void asked(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumCall   call = quorum_call(world, event);
    QuorumOp    *op = &world->quorum->ops[call.op];
    QuorumStore *store = quorum_store(world, op);
    if (!quorum_line_lost(world, store, op->region, call.region, false, call.epoch))
        ask(world, store, call.op, call.region, call.replica);
    quorum_op_settle(world, call.op);
}

static void answer(World *world, QuorumStore *store, const QuorumCall *call)
{
    QuorumOp *op = &world->quorum->ops[call->op];
    if (op->key_index == WORLD_NONE)
        op->key_index = store_key_find(&world->classes[op->class_index], op->key);
    QuorumVersion held = {.present = false};
    if (op->key_index != WORLD_NONE)
        held = *quorum_version(world, store, op->key_index, call->region, call->replica);
    *answer_of(world, store, call->op, call->region, call->replica) = held;
    SimTime  takes = sim_dist_draw(store->answer, &store->chance[call->region]);
    SimTime  at = world_now(world);
    uint32_t epoch = 0;
    if (call->region == op->region ||
        quorum_send(world, store, call->region, op->region, true,
                    world->classes[op->class_index].size, &at, &epoch))
        quorum_at(world, sim_time_add(at, takes), WORLD_QUORUM_REPLIED, call->op, call->region,
                  call->replica, epoch);
}

static void looks(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumCall   call = quorum_call(world, event);
    QuorumOp    *op = &world->quorum->ops[call.op];
    QuorumStore *store = quorum_store(world, op);
    bool         matters = !op->told || (store->read_repair && !op->expired);
    if (!quorum_replica_up(world, store, call.region, call.replica))
        quorum_lost_at(world, store, call.region);
    else if (matters)
        answer(world, store, &call);
    quorum_op_settle(world, call.op);
}

/* ---- at the coordinator ------------------------------------------------------------------ */

/* Sends the newest version to those of `mask` that answered with an older one. */
static void repair(World *world, QuorumStore *store, uint32_t index, uint32_t region, uint32_t mask)
{
    const QuorumOp *op = &world->quorum->ops[index];
    uint16_t        stale = 0;
    for (uint32_t i = 0; i < store->replicas; i++)
        if ((mask >> i & 1) != 0 &&
            quorum_newer(&op->version, answer_of(world, store, index, region, i)))
            stale |= (uint16_t)(1u << i);
    if (stale == 0)
        return;
    QuorumVersion newest = op->version;
    uint64_t      key = op->key;
    WORLD_TRACE(world, "deliver", "%s.%s repairs key %" G_GUINT64_FORMAT " in %s",
                world->classes[op->class_index].name, world->regions[op->region].name, key,
                world->regions[region].name);
    uint32_t copy = quorum_copy(world, store, op->region, key, op->key_index, &newest);
    quorum_write_send(world, copy, region, stale);
}

static void tell(World *world, uint32_t index)
{
    QuorumOp *op = &world->quorum->ops[index];
    bool      remote = false;
    for (uint32_t r = 0; r < world->region_count; r++)
        remote |= r != op->region && quorum_set(world, index, r)->answered != 0;
    op->told = true;
    read_answered(world, op->request, op->version.present || op->before,
                  op->version.present ? op->version.write : 0, op->key_index, remote);
}

static void replied(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumCall   call = quorum_call(world, event);
    QuorumOp    *op = &world->quorum->ops[call.op];
    QuorumStore *store = quorum_store(world, op);
    bool         lost =
        op->orphan || (call.region != op->region &&
                       quorum_line_lost(world, store, call.region, op->region, true, call.epoch));
    if (lost) {
        quorum_op_settle(world, call.op);
        return;
    }
    quorum_set(world, call.op, call.region)->answered |= (uint16_t)(1u << call.replica);
    const QuorumVersion *got = answer_of(world, store, call.op, call.region, call.replica);
    bool                 newer = quorum_newer(got, &op->version);
    bool                 late = op->told;
    if (newer)
        op->version = *got;
    if (!op->told) {
        uint8_t counts[WORLD_REGION_LIMIT];
        for (uint32_t r = 0; r < world->region_count; r++)
            counts[r] = (uint8_t)__builtin_popcount(quorum_set(world, call.op, r)->answered);
        if (quorum_enough(world, store, store->read, op->region, counts))
            tell(world, call.op);
    }
    op = &world->quorum->ops[call.op];
    if (store->read_repair && op->told && op->version.present)
        for (uint32_t r = 0; r < world->region_count; r++) {
            /* The first time all that answered; then whoever comes late, or all again for one that
             * knew more. */
            uint32_t mask = quorum_set(world, call.op, r)->answered;
            if (late && !newer)
                mask = r == call.region ? 1u << call.replica : 0;
            if (mask != 0)
                repair(world, store, call.op, r, mask);
        }
    quorum_op_settle(world, call.op);
}

void quorum_read_expired(World *world, uint32_t index)
{
    QuorumOp *op = &world->quorum->ops[index];
    op->expired = true;
    if (!op->told) {
        op->told = true;
        read_unanswered(world, op->request);
    }
    quorum_op_settle(world, index);
}

bool quorum_read(World *world, uint32_t class_index, uint32_t slot)
{
    QuorumStore *store = world->classes[class_index].quorum;
    Request     *request = &world->requests[slot];
    uint32_t     region = request->entry;
    uint16_t     alive[WORLD_REGION_LIMIT];
    if (!choose(world, store, region, alive)) {
        WORLD_TRACE(world, "work", "%s.%s: too few replicas are left for a read",
                    world->classes[class_index].name, world->regions[region].name);
        quorum_refused(world, store, region);
        return false;
    }
    uint32_t  index = quorum_op_take(world, store, region);
    QuorumOp *op = &world->quorum->ops[index];
    op->reads = true;
    op->request = request_arg(slot, request_wait(world, request));
    op->key = store_key(world, class_index, request);
    op->key_index = store_key_find(&world->classes[class_index], op->key);
    op->before = store_had(world, &world->classes[class_index], request);
    request->state = REQUEST_WAITING;
    for (uint32_t r = 0; r < world->region_count; r++)
        if (alive[r] != 0)
            send(world, store, index, r, alive[r]);
    if (store->speculate > 0 && !store->ask_all)
        quorum_at(world, sim_time_add(world_now(world), store->speculate), WORLD_QUORUM_SPECULATES,
                  index, region, 0, 0);
    quorum_due(world, store, index, true, store->read_timeout);
    return true;
}

void quorum_read_handle(World *world)
{
    sim_engine_handle(world->engine, WORLD_QUORUM_ASKED, "quorum-asked", asked);
    sim_engine_handle(world->engine, WORLD_QUORUM_SPECULATES, "quorum-speculates", speculates);
    sim_engine_handle(world->engine, WORLD_QUORUM_LOOKS, "quorum-looks", looks);
    sim_engine_handle(world->engine, WORLD_QUORUM_REPLIED, "quorum-replied", replied);
}
