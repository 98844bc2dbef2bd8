/*
 * assert.c: the last words of a broken promise.
 */
#include "sim/base/assert.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The only state that outlives a call: one note per thread, because an assertion may fail where no
 * run is in sight. It is read for dying only and never influences a result. */
static _Thread_local const SimCrashNote *crash_note;

void sim_crash_note_set(const SimCrashNote *note)
{
    crash_note = note;
}

void sim_assert_failed(const char *file, int line, const char *condition)
{
    const SimCrashNote *note = crash_note;
    crash_note = NULL; /* a broken note must not bring us back here */

    fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, condition);
    if (note != NULL) {
        const char *scenario = note->scenario != NULL ? note->scenario : "(unnamed)";
        if (note->now_ns != NULL)
            fprintf(stderr, "  at %" PRId64 " ns of simulated time\n", *note->now_ns);
        fprintf(stderr, "  seed %" PRIu64 " of %s\n", note->seed, scenario);
        fprintf(stderr, "  repeat with: faultline run %s --seed %" PRIu64 "\n", scenario,
                note->seed);
    }
    fprintf(stderr, "This is a bug of the simulator, not of the scenario.\n");
    fflush(stderr);
    abort();
}
