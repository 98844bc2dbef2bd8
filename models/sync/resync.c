/*
 * resync.c: how much a source keeps for its targets, and what happens when that is not enough.
 *
 *   connected --(more than `buffer` waits, or the path is silent for `notice`)--> away
 *   away --(connects again; what it lacks is still in the history)--> connected      partial
 *   away --(connects again; it is not)--> full copy:
 *
 *     waits --> snapshot --> transfer --> loading --> connected
 *       |       the source   over the     the target serves nothing
 *       |       writes it    link
 *       +-- several targets that come within `snapshot_delay` share one snapshot
 *
 * From the start of the snapshot on the stream waits at the source, in the buffer of the connected
 * target. If that overflows before the copy is loaded, the source drops the target, which connects
 * again and, if the history is too short by then, begins anew: the full-sync loop.
 *
 * A full copy brings everything that the source had at its snapshot. What the target had and the
 * source has not, the writes of a demoted owner, is destroyed by it.
 *
 * The same file keeps the gate of min_replicas: a source that has not heard from enough targets of
 * late refuses writes.
 */
#include "models/sync/stream.h"

#include "sim/base/time.h"

/* A full copy is handed to the link in so many pieces, but no smaller ones: chosen. */
#define PIECES 256
#define LEAST_PIECE 65536
/* Redis, replication.c: replicationCron; a replica reports its position, and a source counts those
 * that have, once a second. */
#define REPORT_EVERY SIM_S
#define REPORT_BYTES 60

typedef enum Step {
    STEP_OPERATOR, /* somebody starts the full copy */
    STEP_SNAPSHOT, /* of a source: it begins */
    STEP_WRITTEN,  /* of a source: it is complete */
    STEP_PIECE,    /* the next piece leaves */
    STEP_ARRIVED,  /* the last piece has arrived */
    STEP_LOADED,
    STEP_ONLINE,  /* the source learns of it */
    STEP_NOTICED, /* the target knows that it is alone */
    STEP_REPORT,
    STEP_REPORTED,
    STEP_COUNT, /* of a source: the targets that reported */
} Step;

static const ResyncSetup *setup_of(const World *world, const Stream *stream)
{
    return channel_of(world, stream)->setup.resync;
}

static ResyncSource *source_of(const World *world, const Stream *stream)
{
    return &channel_of(world, stream)->sources[stream->from];
}

static DataClass *class_of(const World *world, const Stream *stream)
{
    return &world->classes[stream->class_index];
}

static const char *name_of(const World *world, uint32_t region)
{
    return world->regions[region].name;
}

static int64_t bytes_of(const World *world, const Stream *stream, uint64_t changes)
{
    return sim_time_mul_far(class_of(world, stream)->size, (int64_t)changes);
}

/* How long so many bytes take at so many bits per second. */
static SimTime time_of(int64_t bytes, int64_t rate)
{
    return sim_time_scale_far(bytes * 8, SIM_S, rate);
}

static uint64_t log_end(const World *world, const Stream *stream)
{
    return class_of(world, stream)->logs[stream->from].end;
}

static void later(World *world, uint32_t index, SimTime at, Step step, uint64_t token)
{
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_RESYNC, index,
                  (uint64_t)step | token << 8);
}

/* Steps of a source are sent to its stream to itself, which carries nothing. */
static uint32_t self_stream(const World *world, const Stream *stream)
{
    return channel_of(world, stream)->first_stream + stream->from * world->region_count +
           stream->from;
}

static Stream *stream_to(const World *world, const Channel *channel, uint32_t from, uint32_t to)
{
    return &world->streams[channel->first_stream + from * world->region_count + to];
}

static uint32_t index_of(const World *world, const Stream *stream)
{
    return (uint32_t)(stream - world->streams);
}

/* Whether the source, too, has given the connection of a stalled stream up. */
bool resync_is_away(const World *world, const Stream *stream)
{
    return stream->stalled &&
           (stream->resync->broken || stream->noticed_at_once ||
            world_now(world) - stream->stalled_at >= channel_of(world, stream)->setup.notice);
}

static SimTime away_since(const World *world, const Stream *stream)
{
    SimTime patience = stream->resync->broken || stream->noticed_at_once
                           ? 0
                           : channel_of(world, stream)->setup.notice;
    return sim_time_add_far(stream->stalled_at, patience);
}

static ResyncRow *row_of(const World *world, const Stream *stream)
{
    return &g_array_index(world->resyncs, ResyncRow, stream->resync->row);
}

