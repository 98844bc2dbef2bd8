/*
 * distribution.c: reading a distribution as it was written.
 */
#include "sim/plan/distribution.h"

#include <string.h>

#include "sim/base/text.h"
#include "sim/base/time.h"
#include "sim/plan/frozen.h"

#define TIME_MOST (365 * SIM_DAY)
#define LIST_MOST 4096
#define MICRO INT64_C(1000000)
#define SHAPE_MOST (1000 * MICRO)

static const PlanDistWord words[] = {
    {"constant", "constant \"5ms\"", "Always the same.", "value", NULL, false},
    {"uniform", "uniform { \"5ms\", \"10ms\" }", "Evenly between two values.", "from", "to", false},
    {"exponential", "exponential \"35ms\"", "Memoryless, with this mean.", "mean", NULL, false},
    {"lognormal", "lognormal { median = \"5min\", sigma = 0.8 }", "Skewed, with this median.",
     "median", "sigma", true},
    {"pareto", "pareto { least = \"10ms\", alpha = 1.5 }", "A heavy tail above a smallest value.",
     "least", "alpha", true},
    {"weibull", "weibull { scale = \"50ms\", shape = 0.7 }", "A stretched exponential.", "scale",
     "shape", true},
    {"empirical", "empirical { \"1ms\", \"2ms\", \"9ms\" }",
     "Measured quantiles at even steps from the smallest to the largest.", NULL, NULL, false},
    {"mixture", "mixture { { 0.9, \"5ms\" }, { 0.1, exponential \"50ms\" } }",
     "One of several, by weight.", NULL, NULL, false},
    {NULL, NULL, NULL, NULL, NULL, false},
};

const PlanDistWord *plan_dist_words(void)
{
    return words;
}

typedef struct Reader {
    const char         *label;
    const PlanDistWord *word;
    PlanProblems       *problems;
} Reader;

static bool refuse(const Reader *reader, PlanSpan span, const char *what)
{
    g_autofree char *hint =
        reader->word ? g_strdup_printf("write e.g. %s", reader->word->example) : NULL;
    plan_problems_error(reader->problems, span, hint, "%s: %s%s%s", reader->label,
                        reader->word ? reader->word->word : "", reader->word ? ": " : "", what);
    return false;
}

static bool read_time(const Reader *reader, const PlanDraftValue *value, int64_t *out)
{
    int64_t          time;
    g_autofree char *reason = NULL;
    if (value->form != PLAN_FORM_TEXT && value->form != PLAN_FORM_PLAIN)
        return refuse(reader, value->span, "a time with a unit is needed here");
    if (!sim_text_quantity(value->text, SIM_UNIT_TIME, &time, &reason)) {
        g_autofree char *what = g_strdup_printf("\"%.60s\" %s", value->text, reason);
        return refuse(reader, value->span, what);
    }
    if (time < 0 || time > TIME_MOST)
        return refuse(reader, value->span, "a time must be from 0s to 365d");
    *out = time;
    return true;
}

static bool read_shape(const Reader *reader, const PlanDraftValue *value, int64_t *out)
{
    int64_t shape = 0;
    if (value->form == PLAN_FORM_REAL && value->fits)
        shape = (value->number + 500) / 1000;
    else if (value->form == PLAN_FORM_WHOLE && value->number > 0 && value->number <= 1000)
        shape = value->number * MICRO;
    if (shape <= 0 || shape > SHAPE_MOST) {
        g_autofree char *what =
            g_strdup_printf("'%s' must be a number above 0 and at most 1000", reader->word->second);
        return refuse(reader, value->span, what);
    }
    *out = shape;
    return true;
}

/* The two parameters, by name or by position. */
static bool read_pair(const Reader *reader, const PlanDraftValue *value,
                      const PlanDraftValue *out[2])
{
    const char *names[2] = {reader->word->first, reader->word->second};
    out[0] = out[1] = NULL;
    for (const PlanDraftEntry *entry = value->first; entry; entry = entry->next) {
        int at = -1;
        for (int i = 0; i < 2 && at < 0; i++)
            if (names[i] && (entry->key ? strcmp(entry->key, names[i]) == 0 : !out[i]))
                at = i;
        if (at < 0 || out[at]) {
            g_autofree char *what = entry->key
                                        ? g_strdup_printf("unknown parameter '%.60s'", entry->key)
                                        : g_strdup("too many parameters");
            return refuse(reader, entry->span, what);
        }
        out[at] = entry->value;
    }
    for (int i = 0; i < 2; i++)
        if (names[i] && !out[i]) {
            g_autofree char *what = g_strdup_printf("'%s' is missing", names[i]);
            return refuse(reader, value->span, what);
        }
    return true;
}

