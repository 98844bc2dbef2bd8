#!/usr/bin/env bash
# tidy: the style page, as far as a machine can read it.
#
# Needs what `make deps` installs; clang-format and shellcheck are used when they are here and their absence is said.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

build=${BUILD:-build}
passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# judge NAME FILE: the check holds if FILE, its list of findings, is empty.
judge() {
    if [ -s "$2" ]; then
        echo "tidy: $1"
        head -n 30 "$2" | sed 's/^/    /'
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
}

sources() { # of our rooms, C only
    find sim models reports -name '*.[ch]' | LC_ALL=C sort
}
everything() { # text files of the project
    find . -path ./.git -prune -o -path "./${build%%/*}" -prune -o -path ./out -prune -o -type f -print |
        sed 's,^\./,,' | LC_ALL=C sort
}

room_of() {
    case $1 in
    sim/*) echo "${1#sim/}" | cut -d/ -f1 ;;
    *) echo "${1%%/*}" ;;
    esac
}

# ---------------------------------------------------------------- layers
# Which of our own headers a room may include; its own are always allowed.
may_include() { # ROOM HEADER
    local room=$1 header=$2 target
    target=$(room_of "$header")
    [ "$target" = "$room" ] && return 0
    [ "$target" = base ] && return 0
    case $room in
    base) return 1 ;;
    engine | plan | metrics) return 1 ;;
    ledger) [ "$target" = metrics ] ;;
    models) case $target in engine | plan | metrics | ledger) true ;; *) false ;; esac ;;
    scenario) [ "$target" = plan ] ;;
    run)
        case $target in engine | plan | metrics | ledger) return 0 ;; esac
        case $header in models/*/*) false ;; models/*.h) true ;; *) false ;; esac
        ;;
    store) case $target in plan | metrics) true ;; *) [ "$header" = sim/run/outcome.h ] ;; esac ;;
    explore) case $target in plan | run | store) true ;; *) false ;; esac ;;
    reports) [ "$header" = sim/store/reader.h ] || [ "$header" = sim/store/error.h ] ;;
    cli) true ;;
    *) false ;;
    esac
}
may_use() { # ROOM FOREIGN-HEADER
    case $2 in
    glib.h | glib/* | gio/*) true ;;
    lua.h | lauxlib.h | lualib.h) [ "$1" = scenario ] ;;
    sqlite3.h) [ "$1" = store ] ;;
    md4c.h | md4c-html.h) [ "$1" = reports ] ;;
    math.h | fenv.h | tgmath.h | complex.h) false ;;
    threads.h | pthread.h) [ "$1" = explore ] ;;
    *) true ;;
    esac
}
layers() {
    local file room header
    sources >"$work/sources" # a bare root may have no /dev/fd for <( )
    while IFS= read -r file; do
        room=$(room_of "$file")
        sed -n 's/^#include "\(.*\)".*/\1/p' "$file" >"$work/ours"
        sed -n 's/^#include <\(.*\)>.*/\1/p' "$file" >"$work/foreign"
        while IFS= read -r header; do
            case $header in
            build/gen/* | presets_data.h) continue ;;
            */*)
                [ -e "$header" ] || echo "$file: \"$header\" is not below the root"
                may_include "$room" "$header" || echo "$file: $room may not include $header"
                ;;
            *)
                # Made headers come from build/gen; everything else is written with its path.
                [ -e "$build/gen/$header" ] || [ -e "build/gen/$header" ] ||
                    echo "$file: \"$header\": write the path from the root"
                ;;
            esac
        done <"$work/ours"
        while IFS= read -r header; do
            may_use "$room" "$header" || echo "$file: $room may not use <$header>"
        done <"$work/foreign"
    done <"$work/sources"
}
layers >"$work/layers"
judge "a room includes what it may not" "$work/layers"

# ---------------------------------------------------------------- headers alone
header_alone() {
    local flags
    flags=$(for p in glib-2.0 lua5.4 sqlite3 md4c-html; do pkg-config --cflags "$p"; done 2>/dev/null |
        tr '\n' ' ' | sed 's/-I/-isystem /g')
    # shellcheck disable=SC2086 # flags are meant to be split
    printf '#include "%s"\n#include "%s"\ntypedef int nothing_else;\n' "$1" "$1" |
        ${CC:-gcc} -std=c11 -D_POSIX_C_SOURCE=200809L -I. -Ibuild/gen $flags -Wall -Wextra -Wpedantic \
            -Wno-unused-function -fsyntax-only -x c - 2>&1 | grep -E 'error|warning' | sed "s,^,$1: ,"
}
export -f header_alone
# shellcheck disable=SC2016 # expanded by the inner shell
find sim models reports -name '*.h' | LC_ALL=C sort |
    xargs -P "${JOBS:-2}" -I{} bash -c 'header_alone "$1"' bash {} >"$work/alone"
judge "a header does not stand alone" "$work/alone"