static void end_row(World *world, Stream *stream, ResyncEnd end)
{
    row_of(world, stream)->end = end;
    row_of(world, stream)->ended = world_now(world);
}

static void serve(const World *world, const Stream *stream, bool serves)
{
    uint32_t *mute = &class_of(world, stream)->mute[stream->to];
    *mute = serves ? *mute & ~(1u << stream->from) : *mute | 1u << stream->from;
}

bool resync_serves(const World *world, uint32_t class_index, uint32_t region,
                   const Request *request)
{
    const DataClass *class = &world->classes[class_index];
    if (class->mute == NULL || class->mute[region] == 0)
        return true;
    if (class->owner == OWNER_ANY)
        return false;
    return (class->mute[region] & 1u << class->roles->owner[store_home(class, request)]) == 0;
}

/* ---- the gate ---------------------------------------------------------------------------- */

/* The source counts its targets: those that are connected, in step and reported of late. */
static void count_targets(World *world, const Channel *channel, uint32_t from)
{
    ResyncSource      *source = &channel->sources[from];
    const ResyncSetup *setup = channel->setup.resync;
    uint32_t           before = source->good;
    source->good = 0;
    for (uint32_t to = 0; to < world->region_count; to++) {
        const Stream *stream = stream_to(world, channel, from, to);
        if (stream->resync != NULL && !resync_is_away(world, stream) &&
            stream->resync->stage == RESYNC_NONE &&
            world_now(world) - stream->resync->reported <= setup->max_lag)
            source->good++;
    }
    bool opens = source->good >= setup->min_replicas;
    if ((before >= setup->min_replicas) != opens)
        world_mark(world, !opens, "%s: %s %s", world->classes[channel->class_index].name,
                   name_of(world, from),
                   opens ? "accepts writes again" : "has too few targets, refuses writes");
}

bool resync_accepts(const DataClass *class, uint32_t region)
{
    return class->gate[region].good >= class->gate_least;
}

static void report(World *world, uint32_t index)
{
    const Stream *stream = &world->streams[index];
    const Link   *back = &world->links[stream->resync->back];
    SimTime       arrival;
    later(world, index, sim_time_add(world_now(world), REPORT_EVERY), STEP_REPORT, 0);
    if (!store_up(world, stream->class_index, stream->to) || !link_up(back) ||
        resync_is_away(world, stream))
        return;
    if (link_send(world, stream->resync->back, LINK_REQUESTS, world_now(world), REPORT_BYTES,
                  &arrival) == LINK_DELIVERS)
        later(world, index, arrival, STEP_REPORTED, back->epoch);
}

static void reported(World *world, const Stream *stream, uint64_t epoch)
{
    if (epoch == world->links[stream->resync->back].epoch && !resync_is_away(world, stream))
        stream->resync->reported = world_now(world);
}

/* ---- the buffer -------------------------------------------------------------------------- */

static void drop(World *world, Stream *stream)
{
    Resync  *resync = stream->resync;
    uint32_t class_index = stream->class_index;
    world_mark(world, true, "%s: too much waits, %s drops %s", world->classes[class_index].name,
               name_of(world, stream->from), name_of(world, stream->to));
    WORLD_TRACE(world, "work", "%s %s>%s: the source drops its target",
                channel_of(world, stream)->name, name_of(world, stream->from),
                name_of(world, stream->to));
    resync->soft_since = -1;
    if (resync->stage != RESYNC_NONE)
        end_row(world, stream, RESYNC_OVERFLOWED);
    if (resync->stage != RESYNC_LOADING) { /* who loads goes on with what it has */
        resync->stage = RESYNC_NONE;
        resync->turn++;
    }
    resync->broken = true;
    stream_drop(world, index_of(world, stream));
    resync_stalled(world, index_of(world, stream));
}

void resync_committed(World *world, uint32_t index)
{
    Stream            *stream = &world->streams[index];
    Resync            *resync = stream->resync;
    const ResyncSetup *setup = setup_of(world, stream);
    if (resync->stage == RESYNC_WAITS || resync_is_away(world, stream))
        return; /* nothing is kept for this one alone */
    int64_t waiting = bytes_of(world, stream, log_end(world, stream) - stream->sent);
    SimTime now = world_now(world);
    if (setup->buffer_soft > 0 && waiting > setup->buffer_soft) {
        if (resync->soft_since < 0)
            resync->soft_since = now;
    } else {
        resync->soft_since = -1;
    }
    bool soft = resync->soft_since >= 0 && now - resync->soft_since > setup->buffer_soft_for;
    if ((setup->buffer > 0 && waiting > setup->buffer) || soft)
        drop(world, stream);
}

