/*
 * resolver.c: how users find a region, and how long they keep finding the old one.
 *
 * A failover changes the rule of a region: where users nearby are sent. Nobody is told. Whoever
 * looks up a name, asks over HTTP or passes a proxy gets what that resolver knows at that moment,
 * and keeps it as long as it likes. There is no state per user: when a cache was filled follows
 * from a hash of the user, so the answer is computed when a request needs it.
 *
 *   dns       the answer is as old as the cache; some resolvers overrun it by hours or days, and
 *             connections that are open never ask
 *   http_dns  the answer is as old as the cache, and nobody overruns it; when the service does not
 *             answer, users wait in vain and take what their local DNS says
 *   proxy     users keep their address; a tier near them gets new rules within seconds and passes
 *             each request on, over the link between the regions where it has to
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const char bands_source[] =
    "one operator's record, https://serverfault.com/questions/72363/";

static const PlanField dns_fields[] = {
    MODEL_FIELD("ttl", TIME, PLAN_POSITIONAL, NULL, "60s", 0, SIM_DAY,
                "How long an answer is cached; every user's cache has its own phase.", "chosen"),
    MODEL_FIELD("ignore", RATIO, 0, NULL, "5%", 0, 1000000000,
                "Share of users whose resolver overruns the TTL: 3/5 by up to 1 h, 1/5 by up to 1 "
                "day, 1/5 by up to 3 days.",
                bands_source),
    MODEL_FIELD("connected", RATIO, 0, NULL, "0%", 0, 1000000000,
                "Share of users with a connection that stays open: they ask for no name as long as "
                "the region has power.",
                "chosen"),
    MODEL_FIELDS_END,
};
static const PlanPresetValue tail_values[] = {
    {"ttl", "900s", bands_source},
    {"ignore", "5%", bands_source},
    MODEL_VALUES_END,
};
static const PlanPreset dns_presets[] = {
    {"tail", "One operator's record: 95 % move within 15 min, 3 % in 1 h, 1 % in a day, 1 % in 3.",
     tail_values, "Who they are: the shares are one site's, and drawn for each user."},
    MODEL_PRESETS_END,
};
const PlanKind kind_dns = {"dns", "resolver", false,      "Names resolved by DNS.",
                           NULL,  dns_fields, dns_presets};

static const char http_dns_source[] =
    "Tencent Cloud HTTPDNS, https://tencentcloud.com/document/product/1130/44471";

static const PlanField http_dns_fields[] = {
    MODEL_FIELD("cache", TIME, PLAN_POSITIONAL, NULL, "120s", 60 * SIM_S, SIM_DAY,
                "How long an answer is cached: 120 s to 600 s, and never less than 60 s.",
                http_dns_source),
    MODEL_FIELD("timeout", TIME, 0, NULL, "5s", SIM_MS, SIM_MIN,
                "A question without answer ends after this; then local DNS is asked.",
                http_dns_source),
    MODEL_FIELD("seat", REF, 0, "region", NULL, 0, 0,
                "The region whose power the service needs; by default an independent site that "
                "always answers.",
                NULL),
    MODEL_FIELD("ttl", TIME, 0, NULL, "60s", 0, SIM_DAY, "How long local DNS caches an answer.",
                "chosen"),
    MODEL_FIELD("ignore", RATIO, 0, NULL, "5%", 0, 1000000000,
                "Share of users whose local DNS overruns that, as with dns.", bands_source),
    MODEL_FIELDS_END,
};
const PlanKind kind_http_dns = {
    "http_dns",
    "resolver",
    false,
    "Names asked for over HTTP by the client's software.",
    "Users reach the service whatever links are cut. What local DNS says after a time-out is not "
    "cached: every request waits again. The wait is time outside the regions: part of the latency "
    "and of the deadline.",
    http_dns_fields,
    NULL};

static const PlanOption rule_options[] = {
    {"nearby", "To the region nearby, or the one that took its place.", NULL},
    {"home", "To the region that owns the user's home.", NULL},
    MODEL_OPTIONS_END,
};
static const PlanField proxy_fields[] = {
    MODEL_FIELD("push", TIME, PLAN_POSITIONAL, NULL, "5s", 0, SIM_HOUR,
                "Longest time from the new rule to a proxy; every proxy has its own.", "chosen"),
    MODEL_WORDS("rule", "nearby|home", rule_options, "nearby", "Where requests are passed on to.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_proxy = {
    "proxy",
    "resolver",
    false,
    "A tier of proxies near the users, with an address that never changes.",
    "The tier has power of its own. It passes requests to another region over the link between "
    "them: its round trip comes on top, and a cut stops them.",
    proxy_fields,
    NULL};

/* ---- how old the answer is --------------------------------------------------------------- */

static uint64_t phase_hash(const Cohort *cohort, uint64_t user)
{
    return sim_mix64(user, cohort->salt ^ 3);
}

/* How long after a change of the route this user's resolver still answers the old one. Every cache
 * was filled at its own phase; some resolvers overrun the TTL by hours or days. */
static SimTime stale_for(const Cohort *cohort, uint64_t user, SimTime changed)
{
    uint64_t hash = phase_hash(cohort, user);
    if (cohort->ttl == 0)
        return 0;
    SimTime  phase = (SimTime)(hash % (uint64_t)cohort->ttl);
    SimTime  rest = (phase - changed % cohort->ttl + cohort->ttl) % cohort->ttl;
    uint64_t other = sim_mix64(hash, 5);
    if (other >= cohort->ignore)
        return rest;
    const SimTime bands[] = {SIM_HOUR, SIM_HOUR, SIM_HOUR, SIM_DAY, 3 * SIM_DAY};
    uint64_t      third = sim_mix64(other, 9);
    return rest + (SimTime)(sim_mix64(third, 11) % (uint64_t)bands[third % 5]);
}

