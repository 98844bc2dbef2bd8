/*
 * rivals.h: hand-written queues that ours is measured against.
 *
 * Specialists without phases, payload or lanes: 16 bytes per event, a time and a word. The word
 * orders events of one time (a sequence in its upper bits), so they are exact but no more. All
 * three take a capacity at creation and never allocate afterwards.
 */
#ifndef TESTS_BENCH_RIVALS_H
#define TESTS_BENCH_RIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct Rival {
    int64_t  at;
    uint64_t word;
} Rival;

static inline bool rival_before(const Rival *a, const Rival *b)
{
    return a->at != b->at ? a->at < b->at : a->word < b->word;
}

/* The same in one 128-bit comparison, for choices that no processor can guess. */
static inline bool rival_less(const Rival *a, const Rival *b)
{
    __extension__ unsigned __int128 x =
        (__extension__(unsigned __int128)(uint64_t) a->at) << 64 | a->word;
    __extension__ unsigned __int128 y =
        (__extension__(unsigned __int128)(uint64_t) b->at) << 64 | b->word;
    return x < y;
}

static inline void *rival_memory(size_t size)
{
    void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
    if (memory == NULL)
        abort();
    memset(memory, 0, size);
    return memory;
}

/* --- 4-ary heap with deferred pop ---
 *
 * A pop leaves a hole at the root; a push that follows fills it, so a hold needs one walk. Children
 * of i are 4i + 1 .. 4i + 4; the array is shifted so that four children share a cache line. */
typedef struct Heap4 {
    Rival *events; /* memory + 3 */
    Rival *memory;
    size_t count; /* the hole included */
    bool   hole;
} Heap4;

static inline void heap4_init(Heap4 *heap, size_t capacity)
{
    heap->memory = rival_memory((capacity + 8) * sizeof(Rival));
    heap->events = heap->memory + 3;
    heap->count = 0;
    heap->hole = false;
}

static inline void heap4_clear(Heap4 *heap)
{
    free(heap->memory);
}

static inline void heap4_down(Heap4 *heap, Rival event)
{
    Rival *events = heap->events;
    size_t count = heap->count;
    size_t hole = 0;
    for (;;) {
        size_t child = 4 * hole + 1;
        if (child + 4 > count) {
            if (child >= count)
                break;
            size_t least = child;
            for (size_t i = child + 1; i < count; i++)
                least = rival_before(&events[i], &events[least]) ? i : least;
            if (rival_before(&events[least], &event)) {
                events[hole] = events[least];
                hole = least;
            }
            break;
        }
        size_t left = child + rival_less(&events[child + 1], &events[child]);
        size_t right = child + 2 + rival_less(&events[child + 3], &events[child + 2]);
        size_t mask = 0 - (size_t)rival_less(&events[right], &events[left]);
        size_t least = left ^ ((left ^ right) & mask);
        if (!rival_before(&events[least], &event))
            break;
        events[hole] = events[least];
        hole = least;
    }
    events[hole] = event;
}

static inline void heap4_push(Heap4 *heap, Rival event)
{
    if (heap->hole) {
        heap->hole = false;
        heap4_down(heap, event);
        return;
    }
    Rival *events = heap->events;
    size_t hole = heap->count++;
    while (hole > 0) {
        size_t parent = (hole - 1) / 4;
        if (!rival_before(&event, &events[parent]))
            break;
        events[hole] = events[parent];
        hole = parent;
    }
    events[hole] = event;
}

static inline bool heap4_pop(Heap4 *heap, Rival *out_event)
{
    if (heap->hole) {
        heap->hole = false;
        heap->count--;
        if (heap->count > 0)
            heap4_down(heap, heap->events[heap->count]);
    }
    if (heap->count == 0)
        return false;
    *out_event = heap->events[0];
    heap->hole = true;
    return true;
}

/* --- ladder ---
 *
 * After Tang, Goh and Thng (2005), the textbook way: top and buckets are lists of nodes, the bottom
 * is a sorted array. One rung per level, buckets of equal width. */
