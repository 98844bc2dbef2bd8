/*
 * words.c: the words of the language.
 *
 * A word called with a text returns a node; a node called with a table is complete:
 *
 *   region "x" { ... }   =   region("x")({ ... })      queue "kafka" {}   lease "30s"   cut { ... }
 *
 * Components enter the draft at once, parts when the value they stand in is read. Mistakes are
 * noted, not raised, so that the rest of the file is read too.
 */
#include <string.h>

#include "sim/base/text.h"
#include "sim/scenario/load.h"

/* A word costs memory outside of Lua; the price bounds it at some hundred thousand words. */
#define WORD_STEPS 200
#define OPTIONS_MOST 1000
#define CHOICES_MOST 200

static const char node_key = 0; /* its address is the key of the metatable in Lua's registry */

/* ---- nodes ------------------------------------------------------------------------------- */

ScenarioNode *scenario_node(lua_State *lua, int index)
{
    if (lua_type(lua, index) != LUA_TUSERDATA || !lua_getmetatable(lua, index))
        return NULL;
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &node_key);
    bool same = lua_rawequal(lua, -1, -2);
    lua_pop(lua, 2);
    return same ? lua_touserdata(lua, index) : NULL;
}

static ScenarioNode *push_node(lua_State *lua, ScenarioNodeType type, const char *word)
{
    ScenarioNode *node = lua_newuserdatauv(lua, sizeof *node, 2);
    memset(node, 0, sizeof *node);
    node->type = type;
    node->word = word;
    node->spot.token = SCENARIO_NOWHERE;
    node->duty = SCENARIO_NOWHERE;
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &node_key);
    lua_setmetatable(lua, -2);
    return node;
}

void scenario_push_fog(lua_State *lua)
{
    push_node(lua, SCENARIO_NODE_FOG, "unknown");
}

/* ---- duties ------------------------------------------------------------------------------ */

static void add_duty(ScenarioLoad *load, ScenarioNode *node, const char *hint, const char *message)
{
    ScenarioDuty duty = {scenario_span(node->spot), plan_draft_keep(load->draft, message),
                         plan_draft_keep(load->draft, hint), false};
    node->duty = load->duties->len;
    g_array_append_val(load->duties, duty);
}

void scenario_duty_done(ScenarioLoad *load, const ScenarioNode *node)
{
    if (node->duty != SCENARIO_NOWHERE)
        g_array_index(load->duties, ScenarioDuty, node->duty).done = true;
}

/* An option that was not chosen needs not be used. May raise. */
static void excuse(ScenarioLoad *load, lua_State *lua, int index, int depth)
{
    const ScenarioNode *node = scenario_node(lua, index);
    if (node)
        scenario_duty_done(load, node);
    if (lua_type(lua, index) != LUA_TTABLE || depth > SCENARIO_DEPTH || !lua_checkstack(lua, 8))
        return;
    for (lua_pushnil(lua); lua_next(lua, index); lua_pop(lua, 1)) {
        scenario_pay(load, lua, 1);
        excuse(load, lua, lua_gettop(lua), depth + 1);
    }
}

/* ---- places ------------------------------------------------------------------------------ */

/* Where a word was called; counts the calls so that two on one line are told apart. */
static ScenarioSpot call_spot(ScenarioLoad *load, lua_State *lua, const char *word,
                              const char *text)
{
    ScenarioSpot spot = scenario_spot(load, lua);
    if (!spot.source)
        return spot;
    scenario_pay_search(load, lua, spot);
    char *key = g_strdup_printf("%s:%u:%s:%s", scenario_source_file(spot.source), spot.line, word,
                                text ? text : "");
    uint32_t nth = GPOINTER_TO_UINT(g_hash_table_lookup(load->calls, key));
    g_hash_table_replace(load->calls, key, GUINT_TO_POINTER(nth + 1));
    spot.token = scenario_source_call(spot.source, spot.line, word, text, nth);
    return spot;
}

static PlanSpan text_span(const ScenarioNode *node)
{
    ScenarioSpot spot = node->spot;
    if (spot.source) {
        uint32_t token = scenario_source_text_of(spot.source, spot.token);
        spot.token = token != SCENARIO_NOWHERE ? token : spot.token;
    }
    return scenario_span(spot);
}

