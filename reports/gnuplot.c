/*
 * gnuplot.c: one process per picture.
 */
#include "reports/gnuplot.h"

#include <glib.h>

GnuplotEnd gnuplot_run(const char *directory, const char *script, char **out_complaint)
{
    char             program[] = "gnuplot";
    char             defaults[] = "--default-settings";
    g_autofree char *file = g_strdup(script);
    char            *arguments[] = {program, defaults, file, NULL};
    /* A locale with decimal commas would end up in the pictures. */
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "LC_ALL", "C.UTF-8", TRUE);

    g_autofree char *output = NULL;
    g_autofree char *complaint = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;
    *out_complaint = NULL;
    if (!g_spawn_sync(directory, arguments, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                      &complaint, &status, &error)) {
        if (g_error_matches(error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
            return GNUPLOT_MISSING;
        *out_complaint = g_strdup(error->message);
        return GNUPLOT_FAILED;
    }
    if (g_spawn_check_wait_status(status, &error))
        return GNUPLOT_DREW;
    g_strstrip(complaint);
    *out_complaint = g_strdup(complaint[0] != '\0' ? complaint : error->message);
    return GNUPLOT_FAILED;
}
