/*
 * links.c: what faults do to links: they carry nothing, or late, or in another order, or twice.
 *
 *   cut, flap, split, isolate   nothing passes; senders wait, or are refused
 *   jam                         what is sent waits on the line until the jam is over
 *   degrade                     later, lost, narrower
 *   reorder, duplicate          some messages are overtaken, some come twice
 *
 * Cuts are counted. All else is worked out anew from the faults in force whenever one begins or
 * ends: latencies add, losses combine as independent, bandwidth is the smallest, jams last as long
 * as the longest.
 */
#include "models/fault/fault.h"

#define TARGET                                                                                     \
    MODEL_FIELD(                                                                                   \
        "target", TEXT, PLAN_REQUIRED | PLAN_POSITIONAL, NULL, NULL, 0, 0,                         \
        "A link's name, \"a-b\" for all links between two regions, a shared-risk group, or "       \
        "a region for all its links.",                                                             \
        NULL)
#define HOW                                                                                        \
    MODEL_FIELD("how", WORD, 0, "silent|reset", "silent", 0, 0,                                    \
                "Packets vanish and senders wait, or both ends of a connection are told at once.", \
                "chosen")
#define FROM                                                                                       \
    MODEL_FIELD("from", REF, 0, "region", NULL, 0, 0, "Only messages sent by this region.", NULL)

static const PlanField cut_fields[] = {
    FAULT_COMMON_FIELDS, TARGET, HOW, FROM, MODEL_FIELDS_END,
};
const PlanKind kind_cut = {"cut", "fault", false, "Links carry nothing.", NULL, cut_fields, NULL};

