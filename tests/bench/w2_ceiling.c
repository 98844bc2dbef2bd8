/*
 * w2_ceiling.c: workload W2 of the performance page, written by hand for nothing else.
 *
 * Three data centres, one-way delays 30/40/70 ms plus exponential jitter of mean 1 ms, first in
 * first out per link. 10,000 requests a second each, one in ten a write: applied after 0.2 ms, sent
 * to both others, applied on arrival; a read takes 0.1 ms. DC1-DC2 is cut from 20 s to 30 s,
 * messages wait at the sender; DC1 dies at 45 s, what it has in flight dies with it, its clients go
 * on and are refused. 60 s simulated.
 *
 * No ledger, no windows, no fingerprint: what is left when everything that makes a simulator is
 * left out. The same world runs on several agendas: the ladder and the 4-ary heap of rivals.h (the
 * faster one is "the generic ceiling"), rings for everything that keeps its order (what a
 * specialist reaches), and for comparison our own queue without and with lanes. All must agree in
 * every number.
 *
 * goals.c calls this beside the scenario file, in turns.
 */
#define _POSIX_C_SOURCE 200809L

#include "tests/bench/w2_ceiling.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/detmath.h"
#include "sim/base/rng.h"
#include "sim/base/ziggurat.h"
#include "sim/engine/queue.h"
#include "tests/bench/clock.h"
#include "tests/bench/rivals.h"

#define MS INT64_C(1000000)
#define S INT64_C(1000000000)
#define END (60 * S)
#define CAPACITY 65536u /* pending; also messages that wait at a sender */

/* Compiled once per agenda, with its kind as a constant. */
#define ONCE_PER_AGENDA static inline __attribute__((always_inline))

static const char *const agenda_names[W2_AGENDAS] = {"ladder", "4-ary heap", "rings (FIFO lanes)",
                                                     "sim_queue", "sim_queue, lanes"};

/* What happens; the event's word is sequence << 8 | source. Sources in their order: */
enum {
    SOURCE_REQUEST = 0, /* + dc */
    SOURCE_READ = 3,    /* + dc: a read is done */
    SOURCE_WRITE = 6,   /* + dc: a write is applied */
    SOURCE_LINK = 9,    /* + link: its first message arrives */
    SOURCE_FAULT = 15,
    SOURCES = 16,
};

/* --- the agenda of rings: a winner tree over the heads of 16 sources --- */

typedef struct Ring {
    Rival   *events; /* CAPACITY of them */
    uint32_t head;
    uint32_t tail;
} Ring;

typedef struct Rings {
    Ring     rings[SOURCES];
    Rival    heads[SOURCES];
    uint32_t winners[2 * SOURCES];
} Rings;

static inline void rings_replay(Rings *rings, uint32_t source)
{
    Rival    best = rings->heads[source];
    uint32_t winner = source;
    for (uint32_t node = SOURCES + source; node > 1; node /= 2) {
        uint32_t rival = rings->winners[node ^ 1];
        Rival    head = rings->heads[rival];
        bool     loses = (head.at < best.at) | ((head.at == best.at) & (head.word < best.word));
        best.at = loses ? head.at : best.at;
        best.word = loses ? head.word : best.word;
        winner = loses ? rival : winner;
        rings->winners[node / 2] = winner;
    }
}

static inline void rings_push(Rings *rings, uint32_t source, Rival event)
{
    Ring *ring = &rings->rings[source];
    ring->events[ring->tail++ & (CAPACITY - 1)] = event;
    if (ring->tail - ring->head == 1) {
        rings->heads[source] = event;
        rings_replay(rings, source);
    }
}

static inline bool rings_pop(Rings *rings, Rival *out_event)
{
    uint32_t source = rings->winners[1];
    Ring    *ring = &rings->rings[source];
    if (ring->head == ring->tail)
        return false;
    *out_event = rings->heads[source];
    ring->head++;
    rings->heads[source] = ring->head == ring->tail ? (Rival){INT64_MAX, UINT64_MAX}
                                                    : ring->events[ring->head & (CAPACITY - 1)];
    rings_replay(rings, source);
    return true;
}

