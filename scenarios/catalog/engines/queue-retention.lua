-- A backlog older than the queue keeps is dropped, although every message in it was acknowledged.
--
-- The line is cut for three minutes and the queue keeps messages for two: what waited longer is gone
-- when the line is back. Then the consumer works off the rest at what it can do beyond what arrives.
-- "--set keeps=long" keeps all of it, and takes longer to catch up.
-- What to look at: writes dropped by age (L6), and the catch-up after the heal.
-- not an engine
--
-- A webhook service once dropped about 200,000 of more than 5 million queued messages this way (its own
-- report of October 2018); rates and times here are chosen, in the same proportion: 80/s against 300/s.
local keeps = choice "keeps" { "short", "long" }

scenario "queue-retention" {
  about    = "A cut that lasts longer than a queue keeps its messages.",
  duration = "8min", settle = "1min",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }

users "all" { count = 1000000, home = { east = 1 }, access = { east = 1 } }

data "webhook" {
  key = "phone", change = "create-only", recoverable = false,
  channels = { queue { retention = keeps == "short" and "2min" or "72h", apply = "3333us", checkpoint = "0s" } },
}
service "call" { writes = "webhook", deadline = "1s" }
workload { call = "80/s" }

at "1min" { cut { "east-west", lasts = "3min" } }

expect "calls are accepted" { availability { service = "call" }, "== 100%" }
if keeps == "short" then
  expect "a minute of messages is dropped"  { expired { data = "webhook" }, ">= 4000" }
  expect "the rest is delivered"            { expired { data = "webhook" }, "<= 5300" }
else
  expect "nothing is dropped"               { expired { data = "webhook" }, "== 0" }
  expect "3 min x 80 / (300 - 80) = 65 s to catch up, and more to connect" {
    catch_up { data = "webhook", after = "4min" }, ">= 60s" }
  expect "but not much more"                { catch_up { data = "webhook", after = "4min" }, "<= 72s" }
end
