-- Spanner: a commit waits until every clock has passed its stamp, even if its copies are near.
--
-- What to look at: the three regions are 4 ms apart, so a majority agrees in 4 ms. The commit waits
-- for 14 ms all the same: twice an uncertainty of 7 ms. `--set clock=good` (1 ms, as after a fresh
-- synchronisation) shows the same system without the wait that its clocks cost. Then the leader's
-- region is lost: its lease of 10 s has to run out first.
--
-- Figures: Corbett et al., Spanner, OSDI 2012: uncertainty 1 to 7 ms, leases of 10 s.

local clock = choice "clock" { "worst", "good" }

scenario "spanner" {
  about    = "The price of clocks that everybody may trust.",
  duration = "3min", settle = "1min", seeds = "1..5",
}

region "a" {}
region "b" {}
region "c" {}
link { "a", "b", rtt = "4ms" }
link { "b", "c", rtt = "4ms" }
link { "a", "c", rtt = "4ms" }

users "all" { count = 10000, home = { a = 1 }, access = { b = 1 }, network = "0ms", retry = { attempts = 1 } }
data "rows" {
  keys = 100000, owner = "single", owner_region = "a",
  channels = { clock == "good" and consensus "spanner" { commit_wait = "2ms" } or consensus "spanner" {} },
}
service "commit" { writes = "rows", deadline = "1s", work = "0ms" }
workload { commit = "50/s" }

at "1min" { lose "a" }

if clock == "worst" then
  expect "the clocks decide, not the way" { latency { service = "commit", quantile = "50%" }, ">= 14ms" }
else
  expect "the way decides"                { latency { service = "commit", quantile = "50%" }, "<= 9ms" }
end
during "61s..69s"  { expect "a lease has to run out"       { availability { service = "commit" }, "== 0%" } }
during "75s..170s" { expect "then another leader serves"   { availability { service = "commit" }, "== 100%" } }
expect "nothing acknowledged is lost" { lost { data = "rows" }, "== 0" }
