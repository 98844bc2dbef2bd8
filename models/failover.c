/*
 * failover.c: the failover controller: probe, decide, fence, promote, re-route.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField failover_fields[] = {
    MODEL_FIELD("detect", PART, 0, "detect", "probe", 0, 0, "How a dead region is noticed.",
                "chosen"),
    MODEL_FIELD("decide", PART, 0, "decide", "automatic", 0, 0, "Who decides to fail over.",
                "chosen"),
    MODEL_FIELD("fence", PART, 0, "fence", NULL, 0, 0,
                "How the old region is kept from accepting writes; without it both sides may.",
                NULL),
    MODEL_FIELD("unreplicated", WORD, 0, "cut|wait", "cut", 0, 0,
                "When changes of the dead region are missing: promote without them, or wait for "
                "its return.",
                "chosen"),
    MODEL_FIELD(
        "seat", REF, 0, "region", NULL, 0, 0,
        "The region the controller runs in; by default an independent site that reaches all.",
        NULL),
    MODEL_FIELD("data", REFS, 0, "data", NULL, 0, 0,
                "Moves only who accepts the writes of these data, as a store's own failover does; "
                "by default the whole region with its users.",
                NULL),
    MODEL_FIELD("voters", REFS, 0, "region", NULL, 0, 0,
                "Regions that watch together: one that reaches a majority of them speaks for all.",
                NULL),
    MODEL_FIELD("quorum", COUNT, 0, NULL, "0", 0, 32,
                "Voters of that majority that must miss a region before it counts as dead; 0: more "
                "than half of all.",
                "chosen"),
    MODEL_FIELD("via", TEXT, 0, NULL, NULL, 0, 0,
                "Name of the links that probes and votes take; otherwise the first by name.", NULL),
    MODEL_FIELD("calm", TIME, 0, NULL, "0s", 0, SIM_DAY,
                "No second failover within this time after one was decided.", "chosen"),
    MODEL_FIELD("push", TIME, 0, NULL, "5s", 0, SIM_DAY,
                "From the decision until routers and resolvers know the new rule.", "chosen"),
    MODEL_FIELD("warmup", TIME, 0, NULL, "0s", 0, SIM_DAY,
                "After a promotion the region works at half speed for this long.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_failover = {
    "failover",
    "component",
    true,
    "The controller that moves a dead region's work to another.",
    "One controller; it does not fail back by itself when a region returns. A region with power "
    "answers probes whatever its services do. A lease runs on true time and ends only while the "
    "controller itself is up.",
    failover_fields,
    NULL};

static const PlanField probe_fields[] = {
    MODEL_FIELD("every", TIME, 0, NULL, "10s", SIM_MS, SIM_DAY, "Interval between probes.",
                "Huawei MAS FAQ: 10 s, 3 failures"),
    MODEL_FIELD("failures", COUNT, 0, NULL, "3", 1, 1000,
                "Failed probes in a row that count as dead.", "Huawei MAS FAQ: 10 s, 3 failures"),
    MODEL_FIELD("timeout", TIME, 0, NULL, "2s", SIM_US, SIM_HOUR,
                "A probe without answer fails after this.", "chosen"),
    MODEL_FIELDS_END,
};
static const PlanPresetValue sentinel_values[] = {
    {"every", "1s", "Redis, sentinel.c: SENTINEL_PING_PERIOD (1 s)"},
    {"failures", "30", "Redis, sentinel.conf: down-after-milliseconds 30000"},
    {"timeout", "1s", "Redis, sentinel.c: SENTINEL_PING_PERIOD (1 s)"},
    MODEL_VALUES_END,
};
static const PlanPresetValue redis_cluster_values[] = {
    {"every", "1s", "chosen: nodes ping each other about once a second"},
    {"failures", "15", "Redis, redis.conf: cluster-node-timeout 15000"},
    {"timeout", "1s", "chosen: as the interval"},
    MODEL_VALUES_END,
};
static const PlanPresetValue orchestrator_values[] = {
    {"every", "5s", "openark/orchestrator, go/config/config.go: InstancePollSeconds (5)"},
    {"failures", "1", "chosen: a dead source whose replicas agree counts at the next poll"},
    {"timeout", "2s", "chosen"},
    MODEL_VALUES_END,
};
static const PlanPresetValue patroni_values[] = {
    {"every", "10s", "Patroni, dynamic configuration: loop_wait (10 s)"},
    {"failures", "1", "Patroni: replicas race for the key as soon as it has expired"},
    {"timeout", "10s", "Patroni, dynamic configuration: retry_timeout (10 s)"},
    MODEL_VALUES_END,
};
static const PlanPresetValue mongodb_values[] = {
    {"every", "2s", "MongoDB manual: heartbeats every 2 s"},
    {"failures", "5", "MongoDB manual: electionTimeoutMillis (10 s), five heartbeats"},
    {"timeout", "2s", "chosen: as the interval"},
    MODEL_VALUES_END,
};
static const PlanPresetValue group_replication_values[] = {
    {"every", "1s", "chosen: finer than what it measures"},
    {"failures", "10",
     "MySQL manual: 5 s until suspicion, group_replication_member_expel_timeout (5 s)"},
    {"timeout", "1s", "chosen: as the interval"},
    MODEL_VALUES_END,
};
static const PlanPresetValue route53_values[] = {
    {"every", "30s", "AWS, Route 53 developer guide: standard health checks every 30 s"},
    {"failures", "3",
     "Google Cloud forum, https://discuss.google.dev/t/dn-failover-handling/454: about 90 s to a "
     "change"},
    {"timeout", "6s", "AWS, Route 53 developer guide: 4 s to connect, 2 s to answer"},
    MODEL_VALUES_END,
};
static const PlanPresetValue route53_fast_values[] = {
    {"every", "10s", "AWS, Route 53 developer guide: fast health checks every 10 s"},
    {"failures", "3", "chosen: as the standard ones"},
    {"timeout", "6s", "AWS, Route 53 developer guide: 4 s to connect, 2 s to answer"},
    MODEL_VALUES_END,
};
static const PlanPresetValue haproxy_values[] = {
    {"every", "2s", "HAProxy, configuration.txt: inter (2 s)"},
    {"failures", "3", "HAProxy, configuration.txt: fall (3)"},
    {"timeout", "2s", "chosen: as the interval"},
    MODEL_VALUES_END,
};
static const PlanPreset probe_presets[] = {
    {"redis-sentinel", "Redis Sentinel: a primary that has not answered for 30 s.", sentinel_values,
     "Which Sentinel leads the failover; failover-timeout and parallel-syncs."},
    {"redis-cluster", "Redis Cluster: a node that has not answered for 15 s.", redis_cluster_values,
     "Gossip; slots; which replica may stand for election."},
    {"orchestrator", "Orchestrator: polls every 5 s.", orchestrator_values,
     "That its replicas agree before a source counts as dead; hooks; limits of lag."},
    {"patroni", "Patroni: the loop that renews the leader key.", patroni_values,
     "Restarts of the primary where it is (primary_start_timeout)."},
    {"mongodb", "MongoDB: an election after 10 s without a primary.", mongodb_values,
     "Priorities, and the time a new primary takes to catch up."},
    {"mysql-group-replication",
     "MySQL group replication: suspected after 5 s, expelled after 10 s.", group_replication_values,
     "A suspected member that comes back within its time has to catch up."},
    {"route53", "Amazon Route 53: standard health checks.", route53_values,
     "Many checkers and the share of them that has to agree."},
    {"route53-fast", "Amazon Route 53: fast health checks.", route53_fast_values, "As route53."},
    {"haproxy", "HAProxy: its own checks of a server.", haproxy_values,
     "Checks after which a server is back (rise); errors of live traffic."},
    MODEL_PRESETS_END,
};
const PlanKind kind_probe = {
    "probe", "detect",     false,        "Active probing from the controller.",
    NULL,    probe_fields, probe_presets};

static const PlanField human_fields[] = {
    MODEL_FIELD("median", TIME, PLAN_POSITIONAL, NULL, "5min", 0, 365 * SIM_DAY,
                "Median time to decide (lognormal).", "Li Yunhua, ch. 30: restore within 5 min"),
    MODEL_FIELD("sigma", RATIO, 0, NULL, "80%", 0, INT64_C(10000000000),
                "Shape of the lognormal: \"80%\" is sigma 0.8.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_human = {"human", "decide",     false, "A person decides.",
                             NULL,    human_fields, NULL};

static const PlanField automatic_fields[] = {
    MODEL_FIELD("delay", TIME, PLAN_POSITIONAL, NULL, "0s", 0, SIM_DAY,
                "Waiting time before acting.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_automatic = {
    "automatic", "decide",         false, "The controller decides by itself.",
    NULL,        automatic_fields, NULL};

static const PlanField lease_fields[] = {
    MODEL_FIELD(
        "ttl", TIME, PLAN_POSITIONAL, NULL, "30s", SIM_MS, SIM_DAY,
        "A region that cannot renew stops accepting writes after this; promotion waits for it.",
        "Patroni, dynamic configuration: ttl (30 s)"),
    MODEL_FIELDS_END,
};
const PlanKind kind_lease = {
    "lease", "fence", false, "Fencing by a lease that must be renewed.", NULL, lease_fields, NULL};

/* How often a waiting stage looks again: chosen, small against every stage's default. One that has
 * waited for long looks less often, or waiting for months would be all that happens. */
