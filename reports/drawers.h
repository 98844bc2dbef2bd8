/*
 * drawers.h: one function per picture. Each reads its figures from the stored run and returns a
 * picture ready to be drawn (owned), or NULL when there is nothing to show. The narrow one of a
 * picture shows the same figures on a canvas for telephones: names stand above what they name.
 */
#ifndef REPORTS_DRAWERS_H
#define REPORTS_DRAWERS_H

#include "reports/case.h"
#include "reports/picture.h"

Picture *draw_availability(const ReportCase *self, bool narrow);
Picture *draw_threads(const ReportCase *self, bool narrow);
Picture *draw_lag(const ReportCase *self, bool narrow);
Picture *draw_latency(const ReportCase *self, bool narrow);
Picture *draw_recovery(const ReportCase *self, bool narrow);
Picture *draw_discarded(const ReportCase *self, bool narrow);
Picture *draw_users(const ReportCase *self, bool narrow);
/* Of all cases together; NULL if they are all one strategy. */
Picture *draw_tradeoff(const GPtrArray *cases, bool narrow);

#endif