static const PlanField degrade_fields[] = {
    FAULT_COMMON_FIELDS,
    TARGET,
    FROM,
    MODEL_FIELD("latency", TIME, 0, NULL, "0ms", 0, SIM_HOUR, "Added to each one-way delay.",
                "chosen"),
    MODEL_FIELD("loss", RATIO, 0, NULL, "0%", 0, 1000000000, "Additional share of packets lost.",
                "chosen"),
    MODEL_FIELD("bandwidth", BANDWIDTH, 0, NULL, NULL, 1000, 0, "At most this much capacity.",
                NULL),
    MODEL_FIELD("jitter", DIST, 0, NULL, "0ms", 0, 0,
                "Added to every one-way delay as well, drawn for each message.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_degrade = {"degrade",
                               "fault",
                               false,
                               "Links are slow, lossy, narrow or unsteady.",
                               "A probe feels added latency, not jitter.",
                               degrade_fields,
                               NULL};

static const PlanField flap_fields[] = {
    FAULT_FIRST_FIELDS,
    MODEL_FIELD("every", TIME, 0, NULL, "10s", SIM_MS, SIM_DAY, "Period.", "chosen"),
    FAULT_TIME_FIELDS,
    TARGET,
    MODEL_FIELD("down", TIME, 0, NULL, "2s", SIM_MS, SIM_DAY,
                "Cut at the start of each period for this long.", "chosen"),
    MODEL_FIELD("how", WORD, 0, "silent|reset", "silent", 0, 0, "As in cut.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_flap = {"flap", "fault",     false, "Links go down and up again and again.",
                            NULL,   flap_fields, NULL};

/* The typical one of those that were studied; that its times are exponential is chosen. */
#define MEZA                                                                                       \
    "Meza et al., A Large Scale Study of Data Center Network Reliability, IMC 2018, section "
static const PlanPresetValue fibre_values[] = {
    {"mttf", "exponential 2326h", MEZA "6.2: links of the median vendor"},
    {"mttr", "exponential 13h", MEZA "6.2: links of the median vendor"},
    MODEL_VALUES_END,
};
static const PlanPresetValue edge_values[] = {
    {"mttf", "exponential 1710h", MEZA "6.1: the median edge node"},
    {"mttr", "exponential 10h", MEZA "6.1: the median edge node"},
    MODEL_VALUES_END,
};
static const PlanPreset fails_presets[] = {
    {"fibre", "A fibre link of a wide-area backbone.", fibre_values,
     "links of one vendor that fail together, long tails"},
    {"edge-node", "All links of a place at once, each at least three: name a region.", edge_values,
     "places that differ: the best fail thirty times less often than the worst"},
    MODEL_PRESETS_END,
};
static const PlanField fails_fields[] = {
    FAULT_COMMON_FIELDS, TARGET, HOW, FROM, MODEL_FIELDS_END,
};
const PlanKind kind_fails = {
    "fails",
    "fault",
    false,
    "Links fail at random and are repaired: `cut` with times from studies.",
    "All links of the target fail and return together.",
    fails_fields,
    fails_presets};

#define GROUP(name, flags, doc)                                                                    \
    MODEL_FIELD(name, REFS, (flags) | PLAN_POSITIONAL, "region", NULL, 1, 0, doc, NULL)
static const PlanField split_fields[] = {
    FAULT_COMMON_FIELDS,
    GROUP("one", PLAN_REQUIRED, "A group of regions."),
    GROUP("two", PLAN_REQUIRED, "Another."),
    GROUP("three", 0, "A third."),
    GROUP("four", 0, "A fourth."),
    HOW,
    MODEL_FIELD("from", REFS, 0, "region", NULL, 0, 0, "Only messages sent by these regions.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_split = {"split",
                             "fault",
                             false,
                             "The network falls apart: all links between groups of regions carry "
                             "nothing; a region in no group keeps all its links.",
                             NULL,
                             split_fields,
                             NULL};

static const PlanField isolate_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Which.",
                NULL),
    HOW,
    MODEL_FIELD("way", WORD, 0, "both|in|out", "both", 0, 0,
                "Neither hears the other, or only what comes in, or goes out, is lost.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_isolate = {"isolate",
                               "fault",
                               false,
                               "A region is cut off from all others and goes on by itself.",
                               "Users nearby still reach it; with `down` they do not.",
                               isolate_fields,
                               NULL};

static const PlanField jam_fields[] = {
    FAULT_COMMON_FIELDS,
    TARGET,
    FROM,
    MODEL_FIELDS_END,
};
const PlanKind kind_jam = {
    "jam",
    "fault",
    false,
    "Links take messages and deliver none until the jam is over; then all that waited.",
    "Nobody takes the connection for broken, however long it lasts. Requests that do not fit into "
    "a second of the line are dropped; the logs of channels wait at their sources.",
    jam_fields,
    NULL};

static const PlanField reorder_fields[] = {
    FAULT_COMMON_FIELDS,
    TARGET,
    FROM,
    MODEL_FIELD("share", RATIO, 0, NULL, "10%", 1, 1000000000, "Share of messages held up.",
                "chosen"),
    MODEL_FIELD("by", TIME, 0, NULL, "100ms", SIM_US, SIM_HOUR,
                "They arrive up to this much later, evenly distributed.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_reorder = {
    "reorder",
    "fault",
    false,
    "Some messages are held up and others overtake them.",
    "Streams in order hand nothing over before what was sent earlier: there all wait.",
    reorder_fields,
    NULL};

static const PlanField duplicate_fields[] = {
    FAULT_COMMON_FIELDS,
    TARGET,
    FROM,
    MODEL_FIELD("share", RATIO, 0, NULL, "10%", 1, 1000000000, "Share of messages that come twice.",
                "chosen"),
    MODEL_FIELD("within", TIME, 0, NULL, "1s", SIM_US, SIM_HOUR,
                "The copy comes up to this much after the first, evenly distributed.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_duplicate = {
    "duplicate",
    "fault",
    false,
    "Some changes of channels that keep no order come twice, and are applied twice.",
    "Streams in order, queues that recognise repetitions, and requests are not hit: their "
    "connections know what they have had. Copies take no bandwidth.",
    duplicate_fields,
    NULL};

/* ---- single messages
 * ----------------------------------------------------------------------------- */

static bool touches(const Fault *fault, uint32_t link)
{
    for (uint32_t i = 0; i < fault->link_count; i++)
        if (fault->links[i] == link)
            return true;
    return false;
}

/* How surely a fault keeps a link from delivering, or the loss of an end does; STOPS_NOT: it does
 * not. */
typedef enum Stop {
    STOPS_NOT,
    STOPS_MAYBE, /* the link is up: its queue is full, or nobody waits that long */
    STOPS_PACKETS,
    STOPS_RESETS,
    STOPS_SILENTLY,
    STOPS_FOR_GOOD,
} Stop;

static Stop stop_of(const World *world, uint32_t index)
{
    const Fault    *fault = &world->faults[index];
    const PlanItem *item = fault_item(world, index);
    const PlanKind *kind = fault->behaviour->kind;
    if (kind == &kind_degrade) {
        if (plan_number(item, DEGRADE_LOSS) == 1000000000)
            return STOPS_PACKETS;
        return STOPS_MAYBE;
    }
    if (kind == &kind_jam)
        return STOPS_MAYBE;
    if (fault->behaviour->passes || (kind == &kind_flap && !fault->flapped))
        return STOPS_NOT;
    return fault->resets ? STOPS_RESETS : STOPS_SILENTLY;
}

/* Whoever stops more surely, and among equals who began first: the other found nothing that was
 * left to stop. */
static uint32_t link_stopper(const World *world, uint32_t link, Stop *out_stop, SimTime *out_since)
{
    uint32_t stopper = WORLD_NONE;
    *out_stop = STOPS_NOT;
    *out_since = 0;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        if (!fault->in_force || !touches(fault, link))
            continue;
        Stop stop = stop_of(world, f);
        if (stop < *out_stop || stop == STOPS_NOT ||
            (stop == *out_stop && fault->began >= *out_since))
            continue;
        *out_stop = stop;
        *out_since = fault->began;
        stopper = f;
    }
    return stopper;
}

uint32_t fault_link_stopper(const World *world, uint32_t link)
{
    const Link    *l = &world->links[link];
    const uint32_t ends[] = {l->to, l->from};
    Stop           stop;
    SimTime        since;
    uint32_t       stopper = link_stopper(world, link, &stop, &since);
    for (size_t e = 0; e < G_N_ELEMENTS(ends); e++) {
        const Region *region = &world->regions[ends[e]];
        Stop          dark = region->gone ? STOPS_FOR_GOOD : STOPS_SILENTLY;
        if (region->down == 0 || dark < stop || (dark == stop && region->dark_at >= since))
            continue;
        stop = dark;
        since = region->dark_at;
        stopper = region->down_by;
    }
    return stopper;
}

SimTime fault_link_delays(World *world, uint32_t link)
{
    SimTime delay = 0;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        Fault          *fault = &world->faults[f];
        const PlanKind *kind = fault->behaviour->kind;
        if (!fault->in_force || !touches(fault, link))
            continue;
        if (kind == &kind_degrade || kind == &kind_jam) {
            fault->delayed++;
            if (fault->rng != NULL)
                delay = sim_time_add(
                    delay, sim_dist_draw(plan_value(fault_item(world, f), DEGRADE_JITTER)->dist,
                                         fault->rng));
        } else if (kind == &kind_reorder && sim_rng_chance(fault->rng, fault->share)) {
            fault->delayed++;
            uint64_t most = (uint64_t)plan_number(fault_item(world, f), REORDER_BY);
            delay = sim_time_add(delay, 1 + (SimTime)sim_rng_below(fault->rng, most));
        }
    }
    return delay;
}

bool fault_link_doubles(World *world, uint32_t link, SimTime *out_after)
{
    for (uint32_t f = 0; f < world->fault_count; f++) {
        Fault *fault = &world->faults[f];
        if (!fault_works(world, f, &kind_duplicate) || !touches(fault, link) ||
            !sim_rng_chance(fault->rng, fault->share))
            continue;
        fault->delayed++;
        uint64_t most = (uint64_t)plan_number(fault_item(world, f), DUPLICATE_WITHIN);
        *out_after = 1 + (SimTime)sim_rng_below(fault->rng, most);
        return true;
    }
    return false;
}

/* ---- effects ----------------------------------------------------------------------------- */

/* When the line will be free, as far as anybody knows: jams that begin before the last one is over
 * keep what waits. -1: there is no jam. */
static SimTime jam_end(const World *world, uint32_t link)
{
    SimTime far = sim_time_add_far(world->end, SIM_DAY); /* nobody sees what happens then */
    SimTime end = -1;
    for (bool grown = true; grown;) {
        grown = false;
        for (uint32_t f = 0; f < world->fault_count; f++) {
            const Fault *fault = &world->faults[f];
            if (fault->behaviour->kind != &kind_jam || !touches(fault, link) ||
                !(fault->in_force || (fault->began >= world_now(world) && fault->began <= end)))
                continue;
            SimTime until = fault->until < far ? fault->until : far;
            grown |= until > end;
            end = until > end ? until : end;
        }
    }
    return end;
}

/* Recomputes what faults add to a link: latencies add, losses combine as independent, bandwidth is
 * the smallest. */
static void link_recompute(World *world, uint32_t index)
{
    Link   *link = &world->links[index];
    int64_t keep = link->keep_ppb;
    int64_t before = link->bandwidth;
    link->extra = 0;
    link->bandwidth = link->full_bandwidth;
    link->blame = WORLD_NONE;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        if (!fault->in_force || !touches(fault, index))
            continue;
        link->blame = f;
        if (fault->behaviour->kind != &kind_degrade)
            continue;
        const PlanItem *item = plan_item(world->plan, fault->item);
        link->extra = sim_time_add(link->extra, plan_number(item, DEGRADE_LATENCY));
        keep = sim_time_scale(keep, 1000000000 - plan_number(item, DEGRADE_LOSS), 1000000000);
        const PlanValue *bandwidth = plan_value(item, DEGRADE_BANDWIDTH);
        if (bandwidth->set && bandwidth->number < link->bandwidth)
            link->bandwidth = bandwidth->number;
    }
    Stop     stop;
    SimTime  since;
    uint32_t stopper = link_stopper(world, index, &stop, &since);
    if (stopper != WORLD_NONE)
        link->blame = stopper;
    link->jam_until = jam_end(world, index);
    link->loss = sim_chance_from_ppb(1000000000 - keep);
    /* What waits for the line goes on at the new speed. */
    SimTime now = world_now(world);
    for (uint32_t f = 0; f < link->flow_count && link->bandwidth != before; f++) {
        Flow *flow = &link->flows[f];
        flow->bits = 0; /* takes another time now */
        flow->takes = 0;
        if (flow->free > now) {
            /* A queue of days is as good as one of years. */
            int64_t ratio = before / link->bandwidth;
            SimTime rest = flow->free - now;
            flow->free =
                ratio > 1000000
                    ? sim_time_add_far(now, sim_time_mul_far(rest, ratio))
                    : sim_time_add_far(now, sim_time_scale_far(rest, before, link->bandwidth));
        }
    }
}

/* Whether the line itself carries nothing; what its ends do is another matter. */
static bool broken(const Link *link)
{
    return link->cuts > 0 || link->resets > 0 || link->loss == UINT64_MAX;
}

static void cut_links(World *world, const Fault *fault, bool begin)
{
    for (uint32_t i = 0; i < fault->link_count; i++) {
        uint32_t  index = fault->links[i];
        Link     *link = &world->links[index];
        bool      was_up = link_up(link);
        uint32_t *count = fault->resets ? &link->resets : &link->cuts;
        if (begin)
            ++*count;
        else
            --*count;
        link_recompute(world, index);
        link_changed(world, index, was_up, broken(link), fault_index(world, fault));
    }
}

static void turn_cut(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)item;
    cut_links(world, &world->faults[index], begin);
}

