/*
 * values.c: from Lua values to what the draft keeps.
 *
 * Only calls of Lua's interface that cannot raise are used here, so temporary lists may be held.
 */
#include <string.h>

#include "sim/base/text.h"
#include "sim/scenario/load.h"

/* Looking up the place of an entry reads the table's tokens from the start; beyond this many
 * entries the table's own place must do. */
#define ENTRIES_PLACED 500

/* The largest whole number that is not above `number`, which is within 9.2e18: floor() without
 * libm. */
static int64_t whole_below(double number)
{
    int64_t whole = (int64_t)number;
    return (double)whole > number ? whole - 1 : whole;
}

static PlanDraftValue *number_value(ScenarioLoad *load, lua_State *lua, int index, PlanSpan span)
{
    lua_Number      number = lua_tonumber(lua, index);
    PlanDraftValue *value = plan_draft_value(load->draft, PLAN_FORM_WHOLE, span);
    bool            whole = lua_isinteger(lua, index) ||
                 (number >= -9.2e18 && number <= 9.2e18 && !((double)whole_below(number) < number));
    char text[64];
    if (lua_isinteger(lua, index)) {
        value->number = lua_tointeger(lua, index);
    } else if (whole) {
        value->number = (int64_t)number;
    } else {
        value->form = PLAN_FORM_REAL;
        g_snprintf(text, sizeof text, "%.14g", number);
        if (strstr(text, "nan")) /* whose sign depends on the machine */
            g_strlcpy(text, "nan", sizeof text);
        value->text = plan_draft_keep(load->draft, text);
        value->fits = number >= -9e9 && number <= 9e9;
        if (value->fits)
            value->number = whole_below(number * 1e9 + 0.5);
    }
    return value;
}

static PlanDraftValue *text_value(ScenarioLoad *load, lua_State *lua, int index, PlanSpan span)
{
    size_t      size;
    const char *text = lua_tolstring(lua, index, &size);
    if (strlen(text) != size || !g_utf8_validate(text, (gssize)size, NULL))
        return plan_draft_text(load->draft, PLAN_FORM_OTHER, span, "a text that is not UTF-8");
    /* Lines are welcome in a description; what a terminal would obey is not. */
    g_autofree char *shown = sim_text_shown(text, true);
    if (strcmp(shown, text) != 0)
        return plan_draft_text(load->draft, PLAN_FORM_OTHER, span,
                               "a text with a control character");
    return plan_draft_text(load->draft, PLAN_FORM_TEXT, span, text);
}

/* ---- nodes ------------------------------------------------------------------------------- */

/* Where a node's table is written. */
static ScenarioSpot table_spot(const ScenarioNode *node)
{
    ScenarioSpot spot = node->spot;
    uint32_t     brace = SCENARIO_NOWHERE;
    if (spot.source)
        brace = scenario_source_brace(spot.source, spot.token);
    if (brace != SCENARIO_NOWHERE)
        spot.token = brace; /* else it came through a variable: the word is shown */
    return spot;
}

static ScenarioSpot text_spot(const ScenarioNode *node)
{
    ScenarioSpot spot = node->spot;
    if (spot.source) {
        uint32_t token = scenario_source_text_of(spot.source, spot.token);
        if (token != SCENARIO_NOWHERE)
            spot.token = token;
    }
    return spot;
}

static bool has_positional(const PlanKind *kind)
{
    for (uint32_t i = 0; kind->fields[i].name; i++)
        if (kind->fields[i].flags & PLAN_POSITIONAL)
            return true;
    return false;
}

/* The text of a part is a preset's name or the first field without a name: lease "30s". */
static void fill_text(ScenarioLoad *load, const ScenarioNode *node, PlanDraftItem *item,
                      const PlanDraftValue *text)
{
    if (text->form == PLAN_FORM_TEXT && item->kind->presets) {
        item->preset = text->text;
        item->name_span = text->span;
    } else if (has_positional(item->kind)) {
        PlanDraftValue *copy = plan_draft_text(load->draft, text->form, text->span, text->text);
        plan_draft_entry(load->draft, item->values, NULL, text->span, copy);
    } else {
        g_autofree char *hint = g_strdup_printf("write %s { ... }", node->word);
        plan_problems_error(load->problems, text->span, hint, "%s: takes no text", node->word);
    }
}

