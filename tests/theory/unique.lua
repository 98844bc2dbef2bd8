-- Both sides of a partition give away what must be unique (tests/theory/test_conflicts.c gives the
-- laws and the checks).
--
--   pool   both draw from M phones: with N owners on one side and K on the other, N K / M are owned twice
--   retry  who is done registers on the other side too, with probability q: Poisson(rate T q)
local how = choice "how" { "pool", "retry" }
local pool = how == "pool"

scenario "unique" { duration = "100s", settle = "60s", window = "100s", seeds = "1..30" }
region "a" {}
region "b" {}
link { "a", "b", bandwidth = "1000000Gbps", latency = "10ms" }
users "u" { count = 1e11, access = { a = 1, b = 1 } }
data "phone" { key = "phone", change = "create-only", unique = true, keys = pool and 2000 or 0, owner = "any",
               conflict = "reject", channels = { replicate { multi_master = true, reconnect = "0s" } } }
service "register" { writes = "phone", work = "0ms", threads = 100000,
                     followed_by = not pool and follow { "again", after = "0ms", share = "30%", elsewhere = "100%" } or nil }
if not pool then service "again" { writes = "phone", work = "0ms", threads = 100000 } end
workload { register = "10/s" }
at "0s" { cut { "a-b", lasts = "110s" } }
