/*
 * test_text.c: text.c keeps its promises.
 */
#include <check.h>
#include <glib.h>
#include <locale.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/base/text.h"
#include "sim/base/time.h"

typedef struct Good {
    const char *text;
    SimUnit     unit;
    int64_t     value;
} Good;

static const Good goods[] = {
    {"40ms", SIM_UNIT_TIME, 40 * SIM_MS},
    {"1.5s", SIM_UNIT_TIME, 1500 * SIM_MS},
    {"10 min", SIM_UNIT_TIME, 10 * SIM_MIN},
    {"2h", SIM_UNIT_TIME, 2 * SIM_HOUR},
    {"3d", SIM_UNIT_TIME, 3 * SIM_DAY},
    {"-300ms", SIM_UNIT_TIME, -300 * SIM_MS},
    {"+1us", SIM_UNIT_TIME, 1000},
    {" 7 ns ", SIM_UNIT_TIME, 7},
    {"0s", SIM_UNIT_TIME, 0},
    {"0.1ns", SIM_UNIT_TIME, 0},
    {"0.5ns", SIM_UNIT_TIME, 1},
    {"-0.5ns", SIM_UNIT_TIME, -1},
    {"0.4999999999999999999999ns", SIM_UNIT_TIME, 0},
    {"1.10000000000000000000000000s", SIM_UNIT_TIME, 1100 * SIM_MS},
    {"0.0000000000000000000000000000000000000000001d", SIM_UNIT_TIME, 0},
    {"9223372036854775807ns", SIM_UNIT_TIME, INT64_MAX},
    {"2%", SIM_UNIT_RATIO, 20000000},
    {"0.5 %", SIM_UNIT_RATIO, 5000000},
    {"120ppm", SIM_UNIT_RATIO, 120000},
    {"3ppb", SIM_UNIT_RATIO, 3},
    {"100%", SIM_UNIT_RATIO, 1000000000},
    {"10/s", SIM_UNIT_RATE, INT64_C(10000000000)},
    {"30000/day", SIM_UNIT_RATE, 347222222},
    {"30000/d", SIM_UNIT_RATE, 347222222},
    {"5/min", SIM_UNIT_RATE, 83333333},
    {"2/h", SIM_UNIT_RATE, 555556},
    {"1k/s", SIM_UNIT_RATE, INT64_C(1000000000000)},
    {"1.5M/s", SIM_UNIT_RATE, INT64_C(1500000000000000)},
    {"200B", SIM_UNIT_SIZE, 200},
    {"1KiB", SIM_UNIT_SIZE, 1024},
    {"1MiB", SIM_UNIT_SIZE, 1048576},
    {"10kB", SIM_UNIT_SIZE, 10000},
    {"2GB", SIM_UNIT_SIZE, 2000000000},
    {"1Gbps", SIM_UNIT_BANDWIDTH, 1000000000},
    {"100Mbps", SIM_UNIT_BANDWIDTH, 100000000},
    {"64 kbps", SIM_UNIT_BANDWIDTH, 64000},
    {"12", SIM_UNIT_COUNT, 12},
    {"10e6", SIM_UNIT_COUNT, 10000000},
    {"1.5e3", SIM_UNIT_COUNT, 1500},
    {"1e+2", SIM_UNIT_COUNT, 100},
    {"1000e-3", SIM_UNIT_COUNT, 1},
    {"3.0", SIM_UNIT_COUNT, 3},
    {"0e99", SIM_UNIT_COUNT, 0},
};

START_TEST(good_quantities_are_read_exactly)
{
    int64_t value = -1;
    char   *reason = NULL;
    ck_assert_msg(sim_text_quantity(goods[_i].text, goods[_i].unit, &value, &reason), "%s: %s",
                  goods[_i].text, reason);
    ck_assert_int_eq(value, goods[_i].value);
}
END_TEST

typedef struct Bad {
    const char *text;
    SimUnit     unit;
    const char *reason;
} Bad;

