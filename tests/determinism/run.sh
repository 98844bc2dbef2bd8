#!/usr/bin/env bash
# determinism: the same plan and seed give the same fingerprint and the same bytes, whoever runs them.
#
#   50 fresh processes with the environment's size, locale, time zone, folder, home and umask varied;
#   then builds with other optimisation and, if it is here, another compiler.
#
# Shows the first lines that differ. Ends with 'determinism: N passed, N failed'.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

root=$PWD
scenario=$(realpath "${SCENARIO:-scenarios/catalog/user-subsystem.lua}")
seed=7
rounds=${ROUNDS:-50}
program=$(realpath "${FAULTLINE:-build/faultline}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# play PROGRAM DIRECTORY: leaves fingerprint, hash and summary; the exit code must be a verdict.
play() {
    "$1" run "$scenario" --seed "$seed" --no-report --out "$2" >"$2.output" 2>&1
    local code=$?
    if [ "$code" -ne 0 ] && [ "$code" -ne 1 ]; then
        echo "ended with $code"
        tail -n 5 "$2.output"
        return 1
    fi
    sha256sum <"$2/result.db" >"$2/hash"
}

same() { # NAME DIRECTORY: compares with the first run
    local file
    for file in fingerprint.txt summary.txt plan.txt hash; do
        if ! cmp -s "$work/first/$file" "$2/$file"; then
            echo "determinism: $1: $file differs"
            diff "$work/first/$file" "$2/$file" | head -n 6 | sed 's/^/    /'
            failed=$((failed + 1))
            return
        fi
    done
    passed=$((passed + 1))
}

if ! play "$program" "$work/first"; then
    echo "determinism: 0 passed, 1 failed"
    exit 1
fi

read -r -a locales <<<"$(locale -a 2>/dev/null | tr '\n' ' ') C POSIX de_DE.UTF-8 tr_TR.UTF-8 nowhere"
zones=(UTC Asia/Shanghai America/St_Johns Pacific/Chatham :/nonexistent)
masks=(000 022 027 077)

for ((round = 1; round <= rounds; round++)); do
    place=$work/$round
    # The environment's size moves the stack, and with it every address on it.
    padding=$(printf '%*s' $((round * 97 % 4096)) '' | tr ' ' x)
    home=$work/home-$round/$padding
    mkdir -p "$work/folder-$((round % 7))"
    (
        cd "$work/folder-$((round % 7))" || exit
        umask "${masks[$((round % ${#masks[@]}))]}"
        export PADDING=$padding TZ=${zones[$((round % ${#zones[@]}))]} HOME=${home:0:200}
        # The shell complains about locales that are not installed; the program has to live with them.
        {
            export LC_ALL=${locales[$((round % ${#locales[@]}))]}
            export LANG=${locales[$(((round + 3) % ${#locales[@]}))]}
        } 2>/dev/null
        export G_RANDOM_VERSION=$((round % 2 ? 20 : 22)) G_SLICE=$((round % 2)) MALLOC_PERTURB_=$((round % 256))
        [ $((round % 5)) -eq 0 ] && unset HOME LANG TZ
        play "$program" "$place"
    ) || {
        failed=$((failed + 1))
        continue
    }
    same "round $round" "$place"
    rm -rf "$place"
done

build_and_compare() { # NAME MAKE-ARGUMENT...
    local name=$1 folder=build/determinism/$1
    shift
    if ! make --no-print-directory -j"${JOBS:-2}" BUILD="$folder" "$@" all >"$work/build" 2>&1; then
        echo "determinism: $name does not build"
        grep -m 5 -A 3 error "$work/build" | sed 's/^/    /'
        failed=$((failed + 1))
        return
    fi
    if play "$root/$folder/faultline" "$work/$name"; then
        same "$name" "$work/$name"
    else
        failed=$((failed + 1))
    fi
}

build_and_compare gcc-O0 CC=gcc OPTIMISE=-O0 DEBUG=
build_and_compare gcc-O3 CC=gcc OPTIMISE=-O3 DEBUG=
if command -v clang >/dev/null 2>&1; then
    build_and_compare clang-O2 CC=clang OPTIMISE=-O2 DEBUG=
else
    echo "determinism: clang is not here: not compared"
fi

echo "determinism: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
