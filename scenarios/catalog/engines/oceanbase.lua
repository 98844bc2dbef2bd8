-- OceanBase in three cities: the leader's city fails, no acknowledged write is lost, service is back within 30 s.
--
-- What to look at: the promise "RPO 0, RTO < 30 s" has two sides. The ledger counts not one lost
-- write; the timeline shows what the promise allows: 10 to 18 s in which nobody writes.
--
-- Figures: OceanBase 3.1 documentation (RPO 0, RTO < 30 s); election and lease are chosen to fit it.

scenario "oceanbase" {
  about    = "No loss, and an outage as long as a lease and an election.",
  duration = "3min", settle = "1min", seeds = "1..5",
}

region "hangzhou" {}
region "shanghai" {}
region "shenzhen" {}
links(preset "china" { "hangzhou", "shanghai", "shenzhen" })

users "all" { count = 10000, home = { hangzhou = 1 }, access = { shanghai = 1 }, retry = { attempts = 1 } }
data "ledger" {
  keys = 100000, owner = "single", owner_region = "hangzhou",
  channels = { consensus "oceanbase" {} },
}
service "pay" { writes = "ledger", deadline = "1s" }
workload { pay = "50/s" }

at "1min" { lose "hangzhou" }

expect "nothing acknowledged is lost"      { lost { data = "ledger" }, "== 0" }
expect "it stands still for a while"       { restore { service = "pay", after = "1min" }, ">= 10s" }
expect "and is back in less than 30 s"     { restore { service = "pay", after = "1min" }, "<= 30s" }
