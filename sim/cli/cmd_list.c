/*
 * cmd_list.c: what a scenario may use, from the same tables that read it.
 *
 * Every list is a table of texts with named columns; the three looks (people, --plain, --json) know
 * nothing of what is listed.
 */
#include <stdio.h>
#include <string.h>

#include "models/fields.h"
#include "models/model.h"
#include "models/presets/presets.h"
#include "sim/base/text.h"
#include "sim/cli/cli.h"
#include "sim/cli/files.h"
#include "sim/cli/json.h"
#include "sim/cli/play.h"
#include "sim/plan/print.h"

#define COLUMN_LIMIT 5u

typedef struct List {
    const char *columns[COLUMN_LIMIT + 1]; /* ends with NULL; the last one may be long */
    GPtrArray  *cells;                     /* row by row; owned texts */
} List;

typedef struct What {
    const char *name;
    CliExit (*fill)(List *list, const char *narrow);
    bool        narrows; /* takes one more word */
    const char *doc;
} What;

static void cell(List *list, const char *text)
{
    g_ptr_array_add(list->cells, g_strdup(text != NULL ? text : ""));
}

static void columns_set(List *list, const char *a, const char *b, const char *c, const char *d,
                        const char *e)
{
    const char *names[COLUMN_LIMIT] = {a, b, c, d, e};
    for (uint32_t i = 0; i < COLUMN_LIMIT; i++)
        list->columns[i] = names[i];
    list->columns[COLUMN_LIMIT] = NULL;
}

static uint32_t column_count(const List *list)
{
    uint32_t count = 0;
    while (list->columns[count] != NULL)
        count++;
    return count;
}

/* --- filling --- */

static bool in_group(const PlanKind *kind, const char *group)
{
    return kind->group != NULL && strcmp(kind->group, group) == 0;
}

static CliExit fill_group(List *list, const char *group)
{
    const PlanCatalog *catalog = model_catalog();
    columns_set(list, "name", "what it does", "leaves out", NULL, NULL);
    for (const PlanKind *const *kind = catalog->kinds; *kind != NULL; kind++) {
        if (!in_group(*kind, group))
            continue;
        cell(list, (*kind)->name);
        cell(list, (*kind)->doc);
        cell(list, (*kind)->leaves_out);
    }
    return CLI_HELD;
}

static CliExit fill_channels(List *list, const char *narrow)
{
    (void)narrow;
    return fill_group(list, "channel");
}

static CliExit fill_reads(List *list, const char *narrow)
{
    (void)narrow;
    return fill_group(list, "read");
}

static CliExit fill_faults(List *list, const char *narrow)
{
    (void)narrow;
    return fill_group(list, "fault");
}

static CliExit fill_metrics(List *list, const char *narrow)
{
    (void)narrow;
    return fill_group(list, "metric");
}

/* The words that a field of `data` takes, one row each. */
static void words_add(List *list, const char *family, int field_index)
{
    const PlanKind  *data = plan_kind_find(model_catalog(), NULL, "data");
    const PlanField *field = &data->fields[field_index];
    char           **words = g_strsplit(field->among != NULL ? field->among : "", "|", -1);
    for (char **word = words; *word != NULL; word++) {
        if (family != NULL)
            cell(list, family);
        cell(list, *word);
        const PlanOption *option = plan_option_find(field, *word);
        cell(list, option != NULL ? option->doc : field->doc);
    }
    g_strfreev(words);
}

static CliExit fill_conflicts(List *list, const char *narrow)
{
    (void)narrow;
    columns_set(list, "name", "what it decides", NULL, NULL, NULL);
    words_add(list, NULL, DATA_CONFLICT);
    return CLI_HELD;
}

/* A strategy is a choice from each of four families. */
static CliExit fill_strategies(List *list, const char *narrow)
{
    static const char *const groups[] = {"channel", "read"};
    (void)narrow;
    columns_set(list, "family", "name", "what it does", NULL, NULL);
    for (size_t g = 0; g < G_N_ELEMENTS(groups); g++) {
        for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
            if (!in_group(*kind, groups[g]))
                continue;
            cell(list, groups[g]);
            cell(list, (*kind)->name);
            cell(list, (*kind)->doc);
        }
    }
    words_add(list, "conflict", DATA_CONFLICT);
    words_add(list, "owner", DATA_OWNER);
    return CLI_HELD;
}

