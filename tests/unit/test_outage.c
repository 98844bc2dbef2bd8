/*
 * test_outage.c: when users had no service, and when they had it again.
 */
#include <check.h>
#include <stdlib.h>

#include "sim/run/outage.h"

#define MOST 64

static OutcomeWindow windows[MOST];
static Outcome       outcome;

static void setup(void)
{
    outcome = (Outcome){.windows = windows};
}

/* The next window of a minute: so many asked, and so many of them failed. */
static void minute(int64_t issued, int64_t failed)
{
    uint32_t i = outcome.window_count++;
    windows[i] = (OutcomeWindow){.from = i * SIM_MIN,
                                 .to = (i + 1) * SIM_MIN,
                                 .service = "login",
                                 .access = i % 2 == 0 ? "east" : "west",
                                 .issued = issued};
    windows[i].ok[METRICS_FRESH] = issued - failed;
    windows[i].failed[METRICS_TIMEOUT] = failed;
}

static RunOutage seen(int64_t below)
{
    return run_outage(&outcome, &(RunOutageAsk){"login", NULL, 0, SIM_TIME_NEVER, below});
}

static void assert_outage(RunOutage outage, SimTime from, SimTime to)
{
    ck_assert_int_eq(outage.first_bad, from);
    ck_assert_int_eq(outage.first_over, to);
}

START_TEST(it_lasts_from_the_first_bad_window_to_the_end_of_the_last)
{
    minute(100, 0);
    minute(100, 90);
    minute(100, 6);
    minute(100, 5);
    minute(100, 0);
    assert_outage(seen(RUN_OUTAGE_BELOW), SIM_MIN, 3 * SIM_MIN);
    ck_assert_int_eq(seen(RUN_OUTAGE_BELOW).samples, 500);
}
END_TEST

START_TEST(windows_with_few_requests_are_judged_together)
{
    minute(10, 1); /* 1 of 20 is not below 95 %, though 1 of 10 would be */
    minute(10, 0);
    minute(10, 1);
    minute(10, 1);
    minute(20, 0);
    assert_outage(seen(RUN_OUTAGE_BELOW), 2 * SIM_MIN, 4 * SIM_MIN);
}
END_TEST

START_TEST(one_failure_never_decides_whatever_the_bound)
{
    minute(60, 1); /* below 99 %, but 99 of 100 is not */
    minute(40, 0);
    minute(3, 1); /* nor among the few at the end */
    assert_outage(seen(990000000), -1, -1);
    minute(1, 1);
    assert_outage(seen(990000000), 2 * SIM_MIN, -1);
}
END_TEST

START_TEST(a_short_good_spell_does_not_end_it)
{
    minute(100, 100);
    minute(100, 0);
    minute(100, 0);
    minute(100, 100);
    for (int i = 0; i < 5; i++)
        minute(100, 0);
    minute(100, 100);
    assert_outage(seen(RUN_OUTAGE_BELOW), 0, 4 * SIM_MIN);
}
END_TEST

/* 5 % of the users fail for good: a window of 100 is now and then below 95 % by chance. */
START_TEST(a_window_that_is_bad_by_chance_does_not_prolong_it)
{
    minute(100, 60);
    for (int i = 0; i < 20; i++)
        minute(100, i % 4 == 2 ? 6 : 4);
    assert_outage(seen(RUN_OUTAGE_BELOW), 0, SIM_MIN);
}
END_TEST

START_TEST(a_tail_of_users_who_fail_is_outside_a_lower_bound)
{
    minute(1000, 600);
    for (int i = 0; i < 10; i++)
        minute(1000, 52);
    assert_outage(seen(RUN_OUTAGE_BELOW), 0, -1);
    assert_outage(seen(900000000), 0, SIM_MIN);
}
END_TEST

START_TEST(without_a_good_stretch_after_it_no_end_was_seen)
{
    minute(100, 0);
    minute(100, 50);
    assert_outage(seen(RUN_OUTAGE_BELOW), SIM_MIN, -1);
}
END_TEST

START_TEST(only_users_near_the_region_count_if_one_is_named)
{
    minute(100, 0);
    minute(100, 50);
    minute(100, 0);
    minute(100, 0);
    RunOutage east =
        run_outage(&outcome, &(RunOutageAsk){"login", "east", 0, SIM_TIME_NEVER, RUN_OUTAGE_BELOW});
    assert_outage(east, -1, -1);
    ck_assert_int_eq(east.samples, 200);
    assert_outage(
        run_outage(&outcome, &(RunOutageAsk){"login", "west", 0, SIM_TIME_NEVER, RUN_OUTAGE_BELOW}),
        SIM_MIN, 2 * SIM_MIN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outage");
    TCase *outage = tcase_create("outage");
    tcase_add_checked_fixture(outage, setup, NULL);
    tcase_add_test(outage, it_lasts_from_the_first_bad_window_to_the_end_of_the_last);
    tcase_add_test(outage, windows_with_few_requests_are_judged_together);
    tcase_add_test(outage, one_failure_never_decides_whatever_the_bound);
    tcase_add_test(outage, a_short_good_spell_does_not_end_it);
    tcase_add_test(outage, a_window_that_is_bad_by_chance_does_not_prolong_it);
    tcase_add_test(outage, a_tail_of_users_who_fail_is_outside_a_lower_bound);
    tcase_add_test(outage, without_a_good_stretch_after_it_no_end_was_seen);
    tcase_add_test(outage, only_users_near_the_region_count_if_one_is_named);
    suite_add_tcase(suite, outage);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
