/*
 * hold.c: commits that wait for copies elsewhere before their user is told.
 *
 *   commit --> log --> stream --> received (or applied) there --> ack over the way back
 *     |                                                              |
 *     +-- held: the request waits; perhaps nobody sees the change ---+--> released in log order
 *
 * The states of a source, with mode = "semi-sync":
 *
 *   SEMI --(the oldest waiter has waited for `fallback`)--> ASYNC: all waiters are released at once
 *   ASYNC --(enough targets have the whole log)--> SEMI
 *
 * With mode = "sync" there is no such way out: commits hang until the copies are back. A user who
 * stops waiting does not take the change back: it is in the log, and counts as unknown.
 *
 * Acks are cumulative: "everything below this position". What a lost ack said, the next one says
 * too; a way back that heals is used at once.
 */
#include "models/sync/stream.h"

/* Bytes of an acknowledgement: chosen. */
#define ACK_BYTES 60

static const Channel *ack_channel(const World *world, const DataClass *class)
{
    return &world->channels[class->ack_channel];
}

static Stream *stream_to(World *world, const DataClass *class, uint32_t from, uint32_t to)
{
    return &world->streams[ack_channel(world, class)->first_stream + from * world->region_count +
                           to];
}

/* The position below which enough targets have everything: the acks-th largest of theirs. */
static uint64_t covered(World *world, const DataClass *class, uint32_t region)
{
    const ChannelSetup *setup = &ack_channel(world, class)->setup;
    uint64_t            positions[WORLD_REGION_LIMIT];
    uint32_t            count = 0;
    for (uint32_t to = 0; to < world->region_count; to++) {
        if (to == region || (setup->voters & 1u << to) == 0)
            continue;
        uint64_t acked = stream_to(world, class, region, to)->acked;
        uint32_t i = count++;
        for (; i > 0 && positions[i - 1] < acked; i--)
            positions[i] = positions[i - 1];
        positions[i] = acked;
    }
    return setup->acks <= count ? positions[setup->acks - 1] : 0;
}

static void show(World *world, uint32_t class_index, uint32_t region, Hold *hold)
{
    if (hold->shown)
        return;
    hold->shown = true;
    store_show(world, class_index, region, hold->key_index, hold->write, hold->stamp);
}

static void pop(World *world, uint32_t class_index, uint32_t region)
{
    Holds  *holds = &world->classes[class_index].holds[region];
    Hold    hold = holds->ring[holds->first & (holds->room - 1)];
    SimTime waited = world_now(world) - hold.at;
    holds->first++;
    holds->waited = sim_time_add_far(holds->waited, waited);
    if (waited > holds->longest)
        holds->longest = waited;
    show(world, class_index, region, &hold);
    service_write_done(world, hold.request, region, hold.write);
}

static void arm(World *world, uint32_t class_index, uint32_t region, SimTime at)
{
    Holds *holds = &world->classes[class_index].holds[region];
    if (holds->armed_for >= 0 && holds->armed_for <= at)
        return;
    holds->armed_for = at;
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_HOLD_TIMER,
                  class_index * WORLD_REGION_LIMIT + region, 0);
}

/* A source that was told to stop is not one that goes on alone. */
static bool fenced(const DataClass *class, uint32_t region)
{
    return (class->roles->fenced & 1u << region) != 0;
}

static void alone_ends(World *world, uint32_t class_index, uint32_t region)
{
    for (guint i = world->alones->len; i > 0; i--) {
        Alone *alone = &g_array_index(world->alones, Alone, i - 1);
        if (alone->class_index != class_index || alone->region != region)
            continue;
        if (alone->to < 0)
            alone->to = world_now(world);
        return;
    }
}

