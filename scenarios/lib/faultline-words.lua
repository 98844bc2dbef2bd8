---@meta
-- The words of Faultline's scenarios, for the Lua language server. Generated; do not edit.

---@class faultline.scenario
---@field about? string What the scenario shows, in a sentence.
---@field duration string How long users send requests, from time 0.
---@field warmup? string Requests issued before this time are played but not counted. Default: 0s.
---@field settle? string Time after the duration without new requests; losses are judged at its end. Default: 0s.
---@field window? string Width of the time windows in the result; by default about 180 windows in all.
---@field seeds? string The seeds that `check` runs: "1..20", "1,7,19" or both, with commas. Default: 1.
---@field max_events? number A run that needs more events ends as inconclusive. Default: 2000000000.
---@field max_pending? number A run with more pending events ends as inconclusive. Default: 16000000.

---The frame: name, duration, seeds.
---@param name string
---@return fun(fields: faultline.scenario): any
function scenario(name) end

---@class faultline.region
---@field zones? number Zones the region's threads are spread over; a zone can be lost alone. Default: 1.
---@field clock_offset? string How far the region's clock is ahead of true time right after a synchronisation. Default: 0ms.
---@field clock_drift? string How far the clock runs ahead per second: "200us" is 200 ppm. Default: 0us.
---@field clock_sync? string How often the drift is corrected. Default: 30s.

---A failure domain that serves users.
---@param name string
---@return fun(fields: faultline.region): any
function region(name) end

---@class faultline.link
---@field ends? string|string[] The two regions.
---@field name? string A name for faults and for `via`; a second link between the same regions needs one.
---@field rtt? string Round-trip time; each direction takes half. Default: 50ms.
---@field latency? any One-way delay as a distribution; replaces rtt.
---@field jitter? any Added to every one-way delay, drawn for each message. Default: 0ms.
---@field loss? string Share of packets lost; each is sent again, after a round trip, then after time-outs that double. Default: 0%.
---@field bandwidth? string Capacity of each direction, shared evenly by what is sending; messages queue for it. Default: 1Gbps.
---@field network? string A name that links of several pairs share; `via` may name it.
---@field risk? string Shared-risk group: links that one event cuts together.

---Two directed paths between two regions.
---@param fields string|faultline.link
---@return any
function link(fields) end

---@class faultline.users
---@field count number How many users; only those who act take memory.
---@field home? "hash"|table<string, number> Share of users whose home is each region, by hash of the user; "hash" (the default) is equal shares.
---@field access? "hash"|table<string, number> Share of users who live near each region and enter there; equal shares by default.
---@field resolver? any How users find a region. Default: dns.
---@field retry? any What users' software does after a failure; no retries by default.
---@field patience? string After this time since the first attempt nobody tries again. Default: 10s.
---@field network? string Round trip between a user and the region nearby; to another region the link comes on top. Default: 10ms.
---@field connection? any A connection that each user keeps open; none by default.
---@field returns? string Share of users who come back with the same request after it has failed for good; the others give up. Default: 0%.
---@field return_after? any How long after. Default: 1min.

---A cohort of users.
---@param name string
---@return fun(fields: faultline.users): any
function users(name) end

---@class faultline.dns
---@field ttl? string How long an answer is cached; every user's cache has its own phase. Default: 60s.
---@field ignore? string Share of users whose resolver overruns the TTL: 3/5 by up to 1 h, 1/5 by up to 1 day, 1/5 by up to 3 days. Default: 5%.
---@field connected? string Share of users with a connection that stays open: they ask for no name as long as the region has power. Default: 0%.

---Names resolved by DNS.
---@param fields string|faultline.dns
---@return any
function dns(fields) end

---@class faultline.http_dns
---@field cache? string How long an answer is cached: 120 s to 600 s, and never less than 60 s. Default: 120s.
---@field timeout? string A question without answer ends after this; then local DNS is asked. Default: 5s.
---@field seat? string The region whose power the service needs; by default an independent site that always answers.
---@field ttl? string How long local DNS caches an answer. Default: 60s.
---@field ignore? string Share of users whose local DNS overruns that, as with dns. Default: 5%.

---Names asked for over HTTP by the client's software.
---@param fields string|faultline.http_dns
---@return any
function http_dns(fields) end

---@class faultline.proxy
---@field push? string Longest time from the new rule to a proxy; every proxy has its own. Default: 5s.
---@field rule? "nearby"|"home" Where requests are passed on to. Default: nearby.

---A tier of proxies near the users, with an address that never changes.
---@param fields string|faultline.proxy
---@return any
function proxy(fields) end

---@class faultline.retry
---@field attempts? number Attempts per request, the first included. Default: 3.
---@field budget? string Retries allowed, as a share of first attempts, per cohort and service. Default: 10%.
---@field backoff? string The wait before attempt k+1 is uniform in [0, min(cap, backoff * 2^(k-1))]. Default: 100ms.
---@field cap? string Longest such wait. Default: 1s.
---@field elsewhere? string Chance that a retry goes to another region. Default: 30%.

---Retries with full jitter and a budget.
---@param fields string|faultline.retry
---@return any
function retry(fields) end

---@class faultline.connection
---@field service? string What a set-up is a request to.
---@field notice? string From the break until users know of it. Default: 1s.
---@field jitter? string Each user then waits a time of its own before the first set-up, uniform up to this. Default: 0s.
---@field backoff? string The wait after the k-th failed set-up is uniform in [0, min(cap, backoff * 2^(k-1))]. Default: 1s.
---@field cap? string Longest such wait. Default: 1min.

---A connection that every user keeps open, and sets up anew when its region loses power.
---@param fields string|faultline.connection
---@return any
function connection(fields) end

