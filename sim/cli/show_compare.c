/*
 * show_compare.c: the page that `compare` prints.
 *
 *   figure            first      second     difference      two columns: all on one line
 *   figure            first      second     third           more: differences on a line below
 *                                +2 worse   -1 better
 *
 * With several seeds a figure is the mean, and its smallest and largest value stand below it.
 */
#include "sim/cli/show_compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/cli/json.h"

/* Chosen: two columns fit 80 signs. */
#define NAME_MOST 32
#define CELL_LEAST 8
#define PLAN_LINES 16u
#define PLAN_VALUE 40
#define FARTHEST 3u

static const CliColumn *column_at(const CliGathering *runs, guint index)
{
    return runs->columns->pdata[index];
}

static const CompareFigure *figure_at(const Comparison *self, guint index)
{
    return self->figures->pdata[index];
}

static const ReportCase *run_at(const CliColumn *column, guint index)
{
    return column->cases->pdata[index];
}

static CliColour colour_of(CompareMark mark)
{
    switch (mark) {
    case COMPARE_BETTER:
        return CLI_GOOD;
    case COMPARE_WORSE:
        return CLI_BAD;
    case COMPARE_EQUAL:
    case COMPARE_MIXED:
    case COMPARE_OTHER:
        break;
    }
    return CLI_FAINT;
}

/* --- where the columns come from --- */

/* "1..3" or "1, 4, 9"; owned. */
static char *seeds_text(const CliColumn *column)
{
    guint    count = column->cases->len;
    uint64_t first = run_at(column, 0)->seed, last = run_at(column, count - 1)->seed;
    if (count > 2 && last - first == count - 1)
        return g_strdup_printf("%" PRIu64 "..%" PRIu64, first, last);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < count; i++)
        g_string_append_printf(text, "%s%" PRIu64, i > 0 ? ", " : "", run_at(column, i)->seed);
    return g_string_free(text, FALSE);
}

static guint verdicts(const CliColumn *column, const char *verdict)
{
    guint count = 0;
    for (guint i = 0; i < column->cases->len; i++)
        count += strcmp(run_at(column, i)->verdict, verdict) == 0 ? 1 : 0;
    return count;
}

/* "held", "broken", or "held 2 of 3"; owned. */
static char *verdict_text(const CliColumn *column)
{
    guint held = verdicts(column, "held");
    if (column->cases->len == 1)
        return g_strdup(run_at(column, 0)->verdict);
    if (held == column->cases->len)
        return g_strdup("held in all");
    return g_strdup_printf("held in %u of %u", held, column->cases->len);
}

static void heads_print(const CliGathering *runs)
{
    long width = 0;
    for (guint i = 0; i < runs->columns->len; i++)
        width = MAX(width, g_utf8_strlen(column_at(runs, i)->title, -1));
    for (guint i = 0; i < runs->columns->len; i++) {
        const CliColumn *column = column_at(runs, i);
        char            *title = cli_pad(column->title, (int)width);
        char            *verdict = verdict_text(column);
        printf("%s   %s   %s\n", title, column->about, verdict);
        g_free(verdict);
        g_free(title);
    }
    const CliColumn *first = column_at(runs, 0);
    if (run_at(first, 0)->seed == run_at(column_at(runs, 1), 0)->seed) {
        char *seeds = seeds_text(first);
        printf("seed%s %s\n", first->cases->len == 1 ? "" : "s", seeds);
        g_free(seeds);
    }
}

/* --- what the plans say --- */

static void plan_line_print(const ComparePlanLine *line)
{
    printf("  %s%s%s: ", line->item, line->field[0] != '\0' ? ", " : "", line->field);
    for (guint i = 0; line->values[i] != NULL; i++) {
        char *value = cli_cut(line->values[i], PLAN_VALUE);
        printf("%s%s", i > 0 ? " | " : "", value);
        g_free(value);
    }
    putchar('\n');
}

static void plan_print(const CliGathering *runs, const Comparison *self, bool all)
{
    guint shown = all ? self->plan->len : MIN(self->plan->len, PLAN_LINES);
    if (self->plan->len == 0) {
        printf("\nthe plans are the same\n");
        return;
    }
    printf("\nwhat differs in the plans (");
    for (guint i = 0; i < runs->columns->len; i++)
        printf("%s%s", i > 0 ? " | " : "", column_at(runs, i)->title);
    printf(")\n");
    for (guint i = 0; i < shown; i++)
        plan_line_print(self->plan->pdata[i]);
    if (shown < self->plan->len)
        printf("  ... and %u more; --all shows them\n", self->plan->len - shown);
}

