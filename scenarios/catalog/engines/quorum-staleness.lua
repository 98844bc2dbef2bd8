-- Partial quorums: how stale is a read that comes right after the write it should see?
--
-- A Dynamo-style store keeps three copies on disks and asks them all; the first R answers count for
-- a read, the first W acknowledgements for a write. A user reads their own record at the very
-- moment the write is acknowledged. With R + W > N some copy is in both sets and the answer is never
-- stale. With R = W = 1 more than half of such reads miss the write.
-- What to look at: the share of stale reads; set levels=2+1 or levels=2+2 to see it fall to zero.
-- Figures: Bailis et al., "Probabilistically Bounded Staleness", VLDB 2012, LNKD-DISK, whose own
-- result is 43.9 % consistent at t = 0.
-- not an engine
local levels = choice "levels" { "1+1", "2+1", "2+2" } -- R + W
local words  = { ["1"] = "one", ["2"] = "two" }

scenario "quorum-staleness" {
  about    = "Reads and writes that do not overlap: stale by chance, and how often.",
  duration = "2min",
}

region "east" {}
users "u" { count = 1e9 }

data "cart" {
  channels = { quorum "pbs-disk" { read = words[levels:sub(1, 1)], write = words[levels:sub(3, 3)] } },
}
service "put" { writes = "cart", work = "0ms", deadline = "10s", followed_by = { "get", after = "1us" } }
service "get" { reads = "cart", work = "0ms", deadline = "10s" }
workload { put = "200/s" }

if levels == "1+1" then
  expect "more than half are stale"      { stale { data = "cart" }, ">= 54.5%" }
  expect "as many as published"          { stale { data = "cart" }, "<= 57.5%" }
elseif levels == "2+1" then
  expect "some are stale"                { stale { data = "cart" }, "> 0%" }
else
  expect "none is stale"                 { stale { data = "cart" }, "<= 0%" }
end
