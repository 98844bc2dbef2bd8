/*
 * succession.c: what becomes of a log when its source loses its role, or its disks.
 *
 *   old owner's log   [ the heir has it | others have it | nobody else has it )
 *                       passed on         stays there,     set aside, or destroyed by a
 *                       by the heir       or taken out     full copy from the heir
 *
 * When the role moves, the heir puts what it has into its own log, for the regions that lack it.
 * The old owner learns later that it was replaced, and only then sets its tail aside. Of a source
 * that is gone only what others have got is left: its orphans. All this is about data with one
 * owner for each record; where changes are merged, an old owner goes on sending its own.
 */
#include "models/sync/stream.h"

static bool single_master(const DataClass *class)
{
    return !class->multi_master && class->owner != OWNER_ANY && class->channel_count > 0;
}

/* Other regions that a change of `from` has reached, and those that it should still reach. */
static void reached(const World *world, const LogEntry *entry, uint32_t from, uint32_t *out_holders,
                    uint32_t *out_lacking)
{
    *out_holders = got_by(entry) & ~(1u << from);
    *out_lacking = 0;
    for (uint32_t r = 0; r < world->region_count; r++)
        if (r != from && !world->regions[r].gone && (*out_holders & 1u << r) == 0)
            *out_lacking |= 1u << r;
}

/* Changes that some regions got from a lost source and others did not: a new owner passes them on.
 */
static void keep_orphans(World *world, DataClass *class, uint32_t region)
{
    const Log *log = &class->logs[region];
    for (uint64_t p = log->base; p < log->end; p++) {
        Orphan   orphan = {log->ring[p & (log->room - 1)], region, 0};
        uint32_t lacking;
        reached(world, &orphan.entry, region, &orphan.holders, &lacking);
        if (orphan.holders != 0 && lacking != 0)
            g_array_append_val(class->orphans, orphan);
    }
}

void stream_source_lost(World *world, uint32_t class_index, uint32_t region)
{
    if (single_master(&world->classes[class_index]))
        keep_orphans(world, &world->classes[class_index], region);
    uint64_t end = world->classes[class_index].logs[region].end;
    for (uint32_t s = 0; s < world->stream_count; s++) {
        Stream *stream = &world->streams[s];
        if (stream->class_index != class_index || stream->from != region ||
            stream->link == WORLD_NONE)
            continue;
        /* What has arrived is in the target's own relay log and will be applied. */
        for (uint64_t p = *stream->settled; p < end; p++) {
            LogEntry *entry = entry_at(stream, p);
            if ((entry->got & bit_of(stream)) != 0)
                continue;
            stream->lost_with_source++;
            give_up_entry(stream, entry);
        }
        stream->sent = end;
        stream->epoch++;
        stream_advance(world, stream);
    }
}

/* Puts a change of the old owner into the heir's log. Where received means durable, those who hold
 * it already are known to: it need not reach them again, and it counts when logs are compared. */
static void pass_on(World *world, DataClass *class, uint32_t heir, const LogEntry *entry,
                    uint32_t holders)
{
    uint64_t held = keeps_received(world, class) ? holders & ~(1u << heir) : 0;
    LogEntry copy = {.write = entry->write,
                     .stamp = entry->stamp,
                     .at = world_now(world),
                     .got = held,
                     .done = held,
                     .key_index = entry->key_index};
    store_log_append(class, heir, &copy);
}

static DivergentTail tail_of(const World *world, const DataClass *class)
{
    return world->channels[class->channels[0]].setup.divergent;
}

/* A change that the heir lacks is taken out of the store of every region in `holders`. */
static void take_out(World *world, uint32_t class_index, const LogEntry *entry, uint32_t holders,
                     uint32_t heir)
{
    const DataClass *class = &world->classes[class_index];
    for (uint32_t r = 0; r < world->region_count; r++) {
        if ((holders & 1u << r) == 0 || r == heir || world->regions[r].gone)
            continue;
        if (tail_of(world, class) == TAIL_THROWN_AWAY)
            ledger_destroyed(world->ledger, entry->write, r);
        else
            ledger_set_aside(world->ledger, entry->write, r);
        store_roll_back(world, class_index, r, entry->key_index, entry->write, heir);
    }
}

