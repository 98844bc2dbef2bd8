-- Login surge: a failover that every request survives, until all the users who were moved have to log in again.
-- not an engine
--
-- A session lives for 30 min in the region where its user logged in. Each region has 20,000 users who ask once in 20 s, and
-- about 11 of them a second find their session expired and log in: that is what the login service knows. When north
-- loses power, its users are moved within seconds, to a region that can serve them all. It does not know a single one of
-- their sessions: at their next request each of them logs in, 1000 a second at first. The queue of logins is full for
-- longer than anybody waits, users who try again come on top, and no component is broken.
-- What to look at: "which service stayed up": login fails because its queue is full; "who was hit": forced logins.
--   --set sessions=token      signed tokens that any region can check: the same failover is over with the names
--   --set sessions=shared     sessions replicated to the other region: those who have logged in of late keep them
--
-- Figures: users, rates, capacity, lifetime of a session (chosen). Logins n seconds after the switch: N v exp(-v n), v the
-- rate of one user; the first are v * lifetime = 90 times as many as before (tests/theory/test_clients.c).
local sessions = choice "sessions" { "local", "shared", "token" }
local good = sessions ~= "local"

scenario "login-surge" {
  about    = "Sessions that die with their region turn a failover into a surge of logins.",
  duration = "5min", settle = "20s", seeds = "1..3",
}

region "north" {}
region "south" {}
link { "north", "south", rtt = "30ms" }
for _, place in ipairs { "north", "south" } do
  users("near " .. place) {
    count = 20000, home = { [place] = 1 }, access = { [place] = 1 }, resolver = dns { ttl = "5s", ignore = "0%" },
    retry = retry { attempts = 3, budget = "100%", elsewhere = "0%" },
  }
  workload { page = "1000/s", users = "near " .. place }
end

data "credential" { channels = { replicate {} } }
data "session" {
  owner = "any", losable = sessions == "local", lifetime = "30min",
  channels = sessions == "shared" and { replicate "redis" { multi_master = true } } or nil,
  read = { "local", regenerate { by = "login" } },
}
service "login" { reads = "credential", writes = "session", work = "200ms", threads = 40, queue = 1000, deadline = "2s" }
service "page"  { reads = sessions ~= "token" and "session" or nil, work = "2ms", threads = 20, deadline = "5s" }
failover "control" { detect = probe { every = "2s", failures = 3 }, push = "1s" }

at "1min" { down { "north" } }

during "10s..55s" { expect "sessions expire, users log in" { availability { service = "page" }, ">= 99.9%" } }
during "75s..120s" {
  expect "the minute after the switch" { availability { service = "page", users = "near north" }, good and ">= 99%" or "<= 80%" },
}
