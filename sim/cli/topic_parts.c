/*
 * topic_parts.c: the lists of what a strategy is put together from.
 *
 * Made from the tables of kinds, presets and options alone: a kind or preset that a model adds is
 * listed without a line here. An engine is a named preset; its scenario, if there is one,
 * is scenarios/catalog/engines/NAME.lua; that of a rule is conflict-WORD.lua there.
 */
#include "sim/cli/topics.h"

#include <string.h>

#include "models/fields.h"
#include "models/model.h"

#define ENGINE_SCENARIOS "scenarios/catalog/engines"

/* Families of parts that make up a controller. */
static const char *const failover_groups[] = {"detect", "decide", "fence", NULL};

static bool in_group(const PlanKind *kind, const char *group)
{
    return kind->group != NULL && strcmp(kind->group, group) == 0;
}

static bool shown(const PlanField *field)
{
    return (field->flags & PLAN_INTERNAL) == 0;
}

/* --- sums of sources --- */

/* "MySQL manual, replica_net_timeout (60 s)" comes from "MySQL manual"; owned. */
static char *source_head(const char *source)
{
    return g_strndup(source, strcspn(source, ",;:("));
}

/* Adds the work a source stands in, unless it is there. `chosen` goes last, by the caller. */
static void source_add(GPtrArray *heads, const char *source, bool *chosen)
{
    if (source == NULL || source[0] == '\0')
        return;
    char *head = g_strchomp(source_head(source));
    bool  own = strcmp(head, "chosen") == 0;
    bool  known = own;
    *chosen = *chosen || own;
    for (guint i = 0; i < heads->len && !known; i++)
        known = strcmp(heads->pdata[i], head) == 0;
    if (known)
        g_free(head);
    else
        g_ptr_array_add(heads, head);
}

/* "MySQL manual; the rest chosen"; owned. */
static char *sources_text(GPtrArray *heads, bool chosen)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < heads->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "; " : "", (const char *)heads->pdata[i]);
    if (chosen)
        g_string_append(text, heads->len > 0 ? "; the rest chosen" : "chosen");
    return g_string_free(text, FALSE);
}

/* --- where a part stands --- */

/* "channels of data": the first field that takes parts of that family; components stand alone.
 * Owned. */
static char *place_of(const char *group)
{
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
        for (const PlanField *field = (*kind)->fields; field->name != NULL; field++) {
            bool takes = field->type == PLAN_TYPE_PART || field->type == PLAN_TYPE_PARTS;
            if (takes && field->among != NULL && strcmp(field->among, group) == 0)
                return g_strdup_printf("%s of %s", field->name, (*kind)->name);
        }
    }
    return g_strdup("at the top level");
}

/* --- kinds: name, how to write it, what it does, defaults, presets, sources --- */

/* queue {}, lease "30s", "local"; owned. */
static char *kind_written(const PlanKind *kind)
{
    if (in_group(kind, "component"))
        return g_strdup_printf(kind->named ? "%s \"NAME\" {}" : "%s {}", kind->name);
    for (const PlanField *field = kind->fields; field->name != NULL; field++) {
        if ((field->flags & PLAN_REQUIRED) != 0 && (field->flags & PLAN_POSITIONAL) != 0)
            return g_strdup_printf("%s \"%s\"", kind->name,
                                   field->initial != NULL ? field->initial : "...");
    }
    if (kind->fields[0].name == NULL)
        return g_strdup_printf("\"%s\"", kind->name);
    return g_strdup_printf("%s {}", kind->name);
}

static char *kind_defaults(CliList *list, const PlanKind *kind, char **out_sources)
{
    GString   *text = g_string_new(NULL);
    GPtrArray *heads = g_ptr_array_new_with_free_func(g_free);
    bool       chosen = false;
    for (const PlanField *field = kind->fields; field->name != NULL; field++) {
        if (!shown(field))
            continue;
        const char *value = (field->flags & PLAN_REQUIRED) != 0 ? "(required)" : field->initial;
        cli_list_detail(list, field->name, value, field->doc, field->source);
        if (value == NULL)
            continue;
        g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? ", " : "", field->name,
                               value[0] == '(' ? " " : " = ", value);
        source_add(heads, field->source, &chosen);
    }
    *out_sources = sources_text(heads, chosen);
    g_ptr_array_free(heads, TRUE);
    return g_string_free(text, FALSE);
}

