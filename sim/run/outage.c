/*
 * outage.c: when a service was not served; see outage.h.
 */
#include "sim/run/outage.h"

#include <string.h>

/* Chosen: the share below which a minute is called bad, and the requests it takes to say so. */
#define SERVED_PERCENT 95
#define ENOUGH 20
/* Chosen: a service that was well for so long had been restored. */
#define ANOTHER (300 * SIM_S)

RunOutage run_outage(const Outcome *outcome, const char *service, const char *access, SimTime after,
                     SimTime before)
{
    RunOutage outage = {-1, -1, -1, false, 0};
    SimTime   from = -1;
    SimTime   to = -1;
    int64_t   ok = 0;
    int64_t   all = 0;
    for (uint32_t i = 0; i <= outcome->window_count; i++) {
        const OutcomeWindow *row = i < outcome->window_count ? &outcome->windows[i] : NULL;
        bool                 next = row == NULL || row->to != to;
        /* A stretch ends with a window; the rest at the end counts however small it is. */
        if (next && all > 0 && (all >= ENOUGH || row == NULL)) {
            outage.open = ok * 100 < all * SERVED_PERCENT;
            if (outage.open) {
                bool another = outage.last_bad >= 0 && from - outage.last_bad >= ANOTHER;
                if (another && outage.first_over < 0)
                    outage.first_over = outage.last_bad;
                outage.last_bad = to;
                if (outage.first_bad < 0)
                    outage.first_bad = from;
            }
            outage.samples += all;
            ok = all = 0;
            from = -1;
        }
        if (row == NULL || row->to <= after || row->from >= before)
            continue;
        to = row->to;
        if (strcmp(row->service, service) != 0 ||
            (access != NULL && strcmp(row->access, access) != 0))
            continue;
        if (from < 0)
            from = row->from > after ? row->from : after;
        all += row->issued - row->open;
        for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
            ok += row->ok[q];
    }
    if (!outage.open && outage.first_over < 0)
        outage.first_over = outage.last_bad;
    return outage;
}
