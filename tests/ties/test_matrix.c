/*
 * test_matrix.c: every pair of kinds of events at one instant.
 *
 * Across phases the phase decides, whatever was scheduled first; within a phase those marked as
 * last come last, and otherwise who was scheduled first goes first. Whether that order makes a
 * difference is found out here: a world in which everything meets (grid.lua) is played again and
 * again, each time with one pair of kinds turned round and nothing else, and what happened is
 * compared.
 *
 *   - a pair that shares nothing must not depend on its order: a difference would be an accident
 *   - a pair that shares something may: the table says what, and how the first one gains by it
 *   - a pair that never met has a reason why not
 *
 * `make ties` prints the matrix. Stories of what the order decides:
 * tests/story/test_ties.c and test_ties_exact.c.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/story/story.h"
#include "tests/ties/tie_queue.h"

#define GRID (20 * SIM_MS)
#define END (2600 * SIM_MS)
#define VARIANTS 24 /* to meet in */
#define TURNED 2    /* of these at most, a pair is turned round in */
#define KINDS WORLD_EVENT_COUNT

/* ---- what kinds of events share -------------------------------------------------------------- */

enum {
    USERS = 1u << 0,
    STORES = 1u << 1,
    LOGS = 1u << 2,
    BROKERS = 1u << 3,
    GROUPS = 1u << 4,
    ROLES = 1u << 5,
    POWER = 1u << 6,
    VIEWS = 1u << 7,
    NUMBERS = 1u << 8,
    EVERYTHING = (1u << 9) - 1,
};

static const struct {
    uint32_t    thing;
    const char *why;
} things[] = {
    {USERS, "who comes first has the thread, the place in the queue, the retry that the budget "
            "allows, and the next wait that is drawn"},
    {STORES, "who comes first is overwritten, or read before it is"},
    {LOGS, "positions, copies that count and commits that wait follow each other"},
    {BROKERS, "a message comes before or after its broker opens or fails"},
    {GROUPS, "a heartbeat counts from when it is sent, a vote from when it is given"},
    {ROLES, "a role moves before or after it is used"},
    {POWER, "a machine or a line fails before or after it is used"},
    {VIEWS, "a region is missed before or after it answers"},
    {NUMBERS, "a number is taken before or after it changes"},
};

static const uint32_t shares[KINDS] = {
    [WORLD_ARRIVAL] = USERS | ROLES,
    [WORLD_RETRY] = USERS | ROLES,
    [WORLD_FOLLOW] = USERS | ROLES,
    [WORLD_GIVE_UP] = USERS,
    [WORLD_WORK_DONE] = USERS | STORES | LOGS | ROLES,
    [WORLD_ASK_ARRIVES] = USERS | STORES,
    [WORLD_ANSWER_ARRIVES] = USERS | STORES,
    [WORLD_ASK_TIMEOUT] = USERS | STORES,
    [WORLD_MADE_ANEW] = USERS | STORES,
    [WORLD_WRITE_ARRIVES] = USERS | STORES | LOGS | ROLES,
    [WORLD_WRITE_ANSWER] = USERS | STORES | LOGS | ROLES,
    [WORLD_CHANGE_ARRIVES] = STORES | LOGS | BROKERS,
    [WORLD_CHANGE_APPLIED] = STORES | LOGS | BROKERS,
    [WORLD_STREAM_RESUMES] = LOGS | BROKERS | POWER,
    [WORLD_STREAM_PUMPS] = LOGS | BROKERS | POWER,
    [WORLD_FAULT_BEGINS] = EVERYTHING,
    [WORLD_FAULT_ENDS] = EVERYTHING,
    [WORLD_FLAP] = EVERYTHING,
    [WORLD_PROBE] = VIEWS | ROLES | POWER,
    [WORLD_PROBE_RESULT] = VIEWS | ROLES | POWER,
    [WORLD_FAILOVER_STAGE] = USERS | LOGS | ROLES | POWER | VIEWS,
    [WORLD_SAMPLE] = NUMBERS,
    [WORLD_CHANGE_ACKED] = USERS | STORES | LOGS | ROLES,
    [WORLD_HOLD_TIMER] = USERS | STORES | LOGS,
    [WORLD_QUORUM_ARRIVES] = STORES,
    [WORLD_QUORUM_APPLIES] = STORES,
    [WORLD_QUORUM_ACKED] = USERS | STORES,
    [WORLD_QUORUM_ASKED] = STORES,
    [WORLD_QUORUM_LOOKS] = STORES,
    [WORLD_QUORUM_REPLIED] = USERS | STORES,
    [WORLD_QUORUM_EXPIRES] = USERS | STORES,
    [WORLD_QUORUM_HINTS] = STORES | POWER,
    [WORLD_QUORUM_REPAIR] = STORES | POWER,
    [WORLD_HEARTBEAT] = GROUPS | ROLES | POWER,
    [WORLD_ELECTION] = USERS | LOGS | GROUPS | ROLES | POWER,
    [WORLD_PUBLISH] = LOGS | BROKERS | POWER,
    [WORLD_BROKER_TIMER] = LOGS | BROKERS | POWER,
    [WORLD_RESYNC] = STORES | LOGS | POWER,
    [WORLD_LOOKED_UP] = USERS | STORES,
    [WORLD_QUORUM_SPECULATES] = STORES,
    [WORLD_STREAM_REPAIRED] = STORES | LOGS,
    [WORLD_SWITCH] = USERS | LOGS | ROLES | POWER,
    [WORLD_INTENT] = USERS | STORES | LOGS | ROLES,
    [WORLD_INTENT_AGAIN] = STORES | LOGS | ROLES | POWER,
    [WORLD_CHANGE_TWICE] = STORES | LOGS,
    [WORLD_FAULT_STEPS] = EVERYTHING,
    [WORLD_WORK_FAILED] = USERS,
    [WORLD_CALL_ENDED] = USERS | STORES | LOGS | ROLES,
    [WORLD_FAULT_LOOKS] = EVERYTHING,
    [WORLD_ASK_AGAIN] = USERS | STORES,
    [WORLD_SERVICE_AGAIN] = USERS | STORES | LOGS | ROLES,
    [WORLD_FORWARD_TIMEOUT] = USERS,
    [WORLD_CONNECT] = USERS | ROLES,
    [WORLD_RETURN] = USERS | ROLES,
};

