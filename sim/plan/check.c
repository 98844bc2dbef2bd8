/*
 * check.c: what several items say together.
 *
 * Every value is right by itself when these run. What is refused here could not mean anything: a
 * contradiction, a claim about a time that never comes, a fault that can hit nothing.
 */
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/text.h"
#include "sim/plan/bound.h"
#include "sim/plan/frozen.h"
#include "sim/plan/seeds.h"

typedef struct Check {
    const Plan       *plan;
    const PlanOrigin *origins;
    PlanProblems     *problems;
    SimTime           duration, end;
} Check;

/* ---- reading ----------------------------------------------------------------------------- */

static const PlanValue *value_of(const PlanItem *item, const char *field)
{
    int at = plan_field_find(item->kind, field);
    SIM_ASSERT(at >= 0);
    return &item->values[at];
}

static bool word_is(const PlanItem *item, const char *field, const char *word)
{
    const PlanValue *value = value_of(item, field);
    return value->set && strcmp(value->text, word) == 0;
}

/* Where a field was written; the item if it was not. */
static PlanSpan span_of(const Check *check, const PlanItem *item, const char *field)
{
    PlanSpan span = check->origins[item->id].spans[plan_field_find(item->kind, field)];
    return span.place.line || span.place.file ? span : check->origins[item->id].item->span;
}

static PlanSpan word_span(const Check *check, const PlanItem *item)
{
    return check->origins[item->id].item->span;
}

/* What the file lacks is shown at its beginning. */
static PlanSpan file_span(const Check *check)
{
    PlanSpan span = {{check->plan->file, 1, 1}, 0};
    return span;
}

static const PlanItem *item_at(const Check *check, PlanId id)
{
    return plan_item(check->plan, id);
}

/* ---- the frame --------------------------------------------------------------------------- */

static void check_frame(Check *check)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(check->plan, "scenario", &count);
    if (count == 0) {
        plan_problems_error(check->problems, file_span(check),
                            "write scenario \"name\" { duration = \"10min\" }",
                            "the file declares no scenario");
        return;
    }
    const PlanItem *frame = item_at(check, ids[0]);
    if (count > 1)
        plan_problems_error(check->problems, word_span(check, item_at(check, ids[1])), NULL,
                            "a file is one scenario; '%s' and '%s' are two", frame->name,
                            item_at(check, ids[1])->name);
    check->duration = value_of(frame, "duration")->number;
    check->end = sim_time_add(check->duration, value_of(frame, "settle")->number);
    if (value_of(frame, "warmup")->number >= check->duration)
        plan_problems_error(check->problems, span_of(check, frame, "warmup"), NULL,
                            "scenario: the warmup is as long as the whole run");
    uint32_t         seed_count;
    g_autofree char *reason = NULL;
    g_free(plan_seeds_parse(value_of(frame, "seeds")->text, &seed_count, &reason));
    if (reason)
        plan_problems_error(check->problems, span_of(check, frame, "seeds"), NULL,
                            "scenario: 'seeds' %s", reason);
}

static void check_regions(Check *check)
{
    uint32_t      count, frames;
    const PlanId *frame = plan_of_kind(check->plan, "scenario", &frames);
    plan_of_kind(check->plan, "region", &count);
    if (count == 0 && frames > 0) /* without even a scenario that is mistake enough */
        plan_problems_error(check->problems, word_span(check, item_at(check, frame[0])),
                            "write region \"name\" {}", "the scenario has no region");
}

/* ---- links ------------------------------------------------------------------------------- */

static bool joins(const PlanItem *link, PlanId a, PlanId b)
{
    const PlanValue *ends = value_of(link, "ends");
    return (ends->ids[0] == a && ends->ids[1] == b) || (ends->ids[0] == b && ends->ids[1] == a);
}

static bool touches(const PlanItem *link, PlanId region)
{
    const PlanValue *ends = value_of(link, "ends");
    return ends->ids[0] == region || ends->ids[1] == region;
}

static bool linked(const Check *check, PlanId a, PlanId b)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(check->plan, "link", &count);
    for (uint32_t i = 0; i < count; i++)
        if (joins(item_at(check, ids[i]), a, b))
            return true;
    return false;
}

