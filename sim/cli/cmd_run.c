/*
 * cmd_run.c: one scenario, one seed: the timeline, the verdict, a result directory.
 *
 *   load -> play -> print -> result.partial: database, texts, report -> rename -> "pictures: ..."
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "reports/report.h"
#include "sim/base/text.h"
#include "sim/base/version.h"
#include "sim/cli/cli.h"
#include "sim/cli/json.h"
#include "sim/cli/play.h"
#include "sim/cli/result.h"
#include "sim/cli/show.h"
#include "sim/cli/stop.h"
#include "sim/cli/summary.h"
#include "sim/run/run.h"
#include "sim/store/writer.h"

#define TRACE_LINES 1000000u

typedef struct Run {
    const char *path;
    uint64_t    seed;
    GPtrArray  *sets;
    const char *out;
    const char *trace_span;
    bool        json;
    bool        no_report;

    Plan     *plan;
    SimTrace *trace;
    Outcome  *outcome;
    char     *place;   /* the result directory */
    int64_t   wall_us; /* of the playing alone */
} Run;

/* --- playing --- */

static bool time_read(const char *text, SimTime *out_time)
{
    char *reason = NULL;
    bool  fine = sim_text_quantity(text, SIM_UNIT_TIME, out_time, &reason);
    if (!fine)
        cli_complain("run: --trace: '%s' %s", text, reason);
    else if (*out_time < 0)
        cli_complain("run: --trace: '%s' is before the run begins", text);
    g_free(reason);
    return fine && *out_time >= 0;
}

/* "5min..6min", "5min.." or "..6min". */
static bool trace_begin(Run *run)
{
    if (run->trace_span == NULL)
        return true;
    const char *dots = strstr(run->trace_span, "..");
    if (dots == NULL) {
        cli_complain("run: --trace wants FROM..TO, e.g. 5min..5min10s, found '%s'",
                     run->trace_span);
        return false;
    }
    char   *first = g_strndup(run->trace_span, (gsize)(dots - run->trace_span));
    SimTime from = 0, to = SIM_TIME_NEVER;
    bool    fine = (first[0] == '\0' || time_read(first, &from)) &&
                (dots[2] == '\0' || time_read(dots + 2, &to));
    g_free(first);
    if (fine && from > to) {
        cli_complain("run: --trace: %s ends before it begins", run->trace_span);
        fine = false;
    }
    if (fine)
        run->trace = sim_trace_new(from, to, TRACE_LINES);
    return fine;
}

static void play(Run *run)
{
    CliProgress *progress = cli_progress_begin("simulated");
    RunSetup     setup = {.plan = run->plan,
                          .seed = run->seed,
                          .trace = run->trace,
                          .progress = cli_progress_time,
                          .progress_user = progress};
    int64_t      began = cli_clock();
    run->outcome = run_play(&setup);
    run->wall_us = cli_clock() - began;
    cli_progress_end(progress);
}

/* --- keeping --- */

static void option_add(GString *line, const char *option, const char *value)
{
    if (value == NULL)
        return;
    char *word = cli_quote(value);
    g_string_append_printf(line, " %s %s", option, word);
    g_free(word);
}

/* The command with all its options, and the seed even if it was left out. Owned. */
static char *command_text(const Run *run)
{
    char    *command = cli_run_command(run->path, run->seed, run->sets);
    GString *line = g_string_new(command);
    option_add(line, "--out", run->out);
    option_add(line, "--trace", run->trace_span);
    if (run->no_report)
        g_string_append(line, " --no-report");
    if (run->json)
        g_string_append(line, " --json");
    g_free(command);
    return g_string_free(line, FALSE);
}

/* Whether a --set is about this axis. */
static bool sets_axis(const char *set, const char *axis)
{
    size_t size = strlen(axis);
    return strncmp(set, axis, size) == 0 && set[size] == '=';
}

/* The same run with the next option of the first axis, if a claim was broken and there is one.
 * Owned; NULL: nothing else to try. */
