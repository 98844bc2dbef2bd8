-- Reads of a consensus store: at the leader they are never stale, next door they are fast, and not always right.
-- not an engine
--
-- What to look at: the leader is cut off from the majority. `--set reads=follower`: users beside a
-- follower read at once, and while the leader's side is cut off they read what was true before.
-- `--set reads=leader`: nobody reads anything stale, since a leader without a majority stops
-- answering when its lease runs out, but every read pays the way to the leader, and for a while there
-- is none.

local reads = choice "reads" { "leader", "follower" }

scenario "consensus-reads" {
  about    = "Where to read a replicated log: right, or near.",
  duration = "3min", settle = "1min", seeds = "1..3",
}

region "east" {}
region "middle" {}
region "west" {}
link { "east", "middle", rtt = "30ms", risk = "east-duct" }
link { "middle", "west", rtt = "40ms" }
link { "east", "west", rtt = "70ms", risk = "east-duct" }

users "all" {
  count = 300, home = { east = 1 }, access = { east = 1, middle = 1, west = 1 }, retry = { attempts = 1 },
}
data "rows" {
  keys = 20, owner = "single", owner_region = "east",
  channels = { consensus "etcd" {} },
  read = reads == "leader" and { secondary { ask = "home", timeout = "500ms" } } or { "local" },
}
service "write" { writes = "rows", deadline = "1s" }
service "read"  { reads = "rows", deadline = "1s" }
workload { write = "50/s", read = "200/s" }

at "1min" { cut { "east-duct", lasts = "60s" } }

if reads == "leader" then
  expect "nobody reads what is no more true"  { stale { data = "rows" }, "== 0%" }
  expect "the way to the leader is paid"      { latency { service = "read", quantile = "50%" }, ">= 40ms" }
else
  expect "some read what is no more true"     { stale { data = "rows" }, ">= 1%" }
  expect "everybody reads next door"          { latency { service = "read", quantile = "99%" }, "<= 20ms" }
end
