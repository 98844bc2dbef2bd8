/*
 * quorum.c: leaderless stores (Dynamo, Cassandra): what may be said of them, and what all their
 * operations share: levels, the state of replicas, who is taken for dead.
 *
 * Levels count answers: `quorum` is a majority of all replicas, `local_quorum` one of the
 * coordinator's region, `each_quorum` one in every region. A replica that has been silent for
 * `notice` is taken for dead; an operation for which too few are left is refused at once, and one
 * that finds too few later fails at its time-out, though what it wrote stays.
 */
#include "models/sync/quorum.h"

#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "sim/base/time.h"

#include <stddef.h>
#include <string.h>

#define EPOCH_BITS 5u
#define LEVELS "one|two|three|quorum|local_one|local_quorum|each_quorum|all"

static const PlanOption levels[] = {
    {"one", "One replica, anywhere.", NULL},
    {"two", "Two replicas, anywhere.", NULL},
    {"three", "Three replicas, anywhere.", NULL},
    {"quorum", "A majority of all replicas of all regions.", NULL},
    {"local_one", "One replica of the coordinator's region.", NULL},
    {"local_quorum", "A majority of the replicas of the coordinator's region.", NULL},
    {"each_quorum", "A majority of the replicas of every region.", NULL},
    {"all", "Every replica.", NULL},
    MODEL_OPTIONS_END,
};
static const PlanOption contacts[] = {
    {"needed", "As many as the level needs, the nearest first.",
     "Apache Cassandra: a read goes to as many replicas as its level blocks for"},
    {"all", "All that could count for the level; the first answers do.",
     "DeCandia et al., Dynamo, SOSP 2007, section 4.5"},
    MODEL_OPTIONS_END,
};

static const PlanField quorum_fields[] = {
    MODEL_FIELD("replicas", COUNT, 0, NULL, "3", 1, QUORUM_REPLICA_LIMIT,
                "Replicas in each region.",
                "DeCandia et al., Dynamo, SOSP 2007, section 6: (N, R, W) = (3, 2, 2)"),
    MODEL_FIELD("regions", REFS, 0, "region", NULL, 0, 0,
                "The regions that hold replicas; all by default.", NULL),
    MODEL_WORDS("write", LEVELS, levels, "local_quorum", "Acknowledgements a write waits for.",
                "chosen"),
    MODEL_WORDS("read", LEVELS, levels, "local_quorum", "Answers a read waits for.", "chosen"),
    MODEL_WORDS("contact", "needed|all", contacts, "needed", "Which replicas a read asks.",
                "Apache Cassandra: a read goes to as many replicas as its level blocks for"),
    MODEL_FIELD("speculate", TIME, 0, NULL, "0s", 0, SIM_HOUR,
                "A read that still lacks answers after this asks one replica more, where it has "
                "not asked all; 0: never.",
                "chosen"),
    MODEL_FIELD("read_repair", FLAG, 0, NULL, "true", 0, 0,
                "A replica whose answer was older than another's is sent the newer version.",
                "Apache Cassandra, table option read_repair (BLOCKING)"),
    MODEL_FIELD("deliver", DIST, 0, NULL, "1ms", 0, 0,
                "From the coordinator, or the first node of another region, to a replica that has "
                "written.",
                "chosen"),
    MODEL_FIELD("ack", DIST, 0, NULL, "0ms", 0, 0, "Back with the acknowledgement.", "chosen"),
    MODEL_FIELD("ask", DIST, 0, NULL, "1ms", 0, 0, "From the coordinator to a replica that reads.",
                "chosen"),
    MODEL_FIELD("answer", DIST, 0, NULL, "0ms", 0, 0, "Back with the answer.", "chosen"),
    MODEL_FIELD("write_timeout", TIME, 0, NULL, "10s", SIM_MS, SIM_HOUR,
                "A write without enough acknowledgements fails after this; it is not undone.",
                "Apache Cassandra, cassandra.yaml: write_request_timeout (10 s)"),
    MODEL_FIELD("read_timeout", TIME, 0, NULL, "5s", SIM_MS, SIM_HOUR,
                "A read without enough answers fails after this.",
                "Apache Cassandra, cassandra.yaml: read_request_timeout (5 s)"),
    MODEL_FIELD("notice", TIME, 0, NULL, "18s", 0, SIM_DAY,
                "A silent replica is taken for dead after this.",
                "Apache Cassandra, cassandra.yaml: phi_convict_threshold (8); at one heartbeat a "
                "second 8 * ln 10 = 18 s"),
    MODEL_FIELD("hint_window", TIME, 0, NULL, "3h", 0, 30 * SIM_DAY,
                "Writes are kept for a silent replica until it has been silent for so long; 0: "
                "never.",
                "Apache Cassandra, cassandra.yaml: max_hint_window (3 h)"),
    MODEL_FIELD("hint_throttle", SIZE, 0, NULL, "1MiB", 1, INT64_C(1000000000000),
                "Bytes of kept writes that one node sends in a second, shared by all other nodes.",
                "Apache Cassandra, cassandra.yaml: hinted_handoff_throttle (1024 KiB)"),
    MODEL_FIELD("hint_check", TIME, 0, NULL, "10s", SIM_MS, SIM_HOUR,
                "How often is looked whether kept writes can be delivered.", "chosen"),
    MODEL_FIELD("repair", TIME, 0, NULL, "0s", 0, 365 * SIM_DAY,
                "Interval of anti-entropy: replicas that reach each other get the newest version "
                "of every key; 0: never.",
                "Apache Cassandra: nobody repairs unless an operator or a schedule does"),
    MODEL_FIELD(
        "via", TEXT, 0, NULL, NULL, 0, 0,
        "Name of the links to use where two regions have several; otherwise the first by name.",
        NULL),
    MODEL_FIELDS_END,
};

