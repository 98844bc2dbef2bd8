-- Users who come back: an outage of ten minutes leaves a crowd behind that is there when the service is.
-- not an engine
--
-- 60 users a second ask for a service that can do 100. It is away for 10 min. Of those who fail 80 % ask again after about
-- 3 min, until they are served or give up. When the service is back, so are thousands: the first minutes bring more than it
-- can do, although the usual load is 60 % of it.
-- What to look at: requests before, during and after the outage; "a queue was full" after it.
--   --set users=gone      nobody comes back: the service is as it was within seconds; those who failed are lost all the same
--
-- Figures: chosen. Law: with share s, mean time m, outage T: s v m (1 - exp(-(1-s) T / m)) / (1-s) wait when it ends, and come
-- at a rate of that / m at first (tests/theory/test_clients.c).
local back = choice "users" { "return", "gone" } == "return"

scenario "users-return" {
  about    = "The end of an outage is a surge of those who waited for it.",
  duration = "30min", settle = "30s", seeds = "1..3",
}

region "here" {}
users "all" { count = 1e6, resolver = dns { ignore = "0%" }, returns = back and "80%" or "0%", return_after = exponential "3min" }
service "ask" { work = "100ms", threads = 10, queue = 60, deadline = "2s" }
workload { ask = "60/s" }

at "5min" { down { "here", lasts = "10min" } }

during "0s..290s"     { expect "all is well before" { availability { service = "ask" }, "== 100%" } }
during "15min..17min" { expect "the first minutes after it" { availability { service = "ask" }, back and "<= 90%" or ">= 99.9%" } }
during "25min..30min" { expect "in the end"            { availability { service = "ask" }, ">= 99.9%" } }
