/*
 * vary.c: see vary.h. Each seed tries one variation.
 */
#include "tests/fuzz/vary.h"

#include <string.h>

#include "sim/run/run.h"
#include "tests/fuzz/invent.h"

typedef struct Played {
    Plan    *plan;
    Outcome *outcome;
} Played;

static Played play(const Piece *world, uint64_t seed)
{
    char  *reason;
    Played played = {invent_plan(world, &reason), NULL};
    g_free(reason);
    if (played.plan != NULL) {
        RunSetup setup = {.plan = played.plan, .seed = seed};
        played.outcome = run_play(&setup);
    }
    return played;
}

static void forget(Played *played)
{
    outcome_free(played->outcome);
    plan_free(played->plan);
}

/* ---- what is compared -------------------------------------------------------------------- */

typedef struct Sums { /* of the requests of a service, access region and cohort */
    int64_t issued, attempts, open, latency;
    int64_t ok[METRICS_QUALITY_COUNT], failed[METRICS_FAILURE_COUNT];
} Sums;

static Sums sums_of(const Outcome *outcome, const OutcomeWindow *like)
{
    Sums sums;
    memset(&sums, 0, sizeof sums);
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *row = &outcome->windows[i];
        if (strcmp(row->service, like->service) != 0 || strcmp(row->access, like->access) != 0 ||
            strcmp(row->users, like->users) != 0)
            continue;
        sums.issued += row->issued;
        sums.attempts += row->attempts;
        sums.open += row->open;
        sums.latency += row->latency_sum;
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            sums.ok[q] += row->ok[q];
        for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
            sums.failed[f] += row->failed[f];
    }
    return sums;
}

static bool same_fates(const OutcomeFateRow *row, const Outcome *other)
{
    for (uint32_t i = 0; i < other->fate_count; i++) {
        const OutcomeFateRow *twin = &other->fates[i];
        if (strcmp(row->data, twin->data) == 0 && strcmp(row->region, twin->region) == 0)
            return row->issued == twin->issued && row->ok == twin->ok &&
                   row->error == twin->error && row->unknown == twin->unknown &&
                   row->ghosts == twin->ghosts && row->diverged == twin->diverged &&
                   memcmp(row->fate, twin->fate, sizeof row->fate) == 0;
    }
    return row->issued == 0;
}

static void compare(const Outcome *one, const Outcome *other, const char *what, GString *findings)
{
    for (uint32_t i = 0; i < one->window_count; i++) {
        Sums mine = sums_of(one, &one->windows[i]);
        Sums theirs = sums_of(other, &one->windows[i]);
        if (memcmp(&mine, &theirs, sizeof mine) != 0) {
            g_string_append_printf(findings, "moved by %s: requests of %s near %s\n", what,
                                   one->windows[i].service, one->windows[i].access);
            return;
        }
    }
    for (uint32_t i = 0; i < one->fate_count; i++)
        if (!same_fates(&one->fates[i], other)) {
            g_string_append_printf(findings, "moved by %s: writes of %s at %s\n", what,
                                   one->fates[i].data, one->fates[i].region);
            return;
        }
}

/* ---- variations -------------------------------------------------------------------------- */

static void reverse(GPtrArray *pieces)
{
    for (guint i = 0, k = pieces->len; i + 1 < k; i++) {
        gpointer swap = pieces->pdata[i];
        pieces->pdata[i] = pieces->pdata[--k];
        pieces->pdata[k] = swap;
    }
}

static void backwards(Piece *world, uint64_t seed, const Played *one, GString *findings)
{
    reverse(world->inside);
    Played other = play(world, seed);
    reverse(world->inside);
    if (other.outcome == NULL)
        g_string_append(findings, "moved by order: refused\n");
    else if (strcmp(plan_hash(one->plan), plan_hash(other.plan)) != 0)
        g_string_append(findings, "moved by order: the plan\n");
    else if (one->outcome->schedule != other.outcome->schedule ||
             one->outcome->chance != other.outcome->chance)
        g_string_append(findings, "moved by order: the run\n");
    forget(&other);
}

/* Declarations that nobody uses, and faults of those. */
static const char *const spectators[][3] = {
    {"service \"zzz\" { work = \"9ms\" }", NULL, NULL},
    {"data \"zzz\" { owner = \"any\" }", NULL, NULL},
    {"users \"zzz\" { count = 9, retry = { attempts = 5 } }", NULL, NULL},
    {"service \"zzz\" {}", "at \"3s\" { slow { \"zzz\", lasts = \"4s\", may_miss = true } }", NULL},
    {"service \"zzz\" {}", "at \"3s\" { surge { \"zzz\", lasts = \"4s\", may_miss = true } }",
     NULL},
    {"data \"zzz\" {}",
     "at \"3s\" { crash { \"zzz\", region = \"a\", lasts = \"4s\", may_miss = true } }", NULL},
    {"data \"zzz\" {}",
     "at \"3s\" { read_only { \"zzz\", region = \"a\", lasts = \"4s\", may_miss = true } }", NULL},
    {"data \"zzz\" {}",
     "at \"3s\" { slow_store { \"zzz\", region = \"a\", lasts = \"4s\", may_miss = true } }", NULL},
    {"at \"3s\" { slow { \"g\", factor = 1, lasts = \"4s\", may_miss = true } }", NULL, NULL},
    {"at \"3s\" { surge { \"g\", factor = 1, lasts = \"4s\", may_miss = true } }", NULL, NULL},
    {"at \"3s\" { degrade { \"a-b\", bandwidth = \"9Tbps\", lasts = \"4s\", may_miss = true } }",
     NULL, NULL},
    {"at \"3s\" { brown_out { \"a\", capacity = \"100%\", lasts = \"4s\", may_miss = true } }",
     NULL, NULL},
    {"at \"3s\" { clock_step { \"a\", by = \"0s\", lasts = \"4s\", may_miss = true } }", NULL,
     NULL},
    {"expect \"zzz\" { lost {}, \"== 0\" }", NULL, NULL},
};

static void watched(Piece *world, uint64_t seed, const Played *one, GString *findings)
{
    const char *const *more = spectators[(seed / 3) % G_N_ELEMENTS(spectators)];
    guint              before = world->inside->len;
    for (int i = 0; more[i] != NULL; i++)
        piece_add(world, piece_value(NULL, more[i]));
    Played other = play(world, seed);
    if (other.outcome != NULL)
        compare(one->outcome, other.outcome, more[0], findings);
    forget(&other);
    while (world->inside->len > before)
        g_ptr_array_remove_index(world->inside, world->inside->len - 1);
}

void vary_world(Piece *world, uint64_t seed, GString *findings)
{
    Played one = play(world, seed);
    if (one.outcome != NULL && one.outcome->limit[0] == 0) {
        if (seed % 3 == 0)
            backwards(world, seed, &one, findings);
        else
            watched(world, seed, &one, findings);
    }
    forget(&one);
}