static void kind_presets_add(List *list, const PlanKind *kind)
{
    for (const PlanPreset *preset = kind->presets; preset != NULL && preset->name != NULL;
         preset++) {
        GString *values = g_string_new(NULL);
        for (const PlanPresetValue *value = preset->values; value->field != NULL; value++)
            g_string_append_printf(values, "%s%s = %s", values->len > 0 ? ", " : "", value->field,
                                   value->value);
        char *name = g_strdup_printf("%s \"%s\"", kind->name, preset->name);
        cell(list, name);
        cell(list, preset->doc);
        cell(list, values->str);
        g_free(name);
        g_string_free(values, TRUE);
    }
}

static CliExit fill_engines(List *list, const char *narrow)
{
    (void)narrow;
    columns_set(list, "name", "what it is", "values", NULL, NULL);
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
        if (in_group(*kind, "channel"))
            kind_presets_add(list, *kind);
    }
    return CLI_HELD;
}

/* The places of one set, and how many of the others each has a figure for. */
static CliExit fill_places(List *list, const char *name)
{
    const PresetsSet *set = presets_set_find(name);
    if (set == NULL) {
        size_t             count;
        const char *const *names = presets_set_names(&count);
        const char        *near = sim_text_nearest(name, names, count);
        GString           *all = g_string_new(NULL);
        for (size_t i = 0; i < count; i++)
            g_string_append_printf(all, "%s%s", i > 0 ? ", " : "", names[i]);
        if (near != NULL)
            cli_complain("list: no set of places '%s'; did you mean '%s'?", name, near);
        else
            cli_complain("list: no set of places '%s'; one of: %s", name, all->str);
        g_string_free(all, TRUE);
        return CLI_USER;
    }
    columns_set(list, "place", "what it has", "source", NULL, NULL);
    for (size_t i = 0; i < set->place_count; i++) {
        size_t links = 0;
        for (size_t k = 0; k < set->link_count; k++)
            links += strcmp(set->links[k].from, set->places[i]) == 0 ? 1 : 0;
        char *what =
            g_strdup_printf("round-trip times to %zu other place%s", links, links == 1 ? "" : "s");
        cell(list, set->places[i]);
        cell(list, what);
        cell(list, i + 1 == set->place_count ? set->source : "");
        g_free(what);
    }
    return CLI_HELD;
}

static CliExit fill_presets(List *list, const char *narrow)
{
    if (narrow != NULL)
        return fill_places(list, narrow);
    columns_set(list, "name", "what it is", "values or source", NULL, NULL);
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++)
        kind_presets_add(list, *kind);
    size_t            count;
    const PresetsSet *sets = presets_sets(&count);
    for (size_t i = 0; i < count; i++) {
        char *name = g_strdup_printf("preset \"%s\"", sets[i].name);
        char *what = g_strdup_printf("%s: %zu places, %zu round-trip times", sets[i].title,
                                     sets[i].place_count, sets[i].link_count);
        cell(list, name);
        cell(list, what);
        cell(list, sets[i].source);
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

static void kind_fields_add(List *list, const PlanKind *kind)
{
    for (const PlanField *field = kind->fields; field->name != NULL; field++) {
        if ((field->flags & PLAN_INTERNAL) != 0)
            continue;
        char *name = g_strdup_printf("%s.%s", kind->name, field->name);
        char *type = field->type == PLAN_TYPE_WORD && field->among != NULL
                         ? g_strdup(field->among)
                         : g_strdup(type_name(field->type));
        cell(list, name);
        cell(list, type);
        cell(list, (field->flags & PLAN_REQUIRED) != 0 ? "(required)" : field->initial);
        cell(list, field->doc);
        cell(list, field->source);
        g_free(type);
        g_free(name);
    }
}

static CliExit fill_fields(List *list, const char *narrow)
{
    GPtrArray *names = g_ptr_array_new();
    bool       found = false;
    columns_set(list, "field", "type", "default", "what it is", "source");
    for (const PlanKind *const *kind = model_catalog()->kinds; *kind != NULL; kind++) {
        g_ptr_array_add(names, (gpointer)(uintptr_t)(*kind)->name);
        if (narrow == NULL || strcmp(narrow, (*kind)->name) == 0) {
            kind_fields_add(list, *kind);
            found = true;
        }
    }
    if (!found) {
        const char *near =
            sim_text_nearest(narrow, (const char *const *)(gpointer)names->pdata, names->len);
        cli_complain("list: no kind '%s'%s%s%s", narrow, near != NULL ? "; did you mean '" : "",
                     near != NULL ? near : "", near != NULL ? "'?" : "");
    }
    g_ptr_array_free(names, TRUE);
    return found ? CLI_HELD : CLI_USER;
}

static CliExit fill_scenarios(List *list, const char *narrow)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    columns_set(list, "scenario", "file", "about", NULL, NULL);
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
        cell(list, plan != NULL ? cli_scenario_name(plan) : "?");
        cell(list, files->pdata[i]);
        cell(list, plan != NULL ? cli_scenario_about(plan) : "has mistakes; see lint");
        plan_free(plan);
        plan_problems_free(problems);
    }
    g_ptr_array_free(files, TRUE);
    return CLI_HELD;
}

