-- A region that is too busy for half a minute falls over, and hands its load to the next one.
--
-- Power fails in one of three regions; the controller sends its users to another, whose load doubles. Servers that have
-- no idle thread for 30 s are taken for dead by their watchdog and restarted, all of them, which takes five minutes and
-- leaves them cold. So the users move on, and the last region gets everybody.
-- What to look at: the marks: the restarts come at no given time, each follows the failover before it.
--   --set load=45%    twice 45 % is less than one region can do: the failover is the end of it
--
-- Figures: all chosen. Law: a survivor falls if 2 u > 1; u is what a region carries of what it can (20 threads of 20 ms:
-- 1000/s).
local load = choice "load" { "55%", "45%" }
local falls = load == "55%"

scenario "cascade" {
  about    = "Overload that takes one region after another.",
  duration = "8min", window = "10s", settle = "10s", seeds = "1..3",
}

local names = { "a", "b", "c" }
for _, name in ipairs(names) do region(name) {} end
link { "a", "b", rtt = "30ms" }
link { "a", "c", rtt = "30ms" }
link { "b", "c", rtt = "30ms" }
service "page" { work = exponential "20ms", threads = 20, queue = 500, deadline = "1s" }
for _, name in ipairs(names) do
  users("near " .. name) { count = 1e5, home = { [name] = 1 }, access = { [name] = 1 }, resolver = dns { ttl = "5s", ignore = "0%" } }
  workload { page = falls and "550/s" or "450/s", users = "near " .. name }
end
failover "controller" { detect = probe { every = "5s", failures = 2, timeout = "1s" }, push = "2s" }

at "1min" { down { "a", lasts = "6min" } }
for _, name in ipairs { "b", "c" } do
  at "0s" {
    restart { name, lasts = "5min", warmup = "2min", may_miss = not falls,
              when = busy { "page", region = name, above = "98%", over = "30s" } },
  }
end

during "0s..59s" { expect "three regions carry it" { availability { service = "page" }, ">= 99%" } }
during "3min..5min" {
  expect "two regions do, or none" { availability { service = "page" }, falls and "<= 5%" or ">= 99%" },
}
expect "requests in all" { availability { service = "page" }, falls and "<= 60%" or ">= 90%" }
