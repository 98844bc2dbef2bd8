/*
 * check_conflicts.c: rules for changes that meet, and what they can be combined with.
 */
#include <glib.h>

#include "models/fields.h"
#include "models/world.h"
#include "sim/run/check.h"

static PlanSpan span_of(const PlanItem *item)
{
    return (PlanSpan){item->place, 0};
}

/* Where records never change, somebody has to stay; where they do, the later edit must get in. */
static const char *misfit_of_change(const PlanItem *item, ConflictRule rule)
{
    bool create_only = plan_number(item, DATA_CHANGE) == 1;
    switch (rule) {
    case CONFLICT_REJECT:
    case CONFLICT_KEEP_FIRST:
    case CONFLICT_HOME:
    case CONFLICT_FREEZE:
        return create_only
                   ? NULL
                   : "needs change = \"create-only\": for data that is overwritten it would "
                     "never let regions agree";
    case CONFLICT_VERSION:
    case CONFLICT_REGISTER:
    case CONFLICT_SET:
    case CONFLICT_COUNTER:
        return create_only ? "is about changes, but its records are never changed" : NULL;
    case CONFLICT_LWW:
    case CONFLICT_HLC:
    case CONFLICT_ARRIVAL:
    case CONFLICT_OVERWRITE:
    case CONFLICT_SIBLINGS:
    case CONFLICT_INTERRUPT:
    case CONFLICT_IGNORE:
        break;
    }
    return NULL;
}

/* Who may write, and whether anything can meet. */
static const char *misfit_of_owner(const PlanItem *item, ConflictRule rule)
{
    bool any = plan_number(item, DATA_OWNER) == OWNER_ANY;
    bool meets = rule == CONFLICT_HOME || rule == CONFLICT_SIBLINGS || rule == CONFLICT_SET ||
                 rule == CONFLICT_COUNTER || rule == CONFLICT_INTERRUPT || rule == CONFLICT_IGNORE;
    if (rule == CONFLICT_VERSION && any)
        return "needs one owner to compare versions: write owner = \"home\" or \"single\"";
    if (meets && !any)
        return "needs owner = \"any\": where one region orders all changes, none meet";
    if (meets && plan_value(item, DATA_CHANNELS)->count == 0)
        return "needs channels: without them no change comes to another region";
    return NULL;
}

/* What carries the changes. */
static const char *misfit_of_channels(const Plan *plan, const PlanItem *item, ConflictRule rule)
{
    const PlanValue *channels = plan_value(item, DATA_CHANNELS);
    bool             merges = rule == CONFLICT_SET || rule == CONFLICT_COUNTER;
    if (merges && plan_number(item, DATA_IDEMPOTENT) == 0)
        return "takes a repetition for what it is: leave out idempotent = false";
    if (rule == CONFLICT_COUNTER && channels->count > 1)
        return "counts what one channel brings: a second would bring it again";
    bool keeps = merges || rule == CONFLICT_SIBLINGS || rule == CONFLICT_INTERRUPT ||
                 rule == CONFLICT_IGNORE;
    for (uint32_t i = 0; keeps && i < channels->count; i++) {
        const PlanItem *channel = plan_item(plan, channels->ids[i]);
        bool            ships = g_str_equal(channel->kind->name, "replicate");
        if (ships && plan_number(channel, REPLICATE_FLUSH) > 0)
            return "keeps what it was told, and a store that forgets what it has not flushed "
                   "would not: leave out flush";
        if (!ships && rule == CONFLICT_INTERRUPT)
            return "stops the shipping of a log: use replicate";
    }
    return NULL;
}

static bool lists(const PlanItem *service, int field, PlanId id)
{
    const PlanValue *list = plan_value(service, field);
    for (uint32_t i = 0; i < list->count; i++)
        if (list->ids[i] == id)
            return true;
    return false;
}

/* A change names the version that its writer has read. */
static void check_versioned(const Plan *plan, PlanProblems *problems, const PlanItem *data)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "service", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *service = plan_item(plan, ids[i]);
        if (lists(service, SERVICE_WRITES, data->id) && !lists(service, SERVICE_READS, data->id))
            plan_problems_error(problems, span_of(service), "write reads = \"...\" too",
                                "service \"%s\" writes \"%s\", whose conflict = \"version\" needs "
                                "the version that the writer has read",
                                service->name, data->name);
    }
    const PlanValue *steps = plan_value(data, DATA_READ);
    for (uint32_t i = 0; i < steps->count; i++) {
        const char *step = plan_item(plan, steps->ids[i])->kind->name;
        bool        made = g_str_equal(step, "regenerate");
        if (made || g_str_equal(step, "fallback"))
            plan_problems_error(problems, span_of(data), "leave that read step out",
                                "data \"%s\": %s has no version to name", data->name,
                                made ? "a record that is made anew" : "a default answer");
    }
}

/* A field that only some rules look at. */
static void check_meant_for(PlanProblems *problems, const PlanItem *item, int field,
                            ConflictRule rule, const char *word)
{
    if (plan_value(item, field)->given && (ConflictRule)plan_number(item, DATA_CONFLICT) != rule)
        plan_problems_error(problems, span_of(item), NULL,
                            "data \"%s\": %s has a meaning only with conflict = \"%s\"", item->name,
                            item->kind->fields[field].name, word);
}

void run_check_conflicts(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "data", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        ConflictRule    rule = (ConflictRule)plan_number(item, DATA_CONFLICT);
        const char     *misfit = misfit_of_change(item, rule);
        if (misfit == NULL)
            misfit = misfit_of_owner(item, rule);
        if (misfit == NULL)
            misfit = misfit_of_channels(plan, item, rule);
        if (misfit != NULL)
            plan_problems_error(problems, span_of(item), "list conflicts explains each rule",
                                "data \"%s\": conflict = \"%s\" %s", item->name,
                                plan_text(item, DATA_CONFLICT), misfit);
        if (rule == CONFLICT_VERSION)
            check_versioned(plan, problems, item);
        if (rule == CONFLICT_REGISTER && plan_number(item, DATA_REGISTERS) < 2)
            plan_problems_error(problems, span_of(item), "write fields = 2 or more",
                                "data \"%s\": conflict = \"register\" keeps fields apart, but its "
                                "records have one",
                                item->name);
        check_meant_for(problems, item, DATA_REGISTERS, CONFLICT_REGISTER, "register");
        check_meant_for(problems, item, DATA_MAX_OFFSET, CONFLICT_HLC, "hlc");
        check_meant_for(problems, item, DATA_OPERATOR, CONFLICT_INTERRUPT, "interrupt");
    }
}
