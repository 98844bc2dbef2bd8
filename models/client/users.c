/*
 * users.c: who sends requests: cohorts, their resolvers, retries and demand.
 */
#include "models/fields.h"
#include "models/intent.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField users_fields[] = {
    MODEL_FIELD("count", COUNT, PLAN_REQUIRED, NULL, NULL, 1, INT64_C(1000000000000),
                "How many users; only those who act take memory.", NULL),
    MODEL_FIELD("home", WEIGHTS, 0, "region", NULL, 0, 0,
                "Share of users whose home is each region, by hash of the user; \"hash\" (the "
                "default) is equal shares.",
                "Li Yunhua, ch. 28: hash of the phone number to a centre"),
    MODEL_FIELD(
        "access", WEIGHTS, 0, "region", NULL, 0, 0,
        "Share of users who live near each region and enter there; equal shares by default.",
        "chosen"),
    MODEL_FIELD("resolver", PART, 0, "resolver", "dns", 0, 0, "How users find a region.", "chosen"),
    MODEL_FIELD("retry", PART, 0, "retry", NULL, 0, 0,
                "What users' software does after a failure; no retries by default.", NULL),
    MODEL_FIELD("patience", TIME, 0, NULL, "10s", 0, SIM_DAY,
                "After this time since the first attempt nobody tries again.", "chosen"),
    MODEL_FIELD(
        "network", TIME, 0, NULL, "10ms", 0, SIM_MIN,
        "Round trip between a user and the region nearby; to another region the link comes on top.",
        "chosen"),
    MODEL_FIELD("connection", PART, 0, "connection", NULL, 0, 0,
                "A connection that each user keeps open; none by default.", NULL),
    MODEL_FIELD("returns", RATIO, 0, NULL, "0%", 0, 1000000000,
                "Share of users who come back with the same request after it has failed for good; "
                "the others give up.",
                "chosen"),
    MODEL_FIELD("return_after", DIST, 0, NULL, "1min", 0, 0, "How long after.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_users = {
    "users",
    "component",
    true,
    "A cohort of users.",
    "Requests of one user are independent: nobody waits for an answer before the next arrival, "
    "but a failed request is retried by the same user.",
    users_fields,
    NULL};

static const PlanField retry_fields[] = {
    MODEL_FIELD("attempts", COUNT, 0, NULL, "3", 1, 100,
                "Attempts per request, the first included.",
                "Beyer et al., Site Reliability Engineering, ch. 21"),
    MODEL_FIELD("budget", RATIO, 0, NULL, "10%", 0, INT64_C(100000000000),
                "Retries allowed, as a share of first attempts, per cohort and service.",
                "Beyer et al., Site Reliability Engineering, ch. 21"),
    MODEL_FIELD("backoff", TIME, 0, NULL, "100ms", 0, SIM_HOUR,
                "The wait before attempt k+1 is uniform in [0, min(cap, backoff * 2^(k-1))].",
                "chosen"),
    MODEL_FIELD("cap", TIME, 0, NULL, "1s", 0, SIM_HOUR, "Longest such wait.", "chosen"),
    MODEL_FIELD("elsewhere", RATIO, 0, NULL, "30%", 0, 1000000000,
                "Chance that a retry goes to another region.", "chosen"),
    MODEL_FIELDS_END,
};
static const PlanPresetValue sdk_values[] = {
    {"budget", "100%", "chosen: one client does not know how many others try again"},
    {"elsewhere", "100%", "Li Yunhua, ch. 28-30: the client's software tries another server"},
    MODEL_VALUES_END,
};
static const PlanPreset retry_presets[] = {
    {"sdk", "A client's software that turns to another region after a failure.", sdk_values,
     "Lists of servers and their order; connections that are pooled."},
    MODEL_PRESETS_END,
};
const PlanKind kind_retry = {
    "retry", "retry",      false,        "Retries with full jitter and a budget.",
    NULL,    retry_fields, retry_presets};

