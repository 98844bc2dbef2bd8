/*
 * stream.h: what the files of this folder share about streams and their logs.
 */
#ifndef MODELS_SYNC_STREAM_H
#define MODELS_SYNC_STREAM_H

#include "models/world.h"

static inline const Channel *channel_of(const World *world, const Stream *stream)
{
    return &world->channels[stream->channel];
}

static inline LogEntry *entry_at(const Stream *stream, uint64_t position)
{
    return &stream->log->ring[position & (stream->log->room - 1)];
}

/* A message about a log: a position, and the epoch in which it set out. */
#define POSITION_BITS 48u
#define POSITION_MASK ((UINT64_C(1) << POSITION_BITS) - 1)
static inline uint64_t position_arg(uint64_t position, uint32_t epoch)
{
    return (position & POSITION_MASK) | (uint64_t)(epoch & 0xffff) << POSITION_BITS;
}
static inline bool position_of_epoch(uint64_t arg, uint32_t epoch)
{
    return (uint32_t)(arg >> POSITION_BITS) == (epoch & 0xffff);
}

/* The bit of a channel and region in a log entry. The source's own bit in `got` says that the
 * message is still with its producer: no broker has it. */
static inline uint64_t channel_bit(const Channel *channel, uint32_t region)
{
    return UINT64_C(1) << (channel->slot * WORLD_REGION_LIMIT + region);
}

static inline uint64_t bit_of(const Stream *stream)
{
    return stream->bit;
}

/* Regions that have got an entry over some channel; the source's own bit as above. */
static inline uint32_t got_by(const LogEntry *entry)
{
    return (uint32_t)entry->got | (uint32_t)(entry->got >> WORLD_REGION_LIMIT);
}

/* The stream will not carry this entry any more. */
static inline void give_up_entry(const Stream *stream, LogEntry *entry)
{
    entry->got |= bit_of(stream);
    entry->done |= bit_of(stream);
}

/* Whether what a target has received is on its disk: commits count on it. */
static inline bool keeps_received(const World *world, const DataClass *class)
{
    return class->holds != NULL && class->channel_count == 1 &&
           world->channels[class->channels[0]].setup.resync == NULL;
}

/* stream.c */
/* Compares a stream with what it needs, after something changed: it stalls or plans to resume. */
void stream_check(World *world, uint32_t index, bool lose_in_flight);
/* Sends what can be sent, in log order. */
void stream_pump(World *world, uint32_t index);
/* A message that stream_pump went by, because its producer still had it, can be sent now. */
void stream_send_late(World *world, uint32_t index, uint64_t position);
/* Moves the positions of a stream over what has arrived and what is applied. */
void stream_advance(World *world, Stream *stream);

/* succession.c */
/* At the end: regions that lost a role, known to them or not, set aside what nobody got. */
void stream_close_roles(World *world);

/* copy.c */
/* A full copy of everything below `position` has arrived; a target that stopped has forgotten it;
 * it is loaded. */
void copy_arrived(World *world, uint32_t index, uint64_t position);
void copy_forgotten(World *world, uint32_t index);
void copy_applied(World *world, uint32_t index, uint64_t position);

/* consumer.c */
/* What WORLD_CHANGE_APPLIED carries besides the position. */
#define CONSUMER_POSITION ((UINT64_C(1) << 48) - 1)
#define CONSUMER_AGAIN (UINT64_C(1) << 63)
#define CONSUMER_RUNG_SHIFT 48u
/* Notes the position of the mirror if a checkpoint was due since the last. */
void               consumer_note_position(World *world, Stream *stream);
static inline void consumer_note(World *world, Stream *stream)
{
    if (G_UNLIKELY(channel_of(world, stream)->queue != NULL))
        consumer_note_position(world, stream);
}
/* The mirror goes on from the position it noted last. */
void consumer_rewind(World *world, Stream *stream);
/* One of the messages that were sent again has been applied. */
void consumer_repeated(Stream *stream);
/* When the consumer that takes a change has worked `work` on it. */
SimTime consumer_schedule(World *world, Stream *stream, const LogEntry *entry, SimTime work);
/* The store refused a message: it comes again later, or never. False if this consumer waits
 * instead. */
bool consumer_failed(World *world, uint32_t index, uint64_t arg);
/* Whether the message is too old to be worth applying; then it is dropped. */
bool consumer_drops(World *world, Stream *stream, LogEntry *entry);

#endif
