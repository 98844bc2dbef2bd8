/*
 * test_failover.c: how long failures go unseen, how long users follow, and what the rest can carry.
 *
 * The worlds stand in tests/theory/failover.lua, routing.lua and survivor.lua. I: interval of
 * probes, K: failures in a row, x: time-out, f: a probe's chance to be lost, R: requests/s, r:
 * interval of renewals.
 *
 * Detection: uniform in [(K-1) I + x, K I + x], mean I/2 + (K-1) I + x.
 *
 * False alarms: K lost probes in a row behind one that was answered, f^K + (n - K) (1 - f) f^K of n
 * probes.
 *
 * Lease of ttl: the old owner stops within [ttl - r, ttl], mean ttl - r/2; until then it accepts R
 * writes/s that nobody else gets, and those on their way at the cut.
 *
 * DNS: stale share 1 - t/TTL, mean stale time S = TTL/2, failed requests R S; the same for answers
 * over HTTP and for rules of proxies. Its tail, on top of TTL/2 = 450 s: 3 % of 1800 s, 1 % of
 * 12 h, 1 % of 36 h: 2232 s.
 *
 * N-1, two regions: time in the system 1/(mu - l) before and 1/(mu - 2 l) after, a ratio of 3 at
 * rho = 0.4; served within d: 1 - exp(-(mu - 2 l) d); nothing at rho > 0.5.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "tests/theory/theory.h"

#define FAILOVER "tests/theory/failover.lua"
#define ROUTING "tests/theory/routing.lua"
#define SURVIVOR "tests/theory/survivor.lua"

static double seconds(SimTime time)
{
    return (double)time / (double)SIM_S;
}

static Sample sample(const char *path, const char *const *sets, uint32_t seeds,
                     double (*value)(const Outcome *))
{
    Plan  *plan = theory_plan(path, sets);
    Sample s = theory_sample(plan, seeds, value);
    plan_free(plan);
    return s;
}

/* From 200 s, where all failures begin, to a line of the timeline. */
static double since_failure(const Outcome *outcome, const char *words)
{
    for (uint32_t m = 0; m < outcome->mark_count; m++)
        if (strstr(outcome->marks[m].text, words) != NULL)
            return seconds(outcome->marks[m].at) - 200;
    return INFINITY;
}

/* The range of what was sampled last. */
static double least, most;

static double in_range(double value)
{
    least = value < least ? value : least;
    most = value > most ? value : most;
    return value;
}

/* ---- detection --------------------------------------------------------------------------- */

static double detection(const Outcome *outcome)
{
    return in_range(since_failure(outcome, "a is declared dead"));
}

static const struct {
    const char *every, *timeout;
    double      interval, wait;
} probes[] = {
    {"every=30s", "timeout=1us", 30, 0},
    {"every=10s", "timeout=1us", 10, 0},
    {"every=10s", "timeout=2s", 10, 2},
};

START_TEST(a_failure_is_seen_after_k_probes)
{
    const char *sets[] = {probes[_i].every, probes[_i].timeout, NULL};
    double      interval = probes[_i].interval;
    double      first = 2 * interval + probes[_i].wait;
    least = INFINITY;
    most = 0;
    Sample s = sample(FAILOVER, sets, 2000, detection);
    ck_assert(theory_within("detection, s", s.mean, first + interval / 2, s.mean_error));
    ck_assert(theory_within("variance", s.variance, interval * interval / 12, s.variance_error));
    ck_assert(least >= first && least < first + interval / 50);
    ck_assert(most <= first + interval + 1e-5 && most > first + interval - interval / 50);
    ck_assert(!theory_within("if the first probe came at once (to be rejected)", s.mean, first,
                             s.mean_error));
    ck_assert(!theory_within("a law 5 % longer (to be rejected)", s.mean,
                             1.05 * (first + interval / 2), s.mean_error));
}
END_TEST

/* ---- false alarms ------------------------------------------------------------------------ */

#define PROBES 2000 /* one every 10 s; the last is judged 2 s later */

static double alarms(const Outcome *outcome)
{
    double count = 0;
    for (uint32_t m = 0; m < outcome->mark_count; m++)
        count += strstr(outcome->marks[m].text, "a is declared dead") != NULL &&
                 outcome->marks[m].at < 10 * PROBES * SIM_S + 2 * SIM_S;
    return count;
}

static double expected_alarms(double f, int k, int n)
{
    return pow(f, k) * (1 + (n - k) * (1 - f));
}

static const struct {
    const char *loss, *failures;
    double      f;
    int         k;
} losses[] = {
    {"loss=30%", "failures=3", 1 - 0.7 * 0.7, 3},
    {"loss=10%", "failures=3", 1 - 0.9 * 0.9, 3},
    {"loss=10%", "failures=2", 1 - 0.9 * 0.9, 2},
    {"loss=10%", "failures=1", 1 - 0.9 * 0.9, 1},
};

