#!/usr/bin/env bash
# check.sh: everything `make check` runs, one part after the other, each part parallel in itself.
#
# A part ends with a line '... N passed, N failed'; a part that ends otherwise has failed once. The last line of all is
# 'N passed, N failed'.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

build=${BUILD:-build}
mkdir -p "$build/log"
passed=0
failed=0

part() {
    local name=$1 log=$build/log/$1.part code line good bad
    shift
    if [ ! -e "$1" ]; then
        echo "$name: $1 is missing"
        failed=$((failed + 1))
        return
    fi
    "$@" 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    line=$(grep -E '(^|[ :])[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
    good=$(sed -n 's/.*\b\([0-9][0-9]*\) passed, .*/\1/p' <<<"$line")
    bad=$(sed -n 's/.* passed, \([0-9][0-9]*\) failed$/\1/p' <<<"$line")
    if [ "$code" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then
        echo "$name: ended with $code"
        bad=1
    elif [ -z "$line" ]; then
        echo "$name: ended without a count"
        bad=1
    fi
    passed=$((passed + ${good:-0}))
    failed=$((failed + ${bad:-0}))
}

# Set by the Makefile; names of our own files hold no blanks.
read -r -a unit <<<"${UNIT_PROGRAMS:-}"
read -r -a story <<<"${STORY_PROGRAMS:-}"

part unit tests/programs.sh unit "${unit[@]}"
part story tests/programs.sh story "${story[@]}"
part cli tests/story/cli.sh
part refuse tests/refuse/run.sh
part worlds "$build/tests/fuzz/worlds" --check 40
part golden tests/golden/run.sh
part generated tests/golden/generated.sh
part tidy tests/tidy/tidy.sh
part engines tests/tidy/engines.sh

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
