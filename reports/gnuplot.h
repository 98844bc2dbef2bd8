/*
 * gnuplot.h: runs the external drawing program.
 */
#ifndef REPORTS_GNUPLOT_H
#define REPORTS_GNUPLOT_H

typedef enum GnuplotEnd {
    GNUPLOT_DREW,
    GNUPLOT_MISSING, /* there is no such program */
    GNUPLOT_FAILED,  /* it complained; see out_complaint */
} GnuplotEnd;

/* Runs `script` inside `directory`, so that it finds its figures beside it, without reading the
 * user's own gnuplot settings. out_complaint gets what it printed to stderr when it failed (owned),
 * else NULL. */
GnuplotEnd gnuplot_run(const char *directory, const char *script, char **out_complaint);

#endif