START_TEST(lost_probes_in_a_row_are_an_alarm)
{
    const char *sets[] = {"what=alarm",    "every=10s",         "timeout=2s",
                          losses[_i].loss, losses[_i].failures, NULL};
    double      f = losses[_i].f;
    Sample      s = sample(FAILOVER, sets, 400, alarms);
    double      law = expected_alarms(f, losses[_i].k, PROBES);
    ck_assert(theory_within("false alarms", s.mean, law, s.mean_error));
    ck_assert(!theory_within("if only the way there lost probes (to be rejected)", s.mean,
                             expected_alarms(1 - sqrt(1 - f), losses[_i].k, PROBES), s.mean_error));
}
END_TEST

/* ---- leases ------------------------------------------------------------------------------ */

static double demotion(const Outcome *outcome)
{
    return in_range(since_failure(outcome, "a loses its lease"));
}

static double stranded(const Outcome *outcome)
{
    double count = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        count += (double)outcome->fates[i].fate[OUTCOME_L2];
    return count;
}

START_TEST(an_owner_demotes_itself_within_its_lease)
{
    const char *sets[] = {"what=lease", "every=10s", "timeout=2s", NULL};
    least = INFINITY;
    most = 0;
    Sample s = sample(FAILOVER, sets, 1000, demotion);
    ck_assert(theory_within("self-demotion, s", s.mean, 25, s.mean_error));
    ck_assert(least >= 20 && least < 20.2);
    ck_assert(most <= 30 && most > 29.8);
    ck_assert(!theory_within("a whole lease (to be rejected)", s.mean, 30, s.mean_error));
}
END_TEST

START_TEST(what_the_old_owner_takes_ends_with_its_lease)
{
    const char *leased[] = {"what=lease", "every=10s", "timeout=2s", NULL};
    const char *open[] = {"what=lease", "every=10s", "timeout=2s", "fence=none", NULL};
    Sample      s = sample(FAILOVER, leased, 400, stranded);
    ck_assert(theory_within("stranded under a lease", s.mean, 100 * 25.01, s.mean_error));
    ck_assert(
        !theory_within("a law 5 % longer (to be rejected)", s.mean, 105 * 25.01, s.mean_error));
    /* Without one, until a probe after the heal tells it: 100 s of cut and half an interval. */
    s = sample(FAILOVER, open, 400, stranded);
    ck_assert(theory_within("stranded without", s.mean, 100 * 105.01, s.mean_error));
    ck_assert(
        !theory_within("a lease all the same (to be rejected)", s.mean, 100 * 25.01, s.mean_error));
}
END_TEST

/* ---- names ------------------------------------------------------------------------------- */

static double failed_requests(const Outcome *outcome)
{
    double count = 0;
    for (uint32_t w = 0; w < outcome->window_count; w++)
        for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
            count += (double)outcome->windows[w].failed[f];
    return count;
}

static const struct {
    const char *resolver;
    double      stale; /* mean, s */
} resolvers[] = {{"resolver=dns", 450}, {"resolver=http", 300}, {"resolver=proxy", 150}};

START_TEST(users_follow_at_their_own_phase)
{
    const char *sets[] = {resolvers[_i].resolver, NULL};
    double      law = 50 * (0.5 + resolvers[_i].stale);
    Sample      s = sample(ROUTING, sets, 60, failed_requests);
    ck_assert(theory_within("failed requests", s.mean, law, s.mean_error));
    ck_assert(
        !theory_within("a cache 5 % longer (to be rejected)", s.mean, 1.05 * law, s.mean_error));
}
END_TEST

/* The share that fails in the window of 9 s that begins at `from`. */
static double share_from(const Outcome *outcome, SimTime from)
{
    for (uint32_t w = 0; w < outcome->window_count; w++) {
        const OutcomeWindow *window = &outcome->windows[w];
        if (window->from != from || window->issued == 0 || strcmp(window->access, "a") != 0)
            continue;
        int64_t failed = 0;
        for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
            failed += window->failed[f];
        return (double)failed / (double)window->issued;
    }
    return INFINITY;
}

static double share_early(const Outcome *outcome)
{
    return share_from(outcome, 1224 * SIM_S);
}

static double share_late(const Outcome *outcome)
{
    return share_from(outcome, 1674 * SIM_S);
}

START_TEST(the_stale_share_falls_on_a_straight_line)
{
    const char *sets[] = {"resolver=dns", NULL};
    /* The change is at 1000.5 s on average, the middle of the window 4.5 s after its begin. */
    Sample early = sample(ROUTING, sets, 60, share_early);
    Sample late = sample(ROUTING, sets, 60, share_late);
    ck_assert(
        theory_within("a quarter of the TTL later", early.mean, 1 - 228.0 / 900, early.mean_error));
    ck_assert(theory_within("three quarters later", late.mean, 1 - 678.0 / 900, late.mean_error));
    ck_assert(!theory_within("an exponential law (to be rejected)", late.mean, exp(-678.0 / 900),
                             late.mean_error));
}
END_TEST

