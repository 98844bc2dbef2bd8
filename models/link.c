/*
 * link.c: links: how long a message takes between two regions, and whether it arrives.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>
#include <string.h>

/* Requests and one channel: one cache line. */
#define FLOWS_AT_FIRST 2u

static const PlanField link_fields[] = {
    MODEL_FIELD("ends", REFS, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 2, 2,
                "The two regions.", NULL),
    MODEL_FIELD(
        "name", TEXT, 0, NULL, NULL, 0, 0,
        "A name for faults and for `via`; a second link between the same regions needs one.", NULL),
    MODEL_FIELD("rtt", TIME, 0, NULL, "50ms", 0, SIM_HOUR,
                "Round-trip time; each direction takes half.",
                "Li Yunhua, ch. 28: Guangzhou-Beijing about 50 ms"),
    MODEL_FIELD("latency", DIST, 0, NULL, NULL, 0, 0,
                "One-way delay as a distribution; replaces rtt.", NULL),
    MODEL_FIELD("jitter", DIST, 0, NULL, "0ms", 0, 0,
                "Added to every one-way delay, drawn for each message.", "chosen"),
    MODEL_FIELD("loss", RATIO, 0, NULL, "0%", 0, 1000000000,
                "Share of packets lost; each is sent again, after a round trip, then after "
                "time-outs that double.",
                "chosen"),
    MODEL_FIELD(
        "bandwidth", BANDWIDTH, 0, NULL, "1Gbps", 1000, 0,
        "Capacity of each direction, shared evenly by what is sending; messages queue for it.",
        "chosen"),
    MODEL_FIELD("network", TEXT, 0, NULL, NULL, 0, 0,
                "A name that links of several pairs share; `via` may name it.", NULL),
    MODEL_FIELD("risk", TEXT, 0, NULL, NULL, 0, 0,
                "Shared-risk group: links that one event cuts together.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_link = {
    "link",
    "component",
    false,
    "Two directed paths between two regions.",
    "Congestion control is not modelled: a flow uses the bandwidth that is there at once, and loss "
    "delays messages without narrowing the link.",
    link_fields,
    NULL};

static void direction_build(World *world, const PlanItem *item, Link *link, uint32_t from,
                            uint32_t to)
{
    const PlanValue *latency = plan_value(item, LINK_LATENCY);
    const PlanValue *jitter = plan_value(item, LINK_JITTER);
    SimTime          constant = latency->set ? sim_dist_constant_value(latency->dist) : -1;
    const char      *name = plan_text(item, LINK_NAME);
    *link = (Link){
        .name = name,
        .network = plan_text(item, LINK_NETWORK),
        .risk = plan_text(item, LINK_RISK),
        .from = from,
        .to = to,
        .latency = latency->set && constant < 0 ? latency->dist : NULL,
        .half_rtt = constant >= 0 ? constant : plan_number(item, LINK_RTT) / 2,
        .bandwidth = plan_number(item, LINK_BANDWIDTH),
        .full_bandwidth = plan_number(item, LINK_BANDWIDTH),
        .loss = sim_chance_from_ppb(plan_number(item, LINK_LOSS)),
        .keep_ppb = 1000000000 - plan_number(item, LINK_LOSS),
        .blame = WORLD_NONE,
        .jam_until = -1,
        .jitter_mean = -1,
        .flows = sim_arena_lines(world->arena, Flow, FLOWS_AT_FIRST),
        .flow_count = 1,
        .flow_room = FLOWS_AT_FIRST,
        .lost_by = WORLD_NONE,
    };
    if (jitter->set && sim_dist_constant_value(jitter->dist) != 0) {
        link->jitter = jitter->dist;
        link->jitter_mean = sim_dist_exponential_mean(jitter->dist);
    }
    char *component =
        g_strdup_printf("%s %s>%s", item->name, world->regions[from].name, world->regions[to].name);
    world_rng(world, &link->rng, component, "delay");
    g_free(component);
}

void link_build(World *world)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(world->plan, "link", &count);
    uint32_t      n = world->region_count;
    world->link_count = 2 * count;
    world->links = sim_arena_lines(world->arena, Link, 2 * count + 1);
    world->paths = sim_arena_array(world->arena, uint32_t, (size_t)n * n);
    for (uint32_t i = 0; i < n * n; i++)
        world->paths[i] = WORLD_NONE;
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem  *item = plan_item(world->plan, ids[i]);
        const PlanValue *ends = plan_value(item, LINK_ENDS);
        uint32_t         a = world_index(world, "region", ends->ids[0]);
        uint32_t         b = world_index(world, "region", ends->ids[1]);
        direction_build(world, item, &world->links[2 * i], a, b);
        direction_build(world, item, &world->links[2 * i + 1], b, a);
        /* The first link of a pair, in name order, is the default path. */
        if (world->paths[a * n + b] == WORLD_NONE) {
            world->paths[a * n + b] = 2 * i;
            world->paths[b * n + a] = 2 * i + 1;
        }
    }
}