static const PlanOption shape_options[] = {
    {"flat", "At random (Poisson), at the same mean rate all day.", NULL},
    {"diurnal", "At random, more of them by day than by night.", NULL},
    {"even",
     "One after the other at equal distances, like a load generator; several such services "
     "take turns.",
     NULL},
    MODEL_OPTIONS_END,
};
static const PlanField demand_fields[] = {
    MODEL_FIELD("users", REF, PLAN_REQUIRED | PLAN_INTERNAL, "users", NULL, 0, 0, "Who.", NULL),
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_INTERNAL, "service", NULL, 0, 0, "What.",
                NULL),
    MODEL_FIELD("rate", RATE, PLAN_REQUIRED | PLAN_INTERNAL, NULL, NULL, 0,
                INT64_C(1000000000000000), "Mean rate of new requests.", NULL),
    {"shape", PLAN_TYPE_WORD, PLAN_INTERNAL, "flat|diurnal|even", "flat", 0, 0,
     "How requests come; time 0 is midnight.", "chosen", shape_options},
    MODEL_FIELDS_END,
};
const PlanKind kind_demand = {
    "demand", "component",
    true,     "One entry of workload { service = \"10/s\", users = \"cn\", shape = \"diurnal\" }.",
    NULL,     demand_fields,
    NULL};

/* Retries that a cohort may make before it has earned any, and at most; in parts per billion.
 * Chosen: enough for the first failures of a quiet service to be retried. */
#define BUDGET_START (INT64_C(10) * 1000000000)
#define BUDGET_MOST (INT64_C(100) * 1000000000)

/* Key of a user's own record: the cohort in the top bits keeps cohorts apart. */
static uint64_t key_of_user(uint32_t cohort, uint64_t user)
{
    return (uint64_t)cohort << 48 | user;
}

static uint32_t pick_region(const uint64_t *until, uint32_t count, uint64_t hash)
{
    /* Without a branch on the hash: nobody could guess it. */
    uint32_t region = 0;
    for (uint32_t r = 0; r + 1 < count; r++)
        region += hash >= until[r];
    return region;
}

static uint32_t access_by_hash(const World *world, const Cohort *cohort, uint64_t hash)
{
    return pick_region(cohort->access_until, world->region_count, sim_mix64(hash, 2));
}

/* The region that every hash picks, or WORLD_NONE. */
static uint32_t only_region(const uint64_t *until, uint32_t count)
{
    uint32_t region = 0;
    while (region + 1 < count && until[region] == 0)
        region++;
    return region + 1 == count || until[region] == UINT64_MAX ? region : WORLD_NONE;
}

uint32_t users_access(const World *world, uint32_t cohort, uint64_t user)
{
    const Cohort *c = &world->cohorts[cohort];
    if (c->only_access != WORLD_NONE)
        return c->only_access;
    return access_by_hash(world, c, sim_mix64(user, c->salt));
}

/* ---- which region a user reaches --------------------------------------------------------- */

static inline uint32_t route_of(const World *world, const Cohort *cohort, const Request *request)
{
    const Region *nearby = &world->regions[request->access];
    if (nearby->route == nearby->route_before && !cohort->by_home)
        return nearby->route;
    return resolver_region(world, cohort, request);
}

static uint32_t another_region(const World *world, SimRng *rng, uint32_t not_this)
{
    uint32_t other = (uint32_t)sim_rng_below(rng, world->region_count - 1);
    return other < not_this ? other : other + 1;
}

/* ---- at one instant ---------------------------------------------------------------------- */

/* A user gives up after all others have stopped waiting: what a service does about a time-out of
 * its own that falls on the deadline still counts. */
static void deadline_at(World *world, uint32_t service, SimTime at)
{
    sim_engine_at_word(world->engine, at,
                       sim_event_word(SIM_PHASE_TIMER, WORLD_GIVE_UP, service) | SIM_EVENT_LAST, 0);
}

/* A user comes after all work of the instant is done: a thread that is free by then is free. */
static void user_at(World *world, SimTime at, WorldEvent kind, uint32_t target, uint64_t arg)
{
    sim_engine_at_word(world->engine, at,
                       sim_event_word(SIM_PHASE_WORK, kind, target) | SIM_EVENT_LAST, arg);
}

/* ---- attempts ---------------------------------------------------------------------------- */

