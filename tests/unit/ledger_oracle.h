/*
 * ledger_oracle.h: what the ledger must say, computed the slow way.
 *
 * Keeps every write for ever and looks at all pairs when it is asked. It shares no idea with the
 * ledger but the definitions: no lists, no retirement, no flags kept up to date.
 *
 *   order       by (stamp, region, number); reversed where the first one wins
 *   successor   the next write to the key in that order, over the whole history
 *   seen        w had seen v: v was in the store where w was made when w was made
 *   replaced    the successor had seen it; a successor that is destroyed or stranded does not count
 *   siblings    no order but what had been seen: a write is replaced if any that is not gone had
 * seen it, or one that was everywhere at one time; a set or a counter never replaces discarded   it
 * had not, and a store that can be reached has processed both, or all regions alive at one time had
 */
#ifndef TESTS_UNIT_LEDGER_ORACLE_H
#define TESTS_UNIT_LEDGER_ORACLE_H

#include <stdbool.h>
#include <string.h>

#include "sim/ledger/ledger.h"

#define ORACLE_WRITES 64u
#define ORACLE_NONE UINT32_MAX

typedef enum OracleTold { ORACLE_OPEN, ORACLE_OK, ORACLE_REFUSED, ORACLE_UNKNOWN } OracleTold;

typedef struct OracleWrite {
    uint32_t   key, region;
    uint64_t   user;
    SimTime    issued, born, stamp, acked;
    OracleTold told;
    uint64_t   saw; /* set of writes */
    uint32_t   here, aside, expired;
    int64_t    reads;
    uint32_t   settled_by;  /* successor at the time when all regions had discarded it */
    uint32_t   replaced_by; /* successor that knew it and was everywhere at one time */
    bool       surplus;     /* L5 */
} OracleWrite;

typedef struct OracleAck {
    uint32_t write;
    SimTime  at;
} OracleAck;

typedef struct OracleLost {
    uint32_t region;
    SimTime  at;
} OracleLost;

typedef struct Oracle {
    LedgerClass class;
    uint32_t    regions;
    SimTime     count_from;
    OracleWrite writes[ORACLE_WRITES];
    uint32_t    count;
    uint32_t    live, lost, dark;
    OracleAck   acks[ORACLE_WRITES]; /* in the order told */
    uint32_t    ack_count;
    OracleLost  losses[LEDGER_REGION_LIMIT];
    uint32_t    loss_count;
    SimTime     now;
    SimTime     unreachable[LEDGER_REGION_LIMIT]; /* U1 by region of birth */
} Oracle;

static inline bool oracle_merges(const Oracle *oracle)
{
    return oracle->class.rule == LEDGER_RULE_SIBLINGS || oracle->class.rule == LEDGER_RULE_MERGE;
}

static inline bool oracle_older(const Oracle *oracle, uint32_t a, uint32_t b)
{
    if (oracle_merges(oracle))
        return a < b;
    if (oracle->class.rule == LEDGER_RULE_FIRST) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    const OracleWrite *x = &oracle->writes[a];
    const OracleWrite *y = &oracle->writes[b];
    if (x->stamp != y->stamp)
        return x->stamp < y->stamp;
    if (x->region != y->region)
        return x->region < y->region;
    return a < b;
}

static inline uint32_t oracle_successor(const Oracle *oracle, uint32_t write)
{
    uint32_t best = ORACLE_NONE;
    for (uint32_t w = 0; w < oracle->count; w++)
        if (w != write && oracle->writes[w].key == oracle->writes[write].key &&
            oracle_older(oracle, write, w) &&
            (best == ORACLE_NONE || oracle_older(oracle, w, best)))
            best = w;
    return best;
}

static inline bool oracle_saw(const Oracle *oracle, uint32_t who, uint32_t what)
{
    return (oracle->writes[who].saw >> what & 1) != 0;
}

/* All regions alive (all holders, where writes do not spread) have processed both the write and the
 * one that beat it unseen. */
static inline bool oracle_settled(const Oracle *oracle, uint32_t write)
{
    if (oracle_merges(oracle))
        return false;
    uint32_t next = oracle_successor(oracle, write);
    uint32_t stores = oracle->class.spread ? oracle->live : oracle->writes[write].here;
    return next != ORACLE_NONE && !oracle_saw(oracle, next, write) && stores != 0 &&
           oracle->class.rule != LEDGER_RULE_FREEZE &&
           (oracle->writes[write].here & oracle->writes[next].here & stores) == stores;
}

