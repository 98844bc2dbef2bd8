/*
 * check_covered.c: faults that come upon what is broken already, for all of their time.
 *
 * Such a fault hits nothing, whatever the seed, so it is refused before anything runs, like every
 * fault that hits nothing. Only what is certain is refused: both times stand in the timetable, and
 * the one in force leaves the other nothing to do. Where times are drawn, or a condition decides,
 * the run finds out (DECISIONS.md, 36). Faults that overlap in part are no mistake.
 */
#include <string.h>

#include "models/fields.h"
#include "sim/base/text.h"
#include "sim/plan/print.h"
#include "sim/run/check.h"

static bool is(const PlanItem *item, const char *kind)
{
    return strcmp(item->kind->name, kind) == 0;
}

static bool is_any(const PlanItem *item, const char *const *kinds)
{
    for (; *kinds != NULL; kinds++)
        if (is(item, *kinds))
            return true;
    return false;
}

static bool same(const PlanItem *a, const PlanItem *b, int field)
{
    return plan_value(a, field)->ids[0] == plan_value(b, field)->ids[0];
}

/* Whether every item of `inner` is in `outer`. */
static bool within(const PlanValue *outer, const PlanValue *inner)
{
    for (uint32_t i = 0; i < inner->count; i++) {
        bool found = false;
        for (uint32_t o = 0; o < outer->count; o++)
            found |= outer->ids[o] == inner->ids[i];
        if (!found)
            return false;
    }
    return true;
}

/* ---- times ------------------------------------------------------------------------------- */

/* Whether it comes once, at a time that is known. */
static bool comes_once(const PlanItem *fault)
{
    bool every = plan_value(fault, FAULT_EVERY)->set && !is(fault, "flap");
    return !every && !plan_value(fault, FAULT_MTTF)->set &&
           plan_value(fault, FAULT_WHEN)->count == 0;
}

/* When it is over at the latest. */
static SimTime over_at(const PlanItem *fault, SimTime run_ends)
{
    const PlanValue *lasts = plan_value(fault, FAULT_LASTS);
    if (!lasts->set || !comes_once(fault))
        return run_ends;
    SimTime over = sim_time_add_far(plan_number(fault, FAULT_AT), lasts->number);
    return over < run_ends ? over : run_ends;
}

typedef struct Entry {
    const PlanItem *fault;
    SimTime         at, over;
    bool            once;
} Entry;

/* At one instant, equals come in the order of the plan, and others in one that does not matter to
 * who wrote them. */
static bool in_force_all_along(const Entry *outer, const Entry *inner)
{
    if (!outer->once || outer->at > inner->at || outer->over < inner->over)
        return false;
    return outer->at < inner->at ||
           (outer->fault->kind == inner->fault->kind && outer->fault->id < inner->fault->id);
}

/* ---- lines ------------------------------------------------------------------------------- */

static int group_of(const PlanItem *split, PlanId region)
{
    for (int group = SPLIT_ONE; group <= SPLIT_FOUR; group++) {
        const PlanValue *members = plan_value(split, group);
        for (uint32_t i = 0; i < members->count; i++)
            if (members->ids[i] == region)
                return group;
    }
    return -1;
}

static bool from_there(const PlanItem *fault, int field, PlanId from)
{
    const PlanValue *value = plan_value(fault, field);
    bool             found = value->count == 0;
    for (uint32_t i = 0; i < value->count; i++)
        found |= value->ids[i] == from;
    return found;
}

/* A target is a link's name, its shared-risk group, two regions, or one of them. */
static bool target_names(const Plan *plan, const char *target, const PlanItem *link)
{
    const PlanValue *ends = plan_value(link, LINK_ENDS);
    const PlanValue *risk = plan_value(link, LINK_RISK);
    const char      *a = plan_item(plan, ends->ids[0])->name;
    const char      *b = plan_item(plan, ends->ids[1])->name;
    char            *pair = g_strdup_printf("%s-%s", a, b);
    char            *back = g_strdup_printf("%s-%s", b, a);
    bool             named = g_str_equal(target, link->name) || g_str_equal(target, a) ||
                 g_str_equal(target, b) || g_str_equal(target, pair) || g_str_equal(target, back) ||
                 (risk->set && g_str_equal(target, risk->text));
    g_free(pair);
    g_free(back);
    return named;
}

