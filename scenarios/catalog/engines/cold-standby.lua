-- A cold standby: the data are there within seconds, the service after half an hour, or half a day.
--
-- beijing has a copy of everything and machines that are off. hangzhou is lost at the start of an hour; what is not copied
-- then is a second of writes. Its users wait for machines that somebody has to start, and one start in four fails and is
-- begun anew. A standby that runs costs a second set of machines and answers in six minutes.
-- What to look at: the recovery: "start" is all of it; the recovery point beside the recovery time.
--   --set standby=hot  the same people and a standby that runs
-- Figures: half an hour to 12 hours to become live (Li Yunhua, ch. 28), 5 min to decide (ch. 30); the share of starts that
-- fail and the rates are chosen. Law: a start is 30 min to 12 h; with the failures 1.33 of them on average.
local standby = choice "standby" { "cold", "hot" }
local cold = standby == "cold"

scenario "cold-standby" {
  about    = "A copy without machines: nothing to lose but time.",
  duration = "48h", settle = "10min", window = "5min", seeds = "1..5",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e5, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = dns { ttl = "60s", ignore = "0%" } }
data "order" { channels = { replicate "mysql" {} } }
service "order" { writes = "order", deadline = "2s" }
workload { order = "0.2/s" }

failover "people" { like = cold and "cold-standby" or "human-runbook", start_fails = cold and "25%" or "0%" }

at "1h" { down { "hangzhou" } }

local outage = { service = "order", after = "1h" }
expect "half an hour at least" { restore(outage), cold and ">= 30min" or "<= 40min" }
expect "two days at most"      { restore(outage), "<= 45h" }
expect "with few writes lost"  { lost {}, "<= 3" }
