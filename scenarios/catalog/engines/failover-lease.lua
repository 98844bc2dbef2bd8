-- A lease: without a fence both sides of a partition accept writes, with one the old side stops by itself.
-- not an engine
--
-- The two regions lose sight of each other for two minutes; users still reach both. The controller, beside
-- beijing, moves hangzhou's role there. Without a fence hangzhou goes on accepting writes from everybody whose
-- name still points there; with a lease it stops once it could not renew for 30 s, and the promotion waits for
-- that. What it took before is what is lost: at most a lease and a renewal.
-- What to look at: "who was hit": stranded writes with --set fence=none and --set fence=lease; the recovery: fence.
-- Figures: ttl 30 s, renewed every 10 s (Patroni, dynamic configuration); rates, name lifetime chosen. Laws: 50/s *
-- 120 s = 6000 without, and until hangzhou learns better; with it hangzhou stops 20 to 30 s after the cut: 1000 to 1500.
local fence = choice "fence" { "lease", "none" }
local fenced = fence == "lease"

scenario "failover-lease" {
  about    = "A lease: the old owner demotes itself; without it two regions accept writes until the heal.",
  duration = "6min", warmup = "20s", settle = "1min",
  seeds    = "1..5",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms", name = "trunk" }
users "beside hangzhou" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "1h", ignore = "0%" } }
users "beside beijing" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 } }

data "profile" { channels = { replicate "postgresql" { reconnect = "1s" } } }
service "write" { writes = "profile", deadline = "2s", threads = 1000 }
workload { write = "50/s", users = "beside hangzhou" }
workload { write = "50/s", users = "beside beijing" }

failover "controller" {
  seat = "beijing", push = "1s",
  detect = probe { every = "10s", failures = 1, timeout = "1s" },
  fence = fenced and lease "30s" or nil,
}

at "1min" { cut { "trunk", lasts = "2min" } }

expect "what the old side took, and nobody else got" { stranded { data = "profile" }, fenced and ">= 900" or ">= 5800" }
expect "ends with its lease, or with the partition"  { stranded { data = "profile" }, fenced and "<= 1600" or "<= 6800" }
during "100s..170s" {
  expect "two owners, or one" { availability { service = "write", users = "beside hangzhou" }, fenced and "<= 15%" or ">= 99%" },
}
during "100s..170s" { expect "the new side accepts" { availability { service = "write", users = "beside beijing" }, ">= 99%" } }