static inline bool oracle_replaced(const Oracle *oracle, uint32_t write)
{
    for (uint32_t w = 0; w < oracle->count && oracle->class.rule == LEDGER_RULE_SIBLINGS; w++)
        if (oracle_saw(oracle, w, write))
            return true;
    if (oracle_merges(oracle))
        return false;
    uint32_t next = oracle_successor(oracle, write);
    return next != ORACLE_NONE && oracle_saw(oracle, next, write);
}

static inline bool oracle_counted(const Oracle *oracle, uint32_t write)
{
    return oracle->writes[write].issued >= oracle->count_from;
}

/* Time goes by: every acknowledged write that matters and exists only in the dark is out of reach.
 */
static inline void oracle_until(Oracle *oracle, SimTime now)
{
    for (uint32_t w = 0; w < oracle->count; w++) {
        const OracleWrite *write = &oracle->writes[w];
        if (oracle_counted(oracle, w) && write->told == ORACLE_OK && write->here != 0 &&
            (write->here & ~oracle->dark) == 0 && !oracle_replaced(oracle, w) &&
            !oracle_settled(oracle, w))
            oracle->unreachable[write->region] += now - oracle->now;
    }
    oracle->now = now;
}

static inline uint32_t oracle_born(Oracle *oracle, uint32_t key, uint32_t region, uint64_t user,
                                   SimTime issued, SimTime stamp)
{
    uint32_t     index = oracle->count++;
    OracleWrite *write = &oracle->writes[index];
    *write = (OracleWrite){.key = key,
                           .region = region,
                           .user = user,
                           .issued = issued,
                           .born = oracle->now,
                           .stamp = stamp,
                           .acked = -1,
                           .here = 1u << region,
                           .settled_by = ORACLE_NONE,
                           .replaced_by = ORACLE_NONE};
    for (uint32_t w = 0; w < index; w++)
        if (oracle->writes[w].key == key && (oracle->writes[w].here >> region & 1) != 0)
            write->saw |= UINT64_C(1) << w;
    return index;
}

static inline void oracle_acked(Oracle *oracle, uint32_t index)
{
    OracleWrite *write = &oracle->writes[index];
    if (oracle->class.unique)
        for (uint32_t w = 0; w < oracle->count; w++)
            write->surplus |=
                oracle->writes[w].key == write->key && oracle->writes[w].told == ORACLE_OK;
    write->told = ORACLE_OK;
    write->acked = oracle->now;
    oracle->acks[oracle->ack_count++] = (OracleAck){index, oracle->now};
}

/* The successor had seen it and is wherever it should be: no loss brings the older one back. */
static inline bool oracle_replaced_for_good(const Oracle *oracle, uint32_t write)
{
    uint32_t next = oracle_successor(oracle, write);
    uint32_t required = oracle->class.spread ? oracle->live : 0;
    return next != ORACLE_NONE && oracle_saw(oracle, next, write) &&
           (oracle->writes[next].here & required) == required;
}

/* Siblings: a write among `set` had seen this one. */
static inline bool oracle_covered(const Oracle *oracle, uint32_t write, const bool *set)
{
    for (uint32_t w = 0; w < oracle->count; w++)
        if (set[w] && oracle->class.rule == LEDGER_RULE_SIBLINGS && oracle_saw(oracle, w, write))
            return true;
    return false;
}

/* Siblings: replaced by a write that was everywhere at one time, maybe now. */
static inline void oracle_for_good(const Oracle *oracle, bool *out_replaced)
{
    bool stands[ORACLE_WRITES] = {false};
    for (uint32_t w = oracle->count; w-- > 0;) {
        bool everywhere =
            oracle->live != 0 && (oracle->writes[w].here & oracle->live) == oracle->live;
        out_replaced[w] =
            oracle->writes[w].replaced_by != ORACLE_NONE || oracle_covered(oracle, w, stands);
        stands[w] = everywhere || out_replaced[w];
    }
}

static inline void oracle_note_settled(Oracle *oracle)
{
    if (oracle_merges(oracle)) {
        bool replaced[ORACLE_WRITES];
        oracle_for_good(oracle, replaced);
        for (uint32_t w = 0; w < oracle->count; w++)
            if (replaced[w])
                oracle->writes[w].replaced_by = w;
        return;
    }
    for (uint32_t w = 0; w < oracle->count; w++) {
        uint32_t next = oracle_successor(oracle, w);
        if (oracle_settled(oracle, w))
            oracle->writes[w].settled_by = next;
        if (oracle_replaced_for_good(oracle, w))
            oracle->writes[w].replaced_by = next;
    }
}

