/*
 * judge.c: holds the claims of a scenario against what was counted.
 *
 * Ratios are compared exactly (as fractions, not as rounded percentages); a claim that measured
 * nothing is broken, not held.
 */
#include "sim/run/judge.h"

#include <glib.h>
#include <string.h>

#include "models/fields.h"
#include "models/intent.h"
#include "sim/base/text.h"
#include "sim/plan/bound.h"
#include "sim/run/outage.h"

typedef struct Claim {
    const World    *world;
    const Outcome  *outcome;
    const PlanItem *metric;
    SimTime         from, to; /* of `during`, else the whole run */
} Claim;

typedef struct Measure {
    int64_t value; /* in the metric's unit; ratios in parts per billion, rounded down */
    int64_t part;  /* ratios: part of samples */
    int64_t samples;
    bool    never; /* a time that did not end within the run */
} Measure;

static const char *name_at(const Claim *claim, int field)
{
    const PlanValue *value = plan_value(claim->metric, field);
    return value->count == 0 ? NULL : plan_item(claim->world->plan, value->ids[0])->name;
}

static bool matches(const char *wanted, const char *name)
{
    return wanted == NULL || strcmp(wanted, name) == 0;
}

static int64_t ok_of(const OutcomeWindow *row)
{
    int64_t sum = 0;
    for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
        sum += row->ok[q];
    return sum;
}

static int64_t ratio(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : sim_time_scale(part, 1000000000, whole);
}

static Measure measure_availability(const Claim *claim)
{
    const char *service = name_at(claim, AVAILABILITY_SERVICE);
    const char *users = name_at(claim, AVAILABILITY_USERS);
    const char *access = name_at(claim, AVAILABILITY_ACCESS);
    Measure     m = {0, 0, 0, false};
    for (uint32_t i = 0; i < claim->outcome->window_count; i++) {
        const OutcomeWindow *row = &claim->outcome->windows[i];
        if (row->from < claim->from || row->to > claim->to || !matches(service, row->service) ||
            !matches(users, row->users) || !matches(access, row->access))
            continue;
        m.part += ok_of(row);
        m.samples += row->issued - row->open;
    }
    m.value = ratio(m.part, m.samples);
    return m;
}

static Measure measure_latency(const Claim *claim)
{
    const char *service = name_at(claim, LATENCY_SERVICE);
    const char *access = name_at(claim, LATENCY_ACCESS);
    Measure     m = {0, 0, 0, false};
    /* Sum the histograms of the places that match, then take the quantile. */
    MetricsHistogram *sum = g_new0(MetricsHistogram, 1);
    for (uint32_t i = 0; i < claim->outcome->latency_count; i++) {
        const OutcomeLatency *row = &claim->outcome->latencies[i];
        if (!matches(service, row->service) || !matches(access, row->access))
            continue;
        sum->bucket[metrics_bucket_of(row->top)] += (uint32_t)row->count;
        sum->count += (uint64_t)row->count;
        sum->max = row->top > sum->max ? row->top : sum->max;
    }
    m.samples = (int64_t)sum->count;
    if (sum->count > 0)
        m.value = metrics_histogram_quantile(sum, plan_number(claim->metric, LATENCY_QUANTILE));
    g_free(sum);
    return m;
}

/* Sum of some fates; samples are the acknowledged writes. */
static Measure measure_fates(const Claim *claim, unsigned fates)
{
    const char *data = name_at(claim, LOSS_DATA);
    Measure     m = {0, 0, 0, false};
    for (uint32_t i = 0; i < claim->outcome->fate_count; i++) {
        const OutcomeFateRow *row = &claim->outcome->fates[i];
        if (!matches(data, row->data))
            continue;
        m.samples += row->ok;
        for (unsigned f = 0; f < OUTCOME_FATES; f++)
            if ((fates & 1u << f) != 0)
                m.value += row->fate[f];
    }
    return m;
}

/* A harm that is not a fate. */
static Measure measure_harm(const Claim *claim, int64_t (*of)(const OutcomeFateRow *row))
{
    Measure m = measure_fates(claim, 0);
    for (uint32_t i = 0; i < claim->outcome->fate_count; i++)
        if (matches(name_at(claim, LOSS_DATA), claim->outcome->fates[i].data))
            m.value += of(&claim->outcome->fates[i]);
    return m;
}

