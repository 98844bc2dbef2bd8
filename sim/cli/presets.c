/*
 * presets.c: models/presets behind the questions that the scenario room asks.
 *
 * The figures come with counts and are asked for as lists that end with NULL; the lists are made
 * here, of names that live as long as the program.
 */
#include "sim/cli/presets.h"

#include <glib.h>
#include <stddef.h>
#include <string.h>

#include "models/presets/presets.h"

struct CliPresets {
    ScenarioPresets table;
    const char    **sets;   /* ends with NULL */
    const char   ***places; /* by set; each ends with NULL */
    size_t          count;  /* of sets */
};

static const char **list_new(const char *const *names, size_t count)
{
    const char **list = g_new0(const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        list[i] = names[i];
    return list;
}

static bool on_rtt(void *self, const char *set, const char *from, const char *to,
                   int64_t *out_rtt_ns, int64_t *out_jitter_mean_ns)
{
    (void)self;
    return presets_rtt(set, from, to, out_rtt_ns, out_jitter_mean_ns);
}

static const char *const *on_sets(void *self)
{
    CliPresets *presets = self;
    return presets->sets;
}

static const char *const *on_names(void *self, const char *set)
{
    CliPresets *presets = self;
    for (size_t i = 0; i < presets->count; i++) {
        if (strcmp(presets->sets[i], set) == 0)
            return presets->places[i];
    }
    return NULL;
}

CliPresets *cli_presets_new(void)
{
    CliPresets        *presets = g_new0(CliPresets, 1);
    const char *const *names = presets_set_names(&presets->count);
    presets->table = (ScenarioPresets){presets, on_rtt, on_sets, on_names};
    presets->sets = list_new(names, presets->count);
    presets->places = g_new0(const char **, presets->count);
    for (size_t i = 0; i < presets->count; i++) {
        size_t             count;
        const char *const *places = presets_places(names[i], &count);
        presets->places[i] = list_new(places, count);
    }
    return presets;
}

void cli_presets_free(CliPresets *presets)
{
    if (presets == NULL)
        return;
    for (size_t i = 0; i < presets->count; i++)
        g_free(presets->places[i]);
    g_free(presets->places);
    g_free(presets->sets);
    g_free(presets);
}

const ScenarioPresets *cli_presets_table(const CliPresets *presets)
{
    return &presets->table;
}