/* Releases what has its copies, or all of it when the source has stopped waiting for them. */
static void release(World *world, uint32_t class_index, uint32_t region)
{
    const DataClass *class = &world->classes[class_index];
    const ChannelSetup *setup = &ack_channel(world, class)->setup;
    Holds              *holds = &class->holds[region];
    SimTime             now = world_now(world);
    uint64_t            below = covered(world, class, region);
    if (holds->degraded && below >= class->logs[region].end) {
        holds->degraded = false;
        alone_ends(world, class_index, region);
        world_mark(world, false, "%s at %s waits for copies again", class->name,
                   world->regions[region].name);
    }
    /* Answers can lead to new commits of this very class: they join at the end. */
    while (holds->first < holds->end) {
        const Hold *head = &holds->ring[holds->first & (holds->room - 1)];
        SimTime     ready = sim_time_add_far(head->at, setup->commit_wait);
        bool        copied = head->position < below;
        if (copied && ready > now) {
            arm(world, class_index, region, ready);
            return;
        }
        if (!copied && !holds->degraded) {
            if (setup->fallback > 0 && !fenced(class, region))
                arm(world, class_index, region, sim_time_add_far(head->at, setup->fallback));
            return;
        }
        pop(world, class_index, region);
    }
}

static void timer(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t class_index = sim_event_target(event) / WORLD_REGION_LIMIT;
    uint32_t region = sim_event_target(event) % WORLD_REGION_LIMIT;
    const DataClass *class = &world->classes[class_index];
    const ChannelSetup *setup = &ack_channel(world, class)->setup;
    Holds              *holds = &class->holds[region];
    if (holds->armed_for < 0 || holds->armed_for > world_now(world))
        return; /* an earlier one took its place */
    holds->armed_for = -1;
    if (holds->first == holds->end)
        return;
    const Hold *head = &holds->ring[holds->first & (holds->room - 1)];
    bool        late = setup->fallback > 0 && head->position >= covered(world, class, region) &&
                world_now(world) - head->at >= setup->fallback;
    if (late && !holds->degraded && !fenced(class, region)) {
        holds->degraded = true;
        holds->fallbacks++;
        Alone alone = {class_index, region, head->at, world_now(world), -1};
        g_array_append_val(world->alones, alone);
        WORLD_TRACE(world, "timer", "%s.%s stops waiting for copies", class->name,
                    world->regions[region].name);
        world_mark(world, true, "%s at %s stops waiting for copies", class->name,
                   world->regions[region].name);
    }
    release(world, class_index, region);
}

/* ---- acknowledgements -------------------------------------------------------------------- */

void hold_ack(World *world, uint32_t index)
{
    Stream        *stream = &world->streams[index];
    const Channel *channel = &world->channels[stream->channel];
    Link          *back = &world->links[stream->back];
    uint64_t       have = channel->setup.ack_applied ? *stream->settled : stream->received;
    SimTime        arrival;
    if (have <= stream->ack_sent || !link_up(back) ||
        !consensus_follows(world, stream->class_index, stream->from, stream->to))
        return;
    if (link_answer(world, stream->back, LINK_REQUESTS, ACK_BYTES, &arrival) != LINK_DELIVERS)
        return;
    stream->ack_sent = have;
    sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_CHANGE_ACKED, index,
                  position_arg(have, back->epoch));
}

void hold_acked(World *world, uint32_t index, uint64_t position)
{
    Stream  *stream = &world->streams[index];
    uint32_t class_index = world->channels[stream->channel].class_index;
    if (position <= stream->acked)
        return;
    stream->acked = position;
    release(world, class_index, stream->from);
}

static void acked(void *user, const SimEvent *event)
{
    World        *world = user;
    uint32_t      index = sim_event_target(event);
    const Stream *stream = &world->streams[index];
    uint32_t      class_index = world->channels[stream->channel].class_index;
    const Link   *back = &world->links[stream->back];
    if (!position_of_epoch(event->arg, back->epoch)) {
        link_lost(world, stream->back, true, 1);
        return;
    }
    if (!store_up(world, class_index, stream->from))
        return;
    WORLD_TRACE(world, "deliver", "%s %s>%s: copies up to #%" G_GUINT64_FORMAT,
                world->classes[class_index].name, world->regions[stream->from].name,
                world->regions[stream->to].name, event->arg & POSITION_MASK);
    hold_acked(world, index, event->arg & POSITION_MASK);
}

