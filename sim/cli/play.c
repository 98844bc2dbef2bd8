/*
 * play.c: the steps that all playing verbs share.
 */
#include "sim/cli/play.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "models/fields.h"
#include "models/model.h"
#include "sim/base/digest.h"
#include "sim/cli/presets.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"

#define SEEDS_LIMIT 1000000u

Plan *cli_load(const char *path, GPtrArray *sets, PlanProblems *problems)
{
    ScenarioSets list = {NULL, 0};
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

Plan *cli_load_or_complain(const char *path, GPtrArray *sets)
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

/* --- seeds --- */

static bool seed_read(const char *text, uint64_t *out_seed)
{
    guint64 seed;
    if (!g_ascii_string_to_unsigned(text, 10, 0, UINT64_MAX, &seed, NULL))
        return false;
    *out_seed = seed;
    return true;
}

static void seed_add(GArray *seeds, uint64_t seed)
{
    for (guint i = 0; i < seeds->len; i++) {
        if (g_array_index(seeds, uint64_t, i) == seed)
            return;
    }
    g_array_append_val(seeds, seed);
}

/* One of "7" and "1..20". */
static bool range_add(GArray *seeds, const char *text)
{
    uint64_t    first, last;
    const char *dots = strstr(text, "..");
    if (dots == NULL) {
        if (!seed_read(text, &first))
            return false;
        seed_add(seeds, first);
        return true;
    }
    char *left = g_strndup(text, (gsize)(dots - text));
    bool  fine = seed_read(left, &first) && seed_read(dots + 2, &last) && first <= last &&
                last - first < SEEDS_LIMIT;
    g_free(left);
    if (!fine)
        return false;
    /* Ranges alone never repeat, so only mixtures pay for the search. */
    bool searched = seeds->len > 0;
    for (uint64_t i = 0; i <= last - first; i++) {
        uint64_t seed = first + i;
        if (searched)
            seed_add(seeds, seed);
        else
            g_array_append_val(seeds, seed);
    }
    return true;
}

GArray *cli_seeds_read(const char *text, char **out_reason)
{
    GArray *seeds = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    char  **parts = g_strsplit(text, ",", -1);
    bool    fine = parts[0] != NULL;
    for (char **part = parts; *part != NULL && fine; part++)
        fine = range_add(seeds, g_strstrip(*part));
    g_strfreev(parts);
    if (fine)
        return seeds;
    g_array_free(seeds, TRUE);
    *out_reason = g_strdup_printf("seeds = \"%s\" cannot be read; write e.g. \"1..20\" or "
                                  "\"1,7,19\", at most a million",
                                  text);
    return NULL;
}

GArray *cli_scenario_seeds(const Plan *plan, char **out_reason)
{
    const PlanItem *scenario = frame(plan);
    const char     *text = scenario != NULL ? plan_text(scenario, SCENARIO_SEEDS) : NULL;
    return cli_seeds_read(text != NULL ? text : "1", out_reason);
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
    g_string_append_printf(line, "faultline run %s --seed %" PRIu64, file, seed);
    for (guint i = 0; sets != NULL && i < sets->len; i++) {
        char *set = cli_quote(sets->pdata[i]);
        g_string_append_printf(line, " --set %s", set);
        g_free(set);
    }
    g_free(file);
    return g_string_free(line, FALSE);
}
