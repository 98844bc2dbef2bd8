-- One conflict stops the replication of everything: unbounded lag until an operator comes.
--
-- With PolarDB's policy INTERRUPT the first change that meets one it had not seen stops the stream from there. Records of
-- all other users wait behind it. --set operator=10min lets somebody come, who has to come again for the next conflict.
-- What to look at: the lag in the report: it grows without end from the first mark on, while every service is at 100 %,
-- and readers miss more and more. --set conflict=lww shows what the same writes do by the later clock.
-- Figures: the policy is in the documentation of PolarDB's multi-active mode; rates are chosen.
-- not an engine
local rule = choice "conflict" { "interrupt", "lww" }
local comes = choice "operator" { "0s", "10min" }

scenario "conflict-interrupt" {
  about = "The first conflict stops a stream until an operator repairs it; the lag has no bound.",
  duration = "40min", settle = "20min", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "people" { count = 1e6, access = { beijing = 1, shanghai = 1 } }
data "page" {
  keys = 2000, owner = "any", conflict = rule, operator = rule == "interrupt" and comes or nil,
  channels = { replicate { multi_master = true, reconnect = "1s" } },
}
service "edit" { writes = "page" }
service "show" { reads = "page" }
workload { edit = "2/s", show = "5/s" }
at "5min" { cut { "beijing-shanghai", lasts = "30s" } }

expect "every edit is accepted" { availability { service = "edit" }, "== 100%" }
if rule == "lww" then
  expect "the cut is soon made up" { lag { data = "page" }, "<= 1min" }
elseif comes == "0s" then
  expect "nothing comes through any more" { lag { data = "page" }, ">= 50min" }
  expect "and readers notice"             { stale { data = "page" }, ">= 20%" }
else
  expect "one visit is not enough"        { conflicts { data = "page" }, ">= 4" }
  expect "while somebody is on the way all wait" { lag { data = "page" }, ">= 10min" }
end
