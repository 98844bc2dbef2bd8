/*
 * problems.c: collecting mistakes and showing them with their source line.
 */
#include "sim/plan/problems.h"

#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/text.h"

/* A source line longer than this is shown in part. */
#define LINE_SHOWN 160
#define NAMES_LISTED 24

typedef struct Source {
    char *file;
    char *text;
} Source;

typedef struct Problem {
    char    *file;
    char    *message;
    char    *hint;
    uint32_t file_order;
    uint32_t line, column, width;
    uint32_t number; /* order of arrival: the last word in sorting */
    bool     warning;
} Problem;

struct PlanProblems {
    GPtrArray *sources;
    GPtrArray *list;
    uint32_t   errors, warnings;
};

static void source_free(gpointer pointer)
{
    Source *source = pointer;
    g_free(source->file);
    g_free(source->text);
    g_free(source);
}

static void problem_free(gpointer pointer)
{
    Problem *problem = pointer;
    g_free(problem->file);
    g_free(problem->message);
    g_free(problem->hint);
    g_free(problem);
}

PlanProblems *plan_problems_new(void)
{
    PlanProblems *problems = g_new0(PlanProblems, 1);
    problems->sources = g_ptr_array_new_with_free_func(source_free);
    problems->list = g_ptr_array_new_with_free_func(problem_free);
    return problems;
}

void plan_problems_free(PlanProblems *problems)
{
    if (!problems)
        return;
    g_ptr_array_unref(problems->sources);
    g_ptr_array_unref(problems->list);
    g_free(problems);
}

static const Source *source_find(const PlanProblems *problems, const char *file,
                                 uint32_t *out_order)
{
    for (guint i = 0; i < problems->sources->len; i++) {
        const Source *source = g_ptr_array_index(problems->sources, i);
        if (strcmp(source->file, file) == 0) {
            *out_order = i;
            return source;
        }
    }
    *out_order = UINT32_MAX;
    return NULL;
}

void plan_problems_source(PlanProblems *problems, const char *file, const char *text)
{
    uint32_t order;
    if (source_find(problems, file, &order))
        return;
    Source *source = g_new0(Source, 1);
    source->file = g_strdup(file);
    source->text = g_strdup(text);
    g_ptr_array_add(problems->sources, source);
}

static bool known(const PlanProblems *problems, const Problem *problem)
{
    for (guint i = 0; i < problems->list->len; i++) {
        const Problem *other = g_ptr_array_index(problems->list, i);
        if (other->line == problem->line && other->column == problem->column &&
            strcmp(other->file, problem->file) == 0 &&
            strcmp(other->message, problem->message) == 0)
            return true;
    }
    return false;
}

static void add(PlanProblems *problems, bool warning, PlanSpan span, const char *hint,
                const char *format, va_list arguments) G_GNUC_PRINTF(5, 0);

static void add(PlanProblems *problems, bool warning, PlanSpan span, const char *hint,
                const char *format, va_list arguments)
{
    Problem *problem = g_new0(Problem, 1);
    problem->file = g_strdup(span.place.file ? span.place.file : "");
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    problem->message = sim_text_shown(message, false);
    problem->hint = hint ? sim_text_shown(hint, false) : NULL;
    problem->line = span.place.line;
    problem->column = span.place.column;
    problem->width = span.width;
    problem->number = problems->list->len;
    problem->warning = warning;
    source_find(problems, problem->file, &problem->file_order);
    if (known(problems, problem)) {
        problem_free(problem);
        return;
    }
    if (warning)
        problems->warnings++;
    else
        problems->errors++;
    if (problems->list->len < PLAN_PROBLEMS_KEPT)
        g_ptr_array_add(problems->list, problem);
    else
        problem_free(problem);
}

void plan_problems_error(PlanProblems *problems, PlanSpan span, const char *hint,
                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(problems, false, span, hint, format, arguments);
    va_end(arguments);
}

void plan_problems_warning(PlanProblems *problems, PlanSpan span, const char *hint,
                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(problems, true, span, hint, format, arguments);
    va_end(arguments);
}

uint32_t plan_problems_errors(const PlanProblems *problems)
{
    return problems->errors;
}

uint32_t plan_problems_warnings(const PlanProblems *problems)
{
    return problems->warnings;
}

static int compare_u32(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    const Problem *p = *(const Problem *const *)a;
    const Problem *q = *(const Problem *const *)b;
    int            order = compare_u32(p->file_order, q->file_order);
    if (!order)
        order = strcmp(p->file, q->file);
    if (!order)
        order = compare_u32(p->line, q->line);
    if (!order)
        order = compare_u32(p->column, q->column);
    return order ? order : compare_u32(p->number, q->number);
}

/* The text of a line without its end, or NULL. Counts lines as Lua does: a pair of different line
 * end characters is one end. */
static const char *line_find(const char *text, uint32_t line, size_t *out_size)
{
    const char *start = text;
    for (uint32_t now = 1;; now++) {
        size_t size = strcspn(start, "\r\n");
        if (now == line) {
            *out_size = size;
            return start;
        }
        const char *end = start + size;
        if (!*end)
            return NULL;
        start = end + 1;
        if ((*start == '\r' || *start == '\n') && *start != *end)
            start++;
    }
}

/* What stands under a character: as wide as it, and a tab under a tab. */
static void pad(GString *out, gunichar letter)
{
    if (letter == '\t')
        g_string_append_c(out, '\t');
    else if (g_unichar_iszerowidth(letter))
        return;
    else
        g_string_append(out, g_unichar_iswide(letter) ? "  " : " ");
}

