/*
 * cmd_new.c: a folder to start from: a scenario that runs and holds, and what editors need to
 * complete and check it. Nothing that exists is overwritten.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "models/model.h"
#include "sim/cli/cli.h"
#include "sim/cli/json.h"
#include "sim/cli/starter.h"
#include "sim/plan/print.h"

#define NAME_LIMIT 64u

/* Letters, digits, '-' and '_': fine as a file, as a word in a shell and in a report. */
static bool name_fine(const char *name)
{
    size_t length =
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    return length > 0 && length <= NAME_LIMIT && name[length] == '\0' && name[0] != '-';
}

static bool file_write(const char *folder, const char *name, const char *text, GError **error)
{
    char *path = g_build_filename(folder, name, NULL);
    bool  fine = g_file_set_contents(path, text, -1, error);
    g_free(path);
    return fine;
}

static bool files_write(const char *folder, const char *name, const char *file, GError **error)
{
    static const char settings[] = "{\n"
                                   "  \"runtime.version\": \"Lua 5.4\",\n"
                                   "  \"workspace.library\": [\"faultline.meta.lua\"],\n"
                                   "  \"diagnostics.globals\": []\n"
                                   "}\n";
    char             *scenario = cli_starter_text(name);
    char             *editor = plan_print_editor(model_catalog());
    char             *luacheck = plan_print_luacheck(model_catalog());
    bool              fine = file_write(folder, file, scenario, error) &&
                file_write(folder, "faultline.meta.lua", editor, error) &&
                file_write(folder, ".luarc.json", settings, error) &&
                file_write(folder, ".luacheckrc", luacheck, error);
    g_free(luacheck);
    g_free(editor);
    g_free(scenario);
    return fine;
}

/* A part of a starter helps nobody and would stand in the way of the next try. */
static void folder_remove(const char *folder, const char *file)
{
    const char *names[] = {file, "faultline.meta.lua", ".luarc.json", ".luacheckrc"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *path = g_build_filename(folder, names[i], NULL);
        (void)g_unlink(path);
        g_free(path);
    }
    (void)g_rmdir(folder);
}

static CliExit make_folder(const char *folder, const char *name, bool json)
{
    GError *error = NULL;
    if (g_mkdir(folder, 0777) != 0) {
        int reason = errno;
        if (reason == EEXIST) {
            cli_complain("new: %s exists; nothing was overwritten", folder);
            return CLI_USER;
        }
        cli_complain("new: %s: cannot make the folder: %s", folder, g_strerror(reason));
        return reason == ENOENT ? CLI_USER : CLI_MACHINE;
    }
    char   *file = g_strdup_printf("%s.lua", name);
    CliExit code = CLI_HELD;
    if (!files_write(folder, name, file, &error)) {
        cli_complain("new: %s", error->message);
        g_error_free(error);
        folder_remove(folder, file);
        code = CLI_MACHINE;
    } else if (json) {
        CliJson *object = cli_json_begin("new");
        cli_json_text(object, "folder", folder);
        cli_json_text(object, "scenario", file);
        char *text = cli_json_end(object);
        fputs(text, stdout);
        g_free(text);
    } else {
        printf("%s/%s\n  play it:  faultline run %s/%s\n", folder, file, folder, file);
    }
    g_free(file);
    return code;
}

CliExit cmd_new(int argc, char **argv)
{
    bool            json = false;
    const CliOption options[] = {
        {"json", 0, CLI_OPTION_FLAG, &json, NULL, "One JSON object on stdout."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {"new",
                          "NAME [--json]",
                          "Makes the folder NAME with a starter scenario, definitions for editors "
                          "and a luacheck configuration.",
                          options,
                          1,
                          1};
    CliExit       code;
    GPtrArray    *words = cli_parse(&verb, argc, argv, &code);
    if (words == NULL)
        return code;
    const char *folder = words->pdata[0];
    char       *name = g_path_get_basename(folder);
    if (name_fine(name)) {
        code = make_folder(folder, name, json);
    } else {
        cli_complain("new: '%s': a name has letters, digits, '-' and '_', at most %u", name,
                     NAME_LIMIT);
        code = CLI_USER;
    }
    g_free(name);
    g_ptr_array_free(words, TRUE);
    return code;
}
