/*
 * stream.c: the mechanism under every channel: a log at the source, a position at the target.
 *
 *   source log   [base ......... settled ... received ... sent ... end)
 *                 dropped here    applied     arrived      on the way, waiting
 *
 * A stream is one channel from one region to one other. While the path works, every change is sent
 * when it is committed. When the path breaks, what was on the way is lost, the log keeps what has
 * not arrived, and the stream goes on from there once it is connected again: after a retransmission
 * of the stalled connection, or, once the break was noticed, at an attempt to connect.
 *
 * An in-order stream delivers through one first-in-first-out path; otherwise every change travels
 * alone and may overtake. The target applies one change after the other.
 */
#include "models/sync/stream.h"

#include "models/fields.h"
#include "models/intent.h"

/* A lane per stream pays while there are few of them; among many only a backlog is worth one, so
 * many changes at least. (measured) */
#define LANES_MOST 32u
#define LANE_BACKLOG 8u

static uint64_t stream_arg(const Stream *stream, uint64_t position)
{
    return position_arg(position, stream->epoch);
}

static bool epoch_matches(const Stream *stream, uint64_t arg)
{
    return position_of_epoch(arg, stream->epoch);
}

/* Whether what arrives can be kept at the target. A consumer that puts off what it cannot apply
 * needs no store for that. */
static bool takes(const World *world, const Stream *stream)
{
    const Channel *channel = channel_of(world, stream);
    bool           up = store_up(world, channel->class_index, stream->to);
    if (channel->queue == NULL)
        return up;
    return channel->queue->brokers[stream->to].open && (up || channel->queue->redeliver > 0);
}

static bool usable(const World *world, const Stream *stream)
{
    const Channel *channel = channel_of(world, stream);
    const DataClass *class = &world->classes[channel->class_index];
    if (!link_up(&world->links[stream->link]) || stream->interrupted ||
        (class->full != NULL && class->full[stream->to] > 0))
        return false;
    if (channel->queue != NULL)
        return channel->queue->brokers[stream->from].open && takes(world, stream);
    return store_up(world, channel->class_index, stream->from) &&
           store_up(world, channel->class_index, stream->to);
}

/* The fault that keeps a stream from working. */
static uint32_t blame_of(const World *world, const Stream *stream)
{
    const Link *link = &world->links[stream->link];
    const DataClass *class = &world->classes[stream->class_index];
    if (!link_up(link))
        return fault_link_stopper(world, stream->link);
    const Queue *queue = channel_of(world, stream)->queue;
    if (queue != NULL && !queue->brokers[stream->from].open)
        return queue->brokers[stream->from].leader_by;
    if (queue != NULL && !queue->brokers[stream->to].open)
        return queue->brokers[stream->to].leader_by;
    if (class->crashed[stream->from] > 0)
        return class->crashed_by[stream->from];
    if (class->crashed[stream->to] > 0)
        return class->crashed_by[stream->to];
    if (world->regions[stream->to].down_by != WORLD_NONE)
        return world->regions[stream->to].down_by;
    if (class->full != NULL && class->full[stream->to] > 0)
        return class->barred_by[stream->to];
    return world->regions[stream->from].down_by;
}

/* ---- sending ----------------------------------------------------------------------------- */

/* Puts one entry on the way; false if the link drops it. */
static inline bool send(World *world, uint32_t index, uint64_t position, bool lane)
{
    Stream        *stream = &world->streams[index];
    const Channel *channel = channel_of(world, stream);
    SimTime        arrival;
    if (link_send(world, stream->link, stream->flow, world_now(world),
                  world->classes[stream->class_index].size, &arrival) != LINK_DELIVERS)
        return false;
    WORLD_TRACE(world, "work", "%s %s>%s sends #%" G_GUINT64_FORMAT "", channel->name,
                world->regions[stream->from].name, world->regions[stream->to].name, position);
    uint64_t arg = stream_arg(stream, position);
    if (channel->setup.in_order) {
        if (arrival < stream->last_arrival)
            arrival = stream->last_arrival;
        stream->last_arrival = arrival;
    } else if (world->links[stream->link].blame != WORLD_NONE) {
        twice_sent(world, index, position, arrival);
    }
    if (lane && arrival >= stream->arrivals_end) {
        stream->arrivals_end = arrival;
        sim_engine_lane_at(world->engine, stream->arrivals, arrival, SIM_PHASE_DELIVER,
                           WORLD_CHANGE_ARRIVES, index, arg);
    } else {
        sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_CHANGE_ARRIVES, index, arg);
    }
    return true;
}