static void show_line(GString *out, const Problem *problem, const char *text)
{
    size_t      size;
    const char *line = line_find(text, problem->line, &size);
    if (!line || problem->column == 0)
        return;
    const char *end = line + size;
    uint32_t    first = 1; /* the first column shown */
    if (problem->column > LINE_SHOWN / 2 && size > LINE_SHOWN)
        first = problem->column - LINE_SHOWN / 2;

    g_autoptr(GString) under = g_string_new(NULL);
    g_string_append_printf(out, "%5u | ", problem->line);
    if (first > 1) {
        g_string_append(out, "...");
        g_string_append(under, "   ");
    }
    uint32_t column = 1;
    uint32_t marked = 0;
    uint32_t width = problem->width ? problem->width : 1;
    for (const char *at = line; at < end; at += g_utf8_skip[(unsigned char)*at], column++) {
        if (column < first)
            continue;
        if (column >= first + LINE_SHOWN) {
            g_string_append(out, "...");
            break;
        }
        gunichar letter = g_utf8_get_char(at);
        g_string_append_unichar(out, letter == '\t' || g_unichar_isprint(letter) ? letter : '?');
        if (column < problem->column) {
            pad(under, letter);
        } else if (marked < width) {
            g_string_append(under, g_unichar_iswide(letter) ? "^^" : "^");
            marked++;
        }
    }
    if (!marked)
        g_string_append_c(under, '^');
    g_string_append_printf(out, "\n      | %s", under->str);
    if (problem->hint)
        g_string_append_printf(out, " %s", problem->hint);
    g_string_append_c(out, '\n');
}

static void show(const PlanProblems *problems, GString *out, const Problem *problem)
{
    const char      *what = problem->warning ? "warning" : "error";
    g_autofree char *file = sim_text_shown(problem->file, false);
    if (*file)
        g_string_append(out, file);
    else
        g_string_append(out, "scenario");
    if (problem->line)
        g_string_append_printf(out, ":%u:%u", problem->line, problem->column ? problem->column : 1);
    g_string_append_printf(out, ": %s: %s\n", what, problem->message);
    uint32_t      order;
    const Source *source = source_find(problems, problem->file, &order);
    size_t        size;
    if (source && problem->line && problem->column && line_find(source->text, problem->line, &size))
        show_line(out, problem, source->text);
    else if (problem->hint)
        g_string_append_printf(out, "      = %s\n", problem->hint);
}

/* The errors or the warnings, by place. Owned by the caller. */
static GPtrArray *sorted_new(const PlanProblems *problems, bool warnings)
{
    GPtrArray *sorted = g_ptr_array_new();
    for (guint i = 0; i < problems->list->len; i++) {
        Problem *problem = g_ptr_array_index(problems->list, i);
        if (problem->warning == warnings)
            g_ptr_array_add(sorted, problem);
    }
    g_ptr_array_sort(sorted, by_place);
    return sorted;
}

static void show_all(const PlanProblems *problems, GString *out, bool warnings)
{
    g_autoptr(GPtrArray) sorted = sorted_new(problems, warnings);
    for (guint i = 0; i < sorted->len && i < PLAN_PROBLEMS_SHOWN; i++)
        show(problems, out, g_ptr_array_index(sorted, i));
    uint32_t count = warnings ? problems->warnings : problems->errors;
    if (count > PLAN_PROBLEMS_SHOWN)
        g_string_append_printf(out, "... and %s%u more %s\n",
                               count < PLAN_PROBLEMS_KEPT ? "" : "at least ",
                               count - PLAN_PROBLEMS_SHOWN, warnings ? "warnings" : "errors");
}

char *plan_problems_text(const PlanProblems *problems)
{
    GString *out = g_string_new(NULL);
    show_all(problems, out, false);
    show_all(problems, out, true);
    return g_string_free(out, FALSE);
}

bool plan_problems_at(const PlanProblems *problems, uint32_t index, PlanProblem *out)
{
    for (int warnings = 0; warnings <= 1; warnings++) {
        g_autoptr(GPtrArray) sorted = sorted_new(problems, warnings == 1);
        uint32_t shown = MIN(sorted->len, PLAN_PROBLEMS_SHOWN);
        if (index < shown) {
            const Problem *problem = g_ptr_array_index(sorted, index);
            *out = (PlanProblem){problem->file, problem->message, problem->hint,
                                 problem->line, problem->column,  problem->warning};
            return true;
        }
        index -= shown;
    }
    return false;
}

void plan_problems_merge(PlanProblems *problems, const PlanProblems *others, const char *note)
{
    for (guint i = 0; i < others->sources->len; i++) {
        const Source *source = g_ptr_array_index(others->sources, i);
        plan_problems_source(problems, source->file, source->text);
    }
    for (guint i = 0; i < others->list->len; i++) {
        const Problem *problem = g_ptr_array_index(others->list, i);
        if (known(problems, problem))
            continue;
        PlanSpan span = {{problem->file, problem->line, problem->column}, problem->width};
        if (problem->warning)
            plan_problems_warning(problems, span, problem->hint, "%s %s", problem->message, note);
        else
            plan_problems_error(problems, span, problem->hint, "%s %s", problem->message, note);
    }
}

char *plan_problems_suggest(const char *text, const char *const *names, size_t count)
{
    if (count == 0)
        return NULL;
    const char *near = sim_text_nearest(text, names, count);
    if (near)
        return g_strdup_printf("did you mean '%s'?", near);
    GString *out = g_string_new(count == 1 ? "only: " : "one of: ");
    for (size_t i = 0; i < count && i < NAMES_LISTED; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", names[i]);
    if (count > NAMES_LISTED)
        g_string_append_printf(out, ", ... (%zu in all)", count);
    return g_string_free(out, FALSE);
}
