/*
 * compare.c: reads the figures of runs and sets them side by side.
 *
 * Means are sums divided at the last moment; "never" has no mean other than itself.
 */
#include "reports/compare.h"

#include <string.h>

#include "reports/words.h"
#include "sim/base/assert.h"
#include "sim/base/text.h"
#include "sim/base/time.h"

#define BILLION INT64_C(1000000000)
/* Chosen: a difference below these is small whatever it is a difference of. */
#define SMALL_COUNT 10
#define SMALL_RATIO 10000 /* 10 ppm */
#define SMALL_TIME (10 * SIM_MS)
#define SMALL_SIZE 1000

static void figure_free(gpointer pointer)
{
    CompareFigure *figure = pointer;
    g_free(figure->part);
    g_free(figure->name);
    g_free(figure->wanted);
    g_array_free(figure->values, TRUE);
    g_array_free(figure->held, TRUE);
    g_free(figure);
}

/* --- reading --- */

typedef struct Reading {
    Comparison *self;
    guint       slot;   /* column * seeds + seed */
    guint       latest; /* where the last figure that was read stands */
} Reading;

static CompareFigure *figure_at(const Comparison *self, guint index)
{
    return g_ptr_array_index(self->figures, index);
}

static CompareFigure *figure_new(const Comparison *self, const char *part, const char *name)
{
    CompareFigure *figure = g_new0(CompareFigure, 1);
    guint          slots = self->column_count * self->seed_count;
    int64_t        none = COMPARE_NONE;
    CompareHeld    unasked = COMPARE_UNASKED;
    figure->part = g_strdup(part);
    figure->name = g_strdup(name);
    figure->values = g_array_new(FALSE, FALSE, sizeof(int64_t));
    figure->held = g_array_new(FALSE, FALSE, sizeof(CompareHeld));
    for (guint i = 0; i < slots; i++) {
        g_array_append_val(figure->values, none);
        g_array_append_val(figure->held, unasked);
    }
    return figure;
}

/* Behind the last figure of `part`; 0 if there is none. */
static guint part_end(const Comparison *self, const char *part)
{
    guint end = 0;
    for (guint i = 0; i < self->figures->len; i++)
        if (strcmp(figure_at(self, i)->part, part) == 0)
            end = i + 1;
    return end;
}

/* Where a figure that earlier runs did not have is put: behind the one that was read before it, and
 * with its part, so that a part stays together. */
static guint place_for(const Reading *reading, const char *part)
{
    const Comparison *self = reading->self;
    const char *before = reading->latest > 0 ? figure_at(self, reading->latest - 1)->part : NULL;
    if (before != NULL && strcmp(before, part) == 0)
        return reading->latest;
    guint end = part_end(self, part);
    if (end > 0)
        return end;
    return before != NULL ? part_end(self, before) : 0;
}

/* The figure of that name. A name that comes twice in a run (claims may) is told apart by its
 * place. */
static CompareFigure *figure_for(Reading *reading, const char *part, const char *name)
{
    Comparison *self = reading->self;
    for (guint i = 0; i < self->figures->len; i++) {
        CompareFigure *figure = figure_at(self, i);
        if (strcmp(figure->part, part) == 0 && strcmp(figure->name, name) == 0 &&
            g_array_index(figure->values, int64_t, reading->slot) == COMPARE_NONE) {
            reading->latest = i + 1;
            return figure;
        }
    }
    CompareFigure *figure = figure_new(self, part, name);
    guint          place = place_for(reading, part);
    g_ptr_array_insert(self->figures, (gint)place, figure);
    reading->latest = place + 1;
    return figure;
}

static void value_set(CompareFigure *figure, guint slot, int64_t value)
{
    g_array_index(figure->values, int64_t, slot) = value;
}

static CompareUnit unit_named(const char *name)
{
    if (strcmp(name, "ratio") == 0)
        return COMPARE_RATIO;
    if (strcmp(name, "time") == 0)
        return COMPARE_TIME;
    return strcmp(name, "size") == 0 ? COMPARE_SIZE : COMPARE_COUNT;
}

