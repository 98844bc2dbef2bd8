/* engines.h: the values of replicate's presets that are database engines; used by replicate.c. */
#ifndef MODELS_SYNC_ENGINES_H
#define MODELS_SYNC_ENGINES_H

#include "sim/plan/schema.h"

extern const PlanPresetValue mysql_values[], mysql_relaxed_values[], mysql_semisync_values[],
    mysql_semisync_after_commit_values[], mysql_group_values[];
extern const PlanPresetValue mariadb_semisync_values[];
extern const PlanPresetValue postgresql_values[], postgresql_sync_values[], patroni_values[],
    patroni_strict_values[];
extern const PlanPresetValue mongodb_w1_values[], mongodb_majority_values[];
extern const PlanPresetValue redis_values[], redis_min_replicas_values[];
extern const PlanPresetValue elasticsearch_ccr_values[], dynamodb_global_values[];

#endif