/* The attempt began just now: no deadline of its service is later. */
static inline void due_push(World *world, uint32_t service_index, uint32_t slot)
{
    Service *service = &world->services[service_index];
    Due     *dues = world->dues;
    uint32_t node = node_of_request(world, slot);
    uint32_t last = dues[service_index].before;
    dues[node] = (Due){last, service_index};
    dues[last].after = node;
    dues[service_index].before = node;
    if (G_UNLIKELY(!service->deadline_armed)) {
        service->deadline_armed = true;
        deadline_at(world, service_index, sim_time_add(world_now(world), service->deadline));
    }
}

static inline __attribute__((always_inline)) void attempt_begin(World *world, uint32_t slot)
{
    Request      *request = &world->requests[slot];
    const Cohort *cohort = &world->cohorts[request->cohort];
    request->began = world_now(world);
    request->network = cohort->network;
    if (request->entry != request->access)
        request->network += link_rtt(world, request->access, request->entry);
    if (request->cell != NULL)
        request->cell->attempts++;
    due_push(world, request->service, slot);
    WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " attempt %u enters %s",
                world->services[request->service].name, request->user, request->attempt,
                world->regions[request->entry].name);
    LinkFate reached =
        cohort->resolver == RESOLVER_DNS ? LINK_DELIVERS : resolver_reaches(world, cohort, request);
    if (reached == LINK_REFUSES) {
        users_failed(world, slot, METRICS_UNREACHABLE, false);
        request_free(world, slot);
        return;
    }
    bool up = region_up(world, request->entry);
    if (!up)
        fault_hit_refused(world, world->regions[request->entry].down_by);
    if (!up || reached == LINK_DROPS) {
        request->state = REQUEST_DEAD; /* nobody answers; the deadline will tell */
        request_wait(world, request);
        return;
    }
    service_begin(world, slot);
}

static inline __attribute__((always_inline)) void count_issued(World *world, Request *request)
{
    uint32_t window = metrics_windows_at(world->windows, request->issued);
    request->cell = NULL; /* none after the duration */
    if (window != METRICS_NO_WINDOW) {
        request->cell = metrics_windows_cell(
            world->windows, window,
            world_series(world, request->service, request->access, request->cohort));
        request->cell->issued++;
    }
}

static inline void earn_retries(Cohort *cohort, uint32_t service)
{
    if (cohort->budget_ppb == 0)
        return;
    int64_t *tokens = &cohort->tokens[service];
    *tokens =
        *tokens + cohort->budget_ppb > BUDGET_MOST ? BUDGET_MOST : *tokens + cohort->budget_ppb;
}

static inline __attribute__((always_inline)) uint32_t
request_new(World *world, uint32_t service, uint32_t cohort_index, uint64_t user)
{
    Cohort  *cohort = &world->cohorts[cohort_index];
    uint32_t slot = request_take(world);
    if (slot == WORLD_NONE)
        return WORLD_NONE;
    Request *request = &world->requests[slot];
    SimTime  now = world_now(world);
    uint32_t home = cohort->only_home;
    uint32_t access = cohort->only_access;
    if (home == WORLD_NONE || access == WORLD_NONE) {
        uint64_t hash = sim_mix64(user, cohort->salt);
        if (home == WORLD_NONE)
            home = pick_region(cohort->home_until, world->region_count, hash);
        if (access == WORLD_NONE)
            access = access_by_hash(world, cohort, hash);
    }
    request->user = user;
    request->key = key_of_user(cohort_index, user);
    request->spread = sim_mix64(request->key, 7);
    request->issued = now;
    request->service = (uint16_t)service;
    request->cohort = (uint16_t)cohort_index;
    request->home = (uint8_t)home;
    request->access = (uint8_t)access;
    request->attempt = 1;
    request->entry = (uint8_t)route_of(world, cohort, request);
    count_issued(world, request);
    earn_retries(cohort, service);
    return slot;
}

static inline __attribute__((always_inline)) void request_begin(World *world, uint32_t service,
                                                                uint32_t cohort_index,
                                                                uint64_t user, bool elsewhere,
                                                                SimRng *rng)
{
    uint32_t slot = request_new(world, service, cohort_index, user);
    if (slot == WORLD_NONE)
        return;
    Request *request = &world->requests[slot];
    if (elsewhere && world->region_count > 1)
        request->entry = (uint8_t)another_region(world, rng, request->entry);
    attempt_begin(world, slot);
}

static SimTime latency_of(const World *world, const Request *request)
{
    return world_now(world) - request->issued + request->network;
}

