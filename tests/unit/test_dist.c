/*
 * test_dist.c: draws follow their laws, and are the same everywhere.
 */
#include <check.h>
#include <glib.h>
#include <math.h>
#include <signal.h>

#include "sim/base/digest.h"
#include "sim/base/dist.h"

#define MS INT64_C(1000000)
#define S INT64_C(1000000000)

/* --- golden draws --- */

static SimDist *make_mixture(void)
{
    SimDist *const parts[] = {sim_dist_constant(1000), sim_dist_uniform(5, 10)};
    const int64_t  weights[] = {1, 3};
    return sim_dist_mixture(parts, weights, 2);
}

static SimDist *make_empirical(void)
{
    const int64_t values[] = {0, 100, 1000, 5000};
    return sim_dist_empirical(values, 4);
}

static SimDist *make(int which)
{
    switch (which) {
    case 0:
        return sim_dist_constant(77);
    case 1:
        return sim_dist_uniform(1000, 2000);
    case 2:
        return sim_dist_exponential(S);
    case 3:
        return sim_dist_lognormal(300 * S, 800000);
    case 4:
        return sim_dist_pareto(MS, 1500000);
    case 5:
        return sim_dist_weibull(S, 700000);
    case 6:
        return sim_dist_zipf(1000000, 1010000);
    case 7:
        return sim_dist_zipf(INT64_C(1000000000000), 1000000);
    case 8:
        return make_empirical();
    case 9:
        return make_mixture();
    default:
        return sim_dist_sum(sim_dist_constant(1000), sim_dist_exponential(1000));
    }
}

/* Three draws, and the digest of 100,000. */
typedef struct Golden {
    const char *text;
    int64_t     first[3];
    uint64_t    digest;
    int64_t     mean;
} Golden;

static const Golden goldens[] = {
    {"constant(77)", {77, 77, 77}, UINT64_C(0x32e41cf7586338b5), 77},
    {"uniform(from=1000 to=2000)", {1325, 1445, 1117}, UINT64_C(0xf76898d9268340a2), 1500},
    {"exponential(mean=1000000000)",
     {135043276, 1132237017, 200157930},
     UINT64_C(0x80dffb413edebbdd),
     1000000000},
    {"lognormal(median=300000000000 sigma=0.8)",
     {356237567882, 603220901469, 347101462120},
     UINT64_C(0x577e5c5de431a026),
     413138329301},
    {"pareto(smallest=1000000 alpha=1.5)",
     {1094206, 2127239, 1142751},
     UINT64_C(0x03307d9314d67615),
     3000000},
    {"weibull(scale=1000000000 shape=0.7)",
     {57255673, 1194134804, 100452591},
     UINT64_C(0x9aae3f4541469bc6),
     1265823506},
    {"zipf(count=1000000 exponent=1.01)",
     {7339, 1270, 165332},
     UINT64_C(0xd7a4db1e8e818605),
     65256},
    {"zipf(count=1000000000000 exponent=1)",
     {103764645, 3517577, 36613689246},
     UINT64_C(0x9d6ce641ac106c2c),
     35450638327},
    {"empirical(0 100 1000 5000)", {98, 401, 35}, UINT64_C(0x5b8ed7bf2e619fc8), 1200},
    {"mixture(1:constant(1000) 3:uniform(from=5 to=10))",
     {7, 1000, 5},
     UINT64_C(0x70dc91686c7c6018),
     256},
    {"sum(constant(1000) exponential(mean=1000))",
     {1135, 2132, 1200},
     UINT64_C(0xfbbea474cebf27c9),
     2000},
};

#define GOLDEN_COUNT ((int)(sizeof(goldens) / sizeof(goldens[0])))

START_TEST(draws_texts_and_means_are_the_same_everywhere)
{
    const Golden *golden = &goldens[_i];
    SimDist      *dist = make(_i);
    SimDigest     digest;
    SimRng        rng;
    sim_rng_init(&rng, 7, "golden", "draws");
    sim_digest_init(&digest);
    for (int k = 0; k < 100000; k++) {
        int64_t x = sim_dist_draw(dist, &rng);
        if (k < 3)
            ck_assert_int_eq(x, golden->first[k]);
        sim_digest_words(&digest, (uint64_t)x, 0);
    }
    ck_assert_uint_eq(sim_digest_value(&digest), golden->digest);
    ck_assert_int_eq(sim_dist_mean(dist), golden->mean);
    char *text = sim_dist_text(dist);
    ck_assert_str_eq(text, golden->text);
    g_free(text);
    sim_dist_free(dist);
}
END_TEST

