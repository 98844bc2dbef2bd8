/*
 * check_faults.c: faults that contradict themselves: when they come, and what they are about.
 */
#include "models/fields.h"
#include "models/world.h"
#include "sim/run/check.h"

static PlanSpan span_of(const PlanItem *item)
{
    return (PlanSpan){item->place, 0};
}

static void wrong(PlanProblems *problems, const PlanItem *fault, const char *hint,
                  const char *message)
{
    plan_problems_error(problems, span_of(fault), hint, "%s: %s", fault->kind->name, message);
}

/* Once, periodic or at random. */
static void check_schedule(PlanProblems *problems, const PlanItem *fault)
{
    const PlanValue *lasts = plan_value(fault, FAULT_LASTS);
    const PlanValue *every = plan_value(fault, FAULT_EVERY);
    bool             periodic = every->set && !g_str_equal(fault->kind->name, "flap");
    bool             mttf = plan_value(fault, FAULT_MTTF)->set;
    bool             mttr = plan_value(fault, FAULT_MTTR)->set;
    if (mttf != mttr)
        wrong(problems, fault, mttf ? "write mttr too" : "write mttf too",
              "a fault at random needs both mttf and mttr");
    else if (mttf && (lasts->set || periodic))
        wrong(problems, fault, "leave out lasts and every, or mttf and mttr",
              "comes at random or by the clock, not both");
    else if (periodic && (!lasts->set || lasts->number >= every->number))
        wrong(problems, fault, "write lasts, shorter than every",
              "has to end before it comes again");
    bool when = plan_value(fault, FAULT_WHEN)->count > 0;
    if (when && (periodic || mttf || mttr))
        wrong(problems, fault, "leave out when, or every, mttf and mttr",
              "comes when something holds, or by itself, not both");
    if (plan_value(fault, FAULT_TIMES)->set && !when)
        wrong(problems, fault, "write when, or every", "times is for faults with a condition");
    if (plan_value(fault, FAULT_STOPS)->set && !periodic && !mttf && !when &&
        !g_str_equal(fault->kind->name, "flap"))
        wrong(problems, fault, "write lasts", "stops is for faults that come again");
    else if (plan_value(fault, FAULT_STOPS)->set &&
             plan_number(fault, FAULT_STOPS) <= plan_number(fault, FAULT_AT))
        wrong(problems, fault, "write a time after the `at` it stands in",
              "stops before it comes for the first time");
    if (g_str_equal(fault->kind->name, "fails") && !mttf && !mttr)
        wrong(problems, fault, "write fails \"fibre\" { ... }, or mttf and mttr",
              "needs times to failure and to repair");
    bool again = periodic || mttf || plan_value(fault, FAULT_TIMES)->set;
    if (g_str_equal(fault->kind->name, "switch") && again)
        wrong(problems, fault, "write one for each time", "a switch is done once");
    if (g_str_equal(fault->kind->name, "rolling_upgrade") && (lasts->set || periodic || mttf))
        wrong(problems, fault, "write each, the time that one region or zone takes",
              "is done once, and ends when the last is done");
    if (g_str_equal(fault->kind->name, "lose") && (lasts->set || periodic || mttf))
        plan_problems_error(problems, span_of(fault), "use down { ..., lasts = ... }",
                            "a lost region does not return: its disks are gone");
}

/* The fault of that name, other than this one; NULL: there is none. */
static const PlanItem *named(const Plan *plan, const PlanItem *but, const char *name)
{
    uint32_t        count;
    PlanId         *ids = plan_of_group(plan, "fault", &count);
    const PlanItem *found = NULL;
    for (uint32_t i = 0; i < count && found == NULL; i++) {
        const PlanItem  *other = plan_item(plan, ids[i]);
        const PlanValue *value = plan_value(other, FAULT_NAME);
        if (other != but && value->set && g_str_equal(value->text, name))
            found = other;
    }
    g_free(ids);
    return found;
}

static void check_condition(const Plan *plan, PlanProblems *problems, const PlanItem *fault)
{
    const PlanValue *name = plan_value(fault, FAULT_NAME);
    const PlanValue *when = plan_value(fault, FAULT_WHEN);
    if (name->set && named(plan, fault, name->text) != NULL)
        plan_problems_error(problems, span_of(fault), NULL, "%s: another fault is called '%s', too",
                            fault->kind->name, name->text);
    if (when->count == 0)
        return;
    const PlanItem *condition = plan_item(plan, when->ids[0]);
    if (!g_str_equal(condition->kind->name, "begun")) {
        int look = g_str_equal(condition->kind->name, "failing") ? FAILING_LOOK : BUSY_LOOK;
        if (plan_number(condition, CONDITION_OVER) / 1000000 > plan_number(condition, look))
            wrong(problems, fault, NULL, "looks more than a million times within 'over'");
    } else if (named(plan, fault, plan_text(condition, BEGUN_FAULT)) == NULL) {
        plan_problems_error(problems, span_of(fault), "give it a name = \"...\"",
                            "%s: no other fault is called '%s'", fault->kind->name,
                            plan_text(condition, BEGUN_FAULT));
    }
}

