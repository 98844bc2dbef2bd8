/*
 * dist.c: frozen distributions and their draws.
 *
 * Every draw is a handful of stream words, some + - * / on doubles in a fixed order, and one
 * rounding to an integer. Exponential and normal draws use the ziggurat of Marsaglia and Tsang
 * (2000) with constant tables; Pareto and Weibull are powers of an exponential draw; Zipf is the
 * rejection-inversion of Hoermann and Derflinger (1996).
 */
#include "sim/base/dist.h"

#include <glib.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/base/assert.h"
#include "sim/base/detmath.h"
#include "sim/base/ziggurat.h"

/* Largest draw: four of them can be added without leaving int64. */
#define DRAW_LIMIT (INT64_MAX / 4)
#define MICRO 1000000
#define ZIPF_COUNT_LIMIT INT64_C(1000000000000)

/* Constants of the Zipf sampler; H is the integral of t^-s from 1. */
typedef struct Zipf {
    double exponent;
    double h_first;  /* H(1.5) - 1 */
    double h_last;   /* H(count + 0.5) */
    double shortcut; /* a rank this close below its draw is accepted unseen */
} Zipf;

struct SimDist {
    SimDistKind kind;
    int64_t     a;     /* first parameter, as in dist.h */
    int64_t     b;     /* second parameter: upper end or micro shape */
    double      shape; /* sigma, 1 / alpha, 1 / k */
    Zipf        zipf;
    uint32_t    count;  /* of values or parts */
    int64_t    *values; /* EMPIRICAL: quantiles; MIXTURE: running sums of the weights */
    SimDist   **parts;  /* MIXTURE, SUM */
};

/* --- from doubles to integers --- */

static int64_t to_draw(double x)
{
    if (!(x < (double)DRAW_LIMIT))
        return DRAW_LIMIT;
    return x <= 0 ? 0 : (int64_t)(x + 0.5);
}

static int64_t to_mean(double x)
{
    if (!(x < 9.2e18))
        return INT64_MAX;
    return x <= 0 ? 0 : (int64_t)(x + 0.5);
}

/* Uniform in [0, 1) with 53 bits. */
static double draw_unit(SimRng *rng)
{
    return (double)(sim_rng_next(rng) >> 11) * 0x1.0p-53;
}

/* --- the standard draws --- */

/* The rare ends of the exponential ziggurat: the draw that missed the inside of `layer`. */
static double exponential_edge(SimRng *rng, uint32_t layer, double x)
{
    double offset = 0;
    for (;;) {
        if (layer == 0) {
            /* Memoryless: beyond the tail's start the same distribution begins again. */
            offset += ZIG_EXPONENTIAL_TAIL;
        } else {
            const ZigEdge *edge = &zig_exponential_edge[layer];
            if (edge->foot + draw_unit(rng) * edge->rise < sim_det_exp(-x))
                return offset + x;
        }
        uint64_t bits = sim_rng_next(rng);
        layer = (uint32_t)bits & 255;
        x = (double)(bits >> 11) * zig_exponential[layer].scale;
        if ((bits >> 11) < zig_exponential[layer].inside)
            return offset + x;
    }
}

/* Mean 1. The low 8 bits choose the layer, the upper 53 the place in it. */
static inline double draw_exponential(SimRng *rng)
{
    uint64_t        bits = sim_rng_next(rng);
    uint32_t        index = (uint32_t)bits & 255;
    const ZigLayer *layer = &zig_exponential[index];
    double          x = (double)(int64_t)(bits >> 11) * layer->scale;
    if (__builtin_expect((bits >> 11) < layer->inside, 1))
        return x;
    return exponential_edge(rng, index, x);
}

/* Marsaglia's tail: x beyond r with density exp(-x^2 / 2). */
static double normal_tail(SimRng *rng)
{
    double beyond;
    double second;
    do {
        beyond = draw_exponential(rng) / ZIG_NORMAL_TAIL;
        second = draw_exponential(rng);
    } while (second + second < beyond * beyond);
    return ZIG_NORMAL_TAIL + beyond;
}

