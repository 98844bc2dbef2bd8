/*
 * timeline.c: what each service answered from one line of the timeline to the next; see timeline.h.
 *
 *     marks      start        cut trunk            declared dead
 *     windows    |----|----|--|-|----|----|----|----|--:-|----|      : cut
 *     spans      |------------|------------------------|------ ...
 *
 * A span begins at each instant with a line at which a window or a piece of one begins. Beyond
 * METRICS_MOST_CUTS there are none, and further lines belong to the span that they lie in.
 */
#include "sim/run/timeline.h"

#include <string.h>

#include "sim/base/arena.h"

uint32_t timeline_window_end(const MetricsWindows *windows, uint32_t first)
{
    uint32_t end = first + 1;
    while (end < metrics_windows_count(windows) && metrics_windows_is_cut(windows, end))
        end++;
    return end;
}

const MetricsCell *timeline_window_cell(const MetricsWindows *windows, uint32_t first, uint32_t end,
                                        uint32_t series, MetricsCell *sum)
{
    const MetricsCell *found = NULL;
    for (uint32_t w = first; w < end; w++) {
        const MetricsCell *cell = metrics_windows_find(windows, w, series);
        if (cell == NULL)
            continue;
        if (found == NULL) {
            found = cell;
            continue;
        }
        if (found != sum) {
            *sum = *found;
            found = sum;
        }
        metrics_cell_add(sum, cell);
    }
    return found;
}

/* The instants at which spans begin, and the end of the last; owned. */
static GArray *instants_of(const Outcome *outcome, const MetricsWindows *windows)
{
    GArray  *instants = g_array_new(FALSE, FALSE, sizeof(SimTime));
    uint32_t count = metrics_windows_count(windows);
    uint32_t window = 0;
    SimTime  last = 0;
    g_array_append_val(instants, last);
    for (uint32_t i = 0; i < outcome->mark_count; i++) {
        SimTime at = outcome->marks[i].at;
        while (window < count && metrics_windows_from(windows, window) < at)
            window++;
        /* Before the first window and behind the last nothing is counted. */
        bool edge = window == 0 || window == count || metrics_windows_from(windows, window) == at;
        if (edge && at > last && at <= outcome->end) {
            g_array_append_val(instants, at);
            last = at;
        }
    }
    SimTime end = outcome->end + 1; /* what happens in the last instant belongs to it */
    g_array_append_val(instants, end);
    return instants;
}

static void count_window(const World *world, uint32_t window, OutcomeSpan *of_services)
{
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t r = 0; r < world->region_count; r++)
            for (uint32_t c = 0; c < world->cohort_count; c++) {
                const MetricsCell *cell =
                    metrics_windows_find(world->windows, window, world_series(world, s, r, c));
                if (cell == NULL)
                    continue;
                of_services[s].ok += metrics_cell_ok(cell);
                of_services[s].failed += metrics_cell_failed(cell);
            }
}

void timeline_collect(Outcome *outcome, const World *world)
{
    GArray  *instants = instants_of(outcome, world->windows);
    uint32_t spans = instants->len - 1;
    uint32_t window = 0;
    outcome->span_count = spans * world->service_count;
    outcome->spans = sim_arena_array(outcome->arena, OutcomeSpan, outcome->span_count + 1);
    for (uint32_t i = 0; i < spans; i++) {
        OutcomeSpan *first = &outcome->spans[i * world->service_count];
        SimTime      to = g_array_index(instants, SimTime, i + 1);
        for (uint32_t s = 0; s < world->service_count; s++)
            first[s] = (OutcomeSpan){.from = g_array_index(instants, SimTime, i),
                                     .to = to,
                                     .service = world->services[s].name};
        while (window < metrics_windows_count(world->windows) &&
               metrics_windows_from(world->windows, window) < to)
            count_window(world, window++, first);
    }
    g_array_free(instants, TRUE);
}
