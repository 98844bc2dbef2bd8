-- PostgreSQL, synchronous: without its standby it hangs; who cancels has committed all the same.
--
-- A line is cut for 40 seconds. There is no time-out: every commit waits until the standby is back. Users
-- give up after 3 s; the cancelled commits stand at the primary, visible, without a copy. Those of the
-- last 3 seconds are answered at the reconnection. Nothing acknowledged is ever lost: later the
-- primary is lost 20 s into a second cut, and only writes that nobody was told of go with it.
-- The promoted standby has no standby itself and hangs until somebody tells it not to wait.
-- What to look at: availability is zero for the whole cut; "told failure, yet it took place" (L8).
-- Figures: no fallback, cancelled waits are committed locally (PostgreSQL manual); rate and times chosen.

scenario "postgresql-sync" {
  about    = "Synchronous PostgreSQL: a cut blocks every write, and no acknowledged one is lost.",
  duration = "6min", warmup = "20s", settle = "2min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "profile" { channels = { replicate "postgresql-sync" {} } }
service "write" { writes = "profile", deadline = "3s", threads = 1000 }
workload { write = "50/s" }

failover "script" { detect = probe { every = "5s", failures = 3 }, push = "5s" }

at "1min"      { cut { "hangzhou-beijing", lasts = "40s" } }
at "4min"      { cut { "hangzhou-beijing", lasts = "1min" } }
at "260s" { lose "hangzhou" }

expect "nothing acknowledged is lost"           { lost {}, "== 0" }
during "60s..95s" { expect "nobody can write while the line is cut" { availability { service = "write" }, "<= 1%" } }
during "130s..4min" { expect "it works again after the heal"          { availability { service = "write" }, ">= 99.9%" } }
expect "given up, yet it took place"            { ghosts {}, ">= 1700" }
during "290s..350s" { expect "the promoted one waits for a standby, too" { availability { service = "write" }, "== 0%" } }
