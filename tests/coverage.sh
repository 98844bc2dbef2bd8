#!/usr/bin/env bash
# coverage.sh BUILD: lines run per source file, worst first, from what gcov says about the objects below BUILD.
set -uo pipefail

build=${1:-build/coverage}
gcov=${GCOV:-gcov}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find "$build/obj/sim" "$build/obj/models" "$build/obj/reports" -name '*.gcda' -print0 |
    while IFS= read -r -d '' file; do
        "$gcov" -n "$file" 2>/dev/null
    done |
    awk '/^File / { gsub(/\047/, ""); file = $2 }
         /^Lines executed:/ && file ~ /^(sim|models|reports)\/.*\.c$/ {
             split($2, part, /[:%]/); lines[file] = $4; share[file] = part[2]; file = "" }
         END {
             for (file in lines) {
                 all += lines[file]; run += lines[file] * share[file] / 100
                 printf "%7.2f %%  %5d lines  %s\n", share[file], lines[file], file
             }
             printf "%7.2f %%  %5d lines  all\n", all ? 100 * run / all : 0, all
         }' | LC_ALL=C sort -n
