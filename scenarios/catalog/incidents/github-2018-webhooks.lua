-- GitHub, 22 October 2018: what waited in a queue all day has to be delivered beside what comes, and some of it is too old.
--
-- Deliveries of webhooks were stopped while the databases were repaired; more than 5 million piled up. They drain at what
-- the workers can do beyond what arrives; what was older than an internal time to live was dropped, acknowledged or not.
-- What to look at: "how far behind the copies were" (the slope down is capacity minus arrivals) and the writes dropped by age (L6).
--
-- *calibrated illustration*: the capacity follows from the published duration of the drain, the time to live from what
--   it dropped; what is left to check is that the mechanism gives both back.
-- Everything is a hundredth in number and in time: 50,000 messages, 627 s without deliveries, a drain of 227 s.
-- Published inputs: deliveries paused at 23:19 UTC on the 21st and resumed at 16:45 on the 22nd; more than 5 million
--   waited by then; about 200,000 had outlived their time to live; all was processed at 23:03.
-- Free inputs: arrivals 79.7/s (5 million in those 17 h 26 min), capacity 300/s (gone after 6 h 18 min), time to live (so
--   that it drops 200,000): derived from these.
-- Published outcomes checked: backlog / (capacity - arrivals) = 6 h 18 min, within 5 %; about 200,000 expired, within 10 %.
-- Left out: 80,000 builds of Pages that waited, too; the time to live that was raised during the drain.
-- All figures: GitHub, October 21 post-incident analysis, github.blog, 30 October 2018.
local scale = 100
local function seconds(n) return string.format("%dms", math.floor(n * 1000 / scale)) end

local arrivals, capacity, waiting, expires = 79.7, 300, 5000000, 200000
local stopped = waiting / arrivals
local drain = waiting / (capacity - arrivals)
-- A message too old to be delivered takes a worker's time all the same: the later ones grow old meanwhile.
local outlived = expires / arrivals * (1 - arrivals / capacity)

scenario "github-2018-webhooks" {
  about    = "A backlog of webhooks drains at what the workers can do beyond what arrives.",
  duration = seconds(stopped + 1.4 * drain), settle = "1min", seeds = "1..3",
}

region "hooks" {}
region "workers" {}
link { "hooks", "workers", rtt = "2ms" }
users "all" { count = 1e9, home = { hooks = 1 }, access = { hooks = 1 } }
data "webhook" {
  key = "phone", change = "create-only", recoverable = false,
  channels = { queue { ttl = seconds(stopped - outlived), apply = "3333us", checkpoint = "0s", reconnect = "100ms" } },
}
service "call" { writes = "webhook", deadline = "1s" }
workload { call = "79.7/s" }

local healed = string.format("%dms", 10000 + math.floor(stopped * 1000 / scale))
at "10s" { cut { "hooks-workers", lasts = seconds(stopped) } }

expect "calls are accepted" { availability { service = "call" }, "== 100%" }
expect "the drain takes backlog / (capacity - arrivals)" { catch_up { data = "webhook", after = healed }, ">= " .. seconds(0.95 * drain) }
expect "within 5 %"                                      { catch_up { data = "webhook", after = healed }, "<= " .. seconds(1.05 * drain) }
expect "about 200,000 / 100 had outlived their time"     { expired { data = "webhook" }, ">= 1800" }
expect "and not many more"                               { expired { data = "webhook" }, "<= 2200" }