static void turn_quality(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)item;
    (void)begin;
    const Fault *fault = &world->faults[index];
    for (uint32_t i = 0; i < fault->link_count; i++) {
        const Link *link = &world->links[fault->links[i]];
        bool        was_up = link_up(link);
        link_recompute(world, fault->links[i]);
        link_changed(world, fault->links[i], was_up, broken(link), index);
    }
}

/* What a change of a flapping link carries: which occurrence it belongs to, and which way. */
static uint64_t flap_arg(const Fault *fault, bool down)
{
    return (uint64_t)(fault->count - 1) << 1 | down;
}

static void turn_flap(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    (void)item;
    Fault *fault = &world->faults[index];
    if (begin) {
        sim_engine_at(world->engine, world_now(world), SIM_PHASE_FAULT, WORLD_FLAP, index,
                      flap_arg(fault, true));
        return;
    }
    if (fault->flapped) {
        fault->flapped = false;
        cut_links(world, fault, false);
    }
    /* A link that is up at that moment is not to blame the flapping any more either. */
    for (uint32_t i = 0; i < fault->link_count; i++)
        link_recompute(world, fault->links[i]);
}

static void flap(void *user, const SimEvent *event)
{
    World          *world = user;
    uint32_t        index = sim_event_target(event);
    Fault          *fault = &world->faults[index];
    const PlanItem *item = fault_item(world, index);
    bool            down = (event->arg & 1) != 0;
    if (!fault->in_force || event->arg != flap_arg(fault, down) || fault->flapped == down ||
        (down && world_now(world) >= fault->last))
        return;
    fault->flapped = down;
    cut_links(world, fault, down);
    SimTime pause = down ? plan_number(item, FLAP_DOWN)
                         : plan_number(item, FAULT_EVERY) - plan_number(item, FLAP_DOWN);
    sim_engine_at(world->engine, sim_time_add(world_now(world), pause), SIM_PHASE_FAULT, WORLD_FLAP,
                  index, flap_arg(fault, !down));
}

