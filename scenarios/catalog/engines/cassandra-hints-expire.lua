-- Cassandra: an outage longer than the hint window is not made good by itself.
--
-- The other data centre is cut off for four hours. Writes are kept for its replicas (hints) during
-- the first three; a replica silent for longer gets no more. After the heal the kept ones arrive,
-- and the records changed in the fourth hour stay different until somebody changes them again,
-- reads them at a level that spans both sides, or runs a repair.
-- What to look at: "keeps no more writes" in the timeline, and how many records differ in the end.
-- With --set repair=2h anti-entropy brings them back.
-- Figures: cassandra.yaml, max_hint_window 3 h; the rest is chosen.
-- not an engine
local repair = choice "repair" { "never", "2h" }

scenario "cassandra-hints-expire" {
  about    = "Four hours cut off, three hours of hints: the fourth never arrives.",
  duration = "6h", settle = "5min",
}

region "east" {}
region "west" {}
link { "east", "west", name = "trunk", rtt = "60ms" }

users "u" { count = 1000000, access = { east = 1 } }

data "profile" {
  channels = { quorum "cassandra-local-quorum" { repair = repair == "never" and "0s" or repair } },
}
service "edit" { writes = "profile", followed_by = { "view", after = "90min", elsewhere = "100%" } }
service "view" { reads = "profile" }
workload { edit = "1/s" }

at "1h" { cut { "trunk", lasts = "4h" } }

expect "every edit is taken"             { availability { service = "edit" }, ">= 100%" }
expect "nothing is lost"                 { lost { data = "profile" }, "== 0" }
if repair == "never" then
  -- An hour of edits at one a second, less the few made again after the heal.
  expect "the fourth hour is missing"    { diverged { data = "profile" }, ">= 3300" }
  expect "and only that one"             { diverged { data = "profile" }, "<= 3900" }
else
  expect "repair brings it back"         { diverged { data = "profile" }, "== 0" }
end
