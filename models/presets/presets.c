/*
 * presets.c: looking figures up in the tables that csv2c.awk made.
 *
 * The generated header holds the tables and nothing else; it is included here only. All tables are
 * sorted by bytes, so every lookup is a binary search with strcmp and no locale has a say.
 */
#include "models/presets/presets.h"

#include <stdlib.h>
#include <string.h>

#include "build/gen/presets_data.h"
#include "sim/base/assert.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int compare_set(const void *key, const void *element)
{
    const PresetsSet *set = element;
    return strcmp(key, set->name);
}

/* By from, then to. The key is a link whose other members are not looked at. */
static int compare_link(const void *key, const void *element)
{
    const PresetsLink *a = key;
    const PresetsLink *b = element;
    int                order = strcmp(a->from, b->from);
    return order != 0 ? order : strcmp(a->to, b->to);
}

const PresetsSet *presets_sets(size_t *out_count)
{
    *out_count = COUNT_OF(presets_set_table);
    return presets_set_table;
}

const char *const *presets_set_names(size_t *out_count)
{
    *out_count = COUNT_OF(presets_set_name_table);
    return presets_set_name_table;
}

const PresetsSet *presets_set_find(const char *set)
{
    SIM_ASSERT(set != NULL);
    return bsearch(set, presets_set_table, COUNT_OF(presets_set_table),
                   sizeof(presets_set_table[0]), compare_set);
}

const char *const *presets_places(const char *set, size_t *out_count)
{
    const PresetsSet *found = presets_set_find(set);
    if (found == NULL)
        return NULL;
    *out_count = found->place_count;
    return found->places;
}

const PresetsLink *presets_link_find(const PresetsSet *set, const char *from, const char *to)
{
    SIM_ASSERT(set != NULL && from != NULL && to != NULL);
    PresetsLink key = {.from = from, .to = to};
    return bsearch(&key, set->links, set->link_count, sizeof(set->links[0]), compare_link);
}

bool presets_rtt(const char *set, const char *from, const char *to, int64_t *out_rtt_ns,
                 int64_t *out_jitter_mean_ns)
{
    const PresetsSet  *found = presets_set_find(set);
    const PresetsLink *link = found == NULL ? NULL : presets_link_find(found, from, to);
    if (link == NULL)
        return false;
    *out_rtt_ns = link->rtt_ns;
    *out_jitter_mean_ns = link->jitter_mean_ns;
    return true;
}

const char *presets_kind_name(PresetsKind kind)
{
    switch (kind) {
    case PRESETS_KIND_MEASURED:
        return "measured";
    case PRESETS_KIND_DOCUMENTED:
        return "documented";
    case PRESETS_KIND_MODELLED:
        return "modelled";
    }
    sim_assert_failed(__FILE__, __LINE__, "kind is a PresetsKind");
}

const int64_t *presets_diurnal(void)
{
    return presets_diurnal_ppm;
}
