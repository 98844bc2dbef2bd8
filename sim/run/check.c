/*
 * check.c: what the models refuse in a plan that is well-formed by the tables.
 */
#include <glib.h>

#include "models/fields.h"
#include "models/world.h"
#include "sim/base/text.h"
#include "sim/run/check.h"
#include "sim/run/run.h"

static PlanSpan span_of(const PlanItem *item)
{
    return (PlanSpan){item->place, 0};
}

static void limit(const Plan *plan, PlanProblems *problems, const char *kind, uint32_t most)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, kind, &count);
    if (count > most)
        plan_problems_error(problems, span_of(plan_item(plan, ids[most])), NULL,
                            "%u items of kind '%s'; at most %u are supported", count, kind, most);
}

static bool names(const PlanValue *refs, PlanId id)
{
    bool found = false;
    for (uint32_t i = 0; i < refs->count; i++)
        found |= refs->ids[i] == id;
    return found;
}

/* Whoever leads from the beginning is one of the majority that a commit needs. */
static void check_leaders_vote(const Plan *plan, PlanProblems *problems, const PlanItem *data,
                               const PlanItem *channel)
{
    const PlanValue *voters = plan_value(channel, CONSENSUS_VOTERS);
    const PlanValue *owner = plan_value(data, DATA_OWNER_REGION);
    uint32_t         count;
    const PlanId    *regions = plan_of_kind(plan, "region", &count);
    for (uint32_t r = 0; r < count && voters->count > 0; r++) {
        if (names(voters, regions[r]) || (owner->count > 0 && owner->ids[0] != regions[r]))
            continue;
        plan_problems_error(problems, span_of(channel),
                            owner->count > 0 ? "let it vote too"
                                             : "let all vote, or use owner = \"single\"",
                            "data \"%s\": region \"%s\" is to lead and does not vote", data->name,
                            plan_item(plan, regions[r])->name);
        return;
    }
}

/* A group has one leader, elected by itself, and needs no other channel. */
static void check_consensus(const Plan *plan, PlanProblems *problems, const PlanItem *data)
{
    const PlanValue *channels = plan_value(data, DATA_CHANNELS);
    bool             consensus = false;
    for (uint32_t i = 0; i < channels->count; i++) {
        const PlanItem *channel = plan_item(plan, channels->ids[i]);
        if (!g_str_equal(channel->kind->name, "consensus"))
            continue;
        consensus = true;
        check_leaders_vote(plan, problems, data, channel);
    }
    if (!consensus)
        return;
    if (channels->count > 1)
        plan_problems_error(problems, span_of(data), "leave the other channels out",
                            "data \"%s\": consensus carries every change by itself", data->name);
    if (plan_number(data, DATA_OWNER) == 1)
        plan_problems_error(problems, span_of(data), "use owner = \"home\" or \"single\"",
                            "data \"%s\": consensus has one leader who accepts the writes",
                            data->name);
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "failover", &count);
    for (uint32_t f = 0; f < count; f++) {
        const PlanItem  *failover = plan_item(plan, ids[f]);
        const PlanValue *scope = plan_value(failover, FAILOVER_DATA);
        if (names(scope, data->id))
            plan_problems_error(problems, span_of(failover), "leave it out of `data`",
                                "failover \"%s\": data \"%s\" elects its leader itself",
                                failover->name, data->name);
    }
}

static void check_lists(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "data", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        check_consensus(plan, problems, item);
        if (plan_value(item, DATA_CHANNELS)->count > WORLD_CHANNEL_LIMIT)
            plan_problems_error(problems, span_of(item), NULL,
                                "data \"%s\" has %u channels; at most %u are supported", item->name,
                                plan_value(item, DATA_CHANNELS)->count, WORLD_CHANNEL_LIMIT);
        if (plan_number(item, DATA_LOSABLE) != 0 && plan_value(item, DATA_CHANNELS)->count > 0)
            plan_problems_error(problems, span_of(item), "leave out losable or channels",
                                "data \"%s\": losable data is not carried by channels", item->name);
    }
    ids = plan_of_kind(plan, "service", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        if (plan_value(item, SERVICE_WRITES)->count > WORLD_WRITE_LIMIT)
            plan_problems_error(problems, span_of(item), NULL,
                                "service \"%s\" writes %u data classes; at most %u are supported",
                                item->name, plan_value(item, SERVICE_WRITES)->count,
                                WORLD_WRITE_LIMIT);
        if (plan_value(item, SERVICE_READS)->count > 8)
            plan_problems_error(problems, span_of(item), NULL,
                                "service \"%s\" reads %u data classes; at most 8 are supported",
                                item->name, plan_value(item, SERVICE_READS)->count);
    }
}

