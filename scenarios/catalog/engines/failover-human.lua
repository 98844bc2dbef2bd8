-- A person decides: short outages end by themselves and cost no write, long ones wait for the phone to be answered.
-- not an engine
--
-- hangzhou loses power twice. The first time for 90 s, 10 s after its line: it is back before anybody has decided,
-- and ships what it had not shipped. The second time it stays away for forty minutes: the outage lasts as long as the decision.
-- failover-automatic.lua is the first outage without a person: back sooner, at the price of writes.
-- What to look at: the recovery, where "decide" is longer than all other stages together.
-- Figures: median 5 min (Li Yunhua, ch. 30: restore within 5 min), lognormal with sigma 0.4 (chosen); the rest
-- as in failover-automatic.lua.

scenario "failover-human" {
  about    = "A person decides: no write is lost in a short outage, minutes are lost in a long one.",
  duration = "70min", warmup = "20s", settle = "2min",
  seeds    = "1..5",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms", name = "trunk" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "profile" { channels = { replicate "mysql" {} } }
service "write" { writes = "profile", deadline = "3s" }
service "read" { reads = "profile", deadline = "3s", core = true }
workload { write = "5/s", read = "20/s" }

failover "controller" { detect = probe {}, decide = human { "5min", sigma = "40%" }, push = "5s" }

at "110s" { cut { "trunk", lasts = "90s" } }
at "2min" { down { "hangzhou", lasts = "90s" } }
at "25min" { down { "hangzhou", lasts = "40min" } }

expect "no acknowledged write is lost" { lost {}, "== 0" }
during "122s..200s" { expect "the first outage lasts as long as it lasts" { availability { service = "read" }, "<= 1%" } }
during "4min..24min" { expect "and ends with the power"                   { availability { service = "read" }, ">= 99%" } }
expect "the second lasts as long as the decision" { restore { service = "read", after = "25min" }, ">= 90s" }