---@class faultline.data
---@field key? "user"|"phone" What names a record: the user who acts, or a new phone number for each creation. Default: user.
---@field change? "overwrite"|"create-only" Whether a record can change after it was created. Default: overwrite.
---@field unique? boolean One owner per key: a second creation is refused where the first is known. Default: false.
---@field ordered? boolean Changes must be applied in the order they were made. Over a channel that does not keep it they are applied as they come, as with conflict = "arrival", unless conflict says otherwise. Default: false.
---@field idempotent? boolean Applying a change twice is as good as once; otherwise every repetition is an effect of its own (L7). Default: true.
---@field losable? boolean Losing it is friction for the user, never counted as data loss. Default: false.
---@field recoverable? boolean The user or an operator can make a lost record anew. Default: true.
---@field keys? number Number of records that users share; 0: one for each user. Default: 0.
---@field size? string Bytes of one change on the wire. Default: 200B.
---@field owner? "home"|"any"|"single"|"segment"|"provisional" Who accepts writes: the user's home region, the region where the request entered, one region, or the region of the key's range. Default: home.
---@field owner_region? string The region, with owner = "single".
---@field channels? any What carries changes to the other regions; each carries all of them.
---@field read? any Read steps, tried in order. Default: local.
---@field conflict? "lww"|"hlc"|"reject"|"keep-first"|"home"|"freeze"|"version"|"register"|"arrival"|"overwrite"|"siblings"|"set"|"counter"|"interrupt"|"ignore" What happens when a change meets one it has not seen. Default: lww.
---@field max_offset? string With conflict = "hlc": a clock does not follow a stamp that is further ahead of it than this; 0: it follows every one. Default: 0s.
---@field fields? number With conflict = "register": fields of a record. A change sets one of them, a read asks for one, each equally often. Default: 1.
---@field operator? string With conflict = "interrupt": from an interruption until an operator has repaired it; 0: nobody comes. Default: 0s.
---@field unsure? "fail"|"absent" What a read says that found nothing while some step could not ask or was not answered. Default: fail.
---@field lifetime? string A record is not found any more this long after it was made, as a session that has expired; those of before the run have any part of it left. 0: it lasts. Default: 0s.

---A kind of data and how regions keep it in step.
---@param name string
---@return fun(fields: faultline.data): any
function data(name) end

---@class faultline.replicate
---@field mode? "async"|"semi-sync"|"sync" When the user is told: at the source's own commit; when copies are confirmed, or `fallback` has passed; when copies are confirmed, however long that takes. Default: async.
---@field acks? number Copies in other regions that a commit waits for; 0: with its own a majority of the voters. Default: 1.
---@field voters? string|string[] Regions whose copies count; by default all.
---@field ack_on? "received"|"applied" What a target confirms: that it has the change in its log, or that readers there see it. Default: received.
---@field fallback? string With mode = "semi-sync": when the oldest commit has waited so long, the source goes on without copies until they have caught up. Default: 10s.
---@field visible? "after-ack"|"at-commit" When readers at the source see a change that waits for its copies. Default: after-ack.
---@field cancel? "waits"|"shows" What becomes of a waiting commit when its user gives up: it goes on waiting, or it is made visible without copies. It is never taken back. Default: waits.
---@field flush? string A source that loses power forgets its own changes younger than this; they are shipped once they are flushed. Default: 0s.
---@field log_ahead? boolean The log is flushed and shipped at once, before the data: after a loss of power the targets have what the source forgot, and records created anew have keys that are in use there: replication stops. Default: false.
---@field multi_master? boolean Every region ships its own writes and merges the others'; needed with owner = "any". Default: false.
---@field in_order? boolean One stream: a change waits for its predecessors. Without it every change travels alone. Default: true.
---@field apply? any Time to apply one change at the target, one after the other; its inverse is the apply capacity. Default: 0ms.
---@field notice? string A silent cut is noticed after this time without a message. Default: 60s.
---@field reconnect? string Interval between attempts to connect again once the break was noticed; 0: at the heal itself. Default: 60s.
---@field buffer? string When more than this waits for one connected target, the source drops the connection; 0: no limit. Default: 0B.
---@field buffer_soft? string The same when more than this has waited for `buffer_soft_for`; 0: no limit. Default: 0B.
---@field buffer_soft_for? string See `buffer_soft`. Default: 60s.
---@field history? string The source keeps so much of its latest changes for targets that are away. One that lacks more needs a full copy; 0: all is kept. Default: 0B.
---@field history_for? string The history is given up when nobody has been connected for so long; 0: never. Default: 0s.
---@field history_of? "source"|"target" Whose absence `history_for` counts. Default: source.
---@field history_in? "disk"|"memory" Where the source keeps its history. Default: disk.
---@field dataset? string Bytes of a full copy on the link. Default: 1GB.
---@field operator_after? string A full copy begins so long after it is needed, when somebody starts it; 0: by itself. Default: 0s.
---@field snapshot_delay? string The source waits so long for other targets that need the same snapshot. Default: 0s.
---@field snapshot_rate? string How fast the source writes the snapshot, before it is sent. Default: 2Gbps.
---@field load_rate? string How fast the target loads it; meanwhile it serves nothing. Default: 1Gbps.
---@field serve_stale? boolean A target that is away serves what it has; otherwise nothing. Default: true.
---@field divergent? "stays"|"set-aside"|"thrown-away" What becomes of changes that a new owner lacks, once the old one follows it. Default: stays.
---@field min_replicas? number The source refuses writes unless so many targets reported within `max_lag`. Default: 0.
---@field max_lag? string See `min_replicas`. Default: 10s.
---@field via? string Name of the links to use where two regions have several; otherwise the first by name.

---Native storage replication: the store's log, shipped in order.
---@param fields string|faultline.replicate
---@return any
function replicate(fields) end

