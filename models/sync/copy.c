/*
 * copy.c: a full copy takes the place of a stretch of its source's log.
 *
 *   source log   [base ... settled ........... snapshot .......... end)
 *                          in the copy         sent afterwards
 *
 * What it contains arrives with its last byte, and is applied at once when it is loaded.
 */
#include "models/sync/stream.h"

void copy_arrived(World *world, uint32_t index, uint64_t position)
{
    Stream *stream = &world->streams[index];
    for (uint64_t p = *stream->settled; p < position; p++)
        entry_at(stream, p)->got |= bit_of(stream);
    stream_advance(world, stream);
    if (stream->back != WORLD_NONE)
        hold_ack(world, index);
}

void copy_forgotten(World *world, uint32_t index)
{
    Stream  *stream = &world->streams[index];
    uint64_t bit = bit_of(stream);
    for (uint64_t p = *stream->settled; p < stream->received; p++)
        if ((entry_at(stream, p)->done & bit) == 0)
            entry_at(stream, p)->got &= ~bit;
    stream->received = *stream->settled;
    stream_advance(world, stream);
}

void copy_applied(World *world, uint32_t index, uint64_t position)
{
    Stream  *stream = &world->streams[index];
    uint32_t class_index = stream->class_index;
    uint64_t bit = bit_of(stream);
    for (uint64_t p = *stream->settled; p < position; p++) {
        LogEntry *entry = entry_at(stream, p);
        if ((entry->done & bit) != 0)
            continue;
        store_apply(world, class_index, stream->to, entry->key_index, entry->write, entry->stamp,
                    stream->from);
        entry->done |= bit;
    }
    stream->apply_free_at = world_now(world);
    stream_advance(world, stream);
    if (stream->back != WORLD_NONE)
        hold_ack(world, index);
}
