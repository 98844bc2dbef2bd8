/*
 * case.c: reads the runs of a result and gives them names that tell them apart.
 */
#include "reports/case.h"

#include <string.h>

#include "plots.h"
#include "queries.h"
#include "sim/base/assert.h"

static const char *query_text(const char *name)
{
    for (size_t i = 0; embed_queries[i].name != NULL; i++)
        if (strcmp(embed_queries[i].name, name) == 0)
            return embed_queries[i].text;
    SIM_ASSERT(false); /* a query of ours */
    return "";
}

const char *report_plot(const char *name)
{
    for (size_t i = 0; embed_plots[i].name != NULL; i++)
        if (strcmp(embed_plots[i].name, name) == 0)
            return embed_plots[i].text;
    SIM_ASSERT(false); /* a picture of ours */
    return "";
}

StoreRows *report_ask(const ReportCase *self, const char *query)
{
    StoreRows *rows = store_ask(self->reader, query_text(query));
    store_bind_number(rows, 1, self->run);
    return rows;
}

void report_case_free(ReportCase *self)
{
    if (self == NULL)
        return;
    g_free(self->scenario);
    g_free(self->choices);
    g_free(self->plan_hash);
    g_free(self->results_fingerprint);
    g_free(self->label);
    g_free(self->strategy);
    g_free(self->prefix);
    g_free(self->verdict);
    g_free(self);
}

void report_cases_read(StoreReader *reader, GPtrArray *cases)
{
    g_autoptr(StoreRows) rows = store_ask(reader, query_text("cases.sql"));
    while (store_next(rows)) {
        ReportCase *self = g_new0(ReportCase, 1);
        self->reader = reader;
        self->run = store_number(rows, 0);
        self->scenario = g_strdup(store_text(rows, 1));
        self->choices = g_strdup(store_text(rows, 2));
        self->seed = (uint64_t)store_number(rows, 3);
        self->plan_hash = g_strdup(store_text(rows, 4));
        self->verdict = g_strdup(store_text(rows, 5));
        self->end_ns = store_number(rows, 6);
        self->issued = store_number(rows, 7);
        self->failed = store_number(rows, 8);
        self->users = store_number(rows, 9);
        self->users_hit = store_number(rows, 10);
        self->acked = store_number(rows, 11);
        self->lost = store_number(rows, 12);
        self->overwritten = store_number(rows, 13);
        self->duplicates = store_number(rows, 14);
        self->cross_region_bytes = store_number(rows, 15);
        self->destroyed = store_number(rows, 16);
        self->stranded = store_number(rows, 17);
        self->expired = store_number(rows, 18);
        self->results_fingerprint = g_strdup(store_text(rows, 19));
        g_ptr_array_add(cases, self);
    }
}

static ReportCase *case_at(const GPtrArray *cases, guint index)
{
    return g_ptr_array_index(cases, index);
}

static bool scenarios_differ(const GPtrArray *cases)
{
    for (guint i = 1; i < cases->len; i++)
        if (strcmp(case_at(cases, i)->scenario, case_at(cases, 0)->scenario) != 0)
            return true;
    return false;
}

/* "way = a, b, lines = one": an option may hold commas; what has no name belongs to the one before.
 * Owned. */
static GStrv split_choices(const char *choices)
{
    g_auto(GStrv) parts = g_strsplit(choices, ", ", 0);
    GPtrArray *whole = g_ptr_array_new();
    for (guint i = 0; parts[i] != NULL; i++) {
        if (whole->len == 0 || strstr(parts[i], " = ") != NULL) {
            g_ptr_array_add(whole, g_strdup(parts[i]));
            continue;
        }
        g_autofree char *begin = g_ptr_array_index(whole, whole->len - 1);
        g_ptr_array_index(whole, whole->len - 1) = g_strconcat(begin, ", ", parts[i], NULL);
    }
    g_ptr_array_add(whole, NULL);
    return (GStrv)g_ptr_array_free(whole, FALSE);
}

static bool chosen_by_all(const GPtrArray *cases, const char *choice)
{
    for (guint i = 0; i < cases->len; i++) {
        g_auto(GStrv) parts = split_choices(case_at(cases, i)->choices);
        if (!g_strv_contains((const char *const *)parts, choice))
            return false;
    }
    return true;
}

/* Of its choices those that all cases share, or the others. Owned. */
static char *choices_of(const GPtrArray *cases, const ReportCase *self, bool shared)
{
    g_auto(GStrv) parts = split_choices(self->choices);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    for (guint i = 0; parts[i] != NULL; i++)
        if (chosen_by_all(cases, parts[i]) == shared)
            g_ptr_array_add(kept, parts[i]);
    g_ptr_array_add(kept, NULL);
    return g_strjoinv(", ", (char **)kept->pdata);
}

char *report_cases_share(const GPtrArray *cases)
{
    return cases->len < 2 ? g_strdup("") : choices_of(cases, case_at(cases, 0), true);
}

/* Among several what they share would only hide what tells them apart. */
static char *strategy_name(const GPtrArray *cases, const ReportCase *self, bool with_scenario)
{
    g_autofree char *own =
        cases->len < 2 ? g_strdup(self->choices) : choices_of(cases, self, false);
    if (own[0] == '\0')
        return g_strdup(self->scenario);
    if (!with_scenario)
        return g_steal_pointer(&own);
    return g_strdup_printf("%s: %s", self->scenario, own);
}

/* Whether another plan bears the same name. */
static bool name_is_taken(const GPtrArray *cases, const ReportCase *self)
{
    for (guint i = 0; i < cases->len; i++) {
        const ReportCase *other = case_at(cases, i);
        if (strcmp(other->strategy, self->strategy) == 0 &&
            strcmp(other->plan_hash, self->plan_hash) != 0)
            return true;
    }
    return false;
}

void report_cases_name(GPtrArray *cases)
{
    bool with_scenario = scenarios_differ(cases);
    for (guint i = 0; i < cases->len; i++) {
        ReportCase *self = case_at(cases, i);
        self->strategy = strategy_name(cases, self, with_scenario);
        self->prefix = cases->len == 1 ? g_strdup("") : g_strdup_printf("run%u_", i + 1);
    }
    g_autofree bool *taken = g_new0(bool, cases->len);
    for (guint i = 0; i < cases->len; i++)
        taken[i] = name_is_taken(cases, case_at(cases, i));
    for (guint i = 0; i < cases->len; i++) {
        ReportCase *self = case_at(cases, i);
        if (taken[i]) {
            char *longer = g_strdup_printf("%s (plan %.6s)", self->strategy, self->plan_hash);
            g_free(self->strategy);
            self->strategy = longer;
        }
        self->label = g_strdup_printf("%s, seed %" G_GUINT64_FORMAT, self->strategy, self->seed);
    }
}
