-- Five voters. a commits with b and c; d and e are cut off. a dies, b is elected by d and e and sends
-- them what they lack over a narrow line; c cannot be reached. Before they have it all, b dies, too.
-- c, d and e are a majority, and c alone has everything that was acknowledged: it did not get it
-- from b, but it counts. Law: 50/s * 20 kB need 8 Mbps; in 20 s a line of 1 Mbps carries 125 of 500.

scenario "a-log-has-its-past" { duration = "20min", settle = "1min", window = "10s" }
for _, name in ipairs { "a", "b", "c", "d", "e" } do region(name) {} end
link { "a", "b", rtt = "10ms" }
link { "a", "c", rtt = "10ms" }
link { "b", "c", rtt = "10ms", name = "b-c" }
link { "d", "e", rtt = "10ms" }
for _, near in ipairs { "a", "b", "c" } do
  for _, far in ipairs { "d", "e" } do
    link { near, far, rtt = "20ms", bandwidth = "1Mbps", risk = near == "c" and "c-far" or "far" }
  end
end
users "here" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
data "record" { size = "20kB", keys = 2000, owner = "single", owner_region = "a", channels = { consensus "etcd" {} } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
service "read"  { reads = "record", work = "0ms", threads = 100000 }
users "there" { count = 1e9, home = { a = 1 }, access = { e = 1 } }
workload { read = "50/s", users = "there" }
workload { users = "here", write = "50/s" }
at "10s" { cut { "far", lasts = "10s" }, cut { "c-far", lasts = "30s", may_miss = true } }
at "20s" { lose { "a" }, cut { "b-c", lasts = "20s" } }
at "40s" { lose { "b" } }
during "11s..19s" { expect "three of five decide" { availability { service = "write" }, "== 100%" } }
expect "and e has it in the end" { stale { data = "record" }, "<= 5%" }
expect "nothing acknowledged is lost" { lost {}, "== 0" }
