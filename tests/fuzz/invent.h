/*
 * invent.h: draws a legal world from the tables of everything a scenario may use.
 *
 * What there is and which values it takes comes from model_catalog(), so a new kind is played as
 * soon as it is in the catalogue. Whether a combination is legal is asked of the simulator itself:
 * a declaration that is refused is drawn again, and left out in the end.
 */
#ifndef TESTS_FUZZ_INVENT_H
#define TESTS_FUZZ_INVENT_H

#include <stdint.h>

#include "sim/plan/plan.h"
#include "tests/fuzz/piece.h"

typedef struct InventCount {
    uint32_t drawn, refused, left_out; /* declarations */
} InventCount;

/* The world of a seed; the same in every process. Owned. `out_count` may be NULL. */
Piece *invent_world(uint64_t seed, InventCount *out_count);

/* The plan of a world, or NULL with why it is refused (owned by the caller). */
Plan *invent_plan(const Piece *world, char **out_reason);

#endif
