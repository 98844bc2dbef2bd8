-- Health checks that ask the service take a slow region for a dead one; its load goes to the next, which is slow then, too.
--
-- Three regions at 70 %. For two minutes a works at a third of its speed. A check that asks its service gets no answer in
-- time, and everybody near a is moved to b. b has 140 % now: its check fails as well, and both loads go back to a. a has
-- been well for long, and still they are handed to and fro: whoever has them is slow, and called dead. No region ever was.
-- What to look at: the timeline, one alarm after the other, for two minutes of trouble.
--   --set asks=machine  a check of the machine: a is slow for two minutes, and nobody else notices
--   --set calm=1h       one move only: b is left with both loads, and a stands idle
--
-- Figures: all chosen. Law: 4 threads of 50 ms serve 80/s; a region gets 56/s, two of them 112. A full queue of 400 waits
-- 5 s, longer than the 2 s of a probe; from 80/s on it fills.
local asks = choice "asks" { "service", "machine" }
local calm = choice "calm" { "0s", "1h" }
local cascades = asks == "service"

scenario "health-check-cascade" {
  about    = "Overload looks like death to a check that stands in the same queue: the failover spreads it.",
  duration = "15min", warmup = "20s", settle = "10s", window = "10s", seeds = "1..3",
}

for _, name in ipairs { "a", "b", "c" } do
  region(name) {}
  users("near " .. name) { count = 1e5, home = { [name] = 1 }, access = { [name] = 1 }, resolver = dns { ttl = "5s", ignore = "0%" } }
  workload { page = "56/s", users = "near " .. name }
end
link { "a", "b", rtt = "20ms" }
link { "b", "c", rtt = "20ms" }
link { "a", "c", rtt = "40ms" }
service "page" { work = exponential "50ms", threads = 4, queue = 400, deadline = "2s" }

failover "checks" { push = "1s", calm = calm, detect = probe { every = "5s", failures = 3, timeout = "2s", asks = asks } }

at "2min" { slow { "page", region = "a", factor = 3, lasts = "2min" } }

during "2min..4min" {
  expect "a is slow, and it is a's trouble"      { availability { service = "page", access = "a" }, "<= 60%" },
  expect "b is well, or has to carry a's users"  { availability { service = "page", access = "b" }, cascades and "<= 90%" or ">= 99%" },
}
during "6min..15min" {
  expect "two minutes after a is well, and later" { availability { service = "page" }, cascades and "<= 70%" or ">= 99%" },
  expect "who is beside a region that was left alone" { availability { service = "page", access = "c" }, ">= 99%" },
}
