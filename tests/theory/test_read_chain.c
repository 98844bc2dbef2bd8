/*
 * test_read_chain.c: what a read chain costs and keeps; see tests/theory/read_chain.lua.
 *
 *   h  share of local hits          r  both messages come through in time
 *   s  the other region has it      g  share of default answers        (independent of each other)
 *
 *   availability = h + (1-h) [r s + (1 - r s) g]
 *   mean latency = work + (1-h) [r RTT + (1-r) tau] + (1-h) (1 - r s) cost       (g = 1)
 *
 * Behind a silent cut a miss holds a thread, or a place in the pool, for tau: Erlang's loss formula
 * with a = rate * tau, and a (1 - B) held on average (Little). A negative cache with time to live T
 * answers a share l T / (1 + l T) of the reads of a name that comes with rate l: after each read
 * that walks the chain, those of the next T do not. A store that takes d for each question is
 * M/D/1. The breaker is held against an independent simulation of its rule; the exact cases, with
 * calls at regular instants, are stories (tests/story/test_reads.c).
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/time.h"
#include "tests/theory/theory.h"

#define SEEDS 30

typedef struct Totals {
    double issued, served, overload, latency;
} Totals;

static Totals totals_of(const Outcome *outcome)
{
    Totals sum = {0, 0, 0, 0};
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *row = &outcome->windows[i];
        sum.issued += (double)row->issued;
        sum.overload += (double)row->failed[METRICS_OVERLOAD];
        sum.latency += (double)row->latency_sum / (double)SIM_S;
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            sum.served += (double)row->ok[q];
    }
    return sum;
}

static double availability(const Outcome *outcome)
{
    Totals sum = totals_of(outcome);
    return sum.served / sum.issued;
}

static double mean_latency(const Outcome *outcome)
{
    Totals sum = totals_of(outcome);
    return sum.latency / sum.served;
}

static double blocked(const Outcome *outcome)
{
    Totals sum = totals_of(outcome);
    return sum.overload / sum.issued;
}

/* Mean of the threads held, from the samples after the first 20 s. */
static double held(const Outcome *outcome)
{
    double  sum = 0;
    double  busy = 0;
    SimTime from = 20 * SIM_S;
    SimTime end = 2000 * SIM_S;
    for (uint32_t i = 0; i < outcome->busy_count; i++) {
        const OutcomeBusy *row = &outcome->busy[i];
        if (strcmp(row->region, "b") != 0 || row->at > end)
            continue;
        if (row->at > from) {
            sum += busy * (double)(row->at - from);
            from = row->at;
        }
        busy = (double)row->busy;
    }
    sum += busy * (double)(end - from);
    return sum / (double)(end - 20 * SIM_S);
}

static Sample play(const char *const *sets, uint32_t seeds, double (*value)(const Outcome *outcome))
{
    Plan  *plan = theory_plan("tests/theory/read_chain.lua", sets);
    Sample sample = theory_sample(plan, seeds, value);
    plan_free(plan);
    return sample;
}

/* ---- the formula ----------------------------------------------------------------------------- */

static const struct {
    const char *give;
    double      g;
} gifts[] = {{"give=0%", 0}, {"give=50%", 0.5}, {"give=100%", 1}};

/* 20 % of the names are nobody's; of the others 60 % are at home near the reader. */
static const double h = 0.8 * 0.6;
static const double s = 0.8 * 0.4 / (1 - 0.8 * 0.6);
static const double r = 0.9 * 0.9;

