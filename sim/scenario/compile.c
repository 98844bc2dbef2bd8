/*
 * compile.c: what remains to be done once the file has run.
 *
 * Some words mean more than one item, or depend on what the rest of the file says: links of a
 * measured set, a workload, the names of faults, and --set, which has the last word.
 */
#include <string.h>

#include "sim/base/text.h"
#include "sim/scenario/load.h"

/* How many names an unknown --set is answered with. */
#define HEADS_LISTED 8

static const PlanSpan from_set = {{"--set", 0, 0}, 0};

static bool is_kind(const PlanDraftItem *item, const char *kind)
{
    return strcmp(item->kind->name, kind) == 0;
}

static const PlanKind *kind_get(const ScenarioLoad *load, const char *name)
{
    const PlanKind *kind = plan_kind_find(load->catalog, NULL, name);
    g_assert_nonnull(kind);
    return kind;
}

static const char *text_of(const PlanDraftEntry *entry)
{
    return entry && entry->value->form == PLAN_FORM_TEXT ? entry->value->text : NULL;
}

static const char *keep_printf(ScenarioLoad *load, const char *format, ...) G_GNUC_PRINTF(2, 3);

static const char *keep_printf(ScenarioLoad *load, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return plan_draft_keep(load->draft, text);
}

/* ---- links ------------------------------------------------------------------------------- */

/* The two ends as written; false if they are not two texts. */
static bool ends_of(const PlanDraftItem *link, const char *out[2])
{
    const PlanDraftEntry *ends = plan_draft_find(link->values, "ends");
    const PlanDraftValue *list = link->values;
    uint32_t              count = 0;
    if (ends && ends->value->form == PLAN_FORM_TABLE)
        list = ends->value;
    for (const PlanDraftEntry *entry = list->first; entry; entry = entry->next)
        if (!entry->key && text_of(entry) && count < 2)
            out[count++] = text_of(entry);
    return count == 2;
}

static bool same_ends(const char *const a[2], const char *const b[2])
{
    return (strcmp(a[0], b[0]) == 0 && strcmp(a[1], b[1]) == 0) ||
           (strcmp(a[0], b[1]) == 0 && strcmp(a[1], b[0]) == 0);
}

static void measured(ScenarioLoad *load, PlanDraftItem *link, const char *field,
                     PlanDraftValue *value)
{
    PlanDraftEntry *entry = plan_draft_entry(load->draft, link->values, field, link->span, value);
    entry->given = false;
}

/* Gives a link what was measured for its ends; the user's own fields win when it is frozen. */
static void add_measured(ScenarioLoad *load, PlanDraftItem *link, const ScenarioPair *pair)
{
    link->preset = pair->set;
    if (plan_draft_find(link->values, "latency"))
        return; /* a distribution of its own replaces both */
    g_autofree char *rtt = sim_text_from_quantity(pair->rtt_ns, SIM_UNIT_TIME);
    measured(load, link, "rtt", plan_draft_text(load->draft, PLAN_FORM_TEXT, link->span, rtt));
    if (pair->jitter_ns <= 0)
        return;
    g_autofree char *mean = sim_text_from_quantity(pair->jitter_ns, SIM_UNIT_TIME);
    PlanDraftValue  *jitter =
        plan_draft_text(load->draft, PLAN_FORM_DIST, link->span, "exponential");
    plan_draft_entry(load->draft, jitter, NULL, link->span,
                     plan_draft_text(load->draft, PLAN_FORM_TEXT, link->span, mean));
    measured(load, link, "jitter", jitter);
}

static void name_link(ScenarioLoad *load, PlanDraftItem *link, uint32_t number)
{
    const PlanDraftEntry *name = plan_draft_find(link->values, "name");
    const char           *ends[2];
    if (text_of(name)) {
        link->name = text_of(name);
        link->name_span = name->value->span;
    } else if (ends_of(link, ends)) {
        link->name = keep_printf(load, "%s-%s", ends[0], ends[1]);
    } else {
        link->name = keep_printf(load, "link %u", number);
        link->label = "link";
    }
}

