-- Loss when the source dies (tests/theory/test_async_loss.c gives the law and the check).
--
-- Poisson writes at rate L in region a, asynchronous copies to b with one-way delay of mean D, and a
-- is lost at 20 s. With x = L * D the acknowledged writes lost are
--   constant delay, or independent delays over an unordered channel:  Poisson(x)
--   independent exponential delays over an in-order stream:  mean (1 - e^-x) + x * Ein(x)
-- If the link is cut P = 4 s before, what was on the way and all of P is lost: Poisson(L * (P + D)).
local delay = choice "delay" { "constant", "exponential" }
local order = choice "order" { "stream", "alone" }
local rate  = choice "rate" { "100/s", "700/s" }      -- x = 5 and x = 35
local cut_first = choice "cut_first" { "no", "yes" } -- the link is cut 4 s before the region is lost

scenario "loss" { duration = "25s", settle = "5s", window = "5s", seeds = "1..200" }
region "a" {}
region "b" {}
link { "a", "b", bandwidth = "1000000Gbps",
       latency = delay == "constant" and "50ms" or exponential "50ms" }
users "u" { count = 1e11, home = { a = 1 }, access = { a = 1 } }
data "item" { channels = { replicate { in_order = order == "stream", reconnect = "0s" } } }
service "write" { writes = "item", work = "0ms", threads = 100000 }
workload { write = rate }
at "20s" { lose "a" }
if cut_first == "yes" then at "16s" { cut { "a-b" } } end
