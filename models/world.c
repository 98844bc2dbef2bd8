/*
 * world.c: builds the world of a run from its plan, and ends it.
 */
#include "models/world.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "models/fields.h"
#include "models/intent.h"
#include "models/presets/presets.h"

/* Requests in flight at once; the slot travels in 24 bits. */
#define REQUEST_LIMIT (1u << 24)
/* Lag samples per stream: about this many. */
#define SAMPLES_WANTED 720
#define SAMPLES_RESERVED (1u << 20)

/* ---- small shared parts ------------------------------------------------------------------ */

void world_rng(World *world, SimRng *rng, const char *component, const char *purpose)
{
    sim_rng_init(rng, world->seed, component, purpose);
    g_ptr_array_add(world->streams_of_chance, rng);
}

uint32_t world_index(const World *world, const char *kind, PlanId id)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(world->plan, kind, &count);
    for (uint32_t i = 0; i < count; i++)
        if (ids[i] == id)
            return i;
    SIM_ASSERT(false);
    return WORLD_NONE;
}

void world_mark(World *world, bool bad, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Mark mark = {world_now(world), g_strdup_vprintf(format, args), bad};
    va_end(args);
    metrics_windows_cut(world->windows, mark.at); /* the timeline counts from line to line */
    if (world->marks->len < 10000)
        g_array_append_val(world->marks, mark);
    else
        g_free(mark.text);
}

void world_harm(World *world, const Request *request, HarmKind what, uint32_t place)
{
    if (request->cell == NULL || request->user >= USERS_UNKNOWN)
        return;
    Harm harm = {request->user, request->cohort, request->access, what, place, world_now(world)};
    g_array_append_val(world->harms, harm);
}

uint32_t world_series(const World *world, uint32_t service, uint32_t access, uint32_t cohort)
{
    return (service * world->region_count + access) * world->cohort_count + cohort;
}

uint32_t request_take(World *world)
{
    uint32_t slot = world->request_free;
    if (slot != WORLD_NONE) {
        world->request_free = world->requests[slot].next;
    } else {
        if (world->request_used == world->request_room) {
            if (world->request_room == REQUEST_LIMIT) {
                sim_engine_stop(world->engine, "16,777,216 requests in flight at once");
                return WORLD_NONE;
            }
            world->request_room *= 2;
            world->requests = g_renew(Request, world->requests, world->request_room);
            world->dues = g_renew(Due, world->dues, node_of_request(world, world->request_room));
        }
        slot = world->request_used++;
        uint32_t node = node_of_request(world, slot);
        world->dues[node] = (Due){node, node};
    }
    /* Only what the caller does not set: most of a request's cost would be clearing it. */
    Request *request = &world->requests[slot];
    memset(&request->link, 0, sizeof(Request) - offsetof(Request, link));
    request->next = WORLD_NONE;
    request->token = 0;
    request->state = REQUEST_WORKING;
    return slot;
}

void request_free(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->state = REQUEST_FREE;
    request->token = 0;
    due_remove(world, node_of_request(world, slot));
    request->next = world->request_free;
    world->request_free = slot;
}

/* ---- windows ----------------------------------------------------------------------------- */

