/*
 * replicate.c: log shipping: a channel that sends a store's log, in order, to every other region.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/sync/engines.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanOption divergent_options[] = {
    {"stays",
     "What other regions have of them stays there; the rest is set aside at the old owner.", NULL},
    {"set-aside", "They are taken out wherever they are and kept for a later merge by hand.",
     "MongoDB manual: rollback files"},
    {"thrown-away", "The followers copy the new owner's state over them.",
     "Redis manual, replication: a full resynchronisation flushes the replica's data"},
    MODEL_OPTIONS_END,
};
static const PlanOption history_owners[] = {
    {"source", "One history for all targets, kept while any of them is connected.",
     "Redis, redis.conf: repl-backlog-ttl"},
    {"target", "Each target has a lease of its own.",
     "Elasticsearch reference: shard history retention leases"},
    MODEL_OPTIONS_END,
};
static const PlanOption history_places[] = {
    {"disk", "It survives the source's process.", NULL},
    {"memory", "It is gone when the source's store stops.", NULL},
    MODEL_OPTIONS_END,
};
#define YEAR (365 * SIM_DAY)

static const PlanField replicate_fields[] = {
    MODEL_FIELD("mode", WORD, 0, "async|semi-sync|sync", "async", 0, 0,
                "When the user is told: at the source's own commit; when copies are confirmed, or "
                "`fallback` has passed; when copies are confirmed, however long that takes.",
                "MySQL manual: replication is asynchronous by default"),
    MODEL_FIELD("acks", COUNT, 0, NULL, "1", 0, 31,
                "Copies in other regions that a commit waits for; 0: with its own a majority of "
                "the voters.",
                "MySQL manual: rpl_semi_sync_source_wait_for_replica_count (1)"),
    MODEL_FIELD("voters", REFS, 0, "region", NULL, 0, 0,
                "Regions whose copies count; by default all.", NULL),
    MODEL_FIELD("ack_on", WORD, 0, "received|applied", "received", 0, 0,
                "What a target confirms: that it has the change in its log, or that readers there "
                "see it.",
                "MySQL manual: a replica acknowledges after writing its relay log"),
    MODEL_FIELD("fallback", TIME, 0, NULL, "10s", 0, SIM_DAY,
                "With mode = \"semi-sync\": when the oldest commit has waited so long, the source "
                "goes on without copies until they have caught up.",
                "MySQL manual: rpl_semi_sync_source_timeout (10 s)"),
    MODEL_FIELD("visible", WORD, 0, "after-ack|at-commit", "after-ack", 0, 0,
                "When readers at the source see a change that waits for its copies.",
                "MySQL manual: rpl_semi_sync_source_wait_point (AFTER_SYNC)"),
    MODEL_FIELD("cancel", WORD, 0, "waits|shows", "waits", 0, 0,
                "What becomes of a waiting commit when its user gives up: it goes on waiting, or "
                "it is made visible without copies. It is never taken back.",
                "PostgreSQL manual: a cancelled wait leaves the transaction committed locally"),
    MODEL_FIELD("flush", TIME, 0, NULL, "0s", 0, SIM_HOUR,
                "A source that loses power forgets its own changes younger than this; they are "
                "shipped once they are flushed.",
                "MySQL manual: innodb_flush_log_at_trx_commit = 1, flushed at each commit"),
    MODEL_FIELD("log_ahead", FLAG, 0, NULL, "false", 0, 0,
                "The log is flushed and shipped at once, before the data: after a loss of power "
                "the targets have what the source forgot, and records created anew have keys "
                "that are in use there: replication stops.",
                "chosen"),
    MODEL_FIELD(
        "multi_master", FLAG, 0, NULL, "false", 0, 0,
        "Every region ships its own writes and merges the others'; needed with owner = \"any\".",
        "chosen"),
    MODEL_FIELD(
        "in_order", FLAG, 0, NULL, "true", 0, 0,
        "One stream: a change waits for its predecessors. Without it every change travels alone.",
        "chosen"),
    MODEL_FIELD("apply", DIST, 0, NULL, "0ms", 0, 0,
                "Time to apply one change at the target, one after the other; its inverse is the "
                "apply capacity.",
                "chosen"),
    MODEL_FIELD("notice", TIME, 0, NULL, "60s", 0, SIM_DAY,
                "A silent cut is noticed after this time without a message.",
                "MySQL manual, replica_net_timeout (60 s)"),
    MODEL_FIELD("reconnect", TIME, 0, NULL, "60s", 0, SIM_DAY,
                "Interval between attempts to connect again once the break was noticed; 0: at the "
                "heal itself.",
                "MySQL manual, CHANGE REPLICATION SOURCE: SOURCE_CONNECT_RETRY (60 s)"),
    MODEL_FIELD("buffer", SIZE, 0, NULL, "0B", 0, 0,
                "When more than this waits for one connected target, the source drops the "
                "connection; 0: no limit.",
                "chosen"),
    MODEL_FIELD("buffer_soft", SIZE, 0, NULL, "0B", 0, 0,
                "The same when more than this has waited for `buffer_soft_for`; 0: no limit.",
                "chosen"),
    MODEL_FIELD("buffer_soft_for", TIME, 0, NULL, "60s", 0, SIM_DAY, "See `buffer_soft`.",
                "Redis, redis.conf: client-output-buffer-limit replica (60 s)"),
    MODEL_FIELD("history", SIZE, 0, NULL, "0B", 0, 0,
                "The source keeps so much of its latest changes for targets that are away. One "
                "that lacks more needs a full copy; 0: all is kept.",
                "chosen"),
    MODEL_FIELD("history_for", TIME, 0, NULL, "0s", 0, YEAR,
                "The history is given up when nobody has been connected for so long; 0: never.",
                "chosen"),
    MODEL_WORDS("history_of", "source|target", history_owners, "source",
                "Whose absence `history_for` counts.", "chosen"),
    MODEL_WORDS("history_in", "disk|memory", history_places, "disk",
                "Where the source keeps its history.", "chosen"),
    MODEL_FIELD("dataset", SIZE, 0, NULL, "1GB", 0, INT64_C(1000000000000000),
                "Bytes of a full copy on the link.", "chosen"),
    MODEL_FIELD("operator_after", TIME, 0, NULL, "0s", 0, YEAR,
                "A full copy begins so long after it is needed, when somebody starts it; 0: by "
                "itself.",
                "chosen"),
    MODEL_FIELD("snapshot_delay", TIME, 0, NULL, "0s", 0, SIM_HOUR,
                "The source waits so long for other targets that need the same snapshot.",
                "chosen"),
    MODEL_FIELD("snapshot_rate", BANDWIDTH, 0, NULL, "2Gbps", 1000, 0,
                "How fast the source writes the snapshot, before it is sent.", "chosen"),
    MODEL_FIELD("load_rate", BANDWIDTH, 0, NULL, "1Gbps", 1000, 0,
                "How fast the target loads it; meanwhile it serves nothing.", "chosen"),
    MODEL_FIELD("serve_stale", FLAG, 0, NULL, "true", 0, 0,
                "A target that is away serves what it has; otherwise nothing.", "chosen"),
    MODEL_WORDS("divergent", "stays|set-aside|thrown-away", divergent_options, "stays",
                "What becomes of changes that a new owner lacks, once the old one follows it.",
                "chosen"),
    MODEL_FIELD("min_replicas", COUNT, 0, NULL, "0", 0, 31,
                "The source refuses writes unless so many targets reported within `max_lag`.",
                "Redis, redis.conf: min-replicas-to-write (0)"),
    MODEL_FIELD("max_lag", TIME, 0, NULL, "10s", SIM_S, SIM_HOUR, "See `min_replicas`.",
                "Redis, redis.conf: min-replicas-max-lag (10)"),
    MODEL_FIELD(
        "via", TEXT, 0, NULL, NULL, 0, 0,
        "Name of the links to use where two regions have several; otherwise the first by name.",
        NULL),
    MODEL_FIELDS_END,
};
static const PlanPreset replicate_presets[] = {
    {"redis",
     "Redis: a backlog of 1 MiB; a replica that lacks more gets a full copy, and serves nothing "
     "while it loads it.",
     redis_values,
     "The load of the fork; the file a restart loads (nothing is forgotten); the socket buffers."},
    {"redis-min-replicas", "Redis that refuses writes unless a replica has reported within 10 s.",
     redis_min_replicas_values, "As redis."},
    {"elasticsearch-ccr",
     "Elasticsearch cross-cluster replication: beyond its lease of 12 h a follower is built anew.",
     elasticsearch_ccr_values,
     "Shards and the limits of a batch; a follower that its operator makes a leader."},
    {"dynamodb-global",
     "DynamoDB global tables, eventual: each item travels alone, the later clock wins.",
     dynamodb_global_values, "Transactions over several items; provisioned capacity."},
    {"mysql", "MySQL asynchronous replication with one applier thread.", mysql_values,
     "Parallel appliers, large transactions, GTIDs; rebuilding an old source by hand."},
    {"mysql-relaxed",
     "MySQL with innodb_flush_log_at_trx_commit = 2: the binary log is ahead of the data.",
     mysql_relaxed_values,
     "Flushes at fixed instants (here an age); what a replica's own disk forgets."},
    {"mysql-semisync",
     "MySQL semi-synchronous replication: a commit waits for one replica's relay log, at most 10 "
     "s.",
     mysql_semisync_values,
     "As mysql: the old source follows at once, without what nobody confirmed."},
    {"mysql-semisync-after-commit",
     "The same, committed before the wait: others read what a failover can remove.",
     mysql_semisync_after_commit_values, "As mysql-semisync."},
    {"mariadb-semisync",
     "MariaDB semi-synchronous replication: by default committed before the wait.",
     mariadb_semisync_values, "As mysql-semisync; AFTER_SYNC is visible = \"after-ack\"."},
    {"mysql-group-replication", "MySQL Group Replication: a majority agrees; a minority blocks.",
     mysql_group_values,
     "Several primaries and their certification; flow control; the way back of a member."},
    {"postgresql", "PostgreSQL asynchronous streaming replication.", postgresql_values,
     "Limits of the WAL that is kept (all of it is), slots, archives."},
    {"postgresql-sync",
     "PostgreSQL synchronous replication: commits wait for a standby, without time-out.",
     postgresql_sync_values, "A list of standbys that somebody edits at the promotion."},
    {"patroni", "PostgreSQL under Patroni with synchronous_mode: asynchronous without a standby.",
     patroni_values,
     "The store of the keys, which never fails here; maximum_lag_on_failover; the time of a "
     "rewind."},
    {"patroni-strict", "PostgreSQL under Patroni with synchronous_mode_strict: it waits.",
     patroni_strict_values, "As patroni."},
    {"mongodb-w1", "A MongoDB replica set, write concern w: 1.", mongodb_w1_values,
     "Priorities; members that sync from one another; a member too stale to answer does answer."},
    {"mongodb-majority", "A MongoDB replica set, write concern w: \"majority\".",
     mongodb_majority_values, "As mongodb-w1; concerns of single statements and wtimeout."},
    MODEL_PRESETS_END,
};
const PlanKind kind_replicate = {"replicate",
                                 "channel",
                                 false,
                                 "Native storage replication: the store's log, shipped in order.",
                                 "Flow control and parallel appliers are not modelled, nor what a "
                                 "snapshot costs its source beyond time.",
                                 replicate_fields,
                                 replicate_presets};

uint32_t channel_voters(const World *world, const PlanValue *named)
{
    uint32_t voters = 0;
    for (uint32_t i = 0; i < named->count; i++)
        voters |= 1u << world_index(world, "region", named->ids[i]);
    return named->count > 0 ? voters : UINT32_MAX >> (WORLD_REGION_LIMIT - world->region_count);
}

/* What a commit waits for, in regions. */
static void setup_acks(const World *world, const PlanItem *item, ChannelSetup *setup)
{
    int64_t mode = plan_number(item, REPLICATE_MODE);
    if (mode == 0)
        return;
    setup->voters = channel_voters(world, plan_value(item, REPLICATE_VOTERS));
    setup->acks = (uint32_t)plan_number(item, REPLICATE_ACKS);
    if (setup->acks == 0)
        setup->acks = (uint32_t)__builtin_popcount(setup->voters) / 2;
    setup->ack_applied = plan_number(item, REPLICATE_ACK_ON) == 1;
    setup->fallback = mode == 1 ? plan_number(item, REPLICATE_FALLBACK) : 0;
    setup->shown_late = plan_number(item, REPLICATE_VISIBLE) == 0;
    setup->cancel_shows = plan_number(item, REPLICATE_CANCEL) == 1;
}