#define LOOK_AGAIN (100 * SIM_MS)
#define LOOK_SHARE 6000 /* of the time waited so far: felt after ten minutes */

typedef enum Step {
    STEP_DECIDED,
    STEP_FENCE,
    STEP_PROMOTE,
    STEP_USERS, /* names move while the writes still wait */
    STEP_ROUTED,
    STEP_WARM,
    STEP_LEASE,
} Step;

static void later(World *world, uint32_t failover, SimTime at, Step step, uint32_t region)
{
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_FAILOVER_STAGE, failover,
                  (uint64_t)region << 8 | (uint64_t)step);
}

static void stage_begin(FailoverRun *run, const char *name, SimTime start)
{
    SIM_ASSERT(run->stage_count < G_N_ELEMENTS(run->stages));
    run->stages[run->stage_count++] = (Stage){name, start, -1};
}

static void stage_end(World *world, FailoverRun *run)
{
    run->stages[run->stage_count - 1].end = world_now(world);
}

/* Whether two regions hear each other now. */
static bool connected(const World *world, const Failover *failover, uint32_t a, uint32_t b)
{
    if (!region_up(world, a) || !region_up(world, b))
        return false;
    if (a == b)
        return true;
    uint32_t there = link_path(world, a, b, failover->via);
    uint32_t back = link_path(world, b, a, failover->via);
    return there != WORLD_NONE && link_up(&world->links[there]) && link_up(&world->links[back]);
}

