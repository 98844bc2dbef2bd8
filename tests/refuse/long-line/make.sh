# A line of 100,000 elements, whose mistake stands at its end: too long to keep as a file.
awk 'BEGIN { printf "local t = {"; for (i = 0; i < 100000; i++) printf " %d,", i % 10; print " bad }" }' >>scenario.lua
