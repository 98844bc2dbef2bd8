#!/bin/sh
# Counts the instructions of whole runs and compares them with tests/bench/instructions.txt: slower code shows here
# even on a noisy machine. Counts depend on compiler and libraries, so the file names those it was recorded with; with
# others the comparison only informs. `--record` writes the file anew. Needs valgrind; takes a minute or two.
set -eu
file=tests/bench/instructions.txt
tolerance=3 # per cent
program=${FAULTLINE:-build/faultline}
work=${BUILD:-build}/bench
compiler=$(gcc --version | sed 1q)
mkdir -p "$work"

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" run "$1" --no-report --out "$work/counted" \
        2>&1 >/dev/null | awk '/Collected/ { print $NF }'
}

[ "${1:-}" != --record ] || {
    new=$(mktemp)
    echo "# instructions of a run without report, recorded with: $compiler" >"$new"
    for scenario in tests/bench/w2.lua scenarios/catalog/user-subsystem.lua; do
        echo "$scenario $(count "$scenario")" >>"$new"
    done
    mv "$new" "$file"
    chmod 644 "$file"
    cat "$file"
    exit
}

command -v valgrind >/dev/null || { echo "make bench-instructions: needs valgrind" >&2; exit 1; }
recorded=$(sed -n 's/^# .*recorded with: //p' "$file")
[ "$recorded" = "$compiler" ] || echo "recorded with $recorded, this is $compiler: not comparable" >&2
failed=0
while read -r scenario before; do
    case $scenario in '#'*) continue ;; esac
    now=$(count "$scenario")
    awk -v scenario="$scenario" -v now="$now" -v before="$before" -v tolerance=$tolerance 'BEGIN {
        change = (now / before - 1) * 100
        printf "%-40s %6.0f M instructions  %+.1f %%%s\n", scenario, now / 1e6, change,
            (change > tolerance) ? "  MORE THAN RECORDED" : ""
        exit (change > tolerance)
    }' || failed=1
done <"$file"
[ "$recorded" = "$compiler" ] || failed=0
exit $failed
