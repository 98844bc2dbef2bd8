/*
 * sandbox.c: Lua without anything that could differ between two runs or never end.
 *
 * Three limits: steps (a hook), memory at one time and memory in all (the allocator). Steps can be
 * made to last (a long text that is read as a number each time), so whoever has a clock is asked,
 * too; nothing else comes near that. Reaching a limit is sticky: pcall in a scenario may catch the
 * error, but the next step raises it again.
 */
#include "sim/base/text.h"
#include "sim/scenario/load.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

/* The build makes it from prelude.lua. */
#include "sim_scenario_prelude_lua.h"

#define HOOK_EVERY 1000
#define ASK_EVERY (16 * HOOK_EVERY)
/* Calls within each other: as many as Lua allows of those that go through C. */
#define DEPTH_MOST 200
/* Values in one `...`. */
#define VALUES_MOST 1000
/* What a look for a required file costs, in steps. */
#define REQUIRE_STEPS 2000
#define MISTAKE_STEPS 400
/* How many tokens of a line are looked at for one step. */
#define SEARCH_PER_STEP 4

static void hook(lua_State *lua, lua_Debug *activation);

/* ---- limits ------------------------------------------------------------------------------ */

static void stop(ScenarioLoad *load, lua_State *lua, ScenarioStop why)
{
    if (load->stop != SCENARIO_STOP_NONE)
        return;
    load->stop = why;
    load->stop_spot = scenario_spot(load, lua);
    lua_sethook(load->lua, hook, LUA_MASKCOUNT, 1);
}

void scenario_halt(ScenarioLoad *load, lua_State *lua)
{
    if (lua)
        stop(load, lua, SCENARIO_STOP_TOLD);
    else
        load->stop = SCENARIO_STOP_TOLD;
}

static void hook(lua_State *lua, lua_Debug *activation)
{
    ScenarioLoad *load = scenario_load_of(lua);
    load->steps += HOOK_EVERY;
    if (load->steps > SCENARIO_STEPS)
        stop(load, lua, SCENARIO_STOP_STEPS);
    if (load->sets.enough != NULL && load->steps % ASK_EVERY < HOOK_EVERY &&
        load->sets.enough(load->sets.user))
        stop(load, lua, SCENARIO_STOP_ENOUGH);
    if (load->stop != SCENARIO_STOP_NONE) {
        lua_pushnil(lua);
        lua_error(lua);
    }
    /* A function may hand on more than it got, for ever; each call would copy them all. */
    if (lua_getlocal(lua, activation, -VALUES_MOST)) {
        plan_problems_error(load->problems, scenario_span(scenario_spot(load, lua)), NULL,
                            "a function is called with more than %d values", VALUES_MOST);
        scenario_halt(load, lua);
        lua_pushnil(lua);
        lua_error(lua);
    }
    /* Each error that is caught walks the whole stack: a deep one would make it slow. */
    lua_Debug deep;
    if (lua_getstack(lua, DEPTH_MOST, &deep))
        luaL_error(lua, "stack overflow");
}

/* Lua collects garbage after a refusal and asks once more; a second refusal is final, and sticky,
 * because a scenario that catches it would collect again and again. */
static bool refused(ScenarioLoad *load, ScenarioStop why, size_t size)
{
    if (!load->lua)
        return true;
    load->refused = why;
    if (why == SCENARIO_STOP_TURNOVER || load->refused_size == size)
        stop(load, load->lua, why);
    load->refused_size = size;
    return true;
}

static bool over_limit(ScenarioLoad *load, const void *block, size_t old_size, size_t new_size)
{
    size_t held = block ? old_size : 0;
    if (new_size <= held)
        return false;
    /* For a new object Lua passes its type instead of an old size. */
    if (!block && old_size == LUA_TSTRING && new_size > SCENARIO_TEXT + 64)
        return refused(load, SCENARIO_STOP_TEXT, new_size);
    if (new_size > SCENARIO_MEMORY || load->memory - held > SCENARIO_MEMORY - new_size)
        return refused(load, SCENARIO_STOP_MEMORY, new_size);
    if (load->turnover > SCENARIO_TURNOVER)
        return refused(load, SCENARIO_STOP_TURNOVER, new_size);
    load->turnover += new_size;
    load->refused_size = 0;
    return false;
}

