-- "Accepted" is not "done": requests are taken while their owner is away, and some of them are refused when it is back.
--
-- Each phone belongs to the region of its range. The region where a request enters accepts it and passes it on to that
-- owner; through a cut of a minute it keeps it. Some phones are promised on one side and taken on the other meanwhile.
-- What to look at: nobody fails and no phone has two owners; what is paid for it are confirmations a minute late and a
-- share of promises that is taken back: user harm "rejected later", not data loss. With `--set then=lost` the region
-- dies with its promises before the line heals: acknowledged and destroyed (L1).
-- Figures: Li Yunhua, ch. 30 (accept a transfer request, execute it when the home is back); rates are chosen.
-- not an engine
local after = choice "then" { "healed", "lost" }

scenario "owner-provisional" {
  about = "Provisional acceptance: always available, confirmed late, sometimes taken back.",
  duration = "3min", settle = "30s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "all" { count = 1e6, access = { beijing = 1, shanghai = 1 }, retry = { attempts = 1 } }
data "phone" {
  key = "phone", change = "create-only", unique = true, keys = 3000, owner = "provisional",
  channels = { replicate { reconnect = "1s" } },
}
service "register" { writes = "phone", core = true }
workload { register = "20/s" }

at "1min" { cut { "beijing-shanghai", lasts = "1min" } }
if after == "lost" then at "110s" { lose "shanghai" } end

during "0s..110s" { expect "nobody fails" { availability { service = "register" }, "== 100%" } }
expect "no phone has two owners" { duplicates { data = "phone" }, "== 0" }
if after == "healed" then
  expect "some promises are taken back" { rejected_later { data = "phone" }, ">= 40" }
  expect "a small share"                { rejection { data = "phone" }, "<= 15%" }
  expect "usually it is a round trip"   { confirmation { data = "phone", quantile = "50%" }, "<= 40ms" }
  expect "at worst the whole cut"       { confirmation { data = "phone", quantile = "100%" }, ">= 59s" }
  expect "nothing waits in the end"     { pending { data = "phone" }, "== 0" }
  expect "and nothing is lost"          { lost { data = "phone" }, "== 0" }
else
  expect "promises die with the region" { destroyed { data = "phone" }, ">= 100" }
end
