-- A Kafka leader that dies while its followers lag: what acks = 1 acknowledged is gone, acks = all is not.
--
-- A topic with three replicas in one region. The followers stop fetching at 2 min; for 30 s they still
-- count as in sync, so nothing newer may be read, and nothing is mirrored. Half a minute is not over
-- when the leader loses power; a follower returns, leads, and lacks the last 20 s. With acks = "leader"
-- (Kafka's acks = 1) producers had been told that all is well, and their outbox had forgotten the
-- messages: the copies of the regions differ for good. "--set acks=all": nobody had been told, and the
-- outbox sends them again.
-- What to look at: writes dropped by the queue (L6) that stay in one region for good (diverged).
--
-- Lag of 30 s, an election after 9 s: the preset; three replicas and 20 s of lag are chosen.
local acks = choice "acks" { "leader", "all" }

scenario "kafka" {
  about    = "The leader of a Kafka topic dies while its followers lag.",
  duration = "5min", settle = "1min",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }

users "all" { count = 100000, home = { east = 1 }, access = { east = 1 } }

data "order" {
  key = "phone", change = "create-only", recoverable = false,
  channels = { queue "kafka" { acks = acks, replicas = 3 } },
}
service "buy" { writes = "order", deadline = "1s" }
workload { buy = "20/s" }

at "2min" { crash { "order", region = "east", part = "replicas", lasts = "25s" } }
at "140s" { crash { "order", region = "east", part = "broker", lasts = "1min" } }

expect "buying goes on" { availability { service = "buy" }, "== 100%" }
if acks == "leader" then
  expect "20 s of orders are dropped" { expired { data = "order" }, ">= 300" }
  expect "and stay in one region"     { diverged { data = "order" }, ">= 300" }
else
  expect "no order is dropped"        { expired { data = "order" }, "== 0" }
  expect "every region has them all"  { diverged { data = "order" }, "== 0" }
end