void *scenario_allocate(void *self, void *block, size_t old_size, size_t new_size)
{
    ScenarioLoad *load = self;
    size_t        held = block ? old_size : 0;
    if (new_size == 0) {
        load->memory -= held;
        free(block);
        return NULL;
    }
    if (over_limit(load, block, old_size, new_size))
        return NULL;
    void *moved = realloc(block, new_size);
    if (!moved)
        return NULL;
    load->memory = load->memory - held + new_size;
    return moved;
}

void scenario_pay(ScenarioLoad *load, lua_State *lua, int64_t steps)
{
    load->steps += steps;
    /* Beyond these no mistake is kept, and nobody reads them. */
    if (plan_problems_errors(load->problems) >= PLAN_PROBLEMS_KEPT)
        scenario_halt(load, lua);
    if (load->steps > SCENARIO_STEPS) {
        stop(load, lua, SCENARIO_STOP_STEPS);
        lua_pushnil(lua);
        lua_error(lua);
    }
}

static int charge(lua_State *lua)
{
    lua_Number cost = lua_tonumber(lua, 1);
    if (cost > 0)
        scenario_pay(scenario_load_of(lua), lua,
                     cost < (lua_Number)SCENARIO_STEPS ? (int64_t)cost : SCENARIO_STEPS + 1);
    return 0;
}

/* A pattern with k repetitions may try length^(k+1) ways; that is paid before it runs, or refused.
 * Returns nothing, or the reason. */
static int pattern_cost(lua_State *lua)
{
    size_t      size, pattern_size;
    const char *text = lua_tolstring(lua, 1, &size);
    const char *pattern = lua_tolstring(lua, 2, &pattern_size);
    (void)text;
    lua_Number cost = (lua_Number)(size + 1);
    for (size_t i = 0; i < pattern_size && cost < 1e9; i++) {
        if (pattern[i] == '%' && i + 1 < pattern_size) {
            i++;
            if (pattern[i] == 'b' || pattern[i] == 'f' || g_ascii_isdigit(pattern[i]))
                cost *= (lua_Number)(size + 1);
        } else if (strchr("*+-?", pattern[i]) && pattern[i]) {
            cost *= pattern[i] == '?' ? 2 : (lua_Number)(size + 1);
        }
    }
    cost *= 1 + (lua_Number)(pattern_size) / 16;
    if (cost > 2e6) {
        lua_pushliteral(lua, "this pattern could take too long on a text of this length: use fewer "
                             "of * + - or a plain find(text, what, 1, true)");
        return 1;
    }
    lua_pushnumber(lua, cost / 2);
    lua_replace(lua, 1);
    charge(lua);
    return 0;
}

/* ---- places ------------------------------------------------------------------------------ */

/* Chunks of the scenario are called "=f0", "=f1", ...: the number is the index of the source. */
static const ScenarioSource *source_named(const ScenarioLoad *load, const char *name)
{
    if (name[0] != 'f' || !g_ascii_isdigit(name[1]))
        return NULL;
    guint64 index = g_ascii_strtoull(name + 1, NULL, 10);
    return index < load->sources->len ? g_ptr_array_index(load->sources, index) : NULL;
}

ScenarioSpot scenario_spot(const ScenarioLoad *load, lua_State *lua)
{
    ScenarioSpot spot = {NULL, 0, SCENARIO_NOWHERE};
    lua_Debug    activation;
    for (int level = 0; level < 2 * DEPTH_MOST && lua_getstack(lua, level, &activation); level++) {
        lua_getinfo(lua, "Sl", &activation);
        const ScenarioSource *source = source_named(load, activation.short_src);
        if (source && activation.currentline > 0) {
            spot.source = source;
            spot.line = (uint32_t)activation.currentline;
            break;
        }
    }
    /* Whatever calls it, a text that is being compiled is where it happens. */
    return load->compiling.source ? load->compiling : spot;
}

PlanSpan scenario_span(ScenarioSpot spot)
{
    PlanSpan nowhere = {{"", 0, 0}, 0};
    if (!spot.source)
        return nowhere;
    uint32_t token = spot.token;
    if (token == SCENARIO_NOWHERE && spot.line)
        token = scenario_source_line(spot.source, spot.line);
    PlanSpan span = scenario_source_span(spot.source, token);
    if (!span.place.line)
        span.place.line = spot.line;
    return span;
}

