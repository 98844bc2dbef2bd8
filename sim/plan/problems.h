/*
 * problems.h: what is wrong with a scenario, told as a compiler would.
 *
 * Mistakes are collected, not thrown, so that one look shows up to ten of them. A message names the
 * place, what was found and what would be right; the text shows the source line with the offending
 * token underlined. Nothing here prints: sim/cli does, once.
 */
#ifndef SIM_PLAN_PROBLEMS_H
#define SIM_PLAN_PROBLEMS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/plan/plan.h"

#define PLAN_PROBLEMS_SHOWN 10
/* More are counted but not kept: a loop in a scenario can repeat a mistake a million times. */
#define PLAN_PROBLEMS_KEPT 1000

/* A token in a scenario: where it starts and how many characters it has. */
typedef struct PlanSpan {
    PlanPlace place;
    uint32_t  width; /* 0: unknown, underlined as one character */
} PlanSpan;

typedef struct PlanProblems PlanProblems;

PlanProblems *plan_problems_new(void);
void          plan_problems_free(PlanProblems *problems);

/* Makes a file's text known so that its lines can be shown. Files are told in the order in which
 * they were made known; copied. Adding the same file again changes nothing. */
void plan_problems_source(PlanProblems *problems, const char *file, const char *text);

/* Adds a mistake. `hint` (may be NULL) says what would be right. Everything is copied; the same
 * message at the same place is kept once. */
void plan_problems_error(PlanProblems *problems, PlanSpan span, const char *hint,
                         const char *format, ...) G_GNUC_PRINTF(4, 5);

/* The same for something that is allowed but probably not meant. */
void plan_problems_warning(PlanProblems *problems, PlanSpan span, const char *hint,
                           const char *format, ...) G_GNUC_PRINTF(4, 5);

uint32_t plan_problems_errors(const PlanProblems *problems);
uint32_t plan_problems_warnings(const PlanProblems *problems);

/* All of them, sorted by place, at most ten errors and ten warnings. Owned by the caller; "" if
 * there are none. */
char *plan_problems_text(const PlanProblems *problems);

/* One of them, as a program reads it. */
typedef struct PlanProblem {
    const char *file; /* "--set", or "" if it has none */
    const char *message;
    const char *hint;         /* NULL: none */
    uint32_t    line, column; /* 0: unknown */
    bool        warning;
} PlanProblem;

/* Those that the text shows, in its order: false if there is no such one. Lent. */
bool plan_problems_at(const PlanProblems *problems, uint32_t index, PlanProblem *out);

/* Adds those of `others` that are not there yet, each with `note` behind its message. */
void plan_problems_merge(PlanProblems *problems, const PlanProblems *others, const char *note);

/* "did you mean 'x'?" if a name is near, else "one of: a, b, c"; owned. NULL if there are none. */
char *plan_problems_suggest(const char *text, const char *const *names, size_t count);

#endif
