/*
 * engine.c: the clock and the loop.
 *
 *   queue --pop--> clock --> fingerprint --> handler of the kind --push--> queue
 *
 * The loop has one way out besides the end: `left`, the events that may still happen, reaches 0.
 * The event limit is its starting value; every other reason to stop sets it to 0. So one countdown
 * per event serves all limits, and a loop always ends. Tracing is the models' business (they ask
 * sim_trace_wants), so one loop serves traced and untraced runs and they cannot differ.
 */
#include "sim/engine/engine.h"

#include <glib.h>
#include <inttypes.h>

#include "sim/base/digest.h"

/* Phase, kind and target of an event's order word: all but the sequence, which only numbers. */
#define FINGERPRINT_MASK ((UINT64_C(7) << 61) | (SIM_EVENT_KIND_LIMIT * SIM_EVENT_TARGET_LIMIT - 1))

struct SimEngine {
    SimTime   now;
    uint64_t  left; /* events that may still happen; 0 ends the loop */
    SimQueue *queue;
    void     *world;
    SimDigest digest;

    uint64_t    max_events;
    uint32_t    max_pending;
    uint64_t    seed;
    SimTrace   *trace;
    bool        no_fingerprint;
    bool        stopped;      /* a limit was reached; stays true */
    SimStop     stop;         /* which one, if stopped */
    uint64_t    left_at_stop; /* `left` before it was set to 0, if stopped */
    const char *stop_what;    /* the model's limit, for SIM_STOP_MODEL */

    SimHandler  handlers[SIM_EVENT_KIND_LIMIT];
    const char *names[SIM_EVENT_KIND_LIMIT];
};

static void no_handler(void *world, const SimEvent *event)
{
    (void)world;
    (void)event;
    sim_assert_failed(__FILE__, __LINE__, "every kind of event has a handler");
}

SimEngine *sim_engine_new(const SimEngineSetup *setup)
{
    SIM_ASSERT(setup->max_events > 0 && setup->max_pending > 0);
    SimEngine *engine = g_new0(SimEngine, 1);
    engine->queue = sim_queue_new(setup->max_pending);
    engine->world = setup->world;
    engine->seed = setup->seed;
    engine->max_events = setup->max_events;
    engine->max_pending = setup->max_pending;
    engine->left = setup->max_events;
    engine->trace = setup->trace;
    sim_digest_init(&engine->digest);
    for (uint32_t kind = 0; kind < SIM_EVENT_KIND_LIMIT; kind++)
        engine->handlers[kind] = no_handler;
    return engine;
}

void sim_engine_free(SimEngine *engine)
{
    if (engine == NULL)
        return;
    sim_queue_free(engine->queue);
    g_free(engine);
}

void sim_engine_handle(SimEngine *engine, uint32_t kind, const char *name, SimHandler handler)
{
    SIM_ASSERT(kind < SIM_EVENT_KIND_LIMIT);
    SIM_ASSERT(engine->handlers[kind] == no_handler);
    SIM_ASSERT(handler != NULL);
    engine->handlers[kind] = handler;
    engine->names[kind] = name;
}

SimHandler sim_engine_divert(SimEngine *engine, uint32_t kind, SimHandler handler)
{
    SIM_ASSERT(kind < SIM_EVENT_KIND_LIMIT && handler != NULL);
    SimHandler before = engine->handlers[kind];
    engine->handlers[kind] = handler;
    return before;
}

const char *sim_engine_kind_name(const SimEngine *engine, uint32_t kind)
{
    SIM_ASSERT(kind < SIM_EVENT_KIND_LIMIT);
    return engine->names[kind];
}

const SimTime *sim_engine_clock(const SimEngine *engine)
{
    return &engine->now;
}

SimTime sim_engine_now(const SimEngine *engine)
{
    return engine->now;
}

uint64_t sim_engine_seed(const SimEngine *engine)
{
    return engine->seed;
}

void sim_engine_leave_fingerprint(SimEngine *engine)
{
    SIM_ASSERT(engine->left == engine->max_events);
    engine->no_fingerprint = true;
}

SimTrace *sim_engine_trace(const SimEngine *engine)
{
    return engine->trace;
}

/* The first reason counts; what follows it is its consequence. */
static __attribute__((noinline)) void stop_for(SimEngine *engine, SimStop stop, const char *what)
{
    if (engine->stopped)
        return;
    engine->stopped = true;
    engine->stop = stop;
    engine->stop_what = what;
    engine->left_at_stop = engine->left;
    engine->left = 0;
}

void sim_engine_at_word(SimEngine *engine, SimTime at, uint64_t word, uint64_t arg)
{
    if (!sim_queue_push_word(engine->queue, at, word, arg))
        stop_for(engine, SIM_STOP_PENDING, NULL);
}

SimLane sim_engine_lane(SimEngine *engine)
{
    return sim_queue_lane_add(engine->queue);
}

void sim_engine_lane_at_word(SimEngine *engine, SimLane lane, SimTime at, uint64_t word,
                             uint64_t arg)
{
    if (!sim_queue_lane_push_word(engine->queue, lane, at, word, arg))
        stop_for(engine, SIM_STOP_PENDING, NULL);
}

void sim_engine_stop(SimEngine *engine, const char *what)
{
    stop_for(engine, SIM_STOP_MODEL, what);
}

/* One loop with a branch that is always taken is faster than two: of two, neither would get the
 * queue's pop inlined. (measured: 16 instructions per event) */
static void loop(SimEngine *engine, SimTime end)
{
    bool      fingerprint = !engine->no_fingerprint;
    SimQueue *queue = engine->queue;
    void     *world = engine->world;
    SimEvent  event;
    while (engine->left > 0 && sim_queue_pop_until(queue, end, &event)) {
        engine->left--;
        engine->now = event.at;
        if (fingerprint)
            sim_digest_words(&engine->digest, (uint64_t)event.at, event.order & FINGERPRINT_MASK);
        engine->handlers[sim_event_kind(&event)](world, &event);
    }
}

SimStop sim_engine_run(SimEngine *engine, SimTime end)
{
    SIM_ASSERT(end >= engine->now && end < SIM_TIME_NEVER);
    loop(engine, end);
    /* All events used up is a limit only if there was one more to come. */
    if (!engine->stopped && engine->left == 0 && sim_queue_peek(engine->queue) <= end)
        stop_for(engine, SIM_STOP_EVENTS, NULL);
    if (engine->stopped)
        return engine->stop;
    engine->now = end;
    sim_queue_advance(engine->queue, end);
    return SIM_STOP_END;
}

const char *sim_engine_stop_text(const SimEngine *engine, SimStop stop)
{
    switch (stop) {
    case SIM_STOP_END:
        return "the end was reached";
    case SIM_STOP_EVENTS:
        return "more events than max_events";
    case SIM_STOP_PENDING:
        return "more pending events than max_pending";
    case SIM_STOP_MODEL:
        return engine->stop_what != NULL ? engine->stop_what : "a model's limit";
    }
    sim_assert_failed(__FILE__, __LINE__, "a stop without a text");
}

uint64_t sim_engine_events(const SimEngine *engine)
{
    return engine->max_events - (engine->stopped ? engine->left_at_stop : engine->left);
}

uint32_t sim_engine_most_pending(const SimEngine *engine)
{
    return sim_queue_most_pending(engine->queue);
}

uint64_t sim_engine_fingerprint(const SimEngine *engine)
{
    return sim_digest_value(&engine->digest);
}