void scenario_pay_search(ScenarioLoad *load, lua_State *lua, ScenarioSpot spot)
{
    if (spot.source)
        scenario_pay(load, lua, scenario_source_width(spot.source, spot.line) / SEARCH_PER_STEP);
}

/* ---- errors ------------------------------------------------------------------------------ */

static int note_error(lua_State *lua)
{
    ScenarioLoad *load = scenario_load_of(lua);
    load->error_spot = scenario_spot(load, lua);
    return 1;
}

int scenario_call(ScenarioLoad *load, lua_State *lua, int arguments, int results)
{
    ScenarioSpot nowhere = {NULL, 0, SCENARIO_NOWHERE};
    load->error_spot = nowhere;
    int base = lua_gettop(lua) - arguments;
    lua_pushcfunction(lua, note_error);
    lua_insert(lua, base);
    int status = lua_pcall(lua, arguments, results, base);
    lua_remove(lua, base);
    return status;
}

/* Hands Lua the text token by token: so it is known how far it got when it gives up without a line,
 * as it does for lack of stack or memory. */
static const char *next_piece(lua_State *lua, void *self, size_t *out_size)
{
    (void)lua;
    ScenarioSpot *at = self;
    at->token++; /* from SCENARIO_NOWHERE to 0 */
    const char *piece = scenario_source_piece(at->source, at->token, out_size);
    if (!piece)
        at->token = scenario_source_last(at->source);
    return piece;
}

int scenario_compile_text(ScenarioLoad *load, lua_State *lua, uint32_t index)
{
    ScenarioSpot nowhere = {NULL, 0, SCENARIO_NOWHERE};
    char         name[32];
    load->compiling = nowhere;
    load->compiling.source = g_ptr_array_index(load->sources, index);
    g_snprintf(name, sizeof name, "=f%u", index);
    int status = lua_load(lua, next_piece, &load->compiling, name, "t");
    if (status != LUA_OK) {
        load->compiling.line = scenario_span(load->compiling).place.line;
        load->gave_up = load->compiling;
        if (lua_type(lua, -1) == LUA_TSTRING && !strchr(lua_tostring(lua, -1), ':')) {
            lua_pushfstring(lua, "%s:%d: %s", name + 1, (int)load->compiling.line,
                            lua_tostring(lua, -1));
            lua_remove(lua, -2);
        }
    }
    load->compiling = nowhere;
    return status;
}

/* Splits "f0:12: message"; returns the message. */
static const char *split_place(const ScenarioLoad *load, const char *message, ScenarioSpot *spot)
{
    const char *colon = strchr(message, ':');
    if (!colon || !g_ascii_isdigit(colon[1]))
        return message;
    char   *end;
    guint64 line = g_ascii_strtoull(colon + 1, &end, 10);
    if (end[0] != ':' || end[1] != ' ')
        return message;
    const ScenarioSource *source = source_named(load, message);
    if (!source && !g_str_has_prefix(message, "prelude:"))
        return message;
    if (source && line) {
        spot->source = source;
        spot->line = (uint32_t)line;
        spot->token = SCENARIO_NOWHERE;
    }
    return end + 2;
}

/* Lua quotes the token or the name that is wrong: the last quoted word of the message that stands
 * on the line. */
static void find_token(ScenarioSpot *spot, const char *message)
{
    if (!spot->source || !spot->line)
        return;
    if (strstr(message, "near <eof>")) {
        spot->token = scenario_source_last(spot->source);
        return;
    }
    /* What the library refuses begins with the name: "string.rep: ...". */
    const char *dot = strchr(message, '.');
    const char *colon = strchr(message, ':');
    if (dot && colon && dot < colon && dot + strcspn(dot, " '\"") > colon) {
        g_autofree char *name = g_strndup(dot + 1, (size_t)(colon - dot) - 1);
        spot->token = scenario_source_token(spot->source, spot->line, name);
    }
    g_auto(GStrv) pieces = g_strsplit(message, "'", -1);
    guint count = g_strv_length(pieces);
    for (guint i = 1; i + 1 < count; i += 2) {
        uint32_t token = scenario_source_token(spot->source, spot->line, pieces[i]);
        if (token != SCENARIO_NOWHERE)
            spot->token = token;
    }
}

