/*
 * ledger.h: the omniscient witness.
 *
 * Sees every write and every arrival of a write at a region's store, and decides at the end what
 * became of each acknowledged one. Simulated components never ask it anything: losses and staleness
 * come from here, beliefs from the stores.
 *
 * A write is kept while its fate is open. All kept writes to one key form a list in the order of
 * the conflict rule:
 *
 *     older                                              newer
 *     w1 --successor--> w2 --successor--> w3 (no successor: current)
 *
 * A write is *replaced* if its immediate successor had seen it (was made where it had arrived),
 * *discarded unseen* if not, and an *order inversion* if moreover it had itself seen the successor.
 * It is retired once no later write can come between it and its successor and every live region
 * has one of the two.
 *
 * Regions, classes, users and faults are indices; names are the caller's business.
 */
#ifndef SIM_LEDGER_LEDGER_H
#define SIM_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/time.h"

#define LEDGER_REGION_LIMIT 32u

typedef struct Ledger Ledger;

/* A kept or retired write; 0 is the state of the world before the run. */
typedef uint64_t LedgerWrite;

typedef enum LedgerRule {
    LEDGER_RULE_LATEST,  /* the largest stamp is current */
    LEDGER_RULE_FIRST,   /* the smallest stamp is current */
    LEDGER_RULE_FREEZE,  /* conflicting writes are all kept, frozen */
    LEDGER_RULE_ARRIVAL, /* a store keeps what came last, whatever its stamp */
    /* The others are kept together; a read gets a state (ledger_state), not one version. */
    LEDGER_RULE_SIBLINGS, /* a write is current until one that had seen it; several may be */
    LEDGER_RULE_MERGE,    /* every write keeps its effect: a set, a counter */
} LedgerRule;

typedef struct LedgerClass {
    LedgerRule rule;
    bool       unique;     /* more than one acknowledged creation of a key is L5 */
    bool       idempotent; /* a second arrival has no effect (else L7) */
    bool       spread;     /* writes are meant to reach every region */
    uint32_t   stores;     /* the regions they are meant to reach, a bit each; 0: all */
    bool       lingers;    /* a region may still serve an older version after a newer one came
                              there, until ledger_settled says otherwise */
} LedgerClass;

typedef struct LedgerSetup {
    uint32_t           region_count; /* <= LEDGER_REGION_LIMIT */
    uint32_t           class_count;
    const LedgerClass *classes;    /* copied */
    SimTime            count_from; /* writes issued earlier are followed but not counted */
} LedgerSetup;

Ledger *ledger_new(const LedgerSetup *setup);
void    ledger_free(Ledger *ledger);

/* What is known of a write when it is committed at a region's store. */
typedef struct LedgerBirth {
    uint32_t class_index;
    uint32_t key_index; /* dense number of the key within its class, from 0 */
    uint64_t key;
    uint32_t cohort;
    uint64_t user;
    uint32_t region;
    SimTime  issued;
    SimTime  now;
    SimTime  stamp; /* the region's clock: the conflict rule orders by (stamp, region, number) */
    SimTime  slowest_clock; /* smallest clock reading of any live region */
    bool     nowhere;       /* no store holds it yet: the first arrival is still to come */
} LedgerBirth;

/* A write was committed. It has arrived at its own region, unless it is still nowhere. */
LedgerWrite ledger_born(Ledger *ledger, const LedgerBirth *birth);

/* The user was told "done" at `now`. At most once; also turns an earlier unknown outcome into ok.
 */
void ledger_acked(Ledger *ledger, LedgerWrite write, SimTime now);
/* The user was told "failed", or gave up waiting. */
void ledger_refused(Ledger *ledger, LedgerWrite write);
void ledger_unknown(Ledger *ledger, LedgerWrite write);

/* The write was processed (applied, or set aside by the conflict rule) at the store of `region`.
 * `slowest_clock` is the smallest clock reading of any live region: no later write can get an
 * earlier stamp. Returns false if it had already arrived there. */
bool ledger_arrived(Ledger *ledger, LedgerWrite write, uint32_t region, SimTime slowest_clock);

/* In a class that lingers: no store serves anything older than the write any more. */
void ledger_settled(Ledger *ledger, LedgerWrite write, SimTime slowest_clock);

/* A queue dropped the write on its way to `region`. */
void ledger_expired(Ledger *ledger, LedgerWrite write, uint32_t region);
/* Nobody will send it to `region` again: no queue accepted its message, it was forgotten there, or
 * the store there did not take it. */
void ledger_unsent(Ledger *ledger, LedgerWrite write, uint32_t region);
/* The consumer at `region` gave up on the message and put it with the dead letters there. */
void ledger_dead_letter(Ledger *ledger, LedgerWrite write, uint32_t region);

/* The write was taken out of the store of `region` and set aside there (rolled back). */
void ledger_set_aside(Ledger *ledger, LedgerWrite write, uint32_t region);
/* The copy at the region is thrown away: a full copy from elsewhere replaced the whole store, or
 * its change was never part of the new owner's history. */
void ledger_destroyed(Ledger *ledger, LedgerWrite write, uint32_t region);

/* The store at the region lost power before the copy was on its disk. */
void ledger_forgotten(Ledger *ledger, LedgerWrite write, uint32_t region, uint32_t fault);

/* All copies at the region are destroyed. `fault` is remembered as the cause. */
void ledger_region_lost(Ledger *ledger, uint32_t region, SimTime now, uint32_t fault);
/* The region's copies are out of reach from now on, or again in reach (U1). */
void ledger_region_dark(Ledger *ledger, uint32_t region, SimTime now, bool dark, uint32_t fault);