static void check_queues(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "queue", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        if (plan_number(item, QUEUE_MIN_ISR) > plan_number(item, QUEUE_REPLICAS))
            plan_problems_error(problems, span_of(item), "raise replicas, or lower min_isr",
                                "queue: min_isr = %d with %d replicas: no message would ever be "
                                "taken",
                                (int)plan_number(item, QUEUE_MIN_ISR),
                                (int)plan_number(item, QUEUE_REPLICAS));
    }
}

/* Or each leader would lose its lease between two heartbeats. */
static void check_leases(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "consensus", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        int64_t         lease = plan_number(item, CONSENSUS_LEASE);
        bool            own = lease > 0;
        if (!own)
            lease = plan_number(item, CONSENSUS_ELECTION);
        if (plan_number(item, CONSENSUS_HEARTBEAT) < lease)
            continue;
        char *beat = sim_text_from_quantity(plan_number(item, CONSENSUS_HEARTBEAT), SIM_UNIT_TIME);
        char *text = sim_text_from_quantity(lease, SIM_UNIT_TIME);
        plan_problems_error(problems, span_of(item), "shorten heartbeat",
                            "consensus: a heartbeat every %s with %s of %s: each leader would lose "
                            "its lease between two",
                            beat, own ? "a lease" : "an election time", text);
        g_free(beat);
        g_free(text);
    }
}

/* A history and its positions need one order; targets that report need to exist. */
static void check_limits(const Plan *plan, PlanProblems *problems)
{
    static const int limits[] = {REPLICATE_BUFFER, REPLICATE_BUFFER_SOFT, REPLICATE_HISTORY,
                                 REPLICATE_HISTORY_FOR};
    uint32_t         count, regions;
    plan_of_kind(plan, "region", &regions);
    const PlanId *ids = plan_of_kind(plan, "replicate", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        bool            limited = false;
        for (size_t f = 0; f < G_N_ELEMENTS(limits); f++)
            limited |= plan_number(item, limits[f]) != 0;
        if (limited && plan_number(item, REPLICATE_IN_ORDER) == 0)
            plan_problems_error(problems, span_of(item), "use in_order = true",
                                "%s: a limited buffer or history needs a stream in order",
                                item->name);
        if (plan_number(item, REPLICATE_MIN_REPLICAS) >= (int64_t)regions && regions > 1)
            plan_problems_error(problems, span_of(item), "lower min_replicas",
                                "%s: min_replicas = %d, and the other regions are %u: no write "
                                "would ever be accepted",
                                item->name, (int)plan_number(item, REPLICATE_MIN_REPLICAS),
                                regions - 1);
    }
}

/* What two channels of one class cannot both decide. */
static void check_pairs(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "data", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem  *data = plan_item(plan, ids[i]);
        const PlanValue *list = plan_value(data, DATA_CHANNELS);
        uint32_t         holding = 0;
        uint32_t         gates = 0;
        uint32_t         tails = 0; /* a bit for each word of divergent */
        for (uint32_t c = 0; c < list->count; c++) {
            const PlanItem *part = plan_item(plan, list->ids[c]);
            bool            replicates = g_str_equal(part->kind->name, "replicate");
            tails |= 1u << (replicates ? plan_number(part, REPLICATE_DIVERGENT) : 0);
            holding += replicates && plan_number(part, REPLICATE_MODE) != 0;
            gates += replicates && plan_number(part, REPLICATE_MIN_REPLICAS) != 0;
        }
        if (holding > 1)
            plan_problems_error(problems, span_of(data), "use mode = \"async\" for one of them",
                                "data \"%s\": a commit can wait for the copies of one channel only",
                                data->name);
        if (gates > 1)
            plan_problems_error(problems, span_of(data), "leave it out of one of them",
                                "data \"%s\": min_replicas can be that of one channel only",
                                data->name);
        if ((tails & (tails - 1)) != 0)
            plan_problems_error(problems, span_of(data), "write the same divergent for both",
                                "data \"%s\": its channels disagree about what becomes of changes "
                                "that a new owner lacks",
                                data->name);
    }
}

static void check_replication(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count, regions;
    const PlanId *ids = plan_of_kind(plan, "replicate", &count);
    plan_of_kind(plan, "region", &regions);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        uint32_t        voters = plan_value(item, REPLICATE_VOTERS)->count;
        uint32_t        targets = voters > 0 ? voters : regions - 1;
        if (plan_number(item, REPLICATE_LOG_AHEAD) != 0 && plan_number(item, REPLICATE_FLUSH) == 0)
            plan_problems_error(problems, span_of(item), "write flush = \"1s\" too",
                                "replicate: log_ahead has a meaning only where data is flushed "
                                "later than it is committed");
        if (plan_number(item, REPLICATE_LOG_AHEAD) != 0 &&
            plan_number(item, REPLICATE_IN_ORDER) == 0)
            plan_problems_error(problems, span_of(item), "use in_order = true",
                                "replicate: log_ahead needs a stream in order");
        if (plan_number(item, REPLICATE_MODE) != 0 && regions > 1 &&
            plan_number(item, REPLICATE_ACKS) > targets)
            plan_problems_error(
                problems, span_of(item), "lower acks, or add regions",
                "replicate: commits wait for %d copies elsewhere, but at most %u can "
                "exist",
                (int)plan_number(item, REPLICATE_ACKS), targets);
    }
}