/* Whether the token stands behind a number, or is one that Lua could not read: 8 min, 8min. */
static bool behind_number(const ScenarioSpot *spot)
{
    return spot->source && spot->token != SCENARIO_NOWHERE &&
           (scenario_source_is_number(spot->source, spot->token) ||
            (spot->token > 0 && scenario_source_is_number(spot->source, spot->token - 1)));
}

static void explain_stop(ScenarioLoad *load, ScenarioStop why)
{
    ScenarioSpot spot = load->stop_spot;
    if (!spot.source)
        spot = load->error_spot.source ? load->error_spot : load->gave_up;
    if (!spot.source && load->sources->len) {
        spot.source = g_ptr_array_index(load->sources, 0);
        spot.line = 1;
    }
    PlanSpan span = scenario_span(spot);
    switch (why) {
    case SCENARIO_STOP_NONE:
    case SCENARIO_STOP_TOLD:
        break;
    case SCENARIO_STOP_STEPS:
        plan_problems_error(load->problems, span, "is there a loop without an end?",
                            "the scenario did not end within 20 million steps");
        break;
    case SCENARIO_STOP_ENOUGH:
        plan_problems_error(load->problems, span, "is there a loop without an end?",
                            "the scenario takes too long: its steps are made to last");
        break;
    case SCENARIO_STOP_TURNOVER:
        plan_problems_error(load->problems, span, "is there a loop without an end?",
                            "the scenario made more than 1 GiB of values");
        break;
    case SCENARIO_STOP_MEMORY:
        plan_problems_error(load->problems, span, "is there a table or a loop without an end?",
                            "the scenario needs more than 64 MiB of memory");
        break;
    case SCENARIO_STOP_TEXT:
        plan_problems_error(load->problems, span, NULL, "a text of more than 16 KiB");
        break;
    }
}

void scenario_explain(ScenarioLoad *load, lua_State *lua, int status)
{
    plan_draft_incomplete(load->draft);
    /* An error after an unknown word was passed over is most likely its echo. */
    if (load->fogged && plan_problems_errors(load->problems) > 0)
        return;
    if (load->stop != SCENARIO_STOP_NONE || status == LUA_ERRMEM) {
        ScenarioStop why = load->stop != SCENARIO_STOP_NONE ? load->stop : load->refused;
        explain_stop(load, why == SCENARIO_STOP_NONE ? SCENARIO_STOP_MEMORY : why);
        return;
    }
    ScenarioSpot spot = load->error_spot;
    if (lua_type(lua, -1) != LUA_TSTRING) {
        plan_problems_error(load->problems, scenario_span(spot), NULL,
                            "the scenario raised an error that is not a text but a %s",
                            luaL_typename(lua, -1));
        return;
    }
    const char *message = split_place(load, lua_tostring(lua, -1), &spot);
    if (!spot.source && load->sources->len)
        spot.source = g_ptr_array_index(load->sources, 0);
    find_token(&spot, message);
    if (spot.token == SCENARIO_NOWHERE && spot.source == load->gave_up.source &&
        spot.line == load->gave_up.line)
        spot.token = load->gave_up.token;
    g_autofree char *start = g_strndup(message, 400);
    g_autofree char *shown = sim_text_shown(start, false);
    const char      *hint = NULL;
    if (strcmp(shown, "stack overflow") == 0)
        hint = "does a function call itself without an end?";
    else if (strcmp(shown, "C stack overflow") == 0)
        hint = "brackets or functions inside each other, about 200 deep";
    else if (status == LUA_ERRSYNTAX && behind_number(&spot))
        hint = "a quantity stands in quotes: \"8min\"";
    plan_problems_error(load->problems, scenario_span(spot), hint, "%s%s",
                        status == LUA_ERRSYNTAX ? "not valid Lua: " : "", shown);
}

/* ---- what is not there ------------------------------------------------------------------- */

typedef struct Absent {
    const char *name;
    const char *why;
} Absent;

static const char reproducible[] = "runs must be reproducible";
static const char describes[] = "a scenario only describes";

