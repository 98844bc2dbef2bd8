-- MongoDB, w: "majority": nothing acknowledged is rolled back, but others read what is.
--
-- The region of the primary is cut off. It cannot collect a majority, so its users wait and give up;
-- after 10 s it steps down. Nothing that was acknowledged is lost. But the default read concern is
-- "local": readers beside the old primary see its last changes until they are rolled back at the heal.
-- What to look at: no loss; availability beside the old primary; reverted reads (R3).
-- Figures: electionTimeoutMillis 10 s, heartbeats 2 s, read concern "local" (MongoDB manual); rates chosen.

scenario "mongodb-majority" {
  about    = "MongoDB with w: majority: no acknowledged write is lost; local reads show what is rolled back.",
  duration = "4min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
region "shenzhen" {}
links(preset "china" { "hangzhou", "beijing", "shenzhen" })
users "near the primary" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }
users "elsewhere" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 } }

data "stock" { keys = 200, owner = "single", owner_region = "hangzhou", channels = { replicate "mongodb-majority" {} } }
service "buy" { writes = "stock", deadline = "2s", threads = 1000 }
service "look" { reads = "stock", deadline = "2s" }
workload { buy = "20/s", look = "100/s", users = "near the primary" }
workload { buy = "20/s", look = "100/s", users = "elsewhere" }

failover "election" {
  data = "stock", voters = { "hangzhou", "beijing", "shenzhen" },
  detect = probe "mongodb" {}, fence = lease "10s", push = "0s",
}

at "1min" { cut { "hangzhou", lasts = "1min" } }

expect "nothing acknowledged is lost"          { lost {}, "== 0" }
expect "others read what is rolled back later" { phantoms { data = "stock" }, ">= 200" }
during "60s..115s" { expect "nobody beside the old primary can write" { availability { service = "buy", users = "near the primary" }, "<= 10%" } }
during "75s..115s" { expect "the others can, after the election" { availability { service = "buy", users = "elsewhere" }, ">= 99%" } }
