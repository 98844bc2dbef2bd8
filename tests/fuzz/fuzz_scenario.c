/*
 * fuzz_scenario.c: any bytes as a scenario are read or refused, never a crash, a hang or a leak;
 * and what is accepted can be played for a moment with the books closing.
 */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "models/fields.h"
#include "models/model.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/faultline-fuzz-XXXXXX";
    int  descriptor = mkstemp(path);
    if (descriptor < 0 || write(descriptor, data, size) != (ssize_t)size)
        return 0;
    close(descriptor);
    const char   *limits[] = {"scenario.max_events=20000"};
    ScenarioSets  sets = {.texts = limits, .count = 1};
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = scenario_load(path, model_catalog(), NULL, &sets, problems);
    if (plan != NULL && run_check(plan, problems)) {
        RunSetup setup = {.plan = plan, .seed = 1};
        outcome_free(run_play(&setup));
    }
    char *text = plan_problems_text(problems);
    g_free(text);
    plan_free(plan);
    plan_problems_free(problems);
    unlink(path);
    return 0;
}
