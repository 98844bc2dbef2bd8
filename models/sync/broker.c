/*
 * broker.c: the near end of a message queue: the producer, and the broker with its replicas.
 *
 *   commit --relay--> leader --follow--> other replicas --> may be read by the mirror
 *                       |                    |
 *                       +-- acks = leader    +-- acks = all: the producer is told
 *
 * While a broker is steady nothing happens per message: when it came in follows from when it was
 * committed. Only when something is down are messages held with their producer, one by one. An
 * outbox keeps them until the broker takes them. Without one (dual write) the process that
 * committed the change tries a few times and gives up: the change is there, and nobody will ever
 * hear of it.
 *
 * The other replicas, when they are down, count as in sync for a while: nothing newer can be read
 * then, and acks = all waits. After that the leader is in sync with itself, and acks = all is no
 * more than acks = leader, unless fewer than min_isr replicas are refused. When the leader dies,
 * one that is in sync takes over; if there is none, the queue waits for the leader, which has lost
 * what was not on its disk, or, with unclean, takes one that lacks everything since it fell behind.
 */
#include "models/sync/stream.h"

#include "sim/base/time.h"

#define TRY_BITS 40u
#define TRY_MASK ((UINT64_C(1) << TRY_BITS) - 1)
#define ATTEMPTS_MOST ((UINT32_C(1) << (64 - TRY_BITS)) - 1) /* more are not counted */

enum { TIMER_SHRINK, TIMER_ELECT };

typedef struct Place { /* a queue in a region, at hand */
    World   *world;
    Channel *channel;
    Queue   *queue;
    Broker  *broker;
    Log     *log;
    uint32_t index, region; /* index: of the channel */
    uint64_t held;          /* the bit of what is with the producer */
} Place;

static Place place_of(World *world, uint32_t channel, uint32_t region)
{
    Channel *c = &world->channels[channel];
    return (Place){world,
                   c,
                   c->queue,
                   &c->queue->brokers[region],
                   &world->classes[c->class_index].logs[region],
                   channel,
                   region,
                   channel_bit(c, region)};
}

static LogEntry *entry_of(const Place *at, uint64_t position)
{
    return &at->log->ring[position & (at->log->room - 1)];
}

static Stream *stream_to(const Place *at, uint32_t to)
{
    return &at->world
                ->streams[at->channel->first_stream + at->region * at->world->region_count + to];
}

static uint32_t target_of(const Place *at)
{
    return at->index * at->world->region_count + at->region;
}

static bool waits(const Broker *broker)
{
    return broker->open && broker->counted;
}

/* Replicas that count as in sync, the leader among them. */
static uint32_t in_sync(const Place *at)
{
    const Broker *broker = at->broker;
    if (broker->others_down > 0)
        return broker->counted ? at->queue->replicas : 1;
    return at->queue->replicas - (broker->taken_over ? 1 : 0);
}

static bool refuses(const Place *at)
{
    return at->queue->acks == QUEUE_ACKS_ALL && in_sync(at) < at->queue->min_isr;
}

/* When the leader got a message that is not with its producer. */
static SimTime published(const Place *at, const LogEntry *entry)
{
    SimTime time = entry->at + at->queue->relay;
    return time < at->broker->opened_at ? at->broker->opened_at : time;
}

/* Whether the producer had not been told "done" for what was published then, at `now`. */
static bool unacked(const Place *at, SimTime time, SimTime now)
{
    if (at->queue->acks != QUEUE_ACKS_ALL || in_sync(at) == 1)
        return false;
    if (at->broker->others_down_at >= 0 && !at->broker->counted)
        return false; /* the leader was in sync with itself */
    return time + at->queue->follow > (at->broker->counted ? at->broker->others_down_at : now);
}

SimTime broker_shows(const Queue *queue, uint32_t region)
{
    if (!queue->brokers[region].counted)
        return SIM_TIME_NEVER;
    return queue->brokers[region].others_down_at - queue->follow - queue->relay + 1;
}

/* ---- the producer ------------------------------------------------------------------------ */

static void send_at(const Place *at, uint64_t position, uint32_t attempt, SimTime when)
{
    sim_engine_at(at->world->engine, when, SIM_PHASE_TIMER, WORLD_PUBLISH, target_of(at),
                  position | (uint64_t)MIN(attempt, ATTEMPTS_MOST) << TRY_BITS);
}