static bool has(const PlanValue *list, PlanId id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->ids[i] == id)
            return true;
    return false;
}

/* Which group a region is in; 0: in none. */
static int group_of(const PlanItem *split, PlanId region)
{
    for (int group = SPLIT_ONE; group <= SPLIT_FOUR; group++)
        if (has(plan_value(split, group), region))
            return group;
    return 0;
}

static void check_split(const Plan *plan, PlanProblems *problems, const PlanItem *split)
{
    for (int group = SPLIT_ONE; group <= SPLIT_FOUR; group++) {
        const PlanValue *members = plan_value(split, group);
        for (uint32_t i = 0; i < members->count; i++)
            if (group_of(split, members->ids[i]) != group)
                plan_problems_error(problems, span_of(split), NULL, "split: '%s' is in two groups",
                                    plan_item(plan, members->ids[i])->name);
    }
    const PlanValue *from = plan_value(split, SPLIT_FROM);
    for (uint32_t i = 0; i < from->count; i++)
        if (group_of(split, from->ids[i]) == 0)
            plan_problems_error(problems, span_of(split), NULL,
                                "split: from names '%s', which is in no group",
                                plan_item(plan, from->ids[i])->name);
    uint32_t      count;
    const PlanId *links = plan_of_kind(plan, "link", &count);
    for (uint32_t l = 0; l < count; l++) {
        const PlanValue *ends = plan_value(plan_item(plan, links[l]), LINK_ENDS);
        int              one = group_of(split, ends->ids[0]);
        int              two = group_of(split, ends->ids[1]);
        if (one != 0 && two != 0 && one != two)
            return;
    }
    wrong(problems, split, NULL, "there is no link between its groups");
}

static void check_losable(const Plan *plan, PlanProblems *problems, const PlanItem *fault,
                          const PlanValue *caches)
{
    for (uint32_t i = 0; i < caches->count; i++) {
        const PlanItem *data = plan_item(plan, caches->ids[i]);
        if (plan_number(data, DATA_LOSABLE) == 0)
            plan_problems_error(
                problems, span_of(fault), "give it losable = true, if it is a cache",
                "%s: '%s' may not be lost: it is no cache", fault->kind->name, data->name);
    }
}

static void check_restart(const Plan *plan, PlanProblems *problems, const PlanItem *fault)
{
    check_losable(plan, problems, fault, plan_value(fault, RESTART_CACHES));
    if (!plan_value(fault, FAULT_LASTS)->set && !plan_value(fault, FAULT_MTTR)->set)
        wrong(problems, fault, "write lasts, how long it is down", "never comes back");
}

static void check_change(const Plan *plan, PlanProblems *problems, const PlanItem *fault)
{
    bool detect = plan_value(fault, CHANGE_DETECT)->set;
    if (plan_number(fault, CHANGE_ERRORS) == 0 && plan_number(fault, CHANGE_FACTOR) == 1 &&
        plan_number(fault, CHANGE_DOWN) == 0)
        wrong(problems, fault, "write errors = \"5%\", factor = 10 or down = true",
              "nothing is bad about it");
    if (detect && (plan_value(fault, FAULT_LASTS)->set || plan_value(fault, FAULT_MTTR)->set))
        wrong(problems, fault, "leave out lasts, or detect and rollback",
              "ends when it has been detected and taken back, or by the clock, not both");
    if (!detect && plan_value(fault, CHANGE_ROLLBACK)->given)
        wrong(problems, fault, "write detect, or lasts", "is taken back, but nobody notices it");
    uint32_t regions = plan_value(fault, CHANGE_REGION)->count;
    if (regions == 0)
        plan_of_kind(plan, "region", &regions);
    if (plan_number(fault, CHANGE_WAVES) > regions)
        wrong(problems, fault, NULL, "has more waves than regions");
}

/* Whether a service makes new records: then each request is for a key of its own. */
static bool creates(const Plan *plan, const PlanItem *service)
{
    const PlanValue *writes = plan_value(service, SERVICE_WRITES);
    for (uint32_t i = 0; i < writes->count; i++)
        if (plan_number(plan_item(plan, writes->ids[i]), DATA_CHANGE) == 1)
            return true;
    return false;
}