START_TEST(normal_draws_are_the_same_everywhere)
{
    SimRng    rng;
    SimDigest digest;
    sim_rng_init(&rng, 7, "golden", "normal");
    sim_digest_init(&digest);
    for (int k = 0; k < 100000; k++)
        sim_digest_words(&digest, (uint64_t)sim_draw_normal(&rng, S), 0);
    ck_assert_uint_eq(sim_digest_value(&digest), UINT64_C(0x4694e6d5aa4f3842));
}
END_TEST

START_TEST(a_copy_draws_what_the_original_draws)
{
    SimDist *dist = make(_i);
    SimDist *copy = sim_dist_copy(dist);
    SimRng   one;
    SimRng   two;
    sim_rng_init(&one, 7, "golden", "draws");
    sim_rng_init(&two, 7, "golden", "draws");
    for (int k = 0; k < 1000; k++)
        ck_assert_int_eq(sim_dist_draw(dist, &one), sim_dist_draw(copy, &two));
    sim_dist_free(dist);
    sim_dist_free(copy);
}
END_TEST

/* --- theory: mean and variance within three standard errors --- */

typedef struct Moments {
    double mean;
    double variance;
    double fourth; /* central moment, estimated: for the variance's standard error */
} Moments;

enum { DRAWS = 1000000 };

static int64_t draw(const SimDist *dist, int64_t sigma, SimRng *rng)
{
    return dist != NULL ? sim_dist_draw(dist, rng) : sim_draw_normal(rng, sigma);
}

static Moments measure(const SimDist *dist, int64_t sigma)
{
    SimRng  rng;
    Moments moments = {0, 0, 0};
    sim_rng_init(&rng, 11, "dist", "moments");
    SimRng again = rng;
    for (int i = 0; i < DRAWS; i++)
        moments.mean += (double)draw(dist, sigma, &rng);
    moments.mean /= DRAWS;
    for (int i = 0; i < DRAWS; i++) {
        double away = (double)draw(dist, sigma, &again) - moments.mean;
        moments.variance += away * away;
        moments.fourth += away * away * away * away;
    }
    moments.variance /= DRAWS;
    moments.fourth /= DRAWS;
    return moments;
}

static void expect_moments(const SimDist *dist, int64_t sigma, double mean, double variance)
{
    Moments moments = measure(dist, sigma);
    double  mean_error = sqrt(variance / DRAWS);
    double  variance_error = sqrt((moments.fourth - moments.variance * moments.variance) / DRAWS);
    ck_assert_double_lt(fabs(moments.mean - mean), 3 * mean_error);
    ck_assert_double_lt(fabs(moments.variance - variance), 3 * variance_error);
}

START_TEST(exponential_draws_have_their_mean_and_variance)
{
    SimDist *dist = sim_dist_exponential(S);
    expect_moments(dist, 0, 1e9, 1e18);
    sim_dist_free(dist);
}
END_TEST

START_TEST(exponential_draws_exceed_each_level_as_often_as_they_should)
{
    /* The whole ziggurat, wedges and tail (beyond 7.7 means) included. */
    enum { LEVELS = 11, MANY = 4000000 };
    SimRng rng;
    double above[LEVELS] = {0};
    sim_rng_init(&rng, 3, "dist", "levels");
    for (int i = 0; i < MANY; i++) {
        int64_t x = sim_draw_exponential(&rng, S);
        for (int level = 0; level < LEVELS && x > level * S; level++)
            above[level]++;
    }
    for (int level = 1; level < LEVELS; level++) {
        double p = exp(-level);
        ck_assert_double_lt(fabs(above[level] - MANY * p), 3 * sqrt(MANY * p * (1 - p)));
    }
}
END_TEST

START_TEST(normal_draws_have_their_mean_and_variance)
{
    expect_moments(NULL, S, 0, 1e18);
}
END_TEST

START_TEST(normal_draws_exceed_each_level_as_often_as_they_should)
{
    enum { LEVELS = 10, MANY = 4000000 };
    SimRng rng;
    double above[LEVELS] = {0};
    double below[LEVELS] = {0};
    sim_rng_init(&rng, 3, "dist", "normal levels");
    for (int i = 0; i < MANY; i++) {
        int64_t x = sim_draw_normal(&rng, S);
        for (int level = 0; level < LEVELS; level++) {
            above[level] += x > level * S / 2;
            below[level] += x < -level * S / 2;
        }
    }
    for (int level = 0; level < LEVELS; level++) {
        double p = erfc(level / 2.0 / sqrt(2)) / 2;
        double error = 3 * sqrt(MANY * p * (1 - p));
        ck_assert_double_lt(fabs(above[level] - MANY * p), error);
        ck_assert_double_lt(fabs(below[level] - MANY * p), error);
    }
}
END_TEST

