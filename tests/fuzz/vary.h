/*
 * vary.h: what must not matter does not: the order of declarations, and what nobody uses.
 */
#ifndef TESTS_FUZZ_VARY_H
#define TESTS_FUZZ_VARY_H

#include <stdint.h>

#include "tests/fuzz/piece.h"

/* Plays the world and a variation of it that must have the same results; adds lines to `findings`
 * where it has not. Leaves the world as it was. */
void vary_world(Piece *world, uint64_t seed, GString *findings);

#endif