static const Absent absent[] = {
    {"os", reproducible},
    {"io", reproducible},
    {"debug", reproducible},
    {"print", "nothing may be printed while a scenario is read"},
    {"warn", "nothing may be printed while a scenario is read"},
    {"load", "only the text of the scenario runs; share code with require \"name\""},
    {"loadstring", "only the text of the scenario runs; share code with require \"name\""},
    {"loadfile", "share code with require \"name\""},
    {"dofile", "share code with require \"name\""},
    {"package", "share code with require \"name\""},
    {"collectgarbage", reproducible},
    {"setmetatable", describes},
    {"getmetatable", describes},
    {"rawset", describes},
    {"rawget", describes},
    {"rawequal", describes},
    {"rawlen", describes},
    {"next", "its order changes from run to run; use pairs, which is sorted here"},
    {"coroutine", describes},
    {"utf8", describes},
    {"xpcall", "use pcall"},
    {"_G", describes},
    {"string.dump", "only the text of the scenario runs"},
    {"string.pack", describes},
    {"string.unpack", describes},
    {"string.packsize", describes},
    {"math.random", "runs must be reproducible; randomness belongs to distributions"},
    {"math.randomseed", "runs must be reproducible; randomness belongs to distributions"},
    {"math.exp", "its last digit depends on the machine"},
    {"math.log", "its last digit depends on the machine"},
    {"math.sin", "its last digit depends on the machine"},
    {"math.cos", "its last digit depends on the machine"},
    {"math.tan", "its last digit depends on the machine"},
    {"math.asin", "its last digit depends on the machine"},
    {"math.acos", "its last digit depends on the machine"},
    {"math.atan", "its last digit depends on the machine"},
    {"math.pow", "write x ^ y"},
    {"table.move", "copy with a loop"},
    {"table.getn", "write #list"},
};

static const char *why_absent(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(absent); i++)
        if (strcmp(absent[i].name, name) == 0)
            return absent[i].why;
    return NULL;
}

static const char *const library_words[] = {
    "assert", "error",  "ipairs", "pairs", "pcall",    "select",  "tonumber",
    "type",   "string", "table",  "math",  "tostring", "require",
};

static void report_absent(ScenarioLoad *load, ScenarioSpot spot, const char *library,
                          const char *name)
{
    g_autofree char *full =
        *library ? g_strdup_printf("%s.%.60s", library, name) : g_strdup_printf("%.60s", name);
    const char *why = why_absent(full);
    if (spot.source && spot.line)
        spot.token = scenario_source_token(spot.source, spot.line, name);
    if (why) {
        plan_problems_error(load->problems, scenario_span(spot), NULL, "'%s' is not available: %s",
                            full, why);
    } else if (*library) {
        plan_problems_error(load->problems, scenario_span(spot), NULL, "'%s' does not exist", full);
    } else {
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        for (guint i = 0; i < load->words->len; i++)
            g_ptr_array_add(names, g_ptr_array_index(load->words, i));
        for (size_t i = 0; i < G_N_ELEMENTS(library_words); i++)
            g_ptr_array_add(names, (gpointer)(uintptr_t)library_words[i]);
        g_autofree char *hint = plan_preset_hint(load->catalog, NULL, name);
        bool             near = hint != NULL;
        if (!near) {
            hint = plan_problems_suggest(name, (const char *const *)names->pdata, names->len);
            near = hint && g_str_has_prefix(hint, "did you mean");
        }
        plan_problems_error(load->problems, scenario_span(spot),
                            near ? hint : "no word and no local of this name", "unknown word '%s'",
                            full);
    }
}

/* __index of the environment and of the libraries; upvalue 1 is the library's name. */
static int find_absent(lua_State *lua)
{
    ScenarioLoad *load = scenario_load_of(lua);
    scenario_pay(load, lua, MISTAKE_STEPS);
    if (lua_type(lua, 2) != LUA_TSTRING)
        return 0;
    ScenarioSpot spot = scenario_spot(load, lua);
    scenario_pay_search(load, lua, spot);
    report_absent(load, spot, lua_tostring(lua, lua_upvalueindex(1)), lua_tostring(lua, 2));
    load->fogged = true;
    plan_draft_incomplete(load->draft);
    scenario_push_fog(lua);
    return 1;
}