START_TEST(lognormal_draws_have_their_mean_and_variance)
{
    SimDist *dist = sim_dist_lognormal(S, 400000);
    double   square = 0.4 * 0.4;
    expect_moments(dist, 0, 1e9 * exp(square / 2), 1e18 * exp(square) * (exp(square) - 1));
    sim_dist_free(dist);
}
END_TEST

START_TEST(pareto_draws_have_their_mean_and_variance)
{
    SimDist *dist = sim_dist_pareto(S, 6000000);
    expect_moments(dist, 0, 1e9 * 6 / 5, 1e18 * 6 / (5.0 * 5 * 4));
    sim_dist_free(dist);
}
END_TEST

START_TEST(weibull_draws_have_their_mean_and_variance)
{
    SimDist *dist = sim_dist_weibull(S, 1700000);
    double   g1 = tgamma(1 + 1 / 1.7);
    double   g2 = tgamma(1 + 2 / 1.7);
    expect_moments(dist, 0, 1e9 * g1, 1e18 * (g2 - g1 * g1));
    sim_dist_free(dist);
}
END_TEST

START_TEST(uniform_draws_have_their_mean_variance_and_both_ends)
{
    SimDist *dist = sim_dist_uniform(100, 199);
    SimRng   rng;
    bool     low = false;
    bool     high = false;
    expect_moments(dist, 0, 149.5, (100.0 * 100 - 1) / 12);
    sim_rng_init(&rng, 1, "dist", "ends");
    for (int i = 0; i < 10000; i++) {
        int64_t x = sim_dist_draw(dist, &rng);
        ck_assert(x >= 100 && x <= 199);
        low = low || x == 100;
        high = high || x == 199;
    }
    ck_assert(low && high);
    sim_dist_free(dist);
}
END_TEST

/* Exponents below, at and above 1, in micro; -O0 stays quick with few ranks. */
static const int64_t zipf_exponents[] = {300000, 1000000, 1000001, 1200000, 2500000};

START_TEST(zipf_ranks_are_as_frequent_as_the_law_says)
{
    enum { RANKS = 50, MANY = 500000 };
    SimDist *dist = sim_dist_zipf(RANKS, zipf_exponents[_i]);
    double   s = (double)zipf_exponents[_i] / 1e6;
    double   counts[RANKS] = {0};
    double   sum = 0;
    double   mean = 0;
    SimRng   rng;
    sim_rng_init(&rng, 5, "dist", "zipf");
    for (int i = 0; i < MANY; i++) {
        int64_t rank = sim_dist_draw(dist, &rng);
        ck_assert(rank >= 0 && rank < RANKS);
        counts[rank]++;
    }
    for (int k = 1; k <= RANKS; k++) {
        sum += pow(k, -s);
        mean += (k - 1) * pow(k, -s);
    }
    /* Chi square with 49 degrees: mean 49, standard error sqrt(98). */
    double chi = 0;
    for (int k = 1; k <= RANKS; k++) {
        double expected = MANY * pow(k, -s) / sum;
        chi += (counts[k - 1] - expected) * (counts[k - 1] - expected) / expected;
    }
    ck_assert_double_lt(chi, 49 + 3 * sqrt(98));
    ck_assert_int_eq(sim_dist_mean(dist), (int64_t)(mean / sum + 0.5));
    sim_dist_free(dist);
}
END_TEST

START_TEST(a_zipf_law_of_one_rank_has_one_rank)
{
    SimDist *dist = sim_dist_zipf(1, 1000000);
    SimRng   rng;
    sim_rng_init(&rng, 1, "dist", "one");
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(sim_dist_draw(dist, &rng), 0);
    sim_dist_free(dist);
}
END_TEST

START_TEST(empirical_draws_follow_their_quantiles)
{
    SimDist *dist = make_empirical();
    Moments  moments = measure(dist, 0);
    /* thirds: uniform 0..100, 100..1000, 1000..5000 */
    double       mean = (50 + 550 + 3000) / 3.0;
    double       second = 0;
    const double ends[][2] = {{0, 100}, {100, 1000}, {1000, 5000}};
    for (int i = 0; i < 3; i++) {
        double a = ends[i][0];
        double b = ends[i][1];
        second += (a * a + a * b + b * b) / 3 / 3;
    }
    ck_assert_double_lt(fabs(moments.mean - mean), 3 * sqrt((second - mean * mean) / DRAWS));
    sim_dist_free(dist);
}
END_TEST

START_TEST(mixtures_choose_by_weight_and_sums_add)
{
    SimDist *mixture = make_mixture();
    SimRng   rng;
    double   large = 0;
    sim_rng_init(&rng, 1, "dist", "mixture");
    for (int i = 0; i < DRAWS; i++)
        large += sim_dist_draw(mixture, &rng) == 1000;
    ck_assert_double_lt(fabs(large - DRAWS * 0.25), 3 * sqrt(DRAWS * 0.25 * 0.75));
    sim_dist_free(mixture);

    SimDist *sum = sim_dist_sum(sim_dist_exponential(S), sim_dist_exponential(2 * S));
    expect_moments(sum, 0, 3e9, 5e18);
    sim_dist_free(sum);
}
END_TEST