/* ---- breaking ---------------------------------------------------------------------------- */

/* What a source keeps in memory is gone with its process. */
static void source_stopped(World *world, const Stream *stream)
{
    ResyncSource *source = source_of(world, stream);
    if (setup_of(world, stream)->in_memory)
        source->from = log_end(world, stream);
    source->writing = false;
    source->armed = false;
    source->turn++;
}

static void give_up(World *world, Stream *stream)
{
    Resync *resync = stream->resync;
    if (resync->stage == RESYNC_NONE)
        return;
    if (resync->stage == RESYNC_LOADING) {
        copy_forgotten(world, index_of(world, stream));
        serve(world, stream, resync->corrupt_by == WORLD_NONE);
    }
    end_row(world, stream, resync->stage == RESYNC_READY ? RESYNC_DONE : RESYNC_BROKE_OFF);
    resync->stage = RESYNC_NONE;
    resync->turn++;
}

void resync_stalled(World *world, uint32_t index)
{
    Stream            *stream = &world->streams[index];
    Resync            *resync = stream->resync;
    const ResyncSetup *setup = setup_of(world, stream);
    uint32_t           class_index = stream->class_index;
    bool               source_up = store_up(world, class_index, stream->from);
    bool               target_up = store_up(world, class_index, stream->to);
    if (!source_up)
        source_stopped(world, stream);
    if (!source_up || !target_up)
        resync->broken = true;
    if (!target_up || (!source_up && resync->stage != RESYNC_LOADING))
        give_up(world, stream);
    if (!setup->serve_stale)
        later(world, index, MAX(away_since(world, stream), world_now(world)), STEP_NOTICED,
              stream->attempt);
    if (resync_is_away(world, stream) && setup->min_replicas > 0)
        count_targets(world, channel_of(world, stream), stream->from);
}

void resync_source_moved(World *world, uint32_t index)
{
    give_up(world, &world->streams[index]);
}

bool resync_is_loading(const Stream *stream)
{
    return stream->resync->stage == RESYNC_LOADING;
}

/* ---- connecting again -------------------------------------------------------------------- */

/* The history is given up when nobody has used it for `history_for`. */
static bool history_expired(const World *world, const Stream *stream)
{
    const ResyncSetup *setup = setup_of(world, stream);
    const Channel     *channel = channel_of(world, stream);
    SimTime            last = away_since(world, stream);
    if (setup->history_for == 0)
        return false;
    for (uint32_t to = 0; to < world->region_count && !setup->leases; to++) {
        const Stream *other = stream_to(world, channel, stream->from, to);
        if (other->resync == NULL || other == stream)
            continue;
        if (!resync_is_away(world, other))
            return false;
        last = MAX(last, away_since(world, other));
    }
    return world_now(world) - last > setup->history_for;
}

static bool history_holds(const World *world, const Stream *stream)
{
    const ResyncSetup *setup = setup_of(world, stream);
    ResyncSource      *source = source_of(world, stream);
    if (history_expired(world, stream)) {
        if (setup->leases)
            return false;
        source->from = log_end(world, stream);
    }
    uint64_t lacks = log_end(world, stream) - stream->received;
    return stream->received >= source->from &&
           (setup->history == 0 || bytes_of(world, stream, lacks) <= setup->history);
}

static void ask_for_snapshot(World *world, const Stream *stream)
{
    ResyncSource *source = source_of(world, stream);
    if (source->writing || source->armed)
        return;
    source->armed = true;
    later(world, self_stream(world, stream),
          sim_time_add(world_now(world), setup_of(world, stream)->snapshot_delay), STEP_SNAPSHOT,
          source->turn);
}

static void begin_full(World *world, Stream *stream)
{
    Resync *resync = stream->resync;
    SimTime wait = setup_of(world, stream)->operator_after;
    resync->stage = RESYNC_WAITS;
    resync->ready = wait == 0;
    world_mark(world, true, "%s: full copy %s>%s", class_of(world, stream)->name,
               name_of(world, stream->from), name_of(world, stream->to));
    if (wait > 0)
        later(world, index_of(world, stream), sim_time_add(world_now(world), wait), STEP_OPERATOR,
              resync->turn);
    else
        ask_for_snapshot(world, stream);
}

