/*
 * dist.h: distributions of non-negative integers (mostly nanoseconds).
 *
 * Frozen once built; drawing needs a stream and ends in an integer, rounded to nearest and clamped
 * to [0, INT64_MAX/4]. No libm: sim/base/detmath computes with + - * / and square root only, so the
 * last bit is the same on every processor.
 *
 * Parameters are integers: times in ns, shapes in millionths ("micro", 1 500 000 = 1.5).
 */
#ifndef SIM_BASE_DIST_H
#define SIM_BASE_DIST_H

#include <stdint.h>

#include "sim/base/rng.h"

typedef enum SimDistKind {
    SIM_DIST_CONSTANT,    /* a */
    SIM_DIST_UNIFORM,     /* from a to b, both included */
    SIM_DIST_EXPONENTIAL, /* mean a */
    SIM_DIST_LOGNORMAL,   /* median a, shape sigma (micro) */
    SIM_DIST_PARETO,      /* smallest value a, shape alpha (micro) */
    SIM_DIST_WEIBULL,     /* scale a, shape k (micro) */
    SIM_DIST_ZIPF,        /* ranks 0..a-1, exponent s (micro); rank 0 is the most frequent */
    SIM_DIST_EMPIRICAL,   /* quantile table, linear in between */
    SIM_DIST_MIXTURE,     /* weighted parts */
    SIM_DIST_SUM,         /* two independent draws added: sim_dist_sum */
} SimDistKind;

typedef struct SimDist SimDist;

/* Owned by the caller; sim_dist_free(NULL) does nothing. Arguments must be in range (asserted):
 * the plan has refused the rest. Shapes > 0; uniform a <= b; zipf 1 <= count <= 1e12. */
SimDist *sim_dist_constant(int64_t a);
SimDist *sim_dist_uniform(int64_t a, int64_t b);
SimDist *sim_dist_exponential(int64_t mean);
SimDist *sim_dist_lognormal(int64_t median, int64_t sigma_micro);
SimDist *sim_dist_pareto(int64_t smallest, int64_t alpha_micro);
SimDist *sim_dist_weibull(int64_t scale, int64_t shape_micro);
SimDist *sim_dist_zipf(int64_t count, int64_t exponent_micro);
/* `values` ascending quantiles at evenly spaced probabilities 0 .. 1; count >= 2; copied. */
SimDist *sim_dist_empirical(const int64_t *values, uint32_t count);
/* Takes over `parts` (each owned from then on); weights > 0, any scale. */
SimDist *sim_dist_mixture(SimDist *const *parts, const int64_t *weights, uint32_t count);
/* A new distribution: `base` plus an independent draw of `extra`. Takes over both. */
SimDist *sim_dist_sum(SimDist *base, SimDist *extra);
SimDist *sim_dist_copy(const SimDist *dist);
void     sim_dist_free(SimDist *dist);

SimDistKind sim_dist_kind(const SimDist *dist);

/* The value itself when the distribution is constant, else -1. */
int64_t sim_dist_constant_value(const SimDist *dist);

/* The mean itself when the distribution is exponential, else -1. */
int64_t sim_dist_exponential_mean(const SimDist *dist);

/* The mean, rounded; INT64_MAX where it is infinite. For estimates, never for results. */
int64_t sim_dist_mean(const SimDist *dist);

/* One draw. */
int64_t sim_dist_draw(const SimDist *dist, SimRng *rng);

/* One exponential draw of the given mean, without a SimDist: the arrival loop's fast path. */
int64_t sim_draw_exponential(SimRng *rng, int64_t mean);

/* One standard normal draw scaled by sigma (clock noise); result may be negative. */
int64_t sim_draw_normal(SimRng *rng, int64_t sigma);

/* Canonical text, e.g. "lognormal(median=300000000000 sigma=0.8)": goes into the plan's text.
 * Owned by the caller (g_free). */
char *sim_dist_text(const SimDist *dist);

#endif
