-- Threads that wait for a region behind a cut are free again when it heals, even those whose users
-- had given up before they got one.

scenario "threads-come-back" { duration = "100s", settle = "30s", window = "10s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "20ms" }
users "u" { count = 1e9, home = { b = 1 }, access = { a = 1 } }
data "record" { channels = { replicate { reconnect = "0s" } } }
service "write" { writes = "record", work = "10ms", threads = 10, deadline = "1s" }
workload { write = "200/s" }
at "20s" { slow { "write", factor = 10, lasts = "10s" } }
at "28s" { cut { "a-b", lasts = "10s" } }
during "40s..100s" { expect "served again" { availability { service = "write" }, ">= 99.9%" } }
