-- A leader and its voters: how long a commit waits, and how long a group is without a leader.
--
-- commit: the k-th fastest of the other voters' round trips, k = voters / 2: for 3 voters the first of two, for 5 the
-- second of four. Constant round trips give it exactly; with one-way delays exponential of mean D the first of two
-- round trips (each Erlang-2 of mean 2 D) has mean 5/8 of 2 D.
-- election: the first of n voters whose time-outs are uniform in e..2e after the last heartbeat they heard:
-- e + e / (n + 1), and a round trip for the votes. The last heartbeat came H / 2 before the end on average.

local voters = tonumber(choice "voters" { "3", "5" })
local delays = choice "delays" { "constant", "exponential", "short" }
local drift = choice "drift" { "none", "slow-leader" }
local lease = choice "lease" { "none", "bare", "guarded" }
local ends = choice "ends" { "never", "lose", "cut" }

scenario "consensus" { about = "Commits and elections.", duration = "60s", settle = "10s", seeds = "1" }

local rtts = { "30ms", "50ms", "80ms", "200ms" }
if voters == 3 then rtts = { "50ms", "150ms" } end
region "leader" { clock_drift = drift == "slow-leader" and "-10ms" or "0ms" }
local names = {}
for i = 1, voters - 1 do
  names[i] = "v" .. i
  region(names[i]) { clock_drift = drift == "slow-leader" and "10ms" or "0ms" }
  if delays == "constant" then
    link { "leader", names[i], rtt = rtts[i], risk = "around" }
  elseif delays == "exponential" then
    link { "leader", names[i], latency = exponential "40ms", risk = "around" }
  else
    link { "leader", names[i], rtt = "2ms", risk = "around" }
  end
  for j = 1, i - 1 do link { names[i], names[j], rtt = "2ms" } end
end

users "all" { count = 1000, home = { leader = 1 }, access = { leader = 1 }, network = "0ms" }
data "log" {
  keys = 1000, owner = "single", owner_region = "leader",
  channels = { consensus {
    heartbeat = "10ms", election = "1s", apply = "0ms",
    lease = lease == "none" and "0s" or "9s", lease_guard = lease == "guarded" and "200ms" or "0s",
  } },
}
service "put" { writes = "log", deadline = "10s", work = "0ms" }
workload { put = "0.2/s" }

if ends == "lose" then at "30s" { lose "leader" } end
if ends == "cut" then at "30s" { cut { "around", lasts = "25s" } } end