#define CASSANDRA                                                                                  \
    {"replicas", "3", "chosen: the usual replication factor of a data centre"},                    \
        {"contact", "needed",                                                                      \
         "Apache Cassandra: a read goes to as many replicas as its level blocks for"},             \
        {"speculate", "50ms",                                                                      \
         "chosen; Apache Cassandra, table option speculative_retry, follows the 99th percentile"}, \
        {"write_timeout", "10s",                                                                   \
         "Apache Cassandra, cassandra.yaml: write_request_timeout (10 s)"},                        \
        {"read_timeout", "5s", "Apache Cassandra, cassandra.yaml: read_request_timeout (5 s)"},    \
        {"hint_window", "3h", "Apache Cassandra, cassandra.yaml: max_hint_window (3 h)"},          \
    {                                                                                              \
        "hint_throttle", "1MiB",                                                                   \
            "Apache Cassandra, cassandra.yaml: hinted_handoff_throttle (1024 KiB)"                 \
    }
/* Time out, and each of the other three, of a replica request; the paper's table 3. */
#define PBS_SOURCE "Bailis et al., PBS, VLDB 2012, table 3, "
#define PBS_FAST "0.9122 pareto 0.235ms 10 + 0.0878 exponential 602.41us"
#define PBS_DISK "0.38 pareto 1.05ms 1.51 + 0.62 exponential 5464.481us"
#define PBS(fit)                                                                                   \
    {"replicas", "3", "Bailis et al., PBS, VLDB 2012: N = 3"}, {"write", "one", fit},              \
        {"read", "one", fit}, {"contact", "all", "Bailis et al., PBS, VLDB 2012: as in Dynamo"},   \
        {"read_repair", "false", "Bailis et al., PBS, VLDB 2012: without anti-entropy"},           \
    {                                                                                              \
        "hint_window", "0s", "Bailis et al., PBS, VLDB 2012: without anti-entropy"                 \
    }
