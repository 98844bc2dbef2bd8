/*
 * flush.c: a store that says "done" before the change is on its disk.
 *
 *   commit --> memory --(flush later)--> disk
 *                 |
 *                 +-- power is lost: what is younger than the flush never happened here
 *
 * With log_ahead = false the log is as young as the data: a change is shipped once it is flushed,
 * and what is forgotten was forgotten everywhere. With log_ahead = true the log is on the disk at
 * once and shipped at once: its targets then have changes that their source has not. Where records
 * are only ever created, the restarted source gives their keys away again, and the first new record
 * breaks every target with a duplicate key. Where records are updated nothing breaks; the two
 * differ.
 *
 * The journal of a region holds what is not flushed yet, with what it replaced.
 */
#include "models/world.h"

static Journal *journal_of(const World *world, uint32_t class_index, uint32_t region)
{
    const DataClass *class = &world->classes[class_index];
    return class->journals == NULL ? NULL : &class->journals[region];
}

void flush_note(const World *world, uint32_t class_index, uint32_t region, const Undo *undo)
{
    Journal *journal = journal_of(world, class_index, region);
    while (journal->first < journal->end &&
           journal->ring[journal->first & (journal->room - 1)].at + journal->flush <= undo->at)
        journal->first++;
    if (journal->end - journal->first == journal->room) {
        uint32_t room = journal->room == 0 ? 64 : journal->room * 2;
        Undo    *bigger = g_new(Undo, room);
        for (uint64_t i = journal->first; i < journal->end; i++)
            bigger[i & (room - 1)] = journal->ring[i & (journal->room - 1)];
        g_free(journal->ring);
        journal->ring = bigger;
        journal->room = room;
    }
    journal->ring[journal->end++ & (journal->room - 1)] = *undo;
}

static GArray *reused_of(Journal *journal)
{
    if (journal->reused == NULL)
        journal->reused = g_array_new(FALSE, FALSE, sizeof(Undo));
    return journal->reused;
}

/* The log forgets a change, too: nobody will get it from here. */
static void unlog(const World *world, uint32_t class_index, uint32_t region, uint64_t position)
{
    const Log *log = &world->classes[class_index].logs[region];
    if (position < log->base || position >= log->end)
        return;
    LogEntry *entry = store_log_entry(world, class_index, region, position);
    entry->got = entry->done = UINT64_MAX;
}

/* The source will give the keys of what it forgot away again: every target has to be copied anew,
 * which somebody does (operator_after), or nobody. */
static void break_targets(World *world, uint32_t class_index, uint32_t region)
{
    world_mark(world, true, "%s at %s gives their keys away again: replication stops",
               world->classes[class_index].name, world->regions[region].name);
    for (uint32_t s = 0; s < world->stream_count; s++) {
        Stream *stream = &world->streams[s];
        if (world->channels[stream->channel].class_index == class_index && stream->from == region &&
            stream->resync != NULL)
            stream->resync->diverged = true;
    }
}

void flush_power_lost(World *world, uint32_t class_index, uint32_t region, uint32_t fault)
{
    Journal *journal = journal_of(world, class_index, region);
    DataClass *class = &world->classes[class_index];
    SimTime  now = world_now(world);
    uint64_t forgotten = 0;
    if (journal == NULL)
        return;
    bool reused = journal->log_ahead && class->create_only && world->region_count > 1;
    for (; journal->end > journal->first; journal->end--) {
        const Undo *undo = &journal->ring[(journal->end - 1) & (journal->room - 1)];
        if (undo->at + journal->flush <= now)
            break;
        store_undo(world, class_index, region, undo);
        ledger_forgotten(world->ledger, undo->write, region, fault);
        if (journal->log_ahead)
            ledger_unsent(world->ledger, undo->write, region);
        else
            unlog(world, class_index, region, undo->position);
        if (reused)
            g_array_append_vals(reused_of(journal), undo, 1);
        forgotten++;
    }
    journal->first = journal->end;
    if (forgotten == 0)
        return;
    WORLD_TRACE(world, "fault", "%s.%s forgets %" G_GUINT64_FORMAT " changes that were not flushed",
                class->name, world->regions[region].name, forgotten);
    world_mark(world, true, "%s at %s forgets %" G_GUINT64_FORMAT " changes that were not flushed",
               class->name, world->regions[region].name, forgotten);
    fault_hit_dropped(world, fault, (int64_t)forgotten);
    if (!journal->log_ahead)
        stream_log_changed(world, class_index, region);
    if (reused)
        break_targets(world, class_index, region);
}

void flush_copied(World *world, const Stream *stream)
{
    uint32_t       class_index = world->channels[stream->channel].class_index;
    const Journal *journal = journal_of(world, class_index, stream->from);
    if (journal == NULL || journal->reused == NULL)
        return;
    const Log *log = &world->classes[class_index].logs[stream->from];
    for (guint i = 0; i < journal->reused->len; i++) {
        const Undo *undo = &g_array_index(journal->reused, Undo, i);
        store_roll_back(world, class_index, stream->to, undo->key_index, undo->write, stream->from);
        ledger_destroyed(world->ledger, undo->write, stream->to);
        if (undo->position < log->base)
            continue;
        /* In the log, but not in the copy: it is never sent. */
        LogEntry *entry = store_log_entry(world, class_index, stream->from, undo->position);
        uint64_t  bits = UINT64_C(1) << stream->to | UINT64_C(1)
                                                        << (WORLD_REGION_LIMIT + stream->to);
        entry->got |= bits;
        entry->done |= bits;
    }
}

void flush_build(World *world)
{
    for (uint32_t c = 0; c < world->channel_count; c++) {
        const Channel *channel = &world->channels[c];
        DataClass *class = &world->classes[channel->class_index];
        if (channel->setup.flush == 0)
            continue;
        if (class->journals == NULL)
            class->journals = sim_arena_array(world->arena, Journal, world->region_count);
        for (uint32_t r = 0; r < world->region_count; r++) {
            class->journals[r].flush = MAX(class->journals[r].flush, channel->setup.flush);
            class->journals[r].log_ahead |= channel->setup.log_ahead;
        }
    }
}

void flush_free(World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t r = 0; r < world->region_count && world->classes[c].journals != NULL; r++) {
            g_free(world->classes[c].journals[r].ring);
            if (world->classes[c].journals[r].reused != NULL)
                g_array_free(world->classes[c].journals[r].reused, TRUE);
        }
}
