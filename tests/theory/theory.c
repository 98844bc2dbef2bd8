/*
 * theory.c: see theory.h. The production path: the same scenario room, models and ledger as `run`.
 */
#include "tests/theory/theory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/model.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"

Plan *theory_plan(const char *path, const char *const *sets)
{
    ScenarioSets list = {.texts = sets};
    while (sets != NULL && sets[list.count] != NULL)
        list.count++;
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = scenario_load(path, model_catalog(), NULL, &list, problems);
    if (plan == NULL || !run_check(plan, problems)) {
        char *text = plan_problems_text(problems);
        fputs(text, stderr);
        exit(2);
    }
    plan_problems_free(problems);
    return plan;
}

Sample theory_sample(const Plan *plan, uint32_t count, double (*value)(const Outcome *outcome))
{
    double *values = g_new(double, count);
    Sample  sample = {count, 0, 0, 0, 0};
    for (uint32_t i = 0; i < count; i++) {
        RunSetup setup = {.plan = plan, .seed = i + 1};
        Outcome *outcome = run_play(&setup);
        values[i] = value(outcome);
        sample.mean += values[i] / count;
        outcome_free(outcome);
    }
    double fourth = 0;
    for (uint32_t i = 0; i < count; i++) {
        double d = values[i] - sample.mean;
        sample.variance += d * d / (count - 1);
        fourth += d * d * d * d / count;
    }
    sample.mean_error = sqrt(sample.variance / count);
    sample.variance_error = sqrt((fourth - sample.variance * sample.variance) / count);
    g_free(values);
    return sample;
}

bool theory_within(const char *what, double got, double law, double error)
{
    double off = fabs(got - law) / error;
    printf("  %-44s got %10.4f  law %10.4f  %5.2f standard errors\n", what, got, law, off);
    return off <= 3;
}

double theory_destroyed(const Outcome *outcome)
{
    int64_t lost = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        lost += outcome->fates[i].fate[OUTCOME_L1];
    return (double)lost;
}

double theory_cost(const Outcome *outcome, const char *item)
{
    for (uint32_t i = 0; i < outcome->cost_count; i++)
        if (strcmp(outcome->costs[i].item, item) == 0)
            return (double)outcome->costs[i].amount;
    return 0;
}
