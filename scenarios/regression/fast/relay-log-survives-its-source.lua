-- What has arrived at a target is in its own relay log: when the source is lost, only what was on
-- the way is gone (about 100/s * 25 ms), not the backlog that the slow applier still works on.

scenario "relay-log-survives-its-source" { duration = "60s", settle = "60s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "50ms" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
data "record" { channels = { replicate { reconnect = "0s", apply = "20ms" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = "100/s" }
at "20s" { lose "a" }
expect "the backlog is not lost" { lost { data = "record" }, "<= 12" }
during "0s..20s" { expect "there was a backlog" { lag { data = "record" }, "> 5s" } }