/* Mean 0, variance 1. Bit 8, which neither layer nor place uses, is the sign. */
static double draw_normal(SimRng *rng)
{
    for (;;) {
        uint64_t        bits = sim_rng_next(rng);
        uint32_t        index = (uint32_t)bits & 255;
        const ZigLayer *layer = &zig_normal[index];
        bool            negative = (bits >> 8 & 1) != 0;
        double          x = (double)(int64_t)(bits >> 11) * layer->scale;
        if ((bits >> 11) >= layer->inside) {
            if (index == 0) {
                x = normal_tail(rng);
            } else {
                const ZigEdge *edge = &zig_normal_edge[index];
                if (edge->foot + draw_unit(rng) * edge->rise >= sim_det_exp(-0.5 * x * x))
                    continue;
            }
        }
        return negative ? -x : x;
    }
}

int64_t sim_draw_exponential(SimRng *rng, int64_t mean)
{
    double x = draw_exponential(rng) * (double)mean;
    /* One comparison for the clamp; a mean is never negative, so neither is x. */
    if (__builtin_expect(!(x < (double)DRAW_LIMIT), 0))
        return DRAW_LIMIT;
    return (int64_t)(x + 0.5);
}

int64_t sim_draw_normal(SimRng *rng, int64_t sigma)
{
    SIM_ASSERT(sigma >= 0);
    double x = draw_normal(rng) * (double)sigma;
    return x < 0 ? -to_draw(-x) : to_draw(x);
}

/* --- Zipf --- */

static double zipf_density(const Zipf *zipf, double x)
{
    return sim_det_exp(-zipf->exponent * sim_det_log(x));
}

static double zipf_integral(const Zipf *zipf, double x)
{
    double log_x = sim_det_log(x);
    return log_x * sim_det_expm1_over((1 - zipf->exponent) * log_x);
}

static double zipf_inverse(const Zipf *zipf, double y)
{
    double t = y * (1 - zipf->exponent);
    if (t <= -1) /* rounding at the far end of a steep law */
        t = -1 + 0x1.0p-53;
    return sim_det_exp(y * sim_det_log1p_over(t));
}

static void zipf_prepare(Zipf *zipf, int64_t count, int64_t exponent_micro)
{
    zipf->exponent = (double)exponent_micro / MICRO;
    zipf->h_first = zipf_integral(zipf, 1.5) - 1;
    zipf->h_last = zipf_integral(zipf, (double)count + 0.5);
    zipf->shortcut = 2 - zipf_inverse(zipf, zipf_integral(zipf, 2.5) - zipf_density(zipf, 2));
}

static int64_t zipf_draw(const Zipf *zipf, int64_t count, SimRng *rng)
{
    for (;;) {
        double  y = zipf->h_last + draw_unit(rng) * (zipf->h_first - zipf->h_last);
        double  x = zipf_inverse(zipf, y);
        int64_t rank = x < (double)count ? (int64_t)(x + 0.5) : count;
        if (rank < 1)
            rank = 1;
        double at = (double)rank;
        if (at - x <= zipf->shortcut || y >= zipf_integral(zipf, at + 0.5) - zipf_density(zipf, at))
            return rank - 1;
    }
}

/* The sum of k^-s for k = 1..count: the first terms one by one, the rest by Euler and Maclaurin. */
static double zipf_sum(double s, int64_t count)
{
    const int64_t by_hand = 1000;
    Zipf          law = {.exponent = s};
    double        sum = 0;
    for (int64_t k = 1; k <= count && k <= by_hand; k++)
        sum += zipf_density(&law, (double)k);
    if (count <= by_hand)
        return sum;
    double from = (double)by_hand;
    double to = (double)count;
    double f_from = zipf_density(&law, from);
    double f_to = zipf_density(&law, to);
    sum += zipf_integral(&law, to) - zipf_integral(&law, from) + (f_to - f_from) / 2;
    return sum + s / 12 * (f_from / from - f_to / to);
}

/* --- building --- */

static SimDist *dist_new(SimDistKind kind, int64_t a, int64_t b)
{
    SimDist *dist = g_new0(SimDist, 1);
    dist->kind = kind;
    dist->a = a;
    dist->b = b;
    return dist;
}

SimDist *sim_dist_constant(int64_t a)
{
    SIM_ASSERT(a >= 0 && a <= DRAW_LIMIT);
    return dist_new(SIM_DIST_CONSTANT, a, 0);
}

