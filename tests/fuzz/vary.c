/*
 * vary.c: see vary.h. Each seed tries one variation.
 */
#include "tests/fuzz/vary.h"

#include <string.h>

#include "sim/base/time.h"
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

/* ---- after the heal ---------------------------------------------------------------------- */

/* Long enough for everything to come back, and then some requests to see whether it has. */
#define LONG "5min"
#define LOOK (270 * SIM_S)

static Piece *inside(const Piece *piece, const char *field)
{
    for (guint i = 0; i < piece->inside->len; i++) {
        Piece *part = g_ptr_array_index(piece->inside, i);
        if (g_strcmp0(part->field, field) == 0)
            return part;
    }
    return NULL;
}

/* Of a service near a region in the last windows. */
static void late(const Outcome *outcome, const OutcomeWindow *like, int64_t *out_served,
                 int64_t *out_issued)
{
    *out_served = *out_issued = 0;
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *row = &outcome->windows[i];
        if (row->from < LOOK || strcmp(row->service, like->service) != 0 ||
            strcmp(row->access, like->access) != 0 || strcmp(row->users, like->users) != 0)
            continue;
        *out_issued += row->issued;
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            *out_served += row->ok[q];
    }
}

static bool all_end(const Outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->fault_count; i++)
        if (outcome->faults[i].end > SIM_MIN || strcmp(outcome->faults[i].kind, "lose") == 0 ||
            strcmp(outcome->faults[i].kind, "switch") == 0)
            return false;
    return true;
}

static void compare_late(const Outcome *calm, const Outcome *healed, GString *findings)
{
    for (uint32_t i = 0; i < calm->window_count; i++) {
        const OutcomeWindow *row = &calm->windows[i];
        int64_t              served, issued, after, asked;
        if (row->from < LOOK)
            continue;
        late(calm, row, &served, &issued);
        late(healed, row, &after, &asked);
        if (issued < 20 || served < issued || asked < 20 || after >= asked / 2)
            continue;
        g_string_append_printf(findings,
                               "not served after the heal: %s near %s, %" G_GINT64_FORMAT
                               " of %" G_GINT64_FORMAT "\n",
                               row->service, row->access, after, asked);
        return;
    }
}

/* Minutes after the last fault users are served again if they are where there was none. Who may
 * write need not have come back, so worlds where that is moved are left out. */
static void recovers(Piece *world, uint64_t seed, GString *findings)
{
    Piece *duration = NULL;
    for (guint i = 0; i < world->inside->len; i++) {
        Piece *piece = g_ptr_array_index(world->inside, i);
        if (g_strcmp0(piece->word, "failover") == 0 && !piece->left_out)
            return;
        if (g_strcmp0(piece->word, "scenario") == 0)
            duration = inside(piece, "duration");
    }
    if (duration == NULL)
        return;
    char *before = duration->text;
    duration->text = g_strdup("\"" LONG "\"");
    Played healed = play(world, seed);
    if (healed.outcome != NULL && healed.outcome->limit[0] == 0 &&
        healed.outcome->fault_count > 0 && all_end(healed.outcome)) {
        GPtrArray *faults = g_ptr_array_new();
        for (guint i = 0; i < world->inside->len; i++) {
            Piece *piece = g_ptr_array_index(world->inside, i);
            if (g_strcmp0(piece->word, "at") == 0 && !piece->left_out) {
                piece->left_out = true;
                g_ptr_array_add(faults, piece);
            }
        }
        Played calm = play(world, seed);
        if (calm.outcome != NULL && calm.outcome->limit[0] == 0)
            compare_late(calm.outcome, healed.outcome, findings);
        forget(&calm);
        for (guint i = 0; i < faults->len; i++)
            ((Piece *)g_ptr_array_index(faults, i))->left_out = false;
        g_ptr_array_free(faults, TRUE);
    }
    forget(&healed);
    g_free(duration->text);
    duration->text = before;
}

void vary_world(Piece *world, uint64_t seed, GString *findings)
{
    Played one = play(world, seed);
    if (one.outcome != NULL && one.outcome->limit[0] == 0) {
        if (seed % 3 == 0)
            backwards(world, seed, &one, findings);
        else if (seed % 3 == 1)
            watched(world, seed, &one, findings);
        else
            recovers(world, seed, findings);
    }
    forget(&one);
}
