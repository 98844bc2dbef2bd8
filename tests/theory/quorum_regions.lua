-- Quorums over regions (tests/theory/test_quorum.c).
--
-- show = "staleness": a write is acknowledged by a majority of region a; a read in region b, t later,
-- misses it iff the one-way delay, exponential with mean 50 ms, is longer: exp(-t / 50 ms).
--
-- show = "availability": three replicas in each of two regions go down and come back so that every
-- one of the 64 combinations lasts one second. With a majority of one region available half of the
-- time, local_quorum is available for 1/2 of it, each_quorum for 1/2 * 1/2 (a product), a quorum of all six for
-- 22/64 (four or more of six run), one for 63/64 and all for 1/64.
local show  = choice "show" { "staleness", "availability" }
local level = choice "level" { "local_quorum", "each_quorum", "quorum", "one", "all" }
local t     = choice "t" { "50ms", "150ms" }

scenario "quorum-regions" { duration = "64s", settle = "5s", seeds = "1..4" }
region "a" {}
region "b" {}
users "u" { count = 1e11, access = { a = 1 }, network = "0ms" }
service "write" { writes = "item", work = "0ms", threads = 1000000,
                  followed_by = show == "staleness" and { "read", after = t, elsewhere = "100%" } or nil }
workload { write = "1000/s" }

if show == "staleness" then
  link { "a", "b", latency = exponential "50ms", bandwidth = "1000000Gbps" }
  data "item" { channels = { quorum { deliver = "0ms", ask = "0ms", read_repair = false } } }
  service "read" { reads = "item", work = "0ms", threads = 1000000 }
else
  link { "a", "b", rtt = "2us", bandwidth = "1000000Gbps" }
  data "item" { channels = { quorum { write = level, deliver = "1us", notice = "0s", hint_window = "0s" } } }
  for bit = 0, 5 do
    local length = 2 ^ bit
    for start = length, 63, 2 * length do
      at(string.format("%ds", start)) {
        replica_down { "item", region = bit % 2 == 0 and "a" or "b", lasts = string.format("%ds", length) },
      }
    end
  end
end
