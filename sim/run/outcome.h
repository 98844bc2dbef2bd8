/*
 * outcome.h: everything a run leaves behind, as plain rows.
 *
 * Made by sim/run, written by sim/store, judged by sim/run/judge. Every array has a declared order
 * (in the comment), so that the same run always gives the same bytes. All times are ns of simulated
 * time, -1 where there is none. Names are lent from the plan, which must outlive the outcome.
 */
#ifndef SIM_RUN_OUTCOME_H
#define SIM_RUN_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/metrics/metrics.h"
#include "sim/plan/plan.h"

typedef enum OutcomeVerdict {
    OUTCOME_HELD,         /* every expectation held */
    OUTCOME_BROKEN,       /* one failed, or measured nothing, or a fault hit nothing */
    OUTCOME_INCONCLUSIVE, /* a limit was reached */
} OutcomeVerdict;

/* Ends of an acknowledged write (the first six partition them) and further harms. Codes as stored.
 */
typedef enum OutcomeFate {
    OUTCOME_SURVIVED,
    OUTCOME_L1, /* destroyed */
    OUTCOME_L2, /* stranded: recoverable */
    OUTCOME_L3, /* discarded unseen */
    OUTCOME_L4, /* order inversion */
    OUTCOME_L6, /* expired in a queue */
    OUTCOME_FATES,
} OutcomeFate;

typedef struct OutcomeFault {              /* by start, then name */
    const char *name;                      /* plan item's name */
    const char *kind;                      /* "cut" */
    const char *target;                    /* "trunk" */
    SimTime     start, end;                /* end = end of the run when it lasts */
    int64_t     dropped, bounced, replies; /* messages lost silently, refused at once; answers */
    int64_t     delayed, refused;          /* messages delayed, requests refused */
    int64_t     held;                      /* changes kept waiting at their source */
    int64_t     count;                     /* how often it came */
    SimTime     in_force;                  /* all of these together */
    bool        vacuous;                   /* hit nothing and was not allowed to */
} OutcomeFault;

typedef enum OutcomeMessageFate { /* the order of the words of the metric `messages` */
                                  OUTCOME_DELIVERED,
                                  OUTCOME_DELAYED, /* of those taken */
                                  OUTCOME_DROPPED, /* silently */
                                  OUTCOME_BOUNCED, /* refused at once */
                                  OUTCOME_REPLY_LOST,
                                  OUTCOME_MESSAGE_FATES,
} OutcomeMessageFate;

typedef struct OutcomeMessages { /* by from, to, link: one direction */
    const char *from, *to;       /* regions */
    const char *link;            /* its name, or "" */
    int64_t     fate[OUTCOME_MESSAGE_FATES];
} OutcomeMessages;

typedef struct OutcomeWindow { /* by from, service, access, users */
    SimTime     from, to;      /* requests are counted where they were first issued */
    const char *service;       /* plan names */
    const char *access;        /* region nearby */
    const char *users;
    int64_t     attempts; /* all attempts, retries included */
    int64_t     issued;   /* requests (first attempts) */
    int64_t     ok[METRICS_QUALITY_COUNT];
    int64_t     failed[METRICS_FAILURE_COUNT];
    int64_t     open;          /* no outcome yet when the run ended */
    SimTime     p50, p99, max; /* latency of served requests; -1 if none */
    SimTime     latency_sum;   /* of served requests: the mean is the reader's division */
} OutcomeWindow;

typedef struct OutcomeWay { /* of changes; by stream number */
    const char *data;
    const char *channel;   /* part name, e.g. "data account/channels[0] queue" */
    const char *from, *to; /* regions */
    int64_t     change_bytes;
} OutcomeWay;

/* Changes committed at `from` and not applied at `to` of ways[stream]; by at, stream. There are
 * more of these than of all other rows, so names are kept apart. */
typedef MetricsLag OutcomeLag;

typedef struct OutcomeBusy { /* by at, service, region; a row holds until the next of its place */
    SimTime     at;
    const char *service, *region;
    int64_t     busy, queued; /* threads that hold a request; requests that wait for one */
    int64_t     threads;      /* in service then */
} OutcomeBusy;

typedef struct OutcomeLatency { /* by service, access, bucket; non-empty buckets only */
    const char *service, *access;
    SimTime     top; /* largest latency of the bucket */
    int64_t     count;
} OutcomeLatency;

