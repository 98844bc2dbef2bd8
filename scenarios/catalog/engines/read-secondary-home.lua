-- A second read at home: what has not come yet is asked for where it must be, as long as home answers.
--
-- What to look at: the world of read-local.lua, but an account belongs to its user's home region, and a miss is asked
-- for there. Nobody comes too early any more; it costs early newcomers a round trip ("with another region's help").
-- In the cut each of those misses waits for its time-out and then fails: the two regions depend on each other for
-- newcomers, and only for them.
-- Figures: chosen.
-- not an engine
scenario "read-secondary-home" {
  about = "A miss is asked for at the record's home: nothing is too early, but home has to answer.",
  duration = "5min", window = "5s", settle = "10s", seeds = "1..3",
}
region "north" {}
region "south" {}
link { "north", "south", rtt = "40ms", name = "trunk" }
users "new" { count = 1e6, home = "hash" }
users "old" { count = 1e6, home = "hash" }

data "account" {
  key = "phone", change = "create-only", owner = "home",
  read = { "local", secondary { ask = "home", timeout = "300ms" } },
  channels = { queue { relay = "3s", reconnect = "1s" } },
}
service "register" { writes = "account", followed_by = { "first login", after = exponential "5s", elsewhere = "50%" } }
service "first login" { reads = "account" }
service "login" { reads = "account" }
workload { users = "new", register = "20/s" }
workload { users = "old", login = "20/s" }
at "2min" { cut { "trunk", lasts = "60s" } }

expect "who is here already is served" { availability { service = "login" }, "== 100%" }
during "0s..110s" {
  expect "nobody is too early" { availability { service = "first login" }, "== 100%" },
}
during "2min..3min" {
  expect "the cut makes misses fail" { availability { service = "first login" }, "<= 90%" },
}
