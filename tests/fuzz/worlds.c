/*
 * worlds.c: plays random legal worlds and looks for what must not be.
 *
 *     worlds COUNT [SEED]      plays COUNT worlds from SEED on; a world that fails is made small
 *     worlds --check COUNT     the same in short: what is left of faults in the end is not judged
 *     worlds --show SEED       prints a world
 *     worlds --play FILE       plays a scenario as if it had been drawn
 *
 * Every world is played in a process of its own, so that a crash or a hang of one is a finding and
 * not the end. The last line is 'worlds: N passed, N failed'.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/model.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"
#include "tests/fuzz/invent.h"
#include "tests/fuzz/judge.h"
#include "tests/fuzz/vary.h"

#define SECONDS_MOST 60u /* of work for one world: beyond it hangs */
#define ROUNDS_MOST 40   /* of making a world smaller */

typedef struct Totals {
    uint32_t passed, failed, drawn, refused, unfinished, calm;
    int64_t  requests, served, fate[OUTCOME_FATES];
} Totals;

/* What a child tells its parent about a world. */
typedef struct Report {
    InventCount count;
    bool        finished, calm;
    int64_t     requests, served, fate[OUTCOME_FATES];
    char        findings[2000];
} Report;

static bool not_peace;

static void tell(int to, const Report *report)
{
    ssize_t done = write(to, report, sizeof *report);
    exit(done == (ssize_t)sizeof *report ? 0
                                         : 3); /* not at once: leaks are looked for on the way */
}

/* In the child: plays a world, from its seed or as it is. */
static void play(int to, Piece *world, uint64_t seed)
{
    Report report;
    memset(&report, 0, sizeof report);
    struct rlimit most = {SECONDS_MOST, SECONDS_MOST + 1};
    setrlimit(RLIMIT_CPU, &most);
    Piece *own = world == NULL ? invent_world(seed, &report.count) : NULL;
    char  *reason;
    Plan  *plan = invent_plan(world == NULL ? own : world, &reason);
    if (plan == NULL) {
        g_snprintf(report.findings, sizeof report.findings, "refused: %s", reason);
        g_free(reason);
    } else {
        JudgeSetup setup = {world != NULL || seed % 4 == 0, not_peace};
        Verdict    verdict = judge_plan(plan, seed, setup);
        report.finished = verdict.finished;
        report.calm = verdict.calm;
        report.requests = verdict.requests;
        report.served = verdict.served;
        memcpy(report.fate, verdict.fate, sizeof report.fate);
        if (verdict.findings->len == 0)
            vary_world(world == NULL ? own : world, seed, verdict.findings);
        g_strlcpy(report.findings, verdict.findings->str, sizeof report.findings);
        judge_free(&verdict);
        plan_free(plan);
    }
    piece_free(own);
    tell(to, &report);
}

/* The last words of a child that died, in one line: an assertion, a sanitizer's summary. */
static void last_words(FILE *from, char *out, size_t size)
{
    char line[1000];
    rewind(from);
    while (fgets(line, sizeof line, from) != NULL) {
        const char *told = strstr(line, "SUMMARY");
        if (told == NULL)
            told = strstr(line, "runtime error");
        if (told == NULL)
            told = strstr(line, "failed");
        if (told != NULL) {
            g_strlcpy(out, told, size);
            g_strchomp(out);
            return;
        }
    }
}

/* Plays in a process of its own. */
static Report play_apart(Piece *world, uint64_t seed)
{
    int   ends[2];
    FILE *said = tmpfile();
    if (said == NULL || pipe(ends) != 0)
        g_error("no pipe: %s", g_strerror(errno));
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        g_error("no process: %s", g_strerror(errno));
    if (child == 0) {
        close(ends[0]);
        dup2(fileno(said), 2);
        play(ends[1], world, seed);
    }
    close(ends[1]);
    Report report;
    memset(&report, 0, sizeof report);
    ssize_t got = read(ends[0], &report, sizeof report);
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    if (got != (ssize_t)sizeof report || status != 0) {
        char words[500] = "";
        last_words(said, words, sizeof words);
        bool hangs = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
        g_snprintf(report.findings, sizeof report.findings, "%s: %s", hangs ? "hangs" : "dies",
                   words);
    }
    fclose(said);
    return report;
}

/* ---- making it small --------------------------------------------------------------------- */

/* What must stay the same for a smaller world to show the same thing: the line up to its colon; of
 * a crash, all of it. */
static char *kind_of(const char *findings)
{
    const char *colon = strchr(findings, ':');
    size_t      length = colon == NULL ? strlen(findings) : (size_t)(colon - findings);
    if (g_str_has_prefix(findings, "dies") || g_str_has_prefix(findings, "moved") ||
        g_str_has_prefix(findings, "law"))
        length = strcspn(findings, "\n");
    return g_strndup(findings, length);
}

static bool still(Piece *world, uint64_t seed, const char *kind)
{
    char *reason;
    Plan *plan = invent_plan(world, &reason);
    g_free(reason);
    if (plan == NULL)
        return false;
    plan_free(plan);
    Report report = play_apart(world, seed);
    char **lines = g_strsplit(report.findings, "\n", -1);
    bool   same = false;
    for (char **line = lines; *line != NULL; line++)
        same |= g_str_has_prefix(*line, kind);
    g_strfreev(lines);
    return same;
}

