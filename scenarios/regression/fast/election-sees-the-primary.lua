-- The primary and one member acknowledge; then the primary is alone, and it is declared dead although
-- nobody can replace it. The member that comes back first lacks what was acknowledged, but with it
-- the primary has its majority again: it stays what it is.
-- Law: 50/s for 20 s were acknowledged by b and a alone, and none of them is lost.

scenario "election-sees-the-primary" { duration = "240s", settle = "60s", window = "10s" }
region "a" {}
region "b" {}
region "c" {}
link { "a", "b", rtt = "20ms" }
link { "a", "c", rtt = "20ms" }
link { "b", "c", rtt = "20ms" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
data "record" { keys = 1000, owner = "single", owner_region = "a", channels = { replicate "mongodb-majority" {} } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = "50/s" }
failover "f" {
  data = "record", voters = { "a", "b", "c" }, detect = probe "mongodb" {}, fence = lease "10s", push = "0s",
}
at "40s" { cut { "c", how = "reset", lasts = "50.25s" } }
at "60s" { down { "b", lasts = "60s" } }
during "45s..59s"   { expect "two are a majority" { availability { service = "write" }, "== 100%" } }
during "75s..89s"   { expect "one is not"         { availability { service = "write" }, "== 0%" } }
during "100s..118s" { expect "c makes it two"     { availability { service = "write" }, "== 100%" } }
expect "nothing acknowledged is lost" { lost {}, "== 0" }
