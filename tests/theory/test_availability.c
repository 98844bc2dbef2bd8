/*
 * test_availability.c: how long random faults keep things down.
 *
 * Alternating renewal: unavailability q = MTTR / (MTTF + MTTR), whatever the distributions; MTTF is
 * the mean time up. Over a horizon T, starting up, the time down is q T + q E X^2 / (2 E X) -
 * E(U D + D^2 / 2) / E X with X = U + D, the times up and down: -0.315 s more for U uniform to 18 s
 * and D = 1 s. With exponential times and
 * tau = 1 / (1 / MTTF + 1 / MTTR), the share of time down has mean q (1 - tau / T) and variance
 * about 2 q (1 - q) tau / T. Independent links of which k of n must be up: the binomial law. A
 * shared risk with unavailability c takes all down: 1 - (1 - c) * P(at least k of n up).
 */
#include <check.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/plan.h"
#include "tests/theory/theory.h"

#define SEEDS 800
#define HORIZON 3600.0 /* s; the timeline keeps 10000 lines */

/* Of the links l1 .. ln so many have to be up. */
static int needed, links;

/* The share of time in which too few are, read off the timeline. */
static double share_down(const Outcome *outcome)
{
    int     down[6] = {0}; /* cuts of l1 .. l5 in force; of all, at 0 */
    SimTime bad_since = -1;
    double  bad = 0;
    for (uint32_t m = 0; m < outcome->mark_count; m++) {
        const OutcomeMark *mark = &outcome->marks[m];
        const char        *cut = strstr(mark->text, "cut ");
        SimTime            end = (SimTime)HORIZON * SIM_S;
        if (cut == NULL || mark->at >= end)
            continue;
        down[cut[4] == 'l' ? cut[5] - '0' : 0] += mark->bad ? 1 : -1;
        int up = 0;
        for (int l = 1; l <= links; l++)
            up += down[0] == 0 && down[l] == 0;
        if (up < needed && bad_since < 0)
            bad_since = mark->at;
        if (up >= needed && bad_since >= 0) {
            bad += (double)(mark->at - bad_since);
            bad_since = -1;
        }
    }
    if (bad_since >= 0)
        bad += HORIZON * SIM_S - (double)bad_since;
    return bad / (HORIZON * SIM_S);
}

static double too_few(int k, int n, double q)
{
    double sum = 0;
    for (int up = 0; up < k; up++) {
        double ways = 1;
        for (int i = 0; i < up; i++)
            ways = ways * (n - i) / (i + 1);
        sum += ways * pow(1 - q, up) * pow(q, n - up);
    }
    return sum;
}

static Sample sample(const char *shape, const char *shared, int k, int n)
{
    const char *sets[] = {shape, shared, NULL};
    Plan       *plan = theory_plan("tests/theory/availability.lua", sets);
    needed = k;
    links = n;
    Sample s = theory_sample(plan, SEEDS, share_down);
    plan_free(plan);
    return s;
}

START_TEST(one_link_is_down_for_its_share_of_the_time_and_varies_as_it_must)
{
    double tau = 0.9;
    Sample s = sample("shape=exponential", "shared=no", 1, 1);
    double mean = 0.1 * (1 - tau / HORIZON);
    ck_assert(theory_within("unavailability, exponential", s.mean, mean, s.mean_error));
    ck_assert(
        theory_within("variance", s.variance, 2 * 0.1 * 0.9 * tau / HORIZON, s.variance_error));
    ck_assert(!theory_within("5 % more (to be rejected)", s.mean, 1.05 * mean, s.mean_error));
    /* The reading of MTBF that has the repair in it: 1 / 9 of the time up. */
    ck_assert(!theory_within("MTTR / MTTF (to be rejected)", s.mean, 1.0 / 9, s.mean_error));
}
END_TEST

START_TEST(the_distributions_do_not_matter_for_the_mean_but_for_the_variance)
{
    Sample s = sample("shape=uniform", "shared=no", 1, 1);
    ck_assert(theory_within("unavailability, uniform and constant", s.mean, 0.1 - 0.315 / HORIZON,
                            s.mean_error));
    ck_assert(!theory_within("variance of exponential times (to be rejected)", s.variance,
                             2 * 0.1 * 0.9 * 0.9 / HORIZON, s.variance_error));
}
END_TEST

static const struct {
    int k, n;
} groups[] = {{1, 2}, {2, 2}, {2, 3}, {3, 5}};

START_TEST(k_of_n_independent_links_follow_the_binomial_law)
{
    int    k = groups[_i].k;
    int    n = groups[_i].n;
    Sample s = sample("shape=exponential", "shared=no", k, n);
    double law = too_few(k, n, 0.1);
    ck_assert(theory_within("too few of n", s.mean, law, s.mean_error));
    ck_assert(!theory_within("5 % more (to be rejected)", s.mean, 1.05 * law, s.mean_error));
}
END_TEST

START_TEST(a_shared_risk_ends_what_redundancy_can_do)
{
    int    k = groups[_i].k;
    int    n = groups[_i].n;
    Sample s = sample("shape=exponential", "shared=yes", k, n);
    double alone = too_few(k, n, 0.1);
    double law = 1 - (1 - 0.01) * (1 - alone);
    ck_assert(theory_within("too few of n, with a shared risk", s.mean, law, s.mean_error));
    ck_assert(!theory_within("as if independent (to be rejected)", s.mean, alone, s.mean_error));
}
END_TEST

int main(void)
{
    int    count = (int)G_N_ELEMENTS(groups);
    Suite *suite = suite_create("availability");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, one_link_is_down_for_its_share_of_the_time_and_varies_as_it_must);
    tcase_add_test(tcase, the_distributions_do_not_matter_for_the_mean_but_for_the_variance);
    tcase_add_loop_test(tcase, k_of_n_independent_links_follow_the_binomial_law, 0, count);
    tcase_add_loop_test(tcase, a_shared_risk_ends_what_redundancy_can_do, 0, count);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
