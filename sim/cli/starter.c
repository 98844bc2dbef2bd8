/*
 * starter.c: small, complete, and every claim in it holds.
 */
#include "sim/cli/starter.h"

#include <glib.h>

static const char *const lines[] = {
    "-- Two regions, one fibre between them, and a minute without it.",
    "-- Play it:   faultline run NAME.lua",
    "-- Words:     faultline list fields",
    "",
    "scenario \"NAME\" {",
    "  about = \"Profiles in two regions while the fibre between them is cut.\",",
    "  duration = \"10min\", warmup = \"30s\", settle = \"2min\", seeds = \"1..5\",",
    "}",
    "",
    "region \"east\" {}",
    "region \"west\" {}",
    "link { \"east\", \"west\", name = \"fibre\", rtt = \"30ms\" }",
    "",
    "users \"people\" { count = 10000, home = \"hash\", access = { east = 0.6, west = 0.4 } }",
    "",
    "data \"profile\" {",
    "  change = \"overwrite\",",
    "  channels = { replicate \"mysql\" { mode = \"async\", multi_master = true } },",
    "  read = { \"local\" }, conflict = \"lww\",",
    "}",
    "",
    "service \"show\" { reads = \"profile\", deadline = \"1s\", core = true }",
    "service \"edit\" { writes = \"profile\", deadline = \"1s\" }",
    "",
    "workload { show = \"20/s\", edit = \"2/s\" }",
    "",
    "at \"3min\" { cut { \"fibre\", lasts = \"60s\" } }",
    "",
    "during \"3min..4min\" { expect \"showing needs no fibre\" { availability { service = \"show\" "
    "}, \">= 99.9%\" } }",
    "expect \"nothing is lost\"           { lost { data = \"profile\" }, \"== 0\" }",
    "expect \"caught up within a minute\" { catch_up { data = \"profile\", after = \"4min\" }, "
    "\"<= 60s\" }",
};

char *cli_starter_text(const char *name)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_string_append(text, lines[i]);
        g_string_append_c(text, '\n');
    }
    g_string_replace(text, "NAME", name, 0);
    return g_string_free(text, FALSE);
}
