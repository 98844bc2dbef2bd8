scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms", name = "trunk" }
users "all" { count = 1000, resolver = http_dns { cache = "20s" } }
service "login" {}
workload { login = "10/s" }
