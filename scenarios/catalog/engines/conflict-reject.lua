-- First come, first served: of two owners of one phone number the later loses the account, after being told "done".
--
-- The line is cut for a minute and both sides register phones from one pool. When they meet, the earlier clock stays
-- (conflict = "reject", also called "keep-first") and the later registration is discarded; its user is not told.
-- What to look at: duplicates are as many as overwritten writes: every second owner is found out and loses.
-- Figures: with N and K owners on the two sides and M phones, N K / M have two (tests/theory/test_conflicts.c).
-- not an engine
scenario "conflict-reject" {
  about = "Both sides of a partition register phones; when they meet the earlier owner keeps the number.",
  duration = "60s", settle = "30s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "people" { count = 1e6 }
data "phone" {
  key = "phone", change = "create-only", unique = true, keys = 3000, owner = "any", conflict = "reject",
  channels = { replicate { multi_master = true, reconnect = "1s" } },
}
service "register" { writes = "phone", core = true }
workload { register = "20/s" }
at "0s" { cut { "beijing-shanghai", lasts = "60s" } }

expect "nobody is refused for the partition" { availability { service = "register" }, "== 100%" }
expect "some phones have two owners"         { duplicates { data = "phone" }, ">= 60" }
expect "every second owner loses"            { overwritten { data = "phone" }, ">= 60" }
expect "but not more"                        { overwritten { data = "phone" }, "<= 150" }
