/*
 * queue.c: a ladder whose steps are lists of chunks, and lanes beside it.
 *
 *   far   top     everything later than the ladder, unsorted
 *    |    rung 0  up to 1024 buckets of equal width, unsorted; coarse
 *    |    rung 1  one bucket of rung 0, spread again; ... rung n
 *    |    bottom  one bucket, sorted: its end is the front of the agenda
 *   near
 *
 *   lanes         rings; a winner tree over their heads names the first
 *
 * An event far away is appended to a bucket and moved once per rung as its time comes near. Each
 * bucket's open end is one cache line, and 1024 of them stay in the cache; what is full is written
 * and read from front to back. So a million pending events cost little more than a thousand, where
 * a heap would miss the cache on each level.
 *
 * Where a push goes is decided by `starts`: rung r takes what is not earlier than starts[r], its
 * first bucket that has not been taken down yet. Starts fall from rung to rung; what is earlier
 * than all of them belongs into the bottom. The last bucket of a rung is open-ended.
 *
 * Many events at one instant cannot be spread by time. They arrive in order, so the bottom takes
 * them as a ready run; what is out of order, and what would have to move many to get in, waits in
 * `near`, a small 4-ary heap.
 */
#include "sim/engine/queue.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define FANOUT_BITS 10
#define FANOUT (1u << FANOUT_BITS)
#define FANOUT_LEAST_BITS 3
/* Spread one event per bucket from the top, whose near end is the denser one; deeper buckets are
 * filled evenly and meant to hold eight. (measured) */
#define TOP_AIM_BITS 0
#define DEEP_AIM_BITS 3
/* Each rung is at least 4 times finer than the one above: 63 bits of time are used up by then. */
#define RUNG_LIMIT 32u
/* A push may move this many events of the bottom. (measured) */
#define SHIFT_LIMIT 48u
/* A push looks at so many events of the bottom at once: bottom_push. (measured) */
#define NEAREST 6u
/* A bottom that grows beyond this by pushes is spread again. */
#define BOTTOM_LIMIT 96u

#define CHUNK_BYTES 512u
#define CHUNK_EVENTS ((CHUNK_BYTES - sizeof(void *)) / sizeof(SimEvent))

#define LIKELY(x) __builtin_expect((x), 1)
#define UNLIKELY(x) __builtin_expect((x), 0)
/* Kept out of the short ways through push and pop, which then need few registers. */
#define APART __attribute__((noinline))

#define SEQUENCE_LIMIT (UINT64_C(1) << 39)

/* Lies at a multiple of CHUNK_BYTES, so a write position tells its chunk and whether it is full. */
typedef struct Chunk {
    union {
        struct Chunk *next;
        char          head[CHUNK_BYTES - CHUNK_EVENTS * sizeof(SimEvent)];
    };
    SimEvent events[CHUNK_EVENTS];
} Chunk;

_Static_assert(sizeof(Chunk) == CHUNK_BYTES, "a full chunk ends where the next one may begin");

/* Two words, which processors move at once. */
typedef uint64_t Words __attribute__((vector_size(16), aligned(8), may_alias));

_Static_assert(NEAREST * sizeof(SimEvent) == 9 * sizeof(Words), "bottom_push moves nine");

/* Memory for chunks; the first chunk's place holds this. */
typedef struct Slab {
    struct Slab *next;
} Slab;

/* Events in the order of their arrival. Empty: all zero. */
typedef struct Bucket {
    SimEvent *write; /* the next free place; at a multiple of CHUNK_BYTES if there is none */
    Chunk    *first;
} Bucket;

typedef struct Rung {
    uint64_t start;             /* time of bucket 0 */
    uint32_t shift;             /* a bucket is 2^shift ns wide */
    uint32_t last;              /* index of the open-ended bucket */
    uint32_t word;              /* used[] is 0 below it */
    uint64_t used[FANOUT / 64]; /* which buckets are not empty */
    Bucket   buckets[FANOUT];
} Rung;

/* Time and order of a lane's head; an empty lane's is LATEST. */
typedef struct Head {
    uint64_t at;
    uint64_t order;
} Head;

typedef struct Ring {
    SimEvent *events; /* mask + 1 of them; NULL before the first push */
    uint32_t  mask;
    uint32_t  room; /* mask + 1, or 0 */
    uint32_t  head; /* runs on, modulo 2^32 */
    uint32_t  tail;
} Ring;