/* --- the table --- */

typedef struct Cells { /* of one figure in one column; owned texts */
    char       *mean, *range, *difference;
    CompareMark mark;
} Cells;

typedef struct Layout {
    const Comparison *self;
    bool              all;
    bool              beside; /* the difference stands in the line of the figure */
    int               name;
    int              *width; /* per column */
    int               difference;
} Layout;

static char *mean_cell(const Comparison *self, const CompareFigure *figure, guint column)
{
    char *mean = compare_mean_text(self, figure, column);
    if (!figure->claim || !compare_claimed(self, figure, column))
        return mean;
    guint held = compare_held(self, figure, column);
    char *cell = g_strdup_printf("%s %s", mean, cli_mark(held == self->seed_count));
    g_free(mean);
    return cell;
}

/* A claim also says in how many seeds it held, if it did not always or never. */
static char *range_cell(const Comparison *self, const CompareFigure *figure, guint column)
{
    char *range = compare_range_text(self, figure, column);
    guint held = figure->claim ? compare_held(self, figure, column) : 0;
    if (held == 0 || held == self->seed_count)
        return range != NULL ? range : g_strdup("");
    char *both = g_strdup_printf("%s %u/%u %s", range != NULL ? range : "", held, self->seed_count,
                                 cli_mark(true));
    g_free(range);
    return both;
}

/* "+2 worse", "-1 s 1:2" (better in one seed, worse in two), "+3", "=". */
static char *difference_cell(const Comparison *self, const CompareFigure *figure, guint column)
{
    CompareMark mark = compare_mark(self, figure, column);
    guint       better, worse;
    if (mark == COMPARE_EQUAL)
        return g_strdup("=");
    char *difference = compare_difference_text(self, figure, column);
    compare_seeds(self, figure, column, &better, &worse);
    char *cell = mark == COMPARE_MIXED ? g_strdup_printf("%s %u:%u", difference, better, worse)
                 : mark == COMPARE_OTHER && difference[0] != '\0'
                     ? g_strdup(difference)
                     : g_strdup_printf("%s %s", difference, compare_mark_name(mark));
    g_free(difference);
    return g_strchug(cell);
}

static Cells cells_of(const Comparison *self, const CompareFigure *figure, guint column)
{
    Cells cells = {.mean = mean_cell(self, figure, column),
                   .range = range_cell(self, figure, column),
                   .difference = g_strdup(""),
                   .mark = COMPARE_EQUAL};
    if (column == 0)
        return cells;
    g_free(cells.difference);
    cells.mark = compare_mark(self, figure, column);
    cells.difference = difference_cell(self, figure, column);
    return cells;
}

static void cells_clear(Cells *cells)
{
    g_free(cells->mean);
    g_free(cells->range);
    g_free(cells->difference);
}

static int signs(const char *text)
{
    return (int)g_utf8_strlen(text, -1);
}

static bool shown(const Layout *layout, const CompareFigure *figure)
{
    return layout->all || !compare_equal(layout->self, figure);
}

static void layout_measure(Layout *layout, const CliGathering *runs)
{
    const Comparison *self = layout->self;
    for (guint c = 0; c < self->column_count; c++)
        layout->width[c] = MAX(CELL_LEAST, signs(column_at(runs, c)->title));
    for (guint i = 0; i < self->figures->len; i++) {
        const CompareFigure *figure = figure_at(self, i);
        if (!shown(layout, figure))
            continue;
        layout->name = MAX(layout->name, MIN(signs(figure->name), NAME_MOST));
        for (guint c = 0; c < self->column_count; c++) {
            Cells cells = cells_of(self, figure, c);
            int   width = MAX(signs(cells.mean), signs(cells.range));
            if (layout->beside)
                layout->difference = MAX(layout->difference, signs(cells.difference));
            else
                width = MAX(width, signs(cells.difference));
            layout->width[c] = MAX(layout->width[c], width);
            cells_clear(&cells);
        }
    }
}