static void check_parallel(Check *check)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(check->plan, "link", &count);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1; k < count; k++) {
            const PlanItem  *a = item_at(check, ids[i]);
            const PlanItem  *b = item_at(check, ids[k]);
            const PlanValue *ends = value_of(a, "ends");
            const PlanItem  *nameless = !value_of(b, "name")->set   ? b
                                        : !value_of(a, "name")->set ? a
                                                                    : NULL;
            if (nameless && joins(b, ends->ids[0], ends->ids[1]))
                plan_problems_error(check->problems, word_span(check, nameless),
                                    "write name = \"...\" in each of them",
                                    "link: '%s' and '%s' have two links, which need names to be "
                                    "told apart",
                                    item_at(check, ends->ids[0])->name,
                                    item_at(check, ends->ids[1])->name);
        }
}

/* Whether the data class sends anything between regions. */
static bool data_needs_link(const Check *check, const PlanItem *data)
{
    if (value_of(data, "channels")->count > 0 || !word_is(data, "owner", "any"))
        return true;
    const PlanValue *steps = value_of(data, "read");
    for (uint32_t i = 0; i < steps->count; i++) {
        const char *kind = item_at(check, steps->ids[i])->kind->name;
        if (strcmp(kind, "secondary") == 0 || strcmp(kind, "back_source") == 0)
            return true;
    }
    return false;
}

static void check_reach(Check *check)
{
    uint32_t        count, data_count, link_count;
    const PlanId   *regions = plan_of_kind(check->plan, "region", &count);
    const PlanId   *data = plan_of_kind(check->plan, "data", &data_count);
    const PlanItem *needy = NULL;
    plan_of_kind(check->plan, "link", &link_count);
    for (uint32_t i = 0; i < data_count && !needy; i++)
        if (data_needs_link(check, item_at(check, data[i])))
            needy = item_at(check, data[i]);
    if (!needy || count < 2)
        return;
    if (link_count == 0) {
        plan_problems_error(check->problems, word_span(check, item_at(check, regions[1])),
                            "write link { \"a\", \"b\", rtt = \"30ms\" } or links(preset \"china\" "
                            "{ \"a\", \"b\" })",
                            "%u regions and no link between them, but data \"%s\" needs one", count,
                            needy->name);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1; k < count; k++) {
            if (linked(check, regions[i], regions[k]))
                continue;
            const char      *a = item_at(check, regions[i])->name;
            const char      *b = item_at(check, regions[k])->name;
            g_autofree char *hint =
                g_strdup_printf("write link { \"%s\", \"%s\", rtt = \"30ms\" }", a, b);
            plan_problems_error(check->problems, word_span(check, item_at(check, regions[k])), hint,
                                "no link between '%s' and '%s', but data \"%s\" needs one", a, b,
                                needy->name);
        }
}

/* ---- data -------------------------------------------------------------------------------- */

/* Who accepts a write for its owner has to bring it there, and the owner answers for itself. */
static void check_promises(Check *check, const PlanItem *data, const PlanValue *channels)
{
    if (!word_is(data, "owner", "provisional"))
        return;
    if (channels->count == 0 || value_of(data, "losable")->number)
        plan_problems_error(
            check->problems, span_of(check, data, "owner"), "write channels = { replicate {} }",
            "data \"%s\": owner = \"provisional\" needs data that is kept in step", data->name);
    for (uint32_t i = 0; i < channels->count; i++) {
        const PlanItem *channel = item_at(check, channels->ids[i]);
        int             mode = plan_field_find(channel->kind, "mode");
        bool            async = mode >= 0 ? channel->values[mode].number == 0
                                          : strcmp(channel->kind->name, "queue") == 0;
        if (!async)
            plan_problems_error(check->problems, span_of(check, data, "owner"),
                                "use a channel that carries changes afterwards",
                                "data \"%s\": owner = \"provisional\", but a commit waits for %s",
                                data->name, channel->kind->name);
    }
}

