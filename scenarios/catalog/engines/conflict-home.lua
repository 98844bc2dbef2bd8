-- Home wins: of two owners of one phone number the one who registered at home stays, even if the other was first.
--
-- As conflict-reject.lua, but half of the users of each home are away. What was made in its user's home region stays,
-- whatever came earlier elsewhere; among equals the first.
-- What to look at: overwritten registrations in the report, and whom to compensate: mostly those who were away.
-- Figures: with N and K owners on the two sides and M phones, N K / M have two (tests/theory/test_conflicts.c).
-- not an engine
scenario "conflict-home" {
  about = "Both sides of a partition register phones; when they meet who registered at home keeps the number.",
  duration = "60s", settle = "30s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "at_home" { count = 1e6, home = { beijing = 1 }, access = { beijing = 1 } }
users "away" { count = 1e6, home = { beijing = 1 }, access = { shanghai = 1 } }
data "phone" {
  key = "phone", change = "create-only", unique = true, keys = 3000, owner = "any", conflict = "home",
  channels = { replicate { multi_master = true, reconnect = "1s" } },
}
service "register" { writes = "phone", core = true }
workload { users = "at_home", register = "10/s" }
workload { users = "away", register = "10/s" }
at "0s" { cut { "beijing-shanghai", lasts = "60s" } }

expect "nobody is refused for the partition" { availability { service = "register" }, "== 100%" }
expect "some phones have two owners"         { duplicates { data = "phone" }, ">= 60" }
expect "one of the two loses"                { overwritten { data = "phone" }, ">= 60" }
expect "always the one who was away"         { users_hit { users = "away" }, ">= 0.007%" }
expect "at home only phones are shared"      { users_hit { users = "at_home" }, "<= 0.006%" }
