scenario "trial" { duration = "10min" }
region "a" {}
users "all" { count = 1000 }
data "d" {}
service "s" { reads = "d" }
workload { s = "10/s" }
at "1min" { replica_down { "d", region = "a" } }
