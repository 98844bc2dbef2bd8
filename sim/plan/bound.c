/*
 * bound.c: reading and applying the claims of expectations.
 */
#include "sim/plan/bound.h"

#include <glib.h>
#include <string.h>

#include "sim/base/assert.h"

/* Two letters before one: ">=" is not ">" and "=". */
static const struct {
    const char *text;
    PlanBoundOp op;
} ops[] = {
    {">=", PLAN_BOUND_AT_LEAST}, {"<=", PLAN_BOUND_AT_MOST}, {"==", PLAN_BOUND_EQUAL},
    {"!=", PLAN_BOUND_NOT},      {"<", PLAN_BOUND_BELOW},    {">", PLAN_BOUND_ABOVE},
};

SimUnit plan_metric_unit(const PlanKind *metric)
{
    SIM_ASSERT(strcmp(metric->group, "metric") == 0);
    if (g_str_has_suffix(metric->doc, "(ratio)."))
        return SIM_UNIT_RATIO;
    if (g_str_has_suffix(metric->doc, "(time)."))
        return SIM_UNIT_TIME;
    SIM_ASSERT(g_str_has_suffix(metric->doc, "(count)."));
    return SIM_UNIT_COUNT;
}

static bool fail(char **out_reason, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool fail(char **out_reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (out_reason)
        *out_reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return false;
}

bool plan_bound_parse(const char *text, SimUnit unit, PlanBoundOp *out_op, int64_t *out_value,
                      char **out_reason)
{
    if (out_reason)
        *out_reason = NULL;
    const char *at = text;
    while (*at == ' ')
        at++;
    size_t i = 0;
    while (i < G_N_ELEMENTS(ops) && !g_str_has_prefix(at, ops[i].text))
        i++;
    if (i == G_N_ELEMENTS(ops))
        return fail(out_reason, "does not begin with one of >= <= == != < >");
    at += strlen(ops[i].text);
    while (*at == ' ')
        at++;
    int64_t          value;
    g_autofree char *reason = NULL;
    if (!sim_text_quantity(at, unit, &value, &reason)) {
        const char *wanted = unit == SIM_UNIT_RATIO  ? "a share such as \"99.9%\""
                             : unit == SIM_UNIT_TIME ? "a time such as \"15s\""
                                                     : "a bare whole number such as \"0\"";
        return fail(out_reason, "%s; this metric is compared with %s", reason, wanted);
    }
    if (value < 0)
        return fail(out_reason, "is negative, and no metric is");
    if (unit == SIM_UNIT_RATIO && value > INT64_C(1000000000))
        return fail(out_reason, "is more than 100%%, and this metric never is");
    PlanBoundOp op = ops[i].op;
    bool        whole = unit == SIM_UNIT_RATIO && value == INT64_C(1000000000);
    if ((value == 0 && op == PLAN_BOUND_AT_LEAST) || (whole && op == PLAN_BOUND_AT_MOST))
        return fail(out_reason, "cannot fail: this metric is never %s",
                    whole ? "above 100%" : "below 0");
    if ((value == 0 && op == PLAN_BOUND_BELOW) || (whole && op == PLAN_BOUND_ABOVE))
        return fail(out_reason, "cannot hold: this metric is never %s",
                    whole ? "above 100%" : "below 0");
    *out_op = op;
    *out_value = value;
    return true;
}

bool plan_bound_holds(PlanBoundOp op, int64_t bound, int64_t value)
{
    switch (op) {
    case PLAN_BOUND_AT_LEAST:
        return value >= bound;
    case PLAN_BOUND_AT_MOST:
        return value <= bound;
    case PLAN_BOUND_EQUAL:
        return value == bound;
    case PLAN_BOUND_NOT:
        return value != bound;
    case PLAN_BOUND_BELOW:
        return value < bound;
    case PLAN_BOUND_ABOVE:
        return value > bound;
    }
    return false;
}
