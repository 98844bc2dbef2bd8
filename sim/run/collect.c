/*
 * collect.c: from the books of a run to its outcome.
 *
 * Names are lent from the plan; composed texts live in the outcome's arena. Rows are made in the
 * order that outcome.h declares.
 */
#include "sim/run/collect.h"

#include <string.h>

#include "models/intent.h"
#include "sim/base/digest.h"
#include "sim/base/text.h"
#include "sim/run/outage.h"
#include "sim/run/timeline.h"

/* Loss and compensation rows kept; beyond them only the counts grow. Chosen: enough to look at. */
#define LOSS_ROWS 20000u
#define COMPENSATION_ROWS 20000u

static char *text_take(Outcome *outcome, char *owned)
{
    char *text = sim_arena_text(outcome->arena, owned);
    g_free(owned);
    return text;
}

static uint32_t total_streams(const World *world)
{
    uint32_t count = 0;
    for (uint32_t s = 0; s < world->stream_count; s++)
        if (world->streams[s].link != WORLD_NONE)
            count++;
    return count;
}

/* ---- faults, windows, lag, latency ------------------------------------------------------- */

static void collect_faults(Outcome *outcome, const World *world)
{
    outcome->fault_count = world->fault_count;
    outcome->faults = sim_arena_array(outcome->arena, OutcomeFault, world->fault_count + 1);
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        int64_t      hits = fault->dropped + fault->bounced + fault->replies + fault->delayed +
                       fault->refused + fault->held;
        SIM_ASSERT(fault->dropped >= 0 && fault->bounced >= 0 && fault->replies >= 0);
        SimTime last = fault->in_force ? world->end - fault->began : 0;
        bool    ended = !fault->in_force && fault->end < world->end;
        outcome->faults[f] = (OutcomeFault){
            .name = fault->name,
            .kind = fault->kind,
            .target = sim_arena_text(outcome->arena, fault->target),
            .start = fault->start,
            .end = ended ? fault->end : world->end,
            .dropped = fault->dropped,
            .bounced = fault->bounced,
            .replies = fault->replies,
            .delayed = fault->delayed,
            .refused = fault->refused,
            .held = fault->held,
            .count = fault->count,
            .in_force = sim_time_add_far(fault->spent, last),
            /* Chance may spare a run. */
            .vacuous = hits == 0 && !fault->took_effect && !fault->may_miss &&
                       (fault->mttf == NULL || fault->count > 0),
        };
    }
}

static int by_ends(const void *left, const void *right)
{
    const OutcomeMessages *a = left;
    const OutcomeMessages *b = right;
    int                    order = strcmp(a->from, b->from);
    if (order == 0)
        order = strcmp(a->to, b->to);
    return order != 0 ? order : strcmp(a->link, b->link);
}

static void collect_messages(Outcome *outcome, const World *world)
{
    outcome->message_count = world->link_count;
    outcome->messages = sim_arena_array(outcome->arena, OutcomeMessages, world->link_count + 1);
    for (uint32_t l = 0; l < world->link_count; l++) {
        const Link *link = &world->links[l];
        SIM_ASSERT(link->lost <= link->taken);
        outcome->messages[l] = (OutcomeMessages){
            world->regions[link->from].name,
            world->regions[link->to].name,
            link->name != NULL ? link->name : "",
            {link->taken - link->lost, link->late, link->dropped, link->bounced, link->replies}};
    }
    qsort(outcome->messages, outcome->message_count, sizeof(OutcomeMessages), by_ends);
}

static void collect_windows(Outcome *outcome, const World *world)
{
    uint32_t    windows = metrics_windows_count(world->windows);
    uint32_t    series = world->service_count * world->region_count * world->cohort_count;
    size_t      most = 0;
    MetricsCell sum;
    for (uint32_t w = 0; w < windows; w++)
        for (uint32_t i = 0; i < series; i++)
            most += metrics_windows_find(world->windows, w, i) != NULL;
    outcome->windows = sim_arena_array(outcome->arena, OutcomeWindow, most + 1);
    for (uint32_t w = 0, next; w < windows; w = next) {
        next = timeline_window_end(world->windows, w);
        for (uint32_t s = 0; s < world->service_count; s++)
            for (uint32_t r = 0; r < world->region_count; r++)
                for (uint32_t c = 0; c < world->cohort_count; c++) {
                    const MetricsCell *cell = timeline_window_cell(
                        world->windows, w, next, world_series(world, s, r, c), &sum);
                    if (cell == NULL || cell->issued == 0)
                        continue;
                    OutcomeWindow *row = &outcome->windows[outcome->window_count++];
                    *row = (OutcomeWindow){
                        .from = metrics_windows_from(world->windows, w),
                        .to = metrics_windows_to(world->windows, next - 1),
                        .service = world->services[s].name,
                        .access = world->regions[r].name,
                        .users = world->cohorts[c].name,
                        .attempts = cell->attempts,
                        .issued = cell->issued,
                        .open = cell->issued - metrics_cell_ok(cell) - metrics_cell_failed(cell),
                        .p50 = metrics_cell_quantile(cell, 500000000),
                        .p99 = metrics_cell_quantile(cell, 990000000),
                        .max = metrics_cell_ok(cell) > 0 ? cell->max : -1,
                        .latency_sum = cell->sum,
                    };
                    memcpy(row->ok, cell->ok, sizeof row->ok);
                    memcpy(row->failed, cell->failed, sizeof row->failed);
                    SIM_ASSERT(row->open >= 0);
                }
    }
}