SimDist *sim_dist_uniform(int64_t a, int64_t b)
{
    SIM_ASSERT(a >= 0 && a <= b && b <= DRAW_LIMIT);
    return dist_new(SIM_DIST_UNIFORM, a, b);
}

SimDist *sim_dist_exponential(int64_t mean)
{
    SIM_ASSERT(mean >= 0 && mean <= DRAW_LIMIT);
    return dist_new(SIM_DIST_EXPONENTIAL, mean, 0);
}

SimDist *sim_dist_lognormal(int64_t median, int64_t sigma_micro)
{
    SIM_ASSERT(median >= 0 && median <= DRAW_LIMIT && sigma_micro > 0);
    SimDist *dist = dist_new(SIM_DIST_LOGNORMAL, median, sigma_micro);
    dist->shape = (double)sigma_micro / MICRO;
    return dist;
}

SimDist *sim_dist_pareto(int64_t smallest, int64_t alpha_micro)
{
    SIM_ASSERT(smallest >= 0 && smallest <= DRAW_LIMIT && alpha_micro > 0);
    SimDist *dist = dist_new(SIM_DIST_PARETO, smallest, alpha_micro);
    dist->shape = (double)MICRO / (double)alpha_micro;
    return dist;
}

SimDist *sim_dist_weibull(int64_t scale, int64_t shape_micro)
{
    SIM_ASSERT(scale >= 0 && scale <= DRAW_LIMIT && shape_micro > 0);
    SimDist *dist = dist_new(SIM_DIST_WEIBULL, scale, shape_micro);
    dist->shape = (double)MICRO / (double)shape_micro;
    return dist;
}

SimDist *sim_dist_zipf(int64_t count, int64_t exponent_micro)
{
    SIM_ASSERT(count >= 1 && count <= ZIPF_COUNT_LIMIT && exponent_micro > 0);
    SimDist *dist = dist_new(SIM_DIST_ZIPF, count, exponent_micro);
    zipf_prepare(&dist->zipf, count, exponent_micro);
    return dist;
}

SimDist *sim_dist_empirical(const int64_t *values, uint32_t count)
{
    SIM_ASSERT(count >= 2);
    SIM_ASSERT(values[0] >= 0 && values[count - 1] <= DRAW_LIMIT);
    SimDist *dist = dist_new(SIM_DIST_EMPIRICAL, 0, 0);
    dist->count = count;
    dist->values = g_new(int64_t, count);
    for (uint32_t i = 0; i < count; i++) {
        SIM_ASSERT(i == 0 || values[i - 1] <= values[i]);
        dist->values[i] = values[i];
    }
    return dist;
}

SimDist *sim_dist_mixture(SimDist *const *parts, const int64_t *weights, uint32_t count)
{
    SIM_ASSERT(count >= 1);
    SimDist *dist = dist_new(SIM_DIST_MIXTURE, 0, 0);
    int64_t  sum = 0;
    dist->count = count;
    dist->parts = g_new(SimDist *, count);
    dist->values = g_new(int64_t, count);
    for (uint32_t i = 0; i < count; i++) {
        SIM_ASSERT(weights[i] > 0 && !__builtin_add_overflow(sum, weights[i], &sum));
        dist->parts[i] = parts[i];
        dist->values[i] = sum;
    }
    return dist;
}

SimDist *sim_dist_sum(SimDist *base, SimDist *extra)
{
    SimDist *dist = dist_new(SIM_DIST_SUM, 0, 0);
    dist->count = 2;
    dist->parts = g_new(SimDist *, 2);
    dist->parts[0] = base;
    dist->parts[1] = extra;
    return dist;
}

SimDist *sim_dist_copy(const SimDist *dist)
{
    SimDist *copy = g_new(SimDist, 1);
    *copy = *dist;
    if (dist->values != NULL) {
        copy->values = g_new(int64_t, dist->count);
        for (uint32_t i = 0; i < dist->count; i++)
            copy->values[i] = dist->values[i];
    }
    if (dist->parts != NULL) {
        copy->parts = g_new(SimDist *, dist->count);
        for (uint32_t i = 0; i < dist->count; i++)
            copy->parts[i] = sim_dist_copy(dist->parts[i]);
    }
    return copy;
}

void sim_dist_free(SimDist *dist)
{
    if (dist == NULL)
        return;
    if (dist->parts != NULL) {
        for (uint32_t i = 0; i < dist->count; i++)
            sim_dist_free(dist->parts[i]);
    }
    g_free(dist->parts);
    g_free(dist->values);
    g_free(dist);
}