static void send_piece(World *world, Stream *stream)
{
    Resync *resync = stream->resync;
    int64_t piece = MAX(setup_of(world, stream)->dataset / PIECES, LEAST_PIECE);
    if (piece > resync->left)
        piece = resync->left;
    SimTime arrival;
    if (link_send(world, stream->link, resync->flow, world_now(world), piece, &arrival) !=
        LINK_DELIVERS)
        return; /* the stream stalls at this instant, or has */
    resync->left -= piece;
    resync->last_arrival = MAX(resync->last_arrival, arrival);
    if (resync->left > 0)
        later(world, index_of(world, stream), world->links[stream->link].flows[resync->flow].free,
              STEP_PIECE, resync->turn);
    else
        later(world, index_of(world, stream), resync->last_arrival, STEP_ARRIVED, resync->turn);
}

/* The connection was only silent for a while: what was being done goes on. */
static bool go_on(World *world, Stream *stream)
{
    Resync *resync = stream->resync;
    switch (resync->stage) {
    case RESYNC_NONE:
        return false;
    case RESYNC_WAITS:
    case RESYNC_LOADING:
        break;
    case RESYNC_SNAPSHOT:
        stream->sent = resync->snapshot;
        break;
    case RESYNC_TRANSFER:
        stream->sent = resync->snapshot;
        resync->turn++;
        /* The piece on the way was lost and is sent again. */
        resync->left += MAX(setup_of(world, stream)->dataset / PIECES, LEAST_PIECE);
        resync->left = MIN(resync->left, setup_of(world, stream)->dataset);
        send_piece(world, stream);
        break;
    case RESYNC_READY:
        later(world, index_of(world, stream), world_now(world), STEP_ONLINE, resync->turn);
        break;
    }
    return true;
}

bool resync_holds(World *world, uint32_t index, bool was_away)
{
    Stream *stream = &world->streams[index];
    Resync *resync = stream->resync;
    resync->soft_since = -1;
    serve(world, stream, resync->corrupt_by == WORLD_NONE);
    if (!was_away)
        return go_on(world, stream);
    give_up(world, stream);
    resync->broken = false;
    if (log_end(world, stream) == 0 || stream->moved)
        return false; /* not a source of anything, or not any more */
    bool holds =
        history_holds(world, stream) && !resync->diverged && resync->corrupt_by == WORLD_NONE;
    ResyncRow row = {.stream = index,
                     .full = !holds,
                     .lost = stream->stalled_at,
                     .began = world_now(world),
                     .lacked = bytes_of(world, stream, log_end(world, stream) - stream->received),
                     .loading = -1,
                     .ended = -1};
    resync->row = world->resyncs->len;
    WORLD_TRACE(world, "timer", "%s %s>%s lacks %" G_GINT64_FORMAT " bytes: %s",
                channel_of(world, stream)->name, name_of(world, stream->from),
                name_of(world, stream->to), row.lacked,
                holds ? "partial resynchronisation" : "full copy");
    g_array_append_val(world->resyncs, row);
    if (holds)
        end_row(world, stream, RESYNC_DONE);
    else
        begin_full(world, stream);
    return !holds;
}

/* ---- the full copy ----------------------------------------------------------------------- */

static void snapshot(World *world, const Stream *self)
{
    const Channel *channel = channel_of(world, self);
    ResyncSource  *source = source_of(world, self);
    uint64_t       end = log_end(world, self);
    uint32_t       targets = 0;
    source->armed = false;
    for (uint32_t to = 0; to < world->region_count; to++) {
        Stream *stream = stream_to(world, channel, self->from, to);
        if (stream->resync == NULL || stream->resync->stage != RESYNC_WAITS ||
            !stream->resync->ready)
            continue;
        stream->resync->stage = RESYNC_SNAPSHOT;
        stream->resync->snapshot = end;
        stream->sent = end;
        targets++;
    }
    if (targets == 0)
        return;
    source->writing = true;
    WORLD_TRACE(world, "work", "%s.%s writes a snapshot for %u targets",
                class_of(world, self)->name, name_of(world, self->from), targets);
    later(world, self_stream(world, self),
          sim_time_add(world_now(world), time_of(channel->setup.resync->dataset,
                                                 channel->setup.resync->snapshot_rate)),
          STEP_WRITTEN, source->turn);
}

