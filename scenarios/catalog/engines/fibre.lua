-- A region that hangs on one fibre to the owner of its data is as available as that fibre.
--
-- What to look at: the interruptions come at random and last for hours; between them all is well. Users near `hub`
-- notice nothing. With MTTF 2326 h and MTTR 13 h the fibre works 99.4 % of the time in the mean; one run of a year
-- sees some four interruptions and may be well off that.
--
-- From: Meza et al., A Large Scale Study of Data Center Network Reliability, IMC 2018, section 6.2: the median vendor's
-- links fail every 2326 h and are repaired after 13 h; section 6.1: the median edge node, 1710 h and 10 h.
scenario "fibre" { duration = "365d", window = "10d", seeds = "1..3" }

region "hub" {}
region "branch" {}
region "shop" {}
link { "hub", "branch", rtt = "30ms", name = "fibre" }
link { "hub", "shop", rtt = "30ms" }
link { "branch", "shop", rtt = "30ms" }

users "all" { count = 1000, home = { hub = 1 }, access = { hub = 0.34, branch = 0.33, shop = 0.33 } }
data "account" { channels = { replicate "mysql" {} } }
service "pay" { writes = "account" }
workload { pay = "600/day" }

at "0s" {
  fails "fibre" { "fibre" },
  fails "edge-node" { "shop" },
}

expect "near the owner nobody notices" { availability { service = "pay", access = "hub" }, "== 100%" }
expect "one fibre is no three nines" { availability { service = "pay", access = "branch" }, "< 99.9%" }
expect "but two nines or nearly" { availability { service = "pay", access = "branch" }, ">= 97%" }
expect "nothing is lost, it waits" { lost { data = "account" }, "== 0" }
