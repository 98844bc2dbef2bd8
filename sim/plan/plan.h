/*
 * plan.h: a scenario, compiled and frozen.
 *
 * A plan is a sorted list of items: components and, inside their fields, parts. Components are
 * sorted by (kind in catalog order, name) before they get ids, so the order of declarations means
 * nothing; the order inside a list is meaning and stays. A frozen plan never changes and can be
 * shared between threads.
 *
 *   scenario room --plan_draft_*--> PlanDraft --plan_freeze--> Plan --> run, store, lint
 */
#ifndef SIM_PLAN_PLAN_H
#define SIM_PLAN_PLAN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/dist.h"
#include "sim/base/time.h"
#include "sim/plan/schema.h"

typedef struct Plan Plan;
typedef uint32_t    PlanId;
#define PLAN_NONE UINT32_MAX

/* Where something stands in a scenario; file is "" when it was made by the program. */
typedef struct PlanPlace {
    const char *file;
    uint32_t    line;   /* from 1; 0: unknown */
    uint32_t    column; /* from 1; 0: unknown */
} PlanPlace;

typedef struct PlanValue {
    bool           given;   /* written in the scenario or by --set (not a default or preset) */
    bool           set;     /* has a value at all */
    int64_t        number;  /* FLAG .. BANDWIDTH, WORD */
    const char    *text;    /* TEXT, BOUND, and the word itself for WORD */
    const SimDist *dist;    /* DIST */
    const PlanId  *ids;     /* REF, REFS, PART, PARTS, WEIGHTS */
    const int64_t *weights; /* WEIGHTS: parts per billion, sum exactly 1e9 */
    uint32_t       count;   /* of ids */
} PlanValue;

typedef struct PlanItem {
    PlanId           id;
    const PlanKind  *kind;
    const char      *name;   /* unique within its kind; parts: "data account/channels[1] queue" */
    const char      *preset; /* name of the preset it was made with, or NULL */
    PlanId           parent; /* of a part; PLAN_NONE for components */
    PlanPlace        place;
    const PlanValue *values; /* one per field of the kind */
} PlanItem;

/* An axis: choice "unreplicated" { "wait", "cut" }. */
typedef struct PlanChoice {
    const char        *name;
    const char *const *options; /* as text */
    uint32_t           option_count;
    uint32_t           chosen;
} PlanChoice;

/* Number of items; ids run from 0. */
uint32_t        plan_count(const Plan *plan);
const PlanItem *plan_item(const Plan *plan, PlanId id);

/* All items of a kind: their ids, consecutive and in name order; *out_count may be 0. */
const PlanId *plan_of_kind(const Plan *plan, const char *kind, uint32_t *out_count);

/* The items of a kind's group (e.g. every fault), in id order. Caller frees the array with g_free.
 */
PlanId *plan_of_group(const Plan *plan, const char *group, uint32_t *out_count);

/* The named component, or NULL. */
const PlanItem *plan_find(const Plan *plan, const char *kind, const char *name);

/* Values by field index (the model's own enum in the order of its table). The type must fit. */
static inline const PlanValue *plan_value(const PlanItem *item, int field)
{
    return &item->values[field];
}
static inline int64_t plan_number(const PlanItem *item, int field)
{
    return item->values[field].number;
}
static inline const char *plan_text(const PlanItem *item, int field)
{
    return item->values[field].text;
}

uint32_t          plan_choice_count(const Plan *plan);
const PlanChoice *plan_choice(const Plan *plan, uint32_t index);

/* The canonical text: one line per item field, stable across declaration order. Lent. */
const char *plan_canonical(const Plan *plan);
/* First 16 hex digits of the SHA-256 of the canonical text. Lent. */
const char *plan_hash(const Plan *plan);

/* The scenario's own source text and file name, as read, for messages and the store. Lent. */
const char *plan_source(const Plan *plan);
const char *plan_file(const Plan *plan);

void plan_free(Plan *plan);

#endif