typedef struct LadderNode {
    Rival    event;
    uint32_t next;
} LadderNode;

#define LADDER_RUNGS 16
#define LADDER_SORT 24u
#define LADDER_NIL UINT32_MAX

typedef struct LadderRung {
    uint64_t  start;
    uint32_t  shift;
    uint32_t  count;   /* buckets */
    uint32_t  current; /* first bucket not taken down */
    uint32_t *heads;
    uint32_t *sizes;
    uint32_t  size; /* buckets that the arrays hold */
} LadderRung;

typedef struct Ladder {
    LadderNode *nodes;
    uint32_t    free_node;
    uint32_t    top;
    uint32_t    top_count;
    uint64_t    top_start;
    uint64_t    top_min;
    uint64_t    top_max;
    uint32_t    depth;
    LadderRung  rungs[LADDER_RUNGS];
    Rival      *bottom; /* descending */
    uint32_t    bottom_count;
} Ladder;

static inline void ladder_init(Ladder *ladder, uint32_t capacity)
{
    memset(ladder, 0, sizeof(*ladder));
    ladder->nodes = rival_memory((size_t)capacity * sizeof(LadderNode));
    for (uint32_t i = 0; i < capacity; i++)
        ladder->nodes[i].next = i + 1 < capacity ? i + 1 : LADDER_NIL;
    ladder->top = LADDER_NIL;
    ladder->top_min = UINT64_MAX;
    ladder->bottom = rival_memory((size_t)capacity * sizeof(Rival));
    for (uint32_t i = 0; i < LADDER_RUNGS; i++) {
        LadderRung *rung = &ladder->rungs[i];
        rung->size = i == 0 ? 2 * capacity + 16 : 1024;
        rung->heads = rival_memory((size_t)rung->size * sizeof(uint32_t));
        rung->sizes = rival_memory((size_t)rung->size * sizeof(uint32_t));
    }
}

static inline void ladder_clear(Ladder *ladder)
{
    free(ladder->nodes);
    free(ladder->bottom);
    for (uint32_t i = 0; i < LADDER_RUNGS; i++) {
        free(ladder->rungs[i].heads);
        free(ladder->rungs[i].sizes);
    }
}

static inline void ladder_link(Ladder *ladder, LadderRung *rung, uint32_t node)
{
    uint64_t index = ((uint64_t)ladder->nodes[node].event.at - rung->start) >> rung->shift;
    if (index >= rung->count)
        index = rung->count - 1;
    ladder->nodes[node].next = rung->heads[index];
    rung->heads[index] = node;
    rung->sizes[index]++;
}

static inline void ladder_insert_bottom(Ladder *ladder, Rival event)
{
    uint32_t hole = ladder->bottom_count++;
    while (hole > 0 && rival_before(&ladder->bottom[hole - 1], &event)) {
        ladder->bottom[hole] = ladder->bottom[hole - 1];
        hole--;
    }
    ladder->bottom[hole] = event;
}

static inline void ladder_push(Ladder *ladder, Rival event)
{
    uint64_t at = (uint64_t)event.at;
    if (at >= ladder->top_start) {
        uint32_t node = ladder->free_node;
        ladder->free_node = ladder->nodes[node].next;
        ladder->nodes[node] = (LadderNode){event, ladder->top};
        ladder->top = node;
        ladder->top_count++;
        ladder->top_min = at < ladder->top_min ? at : ladder->top_min;
        ladder->top_max = at > ladder->top_max ? at : ladder->top_max;
        return;
    }
    for (uint32_t r = 0; r < ladder->depth; r++) {
        LadderRung *rung = &ladder->rungs[r];
        if (at >= rung->start + ((uint64_t)rung->current << rung->shift)) {
            uint32_t node = ladder->free_node;
            ladder->free_node = ladder->nodes[node].next;
            ladder->nodes[node].event = event;
            ladder_link(ladder, rung, node);
            return;
        }
    }
    ladder_insert_bottom(ladder, event);
}

