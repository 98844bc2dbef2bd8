/*
 * test_presets.c: the measured figures are the published ones, and say what they are.
 *
 * Compares the tables with the CSV files they are made from, so it runs from the project's root.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/presets/presets.h"

enum { SET_COUNT = 5 };

static const PresetsSet *set_at(int index)
{
    size_t            count = 0;
    const PresetsSet *sets = presets_sets(&count);
    ck_assert_uint_eq(count, SET_COUNT);
    return &sets[index];
}

static int64_t rtt_of(const char *set, const char *from, const char *to)
{
    int64_t rtt_ns = -1;
    int64_t jitter_ns = -1;
    ck_assert_msg(presets_rtt(set, from, to, &rtt_ns, &jitter_ns), "%s: %s to %s", set, from, to);
    return rtt_ns;
}

static int64_t jitter_of(const char *set, const char *from, const char *to)
{
    int64_t rtt_ns = -1;
    int64_t jitter_ns = -1;
    ck_assert_msg(presets_rtt(set, from, to, &rtt_ns, &jitter_ns), "%s: %s to %s", set, from, to);
    return jitter_ns;
}

static PresetsKind kind_of(const char *set, const char *from, const char *to)
{
    const PresetsLink *link = presets_link_find(presets_set_find(set), from, to);
    ck_assert_ptr_nonnull(link);
    return link->kind;
}

static bool has(const char *set, const char *from, const char *to)
{
    return presets_link_find(presets_set_find(set), from, to) != NULL;
}

static FILE *open_csv(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "models/presets/%s.csv", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s is not readable; run this from the project's root", path);
    return file;
}

/* The next line with figures: comments and the column names begin otherwise. */
static bool next_row(FILE *file, char *line, size_t size)
{
    while (fgets(line, (int)size, file) != NULL) {
        if (line[0] != '#' && strncmp(line, "from,", 5) != 0 && strncmp(line, "hour,", 5) != 0)
            return true;
    }
    return false;
}

static int64_t millionths(const char *text)
{
    return (int64_t)(strtod(text, NULL) * 1e6 + 0.5);
}

START_TEST(a_figure_is_the_published_one_in_nanoseconds)
{
    ck_assert_int_eq(rtt_of("aws", "us-west-2", "us-west-1"), 21940000);
    ck_assert_int_eq(rtt_of("aws", "af-south-1", "ap-east-1"), 350170000);
    ck_assert_int_eq(rtt_of("azure", "westus3", "westus2"), 41000000);
    ck_assert_int_eq(rtt_of("gcp", "asia-east1", "asia-northeast1"), 33140000);
    ck_assert_int_eq(rtt_of("china", "hangzhou", "shanghai"), 4231000);
    ck_assert_int_eq(rtt_of("china", "beijing", "xian"), 20000000);
    ck_assert_int_eq(rtt_of("china", "hangzhou", "shenzhen"), 23200000);
    ck_assert_int_eq(rtt_of("same-city", "a", "b"), 1500000);
}
END_TEST

START_TEST(the_table_holds_every_row_of_its_file_and_no_other)
{
    const PresetsSet *set = set_at(_i);
    FILE             *file = open_csv(set->name);
    bool              both = strcmp(set->name, "china") == 0 || strcmp(set->name, "same-city") == 0;
    size_t            rows = 0;
    char              line[256];
    while (next_row(file, line, sizeof line)) {
        char from[64];
        char to[64];
        char ms[32];
        char kind[32] = "";
        ck_assert_int_ge(sscanf(line, "%63[^,],%63[^,],%31[^,\n],%31s", from, to, ms, kind), 3);
        const PresetsLink *link = presets_link_find(set, from, to);
        ck_assert_msg(link != NULL, "%s", line);
        ck_assert_msg(link->rtt_ns == millionths(ms), "%s", line);
        ck_assert_msg(kind[0] == '\0' || strcmp(kind, presets_kind_name(link->kind)) == 0, "%s",
                      line);
        rows++;
    }
    fclose(file);
    ck_assert_uint_gt(rows, 0);
    ck_assert_uint_eq(set->link_count, both ? 2 * rows : rows);
}
END_TEST

START_TEST(directions_that_were_measured_apart_stay_apart)
{
    ck_assert_int_eq(rtt_of("aws", "me-central-1", "me-south-1"), 16318000);
    ck_assert_int_eq(rtt_of("aws", "me-south-1", "me-central-1"), 14498000);
    ck_assert_int_eq(rtt_of("azure", "australiacentral", "australiacentral2"), 3000000);
    ck_assert_int_eq(rtt_of("azure", "australiacentral2", "australiacentral"), 4000000);
}
END_TEST

