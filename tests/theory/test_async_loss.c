/*
 * test_async_loss.c: what asynchronous replication loses when its source dies.
 *
 * Writes are Poisson at rate L, delays have mean D, x = L * D is 5 and 35 in tests/theory/loss.lua.
 *   constant delay:                      Poisson(x), mean x, variance x
 *   independent delays, unordered:       Poisson(x), whatever their distribution (M/G/infinity)
 *   independent exponential, in order:   everything behind the oldest missing write is lost. That
 *       write's age U has P(U <= u) = exp(-x e^(-u/D)); given U the younger ones are Poisson(L U),
 *       so N = 1 + Poisson(L U): with v = e^(-U/D) and density x e^(-x v) on (0, 1),
 *       E N = (1 - e^-x) + x Ein(x),  E N^2 = integral ((1 - x ln v)^2 - x ln v) x e^(-x v) dv.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "tests/theory/theory.h"

#define SEEDS 2000

static const struct {
    const char *rate;
    double      x;
} loads[] = {{"rate=100/s", 5}, {"rate=700/s", 35}};

static void check_law(const char *const *sets, double mean, double variance)
{
    Plan  *plan = theory_plan("tests/theory/loss.lua", sets);
    Sample s = theory_sample(plan, SEEDS, theory_destroyed);
    ck_assert(theory_within("mean of lost writes", s.mean, mean, s.mean_error));
    ck_assert(theory_within("variance", s.variance, variance, s.variance_error));
    /* Negative control: a law with a delay twice as long must be rejected. */
    ck_assert(!theory_within("mean, law of twice the delay (to be rejected)", s.mean, 2 * mean,
                             s.mean_error));
    plan_free(plan);
}

START_TEST(a_constant_delay_loses_a_poisson_number)
{
    const char *sets[] = {"delay=constant", "order=stream", loads[_i].rate, NULL};
    check_law(sets, loads[_i].x, loads[_i].x);
}
END_TEST

START_TEST(independent_delays_that_may_overtake_lose_a_poisson_number_too)
{
    const char *sets[] = {"delay=exponential", "order=alone", loads[_i].rate, NULL};
    check_law(sets, loads[_i].x, loads[_i].x);
}
END_TEST

START_TEST(an_ordered_stream_loses_everything_behind_the_oldest_missing_write)
{
    double x = loads[_i].x;
    double mean = 0;
    double square = 0;
    int    steps = 2000000;
    for (int i = 0; i < steps; i++) {
        double v = (i + 0.5) / steps;
        double weight = x * exp(-x * v) / steps;
        double n = 1 - x * log(v);
        mean += n * weight;
        square += (n * n - x * log(v)) * weight;
    }
    const char *sets[] = {"delay=exponential", "order=stream", loads[_i].rate, NULL};
    check_law(sets, mean, square - mean * mean);
}
END_TEST

START_TEST(a_partition_before_the_crash_loses_all_that_was_written_in_it)
{
    const char *sets[] = {"delay=constant", "order=stream", "cut_first=yes", NULL};
    double      law = 100 * (4.0 + 0.05);
    Plan       *plan = theory_plan("tests/theory/loss.lua", sets);
    Sample      s = theory_sample(plan, SEEDS, theory_destroyed);
    ck_assert(theory_within("mean, 4 s of partition first", s.mean, law, s.mean_error));
    ck_assert(theory_within("variance", s.variance, law, s.variance_error));
    ck_assert(!theory_within("mean without what was on the way (to be rejected)", s.mean, 400,
                             s.mean_error));
    plan_free(plan);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("async_loss");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, a_constant_delay_loses_a_poisson_number, 0, 2);
    tcase_add_loop_test(tcase, independent_delays_that_may_overtake_lose_a_poisson_number_too, 0,
                        2);
    tcase_add_loop_test(tcase, an_ordered_stream_loses_everything_behind_the_oldest_missing_write,
                        0, 2);
    tcase_add_test(tcase, a_partition_before_the_crash_loses_all_that_was_written_in_it);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