/* The key will soon be read, or written; the write will soon arrive somewhere: starts to load what
 * that needs. */
void ledger_expect(const Ledger *ledger, uint32_t class_index, uint32_t key_index, bool written);
void ledger_expect_arrival(const Ledger *ledger, LedgerWrite write);

/* What a region's store shows of a key now, as the version that a read of it returned; for classes
 * of LEDGER_RULE_SIBLINGS and LEDGER_RULE_MERGE. 0: the state before the run. */
LedgerWrite ledger_state(const Ledger *ledger, uint32_t class_index, uint32_t key_index,
                         uint32_t region);

/* What a read got, compared with what had been acknowledged when it began. */
typedef struct LedgerRead {
    bool    stale;    /* R1 */
    bool    own;      /* R2: it missed a write of the same user */
    SimTime age;      /* since the oldest missed write was acknowledged */
    int64_t versions; /* acknowledged versions missed */
} LedgerRead;

/* Whether a read returned the newest version of all, so that there is nothing to ask ledger_read;
 * it is counted then. */
bool ledger_read_newest(Ledger *ledger, uint32_t class_index, uint32_t key_index,
                        LedgerWrite version);

/* A read that began at `began` returned `version` (0: the state before the run) of a key. */
LedgerRead ledger_read(Ledger *ledger, uint32_t class_index, uint32_t key_index,
                       LedgerWrite version, uint32_t cohort, uint64_t user, SimTime began);

/* Fates in the order of the store's columns; the first six partition acknowledged writes. */
typedef enum LedgerFate {
    LEDGER_SURVIVED,
    LEDGER_L1,
    LEDGER_L2,
    LEDGER_L3,
    LEDGER_L4,
    LEDGER_L6,
    LEDGER_FATES,
    LEDGER_L5 = LEDGER_FATES, /* further harms, not fates */
    LEDGER_L8,
} LedgerFate;

/* A write that was accepted where it entered and that its owner has not done yet: intents.c. */
typedef struct LedgerIntent {
    uint32_t class_index, region, cohort; /* region: that accepted it */
    uint64_t user, key;
    SimTime  issued;
    SimTime  acked, prev_acked; /* set by ledger_intent_acked; -1 before */
} LedgerIntent;

typedef enum LedgerIntentEnd {
    LEDGER_INTENT_CONFIRMED, /* it is a write of its owner now */
    LEDGER_INTENT_REJECTED,
    LEDGER_INTENT_LOST,    /* L1 */
    LEDGER_INTENT_PENDING, /* at the end of the run */
    LEDGER_INTENT_ENDS,
} LedgerIntentEnd;

typedef struct LedgerCount { /* one per class and region of birth */
    int64_t issued, ok, refused, unknown, open;
    int64_t fate[LEDGER_FATES];
    int64_t diverged;          /* survive somewhere, and will never reach every live region */
    int64_t surplus_owners;    /* L5 */
    int64_t duplicate_effects; /* L7 */
    int64_t ghosts;            /* L8: refused or unknown, yet present at the end */
    int64_t phantom_reads;     /* R3: reads that returned what was lost later */
    int64_t accepted;          /* intents of which the user was told, and how they ended */
    int64_t intent[LEDGER_INTENT_ENDS];
    SimTime dark; /* U1: object-ns, or INT64_MAX if there are more */
} LedgerCount;

/* The user was told that an intent is accepted; and how it ended, once, after that. */
void ledger_intent_acked(Ledger *ledger, LedgerIntent *intent, SimTime now);
void ledger_intent_ended(Ledger *ledger, const LedgerIntent *intent, LedgerIntentEnd end);

typedef struct LedgerLoss {
    LedgerFate fate;
    uint64_t   number; /* of the write in the run, from 1 */
    uint32_t   class_index, cohort, region;
    uint64_t   user, key;
    SimTime    issued, acked; /* acked -1: never */
    uint32_t   fault;         /* UINT32_MAX: none */
    uint32_t   holders;       /* L2: regions that hold a copy out of reach */
    bool       forgotten;     /* L1: its region lost power before it was on the disk */
    uint32_t   last;         /* L1: the region that was lost with the last copy; UINT32_MAX: none */
    uint32_t   dead_letters; /* those of them where it is a dead letter */
} LedgerLoss;

typedef struct LedgerRpo { /* per class and lost region */
    uint32_t class_index, region;
    SimTime  failed_at;
    SimTime  prefix_acked; /* last acknowledgement before the first loss; -1: none */
    SimTime  newest_acked; /* newest surviving acknowledged write; -1: none */
    int64_t  lost;
} LedgerRpo;

/* What a region's store holds of a key in the end; for classes of LEDGER_RULE_ARRIVAL, before the
 * close. */
void ledger_shows(Ledger *ledger, uint32_t class_index, uint32_t key_index, uint32_t region,
                  LedgerWrite write);

/* Ends the history: decides every open fate, checks conservation (asserted) and sorts the losses by
 * (acked, number). Call once; nothing may be recorded afterwards. */
void ledger_close(Ledger *ledger, SimTime now);

const LedgerCount *ledger_count(const Ledger *ledger, uint32_t class_index, uint32_t region);
uint64_t           ledger_losses(const Ledger *ledger, const LedgerLoss **out_losses);
uint32_t           ledger_rpos(const Ledger *ledger, const LedgerRpo **out_rpos);

/* Writes whose fate is open, now and at most: what memory follows. */
uint32_t ledger_kept(const Ledger *ledger);
uint32_t ledger_most_kept(const Ledger *ledger);
uint64_t ledger_writes(const Ledger *ledger);

#endif
