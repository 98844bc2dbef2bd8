-- Writing to a database and to a queue without an outbox: the change is there, its message is not.
--
-- The broker is away for a minute. A producer without an outbox tries three times, 3 s each, and gives
-- up; the change stays committed where it was made, and no retry, mirror or catch-up will ever bring it
-- to the other region. Nothing fails and nothing is counted as lost, which is the trap: the figure to
-- watch is how many records the regions disagree about. If the first region is lost later
-- ("--set later=lost"), the changes that only it had are destroyed, long after the outage was over.
-- "--set outbox=yes" sends them when the broker is back.
-- What to look at: diverged, and destroyed (L1) in the sequel.
-- not an engine
--
-- Three attempts of 3 s: RocketMQ's producer. The broker's minute and 20 writes a second are chosen.
local outbox = choice "outbox" { "no", "yes" }
local later  = choice "later" { "nothing", "lost" }

scenario "queue-without-outbox" {
  about    = "A dual write to a database and a queue whose broker is away.",
  duration = "5min", settle = "1min",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }

users "all" { count = 1000000, home = { east = 1 }, access = { east = 1 } }

data "account" {
  key = "phone", change = "create-only", recoverable = false,
  channels = { queue "rocketmq" { outbox = outbox == "yes" } },
}
service "register" { writes = "account", deadline = "1s" }
workload { register = "20/s" }

at "1min" { crash { "account", region = "east", part = "broker", lasts = "1min" } }
if later == "lost" then at "4min" { lose "east" } end

if outbox == "yes" then
  expect "the regions agree" { diverged { data = "account" }, "== 0" }
elseif later == "nothing" then
  expect "registration never fails"       { availability { service = "register" }, "== 100%" }
  expect "nothing counts as lost"         { lost { data = "account" }, "== 0" }
  expect "but the regions disagree"       { diverged { data = "account" }, ">= 800" }
else
  expect "and the disagreement is a loss" { destroyed { data = "account" }, ">= 800" }
end
