-- CockroachDB in three regions: nothing is lost with a region, but its ranges stand still until its lease has run out.
--
-- What to look at: at 1 min the region that holds the leases burns down. Raft could elect within
-- 3 to 6 s; nobody may until the 9 s lease and the clocks' 500 ms are over. All that time the ranges
-- it led answer nobody, those led elsewhere go on: home = "hash" spreads the leases.
--
-- Figures: cockroachdb/cockroach, pkg/base/config.go (15 ticks of 200 ms, 9 s lease); --max-offset 500 ms.

scenario "cockroachdb" {
  about    = "A lost region costs its ranges a lease of silence, and no data.",
  duration = "3min", settle = "1min", seeds = "1..5",
}

region "east" {}
region "middle" {}
region "west" {}
link { "east", "middle", rtt = "30ms" }
link { "middle", "west", rtt = "40ms" }
link { "east", "west", rtt = "70ms" }

users "east-side" { count = 10000, home = { east = 1 }, access = { middle = 1 }, retry = { attempts = 1 } }
users "west-side" { count = 10000, home = { west = 1 }, access = { middle = 1 }, retry = { attempts = 1 } }
data "orders" { channels = { consensus "cockroachdb" {} } }
service "order" { writes = "orders", deadline = "2s" }
workload { order = "30/s", users = "east-side" }
workload { order = "30/s", users = "west-side" }

at "1min" { lose "east" }

during "61s..68s"  { expect "who was led from the lost region waits for the lease" { availability { service = "order", users = "east-side" }, "== 0%" } }
during "61s..68s"  { expect "the others do not notice"     { availability { service = "order", users = "west-side" }, "== 100%" } }
during "75s..170s" { expect "afterwards everybody is back" { availability { service = "order" }, "== 100%" } }
expect "nothing acknowledged is lost" { lost { data = "orders" }, "== 0" }
