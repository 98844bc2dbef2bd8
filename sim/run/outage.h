/*
 * outage.h: when a service was not served, read from the windows of an outcome.
 */
#ifndef SIM_RUN_OUTAGE_H
#define SIM_RUN_OUTAGE_H

#include "sim/run/outcome.h"

typedef struct RunOutage {
    SimTime first_bad; /* -1: it was served all the time */
    SimTime
        first_over;   /* end of the bad stretches that follow each other from there; -1: of none */
    SimTime last_bad; /* end of the last bad stretch */
    bool    open;     /* the last stretch with requests was bad: no end was seen */
    int64_t samples;  /* requests looked at */
} RunOutage;

/* Looks at windows of requests issued from `after` on, and not from `before` on, by users near
 * `access` (NULL: all). Windows are put together until they hold at least 20 requests, so that one
 * failed request is not an outage; a stretch is bad below 95 %. */
RunOutage run_outage(const Outcome *outcome, const char *service, const char *access, SimTime after,
                     SimTime before);

#endif
