-- RocketMQ as it comes acknowledges what is in one machine's memory: a power cut takes half a second.
--
-- One master, asynchronous flush every 500 ms. The line between the regions is broken, so the broker is
-- the only one who has the messages when its machine loses power. Everything it got since the last
-- flush is gone although producers had their acknowledgement: the changes are in the region that made
-- them, and the other will never hear of them. "--set flush=sync" writes every message to disk first.
-- What to look at: dropped by the queue (L6), and regions that differ for good (diverged).
--
-- 500 ms: MessageStoreConfig, flushIntervalCommitLog. The loss is what came since the last flush, half
-- an interval on average; 400 writes a second are chosen so that it shows with every seed.
local flush = choice "flush" { "async", "sync" }

scenario "rocketmq" {
  about    = "A RocketMQ master with asynchronous flush loses power.",
  duration = "2min", settle = "1min",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }

users "all" { count = 1000000, home = { east = 1 }, access = { east = 1 } }

data "message" {
  key = "phone", change = "create-only",
  channels = { flush == "async" and queue "rocketmq" {} or queue "rocketmq" { flush_every = "0ms" } },
}
service "post" { writes = "message", deadline = "1s" }
workload { post = "400/s" }

at "1min" { cut { "east-west", lasts = "20s" } }
at "65s"  { crash { "message", region = "east", part = "broker", lasts = "30s" } }

expect "posting goes on" { availability { service = "post" }, "== 100%" }
if flush == "async" then
  expect "acknowledged messages are gone"        { expired { data = "message" }, "> 0" }
  expect "at most those of one flush interval"   { expired { data = "message" }, "<= 260" }
  expect "the other region never hears of them"  { diverged { data = "message" }, "> 0" }
else
  expect "nothing is gone"                       { diverged { data = "message" }, "== 0" }
end
