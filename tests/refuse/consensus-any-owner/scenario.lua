scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
link { "east", "west", rtt = "30ms", name = "trunk" }
users "all" { count = 1000 }
data "config" { owner = "any", channels = { consensus "etcd" {}, queue "kafka" {} } }
data "note"   { channels = { consensus "etcd" {} } }
failover "other" { data = "note" }
service "put" { writes = { "config", "note" } }
workload { put = "10/s" }
