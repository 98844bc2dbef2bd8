-- A cache that is emptied in one go, in front of a store that cannot carry the load alone: it never fills again.
--
-- Readers near `edge` are served from its cache; what it lacks is asked of the store at `home`, which looks up 500 a
-- second. While the cache is warm that is plenty for 900 requests a second. After the flush every read is a question:
-- the store is late for all of them, late answers are thrown away, and so nothing is ever put back into the cache.
-- What to look at: the timeline (nothing caused by the flush is over after ten seconds), and the bill of the flush.
--   --set day=quiet      the same flush at 300/s: back within seconds
--   --set guard=breaker  a circuit breaker gives the store pauses in which it keeps up, and the cache fills
--
-- A loop of the kind that took Facebook down in 2010 (there errors deleted keys, and so made more reads); all numbers
-- are chosen. Law: it stays while more than 500/s miss, for each question costs the store 2 ms whether or not anybody
-- still waits. What is served then was kept in the first moments after the flush: some 200 of 3000 pages, 7 %.
local day = choice "day" { "busy", "quiet" }
local guard = choice "guard" { "none", "breaker" }
local stays = day == "busy" and guard == "none"

scenario "cache-flush" {
  about    = "A flushed cache in front of a store that is too small for the whole load.",
  duration = "6min", warmup = "30s", settle = "10s", window = "5s", seeds = "1..3",
}

region "home" {}
region "edge" {}
link { "home", "edge", rtt = "20ms" }
users "readers" { count = 3000, home = { home = 1 }, access = { edge = 1 }, resolver = dns { ignore = "0%" } }
data "page" {
  losable = true, owner = "home",
  read = { "local", secondary { ask = "home", keep = true, lookup = "2ms", timeout = "200ms",
                                breaker = guard == "breaker" and breaker {} or nil } },
}
service "read" { reads = "page", deadline = "1s", threads = 1000 }
workload { read = "300/s" }

-- The cache fills while there are few readers; the day comes when it is warm.
if day == "busy" then at "40s" { surge { "read", factor = 3 } } end
at "2min" { cache_flush { "page", region = "edge" } }

during "1min..119s" { expect "all is well while it is warm" { availability { service = "read" }, ">= 99%" } }
during "2min..140s" { expect "twenty seconds after the flush" { availability { service = "read" }, stays and "<= 30%" or ">= 10%" } }
during "4min..6min" { expect "minutes after it" { availability { service = "read" }, stays and "<= 10%" or ">= 99%" } }
