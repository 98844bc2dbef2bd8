/*
 * outage.c: when a service was not served; see outage.h.
 */
#include "sim/run/outage.h"

#include <stdbool.h>
#include <string.h>

#define ONE INT64_C(1000000000)
/* Chosen: the requests it takes to call a stretch bad. */
#define FEWEST 20
/* Chosen: a service that was well for so long had been restored. */
#define WELL (300 * SIM_S)

typedef struct Stretch {
    SimTime from, to;
    int64_t ok, all;
} Stretch;

/* So many that one failed request does not decide: 1 - 1 / n is not below the bound. */
static int64_t enough(int64_t below)
{
    int64_t alone = below >= ONE ? 0 : (ONE + ONE - below - 1) / (ONE - below);
    return alone > FEWEST ? alone : FEWEST;
}

static bool asked_for(const OutcomeWindow *row, const RunOutageAsk *ask)
{
    return row->to > ask->after && row->from < ask->before &&
           strcmp(row->service, ask->service) == 0 &&
           (ask->access == NULL || strcmp(row->access, ask->access) == 0);
}

/* Windows come in order of time, those of one time one after the other. */
static GArray *stretches_of(const Outcome *outcome, const RunOutageAsk *ask)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Stretch));
    int64_t wanted = enough(ask->below);
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *row = &outcome->windows[i];
        if (!asked_for(row, ask))
            continue;
        Stretch *last = all->len == 0 ? NULL : &g_array_index(all, Stretch, all->len - 1);
        if (last == NULL || (last->all >= wanted && last->to != row->to)) {
            Stretch next = {row->from > ask->after ? row->from : ask->after, 0, 0, 0};
            g_array_append_val(all, next);
            last = &g_array_index(all, Stretch, all->len - 1);
        }
        last->to = row->to;
        last->all += row->issued - row->open;
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            last->ok += row->ok[q];
    }
    return all;
}

/* The rest at the end is shorter than the others; there, too, one failure does not decide. */
static bool is_bad(const Stretch *stretch, int64_t below)
{
    if (stretch->all < enough(below) && stretch->all - stretch->ok < 2)
        return false;
    __extension__ __int128 served = (__extension__(__int128) stretch->ok) * ONE;
    return served < (__extension__(__int128) stretch->all) * below;
}

/* Whether the service was back after stretch `index`: the next one is not bad, and neither are
 * those of the next minutes together. Each alone has too few requests to be held to the bound:
 * where 1 in 20 fails for good, every fourth stretch of 20 would be an outage. */
static bool back_after(const GArray *all, guint index, int64_t below)
{
    SimTime end = g_array_index(all, Stretch, index).to;
    Stretch sum = {0, 0, 0, 0};
    for (guint i = index + 1; i < all->len; i++) {
        const Stretch *stretch = &g_array_index(all, Stretch, i);
        if (i == index + 1 && is_bad(stretch, below))
            return false;
        sum.ok += stretch->ok;
        sum.all += stretch->all;
        if (stretch->to - end >= WELL)
            break;
    }
    return sum.all > 0 && !is_bad(&sum, below);
}

RunOutage run_outage(const Outcome *outcome, const RunOutageAsk *ask)
{
    RunOutage outage = {-1, -1, 0};
    GArray   *all = stretches_of(outcome, ask);
    for (guint i = 0; i < all->len; i++) {
        const Stretch *stretch = &g_array_index(all, Stretch, i);
        outage.samples += stretch->all;
        if (outage.first_over >= 0 || !is_bad(stretch, ask->below))
            continue;
        if (outage.first_bad < 0)
            outage.first_bad = stretch->from;
        if (back_after(all, i, ask->below))
            outage.first_over = stretch->to;
    }
    g_array_free(all, TRUE);
    return outage;
}
