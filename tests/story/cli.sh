#!/usr/bin/env bash
# cli: what the command line promises: exit codes, streams, JSON, JUnit, result directories, full disks.
#
# Works on scenarios that it makes from the starter, in a temporary folder. Ends with 'cli: N passed, N failed'.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
root=$PWD

faultline=$(realpath "${FAULTLINE:-build/faultline}")
work=$(mktemp -d)
mounted=
cleanup() {
    [ -n "$mounted" ] && umount "$mounted" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
mkdir "$work/here" "$work/streams"
cd "$work/here" || exit
unset GITHUB_ACTIONS NO_COLOR

passed=0
failed=0
story=
good() {
    passed=$((passed + 1))
}
bad() {
    echo "cli: $story: $1"
    for file in out err; do
        [ -s "$work/streams/$file" ] && sed "s/^/    $file: /" "$work/streams/$file" | head -n 12
    done
    failed=$((failed + 1))
}

# ends CODE COMMAND...: runs it into the files out and err.
ends() {
    local wanted=$1 code
    shift
    "$@" >"$work/streams/out" 2>"$work/streams/err" </dev/null
    code=$?
    if [ "$code" -eq "$wanted" ]; then good; else bad "ended with $code, wanted $wanted: $*"; fi
}
says() { # FILE TEXT: the text stands in the file
    if grep -qF -- "$2" "$work/streams/$1"; then good; else bad "no '$2' in $1"; fi
}
says_not() {
    if grep -qF -- "$2" "$work/streams/$1"; then bad "'$2' in $1"; else good; fi
}
silent() {
    if [ -s "$work/streams/$1" ]; then bad "$1 is not empty"; else good; fi
}
holds() { # COMMAND...
    if "$@" >/dev/null 2>&1; then good; else bad "does not hold: $*"; fi
}
absent() {
    if [ -e "$1" ]; then bad "$1 exists"; else good; fi
}

json_fine() { # FILE: is it one JSON value?
    if command -v python3 >/dev/null 2>&1; then
        python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$1"
    elif command -v jq >/dev/null 2>&1; then
        jq -e . "$1"
    else
        # Texts away, then commas, numbers and words; what is left must be brackets that match.
        LC_ALL=C awk '
            { all = all $0 " " }
            END {
                gsub(/\\./, "", all); gsub(/"[^"]*"/, "0", all)
                if (all ~ /,[ ]*[]}]/ || all ~ /[[{][ ]*,/) exit 1
                gsub(/true|false|null|-?[0-9]+|[ ,:]/, "", all)
                while (gsub(/\[\]|\{\}/, "", all)) { }
                exit all != ""
            }' "$1"
    fi
}
is_json() {
    if json_fine "$work/streams/out" >/dev/null 2>&1; then good; else bad "stdout is not JSON"; fi
    says out '"schema": 1'
}

# scenario FILE SED-COMMAND...: the starter, changed
scenario() {
    local file=$1
    shift
    sed "$@" start/start.lua >"$file"
}

# ---------------------------------------------------------------- verbs and options
story="help"
ends 0 "$faultline" --version
says out "faultline "
ends 0 "$faultline" --help
says out "Exit codes:"
for verb in run check lint report compare list new doctor; do
    ends 0 "$faultline" "$verb" --help
    says out "Exit codes:"
    silent err
done

# The front page has the same list, word for word.
"$faultline" --help | sed -n '/^Exit codes:/,$p' >codes
sed -n '/^Exit codes:/,/^```/p' "$root/README.md" | sed '$d' >codes-readme
holds test "$(grep -c '^ *[0-9]' codes)" -eq 7
holds cmp codes codes-readme

story="misspelt"
ends 2 "$faultline"
ends 2 "$faultline" rnu x.lua
says err "did you mean 'run'?"
ends 2 "$faultline" explain x
says err "unknown verb"
ends 2 "$faultline" --verison
says err "did you mean"
ends 2 "$faultline" run --sed 3 x.lua
says err "did you mean --seed?"
says err "repeat: $faultline run --help"
ends 2 "$faultline" run --seed three x.lua
says err "whole number"
ends 2 "$faultline" run --seed 99999999999999999999 x.lua
says err "from 0 to 18446744073709551615"
ends 2 "$faultline" run --seed -1 x.lua
ends 2 "$faultline" run --seed
ends 2 "$faultline" run --json=yes x.lua
ends 2 "$faultline" run
ends 2 "$faultline" run a.lua b.lua
ends 2 "$faultline" check -j 0 .
ends 2 "$faultline" run x.lua --out --json
says err "--out needs a value: --out DIR"
ends 2 "$faultline" run x.lua --out ""
says err "--out wants DIR, found an empty word"
ends 2 "$faultline" run x.lua --set=
for verb in run check lint report compare new list doctor; do
    ends 2 "$faultline" "$verb" ""
    says err "an empty word names nothing"
done
ends 2 "$faultline" run x.lua --seed 1 --seed 2
says err "--seed is given twice"
ends 2 "$faultline" check --junit a --junit=b .
says err "--junit is given twice"
ends 2 "$faultline" run x.lua --set a.b=1 --set a.bc=1 --set a.b=2
says err "--set a.b is given twice"
ends 2 "$faultline" compare x.lua --vary way --vary way=a,b
says err "--vary way is given twice"
ends 2 "$faultline" list fautls
says err "did you mean 'faults'?"
ends 2 "$faultline" list egnines
says err "did you mean 'engines'?"
ends 2 "$faultline" list ownres
says err "did you mean 'owners'?"
ends 2 "$faultline" list nothing-like-it
says err "no topic 'nothing-like-it'; one of: strategies, engines"
ends 2 "$faultline" list engines msql
says err "did you mean 'mysql'?"
silent out
ends 2 "$faultline" list engines nothing-like-it
says err "one of: "
ends 2 "$faultline" list channels queue
says err "one argument too many"
ends 2 "$faultline" list reference all
says err "one argument too many"
ends 2 "$faultline" list presets chian
says err "did you mean 'china'?"
ends 2 "$faultline" list scenarios
says err "give a folder"

story="missing file"
ends 2 "$faultline" run nowhere.lua
says err "repeat: $faultline run nowhere.lua"
silent out
ends 2 "$faultline" check nowhere
ends 2 "$faultline" lint nowhere.lua
ends 2 "$faultline" report nowhere
ends 2 "$faultline" run .
ends 2 "$faultline" report .
says err "./result.db: the result could not be opened: No such file"
ends 2 "$faultline" compare :memory: .
says err ":memory:: the result could not be opened: No such file"
mkfifo pipe
ends 2 timeout 10 "$faultline" report pipe
says err "not a file"
ends 2 timeout 10 "$faultline" run pipe
rm pipe
ends 2 "$faultline" check "$(printf '%300s' '' | tr ' ' x)"
says err "File name too long"
# Only somebody who is not root can be kept out.
as_nobody=()
[ "$(id -u)" -eq 0 ] && as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
if "${as_nobody[@]}" test -x "$faultline" 2>/dev/null; then
    mkdir -p locked/inner
    touch locked/a.lua
    chmod 755 "$work" "$work/here"
    chmod 0 locked/inner
    ends 2 "${as_nobody[@]}" "$faultline" check locked
    says err "Permission denied"
    ends 2 "${as_nobody[@]}" "$faultline" check locked/inner/x.lua
    says err "Permission denied"
    ends 5 "${as_nobody[@]}" "$faultline" run "$root/scenarios/catalog/engines/redis.lua" --out locked/inner
    says err "cannot read the directory: Permission denied"
    chmod 755 locked/inner
    rm -r locked
fi

# ---------------------------------------------------------------- new, and a run that holds
story="new"
ends 0 "$faultline" new start
holds test -s start/start.lua -a -s start/faultline.meta.lua -a -s start/.luacheckrc -a -s start/.luarc.json
ends 2 "$faultline" new start
says err "nothing was overwritten"
ends 2 "$faultline" new "bad name"
ends 2 "$faultline" new nowhere/x
ends 5 bash -c "ulimit -f 2; exec '$faultline' new small"
absent small
ends 0 "$faultline" new --json other
is_json

story="a run that holds"
ends 0 "$faultline" run start/start.lua --no-report
says out "expectations held."
says_not out "$(printf '\033')"
says_not err "repeat:"
for file in result.db meta.json plan.txt summary.txt fingerprint.txt; do
    holds test -s "out/start-1/$file"
done
holds test "$(readlink out/latest)" = start-1
holds json_fine out/start-1/meta.json
ends 0 "$faultline" run start/start.lua --no-report --seed 2
holds test "$(readlink out/latest)" = start-2
holds test -z "$(find out -name '.*')"

story="json"
ends 0 "$faultline" run start/start.lua --no-report --json --trace 180s..181s
is_json
silent err
says out '"verdict": "held"'
for what in strategies engines channels reads conflicts owners failovers routes faults metrics fields presets "engines mysql" "scenarios ." "presets china"; do
    # shellcheck disable=SC2086 # two words
    ends 0 "$faultline" list $what --json
    is_json
    # shellcheck disable=SC2086
    ends 0 "$faultline" list $what --plain
    # shellcheck disable=SC2086
    ends 0 "$faultline" list $what
done
ends 0 "$faultline" list presets china
says out "hangzhou"
ends 0 "$faultline" list conflicts
says out "The later clock wins;"
says out "Both are kept, and nobody"
says out "lww         The later clock"
says out "(default)"
ends 0 "$faultline" list owners --plain
says out "$(printf 'owner = "any"\t')"
ends 0 "$faultline" list engines
says out 'replicate "mysql" {}'
says out "values: notice = 60s"
says_not out "replica_net_timeout"
says out "channels of data:"
holds test "$(grep -c '^channels of data:$' "$work/streams/out")" -eq 1
ends 0 "$faultline" list strategies
says out "conflict of data:"
ends 0 "$faultline" list engines mysql
says out "source: MySQL manual, replica_net_timeout"
says_not out "rocketmq"
ends 0 "$faultline" list engines mysql --json
says out '"source": "MySQL manual, replica_net_timeout (60 s)"'
ends 0 "$faultline" list failovers
says out "Active probing"
says out "every = 10s"
ends 0 "$faultline" list routes
says out "presets: tail"
says out "cache = 120s"
says out "presets: sdk"
# A scenario that bears an engine's name is shown with it, from the folder that holds scenarios/.
says_not out "scenario:"
mkdir -p withscenario/scenarios/catalog/engines
cp start/start.lua withscenario/scenarios/catalog/engines/mysql.lua
ends 0 sh -c "cd withscenario && '$faultline' list engines"
says out "scenario: scenarios/catalog/engines/mysql.lua"
holds test "$(grep -c scenario: "$work/streams/out")" -eq 1
# No line is longer than a page is wide, and nothing is cut.
ends 0 "$faultline" list channels
holds test "$(awk 'length > 100' "$work/streams/out" | wc -l)" -eq 0
for page in reference editor luacheck; do
    ends 0 "$faultline" list $page --json
    is_json
    says out '"text": "'
done
ends 0 "$faultline" lint start/start.lua --json
is_json
says out '"messages": []'
says out '"timetable": ['
ends 0 "$faultline" lint start/start.lua
says out "cut"
says out " MiB of memory"
says out " per seed, without what failures add"
# Ten thousand logins a second leave eight million sessions: about a gigabyte.
sed 's#login = "10e6/day"#login = "10000/s"#' "$root/scenarios/catalog/user-subsystem.lua" >many.lua
ends 0 "$faultline" lint many.lua --json
bytes=$(sed -n 's/.*"memory_bytes": \([0-9]*\).*/\1/p' "$work/streams/out")
holds test "$bytes" -gt 500000000 -a "$bytes" -lt 2000000000
ends 0 "$faultline" lint --plan start/start.lua
holds cmp "$work/streams/out" out/start-1/plan.txt
ends 0 "$faultline" check start --json -j 2
is_json
ends 0 "$faultline" doctor --json
is_json
ends 0 "$faultline" doctor
says out "twice the same"

story="trace"
ends 0 "$faultline" run start/start.lua --no-report --trace 180s..181s
holds test -s out/start-1/trace.txt
ends 2 "$faultline" run start/start.lua --no-report --trace 3
ends 2 "$faultline" run start/start.lua --no-report --trace 5s..4s
ends 2 "$faultline" run start/start.lua --no-report --trace -1s..4s
says err "before the run begins"

# ---------------------------------------------------------------- verdicts
story="a broken expectation"
scenario broken.lua -e 's/"== 0"/"== 1"/'
ends 1 "$faultline" run broken.lua --no-report --out broken
says out "of 3 expectations failed."
says out "broken.lua:"
says out "repeat:   $faultline run broken.lua --seed 1 --out broken --no-report"
says_not out "try:"
ends 1 "$faultline" run broken.lua --no-report --json --out broken
is_json
says err "repeat: $faultline run broken.lua"
ends 1 "$faultline" check broken.lua --junit junit.xml
says out "got 0, wanted == 1"
says out "repeat: $faultline run broken.lua --seed 1"
says_not out "::error"
holds xmllint --noout junit.xml
holds grep -q 'file="broken.lua"' junit.xml
holds grep -q 'seed:   1' junit.xml
holds grep -q '<failure' junit.xml
ends 1 env GITHUB_ACTIONS=true "$faultline" check broken.lua
says out "::error file=broken.lua,line="

story="who is hit"
ends 0 "$faultline" run start/start.lua --no-report
says out "doubled write or a failed core request 0 (0 %)"
scenario coreless.lua -e 's/, core = true//'
ends 0 "$faultline" run coreless.lua --out coreless
says out "hit by a lost, overwritten or doubled write 0 (0 %)"
says out "failed requests are not in it: no service is core"
holds grep -qF 'failed requests are not in it, as no service is' coreless/report.md
# The example of the front page is one that shows somebody hit.
sed -n '/^scenario "two-regions"/,/^expect/p' "$root/README.md" >front.lua
ends 0 "$faultline" run front.lua --no-report --out front
says out "or a failed core request "
says_not out "core request 0 ("

story="what a terminal would obey"
esc=$(printf '\033')
scenario paints.lua -n -e p
printf '%s\n' 'error("a\27[31mb\u{9b}c\u{202e}d\7")' >>paints.lua
for verb in lint check run; do
    ends 2 "$faultline" $verb paints.lua
    cat "$work/streams/err" >>"$work/streams/out"
    says out 'paints.lua:'
    says out 'a<U+001B>[31mb<U+009B>c<U+202E>d<U+0007>'
    says_not out "$esc"
done
ends 2 "$faultline" lint paints.lua --json
is_json
says out 'a<U+001B>[31mb<U+009B>c<U+202E>d<U+0007>'
ends 2 "$faultline" check paints.lua --junit paints.xml
holds xmllint --noout paints.xml
ends 2 env GITHUB_ACTIONS=true "$faultline" check paints.lua
says_not out "$esc"
ends 2 "$faultline" lint "x${esc}[31m.lua"
says err "'x<U+001B>[31m.lua': an argument with a control character"
says_not err "$esc"
mkdir painted
cp broken.lua "painted/x${esc}[31m.lua"
ends 2 "$faultline" check painted
says err "painted/x<U+001B>[31m.lua: a name with a control character"
says_not err "$esc"

story="the time that a claim is about"
scenario restores.lua -n -e p
echo 'expect "back soon" { restore { service = "show", after = "90s" }, "<= 10min" }' >>restores.lua
"$faultline" run restores.lua --out restores >/dev/null 2>&1
holds grep -q '| back soon | .* | 1 min 30 s and 12 min | ' restores/report.md

story="whose return a claim is about, whatever the region is called"
cat >named.lua <<'END'
scenario "named" { duration = "5min" }
region "north, far east" {}
region "old west" {}
link { "north, far east", "old west", rtt = "20ms" }
users "all" { count = 100, home = { ["old west"] = 1 } }
service "show" {}
workload { show = "2/s" }
expect "one" { restore { service = "show", after = "1min", access = "north, far east" }, "<= 1min" }
expect "two" { restore { service = "show", after = "1min", access = "old west", below = "90%" }, "<= 1min" }
END
"$faultline" run named.lua --no-report --out named >named.txt 2>&1
holds grep -qF "(users near north, far east)" named.txt
holds grep -qF "(users near old west)" named.txt

story="another option"
scenario choosing.lua -e 's/"== 0"/"== 1"/' -e 's/deadline = "1s"/deadline = choice "patience" { "1s", "2s" }/'
ends 1 "$faultline" run choosing.lua --no-report --out chosen
says out "try:      $faultline run choosing.lua --set patience=2s"
ends 1 "$faultline" run choosing.lua --no-report --out chosen --set patience=2s --seed 3
says out "try:      $faultline run choosing.lua --seed 3 --set patience=1s"
ends 0 "$faultline" lint choosing.lua
scenario choosing.lua -e 's/deadline = "1s"/deadline = choice "patience" { "1s", "2 parsecs" }/'
ends 2 "$faultline" lint choosing.lua
says err "(with patience=2 parsecs)"
ends 0 "$faultline" lint --set patience=1s choosing.lua
ends 2 "$faultline" lint choosing.lua --json
is_json
says out '"valid": false'

story="set"
cat >set.lua <<'END'
scenario "set" { duration = "1min" }
region "east" {} region "west" {}
link { "east", "west", rtt = "30ms", name = "trunk" }
users "cn" { count = 1000, retry = { attempts = 3 } }
users "eu" { count = 1000 }
data "account" { channels = { replicate "mysql" {} }, read = { "local", secondary { ask = "home", timeout = "300ms" } } }
service "login" { reads = "account" }
service "register" { writes = "account", followed_by = { "login", share = "50%" } }
workload { users = "cn", login = "10/s", register = "1/s" }
workload { users = "eu", login = "20/s" }
at "30s" { cut { "trunk", lasts = "10s" } }
END
# sets NAME=VALUE LINE: the plan has the line (blanks squeezed), and did not have it before
sets() {
    ends 0 "$faultline" lint --plan set.lua
    if sed 's/  */ /g' "$work/streams/out" | grep -qxF -- "$2"; then bad "'$2' without --set"; else good; fi
    ends 0 "$faultline" lint --plan set.lua --set "$1"
    if sed 's/  */ /g' "$work/streams/out" | grep -qxF -- "$2"; then good; else bad "no '$2' with --set $1"; fi
}
sets cn.retry.attempts=1 " attempts 1"
sets users.cn.retry.attempts=7 " attempts 7"
sets register.followed_by.share=25% " share 25%"
sets account.read.secondary.timeout=40ms " timeout 40ms"
sets "account.read[2].timeout=40ms" " timeout 40ms"
sets workload.register=5/s " rate 5/s"
sets workload.cn.login=6/s " rate 6/s"
sets demand.eu.login=7/s " rate 7/s"
sets "cut trunk at 30s.lasts=7s" " lasts 7s"
ends 2 "$faultline" lint set.lua --set workload.login=5/s
says err "write workload.USERS.SERVICE"
ends 2 "$faultline" lint set.lua --set workload.regster=5/s
says err "did you mean 'register'?"
ends 2 "$faultline" lint set.lua --set cn.retry.atempts=1
says err "did you mean 'cn.retry.attempts'?"
ends 2 "$faultline" lint set.lua --set eu.retry.attempts=1
says err "no such part in 'retry'"
ends 2 "$faultline" lint set.lua --set account.whatever=1
says err "one of: "
says_not err "zones"
ends 2 "$faultline" lint set.lua --set 'account.read[3].timeout=1s'
ends 2 "$faultline" lint set.lua --set =1
says err "'=1' has no name"
ends 2 "$faultline" lint set.lua --set nothing-like-it=1
says err "one of: workload.SERVICE, set.FIELD"

story="a fault that hits nothing"
scenario vacuous.lua -e 's/at "3min" { cut { "fibre", lasts = "60s" } }/&\nat "11min" { cut { "fibre", lasts = "1ms" } }/' \
    -e '/catch_up/d'
ends 1 "$faultline" run vacuous.lua --no-report --out vacuous
says out "hit nothing"
ends 1 "$faultline" check vacuous.lua
says out "hit nothing"

story="an expectation without samples"
scenario empty.lua -e 's/during "3min..4min"/during "630s..660s"/'
ends 1 "$faultline" run empty.lua --no-report --out empty
says out "no samples"
ends 1 "$faultline" check empty.lua
says out "measured nothing"

story="a name of two lines"
ends 2 "$faultline" run "$(printf "it's\\n:two.lua")"
says err "repeat: $faultline run \$'it\\'s\\012:two.lua'"

story="a limit"
scenario limit.lua -e 's/seeds = /max_events = 1000, seeds = /'
ends 3 "$faultline" run limit.lua --no-report --out limit
says out "Could not decide"
ends 3 "$faultline" check limit.lua --junit junit.xml
holds xmllint --noout junit.xml
holds grep -q '<error' junit.xml

story="our bug"
# A broken promise aborts; so does this signal.
scenario long.lua -e 's/duration = "10min"/duration = "300d"/'
ends 70 timeout --preserve-status -s ABRT 0.3 "$faultline" run long.lua --no-report --out long
says err "our bug, exit code 70"
says err "repeat: $faultline run long.lua --no-report --out long"
absent long

story="mistakes"
scenario wrong.lua -e 's/deadline = "1s", core/deadlime = "1s", core/'
ends 2 "$faultline" run wrong.lua --no-report
says err "did you mean 'deadline'?"
says err "wrong.lua:"
ends 2 "$faultline" run wrong.lua --no-report --json
is_json
says out '"severity": "error"'
says err "did you mean 'deadline'?"
ends 2 "$faultline" lint wrong.lua
ends 2 "$faultline" lint wrong.lua --json
is_json
ends 2 "$faultline" check wrong.lua start --junit junit.xml
says out "start"
holds xmllint --noout junit.xml
echo 'scenario "x" {' >syntax.lua
ends 2 "$faultline" run syntax.lua
: >hollow.lua
ends 2 "$faultline" run hollow.lua
echo 'local x = 1' >hollow.lua
ends 2 "$faultline" check hollow.lua
scenario seeds.lua -e 's/seeds = "1..5"/seeds = "5..1"/'
ends 2 "$faultline" check seeds.lua
head -c 2000 /dev/urandom >noise.lua
ends 2 "$faultline" run noise.lua

story="check"
mkdir -p many/lib many/sub
for i in 1 2 3; do scenario "many/sub/s$i.lua" -e "s/\"start\"/\"s$i\"/" -e 's/duration = "10min"/duration = "5min"/'; done
cp broken.lua many/lib/broken.lua
cp broken.lua many/_broken.lua
ends 0 "$faultline" check many -j 1
says out "3 of 3 scenarios held, 15 runs"
cp "$work/streams/out" one-thread
ends 0 "$faultline" check many -j 4
holds cmp "$work/streams/out" one-thread
mkdir hollow
ends 2 "$faultline" check hollow

# ---------------------------------------------------------------- streams
story="a reader that leaves"
"$faultline" list fields 2>"$work/streams/err" | head -n 1 >"$work/streams/out"
silent err
"$faultline" run start/start.lua --no-report --json 2>"$work/streams/err" | head -n 1 >"$work/streams/out"
silent err
# Longer than any buffer, so the failure comes before the end.
for i in 1 2 3 4 5 6 7 8 9; do set -- "$@" "$PWD/start/start.lua" "$PWD/start/./start.lua"; done
"$faultline" check "$@" --json 2>"$work/streams/err" | true
code=${PIPESTATUS[0]}
holds test "$code" -eq 0
silent err
if mknod full c 1 7 2>/dev/null && (: >full) 2>/dev/null; then
    ends 5 sh -c "'$faultline' check $* --json >full"
    says err "could not be written: No space left on device"
    ends 5 sh -c "'$faultline' run start/start.lua --no-report >full"
    says err "repeat: $faultline run start/start.lua --no-report"
fi
set --
rm -f full
story="a closed output"
ends 5 sh -c "'$faultline' list fields >&-"
says err "could not be written"
if [ -e /dev/full ]; then
    story="a full output"
    ends 5 sh -c "'$faultline' list fields >/dev/full"
    says err "could not be written"
fi

# ---------------------------------------------------------------- result directories
story="somebody else's directory"
mkdir mine
echo precious >mine/notes.txt
ends 2 "$faultline" run start/start.lua --no-report --out mine
says err "notes.txt"
holds test "$(cat mine/notes.txt)" = precious
cp mine/notes.txt out/start-1/notes.txt
ends 2 "$faultline" run start/start.lua --no-report
says err "notes.txt"
rm out/start-1/notes.txt
echo >plain
ends 2 "$faultline" run start/start.lua --no-report --out plain
mkdir void
ends 0 "$faultline" run start/start.lua --no-report --out void
ends 0 "$faultline" run start/start.lua --no-report --out void
ends 0 "$faultline" run start/start.lua --no-report --out "with blank/and more"
holds test -s "with blank/and more/result.db"

story="unwritable"
ends 5 "$faultline" run start/start.lua --no-report --out plain/x
says err "repeat: $faultline run"
ends 5 "$faultline" check start --junit plain/junit.xml
if [ "$(id -u)" -ne 0 ]; then
    mkdir -m 500 shut
    ends 5 "$faultline" run start/start.lua --no-report --out shut/x
fi

story="no room"
# A limit on the size of files is a small disk that needs no mount.
ends 5 bash -c "ulimit -f 4; exec '$faultline' run start/start.lua --no-report --out small/result"
says err "nothing half-written"
absent small/result
holds test -z "$(find small -mindepth 1 2>/dev/null)"
ends 5 bash -c "ulimit -f 4; exec '$faultline' run start/start.lua --no-report --out void"
holds "$faultline" report void --out void-report
# Without /proc a mount could not be taken away again.
if [ "$(id -u)" -eq 0 ] && [ -e /proc/self/mountinfo ] && mkdir disk && mount -t tmpfs -o size=32k tmpfs disk 2>/dev/null; then
    mounted=$work/here/disk
    ends 5 "$faultline" run start/start.lua --no-report --out disk/result
    says err "repeat: $faultline run"
    holds test -z "$(find disk -mindepth 1)"
    umount "$mounted" 2>/dev/null && mounted=
fi

# ---------------------------------------------------------------- files that the user names
story="where JUnit goes"
mkdir -p xml/deep
cat_fine() { # FILE: it holds the whole XML
    xmllint --noout "$1" && grep -q '<testsuites' "$1"
}
scenario quickly.lua -e 's/"1..5"/"1"/' -e 's/duration = "10min"/duration = "5min"/'
checks() { # CODE JUNIT
    ends "$1" "$faultline" check quickly.lua --junit "$2"
}
(umask 027 && "$faultline" check quickly.lua --junit xml/new.xml >/dev/null 2>&1)
holds test "$(stat -c %a xml/new.xml)" = 640
chmod 604 xml/new.xml
before=$(stat -c %i xml/new.xml)
checks 0 xml/new.xml
holds test "$(stat -c %a xml/new.xml)" = 604
holds test "$(stat -c %i xml/new.xml)" != "$before" # replaced, not written over
ln -s ../new.xml xml/deep/link.xml
ln -s deep/link.xml xml/chain.xml
echo old >xml/new.xml
checks 0 xml/chain.xml
holds test -L xml/chain.xml -a -L xml/deep/link.xml
holds cat_fine xml/new.xml
ln -s not/yet.xml xml/dangling.xml
checks 5 xml/dangling.xml
says err "--junit: xml/dangling.xml: cannot be written: No such file"
says_not out "quickly"
mkdir xml/not
checks 0 xml/dangling.xml
holds test -L xml/dangling.xml
holds cat_fine xml/not/yet.xml
ln -s circle.xml xml/circle.xml
checks 5 xml/circle.xml
ln -s deep xml/folder.xml
checks 2 xml/folder.xml
says err "is a directory"
silent out
checks 2 quickly.lua
says err "looks like a scenario"
holds grep -q '^scenario' quickly.lua
checks 0 "xml/$(printf '%255s' '' | tr ' ' x)" # as long as a name can be
holds test -z "$(find xml -name '*.xml.*' -o -name '.?*')"

story="JUnit into what is no file"
mkfifo xml/pipe
timeout 20 cat xml/pipe >xml/from-pipe &
checks 0 xml/pipe
wait "$!"
holds test -p xml/pipe
holds cat_fine xml/from-pipe
# Our own output is gone on with, not written over. (A link of our own: a mistake must not cost the machine its own.)
ln -s /proc/self/fd/1 xml/stdout
"$faultline" check quickly.lua --junit xml/stdout >xml/both 2>"$work/streams/err"
holds test -L xml/stdout
holds grep -q '1 of 1 scenarios held' xml/both
sed '1,/scenarios held/d' xml/both >xml/second
holds cat_fine xml/second
# Devices of our own: one that swallows, one that is full.
if mknod xml/void c 1 3 2>/dev/null && (: >xml/void) 2>/dev/null && mknod xml/full c 1 7; then
    checks 0 xml/void
    holds test -c xml/void
    checks 5 xml/full
    says err "--junit: xml/full: cannot be written: No space left on device"
    holds test -c xml/full
    ln -s full xml/to-full
    checks 5 xml/to-full
    holds test -L xml/to-full
    ends 5 sh -c "'$faultline' check quickly.lua >xml/full"
    says err "could not be written"
fi
rm -rf xml

story="a result behind a link"
mkdir linked
ln -s there linked/link
ends 0 "$faultline" run quickly.lua --no-report --out linked/link
holds test -L linked/link -a -s linked/there/result.db
ends 0 "$faultline" run quickly.lua --no-report --out linked/link
holds test -L linked/link -a -s linked/there/result.db
ln -s round linked/round
ends 5 "$faultline" run quickly.lua --no-report --out linked/round
mkfifo linked/pipe
ends 2 "$faultline" run quickly.lua --no-report --out linked/pipe
holds test -z "$(find linked -name '.*')"

story="a signal while the result is written"
# Pictures come last, so the program that draws them is in time for anything.
mkdir drawer
drawer() { # COMMAND of a shell: what is done instead of drawing
    printf '#!/bin/sh\nPATH=%s\n%s\nexit 1\n' "$PATH" "$1" >drawer/gnuplot
    chmod +x drawer/gnuplot
}
# The shell between says who was killed to the file err and not to all the world.
# shellcheck disable=SC2016
with_drawer=(bash -c 'PATH=$1; shift; "$@"; exit "$?"' drawer "$work/here/drawer" "$faultline")
mkdir killed
for signal in INT:130 TERM:143 HUP:129; do
    # shellcheck disable=SC2016 # for the inner shell
    drawer '[ -e sent ] || kill -'"${signal%:*}"' "$PPID"; touch sent'
    ends "${signal#*:}" "${with_drawer[@]}" run quickly.lua --out killed/result
    silent out
    holds test -z "$(ls -A killed)"
done
# Ignored stays ignored.
ends 0 sh -c "trap '' HUP; PATH='$work/here/drawer' exec '$faultline' run quickly.lua --out killed/result"
rm -r killed/result

story="no file takes the place of a closed stream"
drawer "for n in 0 1 2; do readlink /proc/\$PPID/fd/\$n; done >>'$work/here/streams-of-run'"
ends 5 sh -c "PATH='$work/here/drawer' exec '$faultline' run quickly.lua --out killed/result <&- >&- 2>&-"
holds test "$(sort -u streams-of-run)" = /dev/null
rm -r killed/result

story="what a killed run leaves"
# shellcheck disable=SC2016
drawer 'kill -KILL "$PPID"'
ends 137 "${with_drawer[@]}" run quickly.lua --out killed/first
ends 137 "${with_drawer[@]}" run quickly.lua --out killed/first
# The second has swept after the first.
holds test "$(find killed -mindepth 1 -maxdepth 1 -name '.first.partial-??????' | wc -l)" -eq 1
mkdir killed/.mine.partial-abcdef killed/.mine.partial-files
echo precious >killed/.mine.partial-abcdef/notes.txt
ends 0 "$faultline" run quickly.lua --no-report --out killed/second
holds test -z "$(find killed -name '.first*')"
holds test -s killed/.mine.partial-abcdef/notes.txt
# Who lives is left alone, also by a run for the same place.
# shellcheck disable=SC2016
drawer 'touch waiting; while [ ! -e go ]; do sleep 0.05; done'
rm -rf killed && mkdir killed
"${with_drawer[@]}" run quickly.lua --out killed/result >/dev/null 2>&1 &
for ((i = 0; i < 200; i++)); do
    [ -n "$(find killed -name waiting)" ] && break
    sleep 0.05
done
ends 0 "$faultline" run quickly.lua --no-report --out killed/result
holds test -s killed/result/result.db
holds test "$(find killed -mindepth 1 -maxdepth 1 -name '.result.partial-??????' | wc -l)" -eq 1
touch "$(find killed -name plots -path '*partial*')/go"
wait "$!"
holds test "$?" -eq 0
holds test -s killed/result/report.html
holds test "$(ls -A killed)" = result

# ---------------------------------------------------------------- comparing
story="compare options"
scenario axis.lua -e 's/read = "profile"/&/' -e '/^data "profile"/,/^}/s/channels = .*/channels = choice "way" { slow = { replicate "mysql" { apply = "3s" } }, quick = { replicate "mysql" {} } },/'
holds grep -q 'choice "way"' axis.lua
ends 0 "$faultline" compare axis.lua --vary way=quick,slow --seed 1
says out "quick   axis.lua --set way=quick"
says out "what differs in the plans (quick | slow)"
says out "apply: 500us | 3s"
says out "profile: furthest behind"
says out "worse"
says out "slow against quick: "
says_not out "account: acknowledged"
says_not out "$(printf '\033')"
silent err
cp "$work/streams/out" one-way
ends 0 "$faultline" compare axis.lua --vary way=quick,slow --seed 1 -j 1
holds cmp "$work/streams/out" one-way
ends 0 "$faultline" compare axis.lua --vary way=quick,slow --seed 1 --all
says out "figures"
holds test "$(wc -l <"$work/streams/out")" -gt "$(wc -l <one-way)"
ends 0 "$faultline" compare axis.lua --vary way=slow,quick --seeds 1..3 --out kept
says out "means over 3 seeds"
says out "seeds 1..3"
says out "result: kept/result.db"
grep -v '^result:\|^slow   \|^quick   ' "$work/streams/out" >played
ends 0 "$faultline" compare kept
grep -v '^slow   \|^quick   ' "$work/streams/out" >stored
holds cmp played stored
ends 0 "$faultline" report kept --out kept-report
ends 0 "$faultline" compare axis.lua --vary profile.channels.apply=1ms,2s --vary way=slow,quick --seed 1
says out "1ms, slow"
holds test -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'faultline-??????' -newer one-way)"

