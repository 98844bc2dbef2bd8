-- Asking every region: finds what was made anywhere, at the price of a question to each; home does not know it.
--
-- What to look at: accounts are made where people happen to be and are not copied; half of the people are elsewhere
-- when they log in. With `ask = "all"` every other region is asked at once and everybody is found. With
-- `--set ask=home` the home region is asked, which is where the account was made for one in three: the others are
-- told that there is no such account. With `--set ask=hint` the account's number names the region, and one question
-- is enough: compare the bytes between regions in the report's costs.
-- Figures: chosen.
-- not an engine
local ask = choice "ask" { "all", "home", "hint" }
scenario "read-secondary-all" {
  about = "Three regions; accounts live where they were made. Whom to ask about a stranger?",
  duration = "3min", window = "5s", seeds = "1..3",
}
region "north" {}
region "south" {}
region "west" {}
link { "north", "south", rtt = "40ms" }
link { "north", "west", rtt = "60ms" }
link { "south", "west", rtt = "80ms" }
users "people" { count = 1e6, home = "hash" }

data "account" {
  key = "phone", change = "create-only", owner = "any",
  read = { "local", secondary { ask = ask, timeout = "300ms" } },
}
service "register" { writes = "account", followed_by = { "login", after = exponential "5s", elsewhere = "50%" } }
service "login" { reads = "account" }
workload { users = "people", register = "40/s" }

-- At home: of the half that are elsewhere, home has it for one in three.
local found = { all = "== 100%", home = "<= 70%", hint = "== 100%" }
expect "strangers are found" { availability { service = "login" }, found[ask] }
expect "within a round trip" { latency { service = "login", quantile = "99%" }, "<= 180ms" } -- and the user's own
