/*
 * goals.c: measures what the performance page promises and prints it as one table.
 *
 * Absolute times say more about the machine than about us, so every figure is a ratio to something
 * measured in the same run, in turns with it: hand-written queues (hold.c), the hand-written W2
 * (w2_ceiling.c), or a smaller world of our own. Times are printed only as context.
 *
 * Memory comes first: peaks never fall, so it is measured while this process is still small, in
 * processes of their own.
 */
#define _DEFAULT_SOURCE /* wait4 */

#include <glib.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/cli/play.h"
#include "sim/run/run.h"
#include "sim/store/writer.h"
#include "tests/bench/clock.h"
#include "tests/bench/hold.h"
#include "tests/bench/w2_ceiling.h"

#define ROUNDS 7
#define W2 "tests/bench/w2.lua"
#define USER_SUBSYSTEM "scenarios/catalog/user-subsystem.lua"

extern char **environ;

/* ---- the table --------------------------------------------------------------------------- */

typedef struct Goals {
    GString *rows;
    char    *folder; /* for generated scenarios and databases */
} Goals;

/* A goal is an upper bound; 0: there is none, the figure explains another. */
static void row(Goals *goals, const char *figure, double measured, double goal, const char *unit)
{
    char verdict[40] = "";
    if (goal > 0)
        g_snprintf(verdict, sizeof(verdict), "%10.2f %-6s %s", goal, unit,
                   measured <= goal ? "met" : "MISSED");
    g_string_append_printf(goals->rows, "  %-58s %10.2f %-6s %s\n", figure, measured, unit,
                           verdict);
}

static void complain(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

/* ---- scenarios --------------------------------------------------------------------------- */

static char *file_in(const Goals *goals, const char *name)
{
    return g_build_filename(goals->folder, name, NULL);
}

/* Written where the user is, as in W2; or in one region only, so that nothing is overwritten and
 * there is nothing to report: what takes memory is the simulator. */
#define MESH_ANYWHERE "keys = 10000, owner = \"any\""
#define MESH_SINGLE "keys = 300, owner = \"single\", owner_region = \"r00\""

/* W2 without faults, on any number of regions that are all connected: 48,000 requests a second in
 * all, every tenth a write, sent to all others; 40 windows. Owned. */
static char *mesh_write(const Goals *goals, uint32_t regions, uint32_t seconds, uint64_t users,
                        const char *data)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(
        text, "scenario \"mesh\" { duration = \"%" PRIu32 "s\", window = \"%" PRIu32 "ms\" }\n",
        seconds, seconds * 25);
    for (uint32_t r = 0; r < regions; r++)
        g_string_append_printf(text,
                               "region \"r%02" PRIu32 "\" {}\n"
                               "users \"u%02" PRIu32 "\" { count = %" PRIu64
                               ", access = { r%02" PRIu32 " = 1 }, home = { r%02" PRIu32
                               " = 1 } }\n"
                               "workload { users = \"u%02" PRIu32 "\", read = \"%" PRIu32
                               "/s\", write = \"%" PRIu32 "/s\" }\n",
                               r, r, users / regions, r, r, r, 43200 / regions, 4800 / regions);
    for (uint32_t a = 0; a < regions; a++)
        for (uint32_t b = a + 1; b < regions; b++)
            g_string_append_printf(text,
                                   "link { \"r%02" PRIu32 "\", \"r%02" PRIu32
                                   "\", latency = \"%" PRIu32 "ms\", jitter = exponential \"1ms\", "
                                   "bandwidth = \"1000Gbps\" }\n",
                                   a, b, 30 + (a + b) % 4 * 10);
    g_string_append_printf(text,
                           "data \"item\" { %s, channels = { replicate { multi_master = true, "
                           "reconnect = \"0s\" } } }\n",
                           data);
    g_string_append(text,
                    "service \"read\" { reads = \"item\", work = \"0.1ms\" }\n"
                    "service \"write\" { writes = \"item\", work = \"0.2ms\", threads = 10000 }\n");
    char *name =
        g_strdup_printf("mesh-%" PRIu32 "-%" PRIu32 "-%" PRIu64 ".lua", regions, seconds, users);
    char   *path = file_in(goals, name);
    GError *error = NULL;
    if (!g_file_set_contents(path, text->str, (gssize)text->len, &error))
        complain(path, error->message);
    g_free(name);
    g_string_free(text, TRUE);
    return path;
}

