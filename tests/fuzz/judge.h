/*
 * judge.h: plays a world and says what must not be.
 */
#ifndef TESTS_FUZZ_JUDGE_H
#define TESTS_FUZZ_JUDGE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/plan/plan.h"
#include "sim/run/outcome.h"

typedef struct Verdict {
    GString   *findings; /* one a line, "kind: what exactly"; empty: nothing is wrong */
    GPtrArray *done;     /* names of data that is everywhere, lent from the plan */
    bool       finished; /* the run did not reach a limit */
    bool       linked;   /* calm, and every region reaches every other at once */
    bool       calm;     /* its faults ended early enough to judge what is left of them */
    int64_t    requests, served, fate[OUTCOME_FATES]; /* to see that something happened */
} Verdict;

typedef struct JudgeSetup {
    bool with_file; /* the result file is judged as well, which takes longer */
    bool not_peace; /* what is left in the end is not judged */
} JudgeSetup;

/* Plays the plan twice. */
Verdict judge_plan(const Plan *plan, uint64_t seed, JudgeSetup setup);
void    judge_free(Verdict *verdict);

#endif
