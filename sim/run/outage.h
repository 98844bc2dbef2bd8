/*
 * outage.h: when a service was not served, read from the windows of an outcome.
 *
 * The one definition of "down" and "restored" for users: the claim `restore`, the rows "users" of
 * table `restore`, and with them the terminal and the report.
 */
#ifndef SIM_RUN_OUTAGE_H
#define SIM_RUN_OUTAGE_H

#include "sim/run/outcome.h"

/* Chosen: the share below which a minute is called bad, when nobody says otherwise. */
#define RUN_OUTAGE_BELOW INT64_C(950000000)

typedef struct RunOutageAsk {
    const char *service;
    const char *access;        /* users near this region; NULL: all */
    SimTime     after, before; /* requests issued from `after` on, and not from `before` on */
    int64_t     below;         /* a stretch that served less is bad, in billionths */
} RunOutageAsk;

typedef struct RunOutage {
    SimTime first_bad;  /* begin of the first bad stretch; -1: it was served all the time */
    SimTime first_over; /* end of the outage that began there; -1: of none, or not seen */
    int64_t samples;    /* requests looked at */
} RunOutage;

/* Windows are put together, one after the other, until they hold 20 requests and so many that a
 * single failure is not below the bound (100 for 99 %); what is left at the end is bad if two of it
 * failed. An outage is over at the end of a bad stretch after which neither the next stretch nor
 * the next 5 min together (or what is left of the run) are bad. */
RunOutage run_outage(const Outcome *outcome, const RunOutageAsk *ask);

#endif
