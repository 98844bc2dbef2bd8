/*
 * store.c: what each region's store holds of a data class, and the log of what it accepted.
 *
 *   commit --> version of the key at the owner --> log entry --> channels (sync/)
 *   a change that arrives elsewhere --> conflict rule --> version of the key there
 *
 * Only keys that were written take memory. A key that was never touched is in the state of before
 * the run: present in every store, or near its user where the class has no channels.
 */
#include <string.h>

#include "models/fields.h"
#include "models/world.h"

#define TABLE_START 1024u
#define LOG_START 64u
/* A class of at most so many shared keys is indexed directly: 4 bytes each. */
#define DIRECT_LIMIT (UINT64_C(1) << 20)
/* Versions of all its keys are given room at once if that is so little: nothing moves, and what is
 * never touched costs nothing. (chosen) */
#define VERSIONS_AT_ONCE (UINT64_C(16) << 20)

/* Keys are small numbers with a cohort on top: one multiplication spreads them enough. */
static uint32_t slot_of(uint64_t key)
{
    return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

uint32_t store_key_search(const KeyTable *table, uint64_t key)
{
    uint32_t mask = table->room - 1;
    for (uint32_t i = slot_of(key) & mask;; i = (i + 1) & mask) {
        if (table->keys[i] == key + 1)
            return table->indices[i];
        if (table->keys[i] == 0)
            return WORLD_NONE;
    }
}

static void table_put(KeyTable *table, uint64_t key, uint32_t index)
{
    if (table->direct != NULL) {
        table->direct[key] = index + 1;
        return;
    }
    uint32_t mask = table->room - 1;
    uint32_t i = slot_of(key) & mask;
    while (table->keys[i] != 0)
        i = (i + 1) & mask;
    table->keys[i] = key + 1;
    table->indices[i] = index;
}

static void table_grow(KeyTable *table)
{
    KeyTable bigger = {NULL, g_new0(uint64_t, (size_t)table->room * 2),
                       g_new(uint32_t, (size_t)table->room * 2), table->room * 2, table->count};
    for (uint32_t i = 0; i < table->room; i++)
        if (table->keys[i] != 0)
            table_put(&bigger, table->keys[i] - 1, table->indices[i]);
    g_free(table->keys);
    g_free(table->indices);
    *table = bigger;
}

static uint32_t versions_at_first(const World *world, const DataClass *class)
{
    uint64_t keys = class->keys * class->registers;
    bool     few = keys <= VERSIONS_AT_ONCE / (sizeof(Version) * world->region_count);
    return class->table.direct != NULL && few ? MAX((uint32_t)keys, 1u) : 256;
}

uint32_t store_key_touch(World *world, uint32_t class_index, uint64_t key)
{
    DataClass *class = &world->classes[class_index];
    uint32_t index = store_key_find(class, key);
    if (index != WORLD_NONE)
        return index;
    if (class->table.direct == NULL && class->table.count * 2 >= class->table.room)
        table_grow(&class->table);
    index = class->table.count++;
    table_put(&class->table, key, index);
    if (index >= class->key_room) {
        uint32_t room =
            class->key_room == 0 ? versions_at_first(world, class) : class->key_room * 2;
        class->versions = g_renew(Version, class->versions, (size_t)room * world->region_count);
        class->made_at = g_renew(uint8_t, class->made_at, room);
        class->key_room = room;
        if (class->causal)
            class->causes = g_renew(Cause, class->causes,
                                    (size_t)room * world->region_count * world->region_count);
    }
    memset(&class->versions[(size_t)index * world->region_count], 0,
           sizeof(Version) * world->region_count);
    class->made_at[index] = UINT8_MAX;
    if (class->causal)
        conflict_key_made(world, class, index);
    return index;
}

static Version *version_at(const World *world, uint32_t class_index, uint32_t key_index,
                           uint32_t region)
{
    return &world->classes[class_index].versions[(size_t)key_index * world->region_count + region];
}

uint32_t store_home(const DataClass *class, const Request *request)
{
    switch (class->owner) {
    case OWNER_ANY:
    case OWNER_HOME:
        return request->home;
    case OWNER_SINGLE:
        return class->owner_region;
    case OWNER_PROVISIONAL:
        if (class->keys == 0)
            return request->home;
        /* fall through */
    case OWNER_SEGMENT:
        return (uint32_t)(store_shared_key(class, request) * class->segments / class->keys);
    }
    SIM_ASSERT(false);
    return 0;
}

void store_expect(const World *world, uint32_t class_index, uint32_t region, Request *request,
                  bool written)
{
    const DataClass *class = &world->classes[class_index];
    uint32_t index = store_key_find(class, store_key(world, class_index, request));
    request->first_key = index + 1; /* WORLD_NONE becomes 0, not known */
    if (index == WORLD_NONE)
        return;
    __builtin_prefetch(version_at(world, class_index, index, region));
    ledger_expect(world->ledger, class_index, index, written);
}

void store_expect_arrival(const World *world, uint32_t class_index, uint32_t region,
                          const LogEntry *entry)
{
    __builtin_prefetch(version_at(world, class_index, entry->key_index, region));
    ledger_expect_arrival(world->ledger, entry->write);
}

bool store_had(const World *world, const DataClass *class, const Request *request)
{
    if (class->keys == 0 && request->user >= world->cohorts[request->cohort].count)
        return false;
    return class->keys == 0 || !class->create_only; /* else a pool to draw from, empty at first */
}

static bool had_there(const World *world, const DataClass *class, uint32_t region,
                      const Request *request)
{
    if (!store_had(world, class, request))
        return false;
    if (class->channel_count > 0 || world->region_count == 1)
        return true;
    return region == (class->owner == OWNER_ANY ? request->access : store_home(class, request));
}

bool store_has_from_before(const World *world, const DataClass *class, uint32_t region,
                           const Request *request)
{
    return (class->flushed == NULL || class->flushed[region] == 0) &&
           had_there(world, class, region, request);
}

bool store_from_before(const World *world, const DataClass *class, const Request *request)
{
    return class->keys > 0 ? !class->create_only
                           : request->user < world->cohorts[request->cohort].count;
}

bool store_exists(const World *world, uint32_t class_index, const Request *request)
{
    const DataClass *class = &world->classes[class_index];
    if (store_from_before(world, class, request))
        return true;
    uint32_t index = store_key_find(class, store_key(world, class_index, request));
    if (index == WORLD_NONE)
        return false;
    if (class->losable)
        return class->made_at[index] != UINT8_MAX;
    return ledger_read(world->ledger, class_index, index, 0, request->cohort, request->user,
                       request->began)
        .stale;
}

void store_refused(World *world, uint32_t class_index, uint32_t region)
{
    const DataClass *class = &world->classes[class_index];
    fault_hit_refused(world, region_up(world, region) ? class->crashed_by[region]
                                                      : world->regions[region].down_by);
}

/* ---- the log ----------------------------------------------------------------------------- */

LogEntry *store_log_entry(const World *world, uint32_t class_index, uint32_t region,
                          uint64_t position)
{
    const Log *log = &world->classes[class_index].logs[region];
    SIM_ASSERT(position >= log->base && position < log->end);
    return &log->ring[position & (log->room - 1)];
}

static void past_grow(Log *log, uint32_t width)
{
    uint32_t *bigger = g_new0(uint32_t, (size_t)log->room * 2 * width);
    for (uint64_t p = log->base; p < log->end; p++)
        memcpy(&bigger[(p & (log->room * 2 - 1)) * width],
               &log->past[(p & (log->room - 1)) * width], sizeof *bigger * width);
    g_free(log->past);
    log->past = bigger;
}

void store_log_append(DataClass *class, uint32_t region, const LogEntry *entry)
{
    Log *log = &class->logs[region];
    if (log->end - log->base == log->room) {
        /* Every second lap of the smaller ring belongs behind it. */
        log->ring = g_renew(LogEntry, log->ring, (size_t)log->room * 2);
        for (uint64_t p = log->base; p < log->end; p++)
            if ((p & log->room) != 0)
                log->ring[p & (log->room * 2 - 1)] = log->ring[p & (log->room - 1)];
        if (log->past != NULL)
            past_grow(log, class->past_width);
        log->room *= 2;
    }
    log->ring[log->end++ & (log->room - 1)] = *entry;
}

void store_log_shrink(DataClass *class, uint32_t region)
{
    Log     *log = &class->logs[region];
    uint32_t room = LOG_START;
    while (room < 2 * (log->end - log->base))
        room *= 2;
    if (log->past != NULL || room > log->room / 8)
        return;
    LogEntry *smaller = g_new(LogEntry, room);
    for (uint64_t p = log->base; p < log->end; p++)
        smaller[p & (room - 1)] = log->ring[p & (log->room - 1)];
    g_free(log->ring);
    log->ring = smaller;
    log->room = room;
}

void store_log_trim(World *world, uint32_t class_index, uint32_t region)
{
    DataClass *class = &world->classes[class_index];
    uint64_t least = class->logs[region].end;
    uint32_t slowest = 0;
    for (uint32_t c = 0; c < class->channel_count; c++) {
        const Channel *channel = &world->channels[class->channels[c]];
        for (uint32_t to = 0; to < world->region_count; to++) {
            uint32_t      index = channel->first_stream + region * world->region_count + to;
            const Stream *stream = &world->streams[index];
            uint64_t      settled = world->settled[index];
            uint64_t      keeps = channel->queue == NULL ? settled : consumer_keeps(world, stream);
            if (keeps < least && stream->link != WORLD_NONE && !world->regions[to].gone) {
                least = keeps;
                slowest = keeps == settled ? index + 1 : 0;
            }
        }
    }
    class->logs[region].base = least;
    class->logs[region].slowest = slowest;
}

/* ---- commits and arrivals ---------------------------------------------------------------- */

/* Whether `a` beats `b` by the class's rule; both orders agree with the ledger's. */
static bool beats(LedgerRule rule, SimTime a_stamp, uint32_t a_origin, const Version *b)
{
    if (!b->present || rule == LEDGER_RULE_ARRIVAL)
        return true;
    bool later = a_stamp != b->stamp ? a_stamp > b->stamp : a_origin >= b->origin;
    return rule == LEDGER_RULE_LATEST ? later : !later;
}

/* Whether the region takes itself for the owner, and nobody has fenced it. */
static bool may_write(const DataClass *class, uint32_t region, const Request *request)
{
    return ((class->roles->fenced | class->roles->banned) & 1u << region) == 0 &&
           class->roles->seen[region][store_home(class, request)] == region;
}

StoreAnswer store_commit(World *world, uint32_t class_index, uint32_t region,
                         const Request *request, LedgerWrite *out_write)
{
    DataClass *class = &world->classes[class_index];
    *out_write = 0;
    if (!store_up(world, class_index, region)) {
        WORLD_TRACE(world, "work", "%s.%s is down", class->name, world->regions[region].name);
        store_refused(world, class_index, region);
        return STORE_DOWN;
    }
    if (class->barred != NULL && class->barred[region] > 0) {
        WORLD_TRACE(world, "work", "%s.%s takes no writes", class->name,
                    world->regions[region].name);
        fault_hit_refused(world, class->barred_by[region]);
        return STORE_DOWN;
    }
    if (class->owner != OWNER_ANY && !may_write(class, region, request)) {
        switch_refused(world, class->roles, region);
        return STORE_FENCED;
    }
    if (class->gate != NULL && !resync_accepts(class, region)) {
        WORLD_TRACE(world, "work", "%s.%s refuses: too few targets", class->name,
                    world->regions[region].name);
        return STORE_FENCED;
    }
    if (class->losable) {
        store_put_local(world, class_index, region, request);
        return STORE_COMMITTED;
    }
    if (class->quorum != NULL)
        return quorum_write(world, class_index, region, request, out_write);
    LedgerWrite known;
    uint32_t    index;
    if (class->unique && store_lookup(world, class_index, region, request, &known, &index)) {
        *out_write = known;
        WORLD_TRACE(world, "work", "%s.%s says taken", class->name, world->regions[region].name);
        return STORE_TAKEN;
    }
    uint64_t key = store_key(world, class_index, request);
    index = store_key_touch(world, class_index, key);
    Version *version = version_at(world, class_index, index, region);
    if (class->conflict == CONFLICT_VERSION &&
        request->writes[request->write_count] != (version->present ? version->write : 0)) {
        WORLD_TRACE(world, "work", "%s.%s refuses key %" G_GUINT64_FORMAT ": it has changed",
                    class->name, world->regions[region].name, key);
        return STORE_CHANGED;
    }
    LedgerBirth birth = {
        .class_index = class_index,
        .key_index = index,
        .key = key / class->registers,
        .cohort = request->cohort,
        .user = request->user,
        .region = region,
        .issued = request->issued,
        .now = world_now(world),
        .stamp = region_clock(world, region),
        .slowest_clock = region_slowest_clock(world),
    };
    if (class->conflict != CONFLICT_LWW)
        birth.stamp = conflict_stamp(world, class, region, request);
    /* One owner orders its writes by sequence, whatever its clock says; so does a store that knows
     * what its changes had seen. */
    if ((class->owner != OWNER_ANY || class->causal) && version->present &&
        birth.stamp <= version->stamp)
        birth.stamp = version->stamp + 1;
    *out_write = ledger_born(world->ledger, &birth);
    bool held = hold_wanted(class, region);
    bool hidden = held && world->channels[class->ack_channel].setup.shown_late;
    if (class->journals != NULL) {
        Undo undo = {birth.now, *out_write, class->logs[region].end, index, *version};
        flush_note(world, class_index, region, &undo);
    }
    if (class->rule == LEDGER_RULE_MERGE)
        conflict_merge(class, version, *out_write, region);
    else if (!hidden && (class->causal || beats(class->rule, birth.stamp, region, version)))
        *version = (Version){*out_write, birth.stamp, region, true, false};
    class->made_at[index] = (uint8_t)region;
    if (class->negatives != NULL)
        read_written(class, region, key);
    WORLD_TRACE(world, "work", "%s.%s commits key %" G_GUINT64_FORMAT, class->name,
                world->regions[region].name, key);

    if (class->channel_count == 0 || world->region_count == 1)
        return STORE_COMMITTED;
    LogEntry entry = {
        .write = *out_write, .stamp = birth.stamp, .at = birth.now, .key_index = index};
    store_log_append(class, region, &entry);
    if (class->causal)
        conflict_committed(world, class, region, index);
    if (held) {
        Hold hold = {.position = class->logs[region].end - 1,
                     .write = *out_write,
                     .at = birth.now,
                     .stamp = birth.stamp,
                     .key_index = index,
                     .shown = !hidden};
        hold_push(world, class_index, region, &hold);
    }
    stream_committed(world, class_index, region);
    return held ? STORE_HELD : STORE_COMMITTED;
}

void store_show(World *world, uint32_t class_index, uint32_t region, uint32_t key_index,
                LedgerWrite write, SimTime stamp)
{
    const DataClass *class = &world->classes[class_index];
    Version *version = version_at(world, class_index, key_index, region);
    if (beats(class->rule, stamp, region, version))
        *version = (Version){write, stamp, region, true, version->frozen};
}

void store_put_local(World *world, uint32_t class_index, uint32_t region, const Request *request)
{
    DataClass *class = &world->classes[class_index];
    uint32_t index = store_key_touch(world, class_index, store_key(world, class_index, request));
    Version *version = version_at(world, class_index, index, region);
    *version = (Version){0, world_now(world), region, true, false};
    class->made_at[index] = (uint8_t)region;
    if (class->negatives != NULL)
        read_written(class, region, store_key(world, class_index, request));
}

/* When the record of before the run expires: it may have been made at any time of its life. */
static SimTime old_end(const World *world, const DataClass *class, uint64_t key)
{
    return (SimTime)(sim_mix64(key, world->seed ^ 19) % (uint64_t) class->lifetime);
}

/* When a region's record of a key expires, whether it is there or not. */
static SimTime end_of(const World *world, const DataClass *class, uint32_t region, uint64_t key)
{
    uint32_t index = store_key_find(class, key);
    if (index != WORLD_NONE) {
        const Version *version = &class->versions[(size_t)index * world->region_count + region];
        if (version->present && version->stamp != INT64_MIN)
            return sim_time_add_far(version->stamp, class->lifetime);
    }
    return old_end(world, class, key);
}

bool store_fresh(const World *world, const DataClass *class, uint32_t region,
                 const Request *request)
{
    SimTime now = class->losable ? world_now(world) : region_clock(world, region);
    return now < end_of(world, class, region, store_key_of(class, request));
}

bool store_fresh_somewhere(const World *world, const DataClass *class, const Request *request)
{
    if (class->lifetime == 0)
        return true;
    uint64_t key = store_key_of(class, request);
    uint32_t index = store_key_find(class, key);
    bool     made = false;
    for (uint32_t r = 0; r < world->region_count && index != WORLD_NONE; r++) {
        const Version *version = &class->versions[(size_t)index * world->region_count + r];
        if (version->present && store_fresh(world, class, r, request))
            return true;
        made |= version->present;
    }
    return !made && world_now(world) < old_end(world, class, key);
}

void store_put_copy(World *world, uint32_t class_index, uint32_t region, uint32_t from,
                    const Request *request)
{
    const DataClass *class = &world->classes[class_index];
    uint64_t key = store_key(world, class_index, request);
    SimTime  end = class->lifetime > 0 ? end_of(world, class, from, key) : 0;
    store_put_local(world, class_index, region, request);
    if (class->lifetime > 0)
        version_at(world, class_index, store_key_find(class, key), region)->stamp =
            end - class->lifetime;
}

void store_keep(World *world, uint32_t class_index, uint32_t region, uint32_t from,
                const Request *request, LedgerWrite version)
{
    const DataClass *class = &world->classes[class_index];
    if (!store_up(world, class_index, region) || class->causal || class->merges)
        return;
    if (class->losable) {
        store_put_copy(world, class_index, region, from, request);
        return;
    }
    uint32_t index = store_key_touch(world, class_index, store_key(world, class_index, request));
    Version *mine = version_at(world, class_index, index, region);
    Version  theirs = *version_at(world, class_index, index, from);
    if (version == 0) {
        /* The state of before the run: older than every write. */
        if (!mine->present)
            *mine = (Version){0, INT64_MIN, from, true, false};
        return;
    }
    /* The answer carries its stamp. If its source has changed since, the copy is old: dropped. */
    if (theirs.present && theirs.write == version)
        store_apply(world, class_index, region, index, version, theirs.stamp, theirs.origin);
}

void store_apply(World *world, uint32_t class_index, uint32_t region, uint32_t key_index,
                 LedgerWrite write, SimTime stamp, uint32_t origin)
{
    DataClass *class = &world->classes[class_index];
    Version *version = version_at(world, class_index, key_index, region);
    ledger_arrived(world->ledger, write, region, region_slowest_clock(world));
    if (class->hybrid != NULL)
        conflict_stamp_seen(world, class, region, stamp);
    if (class->rule == LEDGER_RULE_MERGE) {
        conflict_merge(class, version, write, origin);
        return;
    }
    if (version->present && version->write == write)
        return;
    if (class->rule == LEDGER_RULE_FREEZE && version->present && version->origin != origin) {
        version->frozen = true;
        return;
    }
    if (beats(class->rule, stamp, origin, version))
        *version = (Version){write, stamp, origin, true, version->frozen};
}

void store_wipe(World *world, uint32_t class_index, uint32_t region)
{
    DataClass *class = &world->classes[class_index];
    for (uint32_t k = 0; k < class->table.count; k++)
        *version_at(world, class_index, k, region) = (Version){0, 0, 0, false, false};
    if (class->causal)
        conflict_wiped(world, class, region);
    stream_source_lost(world, class_index, region);
}

/* A record that was forgotten is not there and says so: `frozen` means nothing else then. */
uint32_t store_forget(World *world, uint32_t class_index, uint32_t region)
{
    const DataClass *class = &world->classes[class_index];
    uint32_t forgotten = 0;
    SIM_ASSERT(class->losable);
    for (uint32_t k = 0; k < class->table.count; k++) {
        Version *version = version_at(world, class_index, k, region);
        forgotten += version->present;
        *version = (Version){.frozen = version->frozen || version->present};
    }
    return forgotten;
}

bool store_forgot(const World *world, uint32_t class_index, uint32_t region, const Request *request,
                  uint32_t key)
{
    const DataClass *class = &world->classes[class_index];
    if (key != WORLD_NONE && version_at(world, class_index, key, region)->frozen)
        return true;
    return class->flushed[region] > 0 && had_there(world, class, region, request);
}

void store_roll_back(World *world, uint32_t class_index, uint32_t region, uint32_t key_index,
                     LedgerWrite write, uint32_t from)
{
    Version *version = version_at(world, class_index, key_index, region);
    if (version->present && version->write == write)
        *version = *version_at(world, class_index, key_index, from);
}

void store_close(const World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        const DataClass *class = &world->classes[c];
        for (uint32_t k = 0; class->rule == LEDGER_RULE_ARRIVAL && k < class->table.count; k++)
            for (uint32_t r = 0; r < world->region_count; r++)
                ledger_shows(world->ledger, c, k, r, version_at(world, c, k, r)->write);
    }
}

