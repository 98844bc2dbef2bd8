-- Two observers of one region disagree: one promotes away from a region that the other sees well, and both sides accept writes.
--
-- Line a-b is cut; c reaches both. The controller beside b misses a and gives its role to c, which has all its changes;
-- the one beside c sees nothing wrong. Nobody has told a, which goes on for the users beside it.
-- What to look at: "who was hit": what a accepted after c had taken over is stranded.
--   --set fence=lease         a cannot renew at b and stops before c takes over: its users get errors, no write is lost
--   --set observers=majority  two of three see a: nothing moves; b alone cannot write until the line is back
-- Figures: all chosen. Law without a fence: c takes over 11 to 16 s after the cut (three probes every 5 s, 1 s for the last
-- answer), and a hears of it with the first probe after the heal: 10/s for 104 to 114 s. With a lease c has received
-- everything that a accepted when it takes over: 0.
local fence = choice "fence" { "none", "lease" }
local observers = choice "observers" { "each-alone", "majority" }
local alone, fenced = observers == "each-alone", fence == "lease"

scenario "asymmetric-partition" {
  about    = "Partial partition: a-b cut, both see c; controllers at b and at c hold different truths.",
  duration = "6min", warmup = "20s", settle = "30s", window = "5s", seeds = "1..5",
}

local names = { "a", "b", "c" }
for _, name in ipairs(names) do region(name) {} end
link { "a", "b", rtt = "20ms" }
link { "a", "c", rtt = "20ms" }
link { "b", "c", rtt = "20ms" }
data "record" { owner = "single", owner_region = "a", channels = { replicate { reconnect = "1s" } } }
service "write" { writes = "record", threads = 1000, deadline = "2s" }
for _, name in ipairs(names) do
  users("near " .. name) { count = 1e6, home = { a = 1 }, access = { [name] = 1 } }
  workload { write = "10/s", users = "near " .. name }
end

local function controller(name, seat, voters)
  failover(name) {
    data = "record", seat = seat, voters = voters, push = "1s", fence = fenced and lease "20s" or nil,
    detect = probe { every = "5s", failures = 3, timeout = "1s" },
  }
end
if alone then
  controller("beside b", "b")
  controller("beside c", "c")
else
  controller("of all", nil, names)
end

at "2min" { cut { "a-b", lasts = "2min" } }

if alone and not fenced then
  expect "what a took for itself"   { stranded { data = "record" }, ">= 900" }
  expect "until it heard of c"      { stranded { data = "record" }, "<= 1280" }
else
  expect "nothing is lost" { lost {}, "== 0" }
end
during "150s..4min" {
  expect "a accepts, or has stopped" { availability { service = "write", users = "near a" }, fenced and alone and "== 0%" or "== 100%" },
  expect "b can write"               { availability { service = "write", users = "near b" }, alone and "== 100%" or "== 0%" },
}
during "270s..6min" { expect "everybody writes again" { availability { service = "write" }, "== 100%" } }
