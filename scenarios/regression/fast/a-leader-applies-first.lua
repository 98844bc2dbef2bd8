-- The follower that is elected has a long log that it has not applied. It serves nobody until it has:
-- otherwise its users would change records without having seen the last acknowledged changes.
-- Law: 40/s for 30 s at 20 applied per second leave 600 changes: it stands still for 30 s more.

scenario "a-leader-applies-first" { duration = "2min", settle = "1min", window = "10s" }
region "a" {}
region "b" {}
region "c" {}
link { "a", "b", rtt = "20ms" }
link { "a", "c", rtt = "20ms" }
link { "b", "c", rtt = "20ms" }
users "u" { count = 1e9, home = { a = 1 }, access = { b = 1 } }
data "record" { keys = 200, owner = "single", owner_region = "a", channels = { consensus "etcd" { apply = "50ms" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = "40/s" }
at "30s" { lose "a" }
during "33s..50s"   { expect "it still applies" { availability { service = "write" }, "== 0%" } }
during "65s..115s"  { expect "then it serves"   { availability { service = "write" }, "== 100%" } }
expect "nobody writes over what he has not seen" { overwritten {}, "== 0" }
expect "nothing is lost"                         { lost {}, "== 0" }