static const PlanPresetValue local_values[] = {
    CASSANDRA,
    {"write", "local_quorum", "Apache Cassandra, ConsistencyLevel: LOCAL_QUORUM"},
    {"read", "local_quorum", "Apache Cassandra, ConsistencyLevel: LOCAL_QUORUM"},
    MODEL_VALUES_END,
};
static const PlanPresetValue each_values[] = {
    CASSANDRA,
    {"write", "each_quorum", "Apache Cassandra, ConsistencyLevel: EACH_QUORUM"},
    {"read", "local_quorum", "Apache Cassandra, ConsistencyLevel: LOCAL_QUORUM"},
    MODEL_VALUES_END,
};
static const PlanPresetValue one_values[] = {
    CASSANDRA,
    {"write", "one", "Apache Cassandra, ConsistencyLevel: ONE"},
    {"read", "one", "Apache Cassandra, ConsistencyLevel: ONE"},
    MODEL_VALUES_END,
};
static const PlanPresetValue ssd_values[] = {
    PBS("Bailis et al., PBS, VLDB 2012: R = W = 1"), {"deliver", PBS_FAST, PBS_SOURCE "LNKD-SSD W"},
    {"ack", PBS_FAST, PBS_SOURCE "LNKD-SSD A"},      {"ask", PBS_FAST, PBS_SOURCE "LNKD-SSD R"},
    {"answer", PBS_FAST, PBS_SOURCE "LNKD-SSD S"},   MODEL_VALUES_END,
};
static const PlanPresetValue disk_values[] = {
    PBS("Bailis et al., PBS, VLDB 2012: R = W = 1"),
    {"deliver", PBS_DISK, PBS_SOURCE "LNKD-DISK W"},
    {"ack", PBS_FAST, PBS_SOURCE "LNKD-DISK A"},
    {"ask", PBS_FAST, PBS_SOURCE "LNKD-DISK R"},
    {"answer", PBS_FAST, PBS_SOURCE "LNKD-DISK S"},
    MODEL_VALUES_END,
};
static const PlanPreset quorum_presets[] = {
    {"cassandra-local-quorum", "Cassandra, majorities of the coordinator's region.", local_values,
     "Machines and racks, tombstones, lightweight transactions; a delay of speculation that "
     "follows the 99th percentile."},
    {"cassandra-each-quorum", "Cassandra, writes to a majority of every region.", each_values,
     "As cassandra-local-quorum."},
    {"cassandra-one", "Cassandra, one replica for a read or a write.", one_values,
     "As cassandra-local-quorum."},
    {"pbs-ssd", "A Dynamo-style store on solid-state disks, times as measured at LinkedIn.",
     ssd_values, "Failures, hints and repair, as in the paper."},
    {"pbs-disk", "A Dynamo-style store on spinning disks, times as measured at LinkedIn.",
     disk_values, "As pbs-ssd."},
    MODEL_PRESETS_END,
};
const PlanKind kind_quorum = {
    "quorum",
    "channel",
    false,
    "Leaderless store: every region coordinates, levels say how many replicas must answer.",
    "Coordinators are not machines of their own; a coordinator is never one of the replicas. "
    "Digests, tombstones and lightweight transactions are not modelled; read "
    "repair does not hold up the read.",
    quorum_fields,
    quorum_presets};

/* ---- replicas ---------------------------------------------------------------------------- */

QuorumVersion *quorum_version(const World *world, QuorumStore *store, uint32_t key_index,
                              uint32_t region, uint32_t replica)
{
    if (key_index >= store->key_room) {
        uint32_t room = store->key_room == 0 ? 256 : store->key_room;
        while (room <= key_index)
            room *= 2;
        size_t each = (size_t)world->region_count * store->replicas;
        store->keys = g_renew(uint64_t, store->keys, room);
        store->versions = g_renew(QuorumVersion, store->versions, room * each);
        memset(store->versions + store->key_room * each, 0,
               sizeof(QuorumVersion) * (room - store->key_room) * each);
        store->key_room = room;
    }
    return &store->versions[((size_t)key_index * world->region_count + region) * store->replicas +
                            replica];
}

bool quorum_replica_up(const World *world, const QuorumStore *store, uint32_t region,
                       uint32_t replica)
{
    return store_up(world, store->class_index, region) && (store->down[region] >> replica & 1) == 0;
}

SimTime quorum_silent(const World *world, const QuorumStore *store, uint32_t observer,
                      uint32_t region, uint32_t replica)
{
    SimTime cut = store->cut[observer * world->region_count + region];
    SimTime silent = store->silent[region * store->replicas + replica];
    if (cut < 0 || silent < 0)
        return cut < 0 ? silent : cut;
    return cut < silent ? cut : silent;
}

uint16_t quorum_alive(const World *world, const QuorumStore *store, uint32_t observer,
                      uint32_t region)
{
    uint16_t alive = 0;
    SimTime  now = world_now(world);
    for (uint32_t i = 0; i < store->replicas; i++) {
        SimTime since = quorum_silent(world, store, observer, region, i);
        if (since < 0 || now - since < store->notice)
            alive |= (uint16_t)(1u << i);
    }
    return alive;
}

