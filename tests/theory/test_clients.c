/*
 * test_clients.c: what users do to the region that they are sent to, all at once.
 *
 * The worlds stand in tests/theory/login.lua. N: users, v: requests of one of them a second, L: how
 * long a session lives.
 *
 * Logins, t after the switch: N v exp(-v t), so N (1 - exp(-v t)) up to then and N in all, exactly.
 * Before it: N / L, so that the first are v L times as many.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "tests/theory/theory.h"

#define SEEDS 60

static double seconds(SimTime time)
{
    return (double)time / (double)SIM_S;
}

static Sample sample(const char *path, const char *const *sets, double (*value)(const Outcome *))
{
    Plan  *plan = theory_plan(path, sets);
    Sample s = theory_sample(plan, SEEDS, value);
    plan_free(plan);
    return s;
}

static double issued(const Outcome *outcome, const char *service, SimTime from, SimTime to)
{
    double count = 0;
    for (uint32_t w = 0; w < outcome->window_count; w++) {
        const OutcomeWindow *row = &outcome->windows[w];
        if (row->from >= from && row->to <= to && strcmp(row->service, service) == 0)
            count += (double)row->issued;
    }
    return count;
}

/* ---- logins ------------------------------------------------------------------------------ */

#define LOGIN "tests/theory/login.lua"
#define USERS 5000.0
#define LIFE 1800.0
#define SWITCH (300 * SIM_S)

/* When users were sent to b. */
static double switched(const Outcome *outcome)
{
    for (uint32_t m = 0; m < outcome->mark_count; m++)
        if (strstr(outcome->marks[m].text, "a is declared dead") != NULL)
            return seconds(outcome->marks[m].at);
    ck_abort_msg("a is not declared dead");
    return 0;
}

/* Logins in [300 s, 320 s) and in [320 s, 340 s) beyond the law with a rate of v. */
static double beyond(const Outcome *outcome, double v, int window)
{
    SimTime from = SWITCH + window * 20 * SIM_S;
    double  late = switched(outcome);
    double  begin = fmax(seconds(from) - late, 0);
    double  end = seconds(from) + 20 - late;
    return issued(outcome, "login", from, from + 20 * SIM_S) -
           USERS * (exp(-v * begin) - exp(-v * end));
}

static double beyond_first(const Outcome *outcome)
{
    return beyond(outcome, 1.0 / 20, 0);
}

static double beyond_second(const Outcome *outcome)
{
    return beyond(outcome, 1.0 / 20, 1);
}

static double beyond_faster(const Outcome *outcome)
{
    return beyond(outcome, 1.05 / 20, 0);
}

static double logins_at_last(const Outcome *outcome)
{
    return issued(outcome, "login", SWITCH, 700 * SIM_S);
}

/* Up to the switch; the first sessions to expire wait for their users' next request. */
static double logins_before(const Outcome *outcome)
{
    return issued(outcome, "login", 100 * SIM_S, SWITCH) / 200;
}

/* Logins of the first window as if all had come at the rate of the first instant. */
static double peak_beyond_law(const Outcome *outcome)
{
    double after = seconds(SWITCH) + 20 - switched(outcome);
    double first =
        issued(outcome, "login", SWITCH, SWITCH + 20 * SIM_S) / (1 - exp(-after / 20)) / 20;
    return first - LIFE / 20 * logins_before(outcome);
}

START_TEST(everybody_logs_in_at_their_next_request)
{
    const char *lost[] = {"kept=no", NULL};
    const char *kept[] = {"kept=yes", NULL};
    Sample      s = sample(LOGIN, lost, beyond_first);
    ck_assert(theory_within("logins of 20 s, beyond the law", s.mean, 0, s.mean_error));
    s = sample(LOGIN, lost, beyond_second);
    ck_assert(theory_within("of the next 20 s", s.mean, 0, s.mean_error));
    s = sample(LOGIN, lost, beyond_faster);
    ck_assert(!theory_within("users 5 % busier (to be rejected)", s.mean, 0, s.mean_error));
    s = sample(LOGIN, kept, beyond_first);
    ck_assert(!theory_within("copies of the sessions (to be rejected)", s.mean, 0, s.mean_error));
}
END_TEST

START_TEST(everybody_logs_in_once)
{
    const char *lost[] = {"kept=no", NULL};
    Sample      s = sample(LOGIN, lost, logins_at_last);
    ck_assert_double_eq(s.mean, USERS);
    ck_assert_double_eq(s.variance, 0);
}
END_TEST

START_TEST(the_first_logins_are_as_many_times_the_usual_as_a_session_lives_requests)
{
    const char *lost[] = {"kept=no", NULL};
    Sample      s = sample(LOGIN, lost, logins_before);
    ck_assert(theory_within("logins/s before, N / L", s.mean, USERS / LIFE, s.mean_error));
    ck_assert(
        !theory_within("5 % more (to be rejected)", s.mean, 1.05 * USERS / LIFE, s.mean_error));
    s = sample(LOGIN, lost, peak_beyond_law);
    ck_assert(theory_within("peak - v L x before", s.mean, 0, s.mean_error));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clients");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, everybody_logs_in_at_their_next_request);
    tcase_add_test(tcase, everybody_logs_in_once);
    tcase_add_test(tcase, the_first_logins_are_as_many_times_the_usual_as_a_session_lives_requests);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
