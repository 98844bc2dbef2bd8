/*
 * steps.c: the read chain, and the steps that look: the region's own store, then other regions.
 *
 * A chain is a list of steps. Each finds the record, says "not here", or cannot tell because the
 * store is down or nobody answers; the difference between the last two decides what may be said in
 * the end (ends.c). While a step waits for another region, the request holds its thread.
 *
 *   read_begin -> step -> step -> ... -> read_chain_ends
 *                  |  ask --> ask_arrives --> answer_arrives
 *                  +--------- ask_timeout
 */
#include "models/read/read.h"

#include <stddef.h>

#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "sim/base/time.h"

static const PlanField local_fields[] = {MODEL_FIELDS_END};
const PlanKind         kind_local = {"local", "read",       false, "Read the region's own store.",
                                     NULL,    local_fields, NULL};

/* Steps that ask another region begin with these: fields.h, REMOTE_... */
#define REMOTE_FIELDS(timeout)                                                                     \
    MODEL_FIELD("timeout", TIME, 0, NULL, timeout, SIM_US, SIM_HOUR,                               \
                "How long to wait for the answer; the thread is held meanwhile.", "chosen"),       \
        MODEL_FIELD("via", TEXT, 0, NULL, NULL, 0, 0,                                              \
                    "Name of the links to use; otherwise the first by name.", NULL),               \
        MODEL_FIELD("lookup", TIME, 0, NULL, "0ms", 0, SIM_HOUR,                                   \
                    "Time of the store that is asked for one question, one after the other; 0: "   \
                    "it answers at once.",                                                         \
                    "chosen"),                                                                     \
        MODEL_FIELD("pool", COUNT, 0, NULL, "0", 0, 1000000,                                       \
                    "Calls of this step that may be outstanding from one region; more are "        \
                    "refused at once; 0: no limit.",                                               \
                    "chosen"),                                                                     \
        MODEL_FIELD("breaker", PART, 0, "breaker", NULL, 0, 0,                                     \
                    "Stops asking a region that does not answer; none by default.", NULL),         \
        MODEL_FIELD("retry", PART, 0, "retry", NULL, 0, 0,                                         \
                    "Asks again after a time-out or a refusal; not by default.", NULL)

static const PlanOption asks[] = {
    {"home", "The record's owner; as the first step at the owner itself, its own store.", NULL},
    {"all", "Every other region at once; the first to find it is believed.", NULL},
    {"hint",
     "The region named in the record's id, where it was made; all others if there is no such hint, "
     "or if that region does not have it.",
     "Li Yunhua, ch. 29: the session's id names its region"},
    MODEL_OPTIONS_END,
};
static const PlanField secondary_fields[] = {
    REMOTE_FIELDS("300ms"),
    MODEL_WORDS("ask", "home|all|hint", asks, "home", "Whom to ask.", "chosen"),
    MODEL_FIELD("wrong", RATIO, 0, NULL, "0%", 0, 1000000000,
                "With ask = \"hint\": share of hints that name another region by mistake.",
                "chosen"),
    MODEL_FIELD("keep", FLAG, 0, NULL, "false", 0, 0,
                "What was found is written to the store of the region that asked; the channel that "
                "brings it later changes nothing.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_secondary = {
    "secondary",
    "read",
    false,
    "Second read: ask another region's store after a local miss.",
    "Threads of the region asked are not held; its store answers one question after the other if "
    "lookup is given, at once otherwise.",
    secondary_fields,
    NULL};

static const PlanField back_source_fields[] = {
    REMOTE_FIELDS("200ms"),
    MODEL_FIELDS_END,
};
const PlanKind kind_back_source = {
    "back_source",
    "read",
    false,
    "Read back to where the record was made (named by its id); a copy is kept if it is losable.",
    "Threads of the region asked are not held; its store answers one question after the other if "
    "lookup is given, at once otherwise.",
    back_source_fields,
    NULL};

/* Bytes of a question and of an answer besides the record itself: chosen. */
#define QUESTION_BYTES 200

/* Versions of the key are there that the answer does not show: were they acknowledged? */
static G_GNUC_NO_INLINE void note_behind(World *world, Request *request, DataClass *class,
                                         uint32_t class_index, LedgerWrite version, uint32_t key)
{
    ReadCount *count = &class->reads[request->step];
    LedgerRead truth = ledger_read(world->ledger, class_index, key, version, request->cohort,
                                   request->user, request->began);
    if (!truth.stale) {
        count->fresh++;
        return;
    }
    request->stale = true;
    count->versions += truth.versions;
    metrics_histogram_add(&count->age, truth.age);
    if (truth.own) {
        count->own++;
        world_harm(world, request, HARM_STALE, class_index);
    }
}

static inline void note(World *world, Request *request, DataClass *class, uint32_t class_index,
                        LedgerWrite version, uint32_t key)
{
    if (G_UNLIKELY(class->conflict == CONFLICT_VERSION))
        conflict_read(world, request, class_index, version);
    if (key == WORLD_NONE || class->losable ||
        ledger_read_newest(world->ledger, class_index, key, version))
        class->reads[request->step].fresh++;
    else
        note_behind(world, request, class, class_index, version, key);
}

void read_note(World *world, uint32_t slot, LedgerWrite version, uint32_t key)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    DataClass *class = read_class(world, request, &class_index);
    note(world, request, class, class_index, version, key);
}