/* ---- building ---------------------------------------------------------------------------- */

/* True if `target` names this link: by name, by risk group, as "a-b", or by one of its ends. */
static bool names(const World *world, const char *target, const Link *link)
{
    const char *from = world->regions[link->from].name;
    const char *to = world->regions[link->to].name;
    size_t      from_length = strlen(from);
    size_t      to_length = strlen(to);
    if ((link->name != NULL && strcmp(link->name, target) == 0) ||
        (link->risk != NULL && strcmp(link->risk, target) == 0) || strcmp(from, target) == 0 ||
        strcmp(to, target) == 0)
        return true;
    return (strncmp(target, from, from_length) == 0 && target[from_length] == '-' &&
            strcmp(target + from_length + 1, to) == 0) ||
           (strncmp(target, to, to_length) == 0 && target[to_length] == '-' &&
            strcmp(target + to_length + 1, from) == 0);
}

static void add_link(World *world, Fault *fault, uint32_t link)
{
    if (fault->links == NULL)
        fault->links = sim_arena_array(world->arena, uint32_t, world->link_count + 1);
    fault->links[fault->link_count++] = link;
}

static void find_links(World *world, Fault *fault, const PlanItem *item, int from_field)
{
    fault->target = plan_text(item, FAULT_COMMON);
    for (uint32_t l = 0; l < world->link_count; l++) {
        const Link *link = &world->links[l];
        if (names(world, fault->target, link) &&
            (from_field < 0 || fault_names_region(world, plan_value(item, from_field), link->from)))
            add_link(world, fault, l);
    }
}