/* Whether a fault of lines is about what `from` sends over this one. */
static bool touches(const Plan *plan, const PlanItem *fault, const PlanItem *link, PlanId from,
                    PlanId to)
{
    if (is(fault, "isolate")) {
        PlanId  region = plan_value(fault, ISOLATE_REGION)->ids[0];
        int64_t way = plan_number(fault, ISOLATE_WAY);
        return (way != ISOLATE_IN && from == region) || (way != ISOLATE_OUT && to == region);
    }
    if (is(fault, "split")) {
        int one = group_of(fault, from);
        int two = group_of(fault, to);
        return one >= 0 && two >= 0 && one != two && from_there(fault, SPLIT_FROM, from);
    }
    int field = plan_field_find(fault->kind, "from");
    return target_names(plan, plan_text(fault, CUT_TARGET), link) &&
           (field < 0 || from_there(fault, field, from));
}

static const char *const of_lines[] = {"cut", "degrade", "fails",   "flap",      "split",
                                       "jam", "isolate", "reorder", "duplicate", NULL};
static const char *const cuts[] = {"cut", "split", "isolate", NULL};
static const char *const may_reset[] = {"cut", "fails", "flap", "split", "isolate", NULL};

static bool resets(const PlanItem *fault)
{
    int field = plan_field_find(fault->kind, "how");
    return field >= 0 && plan_number(fault, field) == 1;
}

/* Whether all that the inner fault is about is on lines that a cut, or the loss of an end, has
 * stopped. */
static bool lines_stopped(const Plan *plan, const PlanItem *outer, const PlanItem *inner)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "link", &count);
    for (uint32_t i = 0; i < 2 * count; i++) {
        const PlanItem  *link = plan_item(plan, ids[i / 2]);
        const PlanValue *ends = plan_value(link, LINK_ENDS);
        PlanId           from = ends->ids[i % 2];
        PlanId           to = ends->ids[1 - i % 2];
        if (!touches(plan, inner, link, from, to))
            continue;
        if (is(outer, "lose")) {
            PlanId lost = plan_value(outer, LOSE_REGION)->ids[0];
            if (lost != from && lost != to)
                return false;
        } else if (!touches(plan, outer, link, from, to)) {
            return false;
        }
    }
    return true;
}

/* Who orders a region to be switched off notices whether its lines are cut, even if it is lost. */
static bool somebody_shoots(const Plan *plan)
{
    uint32_t count;
    plan_of_kind(plan, "stonith", &count);
    return count > 0;
}

/* ---- what leaves nothing to do ----------------------------------------------------------- */

/* Whether a fault is about this region and no other. */
static bool only_in(const PlanItem *fault, PlanId region)
{
    static const char *const of_controllers[] = {"wrong_view", "operator_errs", NULL};
    int                      field = plan_field_find(fault->kind, "region");
    if (field < 0 || is_any(fault, of_controllers))
        return false;
    const PlanValue *value = plan_value(fault, field);
    return value->count == 1 && value->ids[0] == region;
}

static bool crash_covers(const PlanItem *outer, const PlanItem *inner)
{
    int64_t part = plan_number(outer, CRASH_PART);
    return is(inner, "crash") && same(outer, inner, CRASH_DATA) &&
           same(outer, inner, CRASH_REGION) &&
           (part == CRASH_PART_ALL || part == plan_number(inner, CRASH_PART));
}

/* One that names neither services nor data is about the whole region. */
static bool pause_covers(const PlanItem *outer, const PlanItem *inner)
{
    const PlanValue *services = plan_value(outer, PAUSE_SERVICE);
    const PlanValue *data = plan_value(outer, PAUSE_DATA);
    bool             whole = services->count + data->count == 0;
    bool all = plan_value(inner, PAUSE_SERVICE)->count + plan_value(inner, PAUSE_DATA)->count == 0;
    return whole || (!all && within(services, plan_value(inner, PAUSE_SERVICE)) &&
                     within(data, plan_value(inner, PAUSE_DATA)));
}