struct SimQueue {
    /* The front of the ladder: events in descending order up to `front`; bottom[0] is a sentinel
     * that is later than all, with copies of it below (bottom_allocate). Above the front lies what
     * bottom_push moved along: nothing of it is read. */
    SimEvent *front;
    SimEvent *ready;   /* a front that lies higher may be popped as it is: bottom; while near holds
                          something, so high that none does */
    SimEvent *crowded; /* an event may be put behind a front that lies lower: at SHIFT_LIMIT + 1;
                          while near holds something, so low that none does */
    Head     first_lane;
    uint32_t first_leaf;
    SimTime  now;           /* of the last pop */
    uint64_t sequence;      /* events pushed */
    uint64_t popped;        /* sequence - popped are pending */
    uint64_t sequence_stop; /* a push that finds `sequence` here looks how full the queue is */
    uint64_t most_pending;
    uint32_t capacity;

    SimEvent *bottom;
    uint32_t  near_count;

    uint32_t depth;                  /* rungs in use */
    uint64_t starts[RUNG_LIMIT + 1]; /* starts[0] of the top, starts[1 + r] of rung r */
    Rung    *rungs[RUNG_LIMIT];      /* made when first used */
    Bucket   top;
    uint64_t top_min;
    uint64_t top_max;

    SimEvent *near; /* 4-ary heap */
    uint32_t  near_size;
    uint32_t  bottom_size;
    uint32_t  bottom_limit; /* a bottom with near that is larger gets spread */

    Chunk *free_chunks;
    Slab  *slabs;
    size_t slab_chunks; /* of the newest slab */

    uint32_t *leaves; /* by lane; NO_LEAF before its first push: it costs nothing till then */
    uint32_t  lane_count;
    uint32_t  lane_size; /* of leaves */
    /* The winner tree. */
    Ring     *rings;  /* by leaf */
    uint64_t *times;  /* of the heads, by leaf; UINT64_MAX: the lane is empty */
    uint64_t *orders; /* of the heads, by leaf */
    uint32_t
        *winners; /* leaves by node; node 1 is the root, the node of a leaf is leaf_size + leaf */
    uint32_t leaf_count;
    uint32_t leaf_size; /* a power of two >= leaf_count, 0 without leaves */
};

#define NO_LEAF UINT32_MAX
#define LATEST ((Head){UINT64_MAX, UINT64_MAX})

static inline bool head_before(Head a, Head b)
{
    return LIKELY(a.at != b.at) ? a.at < b.at : a.order < b.order;
}

static inline bool event_before(const SimEvent *a, const SimEvent *b)
{
    return LIKELY(a->at != b->at) ? a->at < b->at : a->order < b->order;
}

/* --- chunks and buckets --- */

static void slab_add(SimQueue *queue)
{
    size_t count = queue->slab_chunks < 1024 ? queue->slab_chunks * 2 : queue->slab_chunks;
    Slab  *slab = aligned_alloc(CHUNK_BYTES, (count + 1) * CHUNK_BYTES);
    if (slab == NULL)
        abort(); /* as GLib does when memory ends */
    slab->next = queue->slabs;
    queue->slabs = slab;
    queue->slab_chunks = count;
    Chunk *chunks = (Chunk *)(void *)slab;
    for (size_t i = count; i >= 1; i--) {
        chunks[i].next = queue->free_chunks;
        queue->free_chunks = &chunks[i];
    }
}

/* Gives a bucket without room another chunk and returns its next free place. */
static SimEvent *bucket_grow(SimQueue *queue, Bucket *bucket)
{
    if (UNLIKELY(queue->free_chunks == NULL))
        slab_add(queue);
    Chunk *chunk = queue->free_chunks;
    queue->free_chunks = chunk->next;
    chunk->next = NULL;
    if (bucket->first == NULL)
        bucket->first = chunk;
    else
        ((Chunk *)(void *)((char *)bucket->write - CHUNK_BYTES))->next = chunk;
    return chunk->events;
}

static inline bool bucket_full(const Bucket *bucket)
{
    return ((uintptr_t)bucket->write & (CHUNK_BYTES - 1)) == 0;
}

static inline void bucket_put(Bucket *bucket, SimEvent *place, SimEvent event)
{
    *place = event;
    bucket->write = place + 1;
}

/* Events in one chunk of a bucket that is not empty: all but the last are full. */
static inline uint32_t bucket_here(const Bucket *bucket, const Chunk *chunk)
{
    const SimEvent *last = bucket->write - 1;
    bool            open = (uintptr_t)last - (uintptr_t)chunk < CHUNK_BYTES;
    return open ? (uint32_t)(bucket->write - chunk->events) : CHUNK_EVENTS;
}

