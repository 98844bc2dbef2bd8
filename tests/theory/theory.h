/*
 * theory.h: plays a scenario many times and holds the sample against a law.
 *
 * A check accepts within three standard errors; it also has to reject a law that is 5 % off (the
 * negative control), so that a tolerance wide enough to hide a bug cannot pass.
 */
#ifndef TESTS_THEORY_THEORY_H
#define TESTS_THEORY_THEORY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/run/outcome.h"

typedef struct Sample {
    uint32_t count;
    double   mean, variance;
    double   mean_error, variance_error; /* standard errors, from the sample itself */
} Sample;

/* Loads a scenario with NAME=VALUE settings (ends with NULL); a problem ends the program. Owned. */
Plan *theory_plan(const char *path, const char *const *sets);

/* Plays seeds 1..count and collects `value` of each outcome. */
Sample theory_sample(const Plan *plan, uint32_t count, double (*value)(const Outcome *outcome));

/* True if `got` lies within three `error`s of `law`; prints one line either way. */
bool theory_within(const char *what, double got, double law, double error);

/* Acknowledged writes destroyed (L1), all classes and regions. */
double theory_destroyed(const Outcome *outcome);

/* Amount of the first item of that name in the bill, in its own unit; 0 if there is none. */
double theory_cost(const Outcome *outcome, const char *item);

#endif
