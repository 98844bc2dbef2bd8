-- Cassandra, EACH_QUORUM: one data centre is lost and no write succeeds anywhere.
--
-- Every write needs two of three replicas in each of three data centres. `south` loses power: until
-- its replicas are taken for dead (about 18 s) writes wait and run out of time, after that they are
-- refused at once. Reads ask their own data centre and do not notice. Writes that ran out of time
-- are not undone: they are found later although their user was told that they failed.
-- What to look at: writes of all regions stop for the whole outage; views go on; error, yet applied.
-- Figures: cassandra.yaml, phi_convict_threshold 8 at one heartbeat a second; the rest is chosen.

scenario "cassandra-each-quorum" {
  about    = "A majority of every data centre: as available as the least available of them.",
  duration = "10min", settle = "1min",
}

region "north" {}
region "east" {}
region "south" {}
link { "north", "east", rtt = "30ms" }
link { "north", "south", rtt = "50ms" }
link { "east", "south", rtt = "40ms" }

users "u" { count = 20000, access = { north = 0.5, east = 0.5 } }

data "profile" { channels = { quorum "cassandra-each-quorum" {} } }
service "edit" { writes = "profile", followed_by = { "view", after = "0ms", elsewhere = "0%" } }
service "view" { reads = "profile" }
workload { edit = "40/s", view = "40/s" }

at "3min" { down { "south", lasts = "3min" } }

during "190s..350s" {
  expect "no write succeeds anywhere"    { availability { service = "edit" }, "<= 0%" },
  expect "reads go on"                   { availability { service = "view" }, ">= 100%" },
}
expect "before and after they succeed"   { availability { service = "edit" }, ">= 68%" }
expect "what was acknowledged is read"   { stale { data = "profile" }, "<= 0%" }
expect "nothing acknowledged is lost"    { lost { data = "profile" }, "== 0" }
