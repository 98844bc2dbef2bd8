/*
 * source.c: a small reader of Lua's tokens.
 */
#include "sim/scenario/source.h"

#include <stdbool.h>
#include <string.h>

typedef enum TokenType { TOKEN_NAME, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_SIGN } TokenType;

typedef struct Token {
    TokenType type;
    uint32_t  line, column, width;
    size_t    start, size;
} Token;

struct ScenarioSource {
    char       *file;
    char       *text;
    size_t      size; /* of the text */
    GArray     *tokens;
    GHashTable *tables; /* token of "{" -> GArray of Place; asked, never walked */
};

typedef struct Reader {
    const char *text;
    size_t      at;
    uint32_t    line;
    size_t      line_start;
} Reader;

static bool is_letter(char c)
{
    return g_ascii_isalpha(c) || c == '_';
}

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Steps over one character, counting lines as Lua does. */
static void step(Reader *reader)
{
    char c = reader->text[reader->at++];
    if (!is_end(c))
        return;
    char next = reader->text[reader->at];
    if (is_end(next) && next != c)
        reader->at++;
    reader->line++;
    reader->line_start = reader->at;
}

/* The level of a long bracket that opens here, or -1. */
static int long_level(const char *at)
{
    int level = 0;
    if (*at != '[')
        return -1;
    for (at++; *at == '='; at++)
        level++;
    return *at == '[' ? level : -1;
}

static void skip_long(Reader *reader, int level)
{
    reader->at += (size_t)level + 2;
    while (reader->text[reader->at]) {
        if (reader->text[reader->at] == ']') {
            const char *at = reader->text + reader->at + 1;
            int         found = 0;
            for (; *at == '='; at++)
                found++;
            if (found == level && *at == ']') {
                reader->at += (size_t)level + 2;
                return;
            }
        }
        step(reader);
    }
}

static void skip_quoted(Reader *reader)
{
    char quote = reader->text[reader->at++];
    while (reader->text[reader->at] && reader->text[reader->at] != quote) {
        char c = reader->text[reader->at];
        if (c == '\\' && reader->text[reader->at + 1]) {
            reader->at++;
            if (reader->text[reader->at] == 'z') {
                reader->at++;
                while (g_ascii_isspace(reader->text[reader->at]))
                    step(reader);
                continue;
            }
            step(reader);
            continue;
        }
        if (is_end(c))
            return; /* Lua refuses it */
        reader->at++;
    }
    if (reader->text[reader->at])
        reader->at++;
}

/* Skips blanks and comments; false at the end. */
static bool skip_blank(Reader *reader)
{
    for (;;) {
        const char *at = reader->text + reader->at;
        if (!*at)
            return false;
        if (at[0] == '-' && at[1] == '-') {
            reader->at += 2;
            int level = long_level(at + 2);
            if (level >= 0) {
                skip_long(reader, level);
                continue;
            }
            while (reader->text[reader->at] && !is_end(reader->text[reader->at]))
                reader->at++;
            continue;
        }
        if (!g_ascii_isspace(*at))
            return true;
        step(reader);
    }
}

static TokenType read_token(Reader *reader)
{
    const char *at = reader->text + reader->at;
    int         level = long_level(at);
    if (is_letter(*at)) {
        while (is_letter(reader->text[reader->at]) || g_ascii_isdigit(reader->text[reader->at]))
            reader->at++;
        return TOKEN_NAME;
    }
    if (g_ascii_isdigit(*at) || (*at == '.' && g_ascii_isdigit(at[1]))) {
        while (g_ascii_isalnum(reader->text[reader->at]) || reader->text[reader->at] == '.')
            reader->at++;
        return TOKEN_NUMBER;
    }
    if (*at == '"' || *at == '\'') {
        skip_quoted(reader);
        return TOKEN_TEXT;
    }
    if (level >= 0) {
        skip_long(reader, level);
        return TOKEN_TEXT;
    }
    static const char *const pairs[] = {"==", "~=", "<=", ">=", "..", "//", "::", "<<", ">>"};
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (at[0] == pairs[i][0] && at[1] == pairs[i][1]) {
            reader->at += 2;
            return TOKEN_SIGN;
        }
    reader->at += (size_t)g_utf8_skip[(unsigned char)*at];
    return TOKEN_SIGN;
}

static void list_free(gpointer list)
{
    g_array_unref(list);
}

