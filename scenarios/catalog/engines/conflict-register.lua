-- A register for each field: two people who edit different fields of one record at once both keep their edit.
-- not an engine
--
-- What to look at: the same writes to the same 50 records in both regions during a cut. One record as
-- a whole by the later clock: every edit of the other side is discarded. With a register for each of
-- eight fields an edit is discarded only if the other side changed the very same field.
--
-- Figures: chosen; that the later clock decides per cell is how Cassandra merges a row.

scenario "conflict-register" {
  about    = "Whole records against registers for each field, under the same partition.",
  duration = "3min", settle = "1min", seeds = "1..5",
}

region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "30ms" }

users "people" { count = 1e6, access = { beijing = 1, shanghai = 1 }, retry = { attempts = 1 } }
local both_ways = replicate { multi_master = true, reconnect = "1s" }
data "record" { keys = 50, owner = "any", conflict = "lww", channels = { both_ways } }
data "fields" { keys = 50, owner = "any", conflict = "register", fields = 8, channels = { both_ways } }
service "edit" { writes = { "record", "fields" } }
workload { edit = "4/s" }

at "1min" { cut { "beijing-shanghai", lasts = "1min" } }

expect "of whole records many edits are discarded" { overwritten { data = "record" }, ">= 60" }
expect "of fields some"                            { overwritten { data = "fields" }, "<= 50" }
expect "nothing is destroyed"                      { lost {}, "== 0" }