static void add_pair_link(ScenarioLoad *load, const ScenarioPair *pair)
{
    PlanDraftItem *link = plan_draft_item(load->draft, kind_get(load, "link"), NULL, pair->word);
    for (int i = 0; i < 2; i++)
        plan_draft_entry(
            load->draft, link->values, NULL, pair->spans[i],
            plan_draft_text(load->draft, PLAN_FORM_TEXT, pair->spans[i], pair->ends[i]));
    add_measured(load, link, pair);
}

static void complete_links(ScenarioLoad *load)
{
    for (guint i = 0; i < load->pairs->len; i++) {
        ScenarioPair *pair = &g_array_index(load->pairs, ScenarioPair, i);
        bool          twice = false;
        for (guint k = 0; k < i && !twice; k++)
            twice = same_ends(pair->ends, g_array_index(load->pairs, ScenarioPair, k).ends);
        if (twice) {
            plan_problems_error(load->problems, pair->spans[1], NULL,
                                "links: '%s' and '%s' are linked by another 'links' already",
                                pair->ends[0], pair->ends[1]);
            continue;
        }
        for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next) {
            const char *ends[2];
            if (is_kind(item, "link") && ends_of(item, ends) && !item->preset &&
                same_ends(ends, pair->ends)) {
                add_measured(load, item, pair);
                pair->used = true;
            }
        }
        if (!pair->used)
            add_pair_link(load, pair);
    }
    uint32_t number = 0;
    for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next)
        if (is_kind(item, "link"))
            name_link(load, item, ++number);
}

/* ---- workloads --------------------------------------------------------------------------- */

/* The only cohort, or NULL. */
static const char *only_users(const ScenarioLoad *load, uint32_t *out_count)
{
    const char *name = NULL;
    *out_count = 0;
    for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next)
        if (is_kind(item, "users")) {
            name = item->name;
            ++*out_count;
        }
    return *out_count == 1 ? name : NULL;
}

static void made(ScenarioLoad *load, PlanDraftItem *item, const char *field, PlanSpan span,
                 PlanDraftValue *value)
{
    plan_draft_entry(load->draft, item->values, field, span, value)->made = true;
}

static void add_demand(ScenarioLoad *load, const PlanDraftEntry *entry, PlanDraftValue *users,
                       const PlanDraftEntry *shape)
{
    PlanDraftItem *item = plan_draft_item(load->draft, kind_get(load, "demand"), NULL, entry->span);
    item->name = keep_printf(load, "%s %s", users->text, entry->key);
    item->label = "workload";
    made(load, item, "users", users->span, users);
    made(load, item, "service", entry->span,
         plan_draft_text(load->draft, PLAN_FORM_TEXT, entry->span, entry->key));
    made(load, item, "rate", entry->span, entry->value);
    if (shape)
        made(load, item, "shape", shape->span, shape->value);
}

/* Whose demand it is, or NULL with a problem added. */
static PlanDraftValue *users_of(ScenarioLoad *load, const PlanDraftValue *workload)
{
    PlanDraftEntry *entry = plan_draft_find(workload, "users");
    uint32_t        count;
    const char     *only = only_users(load, &count);
    if (entry && entry->value->form == PLAN_FORM_TEXT)
        return entry->value;
    if (entry)
        plan_problems_error(load->problems, entry->value->span, NULL,
                            "workload: 'users' wants the name of a cohort in quotes");
    else if (only)
        return plan_draft_text(load->draft, PLAN_FORM_TEXT, workload->span, only);
    else if (count > 1)
        plan_problems_error(load->problems, workload->span, "write users = \"name\" in it",
                            "workload: there are %u kinds of users; whose is it?", count);
    else
        plan_problems_error(load->problems, workload->span,
                            "write e.g. users \"all\" { count = 1000000 }",
                            "workload: nobody to send requests");
    return NULL;
}

static void expand_workload(ScenarioLoad *load, const PlanDraftValue *workload)
{
    PlanDraftValue       *users = users_of(load, workload);
    const PlanDraftEntry *shape = plan_draft_find(workload, "shape");
    bool                  any = false;
    for (const PlanDraftEntry *entry = workload->first; users && entry; entry = entry->next) {
        if (!entry->key) {
            plan_problems_error(load->problems, entry->span, "write e.g. login = \"10/s\"",
                                "workload: a rate without the name of its service");
        } else if (strcmp(entry->key, "users") != 0 && strcmp(entry->key, "shape") != 0) {
            if (scenario_too_many(load, entry->span))
                return;
            add_demand(load, entry, users, shape);
            any = true;
        }
    }
    if (users && !any)
        plan_problems_error(load->problems, workload->span, "write e.g. login = \"10/s\"",
                            "workload: names no service");
}

