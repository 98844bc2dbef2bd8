/*
 * show_recovery.c: what was done about regions that were missed, in a line each.
 *
 *   failovers   600 s  east > west: noticed in 10.5 s, led over in 5 s, 15.5 s in all; users near
 * east: write under 95 % for 43 s
 */
#include "sim/cli/show.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"

#define FAILOVERS_SHOWN 5u

/* What a stage is in a sentence that ends with its duration. */
static const struct {
    const char *stage, *told;
} words[] = {
    {"detect", "noticed in"},
    {"decide", "decided in"},
    {"fence", "fenced in"},
    {"start", "started in"},
    {"promote", "promoted in"},
    {"re-route", "led over in"},
    {"warm-up", "warm in"},
    {"return", "returned in"},
    {"rebuild", "rebuilt in"},
    {"catch up", "caught up in"},
    {"switch back", "switched back in"},
    {"reconcile", "reconciled in"},
    {"users", "under 95 % for"},
};

static const char *told(const char *stage)
{
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i].stage, stage) == 0)
            return words[i].told;
    return stage;
}

static bool is_back(const char *stage)
{
    static const char *const back[] = {"return", "rebuild", "catch up", "switch back", "reconcile"};
    for (size_t i = 0; i < G_N_ELEMENTS(back); i++)
        if (strcmp(back[i], stage) == 0)
            return true;
    return false;
}

/* One stage, unless it took no time; an unfinished one says so. */
static void stage_add(GString *line, const OutcomeRestore *row, bool *users_named)
{
    bool users = strcmp(row->stage, "users") == 0;
    if (row->end == row->start)
        return;
    g_string_append(line, line->len == 0 ? "" : users && !*users_named ? "; " : ", ");
    if (users && !*users_named)
        g_string_append_printf(line, "users near %s: ", row->region);
    *users_named = users;
    if (users)
        g_string_append_printf(line, "%s ", row->detail);
    if (row->end < 0) {
        g_string_append(line, users ? "under 95 % to the end" : row->stage);
        g_string_append(line, users ? "" : ": not finished");
        return;
    }
    char *took = sim_text_duration(row->end - row->start);
    g_string_append_printf(line, "%s %s", told(row->stage), took);
    g_free(took);
}

typedef struct Whole { /* of the rows of one failover */
    const char *heir;
    SimTime     done; /* the end of the way there, not back; -1: not finished */
    uint32_t    steps;
    bool        called_off;
} Whole;

static Whole whole_of(const OutcomeRestore *rows, uint32_t count)
{
    Whole whole = {.done = rows[0].start};
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(rows[i].stage, "users") == 0 || is_back(rows[i].stage))
            continue;
        whole.called_off |= strcmp(rows[i].detail, "called off") == 0;
        if (!whole.called_off && rows[i].detail[0] != '\0')
            whole.heir = rows[i].detail;
        whole.steps += rows[i].end != rows[i].start;
        if (rows[i].end < 0 || whole.done < 0)
            whole.done = -1;
        else if (rows[i].end > whole.done)
            whole.done = rows[i].end;
    }
    return whole;
}

static void failover_print(const OutcomeRestore *rows, uint32_t count, bool first)
{
    Whole    whole = whole_of(rows, count);
    GString *line = g_string_new(NULL);
    bool     summed = false;
    bool     users_named = false;
    for (uint32_t i = 0; i <= count; i++) {
        bool over = i == count || is_back(rows[i].stage) || strcmp(rows[i].stage, "users") == 0;
        if (over && !summed) {
            char *all = sim_text_duration(whole.done - rows[0].start);
            if (whole.called_off)
                g_string_append(line, line->len > 0 ? ", called off" : "called off");
            else if (whole.done >= 0 && whole.steps > 1)
                g_string_append_printf(line, ", %s in all", all);
            summed = true;
            g_free(all);
        }
        if (i < count)
            stage_add(line, &rows[i], &users_named);
    }
    char *at = sim_text_duration(rows[0].start);
    printf("  %-9s %10s   %s%s%s: %s\n", first ? "failovers" : "", at, rows[0].region,
           whole.heir != NULL ? " > " : "", whole.heir != NULL ? whole.heir : "",
           line->len > 0 ? line->str : "at once");
    g_free(at);
    g_string_free(line, TRUE);
}

void cli_show_recoveries(const Outcome *outcome)
{
    uint32_t shown = 0;
    uint32_t left = 0;
    for (uint32_t i = 0, count; i < outcome->restore_count; i += count) {
        const OutcomeRestore *rows = &outcome->restores[i];
        count = 1;
        while (i + count < outcome->restore_count && rows[count].failover == rows->failover)
            count++;
        if (shown == 0)
            putchar('\n');
        if (shown < FAILOVERS_SHOWN)
            failover_print(rows, count, shown++ == 0);
        else
            left++;
    }
    if (left > 0)
        printf("  %9s %10s   ... and %u more, in the report\n", "", "", left);
}
