/* kinds.h: every kind's table, one per model file; used by catalog.c only. */
#ifndef MODELS_KINDS_H
#define MODELS_KINDS_H

#include "sim/plan/schema.h"

extern const PlanKind kind_scenario, kind_expect;
extern const PlanKind kind_region, kind_link;
extern const PlanKind kind_users, kind_dns, kind_http_dns, kind_proxy, kind_retry, kind_demand;
extern const PlanKind kind_connection;
extern const PlanKind kind_data, kind_service, kind_follow;
extern const PlanKind kind_consensus;
extern const PlanKind kind_replicate, kind_quorum, kind_queue;
extern const PlanKind kind_local, kind_negative_cache, kind_secondary, kind_back_source,
    kind_regenerate, kind_fallback, kind_fail, kind_breaker;
extern const PlanKind kind_failover, kind_probe, kind_human, kind_automatic, kind_stay, kind_lease,
    kind_stonith, kind_give_back;
extern const PlanKind kind_controller_down, kind_wrong_view, kind_push_stalled, kind_operator_slow,
    kind_operator_holds, kind_operator_errs;
extern const PlanKind kind_cut, kind_degrade, kind_flap, kind_lose, kind_down, kind_zone_down,
    kind_slow, kind_slow_store, kind_crash, kind_replica_down, kind_surge, kind_switch;
extern const PlanKind kind_fails, kind_split, kind_isolate, kind_jam, kind_reorder, kind_duplicate;
extern const PlanKind kind_clock_step, kind_clock_drift, kind_clock_stuck;
extern const PlanKind kind_brown_out, kind_read_only, kind_disk_full;
extern const PlanKind kind_busy, kind_failing, kind_lagging, kind_begun;
extern const PlanKind kind_pause;
extern const PlanKind kind_corrupt_replica;
extern const PlanKind kind_cache_flush, kind_restart, kind_bad_change, kind_hot_key;
extern const PlanKind kind_migration_load, kind_power_ramp, kind_rolling_upgrade;
extern const PlanKind kind_availability, kind_latency, kind_lost, kind_destroyed, kind_stranded,
    kind_expired, kind_overwritten, kind_inverted, kind_repeated, kind_diverged, kind_unknown,
    kind_ghosts, kind_phantoms, kind_duplicates, kind_stale, kind_users_hit, kind_restore, kind_lag,
    kind_catch_up, kind_resyncs, kind_conflicts, kind_siblings, kind_messages;
extern const PlanKind kind_rejected_later, kind_rejection, kind_pending, kind_confirmation;

#endif
