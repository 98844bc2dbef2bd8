#!/bin/sh
# embed.sh: turns prelude.lua into a C array.
#
# usage: embed.sh prelude.lua > build/gen/prelude.h
set -eu
echo '/* Made from prelude.lua by embed.sh; do not edit. */'
echo 'static const char prelude_lua[] = {'
od -An -v -tu1 "$1" | awk '{ for (i = 1; i <= NF; i++) printf "%s,", $i; print "" }'
echo '0};'
