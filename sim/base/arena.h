/*
 * arena.h: memory with one lifetime.
 *
 * Blocks are taken and never given back one by one; the arena ends as a whole. Addresses stay
 * valid until then. Memory is zeroed.
 */
#ifndef SIM_BASE_ARENA_H
#define SIM_BASE_ARENA_H

#include <stddef.h>

typedef struct SimArena SimArena;

SimArena *sim_arena_new(size_t block_bytes);
void      sim_arena_free(SimArena *arena);

/* `size` zeroed bytes, aligned for any type. Lent until the arena is freed. */
void *sim_arena_take(SimArena *arena, size_t size);
/* The same, from the start of a cache line on. */
#define SIM_CACHE_LINE 64
void *sim_arena_take_lines(SimArena *arena, size_t size);
char *sim_arena_text(SimArena *arena, const char *text);

/* Bytes taken so far. */
size_t sim_arena_used(const SimArena *arena);

#define sim_arena_array(arena, Type, count)                                                        \
    ((Type *)sim_arena_take((arena), sizeof(Type) * (count)))
/* For what begins at a cache line: one that is aligned to them, or small things read in a row. */
#define sim_arena_lines(arena, Type, count)                                                        \
    ((Type *)sim_arena_take_lines((arena), sizeof(Type) * (count)))

#endif