void scenario_fill(ScenarioLoad *load, lua_State *lua, int index, const ScenarioNode *node,
                   PlanDraftItem *item, int depth)
{
    if (!lua_checkstack(lua, 8))
        return;
    lua_getiuservalue(lua, index, 1);
    if (lua_type(lua, -1) == LUA_TSTRING && node->type == SCENARIO_NODE_PART)
        fill_text(load, node, item, text_value(load, lua, -1, scenario_span(text_spot(node))));
    lua_pop(lua, 1);
    lua_getiuservalue(lua, index, 2);
    if (lua_type(lua, -1) == LUA_TTABLE)
        scenario_entries(load, lua, lua_gettop(lua), table_spot(node), item->values, depth + 1);
    lua_pop(lua, 1);
}

static PlanDraftValue *dist_value(ScenarioLoad *load, lua_State *lua, int index,
                                  const ScenarioNode *node, int depth)
{
    PlanSpan        span = scenario_span(node->spot);
    PlanDraftValue *value = plan_draft_text(load->draft, PLAN_FORM_DIST, span, node->dist->word);
    lua_getiuservalue(lua, index, 1);
    if (lua_type(lua, -1) == LUA_TSTRING || lua_type(lua, -1) == LUA_TNUMBER) {
        PlanSpan        place = scenario_span(text_spot(node));
        PlanDraftValue *argument = lua_type(lua, -1) == LUA_TSTRING
                                       ? text_value(load, lua, -1, place)
                                       : number_value(load, lua, -1, place);
        plan_draft_entry(load->draft, value, NULL, place, argument);
    }
    lua_pop(lua, 1);
    lua_getiuservalue(lua, index, 2);
    if (lua_type(lua, -1) == LUA_TTABLE)
        scenario_entries(load, lua, lua_gettop(lua), table_spot(node), value, depth + 1);
    lua_pop(lua, 1);
    return value;
}

static PlanDraftValue *part_value(ScenarioLoad *load, const PlanKind *kind, PlanSpan span)
{
    PlanDraftValue *value = plan_draft_value(load->draft, PLAN_FORM_PART, span);
    value->part = plan_draft_part(load->draft, kind, span);
    return value;
}

static PlanDraftValue *node_value(ScenarioLoad *load, lua_State *lua, int index,
                                  const ScenarioNode *node, PlanSpan span, int depth)
{
    switch (node->type) {
    case SCENARIO_NODE_PART: {
        PlanDraftValue *value = part_value(load, node->kind, scenario_span(node->spot));
        scenario_fill(load, lua, index, node, value->part, depth);
        scenario_duty_done(load, node);
        return value;
    }
    case SCENARIO_NODE_COMPONENT:
        if (node->item && node->item->name)
            return plan_draft_text(load->draft, PLAN_FORM_TEXT, span, node->item->name);
        return plan_draft_text(load->draft, PLAN_FORM_OTHER, span, "a declaration");
    case SCENARIO_NODE_DIST:
        return dist_value(load, lua, index, node, depth);
    case SCENARIO_NODE_FOG:
        plan_draft_incomplete(load->draft);
        return plan_draft_value(load->draft, PLAN_FORM_MISTAKE, span);
    case SCENARIO_NODE_PRESET:
    case SCENARIO_NODE_AT:
    case SCENARIO_NODE_DURING:
    case SCENARIO_NODE_CHOICE:
    case SCENARIO_NODE_WORKLOAD:
    case SCENARIO_NODE_LINKS:
        break;
    }
    /* What waits for its table is told so already. */
    if (node->duty != SCENARIO_NOWHERE &&
        !g_array_index(load->duties, ScenarioDuty, node->duty).done)
        return plan_draft_value(load->draft, PLAN_FORM_MISTAKE, span);
    g_autofree char *what = g_strdup_printf("'%s'", node->word);
    return plan_draft_text(load->draft, PLAN_FORM_OTHER, span, what);
}

/* ---- tables ------------------------------------------------------------------------------ */

typedef struct Entry {
    int64_t         position; /* 0: named */
    const char     *key;      /* lent by Lua */
    PlanDraftValue *value;
    PlanSpan        span;
} Entry;

static gint by_key(gconstpointer a, gconstpointer b)
{
    const Entry *p = a;
    const Entry *q = b;
    if (!p->key != !q->key)
        return p->key ? 1 : -1;
    if (p->key)
        return strcmp(p->key, q->key);
    return (p->position > q->position) - (p->position < q->position);
}

