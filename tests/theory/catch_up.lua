-- Catch-up after a partition (tests/theory/test_catch_up.c gives the law and the check).
--
-- Changes arrive at rate L and are applied at rate C = 1000/s. A partition of T = 30 s leaves a
-- backlog of L * T, which drains at C - L: with rho = L / C it is gone T * rho / (1 - rho) after the
-- heal.
local rate  = choice "rate" { "500/s", "800/s", "900/s" }
local apply = choice "apply" { "1ms", "1.05ms" }      -- the negative control: 5 % slower

scenario "catch-up" { duration = "600s", window = "10s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "2ms", bandwidth = "1000Gbps" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
data "item" { channels = { replicate { reconnect = "0s", apply = apply } } }
service "write" { writes = "item", work = "0ms", threads = 100000 }
workload { write = rate }
at "10s" { cut { "a-b", lasts = "30s" } }
expect "caught up" { catch_up { data = "item", after = "40s" }, "< 560s" }
