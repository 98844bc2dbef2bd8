-- Waits that are longer than any time the program can tell are cut short instead of ending the run:
-- a full copy of 1 PB at 1 kbit/s, questions at a store of an hour each slowed down a millionfold,
-- and voters of whom no majority has been in reach yet.
-- Law: the run ends, full copies have begun, and the source goes on.

scenario "extreme-waits" { duration = "20s", settle = "10min" }
region "a" {}
region "b" {}
region "c" {}
link { "a", "b", bandwidth = "1kbps" }
link { "a", "c" }
link { "b", "c" }
users "u" { count = 100, home = { a = 1 }, access = { a = 1 } }
data "snapshot" {
  owner = "single", owner_region = "a",
  channels = { replicate { history = "1B", notice = "1ms", reconnect = "1ms", dataset = "1000000000000000B",
                           snapshot_rate = "1kbps", load_rate = "1kbps" } },
}
data "piece" {
  owner = "single", owner_region = "a",
  channels = { replicate { history = "1B", notice = "1ms", reconnect = "1ms", dataset = "1000000000000000B",
                           snapshot_rate = "100000Gbps" } },
}
data "lookup" { change = "create-only", read = { "local", secondary { ask = "all", lookup = "1h" } } }
service "write" { writes = { "snapshot", "piece" } }
service "ask" { reads = "lookup", unknown = "100%" }
workload { write = "20/s", ask = "20/s" }
failover "watch" { voters = { "b", "c" }, quorum = 2, detect = probe { every = "1s" } }

at "0s" { down { "c", lasts = "1500ms" } }
at "2s" {
  cut { "a-b", lasts = "5s" },
  slow_store { "lookup", region = "c", factor = 1000000 },
}

expect "full copies have begun" { resyncs { data = "snapshot", kind = "full" }, ">= 1" }
expect "there as well" { resyncs { data = "piece", kind = "full" }, ">= 1" }
expect "the source goes on" { availability { service = "write" }, ">= 99.9%" }
