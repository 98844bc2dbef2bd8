-- unreplicated = "wait": the heir lacks changes of the dead region, so it waits; the region returns
-- with its disks, ships them, and nothing is lost. The price is that writes fail until then.

scenario "promotion-waits-for-the-old-owner" { duration = "300s", settle = "60s", window = "10s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "20ms" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 0.5, b = 0.5 }, resolver = dns { ttl = "10s", ignore = "0%" } }
data "record" { channels = { replicate { reconnect = "0s" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = "100/s" }
failover "controller" {
  detect = probe { every = "5s", failures = 2, timeout = "1s" }, push = "5s",
  fence = lease "10s", unreplicated = "wait",
}
at "95s"  { cut { "a-b", lasts = "10s" } }
at "100s" { down { "a", lasts = "80s" } }
during "120s..180s" { expect "writes wait"  { availability { service = "write" }, "== 0%" } }
during "200s..300s" { expect "served again" { availability { service = "write" }, ">= 99%" } }
expect "nothing is lost" { lost {}, "== 0" }
