/*
 * merge.c: the witness where writes do not replace each other by an order but are kept together.
 *
 *   siblings  a write is current until another that had seen it; those that had not seen each other
 *             are current side by side
 *   merge     nothing is ever replaced: an element of a set, a step of a counter
 *
 * The list of a key is in order of birth. Every birth and arrival of a key has a tick; `reached` is
 * the tick at which a write came to each region, 0: not yet. A store shows everything that came to
 * it, so a write made at region q at tick t had seen exactly what reached q before t:
 *
 *   v had seen w   <=>   0 < reached[w][q] < birth of v,   q = where v was made
 *
 * Of the writes made at q that satisfy something, the latest has seen all that the others had: one
 * tick for each region, and one walk from the newest to the oldest, tell what they cover, however
 * long the chain. What a merging class keeps, it keeps: memory follows the size of its sets.
 */
#include <string.h>

#include "sim/ledger/books.h"

/* A state is a mark, a region and a tick. */
#define STATE (UINT64_C(1) << 63)

typedef struct Front { /* of the writes made at each region, the birth of the latest that counts */
    uint32_t latest[LEDGER_REGION_LIMIT];
} Front;

static uint32_t *reached_of(const Ledger *ledger, uint32_t slot)
{
    return &ledger->reached[(size_t)slot * ledger->region_count];
}

static bool has_siblings(const Ledger *ledger, const Record *record)
{
    return ledger->classes[record->class_index].rule.rule == LEDGER_RULE_SIBLINGS;
}

static void front_add(Front *front, const Record *record)
{
    if (record->birth > front->latest[record->region])
        front->latest[record->region] = record->birth;
}

/* Whether a write that counts had seen this one. */
static bool covered(const Ledger *ledger, const Front *front, uint32_t slot)
{
    const uint32_t *reached = reached_of(ledger, slot);
    for (uint32_t r = 0; r < ledger->region_count; r++)
        if (reached[r] != 0 && reached[r] < front->latest[r])
            return true;
    return false;
}

static bool everywhere(const Ledger *ledger, const Record *record)
{
    uint32_t required = ledger_required(ledger, &ledger->classes[record->class_index].rule);
    return required != 0 && (record->here & required) == required;
}

void merge_settle(Ledger *ledger, const Key *key)
{
    Front front = {{0}};
    for (uint32_t slot = key->newest; slot != 0; slot = ledger->records[slot].older) {
        Record *record = &ledger->records[slot];
        if (!has_siblings(ledger, record))
            return;
        record->replaced |= covered(ledger, &front, slot);
        if (record->replaced || everywhere(ledger, record))
            front_add(&front, record);
    }
}

static bool may_be_forgotten(const Ledger *ledger, const Record *record)
{
    return record->replaced && record->told != OPEN_OUTCOME &&
           ledger->classes[record->class_index].rule.idempotent;
}

/* A write came to be everywhere: what it replaces need not be followed any more. */
static void forget_replaced(Ledger *ledger, Key *key)
{
    merge_settle(ledger, key);
    for (uint32_t slot = key->oldest; slot != 0;) {
        uint32_t next = ledger->records[slot].newer;
        if (may_be_forgotten(ledger, &ledger->records[slot]))
            ledger_retire(ledger, slot, LEDGER_SURVIVED);
        slot = next;
    }
}

/* Of a merging class, what is everywhere cannot be missed by a read. */
static void move_cursor(const Ledger *ledger, Key *key)
{
    if (key->cursor == 0)
        key->cursor = key->oldest;
    while (everywhere(ledger, &ledger->records[key->cursor]) &&
           ledger->records[key->cursor].newer != 0)
        key->cursor = ledger->records[key->cursor].newer;
}

void merge_born(Ledger *ledger, Key *key, uint32_t slot)
{
    const Record *record = &ledger->records[slot];
    uint32_t     *reached = reached_of(ledger, slot);
    memset(reached, 0, sizeof *reached * ledger->region_count);
    reached[record->region] = record->birth;
    if (!has_siblings(ledger, record)) {
        move_cursor(ledger, key);
        return;
    }
    for (uint32_t other = record->older; other != 0; other = ledger->records[other].older) {
        Record *seen = &ledger->records[other];
        if (seen->seen_by_newer || (seen->here >> record->region & 1) == 0)
            continue;
        seen->seen_by_newer = true;
        ledger_watch_dark(ledger, other, record->born);
    }
    if (everywhere(ledger, record))
        forget_replaced(ledger, key);
}

