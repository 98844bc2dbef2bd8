-- GitHub, 21 October 2018: 43 seconds of partition, a promotion across the continent, and two histories.
--
-- The east coast's data centre is cut off for 43 s. Orchestrator, whose other nodes were a majority (here: one in the
-- west), promotes the west; nothing fences the east, which goes on taking writes from the applications beside it. After
-- the heal both coasts have writes that the other lacks: those of the east are set aside for a merge by hand.
-- What to look at: "who was hit" (stranded in the east), and in the timeline both coasts served during the partition.
--   --set promotion=off      43 s of errors for who is elsewhere, and nothing is lost: what GitHub chose afterwards
--   --set partition=1s       shorter than a probe waits for: nothing happens; from 8 s on it always does
--
-- *calibrated illustration*: the one number checked is what the rate was chosen for.
-- Published inputs: connectivity between the east's network hub and its data centre lost for 43 s at 22:52 UTC;
--   Orchestrator's nodes on the west coast and in a public cloud in the east had the majority, and were allowed to promote
--   across regions (1). InstancePollSeconds 5 (2).
-- Free inputs: writes per second in the east's busiest cluster (22.2/s: 954 in 43 s), those of the west, round-trip time,
--   time-outs of a probe, delay of a promotion.
-- Published outcomes checked: writes on both coasts that the other lacks; 954 of them in the busiest cluster (1), within 10 %.
--   The counterfactual is GitHub's first lesson (1): no promotion across regions; 43 s of write errors, no loss.
-- Not the same: GitHub calls what the west lacked "a few seconds of writes" (1); here it is all that the east took until it
--   heard of the west. Its applications turned to the west after the heal; here some stand beside it from the beginning.
-- Left out: what made 24 h 11 min of it: the way back (github-2018-failback.lua), replicas that fell behind
--   (github-2018-replicas.lua), deliveries that had piled up (github-2018-webhooks.lua).
-- (1) GitHub, October 21 post-incident analysis, github.blog, 30 October 2018. (2) openark/orchestrator, go/config/config.go.
local promotion = choice "promotion" { "on", "off" }
local partition = choice "partition" { "43s", "1s", "8s", "10s", "20s", "90s", "2min" }
local cut_for = partition == "2min" and 120 or tonumber(partition:sub(1, -2))
local branches = promotion == "on" and cut_for >= 8 -- a poll and its time-out, 7 s, and 1 s until all know

scenario "github-2018" {
  about    = "A partition of 43 s and a promotion without a fence: two histories.",
  duration = "5min", settle = "1min", seeds = "1..5",
}

region "east" {}
region "west" {}
link { "east", "west", name = "hub", rtt = "60ms" }
users "beside the east" { count = 1e6, home = { east = 1 }, access = { east = 1 } }
users "beside the west" { count = 1e6, home = { east = 1 }, access = { west = 1 } }

data "row" { owner = "single", owner_region = "east", channels = { replicate "mysql" { reconnect = "1s" } } }
service "write" { writes = "row", deadline = "2s", threads = 1000 }
workload { write = "22.2/s", users = "beside the east" }
workload { write = "10/s", users = "beside the west" }

if promotion == "on" then
  failover "orchestrator" {
    data = "row", seat = "west", push = "1s", calm = "3600s",
    detect = probe "orchestrator" {},
  }
end

at "1min" { cut { "hub", lasts = partition } }

during "0s..55s" { expect "all is well before" { availability { service = "write" }, "== 100%" } }
if branches then
  local most = 22.2 * (cut_for + 5) -- and until the east has heard of the west
  expect "the east has writes that nobody else has" { stranded { data = "row" }, ">= " .. 22.2 * cut_for * 3 // 4 }
  expect "as many as it took until it heard of it" { stranded { data = "row" }, "<= " .. most * 5 // 4 }
else
  expect "nothing is lost" { lost {}, "== 0" }
end
if branches and cut_for >= 20 then
  during "75s..80s" { expect "both coasts take writes" { availability { service = "write" }, "== 100%" } }
elseif promotion == "off" and cut_for >= 43 then
  during "60s..100s" {
    expect "the west cannot write"                      { availability { service = "write", users = "beside the west" }, "== 0%" },
    expect "the east can"                               { availability { service = "write", users = "beside the east" }, "== 100%" } }
end
during "190s..5min" { expect "everybody writes again" { availability { service = "write" }, "== 100%" } }