static void written(World *world, const Stream *self)
{
    const Channel *channel = channel_of(world, self);
    source_of(world, self)->writing = false;
    for (uint32_t to = 0; to < world->region_count; to++) {
        Stream *stream = stream_to(world, channel, self->from, to);
        if (stream->resync == NULL)
            continue;
        if (stream->resync->stage == RESYNC_WAITS && stream->resync->ready)
            ask_for_snapshot(world, stream); /* it came too late for this one */
        if (stream->resync->stage != RESYNC_SNAPSHOT)
            continue;
        stream->resync->stage = RESYNC_TRANSFER;
        stream->resync->left = channel->setup.resync->dataset;
        stream->resync->last_arrival = world_now(world);
        if (!stream->stalled)
            send_piece(world, stream);
    }
}

static void arrived(World *world, Stream *stream)
{
    const ResyncSetup *setup = setup_of(world, stream);
    Resync            *resync = stream->resync;
    resync->stage = RESYNC_LOADING;
    row_of(world, stream)->loading = world_now(world);
    WORLD_TRACE(world, "deliver", "%s %s>%s: the copy has arrived and is loaded",
                channel_of(world, stream)->name, name_of(world, stream->from),
                name_of(world, stream->to));
    serve(world, stream, false);
    copy_arrived(world, index_of(world, stream), resync->snapshot);
    later(world, index_of(world, stream),
          sim_time_add(world_now(world), time_of(setup->dataset, setup->load_rate)), STEP_LOADED,
          resync->turn);
}

static void loaded(World *world, Stream *stream)
{
    Resync  *resync = stream->resync;
    uint32_t index = index_of(world, stream);
    resync->corrupt_by = WORLD_NONE;
    serve(world, stream, true);
    if (resync->diverged)
        stream_throw_away(world, stream->class_index, stream->to, stream->from);
    flush_copied(world, stream);
    resync->diverged = false;
    copy_applied(world, index, resync->snapshot);
    WORLD_TRACE(world, "work", "%s %s>%s: the copy is loaded", channel_of(world, stream)->name,
                name_of(world, stream->from), name_of(world, stream->to));
    if (!resync_is_away(world, stream)) {
        resync->stage = RESYNC_READY;
        later(world, index,
              sim_time_add(world_now(world), link_rtt(world, stream->to, stream->from) / 2),
              STEP_ONLINE, resync->turn);
        return;
    }
    if (row_of(world, stream)->end == RESYNC_OPEN)
        end_row(world, stream, RESYNC_BROKE_OFF);
    resync->stage = RESYNC_NONE;
    resync->turn++;
    stream_connect(world, index);
}

static void online(World *world, Stream *stream)
{
    if (stream->stalled)
        return; /* the source learns of it when the path works again */
    stream->resync->stage = RESYNC_NONE;
    end_row(world, stream, RESYNC_DONE);
    world_mark(world, false, "%s: full copy %s>%s is done", class_of(world, stream)->name,
               name_of(world, stream->from), name_of(world, stream->to));
    stream_goes_on(world, index_of(world, stream));
}

bool resync_diverged(World *world, uint32_t class_index, uint32_t region, uint32_t heir)
{
    const DataClass *class = &world->classes[class_index];
    for (uint32_t c = 0; c < class->channel_count; c++) {
        const Channel *channel = &world->channels[class->channels[c]];
        if (channel->setup.resync == NULL || channel->setup.divergent != TAIL_THROWN_AWAY)
            continue;
        Stream *stream = stream_to(world, channel, heir, region);
        if (stream->resync == NULL)
            continue;
        stream->resync->diverged = true;
        if (stream->stalled)
            return true; /* found out when it connects */
        give_up(world, stream);
        stream->resync->broken = true;
        stream_drop(world, index_of(world, stream));
        resync_stalled(world, index_of(world, stream));
        return true;
    }
    return false;
}

bool resync_corrupts(World *world, uint32_t class_index, uint32_t region, uint32_t fault)
{
    const DataClass *class = &world->classes[class_index];
    bool any = false;
    for (uint32_t s = 0; s < world->stream_count; s++) {
        Stream *stream = &world->streams[s];
        if (stream->class_index != class_index || stream->to != region || stream->resync == NULL ||
            stream->moved || class->logs[stream->from].end == 0)
            continue;
        any = true;
        stream->resync->corrupt_by = fault;
        serve(world, stream, false);
        give_up(world, stream);
        stream->resync->broken = true;
        stream_drop(world, s);
        resync_stalled(world, s);
    }
    return any;
}

bool resync_is_corrupt(const World *world, const Roles *roles, uint32_t region)
{
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (stream->limited && stream->to == region &&
            world->classes[stream->class_index].roles == roles &&
            stream->resync->corrupt_by != WORLD_NONE)
            return true;
    }
    return false;
}

