-- Azure DevOps, 4 September 2018: a region was dark for 21 hours, and nobody moved its data, so that none was lost.
--
-- South Central US lost its cooling in a storm and powered down. The other region had copies, always a little behind:
-- whoever promotes it cuts off what was not copied yet. The team waited for the region instead. The run begins at 09:15 UTC.
-- What to look at: the recovery and "who was hit" side by side: faultline compare --set decision=stay --set decision=promote.
--   --set decision=read-only    a person moves the users; they read what was copied, and write when the region is back
--   --set decision=promote      back as soon as a person has decided: 21 h against the last five minutes of work
--   --set decision=promote --set copy=sync    neither, and every write of every day waits for a round trip
--
-- *calibrated illustration*: what is checked are the terms of the choice, with a lag that is chosen.
-- Published inputs: services down from 09:45 UTC; more than 21 hours until all were back, because they waited for the data
--   centre; data kept in two regions by backups and by storage that replicates asynchronously (1).
-- Free inputs: 12 writes a minute; logs shipped every ten minutes, the last five before the end; a person who decides in
--   half an hour (median); names for 60 s; 40 ms between the regions (2).
-- Published outcomes checked: nobody served until the region was back; no customer's data lost (1).
-- Counterfactuals, as in (1): they would have waited even if the storage had failed over with loss; synchronous copies make
--   every write wait for the other region; some customers would have taken the loss to go on working.
-- Left out: customers elsewhere who depended on the region; a database that went offline for 2 h afterwards.
-- (1) Microsoft, Postmortem: VSTS 4 September 2018, devblogs.microsoft.com/devopsservice, 10 September 2018; "Why didn't VSTS
-- services fail over to another region?" is quoted in full at brentozar.com, 2018. (2) models/presets/azure.csv.
local decision = choice "decision" { "stay", "read-only", "promote" }
local copy = choice "copy" { "async", "sync" }
local sync = copy == "sync"
local moved = decision == "promote" or (sync and decision ~= "stay") -- nothing to wait for

scenario "azure-devops-2018" {
  about    = "A region is dark for 21 h, and nobody moves its data, so that none is lost.",
  duration = "23h", settle = "10min", seeds = "1..3",
}

region "south_central" {}
region "north_central" {}
link { "south_central", "north_central", rtt = "40ms", name = "line" }
link { "south_central", "north_central", rtt = "40ms", name = "shipping" }

users "organizations" {
  count = 1e5, home = { south_central = 1 }, access = { south_central = 1 }, resolver = dns { ttl = "60s", ignore = "0%" } }
data "work" {
  owner = "single", owner_region = "south_central",
  channels = { sync and replicate { mode = "semi-sync", via = "line", reconnect = "1s" } or
               replicate { via = "shipping", notice = "1s", reconnect = "1s" } },
}
service "save" { writes = "work", deadline = "15s", core = true }
service "look" { reads = "work" }
workload { save = "12/min", look = "24/min" }

failover "people" {
  detect = probe {}, decide = decision == "stay" and stay {} or human { "30min", sigma = "40%" }, push = "1min",
  fence = lease "30s", unreplicated = decision == "promote" and "cut" or "wait",
}

at "5min" { cut { "shipping", every = "10min", lasts = "595s", stops = "30min", may_miss = sync } }
at "30min" { down { "south_central", lasts = "1270min" } } -- 09:45 until 06:55

expect "what the other region never got" { stranded {}, (decision == "promote" and not sync) and ">= 25" or "== 0" }
expect "and nothing else is lost"        { lost {}, (decision == "promote" and not sync) and "<= 100" or "== 0" }
expect "writing stops for"               { restore { service = "save", after = "30min" }, moved and "<= 3h" or ">= 21h" }
expect "reading stops for"               { restore { service = "look", after = "30min" }, decision == "stay" and ">= 21h" or "<= 3h" }
during "0s..25min" { expect "before, all is well" { availability { service = "save" }, "== 100%" } }
if sync then
  expect "every write waits for the other region" { latency { service = "save", quantile = "1%" }, ">= 40ms" }
elseif decision == "stay" then
  expect "no write waits for the other region"    { latency { service = "save", quantile = "99%" }, "<= 39ms" }
end