static void collect_lag(Outcome *outcome, const World *world)
{
    gsize count;
    outcome->lags = g_array_steal(world->samples, &count);
    outcome->lag_count = (uint32_t)count;
    outcome->ways = sim_arena_array(outcome->arena, OutcomeWay, world->stream_count + 1);
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream  *stream = &world->streams[s];
        const Channel *channel = &world->channels[stream->channel];
        const DataClass *class = &world->classes[channel->class_index];
        outcome->ways[s] = (OutcomeWay){
            .data = class->name,
            .channel = channel->name,
            .from = world->regions[stream->from].name,
            .to = world->regions[stream->to].name,
            .change_bytes = class->size,
        };
    }
}

static bool half_busy_somewhere(const World *world, const Service *service)
{
    for (uint32_t r = 0; r < world->region_count; r++)
        if (2 * (uint64_t)service->sites[r].peak >= service->threads)
            return true;
    return false;
}

/* Only of services that were half busy somewhere: nobody looks at threads that idle. */
static void collect_busy(Outcome *outcome, const World *world)
{
    const GArray *samples = world->busy;
    outcome->busy = sim_arena_array(outcome->arena, OutcomeBusy, samples->len + 1);
    for (guint i = 0; i < samples->len; i++) {
        const BusySample *sample = &g_array_index(samples, BusySample, i);
        const Service    *service = &world->services[sample->service];
        if (!half_busy_somewhere(world, service))
            continue;
        outcome->busy[outcome->busy_count++] = (OutcomeBusy){
            .at = sample->at,
            .service = service->name,
            .region = world->regions[sample->region].name,
            .busy = sample->busy,
            .queued = sample->queued,
            .threads = sample->threads,
        };
    }
}

static void collect_latency(Outcome *outcome, const World *world)
{
    size_t most = 0;
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t r = 0; r < world->region_count; r++)
            for (uint32_t b = 0; b < METRICS_HISTOGRAM_BUCKETS; b++)
                most += world->services[s].latency[r].bucket[b] > 0;
    outcome->latencies = sim_arena_array(outcome->arena, OutcomeLatency, most + 1);
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t r = 0; r < world->region_count; r++) {
            const MetricsHistogram *histogram = &world->services[s].latency[r];
            for (uint32_t b = 0; b < METRICS_HISTOGRAM_BUCKETS; b++)
                if (histogram->bucket[b] > 0)
                    outcome->latencies[outcome->latency_count++] =
                        (OutcomeLatency){world->services[s].name, world->regions[r].name,
                                         metrics_bucket_top(b), histogram->bucket[b]};
        }
}

/* ---- losses ------------------------------------------------------------------------------ */

static const char *code_of(LedgerFate fate)
{
    static const char *const codes[] = {"ok", "L1", "L2", "L3", "L4", "L6", "L5", "L8"};
    return codes[fate];
}

/* What happened to a write, in words. */
static char *mechanism_of(const World *world, const LedgerLoss *loss)
{
    const char *region = world->regions[loss->region].name;
    switch (loss->fate) {
    case LEDGER_L1:
        if (loss->forgotten)
            return g_strdup_printf("not flushed yet when %s lost power", region);
        if (loss->last != UINT32_MAX && loss->last != loss->region)
            return g_strdup_printf("its last copy was in %s, which was lost",
                                   world->regions[loss->last].name);
        return world->regions[loss->region].gone
                   ? g_strdup_printf("had not reached another region when %s was lost", region)
                   : g_strdup_printf("%s threw it away to follow another", region);
    case LEDGER_L2:
        if (loss->dead_letters != 0)
            return g_strdup("given up by the consumer: among the dead letters");
        if ((loss->holders & 1u << loss->region) != 0 && world->regions[loss->region].down > 0)
            return g_strdup_printf("only in %s, which is down", region);
        return g_strdup_printf("set aside in %s: its role had moved before it was shipped", region);
    case LEDGER_L3:
        return g_strdup("discarded by the conflict rule; the winner had not seen it");
    case LEDGER_L4:
        return g_strdup("beaten by an earlier write that it had already seen");
    case LEDGER_L6:
        return g_strdup("dropped by a queue before it reached every region");
    case LEDGER_L5:
        return g_strdup("the key had an owner already, acknowledged elsewhere");
    case LEDGER_L8:
        return g_strdup("the user was told it failed, or nothing; it is there");
    case LEDGER_SURVIVED:
        break;
    }
    SIM_ASSERT(false);
    return NULL;
}

/* Neighbours have mostly met the same end: they share its text. */
static const char *mechanism_text(const Outcome *outcome, const World *world,
                                  const LedgerLoss *loss, const char *before)
{
    char *text = mechanism_of(world, loss);
    if (before == NULL || strcmp(text, before) != 0)
        before = sim_arena_text(outcome->arena, text);
    g_free(text);
    return before;
}

