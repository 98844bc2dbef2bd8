/*
 * draft.h: a scenario on its way to becoming a plan.
 *
 * Whoever reads a scenario adds items and values as they were written, with the place of every
 * token; nothing is judged here. plan_freeze() then reads the values by the tables of the kinds,
 * refuses what is wrong and returns the frozen plan.
 *
 * Everything lives until the draft is freed; texts are copied.
 */
#ifndef SIM_PLAN_DRAFT_H
#define SIM_PLAN_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/plan/plan.h"
#include "sim/plan/problems.h"
#include "sim/plan/schema.h"

typedef struct PlanDraft      PlanDraft;
typedef struct PlanDraftItem  PlanDraftItem;
typedef struct PlanDraftValue PlanDraftValue;
typedef struct PlanDraftEntry PlanDraftEntry;

/* How a value was written. */
typedef enum PlanForm {
    PLAN_FORM_FLAG,    /* number is 0 or 1 */
    PLAN_FORM_WHOLE,   /* number */
    PLAN_FORM_REAL,    /* number in billionths, `text` as written; `fits` if in range */
    PLAN_FORM_TEXT,    /* text */
    PLAN_FORM_PLAIN,   /* text "as a scenario would write it", of any type: presets, --set */
    PLAN_FORM_TABLE,   /* entries */
    PLAN_FORM_PART,    /* part */
    PLAN_FORM_DIST,    /* text is the distribution's word, entries its arguments */
    PLAN_FORM_OTHER,   /* text says what it is: "a function" */
    PLAN_FORM_MISTAKE, /* stands for something that was reported already */
} PlanForm;

struct PlanDraftEntry {
    const char     *key;  /* NULL: given by position */
    PlanSpan        span; /* of the key; of the value if there is no key */
    PlanDraftValue *value;
    bool            given; /* false: came from a measured table, not from the user */
    bool            made;  /* set by a word of the language: may fill an internal field */
    PlanDraftEntry *next;
};

struct PlanDraftValue {
    PlanForm        form;
    PlanSpan        span;
    int64_t         number;
    bool            fits;
    const char     *text;
    PlanDraftItem  *part;
    PlanDraftEntry *first, *last;
    uint32_t        count; /* of entries */
};

struct PlanDraftItem {
    const PlanKind *kind;
    const char     *name;   /* components */
    const char     *label;  /* how messages call it; NULL: kind "name" */
    const char     *preset; /* of the kind's presets */
    PlanSpan        span;   /* of the word */
    PlanSpan        name_span;
    PlanDraftValue *values; /* a TABLE of fields */
    PlanDraftItem  *next;
};

PlanDraft *plan_draft_new(const PlanCatalog *catalog);
void       plan_draft_free(PlanDraft *draft);

const PlanCatalog *plan_draft_catalog(const PlanDraft *draft);

/* The scenario's own file and text. */
void plan_draft_source(PlanDraft *draft, const char *file, const char *text);

/* Says that parts of the scenario are missing because of a mistake already reported, so that
 * nothing is refused for being absent. */
void plan_draft_incomplete(PlanDraft *draft);

/* Adds a component (or a fault). Its name may be set later but must be there when frozen. */
PlanDraftItem *plan_draft_item(PlanDraft *draft, const PlanKind *kind, const char *name,
                               PlanSpan span);
/* Makes a part, to be placed in a value. */
PlanDraftItem *plan_draft_part(PlanDraft *draft, const PlanKind *kind, PlanSpan span);

/* The first component; the others follow by `next`, in the order in which they were added. */
PlanDraftItem *plan_draft_first(const PlanDraft *draft);
uint32_t       plan_draft_count(const PlanDraft *draft);

PlanDraftValue *plan_draft_value(PlanDraft *draft, PlanForm form, PlanSpan span);
PlanDraftValue *plan_draft_text(PlanDraft *draft, PlanForm form, PlanSpan span, const char *text);
/* Appends to a table; returns the entry. */
PlanDraftEntry *plan_draft_entry(PlanDraft *draft, PlanDraftValue *table, const char *key,
                                 PlanSpan span, PlanDraftValue *value);
/* The named entry, or NULL. */
PlanDraftEntry *plan_draft_find(const PlanDraftValue *table, const char *key);
const char     *plan_draft_keep(PlanDraft *draft, const char *text);

/* What may be the name of something. */
#define PLAN_NAME_RULE                                                                             \
    "1 to 200 letters, no blank at either end, no line break, no control character"
bool plan_name_fits(const char *name);

/* An axis; options are copied. */
void plan_draft_choice(PlanDraft *draft, const char *name, const char *const *options,
                       uint32_t count, uint32_t chosen);

/* Freezes: returns the plan, owned by the caller, or NULL when `problems` has errors. The draft
 * must not be used afterwards except to free it. */
Plan *plan_freeze(PlanDraft *draft, PlanProblems *problems);

#endif