static int64_t duplicates_of(const OutcomeFateRow *row)
{
    return row->duplicates;
}

static int64_t repeated_of(const OutcomeFateRow *row)
{
    return row->duplicate_effects;
}

static int64_t diverged_of(const OutcomeFateRow *row)
{
    return row->diverged;
}

static int64_t unknown_of(const OutcomeFateRow *row)
{
    return row->unknown;
}

static int64_t ghosts_of(const OutcomeFateRow *row)
{
    return row->ghosts;
}

/* Samples are all reads: without any, nothing was seen to be right. */
static Measure measure_phantoms(const Claim *claim)
{
    Measure m = {0, 0, 0, false};
    for (uint32_t i = 0; i < claim->outcome->stale_count; i++) {
        const OutcomeStale *row = &claim->outcome->stales[i];
        if (!matches(name_at(claim, LOSS_DATA), row->data))
            continue;
        if (strcmp(row->code, "R3") == 0)
            m.value += row->count;
        if (strcmp(row->code, "R1") == 0 || strcmp(row->code, "fresh") == 0)
            m.samples += row->count;
    }
    return m;
}

/* What stores found out themselves about changes that met. */
static Measure measure_meetings(const Claim *claim, bool siblings)
{
    Measure m = measure_fates(claim, 0);
    m.value = 0;
    for (uint32_t c = 0; c < claim->world->class_count; c++) {
        const DataClass *class = &claim->world->classes[c];
        if (!matches(name_at(claim, LOSS_DATA), class->name))
            continue;
        if (!siblings)
            m.value += class->crossed;
        else if (class->most_siblings > m.value)
            m.value = class->most_siblings;
    }
    return m;
}

static Measure measure_stale(const Claim *claim)
{
    const char *data = name_at(claim, STALE_DATA);
    Measure     m = {0, 0, 0, false};
    for (uint32_t i = 0; i < claim->outcome->stale_count; i++) {
        const OutcomeStale *row = &claim->outcome->stales[i];
        if (!matches(data, row->data))
            continue;
        if (strcmp(row->code, "R1") == 0)
            m.part += row->count;
        if (strcmp(row->code, "R1") == 0 || strcmp(row->code, "fresh") == 0)
            m.samples += row->count;
    }
    m.value = ratio(m.part, m.samples);
    return m;
}

static Measure measure_users_hit(const Claim *claim)
{
    const char *users = name_at(claim, USERS_HIT_USERS);
    Measure     m = {0, claim->outcome->users_hit, claim->outcome->users, false};
    if (users != NULL) {
        m.part = m.samples = 0;
        for (uint32_t c = 0; c < claim->world->cohort_count; c++) {
            const Cohort *cohort = &claim->world->cohorts[c];
            if (strcmp(cohort->name, users) != 0)
                continue;
            m.samples += (int64_t)(cohort->count + cohort->newcomers);
            m.part += claim->outcome->users_hit_of[c];
        }
    }
    m.value = ratio(m.part, m.samples);
    return m;
}

static Measure measure_restore(const Claim *claim)
{
    SimTime   after = plan_number(claim->metric, RESTORE_AFTER);
    RunOutage outage = run_outage(
        claim->outcome, &(RunOutageAsk){.service = name_at(claim, RESTORE_SERVICE),
                                        .access = name_at(claim, RESTORE_ACCESS),
                                        .after = after,
                                        .before = SIM_TIME_NEVER,
                                        .below = plan_number(claim->metric, RESTORE_BELOW)});
    return (Measure){.value = outage.first_bad < 0 ? 0 : outage.first_over - after,
                     .samples = outage.samples,
                     .never = outage.first_bad >= 0 && outage.first_over < 0};
}

/* Several channels carry the same changes: a region is only as far behind as the best of them. */
static SimTime best_age(const Outcome *outcome, const OutcomeLag *row)
{
    const OutcomeWay *way = &outcome->ways[row->stream];
    SimTime           best = row->age;
    for (const OutcomeLag *other = row; other < outcome->lags + outcome->lag_count; other++) {
        if (other->at != row->at)
            break;
        const OutcomeWay *beside = &outcome->ways[other->stream];
        if (other->age < best && strcmp(beside->data, way->data) == 0 &&
            strcmp(beside->from, way->from) == 0 && strcmp(beside->to, way->to) == 0)
            best = other->age;
    }
    return best;
}