/* The place of an entry of a node's table. */
static ScenarioSpot entry_spot(const ScenarioNode *node, const char *key, uint32_t position)
{
    ScenarioSpot spot = node->spot;
    if (spot.source) {
        uint32_t name;
        uint32_t brace = scenario_source_brace(spot.source, spot.token);
        uint32_t token = scenario_source_entry(spot.source, brace, key, position, &name);
        spot.token = token != SCENARIO_NOWHERE ? token : spot.token;
    }
    return spot;
}

/* ---- links ------------------------------------------------------------------------------- */

/* A set's places, or NULL with a problem added. */
static bool preset_known(ScenarioLoad *load, const ScenarioNode *node, const char *set)
{
    const ScenarioPresets *presets = load->presets;
    const char *const     *sets = presets ? presets->sets(presets->self) : NULL;
    size_t                 count = 0;
    for (; sets && sets[count]; count++)
        if (strcmp(sets[count], set) == 0)
            return true;
    g_autofree char *hint = plan_problems_suggest(set, sets, count);
    plan_problems_error(load->problems, text_span(node),
                        hint ? hint : "no measured tables are installed",
                        "preset: unknown set '%.60s'", set);
    return false;
}

static bool place_known(ScenarioLoad *load, const char *set, const char *place, PlanSpan span)
{
    const char *const *names = load->presets->names(load->presets->self, set);
    size_t             count = 0;
    for (; names && names[count]; count++)
        if (strcmp(names[count], place) == 0)
            return true;
    g_autofree char *hint = plan_problems_suggest(place, names, count);
    plan_problems_error(load->problems, span, hint, "preset \"%s\": '%.60s' was not measured", set,
                        place);
    return false;
}

static void add_pair(ScenarioLoad *load, ScenarioPair pair)
{
    if (!load->presets->rtt(load->presets->self, pair.set, pair.ends[0], pair.ends[1], &pair.rtt_ns,
                            &pair.jitter_ns)) {
        plan_problems_error(load->problems, pair.spans[1], "write a link { ... } for this pair",
                            "preset \"%s\": no round trip between '%s' and '%s'", pair.set,
                            pair.ends[0], pair.ends[1]);
        return;
    }
    g_array_append_val(load->pairs, pair);
}

/* The names in the table on top, with their places; every two of them become a link. */
static void add_pairs(ScenarioLoad *load, lua_State *lua, const ScenarioNode *node, const char *set)
{
    lua_Unsigned count = lua_rawlen(lua, -1);
    const char  *names[64];
    PlanSpan     spans[64];
    bool         good = true;
    if (count < 2 || count > 64) {
        plan_problems_error(load->problems, scenario_span(node->spot), NULL,
                            "preset \"%s\": wants 2 to 64 names of regions", set);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(lua, -1, (lua_Integer)i + 1);
        spans[i] = scenario_span(entry_spot(node, NULL, i + 1));
        const ScenarioNode *other = scenario_node(lua, -1);
        const char         *name = other && other->item ? other->item->name : NULL;
        if (lua_type(lua, -1) == LUA_TSTRING)
            name = lua_tostring(lua, -1);
        names[i] = name ? plan_draft_keep(load->draft, name) : "";
        good = place_known(load, set, names[i], spans[i]) && good;
        lua_pop(lua, 1);
    }
    for (uint32_t i = 0; good && i < count; i++)
        for (uint32_t k = i + 1; k < count; k++) {
            ScenarioPair pair = {{names[i], names[k]},
                                 plan_draft_keep(load->draft, set),
                                 {spans[i], spans[k]},
                                 scenario_span(node->spot),
                                 0,
                                 0,
                                 false};
            add_pair(load, pair);
        }
}

/* links(preset "china" { "hangzhou", ... }) */
static void links(ScenarioLoad *load, lua_State *lua, ScenarioSpot spot)
{
    const ScenarioNode *node = scenario_node(lua, 1);
    if (node && node->type == SCENARIO_NODE_FOG)
        return;
    if (!node || node->type != SCENARIO_NODE_PRESET) {
        plan_problems_error(load->problems, scenario_span(spot),
                            "write e.g. links(preset \"china\" { \"hangzhou\", \"beijing\" })",
                            "links: wants a preset; a single link is written link { ... }");
        return;
    }
    scenario_duty_done(load, node);
    lua_getiuservalue(lua, 1, 1);
    const char *set = lua_tostring(lua, -1);
    lua_getiuservalue(lua, 1, 2);
    if (lua_type(lua, -1) != LUA_TTABLE) {
        plan_problems_error(load->problems, scenario_span(node->spot), NULL,
                            "preset \"%s\": wants a list of regions: preset \"%s\" { ... }", set,
                            set);
        plan_draft_incomplete(load->draft);
    } else if (preset_known(load, node, set)) {
        add_pairs(load, lua, node, set);
    } else {
        plan_draft_incomplete(load->draft);
    }
    lua_pop(lua, 2);
}

