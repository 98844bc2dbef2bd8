-- Cassandra, ONE: a replica that was away answers with what it remembers.
--
-- One of three replicas of a data centre is down for five minutes. Any other is enough for a write or a
-- read, and a read that asked it turns to the next one after 50 ms, so nobody notices. When it is back it is asked like the others, and every
-- third read gets a record as it was before the outage, until the writes kept for it (hints) have
-- been sent. Two of three (LOCAL_QUORUM) always include one that knows better.
-- What to look at: stale reads right after the return; set level=local_quorum and there are none.
-- Figures: cassandra.yaml for hints and their throttle; demand and record sizes are chosen.
local level = choice "level" { "one", "local_quorum" }

scenario "cassandra-one" {
  about    = "One replica is enough: fast, available, and wrong after an outage.",
  duration = "10min", settle = "1min",
}

region "east" {}
users "u" { count = 20000 }

data "profile" {
  keys = 2000,
  channels = { quorum "cassandra-one" { read = level, write = level, read_repair = false } },
}
service "edit" { writes = "profile" }
service "view" { reads = "profile" }
workload { edit = "100/s", view = "100/s" }

at "3min" { replica_down { "profile", region = "east", lasts = "5min" } }

expect "every edit is taken"             { availability { service = "edit" }, ">= 99.9%" }
expect "every view is answered"          { availability { service = "view" }, ">= 99.9%" }
expect "nothing is lost"                 { lost { data = "profile" }, "== 0" }
if level == "one" then
  expect "the returned replica is stale" { stale { data = "profile" }, ">= 0.1%" }
  expect "until its hints arrive"        { stale { data = "profile" }, "<= 1%" }
else
  expect "two of three know better"      { stale { data = "profile" }, "<= 0%" }
end
