/*
 * cmd_check.c: scenarios as tests: every declared seed of every file, terse.
 *
 * All files are read first, so a mistake in the last one shows at once; then all (file, seed) pairs
 * are played side by side and told in order, a line per scenario as soon as its last seed is in.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/cli/cli.h"
#include "sim/cli/files.h"
#include "sim/cli/json.h"
#include "sim/cli/output.h"
#include "sim/cli/play.h"
#include "sim/cli/result.h"
#include "sim/cli/suite.h"
#include "sim/explore/pool.h"

#define WORKERS_LIMIT 1024u

typedef struct Check {
    const char *junit;
    uint64_t    workers;
    bool        json;

    GPtrArray   *suites; /* CliSuite, by file */
    GArray      *jobs;   /* ExploreJob */
    GArray      *owners; /* by job: index of its suite */
    bool         annotate;
    CliProgress *progress;
} Check;

/* --- telling --- */

/* A failure of several seeds is told once, with the first seed and the number of others. */
static bool told_before(const CliSuite *suite, guint index)
{
    const CliCase *one = &g_array_index(suite->cases, CliCase, index);
    for (guint i = 0; i < index; i++) {
        const CliCase *other = &g_array_index(suite->cases, CliCase, i);
        if (other->state != CLI_CASE_HELD && strcmp(other->name, one->name) == 0 &&
            other->line == one->line)
            return true;
    }
    return false;
}

static guint seeds_alike(const CliSuite *suite, guint index)
{
    const CliCase *one = &g_array_index(suite->cases, CliCase, index);
    guint          count = 0;
    for (guint i = index; i < suite->cases->len; i++) {
        const CliCase *other = &g_array_index(suite->cases, CliCase, i);
        if (other->state != CLI_CASE_HELD && strcmp(other->name, one->name) == 0 &&
            other->line == one->line)
            count++;
    }
    return count;
}

static void case_tell(const CliSuite *suite, guint index)
{
    const CliCase *one = &g_array_index(suite->cases, CliCase, index);
    guint          alike = seeds_alike(suite, index);
    char          *command = cli_run_command(suite->path, one->seed, NULL);
    char          *more = alike > 1 ? g_strdup_printf(" and %u more", alike - 1) : g_strdup("");
    char *place = one->line > 0 ? g_strdup_printf("   %s:%u", one->file, one->line) : g_strdup("");
    printf("    %s: %s   seed %" PRIu64 "%s%s\n      repeat: %s\n", one->name, one->reason,
           one->seed, more, place, command);
    g_free(place);
    g_free(more);
    g_free(command);
}

static void suite_tell(const CliSuite *suite)
{
    bool  held = cli_suite_held(suite);
    char *name = cli_pad(suite->name, 32);
    printf("%s%s%s %s", cli_colour(held ? CLI_GOOD : CLI_BAD), cli_mark(held),
           cli_colour(CLI_PLAIN), name);
    g_free(name);
    if (suite->mistakes != NULL) {
        printf("  could not be read\n%s", suite->mistakes);
        return;
    }
    if (held)
        printf("  %u seed%s\n", suite->seeds_played, suite->seeds_played == 1 ? "" : "s");
    else
        printf("  %u of %u seed%s failed%s\n", suite->seeds_failed + suite->seeds_undecided,
               suite->seeds_played, suite->seeds_played == 1 ? "" : "s",
               suite->seeds_undecided > 0 ? ", some undecided" : "");
    for (guint i = 0; i < suite->cases->len; i++) {
        const CliCase *one = &g_array_index(suite->cases, CliCase, i);
        if (one->state != CLI_CASE_HELD && !told_before(suite, i))
            case_tell(suite, i);
    }
}

/* --- annotations: ::error file=F,line=N,title=T::MESSAGE --- */

static char *annotation_escape(const char *text, bool property)
{
    GString *out = g_string_new(NULL);
    char    *shown = sim_text_shown(text, true);
    for (const char *c = shown; *c != '\0'; c++) {
        if (*c == '%' || *c == '\r' || *c == '\n' || (property && (*c == ':' || *c == ',')))
            g_string_append_printf(out, "%%%02X", (unsigned char)*c);
        else
            g_string_append_c(out, *c);
    }
    g_free(shown);
    return g_string_free(out, FALSE);
}

