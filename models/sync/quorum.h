/*
 * quorum.h: the parts of a leaderless store that its files share.
 *
 * A store keeps every key on N replicas in each of its regions. The region where a request entered
 * coordinates it; what the coordinator waits for is an operation (QuorumOp):
 *
 *   quorum.c        tables, building, levels, who is taken for dead
 *   quorum_write.c  coordinator --> replicas --> acknowledgements --> answer; the rest is hinted
 *   quorum_read.c   coordinator --> replicas --> replies --> newest version; old ones repaired
 *   quorum_hint.c   writes kept for replicas out of reach, their delivery; anti-entropy
 */
#ifndef MODELS_SYNC_QUORUM_H
#define MODELS_SYNC_QUORUM_H

#include "models/world.h"

#define QUORUM_REPLICA_LIMIT 16u
/* Bytes of a message besides the record: chosen, like those of a question (read/steps.c). */
#define QUORUM_OVERHEAD 200

typedef enum QuorumLevel { /* in the order of the words */
                           QUORUM_ONE,
                           QUORUM_TWO,
                           QUORUM_THREE,
                           QUORUM_MAJORITY,
                           QUORUM_LOCAL_ONE,
                           QUORUM_LOCAL_MAJORITY,
                           QUORUM_EACH_MAJORITY,
                           QUORUM_ALL,
} QuorumLevel;

typedef struct QuorumVersion { /* what a replica holds of a key */
    LedgerWrite write;
    SimTime     stamp;
    uint32_t    number; /* of the write in its store: the last word where stamps agree */
    uint8_t     origin;
    bool        present;
} QuorumVersion;

typedef struct QuorumHint { /* a write kept for one replica */
    QuorumVersion version;
    uint64_t      key;
    uint32_t      key_index;
} QuorumHint;

typedef struct QuorumHints { /* kept in one region for one replica, oldest first */
    QuorumHint *ring;
    uint32_t    room;
    uint64_t    first, end;
    bool        armed;   /* a delivery is scheduled */
    SimTime     since;   /* when the oldest came to an empty ring */
    bool        refused; /* the window is over: none is kept until the replica is back */
} QuorumHints;

typedef struct QuorumDue { /* an operation whose time is up at `at`, unless it is over by then */
    SimTime  at;
    uint32_t op, gen;
} QuorumDue;

typedef struct QuorumDues { /* ascending, because every operation has the same time */
    QuorumDue *ring;
    uint32_t   room;
    uint64_t   first, end;
    bool       armed;
} QuorumDues;

typedef struct QuorumSettled { /* nobody serves anything older than `write`; said when old replies
                                  are in */
    SimTime     at;
    LedgerWrite write;
} QuorumSettled;

struct QuorumStore {
    const char    *name; /* the part's */
    uint32_t       class_index;
    uint32_t       replicas; /* in each region of it */
    uint32_t       members;  /* a bit for each region that has replicas */
    QuorumLevel    write, read;
    bool           ask_all, read_repair;
    const SimDist *deliver, *ack, *ask, *answer;
    SimTime        write_timeout, read_timeout, speculate, notice;
    SimTime        hint_window, hint_check, repair_every;
    int64_t        hint_rate; /* bytes per second from one region to one replica */
    const char    *via;
    uint32_t      *flows; /* [from][to] */
    uint32_t      *near;  /* [from]: all regions, nearest first */

    QuorumVersion *versions; /* [key_index][region][replica] */
    uint64_t      *keys;     /* [key_index] */
    uint32_t       key_room;
    uint32_t       number; /* of the latest write */
    uint16_t      *broken; /* [fault]: replicas that it took down */
    uint16_t      *down;   /* [region]: replicas that faults hold down */
    uint32_t      *down_by;
    SimTime       *cut;        /* [observer][region]: out of reach since then; -1: it is in reach */
    SimTime       *silent;     /* [region][replica]: does not run since then; -1: it does */
    QuorumHints   *hints;      /* [from][to][replica] */
    QuorumDues     dues[2];    /* of writes, of reads */
    GArray        *settled;    /* QuorumSettled */
    guint          settled_at; /* those before have been said */
    SimRng        *chance;     /* [region]: times inside it */
    SimRng        *choice;     /* [region]: whom its coordinators ask */
};

typedef struct QuorumSet { /* replicas of one region, a bit each */
    uint16_t asked, done, answered;
} QuorumSet;

typedef struct QuorumOp {
    uint32_t      gen, next;
    bool          free, reads, told, expired;
    bool          orphan; /* its coordinator died */
    bool          kept;   /* what is not acknowledged is hinted */
    bool          from_hint;
    uint8_t       class_index, region;
    uint32_t      under_way; /* events that will name it */
    uint32_t      key_index; /* WORLD_NONE: nobody has written it */
    uint64_t      request;   /* request_arg of who waits */
    uint64_t      key;
    bool          before;  /* a read: the key existed before the run */
    QuorumVersion version; /* to be stored, or the newest that came back */
} QuorumOp;