START_TEST(constants_know_their_value_and_others_do_not)
{
    SimDist *sum = sim_dist_sum(sim_dist_constant(3), sim_dist_constant(4));
    SimDist *exponential = sim_dist_exponential(5);
    ck_assert_int_eq(sim_dist_constant_value(sum), 7);
    ck_assert_int_eq(sim_dist_constant_value(exponential), -1);
    ck_assert_int_eq(sim_dist_kind(sum), SIM_DIST_SUM);
    sim_dist_free(sum);
    sim_dist_free(exponential);
}
END_TEST

START_TEST(draws_without_a_mean_are_clamped)
{
    SimDist *dist = sim_dist_pareto(S, 1000);
    SimRng   rng;
    sim_rng_init(&rng, 1, "dist", "clamp");
    for (int i = 0; i < 10000; i++) {
        int64_t x = sim_dist_draw(dist, &rng);
        ck_assert(x >= S && x <= INT64_MAX / 4);
    }
    ck_assert_int_eq(sim_dist_mean(dist), INT64_MAX);
    sim_dist_free(dist);
    SimDist *wide = sim_dist_exponential(INT64_MAX / 4);
    for (int i = 0; i < 1000; i++) {
        int64_t x = sim_dist_draw(wide, &rng);
        ck_assert(x >= 0 && x <= INT64_MAX / 4);
    }
    sim_dist_free(wide);
}
END_TEST

START_TEST(zero_stays_zero)
{
    SimDist *dist = sim_dist_exponential(0);
    SimRng   rng;
    sim_rng_init(&rng, 1, "dist", "zero");
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(sim_dist_draw(dist, &rng), 0);
    ck_assert_int_eq(sim_draw_normal(&rng, 0), 0);
    sim_dist_free(dist);
    sim_dist_free(NULL);
}
END_TEST

START_TEST(an_empty_range_aborts)
{
    (void)sim_dist_uniform(5, 4);
}
END_TEST

START_TEST(a_negative_mean_aborts)
{
    (void)sim_dist_exponential(-1);
}
END_TEST

START_TEST(a_shape_of_zero_aborts)
{
    (void)sim_dist_pareto(1, 0);
}
END_TEST

START_TEST(falling_quantiles_abort)
{
    const int64_t values[] = {1, 3, 2};
    (void)sim_dist_empirical(values, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dist");
    TCase *golden = tcase_create("golden");
    tcase_add_loop_test(golden, draws_texts_and_means_are_the_same_everywhere, 0, GOLDEN_COUNT);
    tcase_add_loop_test(golden, a_copy_draws_what_the_original_draws, 0, GOLDEN_COUNT);
    tcase_add_test(golden, normal_draws_are_the_same_everywhere);
    suite_add_tcase(suite, golden);
    TCase *theory = tcase_create("theory");
    tcase_set_timeout(theory, 60);
    tcase_add_test(theory, exponential_draws_have_their_mean_and_variance);
    tcase_add_test(theory, exponential_draws_exceed_each_level_as_often_as_they_should);
    tcase_add_test(theory, normal_draws_have_their_mean_and_variance);
    tcase_add_test(theory, normal_draws_exceed_each_level_as_often_as_they_should);
    tcase_add_test(theory, lognormal_draws_have_their_mean_and_variance);
    tcase_add_test(theory, pareto_draws_have_their_mean_and_variance);
    tcase_add_test(theory, weibull_draws_have_their_mean_and_variance);
    tcase_add_test(theory, uniform_draws_have_their_mean_variance_and_both_ends);
    tcase_add_loop_test(theory, zipf_ranks_are_as_frequent_as_the_law_says, 0,
                        (int)(sizeof(zipf_exponents) / sizeof(zipf_exponents[0])));
    tcase_add_test(theory, a_zipf_law_of_one_rank_has_one_rank);
    tcase_add_test(theory, empirical_draws_follow_their_quantiles);
    tcase_add_test(theory, mixtures_choose_by_weight_and_sums_add);
    suite_add_tcase(suite, theory);
    TCase *edges = tcase_create("edges");
    tcase_add_test(edges, constants_know_their_value_and_others_do_not);
    tcase_add_test(edges, draws_without_a_mean_are_clamped);
    tcase_add_test(edges, zero_stays_zero);
    suite_add_tcase(suite, edges);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, an_empty_range_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_negative_mean_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_shape_of_zero_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, falling_quantiles_abort, SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
