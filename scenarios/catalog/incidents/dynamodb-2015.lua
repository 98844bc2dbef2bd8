-- DynamoDB, 20 September 2015: a blip of seconds, then retries keep the metadata service down until somebody stops them.
--
-- Storage servers fetch their membership from a metadata service that does one after the other and does not know who has
-- given up. After a blip all fetch at once; the answers come after the time-out, so everybody asks again. Nothing is
-- broken any more, and nothing gets better. After ten minutes requests are paused; what had piled up is worked off, and
-- when they are let in again all is well.
-- What to look at: the timeline: nobody is served from the blip to the pause, everybody after it.
--   --set pause=no       it never recovers
--   --set load=25        below a third of the capacity: it recovers alone
--
-- *calibrated illustration*: more is free than is checked, and what is checked is not a number.
-- Published inputs: a network disruption of seconds; storage servers ask again on a time-out; requests were paused by hand
--   (Amazon, Summary of the Amazon DynamoDB Service Disruption in the US-East Region, 2015).
-- Free inputs: utilisation 0.4, three attempts of 1 s, 100 fetches/s of capacity, 10 s of fourfold demand (chosen).
-- Published outcomes checked: no recovery by itself; recovery after requests are paused.
-- Published outcomes left out: 2 h 47 min (a time-scale of people: here 10 min), 55 % of errors seen by customers,
--   the capacity that was added during the pause.
local pause = choice "pause" { "yes", "no" }
local load = choice "load" { 40, 25 }
local alone = load == 25

scenario "dynamodb-2015" {
  about    = "A metadata service that retries keep down until requests are paused.",
  duration = "18min", settle = "1min", seeds = "1..5",
}

region "metadata" {}
region "storage" {}
link { "metadata", "storage", rtt = "1ms" }
users "storage servers" {
  count = 1e6, home = { metadata = 1 }, access = { storage = 1 }, network = "0ms", resolver = dns { ignore = "0%" },
  retry = retry { attempts = 3, budget = "1000%", elsewhere = "0%" },
}
data "membership" { owner = "home", read = { secondary { timeout = "1s", lookup = "10ms" }, "fail" } }
service "fetch" { reads = "membership", work = "0ms", threads = 1000000, deadline = "2s" }
workload { fetch = load .. "/s" }

at "2min" { cut { "metadata-storage", lasts = "5s" } }
at "125s" { surge { "fetch", factor = 4, lasts = "10s" } }
if pause == "yes" then at "12min" { cut { "metadata-storage", how = "reset", lasts = "3min" } } end

during "0s..115s" { expect "all is well before" { availability { service = "fetch" }, "== 100%" } }
if alone then
  during "9min..11min" { expect "below a third it recovers alone" { availability { service = "fetch" }, "== 100%" } }
else
  during "150s..12min" { expect "it does not recover by itself" { availability { service = "fetch" }, "== 0%" } }
end
during "15min..18min" {
  expect "after the pause" { availability { service = "fetch" }, (pause == "yes" or alone) and ">= 99.9%" or "== 0%" } }
