scenario "trial" { duration = "1min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "phone" { key = "phone", change = "create-only", conflict = "home", channels = { replicate {} } }
service "register" { writes = "phone" }
workload { register = "1/s" }
