/*
 * plan.c: reading a frozen plan.
 */
#include "sim/plan/plan.h"

#include <string.h>

#include "sim/base/assert.h"
#include "sim/plan/frozen.h"

uint32_t plan_count(const Plan *plan)
{
    return plan->count;
}

const PlanItem *plan_item(const Plan *plan, PlanId id)
{
    SIM_ASSERT(id < plan->count);
    return &plan->items[id];
}

const PlanId *plan_of_kind(const Plan *plan, const char *kind, uint32_t *out_count)
{
    const PlanKind *wanted = plan_kind_find(plan->catalog, NULL, kind);
    SIM_ASSERT(wanted);
    uint32_t index = plan_kind_index(plan->catalog, wanted);
    *out_count = plan->kind_start[index + 1] - plan->kind_start[index];
    return plan->of_kind + plan->kind_start[index];
}

PlanId *plan_of_group(const Plan *plan, const char *group, uint32_t *out_count)
{
    PlanId  *ids = g_new0(PlanId, plan->count + 1);
    uint32_t count = 0;
    for (PlanId id = 0; id < plan->count; id++)
        if (strcmp(plan->items[id].kind->group, group) == 0)
            ids[count++] = id;
    *out_count = count;
    return ids;
}

const PlanItem *plan_find(const Plan *plan, const char *kind, const char *name)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, kind, &count);
    uint32_t      low = 0;
    uint32_t      high = count;
    while (low < high) {
        uint32_t        middle = low + (high - low) / 2;
        const PlanItem *item = &plan->items[ids[middle]];
        int             order = strcmp(item->name, name);
        if (order == 0)
            return item->parent == PLAN_NONE ? item : NULL;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

uint32_t plan_choice_count(const Plan *plan)
{
    return plan->choice_count;
}

const PlanChoice *plan_choice(const Plan *plan, uint32_t index)
{
    SIM_ASSERT(index < plan->choice_count);
    return &plan->choices[index];
}

const char *plan_canonical(const Plan *plan)
{
    return plan->canonical;
}

const char *plan_hash(const Plan *plan)
{
    return plan->hash;
}

const char *plan_source(const Plan *plan)
{
    return plan->source;
}

const char *plan_file(const Plan *plan)
{
    return plan->file;
}

void plan_free(Plan *plan)
{
    if (!plan)
        return;
    g_ptr_array_unref(plan->dists);
    sim_arena_free(plan->arena);
    g_free(plan);
}
