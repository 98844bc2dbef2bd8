scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "account" { channels = { replicate { log_ahead = true } } }
service "login" { writes = "account" }
workload { login = "10/s" }
