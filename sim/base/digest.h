/*
 * digest.h: fingerprints of word sequences, and SHA-256 of bytes.
 *
 * SimDigest mixes 64-bit words in order, a few ns each; it names a run, it does not defend it.
 * The plan's hash is SHA-256 (from GLib) shortened to 16 hex digits.
 */
#ifndef SIM_BASE_DIGEST_H
#define SIM_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

typedef struct SimDigest {
    uint64_t a;
    uint64_t b;
} SimDigest;

void sim_digest_init(SimDigest *digest);

/* Multiply-fold as in wyhash (Wang Yi, public domain). */
static inline uint64_t sim_digest_fold(uint64_t x, uint64_t y)
{
    __extension__ unsigned __int128 wide = (__extension__(unsigned __int128) x) * y;
    return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

/* Adds two words. */
static inline void sim_digest_words(SimDigest *digest, uint64_t x, uint64_t y)
{
    digest->a = sim_digest_fold(digest->a ^ x, digest->b ^ y ^ UINT64_C(0xa0761d6478bd642f));
    digest->b += digest->a ^ UINT64_C(0xe7037ed1a0b428db);
}

void     sim_digest_bytes(SimDigest *digest, const void *bytes, size_t size);
uint64_t sim_digest_value(const SimDigest *digest);

#endif
