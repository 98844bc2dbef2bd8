-- MySQL, semi-synchronous with AFTER_COMMIT (MariaDB's default): others read what a failover removes.
--
-- A line is cut and 8 s later, before the source gives up waiting, the source is lost. Nothing that was
-- acknowledged is lost. But with AFTER_COMMIT the blocked changes were visible at the source: readers
-- saw them, acted on them, and after the failover they never existed. With AFTER_SYNC nobody sees them.
-- What to look at: stale and reverted reads (R3). Compare --set wait_point=after-ack.
-- Figures: rpl_semi_sync_source_wait_point (MySQL manual), rpl_semi_sync_master_wait_point = AFTER_COMMIT
-- (MariaDB documentation); 200 hot records, rates and times chosen.
local wait_point = choice "wait_point" { "at-commit", "after-ack" }

scenario "mysql-semisync-after-commit" {
  about    = "Semi-synchronous MySQL, committed before the wait: reads that a failover takes back.",
  duration = "3min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "stock" { keys = 200, owner = "single", owner_region = "hangzhou",
               channels = { replicate "mysql-semisync-after-commit" { visible = wait_point } } }
service "sell" { writes = "stock", deadline = "3s", threads = 1000 }
service "look" { reads = "stock", deadline = "3s" }
workload { sell = "20/s", look = "200/s" }

failover "orchestrator" { detect = probe { every = "5s", failures = 3 }, push = "5s" }

at "1min" { cut { "hangzhou-beijing", lasts = "1min" } }
at "68s"  { lose "hangzhou" }

expect "no acknowledged write is lost" { lost {}, "== 0" }
expect "some writers do not know"      { unknown {}, ">= 100" }
if wait_point == "at-commit" then
  expect "others read what never happened" { phantoms { data = "stock" }, ">= 100" }
else
  expect "nobody reads what never happened" { phantoms { data = "stock" }, "== 0" }
end
