-- DynamoDB, 20 September 2015: a blip of seconds, then retries keep the metadata service down until somebody stops them.
--
-- Storage servers fetch their membership from a metadata service that does one after the other and does not know who has
-- given up. After a blip all fetch at once; the answers come after the time-out, so everybody asks again. Nothing is
-- broken any more, and nothing gets better for 2 h 47 min. Then requests are paused; what had piled up is worked off, and
-- when they are let in again all is well. The run begins at 02:09 (all times PDT): the blip is at 10 min.
-- What to look at: the timeline: nobody is served from the blip to the pause, everybody after it.
--   --set pause=no       it never recovers
--   --set pause=3min     too short: what has piled up in 2 h 47 min is half an hour of work
--   --set load=25        below a third of the capacity it recovers alone: what Amazon did afterwards (more capacity, fewer fetches)
--
-- *calibrated illustration*: more is free than is checked, and of what is checked only one is a number.
-- Published inputs: a brief network disruption at 02:19; servers retry a fetch that took too long; requests to the metadata
--   service were paused by hand at 05:06.
-- Free inputs: utilisation 0.4, three attempts of 10 s, 10 fetches/s of capacity, 100 s of fourfold demand after the
--   blip, a pause of an hour (all chosen; none is published). The design of the rule: n lambda < mu, as in retry-storm.lua.
-- Published outcomes checked: no recovery by itself in 2 h 47 min, though the network was whole again; it recovers after
--   the pause, and is well at 07:10.
-- Left out: 55 % of errors seen by customers from 02:37 on (the servers that had lost their membership; others kept
--   theirs); the capacity that could be added only during the pause; the two hours until 07:10.
-- All figures: Amazon, Summary of the Amazon DynamoDB Service Disruption and Related Impacts in the US-East Region,
--   aws.amazon.com/message/5467D2, 2015.
local pause = choice "pause" { "1h", "3min", "no" }
local load = choice "load" { 40, 25 } -- per cent of the capacity
local alone = load == 25

scenario "dynamodb-2015" {
  about    = "A metadata service that retries keep down until requests are paused.",
  duration = "310min", settle = "1min", window = "1min", seeds = "1..5",
}

region "metadata" {}
region "storage" {}
link { "metadata", "storage", rtt = "1ms" }
users "storage servers" {
  count = 1e6, home = { metadata = 1 }, access = { storage = 1 }, network = "0ms", patience = "1min", resolver = dns { ignore = "0%" },
  retry = retry { attempts = 3, budget = "1000%", elsewhere = "0%" },
}
data "membership" { owner = "home", read = { secondary { timeout = "10s", lookup = "100ms" }, "fail" } }
service "fetch" { reads = "membership", work = "0ms", threads = 1000000, deadline = "20s" }
workload { fetch = load / 10 .. "/s" }

at "10min" { cut { "metadata-storage", lasts = "20s" } }
at "620s" { surge { "fetch", factor = 4, lasts = "100s" } }
if pause ~= "no" then at "177min" { cut { "metadata-storage", how = "reset", lasts = pause } } end -- 05:06

during "0s..595s" { expect "all is well before" { availability { service = "fetch" }, "== 100%" } }
if alone then
  during "40min..177min" { expect "below a third it recovers alone" { availability { service = "fetch" }, ">= 99.9%" } }
else
  during "12min..177min" { expect "it does not recover by itself" { availability { service = "fetch" }, "== 0%" } }
end
during "238min..301min" { -- until 07:10
  expect "after the pause" { availability { service = "fetch" }, (pause == "1h" or alone) and ">= 99.9%" or "== 0%" } }
