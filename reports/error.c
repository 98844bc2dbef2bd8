/*
 * error.c: the error domain of the reports.
 */
#include "reports/error.h"

GQuark report_error_quark(void)
{
    return g_quark_from_static_string("report-error");
}
