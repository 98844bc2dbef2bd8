/*
 * check_clients.c: services that call each other, and retries below the users' own.
 */
#include "sim/run/check.h"

#include <glib.h>
#include <string.h>

#include "models/fields.h"
#include "models/world.h"

static PlanSpan span_of(const PlanItem *item)
{
    return (PlanSpan){item->place, 0};
}

/* Whether a service calls itself, directly or through others. */
static bool calls_itself(const Plan *plan, PlanId service)
{
    uint32_t all = plan_count(plan);
    bool    *seen = g_new0(bool, all);
    PlanId  *todo = g_new(PlanId, all + 1);
    uint32_t left = 1;
    todo[0] = service;
    while (left > 0 && !seen[service]) {
        const PlanValue *calls = plan_value(plan_item(plan, todo[--left]), SERVICE_CALLS);
        for (uint32_t i = 0; i < calls->count; i++)
            if (!seen[calls->ids[i]]) {
                seen[calls->ids[i]] = true;
                todo[left++] = calls->ids[i];
            }
    }
    bool found = seen[service];
    g_free(seen);
    g_free(todo);
    return found;
}

static void check_calls(const Plan *plan, const PlanItem *item, PlanProblems *problems)
{
    uint32_t count = plan_value(item, SERVICE_CALLS)->count;
    if (count > WORLD_CALL_LIMIT)
        plan_problems_error(problems, span_of(item), NULL,
                            "service \"%s\" calls %u services; at most %u are supported",
                            item->name, count, WORLD_CALL_LIMIT);
    else if (calls_itself(plan, item->id))
        plan_problems_error(problems, span_of(item), NULL,
                            "service \"%s\": what it calls calls it again, without end",
                            item->name);
}

/* A service or a step has nowhere else to turn: what it asks decides that. */
static void check_retry(const Plan *plan, const PlanItem *item, int field, PlanProblems *problems)
{
    const PlanValue *part = plan_value(item, field);
    if (part->count == 0)
        return;
    const PlanItem *retry = plan_item(plan, part->ids[0]);
    if (plan_value(retry, RETRY_ELSEWHERE)->given || retry->preset != NULL)
        plan_problems_error(problems, span_of(retry), "leave out elsewhere, and presets with it",
                            "%s \"%s\": only users can turn to another region", item->kind->name,
                            item->name);
}

/* Each user's is remembered, and all of them break at one instant. */
#define MOST_CONNECTIONS 1000000

static void check_connection(const Plan *plan, const PlanItem *users, PlanProblems *problems)
{
    const PlanValue *part = plan_value(users, USERS_CONNECTION);
    if (part->count == 0)
        return;
    if (plan_number(users, USERS_COUNT) > MOST_CONNECTIONS)
        plan_problems_error(problems, span_of(users), "make the cohort and the capacity smaller",
                            "users \"%s\": at most 1,000,000 users of a cohort can keep a "
                            "connection",
                            users->name);
    const PlanItem *item = plan_item(plan, part->ids[0]);
    const PlanItem *service = plan_item(plan, plan_value(item, CONNECTION_SERVICE)->ids[0]);
    if (plan_value(service, SERVICE_FOLLOWED_BY)->count > 0)
        plan_problems_error(problems, span_of(item), NULL,
                            "users \"%s\": service \"%s\" sets connections up, and begins a "
                            "journey each time",
                            users->name, service->name);
}

void run_check_clients(const Plan *plan, PlanProblems *problems)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "users", &count);
    for (uint32_t i = 0; i < count; i++)
        check_connection(plan, plan_item(plan, ids[i]), problems);
    ids = plan_of_kind(plan, "service", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *item = plan_item(plan, ids[i]);
        check_calls(plan, item, problems);
        check_retry(plan, item, SERVICE_RETRY, problems);
    }
    const char *const steps[] = {"secondary", "back_source"};
    for (size_t k = 0; k < G_N_ELEMENTS(steps); k++) {
        ids = plan_of_kind(plan, steps[k], &count);
        for (uint32_t i = 0; i < count; i++)
            check_retry(plan, plan_item(plan, ids[i]), REMOTE_RETRY, problems);
    }
}
