-- A clock that is ahead by more than the replication delay makes later edits disappear, although they saw the earlier one.
--
-- Both regions edit the same records and the later clock wins. Shanghai's clock is 300 ms ahead, a change takes 30 ms to
-- the other side: what Beijing writes within the next 270 ms after a change from Shanghai *has arrived* loses to it.
-- What to look at: "where changes met" in the report: L4 from Beijing, nothing from Shanghai; --set offset=20ms has no
-- L4 (only skew beyond the delay makes it), and conflict-hlc.lua is the same with hybrid clocks.
-- Figures: the laws are in tests/theory/test_conflicts.c: of Beijing's writes 1/2 (1 - exp(-L * 0.33 s)) are discarded
-- unseen and 1/2 (1 - exp(-L * 0.27 s)) beaten by what they had seen, with L = 0.8 writes per second and record.
-- not an engine
local offset = choice "offset" { "300ms", "20ms" }

scenario "conflict-lww-causality" {
  about = "Skew beyond the replication delay: a later edit disappears although it saw the earlier one.",
  duration = "4min", settle = "10s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" { clock_offset = offset }
link { "beijing", "shanghai", latency = "30ms" }

users "editors" { count = 1e6, access = { beijing = 1, shanghai = 1 } }
data "page" {
  keys = 50, owner = "any", conflict = "lww",
  channels = { replicate "mysql" { multi_master = true, apply = "0ms" } },
}
service "edit" { reads = "page", writes = "page" }
workload { edit = "40/s" }

if offset == "300ms" then
  expect "edits that saw the other one lose to it" { inverted { data = "page" }, ">= 350" }
  expect "about a tenth of all edits disappears"   { overwritten { data = "page" }, ">= 450" }
else
  expect "no edit loses to one it saw"             { inverted { data = "page" }, "== 0" }
  expect "those that cross each other still do"    { overwritten { data = "page" }, ">= 80" }
end
