-- Without a fence, a region that is cut off keeps accepting writes after its role has moved; they
-- are set aside when it learns better. With a lease it stops, and only the first seconds are lost.
-- Law: about 50 writes/s for the 150 s of the cut, or for the 6 s until the lease runs out.

local fence = choice "fence" { "none", "lease" }

scenario "split-brain-without-fence" { duration = "400s", settle = "60s", window = "10s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "20ms" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 0.5, b = 0.5 },
            resolver = dns { ttl = "10000s", ignore = "0%" } }
data "record" { channels = { replicate { reconnect = "0s" } } }
service "write" { writes = "record", work = "0ms", threads = 100000 }
workload { write = "100/s" }
failover "controller" {
  seat = "b", push = "5s",
  detect = probe { every = "5s", failures = 2, timeout = "1s" },
  fence = fence == "lease" and lease "10s" or nil,
}
at "100s" { cut { "a-b", lasts = "150s" } }

if fence == "none" then
  expect "both sides accepted writes" { stranded { data = "record" }, "> 7000" }
else
  expect "the lease stopped one side" { stranded { data = "record" }, "< 700" }
end
