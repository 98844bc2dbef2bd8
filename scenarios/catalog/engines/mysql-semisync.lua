-- MySQL, semi-synchronous: a longer cut turns the promise off; the writes after that can be lost.
--
-- A line is cut for 43 seconds and then the source is lost. For 10 s every writer blocks: users who wait
-- 3 s give up, yet their writes take place. Then the source goes on alone, tells the writers still
-- waiting "done", and everything acknowledged from there on dies with it.
-- The promoted replica has none of its own, so it blocks for 10 s too.
-- What to look at: the stripe above "how far behind": yellow while all writers block, red while the
-- source goes on alone; availability, which is gone for those 10 s; writes whose outcome nobody knows.
-- Figures: rpl_semi_sync_source_timeout 10 s, wait point AFTER_SYNC (MySQL manual). By arithmetic:
-- 22.2/s * (43 - 10) s = 733 written later, 22.2/s * 3 s = 67 released by the fallback, 22.2/s * 7 s =
-- 155 with unknown outcome.
local fallback = choice "fallback" { "10s", "2s", "20s", "1h" } -- longer: fewer lost, more blocked

scenario "mysql-semisync" {
  about    = "Semi-synchronous MySQL: 10 s of blocked writers, then 33 s of writes that are lost.",
  duration = "4min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "profile" { channels = { replicate "mysql-semisync" { fallback = fallback } } }
service "write" { writes = "profile", deadline = "3s", threads = 1000 }
workload { write = "22.2/s" }

failover "orchestrator" { detect = probe { every = "5s", failures = 3 }, push = "5s" }

at "1min" { cut { "hangzhou-beijing", lasts = "1min" } }
at "103s" { lose "hangzhou" }

if fallback == "10s" then
  expect "what was acknowledged without a copy is gone"  { destroyed {}, ">= 700" }
  expect "that is 733 and the 67 that were released"     { destroyed {}, "<= 900" }
  during "60s..70s" { expect "for ten seconds nobody can write"              { availability { service = "write" }, "<= 35%" } }
  during "70s..100s" { expect "then all is well, it seems"                    { availability { service = "write" }, ">= 99%" } }
  expect "seven seconds of writers do not know"          { unknown {}, ">= 110" }
end
