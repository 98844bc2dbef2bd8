-- GitHub, 22 December 2012: a network that stood still for 90 seconds, and file servers that shot each other when it woke.
--
-- Files are kept by pairs: one server serves them, the other has a copy, each watches its partner and has it switched off
-- before it takes over (STONITH). For 90 s no message passes. Who has heard nothing for its dead-time gives the order; it
-- waits in the network like everything else. When the network wakes, both orders of a pair arrive, and both servers go dark.
-- What to look at: the timeline at 150 s, and which pairs were served afterwards.
--   --set freeze=25s            shorter than every dead-time: nothing happens; 130s: no pair is left
--   --set order="own line"      orders do not pass the frozen network: the first one wins, the survivor serves
--   --set order=maintenance     nobody watches during the work on the switches: 90 s of errors, and that is all
--
-- *calibrated illustration*: dead-times are not published. Exact all the same: a pair with a shorter one than the freeze loses both.
-- Published inputs: traffic between access switches stood still for about 90 s while software on an aggregation switch was
--   upgraded; pairs in different racks, Heartbeat, Pacemaker and DRBD; the partner is fenced before a takeover (1).
-- Free inputs: five dead-times from 30 s to 120 s, and how often partners ask each other (both chosen; not published).
-- Published outcomes checked: many pairs lost both servers, when the orders came through (1, 2); others lost none.
--   Counterfactuals as GitHub announced them: maintenance mode for the pairs before work on the network; less dependence of
--   the pairs on the network (2).
-- Left out: more than 5 h until it was clear which server of each pair had served last (here they stay dark); a copy goes
--   to every server here, only the partner's counts and only the partner takes over.
-- (1) GitHub, Downtime last Saturday, github.blog, 26 December 2012. (2) The same, as told by Bailis and Kingsbury, The
-- Network is Reliable, 2013, and by github.com/icco/postmortems.
local freeze = choice "freeze" { "90s", "25s", "130s" }
local order = choice "order" { "network", "own line", "maintenance" }
local frozen = tonumber(freeze:sub(1, -2))
local dead_times = { 30, 60, 80, 100, 120 } -- seconds

scenario "github-2012" {
  about    = "Pairs of servers that cannot see each other for 90 s switch each other off.",
  duration = "10min", settle = "10s", window = "10s", seeds = "1..5",
}

local all = {}
local function node(name)
  region(name) {}
  for _, other in ipairs(all) do
    link { other, name, rtt = "200us", name = other .. " " .. name, risk = "aggregation switches" }
  end
  all[#all + 1] = name
end

node "web"
for i, dead in ipairs(dead_times) do
  local a, b, files = "fs" .. i .. "a", "fs" .. i .. "b", "files " .. i
  node(a)
  node(b)
  link { a, b, rtt = "200us", name = "power line " .. i }
  users("of pair " .. i) { count = 1000, home = { [a] = 1 }, access = { web = 1 } }
  data(files) { owner = "single", owner_region = a, channels = {
    replicate { mode = "semi-sync", voters = { a, b }, reconnect = "1s" } } }
  service("push " .. i) { writes = files, deadline = "2s" }
  workload { ["push " .. i] = "2/s", users = "of pair " .. i }
  for self, partner in pairs(order ~= "maintenance" and { [a] = b, [b] = a } or {}) do
    failover(self .. " watches " .. partner) {
      seat = self, watch = { partner }, candidates = { self }, data = files, push = "0s",
      detect = probe { every = "2s", failures = dead // 2, timeout = "1s" },
      fence = stonith { via = order == "own line" and "power line " .. i or nil },
    }
  end
end

at "1min" { jam { "aggregation switches", lasts = freeze } }

during "0s..55s" { expect "all is well before" { availability { service = "push 1" }, "== 100%" } }
for i, dead in ipairs(dead_times) do
  local both = dead < frozen and order == "network"
  during "200s..10min" {
    expect("dead-time " .. dead .. " s") { availability { service = "push " .. i }, both and "== 0%" or "== 100%" } }
end
