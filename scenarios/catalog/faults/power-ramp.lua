-- Power fails rack by rack: users suffer minutes before the region is down, and a probe of the region sees none of it.
--
-- Three of ten parts of the servers are spare. From the fourth on there are too few threads: the queue grows, requests
-- are late, while the region still answers probes. The controller acts only when the last server has stopped.
-- What to look at: the timeline of "near a"; the failover begins after the end of the ramp, the trouble half way up it.
-- --set power=cut: all servers stop at once, and the same failover ends the trouble after a fraction of the time.
--
-- Figures: all chosen. Law: 700/s of 10 ms need 7 of 10 threads; after 3 of 10 steps, 60 s of the 200 s, all of them
-- are busy. The ramp ends at 260 s; detection takes 2 to 3 probes of 5 s.
local power = choice "power" { "ramp", "cut" }
local ramp = power == "ramp"

scenario "power-ramp" {
  about    = "Servers of a region stop one after another; the failover waits for the last.",
  duration = "6min", window = "10s", settle = "10s", seeds = "1..3",
}

region "a" {}
region "b" {}
link { "a", "b", rtt = "30ms" }
users "near a" { count = 1e5, home = { a = 1 }, access = { a = 1 }, resolver = dns { ttl = "10s", ignore = "0%" } }
service "page" { work = "10ms", threads = 10, queue = 700, deadline = "500ms" }
workload { page = "700/s", shape = "even" }

failover "controller" { detect = probe { every = "5s", failures = 3, timeout = "1s" }, push = "5s" }

at "1min" { ramp and power_ramp { "a", over = "200s", steps = 10 } or down { "a" } }

during "0s..59s" { expect "all is well before" { availability { service = "page" }, "== 100%" } }
if ramp then
  during "60s..130s" { expect "the spare servers carry it for a while" { availability { service = "page" }, ">= 95%" } }
  during "160s..260s" { expect "the region is up, and nobody is served in time" { availability { service = "page" }, "<= 10%" } }
end
during(ramp and "300s..6min" or "100s..6min") {
  expect "elsewhere all is well" { availability { service = "page" }, ">= 99%" },
}
expect "how long it took" { restore { service = "page", after = "1min" }, ramp and ">= 3min" or "<= 40s" }
