/*
 * reader.c: SQLite behind a row cursor.
 *
 * Given a path by reports or the command line. Opening can fail (missing, foreign, other version);
 * fetching can fail only if the file is damaged, which the reader remembers as its first error.
 */
#include "sim/store/reader.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/base/version.h"
#include "sim/store/format.h"

struct StoreReader {
    sqlite3 *db;
    char    *path;
    GError  *damage; /* the first error met while reading; NULL so far so good */
};

struct StoreRows {
    StoreReader  *reader;
    sqlite3_stmt *statement; /* NULL if the file is damaged: no rows */
};

static bool read_pragma(sqlite3 *db, const char *sql, int64_t *out_value)
{
    sqlite3_stmt *statement = NULL;
    bool          found = false;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        *out_value = sqlite3_column_int64(statement, 0);
        found = true;
    }
    sqlite3_finalize(statement);
    return found;
}

/* Refuses what is not a result of this schema. */
static bool check_format(sqlite3 *db, const char *path, GError **error)
{
    int64_t application = 0;
    int64_t version = 0;
    if (!read_pragma(db, "PRAGMA application_id", &application) ||
        !read_pragma(db, "PRAGMA user_version", &version)) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_FOREIGN,
                    "%s: not a result of faultline: %s; give the database that 'faultline run' "
                    "wrote",
                    path, sqlite3_errmsg(db));
        return false;
    }
    if (application != STORE_APPLICATION_ID) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_FOREIGN,
                    "%s: a SQLite database, but not a result of faultline; give the database that "
                    "'faultline run' wrote",
                    path);
        return false;
    }
    if (version != STORE_SCHEMA_VERSION) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_VERSION,
                    "%s: has result schema %" G_GINT64_FORMAT ", but faultline %s reads schema %d; "
                    "run the scenario again, or use the version that wrote it",
                    path, version, FAULTLINE_VERSION, STORE_SCHEMA_VERSION);
        return false;
    }
    return true;
}

StoreReader *store_reader_open(const char *path, GError **error)
{
    /* SQLite would wait for a pipe, and takes an empty name for a new database. */
    struct stat status;
    bool        there = stat(path, &status) == 0;
    if (!there || !S_ISREG(status.st_mode) || access(path, R_OK) != 0) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_READ, "%s: the result could not be opened: %s",
                    path, there && !S_ISREG(status.st_mode) ? "not a file" : g_strerror(errno));
        return NULL;
    }
    sqlite3 *db = NULL;
    int      code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
    if (code != SQLITE_OK) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_READ, "%s: the result could not be opened: %s",
                    path, db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code));
        sqlite3_close(db);
        return NULL;
    }
    sqlite3_extended_result_codes(db, 1);
    if (!check_format(db, path, error)) {
        sqlite3_close(db);
        return NULL;
    }
    /* Sorting stays in memory and a file made by others may not run code of its own. */
    sqlite3_exec(db, "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF", NULL, NULL, NULL);
    StoreReader *reader = g_new0(StoreReader, 1);
    reader->db = db;
    reader->path = g_strdup(path);
    return reader;
}

void store_reader_free(StoreReader *reader)
{
    if (reader == NULL)
        return;
    int code = sqlite3_close(reader->db);
    SIM_ASSERT(code == SQLITE_OK);
    g_free(reader->path);
    g_clear_error(&reader->damage);
    g_free(reader);
}

bool store_reader_check(const StoreReader *reader, GError **error)
{
    if (reader->damage == NULL)
        return true;
    if (error != NULL)
        *error = g_error_copy(reader->damage);
    return false;
}

static void remember_damage(StoreReader *reader)
{
    if (reader->damage == NULL)
        g_set_error(&reader->damage, STORE_ERROR, STORE_ERROR_READ,
                    "%s: the result is damaged: %s; run the scenario again", reader->path,
                    sqlite3_errmsg(reader->db));
}

StoreRows *store_ask(StoreReader *reader, const char *sql)
{
    StoreRows *rows = g_new0(StoreRows, 1);
    rows->reader = reader;
    int code = sqlite3_prepare_v2(reader->db, sql, -1, &rows->statement, NULL);
    /* The schema is ours (its version was checked), so what does not compile is our mistake. */
    SIM_ASSERT(code != SQLITE_ERROR);
    if (code != SQLITE_OK)
        remember_damage(reader);
    return rows;
}

void store_rows_free(StoreRows *rows)
{
    if (rows == NULL)
        return;
    sqlite3_finalize(rows->statement);
    g_free(rows);
}

void store_bind_number(StoreRows *rows, int parameter, int64_t value)
{
    if (rows->statement == NULL)
        return;
    int code = sqlite3_bind_int64(rows->statement, parameter, value);
    SIM_ASSERT(code == SQLITE_OK);
}

void store_bind_text(StoreRows *rows, int parameter, const char *text)
{
    if (rows->statement == NULL)
        return;
    int code = sqlite3_bind_text(rows->statement, parameter, text, -1, SQLITE_TRANSIENT);
    SIM_ASSERT(code == SQLITE_OK);
}

bool store_takes(const StoreRows *rows, int parameter)
{
    return rows->statement != NULL && parameter <= sqlite3_bind_parameter_count(rows->statement);
}

bool store_next(StoreRows *rows)
{
    if (rows->statement == NULL)
        return false;
    int code = sqlite3_step(rows->statement);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE) {
        SIM_ASSERT(code != SQLITE_MISUSE);
        remember_damage(rows->reader);
    }
    return false;
}

int store_columns(const StoreRows *rows)
{
    return rows->statement == NULL ? 0 : sqlite3_column_count(rows->statement);
}

const char *store_column_name(const StoreRows *rows, int column)
{
    return sqlite3_column_name(rows->statement, column);
}

bool store_is_null(const StoreRows *rows, int column)
{
    return sqlite3_column_type(rows->statement, column) == SQLITE_NULL;
}

int64_t store_number(const StoreRows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

double store_real(const StoreRows *rows, int column)
{
    return sqlite3_column_double(rows->statement, column);
}

const char *store_text(const StoreRows *rows, int column)
{
    /* SQLite counts bytes, not signs; its texts are UTF-8 and end with a zero. */
    const unsigned char *text = sqlite3_column_text(rows->statement, column);
    return text == NULL ? "" : (const char *)text;
}
