-- How long users go on asking a region that is gone (tests/theory/test_failover.c gives the laws).
--
-- Region a loses power at 1000 s; it is noticed within a second, and the rule is pushed at once. Every
-- request is another user's. With mean stale time S, R * (S + 1/2 s) requests fail.
local resolver = choice "resolver" { "dns", "tail", "http", "proxy" }

local parts = {
  dns = dns { ttl = "900s", ignore = "0%" }, tail = dns "tail" {},
  http = http_dns { cache = "600s" }, proxy = proxy { push = "300s" },
}
local tail = resolver == "tail"

scenario "routing" {
  duration = tail and "75h" or "2500s", settle = "60s", window = tail and "1h" or "9s",
}
region "a" {}
region "b" {}
link { "a", "b", rtt = "20ms" }
users "u" { count = 1e11, home = { a = 1 }, access = { a = 1 }, resolver = parts[resolver] }
service "look" { work = "0ms", threads = 100000, deadline = "1s" }
workload { look = tail and "0.2/s" or "50/s" }
failover "controller" { detect = probe { every = "1s", failures = 1, timeout = "1us" }, push = "0s" }
at "1000s" { down "a" }
