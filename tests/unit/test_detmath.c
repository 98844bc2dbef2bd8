/*
 * test_detmath.c: detmath.c agrees with libm. (Only the tests may ask libm.)
 */
#include <check.h>
#include <math.h>
#include <signal.h>

#include "sim/base/detmath.h"
#include "sim/base/rng.h"

/* How far `ours` lies from `theirs`, relative to it. */
static double off(double ours, double theirs)
{
    return fabs(ours - theirs) / fabs(theirs);
}

static double unit(SimRng *rng)
{
    return (double)(sim_rng_next(rng) >> 11) * 0x1.0p-53;
}

START_TEST(logarithms_agree_with_libm)
{
    SimRng rng;
    double worst = 0;
    sim_rng_init(&rng, 1, "detmath", "log");
    for (int i = 0; i < 200000; i++) {
        double wide = exp(unit(&rng) * 1400 - 700);
        double close = 1 + (unit(&rng) - 0.5) * exp(-unit(&rng) * 30);
        worst = fmax(worst, off(sim_det_log(wide), log(wide)));
        if (close < 1 || close > 1)
            worst = fmax(worst, off(sim_det_log(close), log(close)));
    }
    ck_assert_double_lt(worst, 1e-15);
    ck_assert_double_eq_tol(sim_det_log(1), 0, 1e-300);
    ck_assert_double_lt(off(sim_det_log(0x1.0p-1070), log(0x1.0p-1070)), 1e-15);
}
END_TEST

START_TEST(exponentials_agree_with_libm)
{
    SimRng rng;
    double worst = 0;
    sim_rng_init(&rng, 1, "detmath", "exp");
    for (int i = 0; i < 200000; i++) {
        double x = unit(&rng) * 1400 - 700;
        double y = (unit(&rng) - 0.5) * 4;
        worst = fmax(worst, off(sim_det_exp(x), exp(x)));
        worst = fmax(worst, off(sim_det_exp(y), exp(y)));
    }
    ck_assert_double_lt(worst, 1e-15);
    ck_assert_double_eq_tol(sim_det_exp(0), 1, 1e-300);
}
END_TEST

START_TEST(exponentials_saturate_and_never_overflow)
{
    ck_assert_double_eq_tol(sim_det_exp(1e300), sim_det_exp(709), 1e-300);
    ck_assert_double_eq_tol(sim_det_exp(-1e300), 0, 1e-300);
    ck_assert_double_gt(sim_det_exp(-707.9), 0);
}
END_TEST

START_TEST(powers_agree_with_libm)
{
    SimRng rng;
    double worst = 0;
    sim_rng_init(&rng, 1, "detmath", "pow");
    for (int i = 0; i < 200000; i++) {
        double x = exp(unit(&rng) * 20 - 10);
        double y = unit(&rng) * 10 - 5;
        worst = fmax(worst, off(sim_det_pow(x, y), pow(x, y)));
    }
    ck_assert_double_lt(worst, 2e-14);
    ck_assert_double_eq_tol(sim_det_pow(0, 2), 0, 1e-300);
    ck_assert_double_eq_tol(sim_det_pow(5, 0), 1, 1e-300);
}
END_TEST

START_TEST(the_smooth_quotients_agree_with_libm_through_zero)
{
    SimRng rng;
    double worst = 0;
    sim_rng_init(&rng, 1, "detmath", "quotients");
    for (int i = 0; i < 100000; i++) {
        double t = (unit(&rng) - 0.5) * 1.9 * exp(-unit(&rng) * 40);
        if (!(t < 0 || t > 0))
            continue;
        worst = fmax(worst, off(sim_det_log1p_over(t), log1p(t) / t));
        worst = fmax(worst, off(sim_det_expm1_over(t), expm1(t) / t));
    }
    ck_assert_double_lt(worst, 5e-15);
    ck_assert_double_eq_tol(sim_det_log1p_over(0), 1, 1e-300);
    ck_assert_double_eq_tol(sim_det_expm1_over(0), 1, 1e-300);
}
END_TEST

START_TEST(the_gamma_function_agrees_with_libm)
{
    double worst = 0;
    for (double x = 0.01; x < 160; x += 0.37)
        worst = fmax(worst, off(sim_det_gamma(x), tgamma(x)));
    ck_assert_double_lt(worst, 1e-12);
    ck_assert_double_lt(off(sim_det_gamma(5), 24), 1e-12);
}
END_TEST

START_TEST(the_logarithm_of_zero_aborts)
{
    (void)sim_det_log(0);
}
END_TEST

START_TEST(the_power_of_a_negative_number_aborts)
{
    (void)sim_det_pow(-1, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("detmath");
    TCase *accuracy = tcase_create("accuracy");
    tcase_add_test(accuracy, logarithms_agree_with_libm);
    tcase_add_test(accuracy, exponentials_agree_with_libm);
    tcase_add_test(accuracy, exponentials_saturate_and_never_overflow);
    tcase_add_test(accuracy, powers_agree_with_libm);
    tcase_add_test(accuracy, the_smooth_quotients_agree_with_libm_through_zero);
    tcase_add_test(accuracy, the_gamma_function_agrees_with_libm);
    suite_add_tcase(suite, accuracy);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, the_logarithm_of_zero_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, the_power_of_a_negative_number_aborts, SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
