scenario "trial" { duration = "10min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "session" { lifetime = "1h", owner = "any", channels = { quorum {} } }
service "page" { reads = "session" }
workload { page = "10/s" }