/* Whether the controller can reach a region now. */
static bool reaches(const World *world, const Failover *failover, uint32_t region)
{
    if (failover->asleep)
        return false;
    if (failover->seat == WORLD_NONE)
        return region_up(world, region);
    return connected(world, failover, failover->seat, region);
}

/* Whether too few voters on the seat's side miss the region to call it dead. */
static bool seems_up(const World *world, const Failover *failover, uint32_t region)
{
    if (failover->voters == 0)
        return reaches(world, failover, region);
    if (failover->asleep)
        return false; /* and perhaps nobody ever sat there */
    uint32_t missed = 0;
    for (uint32_t v = 0; v < world->region_count; v++)
        if ((failover->voters & 1u << v) != 0 && connected(world, failover, failover->seat, v) &&
            !connected(world, failover, v, region))
            missed++;
    return missed < failover->quorum;
}

/* The first voter that reaches a majority of them speaks for all. */
static void elect_seat(const World *world, Failover *failover)
{
    uint32_t voters = (uint32_t)__builtin_popcount(failover->voters);
    failover->asleep = true;
    for (uint32_t v = 0; v < world->region_count && failover->asleep; v++) {
        uint32_t reached = 0;
        if ((failover->voters & 1u << v) == 0)
            continue;
        for (uint32_t other = 0; other < world->region_count; other++)
            if ((failover->voters & 1u << other) != 0 && connected(world, failover, v, other))
                reached++;
        if (reached > voters / 2) {
            failover->seat = v;
            failover->asleep = false;
        }
    }
}