/* Spreads a list over a new rung of about one bucket per event. */
static inline void ladder_spread(Ladder *ladder, uint32_t list, uint32_t count, uint64_t min,
                                 uint64_t max)
{
    LadderRung *rung = &ladder->rungs[ladder->depth++];
    uint32_t    wanted = count < rung->size / 2 ? count : rung->size / 2;
    uint32_t    shift = 0;
    while (((max - min) >> shift) >= wanted)
        shift++;
    rung->start = min;
    rung->shift = shift;
    rung->count = (uint32_t)((max - min) >> shift) + 1;
    rung->current = 0;
    for (uint32_t i = 0; i < rung->count; i++) {
        rung->heads[i] = LADDER_NIL;
        rung->sizes[i] = 0;
    }
    while (list != LADDER_NIL) {
        uint32_t next = ladder->nodes[list].next;
        ladder_link(ladder, rung, list);
        list = next;
    }
}

static inline bool ladder_refill(Ladder *ladder)
{
    for (;;) {
        uint32_t list;
        uint32_t count;
        uint64_t min;
        uint64_t max;
        if (ladder->depth == 0) {
            if (ladder->top_count == 0)
                return false;
            list = ladder->top;
            count = ladder->top_count;
            min = ladder->top_min;
            max = ladder->top_max;
            ladder->top = LADDER_NIL;
            ladder->top_count = 0;
            ladder->top_start = max + 1;
            ladder->top_min = UINT64_MAX;
            ladder->top_max = 0;
        } else {
            LadderRung *rung = &ladder->rungs[ladder->depth - 1];
            while (rung->current < rung->count && rung->sizes[rung->current] == 0)
                rung->current++;
            if (rung->current == rung->count) {
                ladder->depth--;
                continue;
            }
            list = rung->heads[rung->current];
            count = rung->sizes[rung->current];
            rung->heads[rung->current] = LADDER_NIL;
            rung->sizes[rung->current] = 0;
            min = rung->start + ((uint64_t)rung->current << rung->shift);
            max = min + ((uint64_t)1 << rung->shift) - 1;
            rung->current++;
        }
        if (count > LADDER_SORT && max > min && ladder->depth < LADDER_RUNGS) {
            ladder_spread(ladder, list, count, min, max);
            continue;
        }
        while (list != LADDER_NIL) {
            uint32_t next = ladder->nodes[list].next;
            ladder_insert_bottom(ladder, ladder->nodes[list].event);
            ladder->nodes[list].next = ladder->free_node;
            ladder->free_node = list;
            list = next;
        }
        return true;
    }
}

static inline bool ladder_pop(Ladder *ladder, Rival *out_event)
{
    if (ladder->bottom_count == 0 && !ladder_refill(ladder))
        return false;
    *out_event = ladder->bottom[--ladder->bottom_count];
    return true;
}

/* --- hierarchical wheel of 64 ---
 *
 * Level l has 64 slots of 2^(grain + 6 l) ns; an event lies at the level of the highest bit group
 * in which it differs from the clock. Slots are lists; the slot of the lowest level that is due is
 * sorted. */
#define WHEEL_LEVELS 10

typedef struct Wheel {
    LadderNode *nodes;
    uint32_t    free_node;
    uint32_t    grain; /* log2 of the finest slot, chosen by the caller */
    uint64_t    clock; /* in grains; all events before it are in `due` */
    uint64_t    used[WHEEL_LEVELS];
    uint32_t    slots[WHEEL_LEVELS][64];
    Rival      *due; /* descending */
    uint32_t    due_count;
} Wheel;

static inline void wheel_init(Wheel *wheel, uint32_t capacity, uint32_t grain)
{
    memset(wheel, 0, sizeof(*wheel));
    wheel->nodes = rival_memory((size_t)capacity * sizeof(LadderNode));
    for (uint32_t i = 0; i < capacity; i++)
        wheel->nodes[i].next = i + 1 < capacity ? i + 1 : LADDER_NIL;
    wheel->due = rival_memory((size_t)capacity * sizeof(Rival));
    wheel->grain = grain;
    memset(wheel->slots, 0xff, sizeof(wheel->slots));
}

