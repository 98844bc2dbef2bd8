-- Fixed partial quorums (tests/theory/test_quorum.c): a write reaches exactly W of N replicas, a read
-- asks R of them at random, later. It misses the write with probability C(N-W, R) / C(N, R).
--
-- The other N - W replicas are down while the records are written, get nothing afterwards (no hints,
-- no repair) and run again when they are read.
local case  = choice "case" { "3 1 1", "3 1 2", "3 2 1", "5 2 2", "5 1 3", "3 2 2", "5 3 3" } -- N W R
local words = { "one", "two", "three" }
local n, w, r = case:match "(%d+) (%d+) (%d+)"
n, w, r = tonumber(n), tonumber(w), tonumber(r)

scenario "quorum-fixed" { duration = "40s", seeds = "1..4" }
region "a" {}
users "u" { count = 1e11, network = "0ms" }
data "item" { channels = { quorum { replicas = n, write = words[w], read = words[r], notice = "0s",
                                    hint_window = "0s", read_repair = false } } }
service "write" { writes = "item", work = "0ms", threads = 1000000, followed_by = { "read", after = "20s" } }
service "read" { reads = "item", work = "0ms", threads = 1000000 }
workload { write = "4000/s" }
at "0s" { replica_down { "item", region = "a", count = n - w, lasts = "20s" } }