static void pump_at(World *world, uint32_t index, SimTime at)
{
    Stream *stream = &world->streams[index];
    stream->pump_armed = true;
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_STREAM_PUMPS, index,
                  stream_arg(stream, 0));
}

/* Sends what has not been sent, in log order; nothing after the source has lost its role. */
void stream_pump(World *world, uint32_t index)
{
    Stream *stream = &world->streams[index];
    if (stream->moved)
        return;
    const Channel      *channel = channel_of(world, stream);
    const ChannelSetup *setup = &channel->setup;
    const Log          *log = stream->log;
    uint64_t            bit = bit_of(stream);
    uint64_t            held = channel_bit(channel, stream->from);
    SimTime             shown = broker_shows_before(channel, stream->from);
    SimTime             now = world_now(world);
    bool                lane = setup->in_order &&
                (world->stream_count <= LANES_MOST || log->end - stream->sent >= LANE_BACKLOG);
    for (; stream->sent < log->end; stream->sent++) {
        const LogEntry *entry = entry_at(stream, stream->sent);
        if ((entry->got & (bit | held)) != 0) {
            if ((entry->got & bit) == 0 && (setup->in_order || shown != SIM_TIME_NEVER))
                return; /* its producer still has it, and it is waited for */
            if ((entry->got & bit) == 0 || stream->sent >= stream->again)
                continue;
        }
        if (!channel->at_once && entry->at >= shown)
            return;
        SimTime full_until = world->links[stream->link].flows[stream->flow].free - LINK_BUFFER;
        if (full_until > now) {
            pump_at(world, index, full_until + LINK_BUFFER / 2);
            return;
        }
        if (!channel->at_once) {
            SimTime depart = entry->at + setup->relay;
            if (setup->poll > 0)
                depart = (depart + setup->poll - 1) / setup->poll * setup->poll;
            if (depart > now) {
                /* It leaves later, if its broker is still there. */
                pump_at(world, index, depart);
                return;
            }
        }
        if (!send(world, index, stream->sent, lane))
            return;
    }
}

void stream_send_late(World *world, uint32_t index, uint64_t position)
{
    Stream *stream = &world->streams[index];
    if (stream->link == WORLD_NONE || stream->stalled || position >= stream->sent ||
        (entry_at(stream, position)->got & bit_of(stream)) != 0)
        return;
    send(world, index, position, false);
}

/* The next stream will be sent something: starts to load what that needs. There is one more stream
 * than are used. */
static inline void stream_expect(const World *world, uint32_t index)
{
    const Stream *stream = &world->streams[index];
    __builtin_prefetch(stream + 1);
    if (stream->link != WORLD_NONE) {
        const char *link = (const char *)&world->links[stream->link];
        __builtin_prefetch(link);
        __builtin_prefetch(link + SIM_CACHE_LINE);
        __builtin_prefetch(world->links[stream->link].flows);
    }
}

void stream_committed(World *world, uint32_t class_index, uint32_t region)
{
    const DataClass *class = &world->classes[class_index];
    for (uint32_t c = 0; c < class->channel_count; c++) {
        uint32_t     first = world->channels[class->channels[c]].first_stream;
        const Queue *queue = world->channels[class->channels[c]].queue;
        if (queue != NULL && !queue->brokers[region].steady)
            broker_holds(world, class->channels[c], region);
        for (uint32_t to = 0; to < world->region_count; to++) {
            uint32_t index = first + region * world->region_count + to;
            Stream  *stream = &world->streams[index];
            stream_expect(world, index + 1);
            if (to == region || stream->link == WORLD_NONE)
                continue;
            if (stream->moved)
                continue;
            if (!stream->pump_armed) {
                if (!stream->stalled)
                    stream_pump(world, index);
                else if (queue == NULL || queue->brokers[region].open)
                    fault_hit_held(world, blame_of(world, stream));
            }
            if (stream->limited)
                resync_committed(world, index);
        }
    }
}

/* ---- breaking and mending ---------------------------------------------------------------- */

