/*
 * check_roles.c: what the models refuse of planned switches and of failovers beside them.
 */
#include <glib.h>

#include "models/fields.h"
#include "models/world.h"
#include "sim/run/check.h"

static PlanSpan span_of(const PlanItem *item)
{
    return (PlanSpan){item->place, 0};
}

static bool lists(const PlanValue *list, PlanId id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->ids[i] == id)
            return true;
    return false;
}

/* Data whose owners move together: those that a failover or a switch names. */
static const PlanValue *scope_of(const PlanItem *item)
{
    return plan_value(item, g_str_equal(item->kind->name, "switch") ? SWITCH_DATA : FAILOVER_DATA);
}

/* Data that two of them name moves with both, so both must name the same. */
static void check_pair(PlanProblems *problems, const PlanItem *item, const PlanItem *other)
{
    const PlanValue *mine = scope_of(item);
    const PlanValue *theirs = scope_of(other);
    uint32_t         shared = 0;
    for (uint32_t i = 0; i < mine->count; i++)
        shared += lists(theirs, mine->ids[i]);
    bool alike = shared == mine->count && shared == theirs->count;
    if (alike || (shared == 0 && (theirs->count > 0 || mine->count == 0)))
        return;
    if (shared == 0 && !g_str_equal(other->kind->name, "failover"))
        return; /* a switch of whole regions moves the rest */
    plan_problems_error(problems, span_of(item), "name the same data in both",
                        "a switch and %s %s \"%s\" do not move the same data together",
                        g_str_equal(other->kind->name, "switch") ? "another" : "the",
                        other->kind->name, other->name);
}

static void check_data(const Plan *plan, PlanProblems *problems, const PlanItem *item)
{
    const PlanValue *data = plan_value(item, SWITCH_DATA);
    for (uint32_t i = 0; i < data->count; i++) {
        const PlanItem *class = plan_item(plan, data->ids[i]);
        const PlanValue *channels = plan_value(class, DATA_CHANNELS);
        bool             consensus = false;
        for (uint32_t c = 0; c < channels->count; c++)
            consensus |= g_str_equal(plan_item(plan, channels->ids[c])->kind->name, "consensus");
        if (consensus)
            plan_problems_error(problems, span_of(item), "leave it out of `data`",
                                "switch: data \"%s\" elects its leader itself", class->name);
        else if (plan_number(class, DATA_OWNER) == OWNER_ANY || channels->count == 0)
            plan_problems_error(problems, span_of(item), "leave it out of `data`",
                                "switch: data \"%s\" has no owner that could be switched",
                                class->name);
    }
}

/* Controllers that move the same data, or all of them whole regions. */
static void check_failovers(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "failover", &count);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            const PlanItem  *item = plan_item(plan, ids[i]);
            const PlanItem  *other = plan_item(plan, ids[k]);
            const PlanValue *mine = scope_of(item);
            const PlanValue *theirs = scope_of(other);
            uint32_t         shared = 0;
            for (uint32_t d = 0; d < mine->count; d++)
                shared += lists(theirs, mine->ids[d]);
            if (shared > 0 && (shared < mine->count || shared < theirs->count))
                plan_problems_error(problems, span_of(item), "name the same data in both",
                                    "failovers \"%s\" and \"%s\" share some of their data, not all",
                                    item->name, other->name);
        }
}

/* What a failover says of its candidates and of the way back means something. */
static void check_one(const Plan *plan, PlanProblems *problems, const PlanItem *item)
{
    const PlanValue *watch = plan_value(item, FAILOVER_WATCH);
    const PlanValue *candidates = plan_value(item, FAILOVER_CANDIDATES);
    const PlanValue *failback = plan_value(item, FAILOVER_FAILBACK);
    if (watch->count == 1 && candidates->count == 1 && watch->ids[0] == candidates->ids[0])
        plan_problems_error(problems, span_of(item), "add candidates",
                            "failover \"%s\": nobody may take over from the region that it watches",
                            item->name);
    if (failback->count == 0)
        return;
    const PlanItem *back = plan_item(plan, failback->ids[0]);
    bool            restores =
        plan_value(back, GIVE_BACK_RESTORE)->given || plan_value(back, GIVE_BACK_REBUILD)->given;
    if (restores && plan_number(back, GIVE_BACK_BACKUP) == 0)
        plan_problems_error(problems, span_of(item), "write backup = \"1TB\" too",
                            "failover \"%s\": there is no backup that could be restored",
                            item->name);
}

void run_check_roles(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count, failovers;
    const PlanId *ids = plan_of_kind(plan, "switch", &count);
    const PlanId *others = plan_of_kind(plan, "failover", &failovers);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        if (plan_value(item, FAULT_LASTS)->set)
            plan_problems_error(problems, span_of(item), "leave out lasts",
                                "a switch lasts until the new owner has caught up");
        if (plan_value(item, SWITCH_FROM)->ids[0] == plan_value(item, SWITCH_TO)->ids[0])
            plan_problems_error(problems, span_of(item), NULL,
                                "a switch needs two regions: `from` and `to` are the same");
        check_data(plan, problems, item);
        for (uint32_t f = 0; f < failovers; f++)
            check_pair(problems, item, plan_item(plan, others[f]));
        for (uint32_t k = 0; k < i; k++)
            check_pair(problems, item, plan_item(plan, ids[k]));
    }
    for (uint32_t f = 0; f < failovers; f++)
        check_one(plan, problems, plan_item(plan, others[f]));
    check_failovers(plan, problems);
}
