/*
 * rng.c: where a stream starts, and the draws that are too long for a header.
 */
#include "sim/base/rng.h"

#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/digest.h"

void sim_rng_init(SimRng *rng, uint64_t seed, const char *component, const char *purpose)
{
    SimDigest digest;
    sim_digest_init(&digest);
    sim_digest_words(&digest, seed, 0);
    /* Each name carries its length, so moving a letter from one to the other changes the stream. */
    sim_digest_bytes(&digest, component, strlen(component));
    sim_digest_bytes(&digest, purpose, strlen(purpose));

    uint64_t x = sim_digest_value(&digest);
    for (int i = 0; i < 4; i++) {
        x += UINT64_C(0x9e3779b97f4a7c15);
        rng->state[i] = sim_rng_mix(x);
    }
    /* The one state that xoshiro cannot leave; mix is a bijection, so four zeros cannot happen. */
    SIM_ASSERT((rng->state[0] | rng->state[1] | rng->state[2] | rng->state[3]) != 0);
}

uint64_t sim_rng_below_rest(SimRng *rng, uint64_t n, SimRngWide wide)
{
    uint64_t threshold = (0 - n) % n;
    while ((uint64_t)wide < threshold)
        wide = (SimRngWide)sim_rng_next(rng) * n;
    return (uint64_t)(wide >> 64);
}

SimChance sim_chance_from_ppb(int64_t ppb)
{
    if (ppb <= 0)
        return 0;
    if (ppb >= 1000000000)
        return UINT64_MAX;
    __extension__ unsigned __int128 wide = (__extension__(unsigned __int128)(uint64_t) ppb) << 64;
    return (SimChance)(wide / 1000000000);
}
