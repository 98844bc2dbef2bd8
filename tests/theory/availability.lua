-- Availability of things that fail and are repaired (tests/theory/test_availability.c gives the laws).
--
-- Five links between two regions fail on their own, each up for 9 s and down for 1 s in the mean, and perhaps all at once
-- by what they share. Availability is then 9 s / (9 s + 1 s); of a majority of them, by the binomial
-- law; the shared risk ends what redundancy can do.
local shape  = choice "shape" { "exponential", "uniform" }
local shared = choice "shared" { "no", "yes" }

scenario "availability" { duration = "1h", settle = "1s", window = "1h", seeds = "1..200" }
region "hub" {}
region "far" {}
users "u" { count = 10, home = { hub = 1 }, access = { hub = 1 } }
data "item" {}
service "read" { reads = "item" }
workload { read = "0/s" }
local up = shape == "exponential" and exponential "9s" or uniform { "0s", "18s" }
local repair = shape == "exponential" and exponential "1s" or "1s"
for i = 1, 5 do
  link { "hub", "far", name = "l" .. i, risk = "trench" }
  at "0s" { cut { "l" .. i, mttf = up, mttr = repair, may_miss = true } }
end
-- Down 1 % of the time: a tenth of what a link is down by itself.
if shared == "yes" then
  at "0s" { cut { "trench", mttf = exponential "99s", mttr = exponential "1s", may_miss = true } }
end
