-- A cut of 60 s and a queue that keeps messages for 20 s: about 40 s of messages are dropped although
-- they were acknowledged. Law: rate * (cut - retention) = 100/s * 40 s, in each direction that writes.

scenario "queue-drops-what-is-too-old" { duration = "120s", settle = "60s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "20ms" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
data "record" { channels = { queue { retention = "20s", relay = "0ms", checkpoint = "0s", reconnect = "0s" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = "100/s" }
at "30s" { cut { "a-b", lasts = "60s" } }
expect "about 4000 expire" { expired { data = "record" }, "> 3700" }
expect "and not many more" { expired { data = "record" }, "< 4300" }