static const What whats[] = {
    {"strategies", fill_strategies, false, "what can be combined per data class"},
    {"engines", fill_engines, false, "channels as real systems ship them"},
    {"channels", fill_channels, false, "what carries changes between regions"},
    {"reads", fill_reads, false, "read steps"},
    {"conflicts", fill_conflicts, false, "rules for changes that meet"},
    {"faults", fill_faults, false, "what can break"},
    {"metrics", fill_metrics, false, "what an expectation can measure"},
    {"fields", fill_fields, true, "every field, or those of one kind: list fields queue"},
    {"presets", fill_presets, true,
     "named sets of values, or the places of one: list presets china"},
    {"scenarios", fill_scenarios, true, "scenario files below scenarios/ or a folder"},
};

/* Whole pages made from the same tables; the project keeps them as files and compares. */
typedef struct Page {
    const char *name;
    char *(*print)(const PlanCatalog *catalog);
    const char *doc;
} Page;

static const Page pages[] = {
    {"reference", plan_print_reference, "every word with its fields, as Markdown"},
    {"editor", plan_print_editor, "completion for editors (LuaLS)"},
    {"luacheck", plan_print_luacheck, "configuration for luacheck"},
};

static bool page_print(const char *name, bool json)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (strcmp(pages[i].name, name) != 0)
            continue;
        char *text = pages[i].print(model_catalog());
        if (json) {
            CliJson *page = cli_json_begin("list");
            cli_json_text(page, "what", name);
            cli_json_text(page, "text", text);
            g_free(text);
            text = cli_json_end(page);
        }
        fputs(text, stdout);
        g_free(text);
        return true;
    }
    return false;
}

/* --- looks --- */

static const char *cell_at(const List *list, guint row, uint32_t column)
{
    return list->cells->pdata[row * column_count(list) + column];
}

/* The words of `text` in lines of at most `width` signs, each after the first indented. */
static void print_wrapped(const char *text, long indent, long width)
{
    char **words = g_strsplit(text, " ", -1);
    long   at = 0;
    for (char **word = words; *word != NULL; word++) {
        long length = g_utf8_strlen(*word, -1);
        if (at > 0 && at + 1 + length > width) {
            printf("\n%*s", (int)indent, "");
            at = 0;
        } else if (at > 0) {
            putchar(' ');
            at++;
        }
        fputs(*word, stdout);
        at += length;
    }
    g_strfreev(words);
}

/* For people: the first column stands left, everything else beside it, sources faint. */
static void look_people(const List *list)
{
    uint32_t columns = column_count(list);
    guint    rows = list->cells->len / columns;
    long     width = 8;
    for (guint row = 0; row < rows; row++)
        width = MAX(width, MIN(g_utf8_strlen(cell_at(list, row, 0), -1), 30));
    for (guint row = 0; row < rows; row++) {
        char *name = cli_pad(cell_at(list, row, 0), (int)width);
        printf("%s  ", name);
        g_free(name);
        bool first = true;
        for (uint32_t column = 1; column < columns; column++) {
            const char *text = cell_at(list, row, column);
            if (text[0] == '\0')
                continue;
            if (strcmp(list->columns[column], "default") == 0) {
                printf("%s%s", text[0] == '(' ? " " : ", default ", text);
                continue;
            }
            if (!first)
                printf("\n%*s", (int)width + 2, "");
            bool faint = column > 1 && column + 1 == columns;
            printf("%s", faint ? cli_colour(CLI_FAINT) : "");
            print_wrapped(text, width + 2, 98 - width);
            printf("%s", faint ? cli_colour(CLI_PLAIN) : "");
            first = false;
        }
        putchar('\n');
    }
}