/* Pause before an attempt: doubles up to ten times the first. */
static SimTime pause_before(const Queue *queue, uint32_t attempt)
{
    SimTime pause = queue->backoff;
    for (uint32_t i = 1; i < attempt && pause < 10 * queue->backoff; i++)
        pause *= 2;
    return pause < 10 * queue->backoff ? pause : 10 * queue->backoff;
}

/* The fault that keeps a broker from taking messages. */
static uint32_t blame_of(const Broker *broker)
{
    return broker->open ? broker->others_by : broker->leader_by;
}

/* Nobody will ever hear of the change. */
static void never_sent(const Place *at, uint64_t position)
{
    World    *world = at->world;
    LogEntry *entry = entry_of(at, position);
    WORLD_TRACE(world, "fault", "%s %s never sends #%" G_GUINT64_FORMAT, at->channel->name,
                world->regions[at->region].name, position);
    entry->got &= ~at->held;
    fault_hit_dropped(world, blame_of(at->broker), 1);
    for (uint32_t to = 0; to < world->region_count; to++) {
        Stream *stream = stream_to(at, to);
        if (to == at->region || stream->link == WORLD_NONE || (entry->got & bit_of(stream)) != 0)
            continue;
        ledger_unsent(world->ledger, entry->write, to);
        give_up_entry(stream, entry);
    }
}

static void advance_all(const Place *at)
{
    for (uint32_t to = 0; to < at->world->region_count; to++)
        if (to != at->region && stream_to(at, to)->link != WORLD_NONE)
            stream_advance(at->world, stream_to(at, to));
}

static void pump_all(const Place *at)
{
    for (uint32_t to = 0; to < at->world->region_count; to++) {
        const Stream *stream = stream_to(at, to);
        if (to != at->region && stream->link != WORLD_NONE && !stream->stalled &&
            !stream->pump_armed)
            stream_pump(at->world, (uint32_t)(stream - at->world->streams));
    }
}

/* The broker takes a message from its producer. */
static void take(const Place *at, uint64_t position)
{
    WORLD_TRACE(at->world, "work", "%s %s publishes #%" G_GUINT64_FORMAT, at->channel->name,
                at->world->regions[at->region].name, position);
    entry_of(at, position)->got &= ~at->held;
    for (uint32_t to = 0; to < at->world->region_count && !at->channel->setup.in_order; to++)
        if (to != at->region)
            stream_send_late(at->world, (uint32_t)(stream_to(at, to) - at->world->streams),
                             position);
}

/* A producer that got no answer sends again what the broker has: it is there twice. */
static void append_again(const Place *at, uint64_t position)
{
    World *world = at->world;
    DataClass *class = &world->classes[at->channel->class_index];
    LogEntry copy = *entry_of(at, position);
    copy.at = world_now(world);
    copy.got = copy.done = 0;
    for (uint32_t slot = 0; slot < class->channel_count; slot++)
        if (slot != at->channel->slot)
            copy.got = copy.done = (uint64_t)UINT32_MAX << (slot * WORLD_REGION_LIMIT);
    WORLD_TRACE(world, "work", "%s %s publishes #%" G_GUINT64_FORMAT " again", at->channel->name,
                world->regions[at->region].name, position);
    store_log_append(class, at->region, &copy);
    for (uint32_t to = 0; to < world->region_count; to++)
        stream_to(at, to)->repeats += to != at->region && stream_to(at, to)->link != WORLD_NONE;
    /* Other channels of the class have nothing to do about it. */
    stream_log_changed(world, at->channel->class_index, at->region);
}

