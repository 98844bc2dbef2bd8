-- One of two regions fails and the other has the load of both (tests/theory/test_failover.c).
--
-- M/M/1 in each, mu = 10/s: mean time in the system 1 / (mu - lambda) before, 1 / (mu - 2 lambda) after, if
-- there is an after: not at a utilisation of one half or more.
local rho      = choice "rho" { "0.4", "0.55" }
local deadline = choice "deadline" { "10000s", "3s" }
local slower   = choice "slower" { "no", "yes" } -- the negative control: work takes 5 % longer

scenario "survivor" { duration = "20000s", settle = "100s", window = "500s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "1us" }
users "u" { count = 1e9, network = "0ms", resolver = dns { ttl = "0s" } }
service "look" { work = exponential(slower == "yes" and "105ms" or "100ms"), threads = 1, queue = 1000000, deadline = deadline }
workload { look = rho == "0.4" and "8/s" or "11/s" }
failover "controller" { detect = probe { every = "1s", failures = 1, timeout = "1us" }, push = "0s" }
at "10000s" { down "a" }
