-- A minute without capacity, and three attempts per request keep a service down for good.
--
-- One service of 1000 requests/s, a queue of 5 s of work, clients that wait for 1 s. Nobody tells the service who gave
-- up: work is done for nothing. While nobody is served in time, everybody comes three times; that goes on for as long as
-- three times the load is more than the capacity, whatever the trigger was.
-- What to look at: the timeline (nobody is served after the trigger has ended), and why requests failed.
--   --set load=320/s         below a third of capacity: back after about 90 s
--   --set attempts=one       back within seconds, even at 850/s
--   --set attempts=budget    three attempts, retries at most 10 % of requests: back even at 850/s
--
-- *calibrated illustration*: a rule with numbers chosen for it, not one incident.
-- Published inputs: three attempts per request and a budget of 10 % (Beyer et al., Site Reliability Engineering, ch. 21).
-- Free inputs: capacity, length of the queue, time-out, length of the trigger (chosen).
-- Published outcomes: overload that outlasts its trigger (Huang et al., Metastable Failures in the Wild, OSDI 2022).
-- Held against the rule n lambda < mu over seeds and loads in tests/theory/test_overload.c.
local load = choice "load" { "350/s", "320/s", "850/s" }
local attempts = choice "attempts" { "three", "one", "budget" }
local stays = attempts == "three" and load ~= "320/s"

scenario "retry-storm" {
  about    = "Retries keep a service down after the cause has gone.",
  duration = "5min", settle = "20s", window = "10s",
}

region "here" {}
users "all" {
  count = 1e6, network = "0ms", resolver = dns { ignore = "0%" },
  retry = retry { attempts = attempts == "one" and 1 or 3, budget = attempts == "budget" and "10%" or "1000%", elsewhere = "0%" },
}
service "ask" { work = "1ms", threads = 1, queue = 5000, deadline = "1s" }
workload { ask = load }

-- What begins now ends in a minute, and there is one thread: no capacity at all.
at "30s" { slow { "ask", factor = 60000, lasts = "60s" } }

during "0s..25s" { expect "all is well before" { availability { service = "ask" }, "== 100%" } }
during "100s..130s" {
  expect "shortly after the trigger" { availability { service = "ask" },
    (stays or attempts == "three" or (attempts == "budget" and load == "850/s")) and "<= 5%" or ">= 30%" } }
during "4min..5min" {
  expect "two and a half minutes after the trigger" { availability { service = "ask" }, stays and "== 0%" or "== 100%" } }
