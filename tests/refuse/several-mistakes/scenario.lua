scenario "several" {
  duration = "10m",   -- 1
  setle = "1min",     -- 2
}
region "east" { zones = 99 }          -- 3
regions "west" {}                     -- 4
link { "east", "west", rtt = 30 }     -- 5
users "all" { count = 10.5 }          -- 6
data "account" { change = "append" }  -- 7
service "login" { reads = 5 }         -- 8
counter = 1                           -- 9
at "1min" { lost { data = "account" } }   -- 10
expect "up" { availability {}, true }     -- 11, 12