/* ---- at, during -------------------------------------------------------------------------- */

static void add_made(ScenarioLoad *load, PlanDraftItem *item, const char *field, PlanSpan span,
                     const char *text)
{
    PlanDraftEntry *entry =
        plan_draft_entry(load->draft, item->values, field, span,
                         plan_draft_text(load->draft, PLAN_FORM_TEXT, span, text));
    entry->made = true;
}

bool scenario_too_many(ScenarioLoad *load, PlanSpan span)
{
    if (plan_draft_count(load->draft) < SCENARIO_ITEMS)
        return false;
    plan_problems_error(load->problems, span, NULL, "more than %d declarations in one scenario",
                        SCENARIO_ITEMS);
    scenario_halt(load, load->lua);
    return true;
}

static void add_fault(ScenarioLoad *load, lua_State *lua, int index, const ScenarioNode *at,
                      const ScenarioNode *fault, const char *when)
{
    PlanSpan span = scenario_span(fault->spot);
    if (scenario_too_many(load, span))
        return;
    PlanDraftItem *item = plan_draft_item(load->draft, fault->kind, NULL, span);
    scenario_fill(load, lua, index, fault, item, 0);
    add_made(load, item, "at", text_span(at), when);
    scenario_duty_done(load, fault);
}

static void add_window(ScenarioLoad *load, const ScenarioNode *during, PlanDraftItem *item,
                       const char *when)
{
    PlanSpan    span = text_span(during);
    const char *dots = strstr(when, "..");
    if (plan_draft_find(item->values, "from")) {
        plan_problems_error(load->problems, item->span, NULL,
                            "expect \"%s\": stands in two 'during'", item->name);
    } else if (!dots) {
        plan_problems_error(load->problems, span, "write e.g. during \"5min..6min\" { ... }",
                            "during \"%.60s\": wants two times", when);
    } else {
        g_autofree char *from = g_strndup(when, (gsize)(dots - when));
        add_made(load, item, "from", span, from);
        add_made(load, item, "to", span, dots + 2);
    }
}

/* The list at stack index 2 of at "5min" { ... } or during "..." { ... }. */
static void read_list(ScenarioLoad *load, lua_State *lua, const ScenarioNode *owner)
{
    bool at = owner->type == SCENARIO_NODE_AT;
    lua_getiuservalue(lua, 1, 1);
    const char  *when = lua_tostring(lua, -1);
    lua_Unsigned count = lua_rawlen(lua, 2);
    uint32_t     others = 0;
    for (lua_pushnil(lua); lua_next(lua, 2); lua_pop(lua, 1)) {
        scenario_pay(load, lua, 10);
        others += !lua_isinteger(lua, -2);
    }
    if (others || count == 0)
        plan_problems_error(load->problems, scenario_span(owner->spot),
                            at ? "write e.g. at \"5min\" { cut { \"trunk\" } }"
                               : "write e.g. during \"5min..6min\" { expect \"...\" { ... } }",
                            "%s \"%.60s\": %s", owner->word, when,
                            others ? "wants a list without names" : "the list is empty");
    for (lua_Unsigned i = 1; i <= count; i++) {
        lua_rawgeti(lua, 2, (lua_Integer)i);
        int                 index = lua_gettop(lua);
        const ScenarioNode *node = scenario_node(lua, index);
        bool                fault =
            node && node->type == SCENARIO_NODE_PART && strcmp(node->kind->group, "fault") == 0;
        bool claim = node && node->type == SCENARIO_NODE_COMPONENT &&
                     strcmp(node->kind->name, "expect") == 0;
        if (node && node->type == SCENARIO_NODE_FOG)
            plan_draft_incomplete(load->draft);
        else if (at && fault)
            add_fault(load, lua, index, owner, node, when);
        else if (!at && claim)
            add_window(load, owner, node->item, when);
        else
            plan_problems_error(load->problems, scenario_span(entry_spot(owner, NULL, (uint32_t)i)),
                                NULL, "%s \"%.60s\": %s%s", owner->word, when,
                                node ? node->word : "this",
                                at ? " is not a fault" : " is not an expect \"...\" { ... }");
        lua_settop(lua, index - 1);
    }
}