void hold_link_changed(World *world, uint32_t link)
{
    for (uint32_t s = 0; s < world->stream_count; s++) {
        Stream *stream = &world->streams[s];
        if (stream->back != link)
            continue;
        if (!link_up(&world->links[link])) {
            stream->ack_sent = stream->acked; /* what was on its way may be lost */
        } else if (!stream->stalled) {
            hold_ack(world, s);
        }
    }
}

/* ---- holding ----------------------------------------------------------------------------- */

void hold_push(World *world, uint32_t class_index, uint32_t region, const Hold *hold)
{
    Holds *holds = &world->classes[class_index].holds[region];
    if (holds->end - holds->first == holds->room) {
        uint32_t room = holds->room == 0 ? 64 : holds->room * 2;
        Hold    *bigger = g_new(Hold, room);
        for (uint64_t i = holds->first; i < holds->end; i++)
            bigger[i & (room - 1)] = holds->ring[i & (holds->room - 1)];
        g_free(holds->ring);
        holds->ring = bigger;
        holds->room = room;
    }
    holds->ring[holds->end++ & (holds->room - 1)] = *hold;
    holds->held++;
}

void hold_attach(World *world, uint32_t class_index, uint32_t region, uint64_t request)
{
    Holds *holds = &world->classes[class_index].holds[region];
    SIM_ASSERT(holds->first < holds->end);
    holds->ring[(holds->end - 1) & (holds->room - 1)].request = request;
    release(world, class_index, region);
}

void hold_gave_up(World *world, uint64_t request)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        const DataClass *class = &world->classes[c];
        if (class->holds == NULL || !ack_channel(world, class)->setup.cancel_shows)
            continue;
        for (uint32_t r = 0; r < world->region_count; r++) {
            Holds *holds = &class->holds[r];
            for (uint64_t i = holds->first; i < holds->end; i++)
                if (holds->ring[i & (holds->room - 1)].request == request)
                    show(world, c, r, &holds->ring[i & (holds->room - 1)]);
        }
    }
}

void hold_drop(World *world, uint32_t class_index, uint32_t region, HoldEnd end)
{
    DataClass *class = &world->classes[class_index];
    if (class->holds == NULL)
        return;
    Holds     *holds = &class->holds[region];
    const Log *log = &class->logs[region];
    if (end != HOLD_SOURCE_STOPS)
        alone_ends(world, class_index, region);
    /* A connection that breaks can make its user try again at once: those commits stay. */
    uint64_t last = holds->end;
    while (holds->first < last) {
        Hold hold = holds->ring[holds->first++ & (holds->room - 1)];
        bool elsewhere = hold.position < log->base ||
                         (got_by(store_log_entry(world, class_index, region, hold.position)) &
                          ~(1u << region)) != 0;
        if (end == HOLD_SOURCE_STOPS || (end == HOLD_ROLE_MOVES && elsewhere))
            show(world, class_index, region, &hold);
        service_write_lost(world, hold.request, region, hold.write);
    }
}

void hold_build(World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        DataClass *class = &world->classes[c];
        class->ack_channel = WORLD_NONE;
        for (uint32_t i = 0; i < class->channel_count; i++)
            if (world->channels[class->channels[i]].setup.acks > 0)
                class->ack_channel = class->channels[i];
        if (class->ack_channel == WORLD_NONE || world->region_count == 1)
            continue;
        class->holds = sim_arena_array(world->arena, Holds, world->region_count);
        for (uint32_t r = 0; r < world->region_count; r++)
            class->holds[r].armed_for = -1;
        const Channel *channel = ack_channel(world, class);
        for (uint32_t from = 0; from < world->region_count; from++)
            for (uint32_t to = 0; to < world->region_count; to++)
                if (from != to)
                    stream_to(world, class, from, to)->back =
                        link_path(world, to, from, channel->setup.via);
    }
    sim_engine_handle(world->engine, WORLD_CHANGE_ACKED, "change-acked", acked);
    sim_engine_handle(world->engine, WORLD_HOLD_TIMER, "hold-timer", timer);
}

void hold_free(World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t r = 0; r < world->region_count && world->classes[c].holds != NULL; r++)
            g_free(world->classes[c].holds[r].ring);
}