START_TEST(availability_of_a_chain)
{
    double      law = h + (1 - h) * (r * s + (1 - r * s) * gifts[_i].g);
    const char *sets[] = {"what=chain", gifts[_i].give, NULL};
    Sample      got = play(sets, SEEDS, availability);
    if (gifts[_i].g >= 1) {
        ck_assert(fabs(got.mean - 1) < 1e-12); /* exact: there is always an answer */
        ck_assert(got.variance < 1e-24);
        return;
    }
    ck_assert(theory_within("availability", got.mean, law, got.mean_error));
    const char *lossy[] = {"what=chain", gifts[_i].give, "loss=15%", NULL};
    Sample      worse = play(lossy, SEEDS, availability);
    ck_assert(
        !theory_within("the same, more loss (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

START_TEST(mean_latency_of_a_chain)
{
    double      law = 0.002 + (1 - h) * (r * 0.1 + (1 - r) * 0.15) + (1 - h) * (1 - r * s) * 0.03;
    const char *sets[] = {"what=chain", "give=100%", NULL};
    Sample      got = play(sets, SEEDS, mean_latency);
    ck_assert(theory_within("mean latency, s", got.mean, law, got.mean_error));
    const char *lossy[] = {"what=chain", "give=100%", "loss=15%", NULL};
    Sample      worse = play(lossy, SEEDS, mean_latency);
    ck_assert(
        !theory_within("the same, more loss (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

/* ---- what remote waits hold ------------------------------------------------------------------ */

static double erlang_b(double offered, int servers)
{
    double b = 1;
    for (int k = 1; k <= servers; k++)
        b = offered * b / (k + offered * b);
    return b;
}

static const struct {
    const char *what, *slots;
    int         servers;
} pools[] = {{"what=threads", "slots=10", 10},
             {"what=threads", "slots=15", 15},
             {"what=pool", "slots=10", 10},
             {"what=pool", "slots=15", 15}};

START_TEST(waits_in_vain_exhaust_threads_and_pools_by_erlang_b)
{
    double      law = erlang_b(10, pools[_i].servers);
    const char *sets[] = {pools[_i].what, pools[_i].slots, NULL};
    Sample      got = play(sets, SEEDS, blocked);
    ck_assert(theory_within("share refused", got.mean, law, got.mean_error));
    const char *longer[] = {pools[_i].what, pools[_i].slots, "tau=1.05s", NULL};
    Sample      worse = play(longer, SEEDS, blocked);
    ck_assert(
        !theory_within("waits 5 % longer (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

START_TEST(threads_held_are_misses_times_the_time_out)
{
    double      law = 10 * (1 - erlang_b(10, 25));
    const char *sets[] = {"what=threads", "slots=25", NULL};
    Sample      got = play(sets, SEEDS, held);
    ck_assert(theory_within("threads held", got.mean, law, got.mean_error));
    const char *longer[] = {"what=threads", "slots=25", "tau=1.05s", NULL};
    Sample      worse = play(longer, SEEDS, held);
    ck_assert(
        !theory_within("waits 5 % longer (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

/* ---- negative cache, capacity ---------------------------------------------------------------- */

static double remembered(const Outcome *outcome)
{
    double count = 0;
    for (uint32_t i = 0; i < outcome->stale_count; i++)
        if (strcmp(outcome->stales[i].step, "negative_cache") == 0)
            count += (double)outcome->stales[i].count;
    /* Reads are counted from the start, requests after the warm-up. */
    return count / (totals_of(outcome).issued * 1000 / 980);
}

START_TEST(a_negative_cache_spares_all_questions_but_one_in_each_time_to_live)
{
    /* A run begins with an empty cache: that is 1/8 of a walk more per name (the constant of the
     * renewal theorem for cycles of T + 1/l with deviation 1/l, the first one 1/l long). */
    double      walks = 1000.0 / (10 + 1 / 0.1) + 0.125;
    double      law = 1 - walks / (0.1 * 1000);
    const char *sets[] = {"what=negative", NULL};
    Sample      got = play(sets, SEEDS, remembered);
    ck_assert(theory_within("share remembered", got.mean, law, got.mean_error));
    const char *longer[] = {"what=negative", "ttl=12s", NULL};
    Sample      worse = play(longer, SEEDS, remembered);
    ck_assert(!theory_within("a longer life (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

START_TEST(a_store_that_is_asked_too_much_is_a_queue)
{
    double      law = 0.1 + 0.1 * 0.8 / (2 * (1 - 0.8));
    const char *sets[] = {"what=lookup", NULL};
    Sample      got = play(sets, SEEDS, mean_latency);
    ck_assert(theory_within("M/D/1 at the region asked, s", got.mean, law, got.mean_error));
    const char *longer[] = {"what=lookup", "tau=1.05s", NULL};
    Sample      worse = play(longer, SEEDS, mean_latency);
    ck_assert(!theory_within("5 % slower (to be rejected)", worse.mean, law, worse.mean_error));
}
END_TEST

/* ---- breaker --------------------------------------------------------------------------------- */

#define RATE 100.0
#define BEGIN 60.0
#define STOP 400.0

static uint64_t state = 88172645463325252u;

static double uniform(void) /* xorshift: nothing of the simulator's */
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return ((double)(state >> 11) + 0.5) / 9007199254740992.0;
}

typedef struct Rule {
    double opens; /* after the onset */
    double asked; /* calls that went out in vain: before it opened, and probes */
} Rule;

/* The rule in words: of the calls of this second and the nine before it, at least 20, half in vain.
 * Then nothing for 5 s, then one call. */
static Rule rule_once(void)
{
    double good[10000], bad[10000];
    int    second_of_call = 0;
    Rule   rule = {0, 0};
    double probe_at = -1;
    memset(good, 0, sizeof good);
    memset(bad, 0, sizeof bad);
    for (double t = 0; t < STOP; t -= log(uniform()) / RATE) {
        second_of_call = (int)t;
        if (probe_at >= 0) {
            if (t >= probe_at) {
                rule.asked++;
                probe_at = t + 5;
            }
            continue;
        }
        if (t < BEGIN) {
            good[second_of_call]++;
            continue;
        }
        bad[second_of_call]++;
        rule.asked++;
        double all = 0, in_vain = 0;
        for (int i = second_of_call; i > second_of_call - 10 && i >= 0; i--) {
            all += good[i] + bad[i];
            in_vain += bad[i];
        }
        if (all >= 20 && 2 * in_vain >= all) {
            rule.opens = t - BEGIN;
            probe_at = t + 5;
        }
    }
    return rule;
}

static double opened_after(const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->mark_count; i++)
        if (strstr(outcome->marks[i].text, "opens") != NULL)
            return (double)outcome->marks[i].at / (double)SIM_S - BEGIN;
    return -1000;
}

static double asked_in_vain(const Outcome *outcome)
{
    double asked = 0;
    for (uint32_t i = 0; i < outcome->window_count; i++)
        asked += (double)outcome->windows[i].failed[METRICS_OWNER];
    for (uint32_t i = 0; i < outcome->cost_count; i++)
        if (strcmp(outcome->costs[i].item, "calls refused by a breaker") == 0)
            asked -= (double)outcome->costs[i].amount;
    return asked;
}

START_TEST(a_breaker_opens_five_seconds_after_the_onset_and_probes_every_five)
{
    uint32_t trials = 20000;
    double   opens = 0, asked = 0, opens_square = 0, asked_square = 0;
    for (uint32_t i = 0; i < trials; i++) {
        Rule rule = rule_once();
        opens += rule.opens / trials;
        asked += rule.asked / trials;
        opens_square += rule.opens * rule.opens / trials;
        asked_square += rule.asked * rule.asked / trials;
    }
    double opens_error = (opens_square - opens * opens) / trials;
    double asked_error = (asked_square - asked * asked) / trials;
    ck_assert(opens > 4.5 && opens < 5.0); /* 5 s without chance; luck can only be earlier */

    const char *sets[] = {"what=breaker", NULL};
    Sample      got = play(sets, 4 * SEEDS, opened_after);
    ck_assert(theory_within("opens after, s", got.mean, opens,
                            sqrt(got.mean_error * got.mean_error + opens_error)));
    Sample calls = play(sets, 4 * SEEDS, asked_in_vain);
    ck_assert(theory_within("calls in vain", calls.mean, asked,
                            sqrt(calls.mean_error * calls.mean_error + asked_error)));
    const char *later[] = {"what=breaker", "half=60%", NULL};
    Sample      worse = play(later, SEEDS, opened_after);
    ck_assert(!theory_within("opens at 60 % (to be rejected)", worse.mean, opens,
                             sqrt(worse.mean_error * worse.mean_error + opens_error)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("read_chain");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, availability_of_a_chain, 0, 3);
    tcase_add_test(tcase, mean_latency_of_a_chain);
    tcase_add_loop_test(tcase, waits_in_vain_exhaust_threads_and_pools_by_erlang_b, 0, 4);
    tcase_add_test(tcase, threads_held_are_misses_times_the_time_out);
    tcase_add_test(tcase, a_negative_cache_spares_all_questions_but_one_in_each_time_to_live);
    tcase_add_test(tcase, a_store_that_is_asked_too_much_is_a_queue);
    tcase_add_test(tcase, a_breaker_opens_five_seconds_after_the_onset_and_probes_every_five);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
