-- The same changes over a message queue that does not keep their order, and over storage replication.
--
-- A few documents are changed often, at home. What carries the changes to the other region is an axis:
-- "queue" delivers every message on its own, so over a line with jitter a later change can overtake an
-- earlier one; changes carry no version, the store keeps what comes last, and some documents end with
-- an old value for good. "--set channel=replication" ships the same changes as one ordered stream.
-- What to look at: order inversions (L4), and that every one of them is a wrong final value.
--
-- 150 documents changed three times a second each, and jitter of 40 ms, are chosen to make the harm
-- quick to see; the rule itself needs only two changes of one record closer together than the jitter.
-- not an engine
local channel = choice "channel" { "queue", "replication" }

scenario "queue-ordered-data" {
  about    = "Order-sensitive changes over an unordered queue or over ordered replication.",
  duration = "1min", settle = "30s",
}

region "east" {}
region "west" {}
link { "east", "west", rtt = "40ms", jitter = exponential "40ms" }

users "writers" { count = 10000, home = { east = 1 }, access = { east = 1 } }

data "document" {
  ordered = true, keys = 150, owner = "single", owner_region = "east",
  channels = channel == "queue" and { queue { in_order = false } } or { replicate {} },
}
service "edit" { writes = "document", deadline = "1s" }
workload { edit = "450/s" }

expect "edits are accepted" { availability { service = "edit" }, "== 100%" }
if channel == "queue" then
  expect "some documents end with an old value" { inverted { data = "document" }, "> 0" }
  expect "most end right: the last change wins" { inverted { data = "document" }, "<= 30" }
else
  expect "no document ends with an old value"   { inverted { data = "document" }, "== 0" }
end
