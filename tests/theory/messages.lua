-- What the hops of a message queue cost (tests/theory/test_queue.c gives the laws and the checks).
--
-- Poisson changes at rate L in region a; a queue carries them to b.
--   drain      a cut leaves a backlog B; the consumer takes C a second: gone B / (C - L) after the heal
--   retention  a cut of P, messages are kept for R: Poisson(L (P - R)) are dropped
--   flush      a broker that writes to disk every T loses power behind a cut: what came since its last
--              flush is gone, Poisson given that time, which is uniform in (0, T)
--   age        the same for one that writes what is older than F: Poisson(L F)
--   rewind     a mirror that notes its position every K breaks: what came since then comes twice,
--              Poisson given that time, which is uniform in (0, K)
--   dual       no outbox, a broker away for W, attempts spread over S: Poisson(L (W - S)) never leave
--   follow     the leader dies; its followers are D behind: Poisson(L D) acknowledged ones are dropped
local case = choice "case" { "drain", "retention", "flush", "age", "rewind", "dual", "follow" }
local apply = choice "apply" { "3333333ns", "3500000ns" } -- of drain: 300/s, and 5 % slower

local rate = { drain = "80/s", retention = "50/s", flush = "100/s", age = "100/s", rewind = "50/s",
               dual = "20/s", follow = "200/s" }
local carry = {
  drain     = queue { apply = apply, checkpoint = "0s" },
  retention = queue { retention = "10s", apply = "0ms", checkpoint = "0s" },
  flush     = queue { flush_every = "2s", apply = "0ms", checkpoint = "0s" },
  age       = queue { flush = "1s", apply = "0ms", checkpoint = "0s" },
  rewind    = queue { checkpoint = "10s", apply = "0ms" },
  dual      = queue { outbox = false, send_timeout = "3s", attempts = 3, backoff = "1ms", apply = "0ms",
                      checkpoint = "0s" },
  follow    = queue { acks = "leader", replicas = 3, follow = "100ms", apply = "0ms", checkpoint = "0s" },
}

scenario "messages" { duration = case == "drain" and "1000s" or "60s", settle = "40s", window = "10s" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "2ms", bandwidth = "1000000Gbps" }
users "u" { count = 1e9, home = { a = 1 }, access = { a = 1 } }
data "item" { key = "phone", change = "create-only", idempotent = case ~= "rewind", channels = { carry[case] } }
service "write" { writes = "item", work = "0ms", threads = 100000 }
workload { write = rate[case] }

if case == "drain" then
  at "10s" { cut { "a-b", lasts = "625s" } } -- 50,000 wait
  expect "caught up" { catch_up { data = "item", after = "635s" }, "< 1000s" }
elseif case == "retention" then
  at "10s" { cut { "a-b", lasts = "30s" } }
elseif case == "flush" or case == "age" then
  at "10s" { cut { "a-b", lasts = "30s" } }
  at "20s" { crash { "item", region = "a", part = "broker", lasts = "5s", may_miss = true } }
elseif case == "rewind" then
  at "33s" { cut { "a-b", lasts = "2s" } }
elseif case == "dual" then
  at "20s" { crash { "item", region = "a", part = "broker", lasts = "20s" } }
elseif case == "follow" then
  at "20s" { crash { "item", region = "a", part = "broker", lasts = "20s" } }
end
