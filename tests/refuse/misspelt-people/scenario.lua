scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms", name = "trunk" }
users "all" { count = 1000 }
data "account" { channels = { replicate {} } }
service "login" { reads = "account", writes = "account" }
workload { login = "10/s" }
failover "on call" { like = "human-runbok" }
