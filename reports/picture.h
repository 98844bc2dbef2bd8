/*
 * picture.h: what all pictures share.
 *
 * A picture is a script NAME.gp and its figures NAME.tsv, from which gnuplot draws NAME.svg. The
 * script consists of assignments made here (sizes, titles, places of bands, ticks and labels), the
 * common look (plots/style.gp) and the picture's own commands (plots/<kind>.gp): everything in it
 * can be read, changed and drawn again in that directory.
 */
#ifndef REPORTS_PICTURE_H
#define REPORTS_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "reports/case.h"

typedef struct Picture {
    char    *name;  /* "run2_availability": of its files; letters, digits, _ */
    char    *about; /* what it shows, for those who cannot see it */
    char    *plot;  /* its script in reports/plots */
    GString *head;  /* assignments */
    GString *tsv;   /* figures */
    uint32_t top;   /* pixels taken by title and subtitle */
    uint32_t width, height;
    bool     narrow;
    bool     drawn; /* NAME.svg exists */
} Picture;

/* The width of a canvas for telephones: its smallest letters are 9 pixels high on 400 pixels. */
#define PICTURE_NARROW 390u

/* A picture of that kind ("availability") with a title and a subtitle, which is wrapped; of width
 * PICTURE_NARROW it is called "availability_narrow". Owned. */
Picture *picture_new(const char *prefix, const char *kind, uint32_t width, const char *title,
                     const char *subtitle);
void     picture_free(Picture *picture);

/* The full height in pixels; last, when it is known. */
void picture_height(Picture *picture, uint32_t height);

/* Assignments. Numbers are integers, billionths of one, or times in seconds. */
void picture_number(Picture *picture, const char *name, int64_t value);
void picture_seconds(Picture *picture, const char *name, int64_t ns);
void picture_text(Picture *picture, const char *name, const char *text);

/* Lists, numbered from 1 in the script; an empty one gets an element that nobody reads. */
typedef enum PictureUnit {
    PICTURE_WHOLE,
    PICTURE_BILLIONTHS, /* stored 1e9 times as large: times in ns become seconds */
} PictureUnit;
void picture_numbers(Picture *picture, const char *name, const GArray *int64s, PictureUnit unit);
void picture_texts(Picture *picture, const char *name, const GPtrArray *texts);

/* TICKS, TICK_AT, TICK_NAME: about `most` round times in [0, end]. */
void picture_time_ticks(Picture *picture, int64_t end_ns, uint32_t most);
/* TICKS, TICK_AT, TICK_NAME: round counts in [0, end]. */
void picture_count_ticks(Picture *picture, int64_t end, uint32_t most);
/* AGES, AGE_AT, AGE_NAME: human steps of a log axis; and FLOOR, CEILING. */
void picture_age_ticks(Picture *picture, int64_t floor_ns, int64_t ceiling_ns,
                       const char *floor_name);

/* BANDS, BAND_...: the faults (and, fainter, the recoveries) of a run, with their names above the
 * first panel in as many rows as it takes. Raises picture->top by them. */
void picture_bands(Picture *picture, const ReportCase *self, uint32_t left, uint32_t right);

/* Where the panels of a picture over time begin and how far apart they are: TOP, PANEL, GAP,
 * PANELS; ends its height. In a narrow picture two lines of names stand above each panel. */
typedef struct PicturePanels {
    uint32_t top, height, gap, count;
} PicturePanels;
PicturePanels picture_panels(Picture *picture, uint32_t height, uint32_t gap, uint32_t count);

/* Fewer rows than this many pixels apart would touch: moves places (ascending) down and then up
 * again so that they are `gap` apart and stay in [low, high] as far as there is room. */
void picture_spread(int64_t *places, size_t count, int64_t gap, int64_t low, int64_t high);

/* Writes script and figures into the directory and draws. A drawing failure is a warning, appended
 * to `warnings`; *missing is set when gnuplot is not there, and then nothing is tried any more. */
bool picture_draw(Picture *picture, const char *directory, bool *missing, GString *warnings,
                  GError **error);

/* A time in seconds, exact, without trailing zeros. */
void picture_append_seconds(GString *text, int64_t ns);

/* log10(value) in billionths, value > 0, by integers and base only. */
int64_t picture_log10(int64_t value);

#endif
