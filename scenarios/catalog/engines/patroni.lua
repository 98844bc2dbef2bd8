-- PostgreSQL under Patroni: without a standby it goes on alone; without its key it stops.
--
-- First only the lines that carry the log are cut: the primary keeps its leader key, commits hang until
-- the standbys' keys are gone (40 s), and then it is asynchronous: what it takes now exists once.
-- With mode = "patroni-strict" it goes on waiting instead. Later its whole region is cut off: it cannot renew its
-- key, stops within 30 s, and a standby takes the key over. Nothing acknowledged is lost by that.
-- What to look at: "how far behind" (the red stripe: it waits for no copy); the recovery: fence.
-- Figures: ttl 30 s, loop_wait 10 s, synchronous_mode and synchronous_mode_strict (Patroni, dynamic configuration).
local mode = choice "mode" { "patroni", "patroni-strict" }

scenario "patroni" {
  about    = "Patroni: synchronous until the standbys are gone, then alone; a lease ends the old primary.",
  duration = "7min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

local places = { "hangzhou", "beijing", "shenzhen" }
for _, place in ipairs(places) do region(place) {} end
for i = 1, 2 do
  for j = i + 1, 3 do
    local first = i == 1 and "log of the primary" or "log between standbys"
    link { places[i], places[j], rtt = "30ms", name = "wal " .. i .. "-" .. j, network = "wal", risk = first }
    link { places[i], places[j], rtt = "30ms", name = "etcd " .. i .. "-" .. j, network = "etcd" }
  end
end
users "near the primary" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }
users "elsewhere" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 } }

data "order" { owner = "single", owner_region = "hangzhou", channels = { replicate(mode) { via = "wal" } } }
service "buy" { writes = "order", deadline = "2s", threads = 1000 }
workload { buy = "20/s", users = "near the primary" }
workload { buy = "20/s", users = "elsewhere" }

failover "patroni" {
  data = "order", voters = places, via = "etcd",
  detect = probe "patroni" {}, fence = lease "30s", push = "0s",
}

at "1min" { cut { "log of the primary", lasts = "70s" } }
at "4min" { cut { "hangzhou", lasts = "90s" } }

expect "no acknowledged write is lost" { lost {}, "== 0" }
during "60s..98s"   { expect "commits hang at first" { availability { service = "buy" }, "<= 5%" } }
if mode == "patroni" then
  during "101s..128s" { expect "then the primary goes on alone" { availability { service = "buy" }, ">= 99%" } }
else
  during "101s..128s" { expect "the strict one does not" { availability { service = "buy" }, "== 0%" } }
end
during "240s..255s" { expect "cut off, it cannot commit"    { availability { service = "buy" }, "<= 5%" } }
during "295s..330s" { expect "a standby has taken its key"  { availability { service = "buy", users = "elsewhere" }, ">= 99%" } }
