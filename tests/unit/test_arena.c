/*
 * test_arena.c: arena.c keeps its promises.
 */
#include <check.h>
#include <signal.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sim/base/arena.h"

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
    SimArena      *arena = sim_arena_new(64);
    unsigned char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = sim_arena_take(arena, i);
        ck_assert_uint_eq((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < i; k++)
            ck_assert_int_eq(pieces[i][k], 0);
        memset(pieces[i], (int)(i & 255), i);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t k = 0; k < i; k++)
            ck_assert_int_eq(pieces[i][k], (int)(i & 255));
    }
    sim_arena_free(arena);
}
END_TEST

START_TEST(lines_begin_at_a_cache_line)
{
    SimArena *arena = sim_arena_new(1000);
    for (size_t i = 1; i < 200; i++) {
        unsigned char *lines = sim_arena_take_lines(arena, i);
        unsigned char *next = sim_arena_take(arena, 1);
        ck_assert_uint_eq((uintptr_t)lines % SIM_CACHE_LINE, 0);
        ck_assert(next >= lines + i || next < lines);
        memset(lines, 1, i);
        ck_assert_int_eq(*next, 0);
    }
    sim_arena_free(arena);
}
END_TEST

START_TEST(two_empty_pieces_have_two_addresses)
{
    SimArena *arena = sim_arena_new(1000);
    void     *one = sim_arena_take(arena, 0);
    ck_assert_ptr_ne(one, sim_arena_take(arena, 0));
    sim_arena_free(arena);
}
END_TEST

START_TEST(a_piece_larger_than_a_block_gets_its_own)
{
    SimArena *arena = sim_arena_new(64);
    int64_t  *numbers = sim_arena_array(arena, int64_t, 100000);
    numbers[99999] = 1;
    ck_assert_uint_ge(sim_arena_used(arena), 800000);
    sim_arena_free(arena);
}
END_TEST

START_TEST(texts_are_copied)
{
    SimArena *arena = sim_arena_new(4096);
    char      text[] = "eu-west";
    char     *copy = sim_arena_text(arena, text);
    text[0] = 'X';
    ck_assert_str_eq(copy, "eu-west");
    sim_arena_free(arena);
}
END_TEST

START_TEST(freeing_nothing_does_nothing)
{
    sim_arena_free(NULL);
}
END_TEST

START_TEST(a_piece_of_more_than_half_the_address_space_aborts)
{
    SimArena *arena = sim_arena_new(64);
    sim_arena_take(arena, SIZE_MAX - 8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *pieces = tcase_create("pieces");
    tcase_add_test(pieces, pieces_are_zeroed_aligned_and_apart);
    tcase_add_test(pieces, lines_begin_at_a_cache_line);
    tcase_add_test(pieces, two_empty_pieces_have_two_addresses);
    tcase_add_test(pieces, a_piece_larger_than_a_block_gets_its_own);
    tcase_add_test(pieces, texts_are_copied);
    tcase_add_test(pieces, freeing_nothing_does_nothing);
    suite_add_tcase(suite, pieces);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, a_piece_of_more_than_half_the_address_space_aborts,
                                SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
