/*
 * reference.c: the tables of kinds as a reference page, as definitions for editors and linters, and
 * as lists. Made from the tables only, so it cannot say anything that is not so.
 */
#include <string.h>

#include "sim/plan/distribution.h"
#include "sim/plan/frozen.h"
#include "sim/plan/print.h"

typedef struct Sugar {
    const char *word;
    const char *example;
    const char *doc;
    const char *parameters; /* for the editor */
} Sugar;

static const Sugar sugar[] = {
    {"links", "links(preset \"china\" { \"hangzhou\", \"beijing\" })",
     "One link for every two of the regions, from a measured table; a link { } between two of them "
     "refines it.",
     "---@param set any\nfunction links(set) end\n"},
    {"preset", "preset \"china\" { \"hangzhou\", \"beijing\" }",
     "Measured figures for these regions, for links().",
     "---@param name string\n---@return fun(names: string[]): any\nfunction preset(name) end\n"},
    {"workload", "workload { login = \"10/s\", users = \"cn\", shape = \"diurnal\" }",
     "How often users ask for each service; 'users' may be left out if there is one cohort.",
     "---@param rates table<string, string>\nfunction workload(rates) end\n"},
    {"at", "at \"5min\" { cut { \"trunk\", lasts = \"60s\" } }", "The fault timetable.",
     "---@param time string\n---@return fun(faults: table)\nfunction at(time) end\n"},
    {"during", "during \"5min..6min\" { expect \"...\" { ... } }",
     "Expectations about a part of the run.",
     "---@param window string\n---@return fun(expectations: table)\nfunction during(window) end\n"},
    {"choice", "conflict = choice \"conflict\" { \"lww\", \"reject\" }",
     "An axis: the first option, or what --set NAME=OPTION says; options with names may be "
     "anything: "
     "choice \"sync\" { queue = { queue {} }, log = { replicate {} } } (the first by name).",
     "---@param name string\n---@return fun(options: table): any\nfunction choice(name) end\n"},
    {"require", "local cities = require \"cities\"",
     "What cities.lua, beside the scenario or below it, returns.", ""},
};

static const char *const sugar_words[] = {"links",  "preset", "workload", "at",
                                          "during", "choice", NULL};

static const struct {
    const char *group;
    const char *title;
} groups[] = {
    {"component", "Declarations"},
    {"channel", "Channels (in `channels` of data)"},
    {"read", "Read steps (in `read` of data)"},
    {"resolver", "Resolvers (in `resolver` of users)"},
    {"retry", "Retries (in `retry` of users)"},
    {"follow", "Journeys (in `followed_by` of service)"},
    {"detect", "Detection (in `detect` of failover)"},
    {"decide", "Decision (in `decide` of failover)"},
    {"fence", "Fencing (in `fence` of failover)"},
    {"fault", "Faults (in `at`)"},
    {"condition", "Conditions (in `when` of faults)"},
    {"metric", "Metrics (in `expect`)"},
};

const char *const *plan_print_words(void)
{
    return sugar_words;
}

static const char *const type_names[] = {
    [PLAN_TYPE_FLAG] = "flag",         [PLAN_TYPE_COUNT] = "count",
    [PLAN_TYPE_TIME] = "time",         [PLAN_TYPE_OFFSET] = "signed time",
    [PLAN_TYPE_RATIO] = "share",       [PLAN_TYPE_RATE] = "rate",
    [PLAN_TYPE_SIZE] = "size",         [PLAN_TYPE_BANDWIDTH] = "bandwidth",
    [PLAN_TYPE_TEXT] = "text",         [PLAN_TYPE_WORD] = "word",
    [PLAN_TYPE_REF] = "name of",       [PLAN_TYPE_REFS] = "names of",
    [PLAN_TYPE_PART] = "part",         [PLAN_TYPE_PARTS] = "list of parts",
    [PLAN_TYPE_DIST] = "distribution", [PLAN_TYPE_WEIGHTS] = "shares by",
    [PLAN_TYPE_BOUND] = "bound",
};

/* The type as people read it; owned by the caller. */
static char *type_text(const PlanField *field)
{
    const char *name = type_names[field->type];
    switch (field->type) {
    case PLAN_TYPE_WORD: {
        g_auto(GStrv) words = g_strsplit(field->among, "|", -1);
        g_autofree char *joined = g_strjoinv("\", \"", words);
        return g_strdup_printf("\"%s\"", joined);
    }
    case PLAN_TYPE_REF:
    case PLAN_TYPE_REFS:
    case PLAN_TYPE_WEIGHTS:
        return g_strdup_printf("%s %s", name, field->among);
    case PLAN_TYPE_PART:
        return g_strdup(field->among);
    case PLAN_TYPE_PARTS:
        return g_strdup_printf("list of %s", field->among);
    case PLAN_TYPE_FLAG:
    case PLAN_TYPE_COUNT:
    case PLAN_TYPE_TIME:
    case PLAN_TYPE_OFFSET:
    case PLAN_TYPE_RATIO:
    case PLAN_TYPE_RATE:
    case PLAN_TYPE_SIZE:
    case PLAN_TYPE_BANDWIDTH:
    case PLAN_TYPE_TEXT:
    case PLAN_TYPE_DIST:
    case PLAN_TYPE_BOUND:
        break;
    }
    return g_strdup(name);
}

