scenario "trial" { duration = "1min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "account" { channels = { replicate {} } }
service "register" { writes = "account" }
workload { register = "1/s" }
at "10s" { switch { from = "east", to = "west", when = busy { "register" }, times = 2 } }
