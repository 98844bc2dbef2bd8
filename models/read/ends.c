/*
 * ends.c: how a read chain ends: made anew, a default answer, a failure, or "no such record".
 *
 *   every step said "not here"            --> no such record
 *   some step could not ask, unsure=fail  --> the request fails ("try later")
 *   some step could not ask, =absent      --> no such record, perhaps wrongly
 *
 * The service says the same to everybody. Whether "no such record" was right is known to the books
 * alone: right, it counts as served; wrong, as failed for not finding what exists.
 */
#include "models/read/read.h"

#include <stddef.h>

#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "sim/base/time.h"

static const PlanField regenerate_fields[] = {
    MODEL_FIELD("cost", DIST, 0, NULL, "80ms", 0, 0, "Time to make the record anew.", "chosen"),
    MODEL_FIELD(
        "by", REF, 0, "service", NULL, 0, 0,
        "The service that makes it, instead of `cost`: the user is sent away, asks for that "
        "service in the same region, and comes back when it has been served, or fails with "
        "it.",
        NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_regenerate = {
    "regenerate", "read",
    false,        "Make the record anew (for a session: the user logs in again); always succeeds.",
    NULL,         regenerate_fields,
    NULL};

static const PlanOption whens[] = {
    {"always", "Whenever no step before it found the record.", NULL},
    {"unsure", "Only if some step before it could not ask or was not answered.", NULL},
    MODEL_OPTIONS_END,
};
static const PlanField fallback_fields[] = {
    MODEL_FIELD("cost", DIST, 0, NULL, "1ms", 0, 0, "Time to make up the default answer.",
                "chosen"),
    MODEL_WORDS("when", "always|unsure", whens, "always", "When it is given.", "chosen"),
    MODEL_FIELD("share", RATIO, 0, NULL, "100%", 0, 1000000000,
                "How many requests there is a default answer for.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_fallback = {
    "fallback",
    "read",
    false,
    "Degrade: serve a default answer instead of the record; counted as served, but degraded.",
    "What the default answer does to the rest of the request: it goes on as with the record.",
    fallback_fields,
    NULL};

static const PlanField fail_fields[] = {MODEL_FIELDS_END};
const PlanKind         kind_fail = {
            "fail",
            "read",
            false,
            "Fail at once, even if every step before it said \"not here\": the chain never says that "
                    "there is no such record.",
            NULL,
            fail_fields,
            NULL};

void read_end_build(World *world, ReadStep *step, const PlanItem *part)
{
    if (part->kind == &kind_regenerate) {
        step->kind = READ_REGENERATE;
        step->cost = plan_value(part, REGENERATE_COST)->dist;
        const PlanValue *by = plan_value(part, REGENERATE_BY);
        if (by->count > 0)
            step->by = world_index(world, "service", by->ids[0]);
    } else if (part->kind == &kind_fallback) {
        step->kind = READ_FALLBACK;
        step->cost = plan_value(part, FALLBACK_COST)->dist;
        step->only_unsure = plan_number(part, FALLBACK_WHEN) == 1;
        step->chance = sim_chance_from_ppb(plan_number(part, FALLBACK_SHARE));
        step->rng = sim_arena_array(world->arena, SimRng, 1);
        world_rng(world, step->rng, part->name, "share");
    } else {
        step->kind = READ_FAIL;
    }
}

/* The record has to be made anew: the user logs in again. Whether it was lost, or its time had
 * come, only the books can tell. */
static void log_in(World *world, uint32_t slot, const DataClass *class, uint32_t class_index,
                   const ReadStep *step)
{
    Request *request = &world->requests[slot];
    if (request->gave_up) {
        service_fail(world, slot, METRICS_TIMEOUT);
        return;
    }
    if (store_fresh_somewhere(world, class, request))
        world_harm(world, request, HARM_FORCED_LOGIN, class_index);
    call_by_user(world, slot, step->by);
}

ReadResult read_end_begin(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    DataClass *class = read_class(world, request, &class_index);
    ReadStep *step = &class->steps[request->step];
    if (step->kind == READ_FAIL) {
        service_fail(world, slot, (MetricsFailure)request->failure);
        return READ_LEFT;
    }
    if (step->kind == READ_FALLBACK &&
        ((step->only_unsure && !request->cut_short) || !sim_rng_chance(step->rng, step->chance)))
        return READ_SAYS_NO;
    if (step->by != WORLD_NONE) {
        log_in(world, slot, class, class_index, step);
        return READ_LEFT;
    }
    request->state = REQUEST_WAITING;
    request_wait(world, request);
    SimTime cost =
        sim_dist_draw(step->cost, &world->services[request->service].sites[request->entry].rng);
    sim_engine_at(world->engine, sim_time_add(world_now(world), cost), SIM_PHASE_WORK,
                  WORLD_MADE_ANEW, request->entry, request_arg(slot, request->token));
    return READ_LEFT;
}

void read_made_anew(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    uint32_t slot = request_slot(event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    uint32_t class_index;
    DataClass *class = read_class(world, request, &class_index);
    if (class->steps[request->step].kind == READ_FALLBACK) {
        request->degraded = true;
    } else {
        if (!request->regenerated && store_fresh_somewhere(world, class, request))
            world_harm(world, request, HARM_FORCED_LOGIN, class_index);
        if (class->losable)
            store_put_local(world, class_index, request->entry, request);
        request->regenerated = true;
        class->reads[request->step].fresh++;
    }
    request->state = REQUEST_WORKING;
    read_done(request);
    service_continue(world, slot);
}

void read_say_absent(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    read_class(world, request, &class_index);
    if (store_exists(world, class_index, request))
        service_fail(world, slot, METRICS_NOT_FOUND);
    else
        service_absent(world, slot);
}

void read_chain_ends(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    const DataClass *class = read_class(world, request, &class_index);
    if (request->cut_short && !class->absent_if_unsure) {
        service_fail(world, slot, (MetricsFailure)request->failure);
        return;
    }
    if (!request->cut_short && class->negatives != NULL)
        read_negative_learn(world, class_index, request);
    read_say_absent(world, slot);
}
