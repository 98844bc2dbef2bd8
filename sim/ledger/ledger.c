/*
 * ledger.c: the omniscient witness; see ledger.h for what it decides.
 *
 * Kept writes live in a slab of records; a handle is (slot, generation), so a retired write is
 * recognised and ignored. Records of one key hang in a list ordered by the conflict rule, oldest
 * first. Nothing here allocates per write once the slab has grown to what is open at once.
 */
#include "sim/ledger/ledger.h"

#include <glib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/ledger/books.h"

/* Kept versions of one key from which every event looks at two more for something to forget. */
#define SWEEP_FROM 4u

static uint32_t all_regions(const Ledger *ledger)
{
    return ledger->region_count == 32 ? UINT32_MAX : (1u << ledger->region_count) - 1;
}

Ledger *ledger_new(const LedgerSetup *setup)
{
    SIM_ASSERT(setup->region_count >= 1 && setup->region_count <= LEDGER_REGION_LIMIT);
    Ledger *ledger = g_new0(Ledger, 1);
    ledger->region_count = setup->region_count;
    ledger->class_count = setup->class_count;
    ledger->count_from = setup->count_from;
    ledger->classes = g_new0(Class, setup->class_count);
    for (uint32_t c = 0; c < setup->class_count; c++)
        ledger->classes[c].rule = setup->classes[c];
    for (uint32_t c = 0; c < setup->class_count; c++) {
        LedgerRule rule = setup->classes[c].rule;
        ledger->classes[c].merges = rule == LEDGER_RULE_SIBLINGS || rule == LEDGER_RULE_MERGE;
        if (ledger->classes[c].merges && ledger->reached == NULL)
            ledger->reached = g_new0(uint32_t, (size_t)256 * setup->region_count);
    }
    ledger->room = 256;
    ledger->records = g_new0(Record, ledger->room);
    ledger->reads = g_new0(uint32_t, ledger->room);
    ledger->used = 1;
    ledger->live = all_regions(ledger);
    size_t cells = (size_t)setup->class_count * setup->region_count;
    ledger->last_acked = g_new(SimTime, cells);
    ledger->newest_kept = g_new(SimTime, cells);
    for (size_t i = 0; i < cells; i++)
        ledger->last_acked[i] = ledger->newest_kept[i] = -1;
    ledger->counts = g_new0(LedgerCount, cells);
    ledger->losses = g_array_new(FALSE, FALSE, sizeof(LedgerLoss));
    ledger->forgot_fault = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    ledger->rpos = g_array_new(FALSE, FALSE, sizeof(LedgerRpo));
    for (uint32_t r = 0; r < LEDGER_REGION_LIMIT; r++)
        ledger->lost_fault[r] = ledger->dark_fault[r] = UINT32_MAX;
    return ledger;
}

void ledger_free(Ledger *ledger)
{
    if (ledger == NULL)
        return;
    for (uint32_t c = 0; c < ledger->class_count; c++) {
        g_free(ledger->classes[c].keys);
        if (ledger->classes[c].shown != NULL)
            g_array_free(ledger->classes[c].shown, TRUE);
    }
    g_free(ledger->classes);
    g_free(ledger->records);
    g_free(ledger->reads);
    g_free(ledger->astray);
    g_free(ledger->reached);
    g_free(ledger->last_acked);
    g_free(ledger->newest_kept);
    g_free(ledger->counts);
    g_array_free(ledger->losses, TRUE);
    g_array_free(ledger->forgot_fault, TRUE);
    g_array_free(ledger->rpos, TRUE);
    if (ledger->intents_lost != NULL)
        g_array_free(ledger->intents_lost, TRUE);
    g_free(ledger);
}

/* Calls without a time of their own happen at the latest one told. */
static void note_time(Ledger *ledger, SimTime now)
{
    if (now > ledger->now)
        ledger->now = now;
}

static size_t cell(const Ledger *ledger, uint32_t class_index, uint32_t region)
{
    return (size_t)class_index * ledger->region_count + region;
}

/* The record behind a handle, or NULL once it was retired. */
static Record *record_of(const Ledger *ledger, LedgerWrite write)
{
    uint32_t slot = (uint32_t)write;
    if (slot == 0)
        return NULL;
    SIM_ASSERT(slot < ledger->used);
    Record *record = &ledger->records[slot];
    return record->kept && record->gen == (uint32_t)(write >> 32) ? record : NULL;
}

static Key *key_of(Ledger *ledger, uint32_t class_index, uint32_t key_index)
{
    Class *class = &ledger->classes[class_index];
    if (key_index >= class->key_room) {
        uint32_t room = class->key_room == 0 ? 64 : class->key_room;
        while (room <= key_index)
            room *= 2;
        class->keys = g_renew(Key, class->keys, room);
        memset(class->keys + class->key_room, 0, sizeof(Key) * (room - class->key_room));
        class->key_room = room;
    }
    return &class->keys[key_index];
}

