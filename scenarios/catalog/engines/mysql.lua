-- MySQL, asynchronous: what the replica has not received is gone, and a healed line is not used at once.
--
-- A line is cut for 70 seconds. The replica notices after 60 s and tries again every 60 s, so it stays
-- behind for 50 s after the heal. Later the line is cut again, and 20 s into that the source is lost:
-- every write of those 20 seconds had been acknowledged.
-- What to look at: "how far behind" (the lag goes on after the first cut has ended), "who was hit".
-- Figures: replica_net_timeout 60 s, SOURCE_CONNECT_RETRY 60 s (MySQL manual); rate and times chosen.

scenario "mysql" {
  about    = "Asynchronous MySQL: 50 s of lag after a heal, and 20 s of writes lost with the source.",
  duration = "6min", warmup = "20s", settle = "2min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "profile" { channels = { replicate "mysql" {} } }
service "write" { writes = "profile", deadline = "3s" }
service "read" { reads = "profile", deadline = "3s", core = true }
workload { write = "50/s", read = "200/s" }

failover "orchestrator" { detect = probe { every = "5s", failures = 3 }, push = "5s" }

at "1min"      { cut { "hangzhou-beijing", lasts = "70s" } }
at "4min"      { cut { "hangzhou-beijing", lasts = "1min" } }
at "260s" { lose "hangzhou" }

expect "a healed line is used only at the next attempt" { catch_up { data = "profile", after = "130s" }, ">= 50s" }
expect "and at no later one"                            { catch_up { data = "profile", after = "130s" }, "<= 55s" }
expect "what was written in the second cut is gone"     { destroyed { data = "profile" }, ">= 850" }
expect "and nothing before it"                          { destroyed { data = "profile" }, "<= 1150" }
during "0s..4min" { expect "writing itself was never in danger before"      { availability { service = "write" }, ">= 99.9%" } }