/* Whether there is a controller that watches. Without a majority of voters nobody hears a region:
 * its lease runs out. */
static bool awake(const World *world, const Failover *failover)
{
    return failover->voters != 0 || failover->seat == WORLD_NONE ||
           region_up(world, failover->seat);
}

/* ---- stages ------------------------------------------------------------------------------ */

static const DataClass *class_of(const World *world, const Stream *stream)
{
    return &world->classes[world->channels[stream->channel].class_index];
}

/* The region that has received most from the dead one; ties go to the first by name. */
static uint32_t choose_heir(const World *world, const Failover *failover, uint32_t region)
{
    const Roles *roles = failover->roles;
    uint32_t     best = WORLD_NONE;
    uint64_t     most = 0;
    for (uint32_t r = 0; r < world->region_count; r++) {
        bool independent = roles->owner[r] == r || roles->owner[r] == region;
        if (r == region || !reaches(world, failover, r) || !independent)
            continue;
        uint64_t received = 1;
        for (uint32_t s = 0; s < world->stream_count; s++)
            if (world->streams[s].from == region && world->streams[s].to == r &&
                class_of(world, &world->streams[s])->roles == roles)
                received += world->streams[s].received - world->streams[s].lost_with_source;
        if (received > most) {
            most = received;
            best = r;
        }
    }
    return best;
}

static void reroute_users(World *world, uint32_t dead)
{
    for (uint32_t access = 0; access < world->region_count; access++) {
        Region *nearby = &world->regions[access];
        if (nearby->route != dead)
            continue;
        uint32_t best = WORLD_NONE;
        for (uint32_t r = 0; r < world->region_count; r++) {
            if (r == dead || !region_up(world, r))
                continue;
            if (best == WORLD_NONE || link_rtt(world, access, r) < link_rtt(world, access, best))
                best = r;
        }
        if (best == WORLD_NONE)
            continue;
        nearby->route_before = nearby->route;
        nearby->route = best;
        nearby->route_changed = world_now(world);
    }
}

static void cancel(World *world, const Failover *failover, FailoverRun *run, uint32_t region)
{
    stage_end(world, run);
    run->active = false;
    run->decided = false;
    run->failures = 0;
    run->heir = WORLD_NONE;
    run->last_contact = world_now(world);
    failover->roles->fenced &= ~(1u << region);
    world_mark(world, false, "%s answers again: no failover", world->regions[region].name);
}

/* A region that takes a role over has just been in contact, whatever became of it before. */
static void starts_anew(const World *world, const Failover *failover, uint32_t region)
{
    FailoverRun *run = &failover->runs[region];
    if (run->active)
        return; /* it is being watched for the homes it had already */
    run->last_contact = world_now(world);
    run->decided = false;
    run->failures = 0;
    failover->roles->fenced &= ~(1u << region);
}

static void look_again(World *world, uint32_t index, const FailoverRun *run, uint32_t region)
{
    SimTime now = world_now(world);
    SimTime share = (now - run->stages[run->stage_count - 1].start) / LOOK_SHARE;
    later(world, index, now + (share > LOOK_AGAIN ? share : LOOK_AGAIN), STEP_PROMOTE, region);
}