static inline MetricsQuality quality_of(const Request *request)
{
    bool ordinary = !request->refused && !request->absent && !request->degraded &&
                    !request->provisional && !request->regenerated && !request->stale &&
                    !request->remote && request->attempt == 1;
    if (G_LIKELY(ordinary))
        return METRICS_FRESH;
    if (request->refused || request->absent)
        return METRICS_REFUSED_OK;
    if (request->provisional)
        return METRICS_PROVISIONAL;
    if (request->degraded)
        return METRICS_DEGRADED;
    if (request->regenerated)
        return METRICS_REGENERATED;
    if (request->stale)
        return METRICS_STALE;
    return request->attempt > 1 ? METRICS_RETRIED : METRICS_REMOTE;
}

/* What comes after an answer: the next step of a journey, and whoever waited for it. */
static void served_at_last(World *world, uint32_t slot)
{
    const Request *request = &world->requests[slot];
    Service       *service = &world->services[request->service];
    if (service->follow != WORLD_NONE && !request->refused && !request->absent &&
        request->user < USERS_UNKNOWN && sim_rng_chance(&service->rng, service->follow_share)) {
        SimTime at =
            sim_time_add(world_now(world), sim_dist_draw(service->follow_after, &service->rng));
        if (at < world->duration)
            user_at(world, at, WORLD_FOLLOW,
                    (uint32_t)request->service | (uint32_t)request->cohort << 7, request->user);
    }
    if (request->called)
        call_served(world, slot);
    if (request->connects)
        connections_made(world, request);
}

void users_served(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    Service *service = &world->services[request->service];
    SimTime  now = world_now(world);
    if (now - request->began + request->network > service->deadline) {
        users_failed(world, slot, METRICS_TIMEOUT, true);
        return;
    }
    /* A request that was answered with "taken" after its own earlier attempt got through acks that
     * earlier write: take_answer put it into the list. */
    for (uint32_t w = 0; w < request->write_count; w++)
        ledger_acked(world->ledger, request->writes[w], now);
    if (G_UNLIKELY(request->provisional))
        intent_told(world, request, INTENT_TOLD_OK);
    WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " is served%s%s%s%s%s%s%s",
                service->name, request->user,
                request->absent    ? ": no such record"
                : request->refused ? ": taken"
                                   : "",
                request->provisional ? ", provisionally" : "",
                request->degraded ? ", degraded" : "", request->regenerated ? ", made anew" : "",
                request->stale ? ", stale" : "", request->remote ? ", remotely" : "",
                request->attempt > 1 ? ", retried" : "");
    MetricsQuality quality = quality_of(request);
    if (request->cell != NULL) {
        SimTime latency = latency_of(world, request);
        metrics_cell_served(request->cell, quality, latency);
        metrics_histogram_add(&service->latency[request->access], latency);
    }
    if (service->tells)
        served_at_last(world, slot);
}

static void follow(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t target = sim_event_target(event);
    Service *service = &world->services[target & 127];
    bool     elsewhere = sim_rng_chance(&service->rng, service->follow_elsewhere);
    request_begin(world, service->follow, target >> 7, event->arg, elsewhere, &service->rng);
}

uint32_t users_ask_inside(World *world, uint32_t slot, uint32_t service)
{
    uint32_t new_slot = request_take(world);
    if (new_slot == WORLD_NONE)
        return WORLD_NONE;
    const Request *old = &world->requests[slot];
    Request       *request = &world->requests[new_slot];
    request->user = old->user;
    request->key = old->key;
    request->spread = old->spread;
    request->issued = world_now(world);
    request->service = (uint16_t)service;
    request->cohort = old->cohort;
    request->home = old->home;
    request->access = old->access;
    request->entry = old->entry;
    request->attempt = 1;
    count_issued(world, request);
    return new_slot;
}

uint32_t users_also_ask(World *world, uint32_t slot, uint32_t service)
{
    uint32_t other = users_ask_inside(world, slot, service);
    if (other != WORLD_NONE)
        earn_retries(&world->cohorts[world->requests[other].cohort], service);
    return other;
}

