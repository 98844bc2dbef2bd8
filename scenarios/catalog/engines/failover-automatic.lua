-- Automatic failover: nobody waits for a person, and a short outage costs the writes that had not left.
-- not an engine
--
-- hangzhou loses its line, and 10 s later its power, for 90 s each. Three probes later the controller moves its
-- users and the writing to beijing. When hangzhou returns, what it had not shipped is set aside: the role is gone.
-- failover-human.lua is the same outage with a person who decides.
-- What to look at: the recovery (detect, promote, re-route); "who was hit": writes that were acknowledged and
-- exist only where nobody reads them.
-- Figures: probes every 10 s, 3 failures (Huawei MAS FAQ); a rule reaches everybody in 5 s and names live 10 s (chosen).
-- Bounds: detection 20..30 s + 2 s, then 5 s, then at most 10 s; 50/s for the 10 s without a line: 500.
scenario "failover-automatic" {
  about    = "Automatic failover: served again within a minute, at the price of what had not left.",
  duration = "10min", warmup = "20s", settle = "2min",
  seeds    = "1..5",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms", name = "trunk" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "profile" { channels = { replicate "mysql" {} } }
service "write" { writes = "profile", deadline = "3s" }
service "read" { reads = "profile", deadline = "3s", core = true }
workload { write = "50/s", read = "100/s" }

failover "controller" { detect = probe {}, decide = automatic {}, push = "5s" }

at "110s" { cut { "trunk", lasts = "90s" } }
at "2min" { down { "hangzhou", lasts = "90s" } }

expect "reading is back within a minute"      { restore { service = "read", after = "2min" }, "<= 50s" }
expect "what had not left is set aside"       { stranded { data = "profile" }, ">= 400" }
expect "and no more"                          { stranded { data = "profile" }, "<= 600" }
during "170s..210s" { expect "before hangzhou has power again, all is well" { availability { service = "write" }, ">= 99%" } }
