-- b confirms what is in its log, long before it has applied it. Then its store crashes; when it is
-- back, its log is as long as it was, though the leader is gone for good and c never had these
-- changes. Law: b applies 50 of 100 changes per second, so at the crash about 500 wait.

scenario "acknowledged-by-a-slow-follower" { duration = "90s", settle = "60s", window = "10s" }
region "a" {}
region "b" {}
region "c" {}
link { "a", "b", rtt = "20ms" }
link { "a", "c", rtt = "20ms" }
link { "b", "c", rtt = "20ms" }
users "u" { count = 1e9, home = { a = 1 }, access = { c = 1 } }
data "record" { owner = "single", owner_region = "a", keys = 100000, channels = { consensus "etcd" { apply = "20ms" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
users "near" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
workload { write = "100/s", users = "near" }
workload { write = "10/s", users = "u" }
at "5s"  { cut { "c", lasts = "20s" } }
at "20s" { crash { "record", region = "b", lasts = "10s" } }
at "23s" { lose "a" }
during "10s..19s" { expect "a and b agree"      { availability { service = "write", users = "near" }, "== 100%" } }
during "60s..90s" { expect "b and c go on"      { availability { service = "write", users = "u" }, "== 100%" } }
expect "what b confirmed is there" { lost {}, "== 0" }