ScenarioSource *scenario_source_new(const char *file, const char *text)
{
    ScenarioSource *source = g_new0(ScenarioSource, 1);
    source->file = g_strdup(file);
    source->text = g_strdup(text);
    source->size = strlen(text);
    source->tokens = g_array_new(FALSE, FALSE, sizeof(Token));
    source->tables = g_hash_table_new_full(NULL, NULL, NULL, list_free);
    Reader   reader = {source->text, 0, 1, 0};
    size_t   counted = 0; /* letters of the line up to here: `before` */
    uint32_t before = 0;
    while (skip_blank(&reader)) {
        Token token = {TOKEN_SIGN, reader.line, 0, 0, reader.at, 0};
        if (counted < reader.line_start) {
            counted = reader.line_start;
            before = 0;
        }
        before += (uint32_t)g_utf8_strlen(reader.text + counted, (gssize)(reader.at - counted));
        counted = reader.at;
        token.column = before + 1;
        token.type = read_token(&reader);
        token.size = reader.at - token.start;
        const char *start = source->text + token.start;
        size_t      shown = 0; /* not strcspn: it would read a long line to its end every time */
        while (shown < token.size && !is_end(start[shown]))
            shown++;
        token.width = (uint32_t)g_utf8_strlen(start, (gssize)shown);
        g_array_append_val(source->tokens, token);
    }
    return source;
}

void scenario_source_free(ScenarioSource *source)
{
    if (!source)
        return;
    g_free(source->file);
    g_free(source->text);
    g_array_unref(source->tokens);
    g_hash_table_unref(source->tables);
    g_free(source);
}

const char *scenario_source_file(const ScenarioSource *source)
{
    return source->file;
}

const char *scenario_source_text(const ScenarioSource *source)
{
    return source->text;
}

static const Token *token_at(const ScenarioSource *source, uint32_t index)
{
    return index < source->tokens->len ? &g_array_index(source->tokens, Token, index) : NULL;
}

static bool is(const ScenarioSource *source, uint32_t index, const char *text)
{
    const Token *token = token_at(source, index);
    return token && source->text[token->start] == text[0] && strlen(text) == token->size &&
           strncmp(source->text + token->start, text, token->size) == 0;
}

static bool is_type(const ScenarioSource *source, uint32_t index, TokenType type)
{
    const Token *token = token_at(source, index);
    return token && token->type == type;
}

bool scenario_source_is_number(const ScenarioSource *source, uint32_t index)
{
    return is_type(source, index, TOKEN_NUMBER);
}

/* Whether a token is `text` in quotes, written without escapes. */
static bool is_quoted(const ScenarioSource *source, uint32_t index, const char *text)
{
    const Token *token = token_at(source, index);
    return token && token->type == TOKEN_TEXT && token->size == strlen(text) + 2 &&
           strncmp(source->text + token->start + 1, text, token->size - 2) == 0;
}

PlanSpan scenario_source_span(const ScenarioSource *source, uint32_t index)
{
    const Token *token = token_at(source, index);
    PlanSpan     span = {{source->file, 0, 0}, 0};
    if (token) {
        span.place.line = token->line;
        span.place.column = token->column;
        span.width = token->width;
    }
    return span;
}

uint32_t scenario_source_line(const ScenarioSource *source, uint32_t line)
{
    uint32_t low = 0;
    uint32_t high = source->tokens->len;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (token_at(source, middle)->line < line)
            low = middle + 1;
        else
            high = middle;
    }
    const Token *token = token_at(source, low);
    return token && token->line == line ? low : SCENARIO_NOWHERE;
}

uint32_t scenario_source_width(const ScenarioSource *source, uint32_t line)
{
    uint32_t first = scenario_source_line(source, line);
    if (first == SCENARIO_NOWHERE)
        return 0;
    uint32_t low = first;
    uint32_t high = source->tokens->len;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (token_at(source, middle)->line <= line)
            low = middle + 1;
        else
            high = middle;
    }
    return low - first;
}

const char *scenario_source_piece(const ScenarioSource *source, uint32_t index, size_t *out_size)
{
    size_t count = source->tokens->len;
    if (index > count || (index == count && count > 0)) {
        *out_size = 0;
        return NULL;
    }
    const char *start = source->text;
    if (index > 0)
        start += token_at(source, index)->start;
    const char *end = source->text + source->size;
    if (index + 1 < count)
        end = source->text + token_at(source, index + 1)->start;
    *out_size = (size_t)(end - start);
    return start;
}

uint32_t scenario_source_last(const ScenarioSource *source)
{
    return source->tokens->len ? source->tokens->len - 1 : SCENARIO_NOWHERE;
}

uint32_t scenario_source_token(const ScenarioSource *source, uint32_t line, const char *text)
{
    uint32_t at = scenario_source_line(source, line);
    if (at == SCENARIO_NOWHERE)
        return at;
    for (; token_at(source, at) && token_at(source, at)->line == line; at++)
        if (is(source, at, text))
            return at;
    return SCENARIO_NOWHERE;
}