static bool shown(const PlanField *field)
{
    return !(field->flags & PLAN_INTERNAL);
}

/* ---- reference --------------------------------------------------------------------------- */

/* "|" would end a cell. */
static void append_cell(GString *out, const char *text)
{
    for (const char *at = text ? text : ""; *at; at++)
        if (*at == '|')
            g_string_append(out, "\\|");
        else
            g_string_append_c(out, *at);
}

static void reference_field(GString *out, const PlanField *field)
{
    g_autofree char *type = type_text(field);
    g_string_append_printf(out, "| `%s` | ", field->name);
    append_cell(out, type);
    g_string_append(out, " | ");
    if (field->flags & PLAN_REQUIRED)
        g_string_append(out, "*required*");
    else if (field->initial && *field->initial)
        g_string_append_printf(out, "`%s`", field->initial);
    g_string_append(out, " | ");
    append_cell(out, field->doc);
    g_string_append(out, " | ");
    append_cell(out, field->source);
    g_string_append(out, " |\n");
}

/* The words of a field that mean something each. */
static void reference_options(GString *out, const PlanField *field)
{
    g_string_append_printf(out, "\n`%s` is one of:\n\n| word | meaning | source |\n|---|---|---|\n",
                           field->name);
    for (const PlanOption *option = field->options; option->word; option++) {
        g_string_append_printf(out, "| `%s` | ", option->word);
        append_cell(out, option->doc);
        g_string_append(out, " | ");
        append_cell(out, option->source);
        g_string_append(out, " |\n");
    }
}

static void reference_presets(GString *out, const PlanKind *kind)
{
    for (const PlanPreset *preset = kind->presets; preset && preset->name; preset++) {
        bool by_field = plan_field_find(kind, "like") >= 0;
        g_string_append_printf(
            out, by_field ? "\n`%s \"...\" { like = \"%s\" }`: %s\n\n" : "\n`%s \"%s\"`: %s\n\n",
            kind->name, preset->name, preset->doc);
        g_string_append(out, "| field | value | source |\n|---|---|---|\n");
        for (const PlanPresetValue *value = preset->values; value->field; value++) {
            g_string_append_printf(out, "| `%s` | `%s` | ", value->field, value->value);
            append_cell(out, value->source);
            g_string_append(out, " |\n");
        }
        if (preset->leaves_out)
            g_string_append_printf(out, "\nLeft out: %s\n", preset->leaves_out);
    }
}

static bool is_written(const PlanKind *kind)
{
    bool any = kind->fields[0].name == NULL;
    for (uint32_t i = 0; kind->fields[i].name; i++)
        any = any || shown(&kind->fields[i]);
    return any;
}

static void reference_kind(GString *out, const PlanKind *kind)
{
    g_string_append_printf(out, "\n### %s\n\n%s\n", kind->name, kind->doc);
    if (kind->fields[0].name)
        g_string_append(out,
                        "\n| field | type | default | meaning | source |\n|---|---|---|---|---|\n");
    for (uint32_t i = 0; kind->fields[i].name; i++)
        if (shown(&kind->fields[i]))
            reference_field(out, &kind->fields[i]);
    for (uint32_t i = 0; kind->fields[i].name; i++)
        if (shown(&kind->fields[i]) && kind->fields[i].options)
            reference_options(out, &kind->fields[i]);
    reference_presets(out, kind);
    if (kind->leaves_out)
        g_string_append_printf(out, "\nLeft out: %s\n", kind->leaves_out);
}

static void reference_words(GString *out)
{
    g_string_append(out, "\n## Words\n\n| word | example | meaning |\n|---|---|---|\n");
    for (size_t i = 0; i < G_N_ELEMENTS(sugar); i++) {
        g_string_append_printf(out, "| `%s` | `%s` | ", sugar[i].word, sugar[i].example);
        append_cell(out, sugar[i].doc);
        g_string_append(out, " |\n");
    }
    g_string_append(out, "\n## Distributions\n\n| word | example | meaning |\n|---|---|---|\n");
    for (const PlanDistWord *word = plan_dist_words(); word->word; word++)
        g_string_append_printf(out, "| `%s` | `%s` | %s |\n", word->word, word->example, word->doc);
}