static const Bad bads[] = {
    {"40", SIM_UNIT_TIME, "has no unit (write e.g. \"40ms\")"},
    {"0", SIM_UNIT_TIME, "has no unit (write e.g. \"40ms\")"},
    {"1e-4", SIM_UNIT_RATIO, "has no unit (write e.g. \"2%\")"},
    {"0.5", SIM_UNIT_RATIO, "has no unit (write e.g. \"2%\")"},
    {"10", SIM_UNIT_RATE, "has no unit (write e.g. \"10/s\")"},
    {"1024", SIM_UNIT_SIZE, "has no unit (write e.g. \"4KiB\")"},
    {"", SIM_UNIT_TIME, "is empty (write e.g. \"40ms\")"},
    {"  ", SIM_UNIT_COUNT, "is empty (write e.g. \"12\")"},
    {"soon", SIM_UNIT_TIME, "is not a time (write e.g. \"40ms\")"},
    {".5s", SIM_UNIT_TIME, "is not a time (write e.g. \"40ms\")"},
    {"5.s", SIM_UNIT_TIME, "is not a time (write e.g. \"40ms\")"},
    {"--5s", SIM_UNIT_TIME, "is not a time (write e.g. \"40ms\")"},
    {"1,5s", SIM_UNIT_TIME,
     "has the unknown unit \",5s\" (a time is written with one of: ns us ms s min h d)"},
    {"5 sec", SIM_UNIT_TIME,
     "has the unknown unit \"sec\" (a time is written with one of: ns us ms s min h d)"},
    {"5s5", SIM_UNIT_TIME,
     "has the unknown unit \"s5\" (a time is written with one of: ns us ms s min h d)"},
    {"1e3ms", SIM_UNIT_TIME, "has an exponent (write e.g. \"40ms\")"},
    {"-2%", SIM_UNIT_RATIO, "is negative (a ratio is not)"},
    {"-1", SIM_UNIT_COUNT, "is negative (a count is not)"},
    {"1.5", SIM_UNIT_COUNT, "is not a whole number"},
    {"15e-1", SIM_UNIT_COUNT, "is not a whole number"},
    {"64 k", SIM_UNIT_COUNT,
     "has \"k\" after the number (a count has no unit: write e.g. \"12\" or \"10e6\")"},
    {"9223372036854775808ns", SIM_UNIT_TIME, "is too large"},
    {"106752d", SIM_UNIT_TIME, "is too large"},
    {"1e19", SIM_UNIT_COUNT, "is too large"},
    {"1e999999999999", SIM_UNIT_COUNT, "is too large"},
    {"99999999999999999999999999999999999999999999s", SIM_UNIT_TIME, "is too large"},
    {"10000000000000000000000000000TiB", SIM_UNIT_SIZE, "is too large"},
};

START_TEST(bad_quantities_are_refused_with_a_reason)
{
    int64_t value = 4711;
    char   *reason = NULL;
    ck_assert(!sim_text_quantity(bads[_i].text, bads[_i].unit, &value, &reason));
    ck_assert_str_eq(reason, bads[_i].reason);
    ck_assert_int_eq(value, 4711);
    g_free(reason);
}
END_TEST

static void expect_round_trip(int64_t value, SimUnit unit)
{
    char   *text = sim_text_from_quantity(value, unit);
    char   *reason = NULL;
    int64_t back = ~value;
    ck_assert_msg(sim_text_quantity(text, unit, &back, &reason), "%s: %s", text, reason);
    ck_assert_msg(back == value, "%s", text);
    g_free(text);
}

START_TEST(what_is_written_is_read_back_as_the_same_integer)
{
    SimRng  rng;
    SimUnit unit = (SimUnit)_i;
    sim_rng_init(&rng, 1, "text", "round trip");
    for (int i = 0; i < 20000; i++) {
        int64_t value = (int64_t)(sim_rng_next(&rng) >> (1 + sim_rng_below(&rng, 63)));
        expect_round_trip(value, unit);
        if (value < INT64_MAX / SIM_DAY)
            expect_round_trip(value * SIM_MIN, unit);
        if (unit == SIM_UNIT_TIME)
            expect_round_trip(-value, unit);
    }
    expect_round_trip(0, unit);
    expect_round_trip(INT64_MAX, unit);
}
END_TEST

typedef struct Canonical {
    int64_t     value;
    SimUnit     unit;
    const char *text;
} Canonical;