static uint32_t slot_take(Ledger *ledger)
{
    uint32_t slot = ledger->free_slot;
    if (slot != 0) {
        ledger->free_slot = ledger->records[slot].newer;
    } else {
        if (ledger->used == ledger->room) {
            ledger->records = g_renew(Record, ledger->records, (size_t)ledger->room * 2);
            ledger->reads = g_renew(uint32_t, ledger->reads, (size_t)ledger->room * 2);
            if (ledger->astray != NULL) {
                ledger->astray = g_renew(Astray, ledger->astray, (size_t)ledger->room * 2);
                memset(ledger->astray + ledger->room, 0, sizeof(Astray) * ledger->room);
            }
            if (ledger->reached != NULL)
                ledger->reached = g_renew(uint32_t, ledger->reached,
                                          (size_t)ledger->room * 2 * ledger->region_count);
            ledger->room *= 2;
        }
        slot = ledger->used++;
        ledger->records[slot].gen = 0;
    }
    ledger->kept++;
    if (ledger->kept > ledger->most_kept)
        ledger->most_kept = ledger->kept;
    return slot;
}

/* True if a comes before b in the order of the rule. Numbers are unique: never equal. */
static bool older(LedgerRule rule, const Record *a, const Record *b)
{
    if (rule == LEDGER_RULE_FIRST) {
        const Record *swap = a;
        a = b;
        b = swap;
    }
    if (a->stamp != b->stamp)
        return a->stamp < b->stamp;
    if (a->region != b->region)
        return a->region < b->region;
    return a->number < b->number;
}

/* Settles how `slot` relates to its immediate successor, one of the two being new. */
static void relate(Ledger *ledger, uint32_t slot, uint32_t newborn)
{
    Record  *a = &ledger->records[slot];
    Record  *b = &ledger->records[a->newer];
    uint32_t birthplace = 1u << ledger->records[newborn].region;
    a->settled = a->replaced = a->past = false;
    if (newborn == slot) {
        a->seen_by_newer = false; /* the successor is older in true time */
        a->saw_newer = (b->here & birthplace) != 0;
    } else {
        a->seen_by_newer = (a->here & birthplace) != 0;
        a->saw_newer = false;
    }
}

/* Notes which of the last 64 writes to the key the newborn has seen. */
static void note_seen(Ledger *ledger, const Key *key, uint32_t newborn)
{
    Record  *record = &ledger->records[newborn];
    uint32_t here = 1u << record->region;
    uint32_t steps = 0;
    for (uint32_t slot = key->newest; slot != 0 && steps < 64; steps++) {
        const Record *other = &ledger->records[slot];
        uint32_t      before = record->birth - other->birth;
        if (slot != newborn && before <= 64 && (other->here & here) != 0)
            record->saw |= UINT64_C(1) << (before - 1);
        slot = other->older;
    }
}

/* Whether `later` was made where `earlier` had arrived. Beyond 64 births it is told by where
 * `earlier` is now. */
static bool had_seen(const Record *later, const Record *earlier)
{
    if (later->birth <= earlier->birth)
        return false;
    uint32_t before = later->birth - earlier->birth;
    if (before > 64)
        return (earlier->here >> later->region & 1) != 0;
    return (later->saw >> (before - 1) & 1) != 0;
}

static Astray *astray_at(Ledger *ledger, uint32_t slot)
{
    if (ledger->astray == NULL)
        ledger->astray = g_new0(Astray, ledger->room);
    return &ledger->astray[slot];
}

static void lose(Ledger *ledger, const Record *record, LedgerFate fate, uint32_t fault,
                 uint32_t holders)
{
    LedgerLoss loss = {
        .fate = fate,
        .number = record->number,
        .class_index = record->class_index,
        .cohort = record->cohort,
        .region = record->region,
        .user = record->user,
        .key = record->key,
        .issued = record->issued,
        .acked = record->acked,
        .fault = fault,
        .holders = holders,
        .forgotten =
            fate == LEDGER_L1 && record->last_copy != NOWHERE && record->last_copy >= FORGOTTEN,
        .last = fate == LEDGER_L1 && record->last_copy < FORGOTTEN ? record->last_copy : UINT32_MAX,
        .dead_letters = holders & ledger_astray(ledger, record).parked,
    };
    g_array_append_val(ledger->losses, loss);
}

/* Whether every live region (every holder, where writes do not spread) has processed both the write
 * and the one that beat it unseen: no store holds it any more, whatever happens to the regions
 * later. */
static bool discarded(const Ledger *ledger, const Record *record)
{
    const Class *class = &ledger->classes[record->class_index];
    const LedgerClass *rule = &class->rule;
    uint32_t           stores = rule->spread ? ledger_required(ledger, rule) : record->here;
    if (record->newer == 0 || record->seen_by_newer || stores == 0 || class->merges ||
        rule->rule == LEDGER_RULE_FREEZE || rule->rule == LEDGER_RULE_ARRIVAL)
        return false;
    return (record->here & ledger->records[record->newer].here & stores) == stores;
}

/* Its successor had seen it and is wherever it should be: no loss brings the older one back. In a
 * class that does not spread that is its own region. */
static bool replaced_for_good(const Ledger *ledger, const Record *record)
{
    uint32_t required = ledger_required(ledger, &ledger->classes[record->class_index].rule);
    return record->newer != 0 && record->seen_by_newer &&
           (ledger->records[record->newer].here & required) == required;
}

