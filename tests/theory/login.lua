-- Users whose sessions die with their region (tests/theory/test_clients.c gives the laws and the checks).
--
-- N = 5,000 users near a ask at v = 1/20 s each; a session lives for L = 30 min and is made by the service login. At
-- 300 s region a loses power; within a second its users are sent to b, which has none of their sessions.
local kept = choice "kept" { "no", "yes" } -- the negative control: b gets copies of the sessions

scenario "login" { duration = "700s", settle = "60s", window = "20s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "1us" }
users "u" { count = 5000, home = { a = 1 }, access = { a = 1 }, network = "0ms", resolver = dns { ttl = "0s", ignore = "0%" } }
data "session" {
  owner = "any", losable = kept == "no", lifetime = "30min",
  channels = kept == "yes" and { replicate { multi_master = true } } or nil,
  read = { "local", regenerate { by = "login" } },
}
service "login" { writes = "session", work = "0ms", threads = 100000 }
service "page"  { reads = "session", work = "0ms", threads = 100000 }
workload { page = "250/s" }
failover "controller" { detect = probe { every = "1s", failures = 1, timeout = "1us" }, push = "0s" }
at "300s" { down "a" }
