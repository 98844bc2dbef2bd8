scenario "trial" { duration = "10min", settle = "5min" }
region "east" {}
region "west" {}
region "north" {}
link { "east", "west", name = "trunk", risk = "duct" }
link { "east", "north", risk = "duct" }
link { "west", "north" }
users "all" { count = 1000 }
data "account" { channels = { replicate "mysql" {} } }
service "login" { reads = "account", writes = "account" }
workload { login = "10/s" }
at "50s"  { cut { "trunk", lasts = "5min" } } -- begins before: legal
at "1min" { lose "east" }
at "2min" { lose "east" }
at "2min" { isolate "east" }
at "3min" { cut { "duct", mttf = constant "1min", mttr = constant "10s" } }
at "3min" { crash { "account", region = "east" } }
at "3min" { slow { "login", region = "east" } }
at "4min" { flap { "west", lasts = "1min" } } -- west-north, too: legal
at "4min" { lose { "east", may_miss = true } }
at "4min" { down { "east", name = "again" } }
at "5min" { slow { "login", when = begun { "again" } } }
