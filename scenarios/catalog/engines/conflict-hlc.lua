-- Hybrid clocks: an edit never loses to one it has seen, however wrong the clocks; edits that cross still do.
--
-- The world of conflict-lww-causality.lua with conflict = "hlc": each region's stamps are later than all it has received.
-- What to look at: no L4, while L3 stays: 1/2 (1 - exp(-L * 2 D)) of Beijing's writes, L = 0.8/s, D = 30 ms. With
-- --set page.max_offset=100ms the clock refuses to follow a stamp that far ahead, and L4 is back.
-- Figures: the laws are in tests/theory/test_conflicts.c.
-- not an engine
scenario "conflict-hlc" {
  about = "A stamp is later than all that its region has received: no edit loses to one that it saw.",
  duration = "4min", settle = "10s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" { clock_offset = "300ms" }
link { "beijing", "shanghai", latency = "30ms" }

users "editors" { count = 1e6, access = { beijing = 1, shanghai = 1 } }
data "page" {
  keys = 50, owner = "any", conflict = "hlc",
  channels = { replicate "mysql" { multi_master = true, apply = "0ms" } },
}
service "edit" { reads = "page", writes = "page" }
workload { edit = "40/s" }

expect "no edit loses to one it saw"          { inverted { data = "page" }, "== 0" }
expect "those that cross each other still do" { overwritten { data = "page" }, ">= 80" }
expect "and no more than that"                { overwritten { data = "page" }, "<= 160" }
