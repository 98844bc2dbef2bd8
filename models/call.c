/*
 * call.c: requests that other requests wait for.
 *
 * A user whose session is not found is sent away to log in. That is a request like any other: it
 * finds threads or a queue, it is tried again, it may fail; the books count it with its service.
 * The request that was in need of it waits without a thread, its deadline goes on, and it comes
 * back when the user has been served:
 *
 *   request --record missing--> AWAY ----------------------------> comes back: reads again
 *                                 \--> request to the other service --/
 *
 * A service that needs another of its region calls it, and its thread waits: that, too, is a
 * request of the service that is called, whose deadline is the caller's time-out.
 *
 * Whoever stops waiting is simply not there any more when the other request ends (its token has
 * changed); that one goes on.
 */
#include "models/world.h"

struct Calls {
    uint64_t *waiting; /* [slot of the request that is waited for]: request_arg of who waits */
    uint32_t  room;
};

/* `caller` waits for `called`. */
static void wait_for(World *world, uint32_t caller, uint32_t called)
{
    Calls *calls = world->calls;
    if (called >= calls->room) {
        calls->room = world->request_room;
        calls->waiting = g_renew(uint64_t, calls->waiting, calls->room);
    }
    Request *request = &world->requests[caller];
    calls->waiting[called] = request_arg(caller, request_wait(world, request));
    world->requests[called].called = true;
}

void call_by_user(World *world, uint32_t slot, uint32_t service)
{
    uint32_t called = users_also_ask(world, slot, service);
    if (called == WORLD_NONE)
        return;
    WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " is sent to %s",
                world->services[world->requests[slot].service].name, world->requests[slot].user,
                world->services[service].name);
    service_sends_away(world, slot);
    wait_for(world, slot, called);
    users_attempt(world, called);
}

void call_by_service(World *world, uint32_t slot, uint32_t service)
{
    uint32_t called = users_ask_inside(world, slot, service);
    if (called == WORLD_NONE)
        return;
    Request *request = &world->requests[slot];
    request->state = REQUEST_WAITING;
    request->awaited = 0;
    request->failure = METRICS_TIMEOUT;
    wait_for(world, slot, called);
    users_attempt_inside(world, called);
}

void call_moved(World *world, uint32_t from, uint32_t to)
{
    Calls   *calls = world->calls;
    uint64_t waiting = calls->waiting[from];
    if (to >= calls->room) {
        calls->room = world->request_room;
        calls->waiting = g_renew(uint64_t, calls->waiting, calls->room);
    }
    calls->waiting[to] = waiting;
    world->requests[from].called = false;
    world->requests[to].called = true;
}

/* Tells whoever waits, by an event of its own: services may call each other in a long row. */
static void tell(World *world, uint32_t slot, uint32_t answer)
{
    world->requests[slot].called = false;
    sim_engine_at(world->engine, world_now(world), SIM_PHASE_WORK, WORLD_CALL_ENDED, answer,
                  world->calls->waiting[slot]);
}

void call_served(World *world, uint32_t slot)
{
    tell(world, slot, 0);
}

void call_failed(World *world, uint32_t slot, MetricsFailure failure)
{
    tell(world, slot, 1 + (uint32_t)failure);
}

static void call_ended(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t slot = request_slot(event->arg);
    Request *request = request_awake(world, event->arg);
    uint32_t answer = sim_event_target(event);
    if (request == NULL)
        return;
    if (request->state == REQUEST_WAITING) {
        service_called(world, slot, answer == 0, (MetricsFailure)(answer - 1));
        return;
    }
    SIM_ASSERT(request->state == REQUEST_AWAY);
    if (answer > 0) {
        users_failed(world, slot, (MetricsFailure)(answer - 1), false);
        request_free(world, slot);
        return;
    }
    request->regenerated = true;
    service_comes_back(world, slot);
}

/* Services that send users away do not take the short way that assumes that work takes time. */
static void note_senders(World *world)
{
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t i = 0; i < world->services[s].read_count; i++) {
            const DataClass *class = &world->classes[world->services[s].reads[i]];
            for (uint32_t k = 0; k < class->step_count; k++)
                if (class->steps[k].by != WORLD_NONE)
                    world->services[s].constant_work = -1;
        }
}

void call_build(World *world)
{
    bool any = false;
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t i = 0; i < world->services[s].call_count; i++) {
            any = true;
            world->services[world->services[s].calls[i]].tells = true;
        }
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t k = 0; k < world->classes[c].step_count; k++) {
            uint32_t by = world->classes[c].steps[k].by;
            if (by == WORLD_NONE)
                continue;
            any = true;
            world->services[by].tells = true;
        }
    sim_engine_handle(world->engine, WORLD_CALL_ENDED, "call-ended", call_ended);
    if (!any)
        return;
    world->calls = g_new0(Calls, 1);
    note_senders(world);
}

void call_free(World *world)
{
    if (world->calls != NULL)
        g_free(world->calls->waiting);
    g_free(world->calls);
}
