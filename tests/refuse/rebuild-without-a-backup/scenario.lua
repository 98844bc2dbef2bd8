scenario "trial" { duration = "1min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "account" { channels = { replicate {} } }
service "register" { writes = "account" }
workload { register = "1/s" }
failover "f" { failback = give_back { rebuild = "always" } }