/* Voters decide together, from where a majority of them is. */
static void check_voters(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "failover", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        uint32_t        voters = plan_value(item, FAILOVER_VOTERS)->count;
        int64_t         quorum = plan_number(item, FAILOVER_QUORUM);
        if (quorum > (int64_t)voters)
            plan_problems_error(problems, span_of(item),
                                voters > 0 ? "lower quorum, or add voters" : "write voters too",
                                "failover \"%s\": quorum = %d with %u voters: no region would ever "
                                "be taken for dead",
                                item->name, (int)quorum, voters);
        if (voters > 0 && plan_value(item, FAILOVER_SEAT)->count > 0)
            plan_problems_error(problems, span_of(item), "leave out one of the two",
                                "failover \"%s\": a majority of its voters speaks for them, not a "
                                "seat",
                                item->name);
    }
}

/* Only what is kept per window or per sample can be asked for a part of the run. */
static void check_claims(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "expect", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        const PlanItem *metric = plan_item(plan, plan_value(item, EXPECT_METRIC)->ids[0]);
        if (plan_value(item, EXPECT_FROM)->set &&
            !g_str_equal(metric->kind->name, "availability") &&
            !g_str_equal(metric->kind->name, "lag"))
            plan_problems_error(problems, span_of(item), "move the expectation out of `during`",
                                "expect \"%s\": %s is measured over the whole run", item->name,
                                metric->kind->name);
    }
}

/* Tables that grow with a product: what is fine one by one can be too much together. */
static void check_products(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count, regions, services, cohorts;
    const PlanId *ids = plan_of_kind(plan, "data", &count);
    plan_of_kind(plan, "region", &regions);
    uint64_t channels = 0;
    for (uint32_t i = 0; i < count; i++)
        channels += plan_value(plan_item(plan, ids[i]), DATA_CHANNELS)->count;
    if (channels * regions * regions >= SIM_EVENT_TARGET_LIMIT)
        plan_problems_error(problems, span_of(plan_item(plan, ids[0])),
                            "model fewer regions, or data that behaves alike as one class",
                            "%" G_GUINT64_FORMAT " channels between %u regions are too many: "
                            "channels * regions * regions must be less than %u",
                            channels, regions, SIM_EVENT_TARGET_LIMIT);
    ids = plan_of_kind(plan, "scenario", &count);
    const PlanItem  *frame = plan_item(plan, ids[0]);
    const PlanValue *width = plan_value(frame, SCENARIO_WINDOW);
    plan_of_kind(plan, "service", &services);
    plan_of_kind(plan, "users", &cohorts);
    uint64_t windows = WORLD_WINDOWS_WANTED;
    if (width->set)
        windows = (uint64_t)(plan_number(frame, SCENARIO_DURATION) / width->number) + 1;
    uint64_t series = (uint64_t)services * regions * cohorts;
    if (series > 0 && windows > WORLD_CELL_LIMIT / series)
        plan_problems_error(problems, span_of(frame), "widen the window",
                            "%" G_GUINT64_FORMAT " windows of %u services, %u regions and %u "
                            "cohorts are too many: their product must not exceed %u",
                            windows, services, regions, cohorts, WORLD_CELL_LIMIT);
}

bool run_check(const Plan *plan, PlanProblems *problems)
{
    uint32_t before = plan_problems_errors(problems);
    limit(plan, problems, "region", WORLD_REGION_LIMIT);
    limit(plan, problems, "service", 127);
    limit(plan, problems, "users", 127);
    limit(plan, problems, "data", 64);
    check_lists(plan, problems);
    run_check_conflicts(plan, problems);
    run_check_reads(plan, problems);
    run_check_quorums(plan, problems);
    check_queues(plan, problems);
    check_leases(plan, problems);
    check_limits(plan, problems);
    check_replication(plan, problems);
    check_pairs(plan, problems);
    check_voters(plan, problems);
    run_check_clients(plan, problems);
    run_check_faults(plan, problems);
    run_check_covered(plan, problems);
    run_check_roles(plan, problems);
    check_products(plan, problems);
    check_claims(plan, problems);
    return plan_problems_errors(problems) == before;
}
