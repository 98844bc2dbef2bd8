-- A home for each user, by a hash: a dead region takes its third of the writes with it, and no more.
--
-- What to look at: mean availability is that of a single home, but the outage is partial: a third of the users of every
-- region fails, whoever they are near, and for the others nothing happens.
-- Figures: Li Yunhua, ch. 28 (home partitions); rates are chosen.
-- not an engine
scenario "owner-home" {
  about = "Hash homes: an outage hits the share of the region that is away, in every region alike.",
  duration = "3min", settle = "30s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
region "guangzhou" {}
links(preset "china" { "beijing", "shanghai", "guangzhou" })

-- Where a user lives says nothing about where they are at home: the hash decides.
for _, city in ipairs { "beijing", "shanghai", "guangzhou" } do
  users("near " .. city) { count = 1e6, access = { [city] = 1 }, retry = { attempts = 1 } }
end
data "profile" { owner = "home", channels = { replicate { reconnect = "1s" } } }
service "edit" { writes = "profile", core = true }
for _, city in ipairs { "beijing", "shanghai", "guangzhou" } do
  workload { users = "near " .. city, edit = "20/s" }
end
at "1min" { cut { "guangzhou", lasts = "1min" } }

during "60s..120s" {
  expect "a third fails near beijing"            { availability { service = "edit", access = "beijing" }, ">= 60%" },
  expect "and not less"                          { availability { service = "edit", access = "beijing" }, "<= 73%" },
  expect "the same near shanghai"                { availability { service = "edit", access = "shanghai" }, ">= 60%" },
  expect "near guangzhou only its own are served" { availability { service = "edit", access = "guangzhou" }, "<= 40%" },
  expect "but these are"                         { availability { service = "edit", access = "guangzhou" }, ">= 27%" },
}
expect "nothing is lost"                         { lost { data = "profile" }, "== 0" }
expect "and nothing meets"                       { overwritten { data = "profile" }, "== 0" }