static inline void chunk_give_back(SimQueue *queue, Chunk *chunk)
{
    chunk->next = queue->free_chunks;
    queue->free_chunks = chunk;
}

static inline void rung_put(SimQueue *queue, Rung *rung, SimEvent event)
{
    uint64_t index = ((uint64_t)event.at - rung->start) >> rung->shift;
    if (index > rung->last)
        index = rung->last;
    Bucket   *bucket = &rung->buckets[index];
    SimEvent *place = bucket->write;
    if (UNLIKELY(bucket_full(bucket))) {
        rung->used[index / 64] |= UINT64_C(1) << (index % 64);
        place = bucket_grow(queue, bucket);
    }
    bucket_put(bucket, place, event);
}

static inline void top_put(SimQueue *queue, SimEvent event)
{
    Bucket   *top = &queue->top;
    SimEvent *place = top->write;
    uint64_t  at = (uint64_t)event.at;
    if (UNLIKELY(bucket_full(top)))
        place = bucket_grow(queue, top);
    queue->top_min = at < queue->top_min ? at : queue->top_min;
    queue->top_max = at > queue->top_max ? at : queue->top_max;
    bucket_put(top, place, event);
}

static inline uint32_t bottom_count(const SimQueue *queue)
{
    return (uint32_t)(queue->front - queue->bottom); /* the sentinel is not counted */
}

/* What may be done with a front follows from where the bottom lies and whether near is empty. */
static void front_rules(SimQueue *queue)
{
    bool alone = queue->near_count == 0;
    queue->ready = alone ? queue->bottom : queue->bottom + queue->bottom_size;
    queue->crowded = alone ? queue->bottom + SHIFT_LIMIT + 1 : queue->bottom;
}

static inline bool front_ready(const SimQueue *queue)
{
    return queue->front > queue->ready;
}

/* --- near: a 4-ary heap --- */

static void near_put(SimQueue *queue, SimEvent event)
{
    if (queue->near_count == queue->near_size) {
        queue->near_size = queue->near_size > 0 ? queue->near_size * 2 : 64;
        queue->near = g_renew(SimEvent, queue->near, queue->near_size);
    }
    SimEvent *near = queue->near;
    uint32_t  hole = queue->near_count++;
    while (hole > 0) {
        uint32_t parent = (hole - 1) / 4;
        if (!event_before(&event, &near[parent]))
            break;
        near[hole] = near[parent];
        hole = parent;
    }
    near[hole] = event;
    front_rules(queue);
}

static SimEvent near_take(SimQueue *queue)
{
    SimEvent *near = queue->near;
    SimEvent  first = near[0];
    uint32_t  count = --queue->near_count;
    SimEvent  event = near[count];
    uint32_t  hole = 0;
    for (;;) {
        uint32_t child = hole * 4 + 1;
        if (child >= count)
            break;
        uint32_t end = child + 4 < count ? child + 4 : count;
        uint32_t least = child;
        for (uint32_t i = child + 1; i < end; i++) {
            if (event_before(&near[i], &near[least]))
                least = i;
        }
        if (!event_before(&near[least], &event))
            break;
        near[hole] = near[least];
        hole = least;
    }
    near[hole] = event;
    front_rules(queue);
    return first;
}

/* --- the bottom --- */

/* Below the sentinel lie copies of it: bottom_push looks at the nearest events without asking
 * whether there are so many. */
static void bottom_allocate(SimQueue *queue)
{
    SimEvent *old = queue->bottom != NULL ? queue->bottom - (NEAREST - 1) : NULL;
    SimEvent *events = g_renew(SimEvent, old, queue->bottom_size + NEAREST - 1);
    for (uint32_t i = 0; i < NEAREST; i++)
        events[i] = (SimEvent){.at = SIM_TIME_NEVER, .order = UINT64_MAX, .arg = 0};
    queue->bottom = events + (NEAREST - 1);
}

static inline void bottom_reserve(SimQueue *queue, uint64_t count)
{
    if (LIKELY(count < queue->bottom_size)) /* one place is the sentinel's */
        return;
    uint32_t filled = bottom_count(queue);
    while (count >= queue->bottom_size)
        queue->bottom_size *= 2;
    bottom_allocate(queue);
    queue->front = queue->bottom + filled;
    front_rules(queue);
}

