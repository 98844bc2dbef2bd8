/*
 * files.h: finds scenario files.
 */
#ifndef SIM_CLI_FILES_H
#define SIM_CLI_FILES_H

#include <glib.h>
#include <stdbool.h>

/* Adds `path` itself if it is a file, or every *.lua below it, sorted by bytes; folders called lib,
 * names that begin with '_' or '.', and definitions for editors (*.meta.lua) are passed over. False
 * and a complaint if there is nothing of that name. The list owns its texts. */
bool cli_files_add(GPtrArray *files, const char *path);

#endif
