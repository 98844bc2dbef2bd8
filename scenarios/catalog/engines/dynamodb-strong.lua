-- DynamoDB global tables, strongly consistent: no write is lost with a region, and every write pays for that.
--
-- What to look at: beside dynamodb-global.lua: the same three regions, the same loss of one. There a
-- write is done in a few milliseconds and its last second is lost with the region; here a write
-- waits for a second region before it is acknowledged, and nothing is lost.
--
-- Figures: AWS documentation, multi-region strong consistency (June 2025): three regions, RPO 0. How
-- it elects is not published: chosen.

scenario "dynamodb-strong" {
  about    = "Three regions, no loss, and a round trip for every write.",
  duration = "3min", settle = "1min", seeds = "1..3",
}

region "us-east-1" {}
region "us-east-2" {}
region "us-west-2" {}
links(preset "aws" { "us-east-1", "us-east-2", "us-west-2" })

users "all" { count = 10000, home = { ["us-east-1"] = 1 }, access = { ["us-east-1"] = 0.5, ["us-west-2"] = 0.5 },
              retry = { attempts = 1 } }
data "items" { owner = "single", owner_region = "us-east-1", channels = { consensus "dynamodb-strong" {} } }
service "put" { writes = "items", deadline = "1s" }
workload { put = "100/s" }

at "1min" { lose "us-east-1" }

expect "nothing acknowledged is lost"       { lost { data = "items" }, "== 0" }
expect "a write is never local"             { latency { service = "put", quantile = "50%" }, ">= 20ms" }
during "70s..170s" { expect "who is left goes on" { availability { service = "put", access = "us-west-2" }, "== 100%" } }