static void collect_losses(Outcome *outcome, const World *world)
{
    const LedgerLoss *losses;
    uint64_t          count = ledger_losses(world->ledger, &losses);
    uint32_t          kept = count > LOSS_ROWS ? LOSS_ROWS : (uint32_t)count;
    outcome->losses_left_out = count - kept;
    outcome->loss_count = kept;
    outcome->losses = sim_arena_array(outcome->arena, OutcomeLoss, kept + 1);
    const char *mechanism = NULL;
    for (uint32_t i = 0; i < kept; i++) {
        const LedgerLoss *loss = &losses[i];
        mechanism = mechanism_text(outcome, world, loss, mechanism);
        const DataClass *class = &world->classes[loss->class_index];
        outcome->losses[i] = (OutcomeLoss){
            .write = loss->number,
            .data = class->name,
            .code = code_of(loss->fate),
            .users = world->cohorts[loss->cohort].name,
            .user = loss->user,
            .key = loss->key,
            .issued = loss->issued,
            .acked = loss->acked,
            .region = world->regions[loss->region].name,
            .fault = loss->fault == UINT32_MAX ? "" : world->faults[loss->fault].name,
            .mechanism = mechanism,
            .recoverable = class->recoverable || loss->fate == LEDGER_L2,
        };
    }
}

static void collect_fates(Outcome *outcome, const World *world)
{
    outcome->fates = sim_arena_array(outcome->arena, OutcomeFateRow,
                                     (size_t)world->class_count * world->region_count + 1);
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t r = 0; r < world->region_count; r++) {
            const LedgerCount *count = ledger_count(world->ledger, c, r);
            if (world->classes[c].losable)
                continue;
            OutcomeFateRow *row = &outcome->fates[outcome->fate_count++];
            *row = (OutcomeFateRow){
                .data = world->classes[c].name,
                .region = world->regions[r].name,
                .issued = count->issued,
                .ok = count->ok,
                .error = count->refused,
                .unknown = count->unknown,
                .open = count->open,
                .diverged = count->diverged,
                .duplicates = count->surplus_owners,
                .duplicate_effects = count->duplicate_effects,
                .ghosts = count->ghosts,
                .unavailable = count->dark,
            };
            for (int f = 0; f < OUTCOME_FATES; f++)
                row->fate[f] = count->fate[f];
        }
    const LedgerRpo *rpos;
    uint32_t         rpo_count = ledger_rpos(world->ledger, &rpos);
    outcome->rpos = sim_arena_array(outcome->arena, OutcomeRpo, rpo_count + 1);
    for (uint32_t c = 0; c < world->class_count; c++) /* by data, region, time */
        for (uint32_t r = 0; r < world->region_count; r++)
            for (uint32_t i = 0; i < rpo_count; i++)
                if (rpos[i].class_index == c && rpos[i].region == r && !world->classes[c].losable)
                    outcome->rpos[outcome->rpo_count++] = (OutcomeRpo){
                        world->classes[c].name, world->regions[r].name, rpos[i].failed_at,
                        rpos[i].prefix_acked,   rpos[i].newest_acked,   rpos[i].lost};
}

static void collect_reads(Outcome *outcome, const World *world)
{
    size_t most = 1;
    for (uint32_t c = 0; c < world->class_count; c++)
        most += world->classes[c].step_count * (METRICS_HISTOGRAM_BUCKETS + 3u);
    outcome->stales = sim_arena_array(outcome->arena, OutcomeStale, most);
    for (uint32_t c = 0; c < world->class_count; c++) {
        const DataClass *class = &world->classes[c];
        int64_t phantom = 0;
        for (uint32_t r = 0; r < world->region_count; r++)
            phantom += ledger_count(world->ledger, c, r)->phantom_reads;
        for (uint32_t s = 0; s < class->step_count; s++) {
            const ReadCount *count = &class->reads[s];
            const char      *step = class->steps[s].name;
            for (uint32_t b = 0; b < METRICS_HISTOGRAM_BUCKETS; b++)
                if (count->age.bucket[b] > 0)
                    outcome->stales[outcome->stale_count++] = (OutcomeStale){
                        class->name, step, "R1", metrics_bucket_top(b), count->age.bucket[b], 0};
            if (count->age.count > 0) /* all versions missed, on the last row of the step */
                outcome->stales[outcome->stale_count - 1].versions = count->versions;
            if (count->own > 0)
                outcome->stales[outcome->stale_count++] =
                    (OutcomeStale){class->name, step, "R2", 0, count->own, 0};
            if (s == 0 && phantom > 0)
                outcome->stales[outcome->stale_count++] =
                    (OutcomeStale){class->name, step, "R3", 0, phantom, 0};
            outcome->stales[outcome->stale_count++] =
                (OutcomeStale){class->name, step, "fresh", 0, count->fresh, 0};
        }
    }
}

/* ---- users ------------------------------------------------------------------------------- */

enum { HIT_LOST = HARM_KINDS, HIT_OVERWRITTEN, HIT_DUPLICATE, HIT_KINDS };

typedef struct Hit { /* one user, one harm */
    const char *harm;
    const char *what;
    uint32_t    kind;
    uint32_t    cohort, access;
    uint64_t    user;
    SimTime     at;
    bool        recoverable;
    bool        counts; /* makes the user a "hit" one */
} Hit;

/* The order in which users are compensated: what cannot be repaired first, a nuisance last. */
static uint32_t gravity(const Hit *hit)
{
    static const uint32_t by_kind[HIT_KINDS] = {
        [HIT_LOST] = 1,         [HIT_OVERWRITTEN] = 2,     [HIT_DUPLICATE] = 3,
        [HARM_REJECTED] = 4,    [HARM_REJECTED_LATER] = 4, [HARM_STALE] = 5,
        [HARM_FAILED_CORE] = 6, [HARM_FORCED_LOGIN] = 7,
    };
    return hit->kind == HIT_LOST && !hit->recoverable ? 0 : by_kind[hit->kind];
}