static void attempt(const Place *at, uint64_t position, uint32_t number)
{
    const Queue *queue = at->queue;
    SimTime      now = world_now(at->world);
    LogEntry    *entry = entry_of(at, position);
    SimTime      next = now + pause_before(queue, number + 1) + queue->send_timeout;
    bool         held = (entry->got & at->held) != 0;
    if (held && at->broker->open && !refuses(at)) {
        take(at, position);
    } else if (held && queue->acks == QUEUE_ACKS_NONE) {
        never_sent(at, position); /* its producer takes it for sent */
        advance_all(at);
        return;
    } else if (held) {
        if (queue->outbox)
            return; /* taken when the broker is ready: update */
        if (at->broker->open)
            next -= queue->send_timeout; /* refused at once */
        SimTime first = entry->at + queue->relay;
        if (number + 1 >= queue->attempts ||
            (queue->give_up > 0 && next - first > queue->give_up)) {
            never_sent(at, position);
            advance_all(at);
            return;
        }
        send_at(at, position, number + 1, next);
        return;
    } else if (!waits(at->broker) || !unacked(at, published(at, entry), now)) {
        return; /* answered meanwhile */
    } else {
        append_again(at, position);
    }
    if (waits(at->broker) && queue->acks == QUEUE_ACKS_ALL && !queue->once &&
        (queue->outbox || number + 1 < queue->attempts))
        send_at(at, position, number + 1, next);
    pump_all(at);
}

static void publish(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t target = sim_event_target(event);
    Place    at = place_of(world, target / world->region_count, target % world->region_count);
    uint64_t position = event->arg & TRY_MASK;
    if (position >= at.log->base && position < at.log->end && !world->regions[at.region].gone)
        attempt(&at, position, (uint32_t)(event->arg >> TRY_BITS));
}

void broker_holds(World *world, uint32_t channel, uint32_t region)
{
    Place    at = place_of(world, channel, region);
    uint64_t position = at.log->end - 1;
    entry_of(&at, position)->got |= at.held;
    fault_hit_held(world, blame_of(at.broker));
    send_at(&at, position, 0, world_now(world) + at.queue->relay);
}

/* Messages that are on the way to a broker when it stops being steady. */
static void hold_relayed(const Place *at)
{
    SimTime now = world_now(at->world);
    for (uint64_t p = at->log->end; p > at->log->base; p--) {
        LogEntry *entry = entry_of(at, p - 1);
        if (entry->at + at->queue->relay <= now)
            return;
        if ((entry->got & at->held) != 0)
            continue;
        entry->got |= at->held;
        send_at(at, p - 1, 0, entry->at + at->queue->relay);
    }
}

/* ---- what a death costs ------------------------------------------------------------------ */

/* The broker has lost what was published after `kept` and before `died`; with the machines of the
 * producers (`all`) goes what they had not sent. */
static void judge(const Place *at, SimTime kept, SimTime died, bool all)
{
    World *world = at->world;
    for (uint64_t p = at->log->base; p < at->log->end; p++) {
        LogEntry *entry = entry_of(at, p);
        SimTime   time = published(at, entry);
        if ((entry->got & at->held) != 0 || time > died) {
            if (all && !at->queue->outbox)
                never_sent(at, p);
        } else if (time > kept && unacked(at, time, died)) {
            entry->got |= at->held; /* no answer: its producer still has it */
            SimTime next = time + at->queue->send_timeout + pause_before(at->queue, 1);
            send_at(at, p, 1, next > world_now(world) ? next : world_now(world));
        }
    }
    for (uint32_t to = 0; to < world->region_count; to++) {
        Stream *stream = stream_to(at, to);
        if (to == at->region || stream->link == WORLD_NONE)
            continue;
        for (uint64_t p = *stream->settled; p < at->log->end; p++) {
            LogEntry *entry = entry_of(at, p);
            SimTime   time = published(at, entry);
            if ((entry->got & (bit_of(stream) | at->held)) != 0 || time <= kept || time > died ||
                (p < stream->sent && !stream->stalled))
                continue; /* not there yet, or safe: what is on the wire arrives */
            WORLD_TRACE(world, "fault", "%s %s>%s forgets #%" G_GUINT64_FORMAT, at->channel->name,
                        world->regions[at->region].name, world->regions[to].name, p);
            ledger_expired(world->ledger, entry->write, to);
            fault_hit_dropped(world, at->broker->leader_by, 1);
            give_up_entry(stream, entry);
        }
        stream_advance(world, stream);
    }
}

/* ---- who leads --------------------------------------------------------------------------- */

static void timer(const Place *at, SimTime when, uint32_t what)
{
    sim_engine_at(at->world->engine, when, SIM_PHASE_TIMER, WORLD_BROKER_TIMER, target_of(at),
                  (uint64_t)at->broker->epoch << 8 | what);
}

