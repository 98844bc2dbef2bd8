-- Thesis 1: not every service can be geo-active.
--
-- The same registration is offered in two ways at once while two regions are cut apart for five
-- minutes. "register-home" asks the one region that owns the phone number: it never gives a number
-- away twice, and fails for everybody whose home is behind the cut. "register-anywhere" accepts at
-- the nearest region: it never fails, and gives numbers away twice, because some people try again
-- from another region. Login, which only reads, does not notice either way.
-- What to look at: the two availabilities in the cut, and duplicate owners (L5).

scenario "thesis-1-core-first" {
  about    = "Registration at home or anywhere, and login, while two regions are cut apart.",
  duration = "20min", warmup = "1min", settle = "5min",
}

region "beijing" {}
region "guangzhou" {}
links(preset "china" { "beijing", "guangzhou" })

users "cn" { count = 10e6 }

data "account-home" {
  key = "phone", unique = true, change = "create-only", recoverable = false, owner = "home",
  channels = { queue "rocketmq" {} }, conflict = "freeze",
}
data "account-anywhere" {
  key = "phone", unique = true, change = "create-only", recoverable = false, owner = "any",
  channels = { queue "rocketmq" {} }, conflict = "freeze",
}
data "password" { channels = { replicate "mysql" {} } }

service "register-home" {
  writes = "account-home", deadline = "2s", core = true,
  followed_by = { "again-home", after = exponential "30s", share = "5%", elsewhere = "100%" },
}
service "again-home" { writes = "account-home", deadline = "2s", core = true }
service "register-anywhere" {
  writes = "account-anywhere", deadline = "2s", core = true,
  followed_by = { "again-anywhere", after = exponential "30s", share = "5%", elsewhere = "100%" },
}
service "again-anywhere" { writes = "account-anywhere", deadline = "2s", core = true }
service "login" { reads = "password", deadline = "1s", core = true }

workload { ["register-home"] = "5/s", ["register-anywhere"] = "5/s", login = "50/s" }

at "5min" { cut { "beijing-guangzhou", lasts = "5min" } }

during "5min..10min" {
  expect "login stays up"                 { availability { service = "login" }, ">= 99.9%" },
  expect "registration at home stops"     { availability { service = "register-home" }, "<= 60%" },
  expect "registration anywhere stays up" { availability { service = "register-anywhere" }, ">= 99.9%" },
}
expect "home: no number is given away twice"    { duplicates { data = "account-home" }, "== 0" }
expect "anywhere: numbers are given away twice" { duplicates { data = "account-anywhere" }, "> 0" }
