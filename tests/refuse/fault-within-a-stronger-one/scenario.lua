scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
link { "east", "west", name = "trunk" }
users "all" { count = 1000 }
data "account" { channels = { replicate "mysql" {} } }
service "login" { reads = "account", writes = "account" }
workload { login = "10/s" }
at "1min"  { cut { "trunk", lasts = "1min" } }
at "70s"   { cut { "trunk", lasts = "50s" } }
at "70s"   { cut { "trunk", lasts = "51s" } } -- a second longer: legal
at "80s"   { degrade { "east", latency = "1s", lasts = "10s" } }
at "3min"  { cut { "trunk", how = "reset", lasts = "1min" } }
at "200s"  { isolate { "east", lasts = "10s" } } -- silent over a reset: legal
at "5min"  { down { "east", lasts = "1min" } }
at "320s"  { down { "east", lasts = "10s" } }
at "320s"  { cut { "trunk", lasts = "10s" } } -- what it had sent is on the way: legal
at "7min"  { crash { "account", region = "west", lasts = "1min" } }
at "7min"  { crash { "account", region = "west", lasts = "1min" } }
at "450s"  { disk_full { "account", region = "east" } }
at "455s"  { read_only { "account", region = "east" } }
at "460s"  { pause { "west", service = "login", lasts = "10s" } }
at "465s"  { pause { "west", lasts = "1s" } } -- all of it: legal
