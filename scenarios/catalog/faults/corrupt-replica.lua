-- A replica that is found to be corrupt is no replica: until it has been copied anew there is nobody to fail over to.
--
-- Two regions; the data of beijing's copy turns out to be spoilt. Copying 100 GB anew takes more than half an hour. In
-- the meantime readers near beijing ask hangzhou, and when hangzhou loses power, ten minutes on, nobody can take over.
-- What to look at: the marks; "hangzhou is declared dead" is not followed by a promotion, and the copy begins anew.
--   --set copy=whole   the same power failure, all replicas sound: beijing takes over after half a minute
--
-- Figures: all chosen. Law: 100 GB at 400 Mbit/s are 2000 s to send, as long again to load at that rate.
local copy = choice "copy" { "corrupt", "whole" }
local corrupt = copy == "corrupt"

scenario "corrupt-replica" {
  about    = "A corrupt copy, and a power failure before it has been rebuilt.",
  duration = "100min", window = "1min", settle = "1min", seeds = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms", bandwidth = "1Gbps" }
users "near hangzhou" { count = 1e5, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }
users "near beijing" { count = 1e5, home = { hangzhou = 1 }, access = { beijing = 1 } }
data "profile" {
  channels = { replicate { dataset = "100GB", snapshot_rate = "10Gbps", load_rate = "400Mbps", reconnect = "1s" } },
  read = { "local", secondary { ask = "home", timeout = "500ms" } },
}
service "write" { writes = "profile", deadline = "2s" }
service "read" { reads = "profile", deadline = "2s" }
for _, near in ipairs { "near hangzhou", "near beijing" } do workload { write = "1/s", read = "5/s", users = near } end
failover "controller" { push = "1s" }

if corrupt then at "5min" { corrupt_replica { "profile", region = "beijing" } } end
at "15min" { down { "hangzhou", lasts = "10min" } }

during "6min..14min" {
  expect "but they are answered" { availability { service = "read", access = "beijing" }, ">= 99%" },
}
during "17min..24min" {
  expect "somebody takes over, or nobody" { availability { service = "write" }, corrupt and "== 0%" or ">= 99%" },
  expect "and the corrupt copy answers nobody" { availability { service = "read" }, corrupt and "== 0%" or ">= 99%" },
}
during "27min..100min" { expect "when power is back" { availability { service = "write" }, ">= 99%" } }
if corrupt then expect "how often it was copied" { resyncs { data = "profile", kind = "full" }, ">= 2" } end
expect "no write is lost" { lost { data = "profile" }, "== 0" }