uint32_t users_region(const World *world, uint32_t cohort_index, uint64_t user)
{
    const Cohort *cohort = &world->cohorts[cohort_index];
    uint64_t      hash = sim_mix64(user, cohort->salt);
    Request       asks = {.user = user};
    asks.home = (uint8_t)(cohort->only_home != WORLD_NONE
                              ? cohort->only_home
                              : pick_region(cohort->home_until, world->region_count, hash));
    asks.access = (uint8_t)users_access(world, cohort_index, user);
    return route_of(world, cohort, &asks);
}

void users_connect(World *world, uint32_t service, uint32_t cohort, uint64_t user)
{
    uint32_t slot = request_new(world, service, cohort, user);
    if (slot == WORLD_NONE)
        return;
    world->requests[slot].connects = true;
    attempt_begin(world, slot);
}

void users_attempt(World *world, uint32_t slot)
{
    attempt_begin(world, slot);
}

void users_attempt_inside(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->inside = true;
    request->began = world_now(world);
    request->network = 0;
    if (request->cell != NULL)
        request->cell->attempts++;
    due_push(world, request->service, slot);
    WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " is called in %s",
                world->services[request->service].name, request->user,
                world->regions[request->entry].name);
    service_begin(world, slot);
}

void users_moved(World *world, uint32_t from, uint32_t to)
{
    Due     *dues = world->dues;
    uint32_t old = node_of_request(world, from);
    uint32_t new_node = node_of_request(world, to);
    if (dues[old].after == old)
        return;
    dues[new_node] = dues[old];
    dues[dues[old].before].after = new_node;
    dues[dues[old].after].before = new_node;
    dues[old] = (Due){old, old};
}

/* Whether the user's software tries again; if so a new attempt waits for its backoff. */
static bool retry(World *world, uint32_t from)
{
    const Request *failed = &world->requests[from];
    Cohort        *cohort = &world->cohorts[failed->cohort];
    int64_t       *tokens = &cohort->tokens[failed->service];
    if (failed->inside || failed->connects || failed->attempt >= cohort->attempts ||
        *tokens < 1000000000 || world_now(world) - failed->issued >= cohort->patience)
        return false;
    Request  copy = *failed;
    uint32_t slot = request_take(world);
    if (slot == WORLD_NONE)
        return false;
    *tokens -= 1000000000;
    Request *request = &world->requests[slot];
    request->user = copy.user;
    request->key = copy.key;
    request->spread = copy.spread;
    request->issued = copy.issued;
    request->cell = copy.cell;
    request->service = copy.service;
    request->cohort = copy.cohort;
    request->access = copy.access;
    request->home = copy.home;
    request->entry = copy.entry; /* the region that failed, until the retry is made */
    request->attempt = (uint8_t)(copy.attempt + 1);
    request->state = REQUEST_DEAD;
    if (copy.called)
        call_moved(world, from, slot);
    SimTime wait = again_backoff(&cohort->rng, cohort->backoff, cohort->backoff_cap, copy.attempt);
    user_at(world, sim_time_add(world_now(world), wait), WORLD_RETRY, 0,
            request_arg(slot, request_wait(world, request)));
    return true;
}

static void retry_begins(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    SIM_ASSERT(request != NULL);
    Cohort  *cohort = &world->cohorts[request->cohort];
    uint32_t failed_at = request->entry;
    request->entry = (uint8_t)route_of(world, cohort, request);
    if (world->region_count > 1 && sim_rng_chance(&cohort->rng, cohort->elsewhere))
        request->entry = (uint8_t)another_region(world, &cohort->rng, failed_at);
    attempt_begin(world, request_slot(event->arg));
}

/* Some who have failed for good ask for the same again after a while; who gives up is gone. */
static void come_back_later(World *world, const Request *request)
{
    const Cohort *cohort = &world->cohorts[request->cohort];
    if (!sim_rng_chance(cohort->returning, cohort->returns))
        return;
    SimTime at =
        sim_time_add(world_now(world), sim_dist_draw(cohort->return_after, cohort->returning));
    if (at < world->duration)
        sim_engine_at(world->engine, at, SIM_PHASE_WORK, WORLD_RETURN,
                      (uint32_t)request->service | (uint32_t)request->cohort << 7, request->user);
}

static void come_back(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t target = sim_event_target(event);
    request_begin(world, target & 127, target >> 7, event->arg, false, NULL);
}

