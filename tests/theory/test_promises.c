/*
 * test_promises.c: how many of the writes that a region accepts for an owner out of reach are
 * refused when it is back, and how long their users wait.
 *
 * M keys, each owned by one of two sides. Through the partition a key gets Poisson(p) promises on
 * the other side and Poisson(d) requests at its owner, p = d = lambda T / 2M. Whoever comes first
 * at the owner has it: of each key's promises all are refused but one, and that one too unless the
 * owner had no request: rejected = M (p - (1 - exp(-p)) exp(-d)) Promises are made at any time of T
 * alike and answered after the heal: T/2, and the rest of the cut.
 */
#include <check.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>

#include "tests/theory/theory.h"

enum { RUNS = 200, KEYS = 2000, RATE = 10, SECONDS = 100 };

/* In parts of what the law says for as many requests as there were; 1 on average. */
static double rejected(const Outcome *outcome)
{
    double sum = 0;
    double requests = 0;
    for (uint32_t i = 0; i < outcome->intent_count; i++)
        sum += (double)outcome->intents[i].rejected;
    for (uint32_t i = 0; i < outcome->window_count; i++)
        requests += (double)outcome->windows[i].issued;
    double p = requests / 2 / KEYS;
    return sum / (KEYS * (p - (1 - exp(-p)) * exp(-p)));
}

/* Seconds, on average. */
static double waited(const Outcome *outcome)
{
    double sum = 0;
    double answers = 0;
    for (uint32_t i = 0; i < outcome->intent_count; i++) {
        const OutcomeIntents *row = &outcome->intents[i];
        sum += (double)row->mean / 1e9 * (double)row->answers;
        answers += (double)row->answers;
    }
    return sum / answers;
}

/* Whose phone is which depends on the number of the user alone: every run takes other users. */
START_TEST(promises_are_rejected_as_often_as_their_keys_meet)
{
    double sum = 0;
    double squares = 0;
    for (int run = 0; run < RUNS; run++) {
        char count[64];
        g_snprintf(count, sizeof count, "u.count=%d", 1000000000 + run * 10000);
        const char *sets[] = {count, NULL};
        Plan       *plan = theory_plan("tests/theory/promises.lua", sets);
        double      one = theory_sample(plan, 1, rejected).mean;
        sum += one;
        squares += one * one;
        plan_free(plan);
    }
    double mean = sum / RUNS;
    double error = sqrt((squares / RUNS - mean * mean) / (RUNS - 1));
    ck_assert(theory_within("rejected later / law", mean, 1, error));
    ck_assert(!theory_within("  5 % more (to be rejected)", mean, 1.05, error));
    ck_assert(!theory_within("  5 % less (to be rejected)", mean, 0.95, error));
}
END_TEST

/* The cut ends at 110 s. A queue looks every second, counted from its first promise at 0 + Exp(r),
 * r = 2.5 a second: the next look is the fraction of that second after the heal, 1/r - 1/(exp(r) -
 * 1) on average. Its answer and those of the rest take a round trip each. */
START_TEST(a_promise_waits_for_the_rest_of_the_cut)
{
    double      r = (double)RATE / 4;
    const char *sets[] = {NULL};
    Plan       *plan = theory_plan("tests/theory/promises.lua", sets);
    double      law = (double)SECONDS / 2 + 10 + 1 / r - 1 / (exp(r) - 1) + 2 * 0.02;
    Sample      s = theory_sample(plan, RUNS, waited);
    ck_assert(theory_within("seconds until the answer", s.mean, law, s.mean_error));
    ck_assert(!theory_within("  5 % more (to be rejected)", s.mean, law * 1.05, s.mean_error));
    ck_assert(!theory_within("  5 % less (to be rejected)", s.mean, law * 0.95, s.mean_error));
    plan_free(plan);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("promises");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, promises_are_rejected_as_often_as_their_keys_meet);
    tcase_add_test(tcase, a_promise_waits_for_the_rest_of_the_cut);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
