-- A planned switch of the owner: writes are banned until the new owner has everything, or what it lacks is left behind.
--
-- Beijing gives up its role at 1 min, while the line that carries changes is cut: the tail of 40 s comes only when it is
-- whole again, at 70 s. With unreplicated = "wait" the ban lasts as long as the lag and nothing is lost; with
-- `--set unreplicated=cut` it lasts as long as the push, and the tail stays behind.
-- What to look at: the stages `ban` and `catch up` in the table of recoveries, and the gap that users see.
-- Figures: the order of steps is that of a unit switch under a write ban, as Alibaba MSHA does it; times are chosen.
-- not an engine
local unreplicated = choice "unreplicated" { "wait", "cut" }
local wait = unreplicated == "wait"

scenario "owner-takeover" {
  about = "What a planned takeover costs: the larger of push and lag, or the tail.",
  duration = "3min", settle = "1min", seeds = "1..5", window = "1s",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms", name = "main" }
link { "beijing", "shanghai", rtt = "30ms", name = "sync" }

users "all" { count = 1e6, home = { beijing = 1 }, access = { beijing = 1, shanghai = 1 }, retry = { attempts = 1 } }
data "profile" {
  owner = "single", owner_region = "beijing",
  channels = { replicate { in_order = true, reconnect = "1s", via = "sync" } },
}
service "edit" { writes = "profile", core = true }
workload { edit = "20/s", shape = "even" }

at "20s" { cut { "sync", lasts = "50s" } }
at "1min" { switch { from = "beijing", to = "shanghai", data = "profile", push = "2s", unreplicated = unreplicated } }

during "0s..1min" { expect "before, everybody is served" { availability { service = "edit" }, "== 100%" } }
if wait then
  expect "nothing is lost"           { lost { data = "profile" }, "== 0" }
  expect "the ban outlasts the lag"  { restore { service = "edit", after = "1min" }, ">= 10s" }
  expect "and not by much"           { restore { service = "edit", after = "1min" }, "<= 14s" }
else
  expect "the tail is left behind"   { stranded { data = "profile" }, ">= 790" }
  expect "the ban is the push"       { restore { service = "edit", after = "1min" }, "<= 2s" }
  expect "and not less"              { restore { service = "edit", after = "1min" }, ">= 2s" }
end
