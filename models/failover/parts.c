/*
 * parts.c: what a scenario may say about a failover: its controller, and the parts that detect,
 * decide and fence.
 */
#include "models/failover/failover.h"
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"

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
    MODEL_FIELD("watch", REFS, 0, "region", NULL, 0, 0,
                "Only these regions are watched and failed over; otherwise all.", NULL),
    MODEL_FIELD(
        "candidates", REFS, 0, "region", NULL, 0, 0,
        "Only these regions may take a role over; otherwise all. Of those, the one that has "
        "received most changes from the dead region takes over; the first by name if "
        "several have, and if none has any.",
        NULL),
    MODEL_FIELD("via", TEXT, 0, NULL, NULL, 0, 0,
                "Name of the links that probes and votes take; otherwise the first by name.", NULL),
    MODEL_FIELD("calm", TIME, 0, NULL, "0s", 0, SIM_DAY,
                "No second failover within this time after one was decided.", "chosen"),
    MODEL_FIELD("start", DIST, 0, NULL, "0s", 0, 0,
                "From the fence until the machines that take over run: 0s if they always do.",
                "chosen"),
    MODEL_FIELD("start_fails", RATIO, 0, NULL, "0%", 0, 999999999,
                "Chance that a start fails, and is begun anew.", "chosen"),
    MODEL_FIELD("push", TIME, 0, NULL, "5s", 0, SIM_DAY,
                "From the decision until routers and resolvers know the new rule.", "chosen"),
    MODEL_FIELD("failback", PART, 0, "failback", NULL, 0, 0,
                "How a region that was replaced gets its role again; without it, it never does.",
                NULL),
    MODEL_FIELD("reconcile", RATE, 0, NULL, "0/h", 0, INT64_C(1000000000000000),
                "Records that people put back in an hour, of those that only the old region had; "
                "one that was written again meanwhile costs them nothing.",
                "chosen"),
    MODEL_FIELD("warmup", TIME, 0, NULL, "0s", 0, SIM_DAY,
                "After a promotion the region works at half speed for this long.", "chosen"),
    MODEL_FIELD("like", TEXT, 0, NULL, NULL, 0, 0,
                "How people are known to do it: the name of a preset, whose values stand for all "
                "that is not said here.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_failover = {
    "failover",
    "component",
    true,
    "The controller that moves a dead region's work to another: all homes that the region owns go "
    "to one heir, and its users to the region with power that has the shortest round trip.",
    "Several controllers do not talk to "
    "each "
    "other: of what another one has moved each learns nothing, and the latest promotion holds in "
    "the end. A lease runs on true time.",
    failover_fields,
    failover_presets};