SimDistKind sim_dist_kind(const SimDist *dist)
{
    return dist->kind;
}

static int64_t add_clamped(int64_t x, int64_t y)
{
    /* Both are at most DRAW_LIMIT, so the sum fits. */
    return x + y < DRAW_LIMIT ? x + y : DRAW_LIMIT;
}

int64_t sim_dist_constant_value(const SimDist *dist)
{
    if (dist->kind == SIM_DIST_CONSTANT)
        return dist->a;
    if (dist->kind == SIM_DIST_SUM) {
        int64_t base = sim_dist_constant_value(dist->parts[0]);
        int64_t extra = sim_dist_constant_value(dist->parts[1]);
        if (base >= 0 && extra >= 0)
            return add_clamped(base, extra);
    }
    return -1;
}

/* --- means --- */

static double mean_of(const SimDist *dist)
{
    double a = (double)dist->a;
    double sum = 0;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
    case SIM_DIST_EXPONENTIAL:
        return a;
    case SIM_DIST_UNIFORM:
        return a + ((double)dist->b - a) / 2;
    case SIM_DIST_LOGNORMAL:
        return a * sim_det_exp(dist->shape * dist->shape / 2);
    case SIM_DIST_PARETO:
        return dist->b > MICRO ? a * (double)dist->b / (double)(dist->b - MICRO) : 0x1.0p+1000;
    case SIM_DIST_WEIBULL:
        return dist->shape < 160 ? a * sim_det_gamma(1 + dist->shape) : 0x1.0p+1000;
    case SIM_DIST_ZIPF:
        return zipf_sum(dist->zipf.exponent - 1, dist->a) / zipf_sum(dist->zipf.exponent, dist->a) -
               1;
    case SIM_DIST_EMPIRICAL:
        for (uint32_t i = 1; i < dist->count; i++)
            sum += ((double)dist->values[i - 1] + (double)dist->values[i]) / 2;
        return sum / (dist->count - 1);
    case SIM_DIST_MIXTURE:
        for (uint32_t i = 0; i < dist->count; i++) {
            int64_t weight = dist->values[i] - (i > 0 ? dist->values[i - 1] : 0);
            sum += mean_of(dist->parts[i]) * (double)weight;
        }
        return sum / (double)dist->values[dist->count - 1];
    case SIM_DIST_SUM:
        return mean_of(dist->parts[0]) + mean_of(dist->parts[1]);
    }
    sim_assert_failed(__FILE__, __LINE__, "a kind of distribution without a mean");
}

int64_t sim_dist_exponential_mean(const SimDist *dist)
{
    return dist->kind == SIM_DIST_EXPONENTIAL ? dist->a : -1;
}

int64_t sim_dist_mean(const SimDist *dist)
{
    /* Whole numbers stay exact beyond the 53 bits of a double. */
    if (dist->kind == SIM_DIST_CONSTANT || dist->kind == SIM_DIST_EXPONENTIAL)
        return dist->a;
    return to_mean(mean_of(dist));
}

/* --- drawing --- */

static int64_t empirical_draw(const SimDist *dist, SimRng *rng)
{
    /* The draw's upper word is the interval, the lower one the place in it, in 2^-64. */
    __extension__ unsigned __int128 place =
        (__extension__(unsigned __int128) sim_rng_next(rng)) * (dist->count - 1);
    uint64_t index = (uint64_t)(place >> 64);
    uint64_t width = (uint64_t)(dist->values[index + 1] - dist->values[index]);
    __extension__ unsigned __int128 rise =
        (__extension__(unsigned __int128)(uint64_t) place) * width +
        (__extension__(unsigned __int128) 1 << 63);
    return dist->values[index] + (int64_t)(rise >> 64);
}

static int64_t mixture_draw(const SimDist *dist, SimRng *rng)
{
    int64_t  pick = (int64_t)sim_rng_below(rng, (uint64_t)dist->values[dist->count - 1]);
    uint32_t i = 0;
    while (pick >= dist->values[i])
        i++;
    return sim_dist_draw(dist->parts[i], rng);
}

