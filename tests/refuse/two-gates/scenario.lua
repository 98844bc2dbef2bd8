scenario "trial" { duration = "1min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "page" { channels = { replicate { min_replicas = 1 }, replicate { min_replicas = 1 } } }
service "edit" { reads = "page", writes = "page" }
workload { edit = "1/s" }