bool quorum_enough(const World *world, const QuorumStore *store, QuorumLevel level, uint32_t region,
                   const uint8_t *counts)
{
    uint32_t majority = store->replicas / 2 + 1;
    uint32_t all = store->replicas * (uint32_t)__builtin_popcount(store->members);
    uint32_t total = 0;
    for (uint32_t r = 0; r < world->region_count; r++)
        total += counts[r];
    switch (level) {
    case QUORUM_ONE:
        return total >= 1;
    case QUORUM_TWO:
        return total >= 2;
    case QUORUM_THREE:
        return total >= 3;
    case QUORUM_MAJORITY:
        return total >= all / 2 + 1;
    case QUORUM_LOCAL_ONE:
        return counts[region] >= 1;
    case QUORUM_LOCAL_MAJORITY:
        return counts[region] >= majority;
    case QUORUM_EACH_MAJORITY:
        for (uint32_t r = 0; r < world->region_count; r++)
            if (quorum_member(store, r) && counts[r] < majority)
                return false;
        return true;
    case QUORUM_ALL:
        return total >= all;
    }
    SIM_ASSERT(false);
    return false;
}

void quorum_lost_at(World *world, const QuorumStore *store, uint32_t region)
{
    const DataClass *class = &world->classes[store->class_index];
    if (world->regions[region].down > 0)
        fault_hit_dropped(world, world->regions[region].down_by, 1);
    else if (class->crashed[region] > 0)
        fault_hit_dropped(world, class->crashed_by[region], 1);
    else
        fault_hit_dropped(world, store->down_by[region], 1);
}

void quorum_refused(World *world, const QuorumStore *store, uint32_t region)
{
    const DataClass *class = &world->classes[store->class_index];
    for (uint32_t k = 0; k < world->region_count; k++) {
        uint32_t r = store->near[region * world->region_count + k];
        if (!quorum_member(store, r))
            continue;
        uint32_t fault = WORLD_NONE;
        if (world->regions[r].down > 0)
            fault = world->regions[r].down_by;
        else if (class->crashed[r] > 0)
            fault = class->crashed_by[r];
        else if (store->cut[region * world->region_count + r] >= 0) {
            uint32_t there = link_path(world, region, r, store->via);
            uint32_t back = link_path(world, r, region, store->via);
            uint32_t cut = there != WORLD_NONE && link_up(&world->links[there]) ? back : there;
            fault = cut == WORLD_NONE ? WORLD_NONE : world->links[cut].blame;
        } else if (store->down[r] != 0)
            fault = store->down_by[r];
        fault_hit_refused(world, fault);
    }
}

/* ---- operations -------------------------------------------------------------------------- */

uint32_t quorum_op_take(World *world, const QuorumStore *store, uint32_t region)
{
    Quorum  *q = world->quorum;
    uint32_t op = q->free;
    uint32_t gen = 0;
    if (op != WORLD_NONE) {
        q->free = q->ops[op].next;
        gen = q->ops[op].gen;
    } else {
        if (q->used == q->room) {
            q->room *= 2;
            q->ops = g_renew(QuorumOp, q->ops, q->room);
            q->sets = g_renew(QuorumSet, q->sets, (size_t)q->room * world->region_count);
            q->answers = g_renew(QuorumVersion, q->answers, (size_t)q->room * q->stride);
        }
        op = q->used++;
    }
    memset(&q->ops[op], 0, sizeof(QuorumOp));
    memset(quorum_set(world, op, 0), 0, sizeof(QuorumSet) * world->region_count);
    q->ops[op].gen = gen;
    q->ops[op].class_index = (uint8_t)store->class_index;
    q->ops[op].region = (uint8_t)region;
    return op;
}

/* Nothing to wait for: nobody is left to tell, and all that was asked has been answered. */
void quorum_op_settle(World *world, uint32_t index)
{
    Quorum   *q = world->quorum;
    QuorumOp *op = &q->ops[index];
    if (op->under_way > 0 || !op->told)
        return;
    if (!op->expired && !op->reads)
        for (uint32_t r = 0; r < world->region_count; r++) {
            const QuorumSet *set = quorum_set(world, index, r);
            if (set->asked != set->answered)
                return; /* its time-out hints what is missing */
        }
    op->gen++;
    op->free = true;
    op->next = q->free;
    q->free = index;
}