static gint compare_hits(gconstpointer left, gconstpointer right)
{
    const Hit *a = left;
    const Hit *b = right;
    if (a->cohort != b->cohort)
        return a->cohort < b->cohort ? -1 : 1;
    if (a->user != b->user)
        return a->user < b->user ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return strcmp(a->what, b->what);
}

static const char *const harm_names[HIT_KINDS] = {
    "failed core request", "forced login", "rejected registration", "stale credential",
    "rejected later",      "lost write",   "overwritten",           "duplicate account"};

static gint compare_gravity(gconstpointer left, gconstpointer right)
{
    uint32_t a = gravity(left);
    uint32_t b = gravity(right);
    if (a != b)
        return a < b ? -1 : 1;
    return compare_hits(left, right);
}

static GArray *hits_of(const World *world)
{
    const LedgerLoss *losses;
    uint64_t          count = ledger_losses(world->ledger, &losses);
    GArray *hits = g_array_sized_new(FALSE, FALSE, sizeof(Hit), world->harms->len + (guint)count);
    for (guint i = 0; i < world->harms->len; i++) {
        const Harm *harm = &g_array_index(world->harms, Harm, i);
        bool        by_class = harm->what == HARM_STALE || harm->what == HARM_FORCED_LOGIN ||
                        harm->what == HARM_REJECTED_LATER;
        Hit hit = {
            .harm = harm_names[harm->what],
            .what = by_class ? world->classes[harm->place].name : world->services[harm->place].name,
            .kind = harm->what,
            .cohort = harm->cohort,
            .access = harm->access,
            .user = harm->user,
            .at = harm->at,
            .recoverable = true,
            .counts = harm->what == HARM_FAILED_CORE,
        };
        g_array_append_val(hits, hit);
    }
    for (uint64_t i = 0; i < count; i++) {
        const LedgerLoss *loss = &losses[i];
        if (loss->fate == LEDGER_L8)
            continue;
        uint32_t kind = loss->fate == LEDGER_L5                              ? HIT_DUPLICATE
                        : loss->fate == LEDGER_L3 || loss->fate == LEDGER_L4 ? HIT_OVERWRITTEN
                                                                             : HIT_LOST;
        Hit      hit = {
                 .harm = harm_names[kind],
                 .what = world->classes[loss->class_index].name,
                 .kind = kind,
                 .cohort = loss->cohort,
                 .access = users_access(world, loss->cohort, loss->user),
                 .user = loss->user,
                 .at = loss->acked,
                 .recoverable = world->classes[loss->class_index].recoverable || loss->fate == LEDGER_L2,
                 .counts = true,
        };
        g_array_append_val(hits, hit);
    }
    g_array_sort(hits, compare_hits);
    return hits;
}

static void collect_users(Outcome *outcome, const World *world)
{
    GArray *hits = hits_of(world);
    size_t  cells = (size_t)world->cohort_count * HIT_KINDS * world->region_count;
    outcome->harms = sim_arena_array(outcome->arena, OutcomeUserHarm, cells + 1);
    outcome->users_hit_of = sim_arena_array(outcome->arena, int64_t, world->cohort_count + 1);
    OutcomeUserHarm *table = g_new0(OutcomeUserHarm, cells + 1);
    guint            rows = hits->len < COMPENSATION_ROWS ? hits->len : COMPENSATION_ROWS;
    outcome->compensations = sim_arena_array(outcome->arena, OutcomeCompensation, rows + 1);
    unsigned kinds_seen = 0; /* of the user at hand */
    bool     counted = false;
    for (guint i = 0; i < hits->len; i++) {
        const Hit *hit = &g_array_index(hits, Hit, i);
        size_t     at =
            ((size_t)hit->cohort * HIT_KINDS + hit->kind) * world->region_count + hit->access;
        if (i == 0 || hit[-1].user != hit->user || hit[-1].cohort != hit->cohort) {
            kinds_seen = 0;
            counted = false;
        }
        bool first_that_counts = hit->counts && !counted;
        table[at].events++;
        table[at].user_count += (kinds_seen & 1u << hit->kind) == 0;
        kinds_seen |= 1u << hit->kind;
        counted |= hit->counts;
        outcome->users_hit += first_that_counts;
        outcome->users_hit_of[hit->cohort] += first_that_counts;
    }
    g_array_sort(hits, compare_gravity);
    for (guint i = 0; i < rows; i++) {
        const Hit *hit = &g_array_index(hits, Hit, i);
        outcome->compensations[outcome->compensation_count++] =
            (OutcomeCompensation){world->cohorts[hit->cohort].name,
                                  hit->user,
                                  hit->harm,
                                  hit->what,
                                  hit->at,
                                  hit->recoverable};
    }
    outcome->compensations_left_out = hits->len - rows;
    for (uint32_t c = 0; c < world->cohort_count; c++)
        for (uint32_t k = 0; k < HIT_KINDS; k++)
            for (uint32_t r = 0; r < world->region_count; r++) {
                OutcomeUserHarm *row =
                    &table[((size_t)c * HIT_KINDS + k) * world->region_count + r];
                if (row->events == 0)
                    continue;
                row->users = world->cohorts[c].name;
                row->harm = harm_names[k];
                row->access = world->regions[r].name;
                outcome->harms[outcome->harm_count++] = *row;
            }
    for (uint32_t c = 0; c < world->cohort_count; c++)
        outcome->users += (int64_t)(world->cohorts[c].count + world->cohorts[c].newcomers);
    g_free(table);
    g_array_free(hits, TRUE);
}

