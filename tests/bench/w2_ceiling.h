/*
 * w2_ceiling.h: workload W2 written by hand, to measure the simulator against; see w2_ceiling.c.
 */
#ifndef TESTS_BENCH_W2_CEILING_H
#define TESTS_BENCH_W2_CEILING_H

#include <stdint.h>

typedef enum W2Agenda { W2_LADDER, W2_HEAP, W2_RINGS, W2_OURS, W2_LANES, W2_AGENDAS } W2Agenda;

/* What a run counted: the same for every agenda. Without padding, so memcmp compares. */
typedef struct W2Numbers {
    uint64_t events, requested, refused, reads, writes, lost;
    uint64_t lag_count;
    int64_t  lag_sum, lag_max;
    double   lag_p50_ms, lag_p99_ms;
} W2Numbers;

const char *w2_ceiling_name(W2Agenda agenda);

/* Plays W2 once and returns the seconds it took, without setting up. */
double w2_ceiling_run(W2Agenda agenda, W2Numbers *out_numbers);

#endif
