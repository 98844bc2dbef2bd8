/*
 * steps.c: the read steps: local, secondary, back-source, regenerate.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField local_fields[] = {MODEL_FIELDS_END};
const PlanKind         kind_local = {"local", "read",       false, "Read the region's own store.",
                                     NULL,    local_fields, NULL};

static const PlanField secondary_fields[] = {
    MODEL_FIELD("ask", WORD, 0, "home|all", "home", 0, 0,
                "Whom to ask: the record's owner, or every other region at once.", "chosen"),
    MODEL_FIELD("timeout", TIME, 0, NULL, "300ms", SIM_US, SIM_HOUR,
                "How long to wait for the answer.", "chosen"),
    MODEL_FIELD("via", TEXT, 0, NULL, NULL, 0, 0,
                "Name of the links to use; otherwise the first by name.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_secondary = {"secondary",
                                 "read",
                                 false,
                                 "Second read: ask another region's store after a local miss.",
                                 "The remote store answers at once; its threads are not held.",
                                 secondary_fields,
                                 NULL};

static const PlanField back_source_fields[] = {
    MODEL_FIELD("timeout", TIME, 0, NULL, "200ms", SIM_US, SIM_HOUR,
                "How long to wait for the answer.", "chosen"),
    MODEL_FIELD("via", TEXT, 0, NULL, NULL, 0, 0,
                "Name of the links to use; otherwise the first by name.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_back_source = {
    "back_source",
    "read",
    false,
    "Read back to where the record was made (named by its id), and keep a copy.",
    "The remote store answers at once; its threads are not held.",
    back_source_fields,
    NULL};

static const PlanField regenerate_fields[] = {
    MODEL_FIELD("cost", DIST, 0, NULL, "80ms", 0, 0, "Time to make the record anew.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_regenerate = {
    "regenerate", "read",
    false,        "Make the record anew (for a session: the user logs in again); always succeeds.",
    NULL,         regenerate_fields,
    NULL};

/* Bytes of a question and of an answer besides the record itself: chosen. */
#define QUESTION_BYTES 200

static DataClass *class_of(World *world, const Request *request, uint32_t *out_index)
{
    *out_index = world->services[request->service].reads[request->op];
    return &world->classes[*out_index];
}

/* The record was found: compares it with the truth and goes on to the next operation. */
static void found(World *world, uint32_t slot, LedgerWrite version, uint32_t key)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    DataClass *class = class_of(world, request, &class_index);
    ReadCount      *count = &class->reads[request->step];
    const ReadStep *step = &class->steps[request->step];
    LedgerRead      truth = {false, false, 0, 0};
    if (key != WORLD_NONE && !class->losable)
        truth = ledger_read(world->ledger, class_index, key, version, request->cohort,
                            request->user, request->began);
    if (truth.stale) {
        request->stale = true;
        count->versions += truth.versions;
        metrics_histogram_add(&count->age, truth.age);
        if (truth.own) {
            count->own++;
            world_harm(world, request, HARM_STALE, class_index);
        }
    } else {
        count->fresh++;
    }
    if (class->conflict == CONFLICT_VERSION)
        conflict_read(world, request, class_index, version);
    if (step->kind == READ_SECONDARY || step->kind == READ_BACK_SOURCE)
        request->remote = true;
    request->step = 0;
    request->op++;
}

/* Where to ask; WORLD_NONE: nowhere else. */
static uint32_t peer_of(World *world, const Request *request, const DataClass *class,
                        uint32_t class_index, const ReadStep *step)
{
    uint32_t peer;
    if (step->kind == READ_BACK_SOURCE) {
        uint32_t key = store_key_find(class, store_key(world, class_index, request));
        bool     known = key != WORLD_NONE && class->made_at[key] != UINT8_MAX;
        peer = known ? class->made_at[key] : request->access;
    } else {
        peer = class->owner == OWNER_ANY ? class->roles->seen[request->entry][request->home]
                                         : service_owner(class, request);
    }
    return peer == request->entry ? WORLD_NONE : peer;
}