/* Copies are about to go: what no store holds any more was not among them. */
static void note_settled(Ledger *ledger, uint32_t slot)
{
    Record *record = &ledger->records[slot];
    if (ledger->classes[record->class_index].merges)
        return; /* merge_settle looks at whole keys */
    record->settled |= discarded(ledger, record);
    record->replaced |= replaced_for_good(ledger, record);
}

/* Many objects out of reach for long add up to more than a time can hold. */
static void dark_add(LedgerCount *count, SimTime took)
{
    if (__builtin_add_overflow(count->dark, took, &count->dark))
        count->dark = INT64_MAX;
}

void ledger_turn_dark(Ledger *ledger, uint32_t slot, SimTime now)
{
    Record *record = &ledger->records[slot];
    bool    replaced = record->newer != 0 && record->seen_by_newer;
    bool    is = record->kept && record->counted && record->told == TOLD_OK && record->here != 0 &&
              (record->here & ~ledger->dark) == 0 && !replaced && !discarded(ledger, record);
    if (is && record->dark_since < 0) {
        record->dark_since = now;
    } else if (!is && record->dark_since >= 0) {
        LedgerCount *count = &ledger->counts[cell(ledger, record->class_index, record->region)];
        if (now > record->dark_since)
            dark_add(count, now - record->dark_since);
        record->dark_since = -1;
    }
}

/* Books the fate of a record that is about to be forgotten. */
static void seal(Ledger *ledger, Record *record, LedgerFate fate, uint32_t fault, uint32_t holders)
{
    size_t       at = cell(ledger, record->class_index, record->region);
    LedgerCount *count = &ledger->counts[at];
    bool present = (fate != LEDGER_L1 && fate != LEDGER_L2) || ledger_in_reach(ledger, record) != 0;
    if (present && record->acked > ledger->newest_kept[at])
        ledger->newest_kept[at] = record->acked;
    if (!record->counted)
        return;
    if (record->told == TOLD_OK) {
        count->fate[fate]++;
        if (fate != LEDGER_SURVIVED)
            lose(ledger, record, fate, fault, holders);
    } else if (record->told != OPEN_OUTCOME && present) {
        count->ghosts++;
        lose(ledger, record, LEDGER_L8, fault, 0);
    }
    if (!present)
        count->phantom_reads += ledger->reads[record - ledger->records];
}

static void reads_book(const Ledger *ledger, Key *key)
{
    ledger->reads[key->newest] += key->newest_reads;
    key->newest_reads = 0;
}

static void newest_set(const Ledger *ledger, Key *key, uint32_t slot)
{
    reads_book(ledger, key);
    key->newest = slot;
    key->newest_gen = ledger->records[slot].gen;
}

static void forget(Ledger *ledger, uint32_t slot)
{
    Record *record = &ledger->records[slot];
    Key    *key = &ledger->classes[record->class_index].keys[record->key_index];
    if (record->older != 0) {
        ledger->records[record->older].newer = record->newer;
        ledger->records[record->older].past = true;
    } else {
        key->oldest = record->newer;
    }
    if (record->newer != 0)
        ledger->records[record->newer].older = record->older;
    else
        newest_set(ledger, key, record->older);
    if (key->cursor == slot)
        key->cursor = record->newer;
    key->kept--;
    record->kept = false;
    record->gen++;
    record->newer = ledger->free_slot;
    ledger->free_slot = slot;
    ledger->kept--;
}

void ledger_retire(Ledger *ledger, uint32_t slot, LedgerFate fate)
{
    seal(ledger, &ledger->records[slot], fate, UINT32_MAX, 0);
    forget(ledger, slot);
}

/* Forgets `slot` if nothing can change its fate any more. */
static void retire_if_settled(Ledger *ledger, uint32_t slot, SimTime slowest_clock)
{
    Record *record = &ledger->records[slot];
    if (record->newer == 0 || record->told == OPEN_OUTCOME || record->aside != 0 || record->thrown)
        return;
    const Record *next = &ledger->records[record->newer];
    if (slowest_clock <= record->stamp || slowest_clock <= next->stamp)
        return;
    const LedgerClass *rule = &ledger->classes[record->class_index].rule;
    uint32_t           required = ledger_required(ledger, rule);
    if ((next->here & required) != required || (rule->lingers && !next->served) ||
        !rule->idempotent)
        return; /* who was forgotten could not be seen to have its effect again */
    /* If a write between may still be lost, the older ones have to be compared with this one. */
    if (record->older != 0) {
        const Record *before = &ledger->records[record->older];
        bool          everywhere = rule->spread && (before->here & required) == required &&
                          before->aside == 0 && !before->thrown;
        if (rule->rule == LEDGER_RULE_LATEST && !everywhere && !replaced_for_good(ledger, before))
            return;
    }
    if (record->seen_by_newer) {
        /* Where it has been still matters to a write before it that it had not seen, and under
         * "first" to one that may still come there. */
        bool matters = rule->rule == LEDGER_RULE_FIRST ||
                       (record->older != 0 && !ledger->records[record->older].seen_by_newer);
        if (matters && (record->here & required) != required)
            return;
        seal(ledger, record, LEDGER_SURVIVED, UINT32_MAX, 0);
    } else {
        if (!discarded(ledger, record))
            return;
        seal(ledger, record, record->saw_newer ? LEDGER_L4 : LEDGER_L3, UINT32_MAX, 0);
    }
    forget(ledger, slot);
}

