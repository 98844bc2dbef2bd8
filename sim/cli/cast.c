/*
 * cast.c: from a scenario and the axes to vary to the plans that are played.
 */
#include "sim/cli/cast.h"

#include <string.h>

#include "sim/base/text.h"
#include "sim/cli/play.h"
#include "sim/plan/seeds.h"

void cli_cast_free(gpointer pointer)
{
    CliCast *cast = pointer;
    plan_free(cast->plan);
    g_free(cast->about);
    g_free(cast->varied);
    g_free(cast->seeds);
    g_free(cast);
}

/* The axes of a plan as a sentence part: "lines (one, two), unreplicated (cut, wait)". Owned. */
static char *axes_text(const Plan *plan)
{
    GString *text = g_string_new(NULL);
    for (uint32_t i = 0; i < plan_choice_count(plan); i++) {
        const PlanChoice *axis = plan_choice(plan, i);
        g_string_append_printf(text, "%s%s (", i > 0 ? ", " : "", axis->name);
        for (uint32_t k = 0; k < axis->option_count; k++)
            g_string_append_printf(text, "%s%s", k > 0 ? ", " : "", axis->options[k]);
        g_string_append_c(text, ')');
    }
    if (text->len == 0)
        g_string_append(text, "none");
    return g_string_free(text, FALSE);
}

static void axis_unknown(const Plan *plan, const char *name)
{
    GPtrArray *names = g_ptr_array_new();
    for (uint32_t i = 0; i < plan_choice_count(plan); i++)
        g_ptr_array_add(names, (gpointer)(uintptr_t)plan_choice(plan, i)->name);
    char       *axes = axes_text(plan);
    const char *near =
        sim_text_nearest(name, (const char *const *)(gpointer)names->pdata, names->len);
    if (near != NULL)
        cli_complain("compare: --vary %s: no such choice; did you mean '%s'?", name, near);
    else
        cli_complain("compare: --vary %s: no such choice in the scenario; its choices: %s; a "
                     "field is varied with its values: NAME.FIELD=VALUE,VALUE",
                     name, axes);
    g_free(axes);
    g_ptr_array_free(names, TRUE);
}

/* "lines=one,two" or "lines" as "lines=one", "lines=two". Owned; NULL after a complaint. */
static GPtrArray *options_of(const Plan *plan, const char *varied)
{
    GPtrArray  *options = g_ptr_array_new_with_free_func(g_free);
    const char *equals = strchr(varied, '=');
    if (equals != NULL) {
        char **values = g_strsplit(equals + 1, ",", -1);
        for (char **value = values; *value != NULL; value++) {
            char *bare = g_strstrip(g_strdup(*value));
            g_ptr_array_add(options,
                            g_strdup_printf("%.*s=%s", (int)(equals - varied), varied, bare));
            g_free(bare);
        }
        g_strfreev(values);
        return options;
    }
    for (uint32_t i = 0; i < plan_choice_count(plan); i++) {
        const PlanChoice *axis = plan_choice(plan, i);
        for (uint32_t k = 0; strcmp(axis->name, varied) == 0 && k < axis->option_count; k++)
            g_ptr_array_add(options, g_strdup_printf("%s=%s", axis->name, axis->options[k]));
    }
    if (options->len > 0)
        return options;
    axis_unknown(plan, varied);
    g_ptr_array_free(options, TRUE);
    return NULL;
}

/* --- casting: which plans are played --- */

static const char *json_verb(const CliGathering *self)
{
    return self->json ? "compare" : NULL;
}

static char *about_text(const char *path, const GPtrArray *sets)
{
    char    *file = cli_quote(path);
    GString *text = g_string_new(file);
    for (guint i = 0; i < sets->len; i++) {
        char *set = cli_quote(sets->pdata[i]);
        g_string_append_printf(text, " --set %s", set);
        g_free(set);
    }
    g_free(file);
    return g_string_free(text, FALSE);
}

static bool seeds_read(const CliGathering *self, CliCast *cast)
{
    char *reason = NULL;
    if (self->seeds != NULL)
        cast->seeds = plan_seeds_parse(self->seeds, &cast->seed_count, &reason);
    else
        cast->seeds = cli_scenario_seeds(cast->plan, &cast->seed_count, &reason);
    if (cast->seeds == NULL)
        cli_complain("compare: seeds: %s", reason);
    g_free(reason);
    return cast->seeds != NULL;
}

/* One plan for the options picked: `picks` has one of each --vary. */
static bool cast_one(const CliGathering *self, guint argument, const GPtrArray *picks,
                     GPtrArray *casts)
{
    const char *path = self->paths->pdata[argument];
    GPtrArray  *sets = g_ptr_array_new();
    GString    *varied = g_string_new(NULL);
    for (guint i = 0; self->sets != NULL && i < self->sets->len; i++)
        g_ptr_array_add(sets, self->sets->pdata[i]);
    for (guint i = 0; i < picks->len; i++) {
        const char *pick = picks->pdata[i];
        g_ptr_array_add(sets, picks->pdata[i]);
        g_string_append_printf(varied, "%s%s", i > 0 ? ", " : "", strchr(pick, '=') + 1);
    }
    CliCast *cast = g_new0(CliCast, 1);
    cast->argument = argument;
    cast->plan = cli_load_or_tell(path, sets, json_verb(self));
    cast->about = about_text(path, sets);
    cast->varied = g_string_free(varied, FALSE);
    g_ptr_array_add(casts, cast);
    g_ptr_array_free(sets, TRUE);
    return cast->plan != NULL && seeds_read(self, cast);
}

/* Every way to pick one option of each axis, the last axis first. */
static bool cast_all(const CliGathering *self, guint argument, GPtrArray *axes, GPtrArray *casts)
{
    guint all = 1;
    for (guint i = 0; i < axes->len; i++) {
        all *= ((const GPtrArray *)axes->pdata[i])->len;
        if (all > CLI_COLUMNS_MOST) {
            cli_complain("compare: more than %u columns; name fewer options: --vary NAME=A,B",
                         CLI_COLUMNS_MOST);
            return false;
        }
    }
    bool fine = true;
    for (guint n = 0; n < all && fine; n++) {
        GPtrArray *picks = g_ptr_array_new();
        guint      rest = n, width = all;
        for (guint i = 0; i < axes->len; i++) {
            const GPtrArray *options = axes->pdata[i];
            width /= options->len;
            g_ptr_array_add(picks, options->pdata[rest / width]);
            rest %= width;
        }
        fine = cast_one(self, argument, picks, casts);
        g_ptr_array_free(picks, TRUE);
    }
    return fine;
}

bool cli_cast(const CliGathering *self, guint argument, GPtrArray *casts)
{
    Plan *plan = cli_load_or_tell(self->paths->pdata[argument], self->sets, json_verb(self));
    if (plan == NULL)
        return false;
    GPtrArray *axes = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    bool       fine = true;
    for (guint i = 0; self->varied != NULL && i < self->varied->len && fine; i++) {
        GPtrArray *options = options_of(plan, self->varied->pdata[i]);
        fine = options != NULL;
        if (fine)
            g_ptr_array_add(axes, options);
    }
    if (fine && axes->len == 0 && self->paths->len == 1) {
        char *text = axes_text(plan);
        cli_complain("compare: one scenario and nothing to compare it with; add --vary NAME or "
                     "another scenario; its choices: %s",
                     text);
        g_free(text);
        fine = false;
    }
    fine = fine && cast_all(self, argument, axes, casts);
    g_ptr_array_free(axes, TRUE);
    plan_free(plan);
    return fine;
}