static const PlanField probe_fields[] = {
    MODEL_FIELD("every", TIME, 0, NULL, "10s", SIM_MS, SIM_DAY, "Interval between probes.",
                "Huawei MAS FAQ: 10 s, 3 failures"),
    MODEL_FIELD("failures", COUNT, 0, NULL, "3", 1, 1000,
                "Failed probes in a row that count as dead.", "Huawei MAS FAQ: 10 s, 3 failures"),
    MODEL_FIELD("timeout", TIME, 0, NULL, "2s", SIM_US, SIM_HOUR,
                "A probe without answer fails after this.", "chosen"),
    MODEL_FIELD("asks", WORD, 0, "machine|service", "machine", 0, 0,
                "What has to answer: a machine that has power, or every service of the region: one "
                "whose oldest request waits longer than the time-out, or that has no thread, does "
                "not.",
                "chosen"),
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
    MODEL_FIELD("stays", RATIO, 0, NULL, "0%", 0, 1000000000,
                "Chance of deciding not to fail over.", "chosen"),
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

static const PlanField stay_fields[] = {MODEL_FIELDS_END};
const PlanKind         kind_stay = {
            "stay", "decide",
            false,  "Nobody fails over: the alarm is raised, and the region waited for.",
            NULL,   stay_fields,
            NULL};

static const PlanField lease_fields[] = {
    MODEL_FIELD(
        "ttl", TIME, PLAN_POSITIONAL, NULL, "30s", SIM_MS, SIM_DAY,
        "A region that cannot renew stops accepting writes after this; promotion waits for it.",
        "Patroni, dynamic configuration: ttl (30 s)"),
    MODEL_FIELDS_END,
};
const PlanKind kind_lease = {
    "lease", "fence", false, "Fencing by a lease that must be renewed.", NULL, lease_fields, NULL};

static const PlanField stonith_fields[] = {
    MODEL_FIELD("via", TEXT, 0, NULL, NULL, 0, 0,
                "Name of the links that the order to power off takes; otherwise those of the "
                "probes.",
                NULL),
    MODEL_FIELD("retry", TIME, 0, NULL, "5s", SIM_MS, SIM_DAY,
                "An order that cannot be delivered is given again after this.", "chosen"),
    MODEL_FIELD("reboot", TIME, 0, NULL, "0s", 0, 365 * SIM_DAY,
                "A machine that was shot has power again after this; 0s: it stays off.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_stonith = {
    "stonith",
    "fence",
    false,
    "Fencing by power: the old region is switched off before another takes over.",
    "The order is a message, and one under way is not called back; a device that switches off but "
    "does not say so.",
    stonith_fields,
    NULL};

static const PlanField give_back_fields[] = {
    MODEL_FIELD("after", TIME, 0, NULL, "10min", 0, 365 * SIM_DAY,
                "The region must have answered every probe for this long.", "chosen"),
    MODEL_FIELD("decide", DIST, 0, NULL, "0s", 0, 0, "Then somebody decides, after this.",
                "chosen"),
    MODEL_FIELD("backup", SIZE, 0, NULL, "0B", 0, 0,
                "What has to be restored before the region's stores can follow again.", NULL),
    MODEL_FIELD("restore", BANDWIDTH, 0, NULL, "1Gbps", 1000, 0, "How fast a backup is restored.",
                "chosen"),
    MODEL_FIELD("rebuild", WORD, 0, "diverged|always|never", "diverged", 0, 0,
                "When the backup is restored: if the region had changes that its heir lacked, or "
                "after every failover.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_give_back = {
    "give_back",
    "failback",
    false,
    "A region that answers again is rebuilt if it must be, catches up, and gets its role back "
    "under a short ban of writes.",
    "The ban holds for all that the heir owns, also what was its own. While it is rebuilt the "
    "region's stores serve nothing; the load of the restore on others is left out.",
    give_back_fields,
    NULL};

static SimDist *decide_build(const PlanItem *decide)
{
    if (decide->kind == &kind_stay)
        return sim_dist_constant(0);
    if (decide->kind == &kind_automatic)
        return sim_dist_constant(plan_number(decide, AUTOMATIC_DELAY));
    int64_t median = plan_number(decide, HUMAN_MEDIAN);
    int64_t sigma_micro = plan_number(decide, HUMAN_SIGMA) / 1000;
    return sigma_micro > 0 ? sim_dist_lognormal(median, sigma_micro) : sim_dist_constant(median);
}

/* A bit for each; for all if none is named. */
static uint32_t regions_of(const World *world, const PlanValue *named)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < named->count; i++)
        bits |= 1u << world_index(world, "region", named->ids[i]);
    return bits != 0 ? bits : UINT32_MAX;
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
    failover->watched = regions_of(world, plan_value(item, FAILOVER_WATCH));
    failover->may_lead = regions_of(world, plan_value(item, FAILOVER_CANDIDATES));
    if (data->count == 0)
        return;
    failover->scoped = true;
    Roles *others = world->classes[world_index(world, "data", data->ids[0])].roles;
    if (others != &world->roles) {
        failover->roles = others; /* another controller moves the same data */
        return;
    }
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

static void fence_build(Failover *failover, const PlanItem *fence)
{
    failover->shoots = fence->kind == &kind_stonith;
    if (!failover->shoots) {
        failover->lease = plan_number(fence, LEASE_TTL);
        return;
    }
    failover->shoot_via = plan_text(fence, STONITH_VIA);
    failover->shoot_retry = plan_number(fence, STONITH_RETRY);
    failover->reboot = plan_number(fence, STONITH_REBOOT);
}

/* The time that so many bytes take at so many bits a second. */
static SimTime restore_time(int64_t bytes, int64_t rate)
{
    return bytes == 0 ? 0 : sim_time_scale_far(bytes, 8 * SIM_S, rate);
}

static void back_build(World *world, Failover *failover, const PlanItem *item)
{
    const PlanValue *failback = plan_value(item, FAILOVER_FAILBACK);
    int64_t          rate = plan_number(item, FAILOVER_RECONCILE); /* in 10^9 s */
    if (rate > 0) /* to the microsecond, as rates by the hour are periodic fractions */
        failover->reconcile_each = (SIM_S * SIM_S / rate + SIM_US / 2) / SIM_US * SIM_US;
    failover->returns = failback->count > 0;
    if (failover->returns) {
        const PlanItem *back = plan_item(world->plan, failback->ids[0]);
        failover->back_after = plan_number(back, GIVE_BACK_AFTER);
        failover->back_decide = plan_value(back, GIVE_BACK_DECIDE)->dist;
        failover->restore =
            restore_time(plan_number(back, GIVE_BACK_BACKUP), plan_number(back, GIVE_BACK_RESTORE));
        failover->rebuild = (Rebuild)plan_number(back, GIVE_BACK_REBUILD);
    }
    if ((failover->returns || rate > 0) && failover->roles->asides == NULL)
        failover->roles->asides = g_array_new(FALSE, FALSE, sizeof(Aside));
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
        .asks_services = plan_number(detect, PROBE_ASKS) == 1,
        .name = item->name,
        .start = plan_value(item, FAILOVER_START)->dist,
        .start_fails = sim_chance_from_ppb(plan_number(item, FAILOVER_START_FAILS)),
        .slowed = 1,
        .wait_for_unreplicated = plan_number(item, FAILOVER_UNREPLICATED) == 1,
        .seat = WORLD_NONE,
        .via = plan_text(item, FAILOVER_VIA),
        .calm = plan_number(item, FAILOVER_CALM),
        .last_at = -1,
        .push = plan_number(item, FAILOVER_PUSH),
        .warmup = plan_number(item, FAILOVER_WARMUP),
    };
    failover->decide = decide_build(decide);
    if (decide->kind == &kind_stay)
        failover->stays = UINT64_MAX;
    else if (decide->kind == &kind_human)
        failover->stays = sim_chance_from_ppb(plan_number(decide, HUMAN_STAYS));
    scope_build(world, failover, item);
    back_build(world, failover, item);
    if (fence->count > 0)
        fence_build(failover, plan_item(world->plan, fence->ids[0]));
    if (seat->count > 0)
        failover->seat = world_index(world, "region", seat->ids[0]);
    failover->runs = sim_arena_array(world->arena, FailoverRun, world->region_count);
    for (uint32_t r = 0; r < world->region_count; r++)
        failover->runs[r] =
            (FailoverRun){.region = r, .heir = WORLD_NONE, .since = -1, .blame = WORLD_NONE};
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
    failover_watch_build(world);
    failover_pipeline_build(world);
}