story="compare --json"
ends 0 "$faultline" compare axis.lua --vary way=slow,quick --seeds 1,2 --json
is_json
silent err
says out '"verb": "compare"'
says out '"mark": "better"'
says out '"seeds_better": 2'
ends 2 "$faultline" compare axis.lua --vary way=quick,sloww --json
is_json
says out '"valid": false'

story="compare results"
ends 1 "$faultline" run axis.lua --no-report --set way=slow --out slow-1
ends 0 "$faultline" run axis.lua --no-report --set way=quick --out quick-1
ends 0 "$faultline" run axis.lua --no-report --set way=quick --seed 2 --out quick-2
ends 0 "$faultline" compare quick-1 slow-1/result.db
says out "quick   quick-1"
says out "slow    slow-1/result.db"
says out "one run each"
sed 's/^\(quick\|slow\) .*//' "$work/streams/out" >stored
sed 's/^\(quick\|slow\) .*//' one-way >played
holds cmp played stored
ends 0 "$faultline" compare quick-1 quick-1
says out "in all "
ends 0 "$faultline" compare quick-1 quick-2
says out "seed 2   quick-2"
says out "the plans are the same"
ends 0 "$faultline" compare quick-1 quick-2 slow-1
says err "1 run was left out"
ends 1 "$faultline" compare quick-1 slow-1 --fail-on-worse
says err "worse than in the first column"
ends 0 "$faultline" compare quick-1 quick-1 --fail-on-worse
# A result that the same plan, seed and engine gave differently.
if command -v sqlite3 >/dev/null 2>&1; then
    cp quick-1/result.db other.db
    sqlite3 other.db "UPDATE run SET results_fingerprint = 'ffffffffffffffff'"
    ends 4 "$faultline" compare quick-1 other.db
    says err "not reproducible"
