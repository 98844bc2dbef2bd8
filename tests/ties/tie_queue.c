/*
 * tie_queue.c: see tie_queue.h.
 */
#include "tests/ties/tie_queue.h"

TieBook tie_book;

struct SimQueue {
    GArray  *events; /* SimEvent, in no order */
    uint64_t sequence;
    SimTime  now;
    uint32_t capacity, lanes, most;
};

static SimEvent *at_index(const SimQueue *queue, guint i)
{
    return &g_array_index(queue->events, SimEvent, i);
}

SimQueue *sim_queue_new(uint32_t capacity)
{
    SimQueue *queue = g_new0(SimQueue, 1);
    queue->events = g_array_new(FALSE, FALSE, sizeof(SimEvent));
    queue->capacity = capacity;
    return queue;
}

void sim_queue_free(SimQueue *queue)
{
    if (queue == NULL)
        return;
    g_array_free(queue->events, TRUE);
    g_free(queue);
}

bool sim_queue_push_word(SimQueue *queue, SimTime at, uint64_t word, uint64_t arg)
{
    SIM_ASSERT(at >= queue->now);
    SimTime grid = tie_book.rule.grid;
    if (grid > 0 && at < SIM_TIME_NEVER - grid)
        at = (at + grid - 1) / grid * grid;
    if (queue->events->len >= queue->capacity)
        return false;
    SimEvent event = {at, word | queue->sequence++ << 21, arg};
    g_array_append_val(queue->events, event);
    if (queue->events->len > queue->most)
        queue->most = queue->events->len;
    return true;
}

SimLane sim_queue_lane_add(SimQueue *queue)
{
    return queue->lanes++;
}

bool sim_queue_lane_push_word(SimQueue *queue, SimLane lane, SimTime at, uint64_t word,
                              uint64_t arg)
{
    SIM_ASSERT(lane < queue->lanes);
    return sim_queue_push_word(queue, at, word, arg);
}

/* Two kinds go before all others, one of them before the other. */
static uint32_t rank_of(const SimEvent *event)
{
    uint32_t kind = sim_event_kind(event);
    return kind == tie_book.rule.first ? 0 : kind == tie_book.rule.second ? 1 : 2 + kind;
}

/* Neither the phase nor the mark of those that come last in theirs tells them apart. */
static bool together(const SimEvent *a, const SimEvent *b)
{
    return a->at == b->at && a->order >> 60 == b->order >> 60;
}

static bool before(const SimEvent *a, const SimEvent *b)
{
    if (a->at != b->at)
        return a->at < b->at;
    if (!together(a, b) || !tie_book.rule.on)
        return a->order < b->order;
    uint32_t rank = rank_of(a);
    if (rank != rank_of(b))
        return rank < rank_of(b);
    uint32_t target = sim_event_target(a);
    if (target == sim_event_target(b))
        return a->order < b->order; /* who sends one after the other is heard in that order */
    bool backwards = tie_book.rule.first == tie_book.rule.second && rank == 0;
    return (target < sim_event_target(b)) != backwards;
}

static uint64_t sequence_of(const SimEvent *event)
{
    return event->order << 4 >> 25;
}

static void note_meetings(const SimQueue *queue, guint chosen)
{
    const SimEvent *event = at_index(queue, chosen);
    uint32_t        kind = sim_event_kind(event);
    tie_book.phases[kind] |= 1u << sim_event_phase(event);
    for (guint i = 0; i < queue->events->len; i++) {
        const SimEvent *other = at_index(queue, i);
        uint32_t        with = sim_event_kind(other);
        if (i == chosen || other->at != event->at)
            continue;
        bool        earlier = sequence_of(event) < sequence_of(other);
        TieMeeting *there = &tie_book.met[kind][with];
        TieMeeting *back = &tie_book.met[with][kind];
        bool        same = together(event, other);
        (same ? there->same_phase : there->other_phase)[!earlier]++;
        (same ? back->same_phase : back->other_phase)[earlier]++;
    }
}

static guint front_of(const SimQueue *queue)
{
    guint front = 0;
    for (guint i = 1; i < queue->events->len; i++)
        if (before(at_index(queue, i), at_index(queue, front)))
            front = i;
    return front;
}

bool sim_queue_pop_until(SimQueue *queue, SimTime end, SimEvent *out_event)
{
    if (queue->events->len == 0)
        return false;
    guint front = front_of(queue);
    if (at_index(queue, front)->at > end)
        return false;
    if (tie_book.counts)
        note_meetings(queue, front);
    *out_event = *at_index(queue, front);
    g_array_remove_index_fast(queue->events, front);
    queue->now = out_event->at;
    return true;
}

bool sim_queue_pop(SimQueue *queue, SimEvent *out_event)
{
    return sim_queue_pop_until(queue, SIM_TIME_NEVER - 1, out_event);
}

void sim_queue_advance(SimQueue *queue, SimTime now)
{
    SIM_ASSERT(now >= queue->now && sim_queue_peek(queue) >= now);
    queue->now = now;
}

SimTime sim_queue_peek(SimQueue *queue)
{
    return queue->events->len == 0 ? SIM_TIME_NEVER : at_index(queue, front_of(queue))->at;
}

uint32_t sim_queue_pending(const SimQueue *queue)
{
    return queue->events->len;
}

uint32_t sim_queue_most_pending(const SimQueue *queue)
{
    return queue->most;
}