/* `unknown`: the user stopped waiting and cannot tell whether it was done. */
void users_failed(World *world, uint32_t slot, MetricsFailure failure, bool unknown)
{
    Request *request = &world->requests[slot];
    WORLD_TRACE(
        world, unknown ? "timer" : "work", "%s: user %" G_GUINT64_FORMAT " attempt %u fails: %s",
        world->services[request->service].name, request->user, request->attempt,
        ((const char *const[]){"no answer in time", "unreachable", "overload", "owner out of reach",
                               "not found", "fenced", "the record has changed"})[failure]);
    request->gave_up = true;
    for (uint32_t w = 0; w < request->write_count; w++) {
        if (unknown)
            ledger_unknown(world->ledger, request->writes[w]);
        else
            ledger_refused(world->ledger, request->writes[w]);
    }
    if (request->provisional)
        intent_told(world, request, unknown ? INTENT_TOLD_UNKNOWN : INTENT_TOLD_NO);
    request->told = request->write_count;
    if (retry(world, slot))
        return;
    request = &world->requests[slot];
    if (request->called)
        call_failed(world, slot, failure);
    else if (request->connects)
        connections_failed(world, request);
    else if (world->cohorts[request->cohort].returning != NULL && !request->inside)
        come_back_later(world, request);
    if (request->cell == NULL)
        return;
    request->cell->failed[failure]++;
    const Service *service = &world->services[request->service];
    if (service->core)
        world_harm(world, request, HARM_FAILED_CORE, request->service);
    if (service->creates)
        world_harm(world, request, HARM_REJECTED, request->service);
}

/* Why there was no answer in time: what the request was waiting for at its deadline. */
static MetricsFailure late_because(const World *world, const Request *request)
{
    if (request->state == REQUEST_DEAD && !region_up(world, request->entry))
        return METRICS_UNREACHABLE;
    /* A write that waits in its own region waits for copies, not for its owner: see service.c. */
    bool at_owner = request->state == REQUEST_WAITING &&
                    request->op >= world->services[request->service].read_count &&
                    request->failure == METRICS_OWNER;
    return at_owner ? METRICS_OWNER : METRICS_TIMEOUT;
}

/* The node will soon be looked at. One of a service does no harm. */
static inline void request_expect(const World *world, uint32_t node)
{
    const char *request = (const char *)&world->requests[node - node_of_request(world, 0)];
    for (size_t line = 0; line < sizeof(Request); line += SIM_CACHE_LINE)
        __builtin_prefetch(request + line);
}

static void give_up(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    SimTime  now = world_now(world);
    for (;;) {
        Service *service = &world->services[index];
        uint32_t node = world->dues[index].after;
        if (node == index) {
            service->deadline_armed = false;
            return;
        }
        uint32_t slot = node - node_of_request(world, 0);
        Request *request = &world->requests[slot];
        SimTime  due = sim_time_add(request->began, service->deadline);
        if (due > now) {
            request_expect(world, world->dues[node].after);
            deadline_at(world, index, due);
            return;
        }
        due_remove(world, node);
        if (!request->gave_up) {
            users_failed(world, slot, late_because(world, request), true);
            service_gave_up(world, slot);
        }
    }
}

/* ---- demand ------------------------------------------------------------------------------ */

/* Whether nothing but gaps is drawn from the demand's stream, so that one may be drawn before it is
 * needed. */
static inline bool gaps_only(const Demand *demand)
{
    return !demand->even && !demand->diurnal;
}

/* A gap that is known at once lets the processor find out early where in the agenda the next
 * arrival belongs, which it cannot guess. (measured) */
static inline void gap_ahead(Demand *demand)
{
    demand->ahead = demand->rng;
    demand->next_gap = sim_draw_exponential(&demand->ahead, demand->gap);
}

static inline void arrival_at(World *world, uint32_t index, SimTime gap)
{
    SimTime at = sim_time_add(world_now(world), gap);
    if (at < world->duration)
        user_at(world, at, WORLD_ARRIVAL, index, world->demands[index].surge);
}

