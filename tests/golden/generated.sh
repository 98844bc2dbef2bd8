#!/usr/bin/env bash
# generated: files that are made from the tables of the models say what the tables say.
#
#   tests/golden/generated.sh              compares
#   tests/golden/generated.sh --rewrite    writes them anew (`make golden` does)
# shellcheck disable=SC2016 # backticks are Markdown
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

# made FILE NAME MADE ...: FILE with what stands between "<!-- generated: NAME -->" and "<!-- end of generated -->"
# replaced by MADE; an entry that FILE has no place for is a failure.
made() {
    local file=$1
    cp "$file" "$work/page"
    shift
    while [ $# -gt 0 ]; do
        grep -qxF "<!-- generated: $1 -->" "$work/page" || {
            echo "generated: $file has no line '<!-- generated: $1 -->'"
            failed=$((failed + 1))
        }
        awk -v begin="<!-- generated: $1 -->" -v made="$2" '
            $0 == "<!-- end of generated -->" { inside = 0 }
            !inside { print }
            $0 == begin { inside = 1; while ((getline line < made) > 0) print line; print "" }
        ' "$work/page" >"$work/next"
        mv "$work/next" "$work/page"
        shift 2
    done
    compare "$file" "$work/page"
}

# The first line of a scenario says what it shows.
shows() {
    sed -n '1s/^-- //p' "$1" | sed 's/|/\\|/g'
}

# What a scenario says of itself in its field `about`.
about() {
    awk -F '\t' -v file="$1" '$2 == file { gsub(/[|]/, "\\\\|", $3); print $3 }' "$work/scenarios"
}

# Files on standard input, one per line, as rows: name, what it shows as $1 says it.
rows() {
    local file
    printf '\n| scenario | shows |\n|---|---|\n'
    while read -r file; do
        printf '| [`%s`](%s) | %s |\n' "$(basename "$file" .lua)" "${file#scenarios/}" "$("$1" "$file")"
    done
}

# Every preset: what it is and leaves out by its table, what it shows by its scenario. A preset without a scenario of its
# name refers to those that use it.
presets() {
    local written engine what values source leaves file where family first='' word uses text
    "$faultline" list engines --plain | tr '\t' '\037' >"$work/engines" # a bare root may have no /dev/fd for <( )
    while IFS=$'\037' read -r written engine what values source leaves file where family; do
        word=${written%% *}
        if [ "$word" != "$first" ]; then
            first=$word
            printf '\n### %s (%s)\n\n| preset | is | shows | constants from | leaves out |\n|---|---|---|---|---|\n' "$word" "$where"
        fi
        if [ -n "$file" ]; then
            text="$(shows "$file") [scenario](../$file)"
        else
            text=
            grep -lE "^[^-]*(\b$word|like = .*) \"$engine\"" scenarios/catalog/engines/*.lua >"$work/uses"
            while read -r uses; do
                text="$text${text:+, }[$(basename "$uses" .lua)](../$uses)"
            done <"$work/uses"
        fi
        printf '| `%s` | %s | %s | %s | %s |\n' "$engine" "${what//|/\\|}" "$text" "$source" "${leaves//|/\\|}"
    done <"$work/engines"
    : "$values" "$family"
}

# Parts and rules that are no system by name: name, what it does, leaves out; for rules: source and scenario.
mechanisms() {
    printf '\n### channels\n\n| channel | does | leaves out |\n|---|---|---|\n'
    "$faultline" list channels --plain | awk -F '\t' '{ printf "| `%s` | %s | %s |\n", $1, $3, $7 }'
    printf '\n### read steps\n\n| step | does | leaves out |\n|---|---|---|\n'
    "$faultline" list reads --plain | awk -F '\t' '{ printf "| `%s` | %s | %s |\n", $1, $3, $7 }'
    printf '\n### failover\n\n| part | does | leaves out |\n|---|---|---|\n'
    "$faultline" list failovers --plain | awk -F '\t' '{ printf "| `%s` | %s | %s |\n", $1, $3, $7 }'
    printf '\n### finding a region\n\n| part | does | leaves out |\n|---|---|---|\n'
    "$faultline" list routes --plain | awk -F '\t' '{ printf "| `%s` | %s | %s |\n", $1, $3, $7 }'
    local what
    for what in owners conflicts; do
        printf '\n### %s\n\n| rule | decides | described in | scenario |\n|---|---|---|---|\n' "$what"
        "$faultline" list "$what" --plain | awk -F '\t' '{
            name = $6; sub(".*/", "", name); sub("[.]lua$", "", name)
            printf "| `%s` | %s | %s | %s |\n", $1, $3, $5, $6 == "" ? "" : "[" name "](../" $6 ")" }'
    done
}

