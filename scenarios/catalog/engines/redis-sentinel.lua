-- Redis with Sentinel, five nodes: a partition leaves two primaries, and the heal destroys what the old one took.
--
-- What to look at: five clients add numbers in turn, each to whom the Sentinel beside it names. The
-- line between the nodes splits {n1, n2} from {n3, n4, n5}; the clients reach every node. Until the
-- majority has promoted a new primary, everything goes to n1 and will be lost; afterwards two
-- clients in five go on writing to n1, and lose all of it. Not one of them sees an error.
--
-- Figures: aphyr.com/posts/283 (Jepsen, 2013): 2000 numbers, the partition from number 50 to about
-- 1685, 1998 acknowledged, 1126 of them lost. Free: the rate, so that Sentinel's 30 s fall where the
-- promotion was seen (near number 837). A calibrated illustration.

scenario "redis-sentinel" {
  about    = "Two primaries during a partition: what the old one acknowledged is gone after the heal.",
  duration = "80s", settle = "1min", seeds = "1..10",
}

local nodes = { "n1", "n2", "n3", "n4", "n5" }
for _, node in ipairs(nodes) do region(node) {} end
for i = 1, 5 do
  for j = i + 1, 5 do
    local split = i <= 2 and j >= 3
    link { nodes[i], nodes[j], rtt = "1ms", name = "clients " .. i .. "-" .. j, network = "clients" }
    link { nodes[i], nodes[j], rtt = "1ms", name = "cluster " .. i .. "-" .. j, network = "cluster",
           risk = split and "between" or "within" }
  end
end

data "numbers" {
  key = "phone", change = "create-only", owner = "single", owner_region = "n1",
  channels = { replicate { via = "cluster", reconnect = "1s", divergent = "thrown-away" } },
}
service "add" { writes = "numbers", deadline = "1s" }
for i, node in ipairs(nodes) do
  users("client " .. i) { count = 1, home = { n1 = 1 }, access = { [node] = 1 } }
  workload { add = "5/s", users = "client " .. i, shape = "even" }
end

failover "sentinel" {
  data = "numbers", voters = nodes, via = "cluster", push = "1s",
  detect = probe "redis-sentinel" {},
}

at "2s" { cut { "between", lasts = "65.4s" } }

expect "more than half of what was acknowledged is gone" { lost { data = "numbers" }, ">= 1101" }
expect "and about as much as was seen"                   { lost { data = "numbers" }, "<= 1151" }
expect "nobody saw an error"                             { availability { service = "add" }, ">= 99.9%" }
