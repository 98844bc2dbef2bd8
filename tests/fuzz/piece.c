/* piece.c: see piece.h. */
#include "tests/fuzz/piece.h"

Piece *piece_value(const char *field, const char *lua)
{
    Piece *piece = g_new0(Piece, 1);
    piece->field = g_strdup(field);
    piece->text = g_strdup(lua);
    return piece;
}

Piece *piece_quoted(const char *field, const char *text)
{
    Piece *piece = piece_value(field, NULL);
    piece->text = g_strdup_printf("\"%s\"", text);
    return piece;
}

Piece *piece_word(const char *field, const char *word, const char *text)
{
    Piece *piece = piece_value(field, text);
    piece->word = g_strdup(word);
    piece->inside = g_ptr_array_new_with_free_func((GDestroyNotify)piece_free);
    return piece;
}

Piece *piece_table(const char *field)
{
    return piece_word(field, NULL, NULL);
}

void piece_free(Piece *piece)
{
    if (piece == NULL)
        return;
    if (piece->inside != NULL)
        g_ptr_array_free(piece->inside, TRUE);
    g_free(piece->field);
    g_free(piece->word);
    g_free(piece->text);
    g_free(piece);
}

Piece *piece_add(Piece *piece, Piece *part)
{
    g_ptr_array_add(piece->inside, part);
    return part;
}

static void write_piece(GString *out, const Piece *piece);

/* What Lua takes for a name without quotes; no keyword is one of ours. */
static bool is_plain(const char *name)
{
    for (const char *c = name; *c != 0; c++)
        if (!g_ascii_isalpha(*c) && *c != '_')
            return false;
    return true;
}

static void write_inside(GString *out, const Piece *piece, const char *between)
{
    const char *before = "";
    for (guint i = 0; i < piece->inside->len; i++) {
        const Piece *part = g_ptr_array_index(piece->inside, i);
        if (part->left_out)
            continue;
        g_string_append(out, before);
        write_piece(out, part);
        before = between;
    }
}

static void write_piece(GString *out, const Piece *piece)
{
    if (piece->field != NULL && is_plain(piece->field))
        g_string_append_printf(out, "%s = ", piece->field);
    else if (piece->field != NULL)
        g_string_append_printf(out, "[\"%s\"] = ", piece->field);
    if (piece->inside == NULL) {
        g_string_append(out, piece->text);
        return;
    }
    if (piece->word != NULL)
        g_string_append_printf(out, "%s ", piece->word);
    if (piece->text != NULL)
        g_string_append_printf(out, "\"%s\" ", piece->text);
    g_string_append(out, "{ ");
    write_inside(out, piece, ", ");
    g_string_append(out, " }");
}

char *piece_lua(const Piece *whole)
{
    GString *out = g_string_new(NULL);
    write_inside(out, whole, "\n");
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

static void collect(GPtrArray *all, Piece *piece)
{
    for (guint i = 0; piece->inside != NULL && i < piece->inside->len; i++) {
        Piece *part = g_ptr_array_index(piece->inside, i);
        g_ptr_array_add(all, part);
        collect(all, part);
    }
}

GPtrArray *piece_all(Piece *whole)
{
    GPtrArray *all = g_ptr_array_new();
    collect(all, whole);
    return all;
}
