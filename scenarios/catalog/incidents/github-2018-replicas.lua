-- GitHub, 22 October 2018: the estimate for a catch-up was a straight line; the working day bent it.
--
-- Replicas restored from backups begin to follow the other coast at 06:51. What they gain in an hour is what they can
-- apply less what is written, and more is written with every hour until the afternoon. A straight line through the first
-- half hour says two hours. They do not make it before the day begins; then they fall back, until the evening.
-- What to look at: "how far behind the copies were": down until noon, up until five, and down again.
--   --set shape=flat       no working day: the line is right
--   --set apply=600ms      a tenth faster, and they are done before the day is busy: a cliff, not a slope
--
-- *calibrated illustration*: three things are free, and the two hours are what two of them were chosen for.
-- Published inputs: replicas restored and following from 06:51 UTC; an estimate of two hours, by a straight line.
-- Free inputs: what replicas can apply (1.5 times the mean load) and what they lacked (since 02:30), so that the line says
--   two hours; the shape of the day, which is not GitHub's (models/presets/diurnal.csv). A write here stands for many.
-- Published outcomes checked: the line was too early, because users in Europe and America began their day; at 13:15 the
--   delays grew instead of shrinking; it took 9.5 h (until 16:24) and not two: here 12 h, and at least four times the line.
-- Left out: replicas added after 13:15 to take reads off the others, which is why GitHub was done before the evening;
--   dozens of replicas, here one.
-- All figures: GitHub, October 21 post-incident analysis, github.blog, 30 October 2018.
local shape = choice "shape" { "diurnal", "flat" }
local apply = choice "apply" { "667ms", "600ms" }

scenario "github-2018-replicas" {
  about    = "A linear estimate of a catch-up, made in the morning.",
  duration = "22h", settle = "1min", seeds = "1..3",
}

region "west" {}
region "east" {}
link { "west", "east", rtt = "60ms" }
users "all" { count = 1e6, home = { west = 1 }, access = { west = 1 } }
data "row" { channels = { replicate "mysql" { apply = apply, reconnect = "1s" } } }
service "write" { writes = "row" }
workload { write = "1/s", shape = shape }

at "150min" { cut { "west-east", lasts = "261min" } } -- until 06:51

if shape == "flat" then -- 4.35 h of changes at 1.5 (or 1.67) - 1 times the load
  expect "as the line says"                 { catch_up { data = "row", after = "411min" }, apply == "667ms" and ">= 8h" or ">= 6h" }
  expect "and not later"                    { catch_up { data = "row", after = "411min" }, apply == "667ms" and "<= 9.5h" or "<= 7h" }
elseif apply == "667ms" then
  expect "the line says 2 h; it takes ages" { catch_up { data = "row", after = "411min" }, ">= 8h" }
  expect "but ends"                         { catch_up { data = "row", after = "411min" }, "<= 13h" }
  during "11h..12h" { expect "nearly there at noon"     { lag { data = "row" }, "<= 17min" } }
  during "16h..17h" { expect "and farther at 16:24"     { lag { data = "row" }, ">= 25min" } }
else
  expect "before the day is busy"           { catch_up { data = "row", after = "411min" }, "<= 4h" }
end