/* Puts an event among those of the bottom, for which `hole` makes room behind the front. The
 * sentinel ends the search: nothing is later. */
static inline void bottom_insert(SimEvent *hole, SimEvent event)
{
    while (event_before(hole - 1, &event)) {
        *hole = hole[-1];
        hole--;
    }
    *hole = event;
}

/* Puts an event into a bottom that is not crowded. Most belong among the nearest; how many of those
 * are earlier is as good as random, so they are counted and moved without a branch on it: always as
 * many, some of which lie above the front and mean nothing. */
static inline void bottom_push(SimQueue *queue, SimEvent event)
{
    SimEvent      *front = queue->front;
    const SimTime  at = event.at;
    const uint32_t earlier = (uint32_t)(front[0].at < at) + (front[-1].at < at) +
                             (front[-2].at < at) + (front[-3].at < at) + (front[-4].at < at) +
                             (front[-5].at < at);
    queue->front = front + 1;
    if (UNLIKELY(earlier == NEAREST || front[-(int)earlier].at == at)) {
        bottom_insert(front + 1, event);
        return;
    }
    SimEvent    *place = front + 1 - earlier;
    const Words *old = (const Words *)(const void *)place;
    Words *new = (Words *)(void *)(place + 1);
    const Words a = old[0], b = old[1], c = old[2], d = old[3], e = old[4], f = old[5];
    const Words g = old[6], h = old[7], i = old[8];
    new[0] = a, new[1] = b, new[2] = c, new[3] = d, new[4] = e, new[5] = f;
    new[6] = g, new[7] = h, new[8] = i;
    *place = event;
}

/* Sorts one chunk's events into the empty bottom. Each event's place is the number of later ones:
 * counting them takes no branch that could be guessed wrong, which is what sorting costs. */
static void bottom_sort(SimQueue *queue, Chunk *chunk, uint32_t count)
{
    const SimEvent *events = chunk->events;
    SimEvent       *bottom = queue->bottom;
    uint32_t        later[CHUNK_EVENTS];
    later[0] = 0;
    for (uint32_t i = 1; i < count; i++) {
        SimTime  at = events[i].at;
        uint32_t sum = 0;
        for (uint32_t k = 0; k < i; k++) {
            uint32_t is_later = events[k].at > at;
            sum += is_later;
            later[k] += 1 - is_later;
        }
        later[i] = sum;
    }
    for (uint32_t i = 0; i < count; i++)
        bottom[1 + later[i]] = events[i];
    /* Events of one time stand in the order of their arrival: put the phases right. */
    for (uint32_t i = 2; i <= count; i++) {
        if (UNLIKELY(event_before(&bottom[i - 1], &bottom[i])))
            bottom_insert(&bottom[i], bottom[i]);
    }
    queue->front = &bottom[count];
    chunk_give_back(queue, chunk);
}

/* Takes many events of one instant into the empty bottom: the ascending ones as a run, the others
 * by way of near. */
static void bottom_run(SimQueue *queue, const Bucket *bucket, uint64_t count)
{
    bottom_reserve(queue, count);
    SimEvent *bottom = queue->bottom;
    uint32_t  filled = 0;
    Chunk    *chunk = bucket->first;
    while (chunk != NULL) {
        uint32_t here = bucket_here(bucket, chunk);
        for (uint32_t i = 0; i < here; i++) {
            if (filled == 0 || event_before(&bottom[filled], &chunk->events[i]))
                bottom[++filled] = chunk->events[i];
            else
                near_put(queue, chunk->events[i]);
        }
        Chunk *next = chunk->next;
        chunk_give_back(queue, chunk);
        chunk = next;
    }
    for (uint32_t low = 1, high = filled; low < high; low++, high--) {
        SimEvent swap = bottom[low];
        bottom[low] = bottom[high];
        bottom[high] = swap;
    }
    queue->front = &bottom[filled];
}

/* --- rungs --- */

/* Opens a rung for `count` events between `min` and `max`, min < max. */
static Rung *rung_open(SimQueue *queue, uint64_t min, uint64_t max, uint64_t count)
{
    uint32_t bits = FANOUT_LEAST_BITS;
    uint32_t aim = queue->depth == 0 ? TOP_AIM_BITS : DEEP_AIM_BITS;
    while (bits < FANOUT_BITS && (count >> bits) >> aim > 0)
        bits++;
    uint32_t range_bits = 64 - (uint32_t)__builtin_clzll(max - min);

    if (queue->rungs[queue->depth] == NULL)
        queue->rungs[queue->depth] = g_new0(Rung, 1);
    Rung *rung = queue->rungs[queue->depth];
    rung->start = min;
    rung->shift = range_bits > bits ? range_bits - bits : 0;
    rung->last = (uint32_t)((max - min) >> rung->shift);
    rung->word = 0;
    queue->depth++;
    queue->starts[queue->depth] = min;
    return rung;
}

