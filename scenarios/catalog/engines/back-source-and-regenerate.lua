-- A session is read back to where it was made; if that region does not answer, the user logs in again.
--
-- What to look at: nobody is refused, in the cut either: who has moved gets the session from where it was made, and in
-- the cut waits for the time-out and then logs in again ("after a new login", and the harm "forced login"). Sessions
-- are losable: that is friction, not data loss. After the cut it is rare again, because copies stay where they were
-- fetched. With `--set chain=back-source` the same users are refused.
-- Figures: time-out 200 ms and login 80 ms as in user-subsystem.lua, chosen.
-- not an engine
local chain = choice "chain" { "regenerate", "back-source" }
scenario "back-source-and-regenerate" {
  about = "Sessions stay where they are made; who moves has theirs fetched, or logs in again.",
  duration = "4min", window = "2s", seeds = "1..3",
}
region "north" {}
region "south" {}
link { "north", "south", rtt = "40ms", name = "trunk" }
users "people" { count = 1e6, home = "hash", network = "0ms" }

data "session" {
  losable = true, owner = "any",
  read = chain == "regenerate" and { "local", back_source { timeout = "200ms" }, regenerate { cost = "80ms" } }
         or { "local", back_source { timeout = "200ms" } },
}
service "open" { followed_by = { "page", after = "1s", elsewhere = "50%" } }
service "page" { reads = "session" }
workload { users = "people", open = "50/s" }
at "2min" { cut { "trunk", lasts = "60s" } }

during "0s..110s" {
  expect "who moved is served" { availability { service = "page" }, "== 100%" },
}
local kept = { regenerate = "== 100%", ["back-source"] = "<= 60%" }
during "2min..3min" {
  expect "and in the cut?" { availability { service = "page" }, kept[chain] },
}
local slowest = { regenerate = ">= 280ms", ["back-source"] = "<= 90ms" }
expect "the price is a time-out and a login" { latency { service = "page", quantile = "99%" }, slowest[chain] }
