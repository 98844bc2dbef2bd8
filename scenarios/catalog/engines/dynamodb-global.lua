-- DynamoDB global tables (eventual): an isolated replica keeps what it took, and ships it when it is back.
--
-- What to look at: virginia is cut off for ten minutes and goes on taking writes, as the others do.
-- Nothing is lost by the cut: what virginia took is stranded until the heal and then shipped.
-- But both sides may have written one item: the later clock wins, the other write is gone, and
-- nobody is told (`overwritten`). Changes of different items arrive in any order. If virginia is
-- destroyed meanwhile (end=lost), what it had not shipped is lost.
--
-- Figures: AWS, global tables: asynchronous, usually within a second, last writer wins for each
-- item, conflicts are not logged; an isolated replica ships its writes when it is back. Preset
-- "dynamodb-global". Chosen: the load, 20000 items.
local ending = choice "end" { "healed", "lost" }
local healed = ending == "healed"

scenario "dynamodb-global" {
  about    = "A replica that was cut off ships its writes later; of two writes to one item the later clock wins.",
  duration = "20min", settle = "2min", seeds = "1..5",
}

region "virginia" {}
region "ireland" {}
region "tokyo" {}
link { "virginia", "ireland", rtt = "70ms" }
link { "virginia", "tokyo", rtt = "150ms" }
link { "ireland", "tokyo", rtt = "210ms" }

users "all" { count = 3e6 }
data "item" { keys = 20000, owner = "any", channels = { replicate "dynamodb-global" {} } }
service "put" { writes = "item" }
service "get" { reads = "item" }
workload { put = "30/s", get = "60/s" }

at "5min" { cut { "virginia", lasts = "10min" } }
if not healed then at "14min" { lose "virginia" } end

expect "every region goes on" { availability { service = "put" }, healed and ">= 99.9%" or ">= 60%" }
expect "nothing is lost, or nine minutes of virginia's writes" { lost { data = "item" }, healed and "== 0" or ">= 3000" }
expect "but some writes were overwritten unseen" { overwritten { data = "item" }, healed and ">= 100" or ">= 1" }
expect "old items are read"                      { stale { data = "item" }, ">= 5%" }
