scenario "trial" { duration = "10h", window = "1ms" }
region "east" {}
users "all" { count = 1000 }
data "account" {}
service "login" { reads = "account" }
workload { login = "10/s" }