---@class faultline.queue
---@field outbox? boolean The message is written in the same transaction as the change and sent until a broker takes it. Without it (dual write) the process that made the change tries a few times, and is gone in a crash. Default: true.
---@field relay? string From the commit to the broker of the same region. Default: 1ms.
---@field send_timeout? string An attempt to send without answer fails after this. Default: 3s.
---@field attempts? number Attempts to send without an outbox; then the message is given up. Default: 3.
---@field backoff? string Pause before the second attempt; it doubles up to ten times this. Default: 100ms.
---@field give_up? string Without an outbox a message is given up this long after the commit; 0: attempts alone decide. Default: 0s.
---@field once? boolean The broker recognises a message that its producer sends again for want of an answer. Default: true.
---@field acks? "none"|"leader"|"all" What the producer waits for. Default: leader.
---@field replicas? number Copies of a message in its region, the leader's among them. Default: 1.
---@field min_isr? number With acks = "all" messages are refused while fewer replicas are in sync. Default: 1.
---@field follow? string From the leader until all replicas in sync have a message. Default: 2ms.
---@field isr_lag? string Replicas that do not follow any more still count as in sync for this long. Default: 30s.
---@field unclean? boolean A replica that is not in sync may lead when no other is left. Default: false.
---@field election? string From the death of the leader until another replica leads. Default: 9s.
---@field flush? string Messages of this age are written to disk; a broker that loses power forgets those in its memory. Default: 0ms.
---@field flush_every? string How often a broker looks for messages to write to disk; 0: all the time. Default: 0ms.
---@field poll? string The mirror fetches at these intervals; 0: as messages come. Default: 0ms.
---@field checkpoint? string Interval at which the mirror notes its position; after a break it sends again what came since. Default: 60s.
---@field retention? string Older messages are dropped, mirrored or not. Default: 72h.
---@field in_order? boolean Messages of one region travel in their order, and a consumer waits with the one that it cannot apply; otherwise a message may overtake. Default: false.
---@field apply? any Time of a consumer for one message; its inverse is the consumer's capacity. Default: 0.2ms.
---@field consumers? number Consumers that work side by side. Default: 1.
---@field by_key? boolean All messages of a record go to the same consumer, which keeps their order. Default: true.
---@field redeliver? number A message that the store does not take comes again so many times, after 10 s, 30 s, 1 min, 2 min ... 2 h, and is then a dead letter; 0: the queue waits for the store. With in_order it always waits. Default: 0.
---@field ttl? string Consumers drop a message that is older than this; 0: never. Default: 0s.
---@field notice? string A silent cut is noticed after this time. Default: 3s.
---@field reconnect? string Interval between attempts to connect again. Default: 1s.
---@field via? string Name of the links to use where two regions have several; otherwise the first by name.

---Message queue: outbox or producer, broker, mirror, consumer.
---@param fields string|faultline.queue
---@return any
function queue(fields) end

---@class faultline.consensus
---@field voters? string|string[] Regions that vote and whose copies count; the others only learn. By default all.
---@field heartbeat? string Interval at which a leader tells the others that it is alive; shorter than the lease. Default: 100ms.
---@field election? string A voter that hears no leader for this long to twice as long (uniform) asks for votes; with a lease longer than this, at its end or up to this much later. Default: 1s.
---@field lease? string A leader may answer reads alone for this long after it reached a majority; nobody votes for another before it has run out. 0: the election time. Default: 0s.
---@field lease_guard? string Voters wait this much longer than the lease, for clocks that do not agree. Default: 0s.
---@field commit_wait? string A commit is acknowledged this long after it at the earliest, so that every clock has passed its stamp. Default: 0s.
---@field apply? any Time to apply one change at a follower, one after the other. Default: 0.1ms.
---@field via? string Name of the links to use; otherwise the first by name.

---A replicated log: a commit waits for a majority; a lost leader is replaced by election.
---@param fields string|faultline.consensus
---@return any
function consensus(fields) end

---@class faultline.quorum
---@field replicas? number Replicas in each region. Default: 3.
---@field regions? string|string[] The regions that hold replicas; all by default.
---@field write? "one"|"two"|"three"|"quorum"|"local_one"|"local_quorum"|"each_quorum"|"all" Acknowledgements a write waits for. Default: local_quorum.
---@field read? "one"|"two"|"three"|"quorum"|"local_one"|"local_quorum"|"each_quorum"|"all" Answers a read waits for. Default: local_quorum.
---@field contact? "needed"|"all" Which replicas a read asks. Default: needed.
---@field speculate? string A read that still lacks answers after this asks one replica more, where it has not asked all; 0: never. Default: 0s.
---@field read_repair? boolean A replica whose answer was older than another's is sent the newer version. Default: true.
---@field deliver? any From the coordinator, or the first node of another region, to a replica that has written. Default: 1ms.
---@field ack? any Back with the acknowledgement. Default: 0ms.
---@field ask? any From the coordinator to a replica that reads. Default: 1ms.
---@field answer? any Back with the answer. Default: 0ms.
---@field write_timeout? string A write without enough acknowledgements fails after this; it is not undone. Default: 10s.
---@field read_timeout? string A read without enough answers fails after this. Default: 5s.
---@field notice? string A silent replica is taken for dead after this. Default: 18s.
---@field hint_window? string Writes are kept for a silent replica until it has been silent for so long; 0: never. Default: 3h.
---@field hint_throttle? string Bytes of kept writes that one node sends in a second, shared by all other nodes. Default: 1MiB.
---@field hint_check? string How often is looked whether kept writes can be delivered. Default: 10s.
---@field repair? string Interval of anti-entropy: replicas that reach each other get the newest version of every key; 0: never. Default: 0s.
---@field via? string Name of the links to use where two regions have several; otherwise the first by name.

---Leaderless store: every region coordinates, levels say how many replicas must answer.
---@param fields string|faultline.quorum
---@return any
function quorum(fields) end

---@class faultline.local

---@class faultline.negative_cache
---@field ttl? string How long "no such record" is remembered. Default: 60s.
---@field entries? number Keys remembered at once in each region; a full cache learns nothing. Default: 100000.
---@field heeds? "writes"|"changes" What makes it forget a key before its time. Default: writes.

---Remember that the whole chain said "no such record", and say so at once.
---@param fields string|faultline.negative_cache
---@return any
function negative_cache(fields) end

---@class faultline.secondary
---@field timeout? string How long to wait for the answer; the thread is held meanwhile. Default: 300ms.
---@field via? string Name of the links to use; otherwise the first by name.
---@field lookup? string Time of the store that is asked for one question, one after the other; 0: it answers at once. Default: 0ms.
---@field pool? number Calls of this step that may be outstanding from one region; more are refused at once; 0: no limit. Default: 0.
---@field breaker? any Stops asking a region that does not answer; none by default.
---@field retry? any Asks again after a time-out or a refusal; not by default.
---@field ask? "home"|"all"|"hint" Whom to ask. Default: home.
---@field wrong? string With ask = "hint": share of hints that name another region by mistake. Default: 0%.
---@field keep? boolean What was found is written to the store of the region that asked; the channel that brings it later changes nothing. Default: false.

---Second read: ask another region's store after a local miss.
---@param fields string|faultline.secondary
---@return any
function secondary(fields) end