void merge_arrived(Ledger *ledger, Key *key, uint32_t slot, uint32_t region)
{
    const Record *record = &ledger->records[slot];
    reached_of(ledger, slot)[region] = ++key->births;
    if (!has_siblings(ledger, record))
        move_cursor(ledger, key);
    else if (everywhere(ledger, record))
        forget_replaced(ledger, key);
}

void merge_told(Ledger *ledger, uint32_t slot)
{
    if (may_be_forgotten(ledger, &ledger->records[slot]))
        ledger_retire(ledger, slot, LEDGER_SURVIVED);
}

LedgerFate merge_fate(const Ledger *ledger, const Record *record, uint32_t *out_holders)
{
    uint32_t parked = ledger_astray(ledger, record).parked;
    *out_holders = 0;
    if (record->replaced)
        return LEDGER_SURVIVED;
    if (ledger_in_reach(ledger, record) != 0) {
        if ((record->expired & ~record->here & ledger->live) != 0)
            return LEDGER_L6;
        *out_holders = parked & ~record->here & ledger->live;
        return *out_holders != 0 ? LEDGER_L2 : LEDGER_SURVIVED;
    }
    *out_holders = (record->here & ledger->dark) | record->aside | parked;
    return *out_holders != 0 ? LEDGER_L2 : LEDGER_L1;
}

/* One that is gone replaces nothing; one that is replaced stands for what it had seen. */
void merge_close(Ledger *ledger, const Key *key)
{
    Front front = {{0}};
    merge_settle(ledger, key);
    for (uint32_t slot = key->newest; slot != 0; slot = ledger->records[slot].older) {
        Record  *record = &ledger->records[slot];
        uint32_t holders;
        record->replaced |= has_siblings(ledger, record) && covered(ledger, &front, slot);
        LedgerFate fate = merge_fate(ledger, record, &holders);
        record->gone =
            (fate == LEDGER_L1 || fate == LEDGER_L2) && ledger_in_reach(ledger, record) == 0;
        if (!record->gone)
            front_add(&front, record);
    }
}

/* ---- reads ------------------------------------------------------------------------------- */

LedgerWrite ledger_state(const Ledger *ledger, uint32_t class_index, uint32_t key_index,
                         uint32_t region)
{
    const Class *class = &ledger->classes[class_index];
    SIM_ASSERT(class->merges);
    uint32_t tick = key_index < class->key_room ? class->keys[key_index].births : 0;
    return tick == 0 ? 0 : STATE | (LedgerWrite)region << 32 | tick;
}

LedgerRead merge_read(const Ledger *ledger, const Key *key, LedgerWrite state, uint32_t cohort,
                      uint64_t user, SimTime began)
{
    uint32_t   region = (uint32_t)(state >> 32) & (LEDGER_REGION_LIMIT - 1);
    uint32_t   tick = (uint32_t)state;
    LedgerRead read = {false, false, 0, 0};
    Front      front = {{0}};
    SimTime    oldest_miss = -1;
    SIM_ASSERT(state == 0 || (state & STATE) != 0);
    for (uint32_t slot = key->newest; slot != 0; slot = ledger->records[slot].older) {
        const Record *record = &ledger->records[slot];
        uint32_t      came = state == 0 ? 0 : reached_of(ledger, slot)[region];
        bool          known = came != 0 && came <= tick;
        if (has_siblings(ledger, record)) {
            known |= covered(ledger, &front, slot);
            if (known)
                front_add(&front, record);
        }
        if (!known && record->acked >= 0 && record->acked < began) {
            read.stale = true;
            read.versions++;
            read.own |= record->user == user && record->cohort == cohort;
            if (oldest_miss < 0 || record->acked < oldest_miss)
                oldest_miss = record->acked;
        }
        if (slot == key->cursor && state != 0)
            break; /* all older ones of a merging class are everywhere */
    }
    if (read.stale)
        read.age = began - oldest_miss;
    return read;
}