static void rings_init(Rings *rings)
{
    for (uint32_t i = 0; i < SOURCES; i++) {
        rings->rings[i] = (Ring){rival_memory(CAPACITY * sizeof(Rival)), 0, 0};
        rings->heads[i] = (Rival){INT64_MAX, UINT64_MAX};
        rings->winners[SOURCES + i] = i;
    }
    memset(rings->winners, 0, SOURCES * sizeof(rings->winners[0]));
    for (uint32_t i = 0; i < SOURCES; i++)
        rings_replay(rings, i);
}

/* --- the world --- */

typedef struct Link {
    SimRng   rng;
    int64_t  delay;
    int64_t  last_at; /* no message overtakes this one */
    uint32_t from;
    uint32_t to;
    bool     cut;
    uint32_t sent_head; /* of `applied`: in flight, in the order of arrival */
    uint32_t sent_tail;
    uint32_t wait_tail; /* sent_tail .. wait_tail wait at the sender */
    int64_t *applied;   /* CAPACITY times at which the writes were applied at home */
    uint64_t arrived;
} Link;

typedef struct World {
    Ladder    ladder;
    Heap4     heap;
    Rings     rings;
    SimQueue *ours;
    uint64_t  sequence;
    int64_t   now;
    SimRng    requests[3];
    Link      links[6]; /* link 2 dc + i leads to the i-th other dc */
    bool      dead[3];
    uint64_t  events;
    uint64_t  requested;
    uint64_t  refused;
    uint64_t  reads;
    uint64_t  writes[3];
    uint64_t  lost;
    uint64_t  lags[64 * 16]; /* 16 steps per doubling */
    uint64_t  lag_count;
    int64_t   lag_sum;
    int64_t   lag_max;
} World;

static double exponential_edge(SimRng *rng, uint32_t layer, double x)
{
    double offset = 0;
    for (;;) {
        const ZigEdge *edge = &zig_exponential_edge[layer];
        if (layer == 0)
            offset += ZIG_EXPONENTIAL_TAIL;
        else if (edge->foot + (double)(sim_rng_next(rng) >> 11) * 0x1.0p-53 * edge->rise <
                 sim_det_exp(-x))
            return offset + x;
        uint64_t bits = sim_rng_next(rng);
        layer = (uint32_t)bits & 255;
        x = (double)(bits >> 11) * zig_exponential[layer].scale;
        if ((bits >> 11) < zig_exponential[layer].inside)
            return offset + x;
    }
}

static inline int64_t exponential(SimRng *rng, int64_t mean)
{
    uint64_t bits = sim_rng_next(rng);
    uint32_t layer = (uint32_t)bits & 255;
    double   x = (double)(int64_t)(bits >> 11) * zig_exponential[layer].scale;
    if (__builtin_expect((bits >> 11) >= zig_exponential[layer].inside, 0))
        x = exponential_edge(rng, layer, x);
    return (int64_t)(x * (double)mean + 0.5);
}

ONCE_PER_AGENDA void agenda_push(World *world, W2Agenda agenda, int64_t at, uint32_t source)
{
    Rival event = {at, world->sequence++ << 8 | source};
    if (agenda == W2_LADDER)
        ladder_push(&world->ladder, event);
    else if (agenda == W2_HEAP)
        heap4_push(&world->heap, event);
    else if (agenda == W2_RINGS)
        rings_push(&world->rings, source, event);
    else if (agenda == W2_OURS)
        sim_queue_push(world->ours, at, SIM_PHASE_WORK, 0, source, 0);
    else
        sim_queue_lane_push(world->ours, source, at, SIM_PHASE_WORK, 0, source, 0);
}

ONCE_PER_AGENDA bool agenda_pop(World *world, W2Agenda agenda, Rival *out_event)
{
    if (agenda == W2_LADDER)
        return ladder_pop(&world->ladder, out_event);
    if (agenda == W2_HEAP)
        return heap4_pop(&world->heap, out_event);
    if (agenda == W2_RINGS)
        return rings_pop(&world->rings, out_event);
    SimEvent event;
    if (!sim_queue_pop(world->ours, &event))
        return false;
    *out_event = (Rival){event.at, sim_event_target(&event)};
    return true;
}