---@class faultline.back_source
---@field timeout? string How long to wait for the answer; the thread is held meanwhile. Default: 200ms.
---@field via? string Name of the links to use; otherwise the first by name.
---@field lookup? string Time of the store that is asked for one question, one after the other; 0: it answers at once. Default: 0ms.
---@field pool? number Calls of this step that may be outstanding from one region; more are refused at once; 0: no limit. Default: 0.
---@field breaker? any Stops asking a region that does not answer; none by default.
---@field retry? any Asks again after a time-out or a refusal; not by default.

---Read back to where the record was made (named by its id); a copy is kept if it is losable.
---@param fields string|faultline.back_source
---@return any
function back_source(fields) end

---@class faultline.breaker
---@field window? string Calls younger than this are judged, in ten buckets. Default: 10s.
---@field requests? number With fewer calls in the window it does not open. Default: 20.
---@field errors? string It opens when at least this share of the calls in the window was in vain. Default: 50%.
---@field open? string How long it refuses calls before it lets one through as a probe. Default: 5s.

---Circuit breaker, one for each region that asks and region asked.
---@param fields string|faultline.breaker
---@return any
function breaker(fields) end

---@class faultline.regenerate
---@field cost? any Time to make the record anew. Default: 80ms.
---@field by? string The service that makes it, instead of `cost`: the user is sent away, asks for that service in the same region, and comes back when it has been served, or fails with it.

---Make the record anew (for a session: the user logs in again); always succeeds.
---@param fields string|faultline.regenerate
---@return any
function regenerate(fields) end

---@class faultline.fallback
---@field cost? any Time to make up the default answer. Default: 1ms.
---@field when? "always"|"unsure" When it is given. Default: always.
---@field share? string How many requests there is a default answer for. Default: 100%.

---Degrade: serve a default answer instead of the record; counted as served, but degraded.
---@param fields string|faultline.fallback
---@return any
function fallback(fields) end

---@class faultline.fail

---Fail at once, even if every step before it said "not here": the chain never says that there is no such record.
---@param fields string|faultline.fail
---@return any
function fail(fields) end

---@class faultline.service
---@field reads? string|string[] Data classes read, in order.
---@field writes? string|string[] Data classes written after the reads, in order.
---@field deadline? string The user gives up after this; a later answer counts as a failure. Default: 1s.
---@field threads? number Requests worked on at once in each region; a thread is held while it waits for another region. Default: 64.
---@field work? any Time of one request on a thread. Default: 2ms.
---@field queue? number Requests that may wait for a thread in each region; more are refused. Default: 1000.
---@field core? boolean A failed request counts as a hit user. Default: false.
---@field followed_by? any A request that the same user sends after a success.
---@field unknown? string Share of requests for a record that nobody ever made: a mistyped name, a guess. "No such record" is then the right answer. Default: 0%.
---@field unknown_names? number How many such names there are; each request takes one at random. Default: 1000000.
---@field calls? string|string[] Services of the same region that each request needs, in order, after its reads and writes. Its thread waits; the called service's deadline is the time-out.
---@field retry? any What the service does when a read, a forwarded write or a call fails for want of an answer: that is tried again, on the same thread. Not by default.
---@field timeout? string How long a write may be under way to its owner; after that it has failed, and may be done all the same. 0: as long as its user waits. Default: 0s.

---What users ask for: reads, then writes, before a deadline.
---@param name string
---@return fun(fields: faultline.service): any
function service(name) end

---@class faultline.follow
---@field service? string The next request.
---@field after? any How long after the answer. Default: 10s.
---@field share? string How many do. Default: 100%.
---@field elsewhere? string How many of them send it to another region. Default: 0%.

---The next step of a user's journey.
---@param fields string|faultline.follow
---@return any
function follow(fields) end

---@class faultline.failover
---@field detect? any How a dead region is noticed. Default: probe.
---@field decide? any Who decides to fail over. Default: automatic.
---@field fence? any How the old region is kept from accepting writes; without it both sides may.
---@field unreplicated? "cut"|"wait" When changes of the dead region are missing: promote without them, or wait for its return. Default: cut.
---@field seat? string The region the controller runs in; by default an independent site that reaches all.
---@field data? string|string[] Moves only who accepts the writes of these data, as a store's own failover does; by default the whole region with its users.
---@field voters? string|string[] Regions that watch together: one that reaches a majority of them speaks for all.
---@field quorum? number Voters of that majority that must miss a region before it counts as dead; 0: more than half of all. Default: 0.
---@field watch? string|string[] Only these regions are watched and failed over; otherwise all.
---@field candidates? string|string[] Only these regions may take a role over; otherwise all. Of those, the one that has received most changes from the dead region takes over; the first by name if several have, and if none has any.
---@field via? string Name of the links that probes and votes take; otherwise the first by name.
---@field calm? string No second failover within this time after one was decided. Default: 0s.
---@field start? any From the fence until the machines that take over run: 0s if they always do. Default: 0s.
---@field start_fails? string Chance that a start fails, and is begun anew. Default: 0%.
---@field push? string From the decision until routers and resolvers know the new rule. Default: 5s.
---@field failback? any How a region that was replaced gets its role again; without it, it never does.
---@field reconcile? string Records that people put back in an hour, of those that only the old region had; one that was written again meanwhile costs them nothing. Default: 0/h.
---@field warmup? string After a promotion the region works at half speed for this long. Default: 0s.
---@field like? string How people are known to do it: the name of a preset, whose values stand for all that is not said here.

---The controller that moves a dead region's work to another: all homes that the region owns go to one heir, and its users to the region with power that has the shortest round trip.
---@param name string
---@return fun(fields: faultline.failover): any
function failover(name) end

---@class faultline.probe
---@field every? string Interval between probes. Default: 10s.
---@field failures? number Failed probes in a row that count as dead. Default: 3.
---@field timeout? string A probe without answer fails after this. Default: 2s.
---@field asks? "machine"|"service" What has to answer: a machine that has power, or every service of the region: one whose oldest request waits longer than the time-out, or that has no thread, does not. Default: machine.

---Active probing from the controller.
---@param fields string|faultline.probe
---@return any
function probe(fields) end

---@class faultline.human
---@field median? string Median time to decide (lognormal). Default: 5min.
---@field sigma? string Shape of the lognormal: "80%" is sigma 0.8. Default: 80%.
---@field stays? string Chance of deciding not to fail over. Default: 0%.

---A person decides.
---@param fields string|faultline.human
---@return any
function human(fields) end

---@class faultline.automatic
---@field delay? string Waiting time before acting. Default: 0s.