/* Sends a question to `peer`; counts it as awaited unless it is refused at once. */
static void ask(World *world, uint32_t slot, const ReadStep *step, uint32_t peer)
{
    Request *request = &world->requests[slot];
    uint32_t link = link_path(world, request->entry, peer, step->via);
    SimTime  arrival;
    if (link == WORLD_NONE)
        return;
    switch (link_send(world, link, LINK_REQUESTS, world_now(world), QUESTION_BYTES, &arrival)) {
    case LINK_DELIVERS:
        WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " asks %s",
                    world->services[request->service].name, request->user,
                    world->regions[peer].name);
        sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_ASK_ARRIVES, peer,
                      request_arg(slot, request->token));
        request->awaited++;
        break;
    case LINK_DROPS:
        WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " asks %s in vain",
                    world->services[request->service].name, request->user,
                    world->regions[peer].name);
        request->awaited++; /* nobody tells: the time-out will */
        break;
    case LINK_REFUSES:
        break;
    }
}

/* Starts the current step; true if the chain got an answer or ran out of steps at once. */
static bool step_begin(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    DataClass *class = class_of(world, request, &class_index);
    for (; request->step < class->step_count; request->step++) {
        const ReadStep *step = &class->steps[request->step];
        LedgerWrite     version;
        uint32_t        key;
        switch (step->kind) {
        case READ_LOCAL:
            if (!store_up(world, class_index, request->entry))
                store_refused(world, class_index, request->entry);
            else if (store_lookup(world, class_index, request->entry, request, &version, &key)) {
                found(world, slot, version, key);
                return true;
            }
            break;
        case READ_SECONDARY:
        case READ_BACK_SOURCE: {
            request->awaited = 0;
            request->answer_found = false;
            request->asked_at = world_now(world);
            request_wait(world, request);
            if (step->kind == READ_SECONDARY && step->ask_all) {
                for (uint32_t r = 0; r < world->region_count; r++)
                    if (r != request->entry)
                        ask(world, slot, step, r);
            } else {
                uint32_t peer = peer_of(world, request, class, class_index, step);
                if (peer != WORLD_NONE)
                    ask(world, slot, step, peer);
            }
            if (request->awaited == 0) {
                request->failure = METRICS_OWNER;
                break;
            }
            request->state = REQUEST_WAITING;
            sim_engine_at(world->engine, sim_time_add(world_now(world), step->timeout),
                          SIM_PHASE_TIMER, WORLD_ASK_TIMEOUT, request->entry,
                          request_arg(slot, request->token));
            return false;
        }
        case READ_REGENERATE: {
            request->state = REQUEST_WAITING;
            request_wait(world, request);
            SimTime cost = sim_dist_draw(
                step->cost, &world->services[request->service].sites[request->entry].rng);
            sim_engine_at(world->engine, sim_time_add(world_now(world), cost), SIM_PHASE_WORK,
                          WORLD_MADE_ANEW, request->entry, request_arg(slot, request->token));
            return false;
        }
        }
    }
    service_fail(world, slot, (MetricsFailure)request->failure);
    return false;
}

bool read_begin(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->step = 0;
    request->failure = METRICS_NOT_FOUND;
    return step_begin(world, slot);
}

/* The current step had no answer: the next one, then the rest of the request. */
static void next_step(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->state = REQUEST_WORKING;
    request->step++;
    if (step_begin(world, slot))
        service_continue(world, slot);
}

/* The question is at the other region: it looks the record up and answers. */
static void ask_arrives(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    uint32_t peer = sim_event_target(event);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    uint32_t class_index;
    const DataClass *class = class_of(world, request, &class_index);
    const ReadStep *step = &class->steps[request->step];
    uint32_t        there = link_path(world, request->entry, peer, step->via);
    if (world->links[there].lost_at >= request->asked_at) {
        link_blame_drop(world, there);
        return;
    }
    if (!store_up(world, class_index, peer)) {
        store_refused(world, class_index, peer);
        return;
    }
    LedgerWrite version;
    uint32_t    key;
    bool        has = store_lookup(world, class_index, peer, request, &version, &key);
    WORLD_TRACE(world, "deliver", "%s.%s is asked: %s", class->name, world->regions[peer].name,
                has ? "found" : "not here");
    uint32_t back = link_path(world, peer, request->entry, step->via);
    SimTime  arrival;
    if (link_send(world, back, LINK_REQUESTS, world_now(world), class->size + QUESTION_BYTES,
                  &arrival) != LINK_DELIVERS)
        return;
    if (has && (!request->answer_found || arrival < request->answer_at)) {
        /* Of several answers the first to arrive counts. */
        request->answer = version;
        request->answer_found = true;
        request->answer_at = arrival;
        request->peer = (uint8_t)peer;
    }
    sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_ANSWER_ARRIVES,
                  has ? peer : world->region_count + peer,
                  request_arg(request_slot(event->arg), request->token));
}

