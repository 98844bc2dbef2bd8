#!/usr/bin/env bash
# generated: files that are made from the tables of the models say what the tables say.
#
#   tests/golden/generated.sh              compares
#   tests/golden/generated.sh --rewrite    writes them anew (`make golden` does)
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

rewrite=
[ "${1:-}" = --rewrite ] && rewrite=yes
faultline=${FAULTLINE:-build/faultline}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# compare FILE MADE
compare() {
    if [ -n "$rewrite" ]; then
        cp "$2" "$1"
        passed=$((passed + 1))
    elif diff -u "$1" "$2" >"$work/diff"; then
        passed=$((passed + 1))
    else
        echo "generated: $1 is not what the tables say; \`make golden\` writes it anew"
        head -n 20 "$work/diff" | sed 's/^/    /'
        failed=$((failed + 1))
    fi
}

# Between its two markers, scenarios/README.md is the reference of all words.
"$faultline" list reference >"$work/reference" || exit
awk -v made="$work/reference" '
    /^<!-- end of generated -->$/ { inside = 0 }
    !inside { print }
    /^<!-- generated: / { inside = 1; print ""; while ((getline line < made) > 0) print line; print "" }
' scenarios/README.md >"$work/readme"
compare scenarios/README.md "$work/readme"
"$faultline" list editor >"$work/editor" || exit
compare scenarios/lib/faultline-words.lua "$work/editor"
"$faultline" list luacheck >"$work/luacheck" || exit
compare scenarios/.luacheckrc "$work/luacheck"

echo "generated: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
