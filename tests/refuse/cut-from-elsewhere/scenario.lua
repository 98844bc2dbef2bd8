scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
region "north" {}
link { "east", "west", name = "trunk" }
link { "east", "north" }
link { "west", "north" }
users "all" { count = 1000 }
data "account" { channels = { replicate "mysql" {} } }
service "login" { reads = "account", writes = "account" }
workload { login = "10/s" }
at "1min" { cut { "trunk", from = "north" } }
