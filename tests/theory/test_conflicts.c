/*
 * test_conflicts.c: what is discarded where writes meet that had not seen each other.
 *
 * Clocks (conflicts.lua). Regions a and b write a record at la and lb per second, L = la + lb; a
 * change takes D to the other side, where the clock is d ahead. In a's time b's write of time t
 * stands at t + d. A write of a at 0 is followed by b's next one if a has none before; that one had
 * not seen it if it was made before D, which stands at D + d:
 *   PA = lb/L (1 - exp(-L (D + d)))           PB = la/L (1 - exp(-L max(0, D - d)))
 * and a had seen it if it was made before -D, which stands at d - D:
 *   PV = lb/L (1 - exp(-L max(0, d - D)))
 * A hybrid clock of a never shows less than what has arrived: b is at most D ahead, d := min(d, D).
 *
 * Partition (meet.lua). Of writes in the order of clocks each is a's with p = la/L. One is
 * discarded if the next is of the other side: 2 p (1 - p) for each of the N - 1 pairs, N ~
 * Poisson(L T): 2 p (1 - p) (L T - 1 + exp(-L T)) per record.
 *
 * Kept together (merged.lua): sets, counters and siblings discard and lose nothing, exactly.
 *
 * Uniqueness (unique.lua). N phones of a pool of M have an owner on one side, K on the other:
 * N K / M have two. Who registers on both sides with probability q: Poisson(lambda T q).
 */
#include <check.h>
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/theory/theory.h"

#define SEEDS 60

static const OutcomeFateRow *row_of(const Outcome *outcome, const char *region)
{
    for (uint32_t i = 0; i < outcome->fate_count; i++)
        if (strcmp(outcome->fates[i].region, region) == 0)
            return &outcome->fates[i];
    abort();
}

static double discarded(const Outcome *outcome, const char *region)
{
    const OutcomeFateRow *row = row_of(outcome, region);
    return (double)(row->fate[OUTCOME_L3] + row->fate[OUTCOME_L4]) / (double)row->ok;
}

static double discarded_a(const Outcome *outcome)
{
    return discarded(outcome, "a");
}

static double discarded_b(const Outcome *outcome)
{
    return discarded(outcome, "b");
}

static double inverted(const Outcome *outcome)
{
    const OutcomeFateRow *row = row_of(outcome, "a");
    return (double)row->fate[OUTCOME_L4] / (double)row->ok;
}

static double inverted_b(const Outcome *outcome)
{
    return (double)row_of(outcome, "b")->fate[OUTCOME_L4];
}

/* ---- clocks ------------------------------------------------------------------------------ */

static const struct Clocks {
    const char *rule, *ahead, *side;
    double      la, lb, d; /* d: as far as the rule lets it count */
} clocks[] = {
    {"rule=lww", "ahead=0ms", "side=even", .5, .5, 0},
    {"rule=hlc", "ahead=0ms", "side=even", .5, .5, 0},
    {"rule=lww", "ahead=50ms", "side=even", .5, .5, .05},
    {"rule=hlc", "ahead=50ms", "side=even", .5, .5, .05},
    {"rule=lww", "ahead=300ms", "side=even", .5, .5, .3},
    {"rule=hlc", "ahead=300ms", "side=even", .5, .5, .1},
    {"rule=lww", "ahead=50ms", "side=uneven", .8, .2, .05},
    {"rule=lww", "ahead=300ms", "side=uneven", .8, .2, .3},
    {"rule=hlc", "ahead=300ms", "side=uneven", .8, .2, .1},
};

/* Within three standard errors of a law, and not within them of one that is 5 % off. A law of 0 has
 * to be met exactly. */
static void check_share(const char *what, const Plan *plan, double law,
                        double (*value)(const Outcome *outcome))
{
    Sample s = theory_sample(plan, SEEDS, value);
    if (law <= 0) {
        ck_assert_msg(s.mean <= 0, "%s is %g, not 0", what, s.mean);
        return;
    }
    ck_assert(theory_within(what, s.mean, law, s.mean_error));
    ck_assert(!theory_within("  5 % more (to be rejected)", s.mean, 1.05 * law, s.mean_error));
    ck_assert(!theory_within("  5 % less (to be rejected)", s.mean, 0.95 * law, s.mean_error));
}

START_TEST(the_clocks_decide_whose_writes_are_discarded)
{
    const struct Clocks *c = &clocks[_i];
    const char          *sets[] = {c->rule, c->ahead, c->side, NULL};
    Plan                *plan = theory_plan("tests/theory/conflicts.lua", sets);
    double               L = c->la + c->lb;
    double               D = .1;
    double               before = c->d < D ? D - c->d : 0;
    double               after = c->d > D ? c->d - D : 0;
    check_share("PA, discarded unseen", plan, c->lb / L * (1 - exp(-L * (D + c->d))), discarded_a);
    check_share("PB, discarded unseen", plan, c->la / L * (1 - exp(-L * before)), discarded_b);
    check_share("PV, beaten by what it had seen", plan, c->lb / L * (1 - exp(-L * after)),
                inverted);
    check_share("the same of b", plan, 0, inverted_b);
    plan_free(plan);
}
END_TEST

START_TEST(a_hybrid_clock_and_a_physical_one_are_told_apart)
{
    const char *sets[] = {"rule=hlc", "ahead=300ms", "side=even", NULL};
    Plan       *plan = theory_plan("tests/theory/conflicts.lua", sets);
    Sample      s = theory_sample(plan, SEEDS, discarded_a);
    ck_assert(!theory_within("PA, law of physical clocks (to be rejected)", s.mean,
                             .5 * (1 - exp(-.4)), s.mean_error));
    plan_free(plan);
}
END_TEST

/* ---- partitions -------------------------------------------------------------------------- */

