/*
 * cmd_list.c: what a scenario may use, from the same tables that read it.
 */
#include <stdio.h>
#include <string.h>

#include "models/model.h"
#include "sim/base/text.h"
#include "sim/cli/cli.h"
#include "sim/cli/json.h"
#include "sim/cli/listing.h"
#include "sim/cli/topics.h"
#include "sim/plan/print.h"

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

static const CliTopic *topic_find(const char *name)
{
    size_t          count;
    const CliTopic *topics = cli_topics(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(topics[i].name, name) == 0)
            return &topics[i];
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

static void topic_unknown(const char *name)
{
    size_t          count;
    const CliTopic *topics = cli_topics(&count);
    GPtrArray      *names = g_ptr_array_new();
    for (size_t i = 0; i < count; i++)
        g_ptr_array_add(names, (gpointer)(uintptr_t)topics[i].name);
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
        g_ptr_array_add(names, (gpointer)(uintptr_t)pages[i].name);
    cli_topic_unknown("topic", name, (const char *const *)(gpointer)names->pdata, names->len);
    cli_repeat_set("%s list", cli_program());
    g_ptr_array_free(names, TRUE);
}

static void topics_print(void)
{
    size_t          count;
    const CliTopic *topics = cli_topics(&count);
    for (size_t i = 0; i < count; i++)
        printf("faultline list %-11s  %s\n", topics[i].name, topics[i].doc);
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
        printf("faultline list %-11s  %s\n", pages[i].name, pages[i].doc);
}

static CliExit topic_print(const CliTopic *topic, const char *more, bool json, bool plain)
{
    CliList *list = cli_list_new();
    CliExit  code = topic->fill(list, more);
    if (code == CLI_HELD && json)
        cli_list_json(list, topic->name);
    else if (code == CLI_HELD && plain)
        cli_list_plain(list);
    else if (code == CLI_HELD)
        cli_list_people(list);
    else
        cli_repeat_set("%s list %s", cli_program(), topic->name);
    cli_list_free(list);
    return code;
}

CliExit cmd_list(int argc, char **argv)
{
    bool            json = false, plain = false;
    const CliOption options[] = {
        {"json", 0, CLI_OPTION_FLAG, &json, NULL, "One JSON object on stdout."},
        {"plain", 0, CLI_OPTION_FLAG, &plain, NULL, "One line per row, tabs between the cells."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {
        "list",
        "[strategies|engines [NAME]|channels|reads|conflicts|owners|failovers|"
        "routes|faults|metrics|fields [KIND]|presets [SET]|scenarios [DIR]|reference|"
        "editor|luacheck]",
        "Shows what a scenario may use; without a word, what can be listed.",
        options,
        0,
        2};
    CliExit    code;
    GPtrArray *words = cli_parse(&verb, argc, argv, &code);
    if (words == NULL)
        return code;
    if (words->len == 0) {
        topics_print();
        g_ptr_array_free(words, TRUE);
        return CLI_HELD;
    }
    const char     *name = words->pdata[0];
    const CliTopic *topic = topic_find(name);
    const char     *more = words->len > 1 ? words->pdata[1] : NULL;
    code = CLI_USER;
    if (more != NULL && (topic != NULL ? !topic->narrows : page_is(name))) {
        cli_complain("list: '%s' is listed as a whole; '%s' is one argument too many", name, more);
        cli_repeat_set("%s list", cli_program());
    } else if (topic != NULL) {
        code = topic_print(topic, more, json, plain);
    } else if (page_print(name, json)) {
        code = CLI_HELD;
    } else {
        topic_unknown(name);
    }
    g_ptr_array_free(words, TRUE);
    return code;
}