/* By the line, or by whoever it was for. */
static void lose_what_is_sent(World *world, Stream *stream)
{
    /* During a full copy `sent` is where it will go on. What its source has forgotten counts as
     * received without having been sent. */
    bool    copying = stream->resync != NULL && stream->resync->stage != RESYNC_NONE;
    int64_t lost = copying                           ? 1
                   : stream->sent > stream->received ? (int64_t)(stream->sent - stream->received)
                                                     : 0;
    stream->in_flight_lost = true;
    stream->epoch++;
    if (link_up(&world->links[stream->link])) {
        link_in_vain(world, stream->link, false, lost);
        fault_hit_dropped(world, blame_of(world, stream), lost);
    } else {
        link_lost(world, stream->link, false, lost);
    }
}

static void stall(World *world, uint32_t index, bool lose_in_flight)
{
    Stream *stream = &world->streams[index];
    consumer_note(world, stream);
    stream->stalled = true;
    stream->pump_armed = false;
    stream->stalled_at = world_now(world);
    WORLD_TRACE(world, "fault", "%s %s>%s stalls", channel_of(world, stream)->name,
                world->regions[stream->from].name, world->regions[stream->to].name);
    stream->noticed_at_once = world->links[stream->link].resets > 0;
    stream->in_flight_lost = false;
    if (lose_in_flight)
        lose_what_is_sent(world, stream);
    if (stream->catch_up != WORLD_NONE)
        return; /* still behind from an earlier break */
    CatchUp entry = {index, stream->stalled_at, -1, -1};
    stream->catch_up = world->catch_ups->len;
    g_array_append_val(world->catch_ups, entry);
}

/* When a stream whose path works again carries its next message. */
static SimTime resume_time(const World *world, const Stream *stream)
{
    const ChannelSetup *setup = &channel_of(world, stream)->setup;
    SimTime             now = world_now(world);
    if (setup->reconnect == 0)
        return now;
    SimTime attempt = stream->stalled_at;
    if (!stream->noticed_at_once && now - stream->stalled_at < setup->notice) {
        for (SimTime wait = LINK_RTO_FIRST; attempt < now;
             wait = wait < LINK_RTO_MOST / 2 ? 2 * wait : LINK_RTO_MOST)
            attempt += wait;
        if (attempt - stream->stalled_at < setup->notice)
            return attempt;
    }
    attempt = stream->stalled_at + (stream->noticed_at_once ? 0 : setup->notice);
    if (attempt < now)
        attempt += (now - attempt + setup->reconnect - 1) / setup->reconnect * setup->reconnect;
    return attempt + link_rtt(world, stream->from, stream->to);
}

void stream_connect(World *world, uint32_t index)
{
    Stream *stream = &world->streams[index];
    if (!stream->stalled || !usable(world, stream))
        return;
    CatchUp *entry = &g_array_index(world->catch_ups, CatchUp, stream->catch_up);
    entry->healed_at = world_now(world);
    sim_engine_at(world->engine, resume_time(world, stream), SIM_PHASE_TIMER, WORLD_STREAM_RESUMES,
                  index, stream->attempt);
}

void stream_drop(World *world, uint32_t index)
{
    Stream *stream = &world->streams[index];
    if (!stream->stalled)
        stall(world, index, false);
    stream->noticed_at_once = true;
    stream->attempt++;
    stream_connect(world, index);
}

/* Compares a stream with what it needs, after something changed. */
void stream_check(World *world, uint32_t index, bool lose_in_flight)
{
    Stream *stream = &world->streams[index];
    if (stream->link == WORLD_NONE)
        return;
    bool works = usable(world, stream);
    if (!works)
        stream->attempt++; /* a resumption that was planned does not happen */
    if (!works && !stream->stalled)
        stall(world, index, lose_in_flight);
    if (!works && stream->resync != NULL)
        resync_stalled(world, index);
    if (works)
        stream_connect(world, index);
}

void stream_link_changed(World *world, uint32_t link, bool lose_in_flight)
{
    hold_link_changed(world, link);
    for (uint32_t s = 0; s < world->stream_count; s++)
        if (world->streams[s].link == link) {
            if (lose_in_flight && world->streams[s].stalled && !world->streams[s].in_flight_lost)
                lose_what_is_sent(world, &world->streams[s]);
            stream_check(world, s, lose_in_flight);
        }
}

