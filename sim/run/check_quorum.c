/*
 * check_quorum.c: what the models refuse of leaderless stores in a plan that is well-formed by the
 * tables.
 */
#include <glib.h>

#include "models/fields.h"
#include "sim/run/check.h"

static PlanSpan span_of(const PlanItem *item)
{
    return (PlanSpan){item->place, 0};
}

/* What a leaderless store cannot be combined with. */
static void check_quorum(const Plan *plan, PlanProblems *problems, const PlanItem *data,
                         const PlanItem *store)
{
    const PlanValue *owner = plan_value(data, DATA_OWNER);
    uint32_t         regions = plan_value(store, QUORUM_REGIONS)->count;
    if (regions == 0)
        plan_of_kind(plan, "region", &regions);
    int64_t copies = plan_number(store, QUORUM_REPLICAS) * regions;
    if (plan_value(data, DATA_CHANNELS)->count > 1)
        plan_problems_error(problems, span_of(data), "leave out the other channel",
                            "data \"%s\": a quorum store sends its writes itself", data->name);
    if (owner->given && owner->number != 1)
        plan_problems_error(problems, span_of(data), "use owner = \"any\", or leave it out",
                            "data \"%s\": in a quorum store every region takes writes", data->name);
    if (plan_number(data, DATA_UNIQUE) != 0 || plan_number(data, DATA_CONFLICT) != 0 ||
        plan_number(data, DATA_IDEMPOTENT) == 0)
        plan_problems_error(problems, span_of(data), NULL,
                            "data \"%s\": a quorum store keeps the version with the latest stamp; "
                            "unique, conflict and idempotent have no place there",
                            data->name);
    const PlanValue *steps = plan_value(data, DATA_READ);
    for (uint32_t i = 0; i < steps->count; i++) {
        const char *step = plan_item(plan, steps->ids[i])->kind->name;
        if (g_str_equal(step, "secondary") || g_str_equal(step, "back_source"))
            plan_problems_error(problems, span_of(data), "write the level as read = ... of quorum",
                                "data \"%s\": a quorum store asks other regions itself, not by "
                                "'%s'",
                                data->name, step);
    }
    for (int f = QUORUM_WRITE; f <= QUORUM_READ; f++)
        if (plan_number(store, f) <= 2 && plan_number(store, f) + 1 > copies)
            plan_problems_error(problems, span_of(store), NULL,
                                "data \"%s\": level \"%s\" needs more than the %" G_GINT64_FORMAT
                                " replicas there are",
                                data->name, plan_text(store, f), copies);
}

static const PlanItem *quorum_part(const Plan *plan, const PlanItem *data)
{
    const PlanValue *list = plan_value(data, DATA_CHANNELS);
    for (uint32_t i = 0; i < list->count; i++)
        if (g_str_equal(plan_item(plan, list->ids[i])->kind->name, "quorum"))
            return plan_item(plan, list->ids[i]);
    return NULL;
}

void run_check_quorums(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "data", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *data = plan_item(plan, ids[i]);
        const PlanItem *store = quorum_part(plan, data);
        if (store != NULL)
            check_quorum(plan, problems, data, store);
    }
    ids = plan_of_kind(plan, "replica_down", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *fault = plan_item(plan, ids[i]);
        const PlanItem *data = plan_item(plan, plan_value(fault, REPLICA_DATA)->ids[0]);
        if (quorum_part(plan, data) == NULL)
            plan_problems_error(problems, span_of(fault), "use crash for the store of a region",
                                "data \"%s\" has no replicas of a quorum store", data->name);
    }
    const char *const barred[] = {"read_only", "disk_full"};
    for (size_t k = 0; k < G_N_ELEMENTS(barred); k++) {
        ids = plan_of_kind(plan, barred[k], &count);
        for (uint32_t i = 0; i < count; i++) {
            const PlanItem *fault = plan_item(plan, ids[i]);
            const PlanItem *data = plan_item(plan, plan_value(fault, BARRED_DATA)->ids[0]);
            if (quorum_part(plan, data) != NULL)
                plan_problems_error(problems, span_of(fault), "use replica_down",
                                    "%s: data \"%s\" has replicas, not one store in a region",
                                    barred[k], data->name);
        }
    }
    ids = plan_of_kind(plan, "expect", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *claim = plan_item(plan, ids[i]);
        const PlanItem *metric = plan_item(plan, plan_value(claim, EXPECT_METRIC)->ids[0]);
        bool            lag = g_str_equal(metric->kind->name, "lag");
        if (!lag && !g_str_equal(metric->kind->name, "catch_up"))
            continue;
        const PlanValue *of = plan_value(metric, lag ? (int)LAG_DATA : (int)CATCH_UP_DATA);
        const PlanItem  *data = of->count > 0 ? plan_item(plan, of->ids[0]) : NULL;
        if (data != NULL && quorum_part(plan, data) != NULL)
            plan_problems_error(problems, span_of(claim), "ask for stale or diverged",
                                "expect \"%s\": data \"%s\" has no stream whose %s could be "
                                "measured",
                                claim->name, data->name, metric->kind->name);
    }
}