/* Reads the key below the top; false with a problem added if it is none. */
static bool read_key(ScenarioLoad *load, lua_State *lua, ScenarioSpot table, Entry *entry)
{
    size_t size = 0;
    entry->position = 0;
    entry->key = NULL;
    if (lua_type(lua, -2) == LUA_TSTRING) {
        entry->key = lua_tolstring(lua, -2, &size);
        if (strlen(entry->key) == size && g_utf8_validate(entry->key, (gssize)size, NULL))
            return true;
    } else if (lua_isinteger(lua, -2)) {
        entry->position = lua_tointeger(lua, -2);
        if (entry->position >= 1)
            return true;
    }
    plan_problems_error(load->problems, scenario_span(table), NULL,
                        "a table's keys are names, or none; found a %s",
                        entry->key ? "name that is not UTF-8" : luaL_typename(lua, -2));
    return false;
}

/* Reads the pair on top of the stack. */
static void read_entry(ScenarioLoad *load, lua_State *lua, ScenarioSpot table, bool placed,
                       int depth, GArray *out)
{
    Entry entry;
    if (!read_key(load, lua, table, &entry))
        return;
    ScenarioSpot spot = table;
    ScenarioSpot key_spot = table;
    spot.token = key_spot.token = SCENARIO_NOWHERE;
    if (placed && table.source)
        spot.token = scenario_source_entry(table.source, table.token, entry.key,
                                           (uint32_t)entry.position, &key_spot.token);
    if (spot.token == SCENARIO_NOWHERE) {
        spot.token = SCENARIO_NOWHERE;
        key_spot.token = table.token;
    }
    entry.span = scenario_span(key_spot);
    ScenarioSpot value_spot = spot.token == SCENARIO_NOWHERE ? table : spot;
    /* A value without a known place points at the table; its own entries must not be sought
     * there. */
    entry.value = scenario_value(load, lua, lua_gettop(lua), value_spot,
                                 spot.token == SCENARIO_NOWHERE ? -depth : depth);
    if (entry.value)
        g_array_append_val(out, entry);
}

void scenario_entries(ScenarioLoad *load, lua_State *lua, int index, ScenarioSpot spot,
                      PlanDraftValue *table, int depth)
{
    bool placed = depth >= 0;
    int  level = depth < 0 ? -depth : depth;
    if (level > SCENARIO_DEPTH || !lua_checkstack(lua, 16)) {
        plan_problems_error(load->problems, scenario_span(spot), NULL,
                            "tables inside tables, more than %d deep", SCENARIO_DEPTH);
        scenario_halt(load, lua); /* the table is read in part: what it lacks is no mistake */
        return;
    }
    GArray  *entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    uint32_t count = 0;
    for (lua_pushnil(lua); lua_next(lua, index); lua_pop(lua, 1)) {
        if (++load->values > SCENARIO_VALUES) {
            plan_problems_error(load->problems, scenario_span(spot), NULL,
                                "more than 400000 values in one scenario");
            scenario_halt(load, lua);
            lua_pop(lua, 2);
            break;
        }
        read_entry(load, lua, spot, placed && ++count <= ENTRIES_PLACED, level, entries);
    }
    g_array_sort(entries, by_key);
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = &g_array_index(entries, Entry, i);
        plan_draft_entry(load->draft, table, entry->key, entry->span, entry->value);
    }
    g_array_unref(entries);
}

PlanDraftValue *scenario_value(ScenarioLoad *load, lua_State *lua, int index, ScenarioSpot spot,
                               int depth)
{
    PlanSpan            span = scenario_span(spot);
    const ScenarioNode *node;
    const PlanKind     *kind;
    switch (lua_type(lua, index)) {
    case LUA_TNIL:
        return NULL;
    case LUA_TBOOLEAN: {
        PlanDraftValue *value = plan_draft_value(load->draft, PLAN_FORM_FLAG, span);
        value->number = lua_toboolean(lua, index);
        return value;
    }
    case LUA_TNUMBER:
        return number_value(load, lua, index, span);
    case LUA_TSTRING:
        return text_value(load, lua, index, span);
    case LUA_TTABLE: {
        PlanDraftValue *value = plan_draft_value(load->draft, PLAN_FORM_TABLE, span);
        scenario_entries(load, lua, index, spot, value, depth < 0 ? depth - 1 : depth + 1);
        return value;
    }
    case LUA_TUSERDATA:
        node = scenario_node(lua, index);
        if (node)
            return node_value(load, lua, index, node, span, depth < 0 ? -depth : depth);
        break;
    case LUA_TFUNCTION:
        kind = scenario_word_kind(lua, index);
        if (kind)
            return part_value(load, kind, span);
        return plan_draft_text(load->draft, PLAN_FORM_OTHER, span, "a function");
    default:
        break;
    }
    return plan_draft_text(load->draft, PLAN_FORM_OTHER, span, "something that is no value");
}
