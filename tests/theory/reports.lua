-- What an isolated source takes that needs a target to report (tests/theory/test_resync.c).
--
-- A target reports once a second, and the source counts those who have reported within 10 s once a
-- second, both with phases of their own. After a cut writes are taken for 10 s + U - V, where U and
-- V are uniform on 0..1 s. They are destroyed when the source follows its heir after the heal; it
-- is probed so often that it learns of that before it hears a report and opens again.
local arrivals = choice "arrivals" { "even", "flat" }
local gate = choice "gate" { "on", "off" }

scenario "reports" { duration = "90s", settle = "10s", seeds = "1..400" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "2us" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
data "item" {
  owner = "single", owner_region = "a",
  channels = { replicate {
    min_replicas = gate == "on" and 1 or 0, history = "1MiB", dataset = "1MB", reconnect = "1s",
    divergent = "thrown-away",
  } },
}
service "write" { writes = "item", work = "0ms" }
workload { write = "100/s", shape = arrivals }
failover "f" { data = "item", seat = "b", detect = probe { every = "10ms", failures = 3 } }
at "20005ms" { cut { "a-b", lasts = "40s" } }
