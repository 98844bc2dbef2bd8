/*
 * check_reads.c: read chains that contradict themselves.
 */
#include "sim/run/check.h"

#include <glib.h>

#include "models/fields.h"

static PlanSpan span_of(const PlanItem *item)
{
    return (PlanSpan){item->place, 0};
}

static bool is_kind(const PlanItem *item, const char *kind)
{
    return g_str_equal(item->kind->name, kind);
}

/* Whether no request gets past this step, found or not. */
static bool always_ends(const PlanItem *step)
{
    if (is_kind(step, "fallback"))
        return plan_number(step, FALLBACK_WHEN) == 0 &&
               plan_number(step, FALLBACK_SHARE) == 1000000000;
    return is_kind(step, "regenerate") || is_kind(step, "fail");
}

static void check_step(const PlanItem *item, const PlanItem *step, PlanProblems *problems)
{
    if (is_kind(step, "secondary") && plan_number(step, SECONDARY_WRONG) > 0 &&
        plan_number(step, SECONDARY_ASK) != 2)
        plan_problems_error(problems, span_of(step), "add ask = \"hint\", or leave out wrong",
                            "data \"%s\": wrong hints mislead nobody while ask = \"%s\"",
                            item->name, plan_text(step, SECONDARY_ASK));
    if (is_kind(step, "secondary") && plan_number(step, SECONDARY_KEEP) != 0 &&
        plan_number(item, DATA_IDEMPOTENT) == 0)
        plan_problems_error(problems, span_of(step), "leave out keep",
                            "data \"%s\": what is kept will come again by its channel, and data "
                            "that is not idempotent would be changed twice",
                            item->name);
}

/* Records that are made by a service, and records that expire. */
static void check_by(const Plan *plan, const PlanItem *item, const PlanItem *step,
                     PlanProblems *problems)
{
    const PlanValue *by = plan_value(step, REGENERATE_BY);
    if (by->count == 0)
        return;
    const PlanItem *service = plan_item(plan, by->ids[0]);
    bool            writes = false;
    for (uint32_t i = 0; i < plan_value(service, SERVICE_WRITES)->count; i++)
        writes |= plan_value(service, SERVICE_WRITES)->ids[i] == item->id;
    if (!writes)
        plan_problems_error(problems, span_of(step), "add it to the service's writes",
                            "data \"%s\": service \"%s\" is to make it anew, and does not write it",
                            item->name, service->name);
    if (plan_value(step, REGENERATE_COST)->given)
        plan_problems_error(problems, span_of(step), "leave out cost or by",
                            "data \"%s\": what it costs to make it anew is the work of service "
                            "\"%s\"",
                            item->name, service->name);
    const PlanValue *reads = plan_value(service, SERVICE_READS);
    for (uint32_t i = 0; i < reads->count; i++) {
        const PlanItem  *data = plan_item(plan, reads->ids[i]);
        const PlanValue *steps = plan_value(data, DATA_READ);
        for (uint32_t k = 0; k < steps->count; k++) {
            const PlanItem *other = plan_item(plan, steps->ids[k]);
            if (is_kind(other, "regenerate") && plan_value(other, REGENERATE_BY)->count > 0)
                plan_problems_error(problems, span_of(service), NULL,
                                    "service \"%s\": it makes data \"%s\" anew, and its users "
                                    "would be sent away themselves for data \"%s\"",
                                    service->name, item->name, data->name);
        }
    }
}

static void check_lifetime(const Plan *plan, const PlanItem *item, PlanProblems *problems)
{
    if (plan_number(item, DATA_LIFETIME) == 0)
        return;
    const PlanValue *channels = plan_value(item, DATA_CHANNELS);
    const char      *rule = plan_text(item, DATA_CONFLICT);
    for (uint32_t i = 0; i < channels->count; i++)
        if (is_kind(plan_item(plan, channels->ids[i]), "quorum"))
            plan_problems_error(problems, span_of(item), "leave out lifetime",
                                "data \"%s\": records of a leaderless store do not expire",
                                item->name);
    if (g_str_equal(rule, "set") || g_str_equal(rule, "counter") || g_str_equal(rule, "siblings"))
        plan_problems_error(problems, span_of(item), "leave out lifetime",
                            "data \"%s\": what conflict = \"%s\" adds up does not expire",
                            item->name, rule);
}

