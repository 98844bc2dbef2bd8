/*
 * freeze.c: from a draft to a plan.
 *
 * Reads every value by the table of its kind. A value comes, in this order, from the user, from a
 * measured table, from the kind's preset, from the default; or it is absent. Components are sorted
 * and numbered first, so references can be resolved while values are read; parts are numbered as
 * they are met.
 */
#include "sim/plan/draft.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/text.h"
#include "sim/plan/frozen.h"

#define SUM_PPB INT64_C(1000000000)
#define NAME_MOST 80

typedef struct Freeze {
    PlanDraft    *draft;
    PlanProblems *problems;
    Plan         *plan;
    GHashTable   *names;   /* "kind\nname" -> id + 1; asked, never walked */
    GArray       *items;   /* PlanItem by id */
    GArray       *origins; /* PlanOrigin by id */
} Freeze;

/* One value being read: of which item and field. */
typedef struct Slot {
    Freeze          *freeze;
    PlanId           id;
    const char      *label;
    const PlanField *field;
} Slot;

static bool fill(Freeze *freeze, PlanId id, const PlanDraftItem *source);

/* ---- messages ---------------------------------------------------------------------------- */

static const char *const wants[] = {
    [PLAN_TYPE_FLAG] = "true or false",
    [PLAN_TYPE_COUNT] = "a whole number such as 3",
    [PLAN_TYPE_TIME] = "a time such as \"40ms\"",
    [PLAN_TYPE_OFFSET] = "a time such as \"-300ms\"",
    [PLAN_TYPE_RATIO] = "a share such as \"2%\"",
    [PLAN_TYPE_RATE] = "a rate such as \"30000/day\"",
    [PLAN_TYPE_SIZE] = "a size such as \"1KiB\"",
    [PLAN_TYPE_BANDWIDTH] = "a bandwidth such as \"1Gbps\"",
    [PLAN_TYPE_TEXT] = "a text in quotes",
    [PLAN_TYPE_WORD] = "a word in quotes",
    [PLAN_TYPE_REF] = "a name in quotes",
    [PLAN_TYPE_REFS] = "a list of names",
    [PLAN_TYPE_PART] = "a part",
    [PLAN_TYPE_PARTS] = "a list of parts",
    [PLAN_TYPE_DIST] = "a time such as \"5ms\" or a distribution such as exponential \"5ms\"",
    [PLAN_TYPE_WEIGHTS] = "shares such as { east = 0.5, west = 0.5 }",
    [PLAN_TYPE_BOUND] = "a bound such as \">= 99.9%\"",
};

/* What was found, for messages; owned by the caller. */
static char *found(const PlanDraftValue *value)
{
    switch (value->form) {
    case PLAN_FORM_FLAG:
        return g_strdup(value->number ? "true" : "false");
    case PLAN_FORM_WHOLE:
        return g_strdup_printf("%" G_GINT64_FORMAT, value->number);
    case PLAN_FORM_REAL:
        return g_strdup(value->text);
    case PLAN_FORM_TEXT:
    case PLAN_FORM_PLAIN:
        return g_strdup_printf("\"%.60s\"", value->text);
    case PLAN_FORM_TABLE:
        return g_strdup(value->count ? "a table" : "an empty table");
    case PLAN_FORM_PART:
        return g_strdup_printf("a %s", value->part->kind->name);
    case PLAN_FORM_DIST:
        return g_strdup_printf("the distribution %s", value->text);
    case PLAN_FORM_OTHER:
        return g_strdup(value->text);
    case PLAN_FORM_MISTAKE:
        break;
    }
    return g_strdup("nothing");
}

static bool wrong_type(const Slot *slot, const PlanDraftValue *value)
{
    if (value->form == PLAN_FORM_MISTAKE)
        return false;
    PlanType         type = slot->field->type;
    g_autofree char *what = found(value);
    bool             number = value->form == PLAN_FORM_WHOLE || value->form == PLAN_FORM_REAL;
    bool unit = type == PLAN_TYPE_TIME || type == PLAN_TYPE_OFFSET || type == PLAN_TYPE_RATIO ||
                type == PLAN_TYPE_RATE || type == PLAN_TYPE_SIZE || type == PLAN_TYPE_BANDWIDTH ||
                type == PLAN_TYPE_DIST;
    if (number && unit) {
        static const char *const units[] = {
            [PLAN_TYPE_TIME] = "ms", [PLAN_TYPE_OFFSET] = "ms", [PLAN_TYPE_RATIO] = "%",
            [PLAN_TYPE_RATE] = "/s", [PLAN_TYPE_SIZE] = "KiB",  [PLAN_TYPE_BANDWIDTH] = "Mbps",
            [PLAN_TYPE_DIST] = "ms",
        };
        g_autofree char *hint = g_strdup_printf("write e.g. \"%s%s\"", what, units[type]);
        plan_problems_error(slot->freeze->problems, value->span, hint,
                            "%s: '%s' needs a unit, found the bare number %s", slot->label,
                            slot->field->name, what);
        return false;
    }
    const char *hint = NULL;
    if (type == PLAN_TYPE_COUNT &&
        (value->form == PLAN_FORM_TEXT || value->form == PLAN_FORM_PLAIN))
        hint = "write the number without quotes and without a unit";
    plan_problems_error(slot->freeze->problems, value->span, hint, "%s: '%s' wants %s, found %s",
                        slot->label, slot->field->name, wants[type], what);
    return false;
}

static bool refuse(const Slot *slot, const PlanDraftValue *value, const char *reason)
{
    g_autofree char *what = found(value);
    plan_problems_error(slot->freeze->problems, value->span, NULL, "%s: '%s' = %s %s", slot->label,
                        slot->field->name, what, reason);
    return false;
}

