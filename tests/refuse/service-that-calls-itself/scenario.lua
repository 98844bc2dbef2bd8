scenario "trial" { duration = "10min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms" }
users "all" { count = 1000 }
service "front" { calls = "middle" }
service "middle" { calls = "back" }
service "back" { calls = "front" }
workload { front = "10/s" }
