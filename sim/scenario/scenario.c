/*
 * scenario.c: one load from beginning to end.
 */
#define _POSIX_C_SOURCE 200809L

#include "sim/scenario/scenario.h"

#include <locale.h>
#include <string.h>

#include "sim/scenario/load.h"

static void source_free(gpointer source)
{
    scenario_source_free(source);
}

static void texts_free(gpointer texts)
{
    g_ptr_array_unref(texts);
}

static void load_init(ScenarioLoad *load, const char *path)
{
    load->stop_spot.token = load->error_spot.token = SCENARIO_NOWHERE;
    load->draft = plan_draft_new(load->catalog);
    load->sets_used = g_new0(bool, load->sets.count + 1);
    load->folder = g_path_get_dirname(path);
    load->sources = g_ptr_array_new_with_free_func(source_free);
    load->words = g_ptr_array_new();
    load->calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    load->duties = g_array_new(FALSE, FALSE, sizeof(ScenarioDuty));
    load->pairs = g_array_new(FALSE, FALSE, sizeof(ScenarioPair));
    load->workloads = g_ptr_array_new();
    load->choices = g_ptr_array_new_with_free_func(texts_free);
}

static void load_clear(ScenarioLoad *load)
{
    plan_draft_free(load->draft);
    g_free(load->sets_used);
    g_free(load->folder);
    g_ptr_array_unref(load->sources);
    g_ptr_array_unref(load->words);
    g_hash_table_unref(load->calls);
    g_array_unref(load->duties);
    g_array_unref(load->pairs);
    g_ptr_array_unref(load->workloads);
    g_ptr_array_unref(load->choices);
}

/* Runs protected: leaves the scenario's function on the stack, or its syntax error. */
static int prepare(lua_State *lua)
{
    ScenarioLoad *load = scenario_load_of(lua);
    int           status = LUA_OK;
    lua_createtable(lua, 0, 0);
    scenario_sandbox_open(load, lua);
    status = scenario_compile_text(load, lua, 0);
    if (status == LUA_OK) {
        lua_pushvalue(lua, 1);
        lua_setupvalue(lua, -2, 1);
    }
    lua_pushinteger(lua, status);
    return 2;
}

/* Runs the file; false if it did not come to its end. */
static bool run(ScenarioLoad *load)
{
    lua_State *lua = lua_newstate(scenario_allocate, load);
    g_assert_nonnull(lua);
    load->lua = lua;
    *(ScenarioLoad **)lua_getextraspace(lua) = load;
    lua_pushcfunction(lua, prepare);
    int status = lua_pcall(lua, 0, 2, 0);
    if (status == LUA_OK) {
        status = (int)lua_tointeger(lua, -1);
        lua_pop(lua, 1);
        if (status == LUA_OK)
            status = scenario_call(load, lua, 0, 0);
    }
    bool ended = status == LUA_OK && load->stop == SCENARIO_STOP_NONE;
    if (!ended)
        scenario_explain(load, lua, status);
    load->lua = NULL;
    lua_close(lua);
    return ended;
}

/* Everything between the file and the plan, in the C locale of this thread: Lua reads and writes
 * numbers and compares texts by it. */
static Plan *load_all(ScenarioLoad *load, const char *path)
{
    if (scenario_file_read(load, path, NULL) < 0)
        return NULL;
    const ScenarioSource *source = g_ptr_array_index(load->sources, 0);
    plan_draft_source(load->draft, path, scenario_source_text(source));
    bool ended = run(load);
    /* After a wrong word the rest was still read and is worth judging; after a stop it is not. */
    if (!ended && !load->fogged)
        return NULL;
    if (load->stop != SCENARIO_STOP_TOLD)
        scenario_complete(load);
    if (load->stop == SCENARIO_STOP_TOLD)
        return NULL;
    Plan *plan = plan_freeze(load->draft, load->problems);
    if (plan && plan_problems_errors(load->problems)) {
        plan_free(plan);
        plan = NULL;
    }
    return plan;
}

Plan *scenario_load(const char *path, const PlanCatalog *catalog, const ScenarioPresets *presets,
                    const ScenarioSets *sets, PlanProblems *problems)
{
    ScenarioLoad load = {0};
    load.catalog = catalog;
    load.presets = presets;
    load.problems = problems;
    if (sets)
        load.sets = *sets;
    load_init(&load, path);
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = uselocale(plain);
    Plan    *plan = load_all(&load, path);
    uselocale(before);
    freelocale(plain);
    load_clear(&load);
    return plan;
}