/* For scripts: one line per row, tabs between the cells. */
static void look_plain(const List *list)
{
    uint32_t columns = column_count(list);
    for (guint i = 0; i < list->cells->len; i++) {
        char *text = g_strdelimit(g_strdup(list->cells->pdata[i]), "\t\n", ' ');
        printf("%s%c", text, (i + 1) % columns == 0 ? '\n' : '\t');
        g_free(text);
    }
}

static void look_json(const List *list, const char *what)
{
    uint32_t columns = column_count(list);
    CliJson *json = cli_json_begin("list");
    cli_json_text(json, "what", what);
    cli_json_array(json, "rows");
    for (guint row = 0; row < list->cells->len / columns; row++) {
        cli_json_object(json, NULL);
        for (uint32_t column = 0; column < columns; column++) {
            char *key = g_strdelimit(g_strdup(list->columns[column]), " ", '_');
            cli_json_text(json, key, cell_at(list, row, column));
            g_free(key);
        }
        cli_json_close(json);
    }
    cli_json_close(json);
    char *text = cli_json_end(json);
    fputs(text, stdout);
    g_free(text);
}

static const What *what_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(whats); i++) {
        if (strcmp(whats[i].name, name) == 0)
            return &whats[i];
    }
    return NULL;
}

static bool page_is(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (strcmp(pages[i].name, name) == 0)
            return true;
    }
    return false;
}

static void what_unknown(const char *name)
{
    const char *names[G_N_ELEMENTS(whats) + G_N_ELEMENTS(pages)];
    size_t      count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(whats); i++)
        names[count++] = whats[i].name;
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
        names[count++] = pages[i].name;
    const char *near = sim_text_nearest(name, names, count);
    if (near != NULL)
        cli_complain("list: nothing is called '%s'; did you mean '%s'?", name, near);
    else
        cli_complain("list: nothing is called '%s'", name);
    cli_repeat_set("%s list", cli_program());
}

static void whats_print(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(whats); i++)
        printf("faultline list %-11s  %s\n", whats[i].name, whats[i].doc);
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
        printf("faultline list %-11s  %s\n", pages[i].name, pages[i].doc);
}

CliExit cmd_list(int argc, char **argv)
{
    bool            json = false, plain = false;
    const CliOption options[] = {
        {"json", 0, CLI_OPTION_FLAG, &json, NULL, "One JSON object on stdout."},
        {"plain", 0, CLI_OPTION_FLAG, &plain, NULL, "One line per row, tabs between the cells."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {"list",
                          "[strategies|engines|channels|reads|conflicts|faults|metrics|"
                          "fields [KIND]|presets [SET]|scenarios [DIR]|reference|editor|luacheck]",
                          "Shows what a scenario may use; without a word, what can be listed.",
                          options,
                          0,
                          2};
    CliExit       code;
    GPtrArray    *words = cli_parse(&verb, argc, argv, &code);
    if (words == NULL)
        return code;
    if (words->len == 0) {
        whats_print();
        g_ptr_array_free(words, TRUE);
        return CLI_HELD;
    }
    const What *what = what_find(words->pdata[0]);
    const char *more = words->len > 1 ? words->pdata[1] : NULL;
    code = CLI_USER;
    if (more != NULL && (what != NULL ? !what->narrows : page_is(words->pdata[0]))) {
        cli_complain("list: '%s' is listed as a whole; '%s' is one argument too many",
                     (const char *)words->pdata[0], more);
        cli_repeat_set("%s list", cli_program());
    } else if (what == NULL && page_print(words->pdata[0], json)) {
        code = CLI_HELD;
    } else if (what == NULL) {
        what_unknown(words->pdata[0]);
    } else {
        List list = {.cells = g_ptr_array_new_with_free_func(g_free)};
        code = what->fill(&list, more);
        if (code == CLI_HELD && json)
            look_json(&list, what->name);
        else if (code == CLI_HELD && plain)
            look_plain(&list);
        else if (code == CLI_HELD)
            look_people(&list);
        g_ptr_array_free(list.cells, TRUE);
    }
    g_ptr_array_free(words, TRUE);
    return code;
}