static void check_owner(Check *check, const PlanItem *data)
{
    bool     single = word_is(data, "owner", "single");
    bool     region = value_of(data, "owner_region")->set;
    uint32_t regions;
    plan_of_kind(check->plan, "region", &regions);
    if (single && !region)
        plan_problems_error(
            check->problems, span_of(check, data, "owner"), "write owner_region = \"...\" too",
            "data \"%s\": owner = \"single\" does not say which region", data->name);
    if (!single && region)
        plan_problems_error(check->problems, span_of(check, data, "owner_region"),
                            "write owner = \"single\" too, or leave it out",
                            "data \"%s\": owner_region has a meaning only with owner = \"single\"",
                            data->name);
    if (word_is(data, "owner", "segment") && value_of(data, "keys")->number == 0)
        plan_problems_error(check->problems, span_of(check, data, "owner"),
                            "write how many: keys = 1000000",
                            "data \"%s\": owner = \"segment\" divides the keys that users share, "
                            "but every user has an own one",
                            data->name);
    const PlanValue *channels = value_of(data, "channels");
    check_promises(check, data, channels);
    if (!word_is(data, "owner", "any") || regions < 2 || channels->count == 0)
        return;
    for (uint32_t i = 0; i < channels->count; i++) {
        const PlanItem *channel = item_at(check, channels->ids[i]);
        int             field = plan_field_find(channel->kind, "multi_master");
        if (field < 0 || channel->values[field].number)
            return;
    }
    plan_problems_error(check->problems, span_of(check, data, "owner"),
                        "write multi_master = true in a channel, or owner = \"home\"",
                        "data \"%s\": owner = \"any\", but no channel takes writes of every region",
                        data->name);
}

static void check_order(Check *check, const PlanItem *data)
{
    const PlanValue *channels = value_of(data, "channels");
    if (!value_of(data, "ordered")->number || channels->count == 0)
        return;
    for (uint32_t i = 0; i < channels->count; i++) {
        const PlanItem *channel = item_at(check, channels->ids[i]);
        if (plan_field_find(channel->kind, "in_order") < 0)
            return; /* every copy of a record goes by its stamps */
        const PlanValue *in_order = value_of(channel, "in_order");
        /* Written by hand, it is meant: the run will show the wrong final values. */
        if (in_order->number || in_order->given)
            return;
    }
    plan_problems_warning(
        check->problems, span_of(check, data, "ordered"),
        "write in_order = true in the channel; in_order = false says that it is meant",
        "data \"%s\": ordered = true, but its %s does not keep the order", data->name,
        item_at(check, channels->ids[0])->kind->name);
}

static void check_steps(Check *check, const PlanItem *data)
{
    const PlanValue *steps = value_of(data, "read");
    for (uint32_t i = 0; i + 1 < steps->count; i++)
        if (strcmp(item_at(check, steps->ids[i])->kind->name, "regenerate") == 0)
            plan_problems_warning(check->problems, span_of(check, data, "read"), NULL,
                                  "data \"%s\": nothing is read after 'regenerate', which always "
                                  "succeeds",
                                  data->name);
    if (steps->count == 0)
        plan_problems_error(check->problems, span_of(check, data, "read"), "write { \"local\" }",
                            "data \"%s\": no read step", data->name);
}

static void check_data(Check *check)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(check->plan, "data", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *data = item_at(check, ids[i]);
        check_owner(check, data);
        check_order(check, data);
        check_steps(check, data);
        if (value_of(data, "unique")->number && !word_is(data, "change", "create-only"))
            plan_problems_error(check->problems, span_of(check, data, "unique"),
                                "write change = \"create-only\"",
                                "data \"%s\": unique = true is about creations, but its records "
                                "are overwritten",
                                data->name);
    }
}

/* `via` names a link, or a network of them. */
static void check_via(Check *check)
{
    uint32_t      count;
    const PlanId *links = plan_of_kind(check->plan, "link", &count);
    for (PlanId id = 0; id < plan_count(check->plan); id++) {
        const PlanItem *item = item_at(check, id);
        int             field = plan_field_find(item->kind, "via");
        if (field < 0 || !item->values[field].set)
            continue;
        const char *via = item->values[field].text;
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        bool found = false;
        for (uint32_t i = 0; i < count; i++) {
            const PlanItem *link = item_at(check, links[i]);
            const char     *network = value_of(link, "network")->text;
            g_ptr_array_add(names, (gpointer)(uintptr_t)link->name);
            if (network != NULL)
                g_ptr_array_add(names, (gpointer)(uintptr_t)network);
            found = found || strcmp(link->name, via) == 0 || g_strcmp0(network, via) == 0;
        }
        if (found)
            continue;
        g_autofree char *hint =
            plan_problems_suggest(via, (const char *const *)names->pdata, names->len);
        plan_problems_error(check->problems, span_of(check, item, "via"),
                            hint ? hint : "there is no link", "%s: 'via': unknown link '%.60s'",
                            check->origins[id].label, via);
    }
}