/* After a change: opens or closes, hands over what waits, tells the streams. */
static void update(const Place *at, bool tell)
{
    Broker *broker = at->broker;
    World  *world = at->world;
    bool    was_open = broker->open;
    bool    was_steady = broker->steady;
    broker->open = broker->leader_down == 0 || broker->taken_over;
    broker->steady = broker->open && !waits(broker) && !refuses(at);
    if (broker->open && !was_open)
        broker->opened_at = world_now(world);
    if (was_steady && !broker->steady)
        hold_relayed(at);
    for (uint64_t p = at->log->base;
         broker->open && !refuses(at) && at->queue->outbox && p < at->log->end; p++)
        if ((entry_of(at, p)->got & at->held) != 0 &&
            entry_of(at, p)->at + at->queue->relay <= world_now(world))
            take(at, p);
    uint32_t first = at->channel->first_stream;
    uint32_t regions = world->region_count;
    for (uint32_t s = 0; tell && s < regions * regions; s++)
        if (s / regions == at->region || s % regions == at->region)
            stream_check(world, first + s, s % regions == at->region);
    if (broker->open)
        pump_all(at);
}

/* One of the others will lead, if one may. */
static void stand(const Place *at)
{
    Broker *broker = at->broker;
    bool    up = at->queue->replicas > 1 && broker->others_down == 0;
    bool    may = broker->others_down_at < 0 || broker->counted || at->queue->unclean;
    if (broker->leader_down == 0 || broker->taken_over || broker->electing || !up || !may)
        return;
    broker->electing = true;
    timer(at, sim_time_add(world_now(at->world), at->queue->election), TIMER_ELECT);
}

/* The one who leads from now on lacks what it never had. */
static void lead(const Place *at, SimTime kept)
{
    if (!at->broker->judged)
        judge(at, kept, at->broker->crashed_at, false);
    at->broker->judged = true;
    at->broker->electing = false;
    at->broker->counted = false;
    at->broker->others_down_at = -1;
    at->broker->epoch++;
}

/* What was published before is on disk when the power fails. */
static SimTime flushed_before(const Place *at, SimTime failed)
{
    SimTime every = at->queue->flush_every;
    SimTime phase = at->broker->flush_phase;
    SimTime last = every == 0 ? failed : (failed + phase) / every * every - phase;
    return last - at->queue->flush;
}

static void leader_falls(const Place *at, bool all)
{
    Broker *broker = at->broker;
    SimTime now = world_now(at->world);
    bool    led = broker->leader_down == 0 || broker->taken_over;
    broker->leader_down++;
    if (!led && all)
        judge(at, now, now, true); /* the rest is judged when somebody leads */
    if (!led || (broker->taken_over && !all))
        return;
    broker->crashed_at = now;
    broker->judged = all;
    broker->taken_over = broker->electing = false;
    broker->epoch++;
    if (all)
        judge(at, flushed_before(at, now), now, true);
}

static void others_fall(const Place *at)
{
    Broker *broker = at->broker;
    if (at->queue->replicas == 1 || broker->others_down++ > 0)
        return;
    broker->epoch++;
    broker->electing = false;
    if (broker->others_down_at < 0) {
        broker->others_down_at = world_now(at->world);
        broker->counted = true;
    }
    if (broker->leader_down == 0 || broker->taken_over)
        timer(at, sim_time_add(world_now(at->world), at->queue->isr_lag), TIMER_SHRINK);
}

static void leader_returns(const Place *at)
{
    Broker *broker = at->broker;
    if (--broker->leader_down > 0)
        return;
    if (!broker->taken_over) {
        bool    counted = broker->counted && broker->others_down > 0;
        SimTime since = broker->others_down_at;
        lead(at, flushed_before(at, broker->crashed_at));
        if (broker->others_down > 0) { /* they are still away */
            broker->counted = counted;
            broker->others_down_at = since;
            if (counted)
                timer(at, sim_time_add(world_now(at->world), at->queue->isr_lag), TIMER_SHRINK);
        }
    }
    broker->taken_over = false;
}

static void others_return(const Place *at)
{
    Broker *broker = at->broker;
    if (at->queue->replicas == 1 || --broker->others_down > 0)
        return;
    if (broker->leader_down == 0 || broker->taken_over) {
        broker->counted = false;
        broker->others_down_at = -1;
        broker->epoch++;
    }
}