/* The message at sent_tail leaves now. */
ONCE_PER_AGENDA void link_send(World *world, W2Agenda agenda, uint32_t index)
{
    Link   *link = &world->links[index];
    int64_t at = world->now + link->delay + exponential(&link->rng, MS);
    if (at < link->last_at)
        at = link->last_at;
    link->last_at = at;
    link->sent_tail++;
    agenda_push(world, agenda, at, SOURCE_LINK + index);
}

ONCE_PER_AGENDA void on_request(World *world, W2Agenda agenda, uint32_t dc)
{
    SimRng *rng = &world->requests[dc];
    agenda_push(world, agenda, world->now + exponential(rng, S / 10000), SOURCE_REQUEST + dc);
    world->requested++;
    bool write = sim_rng_next(rng) < UINT64_MAX / 10;
    if (world->dead[dc])
        world->refused++;
    else if (write)
        agenda_push(world, agenda, world->now + MS / 5, SOURCE_WRITE + dc);
    else
        agenda_push(world, agenda, world->now + MS / 10, SOURCE_READ + dc);
}

ONCE_PER_AGENDA void on_write(World *world, W2Agenda agenda, uint32_t dc)
{
    if (world->dead[dc])
        return;
    world->writes[dc]++;
    for (uint32_t index = 2 * dc; index < 2 * dc + 2; index++) {
        Link *link = &world->links[index];
        link->applied[link->wait_tail++ & (CAPACITY - 1)] = world->now;
        if (!link->cut)
            link_send(world, agenda, index);
    }
}

static inline void on_arrival(World *world, uint32_t index)
{
    Link   *link = &world->links[index];
    int64_t lag = world->now - link->applied[link->sent_head++ & (CAPACITY - 1)];
    if (world->dead[link->from] || world->dead[link->to])
        return;
    link->arrived++;
    uint32_t top = 63 - (uint32_t)__builtin_clzll((uint64_t)lag | 16);
    world->lags[top * 16 + ((uint64_t)lag >> (top - 4) & 15)]++;
    world->lag_count++;
    world->lag_sum += lag;
    world->lag_max = lag > world->lag_max ? lag : world->lag_max;
}

/* Links 0 and 2 join DC1 and DC2. */
ONCE_PER_AGENDA void on_fault(World *world, W2Agenda agenda)
{
    if (world->now == 20 * S) {
        world->links[0].cut = world->links[2].cut = true;
    } else if (world->now == 30 * S) {
        world->links[0].cut = world->links[2].cut = false;
        for (uint32_t index = 0; index <= 2; index += 2) {
            while (world->links[index].sent_tail != world->links[index].wait_tail)
                link_send(world, agenda, index);
        }
    } else {
        world->dead[0] = true;
        /* First in first out: the link that is ahead knows how many writes survive. */
        uint64_t one = world->links[0].arrived;
        uint64_t two = world->links[1].arrived;
        world->lost = world->writes[0] - (one > two ? one : two);
    }
}

ONCE_PER_AGENDA void run(World *world, W2Agenda agenda)
{
    Rival event;
    for (uint32_t dc = 0; dc < 3; dc++)
        agenda_push(world, agenda, exponential(&world->requests[dc], S / 10000),
                    SOURCE_REQUEST + dc);
    agenda_push(world, agenda, 20 * S, SOURCE_FAULT);
    agenda_push(world, agenda, 30 * S, SOURCE_FAULT);
    agenda_push(world, agenda, 45 * S, SOURCE_FAULT);
    while (agenda_pop(world, agenda, &event) && event.at <= END) {
        world->events++;
        world->now = event.at;
        uint32_t source = (uint32_t)event.word & 255;
        if (source < SOURCE_READ)
            on_request(world, agenda, source);
        else if (source < SOURCE_WRITE)
            world->reads += !world->dead[source - SOURCE_READ];
        else if (source < SOURCE_LINK)
            on_write(world, agenda, source - SOURCE_WRITE);
        else if (source < SOURCE_FAULT)
            on_arrival(world, source - SOURCE_LINK);
        else
            on_fault(world, agenda);
    }
}

