/*
 * test_odd.c: worlds that nobody would draw and everybody may write.
 */
#include <check.h>
#include <stdlib.h>

#include "models/model.h"
#include "tests/story/story.h"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

START_TEST(a_lost_zone_leaves_no_thread_idle_while_requests_wait)
{
    story = story_new("region \"a\" { zones = 2 }\n"
                      "data \"item\" {}\n"
                      "service \"read\" { reads = \"item\", work = \"100ms\", threads = 2 }\n"
                      "at \"170ms\" { zone_down { \"a\" } }\n",
                      "read");
    /* 3 and 7 happen to work in the zone that is lost; 5 is the only one left. */
    story_ask(story, "read", ms(0), 1);
    story_ask(story, "read", ms(50), 2);
    story_ask(story, "read", ms(60), 3);
    story_ask(story, "read", ms(110), 7);
    story_ask(story, "read", ms(160), 5);
    story_end(story);
    ck_assert(story_has(story, "270ms work    read: user 5 is served"));
}
END_TEST

/* The user has given up when the first write is done, and the second never is: nobody will ever
 * tell them of the first. */
static const char *const ends[] = {
    "at \"0s\" { crash { \"q\", region = \"b\" } }\n",
    "at \"0s\" { cut { \"a-b\" } }\n",
    "at \"0s\" { cut { \"a-b\", how = \"reset\" } }\n",
    "at \"120ms\" { cut { \"a-b\" } }\n",
    "at \"180ms\" { cut { \"a-b\" } }\n",
    "at \"120ms\" { down { \"a\" } }\n",
    "",
};

START_TEST(no_write_of_a_user_who_gave_up_stays_open)
{
    char *text = g_strdup_printf(
        "region \"a\" {}\n"
        "region \"b\" {}\n"
        "link { \"a\", \"b\", rtt = \"100ms\" }\n"
        "data \"p\" { owner = \"%s\" }\n"
        "data \"q\" { owner = \"single\", owner_region = \"b\" }\n"
        "service \"write\" { writes = { \"p\", \"q\" }, work = \"100ms\", deadline = \"50ms\" }\n"
        "%s",
        _i % 2 == 0 ? "home" : "any", ends[_i / 2]);
    story = story_new(text, "write");
    g_free(text);
    story_ask(story, "write", ms(1), 7);
    story_end(story);
    ck_assert_int_eq(story_count(story, "p").issued, 1);
    ck_assert_int_eq(story_count(story, "p").unknown, 1);
    ck_assert_int_eq(story_count(story, "q").open, 0);
}
END_TEST

/* Whether the user gives up before the commit or while it waits for a copy that never comes. */
START_TEST(no_thread_waits_for_a_copy_when_its_user_does_not)
{
    char *text = g_strdup_printf(
        "region \"a\" {}\n"
        "region \"b\" {}\n"
        "link { \"a\", \"b\" }\n"
        "data \"item\" { channels = { replicate { mode = \"sync\" } } }\n"
        "service \"write\" { writes = \"item\", work = \"10ms\", threads = 1, deadline = \"%s\" }\n"
        "at \"0s\" { cut { \"a-b\" } }\n",
        _i == 0 ? "5ms" : "50ms");
    story = story_new(text, "write");
    g_free(text);
    story_ask(story, "write", ms(1), 7);
    story_ask(story, "write", ms(2), 8);
    story_end(story);
    const World *world = story_world(story);
    for (uint32_t s = 0; s < world->service_count; s++) {
        ck_assert_uint_eq(world->services[s].sites[0].busy, 0);
        ck_assert_uint_eq(world->services[s].sites[0].queued, 0);
    }
}
END_TEST

