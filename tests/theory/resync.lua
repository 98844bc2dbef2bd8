-- Histories, buffers and reports of a source (tests/theory/test_resync.c gives the laws).
--
--   case = history   writes at equal distances; the connection is reset for `k` of them, where
--                    `away` names k: at the threshold floor(2^20 / size), beside it, far from it
--   case = buffer    100 writes of 100 kB per second and a full copy that takes `takes` in all;
--                    `long` names which of its three stages takes what the other two leave
local case = choice "case" { "history", "buffer" }
local row = choice "row" { "1", "2", "3", "4" }
local away = choice "away" { "half", "less", "one less", "at", "one more", "more", "double" }
local history = choice "history" { "1MiB", "2MiB" }
local long = choice "long" { "load", "snapshot", "transfer" }
local takes = choice "takes" { "20s", "26s", "26.8s", "26.88s", "27.5s", "40s" }
local buffer = choice "buffer" { "256MiB", "512MiB" }

local rows = { ["1"] = { 100, 200 }, ["2"] = { 1000, 200 }, ["3"] = { 5000, 200 }, ["4"] = { 10000, 500 } }
local rate, size = rows[row][1], rows[row][2]
if case == "buffer" then rate, size = 100, 100000 end
local edge = 1048576 // size
local k = ({ half = edge // 2, less = edge * 99 // 100, ["one less"] = edge - 1, at = edge,
             ["one more"] = edge + 1, more = edge * 101 // 100, double = 2 * edge })[away]
if case == "buffer" then k = 20 end
local gap = 1000000000 // rate -- ns

-- 1 GB in so many nanoseconds: two stages take 5 s each, the third the rest.
local rest = ({ ["20s"] = 10000, ["26s"] = 16000, ["26.8s"] = 16800, ["26.88s"] = 16880,
                ["27.5s"] = 17500, ["40s"] = 30000 })[takes]
local function speed(stage)
  return (8000000000000 // (long == stage and rest or 5000)) .. "bps"
end

scenario "resync" {
  duration = case == "buffer" and "120s" or (2000000000 + k * gap) .. "ns", settle = "1s",
}
region "a" {}
region "b" {}
link { "a", "b", rtt = "2us", bandwidth = case == "buffer" and speed "transfer" or "1000000Gbps" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
data "item" {
  size = size .. "B", owner = "single", owner_region = "a",
  channels = { replicate {
    reconnect = "0s", history = history, dataset = "1GB", buffer = buffer,
    snapshot_rate = speed "snapshot", load_rate = speed "load",
  } },
}
service "write" { writes = "item", work = "0ms" }
workload { write = rate .. "/s", shape = "even" }
-- Between two writes, so that exactly k of them fall into the cut.
at((1000000000 + gap // 2) .. "ns") { cut { "a-b", how = "reset", lasts = k * gap .. "ns" } }
