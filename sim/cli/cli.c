/*
 * cli.c: options, messages and looks.
 *
 * The few statics below are what a process has only one of: its command line and its terminal.
 */
#include "sim/cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/base/text.h"

#define PROGRESS_TERMINAL_US (G_USEC_PER_SEC / 10)
#define PROGRESS_PATIENCE_US (10 * G_USEC_PER_SEC)
#define OPTION_LIMIT 24u
/* Chosen: narrower breaks words apart, wider is hard to read. */
#define WIDTH_LEAST 60
#define WIDTH_MOST 120
#define WIDTH_PIPE 100

static char *repeat;  /* NULL: the command line itself */
static char *program; /* NULL: nobody said how it was called */

/* --- messages --- */

static void speak(const char *opening, const char *format, va_list arguments) G_GNUC_PRINTF(2, 0);

static void speak(const char *opening, const char *format, va_list arguments)
{
    char *text = g_strdup_vprintf(format, arguments);
    char *shown = sim_text_shown(text, true);
    fprintf(stderr, "%s: %s\n", opening, shown);
    g_free(shown);
    g_free(text);
}

void cli_complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    speak("faultline", format, arguments);
    va_end(arguments);
}

void cli_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    speak("warning", format, arguments);
    va_end(arguments);
}

void cli_repeat_set(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_free(repeat);
    repeat = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

void cli_program_set(const char *name)
{
    g_free(program);
    program = cli_quote(name);
}

const char *cli_program(void)
{
    return program != NULL ? program : "faultline";
}

const char *cli_repeat(void)
{
    return repeat;
}

/* Line breaks and the like in the way of bash and zsh: a line stays a line. Owned. */
static char *quote_odd(const char *word)
{
    GString *out = g_string_new("$'");
    for (const char *c = word; *c != '\0'; c++) {
        if (g_ascii_iscntrl(*c))
            g_string_append_printf(out, "\\%03o", (unsigned)*c);
        else if (*c == '\'' || *c == '\\')
            g_string_append_printf(out, "\\%c", *c);
        else
            g_string_append_c(out, *c);
    }
    g_string_append_c(out, '\'');
    return g_string_free(out, FALSE);
}

char *cli_quote(const char *word)
{
    size_t plain = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "_-./=:,+%@");
    if (plain > 0 && word[plain] == '\0')
        return g_strdup(word);
    for (const char *c = word; *c != '\0'; c++) {
        if (g_ascii_iscntrl(*c))
            return quote_odd(word);
    }
    return g_shell_quote(word);
}

/* --- options --- */

const char *cli_exit_codes(void)
{
    return "Exit codes:\n"
           "   0  ran, every expectation held\n"
           "   1  an expectation failed or measured nothing, a fault hit nothing, or a difference "
           "was found\n"
           "   2  you can fix it: option, Lua error, unknown field, missing file\n"
           "   3  could not decide: a budget was reached\n"
           "   4  not reproducible: same plan, same seed, another fingerprint\n"
           "   5  the machine: disk full, unwritable, gnuplot missing when the verb is `report`\n"
           "  70  our bug; prints version, seed, command\n";
}

static char *option_left(const CliOption *option)
{
    GString *left = g_string_new("  ");
    if (option->letter != 0)
        g_string_append_printf(left, "-%c, ", option->letter);
    g_string_append_printf(left, "--%s", option->name);
    if (option->value != NULL)
        g_string_append_printf(left, " %s", option->value);
    return g_string_free(left, FALSE);
}

static void help_print(const CliVerb *verb)
{
    printf("Usage: faultline %s %s\n\n%s\n\nOptions:\n", verb->name, verb->arguments, verb->doc);
    for (const CliOption *option = verb->options; option->name != NULL; option++) {
        char *left = option_left(option);
        printf("%-24s  %s\n", left, option->doc);
        g_free(left);
    }
    printf("%-24s  %s\n\n%s", "  --help", "Show this.", cli_exit_codes());
}

/* Points to the help instead of repeating what was mistyped. */
static void mistake(const CliVerb *verb)
{
    fprintf(stderr, "usage: faultline %s %s\n", verb->name, verb->arguments);
    cli_repeat_set("%s %s --help", cli_program(), verb->name);
}

static const CliOption *option_long(const CliVerb *verb, const char *name)
{
    for (const CliOption *option = verb->options; option->name != NULL; option++) {
        if (strcmp(option->name, name) == 0)
            return option;
    }
    return NULL;
}

static const CliOption *option_short(const CliVerb *verb, char letter)
{
    for (const CliOption *option = verb->options; option->name != NULL; option++) {
        if (option->letter == letter)
            return option;
    }
    return NULL;
}

static void option_unknown(const CliVerb *verb, const char *name)
{
    const char *names[OPTION_LIMIT];
    size_t      count = 0;
    for (const CliOption *option = verb->options; option->name != NULL; option++) {
        SIM_ASSERT(count + 1 < OPTION_LIMIT);
        names[count++] = option->name;
    }
    names[count++] = "help";
    const char *near = sim_text_nearest(name, names, count);
    if (near != NULL)
        cli_complain("%s: unknown option --%s; did you mean --%s?", verb->name, name, near);
    else
        cli_complain("%s: unknown option --%s", verb->name, name);
}