static bool is_text(const PlanDraftValue *value)
{
    return value->form == PLAN_FORM_TEXT || value->form == PLAN_FORM_PLAIN;
}

/* ---- numbers ----------------------------------------------------------------------------- */

static SimUnit unit_of(PlanType type)
{
    switch (type) {
    case PLAN_TYPE_RATIO:
        return SIM_UNIT_RATIO;
    case PLAN_TYPE_RATE:
        return SIM_UNIT_RATE;
    case PLAN_TYPE_SIZE:
        return SIM_UNIT_SIZE;
    case PLAN_TYPE_BANDWIDTH:
        return SIM_UNIT_BANDWIDTH;
    case PLAN_TYPE_COUNT:
        return SIM_UNIT_COUNT;
    case PLAN_TYPE_TIME:
    case PLAN_TYPE_OFFSET:
    case PLAN_TYPE_FLAG:
    case PLAN_TYPE_TEXT:
    case PLAN_TYPE_WORD:
    case PLAN_TYPE_REF:
    case PLAN_TYPE_REFS:
    case PLAN_TYPE_PART:
    case PLAN_TYPE_PARTS:
    case PLAN_TYPE_DIST:
    case PLAN_TYPE_WEIGHTS:
    case PLAN_TYPE_BOUND:
        return SIM_UNIT_TIME;
    }
    return SIM_UNIT_TIME;
}

static bool in_range(const Slot *slot, const PlanDraftValue *value, int64_t number)
{
    const PlanField *field = slot->field;
    int64_t          least = field->least;
    int64_t          most = field->most;
    if (least == 0 && most == 0) {
        least = field->type == PLAN_TYPE_OFFSET ? INT64_MIN : 0;
        most = INT64_MAX;
    } else if (most < least) {
        most = INT64_MAX; /* only the smallest value is limited */
    }
    if (number >= least && number <= most)
        return true;
    SimUnit          unit = unit_of(field->type);
    g_autofree char *low = sim_text_from_quantity(least, unit);
    g_autofree char *high = sim_text_from_quantity(most, unit);
    g_autofree char *what = found(value);
    g_autofree char *hint = most == INT64_MAX ? g_strdup_printf("at least %s", low)
                                              : g_strdup_printf("from %s to %s", low, high);
    plan_problems_error(slot->freeze->problems, value->span, hint, "%s: '%s' = %s is out of range",
                        slot->label, field->name, what);
    return false;
}

static bool read_quantity(const Slot *slot, const PlanDraftValue *value, int64_t *out)
{
    int64_t          number;
    g_autofree char *reason = NULL;
    bool             count = slot->field->type == PLAN_TYPE_COUNT;
    if (count && value->form == PLAN_FORM_WHOLE)
        number = value->number;
    else if (!is_text(value) || (count && value->form != PLAN_FORM_PLAIN))
        return wrong_type(slot, value);
    else if (!sim_text_quantity(value->text, unit_of(slot->field->type), &number, &reason))
        return refuse(slot, value, reason);
    if (!in_range(slot, value, number))
        return false;
    *out = number;
    return true;
}

static bool read_flag(const Slot *slot, const PlanDraftValue *value, int64_t *out)
{
    if (value->form == PLAN_FORM_FLAG)
        *out = value->number;
    else if (value->form == PLAN_FORM_PLAIN && strcmp(value->text, "true") == 0)
        *out = 1;
    else if (value->form == PLAN_FORM_PLAIN && strcmp(value->text, "false") == 0)
        *out = 0;
    else
        return wrong_type(slot, value);
    return true;
}

static bool read_word(const Slot *slot, const PlanDraftValue *value, PlanValue *out)
{
    if (!is_text(value))
        return wrong_type(slot, value);
    g_auto(GStrv) words = g_strsplit(slot->field->among, "|", -1);
    for (int64_t i = 0; words[i]; i++)
        if (strcmp(words[i], value->text) == 0) {
            out->number = i;
            out->text = sim_arena_text(slot->freeze->plan->arena, words[i]);
            return true;
        }
    g_autofree char *hint =
        plan_problems_suggest(value->text, (const char *const *)words, g_strv_length(words));
    plan_problems_error(slot->freeze->problems, value->span, hint, "%s: '%s' cannot be \"%.60s\"",
                        slot->label, slot->field->name, value->text);
    return false;
}

/* ---- references -------------------------------------------------------------------------- */

static PlanId find_name(const Freeze *freeze, const char *kind, const char *name)
{
    g_autofree char *key = g_strdup_printf("%s\n%s", kind, name);
    return GPOINTER_TO_UINT(g_hash_table_lookup(freeze->names, key)) - 1; /* PLAN_NONE if absent */
}

static bool read_name(const Slot *slot, const char *text, PlanSpan span, PlanId *out)
{
    Freeze     *freeze = slot->freeze;
    const char *kind = slot->field->among;
    PlanId      id = find_name(freeze, kind, text);
    if (id != PLAN_NONE) {
        *out = id;
        return true;
    }
    if (freeze->draft->incomplete)
        return false;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (PlanId i = 0; i < freeze->plan->component_count; i++) {
        const PlanItem *item = &g_array_index(freeze->items, PlanItem, i);
        if (strcmp(item->kind->name, kind) == 0)
            g_ptr_array_add(names, (gpointer)(uintptr_t)item->name);
    }
    g_autofree char *hint =
        plan_problems_suggest(text, (const char *const *)names->pdata, names->len);
    if (!hint)
        hint = g_strdup_printf("there is no %s in this scenario", kind);
    plan_problems_error(freeze->problems, span, hint, "%s: '%s': unknown %s '%.60s'", slot->label,
                        slot->field->name, kind, text);
    return false;
}