START_TEST(a_pair_that_was_published_once_answers_alike_in_both_directions)
{
    const PresetsSet *china = presets_set_find("china");
    for (size_t i = 0; i < china->link_count; i++) {
        const PresetsLink *there = &china->links[i];
        const PresetsLink *back = presets_link_find(china, there->to, there->from);
        ck_assert_msg(back != NULL, "%s to %s has no way back", there->from, there->to);
        ck_assert_int_eq(back->rtt_ns, there->rtt_ns);
        ck_assert_int_eq(back->jitter_mean_ns, there->jitter_mean_ns);
        ck_assert_int_eq((int)back->kind, (int)there->kind);
    }
}
END_TEST

START_TEST(every_pair_of_places_has_a_figure_or_is_counted_as_missing)
{
    const PresetsSet *set = set_at(_i);
    size_t            found = 0;
    size_t            missing = 0;
    for (size_t i = 0; i < set->place_count; i++) {
        for (size_t j = 0; j < set->place_count; j++) {
            if (presets_link_find(set, set->places[i], set->places[j]) != NULL)
                found++;
            else if (i != j)
                missing++;
        }
    }
    ck_assert_uint_eq(found, set->link_count);
    ck_assert_uint_eq(missing, set->missing_count);
    ck_assert_uint_eq(found + missing, set->place_count * (set->place_count - 1));
}
END_TEST

START_TEST(only_the_pairs_that_nobody_published_are_missing)
{
    ck_assert_uint_eq(presets_set_find("aws")->missing_count, 0);
    ck_assert_uint_eq(presets_set_find("gcp")->missing_count, 0);
    ck_assert_uint_eq(presets_set_find("same-city")->missing_count, 0);
    ck_assert_uint_eq(presets_set_find("azure")->missing_count, 2);
    ck_assert(!has("azure", "indonesiacentral", "swedencentral"));
    ck_assert(!has("azure", "swedencentral", "indonesiacentral"));
    /* 13 cities are complete; the other 5 places have 7 pairs between them and the rest. */
    ck_assert_uint_eq(presets_set_find("china")->missing_count, 18 * 17 - 13 * 12 - 2 * 7);
    ck_assert(!has("china", "xian", "hangzhou"));
}
END_TEST

START_TEST(the_cities_of_china_know_each_other)
{
    static const char *const cities[] = {
        "beijing", "chengdu", "guangzhou", "hangzhou", "heyuan",     "hongkong",    "huhehaote",
        "nanjing", "qingdao", "shanghai",  "shenzhen", "wulanchabu", "zhangjiakou",
    };
    enum { CITY_COUNT = sizeof cities / sizeof cities[0] };
    for (int i = 0; i < CITY_COUNT; i++) {
        for (int j = 0; j < CITY_COUNT; j++)
            ck_assert_msg(has("china", cities[i], cities[j]) == (i != j), "%s to %s", cities[i],
                          cities[j]);
    }
}
END_TEST

START_TEST(a_figure_says_how_it_came_about)
{
    ck_assert_int_eq((int)kind_of("aws", "us-east-1", "eu-west-1"), PRESETS_KIND_MEASURED);
    ck_assert_int_eq((int)kind_of("china", "shanghai", "hangzhou"), PRESETS_KIND_MEASURED);
    ck_assert_int_eq((int)kind_of("china", "xian", "beijing"), PRESETS_KIND_DOCUMENTED);
    ck_assert_int_eq((int)kind_of("china", "hangzhou", "shenzhen"), PRESETS_KIND_MODELLED);
    ck_assert_int_eq((int)kind_of("same-city", "c", "a"), PRESETS_KIND_DOCUMENTED);
    ck_assert_str_eq(presets_kind_name(PRESETS_KIND_MEASURED), "measured");
    ck_assert_str_eq(presets_kind_name(PRESETS_KIND_DOCUMENTED), "documented");
    ck_assert_str_eq(presets_kind_name(PRESETS_KIND_MODELLED), "modelled");
}
END_TEST

START_TEST(a_set_counts_its_links_by_kind)
{
    const PresetsSet *set = set_at(_i);
    size_t            count[PRESETS_KIND_COUNT] = {0};
    for (size_t i = 0; i < set->link_count; i++)
        count[set->links[i].kind]++;
    for (int kind = 0; kind < PRESETS_KIND_COUNT; kind++)
        ck_assert_uint_eq(set->kind_count[kind], count[kind]);
}
END_TEST