static Plan *load(const char *path)
{
    Plan *plan = cli_load_or_complain(path, NULL);
    if (plan == NULL)
        complain(path, "not a scenario");
    return plan;
}

static Outcome *play(const Plan *plan)
{
    RunSetup setup = {.plan = plan, .seed = 1};
    return run_play(&setup);
}

static void keep(const Goals *goals, const Outcome *outcome)
{
    char   *path = file_in(goals, "result.db");
    GError *error = NULL;
    if (!store_write(path, outcome, &error))
        complain(path, error->message);
    g_free(path);
}

/* ---- memory ------------------------------------------------------------------------------ */

/* Peak MiB of the whole program playing a scenario once, in a process of its own. */
static double peak_once(const Goals *goals, const char *program, const char *scenario)
{
    char                      *place = file_in(goals, "run");
    char                      *arguments[] = {(char *)(uintptr_t)program,
                                              (char *)(uintptr_t) "run",
                                              (char *)(uintptr_t)scenario,
                                              (char *)(uintptr_t) "--no-report",
                                              (char *)(uintptr_t) "--out",
                                              place,
                                              NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
    pid_t child;
    if (posix_spawn(&child, program, &actions, NULL, arguments, environ) != 0)
        complain(program, "cannot be run; `make all` builds it");
    posix_spawn_file_actions_destroy(&actions);
    int           status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
        complain(scenario, "did not run");
    g_free(place);
    return (double)usage.ru_maxrss / 1024;
}

/* The kernel counts pages in batches, and libraries lie elsewhere each time: one reading is off by
 * some hundred KiB, which is much for a small scenario. */
#define READINGS 25
static double peak_mib(const Goals *goals, const char *program, const char *scenario)
{
    double mib[READINGS];
    for (int reading = 0; reading < READINGS; reading++)
        mib[reading] = peak_once(goals, program, scenario);
    return clock_median(mib, READINGS);
}

static void measure_memory(Goals *goals)
{
    const char *program = g_getenv("FAULTLINE");
    if (program == NULL)
        program = "build/faultline";
    char  *few = mesh_write(goals, 1, 4, 1000, MESH_SINGLE);
    char  *many = mesh_write(goals, 1, 4, 10000000, MESH_SINGLE);
    char  *brief = mesh_write(goals, 3, 4, 10000000, MESH_SINGLE);
    char  *longer = mesh_write(goals, 3, 16, 10000000, MESH_SINGLE);
    double with_few = peak_mib(goals, program, few);
    double with_many = peak_mib(goals, program, many);
    double with_brief = peak_mib(goals, program, brief);
    double with_longer = peak_mib(goals, program, longer);
    double w2 = peak_mib(goals, program, W2);
    double subsystem = peak_mib(goals, program, USER_SUBSYSTEM);
    printf(
        "peak memory of the program: W2 %.1f MiB, user subsystem %.1f MiB; one region with 10^3 "
        "users %.1f MiB, with 10^7 %.1f MiB; three regions for 4 s %.1f MiB, for 16 s %.1f MiB\n",
        w2, subsystem, with_few, with_many, with_brief, with_longer);
    row(goals, "memory: bytes per pending event, at 10^6", hold_bytes_per_event(), 64, "bytes");
    row(goals, "memory: peak of the program on W2", w2, 16, "MiB");
    row(goals, "memory: 10^7 users / 10^3 users", with_many / with_few, 1.02, "x");
    row(goals, "memory: four times the simulated time", with_longer / with_brief, 1.1, "x");
    g_free(few);
    g_free(many);
    g_free(brief);
    g_free(longer);
}

/* ---- the queue --------------------------------------------------------------------------- */

static void measure_hold(Goals *goals)
{
    printf("\nns per hold (pop and push), exponential increments, medians of interleaved rounds\n");
    printf("%9s", "pending");
    for (uint32_t q = 0; q < HOLD_QUEUES; q++)
        printf("  %9s", hold_name(q));
    printf("  ours/best\n");
    for (uint32_t pending = 100; pending <= HOLD_LARGEST; pending *= 10) {
        HoldTimes times;
        char      figure[64];
        hold_measure(pending, &times);
        printf("%9" PRIu32, pending);
        for (uint32_t q = 0; q < HOLD_QUEUES; q++)
            printf("  %9.1f", times.ns[q]);
        printf("  %9.2f\n", times.ns[0] / times.best);
        fflush(stdout);
        g_snprintf(figure, sizeof(figure), "hold model, %" PRIu32 " pending / best by hand",
                   pending);
        row(goals, figure, times.ns[0] / times.best, 1.2, "x");
    }
    for (uint32_t lanes = 1; lanes <= 64; lanes *= 8)
        printf("lanes: %2" PRIu32 " x 1000 pending: %5.1f ns per hold\n", lanes, hold_lanes(lanes));
}

/* ---- W2 ---------------------------------------------------------------------------------- */

typedef struct Played {
    double   whole; /* seconds: load, play and store */
    double   alone; /* play */
    uint64_t events, schedule, results;
} Played;

static Played measure_file(const Goals *goals, bool fingerprint)
{
    double   start = clock_s();
    Plan    *plan = load(W2);
    RunSetup setup = {.plan = plan, .seed = 1, .no_fingerprint = !fingerprint};
    double   loaded = clock_s();
    Outcome *outcome = run_play(&setup);
    double   over = clock_s();
    keep(goals, outcome);
    Played played = {clock_s() - start, over - loaded, outcome->events, outcome->schedule,
                     outcome->results};
    outcome_free(outcome);
    plan_free(plan);
    return played;
}

/* The file once with everything, and once without the fingerprint: the same events and the same
 * results. Nothing else can be left out: ledger, windows and store are what the file is for, and
 * the trace is off in both. */
static void measure_w2(Goals *goals)
{
    double    by_hand[W2_AGENDAS][ROUNDS];
    double    whole[ROUNDS], alone[ROUNDS], ratio[ROUNDS], bare[ROUNDS], bare_alone[ROUNDS];
    double    special[ROUNDS], engine[ROUNDS];
    W2Numbers numbers[W2_AGENDAS];
    uint64_t  events = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int a = 0; a < W2_AGENDAS; a++)
            by_hand[a][round] = w2_ceiling_run((W2Agenda)a, &numbers[a]);
        /* Whoever comes first has the colder caches: by turns. */
        Played one = measure_file(goals, round % 2 == 0);
        Played other = measure_file(goals, round % 2 != 0);
        Played full = round % 2 == 0 ? one : other;
        Played less = round % 2 == 0 ? other : one;
        if (full.events != less.events || full.results != less.results ||
            full.schedule == less.schedule)
            complain(W2, "plays differently without its fingerprint, or has one all the same");
        double generic = MIN(by_hand[W2_LADDER][round], by_hand[W2_HEAP][round]);
        events = full.events;
        whole[round] = full.whole;
        alone[round] = full.alone;
        ratio[round] = full.whole / generic;
        bare[round] = less.whole / generic;
        bare_alone[round] = less.alone / generic;
        special[round] = by_hand[W2_RINGS][round] / generic;
        engine[round] = MIN(by_hand[W2_OURS][round], by_hand[W2_LANES][round]) / generic;
    }
    for (int a = 1; a < W2_AGENDAS; a++)
        if (memcmp(&numbers[0], &numbers[a], sizeof(numbers[0])) != 0)
            complain(w2_ceiling_name((W2Agenda)a), "disagrees with the ladder on W2");
    const W2Numbers *n = &numbers[0];
    printf("\nW2 by hand: %" PRIu64 " events, %" PRIu64 " requests, %" PRIu64 " refused, %" PRIu64
           " writes, %" PRIu64 " lost, lag p50 %.1f ms, p99 %.0f ms\n",
           n->events, n->requested, n->refused, n->writes, n->lost, n->lag_p50_ms, n->lag_p99_ms);
    for (int a = 0; a < W2_AGENDAS; a++) {
        double seconds = clock_median(by_hand[a], ROUNDS);
        printf("  %-22s %6.1f ms  %5.1f M events/s\n", w2_ceiling_name((W2Agenda)a), seconds * 1e3,
               (double)n->events / seconds / 1e6);
    }
    double w = clock_median(whole, ROUNDS);
    double p = clock_median(alone, ROUNDS);
    printf("  %-22s %6.1f ms  %5.1f M events/s (%" PRIu64
           " events; load, play and store; play alone %.1f ms)\n",
           "the scenario file", w * 1e3, (double)events / w / 1e6, events, p * 1e3);
    row(goals, "W2, hand-written FIFO lanes / generic ceiling", clock_median(special, ROUNDS), 0,
        "x");
    row(goals, "W2, hand-written on our queue / generic ceiling", clock_median(engine, ROUNDS), 0,
        "x");
    row(goals, "W2 file: load, play, store; all on / generic ceiling", clock_median(ratio, ROUNDS),
        2.0, "x");
    row(goals, "W2 file: the same run without fingerprint", clock_median(bare, ROUNDS), 1.5, "x");
    row(goals, "W2 file: that, play alone (no load, no store)", clock_median(bare_alone, ROUNDS), 0,
        "x");
}

