scenario "trial" { duration = "10min", settle = "5min" }
region "east" { zones = 2 }
region "west" { zones = 2 }
link { "east", "west", jitter = lognormal { median = "3ms", sigma = "0.8" } }
link { "east", "west", name = "b", jitter = uniform { "9ms", "3ms" } }
users "all" { count = 1000 }
data "account" { channels = { replicate "mysql" {} } }
service "login" { reads = "account", writes = "account" }
workload { login = "10/s" }