static inline void oracle_set_aside(Oracle *oracle, uint32_t write, uint32_t region)
{
    oracle_note_settled(oracle);
    oracle->writes[write].here &= ~(1u << region);
    oracle->writes[write].aside |= 1u << region;
}

static inline void oracle_destroyed(Oracle *oracle, uint32_t write, uint32_t region)
{
    oracle_note_settled(oracle);
    oracle->writes[write].here &= ~(1u << region);
    oracle->writes[write].aside &= ~(1u << region);
}

static inline void oracle_region_lost(Oracle *oracle, uint32_t region)
{
    oracle_note_settled(oracle);
    oracle->lost |= 1u << region;
    oracle->live &= ~(1u << region);
    for (uint32_t w = 0; w < oracle->count; w++) {
        oracle->writes[w].here &= ~(1u << region);
        oracle->writes[w].aside &= ~(1u << region);
    }
    oracle->losses[oracle->loss_count++] = (OracleLost){region, oracle->now};
}

/* What a region's store shows of a key: its newest version; ORACLE_NONE: that of before the run. */
static inline uint32_t oracle_shown(const Oracle *oracle, uint32_t key, uint32_t region)
{
    uint32_t best = ORACLE_NONE;
    for (uint32_t w = 0; w < oracle->count; w++) {
        const OracleWrite *write = &oracle->writes[w];
        if (write->key == key && ((write->here | write->aside) >> region & 1) != 0 &&
            (best == ORACLE_NONE || oracle_older(oracle, best, w)))
            best = w;
    }
    return best;
}

/* Of what a store shows nothing is missed, nor what any of it had seen, however indirectly. */
static inline LedgerRead oracle_read_state(const Oracle *oracle, uint32_t key, uint32_t region,
                                           uint64_t user, SimTime began)
{
    LedgerRead read = {false, false, 0, 0};
    bool       known[ORACLE_WRITES] = {false};
    for (uint32_t w = oracle->count; w-- > 0;) {
        const OracleWrite *write = &oracle->writes[w];
        known[w] = (write->here >> region & 1) != 0 || oracle_covered(oracle, w, known);
        if (write->key != key || known[w] || write->acked < 0 || write->acked >= began)
            continue;
        read.stale = true;
        read.versions++;
        read.own |= write->user == user;
        if (began - write->acked > read.age)
            read.age = began - write->acked;
    }
    return read;
}

static inline LedgerRead oracle_read(Oracle *oracle, uint32_t key, uint32_t region,
                                     uint32_t version, uint64_t user, SimTime began)
{
    LedgerRead read = {false, false, 0, 0};
    if (oracle_merges(oracle))
        return oracle_read_state(oracle, key, region, user, began);
    if (version != ORACLE_NONE)
        oracle->writes[version].reads++;
    for (uint32_t w = 0; w < oracle->count; w++) {
        const OracleWrite *write = &oracle->writes[w];
        if (write->key != key || write->acked < 0 || write->acked >= began ||
            (version != ORACLE_NONE && (w == version || !oracle_older(oracle, version, w))))
            continue;
        read.stale = true;
        read.versions++;
        read.own |= write->user == user;
        if (began - write->acked > read.age)
            read.age = began - write->acked;
    }
    return read;
}

static inline LedgerFate oracle_fate(const Oracle *oracle, uint32_t index);

/* The successor that counts: one that is destroyed or stranded itself replaces nothing. */
static inline uint32_t oracle_standing_successor(const Oracle *oracle, uint32_t index)
{
    uint32_t next = oracle_successor(oracle, index);
    while (next != ORACLE_NONE && oracle->class.rule == LEDGER_RULE_LATEST) {
        LedgerFate fate = oracle_fate(oracle, next);
        if (fate != LEDGER_L1 && fate != LEDGER_L2)
            return next;
        next = oracle_successor(oracle, next);
    }
    return next;
}