void stream_store_changed(World *world, uint32_t class_index, uint32_t region)
{
    if (!store_up(world, class_index, region))
        hold_drop(world, class_index, region, HOLD_SOURCE_STOPS);
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (stream->class_index == class_index && (stream->from == region || stream->to == region))
            stream_check(world, s, stream->to == region);
    }
}

/* The slowest of a class after a heal gets a line in the timeline (sim/run/collect.c). */
static __attribute__((noinline)) void catch_up_cut(World *world, const CatchUp *done)
{
    uint32_t class_index = world->channels[world->streams[done->stream].channel].class_index;
    for (guint i = 0; i < world->catch_ups->len; i++) {
        const CatchUp *other = &g_array_index(world->catch_ups, CatchUp, i);
        if (other->done_at < 0 && other->healed_at == done->healed_at &&
            world->channels[world->streams[other->stream].channel].class_index == class_index)
            return;
    }
    if (done->done_at - done->healed_at >= SIM_S)
        metrics_windows_cut(world->windows, done->done_at);
}

static inline void note_caught_up(World *world, Stream *stream)
{
    if (G_LIKELY(stream->catch_up == WORLD_NONE) || stream->stalled ||
        *stream->settled < stream->catch_target || *stream->settled != stream->received)
        return;
    CatchUp *entry = &g_array_index(world->catch_ups, CatchUp, stream->catch_up);
    entry->done_at = world_now(world);
    catch_up_cut(world, entry);
    stream->catch_up = WORLD_NONE;
    store_log_shrink(&world->classes[stream->class_index], stream->from);
}

static void resumes(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Stream  *stream = &world->streams[index];
    if (!stream->stalled || event->arg != stream->attempt)
        return;
    bool was_away = stream->resync != NULL && resync_is_away(world, stream);
    if (was_away && resync_is_loading(stream))
        return; /* it connects when it has loaded its copy */
    stream->stalled = false;
    stream->pump_armed = false;
    stream->epoch++;
    consumer_rewind(world, stream);
    stream->last_arrival = world_now(world);
    stream->catch_target = stream->log->end;
    stream_expire(world, index);
    if (stream->back != WORLD_NONE) {
        stream->ack_sent = stream->acked;
        hold_ack(world, index);
    }
    WORLD_TRACE(world, "timer", "%s %s>%s resumes with %" G_GUINT64_FORMAT " changes waiting",
                channel_of(world, stream)->name, world->regions[stream->from].name,
                world->regions[stream->to].name, stream->catch_target - stream->received);
    if (stream->resync != NULL && resync_holds(world, index, was_away))
        stream->pump_armed = true; /* the copy's end wakes it up */
    else
        stream_pump(world, index);
    note_caught_up(world, stream);
}

static void pumps(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Stream  *stream = &world->streams[index];
    if (!stream->pump_armed || !epoch_matches(stream, event->arg))
        return;
    stream->pump_armed = false;
    if (!stream->stalled)
        stream_pump(world, index);
}

/* ---- receiving and applying -------------------------------------------------------------- */

void stream_advance(World *world, Stream *stream)
{
    const Log *log = stream->log;
    uint64_t   bit = bit_of(stream);
    uint64_t   before = *stream->settled;
    uint64_t   received = stream->received;
    uint64_t   settled = before;
    while (received < log->end && (entry_at(stream, received)->got & bit) != 0)
        received++;
    while (settled < log->end && (entry_at(stream, settled)->done & bit) != 0)
        settled++;
    stream->received = received;
    *stream->settled = settled;
    /* Only a stream that stood at the log's start can move it, or one that stood there is gone. As
     * long as one is known that stands there, the others need not look. */
    bool may_move =
        log->slowest > 0 ? &world->streams[log->slowest - 1] == stream : before == log->base;
    if (*stream->settled != before && (may_move || world->region_gone))
        store_log_trim(world, stream->class_index, stream->from);
    note_caught_up(world, stream);
}

/* A change meets one that it had not seen: nothing from there is applied until an operator has
 * decided about it. The source keeps its log; the stream is as good as cut. */
