/*
 * arena.c: a chain of zeroed blocks.
 *
 *   arena -> block (taken from front to back) -> older block -> ... -> NULL
 *
 * A piece that does not fit into what is left of the newest block starts a new one; a piece larger
 * than a block gets a block of its own. What is left behind is lost until the arena ends.
 */
#include "sim/base/arena.h"

#include <glib.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "sim/base/assert.h"

#define ALIGNMENT alignof(max_align_t)

typedef struct Block {
    struct Block *older;
    size_t        size; /* bytes that can be taken */
    size_t        used; /* <= size */
    alignas(max_align_t) unsigned char bytes[];
} Block;

struct SimArena {
    Block *newest; /* NULL before the first piece */
    size_t block_bytes;
    size_t used;
};

SimArena *sim_arena_new(size_t block_bytes)
{
    SIM_ASSERT(block_bytes > 0);
    SimArena *arena = g_new0(SimArena, 1);
    arena->block_bytes = block_bytes;
    return arena;
}

void sim_arena_free(SimArena *arena)
{
    if (arena == NULL)
        return;
    Block *block = arena->newest;
    while (block != NULL) {
        Block *older = block->older;
        g_free(block);
        block = older;
    }
    g_free(arena);
}

static void block_add(SimArena *arena, size_t at_least)
{
    size_t size = arena->block_bytes > at_least ? arena->block_bytes : at_least;
    SIM_ASSERT(size <= SIZE_MAX - sizeof(Block));
    Block *block = g_malloc0(sizeof(Block) + size);
    block->older = arena->newest;
    block->size = size;
    arena->newest = block;
}

void *sim_arena_take(SimArena *arena, size_t size)
{
    SIM_ASSERT(size <= SIZE_MAX / 2);
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded == 0)
        rounded = ALIGNMENT; /* two pieces never share an address */
    if (arena->newest == NULL || arena->newest->size - arena->newest->used < rounded)
        block_add(arena, rounded);
    Block *block = arena->newest;
    void  *piece = block->bytes + block->used;
    block->used += rounded;
    arena->used += rounded;
    return piece;
}

void *sim_arena_take_lines(SimArena *arena, size_t size)
{
    SIM_ASSERT(size <= SIZE_MAX / 4);
    unsigned char *piece = sim_arena_take(arena, size + SIM_CACHE_LINE - 1);
    return piece + (SIM_CACHE_LINE - (uintptr_t)piece % SIM_CACHE_LINE) % SIM_CACHE_LINE;
}

char *sim_arena_text(SimArena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char  *copy = sim_arena_take(arena, size);
    memcpy(copy, text, size);
    return copy;
}

size_t sim_arena_used(const SimArena *arena)
{
    return arena->used;
}
