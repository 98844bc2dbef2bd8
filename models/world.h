/*
 * world.h: the simulated world of one run: every component's state, by index.
 *
 * Built from a plan by world_build; the models in this folder change it, one event at a time:
 *
 *   users.c --attempt--> service.c --read--> read/steps.c --ask--> link.c --> another region
 *      ^                     |                                       |
 *      +------ outcome ------+--write--> store.c --log--> sync/stream.c --link.c--> store.c
 *
 *   fault/faults.c and failover/ change regions, links and routes; ledger and windows watch.
 *
 * Components refer to each other by index. Nothing points into another component's arrays.
 */
#ifndef MODELS_WORLD_H
#define MODELS_WORLD_H

#include <glib.h>

#include "sim/base/arena.h"
#include "sim/base/dist.h"
#include "sim/base/rng.h"
#include "sim/engine/engine.h"
#include "sim/ledger/ledger.h"
#include "sim/metrics/metrics.h"
#include "sim/metrics/windows.h"
#include "sim/plan/plan.h"

#define WORLD_REGION_LIMIT LEDGER_REGION_LIMIT
#define WORLD_CHANNEL_LIMIT 2u /* channels of one data class */
#define WORLD_WRITE_LIMIT 4u   /* data classes one service writes */
#define WORLD_CALL_LIMIT 4u    /* other services one service calls */
#define WORLD_NONE UINT32_MAX
#define WORLD_WINDOWS_WANTED 180  /* when the scenario does not say: about as many */
#define WORLD_CELL_LIMIT 2000000u /* windows * services * regions * cohorts; 2 KB each at most */

/* Kinds of events; the handler of each stands in the named file. */
typedef enum WorldEvent {
    WORLD_ARRIVAL,        /* users.c: the next request of a demand */
    WORLD_RETRY,          /* users.c: the next attempt of a request */
    WORLD_FOLLOW,         /* users.c: the next step of a journey */
    WORLD_GIVE_UP,        /* users.c: deadlines of a service */
    WORLD_WORK_DONE,      /* service.c */
    WORLD_ASK_ARRIVES,    /* read/steps.c: a question reaches another region */
    WORLD_ANSWER_ARRIVES, /* read/steps.c */
    WORLD_ASK_TIMEOUT,    /* read/steps.c */
    WORLD_MADE_ANEW,      /* read/ends.c: a regenerated record or a default answer is ready */
    WORLD_WRITE_ARRIVES,  /* service.c: a forwarded write reaches the owner */
    WORLD_WRITE_ANSWER,   /* service.c */
    WORLD_CHANGE_ARRIVES, /* sync/stream.c */
    WORLD_CHANGE_APPLIED, /* sync/stream.c */
    WORLD_STREAM_RESUMES, /* sync/stream.c */
    WORLD_STREAM_PUMPS,   /* sync/stream.c: a full path has room again */
    WORLD_FAULT_BEGINS,   /* fault/faults.c */
    WORLD_FAULT_ENDS,     /* fault/faults.c */
    WORLD_FLAP,           /* fault/faults.c */
    WORLD_PROBE,          /* failover/watch.c: a health probe is due */
    WORLD_PROBE_RESULT,   /* failover/watch.c: nobody answered it */
    WORLD_FAILOVER_STAGE, /* failover/pipeline.c */
    WORLD_SAMPLE,         /* world.c: lag is measured */
    WORLD_CHANGE_ACKED,   /* sync/hold.c */
    WORLD_HOLD_TIMER,     /* sync/hold.c: a fallback, or a commit wait, is over */
    WORLD_QUORUM_ARRIVES, /* sync/quorum_write.c: a write is at the first node of a region */
    WORLD_QUORUM_APPLIES, /* ... at a replica */
    WORLD_QUORUM_ACKED,
    WORLD_QUORUM_ASKED, /* sync/quorum_read.c: a question is in another region */
    WORLD_QUORUM_LOOKS, /* ... at a replica */
    WORLD_QUORUM_REPLIED,
    WORLD_QUORUM_EXPIRES, /* sync/quorum.c */
    WORLD_QUORUM_HINTS,   /* sync/quorum_hint.c */
    WORLD_QUORUM_REPAIR,  /* sync/quorum_hint.c */
    WORLD_HEARTBEAT,      /* sync/consensus.c: a leader's */
    WORLD_ELECTION,       /* sync/consensus.c: a voter's timer, or a message */
    /* New kinds at the end: the number of a kind is in the fingerprint of the schedule. */
    WORLD_PUBLISH,           /* sync/broker.c: a producer sends a message to its broker */
    WORLD_BROKER_TIMER,      /* sync/broker.c */
    WORLD_RESYNC,            /* sync/resync.c: a step of a full copy, or a report of a target */
    WORLD_LOOKED_UP,         /* read/steps.c: the store that is asked has come to a question */
    WORLD_QUORUM_SPECULATES, /* sync/quorum_read.c: an answer is late */
    WORLD_STREAM_REPAIRED,   /* sync/stream.c: an operator has repaired a conflict */
    WORLD_SWITCH,            /* switch.c */
    WORLD_INTENT,            /* intent.c: a promise, or the answer to it, arrives */
    WORLD_INTENT_AGAIN,      /* intent.c: the first of a queue may have to be sent again */
    WORLD_CHANGE_TWICE,      /* sync/twice.c: the network brings a change again */
    WORLD_FAULT_STEPS,       /* fault/faults.c: a fault that comes by degrees goes on */
    WORLD_WORK_FAILED,       /* service.c: work that ends with an error */
    WORLD_CALL_ENDED,        /* call.c: the request that another waits for is over */
    WORLD_FAULT_LOOKS,       /* fault/when.c: somebody looks whether a condition holds */
    WORLD_ASK_AGAIN,         /* read/steps.c: a step that nobody answered */
    WORLD_SERVICE_AGAIN,     /* service.c: what failed elsewhere is tried again */
    WORLD_FORWARD_TIMEOUT,   /* service.c: a forwarded write takes too long */
    WORLD_CONNECT,           /* client/connections.c: a user sets its connection up anew */
    WORLD_RETURN,            /* users.c: a user who had failed comes back */
    WORLD_EVENT_COUNT,
} WorldEvent;

/* ---- regions, links ---------------------------------------------------------------------- */

typedef struct Region {
    /* What requests look at lies in the first cache line. */
    _Alignas(SIM_CACHE_LINE) uint32_t down; /* faults that hold it down; > 0: no power */
    uint32_t    down_by;                    /* the fault to blame while down > 0, else WORLD_NONE */
    uint32_t    route; /* where users nearby are sent by a fresh name look-up */
    uint32_t    route_before;
    SimTime     route_changed; /* when route replaced route_before */
    SimTime     warm_at;       /* works at half speed before this */
    uint32_t    paused;        /* faults that keep its processes from running */
    bool        gone;          /* disks destroyed, not returned */
    const char *name;
    uint32_t    zones, zones_down;
    uint32_t    zones_by; /* the latest fault that took one; valid while zones_down > 0 */
    SimTime     clock_offset, clock_drift, clock_sync;
    uint32_t    clock_faults; /* in force */
    uint32_t    shots;        /* of `down`: controllers that switched it off */
    SimTime     dark_at;      /* when power was lost last; -1: never */
    SimTime     lit_at;       /* ... and came back; -1: never */
} Region;

/* Who accepts the writes of users at home in a region: in truth, and as each region believes. The
 * regions share one; data whose store elects its own owner has another. A region gains and loses
 * all homes that it owns together. */
typedef struct Roles {
    uint8_t  owner[WORLD_REGION_LIMIT];                    /* [home] */
    uint8_t  seen[WORLD_REGION_LIMIT][WORLD_REGION_LIMIT]; /* [region][home] */
    uint32_t homes;                                        /* bit per home that matters */
    uint32_t moves;                                        /* promotions so far */
    GArray  *asides; /* Aside: what replaced owners alone had; NULL: nobody asks */
    uint32_t fenced; /* bit per region that may not accept writes */
    uint32_t banned; /* ... while a role is being handed over */
    uint8_t  bans[WORLD_REGION_LIMIT]; /* [region]: hand-overs that ban it */
} Roles;

typedef struct Flow { /* what shares a link with others, and waits only for its own kind */
    SimTime free;     /* when its last byte has left */
    int64_t bits;     /* shares of the line that were asked for last, */
    SimTime takes;    /* and how long those take: mostly it is the same again */
    int64_t bytes;    /* carried, for the cost table */
} Flow;

typedef struct Link { /* one direction */
    /* Sending looks at two cache lines, and at the flow. */
    _Alignas(SIM_CACHE_LINE) const SimDist *latency; /* NULL: half_rtt */
    SimTime        half_rtt;
    const SimDist *jitter;       /* NULL: none */
    SimTime        jitter_mean;  /* of a jitter that is exponential; else -1 */
    SimChance      loss;         /* in force */
    SimTime        extra;        /* added by faults */
    SimTime        jam_until;    /* nothing leaves before; -1: no jam */
    uint32_t       cuts, resets; /* faults in force */
    uint32_t       ends_down;    /* ends without power */
    uint32_t       blame;        /* the latest fault in force, else WORLD_NONE */

    Flow    *flows; /* 0 is all requests */
    uint32_t flow_count;
    uint32_t epoch; /* raised when what is in flight is lost */
    int64_t  taken; /* messages; what was lost on the way is among them */
    SimRng   rng;
    uint32_t flow_room;
    uint32_t lost_by;                   /* the fault that broke the line last */
    bool     lost_by_reset;             /* then: both ends of the connections were told */
    bool     severed;                   /* down, and nothing is on it any more */
    int64_t  late;                      /* taken, and held up by faults or losses */
    int64_t  lost;                      /* taken, and lost on the way: among the next three, too */
    int64_t  dropped, bounced, replies; /* not delivered: see LinkLoss */

    const char *name; /* as given, or "a-b" */
    const char *network, *risk;
    uint32_t    from, to;
    int64_t     full_bandwidth;
    int64_t     bandwidth; /* bits per second, in force */
    int64_t     keep_ppb;  /* planned share of packets kept */
} Link;

typedef enum LinkFate {
    LINK_DELIVERS,
    LINK_DROPS,   /* silently */
    LINK_REFUSES, /* at once */
} LinkFate;