static char *kind_presets(const PlanKind *kind)
{
    GString *text = g_string_new(NULL);
    for (const PlanPreset *preset = kind->presets; preset != NULL && preset->name != NULL; preset++)
        g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", preset->name);
    return g_string_free(text, FALSE);
}

static const CliListColumn kind_columns[] = {
    {"name", CLI_LIST_NAME},        {"written", CLI_LIST_HIDDEN}, {"what it does", CLI_LIST_TEXT},
    {"defaults", CLI_LIST_LABEL},   {"source", CLI_LIST_LABEL},   {"presets", CLI_LIST_LABEL},
    {"leaves out", CLI_LIST_LABEL}, {"where", CLI_LIST_HEADING},  {"family", CLI_LIST_HIDDEN},
    {NULL, CLI_LIST_NAME},
};

static void kind_row(CliList *list, const PlanKind *kind)
{
    char *sources;
    char *defaults = kind_defaults(list, kind, &sources);
    cli_list_cell(list, kind->name);
    cli_list_cell_take(list, kind_written(kind));
    cli_list_cell(list, kind->doc);
    cli_list_cell_take(list, defaults);
    cli_list_cell_take(list, sources);
    cli_list_cell_take(list, kind_presets(kind));
    cli_list_cell(list, kind->leaves_out);
    cli_list_cell_take(list, place_of(kind->group));
    cli_list_cell(list, kind->group);
}

static CliExit fill_kinds(CliList *list, const char *const *groups)
{
    cli_list_columns(list, kind_columns);
    list->details_key = "fields";
    for (; *groups != NULL; groups++) {
        for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
            if (in_group(*kind, *groups))
                kind_row(list, *kind);
        }
    }
    return CLI_HELD;
}

CliExit cli_topic_channels(CliList *list, const char *narrow)
{
    static const char *const groups[] = {"channel", NULL};
    (void)narrow;
    return fill_kinds(list, groups);
}

CliExit cli_topic_reads(CliList *list, const char *narrow)
{
    static const char *const groups[] = {"read", NULL};
    (void)narrow;
    return fill_kinds(list, groups);
}

CliExit cli_topic_routes(CliList *list, const char *narrow)
{
    static const char *const groups[] = {"resolver", "retry", NULL};
    (void)narrow;
    return fill_kinds(list, groups);
}

/* The controller first, then what it is put together from. */
CliExit cli_topic_failovers(CliList *list, const char *narrow)
{
    (void)narrow;
    cli_list_columns(list, kind_columns);
    list->details_key = "fields";
    kind_row(list, plan_kind_find(model_catalog(), "component", "failover"));
    return fill_kinds(list, failover_groups);
}

/* --- kinds that speak for themselves --- */

static CliExit fill_group(CliList *list, const char *group)
{
    static const CliListColumn columns[] = {
        {"name", CLI_LIST_NAME},
        {"what it does", CLI_LIST_TEXT},
        {"leaves out", CLI_LIST_FAINT},
        {NULL, CLI_LIST_NAME},
    };
    cli_list_columns(list, columns);
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
        if (!in_group(*kind, group))
            continue;
        cli_list_cell(list, (*kind)->name);
        cli_list_cell(list, (*kind)->doc);
        cli_list_cell(list, (*kind)->leaves_out);
    }
    return CLI_HELD;
}

CliExit cli_topic_faults(CliList *list, const char *narrow)
{
    (void)narrow;
    return fill_group(list, "fault");
}

CliExit cli_topic_metrics(CliList *list, const char *narrow)
{
    (void)narrow;
    return fill_group(list, "metric");
}

/* --- the words of a field of `data` --- */

typedef void (*WordRow)(CliList *list, const PlanField *field, const char *word, const char *doc,
                        const char *source);

