-- Elasticsearch cross-cluster replication: a follower that is away longer than its lease needs an operator.
--
-- What to look at: two followers pull from the leader. The line to the first is down for 11 hours,
-- that to the second for 13. The leader keeps its history for a follower as long as its lease has
-- not run out: 12 hours. The first follower goes on where it was and catches up within seconds. The
-- second cannot: it answers from an index 13 hours old until somebody has noticed, an hour later in
-- this run, and started a copy of all 50 GB. No write is lost; for a day searches miss them.
--
-- Figures: Elasticsearch, TransportResumeFollowAction (retry after 500 ms, poll for 1 min) and
-- index.soft_deletes.retention_lease.period (12 h), preset "elasticsearch-ccr". Chosen: the load,
-- 50 GB of index, an hour until the operator acts.

scenario "elasticsearch-ccr" {
  about    = "A follower within its retention lease catches up; one beyond it is built anew by hand.",
  duration = "20h", settle = "1h", window = "10min",
}

region "frankfurt" {}
region "dublin" {}
region "virginia" {}
link { "frankfurt", "dublin", rtt = "25ms" }
link { "frankfurt", "virginia", rtt = "90ms" }
link { "dublin", "virginia", rtt = "70ms" }

users "writers" { count = 1e6, home = { frankfurt = 1 }, access = { frankfurt = 1 } }
users "eu" { count = 1e6, home = { frankfurt = 1 }, access = { dublin = 1 } }
users "us" { count = 1e6, home = { frankfurt = 1 }, access = { virginia = 1 } }

data "document" {
  keys = 500, size = "2kB", owner = "single", owner_region = "frankfurt",
  channels = { replicate "elasticsearch-ccr" { dataset = "50GB" } },
}
service "index"  { writes = "document" }
service "search" { reads = "document" }
workload { index = "1/s", users = "writers" }
workload { search = "1/min", users = "eu" }
workload { search = "1/min", users = "us" }

at "1h" { cut { "frankfurt-dublin", lasts = "11h" }, cut { "frankfurt-virginia", lasts = "13h" } }

expect "one follower goes on"     { resyncs { data = "document", kind = "partial" }, "== 1" }
expect "the other is built anew"  { resyncs { data = "document", kind = "full" }, "== 1" }
expect "an hour after the heal"   { catch_up { data = "document", after = "14h" }, ">= 1h" }
expect "nothing is lost"          { lost { data = "document" }, "== 0" }
expect "but much was not found"   { stale { data = "document" }, ">= 30%" }
