/*
 * result.c: a directory that is either whole or not there.
 *
 *   begin: <parent>/.<name>.partial-XXXXXX, locked while we live
 *   commit: exchanged with what stood under the final name, in one step where the system can
 *
 * A process that is killed leaves its partial directory behind, unlocked; the next run for a place
 * in the same folder sweeps it away, whatever its name was. A lock that can be had says that nobody
 * lives there: whoever makes a partial directory locks it and then looks whether it is still there.
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
#include <unistd.h>

#include "sim/cli/output.h"

#define MARK_FILE "meta.json"
#define MARK_TEXT "\"made_by\": \"faultline"
#define PARTIAL ".partial-"
#define LETTERS "XXXXXX"
#define TRIES 100 /* each is lost only to a sweep within microseconds */

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
    if (access(path, R_OK | X_OK) != 0)
        return fail_errno(error, path, "cannot read the directory");
    GDir *dir = g_dir_open(path, 0, NULL);
    if (dir == NULL)
        return fail(error, CLI_RESULT_ERROR_MACHINE, path, "cannot read the directory");
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

/* .NAME.partial-ABCDEF, and nothing behind it: an `.old` result that could not go back stays. */
static bool name_is_partial(const char *name)
{
    const char *tail = g_strrstr(name, PARTIAL);
    return name[0] == '.' && tail != NULL && tail > name + 1 &&
           strlen(tail) == strlen(PARTIAL LETTERS);
}

/* A killed run has put nothing else into it; a directory that holds more is not from us. */
static bool holds_only_ours(const char *path)
{
    GDir       *dir = g_dir_open(path, 0, NULL);
    bool        ours = dir != NULL;
    const char *name;
    while (ours && (name = g_dir_read_name(dir)) != NULL)
        ours = name_is_ours(name) || g_str_has_prefix(name, "result.db."); /* being written */
    if (dir != NULL)
        g_dir_close(dir);
    return ours;
}

static void sweep(const char *parent)
{
    GDir *dir = g_dir_open(parent, 0, NULL);
    if (dir == NULL)
        return;
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        if (!name_is_partial(name))
            continue;
        char *path = g_build_filename(parent, name, NULL);
        int   fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && holds_only_ours(path))
            tree_remove(path);
        if (fd >= 0)
            close(fd);
        g_free(path);
    }
    g_dir_close(dir);
}

/* Makes the directory of `pattern` and locks it. False with errno. Where nothing can be locked,
 * nothing is swept either. */
static bool partial_make(CliResult *result, const char *pattern)
{
    for (int tries = 0; tries < TRIES; tries++) {
        char *path = g_strdup(pattern);
        if (g_mkdtemp_full(path, 0777) == NULL) {
            int reason = errno;
            g_free(path);
            errno = reason;
            return false;
        }
        struct stat named, locked;
        int         fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        bool        swept = fd < 0 || (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK);
        /* A sweep may have come between the making and the locking. */
        if (!swept && fstat(fd, &locked) == 0 && stat(path, &named) == 0 &&
            named.st_ino == locked.st_ino && named.st_dev == locked.st_dev) {
            result->partial = path;
            result->lock = fd;
            return true;
        }
        if (fd >= 0)
            close(fd);
        (void)g_rmdir(path);
        g_free(path);
    }
    errno = EAGAIN;
    return false;
}

/* The final path without links, so that --out out/latest replaces what the link points to, or
 * what it will point to. */
static char *final_path(const char *path, GError **error)
{
    char *target = cli_output_follow(path, error);
    if (target == NULL)
        return NULL;
    char *real = realpath(target, NULL);
    char *copy = real != NULL ? g_strdup(real) : g_canonicalize_filename(target, NULL);
    free(real);
    g_free(target);
    return copy;
}

CliResult *cli_result_begin(const char *path, GError **error)
{
    char *final = final_path(path, error);
    if (final == NULL || !replaceable(final, error)) {
        g_free(final);
        return NULL;
    }
    char      *parent = g_path_get_dirname(final);
    char      *name = g_path_get_basename(final);
    char      *pattern = g_strdup_printf("%s/.%s" PARTIAL LETTERS, parent, name);
    CliResult *result = NULL;

    if (g_mkdir_with_parents(parent, 0777) != 0) {
        fail_errno(error, parent, "cannot make the directory");
    } else {
        sweep(parent);
        result = g_new0(CliResult, 1);
        result->lock = -1;
        result->final = g_strdup(final);
        if (!partial_make(result, pattern)) {
            fail_errno(error, parent, "cannot make a directory in it");
            g_clear_pointer(&result, cli_result_free);
        }
    }
    g_free(pattern);
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