void quorum_at(World *world, SimTime at, WorldEvent kind, uint32_t op, uint32_t region,
               uint32_t replica, uint32_t epoch)
{
    uint32_t target = (epoch & ((1u << EPOCH_BITS) - 1)) << 9 | region << 4 | replica;
    /* Who is not patient takes an answer that comes just then. */
    SimPhase phase = kind == WORLD_QUORUM_SPECULATES ? SIM_PHASE_TIMER : SIM_PHASE_DELIVER;
    world->quorum->ops[op].under_way++;
    sim_engine_at(world->engine, at, phase, kind, target, op);
}

QuorumCall quorum_call(World *world, const SimEvent *event)
{
    uint32_t target = sim_event_target(event);
    uint32_t op = (uint32_t)event->arg;
    SIM_ASSERT(op < world->quorum->used && world->quorum->ops[op].under_way > 0);
    world->quorum->ops[op].under_way--;
    return (QuorumCall){op, target >> 4 & 31, target & 15, target >> 9};
}

bool quorum_send(World *world, const QuorumStore *store, uint32_t from, uint32_t to, bool answer,
                 int64_t bytes, SimTime *out_arrival, uint32_t *out_epoch)
{
    uint32_t link = link_path(world, from, to, store->via);
    if (link == WORLD_NONE)
        return false;
    uint32_t flow = store->flows[from * world->region_count + to];
    LinkFate fate = answer ? link_answer(world, link, flow, bytes + QUORUM_OVERHEAD, out_arrival)
                           : link_send(world, link, flow, world_now(world), bytes + QUORUM_OVERHEAD,
                                       out_arrival);
    if (fate != LINK_DELIVERS)
        return false;
    *out_epoch = world->links[link].epoch;
    return true;
}

bool quorum_line_lost(World *world, const QuorumStore *store, uint32_t from, uint32_t to,
                      bool answer, uint32_t epoch)
{
    uint32_t link = link_path(world, from, to, store->via);
    if ((world->links[link].epoch & ((1u << EPOCH_BITS) - 1)) == epoch)
        return false;
    link_lost(world, link, answer, 1);
    return true;
}

/* ---- time-outs --------------------------------------------------------------------------- */

static void dues_arm(World *world, const QuorumStore *store, QuorumDues *dues, SimTime at)
{
    dues->armed = true;
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_QUORUM_EXPIRES, store->class_index,
                  dues == &store->dues[1]);
}

void quorum_due(World *world, QuorumStore *store, uint32_t op, bool reads, SimTime timeout)
{
    QuorumDues *dues = &store->dues[reads];
    if (dues->end - dues->first == dues->room) {
        uint32_t   room = dues->room * 2;
        QuorumDue *bigger = g_new(QuorumDue, room);
        for (uint64_t i = dues->first; i < dues->end; i++)
            bigger[i & (room - 1)] = dues->ring[i & (dues->room - 1)];
        g_free(dues->ring);
        dues->ring = bigger;
        dues->room = room;
    }
    SimTime at = sim_time_add(world_now(world), timeout);
    dues->ring[dues->end++ & (dues->room - 1)] = (QuorumDue){at, op, world->quorum->ops[op].gen};
    if (!dues->armed)
        dues_arm(world, store, dues, at);
}

static void expires(void *user, const SimEvent *event)
{
    World       *world = user;
    QuorumStore *store = world->classes[sim_event_target(event)].quorum;
    bool         reads = event->arg == 1;
    QuorumDues  *dues = &store->dues[reads];
    /* An operation that ends can begin others: until all are looked at the timer counts as set. */
    while (dues->first < dues->end) {
        QuorumDue due = dues->ring[dues->first & (dues->room - 1)];
        bool      over = world->quorum->ops[due.op].gen != due.gen;
        if (!over && due.at > world_now(world)) {
            dues_arm(world, store, dues, due.at);
            return;
        }
        dues->first++;
        if (over)
            continue;
        if (reads)
            quorum_read_expired(world, due.op);
        else
            quorum_write_expired(world, due.op);
    }
    dues->armed = false;
}

