-- A line that was narrow, then lost everything, then flapped, is as good as new afterwards; two cuts
-- of one line need two heals.

scenario "effects-end-with-their-fault" { duration = "300s", settle = "30s", window = "10s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "20ms" }
users "u" { count = 1e9, home = { b = 1 }, access = { a = 1 } }
data "record" { channels = { replicate { reconnect = "0s" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = "100/s" }
at "20s"  { degrade { "a-b", bandwidth = "2kbps", lasts = "10s" } }
at "60s"  { degrade { "a-b", loss = "100%", lasts = "20s" } }
at "100s" { flap { "a-b", every = "2s", down = "500ms", lasts = "20s" } }
at "150s" { cut { "a-b", lasts = "10s" } }
at "155s" { cut { "a-b", lasts = "15s" } }
during "40s..59s"   { expect "wide again"        { availability { service = "write" }, "== 100%" } }
during "90s..99s"  { expect "carries again"     { availability { service = "write" }, "== 100%" } }
during "130s..149s" { expect "steady again"      { availability { service = "write" }, "== 100%" } }
during "162s..168s" { expect "still cut"         { availability { service = "write" }, "== 0%" } }
during "180s..300s" { expect "healed"            { availability { service = "write" }, "== 100%" } }
expect "nothing is lost" { lost {}, "== 0" }