typedef struct OutcomeLoss { /* by acked, then write */
    uint64_t    write;       /* number of the write in the run, from 1 */
    const char *data;
    const char *code;  /* "L1" "L2" "L3" "L4" "L5" "L6" "L8" */
    const char *users; /* cohort of the writer */
    uint64_t    user;  /* number of the user in the cohort */
    uint64_t    key;
    SimTime     issued, acked; /* acked -1 for L8 */
    const char *region;        /* where it was accepted */
    const char *fault;         /* the fault that did it; "" if none */
    const char *mechanism;     /* e.g. "not yet shipped when hangzhou was lost" */
    bool        recoverable;
} OutcomeLoss;

typedef struct OutcomeStale { /* by data, step, code, age bucket */
    const char *data;
    const char *step;    /* read step: "local", "secondary", ... */
    const char *code;    /* "R1" "R2" "R3", or "fresh" for the reads that were right */
    SimTime     age_top; /* bucket of the age of the missed write; 0 for fresh */
    int64_t     count;
    int64_t     versions; /* sum of versions missed */
} OutcomeStale;

typedef struct OutcomeRestore { /* by failover number, stage order */
    uint32_t    failover;       /* 1, 2, ... in order of detection */
    const char *region;         /* the one that failed */
    const char *stage;          /* detect decide fence promote re-route warm-up; ban, catch up */
    const char *detail;         /* e.g. service for stage "users": "first failed to first served" */
    SimTime     start, end;     /* end -1: never finished */
} OutcomeRestore;

typedef struct OutcomeUserHarm { /* by users, class, access */
    const char *users;
    const char *harm; /* "lost write" "forced login" "failed core request" "rejected registration"
                         "stale credential" "duplicate account" "overwritten" */
    const char *access;
    int64_t     user_count; /* distinct users */
    int64_t     events;
} OutcomeUserHarm;

typedef struct OutcomeCompensation { /* gravest first, then by users, user, at; at most a limit */
    const char *users;
    uint64_t    user;
    const char *harm;
    const char *what; /* data class or service */
    SimTime     at;
    bool        recoverable;
} OutcomeCompensation;

typedef struct OutcomeFateRow { /* by data, region (where accepted) */
    const char *data;
    const char *region;
    int64_t     issued, ok, error, unknown, open; /* client outcomes; issued = sum of the others */
    int64_t     fate[OUTCOME_FATES];              /* of the acknowledged ones: sums to ok */
    int64_t     diverged;                         /* never everywhere, and not replaced */
    int64_t     duplicates;                       /* L5: surplus owners */
    int64_t     duplicate_effects;                /* L7 */
    int64_t     ghosts;                           /* L8 */
    SimTime     unavailable; /* U1: object-ns of acknowledged writes out of reach */
} OutcomeFateRow;

typedef struct OutcomeRpo { /* by data, region, failed_at */
    const char *data, *region;
    SimTime     failed_at;
    SimTime
        prefix_acked; /* ack time of the last write of the contiguous surviving prefix; -1: none */
    SimTime newest_acked; /* ack time of the newest survivor; -1: none */
    int64_t lost;         /* L1 + L2 */
} OutcomeRpo;

typedef struct OutcomeExpectation { /* by file line, name */
    const char *name;
    const char *claim;  /* "availability { service = login } >= 99.9%" */
    const char *got;    /* as text, "99.98 %" */
    int64_t     value;  /* in plan units; meaning by metric */
    const char *wanted; /* ">= 99.9%" */
    SimTime     from, to;
    int64_t     samples;
    bool        held;
    bool        empty; /* no samples: counts as broken */
    const char *file;
    uint32_t    line;
} OutcomeExpectation;

typedef struct OutcomeCost { /* by item, where */
    const char *item;  /* "cross-region bytes" "peak threads" "operator minutes" "extra latency" */
    const char *place; /* channel or region */
    int64_t     amount;
    const char *unit; /* "B", "threads", "ns" */
} OutcomeCost;

typedef struct OutcomeCatchUp {  /* in the order of the breaks: a direction that stood still */
    const char *data, *channel;  /* as in OutcomeWay */
    const char *from, *to;       /* regions */
    SimTime     stalled, healed; /* when the way broke, and was whole again */
    SimTime     done;            /* when nothing was left of the backlog; -1: not within the run */
} OutcomeCatchUp;