static inline LedgerFate oracle_fate_merged(const Oracle *oracle, uint32_t index)
{
    bool replaced[ORACLE_WRITES];
    bool stands[ORACLE_WRITES] = {false};
    oracle_for_good(oracle, replaced);
    for (uint32_t w = oracle->count; w-- > index;) {
        const OracleWrite *write = &oracle->writes[w];
        uint32_t           reachable = write->here & ~(oracle->lost | oracle->dark);
        bool               survives = replaced[w] || oracle_covered(oracle, w, stands);
        stands[w] = survives || reachable != 0;
        if (w != index)
            continue;
        if (survives)
            return LEDGER_SURVIVED;
        if (reachable != 0)
            return (write->expired & ~write->here & oracle->live) != 0 ? LEDGER_L6
                                                                       : LEDGER_SURVIVED;
        return (write->here & oracle->dark) != 0 ? LEDGER_L2 : LEDGER_L1;
    }
    return LEDGER_SURVIVED;
}

static inline LedgerFate oracle_fate(const Oracle *oracle, uint32_t index)
{
    if (oracle_merges(oracle))
        return oracle_fate_merged(oracle, index);
    const OracleWrite *write = &oracle->writes[index];
    uint32_t           next = oracle_standing_successor(oracle, index);
    bool               inverted = next != ORACLE_NONE && oracle_saw(oracle, index, next);
    uint32_t           reachable = write->here & ~(oracle->lost | oracle->dark);
    uint32_t           immediate = oracle_successor(oracle, index);
    if (oracle_replaced_for_good(oracle, index) ||
        (immediate != ORACLE_NONE && write->replaced_by == immediate))
        return LEDGER_SURVIVED;
    if (immediate != ORACLE_NONE && write->settled_by == immediate)
        return oracle_saw(oracle, index, immediate) ? LEDGER_L4 : LEDGER_L3;
    if (next != ORACLE_NONE && oracle_saw(oracle, next, index))
        return LEDGER_SURVIVED;
    if (next != ORACLE_NONE && next == immediate && oracle_settled(oracle, index))
        return inverted ? LEDGER_L4 : LEDGER_L3;
    if (reachable == 0)
        return ((write->here & oracle->dark) | write->aside) != 0 ? LEDGER_L2 : LEDGER_L1;
    if ((write->expired & ~write->here & oracle->live) != 0)
        return LEDGER_L6;
    if (next != ORACLE_NONE && oracle->class.rule != LEDGER_RULE_FREEZE &&
        (oracle->writes[next].here & reachable) != 0)
        return inverted ? LEDGER_L4 : LEDGER_L3;
    return LEDGER_SURVIVED;
}

static inline LedgerCount oracle_count(const Oracle *oracle, uint32_t region)
{
    LedgerCount count;
    memset(&count, 0, sizeof count);
    count.dark = oracle->unreachable[region];
    for (uint32_t w = 0; w < oracle->count; w++) {
        const OracleWrite *write = &oracle->writes[w];
        if (write->region != region || !oracle_counted(oracle, w))
            continue;
        LedgerFate fate = oracle_fate(oracle, w);
        bool       gone = fate == LEDGER_L1 || fate == LEDGER_L2;
        count.issued++;
        count.ok += write->told == ORACLE_OK;
        count.refused += write->told == ORACLE_REFUSED;
        count.unknown += write->told == ORACLE_UNKNOWN;
        count.open += write->told == ORACLE_OPEN;
        if (write->told == ORACLE_OK)
            count.fate[fate]++;
        else if (write->told != ORACLE_OPEN && !gone)
            count.ghosts++;
        count.surplus_owners += write->surplus;
        if (gone)
            count.phantom_reads += write->reads;
    }
    return count;
}

/* Walks the acknowledgements of a region in the order told, up to the first that was lost. */
static inline LedgerRpo oracle_rpo(const Oracle *oracle, OracleLost lost)
{
    LedgerRpo rpo = {0, lost.region, lost.at, -1, -1, 0};
    bool      whole = true;
    for (uint32_t a = 0; a < oracle->ack_count; a++) {
        const OracleWrite *write = &oracle->writes[oracle->acks[a].write];
        LedgerFate         fate = oracle_fate(oracle, oracle->acks[a].write);
        bool               gone = fate == LEDGER_L1 || fate == LEDGER_L2;
        if (write->region != lost.region)
            continue;
        if (gone && write->born <= lost.at) {
            whole = false;
            rpo.lost += write->issued >= oracle->count_from;
        }
        if (whole)
            rpo.prefix_acked = oracle->acks[a].at;
        if (!gone && oracle->acks[a].at > rpo.newest_acked)
            rpo.newest_acked = oracle->acks[a].at;
    }
    return rpo;
}

#endif
