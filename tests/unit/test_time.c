/*
 * test_time.c: time.h keeps its promises.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "sim/base/time.h"

START_TEST(sums_that_fit_are_exact)
{
    ck_assert_int_eq(sim_time_add(INT64_MAX - 1, 1), INT64_MAX);
    ck_assert_int_eq(sim_time_add(INT64_MIN + 1, -1), INT64_MIN);
}
END_TEST

START_TEST(what_is_longer_than_any_run_is_far_and_stays_there)
{
    ck_assert_int_eq(sim_time_add_far(SIM_DAY, SIM_S), SIM_DAY + SIM_S);
    ck_assert_int_eq(sim_time_add_far(SIM_TIME_FAR, 1), SIM_TIME_FAR);
    ck_assert_int_eq(sim_time_add_far(INT64_MAX, INT64_MAX), SIM_TIME_FAR);
    ck_assert_int_eq(sim_time_mul_far(SIM_DAY, 366), 366 * SIM_DAY);
    ck_assert_int_eq(sim_time_mul_far(SIM_TIME_FAR, 2), SIM_TIME_FAR);
    ck_assert_int_eq(sim_time_mul_far(INT64_MAX, INT64_MAX), SIM_TIME_FAR);
    ck_assert_int_eq(sim_time_mul_far(INT64_MAX, 0), 0);
}
END_TEST

START_TEST(scaling_computes_in_128_bits)
{
    ck_assert_int_eq(sim_time_scale(INT64_MAX, 999999999, 999999999), INT64_MAX);
    ck_assert_int_eq(sim_time_scale(10, 1, 3), 3);
    ck_assert_int_eq(sim_time_scale(1000 * SIM_DAY, 1000001, 1000000), 86400086400 * SIM_MS);
}
END_TEST

START_TEST(a_sum_out_of_range_aborts)
{
    (void)sim_time_add(INT64_MAX, 1);
}
END_TEST

START_TEST(a_scale_out_of_range_aborts)
{
    (void)sim_time_scale(INT64_MAX, 2, 1);
}
END_TEST

START_TEST(a_scale_by_nothing_aborts)
{
    (void)sim_time_scale(1, 1, 0);
}
END_TEST

START_TEST(an_assertion_with_a_note_still_aborts)
{
    int64_t      now = 5 * SIM_S;
    SimCrashNote note = {.now_ns = &now, .seed = 7, .scenario = "a.lua"};
    sim_crash_note_set(&note);
    SIM_ASSERT(now < 0);
}
END_TEST

START_TEST(an_assertion_that_holds_does_nothing)
{
    sim_crash_note_set(NULL);
    SIM_ASSERT(1 < 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("time");
    TCase *arithmetic = tcase_create("arithmetic");
    tcase_add_test(arithmetic, sums_that_fit_are_exact);
    tcase_add_test(arithmetic, what_is_longer_than_any_run_is_far_and_stays_there);
    tcase_add_test(arithmetic, scaling_computes_in_128_bits);
    tcase_add_test(arithmetic, an_assertion_that_holds_does_nothing);
    suite_add_tcase(suite, arithmetic);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, a_sum_out_of_range_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_scale_out_of_range_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_scale_by_nothing_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, an_assertion_with_a_note_still_aborts, SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
