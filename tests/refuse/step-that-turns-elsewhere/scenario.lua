scenario "trial" { duration = "10min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
data "record" { owner = "home", read = { "local", secondary { retry = retry { elsewhere = "10%" } } } }
service "look" { reads = "record", retry = retry "sdk" {} }
workload { look = "10/s" }
