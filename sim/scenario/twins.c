/*
 * twins.c: names of faults. A fault is called after what it is, what it hits and when; several that
 * share all that are numbered by what else they say, so that the order of declarations means
 * nothing.
 */
#include <string.h>

#include "sim/scenario/load.h"

static void write_value(GString *out, const PlanDraftValue *value);

static gint by_key(gconstpointer left, gconstpointer right)
{
    const PlanDraftEntry *a = *(const PlanDraftEntry *const *)left;
    const PlanDraftEntry *b = *(const PlanDraftEntry *const *)right;
    return g_strcmp0(a->key, b->key); /* those without a key stay in their order, in front */
}

static void write_table(GString *out, const PlanDraftValue *table)
{
    GPtrArray *entries = g_ptr_array_new();
    for (PlanDraftEntry *entry = table->first; entry; entry = entry->next)
        g_ptr_array_add(entries, entry);
    g_ptr_array_sort(entries, by_key);
    for (guint i = 0; i < entries->len; i++) {
        const PlanDraftEntry *entry = g_ptr_array_index(entries, i);
        g_string_append_printf(out, "%s=", entry->key ? entry->key : "");
        write_value(out, entry->value);
        g_string_append_c(out, '\n');
    }
    g_ptr_array_free(entries, TRUE);
}

/* Not for people: the same for the same, another for anything else. */
static void write_value(GString *out, const PlanDraftValue *value)
{
    g_string_append_printf(out, "%d %" G_GINT64_FORMAT " %s", (int)value->form, value->number,
                           value->text ? value->text : "");
    if (value->part) {
        g_string_append_printf(out, " %s %s", value->part->kind->name,
                               value->part->preset ? value->part->preset : "");
        write_table(out, value->part->values);
    }
    write_table(out, value);
}

typedef struct Twin {
    PlanDraftItem *fault;
    char          *said; /* what else; NULL: nobody has asked */
} Twin;

static gint by_name(gconstpointer left, gconstpointer right)
{
    return strcmp(((const Twin *)left)->fault->name, ((const Twin *)right)->fault->name);
}

static gint by_said(gconstpointer left, gconstpointer right)
{
    return strcmp(((const Twin *)left)->said, ((const Twin *)right)->said);
}

/* Of one name. */
static void number(ScenarioLoad *load, GArray *twins)
{
    for (guint i = 0; i < twins->len; i++) {
        Twin    *twin = &g_array_index(twins, Twin, i);
        GString *said = g_string_new(NULL);
        write_table(said, twin->fault->values);
        twin->said = g_string_free(said, FALSE);
    }
    g_array_sort(twins, by_said);
    for (guint i = 0; i < twins->len; i++) {
        Twin *twin = &g_array_index(twins, Twin, i);
        if (i > 0) {
            g_autofree char *name = g_strdup_printf("%s #%u", twin->fault->name, i + 1);
            twin->fault->name = plan_draft_keep(load->draft, name);
        }
        g_free(twin->said);
    }
}

void scenario_number_twins(ScenarioLoad *load)
{
    GArray *faults = g_array_new(FALSE, FALSE, sizeof(Twin));
    for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next)
        if (strcmp(item->kind->group, "fault") == 0) {
            Twin twin = {item, NULL};
            g_array_append_val(faults, twin);
        }
    g_array_sort(faults, by_name);
    for (guint first = 0, end; first < faults->len; first = end) {
        GArray *twins = g_array_new(FALSE, FALSE, sizeof(Twin));
        for (end = first; end < faults->len; end++) {
            Twin *twin = &g_array_index(faults, Twin, end);
            if (by_name(&g_array_index(faults, Twin, first), twin) != 0)
                break;
            g_array_append_val(twins, *twin);
        }
        if (twins->len > 1)
            number(load, twins);
        g_array_free(twins, TRUE);
    }
    g_array_free(faults, TRUE);
}