static void cell_print(const char *text, int width, const char *colour)
{
    char *padded = cli_pad(text, -width);
    printf("  %s%s%s", colour, padded, colour[0] != '\0' ? cli_colour(CLI_PLAIN) : "");
    g_free(padded);
}

/* A name that is too long gets a line of its own. */
static void name_print(const Layout *layout, const char *name)
{
    char *padded = cli_pad(name, layout->name);
    printf("  %s", padded);
    if (signs(name) > layout->name)
        printf("\n  %*s", layout->name, "");
    g_free(padded);
}

/* A line below the figure: ranges, or differences. Ends with the last text, not with blanks. */
static void below_print(const Layout *layout, const Cells *cells, bool differences)
{
    guint end = layout->self->column_count;
    while (end > 0 && (differences ? cells[end - 1].difference : cells[end - 1].range)[0] == '\0')
        end--;
    printf("  %*s", layout->name, "");
    for (guint c = 0; c < end; c++)
        cell_print(differences ? cells[c].difference : cells[c].range, layout->width[c],
                   cli_colour(differences ? colour_of(cells[c].mark) : CLI_FAINT));
    putchar('\n');
}

static void figure_print(const Layout *layout, const CompareFigure *figure)
{
    const Comparison *self = layout->self;
    Cells            *cells = g_new0(Cells, self->column_count);
    bool              ranges = false, differences = false;
    name_print(layout, figure->name);
    for (guint c = 0; c < self->column_count; c++) {
        cells[c] = cells_of(self, figure, c);
        ranges = ranges || cells[c].range[0] != '\0';
        differences = differences || cells[c].mark != COMPARE_EQUAL;
        cell_print(cells[c].mean, layout->width[c], "");
    }
    if (layout->beside)
        cell_print(cells[1].difference, layout->difference, cli_colour(colour_of(cells[1].mark)));
    putchar('\n');
    if (ranges)
        below_print(layout, cells, false);
    if (differences && !layout->beside)
        below_print(layout, cells, true);
    for (guint c = 0; c < self->column_count; c++)
        cells_clear(&cells[c]);
    g_free(cells);
}

static void titles_print(const Layout *layout, const CliGathering *runs)
{
    printf("\n  %*s", layout->name, "");
    for (guint c = 0; c < runs->columns->len; c++)
        cell_print(column_at(runs, c)->title, layout->width[c], "");
    if (layout->beside)
        cell_print("difference", layout->difference, "");
    putchar('\n');
}

/* How to read the table. */
static void notes_print(const Comparison *self)
{
    fputs(cli_colour(CLI_FAINT), stdout);
    if (self->seed_count > 1)
        printf("means over %u seeds, smallest and largest below; better, worse: in every seed;\n"
               "B:W: better in B seeds, worse in W, equal in the rest; pp: percentage points\n",
               self->seed_count);
    else
        printf("one run each: a small difference may be chance; pp: percentage points\n");
    fputs(cli_colour(CLI_PLAIN), stdout);
}

static void table_print(const CliGathering *runs, const Comparison *self, bool all)
{
    Layout layout = {.self = self, .all = all, .beside = self->column_count == 2, .difference = 10};
    layout.width = g_new0(int, self->column_count);
    layout_measure(&layout, runs);
    const char *part = "";
    guint       equal = 0;
    for (guint i = 0; i < self->figures->len; i++) {
        const CompareFigure *figure = figure_at(self, i);
        equal += compare_equal(self, figure) ? 1 : 0;
        if (!shown(&layout, figure))
            continue;
        if (part[0] == '\0')
            titles_print(&layout, runs);
        if (strcmp(part, figure->part) != 0)
            printf("%s\n", figure->part);
        part = figure->part;
        figure_print(&layout, figure);
    }
    if (!all && equal > 0)
        printf("\n%s%u of %u figures are equal everywhere and left out; --all shows them%s\n",
               cli_colour(CLI_FAINT), equal, self->figures->len, cli_colour(CLI_PLAIN));
    if (part[0] != '\0')
        notes_print(self);
    g_free(layout.width);
}

/* --- summing up: counted, not judged --- */

typedef struct Counts {
    guint of[COMPARE_OTHER + 1];
} Counts;

