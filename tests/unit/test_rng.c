/*
 * test_rng.c: rng.c keeps its promises.
 */
#include <check.h>
#include <signal.h>

#include "sim/base/rng.h"

START_TEST(a_stream_is_the_same_everywhere)
{
    const uint64_t golden[] = {UINT64_C(0x825aaf6024128e49), UINT64_C(0xe8e9203e131eb3d3),
                               UINT64_C(0xc44535fe959a6acb), UINT64_C(0xe914e79b2b5bbd6c)};
    SimRng         rng;
    sim_rng_init(&rng, 42, "client.eu", "arrivals");
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(sim_rng_next(&rng), golden[i]);
    ck_assert_uint_eq(sim_mix64(1, 2), UINT64_C(0xd047931f0a7cf2db));
}
END_TEST

static uint64_t first(uint64_t seed, const char *component, const char *purpose)
{
    SimRng rng;
    sim_rng_init(&rng, seed, component, purpose);
    return sim_rng_next(&rng);
}

START_TEST(seed_component_and_purpose_each_make_another_stream)
{
    ck_assert_uint_eq(first(1, "a", "b"), first(1, "a", "b"));
    ck_assert_uint_ne(first(1, "a", "b"), first(2, "a", "b"));
    ck_assert_uint_ne(first(1, "a", "b"), first(1, "c", "b"));
    ck_assert_uint_ne(first(1, "a", "b"), first(1, "a", "c"));
    ck_assert_uint_ne(first(1, "a", "b"), first(1, "b", "a"));
}
END_TEST

START_TEST(a_letter_that_moves_between_the_names_makes_another_stream)
{
    ck_assert_uint_ne(first(1, "ab", "c"), first(1, "a", "bc"));
    ck_assert_uint_ne(first(1, "abc", ""), first(1, "", "abc"));
}
END_TEST

START_TEST(numbers_below_n_are_below_n_and_even)
{
    enum { N = 10, DRAWS = 100000 };
    SimRng   rng;
    unsigned counts[N] = {0};
    sim_rng_init(&rng, 1, "below", "test");
    for (int i = 0; i < DRAWS; i++) {
        uint64_t x = sim_rng_below(&rng, N);
        ck_assert_uint_lt(x, N);
        counts[x]++;
    }
    /* Three standard errors of a binomial count: 3 sqrt(DRAWS * 0.1 * 0.9) = 285. */
    for (int i = 0; i < N; i++) {
        ck_assert_uint_gt(counts[i], DRAWS / N - 285);
        ck_assert_uint_lt(counts[i], DRAWS / N + 285);
    }
    ck_assert_uint_eq(sim_rng_below(&rng, 1), 0);
    for (int i = 0; i < 1000; i++)
        ck_assert_uint_lt(sim_rng_below(&rng, UINT64_MAX / 3 * 2), UINT64_MAX / 3 * 2);
}
END_TEST

START_TEST(chances_come_true_as_often_as_they_say)
{
    enum { DRAWS = 1000000 };
    SimRng    rng;
    SimChance chance = sim_chance_from_ppb(20000000); /* 2 % */
    unsigned  hits = 0;
    sim_rng_init(&rng, 1, "chance", "test");
    for (int i = 0; i < DRAWS; i++)
        hits += sim_rng_chance(&rng, chance);
    /* 3 sqrt(1e6 * 0.02 * 0.98) = 420 */
    ck_assert_uint_gt(hits, 20000 - 420);
    ck_assert_uint_lt(hits, 20000 + 420);
}
END_TEST

START_TEST(never_and_always_need_no_draw)
{
    SimRng rng;
    sim_rng_init(&rng, 1, "chance", "edge");
    SimRng before = rng;
    ck_assert(!sim_rng_chance(&rng, sim_chance_from_ppb(0)));
    ck_assert(!sim_rng_chance(&rng, sim_chance_from_ppb(-5)));
    ck_assert(sim_rng_chance(&rng, sim_chance_from_ppb(1000000000)));
    ck_assert(sim_rng_chance(&rng, sim_chance_from_ppb(INT64_MAX)));
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(rng.state[i], before.state[i]);
}
END_TEST

START_TEST(mixing_tells_neighbours_and_sides_apart)
{
    ck_assert_uint_ne(sim_mix64(1, 2), sim_mix64(2, 1));
    ck_assert_uint_ne(sim_mix64(0, 0), sim_mix64(0, 1));
    ck_assert_uint_ne(sim_mix64(0, 0), sim_mix64(1, 0));
    /* About half the bits change with one. */
    int changed = 0;
    for (uint64_t i = 0; i < 1000; i++)
        changed += __builtin_popcountll(sim_mix64(7, i) ^ sim_mix64(7, i + 1));
    ck_assert_int_gt(changed, 31600);
    ck_assert_int_lt(changed, 32400);
}
END_TEST

START_TEST(a_number_below_nothing_aborts)
{
    SimRng rng;
    sim_rng_init(&rng, 1, "below", "zero");
    (void)sim_rng_below(&rng, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rng");
    TCase *streams = tcase_create("streams");
    tcase_add_test(streams, a_stream_is_the_same_everywhere);
    tcase_add_test(streams, seed_component_and_purpose_each_make_another_stream);
    tcase_add_test(streams, a_letter_that_moves_between_the_names_makes_another_stream);
    suite_add_tcase(suite, streams);
    TCase *draws = tcase_create("draws");
    tcase_add_test(draws, numbers_below_n_are_below_n_and_even);
    tcase_add_test(draws, chances_come_true_as_often_as_they_say);
    tcase_add_test(draws, never_and_always_need_no_draw);
    tcase_add_test(draws, mixing_tells_neighbours_and_sides_apart);
    suite_add_tcase(suite, draws);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, a_number_below_nothing_aborts, SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