/* Takes the first bucket that is not empty from the deepest rung; leaves the rung when it was the
 * last one. False if the rung has none. */
static bool rung_take(SimQueue *queue, Bucket *out_bucket)
{
    Rung *rung = queue->rungs[queue->depth - 1];
    for (; rung->word <= rung->last / 64; rung->word++) {
        uint32_t word = rung->word;
        uint64_t used = rung->used[word];
        if (used == 0)
            continue;
        uint32_t index = word * 64 + (uint32_t)__builtin_ctzll(used);
        rung->used[word] = used & (used - 1);
        *out_bucket = rung->buckets[index];
        rung->buckets[index] = (Bucket){NULL, NULL};
        if (index == rung->last)
            queue->depth--;
        else
            queue->starts[queue->depth] = rung->start + ((uint64_t)(index + 1) << rung->shift);
        return true;
    }
    queue->depth--;
    return false;
}

/* How many events a bucket has; sets the times between which they lie. */
static uint64_t bucket_span(const Bucket *bucket, uint64_t *out_min, uint64_t *out_max)
{
    uint64_t min = UINT64_MAX;
    uint64_t max = 0;
    uint64_t count = 0;
    for (const Chunk *chunk = bucket->first; chunk != NULL; chunk = chunk->next) {
        uint32_t here = bucket_here(bucket, chunk);
        for (uint32_t i = 0; i < here; i++) {
            uint64_t at = (uint64_t)chunk->events[i].at;
            min = at < min ? at : min;
            max = at > max ? at : max;
        }
        count += here;
    }
    *out_min = min;
    *out_max = max;
    return count;
}

static void spread(SimQueue *queue, Rung *rung, const Bucket *bucket)
{
    Chunk *chunk = bucket->first;
    while (chunk != NULL) {
        uint32_t here = bucket_here(bucket, chunk);
        Chunk   *next = chunk->next;
        __builtin_prefetch(next);
        for (uint32_t i = 0; i < here; i++)
            rung_put(queue, rung, chunk->events[i]);
        chunk_give_back(queue, chunk);
        chunk = next;
    }
}

/* Fills the empty bottom from the ladder; leaves it empty if there is nothing. */
static void refill(SimQueue *queue)
{
    Bucket   bucket;
    uint64_t min;
    uint64_t max;
    for (;;) {
        if (queue->depth > 0) {
            if (!rung_take(queue, &bucket))
                continue;
        } else {
            bucket = queue->top;
            if (bucket.first == NULL)
                return;
            queue->top = (Bucket){NULL, NULL};
            queue->starts[0] = queue->top_max + 1;
            queue->top_min = UINT64_MAX;
            queue->top_max = 0;
        }
        if (bucket.first->next == NULL) { /* so few are better sorted than spread (measured) */
            bottom_sort(queue, bucket.first, bucket_here(&bucket, bucket.first));
            break;
        }
        uint64_t count = bucket_span(&bucket, &min, &max);
        if (min == max || queue->depth == RUNG_LIMIT) {
            bottom_run(queue, &bucket, count);
            break;
        }
        spread(queue, rung_open(queue, min, max, count), &bucket);
    }
    uint32_t twice = 2 * (bottom_count(queue) + queue->near_count);
    queue->bottom_limit = twice > BOTTOM_LIMIT ? twice : BOTTOM_LIMIT;
}

/* Too many pushes went into the bottom: its events become a rung. */
static void bottom_spread(SimQueue *queue)
{
    uint64_t min = UINT64_MAX;
    uint64_t max = 0;
    if (bottom_count(queue) > 0) {
        min = (uint64_t)queue->front->at;
        max = (uint64_t)queue->bottom[1].at;
    }
    for (uint32_t i = 0; i < queue->near_count; i++) {
        uint64_t at = (uint64_t)queue->near[i].at;
        min = at < min ? at : min;
        max = at > max ? at : max;
    }
    uint32_t count = bottom_count(queue) + queue->near_count;
    queue->bottom_limit = 2 * count;
    if (min == max || queue->depth == RUNG_LIMIT)
        return;
    Rung *rung = rung_open(queue, min, max, count);
    for (const SimEvent *event = queue->front; event > queue->bottom; event--)
        rung_put(queue, rung, *event);
    for (uint32_t i = 0; i < queue->near_count; i++)
        rung_put(queue, rung, queue->near[i]);
    queue->front = queue->bottom;
    queue->near_count = 0;
    front_rules(queue);
}