static void interrupt(World *world, uint32_t index, uint64_t position)
{
    Stream    *stream = &world->streams[index];
    const Log *log = stream->log;
    uint64_t   bit = bit_of(stream);
    SimTime    repair = world->classes[stream->class_index].repair;
    WORLD_TRACE(world, "work", "%s %s>%s is interrupted by a conflict",
                channel_of(world, stream)->name, world->regions[stream->from].name,
                world->regions[stream->to].name);
    if (stream->pardoned == 0)
        world_mark(world, true, "a conflict interrupts %s > %s", world->regions[stream->from].name,
                   world->regions[stream->to].name);
    for (uint64_t p = log->end; p-- > *stream->settled;) {
        LogEntry *entry = entry_at(stream, p);
        if ((entry->done & bit) != 0 || (entry->got & bit) == 0)
            continue;
        entry->got &= ~bit; /* it comes again, in its order */
        if (p < stream->received)
            stream->received = p;
    }
    stream->interrupted = true;
    if (!stream->stalled)
        stall(world, index, false);
    stream->noticed_at_once = true;
    stream->epoch++;
    stream->attempt++;
    stream->apply_free_at = world_now(world);
    if (repair > 0)
        sim_engine_at(world->engine, sim_time_add(world_now(world), repair), SIM_PHASE_TIMER,
                      WORLD_STREAM_REPAIRED, index, position);
}

static void repaired(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Stream  *stream = &world->streams[index];
    WORLD_TRACE(world, "timer", "%s %s>%s is repaired", channel_of(world, stream)->name,
                world->regions[stream->from].name, world->regions[stream->to].name);
    stream->interrupted = false;
    stream->pardoned = event->arg + 1;
    stream_check(world, index, false);
}

static void apply(World *world, uint32_t index, uint64_t position)
{
    Stream   *stream = &world->streams[index];
    LogEntry *entry = entry_at(stream, position);
    uint32_t  class_index = stream->class_index;
    WORLD_TRACE(world, "work", "%s %s>%s applies #%" G_GUINT64_FORMAT "",
                channel_of(world, stream)->name, world->regions[stream->from].name,
                world->regions[stream->to].name, position);
    if (!world->classes[class_index].causal) {
        store_apply(world, class_index, stream->to, entry->key_index, entry->write, entry->stamp,
                    stream->from);
    } else if (!conflict_apply(world, class_index, stream->to, stream->from, position,
                               stream->pardoned == position + 1)) {
        interrupt(world, index, position);
        return;
    }
    entry->done |= bit_of(stream);
    stream_advance(world, stream);
    if (stream->back != WORLD_NONE)
        hold_ack(world, index);
}

/* Whether what comes is simply applied, one after the other. */
static bool plain(const World *world, const Stream *stream)
{
    const Channel *channel = channel_of(world, stream);
    const Queue   *queue = channel->queue;
    return queue == NULL || (queue->consumers == 1 && queue->ttl == 0 &&
                             store_up(world, channel->class_index, stream->to));
}

static void arrives(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Stream  *stream = &world->streams[index];
    uint64_t position = event->arg & POSITION_MASK;
    if (!epoch_matches(stream, event->arg)) {
        WORLD_TRACE(world, "deliver", "%s %s>%s loses a change: the path broke",
                    channel_of(world, stream)->name, world->regions[stream->from].name,
                    world->regions[stream->to].name);
        return;
    }
    const ChannelSetup *setup = &channel_of(world, stream)->setup;
    if (position < stream->log->base || (stream->moved && setup->divergent != TAIL_STAYS))
        return; /* known already, or from an owner of yesterday */
    LogEntry *entry = entry_at(stream, position);
    uint64_t  bit = bit_of(stream);
    uint64_t  arg = position;
    if ((entry->got & bit) != 0 && position < stream->again) {
        arg |= CONSUMER_AGAIN; /* rewound: counted then */
    } else if ((entry->got & bit) != 0) {
        stream->repeats++;
        return;
    }
    if (!takes(world, stream))
        return; /* sent again after the store is back */
    consumer_note(world, stream);
    entry->got |= bit;
    uint32_t class_index = stream->class_index;
    if (position + 1 < stream->log->end)
        store_expect_arrival(world, class_index, stream->to, entry_at(stream, position + 1));
    SimTime now = world_now(world);
    SimTime work = setup->constant_apply >= 0 ? setup->constant_apply
                                              : sim_dist_draw(setup->apply, &stream->rng);
    const DataClass *class = &world->classes[class_index];
    if (class->slow[stream->to] > WORLD_PACE) {
        work = world_slowed(work, class->slow[stream->to]);
        fault_hit_delayed(world, class->slow_by[stream->to]);
    }
    if (work == 0 && stream->apply_free_at <= now && plain(world, stream)) {
        if (arg != position)
            consumer_repeated(stream);
        apply(world, index, position);
        return;
    }
    SimTime done = consumer_schedule(world, stream, entry, work);
    if (done >= stream->applies_end) {
        stream->applies_end = done;
        sim_engine_lane_at(world->engine, stream->applies, done, SIM_PHASE_WORK,
                           WORLD_CHANGE_APPLIED, index, arg);
    } else {
        sim_engine_at(world->engine, done, SIM_PHASE_WORK, WORLD_CHANGE_APPLIED, index, arg);
    }
    stream_advance(world, stream);
    if (stream->back != WORLD_NONE)
        hold_ack(world, index);
}

