-- Forty-three seconds of partition, hours of work: failing back costs more than the outage did.
-- not an engine
--
-- The east is cut off for 43 s, and the west takes over: for the users the outage ends there. The east comes back with writes
-- that nobody else has, so its stores are restored from a backup and catch up before they get their role again; people put
-- back, record by record, what nobody has entered again meanwhile.
-- What to look at: the recovery, where "rebuild" and "reconcile" dwarf all stages before them; "who was hit", which people
-- make smaller; and what it costs them.
--   --set back=direct      no backup is needed: the stores go back to what the west has
--   --set back=never       the west keeps the role ("fail forward"); people still put records back
-- Figures: 43 s is GitHub's partition of 2018; 24 h 11 min passed until it was normal again (its post-incident analysis). Size
-- of the backup, its rate, people's rate and the writes are chosen to fit an hour.
local back = choice "back" { "rebuild", "direct", "never" }

scenario "failover-failback" {
  about    = "The partition lasts 43 s; the way back takes most of an hour.",
  duration = "90min", settle = "2min", seeds = "1..3",
}

region "east" {}
region "west" {}
link { "east", "west", name = "hub", rtt = "60ms" }
users "us" { count = 1e6, home = { east = 1, west = 1 }, access = { east = 1, west = 1 }, resolver = dns { ttl = "30s", ignore = "0%" } }
data "row" { channels = { replicate { reconnect = "1s" } } }
service "write" { writes = "row", deadline = "2s", threads = 1000 }
workload { write = "20/s" }

failover "controller" {
  seat = "west", reconcile = "600/h",
  detect = probe { every = "5s", failures = 2, timeout = "2s" },
  failback = back ~= "never" and give_back {
    after = "5min", backup = back == "rebuild" and "300GB" or "0B", restore = "1Gbps",
  } or nil,
}
at "10min" { isolate { "east", lasts = "43s" } }

local writes = { service = "write" }
during "12min..15min" { expect "users are well within two minutes" { availability(writes), ">= 99.9%" } }
expect "people put most of it back" { lost {}, "<= 20" }
if back == "rebuild" then
  during "16min..45min" { expect "the restored stores serve nobody, others do" { availability(writes), ">= 99%" } }
end
