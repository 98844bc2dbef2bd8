/*
 * play.c: the steps that all playing verbs share.
 */
#include "sim/cli/play.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "models/fields.h"
#include "models/model.h"
#include "sim/base/digest.h"
#include "sim/base/time.h"
#include "sim/cli/presets.h"
#include "sim/plan/seeds.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"

/* Chosen: what a scenario may take of the processor before it is given up. The step limit is
 * reached in less than a tenth of it, unless single steps are made to last (a long text that is
 * read as a number each time), so that what is refused does not depend on the machine. */
#define SECONDS_MOST 3

static int64_t processor_ns(void)
{
    struct timespec used = {0, 0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return used.tv_sec * SIM_S + used.tv_nsec;
}

static bool enough(void *user)
{
    const int64_t *began = user;
    return processor_ns() - *began > SECONDS_MOST * SIM_S;
}

Plan *cli_load(const char *path, GPtrArray *sets, PlanProblems *problems)
{
    int64_t      began = processor_ns();
    ScenarioSets list = {.enough = enough, .user = &began};
    if (sets != NULL) {
        list.texts = (const char *const *)(gpointer)sets->pdata;
        list.count = sets->len;
    }
    CliPresets *presets = cli_presets_new();
    Plan *plan = scenario_load(path, model_catalog(), cli_presets_table(presets), &list, problems);
    cli_presets_free(presets);
    if (plan != NULL && !run_check(plan, problems)) {
        plan_free(plan);
        plan = NULL;
    }
    return plan;
}

void cli_messages_json(CliJson *json, const PlanProblems *problems)
{
    PlanProblem problem;
    cli_json_array(json, "messages");
    for (uint32_t i = 0; plan_problems_at(problems, i, &problem); i++) {
        cli_json_object(json, NULL);
        cli_json_text(json, "severity", problem.warning ? "warning" : "error");
        cli_json_text(json, "file", problem.file);
        cli_json_number(json, "line", problem.line);
        cli_json_number(json, "column", problem.column);
        cli_json_text(json, "message", problem.message);
        cli_json_text(json, "hint", problem.hint);
        cli_json_close(json);
    }
    cli_json_close(json);
}

Plan *cli_load_or_complain(const char *path, GPtrArray *sets)
{
    return cli_load_or_tell(path, sets, NULL);
}

Plan *cli_load_or_tell(const char *path, GPtrArray *sets, const char *json_verb)
{
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = cli_load(path, sets, problems);
    char         *text = plan_problems_text(problems);
    fputs(text, stderr);
    if (plan == NULL) {
        uint32_t errors = plan_problems_errors(problems);
        cli_complain("%s: %u mistake%s; nothing was run", path, errors, errors == 1 ? "" : "s");
    }
    g_free(text);
    if (plan == NULL && json_verb != NULL) {
        CliJson *json = cli_json_begin(json_verb);
        cli_json_text(json, "file", path);
        cli_json_flag(json, "valid", false);
        cli_messages_json(json, problems);
        text = cli_json_end(json);
        fputs(text, stdout);
        g_free(text);
    }
    plan_problems_free(problems);
    return plan;
}

static const PlanItem *frame(const Plan *plan)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "scenario", &count);
    return count > 0 ? plan_item(plan, ids[0]) : NULL;
}

const char *cli_scenario_name(const Plan *plan)
{
    const PlanItem *scenario = frame(plan);
    return scenario != NULL ? scenario->name : "";
}

const char *cli_scenario_about(const Plan *plan)
{
    const PlanItem *scenario = frame(plan);
    const char     *about = scenario != NULL ? plan_text(scenario, SCENARIO_ABOUT) : NULL;
    return about != NULL ? about : "";
}

uint64_t *cli_scenario_seeds(const Plan *plan, uint32_t *out_count, char **out_reason)
{
    const PlanItem *scenario = frame(plan);
    const char     *text = scenario != NULL ? plan_text(scenario, SCENARIO_SEEDS) : NULL;
    return plan_seeds_parse(text != NULL ? text : "1", out_count, out_reason);
}

/* --- outcomes --- */

uint64_t cli_fingerprint(const Outcome *outcome)
{
    SimDigest digest;
    sim_digest_init(&digest);
    sim_digest_words(&digest, outcome->schedule, outcome->chance);
    sim_digest_words(&digest, outcome->results, outcome->seed);
    return sim_digest_value(&digest);
}

CliExit cli_exit_of(const Outcome *outcome)
{
    switch (outcome->verdict) {
    case OUTCOME_HELD:
        return CLI_HELD;
    case OUTCOME_BROKEN:
        return CLI_BROKEN;
    case OUTCOME_INCONCLUSIVE:
        return CLI_UNDECIDED;
    }
    return CLI_BUG;
}

char *cli_run_command(const char *path, uint64_t seed, GPtrArray *sets)
{
    char    *file = cli_quote(path);
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "%s run %s --seed %" PRIu64, cli_program(), file, seed);
    for (guint i = 0; sets != NULL && i < sets->len; i++) {
        char *set = cli_quote(sets->pdata[i]);
        g_string_append_printf(line, " --set %s", set);
        g_free(set);
    }
    g_free(file);
    return g_string_free(line, FALSE);
}