uint32_t scenario_source_text_of(const ScenarioSource *source, uint32_t call)
{
    if (call == SCENARIO_NOWHERE)
        return call;
    uint32_t at = call + 1;
    if (is(source, at, "("))
        at++;
    return is_type(source, at, TOKEN_TEXT) ? at : SCENARIO_NOWHERE;
}

static uint32_t find_call(const ScenarioSource *source, uint32_t line, const char *word,
                          const char *text, uint32_t nth)
{
    uint32_t found = SCENARIO_NOWHERE;
    uint32_t at = scenario_source_line(source, line);
    if (at == SCENARIO_NOWHERE)
        return found;
    for (; token_at(source, at) && token_at(source, at)->line == line; at++) {
        if (!is_type(source, at, TOKEN_NAME) || !is(source, at, word) || is(source, at + 1, "="))
            continue;
        if (text && !is_quoted(source, scenario_source_text_of(source, at), text))
            continue;
        found = at;
        if (nth-- == 0)
            break;
    }
    return found;
}

uint32_t scenario_source_call(const ScenarioSource *source, uint32_t line, const char *word,
                              const char *text, uint32_t nth)
{
    uint32_t found = text ? find_call(source, line, word, text, nth) : SCENARIO_NOWHERE;
    return found != SCENARIO_NOWHERE ? found : find_call(source, line, word, NULL, nth);
}

uint32_t scenario_source_brace(const ScenarioSource *source, uint32_t token)
{
    if (token == SCENARIO_NOWHERE)
        return token;
    uint32_t at = token;
    if (is_type(source, at, TOKEN_NAME))
        at++;
    while (is(source, at, "(") || is(source, at, ")") || is_type(source, at, TOKEN_TEXT))
        at++;
    return is(source, at, "{") ? at : SCENARIO_NOWHERE;
}

/* Steps over the rest of an entry: to the "," or "}" that ends it. */
static uint32_t entry_end(const ScenarioSource *source, uint32_t at)
{
    int depth = 0;
    for (; token_at(source, at); at++) {
        bool opens = is(source, at, "{") || is(source, at, "(") || is(source, at, "[") ||
                     is(source, at, "function") || is(source, at, "if") || is(source, at, "do");
        bool closes = is(source, at, "}") || is(source, at, ")") || is(source, at, "]") ||
                      is(source, at, "end");
        if (depth == 0 && (closes || is(source, at, ",") || is(source, at, ";")))
            return at;
        depth += opens ? 1 : closes ? -1 : 0;
    }
    return at;
}

/* One entry of a table: where its name and its value stand; its position if it has no name. */
typedef struct Place {
    uint32_t name, value;
    uint32_t position; /* 0: named */
    bool     plain;    /* a name, not ["a name"] */
} Place;

static GArray *list_entries(const ScenarioSource *source, uint32_t brace)
{
    GArray  *list = g_array_new(FALSE, FALSE, sizeof(Place));
    uint32_t count = 0;
    for (uint32_t at = brace + 1; token_at(source, at) && !is(source, at, "}"); at++) {
        bool  plain = is_type(source, at, TOKEN_NAME) && is(source, at + 1, "=");
        bool  bracket = is(source, at, "[") && is(source, at + 2, "]") && is(source, at + 3, "=");
        Place place = {at, at, 0, plain};
        if (plain || bracket) {
            place.name = bracket ? at + 1 : at;
            place.value = plain ? at + 2 : at + 4;
        } else {
            place.position = ++count;
        }
        g_array_append_val(list, place);
        at = entry_end(source, place.value);
        if (!is(source, at, ",") && !is(source, at, ";"))
            break;
    }
    return list;
}

/* The entries of the table that opens there; read once, however often it is asked. */
static const GArray *entries_of(const ScenarioSource *source, uint32_t brace)
{
    gpointer key = GUINT_TO_POINTER(brace);
    GArray  *list = g_hash_table_lookup(source->tables, key);
    if (!list) {
        list = list_entries(source, brace);
        g_hash_table_insert(source->tables, key, list);
    }
    return list;
}

uint32_t scenario_source_entry(const ScenarioSource *source, uint32_t brace, const char *key,
                               uint32_t position, uint32_t *out_key)
{
    *out_key = SCENARIO_NOWHERE;
    if (brace == SCENARIO_NOWHERE || !is(source, brace, "{"))
        return SCENARIO_NOWHERE;
    const GArray *list = entries_of(source, brace);
    for (guint i = key || !position ? 0 : position - 1; i < list->len; i++) {
        const Place *place = &g_array_index(list, Place, i);
        bool         found = key ? !place->position && (place->plain ? is(source, place->name, key)
                                                                     : is_quoted(source, place->name, key))
                                 : place->position == position;
        if (found) {
            *out_key = place->name;
            return place->value;
        }
        if (!key && place->position > position)
            break;
    }
    return SCENARIO_NOWHERE;
}
