-- Sets and counters lose nothing under a partition, exactly; of the same writes by the later clock a fifth is discarded.
--
-- Both regions add to the same 20 sets and count on the same 20 counters while the line is cut for a minute. Every change
-- has an effect of its own, so the union and the sum are whole once the line is back.
-- What to look at: "overwritten" is 0 for followers and likes, and not for notes, which are the same writes by clock.
-- Figures: chosen; that a CRDT set loses nothing in Jepsen's partition of Redis is in the validation page, section 10.
-- not an engine
scenario "conflict-crdt" {
  about = "Sets and counters under a partition keep every write; registers by the later clock do not.",
  duration = "2min", settle = "1min", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "people" { count = 1e6, access = { beijing = 1, shanghai = 1 } }
local both_ways = replicate { multi_master = true, reconnect = "1s" }
data "followers" { keys = 20, owner = "any", conflict = "set", channels = { both_ways } }
data "likes"     { keys = 20, owner = "any", conflict = "counter", channels = { both_ways } }
data "notes"     { keys = 20, owner = "any", conflict = "lww", channels = { both_ways } }
service "touch" { writes = { "followers", "likes", "notes" } }
service "show"  { reads = { "followers", "likes" } }
workload { touch = "20/s", show = "20/s" }
at "30s" { cut { "beijing-shanghai", lasts = "60s" } }

for _, kind in ipairs { "followers", "likes" } do
  expect("no write of " .. kind .. " is discarded") { overwritten { data = kind }, "== 0" }
  expect("no write of " .. kind .. " is lost")      { lost { data = kind }, "== 0" }
  expect(kind .. " are behind during the cut")      { stale { data = kind }, ">= 20%" }
end
expect "by the later clock many are" { overwritten { data = "notes" }, ">= 300" }
