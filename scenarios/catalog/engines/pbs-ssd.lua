-- A Dynamo-style store on solid-state disks: what one answer instead of three costs and gains.
--
-- Three copies, all are asked, the first answer counts (R = W = 1). A user reads their own record
-- at the moment the write is acknowledged: 97.4 % of such reads see it, and the slowest in a thousand
-- takes 0.66 ms. Waiting for all three acknowledgements makes every read right and the slowest write
-- in a thousand take 4.1 ms.
-- What to look at: stale reads and the 99.9 % latency; set write=three to compare.
-- Figures: Bailis et al., "Probabilistically Bounded Staleness", VLDB 2012, LNKD-SSD.
local write = choice "write" { "one", "three" }

scenario "pbs-ssd" {
  about    = "Partial quorums on fast disks: few reads are stale, and soon none.",
  duration = "2min",
}

region "east" {}
users "u" { count = 1e9, network = "0ms" }

data "cart" { channels = { quorum "pbs-ssd" { write = write } } }
service "put" { writes = "cart", work = "0ms", followed_by = { "get", after = "1us" } }
service "get" { reads = "cart", work = "0ms" }
workload { put = "400/s" }

expect "reads are fast"                  { latency { service = "get", quantile = "99.9%" }, "<= 0.75ms" }
if write == "one" then
  expect "some are stale"                { stale { data = "cart" }, ">= 2.3%" }
  expect "as few as published"           { stale { data = "cart" }, "<= 2.9%" }
  expect "writes are fast as well"       { latency { service = "put", quantile = "99.9%" }, "<= 0.75ms" }
else
  expect "none is stale"                 { stale { data = "cart" }, "<= 0%" }
  expect "writes wait for the slowest"   { latency { service = "put", quantile = "99.9%" }, ">= 3.5ms" }
end