static gint compare_times(gconstpointer left, gconstpointer right)
{
    const SimTime *a = left;
    const SimTime *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* A width that people would choose: 1, 2, 5, 10, 20 or 30 of a unit. */
static SimTime nice_width(SimTime wanted)
{
    static const SimTime widths[] = {
        SIM_MS,        2 * SIM_MS,   5 * SIM_MS,   10 * SIM_MS, 20 * SIM_MS,  50 * SIM_MS,
        100 * SIM_MS,  200 * SIM_MS, 500 * SIM_MS, SIM_S,       2 * SIM_S,    5 * SIM_S,
        10 * SIM_S,    20 * SIM_S,   30 * SIM_S,   SIM_MIN,     2 * SIM_MIN,  5 * SIM_MIN,
        10 * SIM_MIN,  20 * SIM_MIN, 30 * SIM_MIN, SIM_HOUR,    2 * SIM_HOUR, 6 * SIM_HOUR,
        12 * SIM_HOUR, SIM_DAY,      2 * SIM_DAY};
    for (size_t i = 0; i < G_N_ELEMENTS(widths); i++)
        if (widths[i] >= wanted)
            return widths[i];
    return widths[G_N_ELEMENTS(widths) - 1];
}

static void windows_build(World *world, const PlanItem *scenario)
{
    const PlanValue *window = plan_value(scenario, SCENARIO_WINDOW);
    SimTime          width =
        window->set ? window->number : nice_width(world->duration / WORLD_WINDOWS_WANTED);
    GArray *edges = g_array_new(FALSE, FALSE, sizeof(SimTime));
    for (SimTime t = world->warmup; t < world->duration; t = (t / width + 1) * width)
        g_array_append_val(edges, t);
    g_array_append_val(edges, world->duration);
    uint32_t      count;
    const PlanId *claims = plan_of_kind(world->plan, "expect", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *claim = plan_item(world->plan, claims[i]);
        if (plan_value(claim, EXPECT_FROM)->set) {
            SimTime from = plan_number(claim, EXPECT_FROM);
            SimTime to = plan_number(claim, EXPECT_TO);
            g_array_append_val(edges, from);
            g_array_append_val(edges, to);
        }
    }
    for (uint32_t f = 0; f < world->fault_count; f++) {
        g_array_append_val(edges, world->faults[f].start);
        if (world->faults[f].end != SIM_TIME_NEVER)
            g_array_append_val(edges, world->faults[f].end);
    }
    g_array_sort(edges, compare_times);
    uint32_t kept = 0;
    SimTime *times = (SimTime *)(void *)edges->data;
    for (uint32_t i = 0; i < edges->len; i++)
        if (times[i] >= world->warmup && times[i] <= world->duration &&
            (kept == 0 || times[i] != times[kept - 1]))
            times[kept++] = times[i];
    world->windows = metrics_windows_new(
        times, kept, world->service_count * world->region_count * world->cohort_count);
    g_array_free(edges, TRUE);
}

/* ---- sampling ---------------------------------------------------------------------------- */

/* Room for all lag samples of the run: it does not have to be moved while it grows, and what is not
 * reached costs nothing. */
static void samples_reserve(const World *world)
{
    uint32_t streams = 0;
    for (uint32_t s = 0; s < world->stream_count; s++)
        streams += world->streams[s].link != WORLD_NONE;
    uint64_t instants = (uint64_t)(world->end / world->sample_every) + 1;
    uint64_t most = instants * streams + world->stream_count;
    g_array_set_size(world->samples, (guint)MIN(most, SAMPLES_RESERVED));
    g_array_set_size(world->samples, 0);
}

/* Threads change with every request; what a picture needs is how many are busy now and then. */
static void sample_threads(World *world)
{
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t r = 0; r < world->region_count; r++) {
            const ServiceSite *site = &world->services[s].sites[r];
            uint32_t          *last = &world->busy_last[s * world->region_count + r];
            const BusySample  *before =
                *last == 0 ? NULL : &g_array_index(world->busy, BusySample, *last - 1);
            if (before != NULL && before->busy == site->busy && before->queued == site->queued &&
                before->threads == site->threads)
                continue;
            BusySample one = {world_now(world), s, r, site->busy, site->queued, site->threads};
            g_array_append_val(world->busy, one);
            *last = world->busy->len;
        }
}

/* Whether a request may hold a thread while another region is asked. */
static bool may_ask_far(const World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t s = 0; s < world->classes[c].step_count; s++)
            if (world->classes[c].steps[s].kind == READ_SECONDARY ||
                world->classes[c].steps[s].kind == READ_BACK_SOURCE)
                return true;
    return false;
}

static void sample(void *user, const SimEvent *event)
{
    World *world = user;
    (void)event;
    sample_threads(world);
    guint count = world->samples->len;
    g_array_set_size(world->samples, count + world->stream_count);
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (stream->link == WORLD_NONE || world->regions[stream->to].gone ||
            world->regions[stream->from].gone)
            continue;
        if (world->channels[stream->channel].queue != NULL)
            stream_expire(world, s);
        MetricsLag *one = &g_array_index(world->samples, MetricsLag, count++);
        *one = (MetricsLag){.at = world_now(world), .stream = s};
        one->backlog = (uint32_t)stream_backlog(world, stream, &one->age);
    }
    g_array_set_size(world->samples, count);
    SimTime next = sim_time_add(world_now(world), world->sample_every);
    if (next <= world->end)
        sim_engine_at(world->engine, next, SIM_PHASE_PROBE, WORLD_SAMPLE, 0, 0);
}

/* ---- life -------------------------------------------------------------------------------- */

static void ledger_build(World *world)
{
    LedgerClass *classes = g_new0(LedgerClass, world->class_count + 1);
    for (uint32_t c = 0; c < world->class_count; c++)
        classes[c] = (LedgerClass){
            .rule = world->classes[c].rule,
            .unique = world->classes[c].unique,
            .idempotent = world->classes[c].idempotent,
            .spread = (world->classes[c].channel_count > 0 || world->classes[c].quorum != NULL) &&
                      world->region_count > 1,
            .stores = quorum_members(&world->classes[c]),
            .lingers = world->classes[c].quorum != NULL,
        };
    LedgerSetup setup = {world->region_count, world->class_count, classes, world->warmup};
    world->ledger = ledger_new(&setup);
    g_free(classes);
}