/* ---- services ---------------------------------------------------------------------------- */

/* The service that follows one, or PLAN_NONE. */
static PlanId follower(const Check *check, PlanId service)
{
    const PlanValue *part = value_of(item_at(check, service), "followed_by");
    if (!part->set || part->count == 0)
        return PLAN_NONE;
    const PlanValue *next = value_of(item_at(check, part->ids[0]), "service");
    return next->count ? next->ids[0] : PLAN_NONE;
}

static void check_cycles(Check *check)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(check->plan, "service", &count);
    for (uint32_t i = 0; i < count; i++) {
        g_autoptr(GString) path = g_string_new(item_at(check, ids[i])->name);
        PlanId at = follower(check, ids[i]);
        /* Told once, by the first member: others on the way are not less than it. */
        for (uint32_t step = 0; at != PLAN_NONE && at > ids[i] && step < count; step++) {
            g_string_append_printf(path, " -> %s", item_at(check, at)->name);
            at = follower(check, at);
        }
        if (at == ids[i])
            plan_problems_error(
                check->problems, span_of(check, item_at(check, ids[i]), "followed_by"), NULL,
                "service \"%s\": its journey has no end: %s -> %s", item_at(check, ids[i])->name,
                path->str, item_at(check, ids[i])->name);
    }
}

static bool names_id(const PlanValue *value, PlanId id)
{
    for (uint32_t i = 0; i < value->count; i++)
        if (value->ids[i] == id)
            return true;
    return false;
}

/* Whether a read step or another service sends requests to it. */
static bool is_needed(const Check *check, PlanId service)
{
    for (PlanId id = 0; id < plan_count(check->plan); id++) {
        const PlanItem *item = item_at(check, id);
        if (strcmp(item->kind->group, "read") != 0 && strcmp(item->kind->name, "service") != 0 &&
            strcmp(item->kind->group, "connection") != 0)
            continue;
        for (uint32_t f = 0; item->kind->fields[f].name != NULL; f++) {
            const PlanField *field = &item->kind->fields[f];
            bool             names = field->type == PLAN_TYPE_REF || field->type == PLAN_TYPE_REFS;
            if (names && strcmp(field->among, "service") == 0 &&
                names_id(&item->values[f], service))
                return true;
        }
    }
    return false;
}

static bool is_asked_for(const Check *check, PlanId service)
{
    uint32_t      count;
    const PlanId *demands = plan_of_kind(check->plan, "demand", &count);
    for (uint32_t i = 0; i < count; i++)
        if (names_id(value_of(item_at(check, demands[i]), "service"), service))
            return true;
    const PlanId *services = plan_of_kind(check->plan, "service", &count);
    for (uint32_t i = 0; i < count; i++)
        if (follower(check, services[i]) == service)
            return true;
    return is_needed(check, service);
}

static bool is_touched(const Check *check, PlanId data)
{
    uint32_t      count;
    const PlanId *services = plan_of_kind(check->plan, "service", &count);
    for (uint32_t i = 0; i < count; i++)
        if (names_id(value_of(item_at(check, services[i]), "reads"), data) ||
            names_id(value_of(item_at(check, services[i]), "writes"), data))
            return true;
    return false;
}

static void warn_unused(Check *check)
{
    uint32_t      count, demands;
    const PlanId *ids = plan_of_kind(check->plan, "service", &count);
    plan_of_kind(check->plan, "demand", &demands);
    for (uint32_t i = 0; i < count && demands; i++)
        if (!is_asked_for(check, ids[i]))
            plan_problems_warning(check->problems, word_span(check, item_at(check, ids[i])), NULL,
                                  "service \"%s\": nobody asks for it",
                                  item_at(check, ids[i])->name);
    if (!demands)
        plan_problems_warning(check->problems, file_span(check),
                              "write e.g. workload { login = \"10/s\" }", "nobody sends a request");
    ids = plan_of_kind(check->plan, "data", &count);
    for (uint32_t i = 0; i < count; i++)
        if (!is_touched(check, ids[i]))
            plan_problems_warning(check->problems, word_span(check, item_at(check, ids[i])), NULL,
                                  "data \"%s\": no service reads or writes it",
                                  item_at(check, ids[i])->name);
}

/* ---- faults ------------------------------------------------------------------------------ */

