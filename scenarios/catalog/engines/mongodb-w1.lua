-- MongoDB, w: 1: a primary that is cut off goes on saying "done" for ten seconds, then rolls it all back.
--
-- The region of the primary is cut off from the other two. Its users reach it still, and it takes their
-- writes until it has missed the majority for 10 s (since its last heartbeat) and steps down; the others elect a new primary. When
-- the line is back, what it had taken alone is rolled back to files: acknowledged, gone from the
-- database, and recoverable only by hand.
-- What to look at: "stranded" (L2) in the table of losses, and when those writes were made; the
-- recovery.
-- Figures: electionTimeoutMillis 10 s, heartbeats 2 s, rollback files (MongoDB manual); rates chosen.

scenario "mongodb-w1" {
  about    = "MongoDB with w: 1: ten seconds of acknowledged writes end in rollback files.",
  duration = "4min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
region "shenzhen" {}
links(preset "china" { "hangzhou", "beijing", "shenzhen" })
users "near the primary" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }
users "elsewhere" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 } }

data "order" { owner = "single", owner_region = "hangzhou", recoverable = true, channels = { replicate "mongodb-w1" {} } }
service "buy" { writes = "order", deadline = "2s", threads = 1000 }
workload { buy = "50/s", users = "near the primary" }
workload { buy = "50/s", users = "elsewhere" }

failover "election" {
  data = "order", voters = { "hangzhou", "beijing", "shenzhen" },
  detect = probe "mongodb" {}, fence = lease "10s", push = "0s",
}

at "1min" { cut { "hangzhou", lasts = "1min" } }

expect "eight to ten seconds of writes are rolled back"     { stranded {}, ">= 340" }
expect "not more: the old primary steps down"              { stranded {}, "<= 570" }
expect "none is destroyed"                                 { destroyed {}, "== 0" }
during "60s..68s"  { expect "its own users notice nothing at first" { availability { service = "buy", users = "near the primary" }, ">= 99%" } }
during "75s..115s" { expect "the others are served by the new primary" { availability { service = "buy", users = "elsewhere" }, ">= 99%" } }