/* __newindex of the environment: reported, then allowed, so that reading goes on. */
static int assign_global(lua_State *lua)
{
    ScenarioLoad *load = scenario_load_of(lua);
    scenario_pay(load, lua, MISTAKE_STEPS);
    ScenarioSpot spot = scenario_spot(load, lua);
    scenario_pay_search(load, lua, spot);
    if (lua_type(lua, 2) == LUA_TSTRING) {
        const char *name = lua_tostring(lua, 2);
        if (spot.source && spot.line)
            spot.token = scenario_source_token(spot.source, spot.line, name);
        bool             function = lua_type(lua, 3) == LUA_TFUNCTION;
        g_autofree char *hint = function
                                    ? g_strdup_printf("write 'local function %.60s(...)'", name)
                                    : g_strdup_printf("write 'local %.60s = ...'", name);
        plan_problems_error(load->problems, scenario_span(spot), hint,
                            "'%.60s' is assigned but was never declared", name);
    }
    lua_rawset(lua, 1);
    return 0;
}

/* Gives the table at `index` the two handlers. Names that cannot be read cannot be replaced. */
static void guard(lua_State *lua, int index, const char *library, bool assign)
{
    index = lua_absindex(lua, index);
    lua_createtable(lua, 0, 3);
    lua_pushstring(lua, library);
    lua_pushcclosure(lua, find_absent, 1);
    lua_setfield(lua, -2, "__index");
    if (assign) {
        lua_pushcfunction(lua, assign_global);
        lua_setfield(lua, -2, "__newindex");
    }
    lua_setmetatable(lua, index);
}

/* ---- require ----------------------------------------------------------------------------- */

static bool name_allowed(const char *name)
{
    if (!*name || *name == '/' || *name == '.' || strlen(name) > 200 || strstr(name, "..") ||
        strstr(name, "//"))
        return false;
    for (const char *at = name; *at; at++)
        if (!g_ascii_isalnum(*at) && !strchr("_-./", *at))
            return false;
    return true;
}

/* The path of a required file, relative to the scenario: "lib.cities" and "lib/cities" alike. */
static char *required_path(const ScenarioLoad *load, const char *name)
{
    g_autofree char *relative = g_strdup(name);
    if (g_str_has_suffix(relative, ".lua"))
        relative[strlen(relative) - 4] = '\0';
    g_strdelimit(relative, ".", '/');
    if (strcmp(load->folder, ".") == 0)
        return g_strdup_printf("%s.lua", relative);
    return g_strdup_printf("%s%s%s.lua", load->folder,
                           g_str_has_suffix(load->folder, "/") ? "" : "/", relative);
}

/* Reads the file and pushes its path. Returns its index, or -1 with a problem added. Nothing owned
 * is held while Lua may raise. */
static int require_file(ScenarioLoad *load, lua_State *lua, PlanSpan span)
{
    scenario_pay(load, lua, REQUIRE_STEPS);
    const char *name = lua_tostring(lua, 1);
    if (!name || lua_type(lua, 1) != LUA_TSTRING || !name_allowed(name)) {
        plan_problems_error(load->problems, span, "write e.g. require \"cities\" for cities.lua",
                            "require wants the name of a file beside the scenario or below it");
        return -1;
    }
    char       *path = required_path(load, name);
    const char *kept = plan_draft_keep(load->draft, path);
    g_free(path);
    for (guint i = 0; i < load->sources->len; i++)
        if (strcmp(scenario_source_file(g_ptr_array_index(load->sources, i)), kept) == 0)
            return (int)i;
    return scenario_file_read(load, kept, &span);
}

static PlanSpan require_span(ScenarioLoad *load, lua_State *lua)
{
    ScenarioSpot spot = scenario_spot(load, lua);
    scenario_pay_search(load, lua, spot);
    if (spot.source) {
        uint32_t call =
            scenario_source_call(spot.source, spot.line, "require",
                                 lua_type(lua, 1) == LUA_TSTRING ? lua_tostring(lua, 1) : NULL, 0);
        uint32_t text = scenario_source_text_of(spot.source, call);
        spot.token = text != SCENARIO_NOWHERE ? text : call;
    }
    return scenario_span(spot);
}

/* upvalue 1: table of results by source index; true while a file is being read.
 * upvalue 2: the environment. */
