/*
 * consumer.c: the far end of a message queue: the mirror's checkpoints, consumers side by side, and
 * messages that cannot be applied.
 *
 *   mirror   notes its position at every checkpoint; after a break it goes on from there, so what
 *            came since then comes again
 *   consumer applies one message after the other, or several side by side, which keeps no order
 *            unless all messages of a record go to the same one
 *   ladder   a message that its store refuses comes again after each rung's time, while later ones
 *            go by; after the last rung it is a dead letter, which waits for an operator
 *
 * For data whose changes may be applied twice without harm, a repetition is only work for the
 * consumer; otherwise it is sent and applied like the first.
 */
#include "models/sync/stream.h"

#include "sim/base/time.h"

/* Apache RocketMQ, MessageStoreConfig: messageDelayLevel is "1s 5s 10s 30s 1m 2m ... 2h", and the
 * broker starts at the third level (AbstractSendMessageProcessor: 3 + reconsumeTimes). */
static const SimTime ladder[] = {10 * SIM_S,   30 * SIM_S,   SIM_MIN,      2 * SIM_MIN,
                                 3 * SIM_MIN,  4 * SIM_MIN,  5 * SIM_MIN,  6 * SIM_MIN,
                                 7 * SIM_MIN,  8 * SIM_MIN,  9 * SIM_MIN,  10 * SIM_MIN,
                                 20 * SIM_MIN, 30 * SIM_MIN, 60 * SIM_MIN, 120 * SIM_MIN};

/* Whether a second application would be seen, so that repetitions have to be played. */
static bool rewinds(const World *world, const Stream *stream)
{
    const Channel *channel = channel_of(world, stream);
    const DataClass *class = &world->classes[channel->class_index];
    return channel->queue != NULL && channel->setup.checkpoint > 0 &&
           (!class->idempotent || class->rule == LEDGER_RULE_ARRIVAL);
}

uint64_t consumer_keeps(const World *world, const Stream *stream)
{
    return rewinds(world, stream) && stream->checkpoint < *stream->settled ? stream->checkpoint
                                                                           : *stream->settled;
}

void consumer_note_position(World *world, Stream *stream)
{
    const Channel *channel = channel_of(world, stream);
    SimTime        every = channel->setup.checkpoint;
    if (every == 0)
        return;
    SimTime phase = stream->checkpoint_phase;
    SimTime due = (world_now(world) + phase) / every * every - phase;
    if (due <= stream->checkpoint_at || stream->stalled || stream->again_waiting > 0)
        return;
    stream->checkpoint_at = due;
    stream->checkpoint = stream->received;
    if (rewinds(world, stream))
        store_log_trim(world, channel->class_index, stream->from);
}

void consumer_rewind(World *world, Stream *stream)
{
    const ChannelSetup *setup = &channel_of(world, stream)->setup;
    stream->sent = stream->received;
    if (channel_of(world, stream)->queue == NULL || setup->checkpoint == 0 ||
        stream->checkpoint >= stream->received)
        return;
    uint64_t again = stream->received - stream->checkpoint;
    stream->repeats += (int64_t)again;
    if (rewinds(world, stream)) {
        stream->again = stream->received;
        stream->again_waiting = again;
        stream->sent = stream->checkpoint;
        return;
    }
    SimTime now = world_now(world);
    if (stream->apply_free_at < now)
        stream->apply_free_at = now;
    stream->apply_free_at = sim_time_add_far(
        stream->apply_free_at, sim_time_mul_far(sim_dist_mean(setup->apply), (int64_t)again));
}

void consumer_repeated(Stream *stream)
{
    if (stream->again_waiting > 0) /* else it belongs to an earlier break */
        stream->again_waiting--;
}

SimTime consumer_schedule(World *world, Stream *stream, const LogEntry *entry, SimTime work)
{
    const Queue *queue = channel_of(world, stream)->queue;
    SimTime     *free_at = &stream->apply_free_at;
    if (stream->free_at != NULL) {
        free_at = &stream->free_at[queue->by_key ? entry->key_index % queue->consumers : 0];
        for (uint32_t c = 1; c < queue->consumers && !queue->by_key; c++)
            if (stream->free_at[c] < *free_at)
                free_at = &stream->free_at[c];
    }
    if (*free_at < world_now(world))
        *free_at = world_now(world);
    return *free_at = sim_time_add_far(*free_at, work);
}

bool consumer_failed(World *world, uint32_t index, uint64_t arg)
{
    Stream        *stream = &world->streams[index];
    const Channel *channel = channel_of(world, stream);
    uint64_t       position = arg & CONSUMER_POSITION;
    uint64_t       rung = arg >> CONSUMER_RUNG_SHIFT;
    if (channel->queue == NULL || channel->queue->redeliver == 0 ||
        !channel->queue->brokers[stream->to].open)
        return false;
    store_refused(world, channel->class_index, stream->to);
    LogEntry *entry = entry_at(stream, position);
    if (rung == channel->queue->redeliver) {
        WORLD_TRACE(world, "work", "%s %s>%s gives up #%" G_GUINT64_FORMAT ": a dead letter",
                    channel->name, world->regions[stream->from].name,
                    world->regions[stream->to].name, position);
        ledger_dead_letter(world->ledger, entry->write, stream->to);
        give_up_entry(stream, entry);
        stream_advance(world, stream);
        return true;
    }
    entry->done |= channel_bit(channel, stream->from); /* put off at least once */
    sim_engine_at(world->engine, sim_time_add(world_now(world), ladder[rung]), SIM_PHASE_WORK,
                  WORLD_CHANGE_APPLIED, index, position | (rung + 1) << CONSUMER_RUNG_SHIFT);
    return true;
}

bool consumer_drops(World *world, Stream *stream, LogEntry *entry)
{
    const Queue *queue = channel_of(world, stream)->queue;
    if (queue == NULL || queue->ttl == 0 || entry->at + queue->ttl >= world_now(world))
        return false;
    ledger_expired(world->ledger, entry->write, stream->to);
    give_up_entry(stream, entry);
    stream_advance(world, stream);
    return true;
}