fi
scenario limit-axis.lua -e 's/seeds = /max_events = 1000, seeds = /' -e 's/deadline = "1s"/deadline = choice "patience" { "1s", "2s" }/'
ends 3 "$faultline" compare limit-axis.lua --vary patience --seed 1
says err "reached a limit"

story="choices of the main scenario"
main=$root/scenarios/catalog/user-subsystem.lua
ends 0 "$faultline" lint "$main"
ends 0 "$faultline" compare "$main" --vary lines --seed 1
says out "'no registration is lost' holds with two only"
says out "data account, channels[2]: - | queue \"rocketmq\""
ends 0 "$faultline" compare "$main" --vary password --seed 1
says out 'data password, channels: replicate "mysql" | replicate "mysql-semisync"'
says out "password: outcome unknown"
ends 0 "$faultline" compare "$main" --vary registration --seed 1 --set lines=two
says out "replication against queue"

story="terminal and report say alike what users saw, and whose requests count"
ends 1 "$faultline" run "$main" --seed 1 --out main-1
says out "users near hangzhou: login under 95 % for 7.83 min, password"
says out "login is back in time         7.67 min   wanted <= 10min    (900s..2400s)  (all users)"
# A row of two seconds, shorter than a window, has figures of its own, the same in both.
says out " 928.576s  ▐  hangzhou loses its lease            52.51 %          -     1 of 1     0 of 1       none"
cp main-1/report.md "$work/streams/out"
says out "| 15 min 28.6 s | ▐ hangzhou loses its lease | 52.51 % | - | 1 of 1 | 0 of 1 | none |"
says out "| users near hangzhou | login | 15 min | 22 min 50 s | 7.83 min |"
says out "counts all users, or those near the region that it names"

