/*
 * engine.h: the clock and the loop.
 *
 * Pops events in total order, moves the clock, hands each to the handler of its kind, and mixes
 * (time, phase, target, kind) into the schedule fingerprint. Knows nothing of what is simulated.
 */
#ifndef SIM_ENGINE_ENGINE_H
#define SIM_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/time.h"
#include "sim/engine/queue.h"
#include "sim/engine/trace.h"

typedef struct SimEngine SimEngine;

/* What a model does when an event of its kind happens. `world` is the pointer given at creation;
 * `event` is lent until the handler returns. */
typedef void (*SimHandler)(void *world, const SimEvent *event);

/* Why a loop ended. Limits are outcomes (inconclusive), not errors. */
typedef enum SimStop {
    SIM_STOP_END,     /* the given end was reached */
    SIM_STOP_EVENTS,  /* more events than max_events */
    SIM_STOP_PENDING, /* the agenda was full */
    SIM_STOP_MODEL,   /* a model reached one of its own limits: sim_engine_stop */
} SimStop;

typedef struct SimEngineSetup {
    void     *world;
    uint64_t  seed;
    uint64_t  max_events;  /* > 0 */
    uint32_t  max_pending; /* > 0 */
    SimTrace *trace;       /* lent for the engine's life; NULL: no trace */
} SimEngineSetup;

SimEngine *sim_engine_new(const SimEngineSetup *setup);
void       sim_engine_free(SimEngine *engine);

/* Names a kind of event and its handler; `kind` < SIM_EVENT_KIND_LIMIT, once each. */
void sim_engine_handle(SimEngine *engine, uint32_t kind, const char *name, SimHandler handler);

/* Gives the events of a kind to another handler; returns the one that had them. */
SimHandler sim_engine_divert(SimEngine *engine, uint32_t kind, SimHandler handler);

/* The name of a kind, NULL if it was never named. */
const char *sim_engine_kind_name(const SimEngine *engine, uint32_t kind);

/* The trace given at creation; NULL if the run is not traced. */
SimTrace *sim_engine_trace(const SimEngine *engine);

const SimTime *sim_engine_clock(const SimEngine *engine);
SimTime        sim_engine_now(const SimEngine *engine);
uint64_t       sim_engine_seed(const SimEngine *engine);

/* Schedules; `at` must not lie in the past. A full agenda ends the run (SIM_STOP_PENDING): the
 * event is dropped, the current handler finishes, no other event happens. */
void               sim_engine_at_word(SimEngine *engine, SimTime at, uint64_t word, uint64_t arg);
static inline void sim_engine_at(SimEngine *engine, SimTime at, SimPhase phase, uint32_t kind,
                                 uint32_t target, uint64_t arg)
{
    sim_engine_at_word(engine, at, sim_event_word(phase, kind, target), arg);
}
SimLane sim_engine_lane(SimEngine *engine);
void    sim_engine_lane_at_word(SimEngine *engine, SimLane lane, SimTime at, uint64_t word,
                                uint64_t arg);
static inline void sim_engine_lane_at(SimEngine *engine, SimLane lane, SimTime at, SimPhase phase,
                                      uint32_t kind, uint32_t target, uint64_t arg)
{
    sim_engine_lane_at_word(engine, lane, at, sim_event_word(phase, kind, target), arg);
}

/* Ends the loop after this event because a model's table is full; `what` names the limit (static
 * text). */
void sim_engine_stop(SimEngine *engine, const char *what);

/* Runs until `end` (events at `end` itself included) or a limit. After SIM_STOP_END the clock
 * stands at `end` and the run may go on to a later one; a limit is final, and so is the clock at
 * it. */
SimStop sim_engine_run(SimEngine *engine, SimTime end);

const char *sim_engine_stop_text(const SimEngine *engine, SimStop stop);
uint64_t    sim_engine_events(const SimEngine *engine);
uint32_t    sim_engine_most_pending(const SimEngine *engine);

/* Leaves the fingerprint out, from the first event on: for benches that show what it costs. The
 * events are the same. */
void sim_engine_leave_fingerprint(SimEngine *engine);

/* The schedule fingerprint so far. */
uint64_t sim_engine_fingerprint(const SimEngine *engine);

#endif
