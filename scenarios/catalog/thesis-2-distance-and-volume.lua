-- Thesis 2: replication cannot be instantaneous.
--
-- One source, one copy in the same city and one across the country. The same number of changes is
-- made to small records and to large ones. Small records are behind by the distance alone. Large
-- ones do not fit through the long line and fall further and further behind, until the source is
-- lost: then what the nearby copy had is there, and without it (--set copy=far-only) everything
-- still waiting for the long line is gone.
-- What to look at: the lag picture (one line per copy), and the losses under both choices of "copy".

local copy = choice "copy" { "near-and-far", "far-only" }

scenario "thesis-2-distance-and-volume" {
  about    = "Same city or across the country, small records or large: lag, and what a lost source costs.",
  duration = "10min", warmup = "30s", settle = "10min",
}

region "hangzhou" {}
region "guangzhou" {}
links(preset "china" { "hangzhou", "guangzhou" })
link { "hangzhou", "guangzhou", bandwidth = "100Mbps" }
if copy == "near-and-far" then
  -- Two data centres of one city: documented as at most 1.5 ms.
  region "hangzhou-b" {}
  link { "hangzhou", "hangzhou-b", rtt = "1.5ms", bandwidth = "10Gbps" }
  link { "hangzhou-b", "guangzhou", rtt = "24ms", bandwidth = "100Mbps" }
end

users "cn" { count = 10e6, home = { hangzhou = 1 }, access = { hangzhou = 1 } }

data "small" { size = "200B",  channels = { replicate "mysql" {} } }
data "large" { size = "80kB", channels = { replicate "mysql" {} } }

service "note"  { writes = "small", work = "1ms", core = true }
service "photo" { writes = "large", work = "1ms", core = true }

workload { note = "200/s", photo = "200/s" }   -- large: 128 Mbit/s over a line of 100 Mbit/s

at "8min" { lose "hangzhou" }

if copy == "near-and-far" then
  expect "the nearby copy saves the large records" { lost { data = "large" }, "<= 20" }
else
  expect "the long line loses large records"       { lost { data = "large" }, "> 10000" }
end
during "0s..8min" {
  expect "large records fall behind"  { lag { data = "large" }, "> 60s" },
}
