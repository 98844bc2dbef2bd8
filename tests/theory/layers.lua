-- Retries on every layer of a stack of services (tests/theory/test_overload.c gives the laws and the checks).
--
-- Users ask front, front calls middle, middle calls back, and back asks the other region for a record; each of the five
-- makes n attempts. A lower depth leaves out front, then middle, then the attempts of back. Nothing comes through, or each
-- message with its own chance.
local n     = choice "n" { 3, 4, 2 }
local depth = choice "depth" { 5, 4, 3, 2 }
local cut_off = choice "cut" { "yes", "no" }
local budget  = choice "budget" { "1000%", "10%" }

scenario "layers" { duration = "20s", settle = "600s", window = "20s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "1ms", loss = cut_off == "yes" and "0%" or "30%", bandwidth = "1000000Gbps" }
local tries = retry { attempts = n, budget = budget, backoff = "0ms" }
users "u" {
  count = 1e9, home = { a = 1 }, access = { b = 1 }, network = "0ms", patience = "1000s", resolver = dns { ignore = "0%" },
  retry = retry { attempts = n, budget = budget, backoff = "0ms", elsewhere = "0%" },
}
data "record" { owner = "home", read = { secondary { timeout = "1400us", retry = tries }, "fail" } }
local below
for i = 1, math.max(depth - 2, 1) do
  local name = ({ "back", "middle", "front" })[i]
  service(name) {
    reads = i == 1 and "record" or nil, calls = below, retry = depth > 2 and tries or nil,
    work = "0ms", threads = 1000000, deadline = "500s",
  }
  below = name
end
workload { [below] = "2/s", users = "u" }
if cut_off == "yes" then at "0s" { cut { "a-b" } } end
