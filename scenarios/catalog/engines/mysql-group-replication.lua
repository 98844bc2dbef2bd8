-- MySQL Group Replication: the minority blocks, is expelled, and answers readers with old data.
--
-- The primary's region is cut off. A member is suspected after 5 s and expelled 5 s later; then the
-- majority elects a new primary and goes on. The old primary cannot commit, so nothing acknowledged is
-- lost. But it does not know that it was expelled: readers beside it are served, with what it had.
-- What to look at: no loss; stale reads for the rest of the cut; availability of writing by region.
-- Figures: 5 s detection, group_replication_member_expel_timeout 5 s, unreachable_majority_timeout 0: it
-- waits for ever (MySQL manual); rates and times chosen.

scenario "mysql-group-replication" {
  about    = "MySQL Group Replication: a minority loses nothing, writes nothing, and serves old data.",
  duration = "4min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
region "shenzhen" {}
links(preset "china" { "hangzhou", "beijing", "shenzhen" })
users "near the primary" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }
users "elsewhere" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 } }

data "stock" { keys = 200, owner = "single", owner_region = "hangzhou", channels = { replicate "mysql-group-replication" {} } }
service "buy" { writes = "stock", deadline = "2s", threads = 1000 }
service "look" { reads = "stock", deadline = "2s" }
workload { buy = "20/s", look = "100/s", users = "near the primary" }
workload { buy = "20/s", look = "100/s", users = "elsewhere" }

failover "group" {
  data = "stock", voters = { "hangzhou", "beijing", "shenzhen" },
  detect = probe "mysql-group-replication" {}, push = "0s",
}

at "1min" { cut { "hangzhou", lasts = "1min" } }

expect "nothing acknowledged is lost"             { lost {}, "== 0" }
expect "and nobody reads what is rolled back"     { phantoms { data = "stock" }, "== 0" }
expect "readers beside the old primary see the past" { stale { data = "stock" }, ">= 5%" }
during "60s..69s"  { expect "until it is expelled nobody can write" { availability { service = "buy" }, "<= 5%" } }
during "75s..115s" { expect "then the majority can"                 { availability { service = "buy", users = "elsewhere" }, ">= 99%" } }
during "75s..115s" { expect "the minority waits for ever"           { availability { service = "buy", users = "near the primary" }, "== 0%" } }
