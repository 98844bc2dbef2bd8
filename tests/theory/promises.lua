-- Both sides of a partition promise what the other owns (tests/theory/test_promises.c gives the law and the check).
scenario "promises" { duration = "100s", settle = "60s", window = "100s" }
region "a" {}
region "b" {}
link { "a", "b", bandwidth = "1000000Gbps", latency = "10ms" }
users "u" { count = 1e11, access = { a = 1, b = 1 } }
data "phone" { key = "phone", change = "create-only", unique = true, keys = 2000, owner = "provisional",
               channels = { replicate { reconnect = "0s" } } }
service "register" { writes = "phone", work = "0ms", threads = 100000 }
workload { register = "10/s" }
at "0s" { cut { "a-b", lasts = "110s" } }
