/*
 * words.h: what several chapters say in the same way. Never fails; texts are owned by the caller.
 */
#ifndef REPORTS_WORDS_H
#define REPORTS_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "reports/case.h"

/* A chapter's title with `level` #. */
void words_heading(GString *page, unsigned level, const char *text);

const char *words_plural(int64_t count, const char *one, const char *many);

/* A point in time, to a tenth of a second: "14 min 51.5 s". */
char *words_instant(int64_t ns);

/* A stretch of time: "14 to 15 min", "15 min 28.6 s to 21 min". */
char *words_stretch(int64_t from_ns, int64_t to_ns);

/* "1.3 MB", "200 B". */
char *words_bytes(int64_t bytes);

/* "data account/channels[2] queue" -> "queue, channel 2", or "queue" where the class has only one
 * channel. Anything else stays as it is. */
char *words_channel(const ReportCase *self, const char *part);
/* The data class of such a part; NULL if it is none. */
char *words_channel_data(const char *part);

#endif
