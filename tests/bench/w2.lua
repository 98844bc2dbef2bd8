-- W2: three data centres, 30,000 requests a second, a cut of ten seconds, a data centre lost.
-- The same workload as tests/bench/w2_ceiling.c, written as a scenario.

scenario "w2" { duration = "60s", window = "1s" }

region "dc1" {}
region "dc2" {}
region "dc3" {}
link { "dc1", "dc2", latency = "30ms", jitter = exponential "1ms", bandwidth = "1000Gbps" }
link { "dc1", "dc3", latency = "40ms", jitter = exponential "1ms", bandwidth = "1000Gbps" }
link { "dc2", "dc3", latency = "70ms", jitter = exponential "1ms", bandwidth = "1000Gbps" }

users "u1" { count = 1e6, access = { dc1 = 1 }, home = { dc1 = 1 } }
users "u2" { count = 1e6, access = { dc2 = 1 }, home = { dc2 = 1 } }
users "u3" { count = 1e6, access = { dc3 = 1 }, home = { dc3 = 1 } }

data "item" {
  keys = 10000, owner = "any",
  channels = { replicate { multi_master = true, reconnect = "0s" } },
}
service "read"  { reads = "item",  work = "0.1ms", deadline = "1s" }
service "write" { writes = "item", work = "0.2ms", deadline = "1s" }

workload { users = "u1", read = "9000/s", write = "1000/s" }
workload { users = "u2", read = "9000/s", write = "1000/s" }
workload { users = "u3", read = "9000/s", write = "1000/s" }

at "20s" { cut { "dc1-dc2", lasts = "10s" } }
at "45s" { lose "dc1" }