static void words_add(CliList *list, int field_index, WordRow row)
{
    const PlanKind  *data = plan_kind_find(model_catalog(), NULL, "data");
    const PlanField *field = &data->fields[field_index];
    char           **words = g_strsplit(field->among != NULL ? field->among : "", "|", -1);
    for (char **word = words; *word != NULL; word++) {
        const PlanOption *option = plan_option_find(field, *word);
        row(list, field, *word, option != NULL ? option->doc : field->doc,
            option != NULL ? option->source : field->source);
    }
    g_strfreev(words);
}

static void word_row(CliList *list, const PlanField *field, const char *word, const char *doc,
                     const char *source)
{
    bool initial = field->initial != NULL && strcmp(field->initial, word) == 0;
    cli_list_cell(list, word);
    cli_list_cell_take(list, g_strdup_printf("%s = \"%s\"", field->name, word));
    cli_list_cell(list, doc);
    char *file = g_strdup_printf("%s/%s-%s.lua", ENGINE_SCENARIOS, field->name, word);
    cli_list_cell(list, initial ? "(default)" : "");
    cli_list_cell(list, source);
    cli_list_cell(list, g_file_test(file, G_FILE_TEST_IS_REGULAR) ? file : "");
    g_free(file);
}

static CliExit fill_words(CliList *list, int field_index)
{
    static const CliListColumn columns[] = {
        {"name", CLI_LIST_NAME},
        {"written", CLI_LIST_HIDDEN},
        {"what it decides", CLI_LIST_TEXT},
        {"default", CLI_LIST_DEFAULT},
        {"source", CLI_LIST_LABEL},
        {"scenario", CLI_LIST_LABEL},
        {NULL, CLI_LIST_NAME},
    };
    cli_list_columns(list, columns);
    words_add(list, field_index, word_row);
    return CLI_HELD;
}

CliExit cli_topic_conflicts(CliList *list, const char *narrow)
{
    (void)narrow;
    return fill_words(list, DATA_CONFLICT);
}

CliExit cli_topic_owners(CliList *list, const char *narrow)
{
    (void)narrow;
    return fill_words(list, DATA_OWNER);
}

/* --- strategies: a choice from each of four families --- */

static void strategy_row(CliList *list, const PlanField *field, const char *word, const char *doc,
                         const char *source)
{
    (void)source;
    cli_list_cell(list, word);
    cli_list_cell(list, doc);
    cli_list_cell_take(list, g_strdup_printf("%s of data", field->name));
    cli_list_cell(list, field->name);
}

CliExit cli_topic_strategies(CliList *list, const char *narrow)
{
    static const char *const   groups[] = {"channel", "read"};
    static const CliListColumn columns[] = {
        {"name", CLI_LIST_NAME},     {"what it does", CLI_LIST_TEXT}, {"where", CLI_LIST_HEADING},
        {"family", CLI_LIST_HIDDEN}, {NULL, CLI_LIST_NAME},
    };
    (void)narrow;
    cli_list_columns(list, columns);
    for (size_t g = 0; g < G_N_ELEMENTS(groups); g++) {
        for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
            if (!in_group(*kind, groups[g]))
                continue;
            cli_list_cell(list, (*kind)->name);
            cli_list_cell(list, (*kind)->doc);
            cli_list_cell_take(list, place_of(groups[g]));
            cli_list_cell(list, groups[g]);
        }
    }
    words_add(list, DATA_CONFLICT, strategy_row);
    words_add(list, DATA_OWNER, strategy_row);
    return CLI_HELD;
}

/* --- engines --- */

/* What a field of a preset would be without it: the kind's default. */
static const PlanField *field_of(const PlanKind *kind, const char *name)
{
    int index = plan_field_find(kind, name);
    return index < 0 ? NULL : &kind->fields[index];
}