static void applied(void *user, const SimEvent *event)
{
    World     *world = user;
    uint32_t   index = sim_event_target(event);
    Stream    *stream = &world->streams[index];
    const Log *log = stream->log;
    uint64_t   position = event->arg & CONSUMER_POSITION;
    bool       again = (event->arg & CONSUMER_AGAIN) != 0;
    if (again)
        consumer_repeated(stream);
    if (position < log->base || position >= log->end)
        return; /* the source is gone and its log with it, or it was given up */
    LogEntry *entry = entry_at(stream, position);
    if (((entry->done & bit_of(stream)) != 0) != again)
        return;
    if (!store_up(world, stream->class_index, stream->to)) {
        if (!world->regions[stream->to].gone &&
            (world->regions[stream->from].gone ||
             keeps_received(world, &world->classes[stream->class_index]))) {
            /* Nobody will send it again, but the relay log has it for when the store is back. */
            sim_engine_at(world->engine, sim_time_add(world_now(world), SIM_S), SIM_PHASE_WORK,
                          WORLD_CHANGE_APPLIED, index, event->arg);
            return;
        }
        if (again || consumer_failed(world, index, event->arg))
            return;
        /* Not applied yet when the store went down: the source sends it again. */
        entry->got &= ~bit_of(stream);
        if (position < stream->received)
            stream->received = position;
        stream->apply_free_at = world_now(world);
        return;
    }
    if ((entry->got & bit_of(stream)) == 0)
        return; /* an interruption came between: it is sent again */
    if (!consumer_drops(world, stream, entry))
        apply(world, index, position);
}

static bool waits_to_be_applied(const Stream *stream, uint64_t position)
{
    const LogEntry *entry = entry_at(stream, position);
    return (entry->got & bit_of(stream)) != 0 && (entry->done & bit_of(stream)) == 0;
}

/* Consumers of queues keep the pace that held when a message reached them, also for those that only
 * wait behind others: their backlog is worked off later than it would be. */
void stream_hurries(World *world, uint32_t class_index, uint32_t region, uint32_t before)
{
    SimTime now = world_now(world);
    if (world->regions[region].gone)
        return; /* logs do not wait for it */
    for (uint32_t s = 0; s < world->stream_count; s++) {
        Stream *stream = &world->streams[s];
        if (stream->class_index != class_index || stream->to != region ||
            stream->apply_free_at <= now || channel_of(world, stream)->queue != NULL)
            continue;
        uint64_t end = stream->log->end;
        int64_t  waiting = 0;
        for (uint64_t p = *stream->settled; p < end; p++)
            waiting += waits_to_be_applied(stream, p);
        if (waiting == 0)
            continue;
        /* What is left to do takes as much less as the store is faster, the first of it perhaps
         * begun. When it was planned to be done stays planned, and finds it done. */
        uint32_t slow = world->classes[class_index].slow[region];
        SimTime  rest = sim_time_scale_far(stream->apply_free_at - now, slow, before);
        SimTime  constant = channel_of(world, stream)->setup.constant_apply;
        SimTime  each = constant >= 0 ? world_slowed(constant, slow) : rest / waiting;
        for (uint64_t p = *stream->settled; p < end; p++)
            if (waits_to_be_applied(stream, p)) {
                SimTime after = rest - each * --waiting;
                sim_engine_at(world->engine, now + (after > 0 ? after : 0), SIM_PHASE_WORK,
                              WORLD_CHANGE_APPLIED, s, p);
            }
        stream->apply_free_at = now + rest;
    }
}

