scenario "trial" { duration = "10min" }
region "east" {}
users "all" { count = 1000001, connection = connection { "door" } }
service "door" {}
workload { door = "10/s" }