/* ---- choice ------------------------------------------------------------------------------ */

typedef struct Options {
    GPtrArray *texts;
    bool       named;
} Options;

static gint by_bytes(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The option at the top of the stack as a text, or NULL. */
static char *option_text(lua_State *lua)
{
    if (lua_type(lua, -1) == LUA_TBOOLEAN)
        return g_strdup(lua_toboolean(lua, -1) ? "true" : "false");
    if (lua_isinteger(lua, -1))
        return g_strdup_printf("%" G_GINT64_FORMAT, (gint64)lua_tointeger(lua, -1));
    if (lua_type(lua, -1) == LUA_TNUMBER)
        return g_strdup_printf("%.14g", lua_tonumber(lua, -1));
    return lua_type(lua, -1) == LUA_TSTRING ? g_strdup(lua_tostring(lua, -1)) : NULL;
}

/* Reads the options of the table at stack index 2; false if they are no options. */
static bool read_options(lua_State *lua, Options *out)
{
    lua_Unsigned count = lua_rawlen(lua, 2);
    out->named = count == 0;
    if (count > OPTIONS_MOST)
        return false;
    for (lua_Unsigned i = 1; i <= count; i++) {
        lua_rawgeti(lua, 2, (lua_Integer)i);
        char *text = option_text(lua);
        lua_pop(lua, 1);
        if (!text)
            return false;
        g_ptr_array_add(out->texts, text);
    }
    for (lua_pushnil(lua); lua_next(lua, 2); lua_pop(lua, 1)) {
        bool text = lua_type(lua, -2) == LUA_TSTRING;
        if (text != out->named || out->texts->len > OPTIONS_MOST) {
            lua_pop(lua, 2);
            return false;
        }
        if (out->named)
            g_ptr_array_add(out->texts, g_strdup(lua_tostring(lua, -2)));
    }
    if (out->named)
        g_ptr_array_sort(out->texts, by_bytes);
    return out->texts->len > 0;
}

/* Whether this axis is known already; it must have the same options then. */
static bool axis_known(ScenarioLoad *load, const ScenarioNode *node, const char *name,
                       const GPtrArray *texts)
{
    for (guint i = 0; i < load->choices->len; i++) {
        const GPtrArray *other = g_ptr_array_index(load->choices, i);
        if (other == texts || strcmp(g_ptr_array_index(other, 0), name) != 0)
            continue;
        bool same = other->len == texts->len;
        for (guint k = 0; same && k < texts->len; k++)
            same = strcmp(g_ptr_array_index(other, k), g_ptr_array_index(texts, k)) == 0;
        if (!same)
            plan_problems_error(load->problems, text_span(node), NULL,
                                "choice \"%s\": another choice of this name has other options",
                                name);
        return true;
    }
    return false;
}

static uint32_t pick(ScenarioLoad *load, const char *name, const GPtrArray *texts)
{
    const char        *wanted = scenario_set_find(load, name);
    const char *const *options = (const char *const *)texts->pdata + 1;
    for (uint32_t i = 0; wanted && i + 1 < texts->len; i++)
        if (strcmp(options[i], wanted) == 0)
            return i;
    if (wanted) {
        g_autofree char *hint = plan_problems_suggest(wanted, options, texts->len - 1);
        PlanSpan         set = {{"--set", 0, 0}, 0};
        plan_problems_error(load->problems, set, hint, "choice \"%s\" has no option '%.60s'", name,
                            wanted);
    }
    return 0;
}

/* Whether every option can be said and stands there once; reported where it does not. */
static bool options_differ(ScenarioLoad *load, const ScenarioNode *node, const char *name,
                           const Options *list)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < list->texts->len; i++) {
        if (sim_text_unseen(g_ptr_array_index(list->texts, i))) {
            plan_problems_error(load->problems, scenario_span(entry_spot(node, NULL, i + 1)), NULL,
                                "choice \"%.60s\": an option with a control character", name);
            return false;
        }
        if (!g_hash_table_add(seen, g_ptr_array_index(list->texts, i))) {
            plan_problems_error(load->problems, scenario_span(entry_spot(node, NULL, i + 1)),
                                "each option once", "choice \"%.60s\": two options '%.60s'", name,
                                (const char *)g_ptr_array_index(list->texts, i));
            return false;
        }
    }
    return true;
}

