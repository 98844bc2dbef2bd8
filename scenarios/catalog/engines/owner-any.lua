-- Every region accepts: nobody fails, and a phone that two users ask for on the two sides of a cut has two owners.
--
-- What to look at: 100 % of the registrations succeed through the partition; what is paid for it stands in the row of
-- duplicates.
-- Figures: with N and K owners on the two sides and M phones, N K / M have two (tests/theory/test_conflicts.c).
-- not an engine
scenario "owner-any" {
  about = "Optimistic ownership: available, and not unique.",
  duration = "3min", settle = "30s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "all" { count = 1e6, access = { beijing = 1, shanghai = 1 }, retry = { attempts = 1 } }
data "phone" {
  key = "phone", change = "create-only", unique = true, keys = 3000, owner = "any", conflict = "reject",
  channels = { replicate { multi_master = true, reconnect = "1s" } },
}
service "register" { writes = "phone", core = true }
workload { register = "20/s" }
at "1min" { cut { "beijing-shanghai", lasts = "1min" } }

expect "everybody registers"        { availability { service = "register" }, "== 100%" }
expect "dozens of phones are taken twice" { duplicates { data = "phone" }, ">= 25" }
expect "one of the two loses"       { overwritten { data = "phone" }, ">= 25" }
expect "nothing else is lost"       { lost { data = "phone" }, "== 0" }
