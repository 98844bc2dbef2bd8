#!/bin/sh
# run.sh: every mistake must be explained: exit code 2, the exact words, quickly, and no result left.
#
# usage: FAULTLINE=build/faultline tests/refuse/run.sh [MISTAKE...]
#
# A mistake is a directory: scenario.lua and expected.txt, maybe `arguments` (more arguments, one
# per line), maybe make.sh (makes what cannot be kept as a file). It runs in a copy of its own, so
# messages say "scenario.lua". UPDATE=1 writes expected.txt anew, for review.
set -u
here=$(cd "$(dirname "$0")" && pwd)
faultline=${FAULTLINE:-build/faultline}
case $faultline in
/*) ;;
*) faultline=$PWD/$faultline ;;
esac
if [ ! -x "$faultline" ]; then
    echo "run.sh: no program at $faultline (set FAULTLINE)" >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
passed=0
failed=0

complain() {
    echo "not refused as it should be: $name: $1"
    bad=1
}

try() {
    name=$(basename "$1")
    place=$work/$name
    bad=0
    mkdir "$place"
    cp -R "$1/." "$place"
    cd "$place" || exit 2
    rm -f expected.txt
    if [ -f make.sh ]; then
        sh ./make.sh
    fi
    set -- run scenario.lua
    if [ -f arguments ]; then
        while IFS= read -r word; do
            set -- "$@" "$word"
        done <arguments
    fi
    find . | LC_ALL=C sort >"$work/before"
    # Two seconds of work; a machine that has other things to do may take longer over them.
    timeout 60 prlimit --cpu=2 "$faultline" "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
    code=$?
    # The last lines are the program's, the same for every mistake: how many, and how to see it again.
    grep -qF "repeat: $faultline run scenario.lua" "$work/stderr" || complain "no line that repeats it"
    sed -i -e '/^faultline: .*; nothing was run$/d' -e '/^repeat: /d' "$work/stderr"
    find . | LC_ALL=C sort >"$work/after"
    cd "$here" || exit 2
    if [ "${UPDATE:-}" = 1 ]; then
        cp "$work/stderr" "$here/$name/expected.txt"
    fi
    [ $code = 124 ] || [ $code -gt 128 ] && complain "took more than 2 s"
    [ $code = 2 ] || complain "exit code $code, wanted 2"
    [ -s "$work/stdout" ] && complain "wrote to stdout"
    cmp -s "$work/before" "$work/after" || complain "left files behind"
    if ! diff -u "$here/$name/expected.txt" "$work/stderr"; then
        complain "other words"
    fi
    if [ $bad = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    rm -rf "$place"
}

if [ $# -eq 0 ]; then
    set -- "$here"/*/
fi
for mistake in "$@"; do
    case $mistake in
    */*) try "${mistake%/}" ;;
    *) try "$here/$mistake" ;;
    esac
done
echo "refuse: $passed passed, $failed failed"
[ $failed = 0 ]
