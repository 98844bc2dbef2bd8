-- Siblings: after a partition a reader finds both versions, and whoever edits next settles it; nothing is discarded unseen.
--
-- Both regions edit the same records behind a cut of 30 s. Each change carries what its writer had seen (a version vector);
-- changes that had not seen each other stand side by side until one that had seen both replaces them.
-- What to look at: overwritten is 0 and no store ever holds more than one version of each region; conflicts counts the
-- changes that found another side by side. The price is not in the figures: every reader has to know what to do with two.
-- Figures: chosen.
-- not an engine
scenario "conflict-siblings" {
  about = "Version vectors: concurrent changes are all kept until somebody has seen them all.",
  duration = "90s", settle = "30s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
region "shenzhen" {}
link { "beijing", "shanghai", rtt = "30ms" }
link { "beijing", "shenzhen", rtt = "40ms" }
link { "shanghai", "shenzhen", rtt = "30ms" }

users "people" { count = 1e6, access = { beijing = 1, shanghai = 1, shenzhen = 1 } }
data "cart" { keys = 200, owner = "any", conflict = "siblings", channels = { replicate { multi_master = true, reconnect = "1s" } } }
service "put"  { writes = "cart" }
service "show" { reads = "cart" }
workload { put = "30/s", show = "60/s" }
at "20s" { cut { "shenzhen", lasts = "30s" } }

expect "nothing is discarded"                   { overwritten { data = "cart" }, "== 0" }
expect "nothing is lost"                        { lost { data = "cart" }, "== 0" }
expect "versions stand side by side"            { siblings { data = "cart" }, ">= 2" }
expect "at most one of each region"             { siblings { data = "cart" }, "<= 3" }
expect "hundreds of changes met one they had not seen" { conflicts { data = "cart" }, ">= 300" }
