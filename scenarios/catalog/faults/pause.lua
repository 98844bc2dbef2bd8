-- An owner that was only paused wakes up as the owner it was, and writes: what a lease is for, and what probes cannot see.
--
-- For a minute no process of hangzhou runs; connections stay, what is sent to it waits. The controller hears nothing and
-- moves its role to beijing. Then hangzhou goes on where it stopped: it does the work that is in its queue and takes new
-- writes of users whose name still points there, until a probe tells it who is the owner now.
-- What to look at: "who was hit": stranded writes (taken after it woke up) with --set fence=none and --set fence=lease;
-- the bill of the pause: what it held and delayed.
--
-- Figures: all chosen. Laws: without a fence the queue (50/s * 60 s, at most 1000) and 50/s until the next probe, 0 to
-- 10 s later, are written by an owner of yesterday; users have long given up on the queue, so only the latter are
-- acknowledged. With a lease of 15 s none is.
local fence = choice "fence" { "none", "lease" }
local fenced = fence == "lease"

scenario "pause" {
  about    = "A paused region wakes up with the view it had.",
  duration = "5min", warmup = "20s", settle = "1min", seeds = "1..5",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "beside hangzhou" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "1h", ignore = "0%" } }
users "beside beijing" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 } }
data "profile" { channels = { replicate {} } }
service "write" { writes = "profile", deadline = "2s", threads = 1000 }
workload { write = "50/s", users = "beside hangzhou" }
workload { write = "50/s", users = "beside beijing" }

failover "controller" {
  seat = "beijing", push = "1s", detect = probe { every = "10s", failures = 2, timeout = "1s" },
  fence = fenced and lease "15s" or nil,
}

at "1min" { pause { "hangzhou", lasts = "60s" } }

expect "taken by an owner of yesterday" { stranded { data = "profile" }, fenced and "== 0" or ">= 1" }
expect "not more than until the next probe" { stranded { data = "profile" }, "<= 600" }
expect "done for users who had given up" { unknown { data = "profile" }, fenced and "<= 300" or ">= 900" }
during "100s..119s" {
  expect "while it sleeps: its users" { availability { service = "write", users = "beside hangzhou" }, "<= 10%" },
  expect "while it sleeps: the others" { availability { service = "write", users = "beside beijing" }, ">= 99%" },
}
