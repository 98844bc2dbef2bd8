-- Read chains with known answers (tests/theory/test_read_chain.c gives the laws and the checks).
--
-- Everybody lives near b. A record lives where its user is at home; misses are asked for in a.
local what  = choice "what" { "chain", "threads", "pool", "breaker", "negative", "lookup" }
local give  = choice "give" { "0%", "50%", "100%" }    -- chain: share of default answers
local loss  = choice "loss" { "10%", "15%" }           -- chain: of a message; 15% is the negative control
local slots = choice "slots" { 10, 15, 25 }            -- threads, pool: how many there are
local tau   = choice "tau" { "1s", "1.05s" }           -- threads, pool, lookup: 5 % more is the negative control
local half  = choice "half" { "50%", "60%" }           -- breaker: its threshold; 60% is the negative control
local ttl   = choice "ttl" { "10s", "12s" }            -- negative: 12s is the negative control

local long = { chain = "400s", threads = "2000s", pool = "2000s", breaker = "400s", negative = "1000s",
               lookup = "20000s" }
scenario "read-chain" { duration = long[what], warmup = "20s", settle = "100s" }
region "a" {}
region "b" {}
local rtts = { chain = "100ms", breaker = "10us", negative = "10us" }
link { "a", "b", rtt = rtts[what] or "10us", bandwidth = "1000000Gbps", loss = what == "chain" and loss or "0%" }
users "u" { count = 1e6, access = { b = 1 }, network = "0ms",
            home = what == "chain" and { a = 0.4, b = 0.6 } or { a = 1 } }

local reads
if what == "chain" then
  reads = { "local", secondary { ask = "all", timeout = "150ms" }, fallback { share = give, cost = "30ms" } }
  if give ~= "100%" then reads[4] = "fail" end
elseif what == "threads" then
  reads = { "local", secondary { timeout = tau } }
elseif what == "pool" then
  reads = { "local", secondary { timeout = tau, pool = slots } }
elseif what == "breaker" then
  reads = { "local", secondary { breaker = breaker { errors = half } } }
elseif what == "negative" then
  reads = { negative_cache { ttl = ttl }, "local", secondary { ask = "all" } }
else
  reads = { "local", secondary { timeout = "1000s", lookup = tau == "1s" and "100ms" or "105ms" } }
end
data "record" { owner = "home", read = reads }
local unknown = { chain = "20%", negative = "100%" }
service "read" { reads = "record", work = what == "chain" and "2ms" or "1us", deadline = "2000s", queue = 0,
                 threads = what == "threads" and slots or 100000,
                 unknown = unknown[what] or "0%", unknown_names = 100 }
local rates = { chain = "100/s", threads = "10/s", pool = "10/s", breaker = "100/s", negative = "10/s", lookup = "8/s" }
workload { read = rates[what] }
if what == "threads" or what == "pool" then at "0s" { cut { "a-b" } } end
if what == "breaker" then at "60s" { cut { "a-b", how = "reset" } } end