void read_done(Request *request)
{
    request->step = 0;
    request->op++;
}

/* ---- whom to ask ------------------------------------------------------------------------- */

/* The region that the record's id names; WORLD_NONE: there is no such record, so no id. */
static uint32_t maker_of(World *world, const Request *request, const DataClass *class,
                         uint32_t class_index)
{
    uint32_t key = store_key_find(class, store_key(world, class_index, request));
    if (key != WORLD_NONE && class->made_at[key] != UINT8_MAX)
        return class->made_at[key];
    if (!store_from_before(world, class, request))
        return WORLD_NONE;
    return class->owner == OWNER_ANY ? request->access : store_home(class, request);
}

static uint32_t hint_of(World *world, const Request *request, const DataClass *class,
                        uint32_t class_index, const ReadStep *step)
{
    uint32_t hint = maker_of(world, request, class, class_index);
    if (hint == WORLD_NONE || step->rng == NULL || !sim_rng_chance(step->rng, step->chance))
        return hint;
    uint32_t other = (uint32_t)sim_rng_below(step->rng, world->region_count - 1);
    return other < hint ? other : other + 1;
}

/* The one region to ask; WORLD_NONE: none, or the region itself. */
static uint32_t peer_of(World *world, const Request *request, const DataClass *class,
                        uint32_t class_index, const ReadStep *step)
{
    uint32_t peer;
    if (step->kind == READ_BACK_SOURCE) {
        uint32_t key = store_key_find(class, store_key(world, class_index, request));
        bool     known = key != WORLD_NONE && class->made_at[key] != UINT8_MAX;
        peer = known ? class->made_at[key] : request->access;
    } else if (step->ask == READ_ASK_HINT) {
        peer = hint_of(world, request, class, class_index, step);
    } else {
        peer = class->owner == OWNER_ANY ? class->roles->seen[request->entry][request->home]
                                         : service_owner(class, request);
    }
    return peer == request->entry ? WORLD_NONE : peer;
}

/* ---- asking ------------------------------------------------------------------------------ */

static void call_ended(World *world, Request *request, ReadStep *step, uint32_t peer, ReadCall how)
{
    request->asked &= ~(1u << peer);
    read_guard_left(world, step, request->entry, peer, how);
}

/* Nobody waits any more for any answer of this step. */
static void calls_end(World *world, Request *request, ReadStep *step, ReadCall how)
{
    for (uint32_t peer = 0; request->asked != 0; peer++)
        if ((request->asked & 1u << peer) != 0)
            call_ended(world, request, step, peer, how);
}

