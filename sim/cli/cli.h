/*
 * cli.h: what the verbs share: exit codes, options, messages, the shape of the output.
 *
 * Results go to stdout, everything else to stderr. A verb returns its exit code; main.c adds the
 * line that repeats the command and checks that the output reached its reader.
 */
#ifndef SIM_CLI_CLI_H
#define SIM_CLI_CLI_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/time.h"

/* The same for every verb. */
typedef enum CliExit {
    CLI_HELD = 0, /* ran, every expectation held */
    CLI_BROKEN =
        1,        /* an expectation failed or measured nothing, a fault hit nothing, a difference */
    CLI_USER = 2, /* the user can fix it */
    CLI_UNDECIDED = 3, /* a budget was reached */
    CLI_DIFFERENT = 4, /* same plan, same seed, another fingerprint */
    CLI_MACHINE = 5,   /* disk full, unwritable, gnuplot missing for `report` */
    CLI_BUG = 70,      /* broken promise; raised by an assertion */
} CliExit;

/* --- verbs: argv[0] is the verb itself --- */

CliExit cmd_run(int argc, char **argv);
CliExit cmd_check(int argc, char **argv);
CliExit cmd_lint(int argc, char **argv);
CliExit cmd_report(int argc, char **argv);
CliExit cmd_compare(int argc, char **argv);
CliExit cmd_list(int argc, char **argv);
CliExit cmd_new(int argc, char **argv);
CliExit cmd_doctor(int argc, char **argv);

/* --- options --- */

typedef enum CliOptionKind {
    CLI_OPTION_FLAG,  /* target: bool * */
    CLI_OPTION_TEXT,  /* target: const char **, lent from argv */
    CLI_OPTION_COUNT, /* target: uint64_t * */
    CLI_OPTION_TEXTS, /* target: GPtrArray ** of lent strings; may be repeated */
} CliOptionKind;

typedef struct CliOption {
    const char   *name;   /* "seed" for --seed */
    char          letter; /* 'j' for -j; 0: none */
    CliOptionKind kind;
    void         *target;
    const char   *value; /* what stands for the value in the help: "N"; NULL for a flag */
    const char   *doc;   /* one line */
} CliOption;

typedef struct CliVerb {
    const char      *name;
    const char      *arguments;   /* "FILE [--seed N]..." */
    const char      *doc;         /* what it does, one line */
    const CliOption *options;     /* ends with name == NULL; --help is added */
    uint32_t         least, most; /* of plain arguments; most 0: no limit */
} CliVerb;

/* Reads argv into the targets. The plain arguments are returned, lent from argv (the caller frees
 * the array), or NULL if the verb has to end with *out_exit: help was asked for, or a mistake was
 * made and explained. */
GPtrArray *cli_parse(const CliVerb *verb, int argc, char **argv, CliExit *out_exit);

/* The table of exit codes, as every help shows it. */
const char *cli_exit_codes(void);

/* --- messages --- */

/* "faultline: TEXT" on stderr. */
void cli_complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* "warning: TEXT" on stderr. */
void cli_warn(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* What to type to see this failure again; replaces the command line that main.c would print. An
 * empty text: nothing to repeat, the output said it already. */
void cli_repeat_set(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* How the program was called, as a shell needs it: "build/faultline"; "faultline" until set. Lent.
 */
void        cli_program_set(const char *name);
const char *cli_program(void);

/* What cli_repeat_set was told last; NULL if it was never called. Lent. */
const char *cli_repeat(void);

/* A word as a shell needs it: quoted if it has to be. Owned. */
char *cli_quote(const char *word);

/* --- looks --- */

typedef enum CliColour {
    CLI_PLAIN,
    CLI_GOOD,
    CLI_BAD,
    CLI_FAINT,
} CliColour;

/* Start and end of a colour; both empty unless stdout is a terminal without NO_COLOR. */
const char *cli_colour(CliColour colour);

/* Marks that do not depend on colour; plain letters on a terminal that cannot show them. */
const char *cli_mark(bool good);
const char *cli_bar(void);

/* Signs in a line: as wide as the terminal, within reason; 100 in a file or a pipe. */
int cli_width(void);

/* `text`, then blanks up to `width` signs (UTF-8 aware); negative: blanks first. Owned. */
char *cli_pad(const char *text, int width);

/* `text`, cut to at most `width` signs; what was cut ends with a sign that says so. Owned. */
char *cli_cut(const char *text, int width);

/* "300s", "0.25s": an instant as the timeline shows it. Owned. */
char *cli_instant(SimTime at);

/* "1.4 s" of real time. Owned. */
char *cli_seconds(int64_t microseconds);

/* --- progress on stderr --- */

typedef struct CliProgress CliProgress;

/* A terminal gets one line, at most ten times a second; elsewhere nothing for ten seconds, then one
 * plain line per ten per cent. `noun` goes behind the numbers: "simulated", "runs". Owned. */
CliProgress *cli_progress_begin(const char *noun);
void         cli_progress_time(void *progress, SimTime now, SimTime end);
void         cli_progress_count(CliProgress *progress, uint32_t done, uint32_t all);
void         cli_progress_end(CliProgress *progress);

/* Real time in microseconds since some start. */
int64_t cli_clock(void);

#endif