struct Quorum { /* what all stores of a world share */
    QuorumOp      *ops;
    QuorumSet     *sets;    /* [op][region] */
    QuorumVersion *answers; /* [op][region][replica]: what a replica sent */
    uint32_t       room, used, free;
    uint32_t       stride; /* answers of one op */
    uint32_t       latest; /* the write begun last */
    uint32_t       store_count;
    QuorumStore  **stores;
};

/* ---- quorum.c */

static inline QuorumStore *quorum_store(const World *world, const QuorumOp *op)
{
    return world->classes[op->class_index].quorum;
}
static inline QuorumSet *quorum_set(const World *world, uint32_t op, uint32_t region)
{
    return &world->quorum->sets[(size_t)op * world->region_count + region];
}
static inline bool quorum_member(const QuorumStore *store, uint32_t region)
{
    return (store->members >> region & 1) != 0;
}
/* True if `a` is to replace `b`. */
static inline bool quorum_newer(const QuorumVersion *a, const QuorumVersion *b)
{
    if (!a->present || !b->present)
        return a->present;
    if (a->stamp != b->stamp)
        return a->stamp > b->stamp;
    return a->origin != b->origin ? a->origin > b->origin : a->number > b->number;
}
QuorumVersion *quorum_version(const World *world, QuorumStore *store, uint32_t key_index,
                              uint32_t region, uint32_t replica);
/* Whether a replica has power and runs. */
bool quorum_replica_up(const World *world, const QuorumStore *store, uint32_t region,
                       uint32_t replica);
/* Replicas of `region` that `observer` does not take for dead. */
uint16_t quorum_alive(const World *world, const QuorumStore *store, uint32_t observer,
                      uint32_t region);
/* Since when `observer` has not reached the replica; -1: it does. */
SimTime quorum_silent(const World *world, const QuorumStore *store, uint32_t observer,
                      uint32_t region, uint32_t replica);
/* Whether so many replicas of each region are enough for the level. */
bool quorum_enough(const World *world, const QuorumStore *store, QuorumLevel level, uint32_t region,
                   const uint8_t *counts);
/* Too few replicas are alive: tells the fault in the way that it hit a request. */
void quorum_refused(World *world, const QuorumStore *store, uint32_t region);
/* A message to a replica that does not run is lost: tells the fault. */
void quorum_lost_at(World *world, const QuorumStore *store, uint32_t region);

/* Operations. What is taken stays until it is told, and no event names it any more. */
uint32_t quorum_op_take(World *world, const QuorumStore *store, uint32_t region);
void     quorum_op_settle(World *world, uint32_t op);
/* The event carries where (region, replica) and the line's epoch when it left. */
void quorum_at(World *world, SimTime at, WorldEvent kind, uint32_t op, uint32_t region,
               uint32_t replica, uint32_t epoch);
typedef struct QuorumCall {
    uint32_t op, region, replica, epoch;
} QuorumCall;
QuorumCall quorum_call(World *world, const SimEvent *event);
/* Sends to another region, now: a message that is handed over for later would hold up those that
 * come before it. What a replica takes to answer is added to the arrival. False if it is lost at
 * once. */
bool quorum_send(World *world, const QuorumStore *store, uint32_t from, uint32_t to, bool answer,
                 int64_t bytes, SimTime *out_arrival, uint32_t *out_epoch);
/* Whether the line from a to b lost what was on it since the epoch; tells the fault. */
bool quorum_line_lost(World *world, const QuorumStore *store, uint32_t from, uint32_t to,
                      bool answer, uint32_t epoch);
void quorum_due(World *world, QuorumStore *store, uint32_t op, bool reads, SimTime timeout);

/* ---- quorum_write.c */

/* Sends the operation's version to the replicas of `mask` in a region. */
void quorum_write_send(World *world, uint32_t op, uint32_t region, uint16_t mask);
void quorum_write_expired(World *world, uint32_t op);
/* A copy for replicas that lack it, asked for by nobody: read repair, hints, anti-entropy. */
uint32_t quorum_copy(World *world, QuorumStore *store, uint32_t from, uint64_t key,
                     uint32_t key_index, const QuorumVersion *version);
void     quorum_write_handle(World *world);

/* ---- quorum_read.c */

void quorum_read_expired(World *world, uint32_t op);
void quorum_read_handle(World *world);

/* ---- quorum_hint.c */

/* Keeps a write for a replica, unless that has been silent for longer than the window; `again`: it
 * was kept before and its delivery failed. */
bool quorum_hint(World *world, QuorumStore *store, uint32_t from, uint32_t to, uint32_t replica,
                 const QuorumHint *hint, bool again);
/* A write is not even sent to a replica that is taken for dead: keeps it if it may. */
void quorum_skip(World *world, QuorumStore *store, uint32_t from, uint32_t to, uint32_t replica,
                 const QuorumHint *hint);
void quorum_hints_wipe(World *world, QuorumStore *store, uint32_t region);
void quorum_hint_start(World *world, QuorumStore *store);
void quorum_hint_handle(World *world);

#endif
