/*
 * survivors.h: why the region that took over could carry the work of both, or could not.
 */
#ifndef REPORTS_SURVIVORS_H
#define REPORTS_SURVIVORS_H

#include "reports/case.h"

/* A paragraph per failover and service that came near its limit; nothing where none did. */
void survivors_tell(GString *page, const ReportCase *self, unsigned level);

#endif
