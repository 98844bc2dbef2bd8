/*
 * fake_catalog.h: a small language with the kinds that plan checks speak of, for tests of the rooms
 * that must not know the models.
 */
#ifndef TESTS_UNIT_FAKE_CATALOG_H
#define TESTS_UNIT_FAKE_CATALOG_H

#include <stddef.h>

#include "sim/plan/schema.h"

#define FAKE(name, type, flags, among, initial, least, most)                                       \
    {                                                                                              \
        name, PLAN_TYPE_##type, flags, among, initial, least, most, "What " name " is.", NULL,     \
            NULL                                                                                   \
    }
#define FAKE_END                                                                                   \
    {                                                                                              \
        NULL, PLAN_TYPE_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL, NULL                                \
    }
#define FAKE_KIND(kind, group, named, presets)                                                     \
    static const PlanKind small_##kind = {                                                         \
        #kind, group, named, "What " #kind " is.", NULL, small_##kind##_fields, presets}
#define NEEDED (PLAN_REQUIRED | PLAN_POSITIONAL)
#define BY_WORD (PLAN_REQUIRED | PLAN_INTERNAL)
#define SECOND INT64_C(1000000000)

static const PlanField small_scenario_fields[] = {
    FAKE("duration", TIME, PLAN_REQUIRED, NULL, NULL, 1, 86400 * SECOND),
    FAKE("warmup", TIME, 0, NULL, "0s", 0, 86400 * SECOND),
    FAKE("settle", TIME, 0, NULL, "0s", 0, 86400 * SECOND), FAKE("seeds", TEXT, 0, NULL, "1", 0, 0),
    FAKE_END};
FAKE_KIND(scenario, "component", true, NULL);
static const PlanField small_region_fields[] = {
    FAKE("zones", COUNT, 0, NULL, "1", 1, 16), FAKE("skew", OFFSET, 0, NULL, "0s", 0, 0), FAKE_END};
FAKE_KIND(region, "component", true, NULL);
static const PlanField small_link_fields[] = {
    FAKE("ends", REFS, NEEDED, "region", NULL, 2, 2),
    FAKE("name", TEXT, 0, NULL, NULL, 0, 0),
    FAKE("rtt", TIME, 0, NULL, "50ms", 0, 3600 * SECOND),
    FAKE("latency", DIST, 0, NULL, NULL, 0, 0),
    FAKE("jitter", DIST, 0, NULL, "0ms", 0, 0),
    FAKE("loss", RATIO, 0, NULL, "0%", 0, SECOND),
    FAKE("bandwidth", BANDWIDTH, 0, NULL, "1Gbps", 1000, 0),
    FAKE("risk", TEXT, 0, NULL, NULL, 0, 0),
    FAKE_END};
FAKE_KIND(link, "component", false, NULL);
static const PlanField small_users_fields[] = {
    FAKE("count", COUNT, PLAN_REQUIRED, NULL, NULL, 1, 1000000000),
    FAKE("home", WEIGHTS, 0, "region", NULL, 0, 0), FAKE("retry", PART, 0, "retry", NULL, 0, 0),
    FAKE_END};
FAKE_KIND(users, "component", true, NULL);
static const PlanField small_retry_fields[] = {FAKE("attempts", COUNT, 0, NULL, "3", 1, 100),
                                               FAKE_END};
FAKE_KIND(retry, "retry", false, NULL);
static const PlanField small_data_fields[] = {
    FAKE("change", WORD, 0, "overwrite|create-only", "overwrite", 0, 0),
    FAKE("unique", FLAG, 0, NULL, "false", 0, 0),
    FAKE("ordered", FLAG, 0, NULL, "false", 0, 0),
    FAKE("size", SIZE, 0, NULL, "200B", 1, 1000000),
    FAKE("owner", WORD, 0, "home|any|single", "home", 0, 0),
    FAKE("owner_region", REF, 0, "region", NULL, 0, 0),
    FAKE("channels", PARTS, 0, "channel", NULL, 0, 0),
    FAKE("read", PARTS, 0, "read", "local", 0, 0),
    FAKE_END};
FAKE_KIND(data, "component", true, NULL);
static const PlanField small_queue_fields[] = {
    FAKE("flush", TIME, 0, NULL, "0ms", 0, 3600 * SECOND),
    FAKE("apply", DIST, 0, NULL, "1ms", 0, 0), FAKE("in_order", FLAG, 0, NULL, "false", 0, 0),
    FAKE("via", TEXT, 0, NULL, NULL, 0, 0), FAKE_END};
static const PlanPresetValue small_kafka[] = {
    {"flush", "7ms", "a source"}, {"in_order", "true", "a source"}, {NULL, NULL, NULL}};
static const PlanPreset small_queue_presets[] = {{"kafka", "A preset.", small_kafka, "Much."},
                                                 {NULL, NULL, NULL, NULL}};
