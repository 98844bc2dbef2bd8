/*
 * test_choices.c: scenarios that teach by a choice: every side of it is played, and ends as told.
 *
 * The golden files know only the first value of each choice. Here stands, for each combination that
 * a header or the documentation makes a point of, whether the service is back in the end; that is
 * counted from the windows, besides the scenario's own claims.
 */
#include <check.h>
#include <stdlib.h>

#include "models/model.h"
#include "sim/base/time.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"

#define INCIDENT(name) "scenarios/catalog/incidents/" name ".lua"
#define ENGINE(name) "scenarios/catalog/engines/" name ".lua"

static const struct {
    const char *path, *sets[2];
    SimTime     from; /* of the last minutes that count; 0: the scenario's own claims are enough */
    bool        up;   /* all who ask then are served; otherwise nobody is */
} choices[] = {
    /* Three attempts: down for good above a third of capacity (1000/s), back below it. */
    {INCIDENT("retry-storm"), {"load=350/s", "attempts=three"}, 240 * SIM_S, false},
    {INCIDENT("retry-storm"), {"load=850/s", "attempts=three"}, 240 * SIM_S, false},
    {INCIDENT("retry-storm"), {"load=320/s", "attempts=three"}, 240 * SIM_S, true},
    /* Back with a budget of 10 %, at any load; and without retries. */
    {INCIDENT("retry-storm"), {"load=350/s", "attempts=budget"}, 240 * SIM_S, true},
    {INCIDENT("retry-storm"), {"load=850/s", "attempts=budget"}, 240 * SIM_S, true},
    {INCIDENT("retry-storm"), {"load=350/s", "attempts=one"}, 240 * SIM_S, true},
    {INCIDENT("retry-storm"), {"load=850/s", "attempts=one"}, 240 * SIM_S, true},
    /* Two regions: one cannot do what both did at 55 %, and can at 40 %. */
    {INCIDENT("two-region-overload"), {"load=55%", NULL}, 180 * SIM_S, false},
    {INCIDENT("two-region-overload"), {"load=40%", NULL}, 180 * SIM_S, true},
    /* A failover that is free unless the sessions of those who are moved are gone. */
    {ENGINE("login-surge"), {"sessions=local", NULL}, 0, false},
    {ENGINE("login-surge"), {"sessions=shared", NULL}, 0, true},
    {ENGINE("login-surge"), {"sessions=token", NULL}, 0, true},
    /* Connections set up at one instant, or each at its own; users who come back, or do not. */
    {ENGINE("connection-storm"), {"jitter=0s", NULL}, 0, false},
    {ENGINE("connection-storm"), {"jitter=30s", NULL}, 0, true},
    {ENGINE("users-return"), {"users=return", NULL}, 0, false},
    {ENGINE("users-return"), {"users=gone", NULL}, 0, true},
    /* Three attempts on each of three layers, on the first alone, and with a budget. */
    {ENGINE("retry-layers"), {"retries=everywhere", NULL}, 0, false},
    {ENGINE("retry-layers"), {"retries=top", NULL}, 180 * SIM_S, true},
    {ENGINE("retry-layers"), {"retries=budget", NULL}, 180 * SIM_S, true},
};

static Plan *load(const char *path, const char *const *sets)
{
    ScenarioSets  list = {.texts = sets, .count = sets[1] == NULL ? 1 : 2};
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = scenario_load(path, model_catalog(), NULL, &list, problems);
    if (plan == NULL || !run_check(plan, problems))
        ck_abort_msg("%s", plan_problems_text(problems));
    plan_problems_free(problems);
    return plan;
}

START_TEST(every_choice_ends_as_its_scenario_says)
{
    Plan *plan = load(choices[_i].path, choices[_i].sets);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        RunSetup setup = {.plan = plan, .seed = seed};
        Outcome *outcome = run_play(&setup);
        ck_assert_int_eq(outcome->verdict, OUTCOME_HELD);
        int64_t issued = 0;
        int64_t served = 0;
        for (uint32_t w = 0; w < outcome->window_count; w++) {
            if (outcome->windows[w].from < choices[_i].from)
                continue;
            issued += outcome->windows[w].issued;
            for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
                served += outcome->windows[w].ok[q];
        }
        ck_assert_int_gt(issued, 10000);
        if (choices[_i].from > 0)
            ck_assert_int_eq(served, choices[_i].up ? issued : 0);
        outcome_free(outcome);
    }
    plan_free(plan);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("choices");
    TCase *tcase = tcase_create("stories");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, every_choice_ends_as_its_scenario_says, 0, G_N_ELEMENTS(choices));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
