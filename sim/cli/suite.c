/*
 * suite.c: collects cases; writes them as JUnit XML.
 */
#include "sim/cli/suite.h"

#include <inttypes.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/cli/cli.h"
#include "sim/cli/play.h"
#include "sim/cli/show.h"

static void case_clear(gpointer row)
{
    CliCase *one = row;
    g_free(one->name);
    g_free(one->claim);
    g_free(one->got);
    g_free(one->wanted);
    g_free(one->reason);
    g_free(one->file);
}

CliSuite *cli_suite_new(const char *path)
{
    CliSuite *suite = g_new0(CliSuite, 1);
    suite->path = g_strdup(path);
    suite->cases = g_array_new(FALSE, TRUE, sizeof(CliCase));
    g_array_set_clear_func(suite->cases, case_clear);

    PlanProblems *problems = plan_problems_new();
    char         *reason = NULL;
    suite->plan = cli_load(path, NULL, problems);
    if (suite->plan == NULL) {
        suite->mistakes = plan_problems_text(problems);
        suite->name = g_path_get_basename(path);
    } else {
        suite->name = g_strdup(cli_scenario_name(suite->plan));
        suite->seeds = cli_scenario_seeds(suite->plan, &suite->seed_count, &reason);
        if (suite->seeds == NULL)
            suite->mistakes = g_strdup_printf("%s: error: seeds: %s\n", path, reason);
    }
    g_free(reason);
    plan_problems_free(problems);
    return suite;
}

void cli_suite_free(CliSuite *suite)
{
    if (suite == NULL)
        return;
    g_free(suite->path);
    g_free(suite->name);
    plan_free(suite->plan);
    g_free(suite->seeds);
    g_free(suite->mistakes);
    g_array_free(suite->cases, TRUE);
    g_free(suite);
}

static void expectation_add(CliSuite *suite, const Outcome *outcome, const OutcomeExpectation *row)
{
    CliCase one = {
        .state = row->held ? CLI_CASE_HELD : CLI_CASE_BROKEN,
        .seed = outcome->seed,
        .name = g_strdup(row->name),
        .claim = g_strdup(row->claim),
        .got = g_strdup(row->empty ? "no samples" : row->got),
        .wanted = g_strdup(row->wanted),
        .reason = cli_show_reason(row),
        .file = g_strdup(row->file),
        .line = row->line,
    };
    g_array_append_val(suite->cases, one);
}

static void fault_add(CliSuite *suite, const Outcome *outcome, const OutcomeFault *fault)
{
    const PlanItem *item = NULL;
    uint32_t        count = plan_count(outcome->plan);
    for (uint32_t id = 0; id < count && item == NULL; id++) {
        const PlanItem *candidate = plan_item(outcome->plan, id);
        if (strcmp(candidate->name, fault->name) == 0 &&
            strcmp(candidate->kind->group, "fault") == 0)
            item = candidate;
    }
    CliCase one = {
        .state = CLI_CASE_BROKEN,
        .seed = outcome->seed,
        .name = g_strdup_printf("fault %s %s bites", fault->kind, fault->target),
        .claim = g_strdup(""),
        .got = g_strdup("hit nothing"),
        .wanted = g_strdup("at least one message, request or change hit"),
        .reason = g_strdup("the fault hit nothing; if that is meant, give it may_miss = true"),
        .file = g_strdup(item != NULL ? item->place.file : suite->path),
        .line = item != NULL ? item->place.line : 0,
    };
    g_array_append_val(suite->cases, one);
}

static void limit_add(CliSuite *suite, const Outcome *outcome)
{
    CliCase one = {
        .state = CLI_CASE_UNDECIDED,
        .seed = outcome->seed,
        .name = g_strdup("the run comes to its end"),
        .claim = g_strdup(""),
        .got = g_strdup(outcome->limit),
        .wanted = g_strdup("no limit reached"),
        .reason = g_strdup_printf("could not decide: the limit '%s' was reached", outcome->limit),
        .file = g_strdup(suite->path),
        .line = 0,
    };
    g_array_append_val(suite->cases, one);
}

void cli_suite_add(CliSuite *suite, const Outcome *outcome)
{
    suite->seeds_played++;
    if (outcome->verdict == OUTCOME_INCONCLUSIVE) {
        /* What was measured until the limit decides nothing. */
        suite->seeds_undecided++;
        limit_add(suite, outcome);
        return;
    }
    if (outcome->verdict == OUTCOME_BROKEN)
        suite->seeds_failed++;
    for (uint32_t i = 0; i < outcome->expectation_count; i++)
        expectation_add(suite, outcome, &outcome->expectations[i]);
    for (uint32_t i = 0; i < outcome->fault_count; i++) {
        if (outcome->faults[i].vacuous)
            fault_add(suite, outcome, &outcome->faults[i]);
    }
}