World *world_new(const Plan *plan, uint64_t seed, SimTrace *trace)
{
    World        *world = g_new0(World, 1);
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "scenario", &count);
    SIM_ASSERT(count == 1);
    const PlanItem *scenario = plan_item(plan, ids[0]);
    world->plan = plan;
    world->seed = seed;
    world->trace = trace;
    world->arena = sim_arena_new(1 << 16);
    world->duration = plan_number(scenario, SCENARIO_DURATION);
    world->warmup = plan_number(scenario, SCENARIO_WARMUP);
    world->end = sim_time_add(world->duration, plan_number(scenario, SCENARIO_SETTLE));
    world->sample_every = nice_width(world->end / SAMPLES_WANTED);
    world->harms = g_array_new(FALSE, FALSE, sizeof(Harm));
    world->samples = g_array_new(FALSE, FALSE, sizeof(MetricsLag));
    world->busy = g_array_new(FALSE, FALSE, sizeof(BusySample));
    world->marks = g_array_new(FALSE, FALSE, sizeof(Mark));
    world->catch_ups = g_array_new(FALSE, FALSE, sizeof(CatchUp));
    world->resyncs = g_array_new(FALSE, FALSE, sizeof(ResyncRow));
    world->alones = g_array_new(FALSE, FALSE, sizeof(Alone));
    world->recoveries = g_array_new(FALSE, FALSE, sizeof(Recovery));
    world->streams_of_chance = g_ptr_array_new();
    world->diurnal = presets_diurnal();
    for (int h = 0; h < 24; h++)
        if (world->diurnal[h] > world->diurnal_peak)
            world->diurnal_peak = world->diurnal[h];
    SimEngineSetup setup = {
        .world = world,
        .seed = seed,
        .max_events = (uint64_t)plan_number(scenario, SCENARIO_MAX_EVENTS),
        .max_pending = (uint32_t)plan_number(scenario, SCENARIO_MAX_PENDING),
        .trace = trace,
    };
    world->engine = sim_engine_new(&setup);
    world->clock = sim_engine_clock(world->engine);
    world->request_room = 1024;
    world->requests = g_new(Request, world->request_room);
    world->request_free = WORLD_NONE;

    region_build(world);
    link_build(world);
    store_build(world);
    channel_build(world);
    read_handle(world);
    service_build(world);
    world->busy_last = sim_arena_array(world->arena, uint32_t,
                                       (size_t)world->service_count * world->region_count + 1);
    users_build(world);
    fault_build(world);
    failover_build(world);
    switch_build(world);
    intent_build(world);
    ledger_build(world);
    windows_build(world, scenario);
    call_build(world);
    sim_engine_handle(world->engine, WORLD_SAMPLE, "sample", sample);
    pause_build(world);
    return world;
}

void world_start(World *world)
{
    fault_start(world);
    users_start(world);
    failover_start(world);
    quorum_start(world);
    consensus_start(world);
    samples_reserve(world);
    if (world->stream_count > 0 || may_ask_far(world))
        sim_engine_at(world->engine, 0, SIM_PHASE_PROBE, WORLD_SAMPLE, 0, 0);
}

void world_rest(World *world)
{
    g_free(world->requests);
    g_free(world->dues);
    world->requests = NULL;
    world->dues = NULL;
}

void world_free(World *world)
{
    if (world == NULL)
        return;
    for (uint32_t c = 0; c < world->class_count; c++) {
        DataClass *class = &world->classes[c];
        g_free(class->table.direct);
        g_free(class->table.keys);
        g_free(class->table.indices);
        g_free(class->versions);
        g_free(class->made_at);
        g_free(class->causes);
        g_array_free(class->orphans, TRUE);
        read_free(class);
        for (uint32_t r = 0; r < world->region_count; r++) {
            g_free(class->logs[r].ring);
            g_free(class->logs[r].past);
        }
    }
    hold_free(world);
    pause_free(world);
    flush_free(world);
    quorum_free(world);
    intent_free(world);
    call_free(world);
    for (uint32_t f = 0; f < world->failover_count; f++)
        sim_dist_free(world->failovers[f].decide);
    for (guint i = 0; i < world->marks->len; i++)
        g_free(g_array_index(world->marks, Mark, i).text);
    g_array_free(world->harms, TRUE);
    g_array_free(world->samples, TRUE);
    g_array_free(world->busy, TRUE);
    g_array_free(world->marks, TRUE);
    g_array_free(world->catch_ups, TRUE);
    g_array_free(world->resyncs, TRUE);
    twice_free(world);
    g_array_free(world->alones, TRUE);
    g_array_free(world->recoveries, TRUE);
    for (uint32_t f = 0; f < world->failover_count; f++)
        if (world->failovers[f].roles->asides != NULL) {
            g_array_free(world->failovers[f].roles->asides, TRUE);
            world->failovers[f].roles->asides = NULL;
        }
    g_ptr_array_free(world->streams_of_chance, TRUE);
    world_rest(world);
    metrics_windows_free(world->windows);
    ledger_free(world->ledger);
    sim_engine_free(world->engine);
    sim_arena_free(world->arena);
    g_free(world);
}