/* What it means to its sender that a message was not delivered. Never two for one message. */
typedef enum LinkLoss {
    LINK_DROPPED,    /* silently: a time-out will tell, and nobody knows what was done */
    LINK_BOUNCED,    /* the sender was told at once */
    LINK_REPLY_LOST, /* it was an answer: what was asked for is done, and who asked does not know */
} LinkLoss;

/* ---- data -------------------------------------------------------------------------------- */

typedef struct Version { /* what a region's store holds of a key */
    LedgerWrite write;   /* 0: the state before the run, if any */
    SimTime     stamp;
    uint32_t    origin;
    bool        present; /* made or received during the run */
    bool        frozen;
} Version;

typedef struct LogEntry {
    LedgerWrite write;
    SimTime     stamp;
    SimTime     at;   /* committed */
    uint64_t    got;  /* channel * 32 + region: received there */
    uint64_t    done; /* applied there, or given up */
    uint32_t    key_index;
    bool        kept; /* the new owner has it: it outlives the role of its source */
} LogEntry;

typedef struct Aside { /* a change that was set aside in a region that lost its role */
    LogEntry entry;
    uint32_t class_index, region;
    bool     settled; /* it was put back, or need not be */
} Aside;

typedef struct Orphan { /* a change of a lost region that not every other region got */
    LogEntry entry;
    uint32_t from, holders;
} Orphan;

typedef struct Log { /* changes accepted by one region for one class, in commit order */
    LogEntry *ring;
    uint32_t  room;      /* power of two */
    uint64_t  base, end; /* positions kept: [base, end) */
    uint32_t  slowest;   /* 1 + a stream that has settled no more than `base`; 0: none is known */
    uint32_t *past;      /* [position][region]: what a change had seen; NULL: nobody asks */
} Log;

typedef enum ReadKind {
    READ_LOCAL,
    READ_NEGATIVE_CACHE,
    READ_SECONDARY,
    READ_BACK_SOURCE,
    READ_REGENERATE,
    READ_FALLBACK,
    READ_FAIL,
    READ_QUORUM, /* "local" of a leaderless store: its coordinator there */
} ReadKind;

typedef enum ReadAsk { READ_ASK_HOME, READ_ASK_ALL, READ_ASK_HINT } ReadAsk;

typedef struct ReadGuard {    /* what keeps a dead region from holding every thread: read/guard.c */
    uint32_t            pool; /* calls outstanding at once from a region; 0: no limit */
    uint32_t           *outstanding;  /* [region that asks] */
    struct ReadBreaker *breakers;     /* [region that asks][region asked]; NULL: none */
    SimTime             bucket, open; /* width of a bucket of the window; how long it stays open */
    int64_t             requests, errors_ppb;
    int64_t            *full, *broken; /* [region that asks]: calls refused by pool and breaker */
} ReadGuard;

typedef struct Again { /* how a service or a step tries again: again.c */
    uint32_t attempts;
    int64_t  budget_ppb;
    SimTime  backoff, cap;
    int64_t *tokens; /* [region that tries]: retries allowed, in parts per billion */
    int64_t *tried;  /* ... retries made */
    SimRng   rng;
} Again;

typedef struct ReadStep {
    ReadKind       kind;
    ReadAsk        ask;
    const char    *name;
    const char    *part; /* full name in the plan */
    SimTime        timeout;
    const char    *via;
    const SimDist *cost;
    SimTime        lookup;      /* time of the store that is asked for one question */
    SimTime       *lookup_free; /* [region asked]: when it has done what came so far */
    ReadGuard     *guard;       /* NULL: none */
    Again         *again;       /* NULL: it is not tried again */
    bool           keep;        /* what was found stays in the store of the region that asked */
    bool           only_unsure; /* a fallback only where some step could not ask */
    uint32_t       by;          /* the service that makes a record anew; WORLD_NONE: none does */
    SimChance      chance;      /* of a wrong hint; of there being a default answer */
    SimRng        *rng;         /* for `chance`; NULL: not drawn */
} ReadStep;

typedef struct ReadCount {
    int64_t          fresh;
    int64_t          own;      /* R2 */
    int64_t          versions; /* missed by stale reads */
    MetricsHistogram age;      /* of stale reads */
} ReadCount;

typedef struct Negatives Negatives; /* read/negative.c */

typedef enum OwnerRule {
    OWNER_HOME,
    OWNER_ANY,
    OWNER_SINGLE,
    OWNER_SEGMENT,
    OWNER_PROVISIONAL
} OwnerRule;

/* What happens when changes meet; the order of the words of data.conflict. */
typedef enum ConflictRule {
    CONFLICT_LWW,
    CONFLICT_HLC,
    CONFLICT_REJECT,
    CONFLICT_KEEP_FIRST,
    CONFLICT_HOME,
    CONFLICT_FREEZE,
    CONFLICT_VERSION,
    CONFLICT_REGISTER,
    CONFLICT_ARRIVAL,
    CONFLICT_OVERWRITE,
    CONFLICT_SIBLINGS,
    CONFLICT_SET,
    CONFLICT_COUNTER,
    CONFLICT_INTERRUPT,
    CONFLICT_IGNORE,
} ConflictRule;

/* Of one key in one store, about the changes made at one region, which number theirs from 1. */
typedef struct Cause {
    uint32_t held; /* the one that the store shows; 0: none */
    uint32_t seen; /* all up to this one are in the past of what the store shows */
} Cause;

typedef struct KeyTable { /* key -> dense index of touched keys */
    uint32_t *direct;     /* [key]: index + 1, for small key spaces; then the rest is not used */
    uint64_t *keys;       /* key + 1; 0: empty */
    uint32_t *indices;
    uint32_t  room, count;
} KeyTable;

typedef struct Hold {     /* a commit whose user is not told yet */
    uint64_t    position; /* in the source's log */
    uint64_t    request;  /* request_arg of who waits */
    LedgerWrite write;
    SimTime     at, stamp;
    uint32_t    key_index;
    bool        shown; /* readers at the source see it */
} Hold;

typedef struct Alone { /* a source that waited for copies in vain, and went on without them */
    uint32_t class_index, region;
    SimTime  waited, from; /* since when the oldest commit waited; when they were all released */
    SimTime  to;           /* -1: not again */
} Alone;

typedef struct Holds { /* of one class at one source, in log order */
    Hold    *ring;
    uint32_t room; /* power of two, or 0 */
    uint64_t first, end;
    bool     degraded;        /* goes on without copies */
    SimTime  armed_for;       /* -1: no timer */
    int64_t  held, fallbacks; /* so far */
    SimTime  waited, longest;
} Holds;

typedef struct ResyncSource { /* what a region does for the targets of a channel */
    uint64_t from;            /* the history has nothing below this position */
    uint32_t turn;            /* raised when it stops */
    bool     armed;           /* a snapshot is about to begin */
    bool     writing;         /* ... is being written */
    uint32_t good;            /* targets that reported of late */
} ResyncSource;

typedef struct Calls       Calls;       /* call.c */
typedef struct QuorumStore QuorumStore; /* sync/quorum.h */
typedef struct Quorum      Quorum;
typedef struct Consensus   Consensus; /* sync/consensus.c */
typedef struct Copies      Copies;    /* sync/twice.c */

typedef struct Undo { /* a change that is not on its store's disk yet, and what it replaced */
    SimTime     at;
    LedgerWrite write;
    uint64_t    position; /* in the log */
    uint32_t    key_index;
    Version     before;
} Undo;

typedef struct Journal { /* of one class in one region: see sync/flush.c */
    Undo    *ring;
    uint32_t room; /* power of two, or 0 */
    uint64_t first, end;
    SimTime  flush;
    bool     log_ahead;
    GArray  *reused; /* Undo: changes whose keys are given away again, though targets have them */
} Journal;

typedef struct DataClass {
    const char   *name;
    PlanId        item;
    bool          create_only, unique, idempotent, losable, recoverable;
    uint64_t      keys; /* 0: one per user */
    int64_t       size;
    OwnerRule     owner;
    uint32_t      owner_region;
    uint32_t      segments; /* equal ranges that its shared keys are divided into */
    Roles        *roles;
    Consensus    *consensus; /* NULL: its channels elect nobody */
    LedgerRule    rule;
    uint32_t      channels[WORLD_CHANNEL_LIMIT], channel_count;
    bool          multi_master;
    uint32_t     *flushed; /* [region]: 1 + the fault that emptied it last; NULL: there is none */
    ReadStep     *steps;
    ReadCount    *reads; /* per step */
    uint32_t      step_count;
    bool          local_first;      /* the first step is the region's own store */
    bool          absent_if_unsure; /* "no such record" although some step could not ask */
    Negatives    *negatives;        /* of the negative cache among the steps; NULL: none */
    KeyTable      table;
    Version      *versions; /* [key_index][region] */
    uint8_t      *made_at;  /* [key_index]: region named by the record's id */
    uint32_t      key_room;
    Log          *logs;        /* [region] */
    Holds        *holds;       /* [region]; NULL: no commit waits */
    uint32_t      ack_channel; /* whose acknowledgements count, or WORLD_NONE */
    uint32_t     *mute;        /* [region]: bit per source whose data it does not serve; or NULL */
    ResyncSource *gate;        /* [region]: targets that reported; NULL: nobody needs to */
    uint32_t      gate_least;  /* so many must have */
    GArray       *orphans;     /* Orphan */
    uint32_t     *crashed;     /* [region]: faults that hold the store down */
    uint32_t     *crashed_by;
    uint32_t     *slow; /* [region]: product of the factors in force, in WORLD_PACE */
    uint32_t     *slow_by;
    uint32_t     *barred; /* [region]: faults that forbid writes; NULL: there is none */
    uint32_t     *full;   /* [region]: faults that forbid changes of others too; with `barred` */
    uint32_t     *barred_by;
    ConflictRule  conflict;
    uint32_t      registers;  /* fields of a record that are kept apart; otherwise 1 */
    SimTime      *hybrid;     /* [region]: the latest stamp made or seen; NULL: physical clocks */
    SimTime       max_offset; /* 0: none */
    Journal      *journals;   /* [region]; NULL: what is committed is on the disk */
    bool          merges;     /* a read gets a state: siblings, sets, counters */
    bool          causal;     /* stores know what a change had seen: `causes` */
    Cause        *causes;     /* [key_index][region][origin] */
    uint32_t      past_width; /* regions, in the logs' pasts */
    SimTime       repair;     /* the operator's, after an interruption; 0: never comes */
    SimTime       lifetime;   /* of a record; 0: it lasts */
    int64_t       crossed;    /* changes that met one that they had not seen */
    uint32_t      most_siblings;
    QuorumStore  *quorum; /* a leaderless store: replicas instead of versions; else NULL */
} DataClass;