/* ---- faults ------------------------------------------------------------------------------ */

/* cut { "hangzhou", "beijing" } means the links between the two. */
static void join_target(ScenarioLoad *load, PlanDraftItem *fault)
{
    PlanDraftEntry *first = fault->values->first;
    if (plan_field_find(fault->kind, "target") < 0 || !first || first->key || !first->next ||
        first->next->key || !text_of(first) || !text_of(first->next))
        return;
    PlanDraftEntry *second = first->next;
    first->value = plan_draft_text(load->draft, PLAN_FORM_TEXT, first->value->span,
                                   keep_printf(load, "%s-%s", text_of(first), text_of(second)));
    first->next = second->next;
    if (fault->values->last == second)
        fault->values->last = first;
    fault->values->count--;
}

/* { "a", "b" } as "a+b"; NULL if it is something else. */
static const char *joined(ScenarioLoad *load, const PlanDraftEntry *list)
{
    const char *text = NULL;
    if (list->value->form != PLAN_FORM_TABLE)
        return NULL;
    for (const PlanDraftEntry *entry = list->value->first; entry; entry = entry->next)
        if (text_of(entry))
            text = text ? keep_printf(load, "%.80s+%.40s", text, text_of(entry)) : text_of(entry);
    return text;
}

/* The text of the kind's first field without a name. */
static const char *target_of(ScenarioLoad *load, const PlanDraftItem *fault)
{
    for (const PlanDraftEntry *entry = fault->values->first; entry; entry = entry->next)
        if (!entry->key)
            return text_of(entry) ? text_of(entry) : joined(load, entry);
    for (uint32_t i = 0; fault->kind->fields[i].name; i++)
        if (fault->kind->fields[i].flags & PLAN_POSITIONAL)
            return text_of(plan_draft_find(fault->values, fault->kind->fields[i].name));
    return NULL;
}

static void name_fault(ScenarioLoad *load, PlanDraftItem *fault)
{
    const char      *target = target_of(load, fault);
    const char      *at = text_of(plan_draft_find(fault->values, "at"));
    int64_t          time;
    g_autofree char *reason = NULL;
    g_autofree char *when = at && sim_text_quantity(at, SIM_UNIT_TIME, &time, &reason)
                                ? sim_text_from_quantity(time, SIM_UNIT_TIME)
                                : g_strdup(at ? at : "?");
    fault->name =
        keep_printf(load, "%s %.80s at %.40s", fault->kind->name, target ? target : "?", when);
}

/* ---- --set ------------------------------------------------------------------------------- */

const char *scenario_set_find(ScenarioLoad *load, const char *name)
{
    const char *value = NULL;
    size_t      size = strlen(name);
    for (uint32_t i = 0; i < load->sets.count; i++) {
        const char *text = load->sets.texts[i];
        if (strncmp(text, name, size) == 0 && text[size] == '=') {
            value = text + size + 1;
            load->sets_used[i] = true;
        }
    }
    return value;
}

/* The table and the kind that a path such as "account.channels[1].apply" leads to. */
typedef struct Target {
    const PlanDraftItem *item;
    const PlanKind      *kind;
    PlanDraftValue      *table;
    const char          *field; /* rest of the path */
} Target;

static const PlanField *field_of(const PlanKind *kind, const char *path, size_t size)
{
    for (uint32_t i = 0; kind->fields[i].name; i++)
        if (strlen(kind->fields[i].name) == size && strncmp(kind->fields[i].name, path, size) == 0)
            return &kind->fields[i];
    return NULL;
}

/* The only kind of a group, or NULL. */
static const PlanKind *only_kind(const ScenarioLoad *load, const char *group)
{
    const PlanKind *only = NULL;
    for (const PlanKind *const *kind = load->catalog->kinds; *kind; kind++)
        if (strcmp((*kind)->group, group) == 0) {
            if (only)
                return NULL;
            only = *kind;
        }
    return only;
}