/* A write whose fate was still open when its neighbours came by is looked at again, so that what is
 * kept of a key follows what is open. */
static void sweep(Ledger *ledger, Key *key, SimTime slowest_clock)
{
    for (int i = 0; i < 2 && key->kept > SWEEP_FROM; i++) {
        uint32_t slot = key->cursor != 0 ? key->cursor : key->oldest;
        key->cursor = ledger->records[slot].newer;
        retire_if_settled(ledger, slot, slowest_clock);
    }
}

/* In halves: for a whole record compilers take a string instruction, which is slow to start and
 * keeps the next look at the record waiting. (measured) */
static inline void record_clear(Record *record)
{
    char *bytes = (char *)record;
    memset(bytes, 0, sizeof(Record) / 2);
    memset(bytes + sizeof(Record) / 2, 0, sizeof(Record) / 2);
}

LedgerWrite ledger_born(Ledger *ledger, const LedgerBirth *birth)
{
    note_time(ledger, birth->now);
    Key     *key = key_of(ledger, birth->class_index, birth->key_index);
    uint32_t slot = slot_take(ledger);
    Record  *record = &ledger->records[slot];
    uint32_t gen = record->gen;
    record_clear(record);
    record->stamp = birth->stamp;
    record->number = ++ledger->writes;
    record->key = birth->key;
    record->user = birth->user;
    record->issued = birth->issued;
    record->born = birth->now;
    record->acked = -1;
    record->prev_acked = -1;
    record->dark_since = -1;
    record->gen = gen;
    record->here = birth->nowhere ? 0 : 1u << birth->region;
    record->key_index = birth->key_index;
    record->class_index = (uint16_t)birth->class_index;
    record->cohort = (uint16_t)birth->cohort;
    record->region = (uint8_t)birth->region;
    record->told = OPEN_OUTCOME;
    record->last_copy = NOWHERE;
    record->counted = birth->issued >= ledger->count_from;
    record->kept = true;
    ledger->reads[slot] = 0;
    if (ledger->astray != NULL)
        ledger->astray[slot] = (Astray){0, 0};
    if (record->counted) {
        ledger->counts[cell(ledger, birth->class_index, birth->region)].issued++;
        ledger->counts[cell(ledger, birth->class_index, birth->region)].open++;
    }

    bool       merges = ledger->classes[birth->class_index].merges;
    LedgerRule rule = ledger->classes[birth->class_index].rule.rule;
    uint32_t   before = key->newest;
    while (!merges && before != 0 && older(rule, record, &ledger->records[before]))
        before = ledger->records[before].older;
    record->older = before;
    record->newer = before != 0 ? ledger->records[before].newer : key->oldest;
    if (before != 0)
        ledger->records[before].newer = slot;
    else
        key->oldest = slot;
    if (record->newer != 0)
        ledger->records[record->newer].older = slot;
    else
        newest_set(ledger, key, slot);

    key->kept++;
    record->birth = ++key->births;
    if (merges) {
        merge_born(ledger, key, slot);
        return (LedgerWrite)slot | (LedgerWrite)gen << 32;
    }
    note_seen(ledger, key, slot);
    if (record->newer != 0)
        relate(ledger, slot, slot);
    if (before != 0) {
        relate(ledger, before, slot);
        ledger_watch_dark(ledger, before, birth->now);
        retire_if_settled(ledger, before, birth->slowest_clock);
    }
    sweep(ledger, key, birth->slowest_clock);
    return (LedgerWrite)slot | (LedgerWrite)gen << 32;
}

/* Moves the outcome of a write from one column to another. */
static void tell(Ledger *ledger, Record *record, Told told)
{
    if (record->counted) {
        LedgerCount *count = &ledger->counts[cell(ledger, record->class_index, record->region)];
        int64_t     *columns[] = {&count->open, &count->ok, &count->refused, &count->unknown};
        (*columns[record->told])--;
        (*columns[told])++;
    }
    record->told = (uint8_t)told;
    if (ledger->classes[record->class_index].merges && told != TOLD_OK)
        merge_told(ledger, (uint32_t)(record - ledger->records));
}

void ledger_acked(Ledger *ledger, LedgerWrite write, SimTime now)
{
    Record *record = record_of(ledger, write);
    if (record == NULL || record->told == TOLD_OK)
        return;
    note_time(ledger, now);
    tell(ledger, record, TOLD_OK);
    record->acked = now;
    ledger_watch_dark(ledger, (uint32_t)write, now);
    size_t at = cell(ledger, record->class_index, record->region);
    record->prev_acked = ledger->last_acked[at];
    ledger->last_acked[at] = now;
    Key *key = &ledger->classes[record->class_index].keys[record->key_index];
    if (ledger->classes[record->class_index].rule.unique && ++key->owners > 1 && record->counted) {
        ledger->counts[at].surplus_owners++;
        lose(ledger, record, LEDGER_L5, UINT32_MAX, 0);
    }
    if (ledger->classes[record->class_index].merges)
        merge_told(ledger, (uint32_t)write);
}

void ledger_refused(Ledger *ledger, LedgerWrite write)
{
    Record *record = record_of(ledger, write);
    if (record != NULL && record->told == OPEN_OUTCOME)
        tell(ledger, record, TOLD_REFUSED);
}

