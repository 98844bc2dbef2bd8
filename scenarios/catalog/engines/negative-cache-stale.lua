-- A negative cache saves a question per unknown number, and denies people who have registered elsewhere meanwhile.
--
-- What to look at: people look up each other's numbers, most of which nobody has registered yet: "no such record" is
-- then right, and the cache answers it at once. When somebody registers in the other region, the cache goes on
-- denying them until its time is over: stale reads (step `negative_cache` in the report), which users see as "not
-- found". With `--set heeds=changes` it forgets when the queue brings the change; with `--set cache=off` every
-- unknown number walks the whole chain: no lies, and six or seven times the bytes between the regions.
-- Figures: chosen.
-- not an engine
local cache = choice "cache" { "on", "off" }
local heeds = choice "heeds" { "writes", "changes" }
scenario "negative-cache-stale" {
  about = "\"No such record\" is remembered for a minute; people register meanwhile.",
  duration = "5min", window = "5s", settle = "10s", seeds = "1..3",
}
region "north" {}
region "south" {}
link { "north", "south", rtt = "40ms" }
users "people" { count = 1e6, home = "hash", network = "0ms" }

local ask = secondary { ask = "all", timeout = "300ms" }
data "number" {
  key = "phone", change = "create-only", unique = true, owner = "home", keys = 400,
  channels = { queue { relay = "200ms" } }, conflict = "reject",
  read = cache == "on" and { negative_cache { ttl = "60s", heeds = heeds }, "local", ask } or { "local", ask },
}
service "register" { writes = "number" }
service "find" { reads = "number" }
workload { users = "people", register = "1/s", find = "100/s" }

local lies = { writes = ">= 2%", changes = "<= 1%" }
local denied = { writes = "<= 98.5%", changes = ">= 99%" }
if cache == "on" then
  expect "the cache denies who has come" { stale { data = "number" }, lies[heeds] }
  expect "and users notice"              { availability { service = "find" }, denied[heeds] }
  expect "half are answered at once"     { latency { service = "find", quantile = "50%" }, "<= 3ms" }
else
  expect "the whole chain never lies"    { availability { service = "find" }, "== 100%" }
  expect "but half have to wait"         { latency { service = "find", quantile = "50%" }, ">= 40ms" }
end
