/*
 * piece.h: a scenario as a tree that can be written as Lua, and of which parts can be left out.
 *
 *     region "a" { zones = 2 }            word, its text, and what stands inside
 *     at "5s" { cut { "a-b", lasts = "1s" } }
 */
#ifndef TESTS_FUZZ_PIECE_H
#define TESTS_FUZZ_PIECE_H

#include <glib.h>
#include <stdbool.h>

typedef struct Piece Piece;
struct Piece {
    char      *field;  /* "zones" in `zones = 2`; NULL: by its place */
    char      *word;   /* NULL: a table, or a plain value */
    char      *text;   /* behind the word in quotes; of a plain value: itself, as Lua */
    GPtrArray *inside; /* Piece; NULL: a plain value, or a word with its text alone */
    bool       left_out;
};

/* All arguments are copied and may be NULL. Owned. */
Piece *piece_value(const char *field, const char *lua);
Piece *piece_quoted(const char *field, const char *text);
Piece *piece_table(const char *field);
Piece *piece_word(const char *field, const char *word, const char *text);
void   piece_free(Piece *piece);

/* Puts `part` into a piece, which owns it from then on. Returns the part. */
Piece *piece_add(Piece *piece, Piece *part);

/* The pieces inside, as Lua, one a line. Owned. */
char *piece_lua(const Piece *whole);

/* All pieces below `whole`, outer ones first. The array is owned, the pieces are lent. */
GPtrArray *piece_all(Piece *whole);

#endif
