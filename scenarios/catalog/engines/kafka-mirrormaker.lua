-- MirrorMaker 2 notes its position every 60 s: after each break it delivers up to a minute twice.
--
-- Every message adds to a balance, which is not idempotent. The line is cut three times for a few
-- seconds, at instants that the checkpoints know nothing of; each time the mirror goes on from the last
-- position it had noted. "--set balance=versioned": the consumer recognises a change it has applied,
-- and the same repetitions are only work.
-- What to look at: changes applied twice (L7); the cost table counts messages sent twice either way.
--
-- 60 s and at-least-once delivery are MirrorMaker 2's defaults (emit.checkpoints.interval.seconds;
-- exactly-once.source.support is off). Mean repetition: rate x 60 s / 2 for each break and direction.
local balance = choice "balance" { "added", "versioned" }

scenario "kafka-mirrormaker" {
  about    = "Re-consumption after breaks of a mirror.",
  duration = "10min", settle = "2min",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }

users "all" { count = 100000, home = { east = 1 }, access = { east = 1 } }

data "balance" { idempotent = balance == "versioned", channels = { queue "kafka" { replicas = 3 } } }
service "pay" { writes = "balance", deadline = "1s" }
workload { pay = "20/s" }

at "120s" { cut { "east-west", lasts = "5s" } }
at "250s" { cut { "east-west", lasts = "5s" } }
at "395s" { cut { "east-west", lasts = "5s" } }

expect "no payment is lost" { lost { data = "balance" }, "== 0" }
if balance == "added" then
  expect "payments are added twice" { repeated { data = "balance" }, "> 100" }
  expect "at most 60 s per break"   { repeated { data = "balance" }, "< 3960" }
else
  expect "nothing is added twice"   { repeated { data = "balance" }, "== 0" }
end
