-- Client retries: software that turns to another region saves reads without any failover, writes not at all.
-- not an engine
--
-- hangzhou loses power for 10 min and nobody fails over. The client's software gives up after the deadline and
-- tries beijing: readers are served, a deadline late. Writers are not: beijing has to ask the owner, who is dead, so
-- each of them is three attempts and an error. A budget of retries that all clients share, good against storms,
-- takes the rescue away from nine readers in ten.
-- What to look at: availability of both services; latency; the number of attempts.
-- Figures: three attempts, a shared budget of 10 % (Beyer et al., Site Reliability Engineering, ch. 21); deadline chosen.
-- Law: the share of first attempts that may be retried is the budget, so that share is served.
local budget = choice "budget" { "100%", "10%" }
local each = budget == "100%"

scenario "routing-sdk-retry" {
  about    = "Retries at another region rescue reads, a deadline late; writes need the owner; a shared budget runs out.",
  duration = "20min", warmup = "20s", settle = "1min",
  seeds    = "1..5",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" {
  count = 1e6, home = { hangzhou = 1 }, access = { hangzhou = 1 }, patience = "10s",
  retry = retry "sdk" { budget = budget },
}

data "profile" { channels = { replicate {} } }
service "look" { reads = "profile", deadline = "1s" }
service "save" { writes = "profile", deadline = "1s" }
workload { look = "40/s", save = "10/s" }

at "5min" { down { "hangzhou", lasts = "10min" } }

during "6min..14min" {
  expect "readers are served elsewhere" { availability { service = "look" }, each and ">= 99.9%" or ">= 8%" },
  expect "writers are not"              { availability { service = "save" }, "== 0%" },
}
if each then
  expect "a deadline late" { latency { service = "look" }, ">= 1s" }
else
  during "6min..14min" { expect "or as many as the budget" { availability { service = "look" }, "<= 12%" } }
end
during "16min..20min" { expect "with the power all is well" { availability { service = "save" }, "== 100%" } }
