-- What a controller sees and when (tests/theory/test_failover.c gives the laws and the checks).
--
-- what = "detect": region a loses power at 200 s; probes every I, K failures, time-out x.
-- what = "alarm":  nothing fails, but a fraction of probes is lost on the way there or back: f in all;
--                  nobody fails over.
-- what = "lease":  a is cut off from the controller, beside b, at 200 s; writes at 100/s; the lease is
--                  ttl, renewed at every probe. Users keep their connection to a.
local what    = choice "what" { "detect", "alarm", "lease" }
local every   = choice "every" { "30s", "10s" }
local k       = choice "failures" { 3, 2, 1 }
local timeout = choice "timeout" { "1us", "2s" }
local loss    = choice "loss" { "0%", "10%", "30%" } -- each way
local fence   = choice "fence" { "30s", "none" }

scenario "failover" {
  duration = what == "alarm" and "20000s" or "400s", settle = "60s",
  window = what == "alarm" and "1000s" or "10s",
}
region "a" {}
region "b" {}
link { "a", "b", rtt = "20ms", loss = loss }
users "u" { count = 1e11, home = { a = 1 }, access = { a = 1 }, resolver = dns { ignore = "0%", connected = "100%" } }
data "record" { channels = { replicate { reconnect = "0s" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = what == "lease" and "100/s" or "1/s" }
failover "controller" {
  seat = what ~= "detect" and "b" or nil, push = "0s",
  detect = probe { every = every, failures = k, timeout = timeout },
  decide = what == "alarm" and stay {} or nil,
  fence = what == "lease" and fence ~= "none" and lease(fence) or nil,
}
if what == "detect" then at "200s" { down "a" } end
if what == "lease" then at "200s" { cut { "a-b", lasts = "100s" } } end
