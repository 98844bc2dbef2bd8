scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms", name = "trunk" }
users "all" { count = 1000 }
data "account" { owner = "single", owner_region = "east", channels = { consensus { voters = "west" } } }
data "session" { channels = { consensus { voters = "west" } } }
service "login" { reads = { "account", "session" } }
workload { login = "10/s" }