static void answer_arrives(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    uint32_t slot = request_slot(event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    bool has = sim_event_target(event) < world->region_count;
    WORLD_TRACE(world, "deliver", "%s: user %" G_GUINT64_FORMAT " gets an answer: %s",
                world->services[request->service].name, request->user, has ? "found" : "not here");
    uint32_t class_index;
    const DataClass *class = class_of(world, request, &class_index);
    const ReadStep *step = &class->steps[request->step];
    uint32_t from = has ? sim_event_target(event) : sim_event_target(event) - world->region_count;
    uint32_t back = link_path(world, from, request->entry, step->via);
    if (world->links[back].lost_at >= request->asked_at) {
        link_blame_drop(world, back);
        return;
    }
    if (has && from != request->peer)
        return; /* a better one was on its way and got lost */
    if (has) {
        if (step->kind == READ_BACK_SOURCE && class->losable)
            store_put_local(world, class_index, request->entry, request);
        request_wait(world, request);
        request->state = REQUEST_WORKING;
        found(world, slot, request->answer,
              store_key_find(class, store_key(world, class_index, request)));
        service_continue(world, slot);
        return;
    }
    request->awaited--;
    if (request->awaited == 0) {
        request_wait(world, request);
        next_step(world, slot);
    }
}

static void ask_timeout(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    WORLD_TRACE(world, "timer", "%s: user %" G_GUINT64_FORMAT " stops waiting for an answer",
                world->services[request->service].name, request->user);
    request->failure = METRICS_OWNER;
    request_wait(world, request);
    next_step(world, request_slot(event->arg));
}

static void made_anew(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    uint32_t slot = request_slot(event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    uint32_t class_index;
    DataClass *class = class_of(world, request, &class_index);
    if (class->losable)
        store_put_local(world, class_index, request->entry, request);
    if (!request->regenerated)
        world_harm(world, request, HARM_FORCED_LOGIN, class_index);
    request->regenerated = true;
    request->state = REQUEST_WORKING;
    class->reads[request->step].fresh++;
    request->step = 0;
    request->op++;
    service_continue(world, slot);
}

void read_build(World *world, DataClass *class, const PlanItem *item)
{
    const PlanValue *list = plan_value(item, DATA_READ);
    class->step_count = list->count;
    class->steps = sim_arena_array(world->arena, ReadStep, list->count + 1);
    class->reads = sim_arena_array(world->arena, ReadCount, list->count + 1);
    for (uint32_t i = 0; i < list->count; i++) {
        const PlanItem *part = plan_item(world->plan, list->ids[i]);
        ReadStep       *step = &class->steps[i];
        step->name = part->kind->name;
        if (part->kind == &kind_secondary) {
            step->kind = READ_SECONDARY;
            step->ask_all = plan_number(part, SECONDARY_ASK) == 1;
            step->timeout = plan_number(part, SECONDARY_TIMEOUT);
            step->via = plan_text(part, SECONDARY_VIA);
        } else if (part->kind == &kind_back_source) {
            step->kind = READ_BACK_SOURCE;
            step->timeout = plan_number(part, BACK_SOURCE_TIMEOUT);
            step->via = plan_text(part, BACK_SOURCE_VIA);
        } else if (part->kind == &kind_regenerate) {
            step->kind = READ_REGENERATE;
            step->cost = plan_value(part, REGENERATE_COST)->dist;
        } else {
            step->kind = READ_LOCAL;
        }
    }
}

void read_handle(World *world)
{
    sim_engine_handle(world->engine, WORLD_ASK_ARRIVES, "ask-arrives", ask_arrives);
    sim_engine_handle(world->engine, WORLD_ANSWER_ARRIVES, "answer-arrives", answer_arrives);
    sim_engine_handle(world->engine, WORLD_ASK_TIMEOUT, "ask-timeout", ask_timeout);
    sim_engine_handle(world->engine, WORLD_MADE_ANEW, "made-anew", made_anew);
}
