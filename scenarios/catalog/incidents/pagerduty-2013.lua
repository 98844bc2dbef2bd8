-- PagerDuty, 13 April 2013: three data centres of two companies, one peering point, and no quorum for 18 minutes.
--
-- Notifications are dispatched under a majority of three data centres, chosen to be independent. Two of them share a
-- peering point: when it is slow, everybody waits for everybody, and the third is a minority by itself. Events are taken
-- in all the time; what they should have set off waits and is tried again. The run begins at 07:47 (all times PDT).
-- What to look at: the times to an answer of `dispatch`: 18 minutes for who came first, nothing refused, nothing lost.
--   --set peering=separate                       the majority goes on: a few wait for minutes, beside aws_1
--   --set peering=separate --set leader=aws_1    the others hear nothing for 2 s when it begins: they elect another
--   --set how=cut as well                        the same: a leader slower than its lease is as good as gone
--
-- *calibrated illustration*: when there is no quorum is an input; checked is what follows, and none of that is a number
--   which the inputs do not hold.
-- Published inputs: two data centres at Amazon and one at Linode; a peering point that two share, degraded from 07:57 (1);
--   no quorum "due to high network latency" from 08:35 to 08:53 (2); over at 09:23 (3).
-- Free inputs: round trips, 100 ms and 2 % of loss while degraded, 2 s each way in the 18 minutes, a time-out of 2 s,
--   elections as in etcd (PagerDuty had Cassandra and ZooKeeper), 12 notifications a minute, tried again within 60 s;
--   that no pair of data centres had a way round the peering point (chosen: two with a good line are a quorum).
-- Published outcomes checked: nothing dispatched for 18 minutes (2), with the third data centre in order; events accepted
--   throughout (3); all that had waited was sent afterwards (2), none lost.
-- (1) PagerDuty, Outage Post-Mortem - April 13, 2013, pagerduty.com/blog. (2) The same, as kept in the sources of Bailis and
-- Kingsbury, The Network is Reliable (github.com/aphyr/partitions-post). (3) github.com/icco/postmortems, its record of (1).
local peering = choice "peering" { "shared", "separate" }
local leader = choice "leader" { "aws_2", "aws_1" }
local how = choice "how" { "latency", "cut" }
local dark = peering == "shared"

scenario "pagerduty-2013" {
  about    = "Two of three independent data centres share a peering point: no quorum.",
  duration = "100min", settle = "3min", window = "1min", seeds = "1..3",
}

region "aws_1" {}
region "aws_2" {}
region "linode" {}
link { "aws_1", "aws_2", rtt = "20ms", risk = "peering point" }
link { "aws_1", "linode", rtt = "20ms", risk = "peering point" }
link { "aws_2", "linode", rtt = "20ms", risk = peering == "shared" and "peering point" or "another way" }

users "monitors" {
  count = 100000, patience = "2h",
  retry = retry { attempts = 100, budget = "10000%", backoff = "10s", cap = "60s", elsewhere = "50%" },
}
users "watch" { count = 100 } -- who asks once, and does not try again
data "event" { key = "phone", change = "create-only", owner = "any", channels = { queue {} } }
data "sent" { owner = "single", owner_region = leader, channels = { consensus "etcd" {} } }
service "accept" { writes = "event", followed_by = { "dispatch" } }
service "dispatch" { writes = "sent", deadline = "2s" }
workload { accept = "12/min", users = "monitors", shape = "even" }
workload { dispatch = "12/min", users = "watch" }

at "10min" { degrade { "peering point", latency = "100ms", loss = "2%", lasts = "86min" } } -- 07:57 to 09:23
at "48min" { -- 08:35 to 08:53
  how == "latency" and degrade { "peering point", latency = "2s", lasts = "18min" } or cut { "peering point", lasts = "18min" } }

expect "events are accepted throughout"   { availability { service = "accept" }, "== 100%" }
expect "none is lost"                     { lost {}, "== 0" }
expect "every notification goes out"      { availability { service = "dispatch", users = "monitors" }, "== 100%" }
expect "how long the first has waited"    { latency { service = "dispatch", quantile = "100%" }, dark and ">= 17min" or "<= 8min" }
expect "and a time until the next try"    { latency { service = "dispatch", quantile = "100%" }, "<= 21min" }
during "49min..65min" {
  expect "08:35 to 08:53: is it dispatched" { availability { service = "dispatch", users = "watch" }, dark and "== 0%" or ">= 45%" } }
during "67min..100min" {
  expect "afterwards everything is"       { availability { service = "dispatch", users = "watch" }, ">= 99%" } }
