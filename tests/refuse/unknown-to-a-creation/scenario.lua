scenario "trial" { duration = "10min", settle = "5min" }
region "east" { zones = 2 }
region "west" { zones = 2 }
link { "east", "west", rtt = "30ms", name = "trunk" }
users "all" { count = 1000 }
data "account" { change = "create-only" }
service "login" { reads = "account", writes = "account", unknown = "5%" }
workload { login = "10/s" }
