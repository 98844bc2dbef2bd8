-- Both sides of a partition of T write the same records and meet at its end
-- (tests/theory/test_conflicts.c gives the laws and the checks).
--
-- Poisson writes of la and lb per record, L = la + lb, p = la / L. By the later clock, the writes
-- discarded unseen are the changes of side in the order of clocks:
--   2 p (1 - p) (L T - 1 + exp(-L T)) per record
-- and both sides wrote a record with probability (1 - exp(-la T)) (1 - exp(-lb T)).
local case = choice "case" { "one", "two", "three" } -- la, lb, T: .01 .01 300, .1 .1 60, .02 .005 600
local span = ({ one = "300s", two = "60s", three = "600s" })[case]
local rate = ({ one = "20/s", two = "200/s", three = "25/s" })[case]

scenario "meet" { duration = span, settle = "60s", window = span, seeds = "1..30" }
region "a" {}
region "b" {}
link { "a", "b", bandwidth = "1000000Gbps", latency = "10ms" }
users "u" { count = 1e11, access = case == "three" and { a = 4, b = 1 } or { a = 1, b = 1 } }
data "item" { keys = 1000, owner = "any", conflict = "lww",
              channels = { replicate { multi_master = true, reconnect = "0s" } } }
service "write" { writes = "item", work = "0ms", threads = 100000 }
workload { write = rate }
at "0s" { cut { "a-b", lasts = span } }
