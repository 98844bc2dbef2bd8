/*
 * topics.c: the topics of `list`, and those that look beyond the parts of a strategy: presets,
 * fields and scenario files.
 */
#include "sim/cli/topics.h"

#include <string.h>

#include "models/fields.h"
#include "models/model.h"
#include "models/presets/presets.h"
#include "sim/base/text.h"
#include "sim/cli/files.h"
#include "sim/cli/play.h"

void cli_topic_unknown(const char *what, const char *name, const char *const *names, size_t count)
{
    const char *near = sim_text_nearest(name, names, count);
    if (near != NULL) {
        cli_complain("list: no %s '%s'; did you mean '%s'?", what, name, near);
        return;
    }
    GString *all = g_string_new(NULL);
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(all, "%s%s", i > 0 ? ", " : "", names[i]);
    cli_complain("list: no %s '%s'; one of: %s", what, name, all->str);
    g_string_free(all, TRUE);
}

static void kind_presets_add(CliList *list, const PlanKind *kind)
{
    for (const PlanPreset *preset = kind->presets; preset != NULL && preset->name != NULL;
         preset++) {
        GString *values = g_string_new(NULL);
        for (const PlanPresetValue *value = preset->values; value->field != NULL; value++)
            g_string_append_printf(values, "%s%s = %s", values->len > 0 ? ", " : "", value->field,
                                   value->value);
        char *name = g_strdup_printf("%s \"%s\"", kind->name, preset->name);
        cli_list_cell(list, name);
        cli_list_cell(list, preset->doc);
        cli_list_cell(list, values->str);
        g_free(name);
        g_string_free(values, TRUE);
    }
}

/* The places of one set, and how many of the others each has a figure for. */
static CliExit fill_places(CliList *list, const char *name)
{
    static const CliListColumn columns[] = {
        {"place", CLI_LIST_NAME},
        {"what it has", CLI_LIST_TEXT},
        {"source", CLI_LIST_FAINT},
        {NULL, CLI_LIST_NAME},
    };
    const PresetsSet *set = presets_set_find(name);
    if (set == NULL) {
        size_t             count;
        const char *const *names = presets_set_names(&count);
        cli_topic_unknown("set of places", name, names, count);
        return CLI_USER;
    }
    cli_list_columns(list, columns);
    for (size_t i = 0; i < set->place_count; i++) {
        size_t links = 0;
        for (size_t k = 0; k < set->link_count; k++)
            links += strcmp(set->links[k].from, set->places[i]) == 0 ? 1 : 0;
        char *what =
            g_strdup_printf("round-trip times to %zu other place%s", links, links == 1 ? "" : "s");
        cli_list_cell(list, set->places[i]);
        cli_list_cell(list, what);
        cli_list_cell(list, i + 1 == set->place_count ? set->source : "");
        g_free(what);
    }
    return CLI_HELD;
}

static CliExit fill_presets(CliList *list, const char *narrow)
{
    static const CliListColumn columns[] = {
        {"name", CLI_LIST_NAME},
        {"what it is", CLI_LIST_TEXT},
        {"values or source", CLI_LIST_FAINT},
        {NULL, CLI_LIST_NAME},
    };
    if (narrow != NULL)
        return fill_places(list, narrow);
    cli_list_columns(list, columns);
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++)
        kind_presets_add(list, *kind);
    size_t            count;
    const PresetsSet *sets = presets_sets(&count);
    for (size_t i = 0; i < count; i++) {
        char *name = g_strdup_printf("preset \"%s\"", sets[i].name);
        char *what = g_strdup_printf("%s: %zu places, %zu round-trip times", sets[i].title,
                                     sets[i].place_count, sets[i].link_count);
        cli_list_cell(list, name);
        cli_list_cell(list, what);
        cli_list_cell(list, sets[i].source);
        g_free(what);
        g_free(name);
    }
    return CLI_HELD;
}

static const char *type_name(PlanType type)
{
    static const char *const names[] = {
        "true or false", "number",        "time",     "time +-", "ratio", "rate",
        "size",          "bandwidth",     "text",     "word",    "name",  "names",
        "part",          "list of parts", "duration", "weights", "bound",
    };
    return (size_t)type < G_N_ELEMENTS(names) ? names[type] : "";
}

