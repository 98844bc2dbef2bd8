/*
 * frozen.h: the insides of drafts and plans, for this room only.
 */
#ifndef SIM_PLAN_FROZEN_H
#define SIM_PLAN_FROZEN_H

#include <glib.h>

#include "sim/base/arena.h"
#include "sim/plan/draft.h"
#include "sim/plan/plan.h"

struct PlanDraft {
    const PlanCatalog *catalog;
    SimArena          *arena;
    PlanDraftItem     *first, *last;
    uint32_t           count;
    GArray            *choices; /* of PlanChoice */
    const char        *file, *source;
    bool               incomplete;
};

/* Items stand by id: first the components, sorted; then the parts, by parent, field and index. */
struct Plan {
    const PlanCatalog *catalog;
    SimArena          *arena;
    PlanItem          *items;
    uint32_t           count;
    uint32_t           component_count;
    PlanId            *of_kind;    /* ids sorted by (kind, id) */
    uint32_t          *kind_start; /* index into of_kind; one more than there are kinds */
    PlanChoice        *choices;    /* by name */
    uint32_t           choice_count;
    GPtrArray         *dists; /* owned distributions */
    const char        *file, *source;
    const char        *canonical;
    const char        *hash;
};

/* The draft's item of every plan item, by id: the checks take their places from it. */
typedef struct PlanOrigin {
    const PlanDraftItem *item;
    const PlanSpan      *spans; /* of each field's value; width and line 0 if not written */
    const char          *label; /* how messages call the item */
} PlanOrigin;

/* Reads a distribution; on failure adds a problem and returns NULL. Owned by the caller. */
SimDist *plan_dist_read(const PlanDraftValue *value, const char *label, PlanProblems *problems);

/* Refuses what is wrong between items; `origins` by id. */
void plan_check(const Plan *plan, const PlanOrigin *origins, PlanProblems *problems);

/* The canonical text; owned by the caller. */
char *plan_print_canonical(const Plan *plan);

/* The index of a kind in the catalogue; it must be there. */
uint32_t plan_kind_index(const PlanCatalog *catalog, const PlanKind *kind);

#endif
