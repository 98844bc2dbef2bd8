/*
 * summary.c: one line per row, blocks in a fixed order.
 */
#include "sim/cli/summary.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/cli/play.h"

const char *cli_verdict_name(OutcomeVerdict verdict)
{
    switch (verdict) {
    case OUTCOME_HELD:
        return "held";
    case OUTCOME_BROKEN:
        return "broken";
    case OUTCOME_INCONCLUSIVE:
        return "inconclusive";
    }
    return "";
}

const char *cli_quality_name(MetricsQuality quality)
{
    switch (quality) {
    case METRICS_FRESH:
        return "fresh";
    case METRICS_STALE:
        return "stale";
    case METRICS_REMOTE:
        return "remote";
    case METRICS_REGENERATED:
        return "regenerated";
    case METRICS_REFUSED_OK:
        return "rightly-refused";
    case METRICS_RETRIED:
        return "retried";
    case METRICS_DEGRADED:
        return "degraded";
    case METRICS_PROVISIONAL:
        return "provisional";
    case METRICS_QUALITY_COUNT:
        break;
    }
    return "";
}

const char *cli_failure_name(MetricsFailure failure)
{
    switch (failure) {
    case METRICS_TIMEOUT:
        return "timeout";
    case METRICS_UNREACHABLE:
        return "unreachable";
    case METRICS_OVERLOAD:
        return "overload";
    case METRICS_OWNER:
        return "owner";
    case METRICS_NOT_FOUND:
        return "not-found";
    case METRICS_FENCED:
        return "fenced";
    case METRICS_CONFLICT:
        return "conflict";
    case METRICS_FAILURE_COUNT:
        break;
    }
    return "";
}

int64_t cli_window_ok(const OutcomeWindow *window)
{
    int64_t sum = 0;
    for (int i = 0; i < METRICS_QUALITY_COUNT; i++)
        sum += window->ok[i];
    return sum;
}

int64_t cli_window_failed(const OutcomeWindow *window)
{
    int64_t sum = 0;
    for (int i = 0; i < METRICS_FAILURE_COUNT; i++)
        sum += window->failed[i];
    return sum;
}

static void line(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void line(GString *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(out, format, arguments);
    va_end(arguments);
    g_string_append_c(out, '\n');
}

/* Exact; "-" where there is no time. */
static void time_add(GString *out, const char *word, SimTime time)
{
    if (time < 0) {
        g_string_append_printf(out, " %s -", word);
        return;
    }
    char *text = sim_text_from_quantity(time, SIM_UNIT_TIME);
    g_string_append_printf(out, " %s %s", word, text);
    g_free(text);
}

static void head_add(GString *out, const Outcome *outcome)
{
    line(out, "scenario %s", cli_scenario_name(outcome->plan));
    line(out, "plan %s", plan_hash(outcome->plan));
    line(out, "seed %" PRIu64, outcome->seed);
    line(out, "verdict %s%s%s", cli_verdict_name(outcome->verdict),
         outcome->limit[0] == '\0' ? "" : ": ", outcome->limit);
    g_string_append(out, "end");
    time_add(out, "at", outcome->end);
    g_string_append_c(out, '\n');
    line(out, "events %" PRIu64 " most-pending %u", outcome->events, outcome->most_pending);
    line(out, "users %" PRId64 " hit %" PRId64, outcome->users, outcome->users_hit);
}

static void expectations_add(GString *out, const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->expectation_count; i++) {
        const OutcomeExpectation *row = &outcome->expectations[i];
        line(out, "expect '%s': %s, %s; got %s wanted %s samples %" PRId64 " line %u", row->name,
             row->held    ? "held"
             : row->empty ? "empty"
                          : "broken",
             row->claim, row->got, row->wanted, row->samples, row->line);
    }
}