void stream_goes_on(World *world, uint32_t index)
{
    world->streams[index].pump_armed = false;
    stream_pump(world, index);
    note_caught_up(world, &world->streams[index]);
}

/* ---- leaving the log --------------------------------------------------------------------- */

void stream_expire(World *world, uint32_t index)
{
    Stream             *stream = &world->streams[index];
    const ChannelSetup *setup = &channel_of(world, stream)->setup;
    if (stream->link == WORLD_NONE || channel_of(world, stream)->queue == NULL ||
        setup->retention == 0)
        return;
    uint64_t   bit = bit_of(stream);
    const Log *log = stream->log;
    bool       any = false;
    for (uint64_t p = *stream->settled; p < log->end; p++) {
        LogEntry *entry = entry_at(stream, p);
        if (entry->at + setup->retention >= world_now(world))
            break;
        if ((entry->done & bit) != 0)
            continue; /* consumed; what only waits for its consumer expires like the rest */
        WORLD_TRACE(world, "probe", "%s %s>%s drops #%" G_GUINT64_FORMAT ": too old",
                    channel_of(world, stream)->name, world->regions[stream->from].name,
                    world->regions[stream->to].name, p);
        ledger_expired(world->ledger, entry->write, stream->to);
        give_up_entry(stream, entry);
        any = true;
    }
    if (any)
        stream_advance(world, stream);
}

void stream_log_changed(World *world, uint32_t class_index, uint32_t region)
{
    for (uint32_t s = 0; s < world->stream_count; s++) {
        Stream *stream = &world->streams[s];
        if (stream->class_index == class_index && stream->from == region &&
            stream->link != WORLD_NONE)
            stream_advance(world, stream);
    }
}

void stream_close(World *world)
{
    stream_close_roles(world);
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (stream->link == WORLD_NONE || world->regions[stream->to].down > 0)
            continue;
        const Log *log = stream->log;
        uint64_t   bit = bit_of(stream);
        /* Where the last to come wins, what has not been applied is not there yet. */
        if (world->classes[stream->class_index].rule == LEDGER_RULE_ARRIVAL)
            continue;
        for (uint64_t p = *stream->settled; p < log->end; p++) {
            const LogEntry *entry = entry_at(stream, p);
            if ((entry->got & bit) != 0 &&
                (entry->done & (bit | channel_bit(channel_of(world, stream), stream->from))) == 0)
                ledger_arrived(world->ledger, entry->write, stream->to,
                               region_slowest_clock(world));
        }
    }
    store_close(world);
    quorum_close(world);
    intent_close(world);
}

uint64_t stream_backlog(const World *world, const Stream *stream, SimTime *out_age)
{
    const Log *log = stream->log;
    *out_age = 0;
    if (*stream->settled >= log->end)
        return 0;
    *out_age = world_now(world) - entry_at(stream, *stream->settled)->at;
    return log->end - *stream->settled;
}

/* ---- building ---------------------------------------------------------------------------- */

static void stream_build(World *world, uint32_t index, uint32_t channel, uint32_t from, uint32_t to)
{
    const Channel *c = &world->channels[channel];
    Stream        *stream = &world->streams[index];
    *stream = (Stream){.log = &world->classes[c->class_index].logs[from],
                       .channel = channel,
                       .class_index = c->class_index,
                       .bit = channel_bit(c, to),
                       .from = (uint8_t)from,
                       .to = (uint8_t)to,
                       .link = WORLD_NONE,
                       .catch_up = WORLD_NONE,
                       .back = WORLD_NONE,
                       .settled = &world->settled[index]};
    if (from == to) {
        *stream->settled = UINT64_MAX; /* nothing waits for it */
        return;
    }
    stream->link = link_path(world, from, to, c->setup.via);
    if (stream->link != WORLD_NONE)
        stream->flow = (uint16_t)link_flow_add(world, stream->link);
    stream->arrivals = sim_engine_lane(world->engine);
    stream->applies = sim_engine_lane(world->engine);
    char *component =
        g_strdup_printf("%s %s>%s", c->name, world->regions[from].name, world->regions[to].name);
    world_rng(world, &stream->rng, component, "apply");
    if (c->queue != NULL && c->setup.checkpoint > 0) {
        SimRng *rng = sim_arena_array(world->arena, SimRng, 1);
        world_rng(world, rng, component, "checkpoint");
        stream->checkpoint_phase = (SimTime)sim_rng_below(rng, (uint64_t)c->setup.checkpoint);
        stream->checkpoint_at = -stream->checkpoint_phase;
    }
    if (c->queue != NULL && c->queue->consumers > 1)
        stream->free_at = sim_arena_array(world->arena, SimTime, c->queue->consumers);
    g_free(component);
}

