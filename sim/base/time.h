/*
 * time.h: simulated time.
 *
 * Time is a signed count of nanoseconds since the start of the simulated world: 292 years fit.
 * Sums that could leave the range are checked; leaving it is a broken promise because the plan
 * refuses durations near the limit.
 */
#ifndef SIM_BASE_TIME_H
#define SIM_BASE_TIME_H

#include <stdint.h>

#include "sim/base/assert.h"

typedef int64_t SimTime;

#define SIM_US INT64_C(1000)
#define SIM_MS INT64_C(1000000)
#define SIM_S INT64_C(1000000000)
#define SIM_MIN (60 * SIM_S)
#define SIM_HOUR (3600 * SIM_S)
#define SIM_DAY (86400 * SIM_S)

/* Later than any event can be. */
#define SIM_TIME_NEVER INT64_MAX

/* Beyond every run, and yet three of them can be added up. */
#define SIM_TIME_FAR (INT64_MAX / 4)

/* a + b; the sum must fit. */
static inline SimTime sim_time_add(SimTime a, SimTime b)
{
    SimTime sum;
    SIM_ASSERT(!__builtin_add_overflow(a, b, &sum));
    return sum;
}

/* a * num / den rounded down, computed in 128 bits; den > 0 and the result must fit. */
static inline SimTime sim_time_scale(SimTime a, int64_t num, int64_t den)
{
    SIM_ASSERT(den > 0);
    int64_t product;
    if (!__builtin_mul_overflow(a, num, &product))
        return product / den;
    __extension__ __int128 wide = (__extension__(__int128) a) * num / den;
    SIM_ASSERT(wide <= INT64_MAX && wide >= INT64_MIN);
    return (SimTime)wide;
}

/* a + b, a * factor and a * num / den (den > 0), but at most SIM_TIME_FAR: for waits that may be
 * longer than any run, because a scenario may say so or a draw came out that way. Nothing here is
 * negative. */
static inline SimTime sim_time_add_far(SimTime a, SimTime b)
{
    SimTime sum;
    return __builtin_add_overflow(a, b, &sum) || sum > SIM_TIME_FAR ? SIM_TIME_FAR : sum;
}

static inline SimTime sim_time_mul_far(SimTime a, int64_t factor)
{
    SimTime product;
    return __builtin_mul_overflow(a, factor, &product) || product > SIM_TIME_FAR ? SIM_TIME_FAR
                                                                                 : product;
}

static inline SimTime sim_time_scale_far(SimTime a, int64_t num, int64_t den)
{
    int64_t product;
    if (!__builtin_mul_overflow(a, num, &product)) {
        product /= den;
        return product > SIM_TIME_FAR ? SIM_TIME_FAR : product;
    }
    __extension__ __int128 wide = (__extension__(__int128) a) * num / den;
    return wide > SIM_TIME_FAR ? SIM_TIME_FAR : (SimTime)wide;
}

#endif