static Measure measure_lag(const Claim *claim)
{
    const char *data = name_at(claim, LAG_DATA);
    Measure     m = {0, 0, 0, false};
    for (uint32_t i = 0; i < claim->outcome->lag_count; i++) {
        const OutcomeLag *row = &claim->outcome->lags[i];
        const OutcomeWay *way = &claim->outcome->ways[row->stream];
        if (!matches(data, way->data) || row->at < claim->from || row->at > claim->to)
            continue;
        const PlanItem  *data_item = plan_find(claim->world->plan, "data", way->data);
        const PlanValue *list = plan_value(data_item, DATA_CHANNELS);
        if (strcmp(plan_item(claim->world->plan, list->ids[0])->name, way->channel) != 0)
            continue; /* looked at together with the first channel */
        m.samples++;
        SimTime age = best_age(claim->outcome, row);
        if (age > m.value)
            m.value = age;
    }
    return m;
}

static Measure measure_catch_up(const Claim *claim)
{
    const char   *data = name_at(claim, CATCH_UP_DATA);
    SimTime       after = plan_number(claim->metric, CATCH_UP_AFTER);
    const GArray *entries = claim->world->catch_ups;
    Measure       m = {0, 0, 0, false};
    for (guint i = 0; i < entries->len; i++) {
        const CatchUp *entry = &g_array_index(entries, CatchUp, i);
        const Channel *channel =
            &claim->world->channels[claim->world->streams[entry->stream].channel];
        if (!matches(data, claim->world->classes[channel->class_index].name) ||
            entry->healed_at < after)
            continue;
        m.samples++;
        if (entry->done_at < 0)
            m.never = true;
        else if (entry->done_at - after > m.value)
            m.value = entry->done_at - after;
    }
    return m;
}

/* Samples are all connections that were made again. */
static Measure measure_resyncs(const Claim *claim)
{
    static const char *const kinds[] = {"full", "partial", "restarted"};
    const char              *kind = kinds[plan_number(claim->metric, RESYNCS_KIND)];
    Measure                  m = {0, 0, 0, false};
    for (uint32_t i = 0; i < claim->outcome->resync_count; i++) {
        const OutcomeResync *row = &claim->outcome->resyncs[i];
        if (!matches(name_at(claim, RESYNCS_DATA), row->data))
            continue;
        m.samples++;
        if (strcmp(kind, "restarted") == 0)
            m.value += strcmp(row->kind, "full") == 0 && strcmp(row->end, "overflow") == 0;
        else
            m.value += strcmp(row->kind, kind) == 0;
    }
    return m;
}

/* Samples are the accepted writes; `pending`: how many wait, otherwise how many were refused. */
static Measure measure_intents(const Claim *claim, bool pending)
{
    Measure m = {0, 0, 0, false};
    for (uint32_t i = 0; i < claim->outcome->intent_count; i++) {
        const OutcomeIntents *row = &claim->outcome->intents[i];
        if (!matches(name_at(claim, LOSS_DATA), row->data))
            continue;
        m.samples += row->accepted;
        m.part += pending ? row->pending : row->rejected;
    }
    m.value = m.part;
    return m;
}

static Measure measure_confirmation(const Claim *claim)
{
    Measure           m = {0, 0, 0, false};
    MetricsHistogram *sum = g_new0(MetricsHistogram, 1);
    for (uint32_t c = 0; c < claim->world->class_count && claim->world->intents != NULL; c++)
        for (uint32_t r = 0; r < claim->world->region_count; r++) {
            const MetricsHistogram *one = &intent_delay(claim->world, c, r)->histogram;
            if (!matches(name_at(claim, CONFIRMATION_DATA), claim->world->classes[c].name))
                continue;
            for (uint32_t b = 0; b < METRICS_HISTOGRAM_BUCKETS; b++)
                sum->bucket[b] += one->bucket[b];
            sum->count += one->count;
            sum->max = one->max > sum->max ? one->max : sum->max;
        }
    m.samples = (int64_t)sum->count;
    if (sum->count > 0)
        m.value =
            metrics_histogram_quantile(sum, plan_number(claim->metric, CONFIRMATION_QUANTILE));
    g_free(sum);
    return m;
}