static void annotate(FILE *out, const char *file, uint32_t line, const char *title,
                     const char *text)
{
    char *file_escaped = annotation_escape(file, true);
    char *title_escaped = annotation_escape(title, true);
    char *text_escaped = annotation_escape(text, false);
    fprintf(out, "::error file=%s,line=%u,title=%s::%s\n", file_escaped, line > 0 ? line : 1,
            title_escaped, text_escaped);
    g_free(text_escaped);
    g_free(title_escaped);
    g_free(file_escaped);
}

static void suite_annotate(const CliSuite *suite, FILE *out)
{
    if (suite->mistakes != NULL)
        annotate(out, suite->path, 1, "scenario cannot be read", suite->mistakes);
    for (guint i = 0; i < suite->cases->len; i++) {
        const CliCase *one = &g_array_index(suite->cases, CliCase, i);
        if (one->state == CLI_CASE_HELD || told_before(suite, i))
            continue;
        char *command = cli_run_command(suite->path, one->seed, NULL);
        char *text =
            g_strdup_printf("%s (seed %" PRIu64 ")\nrepeat: %s", one->reason, one->seed, command);
        annotate(out, one->file, one->line, one->name, text);
        g_free(text);
        g_free(command);
    }
}

static void suite_done(Check *check, CliSuite *suite)
{
    plan_free(suite->plan);
    suite->plan = NULL;
    if (!check->json)
        suite_tell(suite);
    if (check->annotate)
        suite_annotate(suite, check->json ? stderr : stdout);
    fflush(stdout);
}

/* --- playing --- */

static void on_outcome(void *user, uint32_t index, Outcome *outcome)
{
    Check    *check = user;
    guint     owner = g_array_index(check->owners, guint, index);
    CliSuite *suite = check->suites->pdata[owner];
    cli_suite_add(suite, outcome);
    outcome_free(outcome);
    cli_progress_count(check->progress, index + 1, check->jobs->len);
    if (suite->seeds_played == suite->seed_count)
        suite_done(check, suite);
}

static void suite_free(gpointer suite)
{
    cli_suite_free(suite);
}

static void suites_read(Check *check, const GPtrArray *files)
{
    for (guint i = 0; i < files->len; i++) {
        CliSuite *suite = cli_suite_new(files->pdata[i]);
        guint     owner = check->suites->len;
        g_ptr_array_add(check->suites, suite);
        if (suite->mistakes != NULL) {
            suite_done(check, suite);
            continue;
        }
        for (uint32_t s = 0; s < suite->seed_count; s++) {
            ExploreJob job = {.plan = suite->plan, .seed = suite->seeds[s]};
            g_array_append_val(check->jobs, job);
            g_array_append_val(check->owners, owner);
        }
    }
}

/* --- ending --- */

/* Mistakes first: what was not read was not checked. */
static CliExit exit_code(const Check *check)
{
    CliExit code = CLI_HELD;
    for (guint i = 0; i < check->suites->len; i++) {
        const CliSuite *suite = check->suites->pdata[i];
        if (suite->mistakes != NULL)
            return CLI_USER;
        if (suite->seeds_failed > 0)
            code = CLI_BROKEN;
        else if (suite->seeds_undecided > 0 && code == CLI_HELD)
            code = CLI_UNDECIDED;
    }
    return code;
}

static void json_case(CliJson *json, const CliSuite *suite, const CliCase *one)
{
    static const char *const states[] = {"held", "broken", "undecided"};
    char                    *command = cli_run_command(suite->path, one->seed, NULL);
    cli_json_object(json, NULL);
    cli_json_text(json, "name", one->name);
    cli_json_count(json, "seed", one->seed);
    cli_json_text(json, "state", states[one->state]);
    cli_json_text(json, "got", one->got);
    cli_json_text(json, "wanted", one->wanted);
    cli_json_text(json, "file", one->file);
    cli_json_number(json, "line", one->line);
    cli_json_text(json, "repeat", command);
    cli_json_close(json);
    g_free(command);
}

static void tell_json(const Check *check, CliExit code)
{
    CliJson *json = cli_json_begin("check");
    cli_json_number(json, "exit", (int64_t)code);
    cli_json_array(json, "scenarios");
    for (guint i = 0; i < check->suites->len; i++) {
        const CliSuite *suite = check->suites->pdata[i];
        cli_json_object(json, NULL);
        cli_json_text(json, "name", suite->name);
        cli_json_text(json, "file", suite->path);
        cli_json_text(json, "mistakes", suite->mistakes);
        cli_json_number(json, "seeds", suite->seeds_played);
        cli_json_number(json, "failed", suite->seeds_failed);
        cli_json_number(json, "undecided", suite->seeds_undecided);
        cli_json_array(json, "cases");
        for (guint c = 0; c < suite->cases->len; c++)
            json_case(json, suite, &g_array_index(suite->cases, CliCase, c));
        cli_json_close(json);
        cli_json_close(json);
    }
    cli_json_close(json);
    char *text = cli_json_end(json);
    fputs(text, stdout);
    g_free(text);
}