START_TEST(waits_longer_than_any_run_never_end)
{
    story = story_new(
        "region \"a\" {}\n"
        "region \"b\" {}\n"
        "link { \"a\", \"b\", latency = pareto { least = \"1s\", alpha = 0.05 },\n"
        "       jitter = pareto { least = \"1s\", alpha = 0.05 } }\n"
        "data \"item\" { channels = {\n"
        "    replicate { apply = pareto { least = \"365d\", alpha = 0.05 }, in_order = false },\n"
        "    queue { apply = pareto { least = \"365d\", alpha = 0.05 }, checkpoint = \"1s\" } } }\n"
        "service \"write\" { writes = \"item\", work = \"1ms\" }\n"
        "service \"slow\" { writes = \"item\", work = \"365d\" }\n"
        "users \"u\" { count = 1000, home = { a = 1 }, access = { a = 0.5, b = 0.5 } }\n"
        "at \"0s\" { slow { \"slow\", factor = 1000000 } }\n"
        "at \"0s\" { slow_store { \"item\", region = \"b\", factor = 1000000 } }\n"
        "at \"20s\" { cut { \"a-b\", lasts = \"1s\" } }\n"
        "failover \"f\" { seat = \"a\", decide = human { \"365d\", sigma = \"0%\" } }\n",
        "write slow");
    for (int64_t i = 0; i < 100; i++) {
        story_ask(story, "write", ms(300 * i), (uint64_t)i);
        story_ask(story, "slow", ms(300 * i), (uint64_t)i);
    }
    story_end(story);
    ck_assert_int_gt(story_count(story, "item").issued, 0);
}
END_TEST

START_TEST(a_region_that_falls_silent_again_before_the_decision_loses_its_lease)
{
    story = story_new(
        "region \"a\" {}\n"
        "region \"b\" {}\n"
        "region \"c\" {}\n"
        "link { \"a\", \"b\" }\n"
        "link { \"a\", \"c\" }\n"
        "link { \"b\", \"c\" }\n"
        "data \"item\" { channels = { replicate { reconnect = \"0s\" } } }\n"
        "service \"write\" { writes = \"item\", work = \"1ms\" }\n"
        "at \"2s\" { cut { \"a\", lasts = \"3s\" } }\n"
        "at \"9s\" { cut { \"a\", lasts = \"60s\" } }\n"
        "failover \"f\" { seat = \"c\", fence = lease \"5s\", decide = automatic \"10s\",\n"
        "    detect = probe { every = \"1s\", failures = 2, timeout = \"500ms\" } }\n",
        "write");
    story_ask(story, "write", ms(16000), 7);
    story_end(story);
    ck_assert(story_has(story, "a loses its lease"));
    ck_assert(story_has(story, "user 7 attempt 1 fails: fenced"));
}
END_TEST

/* The words of a field stand twice in its table: as what the language accepts and as what each
 * means. */
START_TEST(every_word_that_has_a_meaning_is_accepted_and_every_accepted_one_has_one)
{
    uint32_t tables = 0;
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++)
        for (const PlanField *field = (*kind)->fields; field->name != NULL; field++) {
            if (field->options == NULL)
                continue;
            GString *words = g_string_new(NULL);
            for (const PlanOption *option = field->options; option->word != NULL; option++) {
                g_string_append_printf(words, "%s%s", words->len > 0 ? "|" : "", option->word);
                ck_assert(option->doc != NULL && option->doc[0] != '\0');
            }
            ck_assert_msg(g_str_equal(words->str, field->among), "%s.%s: '%s' but '%s'",
                          (*kind)->name, field->name, field->among, words->str);
            g_string_free(words, TRUE);
            tables++;
        }
    ck_assert_uint_ge(tables, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("odd");
    TCase *tcase = tcase_create("odd");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_lost_zone_leaves_no_thread_idle_while_requests_wait);
    tcase_add_test(tcase, waits_longer_than_any_run_never_end);
    tcase_add_loop_test(tcase, no_thread_waits_for_a_copy_when_its_user_does_not, 0, 2);
    tcase_add_loop_test(tcase, no_write_of_a_user_who_gave_up_stays_open, 0,
                        2 * (int)G_N_ELEMENTS(ends));
    tcase_add_test(tcase, a_region_that_falls_silent_again_before_the_decision_loses_its_lease);
    tcase_add_test(tcase, every_word_that_has_a_meaning_is_accepted_and_every_accepted_one_has_one);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
