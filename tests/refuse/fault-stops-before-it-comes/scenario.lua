scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
link { "east", "west", name = "trunk" }
users "all" { count = 1000 }
data "account" {}
service "login" { reads = "account", writes = "account" }
workload { login = "10/s" }
at "1min" { cut { "trunk", every = "2min", lasts = "1s", stops = "1min" } }