/* Whether the user has a connection to the old region that was open when the route changed. */
static bool still_connected(const World *world, const Cohort *cohort, uint64_t user,
                            const Region *nearby)
{
    const Region *old = &world->regions[nearby->route_before];
    return cohort->connected != 0 && old->down == 0 && old->lit_at <= nearby->route_changed &&
           sim_mix64(phase_hash(cohort, user), 13) < cohort->connected;
}

static uint32_t by_dns(const World *world, const Cohort *cohort, uint64_t user,
                       const Region *nearby)
{
    SimTime since = world_now(world) - nearby->route_changed;
    if (since < stale_for(cohort, user, nearby->route_changed) ||
        still_connected(world, cohort, user, nearby))
        return nearby->route_before;
    return nearby->route;
}

/* When this user last asked over HTTP, or would have if the service had answered. */
static SimTime last_asked(const World *world, const Cohort *cohort, uint64_t user)
{
    SimTime now = world_now(world);
    SimTime phase = (SimTime)(phase_hash(cohort, user) % (uint64_t)cohort->cache);
    return now - (now - phase % cohort->cache + cohort->cache) % cohort->cache;
}

/* Whether the user's answer has expired and nobody gives a new one. */
static bool asks_in_vain(const World *world, const Cohort *cohort, uint64_t user)
{
    return cohort->asks != WORLD_NONE && !region_up(world, cohort->asks) &&
           last_asked(world, cohort, user) >= world->regions[cohort->asks].dark_at;
}

static uint32_t by_http(const World *world, const Cohort *cohort, uint64_t user,
                        const Region *nearby)
{
    if (asks_in_vain(world, cohort, user))
        return by_dns(world, cohort, user, nearby);
    SimTime asked = last_asked(world, cohort, user);
    if (cohort->asks != WORLD_NONE) {
        /* Whoever got no answer asked again as soon as there was one. */
        const Region *seat = &world->regions[cohort->asks];
        if (asked >= seat->dark_at && asked < seat->lit_at)
            asked = seat->lit_at;
    }
    return asked >= nearby->route_changed ? nearby->route : nearby->route_before;
}

static uint32_t by_proxy(const World *world, const Cohort *cohort, const Request *request)
{
    uint32_t      place = cohort->by_home ? request->home : request->access;
    const Region *region = &world->regions[place];
    uint32_t      rule = region->route;
    if (cohort->by_home && world->roles.owner[place] != region->route_before)
        rule = world->roles.owner[place];
    uint64_t late = phase_hash(cohort, request->user) % ((uint64_t)cohort->ttl + 1);
    return world_now(world) - region->route_changed >= (SimTime)late ? rule : region->route_before;
}

uint32_t resolver_region(const World *world, const Cohort *cohort, const Request *request)
{
    const Region *nearby = &world->regions[request->access];
    switch (cohort->resolver) {
    case RESOLVER_DNS:
        return by_dns(world, cohort, request->user, nearby);
    case RESOLVER_HTTP:
        return by_http(world, cohort, request->user, nearby);
    case RESOLVER_PROXY:
        return by_proxy(world, cohort, request);
    }
    return nearby->route;
}

LinkFate resolver_reaches(World *world, const Cohort *cohort, Request *request)
{
    if (cohort->resolver == RESOLVER_HTTP && asks_in_vain(world, cohort, request->user)) {
        fault_hit_delayed(world, world->regions[cohort->asks].down_by);
        request->network += cohort->timeout;
    }
    if (cohort->resolver != RESOLVER_PROXY || request->entry == request->access)
        return LINK_DELIVERS;
    uint32_t path = link_path(world, request->access, request->entry, NULL);
    if (path == WORLD_NONE)
        return LINK_DELIVERS;
    const Link *link = &world->links[path];
    if (link->cuts == 0 && !link_refuses(link))
        return LINK_DELIVERS;
    fault_hit_lost(world, fault_link_stopper(world, path),
                   link->cuts > 0 ? LINK_DROPPED : LINK_BOUNCED, 1);
    return link->cuts > 0 ? LINK_DROPS : LINK_REFUSES;
}

void resolver_build(const World *world, Cohort *cohort, const PlanItem *item)
{
    cohort->asks = WORLD_NONE;
    if (item->kind == &kind_proxy) {
        cohort->resolver = RESOLVER_PROXY;
        cohort->ttl = plan_number(item, PROXY_PUSH);
        cohort->by_home = plan_number(item, PROXY_RULE) == 1;
        return;
    }
    bool http = item->kind == &kind_http_dns;
    cohort->ttl = plan_number(item, http ? HTTP_DNS_TTL : DNS_TTL);
    cohort->ignore = sim_chance_from_ppb(plan_number(item, http ? HTTP_DNS_IGNORE : DNS_IGNORE));
    if (!http) {
        cohort->connected = sim_chance_from_ppb(plan_number(item, DNS_CONNECTED));
        return;
    }
    const PlanValue *seat = plan_value(item, HTTP_DNS_SEAT);
    cohort->resolver = RESOLVER_HTTP;
    cohort->cache = plan_number(item, HTTP_DNS_CACHE);
    cohort->timeout = plan_number(item, HTTP_DNS_TIMEOUT);
    if (seat->count > 0)
        cohort->asks = world_index(world, "region", seat->ids[0]);
}
