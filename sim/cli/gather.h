/*
 * gather.h: the runs that `compare` sets side by side: stored ones, and scenarios played on the
 * spot.
 *
 *   out/a out/b                        a column per plan; runs that differ by seed alone share one
 *   x.lua --vary lines=one,two         a column per option, each played with the same seeds
 */
#ifndef SIM_CLI_GATHER_H
#define SIM_CLI_GATHER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "reports/case.h"
#include "sim/cli/cli.h"

/* Chosen: more do not fit side by side. */
#define CLI_COLUMNS_MOST 8u

typedef struct CliColumn {
    char       *title;  /* short, and different from those of the others */
    char       *about;  /* where it comes from: a path, or file and options */
    char       *varied; /* "one, wait": what --vary made of it; "" for stored runs */
    GPtrArray  *cases;  /* ReportCase, lent; in the order of seeds */
    ReportCase *first;  /* the first of them */
    GPtrArray  *paths;  /* of stored runs: which argument each is from, lent */
    guint       argument;
} CliColumn;

typedef struct CliGathering {
    /* what was asked for; lent */
    GPtrArray  *paths;         /* results and scenarios */
    GPtrArray  *sets, *varied; /* of --set and --vary; NULL: none */
    const char *seeds;         /* "1..5"; NULL: those that each scenario declares */
    const char *out;           /* where played runs are kept; NULL: nowhere */
    uint32_t    workers;
    bool        json; /* mistakes in a scenario are told as an object too */

    /* what came of it; owned */
    GPtrArray *columns; /* CliColumn */
    GPtrArray *cases;   /* every run, owned */
    GPtrArray *readers;
    uint32_t   played;     /* runs played on the spot */
    uint32_t   unfinished; /* runs that reached a limit */
    char      *unlike;     /* what was not reproducible, in words; NULL: nothing */
} CliGathering;

/* Reads and plays everything and sorts it into columns of common seeds. False after a complaint,
 * with the code to exit with. */
bool cli_gather(CliGathering *self, CliExit *out_code);
/* Frees what cli_gather made. */
void cli_gather_clear(CliGathering *self);

#endif
