/*
 * windows.h: counters per (window of time, series).
 *
 * A request is counted in the window in which it was first issued, however late its outcome comes.
 * Edges are given once: regular steps plus every instant at which a claim or a fault begins or
 * ends, so a sum over windows is exact for each of those intervals. What nobody could foresee, a
 * failover say, may cut the window in which it happens.
 */
#ifndef SIM_METRICS_WINDOWS_H
#define SIM_METRICS_WINDOWS_H

#include <stdbool.h>

#include "sim/metrics/metrics.h"

/* Window latencies are kept twice as coarse as MetricsHistogram. */
#define METRICS_COARSE_BUCKETS (METRICS_HISTOGRAM_BUCKETS / 2)
#define METRICS_NO_WINDOW UINT32_MAX
/* Chosen: more than the lines of a timeline that anybody reads; each costs a cell per series. */
#define METRICS_MOST_CUTS 64u

typedef struct MetricsCell {
    int64_t  attempts, issued;
    int64_t  ok[METRICS_QUALITY_COUNT];
    int64_t  failed[METRICS_FAILURE_COUNT];
    SimTime  max, sum; /* latency of served requests */
    uint32_t latency[METRICS_COARSE_BUCKETS];
} MetricsCell;

typedef struct MetricsWindows MetricsWindows;

/* `edges` ascending, edge_count >= 2; copied. Owned. */
MetricsWindows *metrics_windows_new(const SimTime *edges, uint32_t edge_count,
                                    uint32_t series_count);
void            metrics_windows_free(MetricsWindows *windows);

/* The window of a request issued at `now`; `now` must not go backwards between calls. Outside all
 * windows: METRICS_NO_WINDOW. */
uint32_t metrics_windows_at(MetricsWindows *windows, SimTime now);
/* From now on requests are counted in a window that begins at `now`, if `now` is in any and there
 * were not too many cuts before. Cells that were given out stay where they are. */
void         metrics_windows_cut(MetricsWindows *windows, SimTime now);
MetricsCell *metrics_windows_cell(MetricsWindows *windows, uint32_t window, uint32_t series);
/* NULL: it was never asked for, and nothing was counted. */
const MetricsCell *metrics_windows_find(const MetricsWindows *windows, uint32_t window,
                                        uint32_t series);

static inline void metrics_cell_served(MetricsCell *cell, MetricsQuality quality, SimTime latency)
{
    cell->ok[quality]++;
    cell->sum += latency;
    if (latency > cell->max)
        cell->max = latency;
    cell->latency[metrics_bucket_of(latency) / 2]++;
}

SimTime metrics_cell_quantile(const MetricsCell *cell, int64_t ppb);
int64_t metrics_cell_ok(const MetricsCell *cell);
int64_t metrics_cell_failed(const MetricsCell *cell);
void    metrics_cell_add(MetricsCell *sum, const MetricsCell *cell);

uint32_t metrics_windows_count(const MetricsWindows *windows);
/* Whether it begins at a cut: with the one before it, it makes up a window as they were given. */
bool    metrics_windows_is_cut(const MetricsWindows *windows, uint32_t window);
SimTime metrics_windows_from(const MetricsWindows *windows, uint32_t window);
SimTime metrics_windows_to(const MetricsWindows *windows, uint32_t window);

#endif
