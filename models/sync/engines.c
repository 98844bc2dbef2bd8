/*
 * engines.c: what MySQL, MariaDB, PostgreSQL and MongoDB say about their replication, as presets of
 * replicate. Every one is the same log and the same streams; they differ in what a commit waits
 * for, who sees it meanwhile, and when a broken connection is noticed.
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