static void build_cut(World *world, Fault *fault, const PlanItem *item)
{
    find_links(world, fault, item, CUT_FROM);
    fault->resets = plan_number(item, CUT_HOW) == 1;
}

static void build_flap(World *world, Fault *fault, const PlanItem *item)
{
    find_links(world, fault, item, -1);
    fault->resets = plan_number(item, FLAP_HOW) == 1;
}

static void build_degrade(World *world, Fault *fault, const PlanItem *item)
{
    find_links(world, fault, item, DEGRADE_FROM);
    if (sim_dist_constant_value(plan_value(item, DEGRADE_JITTER)->dist) == 0)
        return;
    fault->rng = sim_arena_array(world->arena, SimRng, 1);
    world_rng(world, fault->rng, fault->name, "jitter");
}

static void build_jam(World *world, Fault *fault, const PlanItem *item)
{
    find_links(world, fault, item, JAM_FROM);
}

/* reorder and duplicate begin alike. */
static void build_scramble(World *world, Fault *fault, const PlanItem *item)
{
    find_links(world, fault, item, REORDER_FROM);
    fault->share = sim_chance_from_ppb(plan_number(item, REORDER_SHARE));
    fault->rng = sim_arena_array(world->arena, SimRng, 1);
    world_rng(world, fault->rng, fault->name, "messages");
}