static bool read_names(const Slot *slot, const PlanDraftValue *value, PlanValue *out)
{
    const PlanField *field = slot->field;
    SimArena        *arena = slot->freeze->plan->arena;
    if (is_text(value)) {
        PlanId *id = sim_arena_array(arena, PlanId, 1);
        if (!read_name(slot, value->text, value->span, id))
            return false;
        out->ids = id;
        out->count = 1;
    } else if (value->form == PLAN_FORM_TABLE && field->type == PLAN_TYPE_REFS) {
        PlanId  *ids = sim_arena_array(arena, PlanId, value->count + 1);
        uint32_t count = 0;
        bool     good = true;
        for (const PlanDraftEntry *entry = value->first; entry; entry = entry->next) {
            if (entry->value->form == PLAN_FORM_MISTAKE) {
                good = false;
            } else if (entry->key || !is_text(entry->value)) {
                g_autofree char *what = found(entry->value);
                plan_problems_error(slot->freeze->problems, entry->span, NULL,
                                    "%s: '%s' is a list of names, found %s%s%s", slot->label,
                                    field->name, entry->key ? entry->key : "",
                                    entry->key ? " = " : "", what);
                good = false;
            } else if (!read_name(slot, entry->value->text, entry->value->span, &ids[count])) {
                good = false;
            } else {
                for (uint32_t i = 0; i < count; i++)
                    if (ids[i] == ids[count]) {
                        plan_problems_error(slot->freeze->problems, entry->value->span, NULL,
                                            "%s: '%s' names '%s' twice", slot->label, field->name,
                                            entry->value->text);
                        good = false;
                    }
                count++;
            }
        }
        if (!good)
            return false;
        out->ids = ids;
        out->count = count;
    } else {
        return wrong_type(slot, value);
    }
    if (field->type == PLAN_TYPE_REFS && field->most > 0 &&
        (out->count < field->least || out->count > field->most)) {
        plan_problems_error(slot->freeze->problems, value->span, NULL,
                            "%s: '%s' wants %" G_GINT64_FORMAT " names, found %u", slot->label,
                            field->name, field->most, out->count);
        return false;
    }
    return true;
}

/* ---- shares ------------------------------------------------------------------------------ */

typedef struct Share {
    PlanId  id;
    int64_t size;
    int64_t rest;
} Share;

static int share_by_id(const void *a, const void *b)
{
    const Share *p = a;
    const Share *q = b;
    return (p->id > q->id) - (p->id < q->id);
}

/* Parts per billion whose sum is exact: what rounding leaves over goes to the largest remainders,
 * the first name first. */
static void shares_normalise(Share *shares, uint32_t count, PlanId *ids, int64_t *weights)
{
    qsort(shares, count, sizeof *shares, share_by_id);
    __extension__ __int128 sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += shares[i].size;
    SIM_ASSERT(sum > 0);
    int64_t left = SUM_PPB;
    for (uint32_t i = 0; i < count; i++) {
        __extension__ __int128 wide = (__extension__(__int128) shares[i].size) * SUM_PPB;
        ids[i] = shares[i].id;
        weights[i] = (int64_t)(wide / sum);
        shares[i].rest = (int64_t)(wide % sum / 1024); /* the sum fits in 74 bits at most */
        left -= weights[i];
    }
    for (; left > 0; left--) {
        uint32_t best = 0;
        for (uint32_t i = 1; i < count; i++)
            if (shares[i].rest > shares[best].rest)
                best = i;
        weights[best]++;
        shares[best].rest = -1;
    }
}

static bool shares_equal(const Slot *slot, PlanValue *out)
{
    Freeze *freeze = slot->freeze;
    g_autoptr(GArray) shares = g_array_new(FALSE, FALSE, sizeof(Share));
    for (PlanId i = 0; i < freeze->plan->component_count; i++)
        if (strcmp(g_array_index(freeze->items, PlanItem, i).kind->name, slot->field->among) == 0) {
            Share share = {i, 1, 0};
            g_array_append_val(shares, share);
        }
    if (shares->len == 0)
        return false; /* no region at all is refused elsewhere */
    PlanId  *ids = sim_arena_array(freeze->plan->arena, PlanId, shares->len);
    int64_t *weights = sim_arena_array(freeze->plan->arena, int64_t, shares->len);
    shares_normalise((Share *)(void *)shares->data, shares->len, ids, weights);
    out->ids = ids;
    out->weights = weights;
    out->count = shares->len;
    return true;
}

static bool read_share(const Slot *slot, const PlanDraftEntry *entry, int64_t *out)
{
    const PlanDraftValue *value = entry->value;
    g_autofree char      *reason = NULL;
    int64_t               size = -1;
    if (value->form == PLAN_FORM_REAL && value->fits)
        size = value->number;
    else if (value->form == PLAN_FORM_WHOLE && value->number >= 0 && value->number <= 1000000000)
        size = value->number * SUM_PPB;
    else if (is_text(value) && !sim_text_quantity(value->text, SIM_UNIT_RATIO, &size, &reason))
        size = -1;
    if (size < 0 && value->form == PLAN_FORM_MISTAKE)
        return false;
    if (size < 0) {
        g_autofree char *what = found(value);
        plan_problems_error(slot->freeze->problems, value->span, NULL,
                            "%s: '%s': the share of '%s' must be a number such as 0.5, found %s",
                            slot->label, slot->field->name, entry->key, what);
        return false;
    }
    *out = size;
    return true;
}