static const Canonical canonicals[] = {
    {300 * SIM_S, SIM_UNIT_TIME, "5min"},
    {90 * SIM_S, SIM_UNIT_TIME, "90s"},
    {40 * SIM_MS, SIM_UNIT_TIME, "40ms"},
    {0, SIM_UNIT_TIME, "0s"},
    {-300 * SIM_MS, SIM_UNIT_TIME, "-300ms"},
    {SIM_DAY, SIM_UNIT_TIME, "1d"},
    {20000000, SIM_UNIT_RATIO, "2%"},
    {1, SIM_UNIT_RATIO, "0.0000001%"},
    {INT64_C(10000000000), SIM_UNIT_RATE, "10/s"},
    {347222222, SIM_UNIT_RATE, "0.347222222/s"},
    {1048576, SIM_UNIT_SIZE, "1MiB"},
    {10000, SIM_UNIT_SIZE, "10kB"},
    {1024000, SIM_UNIT_SIZE, "1000KiB"},
    {0, SIM_UNIT_SIZE, "0B"},
    {1000000000, SIM_UNIT_BANDWIDTH, "1Gbps"},
    {12, SIM_UNIT_COUNT, "12"},
};

START_TEST(quantities_have_one_canonical_form)
{
    char *text = sim_text_from_quantity(canonicals[_i].value, canonicals[_i].unit);
    ck_assert_str_eq(text, canonicals[_i].text);
    g_free(text);
}
END_TEST

static void expect_duration(int64_t ns, const char *expected)
{
    char *text = sim_text_duration(ns);
    ck_assert_str_eq(text, expected);
    g_free(text);
}

START_TEST(durations_for_people_have_three_digits)
{
    expect_duration(11800 * SIM_MS, "11.8 s");
    expect_duration(564 * SIM_S, "9.4 min");
    expect_duration(300 * SIM_MS, "300 ms");
    expect_duration(1234567, "1.23 ms");
    expect_duration(999600000, "1 s");
    expect_duration(59970 * SIM_MS, "1 min");
    expect_duration(0, "0 s");
    expect_duration(7, "7 ns");
    expect_duration(-1500, "-1.5 us");
    expect_duration(36 * SIM_HOUR, "1.5 d");
    expect_duration(INT64_MAX, "107000 d");
    expect_duration(INT64_MIN, "-107000 d");
}
END_TEST

static void expect_count(int64_t value, const char *expected)
{
    char *text = sim_text_count(value);
    ck_assert_str_eq(text, expected);
    g_free(text);
}

START_TEST(counts_have_commas)
{
    expect_count(0, "0");
    expect_count(999, "999");
    expect_count(1000, "1,000");
    expect_count(12345678, "12,345,678");
    expect_count(-1234, "-1,234");
    expect_count(INT64_MIN, "-9,223,372,036,854,775,808");
}
END_TEST

static void expect_percent(int64_t num, int64_t den, const char *expected)
{
    char *text = sim_text_percent(num, den);
    ck_assert_str_eq(text, expected);
    g_free(text);
}

START_TEST(percentages_never_round_up_to_all_nor_down_to_nothing)
{
    expect_percent(9998, 10000, "99.98 %");
    expect_percent(1, 2, "50 %");
    expect_percent(1, 3, "33.33 %");
    expect_percent(999999, 1000000, "99.9999 %");
    expect_percent(999996, 1000000, "99.9996 %");
    expect_percent(INT64_MAX - 1, INT64_MAX, "99.999999999 %");
    expect_percent(1, 1000000, "0.0001 %");
    expect_percent(7, 7, "100 %");
    expect_percent(0, 7, "0 %");
    expect_percent(3, 2, "150 %");
    expect_percent(0, 0, "-");
}
END_TEST

START_TEST(the_nearest_name_is_found_by_edits_and_swaps)
{
    const char *const names[] = {"region", "replica", "store", "cache", "client"};
    ck_assert_str_eq(sim_text_nearest("regoin", names, 5), "region");
    ck_assert_str_eq(sim_text_nearest("stoer", names, 5), "store");
    ck_assert_str_eq(sim_text_nearest("cach", names, 5), "cache");
    ck_assert_str_eq(sim_text_nearest("replicas", names, 5), "replica");
    ck_assert_str_eq(sim_text_nearest("cleint", names, 5), "client");
    ck_assert_str_eq(sim_text_nearest("store", names, 5), "store");
    ck_assert_ptr_null(sim_text_nearest("partition", names, 5));
    ck_assert_ptr_null(sim_text_nearest("x", names, 5));
    ck_assert_ptr_null(sim_text_nearest("region", names, 0));
}
END_TEST

