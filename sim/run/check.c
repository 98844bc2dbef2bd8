/*
 * check.c: what the models refuse in a plan that is well-formed by the tables.
 */
#include <glib.h>

#include "models/fields.h"
#include "models/world.h"
#include "sim/run/run.h"

static PlanSpan span_of(const PlanItem *item)
{
    return (PlanSpan){item->place, 0};
}

static void limit(const Plan *plan, PlanProblems *problems, const char *kind, uint32_t most)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, kind, &count);
    if (count > most)
        plan_problems_error(problems, span_of(plan_item(plan, ids[most])), NULL,
                            "%u items of kind '%s'; at most %u are supported", count, kind, most);
}

static void check_lists(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "data", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        if (plan_value(item, DATA_CHANNELS)->count > WORLD_CHANNEL_LIMIT)
            plan_problems_error(problems, span_of(item), NULL,
                                "data \"%s\" has %u channels; at most %u are supported", item->name,
                                plan_value(item, DATA_CHANNELS)->count, WORLD_CHANNEL_LIMIT);
        if (plan_number(item, DATA_LOSABLE) != 0 && plan_value(item, DATA_CHANNELS)->count > 0)
            plan_problems_error(problems, span_of(item), "leave out losable or channels",
                                "data \"%s\": losable data is not carried by channels", item->name);
        bool create_only = plan_number(item, DATA_CHANGE) == 1;
        bool arrival = plan_number(item, DATA_CONFLICT) == 3;
        if (arrival && plan_number(item, DATA_OWNER) == 1)
            plan_problems_error(
                problems, span_of(item), "use owner = \"home\" or conflict = \"lww\"",
                "data \"%s\": conflict = \"arrival\" needs one owner for each record: "
                "the changes of several would never let regions agree",
                item->name);
        if (plan_number(item, DATA_CONFLICT) != 0 && !arrival && !create_only)
            plan_problems_error(
                problems, span_of(item), "use conflict = \"lww\"",
                "data \"%s\": conflict = \"%s\" needs change = \"create-only\": for "
                "data that is overwritten it would never let regions agree",
                item->name, plan_text(item, DATA_CONFLICT));
    }
    ids = plan_of_kind(plan, "service", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        if (plan_value(item, SERVICE_WRITES)->count > WORLD_WRITE_LIMIT)
            plan_problems_error(problems, span_of(item), NULL,
                                "service \"%s\" writes %u data classes; at most %u are supported",
                                item->name, plan_value(item, SERVICE_WRITES)->count,
                                WORLD_WRITE_LIMIT);
        if (plan_value(item, SERVICE_READS)->count > 8)
            plan_problems_error(problems, span_of(item), NULL,
                                "service \"%s\" reads %u data classes; at most 8 are supported",
                                item->name, plan_value(item, SERVICE_READS)->count);
    }
}

static void check_faults(const Plan *plan, PlanProblems *problems)
{
    uint32_t count;
    PlanId  *ids = plan_of_group(plan, "fault", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        if (g_str_equal(item->kind->name, "lose") && plan_value(item, FAULT_LASTS)->set)
            plan_problems_error(problems, span_of(item), "use down { ..., lasts = ... }",
                                "a lost region does not return: its disks are gone");
    }
    g_free(ids);
}

/* Only what is kept per window or per sample can be asked for a part of the run. */
static void check_claims(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "expect", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        const PlanItem *metric = plan_item(plan, plan_value(item, EXPECT_METRIC)->ids[0]);
        if (plan_value(item, EXPECT_FROM)->set &&
            !g_str_equal(metric->kind->name, "availability") &&
            !g_str_equal(metric->kind->name, "lag"))
            plan_problems_error(problems, span_of(item), "move the expectation out of `during`",
                                "expect \"%s\": %s is measured over the whole run", item->name,
                                metric->kind->name);
    }
}

/* Tables that grow with a product: what is fine one by one can be too much together. */
static void check_products(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count, regions, services, cohorts;
    const PlanId *ids = plan_of_kind(plan, "data", &count);
    plan_of_kind(plan, "region", &regions);
    uint64_t channels = 0;
    for (uint32_t i = 0; i < count; i++)
        channels += plan_value(plan_item(plan, ids[i]), DATA_CHANNELS)->count;
    if (channels * regions * regions >= SIM_EVENT_TARGET_LIMIT)
        plan_problems_error(problems, span_of(plan_item(plan, ids[0])),
                            "model fewer regions, or data that behaves alike as one class",
                            "%" G_GUINT64_FORMAT " channels between %u regions are too many: "
                            "channels * regions * regions must be less than %u",
                            channels, regions, SIM_EVENT_TARGET_LIMIT);
    ids = plan_of_kind(plan, "scenario", &count);
    const PlanItem  *frame = plan_item(plan, ids[0]);
    const PlanValue *width = plan_value(frame, SCENARIO_WINDOW);
    plan_of_kind(plan, "service", &services);
    plan_of_kind(plan, "users", &cohorts);
    uint64_t windows = WORLD_WINDOWS_WANTED;
    if (width->set)
        windows = (uint64_t)(plan_number(frame, SCENARIO_DURATION) / width->number) + 1;
    uint64_t series = (uint64_t)services * regions * cohorts;
    if (series > 0 && windows > WORLD_CELL_LIMIT / series)
        plan_problems_error(problems, span_of(frame), "widen the window",
                            "%" G_GUINT64_FORMAT " windows of %u services, %u regions and %u "
                            "cohorts are too many: their product must not exceed %u",
                            windows, services, regions, cohorts, WORLD_CELL_LIMIT);
}

bool run_check(const Plan *plan, PlanProblems *problems)
{
    uint32_t before = plan_problems_errors(problems);
    limit(plan, problems, "region", WORLD_REGION_LIMIT);
    limit(plan, problems, "service", 127);
    limit(plan, problems, "users", 127);
    limit(plan, problems, "data", 64);
    check_lists(plan, problems);
    check_faults(plan, problems);
    check_products(plan, problems);
    check_claims(plan, problems);
    return plan_problems_errors(problems) == before;
}

bool run_estimate(const Plan *plan, uint64_t *out_events, uint64_t *out_bytes)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "scenario", &count);
    int64_t       seconds = plan_number(plan_item(plan, ids[0]), SCENARIO_DURATION) / SIM_S + 1;
    uint32_t      regions;
    plan_of_kind(plan, "region", &regions);
    uint64_t events = 0;
    uint64_t writes = 0;
    ids = plan_of_kind(plan, "demand", &count);
    for (uint32_t d = 0; d < count; d++) {
        const PlanItem *demand = plan_item(plan, ids[d]);
        const PlanItem *service = plan_item(plan, plan_value(demand, DEMAND_SERVICE)->ids[0]);
        double          requests = (double)plan_number(demand, DEMAND_RATE) / 1e9 * (double)seconds;
        uint64_t        issued = (uint64_t)requests;
        events += 2 * issued;
        const PlanValue *list = plan_value(service, SERVICE_WRITES);
        for (uint32_t w = 0; w < list->count; w++) {
            const PlanItem *data = plan_item(plan, list->ids[w]);
            uint32_t        channels = plan_value(data, DATA_CHANNELS)->count;
            events += issued + 2 * issued * channels * (regions - 1);
            if (plan_number(data, DATA_LOSABLE) == 0)
                writes += issued;
        }
    }
    *out_events = events;
    *out_bytes = (UINT64_C(8) << 20) + writes * (200 + 40 * (uint64_t)regions);
    return events > 0;
}