static SimDist *read_simple(const Reader *reader, const PlanDraftValue *value)
{
    const PlanDraftValue *pair[2];
    int64_t               a = 0;
    int64_t               b = 0;
    if (!read_pair(reader, value, pair) || !read_time(reader, pair[0], &a))
        return NULL;
    if (pair[1] &&
        !(reader->word->shape ? read_shape(reader, pair[1], &b) : read_time(reader, pair[1], &b)))
        return NULL;
    const char *word = reader->word->word;
    if (strcmp(word, "constant") == 0)
        return sim_dist_constant(a);
    if (strcmp(word, "exponential") == 0)
        return sim_dist_exponential(a);
    if (strcmp(word, "lognormal") == 0)
        return sim_dist_lognormal(a, b);
    if (strcmp(word, "pareto") == 0)
        return sim_dist_pareto(a, b);
    if (strcmp(word, "weibull") == 0)
        return sim_dist_weibull(a, b);
    if (a <= b)
        return sim_dist_uniform(a, b);
    refuse(reader, pair[1]->span, "'to' is less than 'from'");
    return NULL;
}

static SimDist *read_empirical(const Reader *reader, const PlanDraftValue *value)
{
    if (value->count < 2 || value->count > LIST_MOST) {
        refuse(reader, value->span, "2 to 4096 quantiles are needed");
        return NULL;
    }
    g_autofree int64_t *values = g_new0(int64_t, value->count);
    uint32_t            count = 0;
    for (const PlanDraftEntry *entry = value->first; entry; entry = entry->next) {
        if (entry->key || !read_time(reader, entry->value, &values[count])) {
            if (entry->key)
                refuse(reader, entry->span, "quantiles are a list");
            return NULL;
        }
        if (count && values[count - 1] > values[count]) {
            refuse(reader, entry->span, "quantiles must ascend");
            return NULL;
        }
        count++;
    }
    return sim_dist_empirical(values, count);
}

static bool read_weight(const Reader *reader, const PlanDraftValue *value, int64_t *out)
{
    int64_t weight = 0;
    if (value->form == PLAN_FORM_REAL && value->fits)
        weight = value->number;
    else if (value->form == PLAN_FORM_WHOLE && value->number > 0 && value->number <= 1000000)
        weight = value->number * 1000 * MICRO;
    if (weight <= 0 || weight > 1000000 * 1000 * MICRO)
        return refuse(reader, value->span, "a weight must be a number above 0");
    *out = weight;
    return true;
}

static SimDist *read_mixture(const Reader *reader, const PlanDraftValue *value)
{
    if (value->count < 1 || value->count > 64) {
        refuse(reader, value->span, "1 to 64 parts are needed");
        return NULL;
    }
    SimDist *parts[64];
    int64_t  weights[64];
    uint32_t count = 0;
    bool     good = true;
    for (const PlanDraftEntry *entry = value->first; entry && good; entry = entry->next) {
        const PlanDraftValue *pair = entry->value;
        if (entry->key || pair->form != PLAN_FORM_TABLE || pair->count != 2 || pair->first->key ||
            pair->last->key) {
            good = refuse(reader, entry->span, "each part is { weight, distribution }");
            break;
        }
        good = read_weight(reader, pair->first->value, &weights[count]);
        SimDist *part =
            good ? plan_dist_read(pair->last->value, reader->label, reader->problems) : NULL;
        good = part != NULL;
        if (good)
            parts[count++] = part;
    }
    if (good)
        return sim_dist_mixture(parts, weights, count);
    for (uint32_t i = 0; i < count; i++)
        sim_dist_free(parts[i]);
    return NULL;
}

