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
    bool       linked;   /* calm, and every region reaches every other */
    bool       calm;     /* its faults ended early enough to judge what is left of them */
    int64_t    requests, served, fate[OUTCOME_FATES]; /* to see that something happened */
} Verdict;

/* Plays the plan twice. `with_file`: the result file is judged as well, which takes longer. */
Verdict judge_plan(const Plan *plan, uint64_t seed, bool with_file);
void    judge_free(Verdict *verdict);

#endif