static void tell_sum(const Check *check)
{
    guint held = 0;
    for (guint i = 0; i < check->suites->len; i++)
        held += cli_suite_held(check->suites->pdata[i]) ? 1 : 0;
    printf("%u of %u scenarios held, %u runs\n", held, check->suites->len, check->jobs->len);
}

static CliExit complain(GError *error)
{
    bool refused = g_error_matches(error, CLI_RESULT_ERROR, CLI_RESULT_ERROR_REFUSED);
    cli_complain("check: --junit: %s", error->message);
    g_error_free(error);
    return refused ? CLI_USER : CLI_MACHINE;
}

/* Before anything is played. A forgotten file name would cost the scenario that stands next. */
static CliExit junit_check(const Check *check)
{
    GError *error = NULL;
    if (check->junit == NULL)
        return CLI_HELD;
    if (g_str_has_suffix(check->junit, ".lua")) {
        cli_complain("check: --junit: %s looks like a scenario; name a file for the XML",
                     check->junit);
        return CLI_USER;
    }
    return cli_output_check(check->junit, &error) ? CLI_HELD : complain(error);
}

static CliExit junit_write(const Check *check)
{
    GError *error = NULL;
    char   *text = cli_suites_junit(check->suites);
    bool    fine = cli_output_write(check->junit, text, &error);
    g_free(text);
    return fine ? CLI_HELD : complain(error);
}

static CliExit check_files(Check *check, const GPtrArray *files)
{
    const char *github = getenv("GITHUB_ACTIONS");
    check->annotate = github != NULL && strcmp(github, "true") == 0;
    check->suites = g_ptr_array_new_with_free_func(suite_free);
    check->jobs = g_array_new(FALSE, FALSE, sizeof(ExploreJob));
    check->owners = g_array_new(FALSE, FALSE, sizeof(guint));

    suites_read(check, files);
    check->progress = cli_progress_begin("runs");
    explore_play((const ExploreJob *)(gpointer)check->jobs->data, check->jobs->len,
                 (uint32_t)check->workers, on_outcome, check);
    cli_progress_end(check->progress);

    CliExit code = exit_code(check);
    if (check->json)
        tell_json(check, code);
    else
        tell_sum(check);
    CliExit written = check->junit != NULL ? junit_write(check) : CLI_HELD;
    if (written != CLI_HELD)
        code = written;

    g_array_free(check->owners, TRUE);
    g_array_free(check->jobs, TRUE);
    g_ptr_array_free(check->suites, TRUE);
    return code;
}

CliExit cmd_check(int argc, char **argv)
{
    Check           check = {.workers = g_get_num_processors()};
    const CliOption options[] = {
        {"junit", 0, CLI_OPTION_TEXT, &check.junit, "FILE", "Also write JUnit XML."},
        {"jobs", 'j', CLI_OPTION_COUNT, &check.workers, "N",
         "How many runs at once (all processors)."},
        {"json", 0, CLI_OPTION_FLAG, &check.json, NULL, "One JSON object on stdout."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {"check",
                          "FILE|DIR... [--junit FILE] [-j N] [--json]",
                          "Plays every declared seed of the scenarios; a line for each, more for "
                          "what fails.",
                          options,
                          1,
                          0};
    CliExit       code;
    GPtrArray    *paths = cli_parse(&verb, argc, argv, &code);
    if (paths == NULL)
        return code;
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    bool       fine = true;
    for (guint i = 0; i < paths->len; i++)
        fine = cli_files_add(files, paths->pdata[i]) && fine;
    if (check.workers == 0 || check.workers > WORKERS_LIMIT) {
        cli_complain("check: -j wants a number from 1 to %u", WORKERS_LIMIT);
        fine = false;
    }
    code = fine ? junit_check(&check) : CLI_USER;
    if (fine && code == CLI_HELD)
        code = check_files(&check, files);
    g_ptr_array_free(files, TRUE);
    g_ptr_array_free(paths, TRUE);
    return code;
}
