-- Proxies: users keep their address; a rule is pushed within seconds, and wrong regions cost a hop, until the line is cut.
-- not an engine
--
-- The outage of routing-dns.lua, 10 min into the run. A tier near the users passes requests on and learns the new
-- rule in at most 5 s: what was 15 min and a tail of days is seconds. The price is paid before: with rule =
-- "home" every request goes to the region that owns its user's home, so users who live elsewhere are a link's
-- round trip away, and a cut of that link stops them although the region beside them is well. With rule =
-- "nearby" the cut does not touch them.
-- What to look at: the recovery; latency of those near beijing; availability of both groups during the cut.
-- Figures: rule push 5 s, rtt 30 ms, network 10 ms (chosen); probes 10 s x 3 (Huawei MAS FAQ). Bound: detection at most
-- 32 s, 5 s to the proxies' source, 5 s to the last proxy.
local rule = choice "rule" { "home", "nearby" }
local home = rule == "home"

scenario "routing-proxy" {
  about    = "Proxies: a failover reaches everybody in seconds; a wrong region is a hop, not an error.",
  duration = "20min", warmup = "20s", settle = "1min", window = "1s",
  seeds    = "1..5",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms", name = "trunk" }
users "south" { count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, resolver = proxy { rule = rule } }
users "north" { count = 1e6, home = { hangzhou = 1 }, access = { beijing = 1 }, resolver = proxy { rule = rule } }

service "look" { deadline = "1s", work = "1ms" }
workload { look = "20/s", users = "south" }
workload { look = "20/s", users = "north" }

failover "controller" { detect = probe {}, push = "5s" }

at "5min"  { cut { "trunk", lasts = "40s", may_miss = not home } }
at "10min" { down "hangzhou" }

during "20s..299s"   { expect "a wrong region is no error" { availability { service = "look" }, "== 100%" } }
expect "it is a hop"  { latency { service = "look", access = "beijing", quantile = "90%" }, home and ">= 40ms" or "<= 12ms" }
during "301s..338s"  { expect "that needs the line" { availability { service = "look", users = "north" }, home and "== 0%" or "== 100%" } }
during "301s..338s"  { expect "others do not"       { availability { service = "look", users = "south" }, "== 100%" } }
expect "everybody follows a failover within seconds" { restore { service = "look", after = "10min" }, "<= 43s" }
during "643s..20min" { expect "and nobody stays behind" { availability { service = "look" }, "== 100%" } }
