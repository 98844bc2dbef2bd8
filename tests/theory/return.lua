-- Users who come back after an outage, and users who set their connections up anew (tests/theory/test_clients.c).
--
-- case = "return":  v = 50/s; the region is dark for T = 300 s; of those who fail a share s comes back after an exponential
--                   time of mean m = 60 s, again and again.
-- case = "connect": 20,000 users lose their connections at 100 s and notice 1 s later; each waits uniformly up to J.
local case    = choice "case" { "return", "connect" }
local returns = choice "returns" { "80%", "50%" }
local jitter  = choice "jitter" { "20s", "0s" }

scenario "return" { duration = "1200s", settle = "10s", window = case == "return" and "20s" or "1s" }
region "a" {}
users "u" {
  count = 20000, network = "0ms", resolver = dns { ignore = "0%" },
  returns = case == "return" and returns or "0%", return_after = exponential "60s",
  connection = case == "connect" and connection { "page", notice = "1s", jitter = jitter } or nil,
}
service "page" { work = "0ms", threads = 1000000, deadline = "1ms" }
workload { page = case == "return" and "50/s" or "0/s" }
at "100s" { down { "a", lasts = case == "return" and "300s" or "500ms" } }