uint32_t link_path(const World *world, uint32_t from, uint32_t to, const char *via)
{
    if (via != NULL)
        for (uint32_t l = 0; l < world->link_count; l++)
            if (world->links[l].from == from && world->links[l].to == to &&
                (g_strcmp0(world->links[l].name, via) == 0 ||
                 g_strcmp0(world->links[l].network, via) == 0))
                return l;
    return world->paths[from * world->region_count + to];
}

bool link_up(const Link *link)
{
    return link->cuts == 0 && link->resets == 0 && link->ends_down == 0 &&
           link->loss != UINT64_MAX; /* nothing gets through at all */
}

/* ---- what becomes of messages ------------------------------------------------------------ */

static void count_lost(Link *link, LinkLoss how, int64_t messages)
{
    *(how == LINK_DROPPED   ? &link->dropped
      : how == LINK_BOUNCED ? &link->bounced
                            : &link->replies) += messages;
}

static LinkLoss loss_of(LinkFate fate, bool reply)
{
    return reply ? LINK_REPLY_LOST : fate == LINK_REFUSES ? LINK_BOUNCED : LINK_DROPPED;
}

/* Of all faults that are in the way, one counts it. */
static LinkFate not_taken(World *world, uint32_t link, LinkFate fate, bool reply)
{
    LinkLoss how = loss_of(fate, reply);
    count_lost(&world->links[link], how, 1);
    fault_hit_lost(world, fault_link_stopper(world, link), how, 1);
    return fate;
}

/* The fault that broke the line counts it, whether or not it is still in force. */
LinkFate link_lost(World *world, uint32_t link, bool reply, int64_t messages)
{
    Link    *l = &world->links[link];
    LinkFate fate = l->lost_by_reset ? LINK_REFUSES : LINK_DROPS;
    LinkLoss how = loss_of(fate, reply);
    l->lost += messages;
    count_lost(l, how, messages);
    fault_hit_lost(world, l->lost_by, how, messages);
    return fate;
}

void link_in_vain(World *world, uint32_t link, bool reply, int64_t messages)
{
    Link *l = &world->links[link];
    l->lost += messages;
    *(reply ? &l->replies : &l->dropped) += messages;
}

void link_lost_at_end(World *world, uint32_t link, bool reply)
{
    link_in_vain(world, link, reply, 1);
    const Link *l = &world->links[link];
    uint32_t    end = region_up(world, l->to) ? l->from : l->to;
    fault_hit_lost(world, world->regions[end].down_by, reply ? LINK_REPLY_LOST : LINK_DROPPED, 1);
}

/* Connections that the link refuses fail at once; whatever else is wrong with it is silent. */
bool link_refuses(const Link *link)
{
    return link->resets > 0 && link->cuts == 0 && link->ends_down == 0;
}

/* ---- sending ----------------------------------------------------------------------------- */

uint32_t link_flow_add(World *world, uint32_t link)
{
    Link *l = &world->links[link];
    if (l->flow_count == l->flow_room) {
        Flow *more = sim_arena_lines(world->arena, Flow, (size_t)l->flow_room * 2);
        memcpy(more, l->flows, sizeof(Flow) * l->flow_room);
        l->flows = more;
        l->flow_room *= 2;
    }
    SIM_ASSERT(l->flow_count < UINT16_MAX); /* Stream.flow */
    return l->flow_count++;
}

int64_t link_bytes(const Link *link)
{
    int64_t sum = 0;
    for (uint32_t f = 0; f < link->flow_count; f++)
        sum += link->flows[f].bytes;
    return sum;
}

/* When the last byte of a message leaves. Flows share the bandwidth evenly while they have
 * something to send, as connections do; within a flow messages wait for each other. The share is
 * that of the moment the message is handed over. */
