/*
 * result.c: a directory that is either whole or not there.
 *
 *   begin: <parent>/.<name>.partial-XXXXXX, locked while we live
 *   commit: exchanged with what stood under the final name, in one step where the system can
 *
 * A process that is killed leaves its partial directory behind, unlocked; the next run for the same
 * place sweeps it away once it is a minute old.
 */
#define _GNU_SOURCE /* flock, renameat2 */
#include "sim/cli/result.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MARK_FILE "meta.json"
#define MARK_TEXT "\"made_by\": \"faultline"
#define STALE_SECONDS 60

struct CliResult {
    char *final;   /* absolute, links resolved as far as it exists */
    char *partial; /* NULL once committed */
    int   lock;    /* of `partial`; -1: none */
};

G_DEFINE_QUARK(cli - result - error - quark, cli_result_error)

static bool fail(GError **error, CliResultError code, const char *path, const char *what)
{
    g_set_error(error, CLI_RESULT_ERROR, (gint)code, "%s: %s", path, what);
    return false;
}

static bool fail_errno(GError **error, const char *path, const char *doing)
{
    int reason = errno;
    g_set_error(error, CLI_RESULT_ERROR, CLI_RESULT_ERROR_MACHINE, "%s: %s: %s", path, doing,
                g_strerror(reason));
    return false;
}

/* Removes a tree; links are removed, never followed. What cannot be removed stays. */
static void tree_remove(const char *path)
{
    GDir *dir = NULL;
    if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
        dir = g_dir_open(path, 0, NULL);
    if (dir != NULL) {
        const char *name;
        while ((name = g_dir_read_name(dir)) != NULL) {
            char *inner = g_build_filename(path, name, NULL);
            tree_remove(inner);
            g_free(inner);
        }
        g_dir_close(dir);
    }
    (void)g_remove(path);
}

/* Everything that we put into a result; anything else is the user's. */
static bool name_is_ours(const char *name)
{
    static const char *const names[] = {"result.db",       "meta.json", "plan.txt",
                                        "summary.txt",     "trace.txt", "report.html",
                                        "fingerprint.txt", "report.md", "plots"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

bool cli_result_is(const char *path)
{
    char *mark = g_build_filename(path, MARK_FILE, NULL);
    char *text = NULL;
    bool  ours = g_file_get_contents(mark, &text, NULL, NULL) && strstr(text, MARK_TEXT) != NULL;
    g_free(text);
    g_free(mark);
    return ours;
}

/* True if `path` is absent, empty or a result without foreign files. */
static bool replaceable(const char *path, GError **error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT || fail_errno(error, path, "cannot look at it");
    if (!S_ISDIR(status.st_mode))
        return fail(error, CLI_RESULT_ERROR_REFUSED, path,
                    "is not a directory; choose another --out");
    GDir *dir = g_dir_open(path, 0, NULL);
    if (dir == NULL)
        return fail_errno(error, path, "cannot read the directory");
    bool        empty = true;
    char       *foreign = NULL;
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        empty = false;
        if (foreign == NULL && !name_is_ours(name))
            foreign = g_strdup(name);
    }
    g_dir_close(dir);

    bool fine = empty || (foreign == NULL && cli_result_is(path));
    if (!fine && foreign != NULL)
        g_set_error(error, CLI_RESULT_ERROR, CLI_RESULT_ERROR_REFUSED,
                    "%s: holds '%s', which is not part of a result; choose another --out", path,
                    foreign);
    else if (!fine)
        fail(error, CLI_RESULT_ERROR_REFUSED, path,
             "is not empty and not a result of faultline; choose another --out");
    g_free(foreign);
    return fine;
}

static void sweep(const char *parent, const char *prefix)
{
    GDir *dir = g_dir_open(parent, 0, NULL);
    if (dir == NULL)
        return;
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        struct stat status;
        if (!g_str_has_prefix(name, prefix))
            continue;
        char *path = g_build_filename(parent, name, NULL);
        int   fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && fstat(fd, &status) == 0 && time(NULL) - status.st_mtime > STALE_SECONDS &&
            flock(fd, LOCK_EX | LOCK_NB) == 0)
            tree_remove(path);
        if (fd >= 0)
            close(fd);
        g_free(path);
    }
    g_dir_close(dir);
}

