/*
 * fake_plan.h: a small frozen plan with its own kinds, for tests that need a plan and no models.
 */
#ifndef TESTS_UNIT_FAKE_PLAN_H
#define TESTS_UNIT_FAKE_PLAN_H

#include <stdio.h>

#include "sim/base/assert.h"
#include "sim/plan/draft.h"

static const PlanField fake_scenario_fields[] = {
    {"about", PLAN_TYPE_TEXT, 0, NULL, NULL, 0, 0, "What it shows.", NULL, NULL},
    {NULL, PLAN_TYPE_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL, NULL}};
static const PlanKind fake_scenario = {"scenario", "component",          true, "The frame.",
                                       NULL,       fake_scenario_fields, NULL};

static const PlanField fake_channel_fields[] = {
    {"in_order", PLAN_TYPE_FLAG, 0, NULL, "true", 0, 0, "Keeps the order.", "chosen", NULL},
    {NULL, PLAN_TYPE_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL, NULL}};
static const PlanKind fake_queue = {
    "queue", "channel", false, "A message queue.", "Brokers do not fail.", fake_channel_fields,
    NULL};

static const PlanField fake_data_fields[] = {
    {"losable", PLAN_TYPE_FLAG, 0, NULL, "false", 0, 0, "A nuisance.", "chosen", NULL},
    {"recoverable", PLAN_TYPE_FLAG, 0, NULL, "true", 0, 0, "Made anew.", "chosen", NULL},
    {"channels", PLAN_TYPE_PARTS, 0, "channel", NULL, 0, 0, "What carries changes.", NULL, NULL},
    {NULL, PLAN_TYPE_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL, NULL}};
static const PlanKind fake_data_kind = {
    "data",           "component", true, "A kind of data.", "Values are not modelled.",
    fake_data_fields, NULL};

static const PlanKind *const fake_kinds[] = {&fake_scenario, &fake_data_kind, &fake_queue, NULL};
static const PlanCatalog     fake_catalog = {fake_kinds};

static inline void fake_field(PlanDraft *draft, PlanDraftItem *item, const char *name,
                              PlanDraftValue *value)
{
    PlanSpan span = {{"/somewhere/user-subsystem.lua", 1, 1}, 1};
    plan_draft_entry(draft, item->values, name, span, value);
}

static inline void fake_data_add(PlanDraft *draft, const char *name, const char *recoverable)
{
    PlanSpan        span = {{"/somewhere/user-subsystem.lua", 9, 1}, 1};
    PlanDraftItem  *item = plan_draft_item(draft, &fake_data_kind, name, span);
    PlanDraftValue *channels = plan_draft_value(draft, PLAN_FORM_TABLE, span);
    PlanDraftValue *channel = plan_draft_value(draft, PLAN_FORM_PART, span);
    channel->part = plan_draft_part(draft, &fake_queue, span);
    plan_draft_entry(draft, channels, NULL, span, channel);
    fake_field(draft, item, "channels", channels);
    fake_field(draft, item, "recoverable",
               plan_draft_text(draft, PLAN_FORM_PLAIN, span, recoverable));
}

/* `chosen` is the option of the choice "unreplicated": 0 wait, 1 cut. Owned (plan_free). */
static inline Plan *fake_plan_choosing(uint32_t chosen)
{
    static const char *const options[] = {"wait", "cut"};
    PlanSpan                 span = {{"/somewhere/user-subsystem.lua", 1, 1}, 1};
    PlanDraft               *draft = plan_draft_new(&fake_catalog);
    PlanProblems            *problems = plan_problems_new();
    plan_draft_source(draft, "/somewhere/user-subsystem.lua", "scenario \"user-subsystem\" {}\n");
    plan_draft_incomplete(draft); /* the checks between real kinds have nothing to say here */
    PlanDraftItem *scenario = plan_draft_item(draft, &fake_scenario, "user-subsystem", span);
    fake_field(draft, scenario, "about",
               plan_draft_text(draft, PLAN_FORM_TEXT, span, "A fibre cut, then a region lost."));
    fake_data_add(draft, "account", chosen == 0 ? "false" : "true");
    fake_data_add(draft, "profile", "true");
    plan_draft_choice(draft, "unreplicated", options, 2, chosen);
    Plan            *plan = plan_freeze(draft, problems);
    g_autofree char *complaint = plan_problems_text(problems);
    if (plan == NULL)
        fputs(complaint, stderr);
    SIM_ASSERT(plan != NULL);
    plan_problems_free(problems);
    plan_draft_free(draft);
    return plan;
}

static inline Plan *fake_plan_new(void)
{
    return fake_plan_choosing(0);
}

#endif
