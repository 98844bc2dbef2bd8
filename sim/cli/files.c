/*
 * files.c: a walk in sorted order, because a directory has none.
 */
#include "sim/cli/files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/text.h"
#include "sim/cli/cli.h"

#define DEPTH_LIMIT 32

static gint by_bytes(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* NULL and a complaint: scenarios that cannot be seen must not be passed over in silence. */
static GPtrArray *names_sorted(const char *path)
{
    GError *error = NULL;
    GDir   *dir = g_dir_open(path, 0, &error);
    if (dir == NULL) {
        cli_complain("%s", error->message);
        g_error_free(error);
        return NULL;
    }
    GPtrArray  *names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_dir_close(dir);
    g_ptr_array_sort(names, by_bytes);
    return names;
}

/* Folders nest as deep as people make them, but a link may lead in a circle: hence the limit. */
static bool folder_add(GPtrArray *files, const char *folder, int depth)
{
    GPtrArray *names = names_sorted(folder);
    bool       fine = names != NULL;
    for (guint i = 0; fine && i < names->len && depth < DEPTH_LIMIT; i++) {
        const char *name = names->pdata[i];
        if (name[0] == '_' || name[0] == '.')
            continue;
        char *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            if (strcmp(name, "lib") != 0)
                fine = folder_add(files, path, depth + 1);
        } else if (g_str_has_suffix(name, ".lua") && !g_str_has_suffix(name, ".meta.lua")) {
            if (sim_text_unseen(name)) {
                cli_complain("%s: a name with a control character, or not in UTF-8", path);
                fine = false;
            }
            g_ptr_array_add(files, g_strdup(path));
        }
        g_free(path);
    }
    if (names != NULL)
        g_ptr_array_free(names, TRUE);
    return fine;
}

bool cli_files_add(GPtrArray *files, const char *path)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        guint before = files->len;
        char *folder = g_strdup(path);
        for (size_t end = strlen(folder); end > 1 && folder[end - 1] == '/'; end--)
            folder[end - 1] = '\0';
        bool seen = folder_add(files, folder, 0);
        g_free(folder);
        if (!seen)
            return false;
        if (files->len > before)
            return true;
        cli_complain("%s: no scenario (*.lua) below it", path);
        return false;
    }
    if (access(path, F_OK) != 0) {
        cli_complain("%s: %s", path,
                     errno == ENOENT ? "no such file or directory" : g_strerror(errno));
        return false;
    }
    g_ptr_array_add(files, g_strdup(path));
    return true;
}
