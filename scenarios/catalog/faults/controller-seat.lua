-- Where the controller stands decides which failure it sees: beside the owner, elsewhere, or spread over all regions.
--
-- Twice something happens to a, which owns all writes: the line a-b is cut for two minutes (c reaches both), and then a
-- loses power for four. A controller in a dies with it, and nobody fails over. One in b takes the cut for a's death and
-- moves what is well. Voters in all three see the cut for what it is, and outvote the dead.
-- What to look at: the recovery, and the availability of those near c in the two events.
--   --set seat=a       nobody notices that a is dead: four minutes without a write
--   --set seat=b       a failover for a cut line; then a, which owns nothing any more, may die
--   --set seat=voters  nothing in the cut; half a minute when a dies
--
-- Figures: ttl and probes as of Patroni's kind, shortened; rates chosen. Law: 10 to 15 s + 1 s to notice, 20 s from the last
-- renewal for the lease, 1 s for the rule.
local seat = choice "seat" { "voters", "a", "b" }
local voters = seat == "voters"

scenario "controller-seat" {
  about    = "A controller beside the owner, beside another, or voters in each region.",
  duration = "12min", warmup = "20s", settle = "30s", window = "5s", seeds = "1..5",
}

local names = { "a", "b", "c" }
for _, name in ipairs(names) do
  region(name) {}
  users("near " .. name) { count = 1e6, home = { a = 1 }, access = { [name] = 1 } }
  workload { write = "10/s", users = "near " .. name }
end
link { "a", "b", rtt = "20ms" }
link { "a", "c", rtt = "20ms" }
link { "b", "c", rtt = "20ms" }
data "record" { owner = "single", owner_region = "a", channels = { replicate { reconnect = "1s" } } }
service "write" { writes = "record", threads = 1000, deadline = "2s" }

failover "controller" {
  data = "record", seat = not voters and seat or nil, voters = voters and names or nil,
  push = "1s", fence = lease "20s", detect = probe { every = "5s", failures = 3, timeout = "1s" },
}

at "2min" { cut { "a-b", lasts = "2min" } }
at "6min" { down { "a", lasts = "4min" } }

during "150s..4min" {
  expect "in the cut: who is beside a" { availability { service = "write", access = "a" }, seat == "b" and "== 0%" or "== 100%" },
  expect "in the cut: who is beside b" { availability { service = "write", access = "b" }, seat == "b" and "== 100%" or "== 0%" },
}
during "7min..10min" {
  expect "a is dead: who is beside c"  { availability { service = "write", access = "c" }, seat == "a" and "== 0%" or "== 100%" },
}
expect "no write is lost" { lost {}, "<= 25" }