static void build_isolate(World *world, Fault *fault, const PlanItem *item)
{
    uint32_t region = fault_ref(world, item, ISOLATE_REGION, "region");
    int64_t  way = plan_number(item, ISOLATE_WAY);
    fault->target = world->regions[region].name;
    fault->resets = plan_number(item, ISOLATE_HOW) == 1;
    for (uint32_t l = 0; l < world->link_count; l++) {
        const Link *link = &world->links[l];
        if ((way != ISOLATE_IN && link->from == region) ||
            (way != ISOLATE_OUT && link->to == region))
            add_link(world, fault, l);
    }
}

/* The group of a region, -1 if it is in none. */
static int group_of(const World *world, const PlanItem *item, uint32_t region)
{
    for (int group = SPLIT_ONE; group <= SPLIT_FOUR; group++) {
        const PlanValue *members = plan_value(item, group);
        if (members->count > 0 && fault_names_region(world, members, region))
            return group;
    }
    return -1;
}

static void build_split(World *world, Fault *fault, const PlanItem *item)
{
    GString *target = g_string_new(NULL);
    for (int group = SPLIT_ONE; group <= SPLIT_FOUR; group++) {
        const PlanValue *members = plan_value(item, group);
        for (uint32_t i = 0; i < members->count; i++)
            g_string_append_printf(target, "%s%s",
                                   i > 0               ? "+"
                                   : group > SPLIT_ONE ? " | "
                                                       : "",
                                   plan_item(world->plan, members->ids[i])->name);
    }
    fault->target = sim_arena_text(world->arena, target->str);
    g_string_free(target, TRUE);
    fault->resets = plan_number(item, SPLIT_HOW) == 1;
    for (uint32_t l = 0; l < world->link_count; l++) {
        const Link *link = &world->links[l];
        int         from = group_of(world, item, link->from);
        int         to = group_of(world, item, link->to);
        if (from >= 0 && to >= 0 && from != to &&
            fault_names_region(world, plan_value(item, SPLIT_FROM), link->from))
            add_link(world, fault, l);
    }
}

void fault_links_build(World *world)
{
    sim_engine_handle(world->engine, WORLD_FLAP, "flap", flap);
}

const FaultKind fault_link_kinds[] = {
    {.kind = &kind_cut, .build = build_cut, .turn = turn_cut},
    {.kind = &kind_degrade, .build = build_degrade, .turn = turn_quality},
    {.kind = &kind_fails, .build = build_cut, .turn = turn_cut},
    {.kind = &kind_flap, .build = build_flap, .turn = turn_flap, .own_period = true},
    {.kind = &kind_split, .build = build_split, .turn = turn_cut},
    {.kind = &kind_isolate, .build = build_isolate, .turn = turn_cut},
    {.kind = &kind_jam, .build = build_jam, .turn = turn_quality},
    {.kind = &kind_reorder, .build = build_scramble, .turn = turn_quality, .passes = true},
    {.kind = &kind_duplicate, .build = build_scramble, .turn = turn_quality, .passes = true},
    {.kind = NULL},
};
