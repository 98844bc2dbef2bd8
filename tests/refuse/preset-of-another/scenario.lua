scenario "trial" { duration = "10min", settle = "5min" }
region "east" { zones = 2 }
region "west" { zones = 2 }
link { "east", "west", rtt = "30ms", name = "trunk" }
users "all" { count = 1000 }
data "account" { channels = { replicate "Kafka" {} } }
data "profile" { channels = { "mysql" } }
service "login" { reads = "account", writes = "account" }
service "edit" { writes = "profile" }
workload { login = "10/s", edit = "1/s" }