# ---------------------------------------------------------------- banned symbols
# libm and the clock change results with the machine; the environment and the locale with the user; generators and
# threads with the moment. What only sim/cli may use is in `outside`.
libm='log|log2|log10|log1p|exp|exp2|expm1|pow|sqrt|cbrt|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|fmod|hypot'
libm="$libm|tgamma|lgamma|erf|erfc|round|lround|llround|floor|ceil|trunc|rint|fma"
chance='rand|rand_r|srand|random|srandom|drand48|lrand48|mrand48|srand48|getrandom|getentropy|arc4random|g_random_.*|g_rand_.*'
locale='strtod|strtof|atof|strcoll|strxfrm|g_utf8_collate.*|setlocale|newlocale|uselocale|localeconv'
clock='time|clock|gettimeofday|clock_gettime|localtime|localtime_r|gmtime|gmtime_r|mktime|strftime|g_get_.*_time'
clock="$clock|g_date_time_new_now.*|nanosleep|usleep|sleep"
environment='getenv|secure_getenv|setenv|putenv|g_getenv|g_setenv|g_get_home_dir|g_get_user_.*|g_get_host_name|getpid|gethostname'
order='opendir|readdir|scandir|g_dir_open|g_dir_read_name|g_hash_table_iter_.*|g_hash_table_foreach.*|g_hash_table_get_keys.*|g_hash_table_get_values.*'
thread='pthread_create|thrd_create|g_thread_new|g_thread_try_new|g_thread_pool_new.*'
output='printf|puts|putchar|vprintf|__printf_chk|__vprintf_chk|perror|g_print|g_printerr|g_log|g_message|g_warning|stdout'
ending='exit|_exit|quick_exit'

banned() {
    local room pattern archive symbol
    for archive in "$build"/lib/*.a; do
        room=$(basename "$archive" .a)
        [ "$room" = cli ] && continue
        pattern="$libm|$chance|$locale|$clock|$environment|$order|$thread|$output|$ending"
        nm -u "$archive" 2>/dev/null | sed -n 's/^ *U \([A-Za-z0-9_.]*\)$/\1/p' |
            sed 's/@.*//' | LC_ALL=C sort -u | grep -Ex "$pattern" >"$work/symbols"
        while IFS= read -r symbol; do
            case $room:$symbol in
            explore:g_thread_pool_new*) ;; # the room for threads
            scenario:newlocale | scenario:uselocale) ;; # holds Lua in the C locale while it reads
            *) echo "$room: uses $symbol" ;;
            esac
        done <"$work/symbols"
    done
}
if compgen -G "$build/lib/*.a" >/dev/null; then
    banned >"$work/banned"
else
    echo "no archives below $build/lib; run make first" >"$work/banned"
fi
judge "a banned symbol is used" "$work/banned"

# The program on top may know clock, environment and LC_CTYPE, but nothing that changes a result.
nm -u "$build/lib/cli.a" 2>/dev/null | sed -n 's/^ *U \([A-Za-z0-9_.]*\)$/\1/p' | LC_ALL=C sort -u |
    grep -Ex "$libm|$chance|strtod|strtof|atof" | sed 's/^/cli: uses /' >"$work/cli"
grep -n 'setlocale *(' sim/cli/*.c | grep -v 'LC_CTYPE' >>"$work/cli"
judge "sim/cli uses what would change a result" "$work/cli"

# ---------------------------------------------------------------- words
grep -nwE 'double|float' sim/engine/*.h sim/plan/*.h models/*.h models/*/*.h 2>/dev/null |
    grep -vE '^[^:]*:[0-9]+: *(/?\*|//)' >"$work/double"
judge "a header of engine, plan or models has a floating-point type" "$work/double"

# Split so that this file does not find itself.
marks='TO''DO|FIX''ME|XX''X|HA''CK'
everything | grep -vE '^(LICENSE|tests/tidy/tidy\.sh|tests/tidy/README\.md)$' |
    xargs -d '\n' grep -nIwE "$marks" 2>/dev/null >"$work/marks"
judge "something is left undone; write OPEN: and what would decide it" "$work/marks"

# A name that exists on one machine only: home folders, mount points, scratch places.
places='/ho''me/[a-z]|/ro''ot/|/wo''rk/|/mn''t/|/me''dia/[a-z]|/Us''ers/'
everything | xargs -d '\n' grep -nIE "(^|[^A-Za-z0-9_.])($places)" 2>/dev/null >"$work/paths"
judge "a path of one machine" "$work/paths"

for room in sim/*/ models models/presets reports scenarios tests; do
    [ -e "$room/README.md" ] || echo "$room"
done >"$work/readme"
judge "a room without README.md" "$work/readme"

# Scenarios that are mistakes may hold what they like.
find sim models reports tests scenarios -path 'tests/refuse/*/*' -prune -o \( -name '*.[ch]' -o -name '*.sh' -o -name '*.lua' \) -print0 |
    xargs -0 grep -nE '[[:space:]]+$' 2>/dev/null >"$work/blanks"
judge "blanks at the end of a line" "$work/blanks"

# Words that say nothing (style page, section 2), as file or type names.
sources | grep -E '(^|/|_)(context|manager|util|utils|common|misc|helper|helpers)\.[ch]$' >"$work/names"
judge "a file name that says nothing" "$work/names"

# ---------------------------------------------------------------- format, scripts
if command -v clang-format >/dev/null 2>&1; then
    version=$(clang-format --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p')
    if [ "$version" = 14 ]; then
        find sim models reports tests -name '*.[ch]' | LC_ALL=C sort |
            xargs -d '\n' clang-format --dry-run 2>&1 | sed -n 's/: warning:.*//p' | cut -d: -f1 | uniq -c \
            >"$work/format"
        judge "format differs (lines per file); run make fmt" "$work/format"
    else
        echo "tidy: format not checked: clang-format $version here, 14 wanted"
    fi
else
    echo "tidy: format not checked: no clang-format here"
fi
if command -v shellcheck >/dev/null 2>&1; then
    {
        find sim models reports tests .ci -path 'tests/refuse/*/*' -prune -o -name '*.sh' -print
        echo .ci/run
        echo .ci/deps
    } | xargs -d '\n' shellcheck -f gcc >"$work/shell" 2>&1
    judge "shellcheck" "$work/shell"
else
    echo "tidy: scripts not checked: no shellcheck here"
fi

open=$(sources | xargs -d '\n' grep -hE '\bOPEN:' 2>/dev/null | wc -l)
echo "tidy: $open open questions (OPEN:)"
echo "tidy: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
