/*
 * engines.c: what MySQL, MariaDB, PostgreSQL, MongoDB and others say about their replication, as
 * presets of replicate. Every one is the same log and the same streams; they differ in what a
 * commit waits for, who sees it meanwhile, when a broken connection is noticed, and what the source
 * keeps until its targets are back.
 */
#include "models/sync/engines.h"

#include <stddef.h>

#include "models/model.h"

#define MYSQL_CONNECTION                                                                           \
    {"notice", "60s", "MySQL manual, replica_net_timeout (60 s)"},                                 \
        {"reconnect", "60s", "MySQL manual, SOURCE_CONNECT_RETRY (60 s)"},                         \
    {                                                                                              \
        "apply", "0.5ms", "chosen: 2000 changes/s, single applier"                                 \
    }
#define SEMISYNC                                                                                   \
    {"mode", "semi-sync", "MySQL manual: plugin rpl_semi_sync_source, off by default"},            \
        {"acks", "1", "MySQL manual: rpl_semi_sync_source_wait_for_replica_count (1)"},            \
    {                                                                                              \
        "fallback", "10s", "MySQL manual: rpl_semi_sync_source_timeout (10000 ms)"                 \
    }

const PlanPresetValue mysql_values[] = {MYSQL_CONNECTION, MODEL_VALUES_END};

const PlanPresetValue mysql_relaxed_values[] = {
    {"flush", "1s",
     "MySQL manual: innodb_flush_log_at_trx_commit = 2, innodb_flush_log_at_timeout (1 s)"},
    {"log_ahead", "true", "MySQL manual: sync_binlog (1), flushed at each commit"},
    {"operator_after", "30min", "chosen: until somebody clones the replica anew"},
    MYSQL_CONNECTION,
    MODEL_VALUES_END,
};

const PlanPresetValue mysql_semisync_values[] = {
    SEMISYNC,
    {"visible", "after-ack", "MySQL manual: rpl_semi_sync_source_wait_point (AFTER_SYNC)"},
    MYSQL_CONNECTION,
    MODEL_VALUES_END,
};

const PlanPresetValue mysql_semisync_after_commit_values[] = {
    SEMISYNC,
    {"visible", "at-commit",
     "MySQL manual: rpl_semi_sync_source_wait_point = AFTER_COMMIT, not the default"},
    MYSQL_CONNECTION,
    MODEL_VALUES_END,
};

const PlanPresetValue mariadb_semisync_values[] = {
    {"mode", "semi-sync", "MariaDB documentation: rpl_semi_sync_master_enabled, off by default"},
    {"acks", "1", "MariaDB documentation: one replica's acknowledgement is enough"},
    {"fallback", "10s", "MariaDB documentation: rpl_semi_sync_master_timeout (10000 ms)"},
    {"visible", "at-commit",
     "MariaDB documentation: rpl_semi_sync_master_wait_point (AFTER_COMMIT)"},
    {"notice", "60s", "MariaDB documentation: slave_net_timeout (60 s)"},
    {"reconnect", "60s", "MariaDB documentation: MASTER_CONNECT_RETRY (60 s)"},
    {"apply", "0.5ms", "chosen: 2000 changes/s, single applier"},
    MODEL_VALUES_END,
};

const PlanPresetValue mysql_group_values[] = {
    {"mode", "sync",
     "MySQL manual, Group Replication: a transaction commits once a majority has agreed on it"},
    {"acks", "0", "MySQL manual, Group Replication: majority of the members"},
    {"visible", "after-ack", "MySQL manual, Group Replication: certified before it commits"},
    {"divergent", "thrown-away",
     "MySQL manual, Group Replication: a minority's pending transactions are rolled back"},
    {"notice", "5s", "MySQL manual, 20.7.7: a silent member is suspected after 5 s"},
    {"reconnect", "1s", "chosen: members that were not expelled yet go on at once"},
    {"apply", "0.5ms", "chosen: 2000 changes/s, single applier"},
    MODEL_VALUES_END,
};

#define POSTGRESQL_CONNECTION                                                                      \
    {"notice", "60s", "PostgreSQL manual: wal_sender_timeout, wal_receiver_timeout (60 s)"},       \
        {"reconnect", "5s", "PostgreSQL manual: wal_retrieve_retry_interval (5 s)"},               \
    {                                                                                              \
        "apply", "0.2ms", "chosen: 5000 changes/s, one start-up process replays"                   \
    }

const PlanPresetValue postgresql_values[] = {POSTGRESQL_CONNECTION, MODEL_VALUES_END};

const PlanPresetValue postgresql_sync_values[] = {
    {"mode", "sync",
     "PostgreSQL manual: synchronous_standby_names; there is no time-out: commits wait"},
    {"acks", "1", "PostgreSQL manual: one standby unless FIRST n or ANY n says more"},
    {"ack_on", "received", "PostgreSQL manual: synchronous_commit = on (remote_apply: applied)"},
    {"visible", "after-ack", "PostgreSQL manual: not visible until the wait is over"},
    {"cancel", "shows", "PostgreSQL manual: a cancelled wait leaves it committed locally"},
    POSTGRESQL_CONNECTION,
    MODEL_VALUES_END,
};

#define FORKED_TIMELINE                                                                            \
    {                                                                                              \
        "divergent", "thrown-away", "Patroni, replication modes: a forked timeline is rewound"     \
    }

