# As many brackets as nobody types.
awk 'BEGIN { print "local x = 1"; printf "local y = "; for (i = 0; i < 300; i++) printf "("; print "" }' >deep.lua