static void kind_fields_add(CliList *list, const PlanKind *kind)
{
    for (const PlanField *field = kind->fields; field->name != NULL; field++) {
        if ((field->flags & PLAN_INTERNAL) != 0)
            continue;
        char *name = g_strdup_printf("%s.%s", kind->name, field->name);
        char *type = field->type == PLAN_TYPE_WORD && field->among != NULL
                         ? g_strdup(field->among)
                         : g_strdup(type_name(field->type));
        cli_list_cell(list, name);
        cli_list_cell(list, type);
        cli_list_cell(list, (field->flags & PLAN_REQUIRED) != 0 ? "(required)" : field->initial);
        cli_list_cell(list, field->doc);
        cli_list_cell(list, field->source);
        g_free(type);
        g_free(name);
    }
}

static CliExit fill_fields(CliList *list, const char *narrow)
{
    static const CliListColumn columns[] = {
        {"field", CLI_LIST_NAME},      {"type", CLI_LIST_TEXT},    {"default", CLI_LIST_DEFAULT},
        {"what it is", CLI_LIST_TEXT}, {"source", CLI_LIST_FAINT}, {NULL, CLI_LIST_NAME},
    };
    GPtrArray *names = g_ptr_array_new();
    bool       found = false;
    cli_list_columns(list, columns);
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
        g_ptr_array_add(names, (gpointer)(uintptr_t)(*kind)->name);
        if (narrow == NULL || strcmp(narrow, (*kind)->name) == 0) {
            kind_fields_add(list, *kind);
            found = true;
        }
    }
    if (!found)
        cli_topic_unknown("kind", narrow, (const char *const *)(gpointer)names->pdata, names->len);
    g_ptr_array_free(names, TRUE);
    return found ? CLI_HELD : CLI_USER;
}

static CliExit fill_scenarios(CliList *list, const char *narrow)
{
    static const CliListColumn columns[] = {
        {"scenario", CLI_LIST_NAME},
        {"file", CLI_LIST_TEXT},
        {"about", CLI_LIST_FAINT},
        {NULL, CLI_LIST_NAME},
    };
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    cli_list_columns(list, columns);
    if (narrow == NULL && !g_file_test("scenarios", G_FILE_TEST_IS_DIR)) {
        g_ptr_array_free(files, TRUE);
        cli_complain("list: there is no folder 'scenarios' here; give a folder: "
                     "faultline list scenarios DIR");
        return CLI_USER;
    }
    if (!cli_files_add(files, narrow != NULL ? narrow : "scenarios")) {
        g_ptr_array_free(files, TRUE);
        return CLI_USER;
    }
    for (guint i = 0; i < files->len; i++) {
        PlanProblems *problems = plan_problems_new();
        Plan         *plan = cli_load(files->pdata[i], NULL, problems);
        cli_list_cell(list, plan != NULL ? cli_scenario_name(plan) : "?");
        cli_list_cell(list, files->pdata[i]);
        cli_list_cell(list, plan != NULL ? cli_scenario_about(plan) : "has mistakes; see lint");
        plan_free(plan);
        plan_problems_free(problems);
    }
    g_ptr_array_free(files, TRUE);
    return CLI_HELD;
}

static const CliTopic topics[] = {
    {"strategies", cli_topic_strategies, false, "what can be combined per data class"},
    {"engines", cli_topic_engines, true, "parts as real systems ship them: list engines mysql"},
    {"channels", cli_topic_channels, false, "what carries changes between regions"},
    {"reads", cli_topic_reads, false, "read steps"},
    {"conflicts", cli_topic_conflicts, false, "rules for changes that meet"},
    {"owners", cli_topic_owners, false, "who accepts the changes of a record"},
    {"failovers", cli_topic_failovers, false, "detection, decision and fencing"},
    {"routes", cli_topic_routes, false, "how users find a region, and try another"},
    {"faults", cli_topic_faults, false, "what can break"},
    {"metrics", cli_topic_metrics, false, "what an expectation can measure"},
    {"fields", fill_fields, true, "every field, or those of one kind: list fields queue"},
    {"presets", fill_presets, true,
     "named sets of values, or the places of one: list presets china"},
    {"scenarios", fill_scenarios, true, "scenario files below scenarios/ or a folder"},
};

const CliTopic *cli_topics(size_t *out_count)
{
    *out_count = G_N_ELEMENTS(topics);
    return topics;
}
