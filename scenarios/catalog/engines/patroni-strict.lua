-- PostgreSQL under Patroni, strict: without a standby nobody writes, and so nothing can be lost.
--
-- The line to the only standby is cut, and 43 s later the primary is lost, as in mysql-semisync.lua. There
-- the source went on alone after 10 s, and 33 s of writes died with it. Here every writer waited.
-- What to look at: availability is zero from the cut on, the loss is zero too. With mode = "patroni" the
-- primary goes on alone 40 s after the cut: the writers who waited and those of the last 3 s lose theirs.
-- Figures: synchronous_mode_strict, ttl 30 s, loop_wait 10 s (Patroni); rates and times chosen.
local mode = choice "mode" { "patroni-strict", "patroni" }

scenario "patroni-strict" {
  about    = "Patroni's strict mode: writers wait for a standby as long as it takes, and lose nothing.",
  duration = "3min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }

data "profile" { channels = { replicate(mode) {} } }
service "write" { writes = "profile", deadline = "3s", threads = 1000 }
workload { write = "22.2/s" }

at "1min" { cut { "hangzhou-beijing", lasts = "1min" } }
at "103s" { lose "hangzhou" }

if mode == "patroni-strict" then
  expect "nothing acknowledged is lost" { lost {}, "== 0" }
  during "60s..103s" { expect "because nothing is acknowledged" { availability { service = "write" }, "<= 1%" } }
else
  expect "the last seconds are lost"    { destroyed {}, ">= 60" }
end
