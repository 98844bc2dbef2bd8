/*
 * test_blame.c: which fault counts what several were in the way of.
 *
 * Whoever stops more surely, and among equals who began first: a fault that comes upon what is
 * broken already has hit nothing, until the other is over. So nothing is counted twice.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define WORLD                                                                                      \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"20ms\" }\n"                                                      \
    "data \"item\" { owner = \"single\", owner_region = \"a\",\n"                                  \
    "                channels = { replicate { reconnect = \"0s\", notice = \"10s\" } } }\n"        \
    "service \"write\" { writes = \"item\", work = \"1ms\" }\n"

typedef struct Case {
    const char *one, *two; /* from 1 s for {2 s}, and from 2 s */
    const char *lasts;     /* of the second; NULL: to the end */
    const char *users;     /* where they are */
    int         first[4];  /* what the first has counted by 1, 2, 3.5 and 5.5 s */
    int         second[4];
} Case;

static int64_t hits(Story *story, uint32_t index)
{
    const Fault *fault = &story_world(story)->faults[index];
    return fault->dropped + fault->bounced + fault->replies + fault->refused + fault->held;
}

/* One user asks every 100 ms from 0.95 s on; what is counted of each is one more hit. */
static const Case cases[] = {
    /* Refused where they are: to the end by whoever destroyed the region. */
    {"lose { \"a\"", "lose { \"a\"", NULL, "a", {0, 10, 25, 45}, {0, 0, 0, 0}},
    {"lose { \"a\"", "down { \"a\"", "1s", "a", {0, 10, 25, 45}, {0, 0, 0, 0}},
    {"lose { \"a\"", "isolate { \"a\"", NULL, "a", {0, 10, 25, 45}, {0, 0, 0, 0}},
    {"lose { \"a\"", "crash { \"item\", region = \"a\"", NULL, "a", {0, 10, 25, 45}, {0}},
    {"down { \"a\"", "lose { \"a\"", NULL, "a", {0, 10, 10, 10}, {0, 0, 15, 35}},
    {"down { \"a\", lasts = \"2s\"", "down { \"a\"", "3s", "a", {0, 10, 20, 20}, {0, 0, 5, 20}},
    {"down { \"a\", lasts = \"9s\"", "down { \"a\"", "1s", "a", {0, 10, 25, 45}, {0, 0, 0, 0}},
    {"crash { \"item\", region = \"a\", lasts = \"2s\"",
     "crash { \"item\", region = \"a\", part = \"store\"",
     "3s",
     "a",
     {0, 10, 20, 20},
     {0, 0, 5, 20}},
    {"crash { \"item\", region = \"a\", lasts = \"9s\"",
     "crash { \"item\", region = \"a\"",
     "1s",
     "a",
     {0, 10, 25, 45},
     {0, 0, 0, 0}},
    {"read_only { \"item\", region = \"a\", lasts = \"2s\"",
     "read_only { \"item\", region = \"a\"",
     "3s",
     "a",
     {0, 10, 20, 20},
     {0, 0, 5, 20}},
    /* Forwarded to their owner, and lost on the way. */
    {"cut { \"a-b\", lasts = \"2s\"", "cut { \"a-b\"", "3s", "b", {0, 10, 20, 20}, {0, 0, 5, 20}},
    {"cut { \"a-b\", lasts = \"9s\"", "isolate { \"a\"", "1s", "b", {0, 10, 25, 45}, {0}},
    {"cut { \"a-b\", how = \"reset\", lasts = \"9s\"",
     "cut { \"a-b\"",
     "1s",
     "b",
     {0, 10, 15, 35},
     {0, 0, 10, 10}},
    {"degrade { \"a-b\", latency = \"1ms\"", "cut { \"a-b\"", "1s", "b", {0}, {0, 0, 10, 10}},
    {"lose { \"a\"", "isolate { \"a\"", NULL, "b", {0, 10, 25, 45}, {0}},
    {"isolate { \"a\"", "lose { \"a\"", NULL, "b", {0, 10, 10, 10}, {0, 0, 15, 35}},
    {"down { \"a\", lasts = \"2s\"", "cut { \"a-b\"", "3s", "b", {0, 10, 20, 20}, {0, 0, 5, 20}},
};

