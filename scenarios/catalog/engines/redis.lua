-- Redis replication: a disconnection a tenth of a second longer than the backlog costs a full copy.
--
-- What to look at: 1000 writes of 200 bytes per second fill the backlog of 1 MiB in 5.24 s. The
-- replica in beijing loses its connection twice. After 4 s the primary still has what is missing,
-- and the rest is sent within a moment. After 5.5 s it has not: the primary waits 5 s for other
-- replicas, writes a snapshot of 2 GB, sends it, and beijing loads it. Until then beijing serves
-- old data; while it loads, nothing at all: a cut of 5.5 s becomes an outage of 16 s for its
-- readers. With backlog=16MiB it does not happen.
--
-- Figures: redis.conf (1 MiB backlog, 5 s diskless delay, 60 s timeout), preset "redis". Chosen:
-- the load, 2 GB of data, snapshot at 2 Gbps, loading at 1 Gbps. 2^20 / (1000/s * 200 B) = 5.24 s.
local backlog = choice "backlog" { "1MiB", "16MiB" }

scenario "redis" {
  about    = "The backlog is too short for a cut of 5.5 s: a full copy, and no reads while it is loaded.",
  duration = "2min", settle = "10s",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }

users "writers" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }
users "readers" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 } }

data "session" {
  keys = 5000, size = "200B", owner = "single", owner_region = "hangzhou",
  channels = { replicate "redis" { history = backlog, dataset = "2GB" } },
}
service "write" { writes = "session" }
service "read"  { reads = "session" }
workload { write = "1000/s", users = "writers", shape = "even" }
workload { read = "200/s", users = "readers", shape = "even" }

at "20s" { cut { "hangzhou-beijing", how = "reset", lasts = "4s" } }
at "40s" { cut { "hangzhou-beijing", how = "reset", lasts = "5.5s" } }

expect "the short cut is bridged by the backlog" { resyncs { data = "session", kind = "partial" }, backlog == "1MiB" and "== 1" or "== 2" }
expect "the longer one is not"   { resyncs { data = "session", kind = "full" }, backlog == "1MiB" and "== 1" or "== 0" }
expect "nothing is lost by that" { lost { data = "session" }, "== 0" }
during "40s..50s" {
  expect "beijing serves old data at first" { availability { service = "read", access = "beijing" }, ">= 99%" },
}
during "76s..90s" {
  expect "and nothing while it loads" { availability { service = "read", access = "beijing" }, backlog == "1MiB" and "== 0%" or ">= 99%" },
}
