-- A region that is well is failed over: by a controller that sees wrong, a line that loses its probes, or a hand that slips.
--
-- Nothing is the matter with a. All the same its role moves to b. From the moment b is made the owner until the rule has
-- reached a, both take writes; what a took in between, it has alone.
-- What to look at: "who was hit": stranded writes, for a region that never failed.
--   --set cause=bad-line  a line that loses 95 % of its packets; the probe's three attempts are not enough
--   --set cause=operator  somebody fails over a instead of c, which is the one that is dead
--   --set fence=lease     a stops before b begins: errors instead of lost writes, whoever was wrong
--
-- Figures: all chosen. Law: 30/s for the 10 s that the rule takes: 300 writes alone at a, and those of a bad line; or, with
-- a lease, as many errors.
local cause = choice "cause" { "wrong-view", "bad-line", "operator" }
local fence = choice "fence" { "none", "lease" }
local fenced = fence == "lease"

scenario "false-failover" {
  about    = "The cost of failing over a region that is well.",
  duration = "6min", warmup = "20s", settle = "30s", window = "5s", seeds = "1..5",
}

for _, name in ipairs { "a", "b", "c" } do region(name) {} end
link { "a", "b", rtt = "20ms" }
link { "a", "c", rtt = "20ms" }
link { "b", "c", rtt = "20ms" }
users "near a" { count = 1e6, home = { a = 1 }, access = { a = 1 } }
data "record" { owner = "single", owner_region = "a", channels = { replicate { reconnect = "1s" } } }
service "write" { writes = "record", threads = 1000, deadline = "2s" }
workload { write = "30/s" }

failover "controller" {
  data = "record", seat = "b", candidates = "b", push = "10s", fence = fenced and lease "20s" or nil,
  detect = probe { every = "5s", failures = 3, timeout = "1s" },
}

if cause == "wrong-view" then
  at "2min" { wrong_view { "controller", region = "a", lasts = "40s" } }
elseif cause == "bad-line" then
  at "2min" { degrade { "a-b", loss = "95%", lasts = "40s" } }
else
  at "2min" { down { "c", lasts = "3min" } }
  at "150s" { operator_errs { "controller", region = "a" } }
end

if fenced then
  expect "nothing is stranded"  { stranded {}, "== 0" }
  during "2min..200s" { expect "errors instead" { availability { service = "write" }, "<= 92%" } }
else
  expect "what a took alone"    { stranded {}, ">= 230" }
  expect "until it knew better" { stranded {}, "<= 400" }
end
if cause ~= "bad-line" then expect "nothing else is lost" { overwritten {}, "== 0" } end
during "4min..6min" { expect "well before and after" { availability { service = "write" }, "== 100%" } }
