scenario "trial" { duration = "1min" }
region "a" {}
region "b" {}
link { "a", "b" }
users "all" { count = 1000 }
data "item" { channels = { replicate { min_replicas = 2 } } }
service "write" { writes = "item" }
workload { write = "10/s" }