void ledger_unknown(Ledger *ledger, LedgerWrite write)
{
    Record *record = record_of(ledger, write);
    if (record != NULL && record->told == OPEN_OUTCOME)
        tell(ledger, record, TOLD_UNKNOWN);
}

bool ledger_arrived(Ledger *ledger, LedgerWrite write, uint32_t region, SimTime slowest_clock)
{
    Record *record = record_of(ledger, write);
    if (record == NULL)
        return false;
    uint32_t bit = 1u << region;
    if ((record->here & bit) != 0) {
        if (record->counted && !ledger->classes[record->class_index].rule.idempotent)
            ledger->counts[cell(ledger, record->class_index, record->region)].duplicate_effects++;
        return false;
    }
    record->here |= bit;
    Key     *key = &ledger->classes[record->class_index].keys[record->key_index];
    uint32_t before = record->older;
    /* Where clocks agree the slowest one shows the time. */
    ledger_watch_dark(ledger, (uint32_t)write,
                      slowest_clock > ledger->now ? slowest_clock : ledger->now);
    if (ledger->classes[record->class_index].merges) {
        merge_arrived(ledger, key, (uint32_t)write, region);
        return true;
    }
    /* The one before may go once this one is everywhere: till then it is not even looked at. */
    uint32_t required = ledger_required(ledger, &ledger->classes[record->class_index].rule);
    if (before != 0 && (record->here & required) == required)
        retire_if_settled(ledger, before, slowest_clock);
    retire_if_settled(ledger, (uint32_t)write, slowest_clock);
    sweep(ledger, key, slowest_clock);
    return true;
}

void ledger_settled(Ledger *ledger, LedgerWrite write, SimTime slowest_clock)
{
    Record *record = record_of(ledger, write);
    if (record == NULL)
        return;
    uint32_t oldest = (uint32_t)write;
    for (uint32_t slot = oldest; slot != 0 && !ledger->records[slot].served;
         slot = ledger->records[slot].older) {
        ledger->records[slot].served = true;
        oldest = slot;
    }
    /* Oldest first: what comes after may go once it has gone. */
    oldest = ledger->records[oldest].older != 0 ? ledger->records[oldest].older : oldest;
    while (oldest != (uint32_t)write) {
        uint32_t newer = ledger->records[oldest].newer;
        retire_if_settled(ledger, oldest, slowest_clock);
        oldest = newer;
    }
}

void ledger_expired(Ledger *ledger, LedgerWrite write, uint32_t region)
{
    Record *record = record_of(ledger, write);
    if (record != NULL)
        record->expired |= 1u << region;
}

void ledger_unsent(Ledger *ledger, LedgerWrite write, uint32_t region)
{
    if (record_of(ledger, write) != NULL)
        astray_at(ledger, (uint32_t)write)->unsent |= 1u << region;
}

void ledger_dead_letter(Ledger *ledger, LedgerWrite write, uint32_t region)
{
    if (record_of(ledger, write) != NULL)
        astray_at(ledger, (uint32_t)write)->parked |= 1u << region;
}

void ledger_shows(Ledger *ledger, uint32_t class_index, uint32_t key_index, uint32_t region,
                  LedgerWrite write)
{
    Class *class = &ledger->classes[class_index];
    uint32_t at = key_index * ledger->region_count + region;
    if (class->shown == NULL)
        class->shown = g_array_new(FALSE, TRUE, sizeof(LedgerWrite));
    if (at >= class->shown->len)
        g_array_set_size(class->shown, at + 1);
    g_array_index(class->shown, LedgerWrite, at) = write;
}

/* A copy leaves the store of a region. What it had settled by then stays settled. */
static Record *take_out(Ledger *ledger, LedgerWrite write, uint32_t region)
{
    Record *record = record_of(ledger, write);
    if (record == NULL)
        return NULL;
    note_settled(ledger, (uint32_t)write);
    if (record->older != 0)
        note_settled(ledger, record->older);
    record->here &= ~(1u << region);
    SIM_ASSERT(!ledger->classes[record->class_index].merges);
    return record;
}

void ledger_set_aside(Ledger *ledger, LedgerWrite write, uint32_t region)
{
    Record *record = take_out(ledger, write, region);
    if (record == NULL)
        return;
    record->aside |= 1u << region;
    ledger_watch_dark(ledger, (uint32_t)write, ledger->now);
}

void ledger_destroyed(Ledger *ledger, LedgerWrite write, uint32_t region)
{
    Record *record = take_out(ledger, write, region);
    if (record == NULL)
        return;
    record->aside &= ~(1u << region);
    record->thrown = true;
    ledger_watch_dark(ledger, (uint32_t)write, ledger->now);
}

/* Where a fault stands among those that let stores forget: mostly it is the latest. */
static uint32_t forgot_by(Ledger *ledger, uint32_t fault)
{
    GArray *faults = ledger->forgot_fault;
    for (guint i = faults->len; i-- > 0;)
        if (g_array_index(faults, uint32_t, i) == fault)
            return i;
    if (faults->len < NOWHERE - FORGOTTEN) /* else the latest that there was room for */
        g_array_append_val(faults, fault);
    return faults->len - 1;
}