/* --- measuring --- */

static void run_ladder(World *world)
{
    run(world, W2_LADDER);
}

static void run_heap(World *world)
{
    run(world, W2_HEAP);
}

static void run_rings(World *world)
{
    run(world, W2_RINGS);
}

static void run_ours(World *world)
{
    run(world, W2_OURS);
}

static void run_lanes(World *world)
{
    run(world, W2_LANES);
}

static void (*const runs[W2_AGENDAS])(World *) = {run_ladder, run_heap, run_rings, run_ours,
                                                  run_lanes};

static void world_init(World *world, W2Agenda agenda)
{
    static const int64_t  delays[6] = {30 * MS, 40 * MS, 30 * MS, 70 * MS, 40 * MS, 70 * MS};
    static const uint32_t ends[6][2] = {{0, 1}, {0, 2}, {1, 0}, {1, 2}, {2, 0}, {2, 1}};
    char                  name[16];
    memset(world, 0, sizeof(*world));
    if (agenda == W2_LADDER)
        ladder_init(&world->ladder, CAPACITY);
    else if (agenda == W2_HEAP)
        heap4_init(&world->heap, CAPACITY);
    else if (agenda == W2_RINGS)
        rings_init(&world->rings);
    else
        world->ours = sim_queue_new(CAPACITY);
    for (uint32_t i = 0; agenda == W2_LANES && i < SOURCES; i++)
        sim_queue_lane_add(world->ours);
    for (uint32_t i = 0; i < 6; i++) {
        Link *link = &world->links[i];
        snprintf(name, sizeof(name), "link%u", i);
        sim_rng_init(&link->rng, 1, name, "jitter");
        link->delay = delays[i];
        link->from = ends[i][0];
        link->to = ends[i][1];
        link->applied = rival_memory(CAPACITY * sizeof(int64_t));
    }
    for (uint32_t dc = 0; dc < 3; dc++) {
        snprintf(name, sizeof(name), "dc%u", dc + 1);
        sim_rng_init(&world->requests[dc], 1, name, "requests");
    }
}

static void world_clear(World *world, W2Agenda agenda)
{
    if (agenda == W2_LADDER)
        ladder_clear(&world->ladder);
    else if (agenda == W2_HEAP)
        heap4_clear(&world->heap);
    sim_queue_free(world->ours);
    for (uint32_t i = 0; agenda == W2_RINGS && i < SOURCES; i++)
        free(world->rings.rings[i].events);
    for (uint32_t i = 0; i < 6; i++)
        free(world->links[i].applied);
}

/* The lower end of the step in which the given share (per thousand) of lags ends, in ms. */
static double lag_quantile(const World *world, uint64_t per_mille)
{
    uint64_t want = world->lag_count * per_mille / 1000;
    uint64_t sum = 0;
    for (uint32_t i = 64; i < 64 * 16; i++) {
        sum += world->lags[i];
        if (sum > want)
            return (double)((UINT64_C(16) + i % 16) << (i / 16 - 4)) / 1e6;
    }
    return (double)world->lag_max / 1e6;
}

const char *w2_ceiling_name(W2Agenda agenda)
{
    return agenda_names[agenda];
}

double w2_ceiling_run(W2Agenda agenda, W2Numbers *out_numbers)
{
    World *world = rival_memory(sizeof(World));
    world_init(world, agenda);
    double start = clock_s();
    runs[agenda](world);
    double seconds = clock_s() - start;
    *out_numbers = (W2Numbers){
        .events = world->events,
        .requested = world->requested,
        .refused = world->refused,
        .reads = world->reads,
        .writes = world->writes[0] + world->writes[1] + world->writes[2],
        .lost = world->lost,
        .lag_count = world->lag_count,
        .lag_sum = world->lag_sum,
        .lag_max = world->lag_max,
        .lag_p50_ms = lag_quantile(world, 500),
        .lag_p99_ms = lag_quantile(world, 990),
    };
    world_clear(world, agenda);
    free(world);
    return seconds;
}