/* A name that --set can say. */
static bool choice_name_fits(ScenarioLoad *load, const ScenarioNode *node, const char *name)
{
    if (plan_name_fits(name) && !strchr(name, '='))
        return true;
    plan_problems_error(load->problems, text_span(node), PLAN_NAME_RULE ", no '='",
                        "choice: this cannot be a name");
    return false;
}

static bool choices_fit(ScenarioLoad *load, const ScenarioNode *node)
{
    if (load->choices->len <= CHOICES_MOST)
        return true;
    plan_problems_error(load->problems, scenario_span(node->spot), NULL,
                        "more than %d choices in one scenario", CHOICES_MOST);
    scenario_halt(load, load->lua);
    return false;
}

/* What a choice, its name on top of the stack and its options at 2, means: the number of the
 * option, counted from 1; 0 if something is wrong. The list gets the name and the options. */
static uint32_t read_choice(ScenarioLoad *load, lua_State *lua, const ScenarioNode *node,
                            Options *list, bool *out_known)
{
    const char *name = lua_tostring(lua, -1);
    *out_known = false;
    bool good = read_options(lua, list);
    if (!good)
        plan_problems_error(
            load->problems, scenario_span(node->spot),
            "write { \"a\", \"b\" }, or { a = ..., b = ... } to choose between parts",
            "choice \"%.60s\": these are no options", name);
    good = good && options_differ(load, node, name, list) && choice_name_fits(load, node, name);
    g_ptr_array_insert(list->texts, 0, g_strdup(name));
    if (!good)
        return 0;
    uint32_t at = pick(load, name, list->texts);
    *out_known = axis_known(load, node, name, list->texts);
    if (!*out_known && !choices_fit(load, node))
        return 0;
    if (!*out_known)
        plan_draft_choice(load->draft, name, (const char *const *)list->texts->pdata + 1,
                          list->texts->len - 1, at);
    return at + 1;
}

/* choice "name" { "a", "b" } or { a = ..., b = ... }: pushes the option. */
static int choose(ScenarioLoad *load, lua_State *lua, const ScenarioNode *node)
{
    /* Owned by the load while Lua may raise. */
    Options list = {g_ptr_array_new_with_free_func(g_free), false};
    bool    known;
    g_ptr_array_add(load->choices, list.texts);
    lua_getiuservalue(lua, 1, 1);
    uint32_t at = read_choice(load, lua, node, &list, &known);
    excuse(load, lua, 2, 0);
    if (at == 0) {
        plan_draft_incomplete(load->draft);
        scenario_push_fog(lua);
    } else if (list.named) {
        lua_getfield(lua, 2, g_ptr_array_index(list.texts, at));
    } else {
        lua_rawgeti(lua, 2, (lua_Integer)at);
    }
    if (at == 0 || known)
        g_ptr_array_remove(load->choices, list.texts);
    return 1;
}

/* ---- calls ------------------------------------------------------------------------------- */

static int complain_again(ScenarioLoad *load, const ScenarioNode *node)
{
    plan_problems_error(load->problems, scenario_span(node->spot), NULL,
                        "%s: a second { ... } after the first", node->word);
    return 1;
}

/* Gives a part its table: a new node, so that the one without stays as it was. */
static int complete_copy(ScenarioLoad *load, lua_State *lua, const ScenarioNode *node)
{
    ScenarioNode *copy = push_node(lua, node->type, node->word);
    uint32_t      duty = node->duty;
    *copy = *node;
    copy->complete = true;
    copy->duty = SCENARIO_NOWHERE;
    if (duty != SCENARIO_NOWHERE) {
        ScenarioDuty again = g_array_index(load->duties, ScenarioDuty, duty);
        again.done = false;
        scenario_duty_done(load, node);
        copy->duty = load->duties->len;
        g_array_append_val(load->duties, again);
    }
    lua_getiuservalue(lua, 1, 1);
    lua_setiuservalue(lua, -2, 1);
    lua_pushvalue(lua, 2);
    lua_setiuservalue(lua, -2, 2);
    return 1;
}

