-- Redis with min-replicas-to-write: an isolated primary stops taking writes, and loses ten seconds instead of all.
--
-- What to look at: the line is cut and the Sentinels on beijing's side make beijing the primary, but
-- the clients of hangzhou still reach theirs. Whatever it takes is destroyed when it follows beijing
-- after the heal. Without the gate that is more than a minute of writes, and no error. With it
-- hangzhou refuses writes once no replica has reported for 10 s: at most 11 s of writes are lost, and
-- its clients get errors instead.
--
-- Figures: redis.conf (min-replicas-max-lag 10), replication.c (a replica reports, and the primary
-- counts, once a second), presets "redis" and "redis-min-replicas". Chosen: one replica required,
-- the load. The bound: 100/s * (10 s + 1 s) = 1100, and 2 that were on the way at the cut.
local gate = choice "gate" { "on", "off" }
local on = gate == "on"

scenario "redis-min-replicas" {
  about    = "An isolated Redis primary that needs a replica to report loses ten seconds of writes, not all.",
  duration = "3min", settle = "1min", seeds = "1..10",
}

region "hangzhou" {}
region "beijing" {}
region "shenzhen" {}
link { "hangzhou", "beijing", rtt = "30ms", risk = "trunk" }
link { "hangzhou", "shenzhen", rtt = "30ms", risk = "trunk" }
link { "beijing", "shenzhen", rtt = "30ms" }

users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }

data "cart" {
  size = "200B", owner = "single", owner_region = "hangzhou",
  channels = { replicate(on and "redis-min-replicas" or "redis") { dataset = "1GB" } },
}
service "write" { writes = "cart" }
workload { write = "100/s", shape = "even" }

failover "sentinel" {
  data = "cart", voters = { "hangzhou", "beijing", "shenzhen" },
  detect = probe "redis-sentinel" {}, push = "1s",
}

at "60s" { cut { "trunk", lasts = "70s" } }

expect "ten seconds are lost, or a minute" { destroyed { data = "cart" }, on and "<= 1102" or ">= 6000" }
expect "but ten seconds are"               { destroyed { data = "cart" }, ">= 880" }
during "72s..130s" {
  expect "the rest is refused, or taken and lost" { availability { service = "write" }, on and "<= 1%" or ">= 99%" },
}