/* What a question or an answer carries: a number below 64, and the epoch of its line. */
static uint32_t on_line(const World *world, uint32_t link, uint32_t number)
{
    return number | (world->links[link].epoch & 0xff) << 6;
}

static bool broke_since(const World *world, uint32_t link, const SimEvent *event)
{
    return (world->links[link].epoch & 0xff) != sim_event_target(event) >> 6;
}

/* Sends a question to `peer`; counts it as awaited unless it is refused at once. */
static void ask(World *world, uint32_t slot, ReadStep *step, uint32_t peer)
{
    Request       *request = &world->requests[slot];
    uint32_t       link = link_path(world, request->entry, peer, step->via);
    SimTime        arrival;
    MetricsFailure why = METRICS_OWNER;
    if (link == WORLD_NONE || !read_guard_enter(world, step, request->entry, peer, &why)) {
        request->cut_short = true;
        request->failure = (uint8_t)why;
        WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " may not ask %s%s",
                    world->services[request->service].name, request->user,
                    world->regions[peer].name, why == METRICS_OVERLOAD ? ": the pool is full" : "");
        return;
    }
    request->asked |= 1u << peer;
    switch (link_send(world, link, LINK_REQUESTS, world_now(world), QUESTION_BYTES, &arrival)) {
    case LINK_DELIVERS:
        WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " asks %s",
                    world->services[request->service].name, request->user,
                    world->regions[peer].name);
        sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_ASK_ARRIVES,
                      on_line(world, link, peer), request_arg(slot, request->token));
        request->awaited++;
        break;
    case LINK_DROPS:
        WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " asks %s in vain",
                    world->services[request->service].name, request->user,
                    world->regions[peer].name);
        request->awaited++; /* nobody tells: the time-out will */
        break;
    case LINK_REFUSES:
        request->cut_short = true;
        request->failure = METRICS_OWNER;
        call_ended(world, request, step, peer, READ_CALL_IN_VAIN);
        break;
    }
}

static void ask_all(World *world, uint32_t slot, ReadStep *step, uint32_t but)
{
    Request *request = &world->requests[slot];
    request->fanned = true;
    for (uint32_t r = 0; r < world->region_count; r++)
        if (r != request->entry && r != but)
            ask(world, slot, step, r);
}

/* A leader whose lease has run out may not answer: there may be another. */
static bool leads_no_more(const DataClass *class, uint32_t region)
{
    return class->consensus != NULL && (class->roles->fenced & 1u << region) != 0;
}

static ReadResult local_begin(World *world, uint32_t slot);

/* The first step asks the owner, and that is the region itself. */
static ReadResult owner_begin(World *world, uint32_t slot, const DataClass *class)
{
    Request *request = &world->requests[slot];
    if (leads_no_more(class, request->entry)) {
        request->failure = METRICS_FENCED;
        request->cut_short = true;
        return READ_SAYS_NO;
    }
    bool       remote = request->remote;
    ReadResult result = local_begin(world, slot);
    request->remote = remote;
    return result;
}

/* Whether the step is tried again after a while, since nobody answered. The thread is held. */
static bool asks_again(World *world, uint32_t slot, ReadStep *step)
{
    Request *request = &world->requests[slot];
    SimTime  wait;
    if (!again_may(step->again, request->entry, request->asks, &wait))
        return false;
    request->state = REQUEST_WAITING;
    sim_engine_at(world->engine, sim_time_add(world_now(world), wait), SIM_PHASE_WORK,
                  WORLD_ASK_AGAIN, request->entry, request_arg(slot, request_wait(world, request)));
    return true;
}