static void check_hot(const Plan *plan, PlanProblems *problems, const PlanItem *fault)
{
    const PlanItem *service = plan_item(plan, plan_value(fault, HOT_SERVICE)->ids[0]);
    if (creates(plan, service))
        wrong(problems, fault, NULL, "every request makes a record of its own: no key is hot");
    uint32_t      count;
    const PlanId *demands = plan_of_kind(plan, "demand", &count);
    for (uint32_t d = 0; d < count; d++) {
        const PlanItem *demand = plan_item(plan, demands[d]);
        const PlanItem *users = plan_item(plan, plan_value(demand, DEMAND_USERS)->ids[0]);
        if (plan_value(demand, DEMAND_SERVICE)->ids[0] == service->id &&
            plan_number(fault, HOT_USER) >= plan_number(users, USERS_COUNT))
            plan_problems_error(problems, span_of(fault), NULL,
                                "hot_key: '%s' has no user of that number", users->name);
    }
}

/* Whether a pause is about the data: all of the region's, one store, or what a service uses. */
static bool pauses(const Plan *plan, const PlanItem *fault, PlanId data)
{
    const PlanValue *service = plan_value(fault, PAUSE_SERVICE);
    const PlanValue *store = plan_value(fault, PAUSE_DATA);
    bool             any = service->count + store->count == 0 || has(store, data);
    for (uint32_t i = 0; i < service->count; i++) {
        const PlanItem *one = plan_item(plan, service->ids[i]);
        any |=
            has(plan_value(one, SERVICE_READS), data) || has(plan_value(one, SERVICE_WRITES), data);
    }
    return any;
}

/* Events of leaderless stores and of promises are not known by the process they happen in. */
static void check_pause(const Plan *plan, PlanProblems *problems, const PlanItem *fault)
{
    uint32_t      count;
    const PlanId *data = plan_of_kind(plan, "data", &count);
    for (uint32_t d = 0; d < count; d++) {
        const PlanItem  *item = plan_item(plan, data[d]);
        const PlanValue *channels = plan_value(item, DATA_CHANNELS);
        bool             odd = plan_number(item, DATA_OWNER) == OWNER_PROVISIONAL;
        for (uint32_t c = 0; c < channels->count; c++)
            odd |= g_str_equal(plan_item(plan, channels->ids[c])->kind->name, "quorum");
        if (odd && pauses(plan, fault, item->id))
            plan_problems_error(problems, span_of(fault), "name the service or data that is paused",
                                "pause: '%s' cannot be paused: a leaderless store, or data with "
                                "promises",
                                item->name);
    }
}

/* A channel that makes full copies; and nothing that would have to be counted as lost because only
 * the corrupt copy is left of it. */
static void check_corrupt(const Plan *plan, PlanProblems *problems, const PlanItem *fault)
{
    const PlanItem  *data = plan_item(plan, plan_value(fault, CORRUPT_DATA)->ids[0]);
    const PlanValue *channels = plan_value(data, DATA_CHANNELS);
    bool             copies = false;
    uint32_t         count;
    for (uint32_t c = 0; c < channels->count; c++)
        copies |= g_str_equal(plan_item(plan, channels->ids[c])->kind->name, "replicate");
    if (!copies)
        plan_problems_error(problems, span_of(fault), "take crash or replica_down",
                            "corrupt_replica: no channel of '%s' makes full copies", data->name);
    const PlanId *lost = plan_of_kind(plan, "lose", &count);
    for (uint32_t i = 0; i < count; i++)
        if (plan_value(plan_item(plan, lost[i]), LOSE_REGION)->ids[0] !=
            plan_value(fault, CORRUPT_REGION)->ids[0])
            wrong(problems, fault, "use down, with lasts",
                  "is not modelled beside another region that is lost for good");
}

static void check_migration(PlanProblems *problems, const PlanItem *fault)
{
    if (plan_value(fault, MIGRATION_SERVICE)->count + plan_value(fault, MIGRATION_DATA)->count == 0)
        wrong(problems, fault, "write service = \"...\" or data = \"...\"",
              "takes capacity of nothing");
}

void run_check_faults(const Plan *plan, PlanProblems *problems)
{
    uint32_t count;
    PlanId  *ids = plan_of_group(plan, "fault", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *fault = plan_item(plan, ids[i]);
        check_schedule(problems, fault);
        check_condition(plan, problems, fault);
        if (g_str_equal(fault->kind->name, "split"))
            check_split(plan, problems, fault);
        else if (g_str_equal(fault->kind->name, "migration_load"))
            check_migration(problems, fault);
        else if (g_str_equal(fault->kind->name, "cache_flush"))
            check_losable(plan, problems, fault, plan_value(fault, CACHE_FLUSH_DATA));
        else if (g_str_equal(fault->kind->name, "corrupt_replica"))
            check_corrupt(plan, problems, fault);
        else if (g_str_equal(fault->kind->name, "pause"))
            check_pause(plan, problems, fault);
        else if (g_str_equal(fault->kind->name, "restart"))
            check_restart(plan, problems, fault);
        else if (g_str_equal(fault->kind->name, "bad_change"))
            check_change(plan, problems, fault);
        else if (g_str_equal(fault->kind->name, "hot_key"))
            check_hot(plan, problems, fault);
    }
    g_free(ids);
}
