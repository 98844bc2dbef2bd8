#!/usr/bin/env bash
# kill: a run that is killed at any moment leaves a whole result or none.
#
# Kills `run` (report included) at random moments, over an absent and over an existing result. Afterwards the result
# directory is either as before or complete: all files there, the database opens and has its verdict, and it can be
# drawn. What is left beside it goes with the next run. Ends with 'kill: N passed, N failed'.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

scenario=${SCENARIO:-scenarios/catalog/user-subsystem.lua}
rounds=${ROUNDS:-100}
program=${FAULTLINE:-build/faultline}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
whole=0

now_ms() {
    date +%s%3N
}

began=$(now_ms)
"$program" run "$scenario" --seed 1 --out "$work/reference" >"$work/output" 2>&1
code=$?
length=$(($(now_ms) - began + 1))
if [ "$code" -gt 1 ]; then
    cat "$work/output"
    echo "kill: 0 passed, 1 failed"
    exit 1
fi

complete() { # DIRECTORY
    local file
    for file in "$work"/reference/*; do
        [ -e "$1/$(basename "$file")" ] || { echo "$(basename "$file") is missing" && return 1; }
    done
    cmp -s "$1/result.db" "$work/reference/result.db" || { echo "result.db differs" && return 1; }
    cmp -s "$1/summary.txt" "$work/reference/summary.txt" || { echo "summary.txt differs" && return 1; }
    cmp -s "$1/report.html" "$work/reference/report.html" || { echo "report.html differs" && return 1; }
}

for ((round = 1; round <= rounds; round++)); do
    # Every second round there is something to replace.
    if [ $((round % 2)) -eq 0 ]; then
        [ -d "$work/result" ] || cp -r "$work/reference" "$work/result"
    else
        rm -rf "$work/result"
    fi
    # Somewhat beyond the end, so that the last steps are hit as often as the others.
    moment=$(((RANDOM * 32768 + RANDOM) % (length + length / 5 + 1)))
    "$program" run "$scenario" --seed 1 --out "$work/result" >/dev/null 2>&1 &
    child=$!
    sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
    kill -9 "$child" 2>/dev/null
    wait "$child" 2>/dev/null

    if [ -d "$work/result" ]; then
        if reason=$(complete "$work/result"); then
            passed=$((passed + 1))
            whole=$((whole + 1))
        else
            echo "kill: after $moment ms of $length: $reason"
            failed=$((failed + 1))
            rm -rf "$work/result"
        fi
    elif [ $((round % 2)) -eq 0 ]; then
        echo "kill: after $moment ms of $length: the earlier result is gone"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
    # What a killed run leaves behind must not look like a result to anybody.
    if find "$work" -maxdepth 1 -name '*partial*' ! -name '.*' | grep -q .; then
        echo "kill: a partial directory is visible"
        failed=$((failed + 1))
    fi
done

# The next run in that folder clears all of it away.
left=$(find "$work" -maxdepth 1 -name '.*partial*' | wc -l)
"$program" run "$scenario" --seed 1 --no-report --out "$work/last" >/dev/null 2>&1
if find "$work" -maxdepth 1 -name '.*partial*' | grep -q .; then
    echo "kill: partial directories stay for ever"
    failed=$((failed + 1))
else
    passed=$((passed + 1))
fi

echo "kill: $whole of $rounds left a whole result, the others none; $left partial directories at the end, and none after the next run"
echo "kill: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