static char *other_option(const Run *run)
{
    uint32_t failed = 0;
    for (uint32_t i = 0; i < run->outcome->expectation_count; i++)
        failed += run->outcome->expectations[i].held ? 0 : 1;
    if (run->outcome->verdict != OUTCOME_BROKEN || failed == 0)
        return NULL;
    for (uint32_t i = 0; i < plan_choice_count(run->plan); i++) {
        const PlanChoice *axis = plan_choice(run->plan, i);
        if (axis->option_count < 2)
            continue;
        const char *other = axis->options[(axis->chosen + 1) % axis->option_count];
        char       *file = cli_quote(run->path);
        char       *value = g_strdup_printf("%s=%s", axis->name, other);
        GString    *line = g_string_new(NULL);
        g_string_append_printf(line, "%s run %s", cli_program(), file);
        if (run->seed != 1)
            g_string_append_printf(line, " --seed %" PRIu64, run->seed);
        for (guint k = 0; run->sets != NULL && k < run->sets->len; k++) {
            if (!sets_axis(run->sets->pdata[k], axis->name))
                option_add(line, "--set", run->sets->pdata[k]);
        }
        option_add(line, "--set", value);
        g_free(value);
        g_free(file);
        return g_string_free(line, FALSE);
    }
    return NULL;
}

/* The only file that knows about this machine. */
static char *meta_text(const Run *run)
{
    struct utsname system;
    GDateTime     *now = g_date_time_new_now_utc();
    char          *when = g_date_time_format_iso8601(now);
    char          *command = command_text(run);
    CliJson       *json = cli_json_begin_bare();

    cli_json_number(json, "schema", 1);
    cli_json_text(json, "made_by", "faultline " FAULTLINE_VERSION);
    cli_json_text(json, "command", command);
    cli_json_text(json, "scenario", run->path);
    cli_json_count(json, "seed", run->seed);
    cli_json_text(json, "finished", when);
    cli_json_number(json, "wall_us", run->wall_us);
    cli_json_number(json, "processors", (int64_t)g_get_num_processors());
    if (uname(&system) == 0) {
        cli_json_text(json, "system", system.sysname);
        cli_json_text(json, "release", system.release);
        cli_json_text(json, "machine", system.machine);
    }
    g_free(command);
    g_free(when);
    g_date_time_unref(now);
    return cli_json_end(json);
}

static bool texts_write(Run *run, CliResult *result, GError **error)
{
    char *meta = meta_text(run);
    char *summary = cli_summary_text(run->outcome);
    char *fingerprint = cli_fingerprint_text(run->outcome);
    bool  fine = cli_result_write(result, "meta.json", meta, error) &&
                cli_result_write(result, "plan.txt", plan_canonical(run->plan), error) &&
                cli_result_write(result, "summary.txt", summary, error) &&
                cli_result_write(result, "fingerprint.txt", fingerprint, error);
    if (fine && run->trace != NULL)
        fine = cli_result_write(result, "trace.txt", sim_trace_text(run->trace), error);
    g_free(fingerprint);
    g_free(summary);
    g_free(meta);
    return fine;
}

/* A picture that cannot be drawn is a warning; a report that cannot be written is not. */
static bool report_draw(const CliResult *result, const char *database, GError **error)
{
    char       *warning = NULL;
    const char *databases[] = {database};
    bool        fine = report_write(databases, 1, cli_result_place(result), error, &warning);
    if (warning != NULL && !cli_stopped()) /* Ctrl-C ends gnuplot too */
        cli_warn("%s", warning);
    g_free(warning);
    return fine;
}

static CliExit keep(Run *run)
{
    GError *error = NULL;
    CliExit code = CLI_MACHINE;
    cli_stop_hold();
    CliResult *result = cli_result_begin(run->place, &error);
    if (result != NULL) {
        char *database = g_build_filename(cli_result_place(result), "result.db", NULL);
        if (store_write(database, run->outcome, &error) && !cli_stopped() &&
            texts_write(run, result, &error) &&
            (run->no_report || report_draw(result, database, &error)) && !cli_stopped() &&
            cli_result_commit(result, &error))
            code = CLI_HELD;
        g_free(database);
    }
    cli_result_free(result);
    cli_stop_release();
    if (error != NULL) {
        cli_complain("%s", error->message);
        if (g_error_matches(error, CLI_RESULT_ERROR, CLI_RESULT_ERROR_REFUSED))
            code = CLI_USER;
        else
            cli_complain("the result was not kept, nothing half-written stays behind");
        g_error_free(error);
    }
    return code;
}

/* --- telling --- */

