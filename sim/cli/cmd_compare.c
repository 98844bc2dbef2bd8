/*
 * cmd_compare.c: what another choice would change: several runs side by side, figure by figure.
 *
 *   gather (read, play) -> compare -> print -> exit code
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare.h"
#include "sim/cli/cli.h"
#include "sim/cli/gather.h"
#include "sim/cli/show_compare.h"

#define WORKERS_LIMIT 1024u

typedef struct Compare {
    CliGathering runs;
    uint64_t     workers;
    const char  *seed;
    bool         json, all, fail_on_worse;
} Compare;

/* The worst first: a comparison of runs that cannot be repeated says nothing. */
static CliExit exit_code(const Compare *compare, const Comparison *comparison)
{
    const CliGathering *runs = &compare->runs;
    guint               worse = cli_compare_worse(comparison);
    if (runs->unlike != NULL) {
        cli_complain("compare: not reproducible: %s", runs->unlike);
        return CLI_DIFFERENT;
    }
    if (runs->unfinished > 0) {
        cli_complain("compare: %u run%s reached a limit and tell%s only what came before it",
                     runs->unfinished, runs->unfinished == 1 ? "" : "s",
                     runs->unfinished == 1 ? "s" : "");
        return CLI_UNDECIDED;
    }
    if (compare->fail_on_worse && worse > 0) {
        cli_complain("compare: %u figure%s worse than in the first column", worse,
                     worse == 1 ? " is" : "s are");
        return CLI_BROKEN;
    }
    return CLI_HELD;
}

/* A damaged file is found while it is read: nothing of it is shown. */
static bool readers_fine(const CliGathering *runs)
{
    for (guint i = 0; i < runs->readers->len; i++) {
        GError *error = NULL;
        if (!store_reader_check(runs->readers->pdata[i], &error)) {
            cli_complain("compare: %s", error->message);
            g_error_free(error);
            return false;
        }
    }
    return true;
}

static CliExit show(const Compare *compare)
{
    const CliGathering *runs = &compare->runs;
    GPtrArray          *columns = g_ptr_array_new();
    CliExit             code = CLI_USER;
    for (guint i = 0; i < runs->columns->len; i++)
        g_ptr_array_add(columns, ((const CliColumn *)runs->columns->pdata[i])->cases);
    Comparison *comparison = compare_new(columns);
    if (readers_fine(runs)) {
        if (compare->json)
            cli_compare_json(runs, comparison);
        else
            cli_compare_people(runs, comparison, compare->all);
        if (!compare->json && runs->out != NULL && runs->played > 0)
            printf("result: %s/result.db\n", runs->out);
        code = exit_code(compare, comparison);
    }
    compare_free(comparison);
    g_ptr_array_free(columns, TRUE);
    return code;
}

static bool options_fine(const Compare *compare)
{
    if (compare->workers == 0 || compare->workers > WORKERS_LIMIT)
        cli_complain("compare: -j wants a number from 1 to %u", WORKERS_LIMIT);
    else if (compare->seed != NULL && compare->runs.seeds != NULL)
        cli_complain("compare: --seed and --seeds say the same; give one");
    else
        return true;
    return false;
}

CliExit cmd_compare(int argc, char **argv)
{
    Compare         compare = {.workers = g_get_num_processors()};
    CliGathering   *runs = &compare.runs;
    const CliOption options[] = {
        {"vary", 0, CLI_OPTION_TEXTS, &runs->varied, "NAME=A,B",
         "Scenarios: a column per option; only NAME: all options of that choice; a field: "
         "account.conflict=lww,reject. May be repeated."},
        {"set", 0, CLI_OPTION_TEXTS, &runs->sets, "NAME=VALUE",
         "Scenarios: choose on an axis in all columns; may be repeated."},
        {"seed", 0, CLI_OPTION_TEXT, &compare.seed, "N",
         "Scenarios: play this seed (those that the scenario declares)."},
        {"seeds", 0, CLI_OPTION_TEXT, &runs->seeds, "A..B", "Scenarios: play these seeds."},
        {"out", 0, CLI_OPTION_TEXT, &runs->out, "DIR",
         "Keep what was played in DIR/result.db, for report and compare."},
        {"jobs", 'j', CLI_OPTION_COUNT, &compare.workers, "N",
         "How many runs at once (all processors)."},
        {"all", 0, CLI_OPTION_FLAG, &compare.all, NULL, "Show figures that are equal too."},
        {"fail-on-worse", 0, CLI_OPTION_FLAG, &compare.fail_on_worse, NULL,
         "End with 1 if a figure is worse than in the first column."},
        {"json", 0, CLI_OPTION_FLAG, &compare.json, NULL, "One JSON object on stdout."},
        {NULL, 0, CLI_OPTION_FLAG, NULL, NULL, NULL},
    };
    const CliVerb verb = {"compare",
                          "RESULT|SCENARIO.lua... [--vary NAME=A,B]... [--seeds A..B] [--all] "
                          "[--json]",
                          "Sets runs side by side: what differs in the plans, every figure that "
                          "differs, and by how much\nagainst the first column. Stored results are "
                          "compared as they are; scenarios are played once per\noption and seed. "
                          "Only seeds that all columns have are compared.",
                          options,
                          1,
                          0};
    CliExit       code;
    runs->paths = cli_parse(&verb, argc, argv, &code);
    if (runs->paths != NULL) {
        code = CLI_USER;
        if (options_fine(&compare)) {
            runs->json = compare.json;
            runs->workers = (uint32_t)compare.workers;
            runs->seeds = compare.seed != NULL ? compare.seed : runs->seeds;
            if (cli_gather(runs, &code))
                code = show(&compare);
            cli_gather_clear(runs);
        }
        g_ptr_array_free(runs->paths, TRUE);
    }
    if (runs->varied != NULL)
        g_ptr_array_free(runs->varied, TRUE);
    if (runs->sets != NULL)
        g_ptr_array_free(runs->sets, TRUE);
    return code;
}