/* ---- what faults change ------------------------------------------------------------------ */

static bool reaches(const World *world, const QuorumStore *store, uint32_t from, uint32_t to)
{
    if (!region_up(world, from) || !region_up(world, to))
        return false;
    if (from == to)
        return true;
    uint32_t there = link_path(world, from, to, store->via);
    uint32_t back = link_path(world, to, from, store->via);
    return there != WORLD_NONE && back != WORLD_NONE && link_up(&world->links[there]) &&
           link_up(&world->links[back]);
}

static void note(SimTime *since, bool works, SimTime now)
{
    if (works)
        *since = -1;
    else if (*since < 0)
        *since = now;
}

void quorum_changed(World *world)
{
    Quorum *q = world->quorum;
    if (q == NULL)
        return;
    SimTime now = world_now(world);
    for (uint32_t s = 0; s < q->store_count; s++) {
        QuorumStore *store = q->stores[s];
        for (uint32_t r = 0; r < world->region_count; r++)
            for (uint32_t i = 0; i < store->replicas; i++)
                note(&store->silent[r * store->replicas + i], quorum_replica_up(world, store, r, i),
                     now);
        for (uint32_t a = 0; a < world->region_count; a++)
            for (uint32_t b = 0; b < world->region_count; b++)
                note(&store->cut[a * world->region_count + b], reaches(world, store, a, b), now);
    }
}

void quorum_region_down(World *world, uint32_t region, bool disks_gone)
{
    Quorum *q = world->quorum;
    if (q == NULL)
        return;
    for (uint32_t op = 0; op < q->used; op++)
        if (q->ops[op].region == region)
            q->ops[op].orphan = true;
    for (uint32_t s = 0; s < q->store_count && disks_gone; s++) {
        QuorumStore *store = q->stores[s];
        for (uint32_t k = 0; k < store->key_room; k++)
            for (uint32_t i = 0; i < store->replicas; i++)
                *quorum_version(world, store, k, region, i) = (QuorumVersion){.present = false};
        quorum_hints_wipe(world, store, region);
    }
}

void quorum_replicas_fault(World *world, uint32_t class_index, uint32_t region, uint32_t fault,
                           uint32_t count, bool begin)
{
    QuorumStore *store = world->classes[class_index].quorum;
    store->broken[fault] = 0;
    for (uint32_t i = 0; i < store->replicas && begin && count > 0; i++)
        if ((store->down[region] >> i & 1) == 0) {
            store->broken[fault] |= (uint16_t)(1u << i);
            count--;
        }
    store->down[region] = 0;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const PlanItem *item = plan_item(world->plan, world->faults[f].item);
        if (!world->faults[f].in_force || item->kind != &kind_replica_down ||
            world_index(world, "data", plan_value(item, REPLICA_DATA)->ids[0]) != class_index ||
            world_index(world, "region", plan_value(item, REPLICA_REGION)->ids[0]) != region)
            continue;
        if (store->down[region] == 0 && store->broken[f] != 0)
            store->down_by[region] = f;
        store->down[region] |= store->broken[f];
    }
    quorum_changed(world);
}

/* What is on its way, or hinted, will come. */
static void coming(const World *world, const QuorumStore *store, uint32_t *expected)
{
    const Quorum *q = world->quorum;
    for (uint32_t i = 0; i < q->used; i++)
        if (!q->ops[i].free && !q->ops[i].reads && q->ops[i].class_index == store->class_index)
            for (uint32_t r = 0; r < world->region_count; r++)
                if (quorum_set(world, i, r)->asked != quorum_set(world, i, r)->answered)
                    expected[q->ops[i].key_index] |= 1u << r;
    uint32_t n = world->region_count;
    for (uint32_t i = 0; i < n * n * store->replicas; i++)
        for (uint64_t h = store->hints[i].first; h < store->hints[i].end; h++)
            expected[store->hints[i].ring[h & (store->hints[i].room - 1)].key_index] |=
                1u << i / store->replicas % n;
}