story="a report of several runs calls them by what tells them apart"
ends 0 "$faultline" run "$main" --seed 1 --set lines=two --out main-2
ends 0 "$faultline" report main-1 main-2 --out main-both
cp main-both/report.md "$work/streams/out"
says out "| lines = one, seed 1 |"
says out "| lines = two, seed 1 |"
says out "The same in all runs: password = async, "
# An option may hold a comma.
scenario commas.lua -e 's/deadline = "1s"/deadline = (choice "way" { "slow, all", "fast, all" }) == "slow, all" and "2s" or "1s"/'
ends 0 "$faultline" compare commas.lua --vary way --seed 1 --out commas
ends 0 "$faultline" report commas
cp commas/report.md "$work/streams/out"
says out "| way = slow, all, seed 1 |"
says out "| way = fast, all, seed 1 |"
says_not out "The same in all runs"

story="a report never says that no request failed where none is counted"
ends 0 "$faultline" run "$root/scenarios/catalog/engines/etcd.lua" --out etcd-1
cp etcd-1/report.md "$work/streams/out"
says out "so failed requests do not count here."
says_not out "had a request fail"
says out "it is there | none | 59.9 s, 2 min 0.9 s | - |"
says out "| config | east | 1 min | 0 s | 0 s | 0 |"

