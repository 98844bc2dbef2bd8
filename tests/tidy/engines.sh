#!/usr/bin/env bash
# engines: every named system of a channel has a scenario that shows how it fails: scenarios/catalog/engines/NAME.lua.
#
# What is missing is listed and counted; it fails only once `complete` below says that all were there.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

complete=yes

faultline=${FAULTLINE:-build/faultline}
folder=scenarios/catalog/engines
passed=0
failed=0
all=0
missing=
good() {
    passed=$((passed + 1))
}
bad() {
    echo "engines: $1"
    failed=$((failed + 1))
}

# name, engine, what it is, values, source, leaves out, scenario, where, family
listed=$("$faultline" list engines --plain) || exit
names=$(awk -F '\t' '$NF == "channel" { print $2 }' <<<"$listed" | LC_ALL=C sort -u)
every=$(cut -f 2 <<<"$listed")
for name in $names; do
    all=$((all + 1))
    if [ -f "$folder/$name.lua" ]; then
        good
        # A scenario of that name that plays something else shows nothing about it.
        if grep -qF "\"$name\"" "$folder/$name.lua"; then good; else bad "$folder/$name.lua does not use \"$name\""; fi
    else
        missing="$missing $name"
    fi
done
# The other way round: a file stands for an engine, or for a variation of one (NAME-WHAT.lua).
for file in "$folder"/*.lua; do
    [ -f "$file" ] || continue
    name=$(basename "$file" .lua)
    found=
    for engine in $every; do
        case $name in "$engine" | "$engine"-*) found=yes ;; esac
    done
    if [ -n "$found" ] || grep -q '^-- not an engine' "$file"; then good; else
        bad "$file: no engine is called so; one that shows something else says '-- not an engine' in a line of its own"
    fi
done

# What a preset does not do is said beside what it does; models/README.md is made from that.
silent=$(awk -F '\t' '$6 == "" { print $1 }' <<<"$listed")
if [ -z "$silent" ]; then good; else bad "these do not say what they leave out: $silent"; fi

count=$(wc -w <<<"$missing")
if [ "$count" -eq 0 ]; then
    good
    [ "$complete" = yes ] || echo "engines: all $all have their scenario: set complete=yes in tests/tidy/engines.sh"
elif [ "$complete" = yes ]; then
    bad "no scenario for:$missing"
else
    echo "engines: $count of $all have no scenario yet:$missing"
fi
echo "engines: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
