-- A failover that works and still fails: two regions at 55 % cannot become one at 110 %.
--
-- Each of two regions takes half of the users. One loses power, its users are moved within half a minute as designed, and
-- the survivor has to do 2u of what it can. At u = 55 % its queue fills and stays full; nobody is served in time, although
-- no component is broken. With load = "40%" the same failover works.
-- What to look at: "whether the survivor could carry both": what both regions kept busy before, against what one has;
-- "which service stayed up": its own users suffer as much as those who were moved.
--
-- *calibrated illustration*: arithmetic that failed failovers have in common, not one incident.
-- Published inputs: none. Free inputs: capacity, utilisation, times of detection (chosen).
-- Outcomes: survivors run at u k / (k - 1), k = 2: 2u (N-1 capacity).
local load = choice "load" { "55%", "40%" }
local each = load == "55%" and "110/s" or "80/s" -- of 200/s that a region can do

scenario "two-region-overload" {
  about    = "Failover into a region that is more than half full is an overload.",
  duration = "6min", settle = "20s", seeds = "1..3",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "in the east" { count = 1e6, home = { east = 1 }, access = { east = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }
users "in the west" { count = 1e6, home = { west = 1 }, access = { west = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }
data "profile" { channels = { replicate {} } }
service "ask" { reads = "profile", work = "100ms", threads = 20, queue = 1000, deadline = "2s" }
workload { ask = each, users = "in the east" }
workload { ask = each, users = "in the west" }
failover "control" { detect = probe { every = "5s", failures = 3 }, push = "5s" }

at "1min" { down { "east" } }

during "0s..55s" { expect "both regions have room" { availability { service = "ask" }, "== 100%" } }
during "3min..6min" {
  expect "users of the region that never failed" {
    availability { service = "ask", users = "in the west" }, load == "55%" and "<= 20%" or ">= 99.9%" },
  expect "users who were moved" {
    availability { service = "ask", users = "in the east" }, load == "55%" and "<= 20%" or ">= 99.9%" },
}