static bool reads_as(const char *text, SimUnit unit)
{
    int64_t value;
    char   *reason = NULL;
    bool    fine = sim_text_quantity(text, unit, &value, &reason);
    g_free(reason);
    return fine;
}

/* The unit of a claim is that of its bound. */
static CompareUnit unit_of_bound(const char *wanted)
{
    const char *number = wanted + strspn(wanted, "<>=!~ ");
    if (reads_as(number, SIM_UNIT_COUNT))
        return COMPARE_COUNT;
    if (reads_as(number, SIM_UNIT_RATIO))
        return COMPARE_RATIO;
    return reads_as(number, SIM_UNIT_TIME) ? COMPARE_TIME : COMPARE_SIZE;
}

/* "== 0" wants little: what is counted cannot be less. */
static int better_of_bound(const char *wanted)
{
    if (wanted[0] == '>')
        return 1;
    if (wanted[0] == '<')
        return -1;
    const char *number = wanted + strspn(wanted, "= ");
    return wanted[0] == '=' && number[0] == '0' ? -1 : 0;
}

static void claims_read(Reading *reading, const ReportCase *run)
{
    g_autoptr(StoreRows) rows = report_ask(run, "claims.sql");
    while (store_next(rows)) {
        CompareFigure *figure = figure_for(reading, "expectations", store_text(rows, 0));
        const char    *wanted = store_text(rows, 2);
        bool           held = store_number(rows, 4) != 0;
        int64_t        value = store_number(rows, 3);
        if (!figure->claim) {
            figure->claim = true;
            figure->wanted = g_strdup(wanted);
            figure->unit = unit_of_bound(wanted);
            figure->better = better_of_bound(wanted);
        }
        if (store_number(rows, 5) == 0)
            value_set(figure, reading->slot, value < 0 ? COMPARE_NEVER : value);
        g_array_index(figure->held, CompareHeld, reading->slot) =
            held ? COMPARE_HELD : COMPARE_BROKE;
    }
}

static void figures_read(Reading *reading, const ReportCase *run)
{
    g_autoptr(StoreRows) rows = report_ask(run, "figures.sql");
    while (store_next(rows)) {
        if (store_is_null(rows, 4))
            continue;
        CompareFigure *figure = figure_for(reading, store_text(rows, 0), store_text(rows, 1));
        figure->unit = unit_named(store_text(rows, 2));
        figure->better = (int)store_number(rows, 3);
        figure->absent_is_zero = store_number(rows, 5) != 0;
        value_set(figure, reading->slot, store_number(rows, 4));
    }
}

static void absent_zero(const Comparison *self)
{
    for (guint i = 0; i < self->figures->len; i++) {
        CompareFigure *figure = figure_at(self, i);
        for (guint slot = 0; figure->absent_is_zero && slot < figure->values->len; slot++)
            if (g_array_index(figure->values, int64_t, slot) == COMPARE_NONE)
                value_set(figure, slot, 0);
    }
}

static const ReportCase *run_at(const Comparison *self, guint column, guint seed)
{
    const GPtrArray *runs = g_ptr_array_index(self->columns, column);
    return g_ptr_array_index(runs, seed);
}

Comparison *compare_new(GPtrArray *columns)
{
    const GPtrArray *first = g_ptr_array_index(columns, 0);
    Comparison      *self = g_new0(Comparison, 1);
    self->columns = columns;
    self->column_count = columns->len;
    self->seed_count = first->len;
    self->figures = g_ptr_array_new_with_free_func(figure_free);
    for (guint c = 0; c < self->column_count; c++)
        for (guint s = 0; s < self->seed_count; s++) {
            Reading reading = {self, c * self->seed_count + s, 0};
            SIM_ASSERT(run_at(self, c, s)->seed == run_at(self, 0, s)->seed ||
                       self->seed_count == 1);
            claims_read(&reading, run_at(self, c, s));
            figures_read(&reading, run_at(self, c, s));
        }
    absent_zero(self);
    self->plan = compare_plans(columns);
    return self;
}

void compare_free(Comparison *self)
{
    if (self == NULL)
        return;
    g_ptr_array_free(self->figures, TRUE);
    g_ptr_array_free(self->plan, TRUE);
    g_free(self);
}

/* --- comparing --- */

