/*
 * windows.c: counters per (window, series); see windows.h.
 *
 * Most pairs never occur: a user of one cohort enters near few regions. So a cell is made when it
 * is first asked for, beside those made before it, and only a table of pointers is as large as the
 * product of all.
 */
#include "sim/metrics/windows.h"

#include <string.h>

#include <glib.h>

#include "sim/base/assert.h"

#define CHUNK_CELLS 32u

typedef struct Chunk {
    struct Chunk *older;
    MetricsCell   cells[CHUNK_CELLS];
} Chunk;

struct MetricsWindows {
    SimTime      *edges;
    bool         *is_cut; /* per window: it begins at a cut */
    uint32_t      count;  /* of windows */
    uint32_t      cuts;
    uint32_t      series;
    uint32_t      cursor;
    SimTime       from, to; /* of the window at the cursor; equal before the first is asked for */
    MetricsCell **cells;    /* [window][series]; NULL: never asked for */
    Chunk        *newest;
    uint32_t      left; /* cells of `newest` that are not given away */
};

MetricsWindows *metrics_windows_new(const SimTime *edges, uint32_t edge_count,
                                    uint32_t series_count)
{
    SIM_ASSERT(edge_count >= 2);
    MetricsWindows *windows = g_new0(MetricsWindows, 1);
    uint32_t        most = edge_count - 1 + METRICS_MOST_CUTS;
    windows->edges = g_new(SimTime, most + 1);
    memcpy(windows->edges, edges, sizeof(SimTime) * edge_count);
    windows->is_cut = g_new0(bool, most);
    windows->count = edge_count - 1;
    windows->series = series_count;
    windows->cells = g_new0(MetricsCell *, (size_t)most * series_count);
    return windows;
}

void metrics_windows_free(MetricsWindows *windows)
{
    if (windows == NULL)
        return;
    while (windows->newest != NULL) {
        Chunk *older = windows->newest->older;
        g_free(windows->newest);
        windows->newest = older;
    }
    g_free(windows->is_cut);
    g_free(windows->edges);
    g_free(windows->cells);
    g_free(windows);
}

/* `now` is outside the window of the last one that was in any. */
static __attribute__((noinline)) uint32_t window_move(MetricsWindows *windows, SimTime now)
{
    if (now < windows->edges[0] || now >= windows->edges[windows->count])
        return METRICS_NO_WINDOW;
    while (now >= windows->edges[windows->cursor + 1])
        windows->cursor++;
    windows->from = windows->edges[windows->cursor];
    windows->to = windows->edges[windows->cursor + 1];
    return windows->cursor;
}

uint32_t metrics_windows_at(MetricsWindows *windows, SimTime now)
{
    if (now >= windows->from && now < windows->to)
        return windows->cursor;
    return window_move(windows, now);
}

/* Time does not go back, so windows behind the present one have no cells yet: only edges move. */
void metrics_windows_cut(MetricsWindows *windows, SimTime now)
{
    uint32_t at = metrics_windows_at(windows, now);
    if (at == METRICS_NO_WINDOW || windows->edges[at] == now || windows->cuts == METRICS_MOST_CUTS)
        return;
    uint32_t next = at + 1;
    memmove(&windows->edges[next + 1], &windows->edges[next],
            sizeof(SimTime) * (windows->count + 1 - next));
    memmove(&windows->is_cut[next + 1], &windows->is_cut[next],
            sizeof(bool) * (windows->count - next));
    windows->edges[next] = now;
    windows->is_cut[next] = true;
    windows->count++;
    windows->cuts++;
    windows->cursor = next;
    windows->from = now;
    windows->to = windows->edges[next + 1];
}

static __attribute__((noinline)) MetricsCell *cell_new(MetricsWindows *windows)
{
    if (windows->left == 0) {
        Chunk *chunk = g_new0(Chunk, 1);
        chunk->older = windows->newest;
        windows->newest = chunk;
        windows->left = CHUNK_CELLS;
    }
    return &windows->newest->cells[CHUNK_CELLS - windows->left--];
}

MetricsCell *metrics_windows_cell(MetricsWindows *windows, uint32_t window, uint32_t series)
{
    MetricsCell **cell = &windows->cells[(size_t)window * windows->series + series];
    if (G_UNLIKELY(*cell == NULL))
        *cell = cell_new(windows);
    return *cell;
}

const MetricsCell *metrics_windows_find(const MetricsWindows *windows, uint32_t window,
                                        uint32_t series)
{
    return windows->cells[(size_t)window * windows->series + series];
}

int64_t metrics_cell_ok(const MetricsCell *cell)
{
    int64_t sum = 0;
    for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
        sum += cell->ok[q];
    return sum;
}

int64_t metrics_cell_failed(const MetricsCell *cell)
{
    int64_t sum = 0;
    for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
        sum += cell->failed[f];
    return sum;
}

void metrics_cell_add(MetricsCell *sum, const MetricsCell *cell)
{
    sum->attempts += cell->attempts;
    sum->issued += cell->issued;
    for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
        sum->ok[q] += cell->ok[q];
    for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
        sum->failed[f] += cell->failed[f];
    if (cell->max > sum->max)
        sum->max = cell->max;
    sum->sum += cell->sum;
    for (uint32_t b = 0; b < METRICS_COARSE_BUCKETS; b++)
        sum->latency[b] += cell->latency[b];
}

SimTime metrics_cell_quantile(const MetricsCell *cell, int64_t ppb)
{
    int64_t total = metrics_cell_ok(cell);
    if (total == 0)
        return -1;
    /* Rounded up, as in metrics_histogram_quantile: at least ppb of the samples. */
    int64_t wanted = total - sim_time_scale(total, 1000000000 - ppb, 1000000000);
    if (wanted == 0)
        wanted = 1;
    int64_t seen = 0;
    for (uint32_t b = 0; b < METRICS_COARSE_BUCKETS; b++) {
        seen += cell->latency[b];
        if (seen >= wanted) {
            SimTime top = metrics_bucket_top(2 * b + 1);
            return top < cell->max ? top : cell->max;
        }
    }
    return cell->max;
}

uint32_t metrics_windows_count(const MetricsWindows *windows)
{
    return windows->count;
}

bool metrics_windows_is_cut(const MetricsWindows *windows, uint32_t window)
{
    return windows->is_cut[window];
}

SimTime metrics_windows_from(const MetricsWindows *windows, uint32_t window)
{
    return windows->edges[window];
}

SimTime metrics_windows_to(const MetricsWindows *windows, uint32_t window)
{
    return windows->edges[window + 1];
}
