-- The partition of redis-sentinel.lua, with a set that every node accepts and merges instead of one primary: the same
-- five clients add the same numbers, each at the node beside it, and after the heal not one is missing. Exactly zero.
-- `kind = lww`: one register that is written as often; the later clock wins, and most writes of the partition are gone.

local kind = choice "kind" { "set", "lww" }

scenario "jepsen-set" { about = "A set under a partition.", duration = "80s", settle = "1min", seeds = "1" }

local nodes = { "n1", "n2", "n3", "n4", "n5" }
for _, node in ipairs(nodes) do region(node) {} end
for i = 1, 5 do
  for j = i + 1, 5 do
    link { nodes[i], nodes[j], rtt = "1ms", name = "cluster " .. i .. "-" .. j,
           risk = (i <= 2 and j >= 3) and "between" or "within" }
  end
end
data "numbers" {
  keys = 1, owner = "any", conflict = kind,
  channels = { replicate { multi_master = true, notice = "60s", reconnect = "1s" } },
}
service "add" { writes = "numbers", deadline = "1s" }
for i, node in ipairs(nodes) do
  users("client " .. i) { count = 1, access = { [node] = 1 } }
  workload { add = "5/s", users = "client " .. i, shape = "even" }
end
at "2s" { cut { "between", lasts = "65.4s" } }