static double discarded_per_record(const Outcome *outcome)
{
    return (double)(row_of(outcome, "a")->fate[OUTCOME_L3] +
                    row_of(outcome, "b")->fate[OUTCOME_L3]) /
           1000;
}

/* Records of which something was discarded, which is those that both sides wrote. */
static double records_both_wrote(const Outcome *outcome)
{
    ck_assert_uint_eq(outcome->losses_left_out, 0);
    bool    *written = g_new0(bool, 1000);
    uint32_t count = 0;
    for (uint32_t i = 0; i < outcome->loss_count; i++) {
        uint64_t key = outcome->losses[i].key;
        ck_assert_uint_lt(key, 1000);
        count += !written[key];
        written[key] = true;
    }
    g_free(written);
    return count / 1000.0;
}

static const struct Meeting {
    const char *name;
    double      la, lb, T;
} meetings[] = {
    {"case=one", .01, .01, 300}, {"case=two", .1, .1, 60}, {"case=three", .02, .005, 600}};

START_TEST(a_partition_discards_one_write_for_each_change_of_side)
{
    const struct Meeting *m = &meetings[_i];
    const char           *sets[] = {m->name, NULL};
    Plan                 *plan = theory_plan("tests/theory/meet.lua", sets);
    double                p = m->la / (m->la + m->lb);
    double                LT = (m->la + m->lb) * m->T;
    check_share("discarded per record", plan, 2 * p * (1 - p) * (LT - 1 + exp(-LT)),
                discarded_per_record);
    check_share("share of records that both sides wrote", plan,
                (1 - exp(-m->la * m->T)) * (1 - exp(-m->lb * m->T)), records_both_wrote);
    plan_free(plan);
}
END_TEST

/* ---- uniqueness -------------------------------------------------------------------------- */

/* Phones with two owners, in parts of N K / M; 1 on average. */
static double doubled_of_pool(const Outcome *outcome)
{
    const OutcomeFateRow *a = row_of(outcome, "a");
    const OutcomeFateRow *b = row_of(outcome, "b");
    return (double)(a->duplicates + b->duplicates) / ((double)a->ok * (double)b->ok / 2000);
}

static double doubled(const Outcome *outcome)
{
    return (double)(row_of(outcome, "a")->duplicates + row_of(outcome, "b")->duplicates);
}

/* Whose phone is which depends on the number of the user alone: every run takes other users. */
START_TEST(both_sides_of_a_partition_give_away_the_same_phones)
{
    enum { RUNS = 200 };
    double sum = 0;
    double squares = 0;
    for (int run = 0; run < RUNS; run++) {
        char count[64];
        g_snprintf(count, sizeof count, "u.count=%d", 1000000000 + run * 10000);
        const char *sets[] = {"how=pool", count, NULL};
        Plan       *plan = theory_plan("tests/theory/unique.lua", sets);
        double      parts = theory_sample(plan, 1, doubled_of_pool).mean;
        sum += parts;
        squares += parts * parts;
        plan_free(plan);
    }
    double mean = sum / RUNS;
    double error = sqrt((squares / RUNS - mean * mean) / (RUNS - 1));
    ck_assert(theory_within("phones with two owners / (N K / M)", mean, 1, error));
    ck_assert(!theory_within("  5 % more (to be rejected)", mean, 1.05, error));
    ck_assert(!theory_within("  5 % less (to be rejected)", mean, 0.95, error));
}
END_TEST

START_TEST(who_tries_again_on_the_other_side_is_registered_twice)
{
    const char *sets[] = {"how=retry", NULL};
    Plan       *plan = theory_plan("tests/theory/unique.lua", sets);
    Sample      s = theory_sample(plan, 500, doubled);
    ck_assert(theory_within("mean", s.mean, 300, s.mean_error));
    ck_assert(theory_within("variance", s.variance, 300, s.variance_error));
    ck_assert(!theory_within("mean, 5 % more (to be rejected)", s.mean, 315, s.mean_error));
    plan_free(plan);
}
END_TEST

/* ---- kept together ----------------------------------------------------------------------- */

static double not_surviving(const Outcome *outcome)
{
    double gone = 0;
    for (uint32_t i = 0; i < outcome->fate_count; i++) {
        const OutcomeFateRow *row = &outcome->fates[i];
        ck_assert_int_gt(row->ok, 500);
        gone += (double)(row->ok - row->fate[OUTCOME_SURVIVED]);
    }
    return gone;
}

START_TEST(what_is_kept_together_survives_every_partition_exactly)
{
    static const char *const rules[] = {"rule=set", "rule=counter", "rule=siblings", "rule=lww"};
    const char              *sets[] = {rules[_i], NULL};
    Plan                    *plan = theory_plan("tests/theory/merged.lua", sets);
    Sample                   s = theory_sample(plan, 30, not_surviving);
    bool                     control = _i == 3;
    printf("  %-44s %g writes on average\n", rules[_i], s.mean);
    ck_assert(control ? s.mean > 100 : s.mean <= 0);
    plan_free(plan);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conflicts");
    TCase *tcase = tcase_create("laws");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, the_clocks_decide_whose_writes_are_discarded, 0,
                        G_N_ELEMENTS(clocks));
    tcase_add_test(tcase, a_hybrid_clock_and_a_physical_one_are_told_apart);
    tcase_add_loop_test(tcase, a_partition_discards_one_write_for_each_change_of_side, 0,
                        G_N_ELEMENTS(meetings));
    tcase_add_test(tcase, both_sides_of_a_partition_give_away_the_same_phones);
    tcase_add_test(tcase, who_tries_again_on_the_other_side_is_registered_twice);
    tcase_add_loop_test(tcase, what_is_kept_together_survives_every_partition_exactly, 0, 4);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
