-- Reading by the region named in an id: one question; a wrong hint costs a second round, a dead region a time-out.
--
-- What to look at: a session is kept only where it was made; its id names the region. One hint in ten is wrong: that
-- region says "not here", all others are asked, and the answer takes two round trips instead of one (the second step
-- of the latency picture). A region that does not answer says nothing: the read waits for its time-out and fails,
-- although the hint was right. Nobody else has it.
-- Figures: Li Yunhua, ch. 29, proposes the region in the session's id; the numbers are chosen.
-- not an engine
scenario "read-by-hint" {
  about = "The id of a session names the region that made it; wrong hints and a region that is cut off.",
  duration = "4min", window = "2s", seeds = "1..3",
}
region "north" {}
region "south" {}
region "west" {}
link { "north", "south", rtt = "60ms" }
link { "north", "west", rtt = "60ms" }
link { "south", "west", rtt = "60ms" }
users "people" { count = 1e6, home = "hash", network = "0ms" }

data "session" {
  losable = true, owner = "any",
  read = { "local", secondary { ask = "hint", wrong = "10%", timeout = "300ms" } },
}
service "open" { followed_by = { "page", after = "1s", elsewhere = "100%" } } -- everybody has moved
service "page" { reads = "session" }
workload { users = "people", open = "50/s" }
at "2min" { cut { "west", lasts = "60s" } }

expect "one round trip is the rule"      { latency { service = "page", quantile = "85%" }, "<= 130ms" } -- besides the user's
expect "two if the hint was wrong"       { latency { service = "page", quantile = "97%" }, ">= 180ms" }
during "0s..110s" {
  expect "a wrong hint is no failure"    { availability { service = "page" }, "== 100%" },
}
during "2min..3min" {
  expect "what the west made is unknown" { availability { service = "page" }, "<= 40%" },
}
