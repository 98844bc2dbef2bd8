/*
 * test_scenario.c: a file becomes the plan it describes, and nothing else matters.
 */
#define _POSIX_C_SOURCE 200809L

#include <check.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "sim/scenario/scenario.h"
#include "tests/unit/fake_catalog.h"

/* ---- helpers ----------------------------------------------------------------------------- */

static const char *const set_names[] = {"world", NULL};
static const char *const place_names[] = {"a", "b", "c", "d", NULL};

static const char *const *fake_sets(void *self)
{
    (void)self;
    return set_names;
}

static const char *const *fake_names(void *self, const char *set)
{
    (void)self;
    return strcmp(set, "world") == 0 ? place_names : NULL;
}

static bool fake_rtt(void *self, const char *set, const char *from, const char *to,
                     int64_t *out_rtt_ns, int64_t *out_jitter_mean_ns)
{
    (void)self;
    (void)set;
    *out_rtt_ns = (from[0] + to[0]) * INT64_C(1000000);
    *out_jitter_mean_ns = 250000;
    return from[0] != 'd' && to[0] != 'd';
}

static const ScenarioPresets presets = {NULL, fake_rtt, fake_sets, fake_names};

typedef struct Load {
    Plan *plan;
    char *messages;
} Load;

static Load load_with(const char *text, const char *const *sets, uint32_t set_count)
{
    g_autofree char *folder = g_dir_make_tmp("scenario-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "trial.lua", NULL);
    ck_assert(g_file_set_contents(path, text, -1, NULL));
    ScenarioSets  given = {.texts = sets, .count = set_count};
    PlanProblems *problems = plan_problems_new();
    Load          load = {NULL, NULL};
    load.plan = scenario_load(path, &small_catalog, &presets, &given, problems);
    load.messages = plan_problems_text(problems);
    ck_assert_int_eq(load.plan == NULL, plan_problems_errors(problems) > 0);
    plan_problems_free(problems);
    g_remove(path);
    g_rmdir(folder);
    return load;
}

static void load_clear(Load *load)
{
    plan_free(load->plan);
    g_free(load->messages);
}

static Load load_good(const char *text)
{
    Load load = load_with(text, NULL, 0);
    ck_assert_msg(load.plan != NULL, "%s", load.messages);
    return load;
}

static void expect_refused(const char *text, const char *message)
{
    Load load = load_with(text, NULL, 0);
    ck_assert_msg(!load.plan && strstr(load.messages, message), "wanted '%s', got: %s", message,
                  load.messages);
    load_clear(&load);
}

#define FRAME                                                                                      \
    "scenario 's' { duration = '10min' }\n"                                                        \
    "region 'a' {} region 'b' {}\n"                                                                \
    "link { 'a', 'b', name = 'ab' }\n"                                                             \
    "users 'all' { count = 10e6 }\n"                                                               \
    "data 'd' { channels = { queue 'kafka' {} } }\n"                                               \
    "service 'x' { reads = 'd' } service 'y' { writes = 'd' }\n"

/* ---- the plan ---------------------------------------------------------------------------- */

START_TEST(the_order_of_declarations_means_nothing)
{
    Load one = load_good(FRAME "workload { x = '1/s', y = '2/s' }\n"
                               "at '1min' { lose 'a', cut 'ab' }\n");
    Load two = load_good("at '60s' { cut { target = 'ab' } } at '1min' { lose { 'a' } }\n"
                         "workload { y = '2/s' } workload { users = 'all', x = '60/min' }\n"
                         "service 'y' { writes = { 'd' } }\n"
                         "service 'x' { reads = 'd' }\n"
                         "data 'd' { channels = queue { flush = '7ms', in_order = true } }\n"
                         "users 'all' { home = 'hash', count = 10000000 }\n"
                         "region 'b' { zones = 1 } region 'a'\n"
                         "link { name = 'ab', 'a', 'b' }\n"
                         "scenario 's' { duration = '600s' }\n");
    /* The preset's name is part of the text; its values are what counts here. */
    g_auto(GStrv) pieces = g_strsplit(plan_canonical(one.plan), " \"kafka\"", -1);
    g_autofree char *without = g_strjoinv("", pieces);
    ck_assert_str_eq(without, plan_canonical(two.plan));
    Load three = load_good(FRAME "at '1min' { cut 'ab', lose 'a' }\n"
                                 "workload { y = '2/s', x = '1/s' }\n");
    ck_assert_str_eq(plan_canonical(one.plan), plan_canonical(three.plan));
    ck_assert_str_eq(plan_hash(one.plan), plan_hash(three.plan));
    ck_assert_uint_eq(strlen(plan_hash(one.plan)), 16);
    load_clear(&one);
    load_clear(&two);
    load_clear(&three);
}
END_TEST

START_TEST(another_value_is_another_hash)
{
    Load one = load_good(FRAME);
    Load two = load_good(FRAME "region 'c' { zones = 2 } link { 'a', 'c' } link { 'b', 'c' }");
    ck_assert_str_ne(plan_hash(one.plan), plan_hash(two.plan));
    load_clear(&one);
    load_clear(&two);
}
END_TEST

START_TEST(values_come_from_the_user_then_the_preset_then_the_default)
{
    Load load = load_good(FRAME "data 'e' { channels = { queue 'kafka' { flush = '9ms' } } }");
    const PlanItem *data = plan_find(load.plan, "data", "e");
    const PlanItem *part =
        plan_item(load.plan, plan_value(data, plan_field_find(data->kind, "channels"))->ids[0]);
    ck_assert_str_eq(part->name, "data e/channels[1] queue");
    ck_assert_str_eq(part->preset, "kafka");
    ck_assert_uint_eq(part->parent, data->id);
    ck_assert_int_eq(plan_number(part, 0), 9000000);
    ck_assert(plan_value(part, 0)->given);
    ck_assert_int_eq(sim_dist_constant_value(plan_value(part, 1)->dist), 1000000);
    ck_assert_int_eq(plan_number(part, 2), 1);
    ck_assert(!plan_value(part, 2)->given && plan_value(part, 2)->set);
    ck_assert(!plan_value(part, 3)->set);
    load_clear(&load);
}
END_TEST

START_TEST(shares_sum_to_one_exactly)
{
    Load        load = load_good(FRAME "region 'c' {} link { 'a', 'c' } link { 'b', 'c' }\n"
                                              "users 'more' { count = 5, home = { c = 10, a = 10, b = 1 } }");
    const char *names[] = {"all", "more"};
    for (int i = 0; i < 2; i++) {
        const PlanValue *home = plan_value(plan_find(load.plan, "users", names[i]), 1);
        int64_t          sum = 0;
        ck_assert_uint_eq(home->count, 3);
        for (uint32_t k = 0; k < home->count; k++)
            sum += home->weights[k];
        ck_assert_int_eq(sum, 1000000000);
    }
    const PlanValue *home = plan_value(plan_find(load.plan, "users", "more"), 1);
    ck_assert_int_eq(home->weights[0], 476190476);
    ck_assert_int_eq(home->weights[1], 47619048);
    load_clear(&load);
}
END_TEST

START_TEST(a_link_refines_what_was_measured_for_its_pair)
{
#define THREE "scenario 's' { duration = '1min' } region 'a' {} region 'b' {} region 'c' {}\n"
#define MEASURED "links(preset 'world' { 'a', 'b', 'c' })\n"
#define REFINED "link { 'b', 'a', name = 'ab', loss = '1%' }\n"
    Load     one = load_good(THREE MEASURED REFINED);
    Load     two = load_good(THREE REFINED MEASURED);
    uint32_t count;
    plan_of_kind(one.plan, "link", &count);
    ck_assert_uint_eq(count, 3);
    const PlanItem *link = plan_find(one.plan, "link", "ab");
    ck_assert_int_eq(plan_number(link, 2), ('a' + 'b') * INT64_C(1000000));
    ck_assert(!plan_value(link, 2)->given);
    ck_assert_int_eq(plan_number(link, 5), 10000000);
    ck_assert_ptr_nonnull(plan_find(one.plan, "link", "b-c"));
    ck_assert_str_eq(plan_canonical(one.plan), plan_canonical(two.plan));
    load_clear(&one);
    load_clear(&two);
}
END_TEST

START_TEST(a_text_or_a_plain_table_can_be_a_part)
{
    Load            load = load_good(FRAME "failover 'f' { fence = 'token' }\n"
                                                      "users 'u' { count = 1, retry = { attempts = 7 } }\n"
                                                      "service 'z' { reads = 'd', followed_by = { 'x', after = '3s' } }\n"
                                                      "service 'w' { reads = 'd', followed_by = 'x' }\n"
                                                      "data 'e' { read = { 'local', secondary } }\n");
    const PlanItem *users = plan_find(load.plan, "users", "u");
    ck_assert_int_eq(plan_number(plan_item(load.plan, plan_value(users, 2)->ids[0]), 0), 7);
    const PlanItem *data = plan_find(load.plan, "data", "e");
    ck_assert_uint_eq(plan_value(data, 7)->count, 2);
    load_clear(&load);
}
END_TEST

START_TEST(every_distribution_can_be_written)
{
    static const char *const words[] = {
        "constant '5ms'",
        "uniform { '1ms', to = '2ms' }",
        "exponential '5ms'",
        "exponential { mean = '5ms' }",
        "lognormal { median = '5ms', sigma = 0.8 }",
        "pareto { least = '5ms', alpha = 2 }",
        "weibull { scale = '5ms', shape = 0.5 }",
        "empirical { '1ms', '1ms', '9ms' }",
        "mixture { { 0.9, '5ms' }, { 0.1, exponential '50ms' } }",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *text = g_strdup_printf(FRAME "service 'z' { work = %s }", words[i]);
        Load             load = load_good(text);
        ck_assert_ptr_nonnull(plan_value(plan_find(load.plan, "service", "z"), 2)->dist);
        load_clear(&load);
    }
}
END_TEST

START_TEST(two_equal_faults_are_two)
{
    Load load = load_good(FRAME "at '1min' { cut { 'a', 'b', lasts = '1s' } }\n"
                                "at '60s' { cut { 'a', 'b', lasts = '2s' } }");
    ck_assert_ptr_nonnull(plan_find(load.plan, "cut", "cut a-b at 1min"));
    ck_assert_ptr_nonnull(plan_find(load.plan, "cut", "cut a-b at 1min #2"));
    load_clear(&load);
}
END_TEST

START_TEST(during_gives_an_expectation_its_window)
{
    Load load =
        load_good(FRAME "during '1min..2min' { expect 'up' { availability 'x', '>= 99%' } }\n"
                        "expect 'kept' { lost {}, '== 0' }");
    const PlanItem *up = plan_find(load.plan, "expect", "up");
    ck_assert_int_eq(plan_number(up, 2), 60 * SECOND);
    ck_assert_int_eq(plan_number(up, 3), 120 * SECOND);
    ck_assert_uint_eq(up->place.line, 7);
    ck_assert_uint_eq(up->place.column, 23);
    ck_assert(!plan_value(plan_find(load.plan, "expect", "kept"), 2)->set);
    load_clear(&load);
}
END_TEST

/* ---- choices and --set ------------------------------------------------------------------- */

START_TEST(a_choice_is_its_first_option_or_what_was_set)
{
    const char *text =
        FRAME "data 'e' { change = choice 'change' { 'overwrite', 'create-only' } }\n"
              "data 'f' { channels = choice 'sync' { log = { replicate {} },\n"
              "  mq = { queue 'kafka' {} } } }\n";
    const char *sets[] = {"change=create-only", "sync=mq"};
    Load        plain = load_good(text);
    Load        set = load_with(text, sets, 2);
    ck_assert_msg(set.plan != NULL, "%s", set.messages);
    ck_assert_str_eq(plan_text(plan_find(plain.plan, "data", "e"), 0), "overwrite");
    ck_assert_str_eq(plan_text(plan_find(set.plan, "data", "e"), 0), "create-only");
    const PlanItem *f = plan_find(set.plan, "data", "f");
    ck_assert_str_eq(plan_item(set.plan, plan_value(f, 6)->ids[0])->kind->name, "queue");
    ck_assert_uint_eq(plan_choice_count(set.plan), 2);
    ck_assert_str_eq(plan_choice(set.plan, 0)->name, "change");
    ck_assert_uint_eq(plan_choice(set.plan, 0)->chosen, 1);
    ck_assert_uint_eq(plan_choice(plain.plan, 1)->chosen, 0);
    ck_assert_str_eq(plan_choice(plain.plan, 1)->options[1], "mq");
    load_clear(&plain);
    load_clear(&set);
}
END_TEST

START_TEST(a_set_reaches_fields_and_the_fields_of_parts)
{
    const char *sets[] = {"scenario.duration=5min",
                          "d.size=1KiB",
                          "data.d.unique=false",
                          "f.fence.ttl=7s",
                          "d.channels[1].flush=3ms",
                          "ab.rtt=1ms",
                          "all.count=12",
                          "demand.all x.rate=9/s",
                          "y.reads=d"};
    Load load = load_with(FRAME "failover 'f' { fence = lease '5s' } workload { x = '1/s' }", sets,
                          G_N_ELEMENTS(sets));
    ck_assert_msg(load.plan != NULL, "%s", load.messages);
    ck_assert_int_eq(plan_number(plan_find(load.plan, "scenario", "s"), 0), 300 * SECOND);
    const PlanItem *data = plan_find(load.plan, "data", "d");
    ck_assert_int_eq(plan_number(data, 3), 1024);
    ck_assert_int_eq(plan_number(plan_item(load.plan, plan_value(data, 6)->ids[0]), 0), 3000000);
    const PlanItem *failover = plan_find(load.plan, "failover", "f");
    ck_assert_int_eq(plan_number(plan_item(load.plan, plan_value(failover, 0)->ids[0]), 0),
                     7 * SECOND);
    ck_assert_int_eq(plan_number(plan_find(load.plan, "link", "ab"), 2), 1000000);
    ck_assert_int_eq(plan_number(plan_find(load.plan, "users", "all"), 0), 12);
    ck_assert_int_eq(plan_number(plan_find(load.plan, "demand", "all x"), 2), 9 * SECOND);
    load_clear(&load);
}
END_TEST

START_TEST(a_set_that_reaches_nothing_is_refused)
{
    const char *sets[] = {"d.sizes=1KiB"};
    Load        load = load_with(FRAME, sets, 1);
    ck_assert_ptr_null(load.plan);
    ck_assert_msg(strstr(load.messages, "did you mean 'd.size'?"), "%s", load.messages);
    load_clear(&load);
}
END_TEST

/* ---- Lua --------------------------------------------------------------------------------- */

START_TEST(the_safe_library_does_what_lua_does)
{
    Load load = load_good(
        FRAME "local function check(got, want)\n"
              "  if got ~= want then error(tostring(got) .. ' is not ' .. tostring(want), 2) end\n"
              "end\n"
              "local order = {}\n"
              "for k in pairs { b = 1, [10] = 1, a = 1, [2] = 1, [true] = 1, [false] = 1, [2.5] = "
              "1 } do\n"
              "  order[#order + 1] = tostring(k)\n"
              "end\n"
              "check(table.concat(order, ' '), '2 2.5 10 a b false true')\n"
              "local list = { 'b3', 'a1', 'b1', 'a2', 'b2' }\n"
              "table.sort(list, function(x, y) return x:sub(1, 1) < y:sub(1, 1) end)\n"
              "check(table.concat(list, ' '), 'a1 a2 b3 b1 b2')\n"
              "local big = {}\n"
              "for i = 1, 1000 do big[i] = (i * 7919) % 1009 end\n"
              "table.sort(big)\n"
              "for i = 2, 1000 do if big[i - 1] > big[i] then error('unsorted') end end\n"
              "table.insert(list, 'z') table.insert(list, 1, 'y')\n"
              "check(table.remove(list, 1), 'y') check(table.remove(list), 'z') check(#list, 5)\n"
              "check(tostring {}, 'table') check(tostring(check), 'function')\n"
              "check(string.format('%s %d %5.2f', {}, 3, 0.5), 'table 3  0.50')\n"
              "check(('a-b'):find('-', 1, true), 2) check(('k=v'):match('(%w+)=(%w+)'), 'k')\n"
              "check(#('a'):rep(9000), 9000) check(#('a'):rep(16384), 16384)\n"
              "check(#('a'):rep(5462, 'bc'), 16384) check((''):rep(math.maxinteger), '')\n"
              "check(('a'):rep(0, 'b'), '') check(('a'):rep(-5), '') check(('a'):byte(), 97)\n"
              "check(select('#', ('abc'):byte(1, -1)), 3) check(math.max(1, 3, 2), 3)\n"
              "check((('x y'):gsub('%s', '_')), 'x_y') check(('ab'):rep(2, '-'), 'ab-ab')\n"
              "for word in ('p q'):gmatch('%a') do order[#order + 1] = word end\n"
              "check(#order, 9) check(select('#', table.unpack(list)), 5)\n"
              "check(math.floor(2.5), 2) check(tonumber('0.5'), 0.5) check(0.1 .. '', '0.1')\n"
              "local ok, why = pcall(error, 'x') check(ok, false) check(why, 'x')\n");
    load_clear(&load);
}
END_TEST

START_TEST(the_locale_does_not_matter)
{
    const char *text = FRAME "users 'u' { count = 3, home = { a = 0.25, b = tonumber('0.75') } }\n"
                             "local s = 0.5 .. '' if s ~= '0.5' then error(s) end";
    Load        one = load_good(text);
    /* Absent on many machines; then this says nothing. */
    setlocale(LC_ALL, "de_DE.UTF-8");
    Load two = load_good(text);
    setlocale(LC_ALL, "C");
    ck_assert_str_eq(plan_hash(one.plan), plan_hash(two.plan));
    load_clear(&one);
    load_clear(&two);
}
END_TEST

START_TEST(loops_and_functions_may_declare)
{
    Load     load = load_good("scenario 's' { duration = '1min' }\n"
                                  "local function city(name, zones)\n"
                                  "  return region(name) { zones = zones }\n"
                                  "end\n"
                                  "local here = city('here', 3)\n"
                                  "for i = 1, 3 do city('c' .. i, i) link { here, 'c' .. i } end\n");
    uint32_t count;
    plan_of_kind(load.plan, "region", &count);
    ck_assert_uint_eq(count, 4);
    ck_assert_int_eq(plan_number(plan_find(load.plan, "region", "c3"), 0), 3);
    ck_assert_ptr_nonnull(plan_find(load.plan, "link", "here-c2"));
    load_clear(&load);
}
END_TEST

START_TEST(mistakes_are_shown_where_they_stand)
{
    expect_refused(FRAME "region 'c' {\n  zones = 2,\n\tzonse = 3 }\n", "trial.lua:9:2: error:");
    expect_refused(FRAME "region 'c' { zones = 1 } region 'e' { zones = 'x' }",
                   "trial.lua:7:47: error:");
    expect_refused(FRAME "link { 'a', 'b', name = '2' } link { 'b', 'a', name = '3', rtt = 5 }",
                   "trial.lua:7:66: error:");
    expect_refused(FRAME "local z = { zones = 99 }\nregion 'c'(z)", "trial.lua:8:1: error:");
    expect_refused(FRAME "--[[ region 'c' {\n]] region 'c' { --[=[ } ]=] ['zones'] = 0 }",
                   "trial.lua:8:41: error:");
    expect_refused(FRAME
                   "data 'e' { channels = {\n  queue {},\n  queue {\n    flush = '5m',\n  } } }",
                   "trial.lua:10:13: error:");
}
END_TEST

START_TEST(at_most_ten_mistakes_are_shown)
{
    g_autoptr(GString) text = g_string_new(FRAME);
    for (int i = 0; i < 30; i++)
        g_string_append_printf(text, "region 'r%d' { zonse = 1 }\n", i);
    Load load = load_with(text->str, NULL, 0);
    int  count = 0;
    for (const char *at = load.messages; (at = strstr(at, "error:")) != NULL; at++)
        count++;
    ck_assert_int_eq(count, 10);
    ck_assert_ptr_nonnull(strstr(load.messages, "... and 20 more errors"));
    load_clear(&load);
}
END_TEST

START_TEST(nothing_of_the_machine_can_be_reached)
{
    static const char *const words[] = {
        "os",   "io",      "debug",  "load",           "loadfile",     "dofile",
        "next", "rawset",  "rawget", "collectgarbage", "print",        "setmetatable",
        "_G",   "package", "utf8",   "coroutine",      "getmetatable",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *text = g_strdup_printf(FRAME "local x = %s", words[i]);
        g_autofree char *message = g_strdup_printf("'%s' is not available: ", words[i]);
        expect_refused(text, message);
    }
    expect_refused(FRAME "local x = ('').dump", "'string.dump' is not available");
    expect_refused(FRAME "local x = string.format('%-5p', {})", "'%p' is not available");
    expect_refused(FRAME "local x = region 'c' {}\nx.zones = 5", "set where it is declared");
}
END_TEST

START_TEST(an_absent_vtable_is_no_crash)
{
    g_autofree char *folder = g_dir_make_tmp("scenario-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "trial.lua", NULL);
    ck_assert(g_file_set_contents(path, FRAME "links(preset 'world' { 'a', 'b' })", -1, NULL));
    PlanProblems *problems = plan_problems_new();
    ck_assert_ptr_null(scenario_load(path, &small_catalog, NULL, NULL, problems));
    plan_problems_free(problems);
    g_remove(path);
    g_rmdir(folder);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scenario");
    TCase *plans = tcase_create("plans");
    tcase_add_test(plans, the_order_of_declarations_means_nothing);
    tcase_add_test(plans, another_value_is_another_hash);
    tcase_add_test(plans, values_come_from_the_user_then_the_preset_then_the_default);
    tcase_add_test(plans, shares_sum_to_one_exactly);
    tcase_add_test(plans, a_link_refines_what_was_measured_for_its_pair);
    tcase_add_test(plans, a_text_or_a_plain_table_can_be_a_part);
    tcase_add_test(plans, every_distribution_can_be_written);
    tcase_add_test(plans, two_equal_faults_are_two);
    tcase_add_test(plans, during_gives_an_expectation_its_window);
    suite_add_tcase(suite, plans);
    TCase *sets = tcase_create("sets");
    tcase_add_test(sets, a_choice_is_its_first_option_or_what_was_set);
    tcase_add_test(sets, a_set_reaches_fields_and_the_fields_of_parts);
    tcase_add_test(sets, a_set_that_reaches_nothing_is_refused);
    suite_add_tcase(suite, sets);
    TCase *lua = tcase_create("lua");
    tcase_add_test(lua, the_safe_library_does_what_lua_does);
    tcase_add_test(lua, the_locale_does_not_matter);
    tcase_add_test(lua, loops_and_functions_may_declare);
    tcase_add_test(lua, mistakes_are_shown_where_they_stand);
    tcase_add_test(lua, at_most_ten_mistakes_are_shown);
    tcase_add_test(lua, nothing_of_the_machine_can_be_reached);
    tcase_add_test(lua, an_absent_vtable_is_no_crash);
    suite_add_tcase(suite, lua);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
