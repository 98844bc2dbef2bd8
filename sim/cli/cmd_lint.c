/*
 * cmd_lint.c: what is wrong with a scenario, or when what breaks and what a run would cost.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/cli/cli.h"
#include "sim/cli/json.h"
#include "sim/cli/play.h"
#include "sim/plan/print.h"
#include "sim/run/run.h"

/* Owned. */
static char *size_text(uint64_t bytes)
{
    uint64_t tenths = bytes / 1024 * 10 / 1024;
    return g_strdup_printf("%" PRIu64 ".%u MiB", tenths / 10, (unsigned)(tenths % 10));
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
        printf("\nabout %s events and %s of memory per seed, without what failures add\n", count,
               size);
        g_free(size);
        g_free(count);
    }
    g_free(timetable);
}

static void timetable_json(CliJson *json, const Plan *plan)
{
    char  *timetable = plan_print_timetable(plan);
    char **lines = g_strsplit(timetable, "\n", -1);
    cli_json_array(json, "timetable");
    for (char **line = lines; *line != NULL; line++) {
        if ((*line)[0] != '\0')
            cli_json_text(json, NULL, g_strstrip(*line));
    }
    cli_json_close(json);
    g_strfreev(lines);
    g_free(timetable);
}

static void tell_json(const Plan *plan, const char *path, const PlanProblems *problems)
{
    uint64_t events = 0, bytes = 0;
    bool     known = plan != NULL && run_estimate(plan, &events, &bytes);
    CliJson *json = cli_json_begin("lint");
    cli_json_text(json, "file", path);
    cli_json_flag(json, "valid", plan_problems_errors(problems) == 0);
    cli_messages_json(json, problems);
    if (plan != NULL) {
        cli_json_text(json, "scenario", cli_scenario_name(plan));
        cli_json_text(json, "plan_hash", plan_hash(plan));
        timetable_json(json, plan);
        cli_json_flag(json, "estimated", known);
        cli_json_count(json, "events", events);
        cli_json_count(json, "memory_bytes", bytes);
    }
    char *text = cli_json_end(json);
    fputs(text, stdout);
    g_free(text);
}

/* Whether the user settled this axis. */
static bool axis_set(GPtrArray *sets, const char *name)
{
    size_t size = strlen(name);
    for (guint i = 0; sets != NULL && i < sets->len; i++) {
        const char *set = sets->pdata[i];
        if (strncmp(set, name, size) == 0 && set[size] == '=')
            return true;
    }
    return false;
}

/* What an option that was not chosen would be refused for shows only when it is chosen: so each is,
 * once, the other axes as they are. */
static void options_check(const char *path, GPtrArray *sets, const Plan *plan,
                          PlanProblems *problems)
{
    for (uint32_t i = 0; i < plan_choice_count(plan); i++) {
        const PlanChoice *axis = plan_choice(plan, i);
        for (uint32_t k = 0; k < axis->option_count && !axis_set(sets, axis->name); k++) {
            if (k == axis->chosen)
                continue;
            PlanProblems *own = plan_problems_new();
            GPtrArray    *all = g_ptr_array_new();
            char         *set = g_strdup_printf("%s=%s", axis->name, axis->options[k]);
            char         *note = g_strdup_printf("(with %s)", set);
            for (guint s = 0; sets != NULL && s < sets->len; s++)
                g_ptr_array_add(all, sets->pdata[s]);
            g_ptr_array_add(all, set);
            plan_free(cli_load(path, all, own));
            plan_problems_merge(problems, own, note);
            g_free(note);
            g_free(set);
            g_ptr_array_free(all, TRUE);
            plan_problems_free(own);
        }
    }
}

static CliExit lint_file(const char *path, GPtrArray *sets, bool print_plan, bool json)
{
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = cli_load(path, sets, problems);
    if (plan != NULL && !print_plan)
        options_check(path, sets, plan, problems);
    char    *messages = plan_problems_text(problems);
    uint32_t errors = plan_problems_errors(problems);
    if (json) {
        tell_json(plan, path, problems);
    } else {
        fputs(messages, stderr);
        if (errors > 0)
            cli_complain("%s: %u mistake%s", path, errors, errors == 1 ? "" : "s");
        else if (print_plan)
            fputs(plan_canonical(plan), stdout);
        else
            tell_text(plan, path);
    }
    g_free(messages);
    plan_free(plan);
    plan_problems_free(problems);
    return errors > 0 ? CLI_USER : CLI_HELD;
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
