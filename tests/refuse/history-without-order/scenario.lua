scenario "trial" { duration = "1min" }
region "a" {}
region "b" {}
link { "a", "b" }
users "all" { count = 1000 }
data "item" { channels = { replicate { history = "1MiB", in_order = false } } }
service "write" { writes = "item" }
workload { write = "10/s" }
