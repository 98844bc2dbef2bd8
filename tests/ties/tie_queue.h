/*
 * tie_queue.h: an agenda that decides ties as a test wants.
 *
 * Stands in for sim/engine/queue.c: a program that has this file does not link that one. It is a
 * plain list, so that it is plainly right: time, phase, sequence. What it can do besides:
 *
 *   grid   every event is put off to the next multiple of a time, so that all meet
 *   rule   within a phase events come by kind and by what they are for, so that what happens does
 *          not depend on what was scheduled when; two kinds come before all others
 *   met    which kinds met, and which of the two had been scheduled first
 */
#ifndef TESTS_TIES_TIE_QUEUE_H
#define TESTS_TIES_TIE_QUEUE_H

#include "models/world.h"

typedef struct TieRule {
    SimTime  grid;          /* 0: none */
    bool     on;            /* otherwise sequence decides */
    uint32_t first, second; /* kinds; the same twice: those for the same thing in order, but the
                               last thing first */
} TieRule;

/* Both kinds were pending for one instant. */
typedef struct TieMeeting {
    int64_t same_phase[2];  /* the kind of the row was scheduled first; last */
    int64_t other_phase[2]; /* ... */
} TieMeeting;

typedef struct TieBook {
    TieRule    rule;
    bool       counts;                    /* the rest is kept */
    uint32_t   phases[WORLD_EVENT_COUNT]; /* a bit for each in which the kind came */
    TieMeeting met[WORLD_EVENT_COUNT][WORLD_EVENT_COUNT];
} TieBook;

/* Of all agendas in this process. */
extern TieBook tie_book;

#endif
