-- Thesis 4: 100 % does not exist.
--
-- A region with a third of the users is lost without warning. Everything asynchronous loses its
-- last moments, and login is away until names point elsewhere. The point is not to avoid that but
-- to know it: how many of ten million users are hit, what they lost, and who they are. The
-- compensation list names them one by one, the gravest first.
-- What to look at: "who was hit" and "whom to compensate" in the report.

scenario "thesis-4-accepted-loss" {
  about    = "A region is lost; a small loss is accepted, counted, and every user hit is named.",
  duration = "6min", warmup = "30s", settle = "4min",
  seeds    = "1..5",
}

region "hangzhou" {}
region "beijing" {}
region "shenzhen" {}
links(preset "china" { "hangzhou", "beijing", "shenzhen" })

users "cn" { count = 10e6, resolver = dns { ttl = "60s", ignore = "0%" }, retry = { attempts = 3, elsewhere = "100%" } }

data "profile" { recoverable = true, channels = { replicate "mysql" {} } }
data "session" { losable = true, read = { "local", back_source { timeout = "200ms" }, regenerate { cost = "80ms" } } }

service "login"   { reads = "profile", writes = "session", deadline = "1s", core = true }
service "profile" { reads = "session", writes = "profile", deadline = "1s", threads = 1024 }

workload { login = "10e6/day", profile = "2000/s" }

failover "gslb" { detect = probe { every = "5s", failures = 3 }, decide = automatic "0s", push = "5s" }

at "2min" { lose "hangzhou" }

expect "99.9 % of users keep what they have" { users_hit {}, "<= 0.1%" }
expect "few writes are lost"                 { lost {}, "<= 10" }
expect "something is lost, though"           { users_hit {}, "> 0%" }
expect "login is back within two minutes"    { restore { service = "login", after = "2min" }, "<= 2min" }
expect "profiles are, too"                   { restore { service = "profile", after = "2min" }, "<= 2min" }