void ledger_forgotten(Ledger *ledger, LedgerWrite write, uint32_t region, uint32_t fault)
{
    Record *record = record_of(ledger, write);
    if (record == NULL)
        return;
    record->last_copy = (uint16_t)(FORGOTTEN + forgot_by(ledger, fault));
    ledger_destroyed(ledger, write, region);
}

void ledger_region_lost(Ledger *ledger, uint32_t region, SimTime now, uint32_t fault)
{
    uint32_t bit = 1u << region;
    note_time(ledger, now);
    for (uint32_t slot = 1; slot < ledger->used; slot++)
        if (ledger->records[slot].kept)
            note_settled(ledger, slot);
    for (uint32_t c = 0; c < ledger->class_count; c++)
        for (uint32_t k = 0; ledger->classes[c].merges && k < ledger->classes[c].key_room; k++)
            merge_settle(ledger, &ledger->classes[c].keys[k]);
    ledger->lost |= bit;
    ledger->live &= ~bit;
    ledger->lost_fault[region] = fault;
    for (uint32_t slot = 1; slot < ledger->used; slot++) {
        Record *record = &ledger->records[slot];
        if ((record->here | record->aside | ledger_astray(ledger, record).parked) == bit)
            record->last_copy = (uint16_t)region;
        record->here &= ~bit;
        record->aside &= ~bit;
        if (ledger->astray != NULL)
            ledger->astray[slot].parked &= ~bit;
    }
    for (uint32_t slot = 1; slot < ledger->used; slot++)
        ledger_watch_dark(ledger, slot, now);
    for (uint32_t c = 0; c < ledger->class_count; c++) {
        LedgerRpo rpo = {c, region, now, -1, -1, 0};
        g_array_append_val(ledger->rpos, rpo);
    }
}

void ledger_region_dark(Ledger *ledger, uint32_t region, SimTime now, bool dark, uint32_t fault)
{
    note_time(ledger, now);
    if (dark)
        ledger->dark |= 1u << region;
    else
        ledger->dark &= ~(1u << region);
    ledger->dark_fault[region] = fault;
    for (uint32_t slot = 1; slot < ledger->used; slot++)
        ledger_watch_dark(ledger, slot, now);
}

/* Both lines of a record. */
static inline void record_expect(const Ledger *ledger, uint32_t slot)
{
    const char *record = (const char *)&ledger->records[slot];
    __builtin_prefetch(record);
    __builtin_prefetch(record + 64);
}

void ledger_expect(const Ledger *ledger, uint32_t class_index, uint32_t key_index, bool written)
{
    const Class *class = &ledger->classes[class_index];
    if (key_index >= class->key_room)
        return;
    if (written)
        record_expect(ledger, class->keys[key_index].newest);
    else
        __builtin_prefetch(&class->keys[key_index]);
}

void ledger_expect_arrival(const Ledger *ledger, LedgerWrite write)
{
    record_expect(ledger, (uint32_t)write);
}

bool ledger_read_newest(Ledger *ledger, uint32_t class_index, uint32_t key_index,
                        LedgerWrite version)
{
    const Class *class = &ledger->classes[class_index];
    if (version == 0 || class->merges || key_index >= class->key_room)
        return false;
    Key *key = &class->keys[key_index];
    if ((uint32_t)version != key->newest || version >> 32 != key->newest_gen)
        return false;
    key->newest_reads++;
    return true;
}

LedgerRead ledger_read(Ledger *ledger, uint32_t class_index, uint32_t key_index,
                       LedgerWrite version, uint32_t cohort, uint64_t user, SimTime began)
{
    LedgerRead read = {false, false, 0, 0};
    const Class *class = &ledger->classes[class_index];
    if (key_index >= class->key_room)
        return read;
    Key *key = &class->keys[key_index];
    if (class->merges)
        return merge_read(ledger, key, version, cohort, user, began);
    uint32_t slot = key->oldest;
    if (version != 0) {
        if (ledger_read_newest(ledger, class_index, key_index, version))
            return read;
        const Record *record = record_of(ledger, version);
        if (record == NULL)
            return read; /* settled: every live region has something newer or this one */
        ledger->reads[(uint32_t)version]++;
        slot = record->newer;
    }
    /* The versions above what was returned, oldest first. The list is short except behind a cut,
     * and then the first acknowledged one is near its start. */
    SimTime  oldest_miss = -1;
    uint32_t steps = 0;
    for (; slot != 0 && steps < 64; steps++) {
        const Record *newer = &ledger->records[slot];
        if (newer->acked >= 0 && newer->acked < began) {
            read.versions++;
            if (oldest_miss < 0 || newer->acked < oldest_miss)
                oldest_miss = newer->acked;
            if (newer->user == user && newer->cohort == cohort)
                read.own = true;
        }
        slot = newer->newer;
    }
    if (oldest_miss >= 0) {
        read.stale = true;
        read.age = began - oldest_miss;
    }
    return read;
}

/* Whether a store that applied the write as it came holds another in its place that had not seen
 * it; L3, or L4 if that one lies in its past: the channel applied a then b as b then a. SURVIVED if
 * not. */