/* ---- recovery, cost, timeline ------------------------------------------------------------ */

/* A failover or a planned switch. */
static gint compare_recoveries(gconstpointer left, gconstpointer right)
{
    const Recovery *a = left;
    const Recovery *b = right;
    if (a->stages[0].start != b->stages[0].start)
        return a->stages[0].start < b->stages[0].start ? -1 : 1;
    return a->region < b->region ? -1 : a->region > b->region;
}

static GArray *recoveries_of(const World *world)
{
    GArray *all = g_array_copy(world->recoveries);
    for (uint32_t i = 0; i < world->switch_count; i++) {
        const Switch *plan = &world->switches[i];
        Recovery      one = {.region = plan->from, .heir = plan->to, .is_switch = true};
        one.stage_count = plan->stage_count;
        memcpy(one.stages, plan->stages, sizeof plan->stages);
        if (plan->stage_count > 0)
            g_array_append_val(all, one);
    }
    g_array_sort(all, compare_recoveries);
    return all;
}

/* Whom a stage is about besides the region that is failed over: from the promotion on its heir. */
static const char *stage_detail(const World *world, const Recovery *one, uint32_t stage)
{
    bool last = stage + 1 == one->stage_count;
    if (one->called_off && last)
        return "called off";
    bool to_heir = one->is_switch;
    for (uint32_t s = 0; s <= stage; s++)
        to_heir |= g_str_equal(one->stages[s].name, "promote");
    return to_heir && one->heir != WORLD_NONE ? world->regions[one->heir].name : "";
}

/* When the next recovery of the same region begins: its outage is another one. */
static SimTime next_of(const GArray *all, guint index)
{
    for (guint i = index + 1; i < all->len; i++)
        if (g_array_index(all, Recovery, i).region == g_array_index(all, Recovery, index).region)
            return g_array_index(all, Recovery, i).stages[0].start;
    return SIM_TIME_NEVER;
}

static void collect_restores(Outcome *outcome, const World *world)
{
    GArray *all = recoveries_of(world);
    outcome->restores =
        sim_arena_array(outcome->arena, OutcomeRestore,
                        (size_t)all->len * (RECOVERY_STAGES + world->service_count) + 1);
    for (guint i = 0; i < all->len; i++) {
        const Recovery *one = &g_array_index(all, Recovery, i);
        const char     *region = world->regions[one->region].name;
        for (uint32_t s = 0; s < one->stage_count; s++) {
            const Stage *stage = &one->stages[s];
            outcome->restores[outcome->restore_count++] = (OutcomeRestore){
                .failover = i + 1,
                .region = region,
                .stage = stage->name,
                .detail = stage_detail(world, one, s),
                .start = stage->start,
                .end = stage->end,
            };
        }
        const Stage *beside = &one->stages[RECOVERY_RECONCILES];
        if (beside->name != NULL)
            outcome->restores[outcome->restore_count++] =
                (OutcomeRestore){i + 1, region, beside->name, "", beside->start, beside->end};
        for (uint32_t s = 0; s < world->service_count; s++) {
            const char *service = world->services[s].name;
            RunOutage   outage = run_outage(outcome, &(RunOutageAsk){.service = service,
                                                                     .access = region,
                                                                     .after = one->stages[0].start,
                                                                     .before = next_of(all, i),
                                                                     .below = RUN_OUTAGE_BELOW});
            if (outage.first_bad >= 0)
                outcome->restores[outcome->restore_count++] = (OutcomeRestore){
                    i + 1, region, "users", service, outage.first_bad, outage.first_over};
        }
    }
    g_array_free(all, TRUE);
}

#define HOLD_COSTS 4u /* rows per class and region: collect_holds */

static void add_cost(Outcome *outcome, const char *item, const char *place, int64_t amount,
                     const char *unit)
{
    outcome->costs[outcome->cost_count++] = (OutcomeCost){item, place, amount, unit};
}

/* What people put back after failovers, and how long that kept them. */
static void collect_reconciled(Outcome *outcome, const World *world)
{
    for (guint i = 0; i < world->recoveries->len; i++) {
        const Recovery *one = &g_array_index(world->recoveries, Recovery, i);
        if (one->stages[RECOVERY_RECONCILES].name == NULL)
            continue;
        const char *place = world->regions[one->region].name;
        SimTime     each = world->failovers[one->failover].reconcile_each;
        add_cost(outcome, "records put back by people", place, one->put_back, "records");
        add_cost(outcome, "records written again before that", place, one->written_again,
                 "records");
        add_cost(outcome, "time of people, reconciling", place,
                 sim_time_mul_far(each, one->put_back), "ns");
    }
}

/* What it cost to wait for copies: nothing where no commit waits. */
static void collect_holds(Outcome *outcome, const World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t r = 0; r < world->region_count && world->classes[c].holds != NULL; r++) {
            const Holds *holds = &world->classes[c].holds[r];
            if (holds->held == 0)
                continue;
            const char *place =
                text_take(outcome, g_strdup_printf("%s in %s", world->classes[c].name,
                                                   world->regions[r].name));
            add_cost(outcome, "commits that waited for copies", place, holds->held, "commits");
            add_cost(outcome, "time they waited, together", place, holds->waited, "ns");
            add_cost(outcome, "longest wait for copies", place, holds->longest, "ns");
            add_cost(outcome, "times it went on without copies", place, holds->fallbacks, "times");
        }
}