/* Data that needs an order and travels where there is none is applied as it comes. */
static void apply_as_it_comes(const World *world, DataClass *class)
{
    const PlanItem *data = plan_item(world->plan, class->item);
    if (plan_number(data, DATA_ORDERED) == 0 || plan_value(data, DATA_CONFLICT)->given ||
        class->owner == OWNER_ANY)
        return;
    for (uint32_t slot = 0; slot < class->channel_count; slot++) {
        const Channel *channel = &world->channels[class->channels[slot]];
        const Queue   *queue = channel->queue;
        if (!channel->setup.in_order || (queue != NULL && queue->consumers > 1 && !queue->by_key))
            class->rule = LEDGER_RULE_ARRIVAL;
    }
}

void channel_build(World *world)
{
    uint32_t channels = 0;
    for (uint32_t c = 0; c < world->class_count; c++)
        channels += world->classes[c].channel_count;
    uint32_t per_channel = world->region_count * world->region_count;
    world->channels = sim_arena_array(world->arena, Channel, channels + 1);
    world->stream_count = channels * per_channel;
    world->streams = sim_arena_lines(world->arena, Stream, world->stream_count + 1);
    world->settled = sim_arena_array(world->arena, uint64_t, world->stream_count + 1);
    SIM_ASSERT(world->stream_count < SIM_EVENT_TARGET_LIMIT);
    _Static_assert(WORLD_REGION_LIMIT <= UINT8_MAX + 1, "Stream.from and .to are bytes");
    sim_engine_handle(world->engine, WORLD_CHANGE_ARRIVES, "change-arrives", arrives);
    sim_engine_handle(world->engine, WORLD_CHANGE_APPLIED, "change-applied", applied);
    sim_engine_handle(world->engine, WORLD_STREAM_RESUMES, "stream-resumes", resumes);
    sim_engine_handle(world->engine, WORLD_STREAM_PUMPS, "stream-pumps", pumps);
    sim_engine_handle(world->engine, WORLD_STREAM_REPAIRED, "stream-repaired", repaired);
    for (uint32_t c = 0; c < world->class_count; c++) {
        DataClass *class = &world->classes[c];
        const PlanItem  *data = plan_item(world->plan, class->item);
        const PlanValue *list = plan_value(data, DATA_CHANNELS);
        for (uint32_t slot = 0; slot < class->channel_count; slot++) {
            const PlanItem *item = plan_item(world->plan, list->ids[slot]);
            uint32_t        index = world->channel_count++;
            Channel        *channel = &world->channels[index];
            *channel = (Channel){.name = item->name,
                                 .class_index = c,
                                 .slot = slot,
                                 .first_stream = index * per_channel};
            if (g_str_equal(item->kind->name, "queue"))
                channel->queue = channel_setup_queue(world, item, &channel->setup);
            else if (g_str_equal(item->kind->name, "consensus"))
                channel_setup_consensus(world, item, &channel->setup);
            else
                channel_setup_replicate(world, item, &channel->setup);
            channel->setup.constant_apply = sim_dist_constant_value(channel->setup.apply);
            channel->at_once =
                channel->queue == NULL && channel->setup.relay == 0 && channel->setup.poll == 0;
            class->channels[slot] = index;
            class->multi_master |= channel->setup.multi_master;
            for (uint32_t from = 0; from < world->region_count; from++)
                for (uint32_t to = 0; to < world->region_count; to++)
                    stream_build(world, channel->first_stream + from * world->region_count + to,
                                 index, from, to);
        }
        apply_as_it_comes(world, class);
    }
    hold_build(world);
    flush_build(world);
    broker_build(world);
    resync_build(world);
    consensus_build(world);
    twice_build(world);
}