static bool is_risk(const Check *check, const char *text)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(check->plan, "link", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanValue *risk = value_of(item_at(check, ids[i]), "risk");
        if (risk->set && strcmp(risk->text, text) == 0)
            return true;
    }
    return false;
}

/* Whether `text` is "a-b" for two regions; their ids. */
static bool is_pair(const Check *check, const char *text, PlanId *out_a, PlanId *out_b)
{
    for (const char *dash = strchr(text, '-'); dash; dash = strchr(dash + 1, '-')) {
        g_autofree char *left = g_strndup(text, (gsize)(dash - text));
        const PlanItem  *a = plan_find(check->plan, "region", left);
        const PlanItem  *b = plan_find(check->plan, "region", dash + 1);
        if (a && b) {
            *out_a = a->id;
            *out_b = b->id;
            return true;
        }
    }
    return false;
}

/* Every text that would be a target, owned texts. */
static GPtrArray *targets(const Check *check)
{
    GPtrArray    *names = g_ptr_array_new_with_free_func(g_free);
    uint32_t      count;
    const PlanId *ids = plan_of_kind(check->plan, "link", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem  *link = item_at(check, ids[i]);
        const PlanValue *ends = value_of(link, "ends");
        g_ptr_array_add(names, g_strdup(link->name));
        char *pair = g_strdup_printf("%s-%s", item_at(check, ends->ids[0])->name,
                                     item_at(check, ends->ids[1])->name);
        if (strcmp(pair, link->name) != 0)
            g_ptr_array_add(names, pair);
        else
            g_free(pair);
        const PlanValue *risk = value_of(link, "risk");
        if (risk->set)
            g_ptr_array_add(names, g_strdup(risk->text));
    }
    ids = plan_of_kind(check->plan, "region", &count);
    for (uint32_t i = 0; i < count; i++)
        g_ptr_array_add(names, g_strdup(item_at(check, ids[i])->name));
    return names;
}

/* `from` must be an end of what is cut, or nothing is. */
static void check_from(Check *check, const PlanItem *fault, const PlanItem *link)
{
    int field = plan_field_find(fault->kind, "from");
    if (field < 0 || !fault->values[field].set || !link)
        return;
    PlanId from = fault->values[field].ids[0];
    if (!touches(link, from))
        plan_problems_error(check->problems, span_of(check, fault, "from"), NULL,
                            "%s: '%s' is no end of '%s'", fault->kind->name,
                            item_at(check, from)->name, link->name);
}

static void check_target(Check *check, const PlanItem *fault)
{
    int field = plan_field_find(fault->kind, "target");
    if (field < 0)
        return;
    const char     *text = fault->values[field].text;
    PlanId          a = PLAN_NONE;
    PlanId          b = PLAN_NONE;
    const PlanItem *link = plan_find(check->plan, "link", text);
    check_from(check, fault, link);
    if (link || is_risk(check, text) || plan_find(check->plan, "region", text))
        return;
    if (is_pair(check, text, &a, &b)) {
        if (!linked(check, a, b))
            plan_problems_error(check->problems, span_of(check, fault, "target"), NULL,
                                "%s: there is no link between '%s' and '%s'", fault->kind->name,
                                item_at(check, a)->name, item_at(check, b)->name);
        return;
    }
    g_autoptr(GPtrArray) names = targets(check);
    g_autofree char *hint =
        plan_problems_suggest(text, (const char *const *)names->pdata, names->len);
    plan_problems_error(check->problems, span_of(check, fault, "target"), hint,
                        "%s: '%.80s' is no link, no pair of regions, no risk group and no region",
                        fault->kind->name, text);
}

static bool has_effect(const PlanItem *fault)
{
    for (uint32_t i = 0; fault->kind->fields[i].name; i++) {
        const PlanField *field = &fault->kind->fields[i];
        bool common = strcmp(field->name, "at") == 0 || strcmp(field->name, "lasts") == 0 ||
                      strcmp(field->name, "may_miss") == 0 || strcmp(field->name, "every") == 0 ||
                      strcmp(field->name, "stops") == 0 || strcmp(field->name, "times") == 0 ||
                      strcmp(field->name, "mttf") == 0 || strcmp(field->name, "mttr") == 0 ||
                      (field->flags & PLAN_REQUIRED) || field->type == PLAN_TYPE_REF;
        if (!common && fault->values[i].set &&
            (field->type == PLAN_TYPE_BANDWIDTH || fault->values[i].number != 0 ||
             (field->type == PLAN_TYPE_DIST &&
              sim_dist_constant_value(fault->values[i].dist) != 0)))
            return true;
    }
    return false;
}

