/*
 * json.c: one GString and a stack of brackets.
 */
#include "sim/cli/json.h"

#include <inttypes.h>

#include "sim/base/assert.h"
#include "sim/base/text.h"

#define DEPTH_LIMIT 16u

struct CliJson {
    GString *text;
    char     closing[DEPTH_LIMIT];
    bool     empty[DEPTH_LIMIT]; /* nothing stands in the bracket yet */
    uint32_t depth;              /* open brackets; >= 1 between begin and end */
};

/* What a terminal would obey is escaped too, though JSON allows most of it. */
static void append_text(GString *out, const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    g_string_append_c(out, '"');
    for (const char *c = valid; *c != '\0'; c += g_utf8_skip[(unsigned char)*c]) {
        gunichar letter = g_utf8_get_char(c);
        if (letter == '"' || letter == '\\')
            g_string_append_printf(out, "\\%c", (int)letter);
        else if (letter == '\n')
            g_string_append(out, "\\n");
        else if (letter == '\t')
            g_string_append(out, "\\t");
        else if (sim_text_letter_unseen(letter) && letter <= 0xffff)
            g_string_append_printf(out, "\\u%04x", letter);
        else
            g_string_append_unichar(out, letter);
    }
    g_string_append_c(out, '"');
    g_free(valid);
}

static void indent(CliJson *json)
{
    g_string_append_c(json->text, '\n');
    for (uint32_t i = 0; i < json->depth; i++)
        g_string_append(json->text, "  ");
}

static void key_add(CliJson *json, const char *key)
{
    uint32_t top = json->depth - 1;
    SIM_ASSERT((json->closing[top] == '}') == (key != NULL));
    if (!json->empty[top])
        g_string_append_c(json->text, ',');
    json->empty[top] = false;
    indent(json);
    if (key != NULL) {
        append_text(json->text, key);
        g_string_append(json->text, ": ");
    }
}

static void open_bracket(CliJson *json, char opening, char closing)
{
    SIM_ASSERT(json->depth < DEPTH_LIMIT);
    g_string_append_c(json->text, opening);
    json->closing[json->depth] = closing;
    json->empty[json->depth] = true;
    json->depth++;
}

CliJson *cli_json_begin_bare(void)
{
    CliJson *json = g_new0(CliJson, 1);
    json->text = g_string_new(NULL);
    open_bracket(json, '{', '}');
    return json;
}

CliJson *cli_json_begin(const char *verb)
{
    CliJson *json = cli_json_begin_bare();
    cli_json_number(json, "schema", 1);
    cli_json_text(json, "verb", verb);
    return json;
}

char *cli_json_end(CliJson *json)
{
    SIM_ASSERT(json->depth == 1);
    cli_json_close(json);
    g_string_append_c(json->text, '\n');
    char *text = g_string_free(json->text, FALSE);
    g_free(json);
    return text;
}

void cli_json_object(CliJson *json, const char *key)
{
    key_add(json, key);
    open_bracket(json, '{', '}');
}

void cli_json_array(CliJson *json, const char *key)
{
    key_add(json, key);
    open_bracket(json, '[', ']');
}

void cli_json_close(CliJson *json)
{
    SIM_ASSERT(json->depth > 0);
    json->depth--;
    if (!json->empty[json->depth])
        indent(json);
    g_string_append_c(json->text, json->closing[json->depth]);
}

void cli_json_text(CliJson *json, const char *key, const char *text)
{
    key_add(json, key);
    if (text == NULL)
        g_string_append(json->text, "null");
    else
        append_text(json->text, text);
}

void cli_json_number(CliJson *json, const char *key, int64_t number)
{
    key_add(json, key);
    g_string_append_printf(json->text, "%" PRId64, number);
}

void cli_json_count(CliJson *json, const char *key, uint64_t number)
{
    key_add(json, key);
    g_string_append_printf(json->text, "%" PRIu64, number);
}

void cli_json_flag(CliJson *json, const char *key, bool flag)
{
    key_add(json, key);
    g_string_append(json->text, flag ? "true" : "false");
}

void cli_json_hex(CliJson *json, const char *key, uint64_t number)
{
    key_add(json, key);
    g_string_append_printf(json->text, "\"%016" PRIx64 "\"", number);
}