static size_t total_steps(const World *world)
{
    size_t count = 0;
    for (uint32_t c = 0; c < world->class_count; c++)
        count += world->classes[c].step_count;
    return count;
}

/* Calls that pools and breakers refused, as far as there were any. */
static void collect_refusals(Outcome *outcome, const World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t s = 0; s < world->classes[c].step_count; s++) {
            const ReadStep  *step = &world->classes[c].steps[s];
            const ReadGuard *guard = step->guard;
            for (uint32_t r = 0; guard != NULL && r < world->region_count; r++) {
                const int64_t counts[] = {guard->full[r], guard->broken[r]};
                for (int i = 0; i < 2; i++)
                    if (counts[i] > 0)
                        outcome->costs[outcome->cost_count++] = (OutcomeCost){
                            i == 0 ? "calls refused by a full pool" : "calls refused by a breaker",
                            text_take(outcome, g_strdup_printf("%s in %s", step->part,
                                                               world->regions[r].name)),
                            counts[i], "calls"};
            }
        }
}

/* Retries of services and steps; those of users are in the windows. */
static void collect_retries(Outcome *outcome, const World *world, const Again *again,
                            const char *who)
{
    for (uint32_t r = 0; again != NULL && r < world->region_count; r++)
        if (again->tried[r] > 0)
            add_cost(outcome, "retries below the users'",
                     text_take(outcome, g_strdup_printf("%s in %s", who, world->regions[r].name)),
                     again->tried[r], "retries");
}

static void collect_costs(Outcome *outcome, const World *world)
{
    outcome->costs = sim_arena_array(
        outcome->arena, OutcomeCost,
        world->link_count + 2 * (size_t)world->cohort_count +
            2 * (size_t)world->service_count * world->region_count + total_streams(world) +
            (size_t)world->class_count * world->region_count * HOLD_COSTS +
            3 * total_steps(world) * world->region_count + 3 * (size_t)world->recoveries->len + 1);
    for (uint32_t l = 0; l < world->link_count; l++) {
        const Link *link = &world->links[l];
        outcome->costs[outcome->cost_count++] = (OutcomeCost){
            "cross-region bytes",
            text_take(outcome,
                      g_strdup_printf("%s > %s%s%s", world->regions[link->from].name,
                                      world->regions[link->to].name, link->name != NULL ? ", " : "",
                                      link->name != NULL ? link->name : "")),
            link_bytes(link), "B"};
    }
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t r = 0; r < world->region_count; r++)
            outcome->costs[outcome->cost_count++] = (OutcomeCost){
                "peak threads",
                text_take(outcome, g_strdup_printf("%s in %s", world->services[s].name,
                                                   world->regions[r].name)),
                world->services[s].sites[r].peak, "threads"};
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (stream->link == WORLD_NONE || stream->repeats == 0)
            continue;
        outcome->costs[outcome->cost_count++] = (OutcomeCost){
            "messages sent twice",
            text_take(outcome, g_strdup_printf("%s, %s > %s", world->channels[stream->channel].name,
                                               world->regions[stream->from].name,
                                               world->regions[stream->to].name)),
            stream->repeats, "messages"};
    }
    collect_holds(outcome, world);
    collect_reconciled(outcome, world);
    collect_refusals(outcome, world);
    for (uint32_t c = 0; c < world->cohort_count; c++)
        if (world->cohorts[c].connections != NULL &&
            connections_broken(world->cohorts[c].connections) > 0) {
            add_cost(outcome, "connections broken", world->cohorts[c].name,
                     connections_broken(world->cohorts[c].connections), "connections");
            add_cost(outcome, "connections set up anew", world->cohorts[c].name,
                     connections_set_up(world->cohorts[c].connections), "connections");
        }
    for (uint32_t s = 0; s < world->service_count; s++)
        collect_retries(outcome, world, world->services[s].again, world->services[s].name);
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t s = 0; s < world->classes[c].step_count; s++)
            collect_retries(outcome, world, world->classes[c].steps[s].again,
                            world->classes[c].steps[s].part);
}

/* Only breaks that healed: what lies behind a lost region is not caught up but taken over. */
static void collect_catch_ups(Outcome *outcome, const World *world)
{
    outcome->catch_ups =
        sim_arena_array(outcome->arena, OutcomeCatchUp, (size_t)world->catch_ups->len + 1);
    for (guint i = 0; i < world->catch_ups->len; i++) {
        const CatchUp *row = &g_array_index(world->catch_ups, CatchUp, i);
        const Stream  *stream = &world->streams[row->stream];
        const Channel *channel = &world->channels[stream->channel];
        if (row->healed_at < 0)
            continue;
        outcome->catch_ups[outcome->catch_up_count++] = (OutcomeCatchUp){
            .data = world->classes[channel->class_index].name,
            .channel = channel->name,
            .from = world->regions[stream->from].name,
            .to = world->regions[stream->to].name,
            .stalled = row->stalled_at,
            .healed = row->healed_at,
            .done = row->done_at,
        };
    }
}

static void collect_alones(Outcome *outcome, const World *world)
{
    outcome->alone_count = world->alones->len;
    outcome->alones =
        sim_arena_array(outcome->arena, OutcomeAlone, (size_t)outcome->alone_count + 1);
    for (uint32_t i = 0; i < outcome->alone_count; i++) {
        const Alone *alone = &g_array_index(world->alones, Alone, i);
        outcome->alones[i] = (OutcomeAlone){world->classes[alone->class_index].name,
                                            world->regions[alone->region].name, alone->waited,
                                            alone->from, alone->to};
    }
}

