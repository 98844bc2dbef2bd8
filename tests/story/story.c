/*
 * story.c: see story.h. For each service two doors are added: services without demand that it
 * follows, near or away. A WORLD_FOLLOW of a door begins a request at an exact instant.
 */
#include "tests/story/story.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "models/model.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"

struct Story {
    Plan     *plan;
    SimTrace *trace;
    World    *world;
    bool      ended;
};

static const char users[] = "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1 },\n"
                            "            network = \"0ms\", resolver = dns { ttl = \"0s\" } }\n";

static Plan *plan_of(const char *text)
{
    GError *error = NULL;
    char   *path = NULL;
    int     file = g_file_open_tmp("story-XXXXXX.lua", &path, &error);
    ck_assert_msg(file >= 0, "%s", error == NULL ? "" : error->message);
    close(file);
    ck_assert(g_file_set_contents(path, text, -1, NULL));
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = scenario_load(path, model_catalog(), NULL, NULL, problems);
    g_unlink(path);
    g_free(path);
    if (plan == NULL || !run_check(plan, problems)) {
        char *told = plan_problems_text(problems);
        ck_abort_msg("%s\n%s", told, text);
    }
    plan_problems_free(problems);
    return plan;
}

Outcome *story_replay(const char *path, const char *const *sets, uint64_t seed)
{
    ScenarioSets list = {.texts = sets};
    while (sets != NULL && sets[list.count] != NULL)
        list.count++;
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = scenario_load(path, model_catalog(), NULL, &list, problems);
    if (plan == NULL || !run_check(plan, problems)) {
        char *told = plan_problems_text(problems);
        ck_abort_msg("%s", told);
    }
    plan_problems_free(problems);
    RunSetup setup = {.plan = plan, .seed = seed};
    return run_play(&setup);
}

void story_replay_free(Outcome *outcome)
{
    Plan *plan = (Plan *)(uintptr_t)outcome->plan; /* which the outcome lends its names from */
    outcome_free(outcome);
    plan_free(plan);
}

static void add_doors(GString *text, const char *services)
{
    char **names = g_strsplit(services, " ", -1);
    for (char **name = names; *name != NULL; name++)
        g_string_append_printf(text,
                               "service \"to %s\" { followed_by = { \"%s\" } }\n"
                               "service \"away to %s\" { followed_by = { \"%s\", elsewhere = "
                               "\"100%%\" } }\n"
                               "workload { [\"to %s\"] = \"0/s\", users = \"u\" }\n",
                               *name, *name, *name, *name, *name);
    g_strfreev(names);
}

Story *story_new(const char *text, const char *services)
{
    bool     longer = g_str_has_prefix(text, "scenario \"");
    GString *whole = g_string_new(longer ? "" : "scenario \"story\" { duration = \"100s\" }\n");
    if (strstr(text, "users \"u\"") == NULL)
        g_string_append(whole, users);
    g_string_append(whole, text);
    add_doors(whole, services);
    Story *story = g_new0(Story, 1);
    story->plan = plan_of(whole->str);
    g_string_free(whole, TRUE);
    story->trace = sim_trace_new(0, SIM_TIME_NEVER, 10000);
    story->world = world_new(story->plan, 1, story->trace);
    world_start(story->world);
    return story;
}

void story_free(Story *story)
{
    if (story == NULL)
        return;
    world_free(story->world);
    sim_trace_free(story->trace);
    plan_free(story->plan);
    g_free(story);
}

World *story_world(Story *story)
{
    return story->world;
}

static void ask(Story *story, const char *door, const char *service, SimTime at, uint64_t user)
{
    char    *name = g_strconcat(door, service, NULL);
    uint32_t index = 0;
    while (index < story->world->service_count &&
           strcmp(story->world->services[index].name, name) != 0)
        index++;
    ck_assert_msg(index < story->world->service_count, "no door to %s", service);
    g_free(name);
    sim_engine_at(story->world->engine, at, SIM_PHASE_WORK, WORLD_FOLLOW, index, user);
}

void story_ask(Story *story, const char *service, SimTime at, uint64_t user)
{
    ask(story, "to ", service, at, user);
}

void story_ask_away(Story *story, const char *service, SimTime at, uint64_t user)
{
    ask(story, "away to ", service, at, user);
}

void story_play(Story *story, SimTime until)
{
    ck_assert_int_eq(sim_engine_run(story->world->engine, until), SIM_STOP_END);
}

const char *story_trace(Story *story)
{
    return sim_trace_text(story->trace);
}

void story_end(Story *story)
{
    if (story->ended)
        return;
    story->ended = true;
    story_play(story, story->world->end);
    stream_close(story->world);
    ledger_close(story->world->ledger, world_now(story->world));
}

void story_expect(Story *story, const char *lines)
{
    story_end(story);
    const char *got = story_trace(story);
    ck_assert_msg(strcmp(got, lines) == 0, "the story went\n%s\nand not\n%s", got, lines);
}

bool story_has(Story *story, const char *lines)
{
    const char *at = story_trace(story);
    char      **wanted = g_strsplit(lines, "\n", -1);
    bool        has = true;
    for (char **line = wanted; *line != NULL && has; line++) {
        at = strstr(at, *line);
        has = at != NULL;
        if (has)
            at += strlen(*line);
    }
    g_strfreev(wanted);
    return has;
}

LedgerCount story_count(Story *story, const char *data)
{
    LedgerCount sum;
    memset(&sum, 0, sizeof sum);
    ck_assert(story->ended);
    for (uint32_t c = 0; c < story->world->class_count; c++)
        for (uint32_t r = 0; r < story->world->region_count; r++) {
            const LedgerCount *one = ledger_count(story->world->ledger, c, r);
            if (strcmp(story->world->classes[c].name, data) != 0)
                continue;
            sum.issued += one->issued;
            sum.ok += one->ok;
            sum.refused += one->refused;
            sum.unknown += one->unknown;
            sum.open += one->open;
            for (int f = 0; f < LEDGER_FATES; f++)
                sum.fate[f] += one->fate[f];
            sum.surplus_owners += one->surplus_owners;
            sum.diverged += one->diverged;
            sum.duplicate_effects += one->duplicate_effects;
            sum.ghosts += one->ghosts;
            sum.phantom_reads += one->phantom_reads;
            sum.dark += one->dark;
        }
    return sum;
}

MetricsCell story_cell(Story *story)
{
    const World *world = story->world;
    MetricsCell  sum;
    memset(&sum, 0, sizeof sum);
    uint32_t series = world->service_count * world->region_count * world->cohort_count;
    for (uint32_t w = 0; w < metrics_windows_count(world->windows); w++)
        for (uint32_t s = 0; s < series; s++) {
            const MetricsCell *one = metrics_windows_cell(world->windows, w, s);
            sum.attempts += one->attempts;
            sum.issued += one->issued;
            for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
                sum.ok[q] += one->ok[q];
            for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
                sum.failed[f] += one->failed[f];
        }
    return sum;
}
