scenario "trial" { duration = "1min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "page" { conflict = "set", owner = "any", channels = { replicate { multi_master = true, flush = "1s" } } }
service "edit" { writes = "page" }
workload { edit = "1/s" }
