-- One home for all: while it is away nobody can register, wherever they are.
--
-- What to look at: the way to the owner takes a round trip and fails with the owner: availability is that of one region.
-- Readers do not notice: every region has a copy.
-- Figures: chosen.
-- not an engine
scenario "owner-single" {
  about = "Availability of a single home is that of the home and of the path to it.",
  duration = "3min", settle = "30s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
region "guangzhou" {}
links(preset "china" { "beijing", "shanghai", "guangzhou" })

users "all" { count = 1e6, access = { beijing = 1, shanghai = 1, guangzhou = 1 }, retry = { attempts = 1 } }
data "phone" {
  key = "phone", change = "create-only", unique = true, keys = 3000, owner = "single", owner_region = "beijing",
  channels = { replicate { reconnect = "1s" } },
}
data "profile" { owner = "single", owner_region = "beijing", channels = { replicate { reconnect = "1s" } } }
service "register" { writes = "phone", core = true }
service "look" { reads = "profile" }
workload { register = "10/s", look = "20/s" }
at "1min" { cut { "beijing", lasts = "1min" } }

during "0s..1min" { expect "everybody registers" { availability { service = "register" }, "== 100%" } }
during "60s..120s" {
  expect "only who lives next to the owner registers" { availability { service = "register", access = "beijing" }, "== 100%" },
  expect "nobody else does"                  { availability { service = "register", access = "shanghai" }, "== 0%" },
  expect "nor there"                         { availability { service = "register", access = "guangzhou" }, "== 0%" },
  expect "reading goes on"                   { availability { service = "look" }, "== 100%" },
}
expect "no phone has two owners"             { duplicates { data = "phone" }, "== 0" }
