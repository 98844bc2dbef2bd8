/*
 * assert.h: broken promises end the program loudly.
 *
 * SIM_ASSERT states what the code relies on. It is never compiled out. When it fails it prints the
 * place, the broken condition and the note of the running simulation (simulated time, seed and the
 * command that repeats it), then aborts: a broken promise is our bug, never the user's.
 */
#ifndef SIM_BASE_ASSERT_H
#define SIM_BASE_ASSERT_H

#include <stdint.h>

/* What the running thread is simulating; printed when an assertion fails.
 * Lent until the next call; NULL when nothing runs. */
typedef struct SimCrashNote {
    const int64_t *now_ns;   /* the clock of the running engine */
    uint64_t       seed;     /* the seed of the run */
    const char    *scenario; /* the scenario's file or name */
} SimCrashNote;

void sim_crash_note_set(const SimCrashNote *note);

/* What is called only on ways that a run rarely takes: the compiler puts those ways elsewhere, and
 * the others lie close together. */
#define SIM_RARE __attribute__((cold))

/* Prints and aborts. Use SIM_ASSERT instead of calling it. */
SIM_RARE _Noreturn void sim_assert_failed(const char *file, int line, const char *condition);

#define SIM_ASSERT(condition)                                                                      \
    ((condition) ? (void)0 : sim_assert_failed(__FILE__, __LINE__, #condition))

#endif
