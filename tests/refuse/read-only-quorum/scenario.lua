scenario "trial" { duration = "10min" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "30ms" }
users "all" { count = 1000 }
data "d" { owner = "any", channels = { quorum {} } }
service "s" { reads = "d", writes = "d" }
workload { s = "10/s" }
at "1min" { read_only { "d", region = "a" }, disk_full { "d", region = "b" } }
