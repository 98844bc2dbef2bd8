/*
 * queue.h: the agenda of the simulated world.
 *
 * Holds every event that has not happened yet and hands them out in one total order: time, then
 * phase, then sequence. Sequence is assigned on push, so two events are never equal and the order
 * never depends on the shape of the structure.
 *
 *   lanes (FIFO rings: constant delays, link streams) -- their heads --+
 *                                                                      +--> pop: the smallest
 *   ladder (everything else) ------------------------------------------+
 *
 * Called by engine.c and the tests only. Never fails but by reaching `capacity`, which push
 * reports.
 */
#ifndef SIM_ENGINE_QUEUE_H
#define SIM_ENGINE_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/time.h"

/* Order class within one instant: who goes first. */
typedef enum SimPhase {
    SIM_PHASE_FAULT,   /* the world changes */
    SIM_PHASE_DELIVER, /* messages arrive */
    SIM_PHASE_TIMER,   /* somebody stops waiting */
    SIM_PHASE_WORK,    /* work is finished or begins */
    SIM_PHASE_PROBE,   /* numbers are taken */
    SIM_PHASE_STOP,    /* the run ends */
} SimPhase;

/* order = phase (3 bits) | last (1) | sequence (39) | kind (7) | target (14). Sequences are unique,
 * so kind and target never decide the order. */
typedef struct SimEvent {
    SimTime  at;
    uint64_t order;
    uint64_t arg;
} SimEvent;

#define SIM_EVENT_KIND_LIMIT 128u
#define SIM_EVENT_TARGET_LIMIT 16384u
/* In an event's word: it comes after all others of its phase at that instant. */
#define SIM_EVENT_LAST (UINT64_C(1) << 60)

static inline SimPhase sim_event_phase(const SimEvent *event)
{
    return (SimPhase)(event->order >> 61);
}
static inline uint32_t sim_event_kind(const SimEvent *event)
{
    return (uint32_t)(event->order >> 14) & (SIM_EVENT_KIND_LIMIT - 1);
}
static inline uint32_t sim_event_target(const SimEvent *event)
{
    return (uint32_t)event->order & (SIM_EVENT_TARGET_LIMIT - 1);
}

typedef struct SimQueue SimQueue;
typedef uint32_t        SimLane;

/* An agenda for at most `capacity` pending events, lanes included. Owned; memory grows with what
 * is pending, not with the capacity. */
SimQueue *sim_queue_new(uint32_t capacity);
void      sim_queue_free(SimQueue *queue);

/* Phase, kind and target of an event as they stand in its order. */
static inline uint64_t sim_event_word(SimPhase phase, uint32_t kind, uint32_t target)
{
    SIM_ASSERT(((uint32_t)phase <= SIM_PHASE_STOP) & (kind < SIM_EVENT_KIND_LIMIT) &
               (target < SIM_EVENT_TARGET_LIMIT));
    return (uint64_t)phase << 61 | (uint64_t)kind << 14 | target;
}

/* Adds one event. `at` must not lie before the last pop. False if the queue is full. The word is
 * made by sim_event_word, where the caller's constants cost nothing. */
bool sim_queue_push_word(SimQueue *queue, SimTime at, uint64_t word, uint64_t arg);

static inline bool sim_queue_push(SimQueue *queue, SimTime at, SimPhase phase, uint32_t kind,
                                  uint32_t target, uint64_t arg)
{
    return sim_queue_push_word(queue, at, sim_event_word(phase, kind, target), arg);
}

/* A lane for events that are pushed in ascending (time, phase) order. An empty lane costs nothing
 * while events go by; a pop from a lane costs a comparison per doubling of their number. */
SimLane sim_queue_lane_add(SimQueue *queue);

/* As sim_queue_push, through a lane: same total order, less work. `at` must not lie before the
 * lane's last one. */
bool sim_queue_lane_push_word(SimQueue *queue, SimLane lane, SimTime at, uint64_t word,
                              uint64_t arg);

static inline bool sim_queue_lane_push(SimQueue *queue, SimLane lane, SimTime at, SimPhase phase,
                                       uint32_t kind, uint32_t target, uint64_t arg)
{
    return sim_queue_lane_push_word(queue, lane, at, sim_event_word(phase, kind, target), arg);
}

/* Takes the earliest event; false if none is left. */
bool sim_queue_pop(SimQueue *queue, SimEvent *out_event);

/* Takes the earliest event if its time is at most `end`; false if there is none such. */
bool sim_queue_pop_until(SimQueue *queue, SimTime end, SimEvent *out_event);

/* Moves the "last pop" to `now` although nothing was popped: no event before `now` may be pending.
 */
void sim_queue_advance(SimQueue *queue, SimTime now);

/* The earliest event's time, SIM_TIME_NEVER if none. */
SimTime sim_queue_peek(SimQueue *queue);

uint32_t sim_queue_pending(const SimQueue *queue);
uint32_t sim_queue_most_pending(const SimQueue *queue);

#endif
