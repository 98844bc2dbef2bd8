-- N minus one: two regions that each use more than half of what they have cannot replace one another.
-- not an engine
--
-- A region is lost and its users arrive at the other within a minute. At a utilisation of 0.40 the survivor runs at
-- 0.80: slower, and well. At 0.55 it runs at 1.10: the queue grows until nobody is answered in time, although half
-- of all users had nothing to do with the region that failed.
-- What to look at: availability over time for utilisation = 0.55 and 0.40; where threads ran out.
-- Figures: work 40 ms on 4 threads, 100/s in each region (chosen). Law: utilisation after = before * k / (k - 1), k = 2.
local utilisation = choice "utilisation" { "0.55", "0.40" }
local too_much = utilisation == "0.55"

scenario "failover-n-minus-1" {
  about    = "Two regions at 0.55 each: the failover works, and the survivor drowns; at 0.40 it does not.",
  duration = "10min", warmup = "20s", settle = "1min",
  seeds    = "1..3",
}

region "hangzhou" {}
region "beijing" {}
link { "hangzhou", "beijing", rtt = "30ms" }
users "cn" { count = 1e7, resolver = dns { ttl = "20s", ignore = "0%" } }

service "look" { deadline = "1s", threads = 4, work = exponential "40ms", queue = 100000 }
workload { look = too_much and "110/s" or "80/s" }

failover "controller" { detect = probe {}, push = "5s" }

at "3min" { lose "hangzhou" }

during "20s..3min" { expect "both have plenty" { availability { service = "look" }, ">= 99.9%" } }
during "6min..10min" {
  expect "one of two has enough, or not"  { availability { service = "look", access = "beijing" }, too_much and "<= 20%" or ">= 99%" },
  expect "and those who moved fare alike" { availability { service = "look", access = "hangzhou" }, too_much and "<= 20%" or ">= 99%" },
}