/* __call: node { ... } */
static int node_call(lua_State *lua)
{
    ScenarioLoad *load = scenario_load_of(lua);
    scenario_pay(load, lua, WORD_STEPS);
    ScenarioNode *node = scenario_node(lua, 1);
    lua_settop(lua, 2);
    if (!node || node->type == SCENARIO_NODE_FOG) {
        excuse(load, lua, 2, 0);
        scenario_push_fog(lua);
        return 1;
    }
    if (lua_type(lua, 2) != LUA_TTABLE) {
        const ScenarioNode *other = scenario_node(lua, 2);
        if (!other || other->type != SCENARIO_NODE_FOG)
            plan_problems_error(load->problems, scenario_span(node->spot), NULL,
                                "%s: wants a table { ... } here, found a %s", node->word,
                                luaL_typename(lua, 2));
        scenario_duty_done(load, node);
        lua_settop(lua, 1);
        return 1;
    }
    switch (node->type) {
    case SCENARIO_NODE_COMPONENT:
        lua_settop(lua, 2);
        if (node->complete) {
            lua_settop(lua, 1);
            return complain_again(load, node);
        }
        node->complete = true;
        lua_pushvalue(lua, 2);
        lua_setiuservalue(lua, 1, 2);
        if (node->item)
            scenario_fill(load, lua, 1, node, node->item, 0);
        lua_settop(lua, 1);
        return 1;
    case SCENARIO_NODE_PART:
    case SCENARIO_NODE_DIST:
    case SCENARIO_NODE_PRESET:
        if (node->complete) {
            lua_settop(lua, 1);
            return complain_again(load, node);
        }
        return complete_copy(load, lua, node);
    case SCENARIO_NODE_AT:
    case SCENARIO_NODE_DURING:
        scenario_duty_done(load, node);
        read_list(load, lua, node);
        return 0;
    case SCENARIO_NODE_CHOICE:
        scenario_duty_done(load, node);
        return choose(load, lua, node);
    case SCENARIO_NODE_WORKLOAD:
    case SCENARIO_NODE_LINKS:
    case SCENARIO_NODE_FOG:
        break;
    }
    return 0;
}

static int workload(ScenarioLoad *load, lua_State *lua, ScenarioSpot spot)
{
    if (lua_type(lua, 1) != LUA_TTABLE) {
        plan_problems_error(load->problems, scenario_span(spot),
                            "write e.g. workload { login = \"10/s\" }", "workload: wants a table");
        return 0;
    }
    ScenarioSpot table = spot;
    if (table.source)
        table.token = scenario_source_brace(table.source, table.token);
    PlanDraftValue *value = scenario_value(load, lua, 1, table, 0);
    value->span = scenario_span(spot);
    g_ptr_array_add(load->workloads, value);
    return 0;
}

/* The hints and messages of what has no effect by itself. */
static void bind(ScenarioLoad *load, ScenarioNode *node, const char *text)
{
    char message[200];
    if (node->type == SCENARIO_NODE_PART && strcmp(node->kind->group, "fault") == 0) {
        g_snprintf(message, sizeof message, "%s: stands alone and would never happen", node->word);
        add_duty(load, node, "put it inside at \"5min\" { ... }", message);
    } else if (node->type == SCENARIO_NODE_PART && strcmp(node->kind->group, "metric") == 0) {
        g_snprintf(message, sizeof message, "%s: stands alone and would never be looked at",
                   node->word);
        add_duty(load, node, "put it inside expect \"...\" { ..., \"== 0\" }", message);
    } else if (node->type == SCENARIO_NODE_AT || node->type == SCENARIO_NODE_DURING ||
               node->type == SCENARIO_NODE_CHOICE) {
        g_snprintf(message, sizeof message, "%s \"%.60s\": no table follows", node->word,
                   text ? text : "");
        add_duty(load, node, "write { ... } after it", message);
    } else if (node->type == SCENARIO_NODE_PRESET) {
        g_snprintf(message, sizeof message, "preset \"%.60s\": has no effect by itself",
                   text ? text : "");
        add_duty(load, node, "write links(preset \"...\" { ... })", message);
    }
}

static void want(ScenarioLoad *load, const ScenarioNode *node, const char *example)
{
    g_autofree char *hint = g_strdup_printf("write e.g. %s %s", node->word, example);
    plan_problems_error(load->problems, scenario_span(node->spot), hint, "%s: wants %s", node->word,
                        *example == '"' ? "a name in quotes" : "a table");
}