char *plan_print_reference(const PlanCatalog *catalog)
{
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
        g_string_append_printf(out, "%s## %s\n", i ? "\n" : "", groups[i].title);
        for (const PlanKind *const *kind = catalog->kinds; *kind; kind++)
            if (strcmp((*kind)->group, groups[i].group) == 0 && is_written(*kind))
                reference_kind(out, *kind);
    }
    reference_words(out);
    return g_string_free(out, FALSE);
}

/* ---- editor ------------------------------------------------------------------------------ */

static void editor_type(GString *out, const PlanField *field)
{
    switch (field->type) {
    case PLAN_TYPE_FLAG:
        g_string_append(out, "boolean");
        break;
    case PLAN_TYPE_COUNT:
        g_string_append(out, "number");
        break;
    case PLAN_TYPE_WORD: {
        g_auto(GStrv) words = g_strsplit(field->among, "|", -1);
        g_autofree char *joined = g_strjoinv("\"|\"", words);
        g_string_append_printf(out, "\"%s\"", joined);
        break;
    }
    case PLAN_TYPE_REFS:
        g_string_append(out, "string|string[]");
        break;
    case PLAN_TYPE_WEIGHTS:
        g_string_append(out, "\"hash\"|table<string, number>");
        break;
    case PLAN_TYPE_PART:
    case PLAN_TYPE_PARTS:
    case PLAN_TYPE_DIST:
        g_string_append(out, "any");
        break;
    case PLAN_TYPE_TIME:
    case PLAN_TYPE_OFFSET:
    case PLAN_TYPE_RATIO:
    case PLAN_TYPE_RATE:
    case PLAN_TYPE_SIZE:
    case PLAN_TYPE_BANDWIDTH:
    case PLAN_TYPE_TEXT:
    case PLAN_TYPE_REF:
    case PLAN_TYPE_BOUND:
        g_string_append(out, "string");
        break;
    }
}

static void editor_kind(GString *out, const PlanKind *kind)
{
    g_string_append_printf(out, "\n---@class faultline.%s\n", kind->name);
    for (uint32_t i = 0; kind->fields[i].name; i++) {
        const PlanField *field = &kind->fields[i];
        if (!shown(field))
            continue;
        bool optional = !(field->flags & PLAN_REQUIRED) || (field->flags & PLAN_POSITIONAL);
        g_string_append_printf(out, "---@field %s%s ", field->name, optional ? "?" : "");
        editor_type(out, field);
        g_string_append_printf(out, " %s", field->doc);
        if (field->initial && *field->initial)
            g_string_append_printf(out, " Default: %s.", field->initial);
        g_string_append_c(out, '\n');
    }
    if (strcmp(kind->name, "local") == 0)
        return; /* Lua's own word; written "local" */
    g_string_append_printf(out, "\n---%s\n", kind->doc);
    if (strcmp(kind->group, "component") == 0 && kind->named)
        g_string_append_printf(out,
                               "---@param name string\n---@return fun(fields: faultline.%s): any\n"
                               "function %s(name) end\n",
                               kind->name, kind->name);
    else
        g_string_append_printf(out,
                               "---@param fields string|faultline.%s\n---@return any\n"
                               "function %s(fields) end\n",
                               kind->name, kind->name);
}

char *plan_print_editor(const PlanCatalog *catalog)
{
    GString *out = g_string_new("---@meta\n-- The words of Faultline's scenarios, for the Lua "
                                "language server. Generated; do not edit.\n");
    for (const PlanKind *const *kind = catalog->kinds; *kind; kind++)
        if (is_written(*kind))
            editor_kind(out, *kind);
    for (const PlanDistWord *word = plan_dist_words(); word->word; word++)
        g_string_append_printf(out,
                               "\n---%s Example: %s\n---@param parameters string|table\n"
                               "---@return any\nfunction %s(parameters) end\n",
                               word->doc, word->example, word->word);
    for (size_t i = 0; i < G_N_ELEMENTS(sugar); i++)
        if (*sugar[i].parameters)
            g_string_append_printf(out, "\n---%s\n%s", sugar[i].doc, sugar[i].parameters);
    return g_string_free(out, FALSE);
}

char *plan_print_luacheck(const PlanCatalog *catalog)
{
    GString *out = g_string_new(
        "-- The words of Faultline's scenarios, for luacheck. Generated; do not edit.\n"
        "stds.faultline = {\n  read_globals = {\n");
    for (const PlanKind *const *kind = catalog->kinds; *kind; kind++)
        if (is_written(*kind) && strcmp((*kind)->name, "local") != 0)
            g_string_append_printf(out, "    \"%s\",\n", (*kind)->name);
    for (const PlanDistWord *word = plan_dist_words(); word->word; word++)
        g_string_append_printf(out, "    \"%s\",\n", word->word);
    for (size_t i = 0; sugar_words[i]; i++)
        g_string_append_printf(out, "    \"%s\",\n", sugar_words[i]);
    g_string_append(out,
                    "    \"assert\", \"error\", \"ipairs\", \"pairs\", \"pcall\", \"require\", "
                    "\"select\",\n    \"tonumber\", \"tostring\", \"type\", \"string\", "
                    "\"table\", \"math\",\n  },\n}\nstd = \"faultline\"\n"
                    "max_line_length = 140\n");
    return g_string_free(out, FALSE);
}

