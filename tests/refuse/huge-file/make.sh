awk 'BEGIN { for (i = 0; i < 40000; i++) print "-- a line that is no mistake by itself" }' >scenario.lua
