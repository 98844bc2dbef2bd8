-- Cassandra, LOCAL_QUORUM: a cut between data centres fails nobody, and the other side reads the past.
--
-- Users near `east` change a record; a second later somebody near `west` reads it. A write waits for
-- two of the three replicas of its own data centre. The line is cut for two minutes: both sides go
-- on answering everything, and every such read is stale until the writes that east kept for west
-- (hints) have been sent there after the heal.
-- What to look at: availability stays at 100 % while the share of stale reads is about what the cut
-- covers of the run; nothing is lost, and no record differs in the end.
-- Figures: cassandra.yaml for the hints (3 h, 1024 KiB/s) and time-outs; the round trip is chosen.

scenario "cassandra-local-quorum" {
  about    = "Majorities of one data centre: available through a cut, stale on the other side.",
  duration = "10min", settle = "1min",
}

region "east" {}
region "west" {}
link { "east", "west", name = "trunk", rtt = "60ms" }

users "u" { count = 20000, access = { east = 1 } }

data "profile" { channels = { quorum "cassandra-local-quorum" {} } }
service "edit" { writes = "profile", followed_by = { "view", after = "1s", elsewhere = "100%" } }
service "view" { reads = "profile" }
workload { edit = "50/s" }

at "3min" { cut { "trunk", lasts = "2min" } }

expect "every edit is taken"             { availability { service = "edit" }, ">= 100%" }
expect "every view is answered"          { availability { service = "view" }, ">= 100%" }
expect "the cut makes views stale"       { stale { data = "profile" }, ">= 18%" }
expect "and little more than the cut"    { stale { data = "profile" }, "<= 24%" }
expect "nothing is lost"                 { lost { data = "profile" }, "== 0" }
expect "hints bring all of it to west"   { diverged { data = "profile" }, "== 0" }