START_TEST(capitals_and_a_beginning_are_near)
{
    const char *const names[] = {"cut", "automatic", "mysql"};
    ck_assert_str_eq(sim_text_nearest("auto", names, 3), "automatic");
    ck_assert_str_eq(sim_text_nearest("MySQL", names, 3), "mysql");
    ck_assert_ptr_null(sim_text_nearest("my", names, 3));
}
END_TEST

START_TEST(a_swap_is_one_edit)
{
    /* "ab" may be one edit away: "ba" is near, "dc" is two replacements. */
    const char *const names[] = {"dc", "ba"};
    ck_assert_ptr_eq(sim_text_nearest("ab", names, 2), names[1]);
}
END_TEST

START_TEST(what_a_terminal_would_obey_is_written_out)
{
    static const struct {
        const char *text, *lines, *line;
    } cases[] = {
        {"plain \u00e4\u4e2d\u200d", "plain \u00e4\u4e2d\u200d", "plain \u00e4\u4e2d\u200d"},
        {"a\033[31mb\a", "a<U+001B>[31mb<U+0007>", "a<U+001B>[31mb<U+0007>"},
        {"a\rb\nc\td", "a<U+000D>b\nc\td", "a b c d"},
        {"\177\xc2\x9b\xc2\x85", "<U+007F><U+009B><U+0085>", "<U+007F><U+009B><U+0085>"},
        {"\u202ea\u2069\u2066", "<U+202E>a<U+2069><U+2066>", "<U+202E>a<U+2069><U+2066>"},
        {"\x9b"
         "31m \xc3",
         "<9B>31m <C3>", "<9B>31m <C3>"},
        {"", "", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *lines = sim_text_shown(cases[i].text, true);
        g_autofree char *line = sim_text_shown(cases[i].text, false);
        ck_assert_str_eq(lines, cases[i].lines);
        ck_assert_str_eq(line, cases[i].line);
        ck_assert_int_eq(sim_text_unseen(cases[i].text), i > 0 && *cases[i].text);
    }
}
END_TEST

START_TEST(of_equally_near_names_the_first_is_taken)
{
    const char *const names[] = {"rate_b", "rate_c"};
    ck_assert_ptr_eq(sim_text_nearest("rate_a", names, 2), names[0]);
}
END_TEST

START_TEST(the_locale_does_not_matter)
{
    /* Where it is installed, this locale writes a decimal comma. */
    setlocale(LC_ALL, "de_DE.UTF-8");
    int64_t value = 0;
    char   *reason = NULL;
    ck_assert(sim_text_quantity("1.5s", SIM_UNIT_TIME, &value, &reason));
    ck_assert_int_eq(value, 1500 * SIM_MS);
    expect_duration(1500 * SIM_MS, "1.5 s");
    expect_count(12345, "12,345");
}
END_TEST

#define COUNT_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *quantities = tcase_create("quantities");
    tcase_add_loop_test(quantities, good_quantities_are_read_exactly, 0, COUNT_OF(goods));
    tcase_add_loop_test(quantities, bad_quantities_are_refused_with_a_reason, 0, COUNT_OF(bads));
    tcase_add_loop_test(quantities, what_is_written_is_read_back_as_the_same_integer, SIM_UNIT_TIME,
                        SIM_UNIT_COUNT + 1);
    tcase_add_loop_test(quantities, quantities_have_one_canonical_form, 0, COUNT_OF(canonicals));
    tcase_add_test(quantities, the_locale_does_not_matter);
    suite_add_tcase(suite, quantities);
    TCase *people = tcase_create("people");
    tcase_add_test(people, durations_for_people_have_three_digits);
    tcase_add_test(people, counts_have_commas);
    tcase_add_test(people, percentages_never_round_up_to_all_nor_down_to_nothing);
    suite_add_tcase(suite, people);
    TCase *names = tcase_create("names");
    tcase_add_test(names, what_a_terminal_would_obey_is_written_out);
    tcase_add_test(names, the_nearest_name_is_found_by_edits_and_swaps);
    tcase_add_test(names, capitals_and_a_beginning_are_near);
    tcase_add_test(names, a_swap_is_one_edit);
    tcase_add_test(names, of_equally_near_names_the_first_is_taken);
    suite_add_tcase(suite, names);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
