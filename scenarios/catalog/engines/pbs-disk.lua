-- A Dynamo-style store on spinning disks: ten milliseconds later one read in thirteen is still stale.
--
-- Three copies, all are asked, the first answer counts (R = W = 1). Slow writes to disk make the
-- window long: a user who reads their own record 10 ms after its write was acknowledged misses it
-- in 7.5 % of cases, and 99.9 % are right only after some 50 ms. One answer more (R = 2) shrinks that
-- to 0.4 %, and R + W > 3 to nothing.
-- What to look at: stale reads; set read=two or read=three.
-- Figures: Bailis et al., "Probabilistically Bounded Staleness", VLDB 2012, LNKD-DISK.
local read = choice "read" { "one", "two", "three" }

scenario "pbs-disk" {
  about    = "Partial quorums on slow disks: how long a write stays invisible.",
  duration = "2min",
}

region "east" {}
users "u" { count = 1e9, network = "0ms" }

data "cart" { channels = { quorum "pbs-disk" { read = read } } }
service "put" { writes = "cart", work = "0ms", deadline = "10s", followed_by = { "get", after = "10ms" } }
service "get" { reads = "cart", work = "0ms", deadline = "10s" }
workload { put = "400/s" }

if read == "one" then
  expect "one in thirteen is stale"      { stale { data = "cart" }, ">= 6.8%" }
  expect "as published"                  { stale { data = "cart" }, "<= 8.2%" }
elseif read == "two" then
  expect "far fewer are"                 { stale { data = "cart" }, "<= 0.7%" }
else
  expect "none is"                       { stale { data = "cart" }, "<= 0%" }
end