void resync_refused(World *world, uint32_t class_index, uint32_t region)
{
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (stream->limited && stream->class_index == class_index && stream->to == region)
            fault_hit_refused(world, stream->resync->corrupt_by);
    }
}

/* ---- events ------------------------------------------------------------------------------ */

static void step(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Stream  *stream = &world->streams[index];
    uint64_t token = event->arg >> 8;
    Step     what = (Step)(event->arg & 0xff);
    bool     of_source = what == STEP_SNAPSHOT || what == STEP_WRITTEN;
    bool     of_copy = what == STEP_OPERATOR || (what >= STEP_PIECE && what <= STEP_ONLINE);
    if ((of_source && token != source_of(world, stream)->turn) ||
        (of_copy && token != stream->resync->turn))
        return;
    switch (what) {
    case STEP_OPERATOR:
        stream->resync->ready = true;
        ask_for_snapshot(world, stream);
        break;
    case STEP_SNAPSHOT:
        snapshot(world, stream);
        break;
    case STEP_WRITTEN:
        written(world, stream);
        break;
    case STEP_PIECE:
        if (!stream->stalled)
            send_piece(world, stream);
        break;
    case STEP_ARRIVED:
        if (!stream->stalled)
            arrived(world, stream);
        break;
    case STEP_LOADED:
        loaded(world, stream);
        break;
    case STEP_ONLINE:
        online(world, stream);
        break;
    case STEP_NOTICED:
        if (stream->stalled && token == stream->attempt)
            serve(world, stream, false);
        break;
    case STEP_REPORT:
        report(world, index);
        break;
    case STEP_REPORTED:
        reported(world, stream, token);
        break;
    case STEP_COUNT:
        count_targets(world, channel_of(world, stream), stream->from);
        later(world, index, sim_time_add(world_now(world), REPORT_EVERY), STEP_COUNT, 0);
        break;
    }
}

/* ---- building ---------------------------------------------------------------------------- */

static SimTime phase_of(World *world, const Channel *channel, uint32_t from, uint32_t to)
{
    SimRng *rng = sim_arena_array(world->arena, SimRng, 1);
    char   *component =
        g_strdup_printf("%s %s>%s", channel->name, name_of(world, from), name_of(world, to));
    world_rng(world, rng, component, "report");
    g_free(component);
    return (SimTime)sim_rng_below(rng, (uint64_t)REPORT_EVERY);
}

static void stream_build(World *world, const Channel *channel, Stream *stream)
{
    stream->resync = sim_arena_array(world->arena, Resync, 1);
    stream->limited = true;
    *stream->resync =
        (Resync){.soft_since = -1,
                 .corrupt_by = WORLD_NONE,
                 .row = WORLD_NONE,
                 .flow = link_flow_add(world, stream->link),
                 .back = link_path(world, stream->to, stream->from, channel->setup.via)};
    if (channel->setup.resync->min_replicas > 0)
        later(world, index_of(world, stream), phase_of(world, channel, stream->from, stream->to),
              STEP_REPORT, 0);
}

static void one_build(World *world, Channel *channel)
{
    const ResyncSetup *setup = channel->setup.resync;
    DataClass *class = &world->classes[channel->class_index];
    channel->sources = sim_arena_array(world->arena, ResyncSource, world->region_count);
    if (class->mute == NULL)
        class->mute = sim_arena_array(world->arena, uint32_t, world->region_count);
    if (setup->min_replicas > 0) {
        class->gate = channel->sources;
        class->gate_least = setup->min_replicas;
    }
    for (uint32_t from = 0; from < world->region_count; from++) {
        for (uint32_t to = 0; to < world->region_count; to++) {
            Stream *stream = stream_to(world, channel, from, to);
            if (stream->link != WORLD_NONE)
                stream_build(world, channel, stream);
        }
        if (setup->min_replicas == 0)
            continue;
        const Stream *self = stream_to(world, channel, from, from);
        channel->sources[from].good = world->region_count - 1;
        later(world, index_of(world, self), phase_of(world, channel, from, from), STEP_COUNT, 0);
    }
}

void resync_build(World *world)
{
    sim_engine_handle(world->engine, WORLD_RESYNC, "resync", step);
    for (uint32_t c = 0; c < world->channel_count; c++)
        if (world->channels[c].setup.resync != NULL && world->region_count > 1)
            one_build(world, &world->channels[c]);
}