static LedgerFate shown_instead(const Ledger *ledger, const Record *record)
{
    const Class *class = &ledger->classes[record->class_index];
    LedgerWrite self = (LedgerWrite)(record - ledger->records) | (LedgerWrite)record->gen << 32;
    LedgerFate  fate = LEDGER_SURVIVED;
    for (uint32_t r = 0; r < ledger->region_count && class->shown != NULL; r++) {
        uint32_t    at = record->key_index * ledger->region_count + r;
        LedgerWrite shown =
            at < class->shown->len ? g_array_index(class->shown, LedgerWrite, at) : 0;
        if ((ledger_in_reach(ledger, record) & 1u << r) == 0 || shown == 0 || shown == self)
            continue;
        const Record *other = record_of(ledger, shown);
        if (other == NULL || had_seen(record, other))
            return LEDGER_L4;
        if (!had_seen(other, record))
            fate = LEDGER_L3;
    }
    return fate;
}

/* What became of a record that is still open at the end. Where writes overwrite each other, a
 * successor that is gone itself replaces nothing: the next one that is not takes its place. Newer
 * records have been looked at before. */
static LedgerFate fate_of(const Ledger *ledger, const Record *record, uint32_t *out_holders)
{
    if (ledger->classes[record->class_index].merges)
        return merge_fate(ledger, record, out_holders);
    uint32_t           reachable = ledger_in_reach(ledger, record);
    uint32_t           parked = ledger_astray(ledger, record).parked;
    const LedgerClass *rule = &ledger->classes[record->class_index].rule;
    uint32_t           next = record->newer;
    bool overwrites = rule->rule == LEDGER_RULE_LATEST || rule->rule == LEDGER_RULE_ARRIVAL;
    while (overwrites && !record->past && next != 0 && ledger->records[next].gone)
        next = ledger->records[next].newer;
    bool immediate = next == record->newer;
    bool seen =
        immediate ? record->seen_by_newer : next != 0 && had_seen(&ledger->records[next], record);
    bool saw_next =
        immediate ? record->saw_newer : next != 0 && had_seen(record, &ledger->records[next]);
    *out_holders = 0;
    if (record->replaced || replaced_for_good(ledger, record))
        return LEDGER_SURVIVED;
    if (record->settled)
        return record->saw_newer ? LEDGER_L4 : LEDGER_L3;
    if (next != 0 && seen)
        return LEDGER_SURVIVED; /* replaced by one who knew it */
    LedgerFate discarded_as = saw_next ? LEDGER_L4 : LEDGER_L3;
    if (immediate && discarded(ledger, record))
        return discarded_as;
    if (reachable != 0) {
        if (rule->rule == LEDGER_RULE_ARRIVAL && shown_instead(ledger, record) != LEDGER_SURVIVED)
            return shown_instead(ledger, record);
        if ((record->expired & ~record->here & ledger->live) != 0)
            return LEDGER_L6;
        *out_holders = parked & ~record->here & ledger->live;
        if (*out_holders != 0)
            return LEDGER_L2;
        if (rule->rule == LEDGER_RULE_ARRIVAL)
            return LEDGER_SURVIVED;
        if (next == 0 || rule->rule == LEDGER_RULE_FREEZE)
            return LEDGER_SURVIVED;
        if ((reachable & ledger->records[next].here) == 0)
            return LEDGER_SURVIVED; /* the two have not met: each is read where it is */
        return discarded_as;
    }
    *out_holders = (record->here & ledger->dark) | record->aside | parked;
    return *out_holders != 0 ? LEDGER_L2 : LEDGER_L1;
}

static gint compare_losses(gconstpointer left, gconstpointer right)
{
    const LedgerLoss *a = left;
    const LedgerLoss *b = right;
    if (a->acked != b->acked)
        return a->acked < b->acked ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return a->fate < b->fate ? -1 : a->fate > b->fate;
}

/* The fault to name for a write whose copies are gone or out of reach: the one that destroyed the
 * last of them, or that of the first region that holds one. */
static uint32_t fault_of(const Ledger *ledger, const Record *record, LedgerFate fate,
                         uint32_t holders)
{
    if (fate == LEDGER_L1)
        return record->last_copy == NOWHERE ? UINT32_MAX
               : record->last_copy < FORGOTTEN
                   ? ledger->lost_fault[record->last_copy]
                   : g_array_index(ledger->forgot_fault, uint32_t, record->last_copy - FORGOTTEN);
    for (uint32_t r = 0; r < ledger->region_count; r++)
        if ((holders & 1u << r) != 0)
            return ledger->dark_fault[r];
    return UINT32_MAX;
}

static void book_rpos(Ledger *ledger)
{
    for (guint i = 0; i < ledger->rpos->len; i++) {
        LedgerRpo *rpo = &g_array_index(ledger->rpos, LedgerRpo, i);
        size_t     at = cell(ledger, rpo->class_index, rpo->region);
        rpo->prefix_acked = ledger->last_acked[at];
    }
}

/* From the newest write of each key to the oldest: which of them are gone. */
static void mark_gone(Ledger *ledger)
{
    for (uint32_t c = 0; c < ledger->class_count; c++)
        for (uint32_t k = 0; k < ledger->classes[c].key_room; k++) {
            if (ledger->classes[c].merges) {
                merge_close(ledger, &ledger->classes[c].keys[k]);
                continue;
            }
            for (uint32_t slot = ledger->classes[c].keys[k].newest; slot != 0;
                 slot = ledger->records[slot].older) {
                uint32_t   holders;
                LedgerFate fate = fate_of(ledger, &ledger->records[slot], &holders);
                ledger->records[slot].gone = (fate == LEDGER_L1 || fate == LEDGER_L2) &&
                                             ledger_in_reach(ledger, &ledger->records[slot]) == 0;
            }
        }
}

