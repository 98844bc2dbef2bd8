-- A partition makes every second read wait for its time-out; threads run out, and local reads fail too.
--
-- What to look at: guests' records are in the west, residents' records are in the east. The cut takes only the
-- guests' answers away, but each of them holds a thread for a second while it waits in vain: 200/s * 1 s = 200
-- threads, and there are 64. The picture "Where threads ran out" is red for the whole cut, and two of three
-- residents, whom the cut does not concern, are refused. With `--set guard=pool` at most 20 threads wait at a time
-- and residents notice nothing. With `--set guard=breaker` they suffer until half of the breaker's window has been
-- in vain (about 6 s, because failures are only known after their time-out), and then no more; `both` has the best
-- of the two: threads are safe at once, and calls in vain end soon.
-- not an engine
-- Figures: the time-out and the breaker are Hystrix's defaults (models/read/guard.c); the rest is chosen.
local guard = choice "guard" { "none", "pool", "breaker", "both" }

scenario "read-chain-thread-exhaustion" {
  about    = "A second read without a guard spreads a remote failure to local hits.",
  duration = "4min", window = "1s", seeds = "1..3",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms", name = "trunk" }

users "residents" { count = 1e5, home = { east = 1 }, access = { east = 1 } }
users "guests"    { count = 1e5, home = { west = 1 }, access = { east = 1 } }

data "profile" {
  owner = "home",
  read = { "local", secondary {
    ask = "home", timeout = "1s",
    pool = (guard == "pool" or guard == "both") and 20 or 0,
    breaker = (guard == "breaker" or guard == "both") and breaker "hystrix" {} or nil,
  } },
}
service "look" { reads = "profile", threads = 64, queue = 64, work = "2ms", deadline = "2s" }
workload { look = "200/s", users = "residents" }
workload { look = "200/s", users = "guests" }

at "1min" { cut { "trunk", lasts = "60s" } }

during "0s..58s" {
  expect "all is well before the cut" { availability { service = "look" }, "== 100%" },
}
-- What residents keep during the cut, by the guard.
local claim = { none = "<= 40%", breaker = ">= 90%", pool = "== 100%", both = "== 100%" }
during "1min..2min" {
  expect "residents in the cut" { availability { service = "look", users = "residents" }, claim[guard] },
  expect "guests in the cut"    { availability { service = "look", users = "guests" }, "<= 1%" },
}
