/*
 * test_plan.c: bounds, seeds, messages, drafts and generated text of the plan room.
 */
#include <check.h>
#include <glib.h>
#include <string.h>

#include "sim/plan/bound.h"
#include "sim/plan/draft.h"
#include "sim/plan/print.h"
#include "sim/plan/problems.h"
#include "sim/plan/seeds.h"
#include "tests/unit/fake_catalog.h"

/* ---- bounds ------------------------------------------------------------------------------ */

typedef struct Bound {
    const char *text;
    SimUnit     unit;
    PlanBoundOp op;
    int64_t     value;
} Bound;

static const Bound bounds[] = {
    {">= 99.9%", SIM_UNIT_RATIO, PLAN_BOUND_AT_LEAST, 999000000},
    {"<=0.01%", SIM_UNIT_RATIO, PLAN_BOUND_AT_MOST, 100000},
    {" == 0", SIM_UNIT_COUNT, PLAN_BOUND_EQUAL, 0},
    {"!= 5", SIM_UNIT_COUNT, PLAN_BOUND_NOT, 5},
    {"< 15s", SIM_UNIT_TIME, PLAN_BOUND_BELOW, 15 * SECOND},
    {"> 1ms", SIM_UNIT_TIME, PLAN_BOUND_ABOVE, 1000000},
};

START_TEST(a_bound_is_an_operator_and_a_quantity)
{
    const Bound *bound = &bounds[_i];
    PlanBoundOp  op;
    int64_t      value;
    ck_assert(plan_bound_parse(bound->text, bound->unit, &op, &value, NULL));
    ck_assert_int_eq((int)op, (int)bound->op);
    ck_assert_int_eq(value, bound->value);
    ck_assert_int_eq(plan_bound_holds(op, value, value), op == PLAN_BOUND_AT_LEAST ||
                                                             op == PLAN_BOUND_AT_MOST ||
                                                             op == PLAN_BOUND_EQUAL);
    ck_assert_int_eq(plan_bound_holds(op, value, value + 1),
                     op == PLAN_BOUND_AT_LEAST || op == PLAN_BOUND_NOT || op == PLAN_BOUND_ABOVE);
}
END_TEST

static const Bound not_bounds[] = {
    {"", SIM_UNIT_COUNT, PLAN_BOUND_NOT, 0},
    {"5", SIM_UNIT_COUNT, PLAN_BOUND_NOT, 0},
    {"= 5", SIM_UNIT_COUNT, PLAN_BOUND_NOT, 0},
    {">= 5%", SIM_UNIT_COUNT, PLAN_BOUND_NOT, 0},
    {">= 5", SIM_UNIT_RATIO, PLAN_BOUND_NOT, 0},
    {">= 101%", SIM_UNIT_RATIO, PLAN_BOUND_NOT, 0},
    {"< 5%", SIM_UNIT_TIME, PLAN_BOUND_NOT, 0},
    {"< -5s", SIM_UNIT_TIME, PLAN_BOUND_NOT, 0},
    {">= 5 times", SIM_UNIT_COUNT, PLAN_BOUND_NOT, 0},
    {"< 15", SIM_UNIT_TIME, PLAN_BOUND_NOT, 0},
};

START_TEST(a_bound_of_another_dimension_is_refused)
{
    PlanBoundOp      op;
    int64_t          value;
    g_autofree char *reason = NULL;
    ck_assert(!plan_bound_parse(not_bounds[_i].text, not_bounds[_i].unit, &op, &value, &reason));
    ck_assert_ptr_nonnull(reason);
}
END_TEST

START_TEST(a_metric_says_its_unit_in_its_doc)
{
    ck_assert_int_eq((int)plan_metric_unit(&small_lost), (int)SIM_UNIT_COUNT);
    ck_assert_int_eq((int)plan_metric_unit(&small_availability), (int)SIM_UNIT_RATIO);
}
END_TEST

/* ---- seeds ------------------------------------------------------------------------------- */

START_TEST(seeds_are_numbers_and_ranges)
{
    uint32_t             count;
    g_autofree uint64_t *seeds = plan_seeds_parse("1..3, 9,18446744073709551615", &count, NULL);
    ck_assert_ptr_nonnull(seeds);
    ck_assert_uint_eq(count, 5);
    ck_assert_uint_eq(seeds[2], 3);
    ck_assert_uint_eq(seeds[4], UINT64_MAX);
}
END_TEST

static const char *const not_seeds[] = {"",    "x",          "1,", "1..", "5..3",
                                        "1 2", "1..2000000", "-1", "1.5", "99999999999999999999"};

START_TEST(what_is_no_list_of_seeds_is_refused)
{
    uint32_t         count;
    g_autofree char *reason = NULL;
    ck_assert_ptr_null(plan_seeds_parse(not_seeds[_i], &count, &reason));
    ck_assert_ptr_nonnull(reason);
}
END_TEST

