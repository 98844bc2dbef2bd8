/*
 * drawers.h: one function per picture. Each reads its figures from the stored run and returns a
 * picture ready to be drawn (owned), or NULL when there is nothing to show.
 */
#ifndef REPORTS_DRAWERS_H
#define REPORTS_DRAWERS_H

#include "reports/case.h"
#include "reports/picture.h"

Picture *draw_availability(const ReportCase *self);
Picture *draw_threads(const ReportCase *self);
Picture *draw_lag(const ReportCase *self);
Picture *draw_latency(const ReportCase *self);
Picture *draw_recovery(const ReportCase *self);
Picture *draw_discarded(const ReportCase *self);
Picture *draw_users(const ReportCase *self);
/* Of all cases together; NULL if they are all one strategy. */
Picture *draw_tradeoff(const GPtrArray *cases);

#endif