static void rings(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t target = sim_event_target(event);
    Place    at = place_of(world, target / world->region_count, target % world->region_count);
    Broker  *broker = at.broker;
    if (event->arg >> 8 != broker->epoch)
        return;
    if ((event->arg & 0xff) == TIMER_SHRINK) {
        broker->counted = false;
        WORLD_TRACE(world, "timer", "%s %s: the leader alone is in sync", at.channel->name,
                    world->regions[at.region].name);
    } else {
        SimTime since = broker->others_down_at < 0 ? broker->crashed_at : broker->others_down_at;
        WORLD_TRACE(world, "timer", "%s %s: another replica leads", at.channel->name,
                    world->regions[at.region].name);
        lead(&at, since - at.queue->follow);
        broker->taken_over = true;
    }
    update(&at, true);
}

/* ---- faults ------------------------------------------------------------------------------ */

static void falls(World *world, uint32_t channel, uint32_t region, BrokerPart part, uint32_t fault)
{
    Place at = place_of(world, channel, region);
    if (part != BROKER_OTHERS)
        at.broker->leader_by = fault;
    if (part != BROKER_LEADER)
        at.broker->others_by = fault;
    if (part != BROKER_OTHERS)
        leader_falls(&at, part == BROKER_ALL);
    if (part != BROKER_LEADER)
        others_fall(&at);
    stand(&at);
    update(&at, part != BROKER_ALL);
}

static void returns(World *world, uint32_t channel, uint32_t region, BrokerPart part,
                    uint32_t still_down_by)
{
    Place at = place_of(world, channel, region);
    if (part != BROKER_OTHERS) {
        leader_returns(&at);
        at.broker->leader_by = still_down_by;
    }
    if (part != BROKER_LEADER) {
        others_return(&at);
        at.broker->others_by = still_down_by;
    }
    stand(&at);
    update(&at, part != BROKER_ALL);
}

void broker_fails(World *world, uint32_t class_index, uint32_t region, BrokerPart part,
                  uint32_t fault)
{
    for (uint32_t c = 0; c < world->channel_count; c++)
        if (world->channels[c].class_index == class_index && world->channels[c].queue != NULL)
            falls(world, c, region, part, fault);
}

void broker_returns(World *world, uint32_t class_index, uint32_t region, BrokerPart part,
                    uint32_t still_down_by)
{
    for (uint32_t c = 0; c < world->channel_count; c++)
        if (world->channels[c].class_index == class_index && world->channels[c].queue != NULL)
            returns(world, c, region, part, still_down_by);
}

void broker_region_changed(World *world, uint32_t region, uint32_t fault, bool down)
{
    for (uint32_t c = 0; c < world->channel_count; c++) {
        if (world->channels[c].queue == NULL)
            continue;
        if (down)
            falls(world, c, region, BROKER_ALL, fault);
        else
            returns(world, c, region, BROKER_ALL, WORLD_NONE);
    }
}

void broker_build(World *world)
{
    sim_engine_handle(world->engine, WORLD_PUBLISH, "publish", publish);
    sim_engine_handle(world->engine, WORLD_BROKER_TIMER, "broker-timer", rings);
    for (uint32_t c = 0; c < world->channel_count; c++) {
        Queue *queue = world->channels[c].queue;
        if (queue == NULL)
            continue;
        queue->brokers = sim_arena_array(world->arena, Broker, world->region_count);
        for (uint32_t r = 0; r < world->region_count; r++)
            queue->brokers[r] = (Broker){.leader_by = WORLD_NONE,
                                         .others_by = WORLD_NONE,
                                         .open = true,
                                         .steady = true,
                                         .judged = true,
                                         .others_down_at = -1,
                                         .opened_at = -1};
        for (uint32_t r = 0; r < world->region_count && queue->flush_every > 0; r++) {
            SimRng *rng = sim_arena_array(world->arena, SimRng, 1);
            char   *component =
                g_strdup_printf("%s %s", world->channels[c].name, world->regions[r].name);
            world_rng(world, rng, component, "flush");
            g_free(component);
            queue->brokers[r].flush_phase =
                (SimTime)sim_rng_below(rng, (uint64_t)queue->flush_every);
        }
    }
}