static void collect_resyncs(Outcome *outcome, const World *world)
{
    static const char *const ends[] = {"open", "done", "overflow", "broke off"};
    outcome->resync_count = world->resyncs->len;
    outcome->resyncs =
        sim_arena_array(outcome->arena, OutcomeResync, (size_t)outcome->resync_count + 1);
    for (uint32_t i = 0; i < outcome->resync_count; i++) {
        const ResyncRow *row = &g_array_index(world->resyncs, ResyncRow, i);
        const Stream    *stream = &world->streams[row->stream];
        const Channel   *channel = &world->channels[stream->channel];
        outcome->resyncs[i] = (OutcomeResync){
            .data = world->classes[channel->class_index].name,
            .channel = channel->name,
            .from = world->regions[stream->from].name,
            .to = world->regions[stream->to].name,
            .kind = row->full ? "full" : "partial",
            .end = ends[row->end],
            .lost = row->lost,
            .began = row->began,
            .loading = row->loading,
            .ended = row->ended,
            .lacked = row->lacked,
        };
    }
}

static void collect_intents(Outcome *outcome, const World *world)
{
    outcome->intents = sim_arena_array(outcome->arena, OutcomeIntents,
                                       (size_t)world->class_count * world->region_count + 1);
    for (uint32_t c = 0; c < world->class_count && world->intents != NULL; c++)
        for (uint32_t r = 0; r < world->region_count; r++) {
            const LedgerCount *count = ledger_count(world->ledger, c, r);
            const IntentDelay *delay = intent_delay(world, c, r);
            int64_t            answers = (int64_t)delay->histogram.count;
            if (count->accepted == 0 && answers == 0)
                continue;
            outcome->intents[outcome->intent_count++] = (OutcomeIntents){
                .data = world->classes[c].name,
                .region = world->regions[r].name,
                .accepted = count->accepted,
                .confirmed = count->intent[LEDGER_INTENT_CONFIRMED],
                .rejected = count->intent[LEDGER_INTENT_REJECTED],
                .lost = count->intent[LEDGER_INTENT_LOST],
                .pending = count->intent[LEDGER_INTENT_PENDING],
                .answers = answers,
                .mean = answers > 0 ? delay->sum / answers : -1,
                .p99 = metrics_histogram_quantile(&delay->histogram, 990000000),
                .max = answers > 0 ? delay->histogram.max : -1,
            };
        }
}

/* What happens at one instant stays in the order in which it happened: the sort is stable. */
static gint compare_marks(gconstpointer left, gconstpointer right)
{
    const OutcomeMark *a = left;
    const OutcomeMark *b = right;
    return a->at < b->at ? -1 : a->at > b->at;
}

typedef struct Heal { /* of one stream */
    uint32_t class_index;
    SimTime  at;
    SimTime  took; /* until it had caught up; -1: it has not */
} Heal;

static gint compare_heals(gconstpointer left, gconstpointer right)
{
    const Heal *a = left;
    const Heal *b = right;
    if (a->class_index != b->class_index)
        return a->class_index < b->class_index ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->took < b->took ? -1 : a->took > b->took;
}

/* For every heal the time that the slowest stream of each class took, if it is worth a line. */
static void add_catch_ups(Outcome *outcome, const World *world, GArray *marks)
{
    GArray *heals = g_array_new(FALSE, FALSE, sizeof(Heal));
    for (guint i = 0; i < world->catch_ups->len; i++) {
        const CatchUp *entry = &g_array_index(world->catch_ups, CatchUp, i);
        if (entry->healed_at < 0)
            continue;
        const Stream *stream = &world->streams[entry->stream];
        Heal          heal = {world->channels[stream->channel].class_index, entry->healed_at,
                     entry->done_at < 0 ? -1 : entry->done_at - entry->healed_at};
        g_array_append_val(heals, heal);
    }
    g_array_sort(heals, compare_heals);
    for (guint i = 0; i < heals->len;) {
        const Heal *first = &g_array_index(heals, Heal, i);
        const Heal *last = first;
        for (; i < heals->len; i++) {
            const Heal *next = &g_array_index(heals, Heal, i);
            if (next->class_index != first->class_index || next->at != first->at)
                break;
            last = next;
        }
        if (last->took < SIM_S)
            continue;
        const char *class = world->classes[first->class_index].name;
        char       *took = sim_text_duration(last->took);
        OutcomeMark row = {
            last->at + last->took,
            text_take(outcome, first->took < 0 ? g_strdup_printf("%s has not caught up", class)
                                               : g_strdup_printf("%s caught up, %s after the heal",
                                                                 class, took)),
            false};
        g_free(took);
        g_array_append_val(marks, row);
    }
    g_array_free(heals, TRUE);
}

/* The timeline: what the models noted, and for every break how long the slowest stream of each
 * class took to catch up. */
static void collect_marks(Outcome *outcome, const World *world)
{
    GArray *marks = g_array_new(FALSE, TRUE, sizeof(OutcomeMark));
    for (guint i = 0; i < world->marks->len; i++) {
        const Mark *mark = &g_array_index(world->marks, Mark, i);
        OutcomeMark row = {mark->at, sim_arena_text(outcome->arena, mark->text), mark->bad};
        g_array_append_val(marks, row);
    }
    add_catch_ups(outcome, world, marks);
    g_array_sort(marks, compare_marks);
    outcome->mark_count = marks->len;
    outcome->marks = sim_arena_array(outcome->arena, OutcomeMark, marks->len + 1);
    if (marks->len > 0)
        memcpy(outcome->marks, marks->data, sizeof(OutcomeMark) * marks->len);
    g_array_free(marks, TRUE);
}