---The controller decides by itself.
---@param fields string|faultline.automatic
---@return any
function automatic(fields) end

---@class faultline.stay

---Nobody fails over: the alarm is raised, and the region waited for.
---@param fields string|faultline.stay
---@return any
function stay(fields) end

---@class faultline.lease
---@field ttl? string A region that cannot renew stops accepting writes after this; promotion waits for it. Default: 30s.

---Fencing by a lease that must be renewed.
---@param fields string|faultline.lease
---@return any
function lease(fields) end

---@class faultline.stonith
---@field via? string Name of the links that the order to power off takes; otherwise those of the probes.
---@field retry? string An order that cannot be delivered is given again after this. Default: 5s.
---@field reboot? string A machine that was shot has power again after this; 0s: it stays off. Default: 0s.

---Fencing by power: the old region is switched off before another takes over.
---@param fields string|faultline.stonith
---@return any
function stonith(fields) end

---@class faultline.give_back
---@field after? string The region must have answered every probe for this long. Default: 10min.
---@field decide? any Then somebody decides, after this. Default: 0s.
---@field backup? string What has to be restored before the region's stores can follow again. Default: 0B.
---@field restore? string How fast a backup is restored. Default: 1Gbps.
---@field rebuild? "diverged"|"always"|"never" When the backup is restored: if the region had changes that its heir lacked, or after every failover. Default: diverged.

---A region that answers again is rebuilt if it must be, catches up, and gets its role back under a short ban of writes.
---@param fields string|faultline.give_back
---@return any
function give_back(fields) end

---@class faultline.busy
---@field service? string Which.
---@field region? string There; otherwise all regions together.
---@field above? string Share of its threads, those that faults took included, that are busy in the mean. Default: 90%.
---@field over? string The time before each look. Default: 10s.
---@field look? string How often somebody looks. Default: 1s.

---The threads of a service are busy.
---@param fields string|faultline.busy
---@return any
function busy(fields) end

---@class faultline.failing
---@field service? string Which.
---@field region? string Users near it; otherwise all users.
---@field above? string Share of the requests that were answered or given up that failed. Default: 10%.
---@field over? string The time before each look. Default: 30s.
---@field requests? number Fewer of them say nothing. Default: 20.
---@field look? string How often somebody looks. Default: 1s.

---Requests of users fail.
---@param fields string|faultline.failing
---@return any
function failing(fields) end

---@class faultline.lagging
---@field data? string Which.
---@field region? string What has not been applied there; otherwise the worst of all regions.
---@field above? string Age of the oldest change that has not been applied. Default: 30s.
---@field over? string At every look within this time. Default: 1s.
---@field look? string How often somebody looks. Default: 1s.

---A channel of some data is behind.
---@param fields string|faultline.lagging
---@return any
function lagging(fields) end

---@class faultline.begun
---@field fault? string The `name` of another fault.
---@field after? string How long after that. Default: 0s.
---@field event? "begins"|"ends" What it does. Default: begins.

---Another fault has begun, or ended.
---@param fields string|faultline.begun
---@return any
function begun(fields) end

---@class faultline.cut
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field target? string A link's name, "a-b" for all links between two regions, a shared-risk group, or a region for all its links.
---@field how? "silent"|"reset" Packets vanish and senders wait, or both ends of a connection are told at once. Default: silent.
---@field from? string Only messages sent by this region.

---Links carry nothing.
---@param fields string|faultline.cut
---@return any
function cut(fields) end

---@class faultline.degrade
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field target? string A link's name, "a-b" for all links between two regions, a shared-risk group, or a region for all its links.
---@field from? string Only messages sent by this region.
---@field latency? string Added to each one-way delay. Default: 0ms.
---@field loss? string Additional share of packets lost. Default: 0%.
---@field bandwidth? string At most this much capacity.
---@field jitter? any Added to every one-way delay as well, drawn for each message. Default: 0ms.

---Links are slow, lossy, narrow or unsteady.
---@param fields string|faultline.degrade
---@return any
function degrade(fields) end

---@class faultline.flap
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string Period. Default: 10s.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field target? string A link's name, "a-b" for all links between two regions, a shared-risk group, or a region for all its links.
---@field down? string Cut at the start of each period for this long. Default: 2s.
---@field how? "silent"|"reset" As in cut. Default: silent.

---Links go down and up again and again.
---@param fields string|faultline.flap
---@return any
function flap(fields) end

---@class faultline.fails
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field target? string A link's name, "a-b" for all links between two regions, a shared-risk group, or a region for all its links.
---@field how? "silent"|"reset" Packets vanish and senders wait, or both ends of a connection are told at once. Default: silent.
---@field from? string Only messages sent by this region.

---Links fail at random and are repaired: `cut` with times from studies.
---@param fields string|faultline.fails
---@return any
function fails(fields) end

---@class faultline.split
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field one? string|string[] A group of regions.
---@field two? string|string[] Another.
---@field three? string|string[] A third.
---@field four? string|string[] A fourth.
---@field how? "silent"|"reset" Packets vanish and senders wait, or both ends of a connection are told at once. Default: silent.
---@field from? string|string[] Only messages sent by these regions.

---The network falls apart: all links between groups of regions carry nothing; a region in no group keeps all its links.
---@param fields string|faultline.split
---@return any
function split(fields) end

---@class faultline.isolate
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Which.
---@field how? "silent"|"reset" Packets vanish and senders wait, or both ends of a connection are told at once. Default: silent.
---@field way? "both"|"in"|"out" Neither hears the other, or only what comes in, or goes out, is lost. Default: both.

---A region is cut off from all others and goes on by itself.
---@param fields string|faultline.isolate
---@return any
function isolate(fields) end

---@class faultline.jam
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field target? string A link's name, "a-b" for all links between two regions, a shared-risk group, or a region for all its links.
---@field from? string Only messages sent by this region.

---Links take messages and deliver none until the jam is over; then all that waited.
---@param fields string|faultline.jam
---@return any
function jam(fields) end

---@class faultline.reorder
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field target? string A link's name, "a-b" for all links between two regions, a shared-risk group, or a region for all its links.
---@field from? string Only messages sent by this region.
---@field share? string Share of messages held up. Default: 10%.
---@field by? string They arrive up to this much later, evenly distributed. Default: 100ms.