/* ---- channels ---------------------------------------------------------------------------- */

typedef enum DivergentTail {             /* changes that a new owner lacks */
                             TAIL_STAYS, /* where others have them; only what nobody else has is set
                                            aside */
                             TAIL_SET_ASIDE, /* wherever they are */
                             TAIL_THROWN_AWAY,
} DivergentTail;

typedef struct ResyncSetup {      /* limits of what a source keeps for its targets: sync/resync.c */
    int64_t  buffer, buffer_soft; /* 0: no limit */
    SimTime  buffer_soft_for;
    int64_t  history; /* 0: all */
    SimTime  history_for;
    bool     leases;    /* history_for counts for each target alone */
    bool     in_memory; /* the history is gone when the source stops */
    int64_t  dataset, snapshot_rate, load_rate;
    SimTime  snapshot_delay, operator_after;
    bool     serve_stale;
    uint32_t min_replicas;
    SimTime  max_lag;
} ResyncSetup;

typedef enum ResyncStage {
    RESYNC_NONE,
    RESYNC_WAITS,    /* for a snapshot, or for somebody to start it */
    RESYNC_SNAPSHOT, /* the source writes it */
    RESYNC_TRANSFER,
    RESYNC_LOADING,
    RESYNC_READY, /* the source does not know yet */
} ResyncStage;

typedef struct Resync { /* of a stream whose source has limits */
    ResyncStage stage;
    uint32_t    turn;       /* raised when a full copy ends: a step that was planned must name it */
    bool        broken;     /* the source closed the connection, or one end stopped */
    bool        diverged;   /* the target has what the source will never have */
    bool        ready;      /* somebody has started the full copy */
    uint32_t    corrupt_by; /* the fault that spoilt the target's copy; WORLD_NONE: it is whole */
    SimTime     soft_since; /* more than buffer_soft waits; -1: less */
    uint64_t    snapshot;   /* the copy has everything below */
    int64_t     left;       /* bytes of the copy to be sent */
    SimTime     last_arrival;
    SimTime     reported; /* by the target, as the source knows */
    uint32_t    flow, back;
    uint32_t    row; /* in the world's, of the latest connection */
} Resync;

typedef enum ResyncEnd {
    RESYNC_OPEN,
    RESYNC_DONE,
    RESYNC_OVERFLOWED, /* too much waited meanwhile */
    RESYNC_BROKE_OFF,
} ResyncEnd;

typedef struct ResyncRow { /* a target that connected again */
    uint32_t  stream;
    bool      full;
    ResyncEnd end;
    SimTime   lost, began;
    SimTime   loading, ended; /* -1: not reached */
    int64_t   lacked;         /* bytes of the stream */
} ResyncRow;

typedef struct ChannelSetup { /* what tells one kind of channel from another */
    bool           in_order;
    bool           multi_master; /* the old owner's changes are still merged after a failover */
    SimTime        relay;        /* from the commit until it can be sent */
    SimTime        flush;        /* from the commit until it is on the source's disk */
    bool           log_ahead;    /* sent, and kept, before that */
    SimTime        poll, retention, checkpoint;
    SimTime        notice, reconnect;
    const SimDist *apply;
    SimTime        constant_apply; /* -1: not constant */
    const char    *via;
    DivergentTail  divergent;
    /* What a commit waits for: see sync/hold.c. */
    uint32_t acks;             /* copies elsewhere; 0: none */
    uint32_t voters;           /* bit per region whose copy counts */
    bool     ack_applied;      /* a copy counts when it is applied; otherwise when it is received */
    bool     shown_late;       /* readers at the source see a change when it is acknowledged */
    bool     cancel_shows;     /* ... or when its user stops waiting */
    SimTime  fallback;         /* after this the source goes on without copies; 0: never */
    SimTime  commit_wait;      /* at least this long, however fast the copies are */
    const ResyncSetup *resync; /* NULL: the log is kept until every target has it */
} ChannelSetup;

typedef enum BrokerPart { BROKER_ALL, BROKER_LEADER, BROKER_OTHERS } BrokerPart;

typedef struct Broker { /* of one queue in one region: replicas of which one leads; sync/broker.c */
    uint32_t leader_down, others_down; /* faults that hold them down */
    uint32_t leader_by, others_by;     /* the first of those; leader_by stays until it is judged */
    uint32_t epoch;                    /* raised when a timer that is set has no meaning any more */
    bool     open;                     /* somebody leads: messages come in and go out */
    bool     counted;                  /* the others are down, but still counted as in sync */
    bool     taken_over;               /* one of the others leads, the old leader is down */
    bool     electing;                 /* one of the others will lead */
    bool     judged;                   /* what the crash cost has been booked */
    bool     steady;                   /* open, and nothing waits or is refused */
    SimTime  crashed_at, others_down_at;
    SimTime  flush_phase;
    SimTime  opened_at;
} Broker;

typedef enum QueueAcks { QUEUE_ACKS_NONE, QUEUE_ACKS_LEADER, QUEUE_ACKS_ALL } QueueAcks;

typedef struct Queue {      /* what only a channel that is a message queue has */
    bool      outbox, once; /* once: a message that is sent twice is recognised by the broker */
    QueueAcks acks;
    uint32_t  replicas, min_isr, attempts;
    bool      unclean;
    SimTime   relay; /* from the commit to the broker */
    SimTime   send_timeout, backoff, give_up;
    SimTime   follow, isr_lag, election, flush, flush_every, ttl;
    uint32_t  consumers, redeliver;
    bool      by_key;
    Broker   *brokers; /* [region] */
} Queue;

typedef struct Channel {
    const char   *name;              /* the part's */
    uint32_t      class_index, slot; /* slot: position in the class's list */
    ChannelSetup  setup;
    Queue        *queue;        /* NULL: no message queue */
    uint32_t      first_stream; /* streams are [first_stream + from * R + to] */
    ResyncSource *sources;      /* [region]; NULL without limits */
    bool          at_once; /* what is committed can be sent: no disk or broker before, no poll */
} Channel;

typedef struct Stream {
    /* Sending looks at the first cache line, arriving at the second, too. */
    _Alignas(SIM_CACHE_LINE) Log *log; /* of the source */
    uint32_t  channel, class_index;    /* class_index: the channel's */
    uint32_t  link, epoch;             /* epoch: 16 bits travel with messages */
    uint8_t   from, to;
    uint16_t  flow;
    bool      stalled;
    bool      moved;        /* the source lost its role: nothing more is shipped */
    bool      pump_armed;   /* the path is full; a wake-up goes on sending */
    bool      limited;      /* `resync` is there */
    uint64_t  bit;          /* of the channel and `to`, in log entries */
    uint64_t  sent;         /* next position to send */
    uint64_t *settled;      /* all below are applied or given up; in world->settled */
    SimTime   last_arrival; /* in order: nothing arrives before it */

    uint64_t received;                  /* all below have arrived */
    SimTime  arrivals_end, applies_end; /* latest time in each lane: a lane only grows */
    SimTime  apply_free_at;
    SimLane  arrivals, applies;
    uint32_t catch_up; /* entry being filled, or WORLD_NONE */
    uint32_t back;     /* the link of acknowledgements, or WORLD_NONE */
    uint64_t again;    /* what lies below is sent again although it has arrived */
    Resync  *resync;   /* NULL without limits */

    uint32_t attempt;          /* raised when the path breaks: a planned resumption must name it */
    bool     noticed_at_once;  /* connections were reset */
    bool     in_flight_lost;   /* of a stalled one: nothing is on the way any more */
    bool     interrupted;      /* by a conflict: an operator has to repair it */
    uint64_t pardoned;         /* 1 + the position that the operator has decided; 0: none */
    uint64_t lost_with_source; /* changes that the target never got from a lost source */
    SimTime  stalled_at;
    uint64_t catch_target;
    uint64_t checkpoint; /* position noted last */
    SimTime  checkpoint_at;
    SimTime  checkpoint_phase; /* of checkpoints within their interval */
    uint64_t again_waiting;    /* of those below `again`, not applied again yet: no checkpoint */
    SimTime *free_at;          /* [consumer]: when it has done its work; NULL: there is one */
    int64_t  repeats;          /* messages sent again */
    SimRng   rng;
    uint64_t ack_sent; /* by the target: it has everything below */
    uint64_t acked;    /* as the source knows */
} Stream;

/* ---- services, users --------------------------------------------------------------------- */

/* One attempt among those of its service that are under way, in the order in which they began, and
 * so of their deadlines. Nodes are services first, then requests: node_of_request. A node that is
 * in no list is its own neighbour, so that taking it out asks nothing. */
typedef struct Due {
    uint32_t before, after;
} Due;

typedef struct ServiceSite { /* a service in a region */
    uint32_t threads, busy, peak;
    uint32_t queued, first, last; /* requests waiting, by slot */
    uint32_t slow;                /* product of the factors in force, in WORLD_PACE; WORLD_SPOILT */
    uint32_t slow_by;             /* the latest of those faults */
    SimRng   rng;
} ServiceSite;

typedef struct Service {
    /* An ordinary request looks at the first two cache lines. */
    _Alignas(SIM_CACHE_LINE) uint32_t read_count;
    uint32_t          write_count, call_count;
    SimLane           lane; /* of constant work */
    SimTime           deadline;
    SimTime           constant_work; /* -1: not constant */
    const SimDist    *work;
    ServiceSite      *sites;          /* [region] */
    MetricsHistogram *latency;        /* [region nearby] */
    uint32_t          surge;          /* product of the factors in force */
    bool              creates;        /* writes a class of records that are only ever created */
    bool              tells;          /* somebody may have to learn that a request was served */
    bool              hot;            /* a fault lets one user ask for many */
    bool              deadline_armed; /* an event will look at the list of its attempts */
    uint32_t          reads[8], writes[WORLD_WRITE_LIMIT], calls[WORLD_CALL_LIMIT];

    const char    *name;
    PlanId         item;
    Again         *again;   /* NULL: what fails elsewhere has failed */
    SimTime        timeout; /* of a forwarded write; 0: none */
    uint32_t       threads, queue_limit;
    bool           core;
    SimChance      unknown; /* share of requests for a record that nobody ever made */
    uint64_t       unknown_names;
    uint32_t       follow; /* WORLD_NONE: nobody */
    const SimDist *follow_after;
    SimChance      follow_share, follow_elsewhere;
    SimRng         rng;
    uint32_t      *cut_by; /* [region]: the latest fault that takes threads away; or NULL */
} Service;

