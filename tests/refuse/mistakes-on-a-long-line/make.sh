# Every word on a line of 80,000 assignments is wrong.
awk 'BEGIN { for (i = 0; i < 80000; i++) printf "a%d = 1 ", i; print "" }' >>scenario.lua