# The catalogue, in groups: an engine's file does not say "-- not an engine".
catalogue() {
    local engines=scenarios/catalog/engines plain="$work/plain" rest="$work/rest"
    local rules="/conflict-" owners="/owner-" queues="/queue-" reads="/(read|back-source|negative-cache|degrade)[-.]"
    local ways="/(failover|routing)-"
    grep -l '^-- not an engine' $engines/*.lua >"$plain"
    printf '\n### The theses and the user subsystem (`catalog/`)\n'
    printf '%s\n' scenarios/catalog/*.lua | rows about
    printf '\n### Published incidents, played again (`catalog/incidents/`)\n'
    printf '%s\n' scenarios/catalog/incidents/*.lua | rows shows
    printf '\n### Kinds of faults, and what each does (`catalog/faults/`)\n'
    printf '%s\n' scenarios/catalog/faults/*.lua | rows shows
    printf '\n### Engines: the characteristic failure of each (`catalog/engines/`, as all below)\n'
    grep -L '^-- not an engine' $engines/*.lua | rows shows
    printf '\n### Rules for changes that meet\n'
    grep -E "$rules" "$plain" | rows shows
    printf '\n### Who owns a record\n'
    grep -E "$owners" "$plain" | rows shows
    printf '\n### Queues\n'
    grep -E "$queues" "$plain" | rows shows
    printf '\n### Reading\n'
    grep -E "$reads" "$plain" | rows shows
    printf '\n### Failing over, and how users find a region\n'
    grep -E "$ways" "$plain" | rows shows
    grep -vE "$rules|$owners|$queues|$reads|$ways" "$plain" >"$rest" || return 0
    printf '\n### Several channels, several replicas\n'
    rows shows <"$rest"
}

# The programs of tests/theory: the first sentence of each, which may run over several lines.
theory() {
    printf '\n| program | shows |\n|---|---|\n'
    local file
    for file in tests/theory/test_*.c; do
        awk -v file="$(basename "$file" .c)" '
            NR == 1 { next }
            /^ \*$/ || /^ \*\// { exit }
            { line = $0; sub(/^ \* /, "", line); text = text (text == "" ? "" : " ") line }
            END { sub(/^[^:]*: /, "", text); printf "| `%s` | %s |\n", file, text }' "$file"
    done
}

theory >"$work/theory"
made tests/README.md theory "$work/theory"
"$faultline" list reference >"$work/reference" || exit
"$faultline" list scenarios --plain >"$work/scenarios" || exit
catalogue >"$work/catalogue"
[ "$(grep -c '^| \[' "$work/catalogue")" -eq "$(find scenarios/catalog -name '*.lua' | wc -l)" ] || {
    echo "generated: the catalogue in tests/golden/generated.sh does not have every scenario exactly once"
    failed=$((failed + 1))
}
{
    printf '\n| scenario | must stay true |\n|---|---|\n'
    printf '%s\n' scenarios/regression/fast/*.lua | rows about | tail -n +4
} >"$work/regressions"
made scenarios/README.md catalogue "$work/catalogue" regressions "$work/regressions" \
    words "$work/reference"
presets >"$work/presets"
mechanisms >"$work/mechanisms"
made models/README.md presets "$work/presets" mechanisms "$work/mechanisms"
"$faultline" list editor >"$work/editor" || exit
compare scenarios/lib/faultline-words.lua "$work/editor"
"$faultline" list luacheck >"$work/luacheck" || exit
compare scenarios/.luacheckrc "$work/luacheck"

echo "generated: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