static Measure measure_messages(const Claim *claim)
{
    Measure     m = {0, 0, 0, false};
    const char *from = name_at(claim, MESSAGES_FROM);
    const char *to = name_at(claim, MESSAGES_TO);
    for (uint32_t i = 0; i < claim->outcome->message_count; i++) {
        const OutcomeMessages *row = &claim->outcome->messages[i];
        if (!matches(from, row->from) || !matches(to, row->to))
            continue;
        m.value += row->fate[plan_number(claim->metric, MESSAGES_FATE)];
        for (int f = 0; f < OUTCOME_MESSAGE_FATES; f++)
            m.samples += f == OUTCOME_DELAYED ? 0 : row->fate[f];
    }
    return m;
}

static Measure measure(const Claim *claim)
{
    const char *kind = claim->metric->kind->name;
    if (strcmp(kind, "availability") == 0)
        return measure_availability(claim);
    if (strcmp(kind, "latency") == 0)
        return measure_latency(claim);
    if (strcmp(kind, "lost") == 0)
        return measure_fates(claim, 1u << OUTCOME_L1 | 1u << OUTCOME_L2 | 1u << OUTCOME_L6);
    if (strcmp(kind, "destroyed") == 0)
        return measure_fates(claim, 1u << OUTCOME_L1);
    if (strcmp(kind, "stranded") == 0)
        return measure_fates(claim, 1u << OUTCOME_L2);
    if (strcmp(kind, "expired") == 0)
        return measure_fates(claim, 1u << OUTCOME_L6);
    if (strcmp(kind, "overwritten") == 0)
        return measure_fates(claim, 1u << OUTCOME_L3 | 1u << OUTCOME_L4);
    if (strcmp(kind, "inverted") == 0)
        return measure_fates(claim, 1u << OUTCOME_L4);
    if (strcmp(kind, "duplicates") == 0)
        return measure_harm(claim, duplicates_of);
    if (strcmp(kind, "repeated") == 0)
        return measure_harm(claim, repeated_of);
    if (strcmp(kind, "diverged") == 0)
        return measure_harm(claim, diverged_of);
    if (strcmp(kind, "unknown") == 0)
        return measure_harm(claim, unknown_of);
    if (strcmp(kind, "ghosts") == 0)
        return measure_harm(claim, ghosts_of);
    if (strcmp(kind, "phantoms") == 0)
        return measure_phantoms(claim);
    if (strcmp(kind, "conflicts") == 0)
        return measure_meetings(claim, false);
    if (strcmp(kind, "siblings") == 0)
        return measure_meetings(claim, true);
    if (strcmp(kind, "messages") == 0)
        return measure_messages(claim);
    if (strcmp(kind, "rejected_later") == 0 || strcmp(kind, "rejection") == 0)
        return measure_intents(claim, false);
    if (strcmp(kind, "pending") == 0)
        return measure_intents(claim, true);
    if (strcmp(kind, "confirmation") == 0)
        return measure_confirmation(claim);
    if (strcmp(kind, "stale") == 0)
        return measure_stale(claim);
    if (strcmp(kind, "users_hit") == 0)
        return measure_users_hit(claim);
    if (strcmp(kind, "restore") == 0)
        return measure_restore(claim);
    if (strcmp(kind, "lag") == 0)
        return measure_lag(claim);
    if (strcmp(kind, "catch_up") == 0)
        return measure_catch_up(claim);
    if (strcmp(kind, "resyncs") == 0)
        return measure_resyncs(claim);
    SIM_ASSERT(false);
    return (Measure){0, 0, 0, false};
}

/* Compares part / samples with a bound in parts per billion, without rounding. */
static bool ratio_holds(PlanBoundOp op, int64_t bound, const Measure *m)
{
    __extension__ __int128 left = (__extension__(__int128) m->part) * 1000000000;
    __extension__ __int128 right = (__extension__(__int128) bound) * m->samples;
    return plan_bound_holds(op, 0, left < right ? -1 : left > right);
}

static const char *got_text(Outcome *outcome, SimUnit unit, const Measure *m)
{
    char *text;
    if (m->samples == 0)
        text = g_strdup("nothing was measured");
    else if (m->never)
        text = g_strdup("not within the run");
    else if (unit == SIM_UNIT_RATIO)
        text = sim_text_percent(m->part, m->samples);
    else if (unit == SIM_UNIT_TIME)
        text = sim_text_duration(m->value);
    else
        text = sim_text_count(m->value);
    const char *kept = sim_arena_text(outcome->arena, text);
    g_free(text);
    return kept;
}

