-- One service in one region (tests/theory/test_queues.c gives the laws and the checks).
--
-- M/M/1: mean time in the system 1 / (mu - lambda).  M/D/1: waiting rho / (2 mu (1 - rho)).
-- Erlang-B with c threads and no queue: B(0) = 1, B(k) = a B(k-1) / (k + a B(k-1)), whatever the
-- distribution of the work.
local rate    = choice "rate" { "5/s", "8/s", "9/s", "10/s", "20/s" }
local work    = choice "work" { "exponential", "constant", "lognormal" }
local threads = choice "threads" { 1, 2, 10, 15, 30 }
local queue   = choice "queue" { 100000, 0 }
local slower  = choice "slower" { "no", "yes" } -- the negative control: work takes 5 % longer

-- mu = 10/s on one thread, 1/s on several; a lognormal with sigma 0.5 has mean median * e^0.125.
local one    = { exponential = exponential "100ms", constant = "100ms" }
local one5   = { exponential = exponential "105ms", constant = "105ms" }
local many   = { exponential = exponential "1s", constant = "1s",
                 lognormal = lognormal { median = "882496902ns", sigma = 0.5 } }
local many5  = { exponential = exponential "1.05s", constant = "1.05s",
                 lognormal = lognormal { median = "926621748ns", sigma = 0.5 } }
local table_of
if threads == 1 then
  table_of = slower == "yes" and one5 or one
else
  table_of = slower == "yes" and many5 or many
end

scenario "queue" { duration = "21000s", warmup = "1000s", settle = "100s" }
region "a" {}
users "u" { count = 1e9, network = "0ms" }
service "work" { work = table_of[work], threads = threads, queue = queue, deadline = "10000s" }
workload { work = rate }