static Counts counts_of(const Comparison *self, guint column)
{
    Counts counts = {{0}};
    for (guint i = 0; i < self->figures->len; i++)
        counts.of[compare_mark(self, figure_at(self, i), column)]++;
    return counts;
}

guint cli_compare_worse(const Comparison *self)
{
    guint worse = 0;
    for (guint c = 1; c < self->column_count; c++)
        worse += counts_of(self, c).of[COMPARE_WORSE];
    return worse;
}

/* "no registration is lost" holds with two in 3 of 3 seeds, with one in 0. */
static void claims_print(const CliGathering *runs, const Comparison *self, guint column)
{
    for (guint i = 0; i < self->figures->len; i++) {
        const CompareFigure *figure = figure_at(self, i);
        guint                first = compare_held(self, figure, 0);
        guint                here = compare_held(self, figure, column);
        if (!figure->claim || first == here || !compare_claimed(self, figure, 0) ||
            !compare_claimed(self, figure, column))
            continue;
        if (self->seed_count == 1)
            printf("  '%s' holds with %s only\n", figure->name,
                   column_at(runs, here > first ? column : 0)->title);
        else
            printf("  '%s' holds in %u of %u seeds with %s, in %u with %s\n", figure->name, here,
                   self->seed_count, column_at(runs, column)->title, first,
                   column_at(runs, 0)->title);
    }
}

/* The figure that is farthest apart among those not yet told, or -1. */
static int farthest(const Comparison *self, guint column, const bool *told)
{
    int     best = -1;
    int64_t most = 0;
    for (guint i = 0; i < self->figures->len; i++) {
        const CompareFigure *figure = figure_at(self, i);
        CompareMark          mark = compare_mark(self, figure, column);
        int64_t              distance = compare_distance(self, figure, column);
        if (figure->claim || (mark != COMPARE_BETTER && mark != COMPARE_WORSE) || told[i] ||
            distance <= most)
            continue;
        most = distance;
        best = (int)i;
    }
    return best;
}

static void farthest_print(const Comparison *self, guint column)
{
    bool *told = g_new0(bool, self->figures->len);
    for (guint n = 0; n < FARTHEST; n++) {
        int index = farthest(self, column, told);
        if (index < 0)
            break;
        const CompareFigure *figure = figure_at(self, (guint)index);
        char                *first = compare_mean_text(self, figure, 0);
        char                *here = compare_mean_text(self, figure, column);
        if (n == 0)
            printf("  farthest apart:\n");
        printf("    %s, %s: %s -> %s (%s)\n", figure->part, figure->name, first, here,
               compare_mark_name(compare_mark(self, figure, column)));
        told[index] = true;
        g_free(here);
        g_free(first);
    }
    g_free(told);
}

static void sum_print(const CliGathering *runs, const Comparison *self, guint column)
{
    Counts counts = counts_of(self, column);
    guint  equal = counts.of[COMPARE_EQUAL];
    if (equal == self->figures->len) {
        printf("%s is equal to %s in all %u figures\n", column_at(runs, column)->title,
               column_at(runs, 0)->title, equal);
        return;
    }
    printf("%s against %s: %u figures better, %u worse", column_at(runs, column)->title,
           column_at(runs, 0)->title, counts.of[COMPARE_BETTER], counts.of[COMPARE_WORSE]);
    if (counts.of[COMPARE_MIXED] > 0)
        printf(", %u not in every seed", counts.of[COMPARE_MIXED]);
    if (counts.of[COMPARE_OTHER] > 0)
        printf(", %u just differ", counts.of[COMPARE_OTHER]);
    printf(", %u equal\n", equal);
    claims_print(runs, self, column);
    farthest_print(self, column);
}

void cli_compare_people(const CliGathering *runs, const Comparison *self, bool all)
{
    heads_print(runs);
    plan_print(runs, self, all);
    table_print(runs, self, all);
    putchar('\n');
    for (guint c = 1; c < self->column_count; c++)
        sum_print(runs, self, c);
}

/* --- JSON --- */