---Some messages are held up and others overtake them.
---@param fields string|faultline.reorder
---@return any
function reorder(fields) end

---@class faultline.duplicate
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field target? string A link's name, "a-b" for all links between two regions, a shared-risk group, or a region for all its links.
---@field from? string Only messages sent by this region.
---@field share? string Share of messages that come twice. Default: 10%.
---@field within? string The copy comes up to this much after the first, evenly distributed. Default: 1s.

---Some changes of channels that keep no order come twice, and are applied twice.
---@param fields string|faultline.duplicate
---@return any
function duplicate(fields) end

---@class faultline.lose
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Which.

---A region is gone for good, with its disks and all it had in flight.
---@param fields string|faultline.lose
---@return any
function lose(fields) end

---@class faultline.down
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Which.

---A region loses power; its disks are kept and it returns.
---@param fields string|faultline.down
---@return any
function down(fields) end

---@class faultline.zone_down
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string The region that loses one of its zones.

---One zone of a region loses power: its share of the threads and the requests on them. With the last zone the region is down.
---@param fields string|faultline.zone_down
---@return any
function zone_down(fields) end

---@class faultline.restart
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Which.
---@field caches? string|string[] Losable data that it had in memory: forgotten.
---@field capacity? string What it can do at first when it is back: at 25% work takes four times as long. Default: 25%.
---@field warmup? string From its return until it works as before; its capacity grows evenly. Default: 5min.

---A region is down for a while, and comes back with cold caches.
---@param fields string|faultline.restart
---@return any
function restart(fields) end

---@class faultline.power_ramp
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Which.
---@field over? string From the beginning until the last server stops. Default: 60s.
---@field steps? number Parts that the servers fall out in, one after another, at equal distances. Default: 10.

---Servers of a region stop one after another, with what runs on them, until it is down.
---@param fields string|faultline.power_ramp
---@return any
function power_ramp(fields) end

---@class faultline.brown_out
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Which.
---@field capacity? string What is left of it: at 50% all work takes twice as long. Default: 50%.

---A region works with less than its capacity: all its services, and its stores as they apply.
---@param fields string|faultline.brown_out
---@return any
function brown_out(fields) end

---@class faultline.slow
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field service? string Which.
---@field region? string Only there.
---@field factor? number Work takes this many times as long. Default: 10.

---A service works slowly.
---@param fields string|faultline.slow
---@return any
function slow(fields) end

---@class faultline.pause
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Where.
---@field service? string Only the processes of this service; the region answers probes.
---@field data? string Only the store of this data; services that use it hold their threads and wait.

---Processes of a region stop and go on with the view they had before.
---@param fields string|faultline.pause
---@return any
function pause(fields) end

---@class faultline.crash
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field data? string Whose store.
---@field region string Where.
---@field part? "all"|"store"|"broker"|"replicas" What loses power. Default: all.

---A store or its broker loses power: not available, unflushed messages forgotten.
---@param fields string|faultline.crash
---@return any
function crash(fields) end

---@class faultline.replica_down
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field data? string Data kept in a quorum store.
---@field region string Where.
---@field count? number How many replicas; those that still run. Default: 1.

---Replicas of a quorum store do not run; their disks are kept and they return.
---@param fields string|faultline.replica_down
---@return any
function replica_down(fields) end

---@class faultline.corrupt_replica
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field data? string Data carried by storage replication.
---@field region string Where the copy of what others own is spoilt.

---A region's copy of data is found to be corrupt: it serves nothing and cannot take over until it has been copied anew.
---@param fields string|faultline.corrupt_replica
---@return any
function corrupt_replica(fields) end

---@class faultline.slow_store
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field data? string Whose store.
---@field region string Where.
---@field factor? number Applying a change takes this many times as long. Default: 10.

---A store applies the changes of others slowly.
---@param fields string|faultline.slow_store
---@return any
function slow_store(fields) end

---@class faultline.read_only
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field data? string Whose store.
---@field region string Where.

---A store refuses the writes of users; it answers reads and applies the changes of others.
---@param fields string|faultline.read_only
---@return any
function read_only(fields) end

---@class faultline.disk_full
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field data? string Whose store.
---@field region string Where.

---A store can write nothing: it refuses users, and streams to it stop; it answers reads.
---@param fields string|faultline.disk_full
---@return any
function disk_full(fields) end

---@class faultline.clock_step
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Whose clock.
---@field by string How far it jumps, forwards or backwards.

---A region's clock jumps, and back when the fault ends.
---@param fields string|faultline.clock_step
---@return any
function clock_step(fields) end

---@class faultline.clock_drift
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Whose clock.
---@field rate string How far it runs ahead per second: "200us" is 200 ppm.

---A region's clock runs fast or slow and nothing corrects it until the fault ends.
---@param fields string|faultline.clock_drift
---@return any
function clock_drift(fields) end

---@class faultline.clock_stuck
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string Whose clock.

---A region's clock stands still, and is right when the fault ends.
---@param fields string|faultline.clock_stuck
---@return any
function clock_stuck(fields) end

---@class faultline.surge
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field service? string Which.
---@field factor? number Demand is multiplied by this. Default: 3.

---More requests than usual.
---@param fields string|faultline.surge
---@return any
function surge(fields) end

---@class faultline.hot_key
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field service? string Which.
---@field share? string Share of its requests that are for the one key. Default: 50%.
---@field user? number Whose key: a user's number, from 0; it says where the user lives, too. Default: 0.

---A share of the requests of a service is for one and the same key.
---@param fields string|faultline.hot_key
---@return any
function hot_key(fields) end

---@class faultline.cache_flush
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field data? string Losable data: a cache, or sessions.
---@field region? string|string[] Where; everywhere by default.

---A cache forgets all it has, at the beginning of the fault; reads have to look further.
---@param fields string|faultline.cache_flush
---@return any
function cache_flush(fields) end

---@class faultline.migration_load
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field service? string|string[] Services that share their servers with the migration.
---@field data? string|string[] Data whose stores do: they apply the changes of others more slowly.
---@field region? string|string[] Only there.
---@field share? string How much of their capacity the migration takes. Default: 30%.

---Background work takes a share of the capacity of services and stores.
---@param fields string|faultline.migration_load
---@return any
function migration_load(fields) end