START_TEST(an_unknown_name_is_an_answer_and_writes_nothing)
{
    int64_t rtt_ns = 7;
    int64_t jitter_ns = 8;
    size_t  count = 9;
    ck_assert(!presets_rtt("chine", "beijing", "shanghai", &rtt_ns, &jitter_ns));
    ck_assert(!presets_rtt("china", "bejing", "shanghai", &rtt_ns, &jitter_ns));
    ck_assert(!presets_rtt("china", "beijing", "", &rtt_ns, &jitter_ns));
    ck_assert(!presets_rtt("china", "tokyo", "beijing", &rtt_ns, &jitter_ns));
    ck_assert_ptr_null(presets_set_find("China"));
    ck_assert_ptr_null(presets_places("chin", &count));
    ck_assert_int_eq(rtt_ns, 7);
    ck_assert_int_eq(jitter_ns, 8);
    ck_assert_uint_eq(count, 9);
}
END_TEST

START_TEST(no_place_has_a_link_to_itself)
{
    const PresetsSet *set = set_at(_i);
    for (size_t i = 0; i < set->place_count; i++)
        ck_assert_ptr_null(presets_link_find(set, set->places[i], set->places[i]));
}
END_TEST

START_TEST(everything_is_sorted_and_nothing_is_there_twice)
{
    const PresetsSet *set = set_at(_i);
    if (_i > 0)
        ck_assert_int_lt(strcmp(set_at(_i - 1)->name, set->name), 0);
    for (size_t i = 1; i < set->place_count; i++)
        ck_assert_int_lt(strcmp(set->places[i - 1], set->places[i]), 0);
    for (size_t i = 1; i < set->link_count; i++) {
        int from = strcmp(set->links[i - 1].from, set->links[i].from);
        int to = strcmp(set->links[i - 1].to, set->links[i].to);
        ck_assert(from < 0 || (from == 0 && to < 0));
    }
}
END_TEST

START_TEST(names_come_as_lists_for_suggestions)
{
    size_t             set_count = 0;
    size_t             name_count = 0;
    const PresetsSet  *sets = presets_sets(&set_count);
    const char *const *names = presets_set_names(&name_count);
    ck_assert_uint_eq(name_count, set_count);
    for (size_t i = 0; i < set_count; i++) {
        size_t count = 0;
        ck_assert_str_eq(names[i], sets[i].name);
        ck_assert_ptr_eq(presets_set_find(names[i]), &sets[i]);
        ck_assert_ptr_eq(presets_places(names[i], &count), sets[i].places);
        ck_assert_uint_eq(count, sets[i].place_count);
    }
}
END_TEST

START_TEST(every_set_says_where_it_comes_from)
{
    const PresetsSet *set = set_at(_i);
    ck_assert_uint_gt(strlen(set->title), 0);
    ck_assert_uint_gt(strlen(set->source), 0);
    ck_assert_uint_gt(strlen(set->licence), 0);
    ck_assert_uint_gt(strlen(set->date), 0);
    ck_assert_uint_gt(strlen(set->statistic), 0);
    ck_assert_uint_gt(strlen(set->spread), 0);
    ck_assert_uint_gt(strlen(set->note), 0);
    /* Continued lines are joined by one space. */
    ck_assert_ptr_null(strstr(set->source, "  "));
    ck_assert_ptr_null(strstr(set->note, "  "));
}
END_TEST

/* Half of average - least, in the band that the round trip falls into: see jitter.csv. */
START_TEST(the_extra_delay_of_one_way_is_half_of_its_bands_difference)
{
    ck_assert_int_eq(jitter_of("aws", "us-west-2", "us-west-1"), 67000 / 2);
    ck_assert_int_eq(jitter_of("aws", "af-south-1", "ap-east-1"), 53000 / 2);
    ck_assert_int_eq(jitter_of("china", "hangzhou", "shanghai"), 138000 / 2);
    ck_assert_int_eq(jitter_of("china", "beijing", "shanghai"), 300000 / 2);
    ck_assert_int_eq(jitter_of("gcp", "asia-east1", "asia-east2"), 262000 / 2);
    ck_assert_int_eq(jitter_of("same-city", "a", "c"), 138000 / 2);
}
END_TEST

