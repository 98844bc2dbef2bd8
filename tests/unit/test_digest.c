/*
 * test_digest.c: digest.c keeps its promises.
 */
#include <check.h>
#include <string.h>

#include "sim/base/digest.h"

static uint64_t of_bytes(const char *bytes, size_t size)
{
    SimDigest digest;
    sim_digest_init(&digest);
    sim_digest_bytes(&digest, bytes, size);
    return sim_digest_value(&digest);
}

static uint64_t of_words(uint64_t x, uint64_t y)
{
    SimDigest digest;
    sim_digest_init(&digest);
    sim_digest_words(&digest, x, y);
    return sim_digest_value(&digest);
}

/* Golden: the same on every compiler, optimisation and byte order. */
START_TEST(values_are_the_same_everywhere)
{
    ck_assert_uint_eq(of_words(1, 2), UINT64_C(0x6ac86a3cde044b71));
    ck_assert_uint_eq(of_bytes("faultline, byte by byte", 23), UINT64_C(0xb93b9cdc5cbc4ecb));
}
END_TEST

START_TEST(the_order_of_words_matters)
{
    ck_assert_uint_ne(of_words(1, 2), of_words(2, 1));
    SimDigest one;
    SimDigest two;
    sim_digest_init(&one);
    sim_digest_init(&two);
    sim_digest_words(&one, 1, 1);
    sim_digest_words(&one, 2, 2);
    sim_digest_words(&two, 2, 2);
    sim_digest_words(&two, 1, 1);
    ck_assert_uint_ne(sim_digest_value(&one), sim_digest_value(&two));
}
END_TEST

START_TEST(padding_is_not_content)
{
    const char bytes[40] = {0};
    for (size_t a = 0; a < sizeof(bytes); a++) {
        for (size_t b = a + 1; b < sizeof(bytes); b++)
            ck_assert_uint_ne(of_bytes(bytes, a), of_bytes(bytes, b));
    }
}
END_TEST

START_TEST(each_byte_and_each_bit_counts)
{
    char bytes[37];
    memset(bytes, 'x', sizeof(bytes));
    uint64_t before = of_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        for (int bit = 0; bit < 7; bit++) {
            bytes[i] = (char)('x' ^ (1 << bit));
            ck_assert_uint_ne(of_bytes(bytes, sizeof(bytes)), before);
        }
        bytes[i] = 'x';
    }
}
END_TEST

START_TEST(neighbouring_words_do_not_collide)
{
    enum { COUNT = 2000 };
    static uint64_t values[COUNT];
    for (uint64_t i = 0; i < COUNT; i++) {
        values[i] = of_words(i / 40, i % 40);
        for (uint64_t k = 0; k < i; k++)
            ck_assert_uint_ne(values[i], values[k]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("digest");
    TCase *values = tcase_create("values");
    tcase_set_timeout(values, 60); /* a busy machine, not a slow digest */
    tcase_add_test(values, values_are_the_same_everywhere);
    tcase_add_test(values, the_order_of_words_matters);
    tcase_add_test(values, padding_is_not_content);
    tcase_add_test(values, each_byte_and_each_bit_counts);
    tcase_add_test(values, neighbouring_words_do_not_collide);
    suite_add_tcase(suite, values);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