static inline void next_arrival(World *world, uint32_t index)
{
    Demand *demand = &world->demands[index];
    if (G_LIKELY(gaps_only(demand))) {
        arrival_at(world, index, demand->next_gap);
        demand->rng = demand->ahead;
        gap_ahead(demand);
    } else {
        arrival_at(world, index,
                   demand->even ? demand->gap : sim_draw_exponential(&demand->rng, demand->gap));
    }
}

/* At the start, or after its gap has changed. */
static void first_arrival(World *world, uint32_t index)
{
    Demand *demand = &world->demands[index];
    if (demand->rate == 0)
        return;
    if (gaps_only(demand))
        gap_ahead(demand);
    next_arrival(world, index);
}

static void arrival(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Demand  *demand = &world->demands[index];
    if (event->arg != demand->surge)
        return; /* drawn before the demand changed */
    next_arrival(world, index);
    if (demand->diurnal) {
        /* Drawn at the rate of the busiest hour; the other hours take their share. */
        int64_t  load = world->diurnal[(world_now(world) / SIM_HOUR) % 24];
        uint64_t most = (uint64_t)world->diurnal_peak;
        if (sim_rng_below(&demand->rng, most) >= (uint64_t)load)
            return;
    }
    Cohort        *cohort = &world->cohorts[demand->cohort];
    const Service *service = &world->services[demand->service];
    uint64_t       user_number = service->creates ? cohort->count + cohort->newcomers++
                                                  : sim_rng_below(&demand->pick, cohort->count);
    if (demand->mistaken && sim_rng_chance(&demand->unknown, service->unknown))
        user_number = USERS_UNKNOWN + sim_rng_below(&demand->unknown, service->unknown_names);
    if (service->hot)
        user_number = fault_hot_user(world, demand->service, user_number);
    if (service->surge > 1 && sim_rng_below(&demand->pick, service->surge) > 0)
        for (uint32_t f = 0; f < world->fault_count; f++)
            if (world->faults[f].in_force && g_str_equal(world->faults[f].kind, "surge") &&
                g_str_equal(world->faults[f].target, service->name))
                fault_hit_delayed(world, f);
    request_begin(world, demand->service, demand->cohort, user_number, false, &demand->rng);
}

void users_surge_changed(World *world, uint32_t service)
{
    for (uint32_t d = 0; d < world->demand_count; d++) {
        if (world->demands[d].service != service)
            continue;
        world->demands[d].surge++;
        SimTime gap = world->demands[d].mean_gap / world->services[service].surge;
        world->demands[d].gap = gap > 0 ? gap : 1;
        first_arrival(world, d);
    }
}

void users_start(World *world)
{
    for (uint32_t d = 0; d < world->demand_count; d++) {
        const Demand *demand = &world->demands[d];
        if (!demand->even || demand->rate == 0) {
            first_arrival(world, d);
            continue;
        }
        SimTime turn = demand->gap / world->demand_count * (d + 1);
        if (turn < world->duration)
            user_at(world, turn, WORLD_ARRIVAL, d, 0);
    }
}

/* ---- building ---------------------------------------------------------------------------- */

/* Cumulative thresholds on a 64-bit hash; the last is never compared. */
static uint64_t *thresholds(World *world, const PlanValue *weights)
{
    uint32_t      n = world->region_count;
    uint64_t     *until = sim_arena_array(world->arena, uint64_t, n);
    uint32_t      count;
    const PlanId *regions = plan_of_kind(world->plan, "region", &count);
    int64_t       sum = 0;
    for (uint32_t r = 0; r < n; r++) {
        int64_t weight = 0;
        if (weights->count == 0)
            weight = 1000000000 / n;
        for (uint32_t i = 0; i < weights->count; i++)
            if (weights->ids[i] == regions[r])
                weight = weights->weights[i];
        sum += weight;
        /* Regions at the end that nobody lives in must not catch the rounding. */
        until[r] = sum >= 1000000000 ? UINT64_MAX : sim_chance_from_ppb(sum);
    }
    return until;
}

