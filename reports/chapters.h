/*
 * chapters.h: the words and tables of a report, one chapter after the other.
 */
#ifndef REPORTS_CHAPTERS_H
#define REPORTS_CHAPTERS_H

#include "reports/case.h"
#include "reports/picture.h"

/* The pictures of one case; NULL where there is nothing to show. */
typedef struct ReportPictures {
    Picture *availability, *threads, *lag, *latency, *recovery, *discarded, *users;
} ReportPictures;

/* One sentence: what the verdict is. Owned. */
char *chapter_headline(const ReportCase *self);

/* Everything about one case, as Markdown. `level` is the number of # of its chapters. */
void chapters_of_case(GString *page, const ReportCase *self, const ReportPictures *pictures,
                      unsigned level);

/* Several cases side by side, with the trade-off picture if there is one. */
void chapter_comparison(GString *page, const GPtrArray *cases, const Picture *tradeoff);

#endif