int64_t compare_value(const Comparison *self, const CompareFigure *figure, guint column, guint seed)
{
    return g_array_index(figure->values, int64_t, column * self->seed_count + seed);
}

static guint held_count(const Comparison *self, const CompareFigure *figure, guint column,
                        CompareHeld held)
{
    guint count = 0;
    for (guint s = 0; s < self->seed_count; s++)
        count +=
            g_array_index(figure->held, CompareHeld, column * self->seed_count + s) == held ? 1 : 0;
    return count;
}

guint compare_held(const Comparison *self, const CompareFigure *figure, guint column)
{
    return held_count(self, figure, column, COMPARE_HELD);
}

bool compare_claimed(const Comparison *self, const CompareFigure *figure, guint column)
{
    return held_count(self, figure, column, COMPARE_UNASKED) == 0;
}

/* Seeds in which the column has more and less than the first; *out_other: those where only one of
 * the two has such a figure. */
static void seeds_count(const Comparison *self, const CompareFigure *figure, guint column,
                        guint *out_more, guint *out_less, guint *out_other)
{
    *out_more = *out_less = *out_other = 0;
    for (guint s = 0; s < self->seed_count; s++) {
        int64_t here = compare_value(self, figure, column, s);
        int64_t first = compare_value(self, figure, 0, s);
        if ((here == COMPARE_NONE) != (first == COMPARE_NONE))
            ++*out_other;
        else if (here != first)
            ++*(here > first ? out_more : out_less);
    }
}

void compare_seeds(const Comparison *self, const CompareFigure *figure, guint column,
                   guint *out_better, guint *out_worse)
{
    guint more, less, other;
    seeds_count(self, figure, column, &more, &less, &other);
    *out_better = figure->better > 0 ? more : figure->better < 0 ? less : 0;
    *out_worse = figure->better > 0 ? less : figure->better < 0 ? more : 0;
}

CompareMark compare_mark(const Comparison *self, const CompareFigure *figure, guint column)
{
    guint more, less, other, better, worse;
    seeds_count(self, figure, column, &more, &less, &other);
    compare_seeds(self, figure, column, &better, &worse);
    if (more + less + other == 0)
        return COMPARE_EQUAL;
    if (figure->better == 0 || other > 0)
        return COMPARE_OTHER;
    if (better == self->seed_count)
        return COMPARE_BETTER;
    return worse == self->seed_count ? COMPARE_WORSE : COMPARE_MIXED;
}

bool compare_equal(const Comparison *self, const CompareFigure *figure)
{
    for (guint c = 1; c < self->column_count; c++)
        if (compare_mark(self, figure, c) != COMPARE_EQUAL)
            return false;
    return true;
}

/* The sum over the seeds; false if a seed has no number. *out_text: what stands there instead. */
static bool sum_of(const Comparison *self, const CompareFigure *figure, guint column,
                   int64_t *out_sum, const char **out_text)
{
    int64_t sum = 0;
    *out_text = "-";
    for (guint s = 0; s < self->seed_count; s++) {
        int64_t value = compare_value(self, figure, column, s);
        if (value == COMPARE_NONE || value == COMPARE_NEVER) {
            *out_text = value == COMPARE_NEVER ? "never" : "-";
            return false;
        }
        sum = sim_time_add_far(sum, value);
    }
    *out_sum = sum;
    return true;
}

static int64_t small(CompareUnit unit)
{
    switch (unit) {
    case COMPARE_COUNT:
        return SMALL_COUNT;
    case COMPARE_RATIO:
        return SMALL_RATIO;
    case COMPARE_TIME:
        return SMALL_TIME;
    case COMPARE_SIZE:
        return SMALL_SIZE;
    }
    return 1;
}

int64_t compare_distance(const Comparison *self, const CompareFigure *figure, guint column)
{
    const char *text;
    int64_t     first, here, count = self->seed_count;
    bool        both = sum_of(self, figure, 0, &first, &text);
    both = sum_of(self, figure, column, &here, &text) && both;
    if (!both)
        return compare_mark(self, figure, column) == COMPARE_EQUAL ? 0 : 1000;
    /* Sums, so that what is small in one seed may be much in many. */
    if (figure->unit == COMPARE_RATIO && figure->better > 0) {
        first = BILLION * count - first;
        here = BILLION * count - here;
    }
    int64_t gap = first > here ? first - here : here - first;
    int64_t most = MAX(MAX(first, here), 0) + small(figure->unit);
    return sim_time_scale(MIN(gap, most), 1000, most);
}