static void promote(World *world, uint32_t index, FailoverRun *run, uint32_t region)
{
    Failover *failover = &world->failovers[index];
    uint64_t  missing, unapplied;
    if (failover->voters != 0 && seems_up(world, failover, region)) {
        cancel(world, failover, run, region); /* it has got its voters back */
        return;
    }
    if (run->heir == WORLD_NONE || !reaches(world, failover, run->heir))
        run->heir = choose_heir(world, failover, region);
    if (run->heir == WORLD_NONE) {
        look_again(world, index, run, region);
        return;
    }
    roles_missing(world, failover->roles, region, run->heir, &missing, &unapplied);
    bool wait = failover->wait_for_unreplicated && missing > 0;
    if (wait && reaches(world, failover, region)) {
        cancel(world, failover, run, region);
        return;
    }
    if (wait && !run->users_moved) {
        /* Who only reads need not wait for the missing changes. */
        run->users_moved = true;
        world_mark(world, true, "%s waits for changes of %s that it does not have",
                   world->regions[run->heir].name, world->regions[region].name);
        later(world, index, sim_time_add(world_now(world), failover->push), STEP_USERS, region);
    }
    if (wait || unapplied > 0) {
        look_again(world, index, run, region);
        return;
    }
    stage_end(world, run);
    stage_begin(run, "re-route", world_now(world));
    WORLD_TRACE(world, "timer", "%s takes over from %s", world->regions[run->heir].name,
                world->regions[region].name);
    world_mark(world, false, "%s takes over from %s", world->regions[run->heir].name,
               world->regions[region].name);
    stream_source_moved(world, failover->roles, region, run->heir);
    later(world, index, sim_time_add(world_now(world), failover->push), STEP_ROUTED, region);
}

static void stage(void *user, const SimEvent *event)
{
    World       *world = user;
    uint32_t     index = sim_event_target(event);
    Failover    *failover = &world->failovers[index];
    uint32_t     region = (uint32_t)(event->arg >> 8);
    FailoverRun *run = &failover->runs[region];
    Roles       *roles = failover->roles;
    SimTime      now = world_now(world);
    Step         step = (Step)(event->arg & 0xff);
    if (step == STEP_LEASE) {
        /* The region could not renew since the last contact: it stops accepting writes. */
        if (run->active && now - run->last_contact < failover->lease) {
            /* It answered meanwhile, and renewed; it may fall silent again before the decision. */
            later(world, index, run->last_contact + failover->lease, STEP_LEASE, region);
        } else if (run->active && (roles->fenced & 1u << region) == 0) {
            roles->fenced |= 1u << region;
            WORLD_TRACE(world, "timer", "%s loses its lease", world->regions[region].name);
            world_mark(world, true, "%s loses its lease", world->regions[region].name);
        }
        return;
    }
    if (!run->active)
        return;
    if (failover->voters != 0)
        elect_seat(world, failover);
    switch (step) {
    case STEP_DECIDED:
        if (seems_up(world, failover, region)) {
            cancel(world, failover, run, region);
            return;
        }
        if (failover->last_at >= 0 && now - failover->last_at < failover->calm) {
            later(world, index, failover->last_at + failover->calm, STEP_DECIDED, region);
            return;
        }
        failover->last_at = now;
        stage_end(world, run);
        run->decided = true;
        stage_begin(run, "fence", now);
        later(world, index,
              failover->lease > 0 && run->last_contact + failover->lease > now
                  ? run->last_contact + failover->lease
                  : now,
              STEP_FENCE, region);
        break;
    case STEP_FENCE:
        stage_end(world, run);
        stage_begin(run, "promote", now);
        promote(world, index, run, region);
        break;
    case STEP_PROMOTE:
        promote(world, index, run, region);
        break;
    case STEP_USERS:
        if (run->users_moved && !failover->scoped) /* else it was meant for an earlier failover */
            reroute_users(world, region);
        break;
    case STEP_ROUTED:
        stage_end(world, run);
        stage_begin(run, "warm-up", now);
        roles_move(world, roles, region, run->heir);
        starts_anew(world, failover, run->heir);
        for (uint32_t r = 0; r < world->region_count; r++)
            if (reaches(world, failover, r))
                roles_teach(world, roles, r);
        if (!failover->scoped)
            reroute_users(world, region);
        world->regions[run->heir].warm_at = sim_time_add(now, failover->warmup);
        later(world, index, sim_time_add(now, failover->warmup), STEP_WARM, region);
        break;
    case STEP_WARM:
        stage_end(world, run);
        run->active = false;
        break;
    case STEP_LEASE:
        break;
    }
}

/* ---- probing ----------------------------------------------------------------------------- */

static void detected(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    SimTime      now = world_now(world);
    stage_end(world, run);
    world_mark(world, true, "%s is declared dead", world->regions[region].name);
    stage_begin(run, "decide", now);
    SimTime wait = sim_dist_draw(failover->decide, &failover->rng);
    later(world, index, sim_time_add(now, wait), STEP_DECIDED, region);
}