const PlanPresetValue patroni_values[] = {
    FORKED_TIMELINE,
    {"mode", "semi-sync",
     "Patroni, replication modes: synchronous_mode goes on without a standby if none is left"},
    {"acks", "1", "Patroni, dynamic configuration: synchronous_node_count (1)"},
    {"fallback", "40s",
     "Patroni, dynamic configuration: ttl (30 s) until the standby's key is gone, loop_wait (10 "
     "s)"},
    {"visible", "after-ack", "PostgreSQL manual: not visible until the wait is over"},
    {"cancel", "shows", "PostgreSQL manual: a cancelled wait leaves it committed locally"},
    POSTGRESQL_CONNECTION,
    MODEL_VALUES_END,
};

const PlanPresetValue patroni_strict_values[] = {
    FORKED_TIMELINE,
    {"mode", "sync",
     "Patroni, replication modes: synchronous_mode_strict blocks writes without a standby"},
    {"acks", "1", "Patroni, dynamic configuration: synchronous_node_count (1)"},
    {"visible", "after-ack", "PostgreSQL manual: not visible until the wait is over"},
    {"cancel", "shows", "PostgreSQL manual: a cancelled wait leaves it committed locally"},
    POSTGRESQL_CONNECTION,
    MODEL_VALUES_END,
};

#define MONGODB_CONNECTION                                                                         \
    {"divergent", "set-aside", "MongoDB manual: rolled back to files"},                            \
        {"notice", "30s", "chosen: a member that syncs looks for another source"},                 \
        {"reconnect", "1s", "chosen"},                                                             \
    {                                                                                              \
        "apply", "0.2ms", "chosen: 5000 changes/s"                                                 \
    }

const PlanPresetValue mongodb_w1_values[] = {
    {"mode", "async", "MongoDB manual, write concern: w: 1, the primary alone"},
    MONGODB_CONNECTION,
    MODEL_VALUES_END,
};

const PlanPresetValue mongodb_majority_values[] = {
    {"mode", "sync", "MongoDB manual, write concern: w: \"majority\", no wtimeout"},
    {"acks", "0", "MongoDB manual, write concern: a majority of the voting members"},
    {"visible", "at-commit", "MongoDB manual, read concern: \"local\" is the default"},
    MONGODB_CONNECTION,
    MODEL_VALUES_END,
};

#define REDIS_VALUES                                                                               \
    {"notice", "60s", "Redis, redis.conf: repl-timeout (60)"},                                     \
        {"reconnect", "1s", "Redis, replication.c: replicationCron runs once a second"},           \
        {"apply", "10us", "chosen: 100000 changes/s, one thread"},                                 \
        {"buffer", "256MiB", "Redis, redis.conf: client-output-buffer-limit replica (256mb)"},     \
        {"buffer_soft", "64MiB",                                                                   \
         "Redis, redis.conf: client-output-buffer-limit replica (64mb 60)"},                       \
        {"buffer_soft_for", "60s",                                                                 \
         "Redis, redis.conf: client-output-buffer-limit replica (64mb 60)"},                       \
        {"history", "1MiB", "Redis, redis.conf: repl-backlog-size (1mb)"},                         \
        {"history_for", "3600s", "Redis, redis.conf: repl-backlog-ttl (3600)"},                    \
        {"history_of", "source", "Redis, redis.conf: repl-backlog-ttl"},                           \
        {"history_in", "memory", "Redis, replication.c: createReplicationBacklog allocates it"},   \
        {"snapshot_delay", "5s", "Redis, redis.conf: repl-diskless-sync-delay (5)"},               \
        {"serve_stale", "true", "Redis, redis.conf: replica-serve-stale-data (yes)"},              \
    {                                                                                              \
        "divergent", "thrown-away",                                                                \
            "Redis documentation, replication: a full resynchronisation flushes the replica's "    \
            "data"                                                                                 \
    }
const PlanPresetValue redis_values[] = {REDIS_VALUES, MODEL_VALUES_END};
const PlanPresetValue redis_min_replicas_values[] = {
    REDIS_VALUES,
    {"min_replicas", "1", "chosen: off (0) unless configured"},
    {"max_lag", "10s", "Redis, redis.conf: min-replicas-max-lag (10)"},
    MODEL_VALUES_END};

/* The follower pulls, and nothing but its own operator promotes it. */
const PlanPresetValue elasticsearch_ccr_values[] = {
    {"notice", "60s", "Elasticsearch, TransportResumeFollowAction: read poll timeout (1 min)"},
    {"reconnect", "0.5s", "Elasticsearch, TransportResumeFollowAction: retry delay (500 ms)"},
    {"apply", "0.2ms", "chosen: 5000 operations/s"},
    {"history_for", "12h",
     "Elasticsearch reference: index.soft_deletes.retention_lease.period (12 h)"},
    {"history_of", "target", "Elasticsearch reference: a retention lease for each follower"},
    {"operator_after", "1h", "chosen: a follower beyond its lease is created anew by hand"},
    MODEL_VALUES_END,
};

/* Multi-Region eventual consistency: each item travels alone, nothing is ever given up. */
const PlanPresetValue dynamodb_global_values[] = {
    {"mode", "async", "AWS, global tables: changes are replicated asynchronously"},
    {"multi_master", "true", "AWS, global tables: every replica accepts writes"},
    {"in_order", "false", "AWS, global tables: streams of partitions, no order across items"},
    {"apply", "0.1ms", "chosen: 10000 items/s"},
    {"notice", "10s", "chosen"},
    {"reconnect", "1s", "chosen"},
    MODEL_VALUES_END,
};
