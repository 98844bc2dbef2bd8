-- Version check: whoever edits what has changed since they read it is refused, and nothing is lost.
--
-- Each record has one owner. A change names the version its writer has read, and the owner refuses it if it holds another.
-- Writers near the owner read the owner's own store; those in Shanghai read a copy that is 30 ms old, and pay for it.
-- What to look at: failures for "conflict" in the report, more of them in Shanghai; --set retry=yes tries again after
-- reading again. overwritten is 0: this is the price of it. Writers who try again with what they had read would not help.
-- Figures: all chosen.
-- not an engine
local again = choice "retry" { "no", "yes" }

scenario "conflict-version" {
  about = "Compare-and-set at the owner: stale writers are refused, nothing is overwritten unseen.",
  duration = "2min", settle = "10s", seeds = "1..5",
}
region "beijing" {}
region "shanghai" {}
link { "beijing", "shanghai", rtt = "60ms" }

users "editors" {
  count = 1e6, access = { beijing = 1, shanghai = 1 },
  retry = again == "yes" and { attempts = 4, budget = "100%", backoff = "100ms" } or { attempts = 1 },
}
data "page" {
  keys = 100, owner = "single", owner_region = "beijing", conflict = "version",
  channels = { replicate "mysql" { apply = "0ms" } },
}
service "edit" { reads = "page", writes = "page", work = "5ms" }
workload { edit = "100/s" }

expect "nothing is overwritten unseen" { overwritten { data = "page" }, "== 0" }
expect "nothing is lost"               { lost { data = "page" }, "== 0" }
if again == "no" then
  expect "near the owner few are refused" { availability { service = "edit", access = "beijing" }, ">= 98%" }
  expect "far from it more are"           { availability { service = "edit", access = "shanghai" }, "< 97%" }
else
  expect "reading again helps both"       { availability { service = "edit" }, ">= 99%" }
end
