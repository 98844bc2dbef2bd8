-- Orchestrator: a promotion across the continent for 43 seconds of partition, and none when one is needed.
--
-- The east coast is cut off for 43 s. Orchestrator, a majority on the other side, promotes the west. The east
-- goes on taking the writes of whoever is beside it: two branches, and what only the east has is set aside.
-- Then, within the hour, the west loses power. A second failover is blocked for an hour after the first, so nobody
-- can write although the east is well; with block = "0s" the east takes over. With promotion = "off" the partition costs 43 s of errors
-- for those who are elsewhere, and nothing is lost.
-- What to look at: "who was hit" (stranded writes), and the timeline: one promotion; none in the second outage.
-- Figures: InstancePollSeconds 5, RecoveryPeriodBlockSeconds 3600 (openark/orchestrator, go/config/config.go); a
-- partition of 43 s, cross-region promotion and diverged branches (GitHub, 21 October 2018). Rates chosen.
local promotion = choice "promotion" { "across-regions", "off" }
local block = choice "block" { "3600s", "0s" }
local across, blocked = promotion == "across-regions", block == "3600s"

scenario "orchestrator" {
  about    = "Orchestrator: 43 s of partition promote another coast; the next failure finds recovery blocked.",
  duration = "8min", warmup = "20s", settle = "1min",
  seeds    = "1..5",
}

region "east" {}
region "west" {}
region "witness" {}
link { "east", "west", rtt = "60ms", risk = "hub" }
link { "east", "witness", rtt = "80ms", risk = "hub" }
link { "west", "witness", rtt = "60ms" }
users "in the east" { count = 1e6, home = { east = 1 }, access = { east = 1 } }
users "in the west" { count = 1e6, home = { east = 1 }, access = { west = 1 } }

data "issue" { owner = "single", owner_region = "east", channels = { replicate "mysql" { reconnect = "1s" } } }
service "write" { writes = "issue", deadline = "2s", threads = 1000 }
workload { write = "20/s", users = "in the east" }
workload { write = "20/s", users = "in the west" }

if across then
  failover "orchestrator" {
    data = "issue", voters = { "east", "west", "witness" }, push = "1s", calm = block,
    detect = probe "orchestrator" {},
  }
end

at "1min" { cut { "hub", lasts = "43s" } }
at "4min" { down { across and "west" or "east", lasts = "3min" } }

if across then
  expect "two branches: the east has what nobody else has" { stranded { data = "issue" }, ">= 550" }
  expect "as long as the partition"                       { stranded { data = "issue" }, "<= 1150" }
  during "80s..100s" { expect "both sides take writes" { availability { service = "write" }, ">= 99%" } }
else
  expect "nothing is lost" { lost {}, "== 0" }
  during "60s..100s" { expect "the west cannot write" { availability { service = "write", users = "in the west" }, "<= 1%" } }
end
local moved = across and not blocked
during "250s..415s" {
  expect "who can write in the second outage" { availability { service = "write", users = "in the east" }, moved and ">= 99%" or "<= 2%" },
}
during "425s..8min" { expect "until it is over" { availability { service = "write" }, ">= 99%" } }
