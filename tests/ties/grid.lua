-- A world in which everything meets: all that takes time takes a multiple of 20 ms, and the agenda of the test puts the
-- rest off to the next one. Small enough that whatever meets touches the same few things. `variant` is set by the test.

local function ms(n) return string.format("%dms", n + 20 * variant) end

local function meets(name, what)
  service(name) {
    reads = what.reads, writes = what.writes, followed_by = what.followed_by, unknown = what.unknown,
    work = "20ms", threads = 2, queue = 3, deadline = what.deadline or "100ms", timeout = what.timeout, retry = what.retry,
  }
end

region "a" { zones = 2 }
region "b" { zones = 2 }
region "c" {}
link { "a", "b", rtt = "40ms", bandwidth = "1000000Gbps" }
link { "a", "c", rtt = "40ms", bandwidth = "1000000Gbps" }
link { "b", "c", rtt = "40ms", bandwidth = "1000000Gbps" }

users "u" {
  count = 12, home = { a = 1, b = 1, c = 1 }, access = { a = 1, b = 1 }, network = "0ms", resolver = dns { ttl = "100ms" },
  retry = { attempts = 3, backoff = "40ms", budget = "100%" },
  returns = "30%", return_after = "60ms",
  connection = connection { "login", notice = "40ms", backoff = "40ms", cap = "80ms" },
}

data "item" {
  channels = { replicate { reconnect = "100ms", notice = "100ms", apply = "20ms" } },
  read = { "local", secondary { timeout = "40ms", lookup = "20ms", retry = retry { attempts = 2, backoff = "20ms", budget = "100%" } } },
}
data "loose" { idempotent = false, channels = { replicate { in_order = false, reconnect = "100ms" } } }
data "semi" {
  channels = { replicate { mode = "semi-sync", fallback = "60ms", reconnect = "100ms", notice = "100ms" } },
}
data "copied" {
  channels = { replicate { history = "400B", dataset = "1kB", snapshot_rate = "1Mbps", load_rate = "1Mbps",
                           reconnect = "100ms", notice = "100ms" } },
}
data "post" {
  channels = { queue { outbox = false, acks = "all", replicas = 3, min_isr = 2, send_timeout = "60ms", backoff = "20ms",
                       election = "100ms", isr_lag = "100ms", consumers = 2, redeliver = 1, apply = "20ms" } },
}
data "cart" {
  channels = { quorum { replicas = 3, write = "each_quorum", read = "quorum", speculate = "20ms", repair = "300ms",
                        hint_check = "100ms", write_timeout = "80ms", read_timeout = "80ms", notice = "100ms" } },
}
data "acct" { channels = { consensus { heartbeat = "100ms", election = "300ms" } } }
data "prom" {
  owner = "provisional", change = "create-only", key = "phone", unique = true, keys = 40,
  channels = { replicate { reconnect = "100ms" } },
}
data "sess" {
  losable = true, owner = "any",
  read = { "local", back_source { timeout = "60ms" }, regenerate { cost = "20ms" } },
}
data "token" {
  losable = true, owner = "any", read = { "local", regenerate { by = "login" } },
}
data "conf" {
  owner = "any", keys = 3, conflict = "interrupt", operator = "100ms",
  channels = { replicate { multi_master = true, reconnect = "100ms" } },
}

meets("item", { reads = "item", writes = "item", followed_by = { "sess", after = constant "40ms" },
                 unknown = "20%" })
meets("loose", { writes = "loose", timeout = "60ms", deadline = "160ms",
                  retry = retry { attempts = 2, backoff = "20ms", budget = "100%" } })
meets("semi", { writes = "semi" })
meets("copied", { writes = "copied" })
meets("post", { writes = "post" })
meets("cart", { reads = "cart", writes = "cart" })
meets("acct", { writes = "acct" })
meets("prom", { writes = "prom" })
meets("sess", { reads = { "sess", "token" } })
meets("login", { writes = { "sess", "token" } })
meets("conf", { writes = "conf" })
workload {
  item = variant % 2 == 0 and "50/s" or "20/s", loose = "10/s", semi = "10/s", copied = "10/s", post = "10/s", cart = "10/s",
  acct = "10/s", prom = "10/s", conf = "30/s", sess = "10/s", users = "u", shape = "even",
}

