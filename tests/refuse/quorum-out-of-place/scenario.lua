scenario "trial" { duration = "10min" }
region "a" {}
region "b" {}
link { "a", "b", rtt = "30ms" }
users "all" { count = 1000 }
data "two"    { channels = { quorum {}, replicate "mysql" {} } }
data "home"   { owner = "home", channels = { quorum {} } }
data "unique" { change = "create-only", unique = true, channels = { quorum {} } }
data "ask"    { channels = { quorum {} }, read = { "local", secondary {} } }
data "three"  { channels = { quorum { replicas = 1, write = "three" } } }
service "s" { reads = { "two", "home", "unique", "ask", "three" } }
workload { s = "10/s" }
expect "lag" { lag { data = "three" }, "< 1s" }
