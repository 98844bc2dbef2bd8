-- HTTP-DNS: nobody overruns the cache, until the service that answers is itself in the region that fails.
-- not an engine
--
-- The outage of routing-dns.lua. The client's software asks for names over HTTP and keeps an answer for two
-- minutes: all users have moved after that, there is no tail. With seat = "hangzhou" the service shares the fate of
-- the region: answers expire one by one, every request waits 5 s in vain and then takes what local DNS says, whose
-- TTL and tail are back. A service whose deadline is shorter than that wait fails altogether.
-- What to look at: availability and latency over time, for both deadlines.
-- Figures: cache 120 s, time-out 5 s, then local DNS (Tencent Cloud HTTPDNS,
-- https://tencentcloud.com/document/product/1130/44471); deadlines chosen. Law: half of all requests fail over the first 120 s.
local seat = choice "seat" { "elsewhere", "hangzhou" }
local apart = seat == "elsewhere"

scenario "routing-http-dns" {
  about    = "HTTP-DNS: users follow a failover within two minutes; it must not live where the failure is.",
  duration = "40min", warmup = "20s", settle = "1min",
  seeds    = "1..5",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" {
  count = 1e9, home = { hangzhou = 1 }, access = { hangzhou = 1 },
  resolver = http_dns { seat = not apart and "hangzhou" or nil, ttl = "60s" },
}

service "quick" { deadline = "3s" }
service "patient" { deadline = "10s" }
workload { quick = "10/s", patient = "10/s" }

failover "controller" { detect = probe {}, push = "5s" }

at "10min" { down "hangzhou" }

during "640s..740s" { expect "caches expire one by one" { availability { service = "quick" }, "<= 65%" } }
if apart then
  during "760s..40min" { expect "then everybody has moved, no tail" { availability { service = "quick" }, "== 100%" } }
else
  during "760s..40min" { expect "a wait in vain beyond the deadline" { availability { service = "quick" }, "== 0%" } }
  during "760s..40min" { expect "the patient are served"             { availability { service = "patient" }, ">= 93%" } }
  during "760s..40min" { expect "but for the tail of local DNS"      { availability { service = "patient" }, "<= 99%" } }
  expect "five seconds late" { latency { service = "patient" }, ">= 5s" }
end