static bool takes_text(const PlanKind *kind)
{
    for (uint32_t i = 0; kind->fields[i].name; i++)
        if (kind->fields[i].flags & PLAN_POSITIONAL)
            return true;
    return false;
}

/* A part written as a bare table or word becomes one written out, so that its fields can be set;
 * what means no part stays as it is and is refused when the draft is frozen. */
static void write_out(ScenarioLoad *load, const char *group, PlanDraftValue *value)
{
    const PlanKind *only = only_kind(load, group);
    bool            plain = value->form == PLAN_FORM_PLAIN;
    if (value->form == PLAN_FORM_TABLE && only) {
        PlanDraftItem *part = plan_draft_part(load->draft, only, value->span);
        *part->values = *value;
        value->form = PLAN_FORM_PART;
        value->part = part;
        return;
    }
    if (value->form != PLAN_FORM_TEXT && !plain)
        return;
    size_t           size = plain ? strcspn(value->text, " ") : strlen(value->text);
    g_autofree char *word = g_strndup(value->text, size);
    const char      *rest = value->text[size] ? value->text + size + 1 : NULL;
    const PlanKind  *kind = plan_kind_find(load->catalog, group, word);
    if (!kind && only && takes_text(only)) {
        kind = only;
        rest = value->text;
    }
    if (!kind)
        return;
    PlanDraftItem *part = plan_draft_part(load->draft, kind, value->span);
    if (rest)
        plan_draft_entry(load->draft, part->values, NULL, value->span,
                         plan_draft_text(load->draft, value->form, value->span, rest));
    value->form = PLAN_FORM_PART;
    value->part = part;
}

/* What was written for a field that holds parts, with or without its name; its default if nothing
 * was. NULL: it has none. */
static PlanDraftValue *parts_of(ScenarioLoad *load, PlanDraftValue *table, const PlanField *field)
{
    PlanDraftEntry *entry = plan_draft_find(table, field->name);
    if (entry)
        return entry->value;
    for (entry = table->first; entry && (field->flags & PLAN_POSITIONAL); entry = entry->next)
        if (!entry->key && entry->value->form == PLAN_FORM_PART &&
            strcmp(entry->value->part->kind->group, field->among) == 0)
            return entry->value;
    if (!field->initial)
        return NULL;
    PlanDraftValue *value =
        plan_draft_text(load->draft, PLAN_FORM_PLAIN, table->span, field->initial);
    plan_draft_entry(load->draft, table, field->name, table->span, value)->given = false;
    return value;
}

/* Whether `path` goes on with the kind's name: "secondary.timeout". */
static bool names_kind(const PlanKind *kind, const char *path)
{
    size_t size = strlen(kind->name);
    return strncmp(path, kind->name, size) == 0 && path[size] == '.';
}

/* One of a list of parts: by its number, or the only one of its kind, or the first. */
static PlanDraftValue *pick_part(ScenarioLoad *load, const char *group, PlanDraftValue *list,
                                 uint64_t index, const char *rest)
{
    PlanDraftValue *named = NULL;
    PlanDraftValue *numbered = NULL;
    uint32_t        count = 0;
    uint64_t        number = 0;
    for (const PlanDraftEntry *entry = list->first; entry; entry = entry->next) {
        write_out(load, group, entry->value);
        if (++number == MAX(index, 1))
            numbered = entry->value;
        if (entry->value->form == PLAN_FORM_PART && names_kind(entry->value->part->kind, rest)) {
            named = entry->value;
            count++;
        }
    }
    if (index || count == 0)
        return numbered;
    return count == 1 ? named : NULL;
}

/* Steps into a part: "detect.every", "channels[2].apply", "read.secondary.timeout". False if the
 * path does not lead there. */
