/*
 * test_clients.c: what users do to the region that they are sent to, all at once.
 *
 * The worlds stand in tests/theory/login.lua and return.lua. N: users, v: requests of one of them a
 * second, L: how long a session lives.
 *
 * Logins, t after the switch: N v exp(-v t), so N (1 - exp(-v t)) up to then and N in all, exactly.
 * Before it: N / L, so that the first are v L times as many.
 *
 * Users who come back: with requests at v, an outage of T, a share s of those who fail that comes
 * back after a mean time m: B = s v m (1 - exp(-(1-s) T / m)) / (1-s) wait at its end, and B (1 -
 * exp(-t/m)) of them have come t later.
 *
 * Connections: with a jitter J, N t / J set-ups in the first t; without it all N at once.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "sim/run/run.h"
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

/* ---- users who come back ----------------------------------------------------------------- */

#define RETURN "tests/theory/return.lua"
#define BACK (400 * SIM_S)

/* Requests after the outage beyond those that would have come anyway. */
static double returned_early(const Outcome *outcome)
{
    return issued(outcome, "page", BACK, BACK + 60 * SIM_S) - 50 * 60;
}

static double returned_in_all(const Outcome *outcome)
{
    return issued(outcome, "page", BACK, 1200 * SIM_S) - 50 * 800;
}

static double waiting(double s)
{
    return s * 50 * 60 * (1 - exp(-(1 - s) * 300 / 60)) / (1 - s);
}

START_TEST(a_crowd_waits_for_the_end_of_an_outage)
{
    double      share = _i == 0 ? 0.8 : 0.5;
    const char *sets[] = {"case=return", _i == 0 ? "returns=80%" : "returns=50%", NULL};
    Sample      s = sample(RETURN, sets, returned_in_all);
    ck_assert(theory_within("those who waited", s.mean, waiting(share), s.mean_error));
    ck_assert(!theory_within("if all had waited (to be rejected)", s.mean, share * 50 * 300,
                             s.mean_error));
    s = sample(RETURN, sets, returned_early);
    ck_assert(theory_within("of them within a minute", s.mean, waiting(share) * (1 - exp(-1)),
                            s.mean_error));
    ck_assert(!theory_within("if they came evenly (to be rejected)", s.mean,
                             waiting(share) * 60 / 800, s.mean_error));
}
END_TEST

/* ---- connections ------------------------------------------------------------------------- */

static double first_five(const Outcome *outcome)
{
    return issued(outcome, "page", 101 * SIM_S, 106 * SIM_S);
}

START_TEST(jitter_spreads_what_noticing_brings_at_once)
{
    const char *spread[] = {"case=connect", "jitter=20s", NULL};
    const char *at_once[] = {"case=connect", "jitter=0s", NULL};
    Sample      s = sample(RETURN, spread, first_five);
    ck_assert(theory_within("set-ups in a quarter of the jitter", s.mean, 5000, s.mean_error));
    ck_assert(
        !theory_within("5 % more jitter (to be rejected)", s.mean, 5000 / 1.05, s.mean_error));
    Plan    *plan = theory_plan(RETURN, at_once);
    RunSetup setup = {.plan = plan, .seed = 1};
    Outcome *outcome = run_play(&setup);
    ck_assert_double_eq(issued(outcome, "page", 101 * SIM_S, 102 * SIM_S), 20000);
    ck_assert_double_eq(issued(outcome, "page", 0, 1200 * SIM_S), 20000);
    outcome_free(outcome);
    plan_free(plan);
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
    tcase_add_loop_test(tcase, a_crowd_waits_for_the_end_of_an_outage, 0, 2);
    tcase_add_test(tcase, jitter_spreads_what_noticing_brings_at_once);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
