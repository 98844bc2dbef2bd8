/*
 * hold.c: the hold model (pop the first, push it again an exponential time later) at many sizes,
 * our queue against hand-written ones, in interleaved rounds of one process.
 *
 * While it measures, it checks that all queues pop the same times: a fast queue that is wrong does
 * not count.
 */
#include "tests/bench/hold.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "sim/base/dist.h"
#include "sim/engine/queue.h"
#include "tests/bench/clock.h"
#include "tests/bench/rivals.h"

#define INCREMENTS 65536u
#define ROUNDS 5
#define MEAN INT64_C(1000000000)
#define LARGEST HOLD_LARGEST

/* Drawn beforehand: the draw is not what is measured. */
static int64_t increments[INCREMENTS];

typedef struct Bench {
    SimQueue *ours;
    Ladder    ladder;
    Wheel     wheel;
    Heap4     heap;
    uint32_t  pending;
    uint64_t  word;
    uint32_t  turn; /* next increment */
} Bench;

typedef enum Kind { OURS, LADDER, WHEEL, HEAP, KINDS } Kind;

_Static_assert(KINDS == HOLD_QUEUES, "hold.h knows all queues");

static const char *const names[KINDS] = {"ours", "ladder 16", "wheel 16", "4-heap 16"};

static inline int64_t increment(Bench *bench)
{
    return increments[bench->turn++ & (INCREMENTS - 1)];
}

static inline Rival rival(Bench *bench, int64_t at)
{
    return (Rival){at, bench->word++};
}

/* One loop per kind, so that each queue is inlined into its own. The sum of times is the proof
 * that all did the same. */
static uint64_t hold_ours(Bench *bench, uint64_t holds)
{
    SimEvent event;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < holds; i++) {
        if (!sim_queue_pop(bench->ours, &event))
            abort();
        sum = sum * 31 + (uint64_t)event.at;
        if (!sim_queue_push(bench->ours, event.at + increment(bench), SIM_PHASE_WORK, 1, 1, i))
            abort();
    }
    return sum;
}

static uint64_t hold_ladder(Bench *bench, uint64_t holds)
{
    Rival    event;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < holds; i++) {
        if (!ladder_pop(&bench->ladder, &event))
            abort();
        sum = sum * 31 + (uint64_t)event.at;
        ladder_push(&bench->ladder, rival(bench, event.at + increment(bench)));
    }
    return sum;
}

static uint64_t hold_wheel(Bench *bench, uint64_t holds)
{
    Rival    event;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < holds; i++) {
        if (!wheel_pop(&bench->wheel, &event))
            abort();
        sum = sum * 31 + (uint64_t)event.at;
        wheel_push(&bench->wheel, rival(bench, event.at + increment(bench)));
    }
    return sum;
}

static uint64_t hold_heap(Bench *bench, uint64_t holds)
{
    Rival    event;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < holds; i++) {
        if (!heap4_pop(&bench->heap, &event))
            abort();
        sum = sum * 31 + (uint64_t)event.at;
        heap4_push(&bench->heap, rival(bench, event.at + increment(bench)));
    }
    return sum;
}

static uint64_t hold(Bench *bench, Kind kind, uint64_t holds)
{
    switch (kind) {
    case OURS:
        return hold_ours(bench, holds);
    case LADDER:
        return hold_ladder(bench, holds);
    case WHEEL:
        return hold_wheel(bench, holds);
    case HEAP:
        return hold_heap(bench, holds);
    case KINDS:
        break;
    }
    abort();
}