static bool step_into(ScenarioLoad *load, Target *target)
{
    size_t           size = strcspn(target->field, "[.");
    const char      *rest = target->field + size;
    uint64_t         index = 0;
    const PlanField *field = field_of(target->kind, target->field, size);
    if (!field || (field->type != PLAN_TYPE_PART && field->type != PLAN_TYPE_PARTS))
        return false;
    if (*rest == '[') {
        char *end;
        index = g_ascii_strtoull(rest + 1, &end, 10);
        if (index == 0 || *end != ']')
            return false;
        rest = end + 1;
    }
    if (*rest != '.')
        return false;
    rest++;
    PlanDraftValue *value = parts_of(load, target->table, field);
    if (!value)
        return false;
    if (value->form == PLAN_FORM_TABLE && field->type == PLAN_TYPE_PARTS)
        value = pick_part(load, field->among, value, index, rest);
    else if (index > 1)
        return false;
    else
        write_out(load, field->among, value);
    if (!value || value->form != PLAN_FORM_PART)
        return false;
    target->kind = value->part->kind;
    target->table = value->part->values;
    target->field = rest;
    if (names_kind(target->kind, rest))
        target->field = rest + strlen(target->kind->name) + 1;
    return true;
}

/* Takes out the value that fills `field` without its name. */
static void drop_positional(PlanDraftValue *table, const PlanKind *kind, const char *field)
{
    const PlanDraftEntry *before = NULL;
    PlanDraftEntry       *entry = table->first;
    for (uint32_t i = 0; kind->fields[i].name && strcmp(kind->fields[i].name, field) != 0; i++) {
        if (!(kind->fields[i].flags & PLAN_POSITIONAL) ||
            plan_draft_find(table, kind->fields[i].name))
            continue;
        while (entry && entry->key)
            entry = entry->next;
        if (entry)
            entry = entry->next;
    }
    while (entry && entry->key)
        entry = entry->next;
    int at = plan_field_find(kind, field);
    if (!entry || !(kind->fields[at].flags & PLAN_POSITIONAL))
        return;
    for (before = table->first; before != entry && before->next != entry;)
        before = before->next;
    entry->key = kind->fields[at].name; /* the new value is added before and hides it */
    entry->given = false;
}

static void assign(ScenarioLoad *load, const Target *target, const char *value)
{
    PlanDraftEntry *old = plan_draft_find(target->table, target->field);
    PlanDraftValue *text = plan_draft_text(load->draft, PLAN_FORM_PLAIN, from_set, value);
    if (old) {
        old->value = text;
        old->span = from_set;
        old->given = true;
        old->made = true;
        return;
    }
    drop_positional(target->table, target->kind, target->field);
    plan_draft_entry(load->draft, target->table, target->field, from_set, text)->made = true;
}

/* Whether `path` begins with `name` and a dot; *out_rest is what follows. */
static bool begins(const char *path, const char *name, const char **out_rest)
{
    size_t size = strlen(name);
    if (strncmp(path, name, size) != 0 || path[size] != '.')
        return false;
    *out_rest = path + size + 1;
    return true;
}

/* Follows `rest` as far as it leads; true if that is a field. */
static bool lead(ScenarioLoad *load, const PlanDraftItem *item, const char *rest, Target *out)
{
    Target target = {item, item->kind, item->values, rest};
    while (step_into(load, &target))
        ;
    *out = target;
    return field_of(target.kind, target.field, strlen(target.field)) != NULL;
}

static uint32_t count_kind(const ScenarioLoad *load, const PlanKind *kind)
{
    uint32_t count = 0;
    for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next)
        count += item->kind == kind;
    return count;
}

/* Follows a path into an item; both KIND.NAME.FIELD and NAME.FIELD, and KIND.FIELD for the one
 * item of a kind. False: *out is how far it went, with an item if the path names this one. */
static bool reaches(ScenarioLoad *load, const PlanDraftItem *item, const char *path, Target *out)
{
    const char *rest;
    const char *inner;
    *out = (Target){NULL, NULL, NULL, NULL};
    if (item->name && begins(path, item->name, &rest) && lead(load, item, rest, out))
        return true;
    if (!begins(path, item->kind->name, &rest))
        return false;
    if (item->name && begins(rest, item->name, &inner) && lead(load, item, inner, out))
        return true;
    if (out->item || count_kind(load, item->kind) != 1)
        return false;
    return lead(load, item, rest, out);
}

