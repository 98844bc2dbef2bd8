-- Partial quorums, PBS (tests/theory/test_quorum.c gives the laws and the checks).
--
-- Every record is written once and read once, t after its acknowledgement. Four times are drawn for
-- each replica: W (write out), A (ack back), R (read out), S (answer back). With w the W-th smallest
-- of W + A, the read is consistent iff one of the first R answers, by R + S, has w + t + R >= W.
--
-- `at` is t in percent of `base`: the t at which 99.9 % of reads are consistent, for R and W of one
-- to three replicas; 20 M trials, Bailis et al., VLDB 2012, repeated. "+" adds 10 ms.
local store = choice "store" { "pbs-disk", "pbs-ssd" }
local n     = tonumber(choice "n" { "3", "1", "2", "10" })
local read  = choice "read" { "one", "two", "three" }
local write = choice "write" { "one", "two", "three" }
local slow  = choice "slow" { "no", "yes" } -- writes to replicas take 5 % longer: a control
local percents = { "+" }
for i = 0, 120 do percents[i + 2] = tostring(i) end
local at    = choice "at" (percents)

local base = ({
  ["pbs-ssd one one"] = 1970, ["pbs-ssd one two"] = 1860,
  ["pbs-disk one one"] = 52200, ["pbs-disk one two"] = 48400, ["pbs-disk two one"] = 14100,
})[store .. " " .. read .. " " .. write] or 0
local t = at == "+" and 10000000 or base * 10 * tonumber(at) + 1 -- ns; 1 ns: just after

local given = { replicas = n, read = read, write = write }
if slow == "yes" then
  given.deliver = mixture { { 0.38, pareto { least = "1.1025ms", alpha = 1.51 } },
                            { 0.62, exponential "5737705ns" } }
end

scenario "quorum" { duration = "25s", settle = "1min", window = "30s", seeds = "1..8" }
region "a" {}
users "u" { count = 1e11, network = "0ms" }
data "item" { channels = { quorum(store)(given) } }
service "write" { writes = "item", work = "0ms", threads = 1000000, deadline = "1min",
                  followed_by = { "read", after = string.format("%dns", t) } }
service "read" { reads = "item", work = "0ms", threads = 1000000, deadline = "1min" }
workload { write = "20000/s" }
