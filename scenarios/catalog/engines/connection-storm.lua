-- Connection storm: 30,000 clients lose their connections at one instant, and set them up in the other region at another.
-- not an engine
--
-- Clients keep a connection open. north loses power; south is in charge within three seconds, before any client has noticed
-- (10 s, a keep-alive). Then all of them knock at once. Setting a connection up is work for the gateways, which can do 2000
-- a second beside what they do anyway; whoever gets none within a second tries again, and meanwhile south's own users, who
-- never lost anything, wait behind them.
-- What to look at: requests of the gateway in each window; "a queue was full"; what users near south get.
--   --set jitter=30s     each client waits a time of its own, up to 30 s, before it knocks: 1000 a second, and nobody waits
--
-- Figures: chosen. Law: N clients come within the jitter J; it takes max(J, N / (capacity - other load)) to serve them.
local jitter = choice "jitter" { "0s", "30s" }
local calm = jitter ~= "0s"

scenario "connection-storm" {
  about    = "What noticing at one instant does to the region that takes over, with and without jitter.",
  duration = "3min", settle = "1min", window = "1s", seeds = "1..3",
}

region "north" {}
region "south" {}
link { "north", "south", rtt = "30ms" }
for _, place in ipairs { "north", "south" } do
  users("near " .. place) {
    count = 30000, home = { [place] = 1 }, access = { [place] = 1 }, resolver = proxy { push = "0s" },
    connection = connection { "gateway", notice = "10s", jitter = jitter },
  }
  workload { gateway = "300/s", users = "near " .. place }
end
service "gateway" { work = "2ms", threads = 4, queue = 4000, deadline = "1s" } -- 2000/s
failover "control" { detect = probe { every = "1s", failures = 2, timeout = "500ms" }, push = "0s" }

at "1min" { down { "north" } }

during "65s..69s"  { expect "south serves whoever asks" { availability { service = "gateway", users = "near south" }, ">= 99%" } }
during "71s..76s"  {
  expect "south's own users in the storm" { availability { service = "gateway", users = "near south" }, calm and ">= 99.9%" or "<= 70%" } }
during "2min..3min" { expect "two minutes later it is over" { availability { service = "gateway" }, "== 100%" } }
