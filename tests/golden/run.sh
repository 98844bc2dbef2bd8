#!/usr/bin/env bash
# golden: the catalogue and the fast regression scenarios give what they gave before.
#
#   tests/golden/run.sh              compares
#   tests/golden/run.sh --rewrite    accepts what they give now (`make golden`); then explain each change in CHANGES.md
#
# Every scenario is played with seed 1; plan.txt, summary.txt and fingerprint.txt are compared with
# tests/golden/<path of the scenario below scenarios/, without .lua>/. A folder here without a scenario is a failure.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

rewrite=
[ "${1:-}" = --rewrite ] && rewrite=yes
faultline=${FAULTLINE:-build/faultline}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
files=(plan.txt summary.txt fingerprint.txt)

scenarios=()
# Lists go through files: a bare root may have no /dev/fd for <( ).
find scenarios/catalog scenarios/regression/fast -name lib -prune -o -name '_*' -prune -o \
    -name '*.lua' -print 2>/dev/null | LC_ALL=C sort >"$work/scenarios"
while IFS= read -r scenario; do
    scenarios+=("$scenario")
done <"$work/scenarios"

play() {
    local name
    name=${1#scenarios/}
    name=${name%.lua}
    mkdir -p "$work/$name"
    "$faultline" run "$1" --seed 1 --no-report --out "$work/$name/result" >"$work/$name/output" 2>&1
    echo $? >"$work/$name/code"
}
export -f play
export work faultline
if [ ${#scenarios[@]} -gt 0 ]; then
    # shellcheck disable=SC2016 # expanded by the inner shell
    printf '%s\n' "${scenarios[@]}" | xargs -P "${JOBS:-2}" -I{} bash -c 'play "$1"' bash {}
fi

passed=0
failed=0
fail() {
    echo "golden: $1"
    failed=$((failed + 1))
}

for scenario in "${scenarios[@]}"; do
    name=${scenario#scenarios/}
    name=${name%.lua}
    code=$(cat "$work/$name/code")
    wanted=tests/golden/$name
    if [ "$code" -ne 0 ] && [ "$code" -ne 1 ] && [ "$code" -ne 3 ]; then
        fail "$scenario: ended with $code"
        sed 's/^/    /' "$work/$name/output"
        continue
    fi
    if [ -n "$rewrite" ]; then
        mkdir -p "$wanted"
        for file in "${files[@]}"; do
            cp "$work/$name/result/$file" "$wanted/$file"
        done
        passed=$((passed + 1))
        continue
    fi
    if [ ! -d "$wanted" ]; then
        fail "$scenario: has no golden files; look at what it gives, then 'make golden'"
        continue
    fi
    same=yes
    for file in "${files[@]}"; do
        if ! diff -u "$wanted/$file" "$work/$name/result/$file" >"$work/diff" 2>&1; then
            [ "$same" = yes ] && fail "$scenario: is not what it was"
            same=
            head -n 40 "$work/diff" | sed 's/^/    /'
        fi
    done
    [ -n "$same" ] && passed=$((passed + 1))
done

find tests/golden -name plan.txt -printf '%h\n' | LC_ALL=C sort >"$work/folders"
while IFS= read -r folder; do
    name=${folder#tests/golden/}
    if [ ! -f "scenarios/$name.lua" ]; then
        fail "$folder: its scenario is gone; remove the folder"
    fi
done <"$work/folders"
[ ${#scenarios[@]} -gt 0 ] || fail "there are no scenarios"

echo "golden: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
