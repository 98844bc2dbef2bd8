/*
 * json.h: writes one JSON value, keys in the order they are given.
 *
 * Simulated time is an integer whose key ends in _ns. Text that is not UTF-8 is mended.
 */
#ifndef SIM_CLI_JSON_H
#define SIM_CLI_JSON_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct CliJson CliJson;

/* Begins an object that opens with "schema": 1 and "verb". Owned until cli_json_end. */
CliJson *cli_json_begin(const char *verb);
/* As above without the two opening keys. */
CliJson *cli_json_begin_bare(void);
/* Closes the object and returns its text with a line end. Owned. */
char *cli_json_end(CliJson *json);

/* `key` is NULL inside an array. */
void cli_json_object(CliJson *json, const char *key);
void cli_json_array(CliJson *json, const char *key);
void cli_json_close(CliJson *json); /* the innermost object or array */
void cli_json_text(CliJson *json, const char *key, const char *text); /* NULL: null */
void cli_json_number(CliJson *json, const char *key, int64_t number);
void cli_json_count(CliJson *json, const char *key, uint64_t number);
void cli_json_flag(CliJson *json, const char *key, bool flag);
void cli_json_hex(CliJson *json, const char *key, uint64_t number); /* "5f3a9c0212345678" */

#endif
