-- GitHub, 21 and 22 October 2018: the partition lasts 43 seconds, the way back to the other coast half a day.
--
-- As in github-2018.lua the west takes over and both coasts have writes that the other lacks. So the east cannot simply have
-- its role again: its databases are restored from backups, follow the west until they are close behind, and only then a
-- switch under a write ban gives the role back. Meanwhile every write of the east's applications crosses the continent.
-- People put back what only the east had, except where somebody has written it again. The run begins at 22:42 UTC.
-- What to look at: the recovery: "rebuild" and "catch up" dwarf all that is before them; times to an answer.
--   --set promotion=off     43 s of errors for who is elsewhere, and it is over
--   --set back=never        fail forward for good: nothing to restore, and every write of the east goes west
--
-- *calibrated illustration*: two times are reproduced by two numbers that were chosen for them.
-- Everything is a tenth in number: 2.2 writes/s, 95 that nobody else has.
-- Published inputs: 43 s at 22:52; restoring began at 00:41; the largest database nearly 5 TB; priority for data over time.
-- Free inputs: restoring at 1.8 Gbit/s (so that replicas follow at 06:51), databases that apply 2.4 times what is written (so
--   that the east's primaries are back at 11:12, 12 h 20 min after the partition), 60 a day that people put back.
-- Published outcomes checked: primaries in the east again at 11:12, within 5 %; a slow site until then, as writes crossed the
--   continent; users' data not lost in the end, but reconciled by hand, and not finished when the incident was over (23:03).
-- Left out: deliveries that had piled up and replicas behind until 16:24 (github-2018-webhooks.lua, -replicas.lua).
-- All figures: GitHub, October 21 post-incident analysis, github.blog, 30 October 2018.
local promotion = choice "promotion" { "on", "off" }
local back = choice "back" { "restore", "never" }
local moved = promotion == "on"
local returns = moved and back == "restore"

scenario "github-2018-failback" {
  about    = "43 s of partition, half a day until the role is back where it was.",
  duration = "25h", settle = "1min", window = "10min", seeds = "1..3",
}

region "east" {}
region "west" {}
link { "east", "west", name = "hub", rtt = "60ms" }
users "beside the east" { count = 1e6, home = { east = 1 }, access = { east = 1 } }
users "beside the west" { count = 1e6, home = { east = 1 }, access = { west = 1 } }
data "row" {
  owner = "single", owner_region = "east", channels = { replicate "mysql" { apply = "129ms", reconnect = "1s" } } }
service "write" { writes = "row", deadline = "2s", threads = 1000 }
workload { write = "2.2/s", users = "beside the east" }
workload { write = "1/s", users = "beside the west" }

if moved then
  failover "orchestrator" {
    data = "row", seat = "west", push = "1s", calm = "3600s", detect = probe "orchestrator" {}, reconcile = "2.5/h",
    failback = back == "restore" and give_back { after = "10min", decide = "99min", backup = "5TB", restore = "1800Mbps" } or nil,
  }
end

at "10min" { cut { "hub", lasts = "43s" } }

local function writes(quantile) return latency { service = "write", access = "east", quantile = quantile } end
if returns then -- 12 h 20 min of 25 h
  expect "the east writes at home again at 11:12" { writes "47%", "<= 39ms" }
  expect "and not before"                         { writes "53%", ">= 60ms" }
elseif moved then
  expect "every write of the east goes west"      { writes "5%", ">= 60ms" }
else
  expect "no write goes west"                     { writes "99%", "<= 39ms" }
end
expect "what nobody has put back yet"             { lost {}, moved and ">= 5" or "== 0" }
expect "of 95 that only the east had"             { lost {}, "<= 60" }
during "12min..25h" { expect "43 s and no more"   { availability { service = "write" }, ">= 99.9%" } }
