-- Freeze: two owners of one phone number are both kept, and nobody can use it until somebody decides.
--
-- As conflict-reject.lua with conflict = "freeze" and people who log in: nothing is discarded, but a login with a frozen
-- number finds no account.
-- What to look at: overwritten is 0 and logins fail after the heal ("not found"), for good.
-- Figures: with N and K owners on the two sides and M phones, N K / M have two (tests/theory/test_conflicts.c).
-- not an engine
scenario "conflict-freeze" {
  about = "Both sides of a partition register phones; when they meet both are kept and neither can be used.",
  duration = "150s", settle = "10s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "people" { count = 1e6 }
data "phone" {
  key = "phone", change = "create-only", unique = true, keys = 3000, owner = "any", conflict = "freeze",
  channels = { replicate { multi_master = true, reconnect = "1s" } },
}
service "register" { writes = "phone", followed_by = follow { "login", after = "70s" } }
service "login" { reads = "phone", core = true }
workload { register = "10/s" }
at "0s" { cut { "beijing-shanghai", lasts = "60s" } }

expect "nobody is refused for the partition" { availability { service = "register" }, "== 100%" }
expect "some phones have two owners"         { duplicates { data = "phone" }, ">= 20" }
expect "nothing is discarded"                { overwritten { data = "phone" }, "== 0" }
during "70s..130s" {
  expect "but two owners keep each other out" { availability { service = "login" }, "< 97%" },
}