/* Shares are parts of one, percentages, or whole numbers (1 to 1 to 2). Each was read to the
 * nearest billionth, so thirds add up to one as closely as they can. */
static bool sum_fits(const Slot *slot, const PlanDraftValue *value, const Share *shares,
                     uint32_t count)
{
    __extension__ __int128 sum = 0;
    bool                   whole_numbers = true;
    for (uint32_t i = 0; i < count; i++) {
        sum += shares[i].size;
        whole_numbers &= shares[i].size % SUM_PPB == 0;
    }
    if (whole_numbers && sum > 0)
        return true;
    for (int64_t wanted = 1; wanted <= 100; wanted += 99) {
        __extension__ __int128 off = sum - (__extension__(__int128) wanted) * SUM_PPB;
        if (off <= count && off >= -(__extension__(__int128) count))
            return true;
    }
    int64_t          rest = (int64_t)(sum % SUM_PPB);
    int              digits = 9;
    g_autofree char *whole = g_strdup_printf("%" G_GINT64_FORMAT, (int64_t)(sum / SUM_PPB));
    for (; digits > 1 && rest % 10 == 0; digits--)
        rest /= 10;
    g_autofree char *text =
        rest ? g_strdup_printf("%s.%0*" G_GINT64_FORMAT, whole, digits, rest) : g_strdup(whole);
    plan_problems_error(slot->freeze->problems, value->span,
                        "make them 1 or 100, or write whole numbers",
                        "%s: '%s': the shares add up to %s", slot->label, slot->field->name, text);
    return false;
}

static bool read_shares(const Slot *slot, const PlanDraftValue *value, PlanValue *out)
{
    if (is_text(value) && strcmp(value->text, "hash") == 0)
        return shares_equal(slot, out);
    if (value->form != PLAN_FORM_TABLE || value->count == 0)
        return wrong_type(slot, value);
    SimArena *arena = slot->freeze->plan->arena;
    Share    *shares = sim_arena_array(arena, Share, value->count);
    uint32_t  count = 0;
    int64_t   sum = 0;
    bool      good = true;
    for (const PlanDraftEntry *entry = value->first; entry; entry = entry->next) {
        Share share = {PLAN_NONE, 0, 0};
        if (!entry->key) {
            plan_problems_error(slot->freeze->problems, entry->span, NULL, "%s: '%s' wants %s",
                                slot->label, slot->field->name, wants[PLAN_TYPE_WEIGHTS]);
            good = false;
            continue;
        }
        bool named = read_name(slot, entry->key, entry->span, &share.id);
        bool sized = read_share(slot, entry, &share.size);
        good = good && named && sized;
        sum |= share.size;
        shares[count++] = share;
    }
    if (!good)
        return false;
    if (sum == 0)
        return refuse(slot, value, "has no share above zero");
    if (!sum_fits(slot, value, shares, count))
        return false;
    PlanId  *ids = sim_arena_array(arena, PlanId, count);
    int64_t *weights = sim_arena_array(arena, int64_t, count);
    shares_normalise(shares, count, ids, weights);
    out->ids = ids;
    out->weights = weights;
    out->count = count;
    return true;
}

/* ---- parts ------------------------------------------------------------------------------- */

/* The kinds of a group; the only one if *out_only. Owned by the caller. */
static GPtrArray *group_words(const Freeze *freeze, const char *group, const PlanKind **out_only)
{
    GPtrArray *words = g_ptr_array_new();
    *out_only = NULL;
    for (const PlanKind *const *kind = freeze->plan->catalog->kinds; *kind; kind++)
        if (strcmp((*kind)->group, group) == 0) {
            g_ptr_array_add(words, (gpointer)(uintptr_t)(*kind)->name);
            *out_only = *kind;
        }
    if (words->len != 1)
        *out_only = NULL;
    return words;
}

static PlanId append_item(Freeze *freeze, const PlanDraftItem *source, PlanId parent,
                          const char *name)
{
    SimArena *arena = freeze->plan->arena;
    PlanItem  item = {0};
    item.id = freeze->items->len;
    item.kind = source->kind;
    item.name = sim_arena_text(arena, name);
    item.preset = source->preset ? sim_arena_text(arena, source->preset) : NULL;
    item.parent = parent;
    item.place = source->span.place;
    item.place.file = sim_arena_text(arena, source->span.place.file ? source->span.place.file : "");
    uint32_t fields = plan_field_count(source->kind);
    item.values = sim_arena_array(arena, PlanValue, fields + 1);
    PlanOrigin origin = {source, sim_arena_array(arena, PlanSpan, fields + 1), NULL};
    if (source->label)
        origin.label = sim_arena_text(arena, source->label);
    else {
        const char *shown = source->name ? source->name : source->preset;
        if (parent == PLAN_NONE && strcmp(source->kind->group, "component") != 0)
            shown = NULL; /* a fault's name repeats its kind */
        g_autofree char *label = shown ? g_strdup_printf("%s \"%s\"", source->kind->name, shown)
                                       : g_strdup(source->kind->name);
        origin.label = sim_arena_text(arena, label);
    }
    g_array_append_val(freeze->items, item);
    g_array_append_val(freeze->origins, origin);
    return item.id;
}

