/*
 * compare.h: several runs side by side, figure by figure.
 *
 *   column 0        column 1        ...      a column is a plan, played with the seeds of all
 * columns seed 1 2 3      seed 1 2 3
 *
 * A figure holds one value per column and seed, so that differences are taken seed by seed: what a
 * seed does to every plan alike cancels out. Nothing is weighed: a figure is better in a column if
 * no seed made it worse, and how many are is counted.
 */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "reports/case.h"

#define COMPARE_NONE INT64_MIN  /* there is no such figure in that run */
#define COMPARE_NEVER INT64_MAX /* a time that did not end within the run */

typedef enum CompareUnit {
    COMPARE_COUNT,
    COMPARE_RATIO, /* parts per billion */
    COMPARE_TIME,  /* ns */
    COMPARE_SIZE,  /* bytes */
} CompareUnit;

/* Against the first column. */
typedef enum CompareMark {
    COMPARE_EQUAL,  /* in every seed */
    COMPARE_BETTER, /* in every seed */
    COMPARE_WORSE,  /* in every seed */
    COMPARE_MIXED,  /* not in every seed */
    COMPARE_OTHER,  /* differs, and neither is better */
} CompareMark;

/* What became of a claim. */
typedef enum CompareHeld {
    COMPARE_UNASKED, /* that plan does not claim it, or it is no claim */
    COMPARE_BROKE,
    COMPARE_HELD,
} CompareHeld;

typedef struct CompareFigure {
    char       *part, *name; /* "writes", "account: destroyed" */
    CompareUnit unit;
    int         better;         /* -1: less is better, 1: more, 0: neither */
    bool        absent_is_zero; /* a run that does not mention it has none of it */
    bool        claim;          /* an expectation: held says what the scenario thinks of it */
    char       *wanted;         /* claims: "== 0"; else NULL */
    GArray     *values;         /* int64_t, column by column, seed by seed */
    GArray     *held;           /* CompareHeld, the same */
} CompareFigure;

/* What the plans say differently; one text per column, "-" where there is none. */
typedef struct ComparePlanLine {
    char  *item, *field; /* "data account, channels[1]"; field is "" for an item as a whole */
    char **values;       /* one per column, ends with NULL */
} ComparePlanLine;

typedef struct Comparison {
    GPtrArray *columns; /* GPtrArray of ReportCase, lent: one per seed, in the order of seeds */
    guint      column_count, seed_count;
    GPtrArray *figures; /* CompareFigure */
    GPtrArray *plan;    /* ComparePlanLine */
} Comparison;

/* Compares columns of the same seeds in the same order. The columns are lent. Owned. */
Comparison *compare_new(GPtrArray *columns);
void        compare_free(Comparison *self);

/* What the plans of the columns say differently, of ComparePlanLine. Owned by the caller. */
GPtrArray *compare_plans(const GPtrArray *columns);

int64_t compare_value(const Comparison *self, const CompareFigure *figure, guint column,
                      guint seed);
/* In how many seeds a claim held. */
guint compare_held(const Comparison *self, const CompareFigure *figure, guint column);
/* Whether the plan of that column makes the claim. */
bool compare_claimed(const Comparison *self, const CompareFigure *figure, guint column);

/* Column against the first one. */
CompareMark compare_mark(const Comparison *self, const CompareFigure *figure, guint column);
/* In how many seeds a column is better and worse than the first; both 0 if neither is better. */
void compare_seeds(const Comparison *self, const CompareFigure *figure, guint column,
                   guint *out_better, guint *out_worse);
/* Whether all columns are equal in every seed. */
bool compare_equal(const Comparison *self, const CompareFigure *figure);

/* How far a column is from the first, in thousandths of the larger of the two sums over the seeds;
 * a share counts by what is missing to all. Small numbers count less, so that 0 -> 1 is not
 * "everything". */
int64_t compare_distance(const Comparison *self, const CompareFigure *figure, guint column);

/* "4.3", "87.9 %", "7.67 min", "never": the mean over the seeds. Owned. */
char *compare_mean_text(const Comparison *self, const CompareFigure *figure, guint column);
/* "3..6": smallest and largest; NULL if the seeds are equal. Owned. */
char *compare_range_text(const Comparison *self, const CompareFigure *figure, guint column);
/* "+2.3", "-1.2 s", "+0.40 pp" (percentage points): of the means; "" without two numbers. Owned. */
char *compare_difference_text(const Comparison *self, const CompareFigure *figure, guint column);

/* "equal" "better" "worse" "mixed" "differs". */
const char *compare_mark_name(CompareMark mark);
const char *compare_unit_name(CompareUnit unit);

#endif
