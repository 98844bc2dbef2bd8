/*
 * seeds.c: reading a list of seeds.
 */
#include "sim/plan/seeds.h"

#include <glib.h>
#include <string.h>

static bool read_seed(const char **at, uint64_t *out)
{
    uint64_t seed = 0;
    if (!g_ascii_isdigit(**at))
        return false;
    for (; g_ascii_isdigit(**at); ++*at) {
        uint64_t digit = (uint64_t)(**at - '0');
        if (seed > (UINT64_MAX - digit) / 10)
            return false;
        seed = seed * 10 + digit;
    }
    *out = seed;
    return true;
}

static void skip_blanks(const char **at)
{
    while (**at == ' ')
        ++*at;
}

/* One seed or one range; returns what is wrong, or NULL. */
static const char *read_range(const char **at, GArray *out)
{
    uint64_t first;
    skip_blanks(at);
    if (!read_seed(at, &first))
        return "wants whole numbers, e.g. \"1..20\" or \"1,7,19\"";
    uint64_t last = first;
    if (strncmp(*at, "..", 2) == 0) {
        *at += 2;
        if (!read_seed(at, &last))
            return "wants a whole number after '..'";
    }
    if (last < first)
        return "has a range that goes backwards";
    if (last - first >= PLAN_SEEDS_MOST - out->len)
        return "has more than 1,000,000 seeds";
    for (uint64_t seed = first;; seed++) {
        g_array_append_val(out, seed);
        if (seed == last)
            break;
    }
    skip_blanks(at);
    return NULL;
}

uint64_t *plan_seeds_parse(const char *text, uint32_t *out_count, char **out_reason)
{
    GArray     *seeds = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    const char *at = text;
    const char *reason = read_range(&at, seeds);
    while (!reason && *at == ',') {
        at++;
        reason = read_range(&at, seeds);
    }
    if (!reason && *at)
        reason = "wants commas between seeds, e.g. \"1..20\" or \"1,7,19\"";
    if (out_reason)
        *out_reason = g_strdup(reason);
    if (reason) {
        g_array_unref(seeds);
        return NULL;
    }
    *out_count = seeds->len;
    return (uint64_t *)(void *)g_array_free(seeds, FALSE);
}