static void faults_add(GString *out, const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->fault_count; i++) {
        const OutcomeFault *row = &outcome->faults[i];
        g_string_append_printf(out, "fault %s %s", row->kind, row->target);
        time_add(out, "from", row->start);
        time_add(out, "to", row->end);
        g_string_append_printf(out, " dropped %" PRId64, row->dropped);
        if (row->bounced > 0)
            g_string_append_printf(out, " bounced %" PRId64, row->bounced);
        if (row->replies > 0)
            g_string_append_printf(out, " replies-lost %" PRId64, row->replies);
        line(out, " delayed %" PRId64 " refused %" PRId64 " held %" PRId64 "%s", row->delayed,
             row->refused, row->held, row->vacuous ? " VACUOUS" : "");
    }
}

/* Windows summed over time, one line per (service, access, users). */
static void windows_add(GString *out, const Outcome *outcome)
{
    GArray *sums = g_array_new(FALSE, FALSE, sizeof(OutcomeWindow));
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *row = &outcome->windows[i];
        guint                at = 0;
        for (; at < sums->len; at++) {
            const OutcomeWindow *sum = &g_array_index(sums, OutcomeWindow, at);
            if (strcmp(sum->service, row->service) == 0 && strcmp(sum->access, row->access) == 0 &&
                strcmp(sum->users, row->users) == 0)
                break;
        }
        if (at == sums->len) {
            g_array_append_val(sums, *row);
            continue;
        }
        OutcomeWindow *sum = &g_array_index(sums, OutcomeWindow, at);
        sum->attempts += row->attempts;
        sum->issued += row->issued;
        sum->open += row->open;
        sum->max = MAX(sum->max, row->max);
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            sum->ok[q] += row->ok[q];
        for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
            sum->failed[f] += row->failed[f];
    }
    for (guint i = 0; i < sums->len; i++) {
        const OutcomeWindow *sum = &g_array_index(sums, OutcomeWindow, i);
        g_string_append_printf(out,
                               "requests %s near %s of %s: issued %" PRId64 " attempts %" PRId64
                               " ok %" PRId64 " failed %" PRId64 " open %" PRId64,
                               sum->service, sum->access, sum->users, sum->issued, sum->attempts,
                               cli_window_ok(sum), cli_window_failed(sum), sum->open);
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++) {
            if (sum->ok[q] != 0)
                g_string_append_printf(out, " %s %" PRId64, cli_quality_name((MetricsQuality)q),
                                       sum->ok[q]);
        }
        for (int f = 0; f < METRICS_FAILURE_COUNT; f++) {
            if (sum->failed[f] != 0)
                g_string_append_printf(out, " %s %" PRId64, cli_failure_name((MetricsFailure)f),
                                       sum->failed[f]);
        }
        time_add(out, "slowest", sum->max);
        g_string_append_c(out, '\n');
    }
    g_array_free(sums, TRUE);
}

static void writes_add(GString *out, const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->fate_count; i++) {
        const OutcomeFateRow *row = &outcome->fates[i];
        line(out,
             "writes %s in %s: issued %" PRId64 " ok %" PRId64 " error %" PRId64 " unknown %" PRId64
             " open %" PRId64 " | survived %" PRId64 " L1 %" PRId64 " L2 %" PRId64 " L3 %" PRId64
             " L4 %" PRId64 " L6 %" PRId64 " | L5 %" PRId64 " L7 %" PRId64 " L8 %" PRId64
             " U1 %" PRId64 "ns",
             row->data, row->region, row->issued, row->ok, row->error, row->unknown, row->open,
             row->fate[OUTCOME_SURVIVED], row->fate[OUTCOME_L1], row->fate[OUTCOME_L2],
             row->fate[OUTCOME_L3], row->fate[OUTCOME_L4], row->fate[OUTCOME_L6], row->duplicates,
             row->duplicate_effects, row->ghosts, row->unavailable);
        if (row->diverged > 0)
            line(out, "diverged %s of %s: %" PRId64 " never everywhere", row->data, row->region,
                 row->diverged);
    }
    for (uint32_t i = 0; i < outcome->rpo_count; i++) {
        const OutcomeRpo *row = &outcome->rpos[i];
        g_string_append_printf(out, "rpo %s in %s", row->data, row->region);
        time_add(out, "failed", row->failed_at);
        time_add(out, "prefix", row->prefix_acked);
        time_add(out, "newest", row->newest_acked);
        line(out, " lost %" PRId64, row->lost);
    }
}

