/*
 * hold.h: the hold model: pop the first, push it again an exponential time later.
 */
#ifndef TESTS_BENCH_HOLD_H
#define TESTS_BENCH_HOLD_H

#include <stdint.h>

#define HOLD_QUEUES 4 /* ours, then the hand-written ones */
#define HOLD_LARGEST 1000000u

typedef struct HoldTimes {
    double ns[HOLD_QUEUES]; /* per hold, median of the rounds */
    double best;            /* of the hand-written ones */
} HoldTimes;

/* Draws the increments; call it first. */
void hold_begin(void);

/* All queues in turns, with as many pending events. */
void        hold_measure(uint32_t pending, HoldTimes *out_times);
const char *hold_name(uint32_t queue);

/* Bytes of memory per pending event of our queue. The peak of the process must still be low. */
double hold_bytes_per_event(void);

/* ns per hold of constant delays through so many lanes, a thousand events in each. */
double hold_lanes(uint32_t lanes);

#endif
