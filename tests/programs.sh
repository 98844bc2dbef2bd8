#!/usr/bin/env bash
# programs.sh NAME PROGRAM...: runs Check programs side by side and adds up their cases.
#
# Each program writes to a log of its own; only failures are shown. A program that dies before it has counted is one
# failure. The last line is 'NAME: N passed, N failed'.
set -uo pipefail

name=$1
shift
build=${BUILD:-build}
logs=$build/log/$name
rm -rf "$logs"
mkdir -p "$logs"

if [ $# -gt 0 ]; then
    # shellcheck disable=SC2016 # expanded by the inner shell
    printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I{} sh -c '
        log=$1/$(basename "$2").log
        CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-120} CK_VERBOSITY=${CK_VERBOSITY:-normal} "$2" >"$log" 2>&1
        echo "exit $?" >>"$log"' sh "$logs" {}
fi

passed=0
failed=0
for program in "$@"; do
    log=$logs/$(basename "$program").log
    code=$(sed -n '$s/^exit //p' "$log")
    counts=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' "$log")
    bad=0
    good=0
    while read -r checks failures errors; do
        [ -n "$checks" ] || continue
        bad=$((bad + failures + errors))
        good=$((good + checks - failures - errors))
    done <<<"$counts"
    if [ "$code" != 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
    fi
    if [ "$code" = 0 ] && [ "$good" -eq 0 ]; then
        echo "$(basename "$program"): no test ran"
        bad=1
    fi
    if [ "$bad" -gt 0 ]; then
        echo "--- $(basename "$program")"
        sed '$d' "$log"
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
done
echo "$name: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
