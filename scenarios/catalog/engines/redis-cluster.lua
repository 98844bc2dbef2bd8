-- Redis Cluster: what the minority's primary took in its last fifteen seconds is gone; then it refuses everything.
--
-- The primary's region is cut off. Its clients beside it still reach it, and for a node time-out it goes on
-- answering them, alone. Then it hears no majority and stops; the majority has promoted a replica. After the
-- heal the old primary follows the new one and throws away what it took.
-- What to look at: no error beside the old primary for the first 14 s, and every one of those writes is
-- destroyed; after that only errors there, until the heal. With fence = "none" (no node does that) the loss
-- grows with the length of the cut instead of ending at the node time-out.
-- Figures: cluster-node-timeout 15000, cluster-require-full-coverage yes (redis.conf); a primary that reaches no
-- majority for a node time-out stops accepting writes (Redis Cluster specification). Rate, delays chosen.
-- Bounds: 50/s * (15 s - 1 s between pings) = 700; 50/s * 15 s = 750, and what was on the way.
local fence = choice "fence" { "node-timeout", "none" }

scenario "redis-cluster" {
  about    = "Redis Cluster: the minority's side loses a node time-out of writes, then refuses them.",
  duration = "3min", warmup = "10s", settle = "1min",
  seeds    = "1..10",
}

local nodes = { "n1", "n2", "n3" }
for _, node in ipairs(nodes) do region(node) {} end
for i = 1, 2 do
  for j = i + 1, 3 do
    link { nodes[i], nodes[j], rtt = "30ms", risk = i == 1 and "to the primary" or "between replicas" }
  end
end
users "beside the primary" { count = 1e6, home = { n1 = 1 }, access = { n1 = 1 } }
users "elsewhere" { count = 1e6, home = { n1 = 1 }, access = { n2 = 1 } }

data "cart" {
  size = "200B", owner = "single", owner_region = "n1",
  channels = { replicate "redis" { dataset = "100MB" } },
}
service "add" { writes = "cart", deadline = "1s" }
workload { add = "50/s", users = "beside the primary", shape = "even" }
workload { add = "50/s", users = "elsewhere", shape = "even" }

failover "cluster" {
  data = "cart", voters = nodes, push = "1s",
  detect = probe "redis-cluster" {},
  fence = fence == "node-timeout" and lease "15s" or nil,
}

at "1min" { cut { "to the primary", lasts = "60s" } }

local stops = fence == "node-timeout"
expect "about fourteen seconds of writes are destroyed" { destroyed { data = "cart" }, stops and ">= 690" or ">= 2900" }
expect "and no more than a node time-out"               { destroyed { data = "cart" }, stops and "<= 760" or "<= 3100" }
during "60s..72s"  { expect "the minority acknowledges meanwhile" { availability { service = "add", users = "beside the primary" }, ">= 99%" } }
during "78s..118s" { expect "then it refuses" { availability { service = "add", users = "beside the primary" }, stops and "<= 1%" or ">= 99%" } }
during "80s..118s" { expect "the majority has a primary" { availability { service = "add", users = "elsewhere" }, ">= 99%" } }