bool cli_suite_held(const CliSuite *suite)
{
    return suite->mistakes == NULL && suite->seeds_failed == 0 && suite->seeds_undecided == 0;
}

/* --- JUnit --- */

/* XML 1.0 has no way to write most control characters, so they are written out: <U+001B>. */
static char *escape(const char *text)
{
    char *shown = sim_text_shown(text, true);
    char *escaped = g_markup_escape_text(shown, -1);
    g_free(shown);
    return escaped;
}

static void attribute(GString *out, const char *name, const char *text)
{
    char *escaped = escape(text);
    g_string_append_printf(out, " %s=\"%s\"", name, escaped);
    g_free(escaped);
}

static void failure_add(GString *out, const CliSuite *suite, const CliCase *one)
{
    const char *tag = one->state == CLI_CASE_UNDECIDED ? "error" : "failure";
    char       *command = cli_run_command(suite->path, one->seed, NULL);
    char       *body = g_strdup_printf("%s\ngot:    %s\nwanted: %s\nseed:   %" PRIu64
                                       "\nat:     %s:%u\nrepeat: %s\n",
                                 one->claim[0] != '\0' ? one->claim : one->name, one->got,
                                       one->wanted, one->seed, one->file, one->line, command);
    char       *escaped = escape(body);
    g_string_append_printf(out, ">\n      <%s", tag);
    attribute(out, "type", one->state == CLI_CASE_UNDECIDED ? "limit" : "expectation");
    attribute(out, "message", one->reason);
    g_string_append_printf(out, ">%s</%s>\n    </testcase>\n", escaped, tag);
    g_free(escaped);
    g_free(body);
    g_free(command);
}

static void case_add(GString *out, const CliSuite *suite, const CliCase *one)
{
    char *name = g_strdup_printf("%s [seed %" PRIu64 "]", one->name, one->seed);
    g_string_append(out, "    <testcase");
    attribute(out, "classname", suite->name);
    attribute(out, "name", name);
    attribute(out, "file", one->file);
    g_string_append_printf(out, " line=\"%u\"", one->line);
    if (one->state == CLI_CASE_HELD)
        g_string_append(out, "/>\n");
    else
        failure_add(out, suite, one);
    g_free(name);
}

static void mistakes_add(GString *out, const CliSuite *suite)
{
    char *body = escape(suite->mistakes);
    g_string_append(out, "    <testcase");
    attribute(out, "classname", suite->name);
    attribute(out, "name", "the scenario can be read");
    attribute(out, "file", suite->path);
    g_string_append_printf(out,
                           ">\n      <error type=\"scenario\" message=\"the scenario has "
                           "mistakes\">%s</error>\n    </testcase>\n",
                           body);
    g_free(body);
}

typedef struct Counts {
    guint tests, failures, errors;
} Counts;

static Counts counts_of(const CliSuite *suite)
{
    Counts counts = {suite->cases->len, 0, 0};
    for (guint i = 0; i < suite->cases->len; i++) {
        const CliCase *one = &g_array_index(suite->cases, CliCase, i);
        counts.failures += one->state == CLI_CASE_BROKEN ? 1 : 0;
        counts.errors += one->state == CLI_CASE_UNDECIDED ? 1 : 0;
    }
    if (suite->mistakes != NULL) {
        counts.tests++;
        counts.errors++;
    }
    return counts;
}

static void counts_add(GString *out, Counts counts)
{
    g_string_append_printf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"0\">\n",
                           counts.tests, counts.failures, counts.errors);
}

char *cli_suites_junit(const GPtrArray *suites)
{
    Counts all = {0, 0, 0};
    for (guint i = 0; i < suites->len; i++) {
        Counts counts = counts_of(suites->pdata[i]);
        all.tests += counts.tests;
        all.failures += counts.failures;
        all.errors += counts.errors;
    }
    GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    attribute(out, "name", "faultline");
    counts_add(out, all);
    for (guint i = 0; i < suites->len; i++) {
        const CliSuite *suite = suites->pdata[i];
        g_string_append(out, "  <testsuite");
        attribute(out, "name", suite->name);
        attribute(out, "file", suite->path);
        counts_add(out, counts_of(suite));
        if (suite->mistakes != NULL)
            mistakes_add(out, suite);
        for (guint c = 0; c < suite->cases->len; c++)
            case_add(out, suite, &g_array_index(suite->cases, CliCase, c));
        g_string_append(out, "  </testsuite>\n");
    }
    g_string_append(out, "</testsuites>\n");
    return g_string_free(out, FALSE);
}
