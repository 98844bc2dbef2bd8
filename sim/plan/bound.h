/*
 * bound.h: the claims of expectations: ">= 99.9%", "== 0", "< 15s".
 */
#ifndef SIM_PLAN_BOUND_H
#define SIM_PLAN_BOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/text.h"
#include "sim/plan/schema.h"

typedef enum PlanBoundOp {
    PLAN_BOUND_AT_LEAST, /* >= */
    PLAN_BOUND_AT_MOST,  /* <= */
    PLAN_BOUND_EQUAL,    /* == */
    PLAN_BOUND_NOT,      /* != */
    PLAN_BOUND_BELOW,    /* < */
    PLAN_BOUND_ABOVE,    /* > */
} PlanBoundOp;

/* What a metric is measured in: the word in brackets that ends its doc line (ratio, time, count).
 */
SimUnit plan_metric_unit(const PlanKind *metric);

/* Reads a bound. On failure sets *out_reason (owned by the caller) to what is wrong; out_reason may
 * be NULL. */
bool plan_bound_parse(const char *text, SimUnit unit, PlanBoundOp *out_op, int64_t *out_value,
                      char **out_reason);

/* Whether `value` keeps the bound. */
bool plan_bound_holds(PlanBoundOp op, int64_t bound, int64_t value);

#endif