/* Makes the end of the bottom the first event of the ladder, if the ladder has one. */
static APART void prepare(SimQueue *queue)
{
    if (queue->near_count == 0 && bottom_count(queue) == 0)
        refill(queue);
    if (queue->near_count > 0 && event_before(&queue->near[0], queue->front)) {
        bottom_reserve(queue, (uint64_t)bottom_count(queue) + 1);
        SimEvent first = near_take(queue);
        *++queue->front = first;
    }
}

/* --- lanes --- */

static inline bool leaf_before(const SimQueue *queue, uint32_t a, uint32_t b)
{
    uint64_t at = queue->times[a];
    uint64_t other = queue->times[b];
    return at != other ? at < other : queue->orders[a] < queue->orders[b];
}

static inline void leaf_set(SimQueue *queue, uint32_t leaf, Head head)
{
    queue->times[leaf] = head.at;
    queue->orders[leaf] = head.order;
}

static inline void first_lane_set(SimQueue *queue, uint32_t leaf)
{
    queue->first_lane = (Head){queue->times[leaf], queue->orders[leaf]};
    queue->first_leaf = leaf;
}

/* Plays the matches from a leaf to the root. */
static inline void leaf_replay(SimQueue *queue, uint32_t leaf)
{
    uint32_t       *winners = queue->winners;
    const uint64_t *times = queue->times;
    size_t          winner = leaf;
    uint64_t        best = times[leaf];
    for (size_t node = queue->leaf_size + leaf; node > 1; node /= 2) {
        size_t   rival = winners[node ^ 1];
        uint64_t at = times[rival];
        /* Without a branch on who wins, which is as good as random; few meet at one instant. */
        bool loses = at < best;
        if (UNLIKELY(at == best))
            loses = queue->orders[rival] < queue->orders[winner];
        uint64_t swap = -(uint64_t)loses;
        best ^= (best ^ at) & swap;
        winner ^= (winner ^ rival) & swap;
        winners[node / 2] = (uint32_t)winner;
    }
    queue->first_lane = (Head){best, queue->orders[winner]};
    queue->first_leaf = (uint32_t)winner;
}

/* An empty lane got a head: plays until it loses. Above that, whoever won goes on winning. */
static inline void leaf_enter(SimQueue *queue, uint32_t leaf)
{
    uint32_t *winners = queue->winners;
    for (uint32_t node = (queue->leaf_size + leaf) / 2; node >= 1; node /= 2) {
        /* A subtree of empty lanes may name any of them as its winner, this one included. */
        if (leaf_before(queue, winners[node], leaf))
            return;
        winners[node] = leaf;
    }
    first_lane_set(queue, leaf);
}

static void leaves_rebuild(SimQueue *queue)
{
    for (uint32_t i = 0; i < queue->leaf_size; i++)
        queue->winners[queue->leaf_size + i] = i;
    for (uint32_t node = queue->leaf_size - 1; node >= 1; node--) {
        uint32_t left = queue->winners[2 * node];
        uint32_t right = queue->winners[2 * node + 1];
        queue->winners[node] = leaf_before(queue, right, left) ? right : left;
    }
    first_lane_set(queue, queue->winners[1]);
}

static uint32_t leaf_add(SimQueue *queue)
{
    if (queue->leaf_count == queue->leaf_size) {
        uint32_t size = queue->leaf_size > 0 ? queue->leaf_size * 2 : 2;
        queue->rings = g_renew(Ring, queue->rings, size);
        queue->times = g_renew(uint64_t, queue->times, size);
        queue->orders = g_renew(uint64_t, queue->orders, size);
        queue->winners = g_renew(uint32_t, queue->winners, 2 * (size_t)size);
        for (uint32_t i = queue->leaf_size; i < size; i++) {
            queue->times[i] = queue->orders[i] = UINT64_MAX;
            queue->rings[i] = (Ring){NULL, 0, 0, 0, 0};
        }
        queue->leaf_size = size;
        leaves_rebuild(queue);
    }
    return queue->leaf_count++;
}

