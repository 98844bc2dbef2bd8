/*
 * negative.c: a cache of "no such record".
 *
 * Each region remembers the keys for which a whole chain said no, and answers the next reads of
 * them at once, until the time to live is over or the key is written in that region. A record that
 * is made elsewhere meanwhile is denied: a stale read.
 *
 * A table per region with open addressing. Entries whose time is over keep their place until the
 * table is full and swept. In memory: gone when the region's machines die.
 */
#include "models/read/read.h"

#include <stddef.h>

#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "sim/base/time.h"

static const PlanOption heeds[] = {
    {"writes", "Writes that the region itself accepts.", NULL},
    {"changes", "Those, and changes that a channel has brought to the region's store.", NULL},
    MODEL_OPTIONS_END,
};
static const PlanField negative_fields[] = {
    MODEL_FIELD("ttl", TIME, 0, NULL, "60s", SIM_US, SIM_DAY,
                "How long \"no such record\" is remembered.", "chosen"),
    MODEL_FIELD("entries", COUNT, 0, NULL, "100000", 1, 100000000,
                "Keys remembered at once in each region; a full cache learns nothing.", "chosen"),
    MODEL_WORDS("heeds", "writes|changes", heeds, "writes",
                "What makes it forget a key before its time.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_negative_cache = {
    "negative_cache",
    "read",
    false,
    "Remember that the whole chain said \"no such record\", and say so at once.",
    "An answer takes no time; one cache per region and data class.",
    negative_fields,
    NULL};

typedef struct Entry {
    uint64_t key;
    SimTime  until; /* 0: never used */
} Entry;

typedef struct Table {
    Entry   *entries; /* owned */
    uint32_t room;    /* power of two, more than twice `used` */
    uint32_t used;    /* entries ever used since the last sweep */
    SimTime  sweep_at;
} Table;

struct Negatives {
    SimTime  ttl;
    uint32_t limit;
    bool     heeds_changes;
    uint32_t region_count;
    Table   *tables; /* [region] */
};

#define TABLE_START 64u
/* How often a full cache is swept within the time to live, at most: chosen. */
#define SWEEPS 16

static void table_clear(Table *table)
{
    g_free(table->entries);
    *table = (Table){g_new0(Entry, TABLE_START), TABLE_START, 0, 0};
}

void read_negative_build(World *world, DataClass *class, const PlanItem *part)
{
    Negatives *negatives = sim_arena_array(world->arena, Negatives, 1);
    *negatives = (Negatives){
        .ttl = plan_number(part, NEGATIVE_TTL),
        .limit = (uint32_t)plan_number(part, NEGATIVE_ENTRIES),
        .heeds_changes = plan_number(part, NEGATIVE_HEEDS) == 1,
        .region_count = world->region_count,
        .tables = sim_arena_array(world->arena, Table, world->region_count),
    };
    for (uint32_t r = 0; r < world->region_count; r++) {
        negatives->tables[r].entries = NULL;
        table_clear(&negatives->tables[r]);
    }
    class->negatives = negatives;
}

/* The key's entry, or the free one where it would stand. */
static Entry *entry_of(const Table *table, uint64_t key)
{
    uint32_t mask = table->room - 1;
    for (uint32_t i = (uint32_t)sim_mix64(key, 1) & mask;; i = (i + 1) & mask)
        if (table->entries[i].until == 0 || table->entries[i].key == key)
            return &table->entries[i];
}

/* Drops what is over, and makes room for twice as much as is left. */
static void sweep(Table *table, SimTime now, SimTime ttl)
{
    uint32_t left = 0;
    table->sweep_at = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < table->room; i++) {
        if (table->entries[i].until <= now)
            continue;
        left++;
        if (table->entries[i].until < table->sweep_at)
            table->sweep_at = table->entries[i].until;
    }
    Table next = {NULL, TABLE_START, left, table->sweep_at};
    /* A full cache is not swept for every key that it turns away. */
    if (next.sweep_at < sim_time_add(now, ttl / SWEEPS))
        next.sweep_at = sim_time_add(now, ttl / SWEEPS);
    while (next.room <= 4 * left)
        next.room *= 2;
    next.entries = g_new0(Entry, next.room);
    for (uint32_t i = 0; i < table->room; i++)
        if (table->entries[i].until > now)
            *entry_of(&next, table->entries[i].key) = table->entries[i];
    g_free(table->entries);
    *table = next;
}

bool read_negative_known(World *world, uint32_t class_index, const Request *request)
{
    const DataClass *class = &world->classes[class_index];
    const Negatives *negatives = class->negatives;
    uint64_t         key = store_key(world, class_index, request);
    Entry           *entry = entry_of(&negatives->tables[request->entry], key);
    if (entry->until <= world_now(world))
        return false;
    LedgerWrite version;
    uint32_t    index;
    /* A change that the channel brought has taken the entry out when it came. */
    if (negatives->heeds_changes &&
        store_lookup(world, class_index, request->entry, request, &version, &index)) {
        entry->until = 1;
        return false;
    }
    return true;
}

void read_negative_learn(World *world, uint32_t class_index, const Request *request)
{
    Negatives *negatives = world->classes[class_index].negatives;
    Table     *table = &negatives->tables[request->entry];
    SimTime    now = world_now(world);
    uint64_t   key = store_key(world, class_index, request);
    Entry     *entry = entry_of(table, key);
    if (entry->until == 0) {
        if (2 * (table->used + 1) >= table->room)
            sweep(table, now, negatives->ttl);
        else if (table->used >= negatives->limit && now >= table->sweep_at)
            sweep(table, now, negatives->ttl);
        if (table->used >= negatives->limit)
            return;
        table->used++;
        entry = entry_of(table, key);
    }
    *entry = (Entry){key, sim_time_add(now, negatives->ttl)};
    WORLD_TRACE(world, "work", "%s.%s will remember: no key %" G_GUINT64_FORMAT,
                world->classes[class_index].name, world->regions[request->entry].name, key);
}

void read_written(DataClass *class, uint32_t region, uint64_t key)
{
    Entry *entry = entry_of(&class->negatives->tables[region], key);
    if (entry->until != 0)
        entry->until = 1; /* over, and its place may be used again */
}

void read_negative_died(DataClass *class, uint32_t region)
{
    if (class->negatives != NULL)
        table_clear(&class->negatives->tables[region]);
}

void read_negative_free(DataClass *class)
{
    for (uint32_t r = 0; class->negatives != NULL && r < class->negatives->region_count; r++)
        g_free(class->negatives->tables[r].entries);
}