/* Losses by (data, code, fault, mechanism): the rows themselves are too many to read. */
static void losses_add(GString *out, const Outcome *outcome)
{
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, NULL);
    GPtrArray  *keys = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < outcome->loss_count; i++) {
        const OutcomeLoss *row = &outcome->losses[i];
        char    *key = g_strdup_printf("loss %s %s by '%s': %s", row->code, row->data, row->fault,
                                       row->mechanism);
        gpointer seen = g_hash_table_lookup(counts, key);
        if (seen == NULL) {
            g_ptr_array_add(keys, key); /* first seen, first shown: no walk over the table */
            g_hash_table_insert(counts, key, GUINT_TO_POINTER(1));
        } else {
            g_hash_table_insert(counts, key, GUINT_TO_POINTER(GPOINTER_TO_UINT(seen) + 1));
            g_free(key);
        }
    }
    for (guint i = 0; i < keys->len; i++)
        line(out, "%s: %u", (const char *)keys->pdata[i],
             GPOINTER_TO_UINT(g_hash_table_lookup(counts, keys->pdata[i])));
    if (outcome->losses_left_out > 0)
        line(out, "loss rows left out: %" PRIu64, outcome->losses_left_out);
    g_hash_table_destroy(counts);
    g_ptr_array_free(keys, TRUE);
}

static void reads_add(GString *out, const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->stale_count; i++) {
        const OutcomeStale *row = &outcome->stales[i];
        g_string_append_printf(out, "reads %s by %s %s", row->data, row->step, row->code);
        time_add(out, "age-up-to", row->age_top);
        line(out, ": %" PRId64 " versions %" PRId64, row->count, row->versions);
    }
}

static void recovery_add(GString *out, const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->restore_count; i++) {
        const OutcomeRestore *row = &outcome->restores[i];
        g_string_append_printf(out, "failover %u of %s: %s", row->failover, row->region,
                               row->stage);
        time_add(out, "from", row->start);
        time_add(out, "to", row->end);
        line(out, "%s%s", row->detail[0] == '\0' ? "" : " ", row->detail);
    }
    for (uint32_t i = 0; i < outcome->resync_count; i++) {
        const OutcomeResync *row = &outcome->resyncs[i];
        g_string_append_printf(out, "resync %s %s>%s: %s %s lacked %" PRId64, row->data, row->from,
                               row->to, row->kind, row->end, row->lacked);
        time_add(out, "lost", row->lost);
        time_add(out, "from", row->began);
        time_add(out, "loading", row->loading);
        time_add(out, "to", row->ended);
        line(out, "%s", "");
    }
    for (uint32_t i = 0; i < outcome->mark_count; i++) {
        g_string_append(out, "mark");
        time_add(out, "at", outcome->marks[i].at);
        line(out, " %s", outcome->marks[i].text);
    }
}

static void people_and_cost_add(GString *out, const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->harm_count; i++) {
        const OutcomeUserHarm *row = &outcome->harms[i];
        line(out, "harm %s near %s: %s users %" PRId64 " events %" PRId64, row->users, row->access,
             row->harm, row->user_count, row->events);
    }
    for (uint32_t i = 0; i < outcome->cost_count; i++) {
        const OutcomeCost *row = &outcome->costs[i];
        line(out, "cost %s, %s: %" PRId64 " %s", row->item, row->place, row->amount, row->unit);
    }
}

char *cli_summary_text(const Outcome *outcome)
{
    GString *out = g_string_new(NULL);
    head_add(out, outcome);
    expectations_add(out, outcome);
    faults_add(out, outcome);
    windows_add(out, outcome);
    writes_add(out, outcome);
    losses_add(out, outcome);
    reads_add(out, outcome);
    recovery_add(out, outcome);
    people_and_cost_add(out, outcome);
    return g_string_free(out, FALSE);
}

char *cli_fingerprint_text(const Outcome *outcome)
{
    return g_strdup_printf("all      %016" PRIx64 "\nschedule %016" PRIx64 "\nchance   %016" PRIx64
                           "\nresults  %016" PRIx64 "\n",
                           cli_fingerprint(outcome), outcome->schedule, outcome->chance,
                           outcome->results);
}