static void check_chain(const Plan *plan, const PlanItem *item, PlanProblems *problems)
{
    const PlanValue *list = plan_value(item, DATA_READ);
    const PlanItem  *end = NULL;
    uint32_t         caches = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const PlanItem *step = plan_item(plan, list->ids[i]);
        check_step(item, step, problems);
        if (is_kind(step, "regenerate"))
            check_by(plan, item, step, problems);
        if (end != NULL) {
            plan_problems_error(problems, span_of(step), NULL,
                                "data \"%s\": read step '%s' is never reached: '%s' before it "
                                "always ends the chain",
                                item->name, step->kind->name, end->kind->name);
            return;
        }
        if (is_kind(step, "negative_cache") && ++caches == 2)
            plan_problems_error(problems, span_of(step), "leave one of them out",
                                "data \"%s\": a second negative_cache in one chain", item->name);
        if (always_ends(step))
            end = step;
    }
    if (end == NULL)
        return;
    if (caches > 0)
        plan_problems_error(problems, span_of(item), "leave out one of the two",
                            "data \"%s\": its negative_cache learns nothing, because '%s' never "
                            "lets the chain say \"no such record\"",
                            item->name, end->kind->name);
    if (plan_number(item, DATA_UNSURE) == 1)
        plan_problems_error(problems, span_of(item), "leave out one of the two",
                            "data \"%s\": unsure = \"absent\" has no effect, because '%s' always "
                            "ends the chain",
                            item->name, end->kind->name);
}

/* Why a service cannot be asked for records of this class that nobody made; NULL: it can. */
static const char *unaskable(const Plan *plan, const PlanItem *data, bool writes)
{
    if (plan_number(data, DATA_KEYS) > 0)
        return "users share its records, so there is no name that nobody has";
    const PlanValue *list = plan_value(data, DATA_READ);
    for (uint32_t i = 0; i < list->count; i++) {
        const PlanItem *step = plan_item(plan, list->ids[i]);
        if (is_kind(step, "regenerate"))
            return "its regenerate step would make a record that nobody has";
        if (is_kind(step, "fallback") && writes)
            return "its fallback step would let the service write for a name that nobody has";
    }
    return NULL;
}

static void check_unknown(const Plan *plan, const PlanItem *service, PlanProblems *problems)
{
    if (plan_number(service, SERVICE_UNKNOWN) == 0)
        return;
    const PlanValue *reads = plan_value(service, SERVICE_READS);
    const PlanValue *writes = plan_value(service, SERVICE_WRITES);
    if (reads->count == 0)
        plan_problems_error(problems, span_of(service), "add reads, or leave out unknown",
                            "service \"%s\": it reads nothing that could be unknown",
                            service->name);
    for (uint32_t i = 0; i < writes->count; i++)
        if (plan_number(plan_item(plan, writes->ids[i]), DATA_CHANGE) == 1)
            plan_problems_error(problems, span_of(service), "leave out unknown",
                                "service \"%s\": it creates records, so each of its users is new "
                                "and unknown already",
                                service->name);
    for (uint32_t i = 0; i < reads->count; i++) {
        const PlanItem *data = plan_item(plan, reads->ids[i]);
        const char     *why = unaskable(plan, data, writes->count > 0);
        if (why != NULL)
            plan_problems_error(problems, span_of(service), "leave out unknown",
                                "service \"%s\": nobody can ask for an unknown \"%s\": %s",
                                service->name, data->name, why);
    }
}

void run_check_reads(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "data", &count);
    for (uint32_t i = 0; i < count; i++)
        check_chain(plan, plan_item(plan, ids[i]), problems);
    for (uint32_t i = 0; i < count; i++)
        check_lifetime(plan, plan_item(plan, ids[i]), problems);
    ids = plan_of_kind(plan, "service", &count);
    for (uint32_t i = 0; i < count; i++)
        check_unknown(plan, plan_item(plan, ids[i]), problems);
}
