/*
 * catalog.c: the list of everything a scenario may use. A new model adds its kind here.
 */
#include "models/kinds.h"
#include "models/model.h"

#include <stddef.h>

/* One kind a line, so that additions do not meet. */
/* clang-format off */
static const PlanKind *const kinds[] = {
    &kind_scenario,
    &kind_region,
    &kind_link,
    &kind_users,
    &kind_dns,
    &kind_http_dns,
    &kind_proxy,
    &kind_retry,
    &kind_data,
    &kind_replicate,
    &kind_queue,
    &kind_consensus,
    &kind_quorum,
    &kind_local,
    &kind_negative_cache,
    &kind_secondary,
    &kind_back_source,
    &kind_breaker,
    &kind_regenerate,
    &kind_fallback,
    &kind_fail,
    &kind_service,
    &kind_follow,
    &kind_demand,
    &kind_failover,
    &kind_probe,
    &kind_human,
    &kind_automatic,
    &kind_lease,
    &kind_cut,
    &kind_degrade,
    &kind_flap,
    &kind_fails,
    &kind_split,
    &kind_isolate,
    &kind_jam,
    &kind_reorder,
    &kind_duplicate,
    &kind_lose,
    &kind_down,
    &kind_zone_down,
    &kind_power_ramp,
    &kind_brown_out,
    &kind_slow,
    &kind_crash,
    &kind_replica_down,
    &kind_slow_store,
    &kind_read_only,
    &kind_disk_full,
    &kind_clock_step,
    &kind_clock_drift,
    &kind_clock_stuck,
    &kind_surge,
    &kind_migration_load,
    &kind_rolling_upgrade,
    &kind_switch,
    &kind_expect,
    &kind_availability,
    &kind_latency,
    &kind_lost,
    &kind_destroyed,
    &kind_stranded,
    &kind_expired,
    &kind_overwritten,
    &kind_inverted,
    &kind_repeated,
    &kind_diverged,
    &kind_unknown,
    &kind_ghosts,
    &kind_phantoms,
    &kind_duplicates,
    &kind_rejected_later,
    &kind_rejection,
    &kind_pending,
    &kind_confirmation,
    &kind_stale,
    &kind_users_hit,
    &kind_restore,
    &kind_lag,
    &kind_catch_up,
    &kind_resyncs,
    &kind_conflicts,
    &kind_siblings,
    NULL,
};
/* clang-format on */

static const PlanCatalog catalog = {kinds};

const PlanCatalog *model_catalog(void)
{
    return &catalog;
}