/* What the parts of a group are called in messages. */
static const char *group_noun(const char *group)
{
    static const struct {
        const char *group, *noun;
    } nouns[] = {
        {"detect", "detection"},
        {"decide", "decision"},
        {"read", "read step"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(nouns); i++)
        if (strcmp(nouns[i].group, group) == 0)
            return nouns[i].noun;
    return group;
}

/* Whether a text can stand for the only kind of its group: as the value of its first field without
 * a name, unless it looks like a misspelt name of the kind. A name of a component never does. */
static bool stands_for(const PlanKind *kind, const char *text)
{
    for (uint32_t i = 0; kind->fields[i].name; i++)
        if (kind->fields[i].flags & PLAN_POSITIONAL)
            return kind->fields[i].type == PLAN_TYPE_REF || !sim_text_nearest(text, &kind->name, 1);
    return false;
}

/* A part written as a bare word ("local") or as a plain table. NULL: refused. */
static PlanDraftItem *part_of(const Slot *slot, const PlanDraftValue *value)
{
    Freeze         *freeze = slot->freeze;
    const char     *group = slot->field->among;
    const PlanKind *only;
    g_autoptr(GPtrArray) words = group_words(freeze, group, &only);
    if (value->form == PLAN_FORM_PART) {
        if (strcmp(value->part->kind->group, group) == 0)
            return value->part;
        g_autofree char *hint = plan_problems_suggest(
            value->part->kind->name, (const char *const *)words->pdata, words->len);
        plan_problems_error(freeze->problems, value->part->span, hint,
                            "%s: '%s' wants a %s, and '%s' is a %s", slot->label, slot->field->name,
                            group, value->part->kind->name, value->part->kind->group);
        return NULL;
    }
    if (value->form == PLAN_FORM_TABLE && only) {
        PlanDraftItem *part = plan_draft_part(freeze->draft, only, value->span);
        part->values->first = value->first;
        part->values->last = value->last;
        part->values->count = value->count;
        return part;
    }
    if (!is_text(value)) {
        wrong_type(slot, value);
        return NULL;
    }
    /* --set may write "lease 30s". */
    g_auto(GStrv) pieces = g_strsplit(value->text, " ", 2);
    const char     *word = value->form == PLAN_FORM_PLAIN && pieces[0] ? pieces[0] : value->text;
    const char     *rest = word == pieces[0] ? pieces[1] : NULL;
    const PlanKind *kind = plan_kind_find(freeze->plan->catalog, group, word);
    if (!kind && only && stands_for(only, value->text)) {
        kind = only;
        rest = value->text;
    }
    if (!kind) {
        g_autofree char *hint = plan_preset_hint(freeze->plan->catalog, group, word);
        if (!hint)
            hint = plan_problems_suggest(word, (const char *const *)words->pdata, words->len);
        plan_problems_error(freeze->problems, value->span, hint, "%s: '%s': no %s '%.60s'",
                            slot->label, slot->field->name, group_noun(group), word);
        return NULL;
    }
    PlanDraftItem *part = plan_draft_part(freeze->draft, kind, value->span);
    if (rest)
        plan_draft_entry(freeze->draft, part->values, NULL, value->span,
                         plan_draft_text(freeze->draft, value->form, value->span, rest));
    return part;
}

static bool read_part(const Slot *slot, const PlanDraftValue *value, uint32_t index, PlanId *out)
{
    Freeze        *freeze = slot->freeze;
    PlanDraftItem *part = part_of(slot, value);
    if (!part)
        return false;
    const PlanItem  *parent = &g_array_index(freeze->items, PlanItem, slot->id);
    g_autofree char *above = parent->parent == PLAN_NONE
                                 ? g_strdup_printf("%s %s", parent->kind->name, parent->name)
                                 : g_strdup(parent->name);
    g_autofree char *name =
        index ? g_strdup_printf("%s/%s[%u] %s", above, slot->field->name, index, part->kind->name)
              : g_strdup_printf("%s/%s %s", above, slot->field->name, part->kind->name);
    *out = append_item(freeze, part, slot->id, name);
    return fill(freeze, *out, part);
}

static bool read_parts(const Slot *slot, const PlanDraftValue *value, PlanValue *out)
{
    SimArena *arena = slot->freeze->plan->arena;
    bool      list = slot->field->type == PLAN_TYPE_PARTS;
    bool      good = true;
    if (!list || value->form != PLAN_FORM_TABLE) {
        PlanId *id = sim_arena_array(arena, PlanId, 1);
        good = read_part(slot, value, list ? 1 : 0, id);
        out->ids = id;
        out->count = 1;
        return good;
    }
    PlanId  *ids = sim_arena_array(arena, PlanId, value->count + 1);
    uint32_t count = 0;
    for (const PlanDraftEntry *entry = value->first; entry; entry = entry->next) {
        if (entry->key) {
            plan_problems_error(slot->freeze->problems, entry->span, NULL,
                                "%s: '%s' is a list, '%s =' has no place in it", slot->label,
                                slot->field->name, entry->key);
            good = false;
        } else if (!read_part(slot, entry->value, count + 1, &ids[count])) {
            good = false;
        } else {
            count++;
        }
    }
    out->ids = ids;
    out->count = count;
    return good;
}

/* ---- one value --------------------------------------------------------------------------- */

static bool read_dist(const Slot *slot, const PlanDraftValue *value, PlanValue *out)
{
    if (value->form != PLAN_FORM_DIST && !is_text(value))
        return wrong_type(slot, value);
    g_autofree char *label = g_strdup_printf("%s: '%s'", slot->label, slot->field->name);
    SimDist         *dist = plan_dist_read(value, label, slot->freeze->problems);
    if (!dist)
        return false;
    g_ptr_array_add(slot->freeze->plan->dists, dist);
    out->dist = dist;
    return true;
}

static bool read_text(const Slot *slot, const PlanDraftValue *value, PlanValue *out)
{
    if (!is_text(value))
        return wrong_type(slot, value);
    out->text = sim_arena_text(slot->freeze->plan->arena, value->text);
    return true;
}

static bool read_value(const Slot *slot, const PlanDraftValue *value, PlanValue *out)
{
    switch (slot->field->type) {
    case PLAN_TYPE_FLAG:
        return read_flag(slot, value, &out->number);
    case PLAN_TYPE_COUNT:
    case PLAN_TYPE_TIME:
    case PLAN_TYPE_OFFSET:
    case PLAN_TYPE_RATIO:
    case PLAN_TYPE_RATE:
    case PLAN_TYPE_SIZE:
    case PLAN_TYPE_BANDWIDTH:
        return read_quantity(slot, value, &out->number);
    case PLAN_TYPE_TEXT:
    case PLAN_TYPE_BOUND:
        return read_text(slot, value, out);
    case PLAN_TYPE_WORD:
        return read_word(slot, value, out);
    case PLAN_TYPE_REF:
    case PLAN_TYPE_REFS:
        return read_names(slot, value, out);
    case PLAN_TYPE_PART:
    case PLAN_TYPE_PARTS:
        return read_parts(slot, value, out);
    case PLAN_TYPE_DIST:
        return read_dist(slot, value, out);
    case PLAN_TYPE_WEIGHTS:
        return read_shares(slot, value, out);
    }
    return false;
}

/* ---- the fields of an item --------------------------------------------------------------- */

static bool is_list(PlanType type)
{
    return type == PLAN_TYPE_REFS || type == PLAN_TYPE_PARTS;
}

/* Puts a value without a name into the next positional field; a list takes all that come. */
static bool place_positional(Freeze *freeze, const PlanKind *kind, const char *label,
                             PlanDraftEntry *entry, PlanDraftEntry **fields)
{
    for (uint32_t i = 0; kind->fields[i].name; i++) {
        const PlanField *field = &kind->fields[i];
        if (!(field->flags & PLAN_POSITIONAL))
            continue;
        bool gather = is_list(field->type) && entry->value->form != PLAN_FORM_TABLE;
        if (gather && (!fields[i] || !fields[i]->key)) {
            if (!fields[i]) {
                PlanDraftEntry *list = sim_arena_array(freeze->draft->arena, PlanDraftEntry, 1);
                list->span = entry->span;
                list->given = true;
                list->value = plan_draft_value(freeze->draft, PLAN_FORM_TABLE, entry->span);
                fields[i] = list;
            }
            plan_draft_entry(freeze->draft, fields[i]->value, NULL, entry->span, entry->value);
            return true;
        }
        if (!fields[i]) {
            fields[i] = entry;
            return true;
        }
    }
    if (entry->value->form == PLAN_FORM_MISTAKE)
        return false;
    g_autofree char *what = found(entry->value);
    plan_problems_error(freeze->problems, entry->span, "write: field = value",
                        "%s: no field takes %s without a name", label, what);
    return false;
}

static bool place_named(Freeze *freeze, const PlanKind *kind, const char *label,
                        PlanDraftEntry *entry, PlanDraftEntry **fields)
{
    int index = plan_field_find(kind, entry->key);
    if (index >= 0 && (entry->made || !(kind->fields[index].flags & PLAN_INTERNAL))) {
        /* The user's word beats a measured one. */
        if (!fields[index] || !fields[index]->given)
            fields[index] = entry;
        return true;
    }
    if (index >= 0) {
        plan_problems_error(freeze->problems, entry->span, kind->fields[index].doc,
                            "%s: '%s' cannot be written here", label, entry->key);
        return false;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (uint32_t i = 0; kind->fields[i].name; i++)
        if (!(kind->fields[i].flags & PLAN_INTERNAL))
            g_ptr_array_add(names, (gpointer)(uintptr_t)kind->fields[i].name);
    g_autofree char *hint =
        plan_problems_suggest(entry->key, (const char *const *)names->pdata, names->len);
    plan_problems_error(freeze->problems, entry->span, hint ? hint : "it has no fields",
                        "%s: unknown field '%.60s'", label, entry->key);
    return false;
}

static const char *preset_value(const PlanPreset *preset, const char *field)
{
    for (const PlanPresetValue *v = preset ? preset->values : NULL; v && v->field; v++)
        if (strcmp(v->field, field) == 0)
            return v->value;
    return NULL;
}

/* The preset that an item wants, NULL if none. False: it wants one that does not exist. */
static bool preset_of(Freeze *freeze, const PlanDraftItem *source, PlanDraftEntry *const *fields,
                      const char *label, const PlanPreset **out)
{
    const PlanKind *kind = source->kind;
    const char     *name = source->preset;
    PlanSpan        span = source->name_span;
    int             like = plan_field_find(kind, "like");
    *out = NULL;
    if (!name && kind->presets && like >= 0 && fields[like] && is_text(fields[like]->value)) {
        name = fields[like]->value->text;
        span = fields[like]->value->span;
    }
    if (!name || !kind->presets)
        return true;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const PlanPreset *p = kind->presets; p->name; p++) {
        if (strcmp(p->name, name) == 0) {
            *out = p;
            return true;
        }
        g_ptr_array_add(names, (gpointer)(uintptr_t)p->name);
    }
    g_autofree char *hint = plan_preset_hint(freeze->draft->catalog, kind->group, name);
    if (!hint)
        hint = plan_problems_suggest(name, (const char *const *)names->pdata, names->len);
    plan_problems_error(freeze->problems, span, hint, "%s: unknown preset '%.60s'", label, name);
    return false;
}

/* The value of a preset or default, as a scenario would write it; with the fields that a preset
 * has for the part. */
static PlanDraftValue *initial_value(const Slot *slot, PlanSpan span, const PlanPreset *preset,
                                     const char *text)
{
    PlanDraft       *draft = slot->freeze->draft;
    const PlanField *field = slot->field;
    PlanDraftValue  *value = plan_draft_text(draft, PLAN_FORM_PLAIN, span, text);
    const PlanKind  *kind =
        field->type == PLAN_TYPE_PART ? plan_kind_find(draft->catalog, field->among, text) : NULL;
    if (!kind)
        return value;
    PlanDraftItem *part = plan_draft_part(draft, kind, span);
    size_t         size = strlen(field->name);
    for (const PlanPresetValue *v = preset ? preset->values : NULL; v && v->field; v++)
        if (strncmp(v->field, field->name, size) == 0 && v->field[size] == '.')
            plan_draft_entry(draft, part->values, v->field + size + 1, span,
                             plan_draft_text(draft, PLAN_FORM_PLAIN, span, v->value))
                ->given = false;
    value->form = PLAN_FORM_PART;
    value->part = part;
    return value;
}

/* `misspelt`: the item has a field that does not exist, which may be the one that is missing. */
static bool fill_default(const Slot *slot, const PlanDraftItem *source, const PlanPreset *preset,
                         bool misspelt, PlanValue *out)
{
    const PlanField *field = slot->field;
    const char      *text = preset_value(preset, field->name);
    if (!text)
        text = field->initial;
    if (text) {
        PlanDraftValue *value = initial_value(slot, source->span, preset, text);
        out->set = read_value(slot, value, out);
        return out->set;
    }
    if (field->type == PLAN_TYPE_WEIGHTS) {
        out->set = shares_equal(slot, out);
        return true;
    }
    if ((field->flags & PLAN_REQUIRED) && !misspelt && !slot->freeze->draft->incomplete) {
        g_autofree char *hint = g_strdup_printf("%s: %s", field->name, field->doc);
        plan_problems_error(slot->freeze->problems, source->span, hint, "%s: '%s' is missing",
                            slot->label, field->name);
        return false;
    }
    return true;
}

static bool fill(Freeze *freeze, PlanId id, const PlanDraftItem *source)
{
    const PlanKind   *kind = source->kind;
    uint32_t          count = plan_field_count(kind);
    const char       *label = g_array_index(freeze->origins, PlanOrigin, id).label;
    PlanDraftEntry  **fields = sim_arena_array(freeze->draft->arena, PlanDraftEntry *, count + 1);
    PlanSpan         *spans = sim_arena_array(freeze->plan->arena, PlanSpan, count + 1);
    PlanValue        *values = sim_arena_array(freeze->plan->arena, PlanValue, count + 1);
    bool              good = true;
    const PlanPreset *preset;
    for (PlanDraftEntry *entry = source->values->first; entry; entry = entry->next)
        if (entry->key)
            good &= place_named(freeze, kind, label, entry, fields);
    for (PlanDraftEntry *entry = source->values->first; entry; entry = entry->next)
        if (!entry->key)
            good &= place_positional(freeze, kind, label, entry, fields);
    good &= preset_of(freeze, source, fields, label, &preset);
    bool misspelt = !good;
    for (uint32_t i = 0; i < count; i++) {
        Slot slot = {freeze, id, label, &kind->fields[i]};
        if (fields[i]) {
            spans[i] = fields[i]->value->span;
            values[i].given = fields[i]->given;
            values[i].set = read_value(&slot, fields[i]->value, &values[i]);
            good &= values[i].set;
        } else {
            good &= fill_default(&slot, source, preset, misspelt, &values[i]);
        }
    }
    g_array_index(freeze->items, PlanItem, id).values = values;
    g_array_index(freeze->origins, PlanOrigin, id).spans = spans;
    return good;
}

/* ---- the whole --------------------------------------------------------------------------- */

char *plan_preset_hint(const PlanCatalog *catalog, const char *group, const char *name)
{
    for (const PlanKind *const *kind = catalog->kinds; *kind; kind++)
        for (const PlanPreset *p = (*kind)->presets; p && p->name; p++)
            if ((!group || strcmp((*kind)->group, group) == 0) &&
                g_ascii_strcasecmp(p->name, name) == 0)
                return g_strdup_printf("write %s \"%s\" {}", (*kind)->name, p->name);
    return NULL;
}

uint32_t plan_kind_index(const PlanCatalog *catalog, const PlanKind *kind)
{
    uint32_t index = 0;
    while (catalog->kinds[index] != kind) {
        SIM_ASSERT(catalog->kinds[index]);
        index++;
    }
    return index;
}

typedef struct Ranked {
    const PlanDraftItem *item;
    uint32_t             kind;
    uint32_t             number; /* order of declaration */
} Ranked;

static int by_kind_and_name(const void *a, const void *b)
{
    const Ranked *p = a;
    const Ranked *q = b;
    if (p->kind != q->kind)
        return p->kind < q->kind ? -1 : 1;
    int order = strcmp(p->item->name, q->item->name);
    return order ? order : (p->number > q->number) - (p->number < q->number);
}

bool plan_name_fits(const char *name)
{
    size_t size = strlen(name);
    return size > 0 && size <= 2 * NAME_MOST + 40 && name[0] != ' ' && name[size - 1] != ' ' &&
           !sim_text_unseen(name);
}

static void check_name(Freeze *freeze, const PlanDraftItem *item)
{
    if (!plan_name_fits(item->name))
        plan_problems_error(freeze->problems, item->name_span, PLAN_NAME_RULE,
                            "%s: this cannot be a name", item->kind->name);
}

static void add_components(Freeze *freeze)
{
    uint32_t           total = freeze->draft->count;
    g_autofree Ranked *ranked = g_new0(Ranked, total + 1);
    uint32_t           count = 0;
    for (const PlanDraftItem *item = freeze->draft->first; item; item = item->next) {
        SIM_ASSERT(item->name);
        Ranked rank = {item, plan_kind_index(freeze->draft->catalog, item->kind), count};
        ranked[count++] = rank;
    }
    qsort(ranked, count, sizeof *ranked, by_kind_and_name);
    for (uint32_t i = 0; i < count; i++) {
        const PlanDraftItem *item = ranked[i].item;
        check_name(freeze, item);
        if (i && ranked[i - 1].kind == ranked[i].kind &&
            strcmp(ranked[i - 1].item->name, item->name) == 0) {
            const PlanPlace *first = &ranked[i - 1].item->span.place;
            g_autofree char *hint = g_strdup_printf("the other one is in line %u", first->line);
            if (item->label) /* made by a word of the language: nobody has written this name */
                plan_problems_error(freeze->problems, item->span, first->line ? hint : NULL,
                                    "%s: '%s' stands in another one already", item->label,
                                    item->name);
            else
                plan_problems_error(freeze->problems, item->name_span, first->line ? hint : NULL,
                                    "%s \"%s\": this name is taken", item->kind->name, item->name);
            continue;
        }
        PlanId id = append_item(freeze, item, PLAN_NONE, item->name);
        char  *key = g_strdup_printf("%s\n%s", item->kind->name, item->name);
        g_hash_table_insert(freeze->names, key, GUINT_TO_POINTER(id + 1));
    }
    freeze->plan->component_count = freeze->items->len;
}

static gint by_choice_name(gconstpointer a, gconstpointer b)
{
    return strcmp(((const PlanChoice *)a)->name, ((const PlanChoice *)b)->name);
}

static void add_choices(Freeze *freeze)
{
    Plan   *plan = freeze->plan;
    GArray *choices = freeze->draft->choices;
    g_array_sort(choices, by_choice_name);
    plan->choice_count = choices->len;
    plan->choices = sim_arena_array(plan->arena, PlanChoice, choices->len + 1);
    for (guint i = 0; i < choices->len; i++) {
        PlanChoice   choice = g_array_index(choices, PlanChoice, i);
        const char **options = sim_arena_array(plan->arena, const char *, choice.option_count);
        for (uint32_t k = 0; k < choice.option_count; k++)
            options[k] = sim_arena_text(plan->arena, choice.options[k]);
        choice.name = sim_arena_text(plan->arena, choice.name);
        choice.options = options;
        plan->choices[i] = choice;
    }
}

/* Lists the ids of every kind, for plan_of_kind(). */
static void index_kinds(Plan *plan)
{
    uint32_t kinds = 0;
    while (plan->catalog->kinds[kinds])
        kinds++;
    plan->kind_start = sim_arena_array(plan->arena, uint32_t, kinds + 1);
    plan->of_kind = sim_arena_array(plan->arena, PlanId, plan->count + 1);
    uint32_t at = 0;
    for (uint32_t k = 0; k < kinds; k++) {
        plan->kind_start[k] = at;
        for (PlanId id = 0; id < plan->count; id++)
            if (plan->items[id].kind == plan->catalog->kinds[k])
                plan->of_kind[at++] = id;
    }
    plan->kind_start[kinds] = at;
}

static void finish(Freeze *freeze)
{
    Plan *plan = freeze->plan;
    plan->count = freeze->items->len;
    plan->items = sim_arena_array(plan->arena, PlanItem, plan->count + 1);
    if (plan->count)
        memcpy(plan->items, freeze->items->data, sizeof(PlanItem) * plan->count);
    index_kinds(plan);
    add_choices(freeze);
}

static void name_plan(Plan *plan)
{
    g_autofree char *canonical = plan_print_canonical(plan);
    plan->canonical = sim_arena_text(plan->arena, canonical);
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, canonical, -1);
    sum[16] = '\0';
    plan->hash = sim_arena_text(plan->arena, sum);
}

