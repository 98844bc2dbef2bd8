-- Thesis 3: storage replication alone is a trap; combine.
--
-- Two kinds of account are created in one region and used from the other seconds later, while the
-- private line between them is cut for 150 seconds. "alone" has storage replication over that line:
-- nobody tells it that the line is back, so it waits for its own time-outs, and people who have
-- just registered cannot log in elsewhere. "combined" has replication, a queue over the public
-- network, and a second read at the owner for what has not arrived yet.
-- What to look at: the availability of the two logins in the cut, and the lag of the two classes.

scenario "thesis-3-combined" {
  about    = "Accounts by storage replication alone, and by replication, queue and second read together.",
  duration = "15min", warmup = "1min", settle = "5min",
}

region "beijing" {}
region "guangzhou" {}
link { "beijing", "guangzhou", name = "private", rtt = "41ms" }
link { "beijing", "guangzhou", name = "public",  rtt = "50ms", jitter = exponential "5ms", loss = "0.1%" }

users "cn" { count = 10e6 }

data "alone" {
  key = "phone", change = "create-only", unique = true, owner = "any", conflict = "freeze",
  channels = { replicate "mysql" { multi_master = true, via = "private" } },
  read = { "local" },
}
data "combined" {
  key = "phone", change = "create-only", unique = true, owner = "any", conflict = "freeze",
  channels = { replicate "mysql" { multi_master = true, via = "private" },
               queue "rocketmq" { via = "public" } },
  read = { "local", secondary { ask = "all", timeout = "300ms", via = "public" } },
}

service "register-alone"    { writes = "alone",    followed_by = { "login-alone",    after = exponential "5s", elsewhere = "100%" } }
service "register-combined" { writes = "combined", followed_by = { "login-combined", after = exponential "5s", elsewhere = "100%" } }
service "login-alone"       { reads = "alone",     core = true }
service "login-combined"    { reads = "combined",  core = true }

workload { ["register-alone"] = "5/s", ["register-combined"] = "5/s" }

at "5min" { cut { "private", lasts = "150s" } }

during "5min..450s" {
  expect "alone: new users cannot log in elsewhere" { availability { service = "login-alone" }, "<= 20%" },
  expect "combined: they can"                       { availability { service = "login-combined" }, ">= 99.9%" },
}
expect "alone: minutes behind"   { lag { data = "alone" },    ">= 2.5min" }
expect "combined: seconds at most" { lag { data = "combined" }, "<= 3s" }
expect "nothing is lost"         { lost {}, "== 0" }
