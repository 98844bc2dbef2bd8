#!/bin/sh
# embed.sh [-t TABLE] FILE...: prints a C header that holds each file as text.
#
#   static const char sim_store_schema_sql[];      for sim/store/schema.sql; ends with 0
#   static const struct { const char *name; const char *text; } TABLE[];
#                                                  with -t: all of them by name; ends with {NULL, NULL}
#
# Bytes, not string literals: ISO C promises literals of no more than 4095 signs, and the warning stays on.
set -eu

table=
if [ "${1:-}" = -t ]; then
    table=$2
    shift 2
fi

symbol() {
    printf '%s' "$1" | LC_ALL=C tr -c 'A-Za-z0-9' '_'
}

echo "/* Made by embed.sh; do not edit. */"
echo "#include <stddef.h>"
for file in "$@"; do
    echo "static const char $(symbol "$file")[] = {"
    od -An -v -tx1 "$file" | LC_ALL=C sed 's/ \([0-9a-f][0-9a-f]\)/\x27\\x\1\x27,/g'
    echo "0};"
done
[ -n "$table" ] || exit 0
echo "static const struct {"
echo "    const char *name;"
echo "    const char *text;"
echo "} ${table}[] = {"
for file in "$@"; do
    echo "    {\"$(basename "$file")\", $(symbol "$file")},"
done
echo "    {NULL, NULL}};"