static ReadResult remote_begin(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    ReadStep *step = &class->steps[request->step];
    uint32_t  peer = WORLD_NONE;
    request->awaited = 0;
    request->asked = 0;
    request->answer_found = false;
    request->fanned = false;
    request_wait(world, request);
    if (request->asks++ == 0)
        again_first(step->again, request->entry);
    if (step->ask != READ_ASK_ALL)
        peer = peer_of(world, request, class, class_index, step);
    if (peer == WORLD_NONE && step->ask == READ_ASK_HOME && request->step == 0)
        return owner_begin(world, slot, class);
    if (peer != WORLD_NONE)
        ask(world, slot, step, peer);
    else if (step->ask == READ_ASK_HOME && request->cut_short)
        request->failure = METRICS_OWNER; /* that is the region itself, and its store is down */
    if (step->ask != READ_ASK_HOME && request->awaited == 0)
        ask_all(world, slot, step, peer);
    if (request->awaited == 0)
        return (peer != WORLD_NONE || request->fanned) && asks_again(world, slot, step)
                   ? READ_LEFT
                   : READ_SAYS_NO;
    request->state = REQUEST_WAITING;
    sim_engine_at(world->engine, sim_time_add(world_now(world), step->timeout), SIM_PHASE_TIMER,
                  WORLD_ASK_TIMEOUT, request->entry, request_arg(slot, request->token));
    return READ_LEFT;
}

/* ---- the chain --------------------------------------------------------------------------- */

/* Whether the region's own store has the record: then the read is done. Nearly all reads are. */
static inline bool local_finds(World *world, Request *request, DataClass *class,
                               uint32_t class_index)
{
    LedgerWrite version;
    uint32_t    key = store_key_of_operation(class, request);
    if (G_UNLIKELY(!store_is_up(world, class, request->entry))) {
        store_refused(world, class_index, request->entry);
        request->cut_short = true;
        return false;
    }
    if (G_UNLIKELY(class->mute != NULL) &&
        !resync_serves(world, class_index, request->entry, request)) {
        resync_refused(world, class_index, request->entry);
        request->failure = METRICS_UNREACHABLE;
        request->cut_short = true;
        return false;
    }
    if (!store_lookup_at(world, class_index, request->entry, request, key, &version)) {
        if (G_UNLIKELY(class->flushed != NULL))
            fault_cache_missed(world, class_index, request, key);
        return false;
    }
    note(world, request, class, class_index, version, key);
    read_done(request);
    return true;
}

static ReadResult local_begin(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    DataClass *class = read_class(world, request, &class_index);
    if (class->lifetime > 0 && store_is_up(world, class, request->entry) &&
        !store_fresh(world, class, request->entry, request))
        return READ_SAYS_NO;
    return local_finds(world, request, class, class_index) ? READ_FOUND : READ_SAYS_NO;
}

static ReadResult negative_begin(World *world, uint32_t slot)
{
    const Request *request = &world->requests[slot];
    uint32_t       class_index;
    const DataClass *class = read_class(world, request, &class_index);
    if (!read_negative_known(world, class_index, request))
        return READ_SAYS_NO;
    WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT ": remembered as no such record",
                world->services[request->service].name, request->user);
    read_note(world, slot, 0, store_key_find(class, store_key(world, class_index, request)));
    read_say_absent(world, slot);
    return READ_LEFT;
}

/* Starts the current step; true if the chain got an answer at once. */
static bool step_begin(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    for (; request->step < class->step_count; request->step++, request->asks = 0) {
        ReadResult result = READ_SAYS_NO;
        switch (class->steps[request->step].kind) {
        case READ_LOCAL:
            result = local_begin(world, slot);
            break;
        case READ_QUORUM:
            result = read_replicas_begin(world, slot);
            break;
        case READ_NEGATIVE_CACHE:
            result = negative_begin(world, slot);
            break;
        case READ_SECONDARY:
        case READ_BACK_SOURCE:
            result = remote_begin(world, slot);
            break;
        case READ_REGENERATE:
        case READ_FALLBACK:
        case READ_FAIL:
            result = read_end_begin(world, slot);
            break;
        }
        if (result != READ_SAYS_NO)
            return result == READ_FOUND;
    }
    read_chain_ends(world, slot);
    return false;
}

