/*
 * cmd_lint.c: what is wrong with a scenario, or when what breaks and what a run would cost.
 */
#include <inttypes.h>
#include <stdio.h>

#include "sim/base/text.h"
#include "sim/cli/cli.h"
#include "sim/cli/json.h"
#include "sim/cli/play.h"
#include "sim/plan/print.h"
#include "sim/run/run.h"

/* "1,234,567 bytes" is hard to read: largest unit that leaves at least one whole. Owned. */
static char *size_text(uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t                   unit = 0;
    uint64_t                 value = bytes;
    while (value >= 10240 && unit + 1 < G_N_ELEMENTS(units)) {
        value /= 1024;
        unit++;
    }
    return g_strdup_printf("%" PRIu64 " %s", value, units[unit]);
}

static void tell_text(const Plan *plan, const char *path)
{
    uint64_t events, bytes;
    char    *timetable = plan_print_timetable(plan);
    printf("%s: no mistakes   plan %s\n\n", path, plan_hash(plan));
    fputs(timetable[0] != '\0' ? timetable : "Nothing breaks.\n", stdout);
    if (run_estimate(plan, &events, &bytes)) {
        char *count = sim_text_count((int64_t)MIN(events, (uint64_t)INT64_MAX));
        char *size = size_text(bytes);
        printf("\nabout %s events and %s of memory per seed\n", count, size);
        g_free(size);
        g_free(count);
    }
    g_free(timetable);
}

static void tell_json(const Plan *plan, const char *path, const char *warnings)
{
    uint64_t events = 0, bytes = 0;
    bool     known = plan != NULL && run_estimate(plan, &events, &bytes);
    char    *timetable = plan != NULL ? plan_print_timetable(plan) : NULL;
    CliJson *json = cli_json_begin("lint");
    cli_json_text(json, "file", path);
    cli_json_flag(json, "valid", plan != NULL);
    cli_json_text(json, "messages", warnings);
    if (plan != NULL) {
        cli_json_text(json, "scenario", cli_scenario_name(plan));
        cli_json_text(json, "plan_hash", plan_hash(plan));
        cli_json_text(json, "timetable", timetable);
        cli_json_flag(json, "estimated", known);
        cli_json_count(json, "events", events);
        cli_json_count(json, "memory_bytes", bytes);
    }
    char *text = cli_json_end(json);
    fputs(text, stdout);
    g_free(text);
    g_free(timetable);
}

static CliExit lint_file(const char *path, GPtrArray *sets, bool print_plan, bool json)
{
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = cli_load(path, sets, problems);
    char         *messages = plan_problems_text(problems);
    if (json) {
        tell_json(plan, path, messages);
    } else {
        fputs(messages, stderr);
        if (plan == NULL) {
            uint32_t errors = plan_problems_errors(problems);
            cli_complain("%s: %u mistake%s", path, errors, errors == 1 ? "" : "s");
        } else if (print_plan) {
            fputs(plan_canonical(plan), stdout);
        } else {
            tell_text(plan, path);
        }
    }
    CliExit code = plan != NULL ? CLI_HELD : CLI_USER;
    g_free(messages);
    plan_free(plan);
    plan_problems_free(problems);
    return code;
}

CliExit cmd_lint(int argc, char **argv)
{
    bool            json = false, print_plan = false;
    GPtrArray      *sets = NULL;
    const CliOption options[] = {
        {"set", 0, CLI_OPTION_TEXTS, &sets, "NAME=VALUE", "Choose on an axis; may be repeated."},
        {"plan", 0, CLI_OPTION_FLAG, &print_plan, NULL, "Print the frozen plan instead."},
        {"json", 0, CLI_OPTION_FLAG, &json, NULL, "One JSON object on stdout."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {"lint",
                          "FILE [--set NAME=VALUE]... [--plan] [--json]",
                          "Validates; prints the fault timetable and what a run would cost. Runs "
                          "nothing.",
                          options,
                          1,
                          1};
    CliExit       code;
    GPtrArray    *files = cli_parse(&verb, argc, argv, &code);
    if (files != NULL) {
        code = lint_file(files->pdata[0], sets, print_plan, json);
        g_ptr_array_free(files, TRUE);
    }
    if (sets != NULL)
        g_ptr_array_free(sets, TRUE);
    return code;
}