static bool number_read(const char *text, uint64_t *out_number)
{
    return g_ascii_string_to_unsigned(text, 10, 0, UINT64_MAX, out_number, NULL);
}

/* NAME of NAME=VALUE. */
static bool same_name(const char *a, const char *b)
{
    size_t size = strcspn(a, "=");
    return size == strcspn(b, "=") && strncmp(a, b, size) == 0;
}

/* One of two answers to one question would be passed over in silence. */
static bool given_twice(const CliVerb *verb, const CliOption *option, const char *value)
{
    const GPtrArray *list =
        option->kind == CLI_OPTION_TEXTS ? *(GPtrArray *const *)option->target : NULL;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        if (same_name(list->pdata[i], value)) {
            cli_complain("%s: --%s %.*s is given twice", verb->name, option->name,
                         (int)MIN(strcspn(value, "="), 80u), value);
            return true;
        }
    }
    return false;
}

static bool option_take(const CliVerb *verb, const CliOption *option, const char *value)
{
    if (value != NULL && value[0] == '\0') {
        cli_complain("%s: --%s wants %s, found an empty word", verb->name, option->name,
                     option->value);
        return false;
    }
    if (given_twice(verb, option, value))
        return false;
    switch (option->kind) {
    case CLI_OPTION_FLAG:
        *(bool *)option->target = true;
        return true;
    case CLI_OPTION_TEXT:
        *(const char **)option->target = value;
        return true;
    case CLI_OPTION_COUNT: {
        guint64 number;
        if (!number_read(value, &number)) {
            cli_complain("%s: --%s wants a whole number from 0 to %" PRIu64 ", found '%s'",
                         verb->name, option->name, UINT64_MAX, value);
            return false;
        }
        *(uint64_t *)option->target = number;
        return true;
    }
    case CLI_OPTION_TEXTS: {
        GPtrArray **list = option->target;
        if (*list == NULL)
            *list = g_ptr_array_new();
        g_ptr_array_add(*list, (gpointer)(uintptr_t)value);
        return true;
    }
    }
    return false;
}

/* The word behind an option that wants one. What looks like the next option is not it: somebody
 * has forgotten the value, and would find a folder called --json. */
static const char *option_value(const CliVerb *verb, const CliOption *option, int argc, char **argv,
                                int *at)
{
    const char *next = *at + 1 < argc ? argv[*at + 1] : NULL;
    if (next != NULL && strncmp(next, "--", 2) != 0) {
        (*at)++;
        return next;
    }
    cli_complain("%s: --%s needs a value: --%s %s", verb->name, option->name, option->name,
                 option->value);
    return NULL;
}

/* Reads the option at argv[*at]; *at moves on over its value. `given` has a bit per option. */
static bool option_read(const CliVerb *verb, int argc, char **argv, int *at, uint32_t *given)
{
    const char      *word = argv[*at];
    const CliOption *option;
    const char      *value = NULL;

    if (word[1] == '-') {
        const char *equals = strchr(word, '=');
        char       *name =
            equals == NULL ? g_strdup(word + 2) : g_strndup(word + 2, (size_t)(equals - word) - 2);
        option = option_long(verb, name);
        if (option == NULL)
            option_unknown(verb, name);
        g_free(name);
        value = equals == NULL ? NULL : equals + 1;
    } else {
        option = option_short(verb, word[1]);
        if (option == NULL)
            cli_complain("%s: unknown option %s", verb->name, word);
        else if (word[2] != '\0')
            value = word + 2;
    }
    if (option == NULL)
        return false;
    if (option->kind == CLI_OPTION_FLAG) {
        if (value != NULL) {
            cli_complain("%s: --%s takes no value", verb->name, option->name);
            return false;
        }
    } else {
        uint32_t bit = 1u << (option - verb->options);
        if (option->kind != CLI_OPTION_TEXTS && (*given & bit) != 0) {
            cli_complain("%s: --%s is given twice", verb->name, option->name);
            return false;
        }
        *given |= bit;
        if (value == NULL)
            value = option_value(verb, option, argc, argv, at);
        if (value == NULL)
            return false;
    }
    return option_take(verb, option, value);
}

GPtrArray *cli_parse(const CliVerb *verb, int argc, char **argv, CliExit *out_exit)
{
    GPtrArray *plain = g_ptr_array_new();
    bool       options_over = false;
    uint32_t   given = 0;

    *out_exit = CLI_USER;
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        if (word[0] == '\0') {
            cli_complain("%s: an empty word names nothing", verb->name);
            mistake(verb);
            goto over;
        } else if (options_over || word[0] != '-' || word[1] == '\0') {
            g_ptr_array_add(plain, argv[at]);
        } else if (strcmp(word, "--") == 0) {
            options_over = true;
        } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            help_print(verb);
            *out_exit = CLI_HELD;
            goto over;
        } else if (!option_read(verb, argc, argv, &at, &given)) {
            mistake(verb);
            goto over;
        }
    }
    if (plain->len < verb->least) {
        cli_complain("%s: something is missing", verb->name);
        mistake(verb);
        goto over;
    }
    if (verb->most > 0 && plain->len > verb->most) {
        cli_complain("%s: '%s' is one argument too many", verb->name,
                     (const char *)plain->pdata[verb->most]);
        mistake(verb);
        goto over;
    }
    return plain;