static void fill(Bench *bench, Kind kind, uint32_t pending)
{
    bench->pending = pending;
    bench->turn = 0;
    bench->word = 0;
    /* The wheel is given what it cannot know: slots of about four events. */
    uint32_t grain = 0;
    while ((MEAN >> grain) * 4 > (int64_t)8 * MEAN / pending && grain < 40)
        grain++;
    switch (kind) {
    case OURS:
        bench->ours = sim_queue_new(pending + 1);
        break;
    case LADDER:
        ladder_init(&bench->ladder, pending + 1);
        break;
    case WHEEL:
        wheel_init(&bench->wheel, pending + 1, 30 - (grain > 30 ? 30 : grain));
        break;
    case HEAP:
    case KINDS:
        heap4_init(&bench->heap, pending + 1);
        break;
    }
    for (uint32_t i = 0; i < pending; i++) {
        int64_t at = increment(bench);
        switch (kind) {
        case OURS:
            sim_queue_push(bench->ours, at, SIM_PHASE_WORK, 1, 1, i);
            break;
        case LADDER:
            ladder_push(&bench->ladder, rival(bench, at));
            break;
        case WHEEL:
            wheel_push(&bench->wheel, rival(bench, at));
            break;
        case HEAP:
        case KINDS:
            heap4_push(&bench->heap, rival(bench, at));
            break;
        }
    }
}

static void empty(Bench *bench, Kind kind)
{
    switch (kind) {
    case OURS:
        sim_queue_free(bench->ours);
        break;
    case LADDER:
        ladder_clear(&bench->ladder);
        break;
    case WHEEL:
        wheel_clear(&bench->wheel);
        break;
    case HEAP:
    case KINDS:
        heap4_clear(&bench->heap);
        break;
    }
}

static long resident_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

void hold_measure(uint32_t pending, HoldTimes *out_times)
{
    static Bench benches[KINDS];
    double       times[KINDS][ROUNDS];
    uint64_t     holds = pending * 2 > 500000 ? pending * 2 : 500000;
    for (int k = 0; k < KINDS; k++) {
        fill(&benches[k], (Kind)k, pending);
        hold(&benches[k], (Kind)k, holds); /* past the start, which is like nothing later */
    }
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t sums[KINDS];
        for (int k = 0; k < KINDS; k++) {
            double start = clock_s();
            sums[k] = hold(&benches[k], (Kind)k, holds);
            times[k][round] = (clock_s() - start) * 1e9 / (double)holds;
        }
        for (int k = 1; k < KINDS; k++) {
            if (sums[k] != sums[0]) {
                printf("%s pops other times than ours at %" PRIu32 " pending\n", names[k], pending);
                exit(1);
            }
        }
    }
    for (int k = 0; k < KINDS; k++) {
        out_times->ns[k] = clock_median(times[k], ROUNDS);
        if (k == 1 || (k > 1 && out_times->ns[k] < out_times->best))
            out_times->best = out_times->ns[k];
        empty(&benches[k], (Kind)k);
    }
}

/* What filling and holding adds to the peak of the process. */
double hold_bytes_per_event(void)
{
    Bench bench = {0};
    long  before = resident_kib();
    fill(&bench, OURS, LARGEST);
    hold(&bench, OURS, 2 * LARGEST);
    double bytes = (double)(resident_kib() - before) * 1024 / LARGEST;
    empty(&bench, OURS);
    return bytes;
}

double hold_lanes(uint32_t lanes)
{
    SimQueue *queue = sim_queue_new(lanes * 1000 + 1);
    SimEvent  event;
    for (uint32_t i = 0; i < lanes; i++)
        sim_queue_lane_add(queue);
    for (uint32_t i = 0; i < lanes * 1000; i++)
        sim_queue_lane_push(queue, i % lanes, i, SIM_PHASE_WORK, 1, i % lanes, 0);
    double   times[ROUNDS];
    uint64_t holds = 1000000;
    for (int round = 0; round < ROUNDS; round++) {
        double start = clock_s();
        for (uint64_t i = 0; i < holds; i++) {
            if (!sim_queue_pop(queue, &event))
                abort();
            uint32_t lane = sim_event_target(&event);
            sim_queue_lane_push(queue, lane, event.at + MEAN, SIM_PHASE_WORK, 1, lane, 0);
        }
        times[round] = (clock_s() - start) * 1e9 / (double)holds;
    }
    sim_queue_free(queue);
    return clock_median(times, ROUNDS);
}

const char *hold_name(uint32_t queue)
{
    return names[queue];
}

void hold_begin(void)
{
    SimRng rng;
    sim_rng_init(&rng, 1, "bench", "increments");
    for (uint32_t i = 0; i < INCREMENTS; i++)
        increments[i] = sim_draw_exponential(&rng, MEAN);
}
