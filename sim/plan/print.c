/*
 * print.c: a plan as text.
 *
 * The canonical text is what the plan's hash is made of: it must not change with the order of
 * declarations, the way a quantity was written, or the machine.
 */
#include "sim/plan/print.h"

#include <string.h>

#include "sim/base/text.h"
#include "sim/plan/frozen.h"

static void quote(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const char *at = text; *at; at++) {
        unsigned char letter = (unsigned char)*at;
        if (letter == '"' || letter == '\\')
            g_string_append_printf(out, "\\%c", letter);
        else if (letter == '\n')
            g_string_append(out, "\\n");
        else if (letter < 0x20 || letter == 0x7f)
            g_string_append_printf(out, "\\x%02x", letter);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void quantity(GString *out, int64_t number, SimUnit unit)
{
    g_autofree char *text = sim_text_from_quantity(number, unit);
    g_string_append(out, text);
}

static void names(GString *out, const Plan *plan, const PlanValue *value, bool weighted)
{
    for (uint32_t i = 0; i < value->count; i++) {
        if (i)
            g_string_append(out, ", ");
        quote(out, plan->items[value->ids[i]].name);
        if (weighted) {
            g_string_append_c(out, ' ');
            quantity(out, value->weights[i], SIM_UNIT_RATIO);
        }
    }
}

static void parts(GString *out, const Plan *plan, const PlanValue *value)
{
    for (uint32_t i = 0; i < value->count; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", plan->items[value->ids[i]].kind->name);
    if (value->count == 0)
        g_string_append(out, "none");
}

static void append_value(GString *out, const Plan *plan, const PlanField *field,
                         const PlanValue *value)
{
    switch (field->type) {
    case PLAN_TYPE_FLAG:
        g_string_append(out, value->number ? "true" : "false");
        break;
    case PLAN_TYPE_COUNT:
        g_string_append_printf(out, "%" G_GINT64_FORMAT, value->number);
        break;
    case PLAN_TYPE_TIME:
    case PLAN_TYPE_OFFSET:
        quantity(out, value->number, SIM_UNIT_TIME);
        break;
    case PLAN_TYPE_RATIO:
        quantity(out, value->number, SIM_UNIT_RATIO);
        break;
    case PLAN_TYPE_RATE:
        quantity(out, value->number, SIM_UNIT_RATE);
        break;
    case PLAN_TYPE_SIZE:
        quantity(out, value->number, SIM_UNIT_SIZE);
        break;
    case PLAN_TYPE_BANDWIDTH:
        quantity(out, value->number, SIM_UNIT_BANDWIDTH);
        break;
    case PLAN_TYPE_TEXT:
    case PLAN_TYPE_BOUND:
        quote(out, value->text);
        break;
    case PLAN_TYPE_WORD:
        g_string_append(out, value->text);
        break;
    case PLAN_TYPE_REF:
    case PLAN_TYPE_REFS:
        names(out, plan, value, false);
        break;
    case PLAN_TYPE_WEIGHTS:
        names(out, plan, value, true);
        break;
    case PLAN_TYPE_PART:
    case PLAN_TYPE_PARTS:
        parts(out, plan, value);
        break;
    case PLAN_TYPE_DIST: {
        g_autofree char *text = sim_dist_text(value->dist);
        g_string_append(out, text);
        break;
    }
    }
}

char *plan_print_value(const Plan *plan, const PlanField *field, const PlanValue *value)
{
    GString *out = g_string_new(NULL);
    if (value->set)
        append_value(out, plan, field, value);
    return g_string_free(out, FALSE);
}

/* Parts stand inside parts two deep at most, so this ends. */
static void append_fields(GString *out, const Plan *plan, const PlanItem *item, int indent)
{
    for (uint32_t i = 0; item->kind->fields[i].name; i++) {
        const PlanField *field = &item->kind->fields[i];
        const PlanValue *value = &item->values[i];
        if (!value->set)
            continue;
        g_string_append_printf(out, "%*s%s", indent, "", field->name);
        if (field->type != PLAN_TYPE_PART && field->type != PLAN_TYPE_PARTS) {
            g_string_append_c(out, ' ');
            append_value(out, plan, field, value);
            g_string_append_c(out, '\n');
            continue;
        }
        if (value->count == 0)
            g_string_append(out, " none");
        g_string_append_c(out, '\n');
        for (uint32_t k = 0; k < value->count; k++) {
            const PlanItem *part = &plan->items[value->ids[k]];
            g_string_append_printf(out, "%*s%s", indent + 2, "", part->kind->name);
            if (part->preset) {
                g_string_append_c(out, ' ');
                quote(out, part->preset);
            }
            g_string_append_c(out, '\n');
            append_fields(out, plan, part, indent + 4);
        }
    }
}

char *plan_print_canonical(const Plan *plan)
{
    GString *out = g_string_new("faultline plan 1\n");
    for (PlanId id = 0; id < plan->component_count; id++) {
        const PlanItem *item = &plan->items[id];
        g_string_append_printf(out, "%s ", item->kind->name);
        quote(out, item->name);
        g_string_append_c(out, '\n');
        append_fields(out, plan, item, 2);
    }
    return g_string_free(out, FALSE);
}

/* ---- timetable --------------------------------------------------------------------------- */

static int64_t number_of(const PlanItem *item, const char *field, bool *out_set)
{
    int at = plan_field_find(item->kind, field);
    *out_set = at >= 0 && item->values[at].set;
    return *out_set ? item->values[at].number : 0;
}

typedef struct Line {
    int64_t         at;
    const PlanItem *item;
} Line;

static gint by_time(gconstpointer a, gconstpointer b)
{
    const Line *p = a;
    const Line *q = b;
    if (p->at != q->at)
        return p->at < q->at ? -1 : 1;
    return (p->item->id > q->item->id) - (p->item->id < q->item->id);
}

static void append_fault(GString *out, const Plan *plan, const Line *line)
{
    const PlanItem  *item = line->item;
    g_autofree char *when = sim_text_from_quantity(line->at, SIM_UNIT_TIME);
    g_string_append_printf(out, "%10s  %s", when, item->kind->name);
    for (uint32_t i = 0; item->kind->fields[i].name; i++) {
        const PlanField *field = &item->kind->fields[i];
        if (!item->values[i].given || strcmp(field->name, "at") == 0 ||
            strcmp(field->name, "lasts") == 0)
            continue;
        g_autofree char *value =
            field->type == PLAN_TYPE_REF    ? g_strdup(plan->items[item->values[i].ids[0]].name)
            : field->type == PLAN_TYPE_TEXT ? g_strdup(item->values[i].text)
                                            : plan_print_value(plan, field, &item->values[i]);
        if (field->flags & PLAN_POSITIONAL)
            g_string_append_printf(out, " %s", value);
        else
            g_string_append_printf(out, ", %s %s", field->name, value);
    }
    bool    set;
    int64_t lasts = number_of(item, "lasts", &set);
    bool    again, random;
    number_of(item, "every", &again);
    number_of(item, "mttf", &random);
    if (random || (again && strcmp(item->kind->name, "flap") != 0)) {
        g_string_append(out, ", again and again\n");
    } else if (set) {
        g_autofree char *span = sim_text_from_quantity(lasts, SIM_UNIT_TIME);
        g_autofree char *end = sim_text_from_quantity(line->at + lasts, SIM_UNIT_TIME);
        g_string_append_printf(out, ", for %s, until %s\n", span, end);
    } else {
        g_string_append(out, ", to the end of the run\n");
    }
}

char *plan_print_timetable(const Plan *plan)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));
    for (PlanId id = 0; id < plan->component_count; id++) {
        const PlanItem *item = &plan->items[id];
        bool            set;
        Line            line = {0, item};
        if (strcmp(item->kind->group, "fault") != 0)
            continue;
        line.at = number_of(item, "at", &set);
        g_array_append_val(lines, line);
    }
    g_array_sort(lines, by_time);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
        append_fault(out, plan, &g_array_index(lines, Line, i));
    return g_string_free(out, FALSE);
}
