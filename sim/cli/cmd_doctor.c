/*
 * cmd_doctor.c: looks at this machine and says what would not work on it.
 *
 * Missing gnuplot or fonts spoil pictures only, so they are warnings; a run that differs from its
 * twin spoils everything and is exit code 4.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/version.h"
#include "sim/cli/cli.h"
#include "sim/cli/json.h"
#include "sim/cli/play.h"
#include "sim/cli/starter.h"
#include "sim/cli/stop.h"
#include "sim/run/run.h"
#include "sim/store/reader.h"
#include "sim/store/writer.h"

typedef enum Health {
    HEALTH_GOOD,
    HEALTH_WARNING,
    HEALTH_BAD,
} Health;

typedef struct Finding {
    const char *what;
    Health      health;
    char       *text;
} Finding;

typedef struct Doctor {
    GArray *findings; /* Finding */
    CliExit code;
    char   *folder; /* temporary */
} Doctor;

static void finding_clear(gpointer row)
{
    g_free(((Finding *)row)->text);
}

/* Takes over `text`. */
static void find(Doctor *doctor, const char *what, Health health, char *text)
{
    Finding finding = {what, health, text};
    g_array_append_val(doctor->findings, finding);
}

/* First line of what a command prints, without a shell; NULL if it cannot be run. Owned. */
static char *first_line(const char *const *command)
{
    char *out = NULL;
    gint  status = 0;
    if (!g_spawn_sync(NULL, (gchar **)(uintptr_t)command, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                      &status, NULL))
        return NULL;
    if (!g_spawn_check_wait_status(status, NULL)) {
        g_free(out);
        return NULL;
    }
    char *end = strchr(out, '\n');
    if (end != NULL)
        *end = '\0';
    return out;
}

static void look_gnuplot(Doctor *doctor)
{
    static const char *const command[] = {"gnuplot", "--version", NULL};
    char                    *version = first_line(command);
    if (version == NULL)
        find(doctor, "gnuplot", HEALTH_WARNING,
             g_strdup("not found: reports have no pictures (package gnuplot-nox)"));
    else
        find(doctor, "gnuplot", HEALTH_GOOD, version);
}

/* The font is only named in SVG pictures, so the reader's machine matters more than this one. */
static void look_fonts(Doctor *doctor)
{
    static const char *const places[] = {
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
        "/usr/share/fonts/TTF/DejaVuSans.ttf",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        if (g_file_test(places[i], G_FILE_TEST_EXISTS)) {
            find(doctor, "fonts", HEALTH_GOOD, g_strdup("DejaVu Sans"));
            return;
        }
    }
    find(doctor, "fonts", HEALTH_WARNING,
         g_strdup("DejaVu Sans not found where distributions put it: text in pictures may be "
                  "wider than planned (package fonts-dejavu-core)"));
}

static void look_locale(Doctor *doctor)
{
    const char *name = setlocale(LC_CTYPE, NULL);
    const char *charset = NULL;
    if (g_get_charset(&charset))
        find(doctor, "locale", HEALTH_GOOD, g_strdup(name));
    else
        find(doctor, "locale", HEALTH_WARNING,
             g_strdup_printf("%s is not UTF-8 (%s): a terminal gets plain letters instead of "
                             "signs; files are UTF-8 all the same",
                             name, charset));
}

static Plan *starter_plan(Doctor *doctor)
{
    char         *path = g_build_filename(doctor->folder, "starter.lua", NULL);
    char         *text = cli_starter_text("starter");
    GError       *error = NULL;
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = NULL;
    if (!g_file_set_contents(path, text, -1, &error)) {
        find(doctor, "scenario", HEALTH_BAD, g_strdup(error->message));
        doctor->code = CLI_MACHINE;
        g_error_free(error);
    } else {
        plan = cli_load(path, NULL, problems);
        if (plan == NULL) {
            find(doctor, "scenario", HEALTH_BAD, plan_problems_text(problems));
            doctor->code = CLI_BUG;
        }
    }
    plan_problems_free(problems);
    g_free(text);
    g_free(path);
    return plan;
}

static void look_store(Doctor *doctor, const Outcome *outcome)
{
    char   *path = g_build_filename(doctor->folder, "result.db", NULL);
    GError *error = NULL;
    if (store_write(path, outcome, &error)) {
        StoreReader *reader = store_reader_open(path, &error);
        if (reader != NULL) {
            StoreRows *rows = store_ask(reader, "SELECT sqlite_version()");
            char      *version = store_next(rows) ? g_strdup(store_text(rows, 0)) : g_strdup("?");
            find(doctor, "SQLite", HEALTH_GOOD, version);
            store_rows_free(rows);
            store_reader_free(reader);
        }
    }
    if (error != NULL) {
        find(doctor, "SQLite", HEALTH_BAD, g_strdup(error->message));
        doctor->code = CLI_MACHINE;
        g_error_free(error);
    }
    g_free(path);
}

