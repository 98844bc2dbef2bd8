/*
 * suite.h: what `check` remembers of a scenario: one case per (seed, claim).
 *
 * A claim is an expectation, a fault that must bite, or that the run came to its end.
 */
#ifndef SIM_CLI_SUITE_H
#define SIM_CLI_SUITE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/plan/plan.h"
#include "sim/run/outcome.h"

typedef enum CliCaseState {
    CLI_CASE_HELD,
    CLI_CASE_BROKEN,
    CLI_CASE_UNDECIDED, /* a limit was reached */
} CliCaseState;

typedef struct CliCase {
    CliCaseState state;
    uint64_t     seed;
    char        *name;  /* the expectation's, or "fault cut trunk" */
    char        *claim; /* "" for faults */
    char        *got;
    char        *wanted;
    char        *reason; /* one line: "got 61, wanted == 0" */
    char        *file;
    uint32_t     line;
} CliCase;

typedef struct CliSuite {
    char     *path;
    char     *name; /* of the scenario; the file's name if it could not be read */
    Plan     *plan; /* NULL: could not be read, or all seeds are played */
    uint64_t *seeds;
    uint32_t  seed_count;
    char     *mistakes; /* why it could not be read; NULL if it could */
    GArray   *cases;    /* CliCase */
    uint32_t  seeds_played, seeds_failed, seeds_undecided;
} CliSuite;

/* Reads the scenario and its seeds. Owned. */
CliSuite *cli_suite_new(const char *path);
void      cli_suite_free(CliSuite *suite);

/* Remembers what an outcome says; the outcome may be freed afterwards. */
void cli_suite_add(CliSuite *suite, const Outcome *outcome);

bool cli_suite_held(const CliSuite *suite);

/* JUnit XML of all suites. Owned. */
char *cli_suites_junit(const GPtrArray *suites);

#endif
