/*
 * books.h: what the witness keeps, shared by the files of this room: ledger.c follows a history in
 * which writes replace each other, merge.c one in which they are kept together.
 *
 * Nobody outside of sim/ledger includes it.
 */
#ifndef SIM_LEDGER_BOOKS_H
#define SIM_LEDGER_BOOKS_H

#include <glib.h>

#include "sim/base/assert.h"
#include "sim/ledger/ledger.h"

#define NOWHERE UINT16_MAX
#define FORGOTTEN LEDGER_REGION_LIMIT /* plus an index of forgot_fault */

typedef enum Told {
    OPEN_OUTCOME,
    TOLD_OK,
    TOLD_REFUSED,
    TOLD_UNKNOWN,
} Told;

/* 128 bytes; what an arrival looks at comes first and fits into one cache line. */
typedef struct Record {
    uint32_t gen;
    uint32_t older, newer; /* list of the key; 0: none */
    uint32_t here;         /* regions whose store has processed it */
    uint32_t aside;        /* regions that hold it set aside */
    uint32_t key_index;
    uint32_t birth; /* running number among the writes to the key */
    uint16_t class_index;
    uint16_t cohort;
    uint8_t  region;
    uint8_t  told;
    uint16_t last_copy;         /* region that took the last copy along, or FORGOTTEN, or NOWHERE */
    bool     seen_by_newer : 1; /* the successor was made where this one had arrived */
    bool     saw_newer : 1;     /* this one was made where the successor had arrived */
    bool     counted : 1;
    bool     kept : 1;
    bool     settled : 1;  /* discarded everywhere before a region was lost */
    bool     replaced : 1; /* one that knew it was everywhere before a region was lost */
    bool     served : 1;   /* where versions linger: no store serves an older one any more */
    bool     past : 1;     /* its successor was retired: that one stood, the flags speak of it */
    bool     thrown : 1;   /* a region threw its copy away */
    bool     gone : 1;     /* at the close: destroyed or stranded, so it replaces nothing */
    SimTime  stamp;
    SimTime  acked;      /* -1: not acknowledged */
    SimTime  dark_since; /* -1: in reach */
    uint64_t saw;        /* bit n: had seen the write made n + 1 births before it */
    uint64_t number;
    uint64_t user;
    uint64_t key;
    SimTime  issued, born;
    SimTime  prev_acked; /* acknowledgement before this one, same class and region; -1: none */
    uint32_t expired;    /* regions it will not reach because a queue dropped it */
} Record;

_Static_assert(sizeof(Record) == 128, "a record fills two cache lines");

/* What most reads need comes first. */
typedef struct Key {
    uint32_t newest;
    uint32_t newest_gen;   /* of the record `newest` */
    uint32_t newest_reads; /* of it, not yet in reads[] */
    uint32_t oldest;
    uint32_t owners; /* acknowledged creations */
    uint32_t kept;   /* versions in the list */
    uint32_t births;
    uint32_t cursor; /* where the sweep goes on, or a class that merges begins; 0: at the oldest */
} Key;

typedef struct Class {
    LedgerClass rule;
    Key        *keys;
    uint32_t    key_room;
    GArray     *shown;  /* LedgerWrite [key][region], once told: what stores hold in the end */
    bool        merges; /* LEDGER_RULE_SIBLINGS or LEDGER_RULE_MERGE: see merge.c */
} Class;

typedef struct Astray { /* where a queue failed to bring a write, by slot: most runs have none */
    uint32_t unsent;    /* regions for which no queue ever had it */
    uint32_t parked;    /* regions where it is a dead letter */
} Astray;

struct Ledger {
    uint32_t     region_count, class_count;
    SimTime      count_from;
    Class       *classes;
    Record      *records; /* slot 0 is not used */
    uint32_t    *reads;   /* of each record: apart, because a read changes nothing else */
    Astray      *astray;  /* of each record; NULL until the first */
    uint32_t    *reached; /* [slot][region]: see merge.c; NULL where no class merges */
    uint32_t     room, used, free_slot, kept, most_kept;
    uint64_t     writes;
    SimTime      now;              /* the latest time told */
    uint32_t     live, lost, dark; /* region masks */
    uint32_t     lost_fault[LEDGER_REGION_LIMIT];
    GArray      *forgot_fault; /* uint32_t: those that took power before a flush */
    uint32_t     dark_fault[LEDGER_REGION_LIMIT];
    SimTime     *last_acked;  /* [class][region] */
    SimTime     *newest_kept; /* [class][region]: newest acknowledgement among survivors */
    LedgerCount *counts;      /* [class][region] */
    GArray      *losses;
    GArray      *rpos;
    GArray      *intents_lost; /* LedgerIntent; NULL: none */
    bool         closed;
};

/* intents.c */
/* What lost intents add to a row of a lost region; `first_loss`: when the first of its losses was
 * acknowledged. */
void ledger_intents_rpo(const Ledger *ledger, LedgerRpo *rpo, SimTime *first_loss);

/* ledger.c */
/* Starts or ends the time in which an acknowledged write that still matters is out of reach. */
void               ledger_turn_dark(Ledger *ledger, uint32_t slot, SimTime now);
static inline void ledger_watch_dark(Ledger *ledger, uint32_t slot, SimTime now)
{
    if (ledger->dark != 0 || ledger->records[slot].dark_since >= 0)
        ledger_turn_dark(ledger, slot, now);
}
/* Books the fate of a record that is about to be forgotten, and forgets it. */
void ledger_retire(Ledger *ledger, uint32_t slot, LedgerFate fate);

static inline uint32_t ledger_in_reach(const Ledger *ledger, const Record *record)
{
    return record->here & ~(ledger->lost | ledger->dark);
}

/* The live regions that a write of the class has to reach. */
static inline uint32_t ledger_required(const Ledger *ledger, const LedgerClass *rule)
{
    uint32_t stores = rule->stores == 0 ? UINT32_MAX : rule->stores;
    return rule->spread ? ledger->live & stores : 0;
}

static inline Astray ledger_astray(const Ledger *ledger, const Record *record)
{
    return ledger->astray == NULL ? (Astray){0, 0} : ledger->astray[record - ledger->records];
}

/* merge.c */
/* A write was appended to its key's list, or came to a region; what that settles is forgotten. */
void merge_born(Ledger *ledger, Key *key, uint32_t slot);
void merge_arrived(Ledger *ledger, Key *key, uint32_t slot, uint32_t region);
/* The outcome of a write is known. */
void merge_told(Ledger *ledger, uint32_t slot);
/* Copies are about to go: notes what is replaced by what is everywhere. */
void merge_settle(Ledger *ledger, const Key *key);
/* At the close: which writes of a key are gone, and which of the others are replaced. */
void       merge_close(Ledger *ledger, const Key *key);
LedgerFate merge_fate(const Ledger *ledger, const Record *record, uint32_t *out_holders);
LedgerRead merge_read(const Ledger *ledger, const Key *key, LedgerWrite state, uint32_t cohort,
                      uint64_t user, SimTime began);

#endif