---@class faultline.rolling_upgrade
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field region? string|string[] The regions in the order in which they are upgraded; all by default.
---@field service? string|string[] Only these; all by default.
---@field by? "region"|"zone" What is upgraded at once: a whole region, or one of its zones. Default: region.
---@field each? string How long each takes. Default: 5min.
---@field capacity? string Share of the threads there that stays in service meanwhile. Default: 50%.

---Servers are taken out of service and put back, one region or zone after another.
---@param fields string|faultline.rolling_upgrade
---@return any
function rolling_upgrade(fields) end

---@class faultline.bad_change
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field service? string|string[] The services that it changes; all by default.
---@field region? string|string[] The regions in the order in which it reaches them; all by default.
---@field waves? number Into how many equal groups the regions are divided; one: everywhere at once. Default: 1.
---@field interval? string From one wave to the next. Default: 10min.
---@field errors? string Share of requests that fail there, after the usual time of work. Default: 0%.
---@field factor? number Work takes this many times as long there. Default: 1.
---@field down? boolean The services do not run there: what is on them dies, the rest is refused at once. Default: false.
---@field detect? any From the first wave until somebody notices: no further wave comes. By default nobody does, and the change stays for `lasts`.
---@field rollback? any From then until the change is taken back, everywhere at once. Default: 0s.

---A bad configuration or release, pushed to all regions at once or in waves.
---@param fields string|faultline.bad_change
---@return any
function bad_change(fields) end

---@class faultline.controller_down
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field failover? string Which.

---The controller of a failover does nothing: it neither probes nor decides, and renews no lease.
---@param fields string|faultline.controller_down
---@return any
function controller_down(fields) end

---@class faultline.wrong_view
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field failover? string Which.
---@field region string Which region it is about.

---The controller gets no answer from a region that is well: it sees it dead.
---@param fields string|faultline.wrong_view
---@return any
function wrong_view(fields) end

---@class faultline.push_stalled
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field failover? string Which.

---New rules of a failover reach neither routers nor resolvers until this ends.
---@param fields string|faultline.push_stalled
---@return any
function push_stalled(fields) end

---@class faultline.operator_slow
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field failover? string Which.
---@field factor? number Deciding takes this many times as long. Default: 10.

---Whoever decides about a failover takes longer.
---@param fields string|faultline.operator_slow
---@return any
function operator_slow(fields) end

---@class faultline.operator_holds
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field failover? string Which.

---Whoever decides about a failover decides against it.
---@param fields string|faultline.operator_holds
---@return any
function operator_holds(fields) end

---@class faultline.operator_errs
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field failover? string Which.
---@field region string Which region it is about.

---Somebody fails a region over that is well.
---@param fields string|faultline.operator_errs
---@return any
function operator_errs(fields) end

---@class faultline.switch
---@field lasts? string How long; to the end of the run by default.
---@field may_miss? boolean Accept that the fault hits nothing; otherwise that is an error. Default: false.
---@field every? string The fault comes again at this distance, from beginning to beginning.
---@field stops? string A fault that comes again does not begin at this time or later.
---@field mttf? any The fault comes at random: how long all is well before it, counted from `at` and then from each repair.
---@field mttr? any How long each of these random faults lasts.
---@field when? any The fault comes when this holds, from `at` on.
---@field times? number With `when`: at most so often; once by default.
---@field name? string What the condition of another fault calls it.
---@field from string The region that gives up.
---@field to string The region that takes over.
---@field data? string|string[] Moves only who accepts the writes of these data; by default the whole region with the users who are sent there.
---@field unreplicated? "wait"|"cut" When the new owner lacks changes at the end of the push: keep the ban until it has applied them, or go on with what it has received. Default: wait.
---@field push? string From the decision until every region knows that the writes are banned. Default: 5s.

---A planned move of a region's role to another, under a write ban.
---@param fields string|faultline.switch
---@return any
function switch(fields) end

---@class faultline.expect
---@field metric? any What is measured, e.g. lost { data = "account" }.
---@field bound? string The claim: ">= 99.9%", "== 0", "< 15s".

---A claim about the run; a broken one makes the verdict fail.
---@param name string
---@return fun(fields: faultline.expect): any
function expect(name) end

---@class faultline.availability
---@field service? string Of this service.
---@field users? string Only these users.
---@field access? string Only users who live near this region.

---Share of requests answered in time, by the time they were issued (ratio).
---@param fields string|faultline.availability
---@return any
function availability(fields) end

---@class faultline.latency
---@field service? string Of this service.
---@field quantile? string Which quantile. Default: 99%.
---@field access? string Only users who live near this region.

---Quantile of the time to a successful answer (time).
---@param fields string|faultline.latency
---@return any
function latency(fields) end

---@class faultline.lost
---@field data? string Only this data class.

---Acknowledged writes that no reader can get: L1 + L2 + L6 (count).
---@param fields string|faultline.lost
---@return any
function lost(fields) end

---@class faultline.destroyed
---@field data? string Only this data class.

---Acknowledged writes of which no copy exists: L1 (count).
---@param fields string|faultline.destroyed
---@return any
function destroyed(fields) end

---@class faultline.stranded
---@field data? string Only this data class.

---Acknowledged writes that exist only where nobody can read them: L2 (count).
---@param fields string|faultline.stranded
---@return any
function stranded(fields) end

---@class faultline.expired
---@field data? string Only this data class.

---Acknowledged writes that a queue had taken and dropped, by age or in a crash: L6 (count).
---@param fields string|faultline.expired
---@return any
function expired(fields) end

---@class faultline.overwritten
---@field data? string Only this data class.

---Acknowledged writes discarded unseen by conflict resolution: L3 + L4 (count).
---@param fields string|faultline.overwritten
---@return any
function overwritten(fields) end

---@class faultline.inverted
---@field data? string Only this data class.

---Acknowledged writes beaten by one of their own past: clocks, or a channel that applied a then b as b then a: L4 (count).
---@param fields string|faultline.inverted
---@return any
function inverted(fields) end

---@class faultline.repeated
---@field data? string Only this data class.

---Second effects of changes that are not idempotent: L7 (count).
---@param fields string|faultline.repeated
---@return any
function repeated(fields) end

---@class faultline.diverged
---@field data? string Only this data class.

---Acknowledged writes that are current in one region and that no channel will ever bring to another (count).
---@param fields string|faultline.diverged
---@return any
function diverged(fields) end

---@class faultline.unknown
---@field data? string Only this data class.

