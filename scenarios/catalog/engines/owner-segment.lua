-- Key segments: numbers that a region generates are unique, phones that users choose are not, unless the phone leads to its owner.
--
-- Both sides of a partition register. `account` is numbered where it is made, `phone` is taken where it is asked for;
-- `routed` is the same phone, but each number belongs to one region and is asked for there.
-- What to look at: not one account is made twice, dozens of phones are, and no routed phone is: half of those
-- registrations fail instead, because their range lies on the other side.
-- Figures: with N and K owners on the two sides and M phones, N K / M have two (tests/theory/test_conflicts.c).
-- not an engine
scenario "owner-segment" {
  about = "What segments make unique, and what they do not.",
  duration = "60s", settle = "30s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "all" { count = 1e6, access = { beijing = 1, shanghai = 1 }, retry = { attempts = 1 } }
data "account" {
  change = "create-only", unique = true, owner = "any", conflict = "reject",
  channels = { replicate { multi_master = true, reconnect = "1s" } },
}
data "phone" {
  key = "phone", change = "create-only", unique = true, keys = 3000, owner = "any", conflict = "reject",
  channels = { replicate { multi_master = true, reconnect = "1s" } },
}
data "routed" {
  key = "phone", change = "create-only", unique = true, keys = 3000, owner = "segment",
  channels = { replicate { reconnect = "1s" } },
}
service "register" { writes = { "phone", "account" }, core = true }
service "register_routed" { writes = "routed", core = true }
workload { register = "20/s", register_routed = "20/s" }
at "0s" { cut { "beijing-shanghai", lasts = "60s" } }

expect "everybody can register"            { availability { service = "register" }, "== 100%" }
expect "an account number is never shared" { duplicates { data = "account" }, "== 0" }
expect "a phone is"                        { duplicates { data = "phone" }, ">= 60" }
expect "unless it is routed"               { duplicates { data = "routed" }, "== 0" }
expect "which fails for the other side's"  { availability { service = "register_routed" }, "<= 60%" }
expect "and for nobody else"               { availability { service = "register_routed" }, ">= 40%" }
