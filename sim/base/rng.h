/*
 * rng.h: named random streams (xoshiro256**, Blackman and Vigna 2018, public domain algorithm).
 *
 * A stream belongs to (seed, component, purpose) and to nobody else, so adding a component never
 * moves the draws of another. Streams are values: embed them, never share them.
 */
#ifndef SIM_BASE_RNG_H
#define SIM_BASE_RNG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/assert.h"

typedef struct SimRng {
    uint64_t state[4];
} SimRng;

/* A probability as a threshold on a 64-bit draw: 0 is never, UINT64_MAX is always. */
typedef uint64_t SimChance;

/* Starts the stream of `purpose` in `component` under `seed`. Only the bytes of the two names and
 * the seed matter. */
void sim_rng_init(SimRng *rng, uint64_t seed, const char *component, const char *purpose);

static inline uint64_t sim_rng_rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

/* 64 uniform bits. */
static inline uint64_t sim_rng_next(SimRng *rng)
{
    uint64_t *s = rng->state;
    uint64_t  result = sim_rng_rotl(s[1] * 5, 7) * 9;
    uint64_t  t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = sim_rng_rotl(s[3], 45);
    return result;
}

__extension__ typedef unsigned __int128 SimRngWide;

/* The rare rest of sim_rng_below: `wide` may have to be drawn again. */
uint64_t sim_rng_below_rest(SimRng *rng, uint64_t n, SimRngWide wide);

/* Uniform in [0, n), n > 0, without bias (Lemire's multiply and reject). */
static inline uint64_t sim_rng_below(SimRng *rng, uint64_t n)
{
    SIM_ASSERT(n > 0);
    SimRngWide wide = (SimRngWide)sim_rng_next(rng) * n;
    if (__builtin_expect((uint64_t)wide < n, 0))
        return sim_rng_below_rest(rng, n, wide);
    return (uint64_t)(wide >> 64);
}

/* The threshold of `ppb` parts per billion; clamped to [0, 1]. */
SimChance sim_chance_from_ppb(int64_t ppb);

/* True with the given probability. Draws one number unless the chance is 0 or certain. */
static inline bool sim_rng_chance(SimRng *rng, SimChance chance)
{
    if (chance == 0)
        return false;
    if (chance == UINT64_MAX)
        return true;
    return sim_rng_next(rng) < chance;
}

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection that mixes every bit. */
static inline uint64_t sim_rng_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* A fixed mixing of two words (stateless "hash draw"): the home of a user, the phase of a cache.
 * Same inputs, same output, everywhere. */
static inline uint64_t sim_mix64(uint64_t a, uint64_t b)
{
    uint64_t h = sim_rng_mix(a + UINT64_C(0x9e3779b97f4a7c15));
    return sim_rng_mix(h ^ (b * UINT64_C(0xd1342543de82ef95) + UINT64_C(0x2545f4914f6cdd1d)));
}

#endif