SimLane sim_queue_lane_add(SimQueue *queue)
{
    if (queue->lane_count == queue->lane_size) {
        uint32_t size = queue->lane_size > 0 ? queue->lane_size * 2 : 2;
        SIM_ASSERT(size > queue->lane_size);
        queue->leaves = g_renew(uint32_t, queue->leaves, size);
        queue->lane_size = size;
    }
    queue->leaves[queue->lane_count] = NO_LEAF;
    return queue->lane_count++;
}

static APART void ring_grow(Ring *ring)
{
    uint32_t  count = ring->tail - ring->head;
    uint32_t  size = ring->room > 0 ? 2 * ring->room : 4;
    SimEvent *events = g_new(SimEvent, size);
    for (uint32_t i = 0; i < count; i++)
        events[i] = ring->events[(ring->head + i) & ring->mask];
    g_free(ring->events);
    *ring = (Ring){events, size - 1, size, 0, count};
}

/* Time and order of the head come from the tree: the loop can go on with them while its ring, which
 * may lie far away, is still being loaded. */
static inline void lane_take(SimQueue *queue, SimEvent *out_event)
{
    uint32_t        leaf = queue->first_leaf;
    Ring           *ring = &queue->rings[leaf];
    const SimEvent *events = ring->events;
    uint32_t        head = ring->head;
    *out_event = (SimEvent){(SimTime)queue->first_lane.at, queue->first_lane.order,
                            events[head & ring->mask].arg};
    ring->head = ++head;
    Head next = LATEST;
    if (head != ring->tail)
        next = (Head){(uint64_t)events[head & ring->mask].at, events[head & ring->mask].order};
    leaf_set(queue, leaf, next);
    leaf_replay(queue, leaf);
}

/* --- the whole --- */

SimQueue *sim_queue_new(uint32_t capacity)
{
    SIM_ASSERT(capacity > 0);
    SimQueue *queue = g_new0(SimQueue, 1);
    queue->capacity = capacity;
    queue->first_lane = LATEST;
    queue->top_min = UINT64_MAX;
    queue->slab_chunks = 8;
    queue->bottom_size = 128;
    bottom_allocate(queue);
    queue->bottom_limit = BOTTOM_LIMIT;
    queue->front = queue->bottom;
    front_rules(queue);
    queue->sequence_stop = capacity;
    return queue;
}

void sim_queue_free(SimQueue *queue)
{
    if (queue == NULL)
        return;
    for (uint32_t i = 0; i < RUNG_LIMIT; i++)
        g_free(queue->rungs[i]);
    while (queue->slabs != NULL) {
        Slab *next = queue->slabs->next;
        free(queue->slabs);
        queue->slabs = next;
    }
    for (uint32_t i = 0; i < queue->leaf_count; i++)
        g_free(queue->rings[i].events);
    g_free(queue->rings);
    g_free(queue->leaves);
    g_free(queue->times);
    g_free(queue->orders);
    g_free(queue->winners);
    g_free(queue->near);
    g_free(queue->bottom - (NEAREST - 1));
    g_free(queue);
}

/* `sequence_stop` is right for what was popped when it was set: more has been since, so there may
 * be room again. */
static APART bool is_full(SimQueue *queue)
{
    SIM_ASSERT(queue->sequence < SEQUENCE_LIMIT);
    uint64_t stop = queue->popped + queue->capacity;
    queue->sequence_stop = stop < SEQUENCE_LIMIT ? stop : SEQUENCE_LIMIT;
    return queue->sequence >= stop;
}

/* The part of a push that ladder and lanes share; false if the queue is full. */
static inline bool event_begin(SimQueue *queue, SimTime at, uint64_t word, uint64_t *out_order)
{
    /* Not before now; and not SIM_TIME_NEVER, whose successor wraps round. */
    SIM_ASSERT((SimTime)((uint64_t)at + 1) > queue->now);
    uint64_t sequence = queue->sequence;
    if (UNLIKELY(sequence >= queue->sequence_stop) && is_full(queue))
        return false;
    *out_order = word | sequence << 21;
    queue->sequence = ++sequence;
    if (UNLIKELY(sequence - queue->popped > queue->most_pending))
        queue->most_pending = sequence - queue->popped;
    return true;
}

/* Puts an event where it has to wait: later than the bottom. */
static APART void put_far(SimQueue *queue, SimTime at, uint64_t order, uint64_t arg)
{
    SimEvent event = {at, order, arg};
    uint64_t time = (uint64_t)at;
    if (time >= queue->starts[0]) {
        top_put(queue, event);
        return;
    }
    uint32_t r = 0;
    while (time < queue->starts[r + 1])
        r++;
    rung_put(queue, queue->rungs[r], event);
}

