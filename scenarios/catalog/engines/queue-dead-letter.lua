-- A consumer whose store is down puts messages off, and in the end among the dead letters.
--
-- The store of the other region is down for two minutes while the queue goes on. Each message that
-- cannot be applied comes again after 10 s, 30 s, 1 min; messages made later overtake it. After the
-- last try it is a dead letter: no reader of that region gets it until an operator brings it back.
-- "--set redeliver=16" is RocketMQ's default of sixteen tries in almost five hours, which outlast this.
-- What to look at: stranded writes (L2), recoverable; with sixteen tries none, but a long lag.
-- not an engine
--
-- The ladder is RocketMQ's (messageDelayLevel from its third level on); three tries are chosen.
local redeliver = choice "redeliver" { 3, 16 }

scenario "queue-dead-letter" {
  about    = "A store that is down longer than its consumer is patient.",
  duration = "5min", settle = "20min",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }

users "all" { count = 1000000, home = { east = 1 }, access = { east = 1 } }

data "account" {
  key = "phone", change = "create-only",
  channels = { queue "rocketmq" { redeliver = redeliver } },
}
service "register" { writes = "account", deadline = "1s" }
workload { register = "10/s" }

at "1min" { crash { "account", region = "west", part = "store", lasts = "2min" } }

expect "registration goes on" { availability { service = "register" }, "== 100%" }
if redeliver == 3 then
  expect "the first 20 s are dead letters"     { stranded { data = "account" }, ">= 150" }
  expect "what came later is applied in time"  { stranded { data = "account" }, "<= 260" }
else
  expect "no message is given up"              { stranded { data = "account" }, "== 0" }
  expect "the last are applied minutes late"   { lag { data = "account" }, ">= 180s" }
end