/* A component enters the draft; false if it has no name although it needs one. */
static void declare(ScenarioLoad *load, ScenarioNode *node, const char *text)
{
    PlanSpan span = scenario_span(node->spot);
    if (node->kind->named && !text) {
        want(load, node, "\"name\" { ... }");
        plan_draft_incomplete(load->draft);
        return;
    }
    if (!node->kind->named && text) {
        want(load, node, "{ ... }");
        return;
    }
    if (scenario_too_many(load, span))
        return;
    node->item = plan_draft_item(load->draft, node->kind, text, span);
    node->item->name_span = text ? text_span(node) : span;
}

/* A word: upvalues are its type, its kind or distribution, and its name. */
static int word_call(lua_State *lua)
{
    ScenarioLoad *load = scenario_load_of(lua);
    scenario_pay(load, lua, WORD_STEPS);
    ScenarioNodeType type = (ScenarioNodeType)lua_tointeger(lua, lua_upvalueindex(1));
    const char      *word = lua_touserdata(lua, lua_upvalueindex(3));
    const void      *subject = lua_touserdata(lua, lua_upvalueindex(2));
    lua_settop(lua, 1);
    const char  *text = lua_type(lua, 1) == LUA_TSTRING ? lua_tostring(lua, 1) : NULL;
    bool         table = lua_type(lua, 1) == LUA_TTABLE;
    ScenarioSpot spot = call_spot(load, lua, word, text);
    if (type == SCENARIO_NODE_WORKLOAD)
        return workload(load, lua, spot);
    if (type == SCENARIO_NODE_LINKS) {
        links(load, lua, spot);
        return 0;
    }
    const ScenarioNode *argument = scenario_node(lua, 1);
    if (argument && argument->type == SCENARIO_NODE_FOG) {
        scenario_push_fog(lua);
        return 1;
    }
    ScenarioNode *node = push_node(lua, type, word);
    node->spot = spot;
    if (type == SCENARIO_NODE_PART || type == SCENARIO_NODE_COMPONENT)
        node->kind = subject;
    if (type == SCENARIO_NODE_DIST)
        node->dist = subject;
    bool timed = type == SCENARIO_NODE_AT || type == SCENARIO_NODE_DURING ||
                 type == SCENARIO_NODE_CHOICE || type == SCENARIO_NODE_PRESET;
    if (text || (type == SCENARIO_NODE_DIST && lua_type(lua, 1) == LUA_TNUMBER)) {
        lua_pushvalue(lua, 1);
        lua_setiuservalue(lua, -2, 1);
    } else if (timed) {
        want(load, node,
             type == SCENARIO_NODE_AT       ? "\"5min\" { ... }"
             : type == SCENARIO_NODE_DURING ? "\"5min..6min\" { ... }"
                                            : "\"name\" { ... }");
        excuse(load, lua, 1, 0);
        plan_draft_incomplete(load->draft);
        scenario_push_fog(lua);
        return 1;
    } else if (table) {
        node->complete = true;
        lua_pushvalue(lua, 1);
        lua_setiuservalue(lua, -2, 2);
    } else if (lua_gettop(lua) && !lua_isnil(lua, 1)) {
        want(load, node, type == SCENARIO_NODE_COMPONENT ? "\"name\" { ... }" : "{ ... }");
    }
    bind(load, node, text);
    if (type == SCENARIO_NODE_COMPONENT) {
        declare(load, node, text);
        if (node->item && node->complete)
            scenario_fill(load, lua, lua_gettop(lua), node, node->item, 0);
    }
    return 1;
}

const PlanKind *scenario_word_kind(lua_State *lua, int index)
{
    if (lua_tocfunction(lua, index) != word_call)
        return NULL;
    const PlanKind *kind = NULL;
    if (lua_getupvalue(lua, index, 1)) {
        if (lua_tointeger(lua, -1) == SCENARIO_NODE_PART && lua_getupvalue(lua, index, 2)) {
            kind = lua_touserdata(lua, -1);
            lua_pop(lua, 1);
        }
        lua_pop(lua, 1);
    }
    return kind;
}

/* ---- fog and refusals -------------------------------------------------------------------- */

static const char *node_name(const ScenarioNode *node)
{
    return node ? node->word : "this";
}

/* Reading a field, or computing with it: nothing comes back from a description. */
static int node_index(lua_State *lua)
{
    const ScenarioNode *node = scenario_node(lua, 1);
    if (node && node->type != SCENARIO_NODE_FOG)
        return luaL_error(lua, "%s: its fields cannot be read; keep the value in a local",
                          node_name(node));
    scenario_push_fog(lua);
    return 1;
}