static inline void wheel_clear(Wheel *wheel)
{
    free(wheel->nodes);
    free(wheel->due);
}

static inline void wheel_due(Wheel *wheel, Rival event)
{
    uint32_t hole = wheel->due_count++;
    while (hole > 0 && rival_before(&wheel->due[hole - 1], &event)) {
        wheel->due[hole] = wheel->due[hole - 1];
        hole--;
    }
    wheel->due[hole] = event;
}

static inline void wheel_link(Wheel *wheel, uint32_t node)
{
    uint64_t tick = (uint64_t)wheel->nodes[node].event.at >> wheel->grain;
    uint64_t differs = tick ^ wheel->clock;
    uint32_t level = differs == 0 ? 0 : (63 - (uint32_t)__builtin_clzll(differs)) / 6;
    uint32_t slot = (uint32_t)(tick >> (6 * level)) & 63;
    wheel->nodes[node].next = wheel->slots[level][slot];
    wheel->slots[level][slot] = node;
    wheel->used[level] |= UINT64_C(1) << slot;
}

static inline void wheel_push(Wheel *wheel, Rival event)
{
    uint64_t tick = (uint64_t)event.at >> wheel->grain;
    if (tick < wheel->clock) {
        wheel_due(wheel, event);
        return;
    }
    uint32_t node = wheel->free_node;
    wheel->free_node = wheel->nodes[node].next;
    wheel->nodes[node].event = event;
    wheel_link(wheel, node);
}

static inline bool wheel_refill(Wheel *wheel)
{
    for (;;) {
        uint32_t level = 0;
        while (level < WHEEL_LEVELS && wheel->used[level] == 0)
            level++;
        if (level == WHEEL_LEVELS)
            return false;
        uint32_t slot = (uint32_t)__builtin_ctzll(wheel->used[level]);
        uint32_t list = wheel->slots[level][slot];
        wheel->slots[level][slot] = LADDER_NIL;
        wheel->used[level] &= wheel->used[level] - 1;
        /* The clock moves to the slot's begin: its upper groups stay, the lower ones are 0. */
        uint64_t upper = wheel->clock >> (6 * level + 5) >> 1 << (6 * level + 5) << 1;
        wheel->clock = upper | (uint64_t)slot << (6 * level);
        if (level == 0) {
            while (list != LADDER_NIL) {
                uint32_t next = wheel->nodes[list].next;
                wheel_due(wheel, wheel->nodes[list].event);
                wheel->nodes[list].next = wheel->free_node;
                wheel->free_node = list;
                list = next;
            }
            wheel->clock++;
            /* Passing a border of 64 brings the clock into a slot of a higher level: unfold it. */
            for (uint32_t up = 1; up < WHEEL_LEVELS; up++) {
                if ((wheel->clock & ((UINT64_C(1) << (6 * up)) - 1)) != 0)
                    break;
                uint32_t here = (uint32_t)(wheel->clock >> (6 * up)) & 63;
                uint32_t move = wheel->slots[up][here];
                wheel->slots[up][here] = LADDER_NIL;
                wheel->used[up] &= ~(UINT64_C(1) << here);
                while (move != LADDER_NIL) {
                    uint32_t next = wheel->nodes[move].next;
                    wheel_link(wheel, move);
                    move = next;
                }
            }
            return true;
        }
        while (list != LADDER_NIL) {
            uint32_t next = wheel->nodes[list].next;
            wheel_link(wheel, list);
            list = next;
        }
    }
}

static inline bool wheel_pop(Wheel *wheel, Rival *out_event)
{
    if (wheel->due_count == 0 && !wheel_refill(wheel))
        return false;
    *out_event = wheel->due[--wheel->due_count];
    return true;
}

#endif