typedef struct OutcomeAlone { /* by from: a source that went on without the copies it waited for */
    const char *data;
    const char *region;
    SimTime     waited;   /* since when its oldest commit waited */
    SimTime     from, to; /* to -1: not again within the run */
} OutcomeAlone;

typedef struct OutcomeResync {  /* by began: a target that connected again */
    const char *data, *channel; /* as in OutcomeWay */
    const char *from, *to;      /* regions */
    const char *kind;           /* "partial": the source still had what it lacked; "full" */
    const char *end;            /* "done", "overflow": too much waited, "broke off", "open" */
    SimTime     lost, began;    /* the old connection was lost, the new one made */
    SimTime     loading;        /* a full copy had arrived and was loaded; -1: never */
    SimTime     ended;          /* -1: not within the run */
    int64_t     lacked;         /* bytes of the stream that the target lacked */
} OutcomeResync;

typedef struct OutcomeIntents { /* by data, region: provisional writes that a region accepted */
    const char *data, *region;
    int64_t     accepted; /* its user was told = confirmed + rejected + lost + pending */
    int64_t     confirmed, rejected, lost, pending;
    int64_t     answers;        /* of owners */
    SimTime     mean, p99, max; /* from the acceptance to the answer; -1: none */
} OutcomeIntents;

typedef struct OutcomeMark { /* by at, text: the lines of the printed timeline */
    SimTime at;
    const char *
        text; /* "cut trunk", "healed trunk; caught up in 11.8 s", "hangzhou promoted to beijing" */
    bool bad; /* begins trouble */
} OutcomeMark;

typedef struct OutcomeSpan { /* by from, service: the time between two lines of the timeline */
    SimTime     from, to;    /* to: exclusive */
    const char *service;
    int64_t     ok, failed; /* of the requests that were first asked in it */
} OutcomeSpan;

typedef struct Outcome {
    const Plan    *plan; /* lent */
    uint64_t       seed;
    OutcomeVerdict verdict;
    const char    *limit;                     /* which limit made it inconclusive; "" otherwise */
    uint64_t       schedule, chance, results; /* fingerprints */
    uint64_t       events;
    uint32_t       most_pending;
    SimTime        end;
    int64_t        users, users_hit; /* users_hit: distinct, lost write or failed core request */
    int64_t       *users_hit_of;     /* the same per cohort, in plan order */

    OutcomeFault        *faults;
    uint32_t             fault_count;
    OutcomeWindow       *windows;
    uint32_t             window_count;
    OutcomeWay          *ways;
    OutcomeLag          *lags; /* not of the arena: owned */
    uint32_t             lag_count;
    OutcomeBusy         *busy;
    uint32_t             busy_count;
    OutcomeLatency      *latencies;
    uint32_t             latency_count;
    OutcomeLoss         *losses;
    uint32_t             loss_count;
    uint64_t             losses_left_out; /* beyond the row limit (counts stay exact) */
    OutcomeStale        *stales;
    uint32_t             stale_count;
    OutcomeRestore      *restores;
    uint32_t             restore_count;
    OutcomeUserHarm     *harms;
    uint32_t             harm_count;
    OutcomeCompensation *compensations;
    uint32_t             compensation_count;
    uint64_t             compensations_left_out;
    OutcomeFateRow      *fates;
    uint32_t             fate_count;
    OutcomeRpo          *rpos;
    uint32_t             rpo_count;
    OutcomeExpectation  *expectations;
    uint32_t             expectation_count;
    OutcomeMessages     *messages;
    uint32_t             message_count;
    OutcomeCost         *costs;
    uint32_t             cost_count;
    OutcomeCatchUp      *catch_ups;
    uint32_t             catch_up_count;
    OutcomeAlone        *alones;
    uint32_t             alone_count;
    OutcomeResync       *resyncs;
    uint32_t             resync_count;
    OutcomeIntents      *intents;
    uint32_t             intent_count;
    OutcomeMark         *marks;
    uint32_t             mark_count;
    OutcomeSpan         *spans;
    uint32_t             span_count;

    struct SimArena *arena; /* holds all of the above but the lags */
} Outcome;

/* Frees the outcome and all its rows; NULL does nothing. */
void outcome_free(Outcome *outcome);

#endif