/* ---- the whole --------------------------------------------------------------------------- */

Outcome *run_collect(World *world, SimStop stop)
{
    Outcome *outcome = g_new0(Outcome, 1);
    outcome->arena = sim_arena_new(1 << 16);
    outcome->plan = world->plan;
    outcome->seed = world->seed;
    outcome->schedule = sim_engine_fingerprint(world->engine);
    outcome->events = sim_engine_events(world->engine);
    outcome->most_pending = sim_engine_most_pending(world->engine);
    outcome->end = sim_engine_now(world->engine);
    outcome->limit = "";
    if (stop != SIM_STOP_END)
        outcome->limit = text_take(outcome, g_strdup(sim_engine_stop_text(world->engine, stop)));
    collect_faults(outcome, world);
    collect_messages(outcome, world);
    collect_windows(outcome, world);
    collect_lag(outcome, world);
    collect_busy(outcome, world);
    collect_latency(outcome, world);
    collect_losses(outcome, world);
    collect_fates(outcome, world);
    collect_reads(outcome, world);
    collect_users(outcome, world);
    collect_restores(outcome, world);
    collect_costs(outcome, world);
    collect_catch_ups(outcome, world);
    collect_alones(outcome, world);
    collect_resyncs(outcome, world);
    collect_intents(outcome, world);
    collect_marks(outcome, world);
    timeline_collect(outcome, world);
    return outcome;
}

static void digest_text(SimDigest *digest, const char *text)
{
    sim_digest_bytes(digest, text, strlen(text) + 1);
}

void run_seal(Outcome *outcome, const World *world)
{
    SimDigest chance;
    sim_digest_init(&chance);
    for (guint i = 0; i < world->streams_of_chance->len; i++) {
        const SimRng *rng = g_ptr_array_index(world->streams_of_chance, i);
        sim_digest_words(&chance, rng->state[0], rng->state[1]);
    }
    outcome->chance = sim_digest_value(&chance);

    SimDigest results;
    sim_digest_init(&results);
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *row = &outcome->windows[i];
        sim_digest_words(&results, (uint64_t)row->from, (uint64_t)row->issued);
        for (int q = 0; q <= METRICS_RETRIED; q++)
            sim_digest_words(&results, (uint64_t)row->ok[q], (uint64_t)row->failed[q]);
        /* What a run does not have does not show in its fingerprint. */
        for (int q = METRICS_RETRIED + 1; q < METRICS_QUALITY_COUNT; q++)
            if (row->ok[q] != 0)
                sim_digest_words(&results, (uint64_t)row->ok[q], (uint64_t)q);
        for (int f = METRICS_FENCED + 1; f < METRICS_FAILURE_COUNT; f++)
            if (row->failed[f] != 0)
                sim_digest_words(&results, (uint64_t)row->failed[f], (uint64_t)f);
        sim_digest_words(&results, (uint64_t)row->p99, (uint64_t)row->attempts);
    }
    for (uint32_t i = 0; i < outcome->lag_count; i++)
        sim_digest_words(&results, (uint64_t)outcome->lags[i].backlog,
                         (uint64_t)outcome->lags[i].age);
    for (uint32_t i = 0; i < outcome->loss_count; i++) {
        const OutcomeLoss *row = &outcome->losses[i];
        digest_text(&results, row->code);
        sim_digest_words(&results, row->write, (uint64_t)row->acked);
    }
    for (uint32_t i = 0; i < outcome->fate_count; i++) {
        const OutcomeFateRow *row = &outcome->fates[i];
        sim_digest_words(&results, (uint64_t)row->issued, (uint64_t)row->ghosts);
        sim_digest_words(&results, (uint64_t)row->diverged, (uint64_t)row->duplicate_effects);
        for (int f = 0; f < OUTCOME_FATES; f++)
            sim_digest_words(&results, (uint64_t)row->fate[f], (uint64_t)f);
    }
    for (uint32_t i = 0; i < outcome->resync_count; i++) {
        const OutcomeResync *row = &outcome->resyncs[i];
        digest_text(&results, row->kind);
        digest_text(&results, row->end);
        sim_digest_words(&results, (uint64_t)row->began, (uint64_t)row->ended);
    }
    for (uint32_t i = 0; i < outcome->intent_count; i++) {
        const OutcomeIntents *row = &outcome->intents[i];
        sim_digest_words(&results, (uint64_t)row->accepted, (uint64_t)row->confirmed);
        sim_digest_words(&results, (uint64_t)row->rejected, (uint64_t)row->p99);
    }
    for (uint32_t i = 0; i < outcome->harm_count; i++)
        sim_digest_words(&results, (uint64_t)outcome->harms[i].user_count,
                         (uint64_t)outcome->harms[i].events);
    for (uint32_t i = 0; i < outcome->expectation_count; i++)
        sim_digest_words(&results, (uint64_t)outcome->expectations[i].value,
                         (uint64_t)outcome->expectations[i].samples);
    outcome->results = sim_digest_value(&results);
}

void outcome_free(Outcome *outcome)
{
    if (outcome == NULL)
        return;
    g_free(outcome->lags);
    sim_arena_free(outcome->arena);
    g_free(outcome);
}