story="compare mistakes"
ends 2 "$faultline" compare
ends 2 "$faultline" compare axis.lua
says err "its choices: way ("
silent out
ends 2 "$faultline" compare axis.lua --vary wya
says err "did you mean 'way'?"
ends 2 "$faultline" compare axis.lua --vary nothing-like-it
says err "a field is varied with its values"
ends 2 "$faultline" compare axis.lua --vary way=slow
says err "nothing to compare it with"
ends 2 "$faultline" compare axis.lua --vary way=slow,
says err "has no option ''"
ends 2 "$faultline" compare axis.lua --vary way --seeds 3..1
says err "backwards"
ends 2 "$faultline" compare axis.lua --vary way --seed 1 --seeds 1..3
ends 2 "$faultline" compare axis.lua --vary profile.channels.apply=1ms,2ms,3ms,4ms,5ms --vary way
says err "more than 8 columns"
ends 2 "$faultline" compare axis.lua --vary way --seeds 1..9999
says err "too many at once"
ends 2 "$faultline" compare quick-1 slow-1 --vary way
says err "stored results are compared as they are"
ends 2 "$faultline" compare quick-1
says err "nothing to compare it with"
ends 2 "$faultline" compare quick-2 slow-1
says err "play them with the same --seed"
ends 2 "$faultline" compare quick-1 nowhere
ends 2 "$faultline" compare quick-1 start/start.meta
ends 2 "$faultline" compare quick-1 axis.lua.gone.lua
ends 2 "$faultline" compare axis.lua --vary way --seed 1 --out many
says err "choose another --out"
ends 5 "$faultline" compare axis.lua --vary way --seed 1 --out axis.lua/x
ends 5 env TMPDIR=/nowhere/at/all "$faultline" compare axis.lua --vary way --seed 1
head -c 9000 quick-1/result.db >cut.db
ends 2 "$faultline" compare quick-1 cut.db

