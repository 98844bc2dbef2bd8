-- The role goes from a to b and back to a. What was decided about a the first time is over: it has a
-- new lease, its commits go on, and a third failure is noticed like the first.

scenario "a-role-that-returns" { duration = "300s", settle = "60s", window = "10s" }
region "a" {}
region "b" {}
region "c" {}
link { "a", "b", rtt = "20ms" }
link { "a", "c", rtt = "20ms" }
link { "b", "c", rtt = "40ms" }
users "u" { count = 1e9, home = { a = 1 }, access = { c = 1 } }
data "record" { keys = 1000, owner = "single", owner_region = "a", channels = { replicate "mongodb-majority" {} } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = "50/s" }
failover "f" {
  data = "record", voters = { "a", "b", "c" }, detect = probe "mongodb" {}, fence = lease "10s", push = "0s",
}
at "30s"  { down { "a", lasts = "30s" } }
at "90s"  { down { "b", lasts = "30s" } }
at "150s" { down { "a", lasts = "30s" } }
during "70s..89s"   { expect "b serves"       { availability { service = "write" }, "== 100%" } }
during "115s..149s" { expect "a serves again" { availability { service = "write" }, "== 100%" } }
during "180s..300s" { expect "then b, again"  { availability { service = "write" }, "== 100%" } }
expect "nothing is lost" { lost {}, "== 0" }