/* ---- regions ----------------------------------------------------------------------------- */

static void measure_regions(Goals *goals)
{
    const uint32_t regions[2] = {3, 16};
    Plan          *plans[2];
    double         ns[2][ROUNDS], ratio[ROUNDS];
    uint64_t       events[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        char *path = mesh_write(goals, regions[i], 5, 3000000, MESH_ANYWHERE);
        plans[i] = load(path);
        g_free(path);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 2; i++) {
            double   start = clock_s();
            Outcome *outcome = play(plans[i]);
            events[i] = outcome->events;
            ns[i][round] = (clock_s() - start) * 1e9 / (double)events[i];
            outcome_free(outcome);
        }
        ratio[round] = ns[1][round] / ns[0][round];
    }
    printf("\nregions, all connected: 3: %.0f ns per event (%" PRIu64
           " events)   16: %.0f ns per event (%" PRIu64 " events)\n",
           clock_median(ns[0], ROUNDS), events[0], clock_median(ns[1], ROUNDS), events[1]);
    row(goals, "growth: 16 regions / 3 regions, per event", clock_median(ratio, ROUNDS), 1.5, "x");
    plan_free(plans[0]);
    plan_free(plans[1]);
}

/* ---- before the first event, after the last ---------------------------------------------- */

typedef struct Ends {
    double first; /* when the first piece of the run was over */
    double last;  /* when the last one was */
} Ends;

