-- A bad configuration pushed everywhere at once takes three independent regions down together; in waves it takes one.
--
-- Somebody notices after six minutes, whatever the way of the rollout, and takes the change back in two. No cable is
-- cut and every region answers the controller's probes: nothing fails over, and there is nowhere to fail over to.
-- What to look at: availability by region, and the mark at each region that the change reaches.
--   --set rollout=waves     one region every ten minutes: the change is stopped before the second
--   --set rollout=impatient one region every two minutes: noticed too late
--
-- Model page, section 7: an update that hit every region within an hour (Datadog 2023), a policy that was replicated
-- globally (Google 2025). All numbers chosen; this is no replay of either.
local rollout = choice "rollout" { "at once", "waves", "impatient" }
local waves, one = rollout == "at once" and 1 or 3, rollout == "waves"

scenario "bad-change" {
  about    = "A change that is wrong, in all regions at once or in one after another.",
  duration = "30min", window = "30s", settle = "10s", seeds = "1..3",
}

local names = { "a", "b", "c" }
for _, name in ipairs(names) do region(name) {} end
link { "a", "b", rtt = "30ms" }
link { "a", "c", rtt = "30ms" }
link { "b", "c", rtt = "30ms" }
users "all" { count = 1e5, access = { a = 0.4, b = 0.3, c = 0.3 } }
data "profile" { channels = { replicate {} } }
service "page" { reads = "profile", core = true }
workload { page = "30/s" }
failover "controller" {}

at "5min" {
  bad_change {
    service = "page", region = names, errors = "90%", detect = "6min", rollback = "2min",
    waves = waves, interval = rollout == "impatient" and "2min" or "10min",
  },
}

during "5min..13min" {
  expect "the first region" { availability { service = "page", access = "a" }, "<= 20%" },
  expect "the last region" { availability { service = "page", access = "c" }, one and "== 100%" or "<= 60%" },
  expect "all users" { availability { service = "page" }, one and ">= 60%" or "<= 35%" },
}
during "790s..30min" { expect "after the rollback" { availability { service = "page" }, "== 100%" } }
