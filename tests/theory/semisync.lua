-- Commits that wait for a copy (tests/theory/test_semisync.c gives the laws and the checks).
--
-- Poisson writes at rate L = 22.2/s in region a, a copy in b. The link is cut at 10 s; P later the
-- source is lost, or nothing happens and the link heals. Users wait c, the source waits To:
--   a (dead at P) = L (P - To) issued after the fallback, and L min(c, To) released by it, are lost
--   unknown       = L max(0, To - c): their users gave up, yet the writes are in the log
--   blocked       : a writer of age u at the fallback waited u, To / 2 in the mean
--   flush F = 1 s : L F are forgotten when the source loses power, and nobody else has them
-- The fallback comes To after the oldest waiter, not after the cut: 1 / L later in the mean.
local mode     = choice "mode" { "async", "semi-sync", "sync" }
local fallback = choice "fallback" { "10s", "5s", "20s", "30s", "1h" }
local deadline = choice "deadline" { "3s", "100s" }
local ends     = choice "ends" { "lose", "heal", "power" }
local after    = choice "after" { "43s", "8s" } -- P
local visible  = choice "visible" { "after-ack", "at-commit" }
local keys     = choice "keys" { "own", "shared" } -- each user's own record, or 100 that all read

scenario "semisync" { duration = "70s", settle = "150s", window = "5s", seeds = "1..200" }
region "a" {}
region "b" {}
link { "a", "b", bandwidth = "1000000Gbps", latency = mode == "async" and "50ms" or "1us" }
users "u" { count = 1e11, home = { a = 1 }, access = { a = 1 }, network = "0ms" }
local channel = replicate { mode = mode, fallback = fallback, visible = visible, reconnect = "0s",
                            flush = ends == "power" and "1s" or "0s" }
if keys == "own" then
  data "item" { channels = { channel } }
else
  data "item" { channels = { channel }, keys = 100, owner = "single", owner_region = "a" }
  service "read" { reads = "item", work = "0ms", threads = 100000 }
end
service "write" { writes = "item", work = "0ms", threads = 100000, deadline = deadline }
if keys == "own" then workload { write = "22.2/s" } else workload { write = "22.2/s", read = "50/s" } end
at "10s" { cut { "a-b", lasts = "43s" } }
if ends == "power" then at "53s" { down { "a", lasts = "5s" } } end
if ends == "lose" then at(after == "43s" and "53s" or "18s") { lose "a" } end
