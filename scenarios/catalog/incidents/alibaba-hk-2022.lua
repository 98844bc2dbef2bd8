-- Alibaba Cloud, Hong Kong, 18 December 2022: one zone grew too hot, and what managed both zones leaned on it.
--
-- Zone C loses its cooling and goes dark. New instances are managed from B and C, as designed; but customers of C come to B
-- for new ones, and management cannot grow, for what its servers need to start is in C. So are the customers' own images.
-- Databases with a copy in B come back there, except for those that are reached by a proxy in C. The run begins at 08:56.
-- What to look at: "which service stayed up": a zone is gone, and takes services of the other zone along.
--   --set images=both       own images in both zones: back with the first failover
--   --set room=6x           management that has room for everybody who comes
--   --set proxy=both        a proxy that can be elsewhere: 133 minutes instead of 11 hours
--
-- *calibrated illustration*: how many came is chosen so that a fifth of them is served; what hangs on what is published.
-- Published inputs: databases of zone C out of reach from 10:17, nearly all of zone C's back at 21:30; management in zones B
--   and C, none of it could be added, as the middleware for that was in C; customers of C buying in other zones; own
--   images in a store of C alone; databases with a copy elsewhere moved by 12:30, some reached by a proxy in C (1).
-- Free inputs: two zones next door; instances a minute, 10 s to make one, 0.4 of each zone's capacity used before; six
--   times the demand from 14:49 until 19:02, when servers were switched on again (2); rates of the databases.
-- Published outcomes checked: 20 % of requests to management served after 14:49 (2); instances from own images do not start,
--   databases by the proxy stay away, until zone C is back (1).
-- Left out: from the first alarm (08:56) to 10:17 one server after the other; storage of one zone alone; the last servers (22:50).
-- (1) Alibaba Cloud's statement of 25 December 2022, as quoted by Feng Ruohang, vonng.com/cloud/aliyun-ha, 2024.
-- (2) The same, in besthub.dev, Inside Alibaba Cloud Hong Kong Region C Outage. Times are Beijing's.
local images = choice "images" { "one zone", "both" }
local room = choice "room" { "1x", "6x" }
local proxy_in = choice "proxy" { "one zone", "both" }

scenario "alibaba-hk-2022" {
  about    = "A zone is lost, and what the other one needs is in it.",
  duration = "14h", settle = "10min", window = "10min", seeds = "1..3",
}

region "zone_b" {}
region "zone_c" {}
link { "zone_b", "zone_c", rtt = "1500us" }

users "customers" {
  count = 1e5, home = { zone_c = 1 }, access = { zone_b = 1, zone_c = 1 }, resolver = dns { ttl = "60s", ignore = "0%" } }

-- What stands in zone C, is asked by every request that needs it, and has nobody who would take over.
local function in_zone_c(name, both)
  data(name) {
    owner = "single", owner_region = "zone_c", channels = { replicate { reconnect = "1s" } },
    read = { secondary { timeout = "1s" }, "fail" },
  }
  failover(name) { data = name, detect = probe {}, decide = both and automatic {} or stay {}, push = "5s" }
end
in_zone_c("own images", images == "both")
in_zone_c("proxy", proxy_in == "both")
data "rows" { owner = "single", owner_region = "zone_c", channels = { replicate { mode = "semi-sync", reconnect = "1s" } } }
failover "databases" { data = "rows", detect = probe {}, decide = human { "132min", sigma = "0%" }, push = "5s" }
failover "addresses" { detect = probe {}, push = "5s" }

service "new instance" { work = "10s", threads = room == "6x" and 30 or 5, queue = 5, deadline = "1min" }
service "from own image" { reads = "own images", deadline = "1min" }
service "query" { writes = "rows", deadline = "12s" }
service "query by proxy" { reads = "proxy", writes = "rows", deadline = "12s" }
workload { ["new instance"] = "24/min", ["from own image"] = "2/min", query = "12/min", ["query by proxy"] = "12/min" }

at "81min" { down { "zone_c", lasts = "673min" } }                     -- 10:17 to 21:30
at "353min" { surge { "new instance", factor = 6, lasts = "253min" } } -- 14:49 to 19:02

during "0s..80min"      { expect "all is well before"          { availability { service = "query" }, "== 100%" } }
during "360min..600min" {
  expect "management, after 14:49" { availability { service = "new instance" }, room == "6x" and ">= 95%" or "<= 25%" },
  expect "and not less"            { availability { service = "new instance" }, ">= 15%" },
}
during "90min..750min"  { expect "instances from own images"   { availability { service = "from own image" }, images == "both" and ">= 99%" or "== 0%" } }
during "90min..210min"  { expect "databases, until 12:30"      { availability { service = "query" }, "== 0%" } }
during "216min..750min" {
  expect "then those with a copy"  { availability { service = "query" }, "== 100%" },
  expect "but by the proxy"        { availability { service = "query by proxy" }, proxy_in == "both" and "== 100%" or "== 0%" },
}
during "760min..14h" {
  expect "all are back with the zone"   { availability { service = "query by proxy" }, "== 100%" },
  expect "and instances from own images" { availability { service = "from own image" }, "== 100%" },
}
expect "nothing acknowledged is lost" { lost {}, "== 0" }