/* The words after a distribution's own: times, and a shape as a decimal number. */
static SimDist *plain_simple(Reader *reader, const PlanDraftValue *value, char *const *pieces)
{
    PlanDraftValue given[2] = {*value, *value};
    uint32_t       count = 0;
    while (reader->word->word && strcmp(reader->word->word, pieces[0]) != 0)
        reader->word++;
    if (!reader->word->word || !reader->word->first)
        reader->word = NULL;
    for (; reader->word && pieces[1 + count] && count < 2; count++)
        given[count].text = pieces[1 + count];
    if (!reader->word || count != (reader->word->second ? 2u : 1u) || pieces[1 + count]) {
        refuse(reader, value->span, "a time or a distribution is needed here");
        return NULL;
    }
    int64_t          shape;
    g_autofree char *reason = NULL;
    g_autofree char *seconds = g_strconcat(given[1].text, "s", NULL); /* any unit will do */
    if (reader->word->shape && sim_text_quantity(seconds, SIM_UNIT_TIME, &shape, &reason)) {
        given[1].form = PLAN_FORM_REAL;
        given[1].number = shape;
        given[1].fits = true;
    }
    PlanDraftEntry entries[2] = {{.value = &given[0], .next = &entries[1]}, {.value = &given[1]}};
    if (count == 1)
        entries[0].next = NULL;
    PlanDraftValue list = *value;
    list.first = entries;
    return read_simple(reader, &list);
}

/* "0.9 pareto 1ms 1.5 + 0.1 exponential 2ms" */
static SimDist *plain_mixture(const Reader *reader, const PlanDraftValue *value, char **parts)
{
    SimDist *dists[64];
    int64_t  weights[64];
    uint32_t count = 0;
    bool     good = true;
    for (; good && parts[count]; count++) {
        g_auto(GStrv) pieces = g_strsplit(parts[count], " ", 2);
        g_autofree char *seconds = g_strconcat(pieces[0], "s", NULL);
        g_autofree char *reason = NULL;
        PlanDraftValue   part = *value;
        g_auto(GStrv) words_of = g_strsplit(pieces[1] ? pieces[1] : "", " ", -1);
        Reader own = {reader->label, words, reader->problems};
        good = count < 64 && sim_text_quantity(seconds, SIM_UNIT_TIME, &weights[count], &reason) &&
               weights[count] > 0 && words_of[0];
        if (!good) {
            refuse(reader, value->span, "each part is a weight above 0 and a distribution");
            break;
        }
        dists[count] = plain_simple(&own, &part, words_of);
        good = dists[count] != NULL;
        if (!good)
            break;
    }
    if (good)
        return sim_dist_mixture(dists, weights, count);
    for (uint32_t i = 0; i < count; i++)
        sim_dist_free(dists[i]);
    return NULL;
}

/* "5ms", or, from a default, a preset or --set, a distribution in words: "exponential 35ms". */
static SimDist *read_text(const PlanDraftValue *value, const char *label, PlanProblems *problems)
{
    Reader  reader = {label, NULL, problems};
    int64_t time;
    if (value->form == PLAN_FORM_PLAIN && strchr(value->text, ' ') != NULL) {
        g_auto(GStrv) parts = g_strsplit(value->text, " + ", -1);
        if (parts[1] != NULL)
            return plain_mixture(&reader, value, parts);
        g_auto(GStrv) pieces = g_strsplit(value->text, " ", -1);
        reader.word = words;
        return plain_simple(&reader, value, pieces);
    }
    if (!read_time(&reader, value, &time))
        return NULL;
    return sim_dist_constant(time);
}

SimDist *plan_dist_read(const PlanDraftValue *value, const char *label, PlanProblems *problems)
{
    if (value->form == PLAN_FORM_TEXT || value->form == PLAN_FORM_PLAIN)
        return read_text(value, label, problems);
    Reader reader = {label, words, problems};
    if (value->form != PLAN_FORM_DIST) {
        reader.word = NULL;
        refuse(&reader, value->span, "a time or a distribution is needed here");
        return NULL;
    }
    while (reader.word->word && strcmp(reader.word->word, value->text) != 0)
        reader.word++;
    SIM_ASSERT(reader.word->word);
    if (strcmp(value->text, "empirical") == 0)
        return read_empirical(&reader, value);
    if (strcmp(value->text, "mixture") == 0)
        return read_mixture(&reader, value);
    return read_simple(&reader, value);
}
