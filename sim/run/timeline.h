/*
 * timeline.h: windows that lines of the timeline have cut, as pieces and as wholes.
 *
 * A window is cut at every line of the timeline while the world runs. The pieces give what was
 * served from line to line, exactly; everything else sees the windows as the scenario gave them.
 */
#ifndef SIM_RUN_TIMELINE_H
#define SIM_RUN_TIMELINE_H

#include "models/world.h"
#include "sim/run/outcome.h"

/* The piece behind the last of the window that begins with piece `first`. */
uint32_t timeline_window_end(const MetricsWindows *windows, uint32_t first);

/* What the pieces [first, end) counted, in `sum` if there are several; NULL: nothing. */
const MetricsCell *timeline_window_cell(const MetricsWindows *windows, uint32_t first, uint32_t end,
                                        uint32_t series, MetricsCell *sum);

/* Fills outcome->spans; outcome->marks are there. */
void timeline_collect(Outcome *outcome, const World *world);

#endif