START_TEST(the_tail_is_most_of_what_a_client_waits)
{
    const char *sets[] = {"resolver=tail", NULL};
    double      tail = 0.03 * 1800 + 0.01 * 43200 + 0.01 * 129600;
    Sample      s = sample(ROUTING, sets, 100, failed_requests);
    ck_assert(
        theory_within("stale time of a client, s", s.mean / 0.2, 450.5 + tail, s.mean_error / 0.2));
    ck_assert(
        !theory_within("the TTL alone (to be rejected)", s.mean / 0.2, 450.5, s.mean_error / 0.2));
    ck_assert(!theory_within("without the longest band (to be rejected)", s.mean / 0.2,
                             450.5 + tail - 0.01 * 129600, s.mean_error / 0.2));
}
END_TEST

/* ---- what the rest can carry ------------------------------------------------------------- */

/* Mean time in the system of what was issued in [from, to), s. */
static double sojourn(const Outcome *outcome, SimTime from, SimTime to)
{
    double sum = 0;
    double count = 0;
    for (uint32_t w = 0; w < outcome->window_count; w++) {
        const OutcomeWindow *window = &outcome->windows[w];
        if (window->from < from || window->to > to)
            continue;
        sum += seconds(window->latency_sum);
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            count += (double)window->ok[q];
    }
    return sum / count;
}

static double before(const Outcome *outcome)
{
    return sojourn(outcome, 1000 * SIM_S, 10000 * SIM_S);
}

static double after(const Outcome *outcome)
{
    return sojourn(outcome, 11000 * SIM_S, 20000 * SIM_S);
}

static double three_times(const Outcome *outcome)
{
    return after(outcome) - 3 * before(outcome);
}

static double served_at_the_end(const Outcome *outcome)
{
    double failed = 0;
    double issued = 0;
    for (uint32_t w = 0; w < outcome->window_count; w++) {
        if (outcome->windows[w].from < 15000 * SIM_S)
            continue;
        issued += (double)outcome->windows[w].issued;
        for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
            failed += (double)outcome->windows[w].failed[f];
    }
    return 1 - failed / issued;
}

START_TEST(the_survivor_takes_three_times_as_long)
{
    const char *sets[] = {"rho=0.4", NULL};
    const char *slower[] = {"rho=0.4", "slower=yes", NULL};
    Sample      a = sample(SURVIVOR, sets, 60, before);
    Sample      b = sample(SURVIVOR, sets, 60, after);
    Sample      c = sample(SURVIVOR, sets, 60, three_times);
    ck_assert(theory_within("before, s", a.mean, 1.0 / 6, a.mean_error));
    ck_assert(theory_within("after, s", b.mean, 0.5, b.mean_error));
    ck_assert(theory_within("after - 3 x before", c.mean, 0, c.mean_error));
    Sample d = sample(SURVIVOR, slower, 60, after);
    ck_assert(!theory_within("work 5 % slower (to be rejected)", d.mean, 0.5, d.mean_error));
}
END_TEST

START_TEST(above_one_half_the_survivor_drowns)
{
    const char *under[] = {"rho=0.4", "deadline=3s", NULL};
    const char *over[] = {"rho=0.55", "deadline=3s", NULL};
    Sample      s = sample(SURVIVOR, under, 60, served_at_the_end);
    ck_assert(theory_within("served in 3 s at 0.4", s.mean, 1 - exp(-6), s.mean_error));
    ck_assert(!theory_within("at 5 % less capacity (to be rejected)", s.mean, 1 - exp(-4.5),
                             s.mean_error));
    s = sample(SURVIVOR, over, 10, served_at_the_end);
    ck_assert_msg(s.mean <= 0, "%f served at 0.55", s.mean);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("failover");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 900);
    tcase_add_loop_test(tcase, a_failure_is_seen_after_k_probes, 0, 3);
    tcase_add_loop_test(tcase, lost_probes_in_a_row_are_an_alarm, 0, 4);
    tcase_add_test(tcase, an_owner_demotes_itself_within_its_lease);
    tcase_add_test(tcase, what_the_old_owner_takes_ends_with_its_lease);
    tcase_add_loop_test(tcase, users_follow_at_their_own_phase, 0, 3);
    tcase_add_test(tcase, the_stale_share_falls_on_a_straight_line);
    tcase_add_test(tcase, the_tail_is_most_of_what_a_client_waits);
    tcase_add_test(tcase, the_survivor_takes_three_times_as_long);
    tcase_add_test(tcase, above_one_half_the_survivor_drowns);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