/* Every name that --set could mean, for suggestions. */
static GPtrArray *settable(const ScenarioLoad *load)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < load->choices->len; i++) {
        const GPtrArray *choice = g_ptr_array_index(load->choices, i);
        if (choice->len)
            g_ptr_array_add(names, g_strdup(g_ptr_array_index(choice, 0)));
    }
    for (PlanDraftItem *item = plan_draft_first(load->draft); item && names->len < 4000;
         item = item->next)
        for (uint32_t i = 0; item->name && item->kind->fields[i].name; i++) {
            if (!(item->kind->fields[i].flags & PLAN_INTERNAL))
                g_ptr_array_add(names,
                                g_strdup_printf("%s.%s", item->name, item->kind->fields[i].name));
            if (is_kind(item, "scenario"))
                g_ptr_array_add(names, g_strdup_printf("scenario.%s", item->kind->fields[i].name));
        }
    return names;
}

/* The axes and the items, a few of them: what stands before the first dot. Owned. */
static char *settable_heads(const ScenarioLoad *load)
{
    g_autoptr(GPtrArray) heads = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < load->choices->len; i++) {
        const GPtrArray *choice = g_ptr_array_index(load->choices, i);
        bool             known = choice->len == 0;
        for (guint k = 0; k < heads->len && !known; k++)
            known = strcmp(g_ptr_array_index(heads, k), g_ptr_array_index(choice, 0)) == 0;
        if (!known)
            g_ptr_array_add(heads, g_strdup(g_ptr_array_index(choice, 0)));
    }
    if (load->workloads->len)
        g_ptr_array_add(heads, g_strdup("workload.SERVICE"));
    for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next)
        if (item->name && !is_kind(item, "demand"))
            g_ptr_array_add(heads, g_strdup_printf("%s.FIELD", item->name));
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < heads->len && i < HEADS_LISTED; i++)
        g_string_append_printf(out, "%s%s",
                               i ? ", " : "one of: ", (const char *)g_ptr_array_index(heads, i));
    if (heads->len > HEADS_LISTED)
        g_string_append_printf(out, ", ... (%u in all)", heads->len);
    return g_string_free(out, FALSE);
}

/* The path names an item, or a part of it, but no field there. */
static void unknown_field(ScenarioLoad *load, const char *path, const Target *miss)
{
    size_t           size = strcspn(miss->field, "[.");
    const PlanField *field = field_of(miss->kind, miss->field, size);
    g_autofree char *word = g_strndup(miss->field, size);
    g_autofree char *owner = miss->kind == miss->item->kind
                                 ? g_strdup_printf("%s \"%s\"", miss->kind->name, miss->item->name)
                                 : g_strdup_printf("%s of %s \"%s\"", miss->kind->name,
                                                   miss->item->kind->name, miss->item->name);
    if (field) {
        bool parts = field->type == PLAN_TYPE_PART || field->type == PLAN_TYPE_PARTS;
        plan_problems_error(load->problems, from_set, NULL, "'%.80s': %s '%s' of %s", path,
                            parts ? "there is no such part in" : "nothing can be set inside",
                            field->name, owner);
        return;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (uint32_t i = 0; miss->kind->fields[i].name; i++)
        if (!(miss->kind->fields[i].flags & PLAN_INTERNAL))
            g_ptr_array_add(names, (gpointer)(uintptr_t)miss->kind->fields[i].name);
    const char      *near = sim_text_nearest(word, (const char *const *)names->pdata, names->len);
    g_autofree char *hint =
        near ? g_strdup_printf("did you mean '%.*s%s'?", (int)(miss->field - path), path, near)
             : plan_problems_suggest(word, (const char *const *)names->pdata, names->len);
    plan_problems_error(load->problems, from_set, hint ? hint : "it has no fields",
                        "'%.80s': %s has no field '%.60s'", path, owner, word);
}

static void unknown_set(ScenarioLoad *load, const char *path)
{
    g_autoptr(GPtrArray) names = settable(load);
    const char      *near = sim_text_nearest(path, (const char *const *)names->pdata, names->len);
    g_autofree char *hint =
        near ? g_strdup_printf("did you mean '%s'?", near) : settable_heads(load);
    plan_problems_error(load->problems, from_set, hint,
                        "'%.80s' is neither a choice nor NAME.FIELD nor KIND.NAME.FIELD", path);
}

/* Whether `path` is "SERVICE" or "USERS.SERVICE" of this demand, maybe with ".rate". */
static bool is_demand(const PlanDraftItem *item, const char *path)
{
    const char *service = text_of(plan_draft_find(item->values, "service"));
    const char *users = text_of(plan_draft_find(item->values, "users"));
    size_t      size = strlen(path);
    if (!service || !users)
        return false;
    if (g_str_has_suffix(path, ".rate"))
        size -= strlen(".rate");
    g_autofree char *name = g_strndup(path, size);
    g_autofree char *whole = g_strdup_printf("%s.%s", users, service);
    return strcmp(name, service) == 0 || strcmp(name, whole) == 0;
}

/* workload.login=10/s. False if the path is about something else. */
static bool set_rate(ScenarioLoad *load, const char *path, const char *value)
{
    const char *rest;
    if (!begins(path, "workload", &rest) && !begins(path, "demand", &rest))
        return false;
    const PlanDraftItem *found = NULL;
    g_autoptr(GPtrArray) services = g_ptr_array_new();
    for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next) {
        if (!is_kind(item, "demand"))
            continue;
        const char *service = text_of(plan_draft_find(item->values, "service"));
        if (service)
            g_ptr_array_add(services, (gpointer)(uintptr_t)service);
        if (!is_demand(item, rest))
            continue;
        if (found) {
            plan_problems_error(load->problems, from_set, "write workload.USERS.SERVICE",
                                "'%s' means the demand \"%s\" as well as \"%s\"", path, found->name,
                                item->name);
            return true;
        }
        found = item;
    }
    if (found) {
        Target rate = {found, found->kind, found->values, "rate"};
        assign(load, &rate, value);
    } else if (g_str_has_prefix(path, "workload.")) {
        g_autofree char *hint =
            plan_problems_suggest(rest, (const char *const *)services->pdata, services->len);
        plan_problems_error(load->problems, from_set, hint,
                            "'%.80s': the workload has no rate for '%.60s'", path, rest);
    }
    return found || g_str_has_prefix(path, "workload.");
}

