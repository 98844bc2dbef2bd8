-- Two regions write the same records (tests/theory/test_conflicts.c gives the laws and the checks).
--
-- Poisson writes of la and lb per second and record, L = la + lb, one-way delay D = 100 ms, b's clock
-- ahead by d. A write is discarded unseen if its immediate successor had not seen it:
--   of a:  lb/L (1 - exp(-L (D + d)))         of b:  la/L (1 - exp(-L max(0, D - d)))
--   beaten by what it had seen, of a:  lb/L (1 - exp(-L max(0, d - D)))
--   with hybrid clocks the same with min(d, D) for d, so the last is 0.
local rule  = choice "rule" { "lww", "hlc" }
local ahead = choice "ahead" { "0ms", "50ms", "300ms" }
local side  = choice "side" { "even", "uneven" }

scenario "conflicts" { duration = "1000s", settle = "5s", window = "1000s", seeds = "1..30" }
region "a" {}
region "b" { clock_offset = ahead }
link { "a", "b", bandwidth = "1000000Gbps", latency = "100ms" }
users "u" { count = 1e11, access = side == "even" and { a = 1, b = 1 } or { a = 4, b = 1 } }
data "item" { keys = 50, owner = "any", conflict = rule,
              channels = { replicate { multi_master = true, reconnect = "0s" } } }
service "write" { writes = "item", work = "0ms", threads = 100000 }
workload { write = "50/s" }
