/*
 * show.c: the page that `run` prints.
 *
 *   time   event   | availability of up to four services between two marks | worst lag
 */
#include "sim/cli/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "models/fields.h"
#include "sim/base/text.h"
#include "sim/cli/cli.h"
#include "sim/cli/play.h"
#include "sim/cli/summary.h"

#define SERVICES_SHOWN 4u
#define ROWS_SHOWN 24u
#define EVENT_WIDTH 44
#define SERVICE_WIDTH 20

typedef struct Share {
    int64_t ok, all;
} Share;

typedef struct Column {
    const char *service;
    Share       total;
    bool        shown;
} Column;

/* --- which services --- */

static Share window_share(const OutcomeWindow *window)
{
    int64_t ok = cli_window_ok(window);
    return (Share){.ok = ok, .all = ok + cli_window_failed(window)};
}

static GArray *columns_collect(const Outcome *outcome)
{
    GArray       *columns = g_array_new(FALSE, TRUE, sizeof(Column));
    uint32_t      count;
    const PlanId *ids = plan_of_kind(outcome->plan, "service", &count);
    for (uint32_t i = 0; i < count; i++) {
        Column column = {.service = plan_item(outcome->plan, ids[i])->name};
        for (uint32_t w = 0; w < outcome->window_count; w++) {
            const OutcomeWindow *window = &outcome->windows[w];
            if (strcmp(window->service, column.service) != 0)
                continue;
            Share share = window_share(window);
            column.total.ok += share.ok;
            column.total.all += share.all;
        }
        g_array_append_val(columns, column);
    }
    return columns;
}

/* True if `a` was served worse than `b`: compares a.ok/a.all with b.ok/b.all exactly. */
static bool worse(const Column *a, const Column *b)
{
    if (a->total.all == 0 || b->total.all == 0)
        return b->total.all == 0 && a->total.all != 0;
    __extension__ __int128 left = (__extension__(__int128) a->total.ok) * b->total.all;
    __extension__ __int128 right = (__extension__(__int128) b->total.ok) * a->total.all;
    return left < right;
}

/* With more services than columns, those that suffered most are shown. */
static void columns_choose(GArray *columns)
{
    for (uint32_t round = 0; round < SERVICES_SHOWN; round++) {
        Column *choice = NULL;
        for (guint i = 0; i < columns->len; i++) {
            Column *column = &g_array_index(columns, Column, i);
            if (!column->shown && (choice == NULL || worse(column, choice)))
                choice = column;
        }
        if (choice != NULL)
            choice->shown = true;
    }
}

/* --- one row --- */

/* The first of the spans, one per service, that begin at `from`; NULL: none begins there. */
static const OutcomeSpan *spans_at(const Outcome *outcome, SimTime from)
{
    for (uint32_t i = 0; i < outcome->span_count; i++)
        if (outcome->spans[i].from == from)
            return &outcome->spans[i];
    return NULL;
}

static Share share_of(const Outcome *outcome, const OutcomeSpan *first, const char *service)
{
    for (const OutcomeSpan *span = first; span < outcome->spans + outcome->span_count; span++)
        if (strcmp(span->service, service) == 0)
            return (Share){span->ok, span->ok + span->failed};
    return (Share){0, 0};
}

/* -1 if no lag was measured. */
static SimTime worst_lag(const Outcome *outcome, SimTime from, SimTime to)
{
    SimTime worst = -1;
    for (uint32_t i = 0; i < outcome->lag_count; i++) {
        const OutcomeLag *lag = &outcome->lags[i];
        if (lag->at >= from && lag->at < to)
            worst = MAX(worst, lag->age);
    }
    return worst;
}

static void cell_print(const char *text, int width, CliColour colour)
{
    char *cut = cli_cut(text, width);
    char *padded = cli_pad(cut, -width);
    bool  plain = colour == CLI_PLAIN;
    printf("  %s%s%s", plain ? "" : cli_colour(colour), padded, plain ? "" : cli_colour(CLI_PLAIN));
    g_free(padded);
    g_free(cut);
}