typedef enum ResolverKind { RESOLVER_DNS, RESOLVER_HTTP, RESOLVER_PROXY } ResolverKind;

typedef struct Connections Connections; /* client/connections.c */

typedef struct Cohort {
    /* Ordinary arrivals look at the first cache line. */
    _Alignas(SIM_CACHE_LINE) uint64_t count;
    uint64_t     salt;
    SimTime      network;
    uint32_t     only_home, only_access; /* WORLD_NONE: there are several */
    ResolverKind resolver;
    bool         by_home; /* the proxies' rule */
    int64_t      budget_ppb;
    int64_t     *tokens;     /* [service]: retries allowed, in parts per billion */
    uint64_t    *home_until; /* [region]: cumulative thresholds on a hash */

    uint64_t      *access_until;
    const char    *name;
    PlanId         item;
    uint64_t       newcomers; /* users that joined during the run */
    SimTime        patience;
    SimTime        ttl; /* of names; of a proxy's rule: the latest that one gets it */
    SimChance      ignore, connected;
    SimTime        cache, timeout; /* of answers over HTTP */
    uint32_t       asks;           /* the region that gives those; WORLD_NONE: always somebody */
    uint32_t       attempts;
    SimTime        backoff, backoff_cap;
    SimChance      elsewhere;
    Connections   *connections; /* NULL: users keep none open */
    SimChance      returns;     /* who failed comes back, after a while */
    const SimDist *return_after;
    SimRng        *returning; /* NULL: nobody does */
    SimRng         rng;
} Cohort;

typedef struct Demand {
    /* Arrivals look at two cache lines. */
    _Alignas(SIM_CACHE_LINE) uint32_t cohort;
    uint32_t service;
    bool     diurnal;
    bool     even;     /* at equal distances */
    bool     mistaken; /* some ask for what nobody made: `unknown` says who */
    uint32_t surge;    /* factor the pending gap was drawn for */
    SimTime  gap;      /* mean_gap under the surges in force */
    SimTime  next_gap; /* drawn ahead, unless its stream serves another purpose, too */
    SimRng   ahead;    /* `rng` after that draw */
    SimRng   rng, pick;

    SimRng  unknown;
    int64_t rate;     /* events per 1e9 s, at the mean of the shape */
    SimTime mean_gap; /* at the peak of the shape */
} Demand;

typedef struct Request { /* one attempt, while anybody may still ask about it */
    uint64_t     user, key;
    uint64_t     spread;  /* a hash of the key: picks one of a class's shared keys */
    SimTime      issued;  /* the first attempt */
    SimTime      began;   /* this attempt */
    SimTime      network; /* time outside the regions: not an event, but part of the latency */
    uint64_t     token;   /* the wait that a wake-up must name */
    MetricsCell *cell;    /* where its outcome counts; NULL: outside of all windows */
    uint32_t     next;    /* free list or queue */
    uint16_t     service, cohort;
    uint8_t      access, entry, home;
    uint8_t      attempt; /* from 1 */
    /* write_count of them; from there on the versions that its changes name (conflict_read). */
    LedgerWrite writes[WORLD_WRITE_LIMIT];
    SimTime     answer_at; /* when the answer that is kept arrives */
    /* From here on zero when it is taken: request_take. */
    uint32_t link;
    union {
        uint32_t link_epoch; /* of the path of a forwarded write */
        uint32_t asked;      /* while reading: regions whose answer is awaited, by bit */
    };
    LedgerWrite answer;
    uint8_t     op, step; /* where it is in its reads, then writes */
    uint8_t     peer;     /* the region asked */
    uint8_t     awaited;  /* answers outstanding */
    uint8_t     write_count;
    uint8_t     told;    /* of those writes: the user knows, or never will */
    uint8_t     state;   /* RequestState */
    uint8_t     failure; /* MetricsFailure of a failing read chain */
    bool        gave_up; /* the user does not wait any more */
    bool        answer_found;
    /* Those that tell a request from the ordinary one are next to each other: one look. */
    bool    stale : 1, remote : 1, regenerated : 1, refused : 1;
    bool    degraded : 1;    /* a default answer stands for some record */
    bool    absent : 1;      /* the answer is that there is no such record */
    bool    provisional : 1; /* some write is promised and not done */
    bool    cut_short : 1;   /* some step of this read could not ask or was not answered */
    bool    fanned : 1;      /* this step has asked all regions */
    bool    called : 1;      /* another request waits for this one: call.c */
    bool    resumed : 1;     /* its work is done: what is left needs a thread, but no time */
    bool    inside : 1;      /* a service asks, no user */
    bool    connects : 1;    /* sets a connection up */
    uint8_t asks;            /* of the step that it waits for: times it was tried */
    uint8_t tries;           /* of what it needs elsewhere, by the service: as again.c counts */
    /* 1 + the index of its key in the class that its first operation is about; 0: not known. */
    uint32_t first_key;
} Request;

typedef enum RequestState {
    REQUEST_FREE,
    REQUEST_QUEUED,
    REQUEST_WORKING, /* on a thread */
    REQUEST_WAITING, /* on a thread, for another region */
    REQUEST_DEAD,    /* its region died; the user has yet to notice */
    REQUEST_AWAY,    /* on no thread: its user has to do something else first (call.c) */
} RequestState;

/* ---- faults, failover -------------------------------------------------------------------- */

typedef struct FaultKind  FaultKind;  /* fault/fault.h */
typedef struct Pauses     Pauses;     /* fault/pause.c */
typedef struct FaultWatch FaultWatch; /* fault/when.c */

typedef struct Fault {
    const char      *name, *kind, *target;
    const FaultKind *behaviour;
    PlanId           item;
    SimTime          start, end;   /* of all occurrences; end: SIM_TIME_NEVER if it lasts */
    SimTime          began, until; /* of the occurrence in force, or else the next or last one */
    SimTime          lasts, every; /* 0: not given */
    SimTime          last;         /* no occurrence but the first begins here or later */
    const SimDist   *mttf, *mttr;  /* NULL: it does not come at random */
    SimRng          *times, *rng;  /* of those; of what it does to one message */
    int64_t          count;        /* occurrences begun */
    SimTime          spent;        /* in force, without the occurrence that still is */
    SimChance        share;        /* of messages */
    bool             resets;       /* a cut refuses connections */
    bool             may_miss;
    bool             in_force, flapped;
    bool             took_effect; /* besides what it hit */
    FaultWatch      *watch;       /* its condition; NULL: none */
    bool             lingers;     /* over, but its effect is not */
    uint32_t         step;        /* of the occurrence in force: how far it has come */
    SimTime          noticed;     /* a bad change: when somebody stops its waves */
    uint32_t         holds;       /* a region that it holds down; WORLD_NONE: none */
    uint32_t        *links, link_count;
    int64_t          dropped, bounced, replies; /* messages: see LinkLoss */
    int64_t          delayed, refused, held;
} Fault;

#define RECOVERY_STAGES 12u
#define RECOVERY_RECONCILES                                                                        \
    (RECOVERY_STAGES - 1) /* the place of what happens beside the others                           \
                           */

typedef struct Stage {
    const char *name;
    SimTime     start, end; /* end -1: not finished */
} Stage;

typedef struct Recovery { /* a region that was declared dead, and what was done about it; or a
                             planned move */
    uint32_t failover, region, heir; /* heir: WORLD_NONE while there is none */
    Stage    stages[RECOVERY_STAGES];
    uint32_t stage_count;
    bool     called_off; /* in its last stage */
    bool     is_switch;
    int64_t  put_back, written_again; /* changes that only the region had had */
} Recovery;

typedef struct Sight { /* what one observer knows of one region */
    uint32_t failures; /* probes in a row without an answer */
    SimTime  answered; /* when the latest probe with an answer was sent; -1: none */
} Sight;

/* Of a region that was replaced; awaited: to answer again. */
typedef enum BackStage {
    BACK_NONE,
    BACK_AWAITED,
    BACK_RETURN,
    BACK_REBUILD,
    BACK_CATCH_UP,
    BACK_SWITCH,
} BackStage;

typedef enum Rebuild { REBUILD_DIVERGED, REBUILD_ALWAYS, REBUILD_NEVER } Rebuild;

typedef struct FailoverRun { /* a region as its controller sees it */
    uint32_t  region, heir;
    bool      active, decided;
    bool      stays;       /* declared dead, and it was decided not to fail over */
    bool      users_moved; /* names point elsewhere although the writes still wait */
    bool      lease_armed; /* STEP_LEASE is under way */
    bool      push_waits;  /* ... for a fault to end */
    bool      shot;        /* switched off, and not heard of since */
    SimTime   since;       /* when it began to be missing; -1: it is not */
    SimTime   last_contact;
    uint32_t  record;                  /* in recoveries, while active */
    uint32_t  blame;                   /* the fault that it is missing by, if any */
    uint32_t  order_path, order_epoch; /* of the order to switch it off that is under way */
    uint32_t  homes;                   /* moved to `heir`; a bit each */
    uint32_t  replaced;                /* the record of that */
    uint32_t  led_away;                /* ... with the users near these regions */
    uint32_t  back_first; /* the first stage of coming back, in its record; 0: none yet */
    uint32_t  aside_base; /* changes set aside before this failover */
    BackStage back;
    SimTime   back_at; /* when this stage goes on */
    bool      reconciling;
    uint32_t  reconciles; /* the recovery that this is a part of */
    uint32_t  aside;      /* the change that is being put back */
} FailoverRun;