START_TEST(a_band_holds_its_lower_end_and_not_its_upper_end)
{
    const PresetsSet *azure = presets_set_find("azure");
    int               met[4] = {0};
    for (size_t i = 0; i < azure->link_count; i++) {
        switch (azure->links[i].rtt_ns / 1000000) {
        case 4:
            ck_assert_int_eq(azure->links[i].jitter_mean_ns, 69000);
            met[0]++;
            break;
        case 5:
        case 49:
            ck_assert_int_eq(azure->links[i].jitter_mean_ns, 78000);
            met[1]++;
            break;
        case 50:
        case 149:
            ck_assert_int_eq(azure->links[i].jitter_mean_ns, 70000);
            met[2]++;
            break;
        default:
            met[3]++;
        }
    }
    for (int i = 0; i < 4; i++)
        ck_assert_int_gt(met[i], 0);
}
END_TEST

START_TEST(the_hours_of_a_day_average_to_exactly_one)
{
    const int64_t *ppm = presets_diurnal();
    int64_t        sum = 0;
    for (int hour = 0; hour < 24; hour++) {
        ck_assert_int_gt(ppm[hour], 0);
        sum += ppm[hour];
    }
    ck_assert_int_eq(sum, 24000000);
}
END_TEST

START_TEST(the_hours_of_a_day_keep_the_published_proportions)
{
    const int64_t *ppm = presets_diurnal();
    int64_t        load[24];
    int64_t        sum = 0;
    char           line[256];
    FILE          *file = open_csv("diurnal");
    for (int hour = 0; hour < 24; hour++) {
        ck_assert(next_row(file, line, sizeof line));
        ck_assert_int_eq(strtol(line, NULL, 10), hour);
        load[hour] = millionths(strchr(line, ',') + 1);
        sum += load[hour];
    }
    ck_assert(!next_row(file, line, sizeof line));
    fclose(file);
    /* Within one ppm of load x 24 million / sum. */
    for (int hour = 0; hour < 24; hour++)
        ck_assert_int_lt(llabs(ppm[hour] * sum - load[hour] * 24000000), sum);
    ck_assert_int_eq(ppm[15], 1701555);
    ck_assert_int_eq(ppm[4], 377538);
}
END_TEST

START_TEST(a_set_without_a_name_is_a_broken_promise)
{
    (void)presets_set_find(NULL);
}
END_TEST

START_TEST(a_place_without_a_name_is_a_broken_promise)
{
    (void)presets_link_find(presets_set_find("china"), NULL, "beijing");
}
END_TEST

static Suite *suite(void)
{
    Suite *presets = suite_create("presets");
    TCase *figures = tcase_create("figures");
    TCase *promises = tcase_create("promises");
    tcase_add_test(figures, a_figure_is_the_published_one_in_nanoseconds);
    tcase_add_loop_test(figures, the_table_holds_every_row_of_its_file_and_no_other, 0, SET_COUNT);
    tcase_add_test(figures, directions_that_were_measured_apart_stay_apart);
    tcase_add_test(figures, a_pair_that_was_published_once_answers_alike_in_both_directions);
    tcase_add_loop_test(figures, every_pair_of_places_has_a_figure_or_is_counted_as_missing, 0,
                        SET_COUNT);
    tcase_add_test(figures, only_the_pairs_that_nobody_published_are_missing);
    tcase_add_test(figures, the_cities_of_china_know_each_other);
    tcase_add_test(figures, a_figure_says_how_it_came_about);
    tcase_add_loop_test(figures, a_set_counts_its_links_by_kind, 0, SET_COUNT);
    tcase_add_test(figures, an_unknown_name_is_an_answer_and_writes_nothing);
    tcase_add_loop_test(figures, no_place_has_a_link_to_itself, 0, SET_COUNT);
    tcase_add_loop_test(figures, everything_is_sorted_and_nothing_is_there_twice, 0, SET_COUNT);
    tcase_add_test(figures, names_come_as_lists_for_suggestions);
    tcase_add_loop_test(figures, every_set_says_where_it_comes_from, 0, SET_COUNT);
    tcase_add_test(figures, the_extra_delay_of_one_way_is_half_of_its_bands_difference);
    tcase_add_test(figures, a_band_holds_its_lower_end_and_not_its_upper_end);
    tcase_add_test(figures, the_hours_of_a_day_average_to_exactly_one);
    tcase_add_test(figures, the_hours_of_a_day_keep_the_published_proportions);
    suite_add_tcase(presets, figures);
    tcase_add_test_raise_signal(promises, a_set_without_a_name_is_a_broken_promise, SIGABRT);
    tcase_add_test_raise_signal(promises, a_place_without_a_name_is_a_broken_promise, SIGABRT);
    suite_add_tcase(presets, promises);
    return presets;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