/* ---- lists ------------------------------------------------------------------------------- */

static void json_text(GString *out, const char *name, const char *text, bool last)
{
    g_string_append_printf(out, "\"%s\":", name);
    if (!text) {
        g_string_append(out, "null");
    } else {
        g_string_append_c(out, '"');
        for (const char *at = text; *at; at++)
            if (*at == '"' || *at == '\\')
                g_string_append_printf(out, "\\%c", *at);
            else if ((unsigned char)*at < 0x20)
                g_string_append_printf(out, "\\u%04x", (unsigned)(unsigned char)*at);
            else
                g_string_append_c(out, *at);
        g_string_append_c(out, '"');
    }
    if (!last)
        g_string_append_c(out, ',');
}

static void json_field(GString *out, const PlanField *field)
{
    g_autofree char *type = type_text(field);
    g_string_append_c(out, '{');
    json_text(out, "name", field->name, false);
    json_text(out, "type", type, false);
    g_string_append_printf(out, "\"required\":%s,",
                           field->flags & PLAN_REQUIRED ? "true" : "false");
    json_text(out, "default", field->initial, false);
    json_text(out, "doc", field->doc, false);
    json_text(out, "source", field->source, true);
    g_string_append_c(out, '}');
}

static void json_kind(GString *out, const PlanKind *kind)
{
    g_string_append_c(out, '{');
    json_text(out, "name", kind->name, false);
    json_text(out, "group", kind->group, false);
    json_text(out, "doc", kind->doc, false);
    json_text(out, "leaves_out", kind->leaves_out, false);
    g_string_append(out, "\"fields\":[");
    bool first = true;
    for (uint32_t i = 0; kind->fields[i].name; i++) {
        if (!shown(&kind->fields[i]))
            continue;
        g_string_append(out, first ? "" : ",");
        json_field(out, &kind->fields[i]);
        first = false;
    }
    g_string_append(out, "],\"presets\":[");
    for (const PlanPreset *preset = kind->presets; preset && preset->name; preset++) {
        g_string_append(out, preset == kind->presets ? "{" : ",{");
        json_text(out, "name", preset->name, false);
        json_text(out, "doc", preset->doc, false);
        json_text(out, "leaves_out", preset->leaves_out, false);
        g_string_append(out, "\"values\":[");
        for (const PlanPresetValue *value = preset->values; value->field; value++) {
            g_string_append(out, value == preset->values ? "{" : ",{");
            json_text(out, "field", value->field, false);
            json_text(out, "value", value->value, false);
            json_text(out, "source", value->source, true);
            g_string_append_c(out, '}');
        }
        g_string_append(out, "]}");
    }
    g_string_append(out, "]}");
}

static bool in_group(const PlanKind *kind, const char *group)
{
    return is_written(kind) && (!group || strcmp(kind->group, group) == 0);
}

char *plan_print_list_json(const PlanCatalog *catalog, const char *group)
{
    GString *out = g_string_new("[");
    bool     first = true;
    for (const PlanKind *const *kind = catalog->kinds; *kind; kind++) {
        if (!in_group(*kind, group))
            continue;
        g_string_append(out, first ? "\n" : ",\n");
        json_kind(out, *kind);
        first = false;
    }
    g_string_append(out, "\n]\n");
    return g_string_free(out, FALSE);
}

char *plan_print_list(const PlanCatalog *catalog, const char *group)
{
    GString *out = g_string_new(NULL);
    for (const PlanKind *const *kind = catalog->kinds; *kind; kind++)
        if (in_group(*kind, group))
            g_string_append_printf(out, "%-14s %s\n", (*kind)->name, (*kind)->doc);
    return g_string_free(out, FALSE);
}

char *plan_print_fields(const PlanKind *kind)
{
    GString *out = g_string_new(NULL);
    for (uint32_t i = 0; kind->fields[i].name; i++) {
        const PlanField *field = &kind->fields[i];
        g_autofree char *type = type_text(field);
        if (!shown(field))
            continue;
        g_string_append_printf(out, "%-14s %-26s %-10s %s\n", field->name, type,
                               field->flags & PLAN_REQUIRED ? "required"
                               : field->initial             ? field->initial
                                                            : "-",
                               field->doc);
    }
    return g_string_free(out, FALSE);
}