static SimTime transmit(const Link *link, uint32_t number, SimTime depart, int64_t bytes)
{
    Flow   *flow = &link->flows[number];
    int64_t sharing = 1;
    for (uint32_t f = 0; f < link->flow_count; f++)
        if (f != number && link->flows[f].free > depart)
            sharing++;
    if (depart < flow->free)
        depart = flow->free;
    int64_t bits = bytes * 8 * sharing;
    if (bits != flow->bits) {
        flow->bits = bits;
        flow->takes = sim_time_scale_far(bits, SIM_S, link->bandwidth);
    }
    flow->bytes += bytes;
    return flow->free = sim_time_add_far(depart, flow->takes);
}

static inline LinkFate send(World *world, uint32_t link_index, uint32_t flow, SimTime depart,
                            int64_t bytes, bool reply, SimTime *out_arrival)
{
    Link *link = &world->links[link_index];
    if (!link_up(link))
        return not_taken(world, link_index, link_refuses(link) ? LINK_REFUSES : LINK_DROPS, reply);
    bool late = depart < link->jam_until;
    if (late)
        depart = link->jam_until;
    if (flow == LINK_REQUESTS && link->flows[flow].free > depart + LINK_BUFFER)
        return not_taken(world, link_index, LINK_DROPS, reply); /* the queue before it is full */
    depart = transmit(link, flow, depart, bytes);
    link->taken++;
    SimTime delay =
        link->latency != NULL ? sim_dist_draw(link->latency, &link->rng) : link->half_rtt;
    SimTime once = delay + link->extra;
    if (link->jitter_mean >= 0)
        delay += sim_draw_exponential(&link->rng, link->jitter_mean);
    else if (link->jitter != NULL)
        delay += sim_dist_draw(link->jitter, &link->rng);
    delay += link->extra;
    /* A lost packet is noticed after a round trip and sent again; if that is lost too, after
     * time-outs that double. */
    if (link->loss != 0) {
        SimTime wait = 2 * once;
        SimTime timeout = LINK_RTO_FIRST;
        while (sim_rng_chance(&link->rng, link->loss) && delay < SIM_DAY) {
            late = true;
            delay += wait;
            wait = timeout > 2 * once ? timeout : 2 * once;
            timeout = timeout < LINK_RTO_MOST / 2 ? 2 * timeout : LINK_RTO_MOST;
        }
    }
    if (link->blame != WORLD_NONE) {
        SimTime held = fault_link_delays(world, link_index);
        late |= held > 0 || link->extra > 0;
        delay = sim_time_add(delay, held);
    }
    if (late)
        link->late++;
    *out_arrival = sim_time_add(depart, delay);
    return LINK_DELIVERS;
}

LinkFate link_send(World *world, uint32_t link, uint32_t flow, SimTime depart, int64_t bytes,
                   SimTime *out_arrival)
{
    return send(world, link, flow, depart, bytes, false, out_arrival);
}

LinkFate link_answer(World *world, uint32_t link, uint32_t flow, int64_t bytes,
                     SimTime *out_arrival)
{
    return send(world, link, flow, world_now(world), bytes, true, out_arrival);
}

SimTime link_rtt(const World *world, uint32_t from, uint32_t to)
{
    uint32_t path = world->paths[from * world->region_count + to];
    if (from == to || path == WORLD_NONE)
        return 0;
    const Link *link = &world->links[path];
    return sim_time_mul_far(link->latency != NULL ? sim_dist_mean(link->latency) : link->half_rtt,
                            2);
}

/* What is on the way is gone, and so is what waited for the line. */
static void sever(World *world, Link *link, uint32_t fault)
{
    link->severed = true;
    link->epoch++;
    link->lost_by = fault;
    link->lost_by_reset = link_refuses(link);
    for (uint32_t f = 0; f < link->flow_count; f++)
        link->flows[f].free = world_now(world);
}

void link_changed(World *world, uint32_t link, bool was_up, bool lose_in_flight, uint32_t fault)
{
    Link *l = &world->links[link];
    bool  up = link_up(l);
    /* A line that was down already may still have had something on it: what a region sent before
     * its power failed. */
    bool severs = !up && lose_in_flight && !l->severed;
    if (up)
        l->severed = false;
    if (severs)
        sever(world, l, fault);
    if (was_up == up && !severs)
        return;
    quorum_changed(world);
    stream_link_changed(world, link, severs);
}
