/*
 * cmd_report.c: draws the report again, from the databases alone.
 */
#include <errno.h>
#include <stdio.h>

#include "reports/report.h"
#include "sim/cli/cli.h"
#include "sim/cli/json.h"
#include "sim/cli/output.h"
#include "sim/store/reader.h"

/* A result directory stands for the database in it. Owned. */
static char *database_of(const char *path)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return g_build_filename(path, "result.db", NULL);
    return g_strdup(path);
}

static bool databases_check(const GPtrArray *databases)
{
    for (guint i = 0; i < databases->len; i++) {
        GError      *error = NULL;
        StoreReader *reader = store_reader_open(databases->pdata[i], &error);
        if (reader == NULL) {
            cli_complain("report: %s", error->message);
            g_error_free(error);
            return false;
        }
        store_reader_free(reader);
    }
    return true;
}

/* Where the report goes if nobody says: beside a single database. */
static char *place_of(const char *out, const GPtrArray *databases)
{
    if (out != NULL)
        return g_strdup(out);
    if (databases->len == 1)
        return g_path_get_dirname(databases->pdata[0]);
    return g_strdup("out/report");
}

/* Makes the directory, also where a link leads that leads nowhere yet. */
static CliExit place_make(const char *place)
{
    GError *error = NULL;
    char   *target = cli_output_follow(place, &error);
    CliExit code = CLI_HELD;
    if (target == NULL) {
        cli_complain("report: %s", error->message);
        g_error_free(error);
        return CLI_MACHINE;
    }
    if (g_file_test(target, G_FILE_TEST_EXISTS) && !g_file_test(target, G_FILE_TEST_IS_DIR)) {
        cli_complain("report: %s: is not a directory; choose another --out", place);
        code = CLI_USER;
    } else if (g_mkdir_with_parents(target, 0777) != 0) {
        cli_complain("report: %s: cannot make the directory: %s", place, g_strerror(errno));
        code = CLI_MACHINE;
    }
    g_free(target);
    return code;
}

static CliExit draw(const GPtrArray *databases, const char *place, bool json)
{
    GError *error = NULL;
    char   *warning = NULL;
    CliExit code = place_make(place);
    if (code != CLI_HELD)
        return code;
    code = CLI_MACHINE;
    if (!report_write((const char *const *)(gpointer)databases->pdata, databases->len, place,
                      &error, &warning)) {
        cli_complain("report: %s", error->message);
        g_error_free(error);
    } else {
        /* Pictures are what this verb is for: without them it has failed. */
        code = warning == NULL ? CLI_HELD : CLI_MACHINE;
        if (json) {
            CliJson *object = cli_json_begin("report");
            cli_json_text(object, "report", place);
            cli_json_text(object, "warning", warning);
            char *text = cli_json_end(object);
            fputs(text, stdout);
            g_free(text);
        } else {
            printf("%s/report.html\n", place);
        }
    }
    if (warning != NULL)
        cli_complain("report: %s", warning);
    g_free(warning);
    return code;
}

CliExit cmd_report(int argc, char **argv)
{
    const char     *out = NULL;
    bool            json = false;
    const CliOption options[] = {
        {"out", 0, CLI_OPTION_TEXT, &out, "DIR", "Where the report goes (beside the result)."},
        {"json", 0, CLI_OPTION_FLAG, &json, NULL, "One JSON object on stdout."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {"report",
                          "RESULT... [--out DIR]",
                          "Draws report.html, report.md and the pictures from result directories "
                          "or databases.",
                          options,
                          1,
                          0};
    CliExit       code;
    GPtrArray    *paths = cli_parse(&verb, argc, argv, &code);
    if (paths == NULL)
        return code;
    GPtrArray *databases = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < paths->len; i++)
        g_ptr_array_add(databases, database_of(paths->pdata[i]));
    char *place = place_of(out, databases);
    code = databases_check(databases) ? draw(databases, place, json) : CLI_USER;
    g_free(place);
    g_ptr_array_free(databases, TRUE);
    g_ptr_array_free(paths, TRUE);
    return code;
}
