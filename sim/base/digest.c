/*
 * digest.c: fingerprints of bytes. Words are read as little endian, whatever the machine.
 */
#include "sim/base/digest.h"

void sim_digest_init(SimDigest *digest)
{
    digest->a = UINT64_C(0x2d358dccaa6c78a5);
    digest->b = UINT64_C(0x8bb84b93962eacc9);
}

static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

void sim_digest_bytes(SimDigest *digest, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    size_t               left = size;
    while (left >= 16) {
        sim_digest_words(digest, little_endian(at, 8), little_endian(at + 8, 8));
        at += 16;
        left -= 16;
    }
    /* The tail is padded with zeros; the size that follows tells padding from content. */
    size_t first = left < 8 ? left : 8;
    sim_digest_words(digest, little_endian(at, first), little_endian(at + first, left - first));
    sim_digest_words(digest, size, 0);
}

uint64_t sim_digest_value(const SimDigest *digest)
{
    return sim_digest_fold(digest->a ^ UINT64_C(0x8ebc6af09c88c6e3),
                           digest->b ^ UINT64_C(0x589965cc75374cc3));
}