bool read_begin(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->step = 0;
    request->failure = METRICS_NOT_FOUND;
    request->cut_short = false;
    uint32_t class_index;
    DataClass *class = read_class(world, request, &class_index);
    if (class->local_first) {
        if (local_finds(world, request, class, class_index))
            return true;
        request->step = 1;
    }
    return step_begin(world, slot);
}

void read_next_step(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->state = REQUEST_WORKING;
    request->step++;
    request->asks = 0;
    if (step_begin(world, slot))
        service_continue(world, slot);
}

void read_abandoned(World *world, uint32_t slot, bool in_vain)
{
    Request *request = &world->requests[slot];
    if (request->state != REQUEST_WAITING ||
        request->op >= world->services[request->service].read_count)
        return;
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    if (class->steps[request->step].kind == READ_SECONDARY ||
        class->steps[request->step].kind == READ_BACK_SOURCE)
        calls_end(world, request, &class->steps[request->step],
                  in_vain ? READ_CALL_IN_VAIN : READ_CALL_DROPPED);
}

void read_region_died(World *world, uint32_t region)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        DataClass *class = &world->classes[c];
        read_negative_died(class, region);
        for (uint32_t s = 0; s < class->step_count; s++)
            read_guard_died(world, &class->steps[s], region);
    }
}

/* ---- answers ----------------------------------------------------------------------------- */

/* Nothing comes from `from`: the record is not there, or nobody can tell. */
static void none_here(World *world, uint32_t slot, ReadStep *step, uint32_t from, bool reset)
{
    Request *request = &world->requests[slot];
    request->awaited--;
    if (request->awaited == 0 && step->ask == READ_ASK_HINT && !request->fanned)
        ask_all(world, slot, step, from); /* the hint was wrong; the same time-out goes on */
    if (request->awaited == 0 && reset && asks_again(world, slot, step))
        return;
    if (request->awaited == 0) {
        request_wait(world, request);
        read_next_step(world, slot);
    }
}

/* A question or its answer met a connection that was reset: who asked was told at once. */
static void ask_reset(World *world, uint32_t slot, ReadStep *step, uint32_t peer)
{
    Request *request = &world->requests[slot];
    WORLD_TRACE(world, "deliver", "%s: user %" G_GUINT64_FORMAT ": the connection to %s is reset",
                world->services[request->service].name, request->user, world->regions[peer].name);
    request->cut_short = true;
    request->failure = METRICS_OWNER;
    call_ended(world, request, step, peer, READ_CALL_IN_VAIN);
    none_here(world, slot, step, peer, true);
}

/* When the store that is asked has looked up what came before and this. */
static SimTime looked_up_at(World *world, const DataClass *class, ReadStep *step, uint32_t peer)
{
    SimTime now = world_now(world);
    SimTime takes = step->lookup;
    if (class->slow[peer] > WORLD_PACE) {
        takes = world_slowed(takes, class->slow[peer]);
        fault_hit_delayed(world, class->slow_by[peer]);
    }
    SimTime *until = &step->lookup_free[peer];
    return *until = sim_time_add_far(*until > now ? *until : now, takes);
}