# ---------------------------------------------------------------- reports
story="report"
ends 0 "$faultline" run start/start.lua --out drawn
holds test -s drawn/report.html -a -s drawn/report.md
holds test -d drawn/plots
cp drawn/report.md report.before
rm drawn/report.html
ends 0 "$faultline" report drawn
holds test -s drawn/report.html
holds cmp drawn/report.md report.before
ends 0 "$faultline" report drawn/result.db --out elsewhere --json
is_json
holds test -s elsewhere/report.html
ends 2 "$faultline" report start/start.lua
ends 2 "$faultline" report plain
ln -s not-yet report-link
ends 0 "$faultline" report drawn --out report-link
holds test -L report-link -a -s not-yet/report.html
ends 2 "$faultline" report drawn --out plain
says err "is not a directory; choose another --out"
head -c 3000 drawn/result.db >cut.db
ends 2 "$faultline" report cut.db --out elsewhere

story="without gnuplot"
mkdir nothing
ends 0 env PATH="$work/here/nothing" "$faultline" run start/start.lua --out plain-report
says err "warning"
holds test -s plain-report/report.html
ends 5 env PATH="$work/here/nothing" "$faultline" report plain-report
says err "gnuplot"
ends 0 env PATH="$work/here/nothing" "$faultline" doctor
says out "gnuplot"

story="why a failover failed"
overload=$root/scenarios/catalog/incidents/two-region-overload.lua
without=(env "PATH=$work/here/nothing" "$faultline")
ends 0 "${without[@]}" run "$overload" --out over
holds grep -q "It failed for want of capacity" over/report.md
holds grep -q "10[0-9] % of what west has" over/report.md
ends 0 "${without[@]}" run "$overload" --set load=40% --out under
holds grep -q "It had room for both" under/report.md
ends 0 "${without[@]}" run "$root/scenarios/catalog/engines/login-surge.lua" --out surge
holds grep -q "so something else came on top" surge/report.md

story="steps that last are not endless"
printf 'local s = ("0"):rep(16000)\nfor i = 1, 1e9 do local x = s + 1 end\n' >lasts.lua
ends 2 prlimit --cpu=20 "$faultline" lint lasts.lua
says err "lasts.lua:2:1: error: the scenario takes too long: its steps are made to last"

echo "cli: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
