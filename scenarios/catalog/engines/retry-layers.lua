-- Retries on every layer multiply: a service that was slow for 20 s is asked 27 times for what one user wants, for good.
-- not an engine
--
-- Users ask front, front calls middle, and middle calls back, which has few threads. Users, front and middle make three
-- attempts each, which is reasonable for each of them. For 20 s back works at a third of its speed and cannot do what it is
-- asked; what it refuses comes again from middle, then from front, then from users. When back is as fast as ever it has
-- 27 times its work to do, and nobody is served who could stop asking.
-- What to look at: attempts of each service against its requests; "retries below the users'" in the bill; the timeline.
--   --set retries=top       only users try again: back within a minute
--   --set retries=budget    every layer tries again, but not more than a tenth of its first attempts: back within a minute
--
-- Figures: three attempts, a budget of 10 % (Beyer et al., Site Reliability Engineering, ch. 21); capacities chosen.
-- Law: n layers of m attempts ask m^n times when nothing works: 3^5 = 243, 4^3 = 64 (tests/theory/layers.lua).
local retries = choice "retries" { "everywhere", "budget", "top" }
local back_up = retries ~= "everywhere"
local share = retries == "budget" and "10%" or "1000%"
local below = retries ~= "top" and retry { attempts = 3, budget = share, backoff = "50ms" } or nil

scenario "retry-layers" {
  about    = "What is reasonable on one layer is a storm on three.",
  duration = "4min", settle = "30s", window = "5s", seeds = "1..3",
}

region "here" {}
users "all" {
  count = 1e6, network = "0ms", resolver = dns { ignore = "0%" },
  retry = retry { attempts = 3, budget = share, elsewhere = "0%" },
}
service "front"  { calls = "middle", retry = below, work = "1ms", threads = 2000, queue = 1000, deadline = "4s" }
service "middle" { calls = "back", retry = below, work = "1ms", threads = 2000, queue = 1000, deadline = "2s" }
service "back"   { work = "10ms", threads = 10, queue = 500, deadline = "500ms" } -- 1000/s
workload { front = "600/s" }

at "30s" { slow { "back", factor = 3, lasts = "20s" } }

during "0s..28s"  { expect "all is well before" { availability { service = "front" }, "== 100%" } }
during "3min..4min" {
  expect "two minutes after the cause has gone" { availability { service = "front" }, back_up and "== 100%" or "<= 20%" },
}