/* The other region looks the record up and answers. */
static void answer(World *world, uint32_t slot, uint32_t peer)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    ReadStep *step = &class->steps[request->step];
    if (!store_up(world, class_index, peer)) {
        store_refused(world, class_index, peer);
        return;
    }
    if (!resync_serves(world, class_index, peer, request)) {
        resync_refused(world, class_index, peer);
        return;
    }
    if (step->ask == READ_ASK_HOME && leads_no_more(class, peer))
        return;
    LedgerWrite version;
    uint32_t    key;
    bool        has = store_lookup(world, class_index, peer, request, &version, &key) &&
               (class->lifetime == 0 || store_fresh(world, class, peer, request));
    WORLD_TRACE(world, "deliver", "%s.%s is asked: %s", class->name, world->regions[peer].name,
                has ? "found" : "not here");
    uint32_t back = link_path(world, peer, request->entry, step->via);
    SimTime  arrival;
    LinkFate fate = link_answer(world, back, LINK_REQUESTS, class->size + QUESTION_BYTES, &arrival);
    if (fate == LINK_REFUSES)
        ask_reset(world, slot, step, peer);
    if (fate != LINK_DELIVERS)
        return;
    if (has && (!request->answer_found || arrival < request->answer_at)) {
        /* Of several answers the first to arrive counts. */
        request->answer = version;
        request->answer_found = true;
        request->answer_at = arrival;
        request->peer = (uint8_t)peer;
    }
    sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_ANSWER_ARRIVES,
                  on_line(world, back, has ? peer : world->region_count + peer),
                  request_arg(slot, request->token));
}

/* The question is at the other region. */
static void ask_arrives(void *user, const SimEvent *event)
{
    World         *world = user;
    const Request *request = request_awake(world, event->arg);
    uint32_t       peer = sim_event_target(event) & 63;
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    ReadStep *step = &class->steps[request->step];
    uint32_t  there = link_path(world, request->entry, peer, step->via);
    if (broke_since(world, there, event)) {
        if (link_lost(world, there, false, 1) == LINK_REFUSES)
            ask_reset(world, request_slot(event->arg), step, peer);
    } else if (step->lookup == 0)
        answer(world, request_slot(event->arg), peer);
    else
        sim_engine_at(world->engine, looked_up_at(world, class, step, peer), SIM_PHASE_WORK,
                      WORLD_LOOKED_UP, peer, event->arg);
}

static void looked_up(void *user, const SimEvent *event)
{
    World         *world = user;
    const Request *request = request_awake(world, event->arg);
    if (request != NULL && request->state == REQUEST_WAITING)
        answer(world, request_slot(event->arg), sim_event_target(event));
}

/* The record is here. */
static void answer_taken(World *world, uint32_t slot, ReadStep *step)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    calls_end(world, request, step, READ_CALL_DROPPED);
    request->asks = 0;
    if (step->keep)
        store_keep(world, class_index, request->entry, request->peer, request, request->answer);
    else if (step->kind == READ_BACK_SOURCE && class->losable)
        store_put_copy(world, class_index, request->entry, request->peer, request);
    request_wait(world, request);
    request->state = REQUEST_WORKING;
    read_note(world, slot, request->answer,
              store_key_find(class, store_key(world, class_index, request)));
    request->remote = true;
    read_done(request);
    service_continue(world, slot);
}