void quorum_close(World *world)
{
    Quorum *q = world->quorum;
    for (uint32_t s = 0; q != NULL && s < q->store_count; s++) {
        QuorumStore *store = q->stores[s];
        uint32_t     keys = world->classes[store->class_index].table.count;
        uint32_t    *expected = g_new0(uint32_t, keys + 1);
        coming(world, store, expected);
        for (uint32_t k = 0; k < keys && store->repair_every == 0; k++) {
            const QuorumVersion *newest = quorum_version(world, store, k, 0, 0);
            for (uint32_t r = 0; r < world->region_count; r++)
                for (uint32_t i = 0; i < store->replicas; i++)
                    if (quorum_newer(quorum_version(world, store, k, r, i), newest))
                        newest = quorum_version(world, store, k, r, i);
            for (uint32_t r = 0; r < world->region_count && newest->present; r++)
                if (quorum_member(store, r) && (expected[k] >> r & 1) == 0)
                    ledger_unsent(world->ledger, newest->write, r);
        }
        g_free(expected);
    }
}

/* ---- building ---------------------------------------------------------------------------- */

static void near_build(World *world, QuorumStore *store)
{
    uint32_t n = world->region_count;
    store->near = sim_arena_array(world->arena, uint32_t, (size_t)n * n);
    for (uint32_t from = 0; from < n; from++) {
        uint32_t *near = &store->near[from * n];
        for (uint32_t r = 0; r < n; r++) {
            uint32_t at = r;
            SimTime  rtt = link_rtt(world, from, r);
            for (; at > 0 && rtt < link_rtt(world, from, near[at - 1]); at--)
                near[at] = near[at - 1];
            near[at] = r;
        }
    }
}

static void chance_build(World *world, QuorumStore *store)
{
    uint32_t n = world->region_count;
    store->chance = sim_arena_array(world->arena, SimRng, n);
    store->choice = sim_arena_array(world->arena, SimRng, n);
    for (uint32_t r = 0; r < n; r++) {
        char *component = g_strdup_printf("%s at %s", store->name, world->regions[r].name);
        world_rng(world, &store->chance[r], component, "times");
        world_rng(world, &store->choice[r], component, "choice");
        g_free(component);
    }
}

static void state_build(World *world, QuorumStore *store)
{
    uint32_t n = world->region_count;
    size_t   replicas = (size_t)n * store->replicas;
    store->down = sim_arena_array(world->arena, uint16_t, n);
    store->down_by = sim_arena_array(world->arena, uint32_t, n);
    store->silent = sim_arena_array(world->arena, SimTime, replicas);
    store->cut = sim_arena_array(world->arena, SimTime, (size_t)n * n);
    store->hints = sim_arena_array(world->arena, QuorumHints, n * replicas);
    for (uint32_t i = 0; i < n * n; i++)
        store->cut[i] = -1;
    for (uint32_t r = 0; r < n; r++)
        store->down_by[r] = WORLD_NONE;
    for (size_t i = 0; i < replicas; i++)
        store->silent[i] = -1;
    store->flows = sim_arena_array(world->arena, uint32_t, (size_t)n * n);
    for (uint32_t from = 0; from < n; from++)
        for (uint32_t to = 0; to < n; to++) {
            uint32_t link = from == to ? WORLD_NONE : link_path(world, from, to, store->via);
            if (link != WORLD_NONE)
                store->flows[from * n + to] = link_flow_add(world, link);
        }
    for (int d = 0; d < 2; d++) {
        store->dues[d].room = 1024;
        store->dues[d].ring = g_new(QuorumDue, store->dues[d].room);
    }
    store->settled = g_array_new(FALSE, FALSE, sizeof(QuorumSettled));
}

