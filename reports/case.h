/*
 * case.h: one stored run that a report tells of, and questions about it.
 */
#ifndef REPORTS_CASE_H
#define REPORTS_CASE_H

#include <stdint.h>

#include "sim/store/reader.h"

typedef struct ReportCase {
    StoreReader *reader; /* lent */
    int64_t      run;
    char        *scenario;
    char        *choices; /* "unreplicated = wait"; "" without choices */
    char        *plan_hash, *results_fingerprint;
    char        *label;    /* scenario, choices and seed as far as needed to tell it from others */
    char        *strategy; /* the same without the seed: runs of one strategy share it */
    char        *prefix;   /* of the names of its pictures: "" or "run2_" */
    uint64_t     seed;
    char        *verdict;
    int64_t      end_ns;
    int64_t      issued, failed;
    int64_t      users, users_hit;
    int64_t      acked, lost, destroyed, stranded, expired, overwritten, duplicates;
    int64_t      cross_region_bytes;
} ReportCase;

/* Reads every run of a result; appends ReportCase* to `cases`, owned by it. */
void report_cases_read(StoreReader *reader, GPtrArray *cases);
/* Gives every case its label, strategy and prefix, once all are there. */
void report_cases_name(GPtrArray *cases);
/* The choices that all of several cases share: "lines = one, stored = yes"; "" if none. Owned. */
char *report_cases_share(const GPtrArray *cases);
void  report_case_free(ReportCase *self);

/* Asks a query of reports/queries; ?1 is the run. Owned. */
StoreRows *report_ask(const ReportCase *self, const char *query);

/* An embedded picture script of reports/plots. Lent for good. */
const char *report_plot(const char *name);

#endif