/* ---- problems ---------------------------------------------------------------------------- */

START_TEST(a_message_shows_the_line_and_marks_the_token)
{
    PlanProblems *problems = plan_problems_new();
    plan_problems_source(problems, "x.lua", "one\r\n\tzwei = 五五, three\r\n");
    PlanSpan span = {{"x.lua", 2, 13}, 5};
    plan_problems_error(problems, span, "did you mean 'tree'?", "unknown '%s'", "three");
    plan_problems_error(problems, span, NULL, "unknown '%s'", "three");
    g_autofree char *text = plan_problems_text(problems);
    ck_assert_str_eq(text, "x.lua:2:13: error: unknown 'three'\n"
                           "    2 | \tzwei = 五五, three\n"
                           "      | \t             ^^^^^ did you mean 'tree'?\n");
    ck_assert_uint_eq(plan_problems_errors(problems), 1);
    plan_problems_free(problems);
}
END_TEST

START_TEST(messages_come_in_the_order_of_the_file_and_warnings_last)
{
    PlanProblems *problems = plan_problems_new();
    plan_problems_source(problems, "x.lua", "a\nb\n");
    PlanSpan second = {{"x.lua", 2, 1}, 1};
    PlanSpan first = {{"x.lua", 1, 1}, 1};
    PlanSpan set = {{"--set", 0, 0}, 0};
    plan_problems_warning(problems, first, NULL, "careful");
    plan_problems_error(problems, set, "hint", "third");
    plan_problems_error(problems, second, NULL, "second");
    plan_problems_error(problems, first, NULL, "first");
    g_autofree char *text = plan_problems_text(problems);
    ck_assert_str_eq(text, "x.lua:1:1: error: first\n    1 | a\n      | ^\n"
                           "x.lua:2:1: error: second\n    2 | b\n      | ^\n"
                           "--set: error: third\n      = hint\n"
                           "x.lua:1:1: warning: careful\n    1 | a\n      | ^\n");
    plan_problems_free(problems);
}
END_TEST

START_TEST(a_very_long_line_is_shown_in_part)
{
    g_autofree char *line = g_strnfill(5000, 'x');
    PlanProblems    *problems = plan_problems_new();
    plan_problems_source(problems, "x.lua", line);
    PlanSpan span = {{"x.lua", 1, 4000}, 3};
    plan_problems_error(problems, span, NULL, "there");
    g_autofree char *text = plan_problems_text(problems);
    ck_assert_uint_lt(strlen(text), 600);
    ck_assert_ptr_nonnull(strstr(text, " ^^^\n"));
    plan_problems_free(problems);
}
END_TEST

/* ---- drafts ------------------------------------------------------------------------------ */

static const PlanSpan nowhere = {{"x.lua", 1, 1}, 1};

static void set_text(PlanDraft *draft, PlanDraftItem *item, const char *field, const char *text)
{
    plan_draft_entry(draft, item->values, field, nowhere,
                     plan_draft_text(draft, PLAN_FORM_TEXT, nowhere, text));
}

static PlanDraft *small_draft(void)
{
    PlanDraft *draft = plan_draft_new(&small_catalog);
    set_text(draft, plan_draft_item(draft, &small_scenario, "s", nowhere), "duration", "1min");
    plan_draft_item(draft, &small_region, "a", nowhere);
    return draft;
}

