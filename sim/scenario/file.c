/*
 * file.c: the bytes of a scenario, if they are a text.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/load.h"

/* Reads at most one byte more than allowed; NULL with errno set on failure. */
static GString *read_all(int file)
{
    GString *text = g_string_new(NULL);
    char     block[8192];
    while (text->len <= SCENARIO_FILE) {
        ssize_t got = read(file, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_string_free(text, TRUE);
            return NULL;
        }
        if (got == 0)
            break;
        g_string_append_len(text, block, got);
    }
    return text;
}

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode) ? "a directory" : "not a regular file";
}

/* Opens and reads; sets *out_reason (static or owned by `load->draft`) on failure. */
static GString *slurp(const char *path, const char **out_reason)
{
    struct stat status;
    /* Not blocking: a pipe without a writer would wait for ever. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        *out_reason = errno == ENOENT || errno == ENOTDIR ? "no such file" : g_strerror(errno);
        return NULL;
    }
    GString *text = NULL;
    if (fstat(file, &status) != 0)
        *out_reason = g_strerror(errno);
    else if (!S_ISREG(status.st_mode))
        *out_reason = kind_of(status.st_mode);
    else if (!(text = read_all(file)))
        *out_reason = g_strerror(errno);
    close(file);
    return text;
}

static uint32_t line_of(const char *text, size_t at)
{
    uint32_t line = 1;
    for (size_t i = 0; i < at; i++)
        if (text[i] == '\n')
            line++;
    return line;
}

static bool blank(const GString *text)
{
    for (gsize i = 0; i < text->len; i++)
        if (!g_ascii_isspace(text->str[i]))
            return false;
    return true;
}

/* What is wrong with the bytes, or NULL; *out_line is where. */
static const char *judge(const GString *text, uint32_t *out_line, const char **out_hint)
{
    *out_line = 1;
    *out_hint = NULL;
    if (text->len > SCENARIO_FILE)
        return "the file has more than 1 MiB";
    if (g_str_has_prefix(text->str, "\x1bLua")) {
        *out_hint = "give the source text";
        return "this is compiled Lua";
    }
    if (text->len >= 2 &&
        (memcmp(text->str, "\xff\xfe", 2) == 0 || memcmp(text->str, "\xfe\xff", 2) == 0)) {
        *out_hint = "save it as UTF-8";
        return "the text is UTF-16";
    }
    const char *bad = NULL;
    if (!g_utf8_validate(text->str, (gssize)text->len, &bad)) {
        size_t at = (size_t)(bad - text->str);
        *out_line = line_of(text->str, at);
        if (*bad == '\0')
            return "the file holds a zero byte: it is not a text";
        *out_hint = "save it as UTF-8";
        return "this is not UTF-8 text";
    }
    if (blank(text)) {
        *out_hint = "a scenario begins with: scenario \"name\" { duration = \"10min\" }";
        return "the file is empty";
    }
    return NULL;
}

static void complain(ScenarioLoad *load, const char *path, uint32_t line, const PlanSpan *span,
                     const char *hint, const char *reason)
{
    if (span) {
        plan_problems_error(load->problems, *span, hint, "%s: %s", path, reason);
    } else {
        PlanSpan whole = {{path, line, line ? 1 : 0}, 0};
        plan_problems_error(load->problems, whole, hint, "%s", reason);
    }
}

int scenario_file_read(ScenarioLoad *load, const char *path, const PlanSpan *span)
{
    const char *reason = NULL;
    const char *hint = NULL;
    uint32_t    line = 0;
    if (load->sources->len >= SCENARIO_FILES) {
        complain(load, path, 0, span, NULL, "more than 100 files are required");
        return -1;
    }
    GString *text = slurp(path, &reason);
    if (text)
        reason = judge(text, &line, &hint);
    else if (strcmp(reason, "a directory") == 0)
        hint = "give the scenario's .lua file";
    if (reason) {
        complain(load, path, line, span, hint, reason);
        if (text)
            g_string_free(text, TRUE);
        return -1;
    }
    /* A byte order mark and a first line for the shell are no part of the text. The line is turned
     * into a comment so that lines keep their numbers. */
    if (g_str_has_prefix(text->str, "\xef\xbb\xbf"))
        g_string_erase(text, 0, 3);
    if (text->str[0] == '#')
        g_string_overwrite(text, 0, text->str[1] && !strchr("\r\n", text->str[1]) ? "--" : " ");
    plan_problems_source(load->problems, path, text->str);
    g_ptr_array_add(load->sources, scenario_source_new(path, text->str));
    g_string_free(text, TRUE);
    return (int)load->sources->len - 1;
}