static void note_progress(void *user, SimTime now, SimTime end)
{
    Ends *ends = user;
    ends->last = clock_s();
    if (ends->first <= 0)
        ends->first = ends->last;
    (void)now;
    (void)end;
}

static void measure_ends(Goals *goals)
{
    double before[ROUNDS], after[ROUNDS], whole[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        Ends     ends = {0, 0};
        double   start = clock_s();
        Plan    *plan = load(USER_SUBSYSTEM);
        RunSetup setup = {
            .plan = plan, .seed = 1, .progress = note_progress, .progress_user = &ends};
        Outcome *outcome = run_play(&setup);
        keep(goals, outcome);
        double closed = clock_s();
        before[round] = (ends.first - start) * 1e3;
        after[round] = (closed - ends.last) * 1e3;
        whole[round] = (closed - start) * 1e3;
        outcome_free(outcome);
        plan_free(plan);
    }
    printf("user subsystem, file to closed database: %.1f ms\n", clock_median(whole, ROUNDS));
    /* The first piece of the run, a two hundredth, is counted too. */
    row(goals, "user subsystem: start to first event", clock_median(before, ROUNDS), 50, "ms");
    row(goals, "user subsystem: last event to closed database", clock_median(after, ROUNDS), 50,
        "ms");
}

int main(void)
{
    const char *build = g_getenv("BUILD");
    Goals       goals = {.rows = g_string_new(NULL)};
    goals.folder = g_build_filename(build != NULL ? build : "build", "bench", NULL);
    if (g_mkdir_with_parents(goals.folder, 0777) != 0)
        complain(goals.folder, "cannot be made");
    puts("W2 (" W2 "): 3 data centres, 30,000 requests/s, a cut of 10 s, then one of them lost");
    hold_begin();
    measure_memory(&goals);
    measure_hold(&goals);
    measure_w2(&goals);
    measure_regions(&goals);
    measure_ends(&goals);
    printf("\n  %-58s %10s %-6s %10s\n%s", "figure", "measured", "", "goal", goals.rows->str);
    g_free(goals.folder);
    g_string_free(goals.rows, TRUE);
    return 0;
}
