-- An upgrade of half a region at a time needs the other half: at 40 % nobody notices, at 60 % each region fails in turn.
--
-- Three regions of three zones are upgraded one after another for two minutes each. What is out of service is drained:
-- no request dies, but those that come find fewer threads.
-- What to look at: the timeline by region. The trouble walks from region to region with the upgrade.
--   --set load=240/s   60 % of capacity, half of it in service: each region in turn is overloaded
--   --set by=zone      a zone at a time at 60 %: two thirds are left, and they suffice
--
-- Figures: all chosen. Law: a thread does 20/s, a region 400/s; half of it 200/s, two thirds of 20 threads 13 or 260/s.
local load = choice "load" { "160/s", "240/s" }
local by = choice "by" { "region", "zone" }
local fails = load == "240/s" and by == "region"

scenario "rolling-upgrade" {
  about    = "Capacity that an upgrade takes away, one region or one zone after another.",
  duration = "20min", window = "30s", settle = "10s", seeds = "1..3",
}

local names = { "a", "b", "c" }
for _, name in ipairs(names) do region(name) { zones = 3 } end
link { "a", "b", rtt = "30ms" }
link { "a", "c", rtt = "30ms" }
link { "b", "c", rtt = "30ms" }
service "page" { work = exponential "50ms", threads = 20, queue = 100, deadline = "1s" }
for _, name in ipairs(names) do
  users("near " .. name) { count = 1e5, home = { [name] = 1 }, access = { [name] = 1 } }
  workload { page = load, users = "near " .. name }
end

at "1min" {
  rolling_upgrade { region = names, by = by, each = by == "zone" and "40s" or "2min", capacity = by == "zone" and "0%" or "50%" },
}

during "70s..3min" {
  expect "the first" { availability { service = "page", access = "a" }, fails and "<= 95%" or ">= 99%" },
  expect "while others wait for theirs" { availability { service = "page", access = "b" }, ">= 99%" },
}
during "310s..7min" {
  expect "the last" { availability { service = "page", access = "c" }, fails and "<= 95%" or ">= 99%" },
  expect "while the first is done" { availability { service = "page", access = "a" }, ">= 99%" },
}
