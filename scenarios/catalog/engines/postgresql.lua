-- PostgreSQL, asynchronous: the tail is lost, but a healed line is used within seconds.
--
-- A line is cut for 70 seconds: noticed after 60 s, tried again every 5 s, so the standby is back a few
-- seconds after the heal (MySQL: up to 60). Then the primary is lost 20 s into a second cut.
-- What to look at: "how far behind" next to that of the mysql scenario; the same loss.
-- Figures: wal_sender_timeout and wal_receiver_timeout 60 s, wal_retrieve_retry_interval 5 s (PostgreSQL
-- manual); rate and times chosen.

scenario "postgresql" {
  about    = "Asynchronous PostgreSQL: back seconds after a heal; 20 s of writes lost with the primary.",
  duration = "6min", warmup = "20s", settle = "2min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "profile" { channels = { replicate "postgresql" {} } }
service "write" { writes = "profile", deadline = "3s" }
workload { write = "50/s" }

failover "script" { detect = probe { every = "5s", failures = 3 }, push = "5s" }

at "1min"      { cut { "hangzhou-beijing", lasts = "72s" } }
at "4min"      { cut { "hangzhou-beijing", lasts = "1min" } }
at "260s" { lose "hangzhou" }

expect "the standby is back at its next attempt" { catch_up { data = "profile", after = "132s" }, "<= 6s" }
expect "not at the heal itself"                  { catch_up { data = "profile", after = "132s" }, ">= 3s" }
expect "the writes of the second cut are gone"   { destroyed {}, ">= 850" }
expect "and nothing before it"                   { destroyed {}, "<= 1150" }