typedef struct Failover {
    Roles         *roles;  /* what it moves */
    bool           scoped; /* only the roles of some data: users are not led elsewhere */
    SimTime        every, timeout;
    uint32_t       failures;
    bool           asks_services;
    SimDist       *decide; /* owned */
    SimChance      stays;  /* of deciding not to fail over */
    SimTime        lease;  /* 0: none */
    bool           shoots;
    const char    *shoot_via;
    SimTime        shoot_retry, reboot;
    bool           wait_for_unreplicated;
    uint32_t       seat;   /* where it speaks from; WORLD_NONE: an independent site */
    uint32_t       voters; /* bit per region with a vote: the seat is one that a majority reaches */
    uint32_t       quorum; /* observers that must miss a region */
    uint32_t       watched;   /* bit per region */
    uint32_t       leaseless; /* bit per region whose lease of this controller has run out */
    uint32_t       may_lead;  /* bit per region that may take over */
    bool           asleep;    /* no voter reaches a majority */
    bool           was_awake;
    const char    *via;
    SimTime        calm;    /* at least between two failovers */
    SimTime        last_at; /* of the latest decision; -1: none */
    const SimDist *start;
    SimChance      start_fails;
    SimTime        push, warmup;
    bool           returns; /* it fails back */
    SimTime        back_after;
    const SimDist *back_decide;
    SimTime        restore; /* time to restore what a region has; 0: nothing to do */
    Rebuild        rebuild;
    SimTime        reconcile_each; /* people's time for one record; 0: nobody does it */
    uint32_t       knows;          /* moves of the roles that it has made or was told of */
    uint32_t       stopped;        /* faults in force: it does nothing */
    uint32_t       blind;          /* ... bit per region that it cannot see */
    uint32_t       stalled;        /* ... its rules do not reach anybody */
    uint32_t       held;           /* ... whatever it sees, nobody fails over */
    int64_t        slowed;         /* ... by this many, people decide */
    const char    *name;
    FailoverRun   *runs;   /* [region] */
    Sight         *sights; /* [observer][region] */
    SimRng         rng;
} Failover;

typedef struct Switch { /* a planned move of a region's role */
    uint32_t fault, from, to;
    Roles   *roles;
    bool     scoped; /* only the roles of some data: users are not led elsewhere */
    bool     wait;   /* for what the new owner lacks */
    bool     active; /* the ban is in force */
    SimTime  push;
    Stage    stages[2];
    uint32_t stage_count;
} Switch;

typedef struct Harm { /* one user and one class of harm */
    uint64_t user;
    uint32_t cohort;
    uint32_t access;
    uint32_t what;  /* HarmKind */
    uint32_t place; /* service or class index */
    SimTime  at;
} Harm;

typedef enum HarmKind {
    HARM_FAILED_CORE,
    HARM_FORCED_LOGIN,
    HARM_REJECTED,       /* a creation failed */
    HARM_STALE,          /* a read of the user's own record missed the user's own write */
    HARM_REJECTED_LATER, /* a write that had been accepted */
    HARM_KINDS,
} HarmKind;

typedef struct BusySample { /* of a service in a region, whenever a sample finds it changed */
    SimTime  at;
    uint32_t service, region;
    uint32_t busy, queued, threads;
} BusySample;

typedef struct CatchUp { /* a stream that fell behind */
    uint32_t stream;
    SimTime  stalled_at, healed_at;
    SimTime  done_at; /* backlog gone, applier idle; -1: not yet */
} CatchUp;

typedef struct Mark {
    SimTime at;
    char   *text;
    bool    bad;
} Mark;

typedef struct World {
    const Plan     *plan;
    SimArena       *arena;
    SimEngine      *engine;
    const SimTime  *clock; /* the engine's */
    SimTrace       *trace;
    Ledger         *ledger;
    MetricsWindows *windows;
    uint64_t        seed;
    SimTime         duration, end, warmup, sample_every;
    const int64_t  *diurnal; /* 24 relative loads, ppm */
    int64_t         diurnal_peak;

    Region    *regions;
    Roles      roles; /* the regions' own */
    uint32_t   region_count;
    Link      *links;
    uint32_t   link_count;
    uint32_t  *paths; /* [from][to]: default link or WORLD_NONE */
    DataClass *classes;
    uint32_t   class_count;
    Channel   *channels;
    uint32_t   channel_count;
    Stream    *streams;
    uint64_t
        *settled; /* of each stream: who looks for the slowest of a log reads one after the other */
    uint32_t  stream_count;
    Service  *services;
    uint32_t  service_count;
    Cohort   *cohorts;
    uint32_t  cohort_count;
    Demand   *demands;
    uint32_t  demand_count;
    Fault    *faults;
    uint32_t  fault_count;
    Failover *failovers;
    uint32_t  failover_count;
    Switch   *switches;
    uint32_t  switch_count;

    Quorum         *quorum;  /* NULL: no leaderless store */
    struct Intents *intents; /* NULL: no provisional writes */
    Pauses         *pauses;  /* NULL: no fault pauses anything */
    Copies         *copies;  /* on their way; NULL: there were none */
    Calls          *calls;   /* NULL: no request waits for another */

    Request *requests;
    Due     *dues; /* services, then requests */
    uint32_t request_room, request_used, request_free;
    uint64_t token;
    bool     clocks_agree;
    bool     clocks_fail; /* some fault is about one */
    bool     region_gone; /* at least one */

    GArray    *harms;             /* Harm */
    GArray    *samples;           /* MetricsLag */
    GArray    *busy;              /* BusySample */
    uint32_t  *busy_last;         /* [service][region]: place of its latest in `busy`, plus one */
    GArray    *marks;             /* Mark */
    GArray    *catch_ups;         /* CatchUp, by stalled_at */
    GArray    *recoveries;        /* Recovery, by the end of detection */
    GArray    *alones;            /* Alone, by from */
    GArray    *resyncs;           /* ResyncRow, by began */
    GPtrArray *streams_of_chance; /* const SimRng *, in order of creation */
} World;

/* world.c */
World *world_new(const Plan *plan, uint64_t seed, SimTrace *trace);
void   world_free(World *world);
void   world_start(World *world); /* schedules the first events */
/* The loop is over: gives back what only it needs, so that outcomes are collected in its place. */
void world_rest(World *world);
void world_rng(World *world, SimRng *rng, const char *component, const char *purpose);
/* The index of a plan item among those of its kind: its place in the world's array. It exists. */
uint32_t world_index(const World *world, const char *kind, PlanId id);
void     world_mark(World *world, bool bad, const char *format, ...) G_GNUC_PRINTF(3, 4);
void     world_harm(World *world, const Request *request, HarmKind what, uint32_t place);
uint32_t world_series(const World *world, uint32_t service, uint32_t access, uint32_t cohort);
static inline SimTime world_now(const World *world)
{
    return *world->clock;
}
#define WORLD_TRACE(world, phase, ...)                                                             \
    do {                                                                                           \
        if (G_UNLIKELY((world)->trace != NULL) &&                                                  \
            sim_trace_wants((world)->trace, world_now(world)))                                     \
            sim_trace_line((world)->trace, world_now(world), phase, __VA_ARGS__);                  \
    } while (0)

/* Work at its usual speed; 2000 is half as fast. */
#define WORLD_PACE 1000u
/* In the pace of a service in a region: some of its requests fail. */
#define WORLD_SPOILT (1u << 31)
static inline SimTime world_slowed(SimTime work, uint32_t slow)
{
    return sim_time_add_far(sim_time_mul_far(work / WORLD_PACE, slow),
                            work % WORLD_PACE * slow / WORLD_PACE);
}

/* region.c */
void    region_build(World *world);
SimTime region_clock(const World *world, uint32_t region);
/* region_slowest_clock, where clocks disagree. */
SimTime region_slowest_of_all(const World *world);
/* Names lead the users near a region to another from now on. */
void region_lead(World *world, uint32_t access, uint32_t to);
void region_power_off(World *world, uint32_t region, uint32_t fault, bool disks_gone);
/* `fault` ends; `still_down_by` is another that holds the region down, or WORLD_NONE. */
void region_power_on(World *world, uint32_t region, uint32_t fault, uint32_t still_down_by);

/* roles.c */
/* Every region owns its home, and all know it. */
void roles_init(Roles *roles, uint32_t region_count);
/* Whether the region owns a home that matters. */
bool roles_owns(const Roles *roles, uint32_t region);
/* The region learns who owns what. If it has lost a home by that, sets *out_heir to the new owner
 * and returns true. */
bool roles_learn(Roles *roles, uint32_t region, uint32_t *out_heir);
/* Whether a region knows the owners. */
bool roles_known(const World *world, const Roles *roles, uint32_t region);
/* The rules reach a region: it knows the owners from now on. If its own role has moved meanwhile,
 * it sets aside what nobody got from it. */
void roles_teach(World *world, Roles *roles, uint32_t region);
/* A hand-over begins, or ends, in which the region accepts no writes. */
void roles_ban(Roles *roles, uint32_t region, bool begin);
/* All that a region owns belongs to its heir, in truth. */
void roles_move(World *world, Roles *roles, uint32_t region, uint32_t heir);
/* The homes that `heir` had got from `region` belong to it again; both, and everybody that can be
 * reached, have the same. */
void roles_give_back(World *world, Roles *roles, uint32_t homes, uint32_t heir, uint32_t region);
/* How long the oldest change of `region` that `heir` has not applied has been waiting. */
SimTime roles_behind(const World *world, const Roles *roles, uint32_t region, uint32_t heir);
/* Changes of a region's single-master data that `heir` does not have, and those it has but has not
 * applied; with two channels, in either. */
void roles_missing(const World *world, const Roles *roles, uint32_t region, uint32_t heir,
                   uint64_t *out_missing, uint64_t *out_unapplied);
/* Whether the heir has applied all of them that will ever come, and their users have been told. */
bool roles_caught_up(const World *world, const Roles *roles, uint32_t region, uint32_t heir);

/* link.c */
void link_build(World *world);
/* The link to use from a to b (via: its name, or NULL), or WORLD_NONE. */
uint32_t link_path(const World *world, uint32_t from, uint32_t to, const char *via);
bool     link_up(const Link *link);
/* It is down, and whoever uses it is told at once. */
bool link_refuses(const Link *link);
/* Time-outs of a connection that waits for an acknowledgement: RFC 6298; 200 ms and 120 s are
 * Linux's TCP_RTO_MIN and TCP_RTO_MAX. */