static void check_fault(Check *check, const PlanItem *fault)
{
    int64_t at = value_of(fault, "at")->number;
    if (at >= check->end && check->end > 0) {
        g_autofree char *end = sim_text_from_quantity(check->end, SIM_UNIT_TIME);
        plan_problems_error(check->problems, span_of(check, fault, "at"), NULL,
                            "%s: begins after the end of the run (%s)", fault->kind->name, end);
    }
    check_target(check, fault);
    if (strcmp(fault->kind->name, "degrade") == 0 && !has_effect(fault))
        plan_problems_error(
            check->problems, word_span(check, fault),
            "write latency = \"50ms\", jitter, loss = \"1%\" or bandwidth = \"10Mbps\"",
            "degrade: nothing is degraded");
    if (strcmp(fault->kind->name, "flap") == 0 &&
        value_of(fault, "down")->number >= value_of(fault, "every")->number)
        plan_problems_error(check->problems, span_of(check, fault, "down"), NULL,
                            "flap: 'down' is as long as 'every': the link would never be up");
}

static void check_faults(Check *check)
{
    uint32_t           count;
    g_autofree PlanId *ids = plan_of_group(check->plan, "fault", &count);
    for (uint32_t i = 0; i < count; i++)
        check_fault(check, item_at(check, ids[i]));
}

/* ---- expectations ------------------------------------------------------------------------ */

static void check_window(Check *check, const PlanItem *expect)
{
    const PlanValue *from = value_of(expect, "from");
    const PlanValue *to = value_of(expect, "to");
    if (!from->set || !to->set)
        return;
    g_autofree char *end = sim_text_from_quantity(check->end, SIM_UNIT_TIME);
    if (from->number >= to->number)
        plan_problems_error(check->problems, span_of(check, expect, "from"), NULL,
                            "during: the window is empty: it ends before it begins");
    else if (to->number > check->end)
        plan_problems_error(check->problems, span_of(check, expect, "to"), NULL,
                            "during: the window ends after the end of the run (%s)", end);
}

static void check_after(Check *check, const PlanItem *metric)
{
    int field = plan_field_find(metric->kind, "after");
    if (field < 0 || metric->values[field].number < check->end)
        return;
    g_autofree char *end = sim_text_from_quantity(check->end, SIM_UNIT_TIME);
    plan_problems_error(check->problems, span_of(check, metric, "after"), NULL,
                        "%s: 'after' is after the end of the run (%s)", metric->kind->name, end);
}

static void check_expectations(Check *check)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(check->plan, "expect", &count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem  *expect = item_at(check, ids[i]);
        const PlanItem  *metric = item_at(check, value_of(expect, "metric")->ids[0]);
        const PlanValue *bound = value_of(expect, "bound");
        PlanBoundOp      op;
        int64_t          value;
        g_autofree char *reason = NULL;
        if (!plan_bound_parse(bound->text, plan_metric_unit(metric->kind), &op, &value, &reason))
            plan_problems_error(check->problems, span_of(check, expect, "bound"), NULL,
                                "expect \"%s\": \"%.60s\" %s", expect->name, bound->text, reason);
        check_window(check, expect);
        check_after(check, metric);
    }
}

/* Whether the catalogue has what these checks are about: a test may bring one of its own. */
static bool speaks_of_regions(const PlanCatalog *catalog)
{
    static const char *const kinds[] = {"scenario", "region", "link",     "data",
                                        "service",  "demand", "failover", "expect"};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (!plan_kind_find(catalog, NULL, kinds[i]))
            return false;
    return true;
}

void plan_check(const Plan *plan, const PlanOrigin *origins, PlanProblems *problems)
{
    if (!speaks_of_regions(plan->catalog))
        return;
    Check check = {plan, origins, problems, 0, 0};
    check_frame(&check);
    check_regions(&check);
    check_parallel(&check);
    check_reach(&check);
    check_data(&check);
    check_via(&check);
    check_cycles(&check);
    check_faults(&check);
    if (check.end > 0)
        check_expectations(&check);
    if (plan_problems_errors(problems) == 0)
        warn_unused(&check);
}