FAKE_KIND(queue, "channel", false, small_queue_presets);
static const PlanField small_replicate_fields[] = {
    FAKE("multi_master", FLAG, 0, NULL, "false", 0, 0),
    FAKE("in_order", FLAG, 0, NULL, "true", 0, 0), FAKE_END};
FAKE_KIND(replicate, "channel", false, NULL);
static const PlanField small_local_fields[] = {FAKE_END};
FAKE_KIND(local, "read", false, NULL);
static const PlanField small_secondary_fields[] = {
    FAKE("timeout", TIME, 0, NULL, "300ms", 1, SECOND), FAKE_END};
FAKE_KIND(secondary, "read", false, NULL);
static const PlanField small_service_fields[] = {
    FAKE("reads", REFS, 0, "data", NULL, 0, 0), FAKE("writes", REFS, 0, "data", NULL, 0, 0),
    FAKE("work", DIST, 0, NULL, "2ms", 0, 0), FAKE("followed_by", PART, 0, "follow", NULL, 0, 0),
    FAKE_END};
FAKE_KIND(service, "component", true, NULL);
static const PlanField small_follow_fields[] = {FAKE("service", REF, NEEDED, "service", NULL, 0, 0),
                                                FAKE("after", DIST, 0, NULL, "10s", 0, 0),
                                                FAKE_END};
FAKE_KIND(follow, "follow", false, NULL);
static const PlanField small_demand_fields[] = {
    FAKE("users", REF, BY_WORD, "users", NULL, 0, 0),
    FAKE("service", REF, BY_WORD, "service", NULL, 0, 0),
    FAKE("rate", RATE, BY_WORD, NULL, NULL, 0, INT64_C(1000000000000000)),
    FAKE("shape", WORD, PLAN_INTERNAL, "flat|diurnal", "flat", 0, 0), FAKE_END};
FAKE_KIND(demand, "component", true, NULL);
static const PlanField small_failover_fields[] = {FAKE("fence", PART, 0, "fence", NULL, 0, 0),
                                                  FAKE_END};
FAKE_KIND(failover, "component", true, NULL);
static const PlanField small_lease_fields[] = {
    FAKE("ttl", TIME, PLAN_POSITIONAL, NULL, "30s", 1, 86400 * SECOND), FAKE_END};
FAKE_KIND(lease, "fence", false, NULL);
static const PlanField small_token_fields[] = {FAKE_END};
FAKE_KIND(token, "fence", false, NULL);
#define FAKE_FAULT                                                                                 \
    FAKE("at", TIME, BY_WORD, NULL, NULL, 0, 86400 * SECOND),                                      \
        FAKE("lasts", TIME, 0, NULL, NULL, 1, 86400 * SECOND)
static const PlanField small_cut_fields[] = {FAKE_FAULT,
                                             FAKE("target", TEXT, NEEDED, NULL, NULL, 0, 0),
                                             FAKE("from", REF, 0, "region", NULL, 0, 0), FAKE_END};
FAKE_KIND(cut, "fault", false, NULL);
static const PlanField small_lose_fields[] = {
    FAKE_FAULT, FAKE("region", REF, NEEDED, "region", NULL, 0, 0), FAKE_END};
FAKE_KIND(lose, "fault", false, NULL);
static const PlanField small_expect_fields[] = {
    FAKE("metric", PART, NEEDED, "metric", NULL, 0, 0),
    FAKE("bound", BOUND, NEEDED, NULL, NULL, 0, 0),
    FAKE("from", TIME, PLAN_INTERNAL, NULL, NULL, 0, 86400 * SECOND),
    FAKE("to", TIME, PLAN_INTERNAL, NULL, NULL, 0, 86400 * SECOND), FAKE_END};
FAKE_KIND(expect, "component", true, NULL);
static const PlanField small_lost_fields[] = {FAKE("data", REF, 0, "data", NULL, 0, 0), FAKE_END};
static const PlanKind  small_lost = {
     "lost", "metric", false, "Writes that are gone (count).", NULL, small_lost_fields, NULL};
static const PlanField small_availability_fields[] = {
    FAKE("service", REF, NEEDED, "service", NULL, 0, 0), FAKE_END};
static const PlanKind small_availability = {"availability",
                                            "metric",
                                            false,
                                            "Requests answered (ratio).",
                                            NULL,
                                            small_availability_fields,
                                            NULL};

static const PlanKind *const small_kinds[] = {
    &small_scenario,     &small_region, &small_link,      &small_users,    &small_retry,
    &small_data,         &small_queue,  &small_replicate, &small_local,    &small_secondary,
    &small_service,      &small_follow, &small_demand,    &small_failover, &small_lease,
    &small_token,        &small_cut,    &small_lose,      &small_expect,   &small_lost,
    &small_availability, NULL};
static const PlanCatalog small_catalog = {small_kinds};

#endif
