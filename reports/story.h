/*
 * story.h: what happened, event by event, and how each service fared in between.
 */
#ifndef REPORTS_STORY_H
#define REPORTS_STORY_H

#include "reports/case.h"

/* The chapter "What happened": the terminal's timeline as a table. */
void story_timeline(GString *page, const ReportCase *self, unsigned level);

/* One sentence per service: its availability from event to event, and why requests failed. */
void story_services(GString *page, const ReportCase *self);

#endif