static void answer_arrives(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    uint32_t slot = request_slot(event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    uint32_t number = sim_event_target(event) & 63;
    bool     has = number < world->region_count;
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    ReadStep *step = &class->steps[request->step];
    uint32_t  from = has ? number : number - world->region_count;
    uint32_t  back = link_path(world, from, request->entry, step->via);
    if (broke_since(world, back, event)) {
        if (link_lost(world, back, true, 1) == LINK_REFUSES)
            ask_reset(world, slot, step, from);
        return;
    }
    WORLD_TRACE(world, "deliver", "%s: user %" G_GUINT64_FORMAT " gets an answer: %s",
                world->services[request->service].name, request->user, has ? "found" : "not here");
    call_ended(world, request, step, from, READ_CALL_ANSWERED);
    if (has && from != request->peer)
        return; /* a better one was on its way and got lost */
    if (has) {
        answer_taken(world, slot, step);
        return;
    }
    none_here(world, slot, step, from, false);
}

static void ask_timeout(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    WORLD_TRACE(world, "timer", "%s: user %" G_GUINT64_FORMAT " stops waiting for an answer",
                world->services[request->service].name, request->user);
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    calls_end(world, request, &class->steps[request->step], READ_CALL_IN_VAIN);
    request->cut_short = true;
    request->failure = METRICS_OWNER;
    if (asks_again(world, request_slot(event->arg), &class->steps[request->step]))
        return;
    request_wait(world, request);
    read_next_step(world, request_slot(event->arg));
}

static void ask_again(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    uint32_t slot = request_slot(event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " tries the step again",
                world->services[request->service].name, request->user);
    request->state = REQUEST_WORKING;
    if (step_begin(world, slot))
        service_continue(world, slot);
}

/* ---- building ---------------------------------------------------------------------------- */

static void remote_build(World *world, ReadStep *step, const PlanItem *part)
{
    step->kind = part->kind == &kind_secondary ? READ_SECONDARY : READ_BACK_SOURCE;
    step->timeout = plan_number(part, REMOTE_TIMEOUT);
    step->via = plan_text(part, REMOTE_VIA);
    step->lookup = plan_number(part, REMOTE_LOOKUP);
    step->lookup_free = sim_arena_array(world->arena, SimTime, world->region_count);
    read_guard_build(world, step, part);
    step->again = again_build(world, plan_value(part, REMOTE_RETRY), part->name);
    if (step->kind == READ_BACK_SOURCE)
        return;
    step->ask = (ReadAsk)plan_number(part, SECONDARY_ASK);
    step->keep = plan_number(part, SECONDARY_KEEP) != 0;
    step->chance = sim_chance_from_ppb(plan_number(part, SECONDARY_WRONG));
    if (step->ask == READ_ASK_HINT && step->chance != 0 && world->region_count > 1) {
        step->rng = sim_arena_array(world->arena, SimRng, 1);
        world_rng(world, step->rng, part->name, "hint");
    }
}

void read_build(World *world, DataClass *class, const PlanItem *item)
{
    const PlanValue *list = plan_value(item, DATA_READ);
    class->absent_if_unsure = plan_number(item, DATA_UNSURE) == 1;
    class->step_count = list->count;
    class->steps = sim_arena_array(world->arena, ReadStep, list->count + 1);
    class->reads = sim_arena_array(world->arena, ReadCount, list->count + 1);
    for (uint32_t i = 0; i < list->count; i++) {
        const PlanItem *part = plan_item(world->plan, list->ids[i]);
        ReadStep       *step = &class->steps[i];
        step->name = part->kind->name;
        step->part = part->name;
        step->by = WORLD_NONE;
        if (part->kind == &kind_secondary || part->kind == &kind_back_source) {
            remote_build(world, step, part);
        } else if (part->kind == &kind_negative_cache) {
            step->kind = READ_NEGATIVE_CACHE;
            read_negative_build(world, class, part);
        } else if (part->kind == &kind_local) {
            step->kind = class->quorum != NULL ? READ_QUORUM : READ_LOCAL;
        } else {
            read_end_build(world, step, part);
        }
    }
    /* Records that expire take the longer way. */
    class->local_first =
        list->count > 0 && class->steps[0].kind == READ_LOCAL && class->lifetime == 0;
}

void read_free(DataClass *class)
{
    read_negative_free(class);
}

void read_handle(World *world)
{
    sim_engine_handle(world->engine, WORLD_ASK_ARRIVES, "ask-arrives", ask_arrives);
    sim_engine_handle(world->engine, WORLD_LOOKED_UP, "looked-up", looked_up);
    sim_engine_handle(world->engine, WORLD_ANSWER_ARRIVES, "answer-arrives", answer_arrives);
    sim_engine_handle(world->engine, WORLD_ASK_TIMEOUT, "ask-timeout", ask_timeout);
    sim_engine_handle(world->engine, WORLD_ASK_AGAIN, "ask-again", ask_again);
    sim_engine_handle(world->engine, WORLD_MADE_ANEW, "made-anew", read_made_anew);
}