static void dist_free(gpointer dist)
{
    sim_dist_free(dist);
}

static Plan *plan_new(const PlanDraft *draft)
{
    Plan *plan = g_new0(Plan, 1);
    plan->catalog = draft->catalog;
    plan->arena = sim_arena_new(64 * 1024);
    plan->dists = g_ptr_array_new_with_free_func(dist_free);
    plan->file = sim_arena_text(plan->arena, draft->file);
    plan->source = sim_arena_text(plan->arena, draft->source);
    return plan;
}

Plan *plan_freeze(PlanDraft *draft, PlanProblems *problems)
{
    Freeze freeze = {draft,
                     problems,
                     plan_new(draft),
                     g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                     g_array_new(FALSE, TRUE, sizeof(PlanItem)),
                     g_array_new(FALSE, TRUE, sizeof(PlanOrigin))};
    add_components(&freeze);
    bool good = true;
    for (PlanId id = 0; id < freeze.plan->component_count; id++)
        good &= fill(&freeze, id, g_array_index(freeze.origins, PlanOrigin, id).item);
    finish(&freeze);
    /* What one value says is judged before what several say together. */
    if (good && plan_problems_errors(problems) == 0 && !draft->incomplete)
        plan_check(freeze.plan, (const PlanOrigin *)(void *)freeze.origins->data, problems);
    Plan *plan = freeze.plan;
    if (plan_problems_errors(problems) > 0) {
        plan_free(plan);
        plan = NULL;
    } else {
        name_plan(plan);
    }
    g_hash_table_unref(freeze.names);
    g_array_unref(freeze.items);
    g_array_unref(freeze.origins);
    return plan;
}