static int column_width(const Column *column)
{
    long width = g_utf8_strlen(column->service, -1);
    return width < 9 ? 9 : width > SERVICE_WIDTH ? SERVICE_WIDTH : (int)width;
}

/* What was answered, and how far copies were behind, from that line to the next. */
static void figures_print(const Outcome *outcome, const GArray *columns, const OutcomeSpan *first)
{
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);
        if (!column->shown)
            continue;
        Share share = share_of(outcome, first, column->service);
        char *text = sim_text_share(share.ok, share.all);
        cell_print(text, column_width(column),
                   share.all == 0         ? CLI_FAINT
                   : share.ok < share.all ? CLI_BAD
                                          : CLI_PLAIN);
        g_free(text);
    }
    SimTime lag = worst_lag(outcome, first->from, first->to);
    char   *text = lag < 0 ? g_strdup("-") : lag == 0 ? g_strdup("none") : sim_text_duration(lag);
    cell_print(text, 9, CLI_PLAIN);
    g_free(text);
}

static void row_print(SimTime at, const char *event, bool bad, int event_width)
{
    char *time = cli_instant(at);
    char *padded_time = cli_pad(time, -9);
    char *cut = cli_cut(event, event_width);
    char *padded_event = cli_pad(cut, event_width);
    printf("%s  %s%s%s  %s", padded_time, bad ? cli_colour(CLI_BAD) : "", bad ? cli_bar() : " ",
           bad ? cli_colour(CLI_PLAIN) : "", padded_event);
    g_free(padded_event);
    g_free(cut);
    g_free(padded_time);
    g_free(time);
}

/* --- the timeline --- */

static int event_width_of(const Outcome *outcome)
{
    long width = 24;
    for (uint32_t i = 0; i < outcome->mark_count && i < ROWS_SHOWN; i++)
        width = MAX(width, g_utf8_strlen(outcome->marks[i].text, -1));
    return (int)MIN(width, EVENT_WIDTH);
}

static void head_print(const GArray *columns, int event_width)
{
    char *event = cli_pad("event", event_width);
    printf("\n%s     time     %s", cli_colour(CLI_FAINT), event);
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);
        if (column->shown)
            cell_print(column->service, column_width(column), CLI_PLAIN);
    }
    cell_print("lag max", 9, CLI_PLAIN);
    printf("%s\n", cli_colour(CLI_PLAIN));
    g_free(event);
}

static void timeline_print(const Outcome *outcome)
{
    GArray *columns = columns_collect(outcome);
    columns_choose(columns);
    int event_width = event_width_of(outcome);
    head_print(columns, event_width);

    SimTime            first = outcome->mark_count > 0 ? outcome->marks[0].at : outcome->end;
    const OutcomeSpan *span = outcome->span_count > 0 ? outcome->spans : NULL;
    if (first > 0) {
        row_print(0, "start", false, event_width);
        if (span != NULL)
            figures_print(outcome, columns, span);
        putchar('\n');
    }
    uint32_t shown = MIN(outcome->mark_count, ROWS_SHOWN);
    for (uint32_t i = 0; i < shown; i++) {
        const OutcomeMark *mark = &outcome->marks[i];
        row_print(mark->at, mark->text, mark->bad, event_width);
        /* Lines of one span share the figures, which stand behind the last of them. */
        const OutcomeSpan *began = spans_at(outcome, mark->at);
        span = began != NULL ? began : span;
        bool last = i + 1 == outcome->mark_count;
        if (span != NULL && (last || (outcome->marks[i + 1].at > mark->at &&
                                      spans_at(outcome, outcome->marks[i + 1].at) != NULL)))
            figures_print(outcome, columns, span);
        putchar('\n');
    }
    if (shown < outcome->mark_count)
        printf("           ... and %u more, in the report\n", outcome->mark_count - shown);
    guint hidden = columns->len > SERVICES_SHOWN ? columns->len - SERVICES_SHOWN : 0;
    if (hidden > 0)
        printf("           (the %u services that suffered most; %u more in the report)\n",
               SERVICES_SHOWN, hidden);
    g_array_free(columns, TRUE);
}