void store_undo(World *world, uint32_t class_index, uint32_t region, const Undo *undo)
{
    Version *version = version_at(world, class_index, undo->key_index, region);
    if (version->present && version->write == undo->write)
        *version = undo->before;
}

/* ---- building ---------------------------------------------------------------------------- */

static void class_build(World *world, uint32_t class_index, const PlanItem *item)
{
    DataClass *class = &world->classes[class_index];
    *class = (DataClass){
        .name = item->name,
        .item = item->id,
        .create_only = plan_number(item, DATA_CHANGE) == 1,
        .unique = plan_number(item, DATA_UNIQUE) != 0,
        .idempotent = plan_number(item, DATA_IDEMPOTENT) != 0,
        .losable = plan_number(item, DATA_LOSABLE) != 0,
        .recoverable = plan_number(item, DATA_RECOVERABLE) != 0,
        .keys = (uint64_t)plan_number(item, DATA_KEYS),
        .size = plan_number(item, DATA_SIZE),
        .owner = (OwnerRule)plan_number(item, DATA_OWNER),
        .channel_count = plan_value(item, DATA_CHANNELS)->count,
        .lifetime = plan_number(item, DATA_LIFETIME),
    };
    conflict_build(world, class, item);
    SIM_ASSERT(class->channel_count <= WORLD_CHANNEL_LIMIT);
    class->quorum = quorum_build(world, class_index, item);
    if (class->quorum != NULL)
        class->channel_count = 0; /* no streams: its coordinators send */
    /* Without channels a record lives where it is made. */
    if (class->channel_count == 0 && !plan_value(item, DATA_OWNER)->given)
        class->owner = OWNER_ANY;
    if (class->owner == OWNER_SINGLE) {
        class->owner_region =
            world_index(world, "region", plan_value(item, DATA_OWNER_REGION)->ids[0]);
    }
    class->segments = world->region_count;
    class->roles = &world->roles;
    class->table = (KeyTable){NULL, g_new0(uint64_t, TABLE_START), g_new(uint32_t, TABLE_START),
                              TABLE_START, 0};
    if (class->keys > 0 && class->keys * class->registers <= DIRECT_LIMIT)
        class->table.direct = g_new0(uint32_t, class->keys * class->registers);
    class->logs = sim_arena_array(world->arena, Log, world->region_count);
    class->orphans = g_array_new(FALSE, FALSE, sizeof(Orphan));
    class->crashed = sim_arena_array(world->arena, uint32_t, world->region_count);
    class->crashed_by = sim_arena_array(world->arena, uint32_t, world->region_count);
    class->slow = sim_arena_array(world->arena, uint32_t, world->region_count);
    class->slow_by = sim_arena_array(world->arena, uint32_t, world->region_count);
    for (uint32_t r = 0; r < world->region_count; r++)
        class->slow[r] = WORLD_PACE;
    for (uint32_t r = 0; r < world->region_count; r++)
        class->logs[r] = (Log){
            .ring = g_new0(LogEntry, LOG_START),
            .room = LOG_START,
            .past =
                class->causal ? g_new0(uint32_t, (size_t)LOG_START * world->region_count) : NULL,
        };
    read_build(world, class, item);
}

void store_build(World *world)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(world->plan, "data", &count);
    world->class_count = count;
    world->classes = sim_arena_array(world->arena, DataClass, count + 1);
    for (uint32_t c = 0; c < count; c++)
        class_build(world, c, plan_item(world->plan, ids[c]));
}
