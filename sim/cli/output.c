/*
 * output.c: a plain file is made beside and renamed, everything else is written to.
 */
#include "sim/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/cli/result.h"
#include "sim/cli/stop.h"

#define LINKS_MOST 40 /* as many as Linux follows */

/* Always false; takes the reason from errno. */
static bool fail(GError **error, const char *path)
{
    int reason = errno;
    g_set_error(error, CLI_RESULT_ERROR, CLI_RESULT_ERROR_MACHINE, "%s: cannot be written: %s",
                path, g_strerror(reason));
    return false;
}

char *cli_output_follow(const char *path, GError **error)
{
    char *here = g_strdup(path);
    for (int links = 0; links < LINKS_MOST; links++) {
        char *target = g_file_read_link(here, NULL);
        if (target == NULL)
            return here;
        char *folder = g_path_get_dirname(here);
        char *next =
            g_path_is_absolute(target) ? g_strdup(target) : g_build_filename(folder, target, NULL);
        g_free(folder);
        g_free(target);
        g_free(here);
        here = next;
    }
    g_free(here);
    errno = ELOOP;
    fail(error, path);
    return NULL;
}

/* Looks through links. An absent file is fine: `out_there` says which. */
static bool look(const char *path, struct stat *out_status, bool *out_there, GError **error)
{
    *out_there = stat(path, out_status) == 0;
    if (!*out_there && errno != ENOENT)
        return fail(error, path);
    if (*out_there && S_ISDIR(out_status->st_mode)) {
        g_set_error(error, CLI_RESULT_ERROR, CLI_RESULT_ERROR_REFUSED,
                    "%s: is a directory; name a file", path);
        return false;
    }
    return true;
}

bool cli_output_check(const char *path, GError **error)
{
    struct stat status;
    bool        there;
    if (!look(path, &status, &there, error))
        return false;
    /* A file that may not be written is not replaced either. */
    if (there && access(path, W_OK) != 0)
        return fail(error, path);
    if (there && !S_ISREG(status.st_mode))
        return true;
    char *target = cli_output_follow(path, error);
    if (target == NULL)
        return false;
    char *folder = g_path_get_dirname(target);
    bool  fine = access(folder, W_OK | X_OK) == 0 || fail(error, path);
    g_free(folder);
    g_free(target);
    return fine;
}

static bool bytes_write(int file, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t written = write(file, text, left);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            text += written;
            left -= (size_t)written;
        }
    }
    return true;
}

/* /dev/stdout > FILE: a second way into FILE would write over what the first has written. */
static int own_stream(const struct stat *status)
{
    static const int streams[] = {STDOUT_FILENO, STDERR_FILENO};
    for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
        struct stat own;
        if (fstat(streams[i], &own) == 0 && own.st_dev == status->st_dev &&
            own.st_ino == status->st_ino)
            return streams[i];
    }
    return -1;
}

static bool stream_write(int stream, const char *path, const char *text, GError **error)
{
    (void)fflush(stdout); /* in the order in which it was said; main.c sees if it failed */
    return bytes_write(stream, text) || fail(error, path);
}

static bool special_write(const char *path, const char *text, GError **error)
{
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return fail(error, path);
    bool fine = bytes_write(file, text) || fail(error, path);
    if (close(file) != 0 && fine)
        fine = fail(error, path);
    return fine;
}

/* The open temporary file becomes the file; it keeps the permissions of the one it replaces. */
static bool fill(int file, const char *text, const struct stat *old)
{
    if ((old != NULL && fchmod(file, old->st_mode & 0777) != 0) || !bytes_write(file, text) ||
        fsync(file) != 0) {
        int reason = errno;
        close(file);
        errno = reason;
        return false;
    }
    return close(file) == 0;
}

static bool plain_write(const char *path, const char *text, const struct stat *old, GError **error)
{
    char *target = cli_output_follow(path, error);
    if (target == NULL)
        return false;
    char *folder = g_path_get_dirname(target);
    char *temporary =
        g_build_filename(folder, ".faultline-XXXXXX", NULL); /* fits if the name does */
    cli_stop_hold();
    int  file = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0666);
    bool fine = file >= 0 && fill(file, text, old) && rename(temporary, target) == 0;
    if (!fine) {
        fail(error, path);
        if (file >= 0)
            (void)g_unlink(temporary);
    }
    cli_stop_release();
    g_free(temporary);
    g_free(folder);
    g_free(target);
    return fine;
}

bool cli_output_write(const char *path, const char *text, GError **error)
{
    struct stat status;
    bool        there;
    if (!look(path, &status, &there, error))
        return false;
    int own = there ? own_stream(&status) : -1;
    if (own >= 0)
        return stream_write(own, path, text, error);
    if (there && !S_ISREG(status.st_mode))
        return special_write(path, text, error);
    return plain_write(path, text, there ? &status : NULL, error);
}
