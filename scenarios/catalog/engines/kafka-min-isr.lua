-- Kafka's acks = all means "all that are in sync", and that may be the leader alone.
--
-- Three replicas; the line between the regions is cut, so the topic is the only second copy. The two
-- followers fall out at 1 min; 30 s later they do not count any more, the leader is in sync with
-- itself, and min.insync.replicas = 1, the default, lets it acknowledge what nobody else has. Then it
-- loses power: what was in its memory, not on its disk, is gone, although acks = all had been given.
-- "--set min_isr=2": messages are refused meanwhile and wait in the outbox.
-- What to look at: dropped by the queue (L6) with 1, none with 2; users notice neither.
--
-- 30 s of lag, 30 s until Linux writes its memory to disk: the preset. Replicas and times are chosen.
local min_isr = choice "min_isr" { 1, 2 }

scenario "kafka-min-isr" {
  about    = "acks = all with one replica in sync, and a power cut.",
  duration = "5min", settle = "2min",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }

users "all" { count = 100000, home = { east = 1 }, access = { east = 1 } }

data "order" {
  key = "phone", change = "create-only", recoverable = false,
  channels = { queue "kafka" { replicas = 3, min_isr = min_isr } },
}
service "buy" { writes = "order", deadline = "1s" }
workload { buy = "20/s" }

at "30s"  { cut { "east-west", lasts = "4min" } }
at "1min" { crash { "order", region = "east", part = "replicas", lasts = "3min" } }
at "150s" { crash { "order", region = "east", part = "broker", lasts = "1min" } }

expect "buying goes on" { availability { service = "buy" }, "== 100%" }
if min_isr == 1 then
  expect "at least 30 s of acknowledged messages are gone" { expired { data = "order" }, ">= 500" }
  expect "a disk had the older ones"                       { expired { data = "order" }, "<= 900" }
else
  expect "nothing is gone"   { expired { data = "order" }, "== 0" }
  expect "the outbox waited" { lag { data = "order" }, ">= 200s" }
end
