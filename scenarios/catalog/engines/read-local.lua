-- Reading the own region only: who registers in one region and logs in from another comes before their account.
--
-- What to look at: half of those who register are elsewhere when they log in, seconds later. The queue takes 3 s to
-- bring the account there; until then the only store that is read does not have it, and the login fails ("no copy
-- within reach had the record"). Everybody else is served at once, whatever happens to the lines between the regions:
-- the cut costs the newcomers more, and the others nothing.
-- Figures: chosen; a login comes T ~ exponential(5 s) after the registration, so 1 - e^(-3/5) = 45 % of those who are
-- elsewhere are too early.
-- not an engine
scenario "read-local" {
  about = "Only the region's own store is read: fast and independent, and blind to what is on its way.",
  duration = "5min", window = "5s", settle = "10s", seeds = "1..3",
}
region "north" {}
region "south" {}
link { "north", "south", rtt = "40ms", name = "trunk" }
users "new" { count = 1e6, home = "hash" }
users "old" { count = 1e6, home = "hash" }

data "account" {
  key = "phone", change = "create-only", owner = "any", read = { "local" },
  channels = { queue { relay = "3s", reconnect = "1s" } },
}
service "register" { writes = "account", followed_by = { "first login", after = exponential "5s", elsewhere = "50%" } }
service "first login" { reads = "account" }
service "login" { reads = "account" }
workload { users = "new", register = "20/s" }
workload { users = "old", login = "20/s" }
at "2min" { cut { "trunk", lasts = "60s" } }

expect "who is here already is served"  { availability { service = "login" }, "== 100%" }
during "0s..110s" {
  expect "one newcomer of five is early" { availability { service = "first login" }, "<= 82%" },
  expect "and not many more are"         { availability { service = "first login" }, ">= 73%" },
}
during "2min..3min" {
  expect "the cut keeps accounts away" { availability { service = "first login" }, "<= 65%" },
}
