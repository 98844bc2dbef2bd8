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
data "cart" { channels = { quorum {} } } at "1min" { pause { "east", lasts = "10s" } }
