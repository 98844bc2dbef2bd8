/*
 * read.h: what the files of the read chain share.
 *
 *   steps.c     the chain: one step after the other; asking other regions
 *   guard.c     who may still be asked: pools of calls, circuit breakers
 *   replicas.c  the region's replicas of a leaderless store
 *   negative.c  remembering that there was no such record
 *   ends.c      steps that end a chain, and what is said when none did
 *
 * Used in models/read/ only.
 */
#ifndef MODELS_READ_READ_H
#define MODELS_READ_READ_H

#include "models/world.h"

typedef enum ReadResult {
    READ_SAYS_NO, /* on to the next step */
    READ_FOUND,   /* on to the next operation */
    READ_LEFT,    /* the request waits, or is over */
} ReadResult;

/* steps.c */
static inline DataClass *read_class(World *world, const Request *request, uint32_t *out_index)
{
    *out_index = world->services[request->service].reads[request->op];
    return &world->classes[*out_index];
}
/* The current step answers with a version of a key (0: the state before the run; WORLD_NONE: never
 * touched): compares it with the truth, for the books. */
void read_note(World *world, uint32_t slot, LedgerWrite version, uint32_t key);
/* The current read is done: the next operation. */
void read_done(Request *request);
/* The current step had no answer: the next one, then the rest of the request. */
void read_next_step(World *world, uint32_t slot);

/* guard.c */
typedef enum ReadCall {
    READ_CALL_ANSWERED, /* whatever the answer */
    READ_CALL_IN_VAIN,
    READ_CALL_DROPPED, /* nobody waited for the answer any more */
} ReadCall;
void read_guard_build(World *world, ReadStep *step, const PlanItem *part);
/* Whether a region may ask another now. If it may, read_guard_left must follow once. */
bool read_guard_enter(World *world, ReadStep *step, uint32_t region, uint32_t peer,
                      MetricsFailure *out_why);
void read_guard_left(World *world, ReadStep *step, uint32_t region, uint32_t peer, ReadCall how);
void read_guard_died(const World *world, ReadStep *step, uint32_t region);

/* negative.c */
void read_negative_build(World *world, DataClass *class, const PlanItem *part);
/* Whether the region remembers that there was no such record. */
bool read_negative_known(World *world, uint32_t class_index, const Request *request);
void read_negative_learn(World *world, uint32_t class_index, const Request *request);
void read_negative_died(DataClass *class, uint32_t region);
void read_negative_free(DataClass *class);

/* replicas.c */
ReadResult read_replicas_begin(World *world, uint32_t slot);

/* ends.c */
void read_end_build(World *world, ReadStep *step, const PlanItem *part);
/* Begins a step that ends the chain: READ_SAYS_NO if this one does not apply. */
ReadResult read_end_begin(World *world, uint32_t slot);
/* No step found the record. */
void read_chain_ends(World *world, uint32_t slot);
/* The answer is "no such record". */
void read_say_absent(World *world, uint32_t slot);
void read_made_anew(void *user, const SimEvent *event);

#endif