/* --- words --- */

static char *number_text(CompareUnit unit, int64_t sum, int64_t count)
{
    switch (unit) {
    case COMPARE_COUNT: {
        int64_t          tenths = (sum * 10 + count / 2) / count;
        g_autofree char *whole = sim_text_count(tenths / 10);
        /* Whole if it is, or if it is so large that a tenth says nothing. */
        if (sum % count == 0 || tenths >= 10000)
            return sim_text_count((sum + count / 2) / count);
        return g_strdup_printf("%s.%d", whole, (int)(tenths % 10));
    }
    case COMPARE_RATIO:
        return sim_text_percent(sum, BILLION * count);
    case COMPARE_TIME:
        return sim_text_duration(sum / count);
    case COMPARE_SIZE:
        return words_bytes(sum / count);
    }
    return g_strdup("");
}

char *compare_mean_text(const Comparison *self, const CompareFigure *figure, guint column)
{
    int64_t     sum;
    const char *text;
    if (!sum_of(self, figure, column, &sum, &text))
        return g_strdup(text);
    return number_text(figure->unit, sum, self->seed_count);
}

static char *value_text(CompareUnit unit, int64_t value)
{
    if (value == COMPARE_NONE || value == COMPARE_NEVER)
        return g_strdup(value == COMPARE_NONE ? "-" : "never");
    return number_text(unit, value, 1);
}

char *compare_range_text(const Comparison *self, const CompareFigure *figure, guint column)
{
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (guint s = 0; s < self->seed_count; s++) {
        int64_t value = compare_value(self, figure, column, s);
        low = MIN(low, value);
        high = MAX(high, value);
    }
    if (low == high)
        return NULL;
    g_autofree char *from = value_text(figure->unit, low);
    g_autofree char *to = value_text(figure->unit, high);
    const char      *unit = strchr(from, ' ');
    if (unit != NULL && g_str_has_suffix(to, unit)) /* once is enough */
        from[unit - from] = '\0';
    return g_strdup_printf("%s..%s", from, to);
}

/* 22 900 000 ppb are 2.29 percentage points. */
static char *points_text(int64_t sum, int64_t count)
{
    int64_t ppb = sum / count;
    if (ppb > 0 && ppb < 100000)
        return g_strdup_printf("0.%05d pp", (int)(ppb / 100 == 0 ? 1 : ppb / 100));
    int64_t hundredths = (ppb + 50000) / 100000;
    return g_strdup_printf("%d.%02d pp", (int)(hundredths / 100), (int)(hundredths % 100));
}

char *compare_difference_text(const Comparison *self, const CompareFigure *figure, guint column)
{
    const char *text;
    int64_t     first, here;
    if (!sum_of(self, figure, 0, &first, &text) || !sum_of(self, figure, column, &here, &text))
        return g_strdup("");
    int64_t          gap = here > first ? here - first : first - here;
    g_autofree char *size = figure->unit == COMPARE_RATIO
                                ? points_text(gap, self->seed_count)
                                : number_text(figure->unit, gap, self->seed_count);
    return g_strdup_printf("%s%s", here > first ? "+" : here < first ? "-" : "", size);
}

const char *compare_mark_name(CompareMark mark)
{
    switch (mark) {
    case COMPARE_EQUAL:
        return "equal";
    case COMPARE_BETTER:
        return "better";
    case COMPARE_WORSE:
        return "worse";
    case COMPARE_MIXED:
        return "mixed";
    case COMPARE_OTHER:
        return "differs";
    }
    return "";
}

const char *compare_unit_name(CompareUnit unit)
{
    switch (unit) {
    case COMPARE_COUNT:
        return "count";
    case COMPARE_RATIO:
        return "ppb";
    case COMPARE_TIME:
        return "ns";
    case COMPARE_SIZE:
        return "bytes";
    }
    return "";
}