static int node_newindex(lua_State *lua)
{
    const ScenarioNode *node = scenario_node(lua, 1);
    if (node && node->type != SCENARIO_NODE_FOG)
        return luaL_error(lua, "%s: its fields are set where it is declared", node_name(node));
    return 0;
}

static int node_compute(lua_State *lua)
{
    for (int i = 1; i <= 2; i++) {
        const ScenarioNode *node = scenario_node(lua, i);
        if (node && node->type == SCENARIO_NODE_FOG) {
            scenario_push_fog(lua);
            return 1;
        }
    }
    return luaL_error(lua, "one cannot compute with a declaration");
}

static int node_compare(lua_State *lua)
{
    lua_pushboolean(lua, false);
    return 1;
}

static int node_length(lua_State *lua)
{
    lua_pushinteger(lua, 0);
    return 1;
}

static void push_metatable(lua_State *lua)
{
    static const struct {
        const char   *name;
        lua_CFunction call;
    } events[] = {
        {"__call", node_call},   {"__index", node_index},  {"__newindex", node_newindex},
        {"__add", node_compute}, {"__sub", node_compute},  {"__mul", node_compute},
        {"__div", node_compute}, {"__mod", node_compute},  {"__pow", node_compute},
        {"__unm", node_compute}, {"__idiv", node_compute}, {"__concat", node_compute},
        {"__lt", node_compare},  {"__le", node_compare},   {"__len", node_length},
    };
    lua_createtable(lua, 0, (int)G_N_ELEMENTS(events));
    for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
        lua_pushcfunction(lua, events[i].call);
        lua_setfield(lua, -2, events[i].name);
    }
}

/* ---- opening ----------------------------------------------------------------------------- */

static void add_word(ScenarioLoad *load, lua_State *lua, ScenarioNodeType type, const void *subject,
                     const char *word)
{
    g_ptr_array_add(load->words, (gpointer)(uintptr_t)word);
    lua_pushinteger(lua, type);
    lua_pushlightuserdata(lua, (void *)(uintptr_t)subject);
    lua_pushlightuserdata(lua, (void *)(uintptr_t)word);
    lua_pushcclosure(lua, word_call, 3);
    lua_setfield(lua, -2, word);
}

/* A kind whose fields are all set by words of the language is not declared by its own. */
static bool has_word(const PlanKind *kind)
{
    if (strcmp(kind->name, "local") == 0) /* Lua's own word; written "local" */
        return false;
    for (uint32_t i = 0; kind->fields[i].name; i++)
        if (!(kind->fields[i].flags & PLAN_INTERNAL))
            return true;
    return kind->fields[0].name == NULL;
}

void scenario_words_open(ScenarioLoad *load, lua_State *lua)
{
    push_metatable(lua);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &node_key);
    for (const PlanKind *const *kind = load->catalog->kinds; *kind; kind++)
        if (has_word(*kind))
            add_word(load, lua,
                     strcmp((*kind)->group, "component") == 0 ? SCENARIO_NODE_COMPONENT
                                                              : SCENARIO_NODE_PART,
                     *kind, (*kind)->name);
    for (const PlanDistWord *dist = plan_dist_words(); dist->word; dist++)
        add_word(load, lua, SCENARIO_NODE_DIST, dist, dist->word);
    add_word(load, lua, SCENARIO_NODE_AT, NULL, "at");
    add_word(load, lua, SCENARIO_NODE_DURING, NULL, "during");
    add_word(load, lua, SCENARIO_NODE_CHOICE, NULL, "choice");
    add_word(load, lua, SCENARIO_NODE_PRESET, NULL, "preset");
    add_word(load, lua, SCENARIO_NODE_WORKLOAD, NULL, "workload");
    add_word(load, lua, SCENARIO_NODE_LINKS, NULL, "links");
    /* The library stands beside the words. */
    static const char *const library[] = {"assert",   "error",  "ipairs",   "pairs",
                                          "pcall",    "select", "tonumber", "type",
                                          "tostring", "string", "table",    "math"};
    for (size_t i = 0; i < G_N_ELEMENTS(library); i++) {
        lua_getfield(lua, -2, library[i]);
        lua_setfield(lua, -2, library[i]);
    }
}