over:
    g_ptr_array_free(plain, TRUE);
    return NULL;
}

/* --- looks --- */

static bool stdout_is_terminal(void)
{
    return isatty(STDOUT_FILENO) == 1;
}

const char *cli_colour(CliColour colour)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    if (!stdout_is_terminal() || (no_colour != NULL && no_colour[0] != '\0') ||
        (terminal != NULL && strcmp(terminal, "dumb") == 0))
        return "";
    switch (colour) {
    case CLI_PLAIN:
        return "\033[0m";
    case CLI_GOOD:
        return "\033[32m";
    case CLI_BAD:
        return "\033[1;31m";
    case CLI_FAINT:
        return "\033[2m";
    }
    return "";
}

/* What goes into a file or a pipe is UTF-8 whatever the locale says. */
static bool signs_shown(void)
{
    return !stdout_is_terminal() || strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

const char *cli_mark(bool good)
{
    if (signs_shown())
        return good ? "\u2713" : "\u2717";
    return good ? "+" : "X";
}

const char *cli_bar(void)
{
    return signs_shown() ? "\u2590" : "|";
}

int cli_width(void)
{
    struct winsize size;
    if (!stdout_is_terminal() || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_PIPE;
    return CLAMP((int)size.ws_col, WIDTH_LEAST, WIDTH_MOST);
}

char *cli_pad(const char *text, int width)
{
    long have = g_utf8_strlen(text, -1);
    long want = width < 0 ? -(long)width : width;
    int  blanks = have < want ? (int)(want - have) : 0;
    if (width < 0)
        return g_strdup_printf("%*s%s", blanks, "", text);
    return g_strdup_printf("%s%*s", text, blanks, "");
}

char *cli_cut(const char *text, int width)
{
    const char *sign = signs_shown() ? "\u2026" : "~";
    if (g_utf8_strlen(text, -1) <= width)
        return g_strdup(text);
    char *head = g_utf8_substring(text, 0, width - 1);
    char *cut = g_strconcat(g_strchomp(head), sign, NULL);
    g_free(head);
    return cut;
}

char *cli_instant(SimTime at)
{
    char   *text = g_strdup_printf("%" G_GINT64_FORMAT, at / SIM_S);
    int64_t rest = (at % SIM_S) / SIM_MS;
    char   *all;
    if (rest == 0)
        all = g_strdup_printf("%ss", text);
    else
        all = g_strdup_printf("%s.%03ds", text, (int)rest);
    g_free(text);
    return all;
}

char *cli_seconds(int64_t microseconds)
{
    int64_t tenths = (microseconds + 50000) / 100000;
    return g_strdup_printf("%" G_GINT64_FORMAT ".%d s", tenths / 10, (int)(tenths % 10));
}

/* --- progress --- */

struct CliProgress {
    const char *noun;
    bool        terminal;
    bool        shown; /* a line stands on the terminal and has to be erased */
    int64_t     began;
    int64_t     last;       /* when the terminal's line was last drawn */
    int64_t     last_tenth; /* the last plain line said this many tenths */
};

int64_t cli_clock(void)
{
    return g_get_monotonic_time();
}

CliProgress *cli_progress_begin(const char *noun)
{
    CliProgress *progress = g_new0(CliProgress, 1);
    progress->noun = noun;
    progress->terminal = isatty(STDERR_FILENO) == 1;
    progress->began = cli_clock();
    progress->last = progress->began;
    return progress;
}

/* `done` of `all` as thousandths, `text` owned by the caller. */
static void progress_show(CliProgress *progress, int64_t thousandths, const char *text)
{
    int64_t now = cli_clock();
    if (progress->terminal) {
        if (now - progress->last < PROGRESS_TERMINAL_US)
            return;
        progress->last = now;
        progress->shown = true;
        fprintf(stderr, "\r\033[K%3d %%  %s %s", (int)(thousandths / 10), text, progress->noun);
        fflush(stderr);
        return;
    }
    if (now - progress->began < PROGRESS_PATIENCE_US || thousandths / 100 <= progress->last_tenth)
        return;
    progress->last_tenth = thousandths / 100;
    fprintf(stderr, "%3d %%  %s %s\n", (int)(thousandths / 10), text, progress->noun);
}

void cli_progress_time(void *user, SimTime now, SimTime end)
{
    CliProgress *progress = user;
    char        *text = sim_text_duration(now);
    progress_show(progress, end > 0 ? sim_time_scale(now, 1000, end) : 0, text);
    g_free(text);
}

void cli_progress_count(CliProgress *progress, uint32_t done, uint32_t all)
{
    char *text = g_strdup_printf("%u of %u", done, all);
    progress_show(progress, all > 0 ? (int64_t)done * 1000 / all : 0, text);
    g_free(text);
}

void cli_progress_end(CliProgress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    g_free(progress);
}
