/*
 * draft.c: keeping what a scenario says, as it was written.
 */
#include "sim/plan/draft.h"

#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/assert.h"
#include "sim/plan/frozen.h"

PlanDraft *plan_draft_new(const PlanCatalog *catalog)
{
    PlanDraft *draft = g_new0(PlanDraft, 1);
    draft->catalog = catalog;
    draft->arena = sim_arena_new(64 * 1024);
    draft->choices = g_array_new(FALSE, FALSE, sizeof(PlanChoice));
    draft->file = "";
    draft->source = "";
    return draft;
}

void plan_draft_free(PlanDraft *draft)
{
    if (!draft)
        return;
    g_array_unref(draft->choices);
    sim_arena_free(draft->arena);
    g_free(draft);
}

const PlanCatalog *plan_draft_catalog(const PlanDraft *draft)
{
    return draft->catalog;
}

const char *plan_draft_keep(PlanDraft *draft, const char *text)
{
    return sim_arena_text(draft->arena, text);
}

void plan_draft_source(PlanDraft *draft, const char *file, const char *text)
{
    draft->file = plan_draft_keep(draft, file);
    draft->source = plan_draft_keep(draft, text);
}

void plan_draft_incomplete(PlanDraft *draft)
{
    draft->incomplete = true;
}

PlanDraftItem *plan_draft_part(PlanDraft *draft, const PlanKind *kind, PlanSpan span)
{
    PlanDraftItem *item = sim_arena_array(draft->arena, PlanDraftItem, 1);
    item->kind = kind;
    item->span = span;
    item->name_span = span;
    item->values = plan_draft_value(draft, PLAN_FORM_TABLE, span);
    return item;
}

PlanDraftItem *plan_draft_item(PlanDraft *draft, const PlanKind *kind, const char *name,
                               PlanSpan span)
{
    PlanDraftItem *item = plan_draft_part(draft, kind, span);
    item->name = name ? plan_draft_keep(draft, name) : NULL;
    if (draft->last)
        draft->last->next = item;
    else
        draft->first = item;
    draft->last = item;
    draft->count++;
    return item;
}

PlanDraftItem *plan_draft_first(const PlanDraft *draft)
{
    return draft->first;
}

uint32_t plan_draft_count(const PlanDraft *draft)
{
    return draft->count;
}

PlanDraftValue *plan_draft_value(PlanDraft *draft, PlanForm form, PlanSpan span)
{
    PlanDraftValue *value = sim_arena_array(draft->arena, PlanDraftValue, 1);
    value->form = form;
    value->span = span;
    return value;
}

PlanDraftValue *plan_draft_text(PlanDraft *draft, PlanForm form, PlanSpan span, const char *text)
{
    PlanDraftValue *value = plan_draft_value(draft, form, span);
    value->text = plan_draft_keep(draft, text);
    return value;
}

PlanDraftEntry *plan_draft_entry(PlanDraft *draft, PlanDraftValue *table, const char *key,
                                 PlanSpan span, PlanDraftValue *value)
{
    PlanDraftEntry *entry = sim_arena_array(draft->arena, PlanDraftEntry, 1);
    entry->key = key ? plan_draft_keep(draft, key) : NULL;
    entry->span = span;
    entry->value = value;
    entry->given = true;
    if (table->last)
        table->last->next = entry;
    else
        table->first = entry;
    table->last = entry;
    table->count++;
    return entry;
}

PlanDraftEntry *plan_draft_find(const PlanDraftValue *table, const char *key)
{
    for (PlanDraftEntry *entry = table->first; entry; entry = entry->next)
        if (entry->key && strcmp(entry->key, key) == 0)
            return entry;
    return NULL;
}

void plan_draft_choice(PlanDraft *draft, const char *name, const char *const *options,
                       uint32_t count, uint32_t chosen)
{
    SIM_ASSERT(chosen < count);
    const char **copies = sim_arena_array(draft->arena, const char *, count);
    for (uint32_t i = 0; i < count; i++)
        copies[i] = plan_draft_keep(draft, options[i]);
    PlanChoice choice = {plan_draft_keep(draft, name), copies, count, chosen};
    g_array_append_val(draft->choices, choice);
}