static QuorumStore *store_build_one(World *world, uint32_t class_index, const PlanItem *item)
{
    QuorumStore *store = sim_arena_array(world->arena, QuorumStore, 1);
    *store = (QuorumStore){
        .name = item->name,
        .class_index = class_index,
        .replicas = (uint32_t)plan_number(item, QUORUM_REPLICAS),
        .write = (QuorumLevel)plan_number(item, QUORUM_WRITE),
        .read = (QuorumLevel)plan_number(item, QUORUM_READ),
        .ask_all = plan_number(item, QUORUM_CONTACT) == 1,
        .read_repair = plan_number(item, QUORUM_READ_REPAIR) != 0,
        .deliver = plan_value(item, QUORUM_DELIVER)->dist,
        .ack = plan_value(item, QUORUM_ACK)->dist,
        .ask = plan_value(item, QUORUM_ASK)->dist,
        .answer = plan_value(item, QUORUM_ANSWER)->dist,
        .write_timeout = plan_number(item, QUORUM_WRITE_TIMEOUT),
        .read_timeout = plan_number(item, QUORUM_READ_TIMEOUT),
        .speculate = plan_number(item, QUORUM_SPECULATE),
        .notice = plan_number(item, QUORUM_NOTICE),
        .hint_window = plan_number(item, QUORUM_HINT_WINDOW),
        .hint_check = plan_number(item, QUORUM_HINT_CHECK),
        .repair_every = plan_number(item, QUORUM_REPAIR),
        .via = plan_text(item, QUORUM_VIA),
    };
    const PlanValue *regions = plan_value(item, QUORUM_REGIONS);
    for (uint32_t i = 0; i < regions->count; i++)
        store->members |= 1u << world_index(world, "region", regions->ids[i]);
    if (regions->count == 0)
        store->members = world->region_count == 32 ? UINT32_MAX : (1u << world->region_count) - 1;
    /* As many nodes as replicas: all nodes of a region send to one replica elsewhere, and each
     * shares its throttle among all other nodes. */
    uint32_t nodes = store->replicas * (uint32_t)__builtin_popcount(store->members);
    int64_t  throttle = plan_number(item, QUORUM_HINT_THROTTLE);
    store->hint_rate = nodes < 2 ? throttle : throttle * store->replicas / (nodes - 1);
    if (store->hint_rate == 0)
        store->hint_rate = 1;
    near_build(world, store);
    chance_build(world, store);
    state_build(world, store);
    return store;
}

QuorumStore *quorum_build(World *world, uint32_t class_index, const PlanItem *data)
{
    const PlanValue *list = plan_value(data, DATA_CHANNELS);
    const PlanItem  *part = list->count > 0 ? plan_item(world->plan, list->ids[0]) : NULL;
    if (part == NULL || part->kind != &kind_quorum)
        return NULL;
    if (world->quorum == NULL) {
        world->quorum = sim_arena_array(world->arena, Quorum, 1);
        world->quorum->stores = sim_arena_array(world->arena, QuorumStore *, world->class_count);
        sim_engine_handle(world->engine, WORLD_QUORUM_EXPIRES, "quorum-expires", expires);
        quorum_write_handle(world);
        quorum_read_handle(world);
        quorum_hint_handle(world);
    }
    QuorumStore *store = store_build_one(world, class_index, part);
    world->quorum->stores[world->quorum->store_count++] = store;
    return store;
}

void quorum_start(World *world)
{
    Quorum *q = world->quorum;
    if (q == NULL)
        return;
    for (uint32_t s = 0; s < q->store_count; s++) {
        uint32_t answers = world->region_count * q->stores[s]->replicas;
        if (answers > q->stride)
            q->stride = answers;
        /* The faults are built after the stores. */
        q->stores[s]->broken = sim_arena_array(world->arena, uint16_t, world->fault_count + 1);
        quorum_hint_start(world, q->stores[s]);
    }
    q->room = 1024;
    q->free = WORLD_NONE;
    q->ops = g_new(QuorumOp, q->room);
    q->sets = g_new(QuorumSet, (size_t)q->room * world->region_count);
    q->answers = g_new(QuorumVersion, (size_t)q->room * q->stride);
    quorum_changed(world); /* a line may lose everything from the beginning */
}

uint32_t quorum_members(const DataClass *class)
{
    return class->quorum != NULL ? class->quorum->members : 0;
}

void quorum_free(World *world)
{
    Quorum *q = world->quorum;
    if (q == NULL)
        return;
    for (uint32_t s = 0; s < q->store_count; s++) {
        QuorumStore *store = q->stores[s];
        g_free(store->versions);
        g_free(store->keys);
        g_free(store->dues[0].ring);
        g_free(store->dues[1].ring);
        g_array_free(store->settled, TRUE);
        size_t rings = (size_t)world->region_count * world->region_count * store->replicas;
        for (size_t i = 0; i < rings; i++)
            g_free(store->hints[i].ring);
    }
    g_free(q->ops);
    g_free(q->sets);
    g_free(q->answers);
}