static void probe_result(void *user, const SimEvent *event)
{
    World       *world = user;
    uint32_t     index = sim_event_target(event);
    Failover    *failover = &world->failovers[index];
    uint32_t     region = (uint32_t)(event->arg >> 1);
    bool         answered = (event->arg & 1) != 0;
    FailoverRun *run = &failover->runs[region];
    if (!roles_owns(failover->roles, region) || !awake(world, failover))
        return; /* already moved */
    if (answered) {
        run->last_contact = world_now(world);
        if (!run->active)
            run->failures = 0;
        if (run->active && !run->decided && run->failures < failover->failures) {
            run->active = false;
            run->failures = 0;
            run->stage_count = 0;
        }
        if (!run->decided)
            failover->roles->fenced &= ~(1u << region);
        return;
    }
    if (run->failures++ == 0 && !run->active) {
        run->active = true;
        run->stage_count = 0;
        run->heir = WORLD_NONE;
        run->users_moved = false;
        SimTime  since = world_now(world) - failover->timeout;
        uint32_t fault = world->regions[region].down_by;
        if (fault == WORLD_NONE && failover->seat != WORLD_NONE && failover->seat != region) {
            uint32_t path = link_path(world, failover->seat, region, failover->via);
            fault = path == WORLD_NONE ? WORLD_NONE : world->links[path].blame;
        }
        if (fault != WORLD_NONE && world->faults[fault].start < since) {
            /* A fault that comes and goes may be older than the last answer. */
            since = world->faults[fault].start;
            if (since < run->last_contact)
                since = run->last_contact;
        }
        stage_begin(run, "detect", since);
        if (failover->lease > 0)
            later(world, index,
                  run->last_contact + failover->lease > world_now(world)
                      ? run->last_contact + failover->lease
                      : world_now(world),
                  STEP_LEASE, region);
    }
    if (run->failures == failover->failures && run->active)
        detected(world, index, region);
}

/* A probe is one packet there and one back: it can be lost, or come too late. */
static bool answers_in_time(World *world, Failover *failover, uint32_t region)
{
    if (failover->seat == WORLD_NONE || failover->seat == region || failover->voters != 0)
        return true;
    const Link *there = &world->links[link_path(world, failover->seat, region, NULL)];
    const Link *back = &world->links[link_path(world, region, failover->seat, NULL)];
    bool        lost = sim_rng_chance(&failover->rng, there->loss);
    lost |= sim_rng_chance(&failover->rng, back->loss);
    return !lost && link_rtt(world, failover->seat, region) + there->extra + back->extra <=
                        failover->timeout;
}

static void probe(void *user, const SimEvent *event)
{
    World    *world = user;
    uint32_t  index = sim_event_target(event);
    Failover *failover = &world->failovers[index];
    SimTime   now = world_now(world);
    if (failover->voters != 0)
        elect_seat(world, failover);
    if (awake(world, failover))
        for (uint32_t r = 0; r < world->region_count; r++) {
            bool ok = seems_up(world, failover, r) && answers_in_time(world, failover, r);
            if (ok && reaches(world, failover, r))
                roles_teach(world, failover->roles, r);
            if (ok && !failover->runs[r].active) {
                failover->runs[r].last_contact = now;
                failover->runs[r].failures = 0;
            } else {
                sim_engine_at(world->engine, sim_time_add(now, ok ? 0 : failover->timeout),
                              SIM_PHASE_PROBE, WORLD_PROBE_RESULT, index,
                              (uint64_t)r << 1 | (ok ? 1 : 0));
            }
        }
    sim_engine_at(world->engine, sim_time_add(now, failover->every), SIM_PHASE_PROBE, WORLD_PROBE,
                  index, 0);
}

void failover_start(World *world)
{
    for (uint32_t f = 0; f < world->failover_count; f++) {
        Failover *failover = &world->failovers[f];
        SimTime   phase = (SimTime)sim_rng_below(&failover->rng, (uint64_t)failover->every);
        sim_engine_at(world->engine, phase, SIM_PHASE_PROBE, WORLD_PROBE, f, 0);
    }
}

