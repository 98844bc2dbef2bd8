scenario "trial" { duration = "10min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "session" { losable = true, read = { "local", regenerate { by = "login" } } }
service "login" {}
service "page" { reads = "session" }
workload { page = "10/s" }