#define LINK_RTO_FIRST (200 * SIM_MS)
#define LINK_RTO_MOST (120 * SIM_S)
/* Flow of everything that is not a channel. */
#define LINK_REQUESTS 0u
/* How much may wait before a link, as time to send it: chosen, a large socket buffer. */
#define LINK_BUFFER SIM_S
/* Sends `bytes` at `depart` (>= now). On LINK_DELIVERS sets *out_arrival. Counts what faults hit.
 */
LinkFate link_send(World *world, uint32_t link, uint32_t flow, SimTime depart, int64_t bytes,
                   SimTime *out_arrival);
/* The same, now, for the answer to a message that has come. */
LinkFate link_answer(World *world, uint32_t link, uint32_t flow, int64_t bytes,
                     SimTime *out_arrival);
/* A new flow over a link, for link_send. Only while the world is built. */
uint32_t link_flow_add(World *world, uint32_t link);
/* What all flows of a link have carried. */
int64_t link_bytes(const Link *link);
/* Typical round trip, for latencies that are not events. */
SimTime link_rtt(const World *world, uint32_t from, uint32_t to);
/* By `fault`, a link may have gone down, or up, or lost what was on the way although it was down
 * already. */
void link_changed(World *world, uint32_t link, bool was_up, bool lose_in_flight, uint32_t fault);
/* Messages that the link had taken were lost when it broke last: counts them for it and for the
 * fault. LINK_REFUSES: both ends were told then. */
LinkFate link_lost(World *world, uint32_t link, bool reply, int64_t messages);
/* The link carried messages, but the machine that they were for is dead. The caller counts them for
 * the fault; link_lost_at_end does it itself, if that is the power of the end. */
void link_in_vain(World *world, uint32_t link, bool reply, int64_t messages);
void link_lost_at_end(World *world, uint32_t link, bool reply);

/* store.c */
void store_build(World *world);
/* store_key_find, where the keys are many. */
uint32_t store_key_search(const KeyTable *table, uint64_t key);
uint32_t store_key_touch(World *world, uint32_t class_index, uint64_t key);
/* Counts a request that met a store which is down. */
void store_refused(World *world, uint32_t class_index, uint32_t region);
/* store_lookup, for a key that the region's store has not got during the run. */
bool store_has_from_before(const World *world, const DataClass *class, uint32_t region,
                           const Request *request);
typedef enum StoreAnswer {
    STORE_COMMITTED,
    STORE_HELD,   /* in the log, but the user is told later: hold_attach */
    STORE_TAKEN,  /* a unique key has an owner */
    STORE_FENCED, /* writes are banned here */
    STORE_DOWN,
    STORE_CHANGED, /* the writer had read another version */
} StoreAnswer;
/* Commits a write of a request at a region's store and hands it to the channels. *out_write is 0
 * for losable data, which nobody accounts for. */
StoreAnswer store_commit(World *world, uint32_t class_index, uint32_t region,
                         const Request *request, LedgerWrite *out_write);
/* The home whose owner accepts the writes of the request's record: that of the user, of the data,
 * or of the range of keys that it is in. */
uint32_t store_home(const DataClass *class, const Request *request);
/* A change that was held becomes visible at its source. */
void store_show(World *world, uint32_t class_index, uint32_t region, uint32_t key_index,
                LedgerWrite write, SimTime stamp);
/* Whether the request's key existed before the run. */
bool store_had(const World *world, const DataClass *class, const Request *request);
/* The request will soon look up its key at the region, or write it; the change will soon arrive
 * there: starts to load what that needs. */
void store_expect(const World *world, uint32_t class_index, uint32_t region, Request *request,
                  bool written);
void store_expect_arrival(const World *world, uint32_t class_index, uint32_t region,
                          const LogEntry *entry);
/* A copy made or fetched by a read is kept in the region's store; one that was fetched expires when
 * that of `from` does. */
void store_put_local(World *world, uint32_t class_index, uint32_t region, const Request *request);
void store_put_copy(World *world, uint32_t class_index, uint32_t region, uint32_t from,
                    const Request *request);
/* Of a class whose records expire: whether that of a region has not. */
bool store_fresh(const World *world, const DataClass *class, uint32_t region,
                 const Request *request);
/* The truth, for the books only: whether some region has, or had until it was lost, a record of the
 * request's key that has not expired. */
bool store_fresh_somewhere(const World *world, const DataClass *class, const Request *request);
/* The region keeps `version` of the request's key, which a read has fetched from `from`; a channel
 * that brings it later changes nothing. */
void store_keep(World *world, uint32_t class_index, uint32_t region, uint32_t from,
                const Request *request, LedgerWrite version);
/* Whether the request's key existed in some region before the run. */
bool store_from_before(const World *world, const DataClass *class, const Request *request);
/* The truth, for the books only: whether a record of the request's key existed when the request
 * began. No simulated component may ask. */
bool store_exists(const World *world, uint32_t class_index, const Request *request);
/* A change arrives at a region's store: applies it by the class's rule. */
void      store_apply(World *world, uint32_t class_index, uint32_t region, uint32_t key_index,
                      LedgerWrite write, SimTime stamp, uint32_t origin);
LogEntry *store_log_entry(const World *world, uint32_t class_index, uint32_t region,
                          uint64_t position);
void      store_log_append(DataClass *class, uint32_t region, const LogEntry *entry);
/* The region's version of a key, if it is `write`, is replaced by that of `from`. */
void store_roll_back(World *world, uint32_t class_index, uint32_t region, uint32_t key_index,
                     LedgerWrite write, uint32_t from);
/* Tells the ledger what the stores hold in the end, where it cannot know by the rule. */
/* A region's store forgets all it has of losable data; returns how many records of the run. */
uint32_t store_forget(World *world, uint32_t class_index, uint32_t region);
/* Whether it would have the request's record (its key's index) otherwise. */
bool store_forgot(const World *world, uint32_t class_index, uint32_t region, const Request *request,
                  uint32_t key);
void store_close(const World *world);
/* The region's version of a key, if it is the change, is what the change replaced. */
void store_undo(World *world, uint32_t class_index, uint32_t region, const Undo *undo);
void store_log_trim(World *world, uint32_t class_index, uint32_t region);
/* A long backlog is gone: the log gives back most of its room. No entry may be held meanwhile. */
void store_log_shrink(DataClass *class, uint32_t region);
void store_wipe(World *world, uint32_t class_index, uint32_t region);

/* conflict.c */
void conflict_build(World *world, DataClass *class, const PlanItem *item);
/* What the rule orders a new change by, where that is not the region's clock alone. */
SimTime conflict_stamp(const World *world, const DataClass *class, uint32_t region,
                       const Request *request);
/* A region's store has seen a stamp. */
void conflict_stamp_seen(const World *world, const DataClass *class, uint32_t region,
                         SimTime stamp);
/* The key of the part of a record that a request is about, where records have fields. */
uint64_t conflict_key(const DataClass *class, uint64_t key, const Request *request);
/* Where stores know what a change had seen. A key was touched for the first time, a change was put
 * at the end of the log, a region's disks are gone. */
void conflict_key_made(const World *world, DataClass *class, uint32_t key_index);
void conflict_committed(const World *world, DataClass *class, uint32_t region, uint32_t key_index);
void conflict_wiped(const World *world, DataClass *class, uint32_t region);
/* A change of `origin` arrives at a store that knows what it had seen. False: it meets one that it
 * had not seen, and waits for an operator, who pardons it. */
bool conflict_apply(World *world, uint32_t class_index, uint32_t region, uint32_t origin,
                    uint64_t position, bool pardoned);
/* A write is added to what a merging store holds. */
void conflict_merge(const DataClass *class, Version *version, LedgerWrite write, uint32_t origin);
/* A request has read a version of a class: a change it makes will name it. */
void conflict_read(const World *world, Request *request, uint32_t class_index, LedgerWrite version);

/* sync/ */
void channel_build(World *world);
/* Bit per region whose copies count: all if none is named. */
uint32_t channel_voters(const World *world, const PlanValue *named);
void     channel_setup_replicate(const World *world, const PlanItem *item, ChannelSetup *out_setup);
Queue   *channel_setup_queue(World *world, const PlanItem *item, ChannelSetup *out_setup);
void     stream_committed(World *world, uint32_t class_index, uint32_t region);
/* A link or a store changed: streams that used it stall or resume. */
void     stream_link_changed(World *world, uint32_t link, bool lose_in_flight);
void     stream_store_changed(World *world, uint32_t class_index, uint32_t region);
void     stream_close(World *world); /* what was received but not applied counts as arrived */
uint64_t stream_backlog(const World *world, const Stream *stream, SimTime *out_age);
void     stream_expire(World *world, uint32_t stream);
/* The source closes its connection to a target that it could reach. */
void stream_drop(World *world, uint32_t stream);
/* A target tries to connect, if the path works. */
void stream_connect(World *world, uint32_t stream);
/* After a full copy the stream is sent again. */
void stream_goes_on(World *world, uint32_t stream);

/* sync/broker.c */
void broker_build(World *world);
/* A fault takes a part of a class's brokers in a region down, or gives it back. */
void broker_fails(World *world, uint32_t class_index, uint32_t region, BrokerPart part,
                  uint32_t fault);
void broker_returns(World *world, uint32_t class_index, uint32_t region, BrokerPart part,
                    uint32_t still_down_by);
/* The same for all brokers of a region. */
void broker_region_changed(World *world, uint32_t region, uint32_t fault, bool down);
/* The change that was just committed cannot simply go to its broker. */
void broker_holds(World *world, uint32_t channel, uint32_t region);
/* broker_shows_before, for a queue. */
SimTime broker_shows(const Queue *queue, uint32_t region);

/* sync/consumer.c */
/* The first position that the stream of a queue may still ask for. */
uint64_t consumer_keeps(const World *world, const Stream *stream);

/* sync/succession.c */
/* A region's disks are gone, and its log with them. */
void stream_source_lost(World *world, uint32_t class_index, uint32_t region);
/* The stores of a region apply faster than they did, at `before` in WORLD_PACE: what waits to be
 * applied there does not wait as long as was planned. */
void stream_hurries(World *world, uint32_t class_index, uint32_t region, uint32_t before);
/* A role has moved: the region's single-master changes are shipped no more, those of its heir are.
 */