/* Puts an event into a bottom that is large, or beside which there is something in near. */
static APART void put_crowded(SimQueue *queue, SimTime at, uint64_t order, uint64_t arg)
{
    SimEvent event = {at, order, arg};
    if (UNLIKELY(bottom_count(queue) + queue->near_count >= queue->bottom_limit)) {
        bottom_spread(queue);
        /* The new rung starts at the earliest event; this one may be earlier still. */
        if (bottom_count(queue) == 0 && queue->near_count == 0 &&
            (uint64_t)at >= queue->starts[queue->depth]) {
            rung_put(queue, queue->rungs[queue->depth - 1], event);
            return;
        }
    }
    bottom_reserve(queue, (uint64_t)bottom_count(queue) + 1);
    if (bottom_count(queue) > SHIFT_LIMIT && event_before(queue->front - SHIFT_LIMIT, &event))
        near_put(queue, event);
    else
        bottom_insert(++queue->front, event);
}

bool sim_queue_push_word(SimQueue *queue, SimTime at, uint64_t word, uint64_t arg)
{
    uint64_t order;
    if (UNLIKELY(!event_begin(queue, at, word, &order)))
        return false;
    if ((uint64_t)at >= queue->starts[queue->depth])
        put_far(queue, at, order, arg);
    else if (UNLIKELY(queue->front >= queue->crowded))
        put_crowded(queue, at, order, arg);
    else
        bottom_push(queue, (SimEvent){at, order, arg});
    return true;
}

bool sim_queue_lane_push_word(SimQueue *queue, SimLane lane, SimTime at, uint64_t word,
                              uint64_t arg)
{
    SIM_ASSERT(lane < queue->lane_count);
    uint64_t order;
    if (UNLIKELY(!event_begin(queue, at, word, &order)))
        return false;
    uint32_t leaf = queue->leaves[lane];
    if (UNLIKELY(leaf == NO_LEAF))
        queue->leaves[lane] = leaf = leaf_add(queue);
    Ring    *ring = &queue->rings[leaf];
    uint32_t tail = ring->tail;
    uint32_t count = tail - ring->head;
    if (UNLIKELY(count == ring->room)) {
        ring_grow(ring);
        tail = ring->tail;
    }
    SimEvent *place = &ring->events[tail & ring->mask];
    *place = (SimEvent){at, order, arg};
    ring->tail = tail + 1;
    if (count > 0) {
        SIM_ASSERT(event_before(&ring->events[(tail - 1) & ring->mask], place));
        return true;
    }
    leaf_set(queue, leaf, (Head){(uint64_t)at, order});
    leaf_enter(queue, leaf);
    return true;
}

bool sim_queue_pop_until(SimQueue *queue, SimTime end, SimEvent *out_event)
{
    if (UNLIKELY(!front_ready(queue)))
        prepare(queue);
    const SimEvent *front = queue->front;
    Head            ladder = {(uint64_t)front->at, front->order};
    if (head_before(queue->first_lane, ladder)) {
        if (UNLIKELY(queue->first_lane.at > (uint64_t)end))
            return false;
        lane_take(queue, out_event);
    } else {
        /* An empty agenda shows the sentinel, which lies after every end. */
        if (UNLIKELY(front->at > end || front->at == SIM_TIME_NEVER))
            return false;
        *out_event = (SimEvent){(SimTime)ladder.at, ladder.order, front->arg};
        queue->front--;
    }
    queue->popped++;
    queue->now = out_event->at;
    return true;
}

bool sim_queue_pop(SimQueue *queue, SimEvent *out_event)
{
    return sim_queue_pop_until(queue, SIM_TIME_NEVER - 1, out_event);
}

SimTime sim_queue_peek(SimQueue *queue)
{
    if (!front_ready(queue))
        prepare(queue);
    SimTime ladder = queue->front->at;
    return queue->first_lane.at < (uint64_t)ladder ? (SimTime)queue->first_lane.at : ladder;
}

void sim_queue_advance(SimQueue *queue, SimTime now)
{
    SIM_ASSERT(now >= queue->now && sim_queue_peek(queue) >= now);
    queue->now = now;
}

uint32_t sim_queue_pending(const SimQueue *queue)
{
    return (uint32_t)(queue->sequence - queue->popped);
}

uint32_t sim_queue_most_pending(const SimQueue *queue)
{
    return (uint32_t)queue->most_pending;
}