failover "robot" {
  detect = probe { every = "100ms", timeout = "40ms", failures = 3 }, push = "100ms", warmup = "100ms",
  fence = lease "300ms",
}

for k = 0, 5 do
  at(ms(200 + 400 * k)) { cache_flush { "sess", may_miss = true }, cache_flush { "token", may_miss = true } }
  at(ms(1300 + 200 * k)) { switch { from = k % 2 == 0 and "a" or "c", to = k % 2 == 0 and "c" or "a", push = "60ms", may_miss = true } }
end
at(ms(400)) { cut { "a-b", lasts = "200ms" } }
at(ms(100)) { duplicate { "a", lasts = "2500ms", may_miss = true, share = "50%", within = "100ms" } }
at(ms(600)) { flap { "b-c", every = "80ms", down = "40ms", lasts = "300ms", how = "reset", may_miss = true } }
at(ms(700)) { crash { "post", region = "a", part = "broker", lasts = "200ms", may_miss = true } }
at(ms(800)) { replica_down { "cart", region = "a", count = 2, lasts = "200ms", may_miss = true } }
at(ms(300)) {
  bad_change { service = { "loose", "item" }, errors = "30%", factor = 2, waves = 3, interval = "40ms", lasts = "2s", may_miss = true },
}
at(ms(1000)) { restart { "c", lasts = "100ms", warmup = "100ms", may_miss = true } }
at(ms(1700)) { down { "b", lasts = "600ms", may_miss = true } }
at(ms(60)) {
  slow { "conf", factor = 2, lasts = "60ms", when = busy { "item", above = "10%", over = "20ms" }, times = 20, may_miss = true },
  slow { "conf", factor = 2, lasts = "80ms", when = busy { "conf", above = "10%", over = "20ms" }, times = 20, may_miss = true },
}
at(ms(2000)) { power_ramp { "c", over = "100ms", steps = 2, lasts = "200ms", may_miss = true } }

-- In half of the variants what is rare comes often.
if variant >= 12 then
  data "more" { channels = { consensus { heartbeat = "100ms", election = "300ms" } } }
  data "mail" { channels = { queue { outbox = false, acks = "all", replicas = 2, min_isr = 2, backoff = "20ms", election = "60ms" } } }
  meets("more", { writes = { "more", "mail" } })
  workload { more = "20/s", users = "u", shape = "even" }
  for _, name in ipairs { "first promise", "second promise" } do
    data(name) {
      owner = "provisional", change = "create-only", key = "phone", unique = true, keys = 40,
      channels = { replicate { reconnect = "100ms" } },
    }
  end
  data "tail" { channels = { quorum { repair = "300ms", hint_check = "100ms", notice = "100ms" } } }
  meets("pact", { writes = { "first promise", "second promise", "tail" } })
  workload { pact = "20/s", users = "u", shape = "even" }
  local alike = variant % 2 == 0
  failover "second" {
    data = "semi", push = alike and "100ms" or "40ms",
    detect = probe { every = alike and "100ms" or "60ms", timeout = alike and "40ms" or "20ms", failures = alike and 3 or 2 },
  }
  at(ms(1300)) { switch { from = "b", to = "c", push = "60ms", may_miss = true } }
  at(ms(120)) {
    flap { "a-b", every = "160ms", down = "40ms", lasts = "2s", may_miss = true },
    flap { "b-c", every = "120ms", down = "20ms", lasts = "2s", how = "reset", may_miss = true },
    crash { "mail", region = "a", part = "replicas", every = "100ms", lasts = "60ms", may_miss = true },
    crash { "post", region = "c", part = "broker", every = "240ms", lasts = "120ms", may_miss = true },
    crash { "mail", region = "b", part = "replicas", every = "100ms", lasts = "60ms", may_miss = true },
    crash { "post", region = "b", part = "broker", every = "240ms", lasts = "120ms", may_miss = true },
    crash { "cart", region = "b", every = "300ms", lasts = "100ms", may_miss = true },
    crash { "copied", region = "b", every = "400ms", lasts = "200ms", may_miss = true },
    bad_change { service = "conf", factor = 2, waves = 3, interval = "60ms", lasts = "400ms", every = "500ms", may_miss = true },
  }
end