void stream_source_moved(World *world, const Roles *roles, uint32_t region, uint32_t heir);
/* A role returns to a region whose heir may have others. */
void stream_source_back(World *world, const Roles *roles, uint32_t heir, uint32_t region);
/* A region whose role moved sets aside what nobody got; `heir` is its new owner. */
void stream_set_aside(World *world, const Roles *roles, uint32_t region, uint32_t heir);
/* A full copy replaces what a demoted region has and its heir has not. */
void stream_throw_away(World *world, uint32_t class_index, uint32_t region, uint32_t heir);

/* sync/resync.c: of streams and classes with limits only, unless it says otherwise */
void resync_build(World *world);
/* A change was committed and, if the path had room, sent. */
void resync_committed(World *world, uint32_t stream);
/* The stream has stalled, or stays stalled for another reason. */
void resync_stalled(World *world, uint32_t stream);
/* The source has lost its role: what it was copying does not matter any more. */
void resync_source_moved(World *world, uint32_t stream);
bool resync_is_loading(const Stream *stream);
/* The stream is connected again, to a source that had given it up or not. True if the log has to
 * wait for a full copy. */
bool resync_holds(World *world, uint32_t stream, bool was_away);
bool resync_is_away(const World *world, const Stream *stream);
/* A region learns that it was demoted: true if a full copy from its heir will destroy what only it
 * has. Any class. */
bool resync_diverged(World *world, uint32_t class_index, uint32_t region, uint32_t heir);
/* Whether enough targets reported for the region to accept writes. Only where class->gate is. */
bool resync_accepts(const DataClass *class, uint32_t region);
/* Whether the region serves the request's record: not while it loads a copy. Any class. */
bool resync_serves(const World *world, uint32_t class_index, uint32_t region,
                   const Request *request);
/* A region's copy of what others own is useless until a full copy has taken its place; false if it
 * has none. */
bool resync_corrupts(World *world, uint32_t class_index, uint32_t region, uint32_t fault);
/* Whether that is so for some data of these roles: it cannot take them over. */
bool resync_is_corrupt(const World *world, const Roles *roles, uint32_t region);
/* A region did not serve a read: counted for the fault that spoilt its copy, if one did. */
void resync_refused(World *world, uint32_t class_index, uint32_t region);
/* What has left a log counts as settled. */
void stream_log_changed(World *world, uint32_t class_index, uint32_t region);

/* sync/flush.c */
void flush_build(World *world);
void flush_free(World *world);
/* A region with a journal has committed a change. */
void flush_note(const World *world, uint32_t class_index, uint32_t region, const Undo *undo);
/* A store lost power: what it had not flushed never happened there. */
void flush_power_lost(World *world, uint32_t class_index, uint32_t region, uint32_t fault);
/* A full copy replaced all that a stream's target had. */
void flush_copied(World *world, const Stream *stream);

/* sync/twice.c */
void twice_build(World *world);
void twice_free(World *world);
/* A change that travels alone was sent over a link with faults: it may come twice. */
void twice_sent(World *world, uint32_t stream, uint64_t position, SimTime arrival);

/* sync/consensus.c */
void channel_setup_consensus(const World *world, const PlanItem *item, ChannelSetup *out_setup);
/* The region at which a WORLD_ELECTION happens, from the event's word. */
#define CONSENSUS_TO_AT 8
static inline uint32_t consensus_to(uint64_t arg)
{
    return (uint32_t)(arg >> CONSENSUS_TO_AT) % WORLD_REGION_LIMIT;
}
/* Whether a region may confirm what a leader wrote: not after it gave its vote to another. */
bool consensus_follows(const World *world, uint32_t class_index, uint32_t leader, uint32_t region);
void consensus_build(World *world);
void consensus_start(World *world);

/* sync/hold.c */
typedef enum HoldEnd {
    HOLD_SOURCE_STOPS, /* the changes are in its log and will be seen when it is back */
    HOLD_SOURCE_GONE,
    HOLD_ROLE_MOVES, /* what has no copy elsewhere is about to be set aside */
} HoldEnd;
void hold_build(World *world);
void hold_free(World *world);
void hold_push(World *world, uint32_t class_index, uint32_t region, const Hold *hold);
/* The request (request_arg) that waits for the commit that was held last; it may be answered at
 * once. */
void hold_attach(World *world, uint32_t class_index, uint32_t region, uint64_t request);
/* The user of a held commit stopped waiting. */
void hold_gave_up(World *world, uint64_t request);
/* Nobody will release what is held at the region: its connections break. */
void hold_drop(World *world, uint32_t class_index, uint32_t region, HoldEnd end);
/* The target of a stream tells its source how far it is; the source learns it. */
void hold_ack(World *world, uint32_t stream);
void hold_acked(World *world, uint32_t stream, uint64_t position);
void hold_link_changed(World *world, uint32_t link);

/* sync/quorum.c */
/* The store of a data class whose channel is a leaderless one, or NULL. */
QuorumStore *quorum_build(World *world, uint32_t class_index, const PlanItem *data);
void         quorum_start(World *world);
void         quorum_free(World *world);
/* A link, a region or a store changed: who reaches whom. */
void quorum_changed(World *world);
/* Coordinators in the region die; with the disks go replicas and hints. */
void quorum_region_down(World *world, uint32_t region, bool disks_gone);
/* A fault takes replicas down, or ends. */
void quorum_replicas_fault(World *world, uint32_t class_index, uint32_t region, uint32_t fault,
                           uint32_t count, bool begin);
/* The regions that hold replicas of the class, a bit each; 0: it has no leaderless store. */
uint32_t quorum_members(const DataClass *class);
/* Coordinates a write in a region: STORE_HELD, or STORE_DOWN if too few replicas are alive. */
StoreAnswer quorum_write(World *world, uint32_t class_index, uint32_t region,
                         const Request *request, LedgerWrite *out_write);
/* The request (request_arg) that waits for the write begun last. */
void quorum_attach(World *world, uint64_t request);
/* Coordinates a read for a request; false if too few replicas are alive. */
bool quorum_read(World *world, uint32_t class_index, uint32_t slot);
/* Tells the ledger what will never reach a region. */
void quorum_close(World *world);

/* read/ */
void read_build(World *world, DataClass *class, const PlanItem *item);
void read_free(DataClass *class);
/* Reads the request's current class; continues with service_continue when done. True if the answer
 * was there at once. */
bool read_begin(World *world, uint32_t slot);
/* What a leaderless store found for a request (request_arg) that waits for it, or that too few
 * replicas answered in time. */
void read_answered(World *world, uint64_t request, bool has, LedgerWrite version, uint32_t key,
                   bool remote);
void read_unanswered(World *world, uint64_t request);
void read_handle(World *world);
/* Nobody waits any more for the answers that a request is waiting for in a read; `in_vain`: because
 * they took too long. Does nothing for a request that is not. */
void read_abandoned(World *world, uint32_t slot, bool in_vain);
/* A region's machines died, and with them what they had in memory. */
void read_region_died(World *world, uint32_t region);
/* The key was written in the region: it forgets that there was no such record. */
void read_written(DataClass *class, uint32_t region, uint64_t key);

/* service.c */
void service_build(World *world);
void service_begin(World *world, uint32_t slot);
void service_continue(World *world, uint32_t slot);
void service_fail(World *world, uint32_t slot, MetricsFailure failure);
/* The user is told that there is no such record, and that ends the request. */
void service_absent(World *world, uint32_t slot);
void service_site_died(World *world, uint32_t region);
void service_zone_changed(World *world, uint32_t region, uint32_t fault, bool down);
/* How many threads there are in a region, after faults took some or gave them back. */
void service_threads_changed(World *world, uint32_t region);
/* Its processes in a region stop, with what they were asked. */
void service_stopped(World *world, uint32_t service, uint32_t region, uint32_t fault);
/* One of `parts` equal parts of a region's servers died. */
void service_part_died(World *world, uint32_t region, uint32_t parts, uint32_t part,
                       uint32_t fault);
void service_gave_up(World *world, uint32_t slot);
/* A request leaves its thread until its user has done something else, and comes back. */
void service_sends_away(World *world, uint32_t slot);
void service_comes_back(World *world, uint32_t slot);
/* The service that a request on a thread has called was served, or failed. */
void service_called(World *world, uint32_t slot, bool served, MetricsFailure failure);
/* A write that was held at `region` is done, or its connection broke before it was; the request
 * (request_arg) waits there or in the region it entered. */
void     service_write_done(World *world, uint64_t request, uint32_t region, LedgerWrite write);
void     service_write_lost(World *world, uint64_t request, uint32_t region, LedgerWrite write);
uint32_t service_owner(const DataClass *class, const Request *request);

/* again.c */
/* From a field that is a part of kind retry; NULL if it was not given. */
Again *again_build(World *world, const PlanValue *part, const char *component);
/* A first attempt earns its share of retries. NULL: nothing happens. */
void again_first(Again *again, uint32_t region);
/* Whether a region that has made `attempt` attempts may make another; if so, after *out_wait. */
bool again_may(Again *again, uint32_t region, uint32_t attempt, SimTime *out_wait);
/* Full jitter: uniform in [0, min(cap, backoff * 2^(attempt-1))]. */
SimTime again_backoff(SimRng *rng, SimTime backoff, SimTime cap, uint32_t attempt);

/* call.c; after read_build and service_build */
void call_build(World *world);
void call_free(World *world);
/* The user of a request that is being worked on has to be served by another service first. The
 * request goes on when that is over. */
void call_by_user(World *world, uint32_t slot, uint32_t service);
/* A request on a thread needs an answer of another service of its region. */
void call_by_service(World *world, uint32_t slot, uint32_t service);
/* A request that another waits for goes on in another slot. */
void call_moved(World *world, uint32_t from, uint32_t to);
/* It is over. */
void call_served(World *world, uint32_t slot);
void call_failed(World *world, uint32_t slot, MetricsFailure failure);

/* client/resolver.c */
void resolver_build(const World *world, Cohort *cohort, const PlanItem *item);
/* The region that a request's user is sent to, where a route has changed or depends on the home. */
uint32_t resolver_region(const World *world, const Cohort *cohort, const Request *request);
/* Adds what finding its region costs the attempt that begins, and tells whether the way there is
 * cut. Not for plain DNS, which costs nothing. */
LinkFate resolver_reaches(World *world, const Cohort *cohort, Request *request);

