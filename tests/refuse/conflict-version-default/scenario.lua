scenario "trial" { duration = "1min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "page" { conflict = "version", channels = { replicate {} }, read = { "local", fallback {} } }
service "edit" { reads = "page", writes = "page" }
workload { edit = "1/s" }