/* The final path without links, so that --out out/latest replaces what the link points to. */
static char *final_path(const char *path)
{
    char *real = realpath(path, NULL);
    if (real != NULL) {
        char *copy = g_strdup(real);
        free(real);
        return copy;
    }
    return g_canonicalize_filename(path, NULL);
}

CliResult *cli_result_begin(const char *path, GError **error)
{
    char *final = final_path(path);
    if (!replaceable(final, error)) {
        g_free(final);
        return NULL;
    }
    char      *parent = g_path_get_dirname(final);
    char      *name = g_path_get_basename(final);
    char      *prefix = g_strdup_printf(".%s.partial-", name);
    char      *pattern = g_strdup_printf("%s/%sXXXXXX", parent, prefix);
    CliResult *result = NULL;

    if (g_mkdir_with_parents(parent, 0777) != 0) {
        fail_errno(error, parent, "cannot make the directory");
    } else {
        sweep(parent, prefix);
        if (g_mkdtemp_full(pattern, 0777) == NULL) {
            fail_errno(error, parent, "cannot make a directory in it");
        } else {
            result = g_new0(CliResult, 1);
            result->final = g_strdup(final);
            result->partial = g_strdup(pattern);
            result->lock = open(pattern, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            if (result->lock >= 0)
                (void)flock(result->lock, LOCK_EX | LOCK_NB);
        }
    }
    g_free(pattern);
    g_free(prefix);
    g_free(name);
    g_free(parent);
    g_free(final);
    return result;
}

const char *cli_result_place(const CliResult *result)
{
    return result->partial;
}

bool cli_result_write(CliResult *result, const char *name, const char *text, GError **error)
{
    char *path = g_build_filename(result->partial, name, NULL);
    FILE *file = fopen(path, "wb");
    bool  fine = file != NULL;
    if (fine) {
        fine = fputs(text, file) >= 0;
        fine = fflush(file) == 0 && fine;
        fine = fsync(fileno(file)) == 0 && fine;
        if (!fine)
            fail_errno(error, path, "cannot write");
        if (fclose(file) != 0 && fine)
            fine = fail_errno(error, path, "cannot write");
    } else {
        fail_errno(error, path, "cannot write");
    }
    g_free(path);
    return fine;
}

/* Puts `from` in the place of the directory `to`; what stood there goes to `from`. */
static bool exchange(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    /* A file system without exchange: for a moment nothing stands under the final name. */
    char *old = g_strdup_printf("%s.old", from);
    bool  fine = rename(to, old) == 0;
    if (fine && rename(from, to) != 0) {
        int reason = errno;
        (void)rename(old, to);
        errno = reason;
        fine = false;
    } else if (fine) {
        (void)rename(old, from);
    }
    g_free(old);
    return fine;
}

bool cli_result_commit(CliResult *result, GError **error)
{
    /* rename replaces an absent or an empty directory in one step. */
    bool fine = rename(result->partial, result->final) == 0;
    bool old = false;
    if (!fine && (errno == ENOTEMPTY || errno == EEXIST)) {
        fine = exchange(result->partial, result->final);
        old = fine;
    }
    if (!fine)
        return fail_errno(error, result->final, "cannot put the result there");
    if (old)
        tree_remove(result->partial);
    g_clear_pointer(&result->partial, g_free);
    return true;
}

void cli_result_free(CliResult *result)
{
    if (result == NULL)
        return;
    if (result->partial != NULL)
        tree_remove(result->partial);
    if (result->lock >= 0)
        close(result->lock);
    g_free(result->partial);
    g_free(result->final);
    g_free(result);
}

void cli_result_point(const char *link, const char *path)
{
    char *target = g_path_get_basename(path);
    char *temporary = g_strdup_printf("%s.%ld", link, (long)getpid());
    /* Only our own link is replaced: a directory called `latest` stays. */
    bool free_place =
        g_file_test(link, G_FILE_TEST_IS_SYMLINK) || !g_file_test(link, G_FILE_TEST_EXISTS);
    if (free_place && symlink(target, temporary) == 0 && rename(temporary, link) != 0)
        (void)g_remove(temporary);
    g_free(temporary);
    g_free(target);
}