/* Leaves out whatever is not needed for the world to fail in the same way. */
static void shrink(Piece *world, uint64_t seed, const char *kind)
{
    bool smaller = true;
    for (int round = 0; smaller && round < ROUNDS_MOST; round++) {
        smaller = false;
        GPtrArray *all = piece_all(world);
        for (guint i = all->len; i-- > 0;) {
            Piece *piece = g_ptr_array_index(all, i);
            if (piece->left_out)
                continue;
            piece->left_out = true;
            if (still(world, seed, kind))
                smaller = true;
            else
                piece->left_out = false;
        }
        g_ptr_array_free(all, TRUE);
    }
}

/* One world of a kind is made small; the others are told by their seeds. */
static void fails(GHashTable *known, uint64_t seed, const char *findings)
{
    char *kind = kind_of(findings);
    printf("--- world %" G_GUINT64_FORMAT "\n%s\n", seed, findings);
    if (!g_hash_table_add(known, g_strdup(kind))) {
        g_free(kind);
        return;
    }
    Piece *world = invent_world(seed, NULL);
    if (still(world, seed, kind))
        shrink(world, seed, kind);
    char  *text = piece_lua(world);
    Report report = play_apart(world, seed);
    printf("smallest world that fails so (seed %" G_GUINT64_FORMAT "):\n%s%s\n", seed, text,
           report.findings);
    g_free(text);
    g_free(kind);
    piece_free(world);
}

/* ---- the ways to call it ----------------------------------------------------------------- */

static int play_many(uint32_t count, uint64_t first)
{
    Totals      totals;
    GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    memset(&totals, 0, sizeof totals);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t seed = first + i;
        Report   report = play_apart(NULL, seed);
        totals.drawn += report.count.drawn;
        totals.refused += report.count.refused;
        totals.unfinished += !report.finished;
        totals.calm += report.calm;
        totals.requests += report.requests;
        totals.served += report.served;
        for (int f = 0; f < OUTCOME_FATES; f++)
            totals.fate[f] += report.fate[f];
        if (report.findings[0] == 0) {
            totals.passed++;
            continue;
        }
        totals.failed++;
        fails(known, seed, report.findings);
    }
    g_hash_table_destroy(known);
    printf("worlds: %u of %u declarations refused and drawn again, %u worlds calm in the end, %u "
           "stopped by a limit\n",
           totals.refused, totals.drawn, totals.calm, totals.unfinished);
    printf("worlds: %" G_GINT64_FORMAT " requests, %" G_GINT64_FORMAT
           " served; writes survived %" G_GINT64_FORMAT ", L1 %" G_GINT64_FORMAT
           ", L2 %" G_GINT64_FORMAT ", L3 %" G_GINT64_FORMAT ", L4 %" G_GINT64_FORMAT
           ", L6 %" G_GINT64_FORMAT "\n",
           totals.requests, totals.served, totals.fate[OUTCOME_SURVIVED], totals.fate[OUTCOME_L1],
           totals.fate[OUTCOME_L2], totals.fate[OUTCOME_L3], totals.fate[OUTCOME_L4],
           totals.fate[OUTCOME_L6]);
    printf("worlds: %u passed, %u failed\n", totals.passed, totals.failed);
    return totals.failed > 0;
}

static int show(uint64_t seed)
{
    Piece *world = invent_world(seed, NULL);
    char  *text = piece_lua(world);
    fputs(text, stdout);
    g_free(text);
    piece_free(world);
    return 0;
}

static int play_file(const char *path, uint64_t seed)
{
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = scenario_load(path, model_catalog(), NULL, NULL, problems);
    if (plan == NULL || !run_check(plan, problems)) {
        char *text = plan_problems_text(problems);
        fputs(text, stderr);
        return 2;
    }
    JudgeSetup setup = {true, false};
    Verdict    verdict = judge_plan(plan, seed, setup);
    printf("%s%s\n", verdict.findings->str, verdict.calm ? "calm" : "not calm");
    int code = verdict.findings->len > 0;
    judge_free(&verdict);
    plan_free(plan);
    plan_problems_free(problems);
    return code;
}

static uint64_t number(const char *text)
{
    return g_ascii_strtoull(text, NULL, 10);
}

int main(int count, char **words)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count == 3 && strcmp(words[1], "--check") == 0) {
        not_peace = true;
        return play_many((uint32_t)number(words[2]), 1);
    }
    if (count == 3 && strcmp(words[1], "--show") == 0)
        return show(number(words[2]));
    if (count >= 3 && strcmp(words[1], "--play") == 0)
        return play_file(words[2], count > 3 ? number(words[3]) : 1);
    if (count == 2 || count == 3)
        return play_many((uint32_t)number(words[1]), count == 3 ? number(words[2]) : 1);
    fputs("usage: worlds COUNT [SEED] | --check COUNT | --show SEED | --play FILE [SEED]\n",
          stderr);
    return 2;
}
