-- MongoDB: a secondary that is away longer than the oplog reaches back has to be copied anew.
--
-- What to look at: 50 writes of 200 kB per second turn an oplog of 990 MB over in 99 s. Beijing is
-- cut off for 80 s and catches up from the oplog. The next time it is cut off for two minutes: the
-- primary has overwritten what beijing needs next. Beijing stays as old as the cut until somebody
-- starts an initial sync, five minutes later in this run, and that has copied all 20 GB. With
-- oplog=5GB the second cut is like the first. No write is lost, but meanwhile one copy less exists.
--
-- Figures: MongoDB manual, replica set oplog (5 % of the free disk, at least 990 MB), preset
-- "mongodb-w1". Chosen: the load, 20 GB of data, five minutes until somebody acts. Left out: a
-- member that is too stale answers no reads in MongoDB; here it answers with old data.
local oplog = choice "oplog" { "990MB", "5GB" }
local short = oplog == "990MB"

scenario "mongodb-oplog" {
  about    = "A secondary away for two minutes finds its place in the oplog overwritten: an initial sync.",
  duration = "20min", settle = "10s",
}

region "hangzhou" {}
region "beijing" {}
region "shenzhen" {}
link { "hangzhou", "beijing", rtt = "30ms" }
link { "hangzhou", "shenzhen", rtt = "30ms" }
link { "beijing", "shenzhen", rtt = "30ms" }

users "writers" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }

data "document" {
  size = "200kB", owner = "single", owner_region = "hangzhou",
  channels = { replicate "mongodb-w1" { history = oplog, operator_after = "5min", dataset = "20GB" } },
}
service "write" { writes = "document" }
workload { write = "50/s", shape = "even" }

at "1min" { cut { "hangzhou-beijing", lasts = "80s" } }
at "4min" { cut { "hangzhou-beijing", lasts = "2min" } }

expect "the first time the oplog reaches back far enough" { resyncs { data = "document", kind = "partial" }, short and "== 1" or "== 2" }
expect "the second time it does not"   { resyncs { data = "document", kind = "full" }, short and "== 1" or "== 0" }
expect "no write is lost"              { lost { data = "document" }, "== 0" }
expect "the copy waits for somebody"   { catch_up { data = "document", after = "6min" }, short and ">= 5min" or "<= 2min" }
