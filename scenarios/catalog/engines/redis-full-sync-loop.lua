-- Redis, the full-sync loop: a copy that takes longer than the buffer lasts is never finished.
--
-- What to look at: the picture of the lag. A cut of 10 s is over soon, but beijing never comes back.
-- It needs a full copy of 4 GB: 5 s of waiting, 16 s to write the snapshot, 32 s to send it, 32 s to
-- load it. Meanwhile 500 writes of 20 kB per second wait for it at the primary: after 26.8 s they are
-- more than 256 MiB, the primary drops the connection, and beijing asks for a full copy again. Each
-- round sends more than a gigabyte for nothing, and beijing's data are as old as the cut. With
-- buffer=2GiB the first copy is the last.
--
-- Figures: redis.conf (client-output-buffer-limit replica 256mb 64mb 60; 1 MiB backlog; 5 s delay),
-- preset "redis". Chosen: the load, 4 GB of data, snapshot at 2 Gbps, loading at 1 Gbps, a link of
-- 1 Gbps. The loop begins where 10 MB/s * (16 s + 32 s + 32 s) is more than 256 MiB.
local buffer = choice "buffer" { "256MiB", "2GiB" }
local loops = buffer == "256MiB"

scenario "redis-full-sync-loop" {
  about    = "A replica that lost its connection for 10 s is copied again and again, and never in step.",
  duration = "4min", settle = "5s",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms", bandwidth = "1Gbps" }

users "writers" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }
users "readers" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 } }

data "page" {
  keys = 5000, size = "20kB", owner = "single", owner_region = "hangzhou",
  channels = { replicate "redis" {
    dataset = "4GB", buffer = buffer, buffer_soft = loops and "64MiB" or "0B" } },
}
service "write" { writes = "page" }
service "read"  { reads = "page" }
workload { write = "500/s", users = "writers", shape = "even" }
workload { read = "100/s", users = "readers", shape = "even" }

at "20s" { cut { "hangzhou-beijing", how = "reset", lasts = "10s" } }

expect "copy after copy is begun" { resyncs { data = "page", kind = "full" }, loops and ">= 6" or "== 1" }
expect "and dropped"              { resyncs { data = "page", kind = "restarted" }, loops and ">= 6" or "== 0" }
expect "old reads"                { stale { data = "page" }, loops and ">= 80%" or "<= 60%" }
during "3min..4min" {
  expect "beijing is minutes behind" { lag { data = "page" }, loops and ">= 3min" or "<= 1s" },
}
