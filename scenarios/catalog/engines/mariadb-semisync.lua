-- MariaDB, semi-synchronous: the old source comes back with changes that readers saw and nobody has now.
--
-- By default MariaDB commits before it waits. A line is cut, and 8 s later the source loses power; the
-- replica takes over. When the source is back, it has changes that were never confirmed to anybody
-- but were read: they are set aside, and their readers saw what did not happen.
-- What to look at: reverted reads (R3), unknown outcomes, no loss; the recovery.
-- Figures: rpl_semi_sync_master_wait_point = AFTER_COMMIT, rpl_semi_sync_master_timeout 10 s (MariaDB
-- documentation); 200 hot records, rates and times chosen.

scenario "mariadb-semisync" {
  about    = "MariaDB's default wait point: reads of changes that the old source has to set aside.",
  duration = "4min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "stock" { keys = 200, owner = "single", owner_region = "hangzhou", channels = { replicate "mariadb-semisync" {} } }
service "sell" { writes = "stock", deadline = "3s", threads = 1000 }
service "look" { reads = "stock", deadline = "3s" }
workload { sell = "20/s", look = "200/s" }

failover "orchestrator" { detect = probe "orchestrator" {}, push = "5s" }

at "1min" { cut { "hangzhou-beijing", lasts = "1min" } }
at "68s"  { down { "hangzhou", lasts = "80s" } }

expect "no acknowledged write is lost"   { lost {}, "== 0" }
expect "others read what was set aside"  { phantoms { data = "stock" }, ">= 100" }
expect "their writers were told nothing" { unknown {}, ">= 100" }