/* ... or, for "decide.median", that of the part which the preset puts into "decide". */
static const PlanField *field_within(const PlanKind *kind, const PlanPreset *preset,
                                     const char *name)
{
    const char *dot = strchr(name, '.');
    if (dot == NULL)
        return field_of(kind, name);
    g_autofree char *outer = g_strndup(name, (gsize)(dot - name));
    const PlanField *field = field_of(kind, outer);
    const char      *word = field != NULL ? field->initial : NULL;
    for (const PlanPresetValue *value = preset->values; value->field != NULL; value++)
        if (strcmp(value->field, outer) == 0)
            word = value->value;
    const PlanKind *part =
        word != NULL ? plan_kind_find(model_catalog(), field->among, word) : NULL;
    return part != NULL ? field_of(part, dot + 1) : NULL;
}

static bool is_part(const PlanKind *kind)
{
    return !in_group(kind, "component");
}

static void engine_row(CliList *list, const PlanKind *kind, const PlanPreset *preset)
{
    GString   *values = g_string_new(NULL);
    GPtrArray *heads = g_ptr_array_new_with_free_func(g_free);
    bool       chosen = false;
    for (const PlanPresetValue *value = preset->values; value->field != NULL; value++) {
        const PlanField *field = field_within(kind, preset, value->field);
        cli_list_detail(list, value->field, value->value, field != NULL ? field->doc : NULL,
                        value->source);
        g_string_append_printf(values, "%s%s = %s", values->len > 0 ? ", " : "", value->field,
                               value->value);
        source_add(heads, value->source, &chosen);
    }
    char *file = g_strdup_printf("%s/%s.lua", ENGINE_SCENARIOS, preset->name);
    cli_list_cell_take(
        list, is_part(kind)
                  ? g_strdup_printf("%s \"%s\" {}", kind->name, preset->name)
                  : g_strdup_printf("%s \"NAME\" { like = \"%s\" }", kind->name, preset->name));
    cli_list_cell(list, preset->name);
    cli_list_cell(list, preset->doc);
    cli_list_cell_take(list, g_string_free(values, FALSE));
    cli_list_cell_take(list, sources_text(heads, chosen));
    cli_list_cell(list, preset->leaves_out);
    cli_list_cell(list, g_file_test(file, G_FILE_TEST_IS_REGULAR) ? file : "");
    cli_list_cell_take(list, place_of(kind->group));
    cli_list_cell(list, kind->group);
    g_free(file);
    g_ptr_array_free(heads, TRUE);
}

/* Every preset, or those of one name; false and a complaint if there is none. */
static bool engines_add(CliList *list, const char *narrow)
{
    GPtrArray *names = g_ptr_array_new();
    bool       found = narrow == NULL;
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
        const PlanPreset *preset = (*kind)->presets;
        for (; preset != NULL && preset->name != NULL; preset++) {
            g_ptr_array_add(names, (gpointer)(uintptr_t)preset->name);
            if (narrow != NULL && strcmp(preset->name, narrow) != 0)
                continue;
            engine_row(list, *kind, preset);
            found = true;
        }
    }
    if (!found)
        cli_topic_unknown("engine", narrow, (const char *const *)(gpointer)names->pdata,
                          names->len);
    g_ptr_array_free(names, TRUE);
    return found;
}

/* With a name: its values one by one instead of their sum. */
CliExit cli_topic_engines(CliList *list, const char *narrow)
{
    CliListLook         sum = narrow != NULL ? CLI_LIST_HIDDEN : CLI_LIST_LABEL;
    const CliListColumn columns[] = {
        {"name", CLI_LIST_NAME},
        {"engine", CLI_LIST_HIDDEN},
        {"what it is", CLI_LIST_TEXT},
        {"values", sum},
        {"source", sum},
        {"leaves out", CLI_LIST_LABEL},
        {"scenario", CLI_LIST_LABEL},
        {"where", CLI_LIST_HEADING},
        {"family", CLI_LIST_HIDDEN},
        {NULL, CLI_LIST_NAME},
    };
    cli_list_columns(list, columns);
    list->details_key = "settings";
    list->details_shown = narrow != NULL;
    return engines_add(list, narrow) ? CLI_HELD : CLI_USER;
}
