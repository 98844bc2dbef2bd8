-- A default answer instead of a failure: the page stays up in the cut, with less on it.
--
-- What to look at: recommendations are made in one region and not copied. In the cut the other region shows a default
-- list: every page is served, and the report counts those "with a default answer" apart from the good ones. The
-- breaker makes the time-outs end after some seconds: latency falls back although the cut goes on. With
-- `--set chain=fail` the same reads fail in the cut.
-- Figures: the breaker is Hystrix's (models/read/guard.c); the rest is chosen.
-- not an engine
local chain = choice "chain" { "fallback", "fail" }
scenario "degrade" {
  about = "Recommendations from another region, or a default list.",
  duration = "4min", window = "2s", seeds = "1..3",
}
region "north" {}
region "south" {}
link { "north", "south", rtt = "40ms", name = "trunk" }
users "people" { count = 1e6, access = { south = 1 }, network = "0ms" }

local ask = secondary { ask = "home", timeout = "250ms", breaker = breaker "hystrix" {} }
local chains = { fallback = { "local", ask, fallback { cost = "1ms" } }, fail = { "local", ask, "fail" } }
data "list" { owner = "single", owner_region = "north", read = chains[chain] }
service "page" { reads = "list" }
workload { users = "people", page = "100/s" }
at "2min" { cut { "trunk", lasts = "60s" } }

during "0s..110s" {
  expect "good pages before" { availability { service = "page" }, "== 100%" },
}
local kept = { fallback = "== 100%", fail = "<= 1%" }
during "2min..3min" {
  expect "pages in the cut" { availability { service = "page" }, kept[chain] },
}
expect "the breaker ends the waiting" { latency { service = "page", quantile = "95%" }, "<= 60ms" }