/* --- the sums --- */

CliWrites cli_writes(const Outcome *outcome)
{
    CliWrites sum = {0};
    for (uint32_t i = 0; i < outcome->fate_count; i++) {
        sum.acknowledged += outcome->fates[i].ok;
        sum.duplicates += outcome->fates[i].duplicates;
        for (int f = 0; f < OUTCOME_FATES; f++)
            sum.fate[f] += outcome->fates[i].fate[f];
    }
    return sum;
}

static void count_print(const char *word, int64_t count)
{
    char *text = sim_text_count(count);
    printf("   %s %s%s%s", word, count > 0 ? cli_colour(CLI_BAD) : "", text,
           count > 0 ? cli_colour(CLI_PLAIN) : "");
    g_free(text);
}

/* Users who came during the run, beside those that the scenario declares. */
static int64_t newcomers(const Outcome *outcome)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(outcome->plan, "users", &count);
    int64_t       declared = 0;
    for (uint32_t i = 0; i < count; i++)
        declared += plan_number(plan_item(outcome->plan, ids[i]), USERS_COUNT);
    return MAX(outcome->users - declared, 0);
}

/* Only requests to a core service can hit somebody by failing. */
static bool has_core(const Plan *plan)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "service", &count);
    for (uint32_t i = 0; i < count; i++) {
        if (plan_number(plan_item(plan, ids[i]), SERVICE_CORE) != 0)
            return true;
    }
    return false;
}

static void sums_print(const Outcome *outcome)
{
    bool      core = has_core(outcome->plan);
    CliWrites writes = cli_writes(outcome);
    char     *users = sim_text_count(outcome->users);
    char     *share = sim_text_percent(outcome->users_hit, outcome->users);
    char     *acknowledged = sim_text_count(writes.acknowledged);

    printf("\n  users   %14s", users);
    if (newcomers(outcome) > 0) {
        char *fresh = sim_text_count(newcomers(outcome));
        printf("   %s of them new", fresh);
        g_free(fresh);
    }
    count_print(core ? "hit by a lost, overwritten or doubled write or a failed core request"
                     : "hit by a lost, overwritten or doubled write",
                outcome->users_hit);
    printf(" (%s)\n", share);
    if (!core)
        printf("%27sfailed requests are not in it: no service is core\n", "");
    printf("  writes  %14s", acknowledged);
    count_print("destroyed", writes.fate[OUTCOME_L1]);
    count_print("stranded", writes.fate[OUTCOME_L2]);
    if (writes.fate[OUTCOME_L6] > 0)
        count_print("expired", writes.fate[OUTCOME_L6]);
    count_print("overwritten", writes.fate[OUTCOME_L3] + writes.fate[OUTCOME_L4]);
    count_print("duplicates", writes.duplicates);
    printf("\n\n");
    g_free(acknowledged);
    g_free(share);
    g_free(users);
}

/* --- expectations --- */

static void verdict_sign(bool good)
{
    printf("  %s%s%s ", cli_colour(good ? CLI_GOOD : CLI_BAD), cli_mark(good),
           cli_colour(CLI_PLAIN));
}

static int name_width_of(const Outcome *outcome)
{
    long width = 24;
    for (uint32_t i = 0; i < outcome->expectation_count; i++)
        width = MAX(width, g_utf8_strlen(outcome->expectations[i].name, -1));
    return (int)MIN(width, 60);
}

/* `from` and `to` are narrower than the run when the claim stands in a `during` or is about what
 * comes after an instant. */
static bool narrowed(const Outcome *outcome, const OutcomeExpectation *row)
{
    return row->from > 0 || (row->to > 0 && row->to < outcome->end);
}

/* Whose requests a claim about a service's return counts; NULL: it is no such claim. Owned. */
static char *whose(const OutcomeExpectation *row)
{
    static const char near[] = "access = ";
    if (!g_str_has_prefix(row->claim, "restore "))
        return NULL;
    const char *access = strstr(row->claim, near);
    if (access == NULL)
        return g_strdup("all users");
    access += strlen(near);
    /* A name may hold blanks and commas: it ends with the claim, or where the next field begins. */
    const char *end = strstr(access, ", below = ");
    if (end == NULL)
        end = g_strrstr(access, " }");
    return g_strdup_printf("users near %.*s", end == NULL ? -1 : (int)(end - access), access);
}

