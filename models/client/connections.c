/*
 * connections.c: users who keep a connection to their region, and set it up anew when it breaks.
 *
 * A region that loses power breaks all connections of the users who are routed to it, at one
 * instant. Each notices after the same time, waits for a jitter of its own, and asks for the
 * service that sets connections up, wherever names then lead. Who fails tries again after a backoff
 * with full jitter, and never stops.
 *
 *   connected --region dark--> broken --notice + jitter--> set-up --served--> connected
 *                                          ^                  |
 *                                          +---- backoff -----+ failed
 *
 * A set-up is a request of its service in the books, and costs that service's work: without jitter
 * all users come within a moment.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField connection_fields[] = {
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0,
                "What a set-up is a request to.", NULL),
    MODEL_FIELD("notice", TIME, 0, NULL, "1s", 0, SIM_HOUR,
                "From the break until users know of it.", "chosen"),
    MODEL_FIELD("jitter", TIME, 0, NULL, "0s", 0, SIM_HOUR,
                "Each user then waits a time of its own before the first set-up, uniform up to "
                "this.",
                "chosen"),
    MODEL_FIELD("backoff", TIME, 0, NULL, "1s", SIM_MS, SIM_HOUR,
                "The wait after the k-th failed set-up is uniform in [0, min(cap, backoff * "
                "2^(k-1))].",
                "chosen"),
    MODEL_FIELD("cap", TIME, 0, NULL, "1min", SIM_MS, SIM_HOUR, "Longest such wait.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_connection = {
    "connection",
    "connection",
    false,
    "A connection that every user keeps open, and sets up anew when its region loses power.",
    "Other requests of a user do not wait for it. It stays where it is when names change while its "
    "region has power, and a line that is cut does not break it.",
    connection_fields,
    NULL};

struct Connections {
    uint32_t service;
    SimTime  notice, jitter, backoff, cap;
    uint8_t *failed; /* [user]: 0: connected; otherwise 1 + set-ups that failed, at most 255 */
    int64_t  broken, made;
    SimRng   rng;
};

Connections *connections_build(World *world, const PlanItem *users)
{
    const PlanValue *part = plan_value(users, USERS_CONNECTION);
    if (part->count == 0)
        return NULL;
    const PlanItem *item = plan_item(world->plan, part->ids[0]);
    Connections    *all = sim_arena_array(world->arena, Connections, 1);
    *all = (Connections){
        .service = world_index(world, "service", plan_value(item, CONNECTION_SERVICE)->ids[0]),
        .notice = plan_number(item, CONNECTION_NOTICE),
        .jitter = plan_number(item, CONNECTION_JITTER),
        .backoff = plan_number(item, CONNECTION_BACKOFF),
        .cap = plan_number(item, CONNECTION_CAP),
        .failed =
            sim_arena_array(world->arena, uint8_t, (size_t)plan_number(users, USERS_COUNT) + 1),
    };
    world_rng(world, &all->rng, users->name, "connections");
    world->services[all->service].tells = true;
    return all;
}

static void set_up_later(World *world, uint32_t cohort, uint64_t user, SimTime wait)
{
    sim_engine_at(world->engine, sim_time_add(world_now(world), wait), SIM_PHASE_WORK,
                  WORLD_CONNECT, cohort, user);
}

void connections_break(World *world, uint32_t region)
{
    for (uint32_t c = 0; c < world->cohort_count; c++) {
        Connections *all = world->cohorts[c].connections;
        for (uint64_t user = 0; all != NULL && user < world->cohorts[c].count; user++) {
            if (all->failed[user] > 0 || users_region(world, c, user) != region)
                continue;
            all->failed[user] = 1;
            all->broken++;
            uint64_t jitter = sim_rng_below(&all->rng, (uint64_t)all->jitter + 1);
            set_up_later(world, c, user, all->notice + (SimTime)jitter);
        }
    }
}

static void set_up(void *user, const SimEvent *event)
{
    World *world = user;
    users_connect(world, world->cohorts[sim_event_target(event)].connections->service,
                  sim_event_target(event), event->arg);
}

void connections_made(World *world, const Request *request)
{
    Connections *all = world->cohorts[request->cohort].connections;
    all->failed[request->user] = 0;
    all->made++;
}

void connections_failed(World *world, const Request *request)
{
    Connections *all = world->cohorts[request->cohort].connections;
    uint8_t     *failed = &all->failed[request->user];
    set_up_later(world, request->cohort, request->user,
                 again_backoff(&all->rng, all->backoff, all->cap, *failed));
    if (*failed < UINT8_MAX)
        (*failed)++;
}

int64_t connections_broken(const Connections *all)
{
    return all->broken;
}

int64_t connections_set_up(const Connections *all)
{
    return all->made;
}

void connections_handle(World *world)
{
    sim_engine_handle(world->engine, WORLD_CONNECT, "connect", set_up);
}