/* The heir ships what it has of the old owner's changes to the regions that lack it. */
static void adopt(World *world, uint32_t class_index, uint32_t region, uint32_t heir)
{
    DataClass *class = &world->classes[class_index];
    const Log *log = &class->logs[region];
    uint64_t   before = class->logs[heir].end;
    for (uint64_t p = log->base; p < log->end; p++) {
        LogEntry *entry = &log->ring[p & (log->room - 1)];
        uint32_t  holders, lacking;
        reached(world, entry, region, &holders, &lacking);
        entry->kept = (holders & 1u << heir) != 0;
        if (entry->kept && lacking != 0)
            pass_on(world, class, heir, entry, holders);
    }
    for (guint i = 0; i < class->orphans->len; i++) {
        const Orphan *orphan = &g_array_index(class->orphans, Orphan, i);
        if (orphan->from != region)
            continue;
        if ((orphan->holders & 1u << heir) != 0)
            pass_on(world, class, heir, &orphan->entry, orphan->holders);
        else if (tail_of(world, class) != TAIL_STAYS)
            take_out(world, class_index, &orphan->entry, orphan->holders, heir);
    }
    if (class->logs[heir].end == before)
        return;
    stream_log_changed(world, class_index, heir);
    stream_committed(world, class_index, heir);
}

static bool follows(const DataClass *class, const Roles *roles)
{
    return class->roles == roles && single_master(class);
}

void stream_source_moved(World *world, const Roles *roles, uint32_t region, uint32_t heir)
{
    for (uint32_t s = 0; s < world->stream_count; s++) {
        Stream *stream = &world->streams[s];
        if (!follows(&world->classes[stream->class_index], roles))
            continue;
        if (stream->from == region && stream->resync != NULL)
            resync_source_moved(world, s);
        if (stream->from == region)
            stream->moved = true;
        else if (stream->from == heir)
            stream->moved = false;
    }
    for (uint32_t c = 0; c < world->class_count; c++)
        if (follows(&world->classes[c], roles))
            adopt(world, c, region, heir);
}

void stream_source_back(World *world, const Roles *roles, uint32_t heir, uint32_t region)
{
    for (uint32_t s = 0; s < world->stream_count; s++)
        if (world->streams[s].from == region &&
            follows(&world->classes[world->streams[s].class_index], roles))
            world->streams[s].moved = false;
    for (uint32_t c = 0; c < world->class_count; c++)
        if (follows(&world->classes[c], roles))
            adopt(world, c, heir, region);
}

/* People can put back what a region alone had. */
static void note_aside(const DataClass *class, uint32_t class_index, uint32_t region,
                       const LogEntry *entry)
{
    Aside aside = {*entry, class_index, region, false};
    if (class->roles->asides != NULL)
        g_array_append_val(class->roles->asides, aside);
}

static void set_aside(World *world, uint32_t class_index, uint32_t region, uint32_t heir)
{
    DataClass *class = &world->classes[class_index];
    Log *log = &class->logs[region];
    hold_drop(world, class_index, region, HOLD_ROLE_MOVES);
    for (uint64_t p = log->base; p < log->end; p++) {
        LogEntry *entry = &log->ring[p & (log->room - 1)];
        uint32_t  holders, lacking;
        reached(world, entry, region, &holders, &lacking);
        if (tail_of(world, class) == TAIL_STAYS ? holders == 0 : !entry->kept) {
            take_out(world, class_index, entry, holders | 1u << region, heir);
            if (tail_of(world, class) != TAIL_THROWN_AWAY)
                note_aside(class, class_index, region, entry);
        }
        /* Who has got it still applies it; nobody else will get it from here. */
        entry->done |= ~entry->got;
        entry->got = UINT64_MAX;
    }
    stream_log_changed(world, class_index, region);
}

static bool has_diverged(const DataClass *class, uint32_t region)
{
    const Log *log = &class->logs[region];
    for (uint64_t p = log->base; p < log->end; p++)
        if (!log->ring[p & (log->room - 1)].kept)
            return true;
    return false;
}

void stream_set_aside(World *world, const Roles *roles, uint32_t region, uint32_t heir)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        if (!follows(&world->classes[c], roles))
            continue;
        if (has_diverged(&world->classes[c], region) && resync_diverged(world, c, region, heir))
            hold_drop(world, c, region, HOLD_ROLE_MOVES); /* the rest when the copy is there */
        else
            set_aside(world, c, region, heir);
    }
}

void stream_throw_away(World *world, uint32_t class_index, uint32_t region, uint32_t heir)
{
    set_aside(world, class_index, region, heir);
}

/* Whether the region has lost the role of a single master, known to it or not. */
static bool has_moved(const World *world, const DataClass *class, uint32_t region)
{
    uint32_t first = world->channels[class->channels[0]].first_stream;
    for (uint32_t to = 0; to < world->region_count; to++)
        if (world->streams[first + region * world->region_count + to].moved)
            return true;
    return false;
}

void stream_close_roles(World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        const DataClass *class = &world->classes[c];
        for (uint32_t r = 0; r < world->region_count && single_master(class); r++)
            if (has_moved(world, class, r) && !world->regions[r].gone)
                set_aside(
                    world, c, r,
                    class->roles->owner[class->owner == OWNER_SINGLE ? class->owner_region : r]);
    }
}