/* Whether regions disagree about an acknowledged write for good: it can be read in one, it is not
 * replaced, and no channel will bring it to another. */
static bool diverged(const Ledger *ledger, const Record *record, LedgerFate fate)
{
    Astray   astray = ledger_astray(ledger, record);
    uint32_t lack =
        (record->expired | astray.unsent | astray.parked) & ~record->here & ledger->live;
    if (lack == 0 || ledger_in_reach(ledger, record) == 0 || fate == LEDGER_L3 || fate == LEDGER_L4)
        return false;
    if (ledger->classes[record->class_index].merges)
        return !record->replaced;
    uint32_t next = record->newer;
    while (next != 0 && ledger->records[next].gone)
        next = ledger->records[next].newer;
    return next == 0 || !had_seen(&ledger->records[next], record);
}

void ledger_close(Ledger *ledger, SimTime now)
{
    SIM_ASSERT(!ledger->closed);
    ledger->closed = true;
    book_rpos(ledger);
    for (uint32_t c = 0; c < ledger->class_count; c++)
        for (uint32_t k = 0; k < ledger->classes[c].key_room; k++)
            reads_book(ledger, &ledger->classes[c].keys[k]);
    /* Fates first, effects on the prefix second: both walk the slab in slot order. */
    SimTime *first_loss = g_new(SimTime, ledger->rpos->len + 1);
    for (guint i = 0; i < ledger->rpos->len; i++)
        first_loss[i] = SIM_TIME_NEVER;
    mark_gone(ledger);
    for (uint32_t slot = 1; slot < ledger->used; slot++) {
        Record *record = &ledger->records[slot];
        if (!record->kept)
            continue;
        uint32_t   holders;
        LedgerFate fate = fate_of(ledger, record, &holders);
        if (record->dark_since >= 0 && record->counted) {
            LedgerCount *count = &ledger->counts[cell(ledger, record->class_index, record->region)];
            dark_add(count, now - record->dark_since);
        }
        seal(ledger, record, fate, fault_of(ledger, record, fate, holders), holders);
        if (record->told == TOLD_OK && record->counted && diverged(ledger, record, fate))
            ledger->counts[cell(ledger, record->class_index, record->region)].diverged++;
        if (record->told != TOLD_OK || (fate != LEDGER_L1 && fate != LEDGER_L2) ||
            ledger_in_reach(ledger, record) != 0)
            continue;
        for (guint i = 0; i < ledger->rpos->len; i++) {
            LedgerRpo *rpo = &g_array_index(ledger->rpos, LedgerRpo, i);
            if (rpo->class_index != record->class_index || rpo->region != record->region ||
                record->born > rpo->failed_at)
                continue;
            rpo->lost += record->counted;
            if (record->acked < first_loss[i] ||
                (record->acked == first_loss[i] && record->prev_acked < rpo->prefix_acked)) {
                first_loss[i] = record->acked;
                rpo->prefix_acked = record->prev_acked;
            }
        }
    }
    for (guint i = 0; i < ledger->rpos->len; i++) {
        LedgerRpo *rpo = &g_array_index(ledger->rpos, LedgerRpo, i);
        ledger_intents_rpo(ledger, rpo, &first_loss[i]);
        rpo->newest_acked = ledger->newest_kept[cell(ledger, rpo->class_index, rpo->region)];
    }
    g_free(first_loss);
    g_array_sort(ledger->losses, compare_losses);

    for (size_t i = 0; i < (size_t)ledger->class_count * ledger->region_count; i++) {
        const LedgerCount *count = &ledger->counts[i];
        int64_t            fates = 0;
        for (int f = 0; f < LEDGER_FATES; f++)
            fates += count->fate[f];
        SIM_ASSERT(count->issued == count->ok + count->refused + count->unknown + count->open);
        SIM_ASSERT(fates == count->ok);
        int64_t intents = 0;
        for (int e = 0; e < LEDGER_INTENT_ENDS; e++)
            intents += count->intent[e];
        SIM_ASSERT(intents == count->accepted);
    }
}

const LedgerCount *ledger_count(const Ledger *ledger, uint32_t class_index, uint32_t region)
{
    return &ledger->counts[cell(ledger, class_index, region)];
}

uint64_t ledger_losses(const Ledger *ledger, const LedgerLoss **out_losses)
{
    *out_losses = (const LedgerLoss *)(const void *)ledger->losses->data;
    return ledger->losses->len;
}

uint32_t ledger_rpos(const Ledger *ledger, const LedgerRpo **out_rpos)
{
    *out_rpos = (const LedgerRpo *)(const void *)ledger->rpos->data;
    return ledger->rpos->len;
}

uint32_t ledger_kept(const Ledger *ledger)
{
    return ledger->kept;
}

uint32_t ledger_most_kept(const Ledger *ledger)
{
    return ledger->most_kept;
}

uint64_t ledger_writes(const Ledger *ledger)
{
    return ledger->writes;
}
