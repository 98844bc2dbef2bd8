/*
 * error.h: what can go wrong with a report.
 */
#ifndef REPORTS_ERROR_H
#define REPORTS_ERROR_H

#include <glib.h>

#define REPORT_ERROR (report_error_quark())

typedef enum ReportError {
    REPORT_ERROR_WRITE, /* a file or directory of the report could not be written */
} ReportError;

GQuark report_error_quark(void);

#endif
