-- GitHub, 22 October 2018: the estimate for a catch-up was a straight line; the working day bent it.
--
-- Replicas restored from last night's backup begin to follow the other coast at 06:51. What they gain in an hour is what
-- they can apply less what is written, and more is written with every hour until noon. A straight line through the first
-- half hour says two and a half hours; it takes about four.
-- What to look at: "how far behind the copies were": the backlog bends. --set shape=flat makes the line right.
--
-- *calibrated illustration*: two free numbers, and of the outcome only its sign is checked.
-- Published inputs: restored from backups, following from 06:51 UTC (GitHub, October 21 post-incident analysis, 30 October
--   2018). The shape of the day is not GitHub's: models/presets/diurnal.csv. A write here stands for many.
-- Free inputs: what replicas can apply (1.92 times the mean load), the backlog (what was written since midnight).
-- Published outcomes checked: the linear estimate was too early, because users began their day.
-- Published outcomes left out: when the last of dozens of replicas had caught up; here there is one.
local shape = choice "shape" { "diurnal", "flat" }

scenario "github-2018-replicas" {
  about    = "A linear estimate of a catch-up, made in the morning.",
  duration = "15h", settle = "1min", seeds = "1..3",
}

region "west" {}
region "east" {}
link { "west", "east", rtt = "60ms" }
users "all" { count = 1e6, home = { west = 1 }, access = { west = 1 } }
data "row" { channels = { replicate "mysql" { apply = "520ms", reconnect = "1s" } } }
service "write" { writes = "row" }
workload { write = "1/s", shape = shape }

at "0s" { cut { "west-east", lasts = "411min" } } -- 06:51

if shape == "diurnal" then
  expect "a straight line says 2.5 h; it takes longer" { catch_up { data = "row", after = "411min" }, ">= 3h" }
  expect "until the day has become busy"               { catch_up { data = "row", after = "411min" }, "<= 5h" }
else
  expect "6.85 h of changes at 1.92 - 1 times the load" { catch_up { data = "row", after = "411min" }, ">= 7h" }
  expect "as the line says"                            { catch_up { data = "row", after = "411min" }, "<= 8h" }
end
