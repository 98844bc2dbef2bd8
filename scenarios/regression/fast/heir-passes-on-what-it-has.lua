-- The nearby copy has a second of changes that the far one has not got when the owner is lost. The
-- new owner passes them on: the far region does not stay behind for ever.

scenario "heir-passes-on-what-it-has" { duration = "120s", settle = "30s" }
region "a" {}
region "b" {}
region "c" {}
link { "a", "b", rtt = "20ms" }
link { "a", "c", rtt = "2s" }
link { "b", "c", rtt = "20ms" }
users "near" { count = 1e9, home = { a = 1 }, access = { b = 1 }, resolver = dns { ttl = "1s", ignore = "0%" } }
data "record" { keys = 2000, channels = { replicate { reconnect = "0s" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { users = "near", write = "100/s" }
users "far" { count = 1e6, home = { a = 1 }, access = { c = 1 } }
service "read" { reads = "record", work = "0ms", threads = 100000 }
workload { users = "far", read = "200/s" }
failover "controller" { detect = probe { every = "5s", failures = 2, timeout = "1s" }, push = "5s" }
at "20s" { lose "a" }
during "35s..60s" { expect "the far copy is not behind" { lag { data = "record" }, "< 1s" } }
-- 5 % of the records change in a second; without passing them on it would be 2 % over the whole run.
expect "readers far away are not stale for long" { stale { data = "record" }, "< 1.6%" }
expect "nothing that b has is lost" { lost { data = "record" }, "<= 2" }