int64_t sim_dist_draw(const SimDist *dist, SimRng *rng)
{
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return dist->a;
    case SIM_DIST_UNIFORM:
        return dist->a + (int64_t)sim_rng_below(rng, (uint64_t)(dist->b - dist->a) + 1);
    case SIM_DIST_EXPONENTIAL:
        return sim_draw_exponential(rng, dist->a);
    case SIM_DIST_LOGNORMAL:
        return to_draw((double)dist->a * sim_det_exp(dist->shape * draw_normal(rng)));
    case SIM_DIST_PARETO:
        /* u^(-1/alpha) with -log u drawn directly */
        return to_draw((double)dist->a * sim_det_exp(dist->shape * draw_exponential(rng)));
    case SIM_DIST_WEIBULL:
        return to_draw((double)dist->a * sim_det_pow(draw_exponential(rng), dist->shape));
    case SIM_DIST_ZIPF:
        return zipf_draw(&dist->zipf, dist->a, rng);
    case SIM_DIST_EMPIRICAL:
        return empirical_draw(dist, rng);
    case SIM_DIST_MIXTURE:
        return mixture_draw(dist, rng);
    case SIM_DIST_SUM: {
        int64_t base = sim_dist_draw(dist->parts[0], rng);
        return add_clamped(base, sim_dist_draw(dist->parts[1], rng));
    }
    }
    sim_assert_failed(__FILE__, __LINE__, "a kind of distribution without a draw");
}

/* --- text --- */

/* Millionths as a decimal without trailing zeros: 800000 -> "0.8". */
static void append_micro(GString *text, int64_t micro)
{
    g_string_append_printf(text, "%" PRId64, micro / MICRO);
    int64_t rest = micro % MICRO;
    if (rest == 0)
        return;
    g_string_append_printf(text, ".%06" PRId64, rest);
    while (text->str[text->len - 1] == '0')
        g_string_truncate(text, text->len - 1);
}

static void append_shaped(GString *text, const char *name, const char *a, const SimDist *dist,
                          const char *b)
{
    g_string_append_printf(text, "%s(%s=%" PRId64 " %s=", name, a, dist->a, b);
    append_micro(text, dist->b);
    g_string_append_c(text, ')');
}

static void append_dist(GString *text, const SimDist *dist)
{
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        g_string_append_printf(text, "constant(%" PRId64 ")", dist->a);
        return;
    case SIM_DIST_UNIFORM:
        g_string_append_printf(text, "uniform(from=%" PRId64 " to=%" PRId64 ")", dist->a, dist->b);
        return;
    case SIM_DIST_EXPONENTIAL:
        g_string_append_printf(text, "exponential(mean=%" PRId64 ")", dist->a);
        return;
    case SIM_DIST_LOGNORMAL:
        append_shaped(text, "lognormal", "median", dist, "sigma");
        return;
    case SIM_DIST_PARETO:
        append_shaped(text, "pareto", "smallest", dist, "alpha");
        return;
    case SIM_DIST_WEIBULL:
        append_shaped(text, "weibull", "scale", dist, "shape");
        return;
    case SIM_DIST_ZIPF:
        append_shaped(text, "zipf", "count", dist, "exponent");
        return;
    case SIM_DIST_EMPIRICAL:
        g_string_append(text, "empirical(");
        for (uint32_t i = 0; i < dist->count; i++)
            g_string_append_printf(text, "%s%" PRId64, i > 0 ? " " : "", dist->values[i]);
        g_string_append_c(text, ')');
        return;
    case SIM_DIST_MIXTURE:
        g_string_append(text, "mixture(");
        for (uint32_t i = 0; i < dist->count; i++) {
            int64_t weight = dist->values[i] - (i > 0 ? dist->values[i - 1] : 0);
            g_string_append_printf(text, "%s%" PRId64 ":", i > 0 ? " " : "", weight);
            append_dist(text, dist->parts[i]);
        }
        g_string_append_c(text, ')');
        return;
    case SIM_DIST_SUM:
        g_string_append(text, "sum(");
        append_dist(text, dist->parts[0]);
        g_string_append_c(text, ' ');
        append_dist(text, dist->parts[1]);
        g_string_append_c(text, ')');
        return;
    }
}

char *sim_dist_text(const SimDist *dist)
{
    GString *text = g_string_new(NULL);
    append_dist(text, dist);
    return g_string_free(text, FALSE);
}