static void apply_set(ScenarioLoad *load, const char *set)
{
    const char *equals = strchr(set, '=');
    if (!equals || equals == set) {
        plan_problems_error(load->problems, from_set, "write NAME=VALUE", "'%.80s' has no %s", set,
                            equals ? "name" : "value");
        return;
    }
    g_autofree char *path = g_strndup(set, (gsize)(equals - set));
    if (!g_utf8_validate(set, -1, NULL)) {
        plan_problems_error(load->problems, from_set, NULL, "a --set that is not UTF-8");
        return;
    }
    if (sim_text_unseen(set)) {
        plan_problems_error(load->problems, from_set, NULL, "'%.80s' holds a control character",
                            set);
        return;
    }
    Target found = {NULL, NULL, NULL, NULL};
    Target miss = found;
    for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next) {
        Target one;
        if (!reaches(load, item, path, &one)) {
            if (one.item)
                miss = one;
            continue;
        }
        if (found.item) {
            plan_problems_error(load->problems, from_set, "write KIND.NAME.FIELD",
                                "'%s' means %s \"%s\" as well as %s \"%s\"", path,
                                found.item->kind->name, found.item->name, item->kind->name,
                                item->name);
            return;
        }
        found = one;
    }
    if (found.item)
        assign(load, &found, equals + 1);
    else if (set_rate(load, path, equals + 1))
        return;
    else if (miss.item)
        unknown_field(load, path, &miss);
    else
        unknown_set(load, path);
}

/* ---- all --------------------------------------------------------------------------------- */

static void complain_duties(ScenarioLoad *load)
{
    for (guint i = 0; i < load->duties->len; i++) {
        const ScenarioDuty *duty = &g_array_index(load->duties, ScenarioDuty, i);
        if (!duty->done && !load->fogged)
            plan_problems_error(load->problems, duty->span, duty->hint, "%s", duty->message);
    }
}

void scenario_complete(ScenarioLoad *load)
{
    complain_duties(load);
    complete_links(load);
    for (guint i = 0; i < load->workloads->len; i++)
        expand_workload(load, g_ptr_array_index(load->workloads, i));
    for (PlanDraftItem *item = plan_draft_first(load->draft); item; item = item->next)
        if (strcmp(item->kind->group, "fault") == 0) {
            join_target(load, item);
            name_fault(load, item);
        }
    scenario_number_twins(load);
    for (uint32_t i = 0; i < load->sets.count; i++)
        if (!load->sets_used[i])
            apply_set(load, load->sets.texts[i]);
}