static SimDist *decide_build(const PlanItem *decide)
{
    if (decide->kind != &kind_human)
        return sim_dist_constant(plan_number(decide, AUTOMATIC_DELAY));
    int64_t median = plan_number(decide, HUMAN_MEDIAN);
    int64_t sigma_micro = plan_number(decide, HUMAN_SIGMA) / 1000;
    return sigma_micro > 0 ? sim_dist_lognormal(median, sigma_micro) : sim_dist_constant(median);
}

/* Its voters, and whether it moves the regions' roles or those of some data. */
static void scope_build(World *world, Failover *failover, const PlanItem *item)
{
    const PlanValue *voters = plan_value(item, FAILOVER_VOTERS);
    const PlanValue *data = plan_value(item, FAILOVER_DATA);
    for (uint32_t i = 0; i < voters->count; i++)
        failover->voters |= 1u << world_index(world, "region", voters->ids[i]);
    failover->quorum = (uint32_t)plan_number(item, FAILOVER_QUORUM);
    if (failover->quorum == 0)
        failover->quorum = voters->count / 2 + 1;
    if (data->count == 0)
        return;
    failover->scoped = true;
    failover->roles = sim_arena_array(world->arena, Roles, 1);
    roles_init(failover->roles, world->region_count);
    uint32_t homes = 0;
    bool     single = true;
    for (uint32_t i = 0; i < data->count; i++) {
        DataClass *class = &world->classes[world_index(world, "data", data->ids[i])];
        class->roles = failover->roles;
        homes |= 1u << class->owner_region;
        single &= class->owner == OWNER_SINGLE;
    }
    if (single)
        failover->roles->homes = homes;
}

static void one_build(World *world, Failover *failover, const PlanItem *item)
{
    const PlanItem  *detect = plan_item(world->plan, plan_value(item, FAILOVER_DETECT)->ids[0]);
    const PlanItem  *decide = plan_item(world->plan, plan_value(item, FAILOVER_DECIDE)->ids[0]);
    const PlanValue *fence = plan_value(item, FAILOVER_FENCE);
    const PlanValue *seat = plan_value(item, FAILOVER_SEAT);
    *failover = (Failover){
        .roles = &world->roles,
        .every = plan_number(detect, PROBE_EVERY),
        .failures = (uint32_t)plan_number(detect, PROBE_FAILURES),
        .timeout = plan_number(detect, PROBE_TIMEOUT),
        .wait_for_unreplicated = plan_number(item, FAILOVER_UNREPLICATED) == 1,
        .seat = WORLD_NONE,
        .via = plan_text(item, FAILOVER_VIA),
        .calm = plan_number(item, FAILOVER_CALM),
        .last_at = -1,
        .push = plan_number(item, FAILOVER_PUSH),
        .warmup = plan_number(item, FAILOVER_WARMUP),
    };
    failover->decide = decide_build(decide);
    if (fence->count > 0)
        failover->lease = plan_number(plan_item(world->plan, fence->ids[0]), LEASE_TTL);
    if (seat->count > 0)
        failover->seat = world_index(world, "region", seat->ids[0]);
    scope_build(world, failover, item);
    failover->runs = sim_arena_array(world->arena, FailoverRun, world->region_count);
    for (uint32_t r = 0; r < world->region_count; r++)
        failover->runs[r] = (FailoverRun){.region = r, .heir = WORLD_NONE};
    world_rng(world, &failover->rng, item->name, "failover");
}

void failover_build(World *world)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(world->plan, "failover", &count);
    world->failover_count = count;
    world->failovers = sim_arena_array(world->arena, Failover, count + 1);
    for (uint32_t f = 0; f < count; f++)
        one_build(world, &world->failovers[f], plan_item(world->plan, ids[f]));
    sim_engine_handle(world->engine, WORLD_PROBE, "probe", probe);
    sim_engine_handle(world->engine, WORLD_PROBE_RESULT, "probe-result", probe_result);
    sim_engine_handle(world->engine, WORLD_FAILOVER_STAGE, "failover-stage", stage);
}