static void expectation_print(const Outcome *outcome, const OutcomeExpectation *row, int width)
{
    char *name = cli_pad(row->name, width);
    char *got = cli_pad(row->empty ? "no samples" : row->got, -11);
    char *users = whose(row);
    bool  more = narrowed(outcome, row) || users != NULL || !row->held;
    char *wanted = cli_pad(row->wanted, more ? 10 : 0);
    verdict_sign(row->held);
    printf("%s  %s   wanted %s", name, got, wanted);
    if (narrowed(outcome, row)) {
        char *from = cli_instant(row->from);
        char *to = cli_instant(row->to);
        printf("  (%s..%s)", from, to);
        g_free(to);
        g_free(from);
    }
    if (users != NULL)
        printf("  (%s)", users);
    if (!row->held) {
        char *file = g_path_get_basename(row->file);
        printf("  %s:%u", file, row->line);
        g_free(file);
    }
    putchar('\n');
    g_free(users);
    g_free(wanted);
    g_free(got);
    g_free(name);
}

static void faults_print(const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->fault_count; i++) {
        const OutcomeFault *fault = &outcome->faults[i];
        if (!fault->vacuous)
            continue;
        char *at = cli_instant(fault->start);
        verdict_sign(false);
        printf("%s %s at %s hit nothing; if that is meant, give it may_miss = true\n", fault->kind,
               fault->target, at);
        g_free(at);
    }
}

static uint32_t vacuous_count(const Outcome *outcome)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < outcome->fault_count; i++)
        count += outcome->faults[i].vacuous ? 1 : 0;
    return count;
}

char *cli_show_reason(const OutcomeExpectation *row)
{
    if (row->empty)
        return g_strdup_printf("measured nothing, wanted %s", row->wanted);
    return g_strdup_printf("got %s, wanted %s", row->got, row->wanted);
}

char *cli_show_verdict(const Outcome *outcome)
{
    uint32_t failed = 0;
    for (uint32_t i = 0; i < outcome->expectation_count; i++)
        failed += outcome->expectations[i].held ? 0 : 1;
    if (outcome->verdict == OUTCOME_INCONCLUSIVE)
        return g_strdup_printf("Could not decide: the limit '%s' was reached.", outcome->limit);

    uint32_t vacuous = vacuous_count(outcome);
    GString *text = g_string_new(NULL);
    if (outcome->expectation_count == 0)
        g_string_append(text, "Nothing was expected.");
    else if (failed > 0)
        g_string_append_printf(text, "%u of %u expectations failed.", failed,
                               outcome->expectation_count);
    else if (outcome->expectation_count == 1)
        g_string_append(text, "The expectation held.");
    else
        g_string_append_printf(text, "All %u expectations held.", outcome->expectation_count);
    if (vacuous > 0)
        g_string_append_printf(text, " %u fault%s hit nothing.", vacuous, vacuous == 1 ? "" : "s");
    return g_string_free(text, FALSE);
}

void cli_show_outcome(const Outcome *outcome)
{
    uint32_t regions, services;
    plan_of_kind(outcome->plan, "region", &regions);
    plan_of_kind(outcome->plan, "service", &services);
    char *length = sim_text_duration(outcome->end);
    printf("%s   seed %" PRIu64 "   %u region%s   %u service%s   %s simulated\n",
           cli_scenario_name(outcome->plan), outcome->seed, regions, regions == 1 ? "" : "s",
           services, services == 1 ? "" : "s", length);
    g_free(length);

    timeline_print(outcome);
    cli_show_recoveries(outcome);
    sums_print(outcome);
    int width = name_width_of(outcome);
    for (uint32_t i = 0; i < outcome->expectation_count; i++)
        expectation_print(outcome, &outcome->expectations[i], width);
    faults_print(outcome);
}