static void json_columns(CliJson *json, const CliGathering *runs, const Comparison *self)
{
    cli_json_array(json, "columns");
    for (guint i = 0; i < runs->columns->len; i++) {
        const CliColumn *column = column_at(runs, i);
        cli_json_object(json, NULL);
        cli_json_text(json, "title", column->title);
        cli_json_text(json, "from", column->about);
        cli_json_text(json, "scenario", column->first->scenario);
        cli_json_text(json, "choices", column->first->choices);
        cli_json_text(json, "plan_hash", column->first->plan_hash);
        cli_json_array(json, "seeds");
        for (guint k = 0; k < column->cases->len; k++)
            cli_json_count(json, NULL, run_at(column, k)->seed);
        cli_json_close(json);
        cli_json_array(json, "verdicts");
        for (guint k = 0; k < column->cases->len; k++)
            cli_json_text(json, NULL, run_at(column, k)->verdict);
        cli_json_close(json);
        if (i > 0) {
            Counts counts = counts_of(self, i);
            cli_json_object(json, "against_first");
            for (CompareMark mark = COMPARE_EQUAL; mark <= COMPARE_OTHER; mark++)
                cli_json_count(json, compare_mark_name(mark), counts.of[mark]);
            cli_json_close(json);
        }
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void json_plan(CliJson *json, const Comparison *self)
{
    cli_json_array(json, "plan");
    for (guint i = 0; i < self->plan->len; i++) {
        const ComparePlanLine *line = self->plan->pdata[i];
        cli_json_object(json, NULL);
        cli_json_text(json, "item", line->item);
        cli_json_text(json, "field", line->field);
        cli_json_array(json, "values");
        for (guint c = 0; line->values[c] != NULL; c++)
            cli_json_text(json, NULL, line->values[c]);
        cli_json_close(json);
        cli_json_close(json);
    }
    cli_json_close(json);
}

/* null: there is none in that run, or it never ended; "never" tells the two apart. */
static void json_values(CliJson *json, const Comparison *self, const CompareFigure *figure,
                        guint column)
{
    char *mean = compare_mean_text(self, figure, column);
    bool  never = false;
    cli_json_object(json, NULL);
    cli_json_array(json, "values");
    for (guint s = 0; s < self->seed_count; s++) {
        int64_t value = compare_value(self, figure, column, s);
        never = never || value == COMPARE_NEVER;
        if (value == COMPARE_NONE || value == COMPARE_NEVER)
            cli_json_text(json, NULL, NULL);
        else
            cli_json_number(json, NULL, value);
    }
    cli_json_close(json);
    cli_json_flag(json, "never", never);
    cli_json_text(json, "mean", mean);
    if (figure->claim)
        cli_json_count(json, "held", compare_held(self, figure, column));
    if (column > 0) {
        char *difference = compare_difference_text(self, figure, column);
        guint better, worse;
        compare_seeds(self, figure, column, &better, &worse);
        cli_json_text(json, "difference", difference);
        cli_json_count(json, "seeds_better", better);
        cli_json_count(json, "seeds_worse", worse);
        cli_json_text(json, "mark", compare_mark_name(compare_mark(self, figure, column)));
        g_free(difference);
    }
    cli_json_close(json);
    g_free(mean);
}

static void json_figures(CliJson *json, const Comparison *self)
{
    cli_json_array(json, "figures");
    for (guint i = 0; i < self->figures->len; i++) {
        const CompareFigure *figure = figure_at(self, i);
        cli_json_object(json, NULL);
        cli_json_text(json, "part", figure->part);
        cli_json_text(json, "name", figure->name);
        cli_json_text(json, "unit", compare_unit_name(figure->unit));
        cli_json_text(json, "better",
                      figure->better < 0   ? "less"
                      : figure->better > 0 ? "more"
                                           : NULL);
        if (figure->claim)
            cli_json_text(json, "wanted", figure->wanted);
        cli_json_flag(json, "equal", compare_equal(self, figure));
        cli_json_array(json, "columns");
        for (guint c = 0; c < self->column_count; c++)
            json_values(json, self, figure, c);
        cli_json_close(json);
        cli_json_close(json);
    }
    cli_json_close(json);
}

void cli_compare_json(const CliGathering *runs, const Comparison *self)
{
    CliJson *json = cli_json_begin("compare");
    json_columns(json, runs, self);
    json_plan(json, self);
    json_figures(json, self);
    cli_json_text(json, "not_reproducible", runs->unlike);
    char *text = cli_json_end(json);
    fputs(text, stdout);
    g_free(text);
}
