/*
 * trace.c: lines in memory. A line is "TIME PHASE TEXT\n", the phase padded to the longest one.
 */
#include "sim/engine/trace.h"

#include <inttypes.h>
#include <stdarg.h>

#include "sim/base/text.h"

struct SimTrace {
    SimTime  from;
    SimTime  to;
    uint32_t max_lines;
    uint32_t lines;
    bool     full; /* the line that says so has been written; no more are wanted */
    GString *text;
};

SimTrace *sim_trace_new(SimTime from, SimTime to, uint32_t max_lines)
{
    SimTrace *trace = g_new0(SimTrace, 1);
    trace->from = from;
    trace->to = to;
    trace->max_lines = max_lines;
    trace->text = g_string_new(NULL);
    return trace;
}

void sim_trace_free(SimTrace *trace)
{
    if (trace == NULL)
        return;
    g_string_free(trace->text, TRUE);
    g_free(trace);
}

bool sim_trace_wants(const SimTrace *trace, SimTime now)
{
    return trace != NULL && !trace->full && now >= trace->from && now <= trace->to;
}

void sim_trace_line(SimTrace *trace, SimTime now, const char *phase, const char *format, ...)
{
    SIM_ASSERT(sim_trace_wants(trace, now));
    if (trace->lines == trace->max_lines) {
        trace->full = true;
        g_string_append_printf(trace->text, "... the rest was left out after %" PRIu32 " lines\n",
                               trace->max_lines);
        return;
    }
    char *time = sim_text_from_quantity(now, SIM_UNIT_TIME);
    g_string_append_printf(trace->text, "%s %-7s ", time, phase);
    g_free(time);

    va_list args;
    va_start(args, format);
    g_string_append_vprintf(trace->text, format, args);
    va_end(args);
    g_string_append_c(trace->text, '\n');
    trace->lines++;
}

const char *sim_trace_text(const SimTrace *trace)
{
    return trace->text->str;
}