static void cohort_build(World *world, Cohort *cohort, const PlanItem *item)
{
    const PlanValue *resolver = plan_value(item, USERS_RESOLVER);
    const PlanValue *retries = plan_value(item, USERS_RETRY);
    *cohort = (Cohort){
        .name = item->name,
        .item = item->id,
        .count = (uint64_t)plan_number(item, USERS_COUNT),
        .home_until = thresholds(world, plan_value(item, USERS_HOME)),
        .access_until = thresholds(world, plan_value(item, USERS_ACCESS)),
        .network = plan_number(item, USERS_NETWORK),
        .patience = plan_number(item, USERS_PATIENCE),
        .attempts = 1,
        .ttl = 60 * SIM_S,
        .ignore = sim_chance_from_ppb(50000000),
    };
    cohort->only_home = only_region(cohort->home_until, world->region_count);
    cohort->only_access = only_region(cohort->access_until, world->region_count);
    if (resolver->count > 0)
        resolver_build(world, cohort, plan_item(world->plan, resolver->ids[0]));
    if (retries->count > 0) {
        const PlanItem *part = plan_item(world->plan, retries->ids[0]);
        cohort->attempts = (uint32_t)plan_number(part, RETRY_ATTEMPTS);
        cohort->budget_ppb = plan_number(part, RETRY_BUDGET);
        cohort->backoff = plan_number(part, RETRY_BACKOFF);
        cohort->backoff_cap = plan_number(part, RETRY_CAP);
        cohort->elsewhere = sim_chance_from_ppb(plan_number(part, RETRY_ELSEWHERE));
    }
    cohort->tokens = sim_arena_array(world->arena, int64_t, world->service_count + 1);
    for (uint32_t s = 0; s < world->service_count; s++)
        cohort->tokens[s] = retries->count > 0 ? BUDGET_START : 0;
    cohort->connections = connections_build(world, item);
    cohort->returns = sim_chance_from_ppb(plan_number(item, USERS_RETURNS));
    cohort->return_after = plan_value(item, USERS_RETURN_AFTER)->dist;
    if (cohort->returns != 0) {
        cohort->returning = sim_arena_array(world->arena, SimRng, 1);
        world_rng(world, cohort->returning, item->name, "returns");
    }
    world_rng(world, &cohort->rng, item->name, "users");
    cohort->salt = sim_rng_next(&cohort->rng);
}

static void demand_build(World *world, Demand *demand, const PlanItem *item)
{
    *demand = (Demand){
        .rate = plan_number(item, DEMAND_RATE),
        .diurnal = plan_number(item, DEMAND_SHAPE) == 1,
        .even = plan_number(item, DEMAND_SHAPE) == 2,
    };
    demand->cohort = world_index(world, "users", plan_value(item, DEMAND_USERS)->ids[0]);
    demand->service = world_index(world, "service", plan_value(item, DEMAND_SERVICE)->ids[0]);
    if (demand->rate > 0) {
        demand->mean_gap = SIM_S * SIM_S / demand->rate;
        if (demand->diurnal)
            demand->mean_gap = sim_time_scale(demand->mean_gap, 1000000, world->diurnal_peak);
        if (demand->mean_gap == 0)
            demand->mean_gap = 1;
        demand->gap = demand->mean_gap;
    }
    world_rng(world, &demand->rng, item->name, "arrivals");
    world_rng(world, &demand->pick, item->name, "who");
    if (world->services[demand->service].unknown != 0) {
        demand->mistaken = true;
        world_rng(world, &demand->unknown, item->name, "unknown");
    }
}

void users_build(World *world)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(world->plan, "users", &count);
    world->cohort_count = count;
    world->cohorts = sim_arena_lines(world->arena, Cohort, count + 1);
    for (uint32_t c = 0; c < count; c++)
        cohort_build(world, &world->cohorts[c], plan_item(world->plan, ids[c]));
    ids = plan_of_kind(world->plan, "demand", &count);
    world->demand_count = count;
    world->demands = sim_arena_lines(world->arena, Demand, count + 1);
    for (uint32_t d = 0; d < count; d++)
        demand_build(world, &world->demands[d], plan_item(world->plan, ids[d]));
    sim_engine_handle(world->engine, WORLD_ARRIVAL, "arrival", arrival);
    sim_engine_handle(world->engine, WORLD_RETRY, "retry", retry_begins);
    sim_engine_handle(world->engine, WORLD_RETURN, "return", come_back);
    connections_handle(world);
    sim_engine_handle(world->engine, WORLD_FOLLOW, "follow", follow);
    sim_engine_handle(world->engine, WORLD_GIVE_UP, "give-up", give_up);
}