static bool covers(const Plan *plan, const PlanItem *outer, const PlanItem *inner)
{
    static const char *const dark[] = {"down",      "zone_down", "brown_out", "slow",
                                       "read_only", "disk_full", NULL};
    static const char *const control[] = {"controller_down", "push_stalled", "operator_holds",
                                          NULL};
    bool                     alike = outer->kind == inner->kind;
    if (is(outer, "lose") && is_any(inner, of_lines))
        return !somebody_shoots(plan) && lines_stopped(plan, outer, inner);
    if (is(outer, "lose"))
        return only_in(inner, plan_value(outer, LOSE_REGION)->ids[0]);
    if (is(outer, "down") || is(outer, "restart"))
        return is_any(inner, dark) && only_in(inner, plan_value(outer, FAULT_COMMON)->ids[0]);
    if (is_any(outer, cuts) && is_any(inner, of_lines))
        return (!resets(outer) || !is_any(inner, may_reset) || resets(inner)) &&
               lines_stopped(plan, outer, inner);
    if (is(outer, "crash"))
        return crash_covers(outer, inner);
    if (is(outer, "disk_full") || is(outer, "read_only"))
        return (alike || (is(outer, "disk_full") && is(inner, "read_only"))) &&
               same(outer, inner, BARRED_DATA) && same(outer, inner, BARRED_REGION);
    if (is(outer, "clock_stuck"))
        return alike && same(outer, inner, CLOCK_REGION);
    if (is(outer, "pause"))
        return alike && same(outer, inner, PAUSE_REGION) && pause_covers(outer, inner);
    if (is_any(outer, control))
        return alike && same(outer, inner, CONTROL_FAILOVER);
    return is(outer, "wrong_view") && alike && same(outer, inner, CONTROL_FAILOVER) &&
           same(outer, inner, CONTROL_REGION);
}

/* ---- telling ----------------------------------------------------------------------------- */

/* `lose "a" at 5min`; owned. */
static char *called(const Plan *plan, const PlanItem *fault)
{
    const PlanField *field = &fault->kind->fields[FAULT_COMMON];
    const PlanValue *value = plan_value(fault, FAULT_COMMON);
    char            *about = plan_print_value(plan, field, value);
    char            *at = sim_text_from_quantity(plan_number(fault, FAULT_AT), SIM_UNIT_TIME);
    char            *text = g_strdup_printf("%s %s at %s", fault->kind->name, about, at);
    g_free(at);
    g_free(about);
    return text;
}

/* Names the first that leaves it nothing. */
static void check_one(const Plan *plan, PlanProblems *problems, const Entry *inner,
                      const Entry *all, uint32_t count)
{
    const Entry *outer = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (in_force_all_along(&all[i], inner) && (outer == NULL || all[i].at < outer->at) &&
            covers(plan, all[i].fault, inner->fault))
            outer = &all[i];
    if (outer == NULL)
        return;
    char *mine = called(plan, inner->fault);
    char *other = called(plan, outer->fault);
    plan_problems_error(problems, (PlanSpan){inner->fault->place, 0},
                        "leave it out, or give it may_miss = true",
                        "%s can hit nothing: %s is in force all the while", mine, other);
    g_free(other);
    g_free(mine);
}

void run_check_covered(const Plan *plan, PlanProblems *problems)
{
    uint32_t        count, frames;
    const PlanItem *frame = plan_item(plan, plan_of_kind(plan, "scenario", &frames)[0]);
    SimTime         run_ends =
        sim_time_add(plan_number(frame, SCENARIO_DURATION), plan_number(frame, SCENARIO_SETTLE));
    PlanId *ids = plan_of_group(plan, "fault", &count);
    Entry  *all = g_new(Entry, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const PlanItem *fault = plan_item(plan, ids[i]);
        all[i] = (Entry){fault, plan_number(fault, FAULT_AT), over_at(fault, run_ends),
                         comes_once(fault)};
    }
    for (uint32_t i = 0; i < count; i++) {
        /* Others may wait for one that has a name to begin. */
        if (plan_number(all[i].fault, FAULT_MAY_MISS) == 0 &&
            !plan_value(all[i].fault, FAULT_NAME)->set)
            check_one(plan, problems, &all[i], all, count);
    }
    g_free(all);
    g_free(ids);
}
