-- Two machines that switch each other off: a network that stands still for longer than their dead-time costs both.
--
-- A pair watches each other over the line that their data take. It jams for 90 s; nothing is lost, all arrives at its end.
-- After a minute each takes the other for dead and orders it to be switched off. The orders wait in the jam, too: when it
-- ends both arrive, and both machines go dark, although either of them was well all the time.
-- What to look at: the timeline from the end of the jam; availability afterwards.
--   --set dead=120s        a dead-time above the jam: nothing is switched off, and writes wait as long as it lasts
--   --set orders=own-line  orders take a line of their own: the first to decide lives and takes over
--
-- Figures: a network that stood still for 90 s, and pairs that switched each other off (GitHub, 22 December 2012); the
-- rest chosen. Law: the alarm comes dead-time to dead-time + 3 s after the jam begins; both die if that is before its end.
local dead = choice "dead" { "60s", "120s" }
local orders = choice "orders" { "same-line", "own-line" }
local own, fires = orders == "own-line", dead == "60s"

scenario "stonith-pair" {
  about    = "STONITH over the line that is in doubt: both die; over one of its own, one; after a longer wait, none.",
  duration = "8min", warmup = "20s", settle = "30s", window = "5s", seeds = "1..5",
}

region "primary" {}
region "standby" {}
link { "primary", "standby", rtt = "1ms", name = "data" }
link { "primary", "standby", rtt = "1ms", name = "management" }
users "beside the primary" { count = 1e6, home = { primary = 1 }, access = { primary = 1 }, resolver = dns { ttl = "5s", ignore = "0%" } }
data "record" { channels = { replicate { reconnect = "0s" } } }
service "write" { writes = "record", deadline = "2s", threads = 100 }
workload { write = "20/s" }

for _, pair in ipairs { { "primary", "standby" }, { "standby", "primary" } } do
  failover("at the " .. pair[1]) {
    seat = pair[1], watch = pair[2], via = "data", push = "1s",
    detect = probe { every = "2s", failures = fires and 30 or 60, timeout = "1s" },
    fence = stonith { via = own and "management" or nil },
  }
end

at "2min" { jam { "data", lasts = "90s" } }

during "4min..8min" {
  expect "who is left" { availability { service = "write" }, fires and not own and "== 0%" or ">= 99%" },
}
if not fires then
  expect "nothing is switched off" { availability { service = "write" }, "== 100%" }
elseif own then
  expect "one takes over, if it is not well already" { restore { service = "write", after = "175s" }, "<= 20s" }
end
