scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
region "north" {}
link { "east", "west", name = "trunk" }
link { "west", "north" }
link { "east", "north" }
users "all" { count = 1000 }
data "account" {}
service "login" { reads = "account", writes = "account" }
workload { login = "10/s" }
at "1min" { corrupt_replica { "account", region = "east" }, lose { "west" } }