/* The limits of what the source keeps; NULL if there are none. */
static const ResyncSetup *limits_of(const World *world, const PlanItem *item)
{
    static const int limits[] = {REPLICATE_BUFFER, REPLICATE_BUFFER_SOFT, REPLICATE_HISTORY,
                                 REPLICATE_HISTORY_FOR, REPLICATE_MIN_REPLICAS};
    bool             any = plan_number(item, REPLICATE_SERVE_STALE) == 0 ||
               plan_number(item, REPLICATE_LOG_AHEAD) != 0;
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
        any |= plan_number(item, limits[i]) != 0;
    uint32_t corrupt;
    plan_of_kind(world->plan, "corrupt_replica", &corrupt); /* which only a full copy repairs */
    if (!any && corrupt == 0)
        return NULL;
    ResyncSetup *setup = sim_arena_array(world->arena, ResyncSetup, 1);
    *setup = (ResyncSetup){
        .buffer = plan_number(item, REPLICATE_BUFFER),
        .buffer_soft = plan_number(item, REPLICATE_BUFFER_SOFT),
        .buffer_soft_for = plan_number(item, REPLICATE_BUFFER_SOFT_FOR),
        .history = plan_number(item, REPLICATE_HISTORY),
        .history_for = plan_number(item, REPLICATE_HISTORY_FOR),
        .leases = plan_number(item, REPLICATE_HISTORY_OF) == 1,
        .in_memory = plan_number(item, REPLICATE_HISTORY_IN) == 1,
        .dataset = plan_number(item, REPLICATE_DATASET),
        .operator_after = plan_number(item, REPLICATE_OPERATOR_AFTER),
        .snapshot_delay = plan_number(item, REPLICATE_SNAPSHOT_DELAY),
        .snapshot_rate = plan_number(item, REPLICATE_SNAPSHOT_RATE),
        .load_rate = plan_number(item, REPLICATE_LOAD_RATE),
        .serve_stale = plan_number(item, REPLICATE_SERVE_STALE) != 0,
        .min_replicas = (uint32_t)plan_number(item, REPLICATE_MIN_REPLICAS),
        .max_lag = plan_number(item, REPLICATE_MAX_LAG),
    };
    return setup;
}

void channel_setup_replicate(const World *world, const PlanItem *item, ChannelSetup *out_setup)
{
    *out_setup = (ChannelSetup){
        .in_order = plan_number(item, REPLICATE_IN_ORDER) != 0,
        .notice = plan_number(item, REPLICATE_NOTICE),
        .reconnect = plan_number(item, REPLICATE_RECONNECT),
        .apply = plan_value(item, REPLICATE_APPLY)->dist,
        .via = plan_text(item, REPLICATE_VIA),
        .multi_master = plan_number(item, REPLICATE_MULTI_MASTER) != 0,
        .flush = plan_number(item, REPLICATE_FLUSH),
        .log_ahead = plan_number(item, REPLICATE_LOG_AHEAD) != 0,
        .divergent = (DivergentTail)plan_number(item, REPLICATE_DIVERGENT),
        .resync = limits_of(world, item),
    };
    if (!out_setup->log_ahead)
        out_setup->relay = out_setup->flush;
    setup_acks(world, item, out_setup);
}
