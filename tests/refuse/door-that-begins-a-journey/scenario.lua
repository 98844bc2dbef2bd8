scenario "trial" { duration = "10min" }
region "east" {}
users "all" { count = 1000, connection = connection { "door" } }
service "door" { followed_by = { "page" } }
service "page" {}
workload { door = "10/s" }