/* The same scenario, the same seed, two worlds. */
static void look_twins(Doctor *doctor, const Plan *plan)
{
    RunSetup setup = {.plan = plan, .seed = 1};
    Outcome *first = run_play(&setup);
    Outcome *second = run_play(&setup);
    uint64_t one = cli_fingerprint(first), other = cli_fingerprint(second);
    if (one == other) {
        find(doctor, "twice the same", HEALTH_GOOD,
             g_strdup_printf("fingerprint %08x, %" PRIu64 " events", (unsigned)(one >> 32),
                             first->events));
    } else {
        find(doctor, "twice the same", HEALTH_BAD,
             g_strdup_printf("fingerprints %016" PRIx64 " and %016" PRIx64, one, other));
        doctor->code = CLI_DIFFERENT;
    }
    look_store(doctor, first);
    outcome_free(second);
    outcome_free(first);
}

static void folder_remove(const char *folder)
{
    static const char *const names[] = {"starter.lua", "result.db"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *path = g_build_filename(folder, names[i], NULL);
        (void)g_remove(path);
        g_free(path);
    }
    (void)g_rmdir(folder);
}

static void look(Doctor *doctor)
{
    GError *error = NULL;
    look_gnuplot(doctor);
    look_fonts(doctor);
    look_locale(doctor);
    cli_stop_hold();
    doctor->folder = g_dir_make_tmp("faultline-XXXXXX", &error);
    if (doctor->folder == NULL) {
        cli_stop_release();
        find(doctor, "temporary files", HEALTH_BAD, g_strdup(error->message));
        doctor->code = CLI_MACHINE;
        g_error_free(error);
        return;
    }
    Plan *plan = starter_plan(doctor);
    if (plan != NULL)
        look_twins(doctor, plan);
    plan_free(plan);
    folder_remove(doctor->folder);
    g_free(doctor->folder);
    cli_stop_release();
}

static const char *health_name(Health health)
{
    switch (health) {
    case HEALTH_GOOD:
        return "good";
    case HEALTH_WARNING:
        return "warning";
    case HEALTH_BAD:
        return "bad";
    }
    return "";
}

static void tell_text(const Doctor *doctor)
{
    printf("faultline %s\n", FAULTLINE_VERSION);
    for (guint i = 0; i < doctor->findings->len; i++) {
        const Finding *finding = &g_array_index(doctor->findings, Finding, i);
        bool           good = finding->health == HEALTH_GOOD;
        char          *what = cli_pad(finding->what, 16);
        printf("  %s%s%s %s  %s%s\n", cli_colour(good ? CLI_GOOD : CLI_BAD), cli_mark(good),
               cli_colour(CLI_PLAIN), what, finding->health == HEALTH_WARNING ? "warning: " : "",
               finding->text);
        g_free(what);
    }
}

static void tell_json(const Doctor *doctor)
{
    CliJson *json = cli_json_begin("doctor");
    cli_json_text(json, "version", FAULTLINE_VERSION);
    cli_json_array(json, "findings");
    for (guint i = 0; i < doctor->findings->len; i++) {
        const Finding *finding = &g_array_index(doctor->findings, Finding, i);
        cli_json_object(json, NULL);
        cli_json_text(json, "what", finding->what);
        cli_json_text(json, "health", health_name(finding->health));
        cli_json_text(json, "text", finding->text);
        cli_json_close(json);
    }
    cli_json_close(json);
    char *text = cli_json_end(json);
    fputs(text, stdout);
    g_free(text);
}

CliExit cmd_doctor(int argc, char **argv)
{
    bool            json = false;
    const CliOption options[] = {
        {"json", 0, CLI_OPTION_FLAG, &json, NULL, "One JSON object on stdout."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {"doctor",
                          "[--json]",
                          "Looks at this machine: gnuplot, fonts, locale, SQLite, and one scenario "
                          "played twice.",
                          options,
                          0,
                          0};
    CliExit       code;
    GPtrArray    *words = cli_parse(&verb, argc, argv, &code);
    if (words == NULL)
        return code;
    if (words->len > 0) {
        cli_complain("doctor: '%s' is one argument too many", (const char *)words->pdata[0]);
        g_ptr_array_free(words, TRUE);
        return CLI_USER;
    }
    Doctor doctor = {.findings = g_array_new(FALSE, TRUE, sizeof(Finding)), .code = CLI_HELD};
    g_array_set_clear_func(doctor.findings, finding_clear);
    look(&doctor);
    if (json)
        tell_json(&doctor);
    else
        tell_text(&doctor);
    g_array_free(doctor.findings, TRUE);
    g_ptr_array_free(words, TRUE);
    return doctor.code;
}