START_TEST(a_draft_freezes_into_sorted_items)
{
    PlanDraft    *draft = small_draft();
    PlanProblems *problems = plan_problems_new();
    plan_draft_item(draft, &small_region, "B", nowhere);
    PlanDraftItem *data = plan_draft_item(draft, &small_data, "d", nowhere);
    set_text(draft, data, "owner", "any");
    Plan *plan = plan_freeze(draft, problems);
    plan_draft_free(draft);
    ck_assert_ptr_nonnull(plan);
    ck_assert_str_eq(plan_canonical(plan), "faultline plan 1\n"
                                           "scenario \"s\"\n"
                                           "  duration 1min\n"
                                           "  warmup 0s\n"
                                           "  settle 0s\n"
                                           "  seeds \"1\"\n"
                                           "region \"B\"\n"
                                           "  zones 1\n"
                                           "  skew 0s\n"
                                           "region \"a\"\n"
                                           "  zones 1\n"
                                           "  skew 0s\n"
                                           "data \"d\"\n"
                                           "  change overwrite\n"
                                           "  unique false\n"
                                           "  ordered false\n"
                                           "  size 200B\n"
                                           "  owner any\n"
                                           "  read\n"
                                           "    local\n");
    uint32_t      count;
    const PlanId *ids = plan_of_kind(plan, "region", &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(ids[1], ids[0] + 1);
    ck_assert_uint_eq(plan_count(plan), 5);
    ck_assert_uint_eq(plan_item(plan, 4)->parent, 3);
    ck_assert_ptr_null(plan_find(plan, "region", "b"));
    plan_free(plan);
    plan_problems_free(problems);
}
END_TEST

START_TEST(a_draft_with_a_mistake_freezes_into_nothing)
{
    PlanDraft    *draft = small_draft();
    PlanProblems *problems = plan_problems_new();
    set_text(draft, plan_draft_item(draft, &small_region, "b", nowhere), "skew", "5 parsec");
    ck_assert_ptr_null(plan_freeze(draft, problems));
    ck_assert_uint_eq(plan_problems_errors(problems), 1);
    plan_draft_free(draft);
    plan_problems_free(problems);
}
END_TEST

START_TEST(signed_times_may_be_negative_and_others_not)
{
    PlanDraft     *draft = small_draft();
    PlanProblems  *problems = plan_problems_new();
    PlanDraftItem *region = plan_draft_item(draft, &small_region, "b", nowhere);
    PlanDraftItem *data = plan_draft_item(draft, &small_data, "d", nowhere);
    set_text(draft, data, "owner", "any");
    set_text(draft, region, "skew", "-300ms");
    Plan *plan = plan_freeze(draft, problems);
    plan_draft_free(draft);
    ck_assert_ptr_nonnull(plan);
    ck_assert_int_eq(plan_number(plan_find(plan, "region", "b"), 1), -300000000);
    plan_free(plan);
    draft = small_draft();
    set_text(draft, plan_draft_first(draft), "settle", "-1s");
    ck_assert_ptr_null(plan_freeze(draft, problems));
    plan_draft_free(draft);
    plan_problems_free(problems);
}
END_TEST

/* ---- generated text ---------------------------------------------------------------------- */

START_TEST(every_word_and_field_is_in_the_generated_pages)
{
    g_autofree char *reference = plan_print_reference(&small_catalog);
    g_autofree char *editor = plan_print_editor(&small_catalog);
    g_autofree char *luacheck = plan_print_luacheck(&small_catalog);
    g_autofree char *json = plan_print_list_json(&small_catalog, NULL);
    for (size_t i = 0; small_kinds[i]; i++) {
        const PlanKind *kind = small_kinds[i];
        if (strcmp(kind->name, "demand") == 0)
            continue; /* set by workload only */
        g_autofree char *title = g_strdup_printf("### %s\n", kind->name);
        g_autofree char *class = g_strdup_printf("---@class faultline.%s\n", kind->name);
        g_autofree char *quoted = g_strdup_printf("\"%s\"", kind->name);
        ck_assert_ptr_nonnull(strstr(reference, title));
        ck_assert_ptr_nonnull(strstr(editor, class));
        ck_assert_ptr_nonnull(strstr(json, quoted));
        ck_assert(strcmp(kind->name, "local") == 0 || strstr(luacheck, quoted));
    }
    ck_assert_ptr_null(strstr(reference, "### demand"));
    ck_assert_ptr_nonnull(strstr(reference, "overwrite\", \"create-only"));
    for (const char *const *word = plan_print_words(); *word; word++) {
        g_autofree char *quoted = g_strdup_printf("\"%s\"", *word);
        ck_assert_ptr_nonnull(strstr(luacheck, quoted));
    }
}
END_TEST

#define COUNT_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *bound_case = tcase_create("bounds");
    tcase_add_loop_test(bound_case, a_bound_is_an_operator_and_a_quantity, 0, COUNT_OF(bounds));
    tcase_add_loop_test(bound_case, a_bound_of_another_dimension_is_refused, 0,
                        COUNT_OF(not_bounds));
    tcase_add_test(bound_case, a_metric_says_its_unit_in_its_doc);
    suite_add_tcase(suite, bound_case);
    TCase *seed_case = tcase_create("seeds");
    tcase_add_test(seed_case, seeds_are_numbers_and_ranges);
    tcase_add_loop_test(seed_case, what_is_no_list_of_seeds_is_refused, 0, COUNT_OF(not_seeds));
    suite_add_tcase(suite, seed_case);
    TCase *problem_case = tcase_create("problems");
    tcase_add_test(problem_case, a_message_shows_the_line_and_marks_the_token);
    tcase_add_test(problem_case, messages_come_in_the_order_of_the_file_and_warnings_last);
    tcase_add_test(problem_case, a_very_long_line_is_shown_in_part);
    suite_add_tcase(suite, problem_case);
    TCase *draft_case = tcase_create("drafts");
    tcase_add_test(draft_case, a_draft_freezes_into_sorted_items);
    tcase_add_test(draft_case, a_draft_with_a_mistake_freezes_into_nothing);
    tcase_add_test(draft_case, signed_times_may_be_negative_and_others_not);
    suite_add_tcase(suite, draft_case);
    TCase *text_case = tcase_create("generated text");
    tcase_add_test(text_case, every_word_and_field_is_in_the_generated_pages);
    suite_add_tcase(suite, text_case);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