/* Why kinds that share something do not meet in these worlds. */
static const struct {
    WorldEvent  one, other; /* KINDS: any */
    const char *why;
} apart[] = {
    {WORLD_CALL_ENDED, KINDS,
     "is scheduled for the instant itself, when all but the work of that instant is over"},
    {WORLD_SAMPLE, WORLD_SAMPLE, "there is one for all that is sampled"},
    {WORLD_FAULT_LOOKS, WORLD_PUBLISH, "conditions are looked at when the instant is over"},
    {WORLD_FAULT_LOOKS, WORLD_BROKER_TIMER, "conditions are looked at when the instant is over"},
    {WORLD_FAULT_LOOKS, WORLD_RESYNC, "conditions are looked at when the instant is over"},
    {WORLD_PROBE_RESULT, WORLD_QUORUM_REPAIR, "probes end when the instant is over"},
    {WORLD_FAILOVER_STAGE, WORLD_FAILOVER_STAGE,
     "the grid's controllers move different data; for two that switch each other off see "
     "tests/story/test_ties_exact.c"},
};

/* ---- playing --------------------------------------------------------------------------------- */

static char       *texts[VARIANTS];
static TieBook     books[VARIANTS];
static const char *names[KINDS];

static gint by_line(gconstpointer left, gconstpointer right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* What happened, without the order within an instant; owned. */
static char *what_happened(const char *trace)
{
    char **lines = g_strsplit(trace, "\n", -1);
    qsort(lines, g_strv_length(lines), sizeof *lines, by_line);
    char *all = g_strjoinv("\n", lines);
    g_strfreev(lines);
    return all;
}

static char *play(int variant, uint32_t first, uint32_t second)
{
    tie_book.rule = (TieRule){.grid = GRID, .on = true, .first = first, .second = second};
    Story *story = story_new(texts[variant], "item");
    story_play(story, END);
    for (uint32_t k = 0; k < KINDS; k++)
        names[k] = sim_engine_kind_name(story_world(story)->engine, k);
    char *all = what_happened(story_trace(story));
    story_free(story);
    return all;
}

static void setup(void)
{
    char *world = NULL;
    SIM_ASSERT(g_file_get_contents("tests/ties/grid.lua", &world, NULL, NULL));
    for (int v = 0; v < VARIANTS; v++) {
        texts[v] = g_strdup_printf("local variant = %d\n%s", v, world);
        memset(&tie_book, 0, sizeof tie_book);
        tie_book.counts = true;
        g_free(play(v, KINDS, KINDS));
        books[v] = tie_book;
        tie_book.counts = false;
    }
    g_free(world);
}

static void teardown(void)
{
    for (int v = 0; v < VARIANTS; v++)
        g_free(texts[v]);
}

static int64_t met(int variant, uint32_t one, uint32_t other, bool same_phase)
{
    const TieMeeting *m = &books[variant].met[one][other];
    return same_phase ? m->same_phase[0] + m->same_phase[1] : m->other_phase[0] + m->other_phase[1];
}

/* Whether the order of two kinds makes a difference in some variant. */
static bool matters(uint32_t one, uint32_t other)
{
    bool differs = false;
    int  left = TURNED;
    for (int v = 0; v < VARIANTS && !differs && left > 0; v++) {
        if (met(v, one, other, true) == 0)
            continue;
        left--;
        char *there = play(v, one, one == other ? KINDS : other);
        char *back = play(v, other, one);
        differs = strcmp(there, back) != 0;
        g_free(there);
        g_free(back);
    }
    return differs;
}

static const char *why_apart(uint32_t one, uint32_t other)
{
    if ((shares[one] & shares[other]) == 0)
        return "they share nothing";
    for (size_t i = 0; i < G_N_ELEMENTS(apart); i++)
        if ((apart[i].one == one && (apart[i].other == other || apart[i].other == KINDS)) ||
            (apart[i].one == other && (apart[i].other == one || apart[i].other == KINDS)))
            return apart[i].why;
    return NULL;
}

/* ---- tests ----------------------------------------------------------------------------------- */

START_TEST(every_kind_of_event_happens_and_shares_something)
{
    for (uint32_t k = 0; k < KINDS; k++) {
        bool happens = false;
        for (int v = 0; v < VARIANTS; v++)
            happens |= books[v].phases[k] != 0;
        ck_assert_msg(happens, "%s never happens in tests/ties/grid.lua", names[k]);
        ck_assert_msg(shares[k] != 0, "%s: say in `shares` what it is about", names[k]);
    }
}
END_TEST

START_TEST(who_shares_nothing_does_not_depend_on_the_order)
{
    uint32_t one = (uint32_t)_i;
    for (uint32_t other = one; other < KINDS; other++)
        ck_assert_msg((shares[one] & shares[other]) != 0 || !matters(one, other),
                      "%s and %s at one instant: what happens depends on which was scheduled "
                      "first, although they are not said to share anything",
                      names[one], names[other]);
}
END_TEST

START_TEST(who_never_meets_has_a_reason)
{
    GString *missing = g_string_new(NULL);
    for (uint32_t one = 0; one < KINDS; one++)
        for (uint32_t other = one; other < KINDS; other++) {
            bool meet = false;
            for (int v = 0; v < VARIANTS; v++)
                meet |= met(v, one, other, true) + met(v, one, other, false) > 0;
            if (!meet && why_apart(one, other) == NULL)
                g_string_append_printf(missing, "  %s x %s\n", names[one], names[other]);
        }
    ck_assert_msg(missing->len == 0,
                  "these never meet in tests/ties/grid.lua: make them, or say why not\n%s",
                  missing->str);
    g_string_free(missing, TRUE);
}
END_TEST

/* ---- the matrix ------------------------------------------------------------------------------ */

static char letter(uint32_t one, uint32_t other)
{
    bool same = false, apart_phases = false, first = false, last = false;
    for (int v = 0; v < VARIANTS; v++) {
        const TieMeeting *m = &books[v].met[one][other];
        same |= met(v, one, other, true) > 0;
        apart_phases |= met(v, one, other, false) > 0;
        first |= m->same_phase[0] + m->other_phase[0] > 0;
        last |= m->same_phase[1] + m->other_phase[1] > 0;
    }
    if (!same && !apart_phases)
        return (shares[one] & shares[other]) == 0 ? ' ' : '-';
    if (!same)
        return first && last ? 'P' : 'p';
    return matters(one, other) ? 'S' : 'o';
}

START_TEST(print_matrix)
{
    printf("P p  they meet in different phases: the phase decides; P: each was scheduled first at "
           "times\n"
           "S    they meet in one phase, and who was scheduled first makes a difference\n"
           "o    they meet in one phase, and it makes none\n"
           "-    they did not meet; blank: nor do they share anything\n\n%23s",
           "");
    for (uint32_t k = 0; k < KINDS; k++)
        printf(" %2u", k);
    for (uint32_t one = 0; one < KINDS; one++) {
        printf("\n%2u %-20s", one, names[one]);
        for (uint32_t other = 0; other <= one; other++)
            printf("  %c", letter(other, one));
        fflush(stdout);
    }
    printf("\n\nWhat kinds share, and what the first of them gains:\n");
    for (size_t t = 0; t < G_N_ELEMENTS(things); t++) {
        printf("\n%s:\n ", things[t].why);
        for (uint32_t k = 0; k < KINDS; k++)
            if ((shares[k] & things[t].thing) != 0)
                printf(" %s", names[k]);
        printf("\n");
    }
    printf("\nWhy they do not meet:\n\n");
    for (size_t i = 0; i < G_N_ELEMENTS(apart); i++)
        printf("%s, %s: %s\n", names[apart[i].one],
               apart[i].other == KINDS ? "any" : names[apart[i].other], apart[i].why);
}
END_TEST

int main(int argc, char **argv)
{
    bool   print = argc > 1 && strcmp(argv[1], "--print") == 0;
    Suite *suite = suite_create("matrix");
    TCase *tcase = tcase_create("pairs");
    tcase_set_timeout(tcase, 120);
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    if (print) {
        tcase_add_test(tcase, print_matrix);
    } else {
        tcase_add_test(tcase, every_kind_of_event_happens_and_shares_something);
        tcase_add_loop_test(tcase, who_shares_nothing_does_not_depend_on_the_order, 0, KINDS);
        tcase_add_test(tcase, who_never_meets_has_a_reason);
    }
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, print ? CK_SILENT : CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
