-- Two channels for one kind of data: worth their price if nothing cuts both.
-- not an engine
--
-- What to look at: accounts travel by a queue and by replication; whichever comes first is kept, the
-- second copy changes nothing. The queue's line is cut for a minute, and then the region burns down.
-- `--set second=none`: a minute of accounts is gone. `--set second=other-duct`: nothing is, although
-- one of the two channels never delivered. `--set second=same-duct`: the second line was paid for,
-- and the digger found both.

local second = choice "second" { "other-duct", "same-duct", "none" }

scenario "two-channels" {
  about    = "A queue and replication side by side, over lines that share a duct or do not.",
  duration = "4min", settle = "2min", seeds = "1..3",
}

region "guangzhou" {}
region "beijing" {}
link { "guangzhou", "beijing", rtt = "41ms", name = "fibre", risk = "duct" }
if second ~= "none" then
  link { "guangzhou", "beijing", rtt = "55ms", name = "second", risk = second == "same-duct" and "duct" or "other" }
end

users "all" { count = 100000, home = { guangzhou = 1 }, access = { guangzhou = 1 }, retry = { attempts = 1 } }
local channels = { queue "rocketmq" { via = "fibre" } }
if second ~= "none" then channels[2] = replicate "mysql" { via = "second" } end
data "account" { key = "phone", unique = true, change = "create-only", recoverable = false,
                 channels = channels, conflict = "freeze" }
service "register" { writes = "account", deadline = "1s" }
workload { register = "20/s" }

at "1min" { cut { "duct" } }
at "2min" { lose "guangzhou" }

if second == "other-duct" then
  expect "nothing but the last moment is lost" { lost { data = "account" }, "<= 3" }
  expect "and nothing twice"                   { duplicates { data = "account" }, "== 0" }
else
  expect "a minute of accounts is lost"        { lost { data = "account" }, ">= 1000" }
end