/* client/users.c */
void users_build(World *world);
void users_start(World *world);
/* The region that a user is near. */
uint32_t users_access(const World *world, uint32_t cohort, uint64_t user);
/* The outcome of an attempt, told by the service; the slot may be freed or retried. */
void users_served(World *world, uint32_t slot);
void users_failed(World *world, uint32_t slot, MetricsFailure failure, bool unknown);
void users_surge_changed(World *world, uint32_t service);
/* The user of a request asks for another service first, in the same region; the request it makes,
 * or WORLD_NONE if there is no room for it. It begins with users_attempt. */
uint32_t users_also_ask(World *world, uint32_t slot, uint32_t service);
void     users_attempt(World *world, uint32_t slot);
/* The same for a service that needs another: no network, and no retries but its own. */
uint32_t users_ask_inside(World *world, uint32_t slot, uint32_t service);
void     users_attempt_inside(World *world, uint32_t slot);
/* The same attempt goes on in another slot: its deadline is that one's. */
void users_moved(World *world, uint32_t from, uint32_t to);
/* Where a user's request would enter now. */
uint32_t users_region(const World *world, uint32_t cohort, uint64_t user);
/* A user asks for the service that sets its connection up. */
void users_connect(World *world, uint32_t service, uint32_t cohort, uint64_t user);

/* client/connections.c */
Connections *connections_build(World *world, const PlanItem *users);
void         connections_handle(World *world);
int64_t      connections_broken(const Connections *all);
int64_t      connections_set_up(const Connections *all);
/* A region loses power. */
void connections_break(World *world, uint32_t region);
/* The end of a request that sets one up. */
void connections_made(World *world, const Request *request);
void connections_failed(World *world, const Request *request);

/* Names that belong to nobody: above every user's number, below the cohort's bits of a key. */
#define USERS_UNKNOWN (UINT64_C(1) << 47)

/* fault/clocks.c */
/* The true time that a clock with faults in force goes by, and how far they have moved it then. */
SimTime fault_clock_time(const World *world, uint32_t region);
SimTime fault_clock_moved(const World *world, uint32_t region, SimTime at);
/* How much faster than true time the faults in force let a clock run, per second. */
SimTime fault_clock_rate(const World *world, uint32_t region);
/* Faults will never put a region's clock further back than this (<= 0) behind its base reading. */
SimTime fault_clock_least(const World *world, uint32_t region);

/* fault/capacity.c: what faults leave of the threads of a service in a region, in parts per
 * billion; *out_by is the latest of them, or WORLD_NONE. */
int64_t fault_threads_left(const World *world, uint32_t service, uint32_t region, uint32_t *out_by);
/* Whether faults in force let a request fail whose work is done there. Counts it for them. */
bool fault_spoils(World *world, uint32_t service, uint32_t region);

/* fault/caches.c: a read did not find a key (its index) in the region it entered, of data that some
 * fault flushes. */
void fault_cache_missed(World *world, uint32_t class_index, const Request *request, uint32_t key);
/* fault/demand.c: the user who asks instead of the one that was drawn, if a fault makes them. */
uint64_t fault_hot_user(World *world, uint32_t service, uint64_t user);

/* fault/pause.c: after all others have said what handles their events */
void pause_build(World *world);
void pause_free(World *world);
bool fault_pauses(const World *world, uint32_t fault);
/* Whether the processes of a store stand still there. */
bool pause_stops_store(const World *world, uint32_t class_index, uint32_t region);

/* fault/faults.c */
void fault_build(World *world);
void fault_start(World *world);
void fault_hit_refused(World *world, uint32_t fault);
void fault_hit_dropped(World *world, uint32_t fault, int64_t messages);
void fault_hit_lost(World *world, uint32_t fault, LinkLoss how, int64_t messages);
void fault_hit_delayed(World *world, uint32_t fault);
void fault_hit_held(World *world, uint32_t fault);
/* The one fault that keeps this link from delivering: the loss of an end, or else what stops it
 * most surely, and among equals the first to begin. WORLD_NONE if there is none. */
uint32_t fault_link_stopper(const World *world, uint32_t link);
/* What faults in force on this link do to the order of one message more: how much later it arrives
 * than the link would have it. Counts it for them and for those that make the link slow. */
SimTime fault_link_delays(World *world, uint32_t link);
/* Whether a message that was sent comes twice, and how long after the first the copy does. */
bool fault_link_doubles(World *world, uint32_t link, SimTime *out_after);

/* fault/regions.c: the fault in force to blame for a region without power, or WORLD_NONE: the one
 * that destroyed it, or else the first to begin. */
uint32_t fault_region_holder(const World *world, uint32_t region);
/* fault/control.c: the faults in force of this kind do something to the failover. */
void fault_control_hit(World *world, uint32_t failover, const PlanKind *kind);

/* switch.c; after failovers and faults */
void switch_build(World *world);
void switch_begin(World *world, uint32_t fault);
/* A region that does not accept writes refused one: by a switch that is under way, if any. */
void switch_refused(World *world, const Roles *roles, uint32_t region);

/* failover/ */
void failover_build(World *world);
void failover_start(World *world);
/* Somebody moved the roles without a controller, and told all of them. */
void failover_told(World *world, const Roles *roles);
/* Rules reach the routers again. */
void failover_push_resumes(World *world, uint32_t failover);
/* People order a region to be failed over that nobody has missed. False if there is nothing to
 * move, or if it is being failed over. */
bool failover_ordered(World *world, uint32_t failover, uint32_t region);

/* Request slab and wake-ups. */
static inline uint64_t request_arg(uint32_t slot, uint64_t token)
{
    return (uint64_t)slot | token << 24;
}
static inline uint32_t request_slot(uint64_t arg)
{
    return (uint32_t)(arg & 0xffffff);
}
static inline uint64_t request_token(uint64_t arg)
{
    return arg >> 24;
}
/* The request a wake-up was meant for, or NULL if it does not wait for it any more. */
static inline Request *request_awake(World *world, uint64_t arg)
{
    Request *request = &world->requests[request_slot(arg)];
    return request->token == request_token(arg) && request->state != REQUEST_FREE ? request : NULL;
}
static inline uint64_t request_wait(World *world, Request *request)
{
    return request->token = ++world->token & ((UINT64_C(1) << 40) - 1);
}
uint32_t           request_take(World *world);
void               request_free(World *world, uint32_t slot);
static inline void due_remove(const World *world, uint32_t node)
{
    Due *dues = world->dues;
    Due  due = dues[node];
    dues[due.before].after = due.after;
    dues[due.after].before = due.before;
    dues[node] = (Due){node, node};
}
static inline uint32_t node_of_request(const World *world, uint32_t slot)
{
    return world->service_count + slot;
}

/* ---- asked several times per request, so compiled into the caller ------------------------ */

static inline bool region_up(const World *world, uint32_t region)
{
    return world->regions[region].down == 0;
}
/* Whether somebody there answers. */
static inline bool region_answers(const World *world, uint32_t region)
{
    return world->regions[region].down == 0 && world->regions[region].paused == 0;
}
/* No clock of a region that is not gone will ever read less than this. */
static inline SimTime region_slowest_clock(const World *world)
{
    return G_LIKELY(world->clocks_agree) ? world_now(world) : region_slowest_of_all(world);
}
static inline bool store_is_up(const World *world, const DataClass *class, uint32_t region)
{
    return world->regions[region].down == 0 && class->crashed[region] == 0;
}
static inline bool store_up(const World *world, uint32_t class_index, uint32_t region)
{
    return store_is_up(world, &world->classes[class_index], region);
}
/* Which of the keys that users share. */
static inline uint64_t store_shared_key(const DataClass *class, const Request *request)
{
    __extension__ unsigned __int128 wide =
        (__extension__(unsigned __int128) request->spread) * class->keys;
    return (uint64_t)(wide >> 64);
}
/* The key of the request's record of the class. */
static inline uint64_t store_key_of(const DataClass *class, const Request *request)
{
    uint64_t key = class->keys > 0 ? store_shared_key(class, request) : request->key;
    return G_LIKELY(class->registers == 1) ? key : conflict_key(class, key, request);
}
static inline uint64_t store_key(const World *world, uint32_t class_index, const Request *request)
{
    return store_key_of(&world->classes[class_index], request);
}
/* WORLD_NONE: never touched. */
static inline uint32_t store_key_find(const DataClass *class, uint64_t key)
{
    /* 0, never touched, becomes WORLD_NONE */
    return class->table.direct != NULL ? class->table.direct[key] - 1
                                       : store_key_search(&class->table, key);
}
/* The index of the key that the request's current operation is about, WORLD_NONE if that was never
 * written. */
static inline uint32_t store_key_of_operation(const DataClass *class, const Request *request)
{
    if (G_LIKELY(request->op == 0 && request->first_key != 0))
        return request->first_key - 1;
    return store_key_find(class, store_key_of(class, request));
}
/* Whether the region's store holds the request's key, which has this index; *out_version is 0 for
 * the state before the run. */
static inline bool store_lookup_at(const World *world, uint32_t class_index, uint32_t region,
                                   const Request *request, uint32_t index, LedgerWrite *out_version)
{
    const DataClass *class = &world->classes[class_index];
    *out_version = 0;
    if (index != WORLD_NONE) {
        const Version *version = &class->versions[(size_t)index * world->region_count + region];
        if (version->present) {
            *out_version = G_LIKELY(!class->merges)
                               ? version->write
                               : ledger_state(world->ledger, class_index, index, region);
            return !version->frozen;
        }
    }
    return store_has_from_before(world, class, region, request);
}
/* The same; sets *out_key_index, WORLD_NONE for a key that was never written. */
static inline bool store_lookup(const World *world, uint32_t class_index, uint32_t region,
                                const Request *request, LedgerWrite *out_version,
                                uint32_t *out_key_index)
{
    const DataClass *class = &world->classes[class_index];
    *out_key_index = store_key_find(class, store_key_of(class, request));
    return store_lookup_at(world, class_index, region, request, *out_key_index, out_version);
}
/* Whether a commit at the region has to wait. */
static inline bool hold_wanted(const DataClass *class, uint32_t region)
{
    return class->holds != NULL && !class->holds[region].degraded;
}
/* Changes committed before this may be read from the broker of a region. */
static inline SimTime broker_shows_before(const Channel *channel, uint32_t region)
{
    return channel->queue == NULL ? SIM_TIME_NEVER : broker_shows(channel->queue, region);
}

#endif
