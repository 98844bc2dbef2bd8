-- etcd in three regions: the leader's region dies; nobody can write until another has been elected.
--
-- What to look at: every write waits for the nearest of the two other regions (30 ms there and
-- back), though the user is next door. When the leader is gone, the two that are left need 1 to 2 s
-- without a heartbeat before one of them asks for votes. Nothing that was acknowledged is lost. Then
-- the last two lose each other: no majority is left, and nobody writes.
--
-- Figures: etcd, tuning: heartbeat 100 ms, election timeout 1000 ms.

scenario "etcd" {
  about    = "A majority decides: no acknowledged write is lost, and a minority stands still.",
  duration = "3min", settle = "1min", seeds = "1..5",
}

region "east" {}
region "middle" {}
region "west" {}
link { "east", "middle", rtt = "30ms" }
link { "middle", "west", rtt = "40ms", name = "last" }
link { "east", "west", rtt = "70ms" }

users "all" { count = 10000, home = { east = 1 }, access = { middle = 1, west = 1 }, retry = { attempts = 1 } }
data "config" {
  keys = 1000, owner = "single", owner_region = "east",
  channels = { consensus "etcd" {} },
}
service "put" { writes = "config", deadline = "2s" }
workload { put = "50/s" }

at "1min" { lose "east" }
at "2min" { cut { "last", lasts = "30s" } }

during "10s..55s"   { expect "a majority serves"      { availability { service = "put" }, "== 100%" } }
during "60s..61s"   { expect "without a leader nobody" { availability { service = "put" }, "<= 60%" } }
during "65s..115s"  { expect "the next one serves"    { availability { service = "put" }, "== 100%" } }
during "121s..145s" { expect "a minority does not"    { availability { service = "put" }, "== 0%" } }
expect "nothing acknowledged is lost"                 { lost { data = "config" }, "== 0" }
expect "a write waits for the nearest copy"           { latency { service = "put", quantile = "50%" }, ">= 60ms" }
