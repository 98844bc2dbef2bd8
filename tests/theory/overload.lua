-- What retries do to a service (tests/theory/test_overload.c gives the laws and the checks).
--
--   attempts    every attempt fails with its own chance p = 1 - (1-l)^2: both messages of a question have to come through
--   budget      the same at p = 1: what a budget lets through
--   fixed       Erlang's loss system whose refused requests come back: p = B(offered)
--   metastable  a queue of 5 s of work, nobody tells it of users who gave up, and a minute without any capacity
local case     = choice "case" { "attempts", "budget", "fixed", "metastable" }
local attempts = choice "attempts" { 1, 2, 3, 4, 5 }
local inner    = choice "inner" { 1, 2, 4 }                -- attempts: questions of one attempt, one after the other
local loss     = choice "loss" { "20%", "30%", "0%" }      -- attempts: of a message
local cut_off  = choice "cut" { "no", "yes" }              -- attempts: no message comes through
local budget   = choice "budget" { "1000%", "10%", "20%" } -- 1000%: every retry is allowed
local backoff  = choice "backoff" { "0ms", "100ms", "200ms", "20s" }
local cap      = choice "cap" { "60s", "20s", "300ms" }
local rate     = choice "rate" {
  "100/s", "60/s", "192/s", "200/s", "210/s", "300/s", "320/s", "350/s", "480/s", "500/s", "525/s", "800/s", "850/s" }

local frame = {
  attempts   = { duration = "60s", settle = "60s" },
  budget     = { duration = "60s", settle = "60s" },
  fixed      = { duration = "600s", warmup = "100s", settle = "100s", window = "100s" },
  metastable = { duration = "500s", settle = "20s", window = "100s" },
}
local long = frame[case]
scenario "overload" { duration = long.duration, warmup = long.warmup or "0s", settle = long.settle,
                      window = long.window or "20s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "100ms", loss = loss, bandwidth = "1000000Gbps" }
users "u" {
  count = 1e9, home = { a = 1 }, network = "0ms", patience = "1000s",
  access = case == "attempts" and { b = 1 } or { a = 1 }, resolver = dns { ignore = "0%" },
  retry = retry { attempts = attempts, budget = budget, backoff = backoff, cap = cap, elsewhere = "0%" },
}

if case == "attempts" then
  local steps = {}
  for i = 1, inner do steps[i] = secondary { timeout = "150ms" } end
  steps[inner + 1] = "fail"
  data "record" { owner = "home", read = steps }
  service "ask" { reads = "record", work = "0ms", threads = 1000000, deadline = "100s" }
  if cut_off == "yes" then at "0s" { cut { "a-b" } } end
elseif case == "budget" then
  service "ask" { work = "2s", threads = 1, queue = 0, deadline = "1s" } -- nothing is in time, nothing else is taken
elseif case == "fixed" then
  service "ask" { work = exponential "100ms", threads = 10, queue = 0, deadline = "1000s" }
else
  service "ask" { work = "1ms", threads = 1, queue = 5000, deadline = "1s" }
  at "100s" { slow { "ask", region = "a", factor = 60000, lasts = "60s" } } -- what begins now ends in a minute
end
workload { ask = rate }
