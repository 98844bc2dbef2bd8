/*
 * distribution.h: the distributions a scenario may write, as a table for the language, the
 * reference page and the editor.
 */
#ifndef SIM_PLAN_DISTRIBUTION_H
#define SIM_PLAN_DISTRIBUTION_H

#include <stdbool.h>

typedef struct PlanDistWord {
    const char *word;
    const char *example;
    const char *doc;
    const char *first, *second; /* names of the parameters; NULL: a list */
    bool        shape;          /* the second is a bare number, not a time */
} PlanDistWord;

/* Ends with word == NULL. */
const PlanDistWord *plan_dist_words(void);

#endif