static void ask(Story *story, const char *service)
{
    for (int i = 0; i < 50; i++)
        story_ask(story, service, ms(1050 + 100 * i), 7);
}

START_TEST(what_several_stop_is_counted_once)
{
    const Case *c = &cases[_i];
    GString    *text = g_string_new(WORLD);
    g_string_append_printf(text,
                           "users \"u\" { count = 100, home = { a = 1 }, access = { %s = 1 },\n"
                           "  network = \"0ms\" }\n",
                           c->users);
    g_string_append_printf(text, "at \"1s\" { %s, may_miss = true } }\n", c->one);
    g_string_append_printf(text, "at \"2s\" { %s, may_miss = true", c->two);
    if (c->lasts != NULL)
        g_string_append_printf(text, ", lasts = \"%s\"", c->lasts);
    g_string_append(text, " } }\n");
    Story *story = story_new(text->str, "write");
    ask(story, "write");
    static const int64_t looks[] = {1000, 2000, 3500, 5500};
    for (size_t l = 0; l < G_N_ELEMENTS(looks); l++) {
        story_play(story, ms(looks[l]));
        ck_assert_msg(hits(story, 0) == c->first[l] && hits(story, 1) == c->second[l],
                      "%s, then %s: at %d ms they have hit %d and %d", c->one, c->two,
                      (int)looks[l], (int)hits(story, 0), (int)hits(story, 1));
    }
    const Link *link = &story_world(story)->links[1];
    if (c->users[0] == 'b')
        ck_assert_int_eq(link->dropped + link->bounced, c->first[3] + c->second[3]);
    story_end(story);
    story_free(story);
    g_string_free(text, TRUE);
}
END_TEST

/* A crash of the broker does not answer for the store, which a later one takes down with it. */
START_TEST(a_part_is_not_to_blame_for_another)
{
    Story *story = story_new("region \"a\" {}\n"
                             "region \"b\" {}\n"
                             "link { \"a\", \"b\", rtt = \"20ms\" }\n"
                             "data \"item\" { owner = \"single\", owner_region = \"a\",\n"
                             "                channels = { queue { replicas = 3 } } }\n"
                             "service \"write\" { writes = \"item\", work = \"1ms\" }\n"
                             "at \"1s\" { crash { \"item\", region = \"a\", part = \"broker\", "
                             "lasts = \"2s\", may_miss = true } }\n"
                             "at \"2s\" { crash { \"item\", region = \"a\", lasts = \"4s\" } }\n",
                             "write");
    ask(story, "write");
    story_end(story);
    ck_assert_int_eq(story_world(story)->faults[0].refused, 0);
    ck_assert_int_eq(story_world(story)->faults[1].refused, 40);
    story_free(story);
}
END_TEST

/* The source forgets what it has not flushed, and is lost while it is down: nothing is on its lines
 * any more. */
START_TEST(what_was_forgotten_was_not_on_the_way)
{
    Story *story = story_new("region \"a\" {}\n"
                             "region \"b\" {}\n"
                             "link { \"a\", \"b\", rtt = \"20ms\" }\n"
                             "data \"item\" { channels = { replicate { flush = \"1s\" } } }\n"
                             "service \"write\" { writes = \"item\", work = \"1ms\" }\n"
                             "at \"2s\" { down { \"a\", lasts = \"9s\" } }\n"
                             "at \"4s\" { lose { \"a\", may_miss = true } }\n",
                             "write");
    for (int i = 0; i < 9; i++)
        story_ask(story, "write", ms(1150 + 100 * i), (uint64_t)i);
    story_end(story);
    const World *world = story_world(story);
    ck_assert_int_eq(world->faults[0].dropped, 9); /* forgotten */
    ck_assert_int_eq(world->faults[1].dropped, 0);
    ck_assert_int_eq(world->links[0].lost, 0);
    story_free(story);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blame");
    TCase *tcase = tcase_create("blame");
    tcase_add_loop_test(tcase, what_several_stop_is_counted_once, 0, (int)G_N_ELEMENTS(cases));
    tcase_add_test(tcase, a_part_is_not_to_blame_for_another);
    tcase_add_test(tcase, what_was_forgotten_was_not_on_the_way);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