static int require(lua_State *lua)
{
    ScenarioLoad *load = scenario_load_of(lua);
    lua_settop(lua, 1);
    int index = require_file(load, lua, require_span(load, lua));
    if (index < 0) {
        load->fogged = true;
        plan_draft_incomplete(load->draft);
        scenario_push_fog(lua);
        return 1;
    }
    int known = lua_rawgeti(lua, lua_upvalueindex(1), index);
    if (index == 0 || (known == LUA_TBOOLEAN && lua_toboolean(lua, -1))) {
        plan_problems_error(load->problems, require_span(load, lua), NULL,
                            "'%s' requires itself, directly or through others",
                            scenario_source_file(g_ptr_array_index(load->sources, (guint)index)));
        load->fogged = true;
        plan_draft_incomplete(load->draft);
        scenario_push_fog(lua);
        return 1;
    }
    if (known == LUA_TTABLE) {
        lua_rawgeti(lua, -1, 1);
        return 1;
    }
    lua_pushboolean(lua, true);
    lua_rawseti(lua, lua_upvalueindex(1), index);
    if (scenario_compile_text(load, lua, (uint32_t)index) != LUA_OK)
        return lua_error(lua);
    lua_pushvalue(lua, lua_upvalueindex(2));
    lua_setupvalue(lua, -2, 1);
    lua_call(lua, 0, 1);
    lua_createtable(lua, 1, 0);
    lua_pushvalue(lua, -2);
    lua_rawseti(lua, -2, 1);
    lua_rawseti(lua, lua_upvalueindex(1), index);
    return 1;
}

/* ---- opening ----------------------------------------------------------------------------- */

/* Copies fields of the table on top into the table below. */
static void copy_field(lua_State *lua, int from, const char *name, int to, const char *as)
{
    from = lua_absindex(lua, from);
    to = lua_absindex(lua, to);
    lua_getfield(lua, from, name);
    lua_setfield(lua, to, as);
}

static void push_raw(lua_State *lua)
{
    static const char *const base[] = {"assert", "error", "ipairs",   "next",    "pcall",
                                       "select", "type",  "tonumber", "tostring"};
    lua_createtable(lua, 0, 24);
    luaL_requiref(lua, LUA_GNAME, luaopen_base, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(base); i++)
        copy_field(lua, -1, base[i], -2, base[i]);
    lua_pop(lua, 1);
    luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 0);
    copy_field(lua, -1, "concat", -2, "concat");
    copy_field(lua, -1, "unpack", -2, "unpack");
    copy_field(lua, -1, "pack", -2, "pack");
    lua_pop(lua, 1);
    luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 0);
    copy_field(lua, -1, "floor", -2, "floor");
    lua_setfield(lua, -2, "math");
    luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 0);
    lua_setfield(lua, -2, "string");
    lua_pushcfunction(lua, charge);
    lua_setfield(lua, -2, "charge");
    lua_pushcfunction(lua, pattern_cost);
    lua_setfield(lua, -2, "pattern_cost");
}

void scenario_sandbox_open(ScenarioLoad *load, lua_State *lua)
{
    int env = lua_gettop(lua);
    if (luaL_loadbufferx(lua, sim_scenario_prelude_lua, strlen(sim_scenario_prelude_lua),
                         "=prelude", "t") != LUA_OK)
        lua_error(lua);
    push_raw(lua);
    lua_call(lua, 1, 1);
    /* Texts have methods: ("x"):rep(3) must be the safe one. */
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    copy_field(lua, -3, "string", -1, "__index");
    lua_pop(lua, 2);
    static const char *const libraries[] = {"string", "table", "math"};
    for (size_t i = 0; i < G_N_ELEMENTS(libraries); i++) {
        lua_getfield(lua, -1, libraries[i]);
        guard(lua, -1, libraries[i], false);
        lua_pop(lua, 1);
    }
    /* The words are read through __index of the environment, which itself stays empty: so every
     * assignment to a global, known or not, is noticed. */
    lua_createtable(lua, 0, 128);
    lua_createtable(lua, 0, 0); /* what files returned */
    lua_pushvalue(lua, env);
    lua_pushcclosure(lua, require, 2);
    lua_setfield(lua, -2, "require");
    scenario_words_open(load, lua);
    guard(lua, -1, "", false);
    lua_createtable(lua, 0, 2);
    lua_pushvalue(lua, -2);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, assign_global);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, env);
    lua_settop(lua, env);
    lua_sethook(lua, hook, LUA_MASKCOUNT, HOOK_EVERY);
}
