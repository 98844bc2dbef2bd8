/*
 * main.c: finds the verb, runs it, and makes sure that a failure says how to see it again.
 *
 * An assertion aborts wherever it happens; the handler below turns that into exit code 70 with the
 * version and the command, so that the report of a bug holds what we need.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/text.h"
#include "sim/base/version.h"
#include "sim/cli/cli.h"

typedef struct Verb {
    const char *name;
    CliExit (*run)(int argc, char **argv);
    const char *doc;
} Verb;

static const Verb verbs[] = {
    {"run", cmd_run, "Play a scenario once; print timeline and verdict, keep the result."},
    {"check", cmd_check, "Run scenarios as tests: all declared seeds; JUnit, annotations."},
    {"lint", cmd_lint, "Validate; print the fault timetable and what a run would cost."},
    {"report", cmd_report, "Draw the report again from stored results."},
    {"compare", cmd_compare, "Set runs or choices side by side, figure by figure."},
    {"list", cmd_list, "Show what a scenario may use, and where defaults come from."},
    {"new", cmd_new, "Write a starter scenario with editor support."},
    {"doctor", cmd_doctor, "Look at this machine: gnuplot, fonts, SQLite, one run twice."},
};

/* The command line, quoted, for messages; made once, before anything can fail. */
static char *command_line;

static void on_abort(int signal_number)
{
    static const char line[] = "\nfaultline " FAULTLINE_VERSION ": our bug, exit code 70\nrepeat: ";
    (void)signal_number;
    /* Only write() is safe here; nothing can be done if it fails. */
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    if (command_line != NULL)
        written += write(STDERR_FILENO, command_line, strlen(command_line));
    written += write(STDERR_FILENO, "\n", 1);
    _exit(written >= 0 ? CLI_BUG : CLI_BUG);
}

static char *command_quote(int argc, char **argv)
{
    GString *line = g_string_new(cli_program());
    for (int i = 1; i < argc; i++) {
        char *word = cli_quote(argv[i]);
        g_string_append_printf(line, " %s", word);
        g_free(word);
    }
    return g_string_free(line, FALSE);
}

static void signals_set(void)
{
    struct sigaction on_bug = {.sa_handler = on_abort};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&on_bug.sa_mask);
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGABRT, &on_bug, NULL);
    /* A reader that left early (`| head`) and a file size limit are seen as failed writes. */
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

/* Who closed a stream (`>&-`) would find its words in the next file that is opened. Nothing can be
 * written to what is opened here, so a lost output stays a failure. */
static void streams_open(void)
{
    int file;
    do
        file = open("/dev/null", O_RDONLY);
    while (file >= 0 && file <= STDERR_FILENO);
    if (file >= 0)
        close(file);
}

static void help_print(void)
{
    printf("Usage: faultline VERB [--help]\n\n"
           "Simulates a geo-active design going wrong, and says who was served, what was lost, and "
           "for how long.\n\nVerbs:\n");
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
        printf("  %-8s  %s\n", verbs[i].name, verbs[i].doc);
    printf("\n  --version  --help\n\n%s", cli_exit_codes());
}

static const Verb *verb_find(const char *name)
{
    const char *names[G_N_ELEMENTS(verbs) + 2];
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
        names[i] = verbs[i].name;
    }
    names[G_N_ELEMENTS(verbs)] = "--version";
    names[G_N_ELEMENTS(verbs) + 1] = "--help";
    const char *near = sim_text_nearest(name, names, G_N_ELEMENTS(names));
    const char *what = name[0] == '-' ? "option" : "verb";
    if (near != NULL)
        cli_complain("unknown %s '%s'; did you mean '%s'?", what, name, near);
    else
        cli_complain("unknown %s '%s'", what, name);
    cli_repeat_set("%s --help", cli_program());
    return NULL;
}

static CliExit dispatch(int argc, char **argv)
{
    if (argc < 2) {
        cli_complain("a verb is missing");
        cli_repeat_set("%s --help", cli_program());
        return CLI_USER;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("faultline %s\n", FAULTLINE_VERSION);
        return CLI_HELD;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_print();
        return CLI_HELD;
    }
    const Verb *verb = verb_find(argv[1]);
    return verb == NULL ? CLI_USER : verb->run(argc - 1, argv + 1);
}

/* A reader that has left is no failure; a disk that is full is. */
static CliExit output_close(CliExit code)
{
    errno = 0;
    bool failed = fflush(stdout) != 0;
    int  reason = errno;
    /* It failed before, and nobody has kept the reason: it is met again. */
    if (ferror(stdout) != 0 && reason == 0) {
        failed = true;
        reason = write(STDOUT_FILENO, "\n", 1) < 0 ? errno : 0;
    }
    if (fclose(stdout) != 0) {
        failed = true;
        reason = reason != 0 ? reason : errno;
    }
    if (!failed || reason == EPIPE)
        return code;
    cli_complain("the output could not be written%s%s", reason != 0 ? ": " : "",
                 reason != 0 ? g_strerror(reason) : "");
    cli_repeat_set("%s", command_line); /* also if the output had said how to repeat it */
    return CLI_MACHINE;
}

/* File names and values come back in every message, picture and report: what a terminal would obey
 * instead of showing it is refused here, once for all of them. */
static bool arguments_shown(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (sim_text_unseen(argv[i])) {
            cli_complain("'%s': an argument with a control character, or not in UTF-8", argv[i]);
            return false;
        }
    return true;
}

static void repeat_print(const char *line)
{
    char *shown = sim_text_shown(line, false);
    fprintf(stderr, "repeat: %s\n", shown);
    g_free(shown);
}

int main(int argc, char **argv)
{
    /* Only the letters of file names and of the terminal: number formats never follow a locale. */
    setlocale(LC_CTYPE, "");
    if (argc > 0 && argv[0][0] != '\0')
        cli_program_set(argv[0]);
    command_line = command_quote(argc, argv);
    streams_open();
    signals_set();

    CliExit code = output_close(arguments_shown(argc, argv) ? dispatch(argc, argv) : CLI_USER);

    if (code != CLI_HELD) {
        const char *line = cli_repeat() != NULL ? cli_repeat() : command_line;
        if (line[0] != '\0')
            repeat_print(line);
    }
    return (int)code;
}
