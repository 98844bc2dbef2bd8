-- Sets, counters and siblings through broken lines (tests/theory/test_conflicts.c gives the law and the check).
--
-- Three regions write the same 20 records while every line between them is cut again and again, changes overtake each
-- other. What is kept together is never discarded: every acknowledged write
-- survives, exactly. "lww" is the negative control.
local rule = choice "rule" { "set", "counter", "siblings", "lww" }

scenario "merged" { duration = "60s", settle = "60s", window = "60s", seeds = "1..30" }
region "a" {}
region "b" { clock_offset = "200ms" }
region "c" {}
local jitter = exponential "30ms"
link { "a", "b", bandwidth = "1000000Gbps", rtt = "30ms", jitter = jitter }
link { "b", "c", bandwidth = "1000000Gbps", rtt = "90ms", jitter = jitter }
link { "a", "c", bandwidth = "1000000Gbps", rtt = "60ms", jitter = jitter }
users "u" { count = 1e11, access = { a = 1, b = 1, c = 1 } }
data "item" { keys = 20, owner = "any", conflict = rule,
              channels = { replicate { multi_master = true, in_order = false, reconnect = "500ms" } } }
service "write" { writes = "item", work = "0ms", threads = 100000 }
workload { write = "50/s" }
at "2s"  { flap { "a-b", every = "5s", down = "3s", lasts = "55s" } }
at "3s"  { flap { "b-c", every = "7s", down = "4s", lasts = "55s" } }
at "20s" { cut { "a-c", lasts = "30s" } }