static void tell_text(const Run *run)
{
    char *verdict = cli_show_verdict(run->outcome);
    char *seconds = cli_seconds(run->wall_us);
    char *place = cli_quote(run->place);
    cli_show_outcome(run->outcome);
    if (run->trace != NULL)
        printf("\n%s", sim_trace_text(run->trace));
    printf("\n%s   fingerprint %08x   %s\n", verdict,
           (unsigned)(cli_fingerprint(run->outcome) >> 32), seconds);
    if (run->outcome->verdict != OUTCOME_HELD) {
        char *command = command_text(run);
        char *other = other_option(run);
        printf("  repeat:   %s\n", command);
        if (other != NULL)
            printf("  try:      %s\n", other);
        g_free(other);
        g_free(command);
    }
    printf("  %s %s/%s\n", run->no_report ? "result:  " : "pictures:", place,
           run->no_report ? "result.db" : "report.html");
    g_free(place);
    g_free(seconds);
    g_free(verdict);
}

static void tell_json(const Run *run)
{
    CliJson *json = cli_json_begin("run");
    cli_show_json(json, run->outcome);
    cli_json_text(json, "result", run->place);
    char *command = command_text(run);
    cli_json_text(json, "repeat", command);
    if (run->trace != NULL)
        cli_json_text(json, "trace", sim_trace_text(run->trace));
    char *text = cli_json_end(json);
    fputs(text, stdout);
    g_free(text);
    g_free(command);
}

/* Before anything is played: a refused place should not cost a long run. */
static bool place_allowed(const Run *run, CliExit *out_code)
{
    GError *error = NULL;
    cli_stop_hold();
    CliResult *probe = cli_result_begin(run->place, &error);
    cli_result_free(probe);
    cli_stop_release();
    if (error == NULL)
        return true;
    cli_complain("%s", error->message);
    *out_code =
        g_error_matches(error, CLI_RESULT_ERROR, CLI_RESULT_ERROR_REFUSED) ? CLI_USER : CLI_MACHINE;
    g_error_free(error);
    return false;
}

static CliExit run_loaded(Run *run)
{
    CliExit code = CLI_HELD;
    run->place = run->out != NULL
                     ? g_strdup(run->out)
                     : g_strdup_printf("out/%s-%" PRIu64, cli_scenario_name(run->plan), run->seed);
    if (!place_allowed(run, &code))
        return code;
    play(run);
    code = keep(run);
    if (code != CLI_HELD)
        return code;
    if (run->out == NULL)
        cli_result_point("out/latest", run->place);
    if (run->json)
        tell_json(run);
    else
        tell_text(run);
    code = cli_exit_of(run->outcome);
    if (!run->json)
        cli_repeat_set("%s", ""); /* said above */
    return code;
}

CliExit cmd_run(int argc, char **argv)
{
    Run             run = {.seed = 1};
    const CliOption options[] = {
        {"seed", 0, CLI_OPTION_COUNT, &run.seed, "N", "Which random numbers (1)."},
        {"set", 0, CLI_OPTION_TEXTS, &run.sets, "NAME=VALUE",
         "Choose on an axis; may be repeated."},
        {"out", 0, CLI_OPTION_TEXT, &run.out, "DIR", "Where the result goes (out/NAME-SEED)."},
        {"trace", 0, CLI_OPTION_TEXT, &run.trace_span, "FROM..TO",
         "Print every event in this span of simulated time."},
        {"no-report", 0, CLI_OPTION_FLAG, &run.no_report, NULL, "Keep the database, draw nothing."},
        {"json", 0, CLI_OPTION_FLAG, &run.json, NULL, "One JSON object on stdout."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {"run",
                          "FILE [--seed N] [--set NAME=VALUE]... [--out DIR]",
                          "Plays a scenario once and prints what happened; keeps the result.",
                          options,
                          1,
                          1};
    CliExit       code;
    GPtrArray    *files = cli_parse(&verb, argc, argv, &code);
    if (files != NULL) {
        run.path = files->pdata[0];
        code = CLI_USER;
        run.plan = cli_load_or_tell(run.path, run.sets, run.json ? "run" : NULL);
        if (run.plan != NULL && trace_begin(&run))
            code = run_loaded(&run);
        g_ptr_array_free(files, TRUE);
    }
    outcome_free(run.outcome);
    sim_trace_free(run.trace);
    plan_free(run.plan);
    g_free(run.place);
    if (run.sets != NULL)
        g_ptr_array_free(run.sets, TRUE);
    return code;
}
