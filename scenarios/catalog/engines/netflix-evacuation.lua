-- Netflix's evacuation of a region: fifty minutes while machines had to be started first, seven and a half since they wait.
--
-- us-east is lost. Whoever is near gets nothing until somebody has decided, the regions that help have started the machines
-- that they lack, and the traffic is brought over. The decision is a tenth of it; the start is more than half.
-- What to look at: the recovery, and how its bars shrink with
--   --set year=2018   netflix-nimble: machines that are kept started need four minutes to be put to work
-- Figures: the stages (Netflix, Project Nimble, 2018; slides of the same year); name lifetime, rates chosen. Laws: 0.5 +
-- 5 + 28 to 30 + 10 min = 43.5 to 45.5 (published: about 50); 0.5 + 2 + 4 + 1 = 7.5 min (published: 7, or less than 10);
-- and a minute until all names have expired.
local year = choice "year" { "before", "2018" }
local old = year == "before"

scenario "netflix-evacuation" {
  about    = "A region is evacuated: start the machines, then move the traffic; or keep them started.",
  duration = "75min", settle = "1min", window = "30s", seeds = "1..5",
}

local names = { "us-east", "us-west", "eu-west" }
for _, name in ipairs(names) do
  region(name) {}
  users("near " .. name) { count = 1e6, home = { [name] = 1 }, access = { [name] = 1 }, resolver = dns { ttl = "60s", ignore = "0%" } }
  workload { play = "2/s", users = "near " .. name }
end
link { "us-east", "us-west", rtt = "60ms" }
link { "us-east", "eu-west", rtt = "80ms" }
link { "us-west", "eu-west", rtt = "140ms" }
data "list" { channels = { replicate {} } }
service "play" { reads = "list", deadline = "2s" }

failover "evacuation" { like = old and "netflix-evacuation" or "netflix-nimble" }

at "5min" { down { "us-east" } }

local function of(name) return { service = "play", access = name, after = "5min" } end
expect "the outage is as long as the stages"  { restore(of "us-east"), old and ">= 43min" or ">= 7min" }
expect "and as the names that were given out" { restore(of "us-east"), old and "<= 47min" or "<= 9min" }
expect "who is elsewhere sees nothing"        { availability { service = "play", access = "eu-west" }, "== 100%" }
