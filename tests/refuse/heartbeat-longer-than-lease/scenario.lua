scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms", name = "trunk" }
users "all" { count = 1000 }
data "account" { owner = "single", owner_region = "east", channels = { consensus "etcd" { heartbeat = "1s" } } }
data "session" { owner = "single", owner_region = "east", channels = { consensus { heartbeat = "3s", election = "4s", lease = "2s" } } }
service "login" { reads = { "account", "session" } }
workload { login = "10/s" }