---Writes that took place and whose user was never told (count).
---@param fields string|faultline.unknown
---@return any
function unknown(fields) end

---@class faultline.ghosts
---@field data? string Only this data class.

---Writes that stand although their user was not told of success: L8 (count).
---@param fields string|faultline.ghosts
---@return any
function ghosts(fields) end

---@class faultline.phantoms
---@field data? string Only this data class.

---Reads that returned what was lost later: R3 (count).
---@param fields string|faultline.phantoms
---@return any
function phantoms(fields) end

---@class faultline.duplicates
---@field data? string Only this data class.

---Unique keys acknowledged to more than one owner: L5 (count).
---@param fields string|faultline.duplicates
---@return any
function duplicates(fields) end

---@class faultline.rejected_later
---@field data? string Only this data class.

---Writes that were accepted provisionally and that their owner refused after all (count).
---@param fields string|faultline.rejected_later
---@return any
function rejected_later(fields) end

---@class faultline.rejection
---@field data? string Only this data class.

---Share of the writes accepted provisionally that their owner refused (ratio).
---@param fields string|faultline.rejection
---@return any
function rejection(fields) end

---@class faultline.pending
---@field data? string Only this data class.

---Writes accepted provisionally that still wait at the end of the run (count).
---@param fields string|faultline.pending
---@return any
function pending(fields) end

---@class faultline.confirmation
---@field data? string Of this data class.
---@field quantile? string Which quantile. Default: 99%.

---Quantile of the time from a provisional acceptance to the owner's answer (time).
---@param fields string|faultline.confirmation
---@return any
function confirmation(fields) end

---@class faultline.stale
---@field data? string Of this data class.

---Share of reads that missed a write acknowledged before they began: R1 (ratio).
---@param fields string|faultline.stale
---@return any
function stale(fields) end

---@class faultline.users_hit
---@field users? string Only these users.

---Share of all users who lost a write or whose core request failed (ratio).
---@param fields string|faultline.users_hit
---@return any
function users_hit(fields) end

---@class faultline.restore
---@field service? string Of this service.
---@field after string The instant of the failure.
---@field access? string Only users who live near this region; without it all users count.
---@field below? string A stretch that served less is bad. Lower it where some users fail for long after the service is back, like those whose resolver keeps an old address. Default: 95%.

---From the failure to the end of the outage that users saw; 0 if they saw none. Requests count when they were first asked, and by whether they were served in the end. Windows that end after `after` (`window` of the scenario; they also end where a fault or a `during` begins or ends) are put together until a stretch has 20 requests, and so many that one failure is not below the bound (100 for 99 %); what is left at the end is bad from two failures on. The outage begins with the first bad stretch, and ends with a bad one after which neither the next one nor the next 5 min together are bad; it is as coarse as the stretches are long. If the run ends in it, the time is longer than any (time).
---@param fields string|faultline.restore
---@return any
function restore(fields) end

---@class faultline.lag
---@field data? string Of this data class.

---Largest age of the oldest change not yet applied elsewhere, of a few hundred samples at equal distances (time).
---@param fields string|faultline.lag
---@return any
function lag(fields) end

---@class faultline.catch_up
---@field data? string Of this data class.
---@field after string The instant of the heal.

---From the heal until every region has applied what was written before it (time).
---@param fields string|faultline.catch_up
---@return any
function catch_up(fields) end

---@class faultline.resyncs
---@field data? string Of this data class.
---@field kind? "full"|"partial"|"restarted" Which of them. Default: full.

---Times a target was brought up to date after its connection was lost (count).
---@param fields string|faultline.resyncs
---@return any
function resyncs(fields) end

---@class faultline.conflicts
---@field data? string Only this data class.

---Changes that met one they had not seen, where stores can tell: conflict = "siblings", "ignore" or "interrupt" (count).
---@param fields string|faultline.conflicts
---@return any
function conflicts(fields) end

---@class faultline.siblings
---@field data? string Only this data class.

---Most versions of one record that a store held side by side (count).
---@param fields string|faultline.siblings
---@return any
function siblings(fields) end

---@class faultline.messages
---@field fate? "delivered"|"delayed"|"dropped"|"bounced"|"replies" What became of them. Default: dropped.
---@field from? string Only those sent there.
---@field to? string Only those meant for it.

---Messages between regions that met one fate, changes and requests together (count).
---@param fields string|faultline.messages
---@return any
function messages(fields) end

---Always the same. Example: constant "5ms"
---@param parameters string|table
---@return any
function constant(parameters) end

---Evenly between two values. Example: uniform { "5ms", "10ms" }
---@param parameters string|table
---@return any
function uniform(parameters) end

---Memoryless, with this mean. Example: exponential "35ms"
---@param parameters string|table
---@return any
function exponential(parameters) end

---Skewed, with this median. Example: lognormal { median = "5min", sigma = 0.8 }
---@param parameters string|table
---@return any
function lognormal(parameters) end

---A heavy tail above a smallest value. Example: pareto { least = "10ms", alpha = 1.5 }
---@param parameters string|table
---@return any
function pareto(parameters) end

---A stretched exponential. Example: weibull { scale = "50ms", shape = 0.7 }
---@param parameters string|table
---@return any
function weibull(parameters) end

---Measured quantiles at even steps from the smallest to the largest. Example: empirical { "1ms", "2ms", "9ms" }
---@param parameters string|table
---@return any
function empirical(parameters) end

---One of several, by weight. Example: mixture { { 0.9, "5ms" }, { 0.1, exponential "50ms" } }
---@param parameters string|table
---@return any
function mixture(parameters) end

---One link for every two of the regions, from a measured table; a link { } between two of them refines it.
---@param set any
function links(set) end

---Measured figures for these regions, for links().
---@param name string
---@return fun(names: string[]): any
function preset(name) end

---How often users ask for each service; 'users' may be left out if there is one cohort.
---@param rates table<string, string>
function workload(rates) end

---The fault timetable.
---@param time string
---@return fun(faults: table)
function at(time) end

---Expectations about a part of the run.
---@param window string
---@return fun(expectations: table)
function during(window) end

---An axis: the first option, or what --set NAME=OPTION says; options with names may be anything: choice "sync" { queue = { queue {} }, log = { replicate {} } } (the first by name).
---@param name string
---@return fun(options: table): any
function choice(name) end