/* "availability { service = login }" */
static const char *claim_text(Outcome *outcome, const World *world, const PlanItem *metric)
{
    GString *text = g_string_new(metric->kind->name);
    bool     any = false;
    for (int f = 0; metric->kind->fields[f].name != NULL; f++) {
        const PlanValue *value = plan_value(metric, f);
        if (!value->given)
            continue;
        g_string_append_printf(text, "%s%s = ", any ? ", " : " { ", metric->kind->fields[f].name);
        any = true;
        if (value->count > 0) {
            g_string_append(text, plan_item(world->plan, value->ids[0])->name);
        } else if (metric->kind->fields[f].type == PLAN_TYPE_WORD) {
            g_string_append(text, value->text);
        } else {
            char *number = sim_text_from_quantity(
                value->number,
                metric->kind->fields[f].type == PLAN_TYPE_TIME ? SIM_UNIT_TIME : SIM_UNIT_RATIO);
            g_string_append(text, number);
            g_free(number);
        }
    }
    if (any)
        g_string_append(text, " }");
    const char *kept = sim_arena_text(outcome->arena, text->str);
    g_string_free(text, TRUE);
    return kept;
}

static void judge_one(Outcome *outcome, const World *world, const PlanItem *item)
{
    const PlanItem *metric = plan_item(world->plan, plan_value(item, EXPECT_METRIC)->ids[0]);
    Claim           claim = {world, outcome, metric, 0, world->end};
    if (plan_value(item, EXPECT_FROM)->set) {
        claim.from = plan_number(item, EXPECT_FROM);
        claim.to = plan_number(item, EXPECT_TO);
    }
    /* Whatever is measured from an instant on says nothing of the time before. */
    int         after = plan_field_find(metric->kind, "after");
    SimTime     from = after < 0 ? claim.from : MAX(claim.from, plan_number(metric, after));
    SimUnit     unit = plan_metric_unit(metric->kind);
    PlanBoundOp op;
    int64_t     bound;
    bool        parsed = plan_bound_parse(plan_text(item, EXPECT_BOUND), unit, &op, &bound, NULL);
    SIM_ASSERT(parsed);
    Measure m = measure(&claim);
    bool    empty = m.samples == 0;
    bool    held;
    if (empty)
        held = false;
    else if (m.never)
        held = op == PLAN_BOUND_ABOVE || op == PLAN_BOUND_AT_LEAST || op == PLAN_BOUND_NOT;
    else if (unit == SIM_UNIT_RATIO)
        held = ratio_holds(op, bound, &m);
    else
        held = plan_bound_holds(op, bound, m.value);
    outcome->expectations[outcome->expectation_count++] = (OutcomeExpectation){
        .name = item->name,
        .claim = claim_text(outcome, world, metric),
        .got = got_text(outcome, unit, &m),
        .value = m.never ? -1 : m.value,
        .wanted = plan_text(item, EXPECT_BOUND),
        .from = from,
        .to = claim.to,
        .samples = m.samples,
        .held = held,
        .empty = empty,
        .file = item->place.file,
        .line = item->place.line,
    };
}

static gint by_place(gconstpointer left, gconstpointer right)
{
    const OutcomeExpectation *a = left;
    const OutcomeExpectation *b = right;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return strcmp(a->name, b->name);
}

void run_judge(Outcome *outcome, const World *world)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(world->plan, "expect", &count);
    outcome->expectations = sim_arena_array(outcome->arena, OutcomeExpectation, count + 1);
    for (uint32_t i = 0; i < count; i++)
        judge_one(outcome, world, plan_item(world->plan, ids[i]));
    qsort(outcome->expectations, count, sizeof(OutcomeExpectation), by_place);
    outcome->verdict = OUTCOME_HELD;
    for (uint32_t i = 0; i < count; i++)
        if (!outcome->expectations[i].held)
            outcome->verdict = OUTCOME_BROKEN;
    for (uint32_t f = 0; f < outcome->fault_count; f++)
        if (outcome->faults[f].vacuous)
            outcome->verdict = OUTCOME_BROKEN;
    if (outcome->limit[0] != '\0')
        outcome->verdict = OUTCOME_INCONCLUSIVE;
}
