-- schema.sql: what a result file holds.
--
-- Times are whole nanoseconds of simulated time, counts are whole numbers, flags are 0 or 1. NULL
-- means "there is none" (a stage that never finished, a quantile without samples). Every table
-- carries run_id, so that one file can hold a single run or a whole sweep, and seq, the row's place
-- in the declared order. The comments stand inside the statements so that they stay in the file:
-- `.schema` in the SQLite shell prints this page, and the schema reference is made from it.

PRAGMA page_size = 4096;
PRAGMA encoding = 'UTF-8';
PRAGMA auto_vacuum = NONE;
PRAGMA application_id = 1179407436;
PRAGMA user_version = 8;

CREATE TABLE run (
    -- One row per execution of a plan with one seed. Order: run_id.
    run_id                 INTEGER PRIMARY KEY,   -- number of the run in this file, from 1
    scenario               TEXT NOT NULL,         -- name of the scenario
    about                  TEXT NOT NULL,         -- what the scenario says about itself
    file                   TEXT NOT NULL,         -- scenario file, without its directory
    source                 TEXT NOT NULL,         -- text of the scenario file
    plan_hash              TEXT NOT NULL,         -- first 16 hex digits of the SHA-256 of plan_text
    plan_text              TEXT NOT NULL,         -- the frozen plan as canonical text
    seed                   INTEGER NOT NULL,      -- seed of all random streams (as signed 64 bit)
    engine_version         TEXT NOT NULL,         -- version of the simulator
    schema_version         INTEGER NOT NULL,      -- same as PRAGMA user_version
    schedule_fingerprint   TEXT NOT NULL,         -- hash of time, phase, component, kind of each event
    chance_fingerprint     TEXT NOT NULL,         -- hash of every stream, its draws and last value
    results_fingerprint    TEXT NOT NULL,         -- hash of every metric and value
    verdict                TEXT NOT NULL CHECK (verdict IN ('held', 'broken', 'inconclusive')), -- held, broken or inconclusive
    limit_reached          TEXT NOT NULL,         -- the limit that made it inconclusive; empty otherwise
    events                 INTEGER NOT NULL,      -- events that happened
    most_pending           INTEGER NOT NULL,      -- largest number of events waiting at once
    end_ns                 INTEGER NOT NULL,      -- when the run ended
    users                  INTEGER NOT NULL,      -- users in all cohorts
    users_hit              INTEGER NOT NULL,      -- distinct users with a lost, overwritten or doubled write or a failed core request
    losses_left_out        INTEGER NOT NULL,      -- harmed writes beyond the row limit of table loss
    compensations_left_out INTEGER NOT NULL       -- entries beyond the row limit of table compensation
) STRICT;

CREATE TABLE choice (
    -- One row per choice of the scenario and what was chosen. Order: as in the plan.
    run_id  INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq     INTEGER NOT NULL, -- place in the order, from 0
    name    TEXT NOT NULL,    -- name of the choice
    chosen  TEXT NOT NULL,    -- the option that was played
    options TEXT NOT NULL,    -- every option, separated by ", "
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_item (
    -- One row per component of the plan or part of one. Order: plan id.
    run_id     INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq        INTEGER NOT NULL, -- id in the plan, from 0
    kind       TEXT NOT NULL,    -- word of the scenario language: region, queue, cut
    plan_group TEXT NOT NULL,    -- family of the kind: component, channel, read, fault
    name       TEXT NOT NULL,    -- unique within its kind
    preset     TEXT,             -- preset it was made with
    parent     INTEGER,          -- seq of the item it is a part of
    file       TEXT NOT NULL,    -- where it is declared, without the directory; empty if made by the program
    line       INTEGER NOT NULL, -- line there; 0 if unknown
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_field (
    -- One row per field of a plan item that has a value. Order: item, field in its kind's table.
    run_id INTEGER NOT NULL,       -- the run
    item   INTEGER NOT NULL,       -- seq of the item
    seq    INTEGER NOT NULL,       -- place of the field in its kind's table, from 0
    field  TEXT NOT NULL,          -- name of the field
    type   TEXT NOT NULL,          -- flag, count, time, offset, ratio, rate, size, bandwidth, text, word, ref, refs, part, parts, dist, weights, bound
    number INTEGER,                -- value in plan units: ns, parts per billion, events per 1e9 s, bytes, bit/s
    text   TEXT,                   -- words, or the names of the items referred to, separated by ", "
    given  INTEGER NOT NULL,       -- 1: written in the scenario; 0: default or preset
    PRIMARY KEY (run_id, item, seq),
    FOREIGN KEY (run_id, item) REFERENCES plan_item (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_note (
    -- One row per model used that leaves something out of the picture. Order: first
    -- use in the plan.
    run_id     INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq        INTEGER NOT NULL, -- place in the order, from 0
    kind       TEXT NOT NULL,    -- the model
    about      TEXT NOT NULL,    -- what it stands for
    leaves_out TEXT NOT NULL,    -- what it does not represent
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE fault (
    -- One row per planned failure and what it hit. Order: start, name.
    run_id      INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq         INTEGER NOT NULL, -- place in the order, from 0
    name        TEXT NOT NULL,    -- name of the plan item
    kind        TEXT NOT NULL,    -- cut, lose, slow
    target      TEXT NOT NULL,    -- what it was aimed at
    start_ns    INTEGER NOT NULL, -- when it began
    end_ns      INTEGER NOT NULL, -- when it ended; the end of the run if it lasts
    times       INTEGER NOT NULL, -- how often it came
    in_force_ns INTEGER NOT NULL, -- all of these together
    dropped     INTEGER NOT NULL, -- messages lost silently: their senders waited for a time-out
    bounced     INTEGER NOT NULL, -- messages refused at once: their senders were told
    replies     INTEGER NOT NULL, -- answers lost: what was asked for had been done
    delayed     INTEGER NOT NULL, -- messages and work it delayed
    refused     INTEGER NOT NULL, -- requests it refused
    held        INTEGER NOT NULL, -- changes it kept waiting at their source
    vacuous     INTEGER NOT NULL, -- 1: it hit nothing although it should have
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    -- What became of the messages of one direction of a link, changes and requests together; one
    -- row per direction. All that were handed over are delivered, dropped, bounced or a lost reply;
    -- what is still on its way when the run ends counts as delivered. Order: from, to, link.
    run_id    INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq       INTEGER NOT NULL, -- place in the order, from 0
    from_region TEXT NOT NULL,  -- region that sends
    to_region TEXT NOT NULL,    -- region that receives
    link      TEXT NOT NULL,    -- the link's name; empty if it has none
    delivered INTEGER NOT NULL, -- messages that arrived
    delayed   INTEGER NOT NULL, -- of those taken: held up by a fault, or sent again after a loss
    dropped   INTEGER NOT NULL, -- lost silently
    bounced   INTEGER NOT NULL, -- refused at once
    replies   INTEGER NOT NULL, -- answers lost, however: the effect is there, nobody is told
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE window (
    -- One row per (time window, service, access region, cohort); a request counts in the window in
    -- which it was first issued. Order: from, service, access, users.
    run_id             INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq                INTEGER NOT NULL, -- place in the order, from 0
    from_ns            INTEGER NOT NULL, -- begin of the window, inclusive
    to_ns              INTEGER NOT NULL, -- end of the window, exclusive
    service            TEXT NOT NULL,    -- service asked
    access             TEXT NOT NULL,    -- region near the user
    users              TEXT NOT NULL,    -- cohort
    attempts           INTEGER NOT NULL, -- attempts, retries included
    issued             INTEGER NOT NULL, -- requests = all ok_ + all failed_ + open
    ok_fresh           INTEGER NOT NULL, -- served, every read returned the newest acknowledged version
    ok_stale           INTEGER NOT NULL, -- served, some read missed an acknowledged write
    ok_remote          INTEGER NOT NULL, -- served, some read was answered by another region
    ok_regenerated     INTEGER NOT NULL, -- served, some record was made anew (a forced login)
    ok_refused         INTEGER NOT NULL, -- a correct "no": the unique key is taken, or no such record exists
    ok_retried         INTEGER NOT NULL, -- served after a retry
    ok_degraded        INTEGER NOT NULL, -- served, a default answer stood for some record
    ok_provisional     INTEGER NOT NULL, -- accepted, some write was not done yet
    failed_timeout     INTEGER NOT NULL, -- no answer before the deadline: outcome unknown
    failed_unreachable INTEGER NOT NULL, -- connection refused or region down
    failed_overload    INTEGER NOT NULL, -- queue full
    failed_owner       INTEGER NOT NULL, -- owner of the record out of reach
    failed_not_found   INTEGER NOT NULL, -- no read step found a record that exists somewhere
    failed_fenced      INTEGER NOT NULL, -- writes were banned there
    failed_conflict    INTEGER NOT NULL, -- the record had changed since the writer read it
    open               INTEGER NOT NULL, -- no outcome yet when the run ended
    p50_ns             INTEGER,          -- median latency of served requests
    p99_ns             INTEGER,          -- 99th percentile of it
    max_ns             INTEGER,          -- largest of it
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE lag (
    -- One row per (time, data class, channel, direction): what is committed there and not yet here.
    -- Order: at, data, channel, from, to.
    run_id        INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq           INTEGER NOT NULL, -- place in the order, from 0
    at_ns         INTEGER NOT NULL, -- when it was measured
    data          TEXT NOT NULL,    -- data class
    channel       TEXT NOT NULL,    -- part name of the channel
    from_region   TEXT NOT NULL,    -- where the changes are committed
    to_region     TEXT NOT NULL,    -- where they are missing
    backlog       INTEGER NOT NULL, -- changes on their way
    backlog_bytes INTEGER NOT NULL, -- their size
    age_ns        INTEGER NOT NULL, -- age of the oldest of them; 0 if none
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE busy (
    -- One row whenever the threads of a service in a region were found changed; it holds until the
    -- next row of that place. Only services of which at least half of the threads were busy
    -- somewhere at some time. Order: at, service, region.
    run_id  INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq     INTEGER NOT NULL, -- place in the order, from 0
    at_ns   INTEGER NOT NULL, -- when it was measured
    service TEXT NOT NULL,    -- service
    region  TEXT NOT NULL,    -- region whose threads they are
    busy    INTEGER NOT NULL, -- threads that hold a request, working or waiting
    queued  INTEGER NOT NULL, -- requests that wait for a thread
    threads INTEGER NOT NULL, -- threads in service then
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE latency (
    -- One row per non-empty bucket of the latency histogram of served requests. Order: service,
    -- access, top.
    run_id  INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq     INTEGER NOT NULL, -- place in the order, from 0
    service TEXT NOT NULL,    -- service asked
    access  TEXT NOT NULL,    -- region near the user
    top_ns  INTEGER NOT NULL, -- largest latency that falls into the bucket
    count   INTEGER NOT NULL, -- requests in it
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE loss (
    -- One row per harmed write, up to a limit (see run.losses_left_out). Order: acknowledged, write.
    run_id      INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq         INTEGER NOT NULL, -- place in the order, from 0
    write_id    INTEGER NOT NULL, -- number of the write in the run, from 1
    data        TEXT NOT NULL,    -- data class
    code        TEXT NOT NULL REFERENCES loss_code (code), -- kind of loss
    users       TEXT NOT NULL,    -- cohort of the writer
    user        INTEGER NOT NULL, -- number of the user in the cohort
    record_key  INTEGER NOT NULL, -- the record
    issued_ns   INTEGER NOT NULL, -- when the user asked
    acked_ns    INTEGER,          -- when the user was told "done"; NULL for L8
    region      TEXT NOT NULL,    -- where it was accepted
    fault       TEXT,             -- the fault that did it
    mechanism   TEXT NOT NULL,    -- how it happened, in words
    recoverable INTEGER NOT NULL, -- 1: an operator can bring it back
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE loss_code (
    -- What the codes of loss and fate mean. The same in every file. Order: code.
    code      TEXT PRIMARY KEY, -- L1 .. L9
    meaning   TEXT NOT NULL,    -- a few words
    explained TEXT NOT NULL     -- a sentence
) STRICT, WITHOUT ROWID;

CREATE TABLE staleness (
    -- One row per bucket of the age of what a read missed. Order: data, step, code, age.
    run_id     INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq        INTEGER NOT NULL, -- place in the order, from 0
    data       TEXT NOT NULL,    -- data class
    step       TEXT NOT NULL,    -- read step that answered: local, secondary
    code       TEXT NOT NULL,    -- fresh, R1 stale, R2 session guarantee broken, R3 reverted
    age_top_ns INTEGER NOT NULL, -- largest age of the bucket; 0 for fresh
    count      INTEGER NOT NULL, -- reads
    versions   INTEGER NOT NULL, -- sum of the versions missed
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE restore (
    -- One row per stage of a recovery. Order: failover, stage.
    run_id   INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq      INTEGER NOT NULL, -- place in the order, from 0
    failover INTEGER NOT NULL, -- 1, 2, ... in order of detection
    region   TEXT NOT NULL,    -- the region that failed
    stage    TEXT NOT NULL,    -- detect, decide, fence, promote, re-route, warm-up; ban and catch up of a planned switch; users
    detail   TEXT NOT NULL,    -- what exactly, e.g. the service; of users: of those near the region, by the rule of metric restore with below = 95 %
    start_ns INTEGER NOT NULL, -- begin of the stage
    end_ns   INTEGER,          -- its end; NULL: never finished
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_harm (
    -- One row per (cohort, class of harm, access region). Order: users, harm, access.
    run_id     INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq        INTEGER NOT NULL, -- place in the order, from 0
    users      TEXT NOT NULL,    -- cohort
    harm       TEXT NOT NULL,    -- lost write, forced login, failed core request, ...
    access     TEXT NOT NULL,    -- region near the users
    user_count INTEGER NOT NULL, -- distinct users
    events     INTEGER NOT NULL, -- times it happened
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE compensation (
    -- One row per thing to make good, up to a limit (see run.compensations_left_out). Order: gravest
    -- harm first, so that the limit leaves out the least.
    run_id      INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq         INTEGER NOT NULL, -- place in the order, from 0
    users       TEXT NOT NULL,    -- cohort
    user        INTEGER NOT NULL, -- number of the user in the cohort
    harm        TEXT NOT NULL,    -- class of harm
    what        TEXT NOT NULL,    -- data class or service
    at_ns       INTEGER NOT NULL, -- when it happened
    recoverable INTEGER NOT NULL, -- 1: an operator can bring it back
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE fate (
    -- One row per (data class, region that accepted): where every write ended. Exact, no row limit.
    -- Order: data, region.
    run_id            INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq               INTEGER NOT NULL, -- place in the order, from 0
    data              TEXT NOT NULL,    -- data class
    region            TEXT NOT NULL,    -- where it was accepted
    issued            INTEGER NOT NULL, -- writes asked for = ok + error + unknown + open
    ok                INTEGER NOT NULL, -- acknowledged = survived + l1 + l2 + l3 + l4 + l6
    error             INTEGER NOT NULL, -- refused
    unknown           INTEGER NOT NULL, -- the user never learned
    open              INTEGER NOT NULL, -- undecided when the run ended
    survived          INTEGER NOT NULL, -- present, or replaced by a write that had seen it
    l1                INTEGER NOT NULL, -- destroyed
    l2                INTEGER NOT NULL, -- stranded: a copy exists, recoverable
    l3                INTEGER NOT NULL, -- overwritten unseen
    l4                INTEGER NOT NULL, -- lost to an inverted order
    l6                INTEGER NOT NULL, -- expired in a queue
    diverged          INTEGER NOT NULL, -- current somewhere, and never to reach every region
    duplicates        INTEGER NOT NULL, -- surplus owners of unique keys (L5)
    duplicate_effects INTEGER NOT NULL, -- operations applied twice (L7)
    ghosts            INTEGER NOT NULL, -- applied although the user was told it failed (L8)
    unavailable_ns    INTEGER NOT NULL, -- object-time of acknowledged writes out of reach (U1)
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE rpo (
    -- One row per (data class, region, failure): how far back the survivors reach. Order: data,
    -- region, failed_at.
    run_id          INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq             INTEGER NOT NULL, -- place in the order, from 0
    data            TEXT NOT NULL,    -- data class
    region          TEXT NOT NULL,    -- region that failed
    failed_at_ns    INTEGER NOT NULL, -- when
    prefix_acked_ns INTEGER,          -- last acknowledgement of the gapless surviving history; how long before the failure says what was lost only if something was: v_rpo
    newest_acked_ns INTEGER,          -- acknowledgement of the newest survivor
    lost            INTEGER NOT NULL, -- acknowledged writes destroyed or stranded (L1 + L2)
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE expectation (
    -- One row per claim the scenario makes. Order: line, name.
    run_id  INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq     INTEGER NOT NULL, -- place in the order, from 0
    name    TEXT NOT NULL,    -- the claim in the scenario's words
    claim   TEXT NOT NULL,    -- the metric and its selection
    got     TEXT NOT NULL,    -- what was measured, as text
    value   INTEGER NOT NULL, -- the same in plan units
    wanted  TEXT NOT NULL,    -- the bound
    from_ns INTEGER NOT NULL, -- begin of the time it is about
    to_ns   INTEGER NOT NULL, -- end of it
    samples INTEGER NOT NULL, -- how many measurements it rests on
    held    INTEGER NOT NULL, -- 1: true
    empty   INTEGER NOT NULL, -- 1: nothing was measured; counts as broken
    file    TEXT NOT NULL,    -- where it stands, without the directory
    line    INTEGER NOT NULL, -- line there
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE cost (
    -- One row per item of the bill. Order: item, place.
    run_id INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq    INTEGER NOT NULL, -- place in the order, from 0
    item   TEXT NOT NULL,    -- cross-region bytes, peak threads, operator minutes, ...
    place  TEXT NOT NULL,    -- channel or region
    amount INTEGER NOT NULL, -- how much
    unit   TEXT NOT NULL,    -- of what: B, threads, ns
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE mark (
    -- One row per line of the printed timeline. Order: at, text.
    run_id INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq    INTEGER NOT NULL, -- place in the order, from 0
    at_ns  INTEGER NOT NULL, -- when
    text   TEXT NOT NULL,    -- what happened
    bad    INTEGER NOT NULL, -- 1: trouble begins
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE span (
    -- One row per (time between two lines of the printed timeline, service): the figures beside the
    -- line at from_ns. Order: from, service.
    run_id  INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq     INTEGER NOT NULL, -- place in the order, from 0
    from_ns INTEGER NOT NULL, -- begin: 0, or the instant of a mark
    to_ns   INTEGER NOT NULL, -- end, exclusive
    service TEXT NOT NULL,    -- service
    decided INTEGER NOT NULL, -- requests of all users first asked in it, without those open at the end
    served  INTEGER NOT NULL, -- those of them that were answered in time, retries included
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE catch_up (
    -- One row per direction of a channel that stood still and whose way healed. Order: as they broke.
    run_id      INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq         INTEGER NOT NULL, -- place in the order, from 0
    data        TEXT NOT NULL,    -- data class
    channel     TEXT NOT NULL,    -- part name of the channel
    from_region TEXT NOT NULL,    -- where the changes are committed
    to_region   TEXT NOT NULL,    -- where they were missing
    stalled_ns  INTEGER NOT NULL, -- when the way broke
    healed_ns   INTEGER NOT NULL, -- when it was whole again
    done_ns     INTEGER,          -- when nothing was left of the backlog; NULL: not within the run
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE alone (
    -- One row per time that a source went on without the copies it should wait for. Order: from.
    run_id    INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq       INTEGER NOT NULL, -- place in the order, from 0
    data      TEXT NOT NULL,    -- data class
    region    TEXT NOT NULL,    -- the source
    waited_ns INTEGER NOT NULL, -- since when its oldest commit had waited: until from_ns all of them did
    from_ns   INTEGER NOT NULL, -- when it went on; what it acknowledges from here on exists once
    to_ns     INTEGER,          -- when copies had caught up, or it was lost; NULL: not within the run
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE resync (
    -- One row per target that connected again to a source with a limited history. Order: began.
    run_id      INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq         INTEGER NOT NULL, -- place in the order, from 0
    data        TEXT NOT NULL,    -- data class
    channel     TEXT NOT NULL,    -- channel
    from_region TEXT NOT NULL,    -- source
    to_region   TEXT NOT NULL,    -- target
    kind        TEXT NOT NULL,    -- partial: the source still had what was lacking; full: a full copy
    result      TEXT NOT NULL,    -- done; overflow: too much waited meanwhile; broke off; open
    lost_ns     INTEGER NOT NULL, -- when the connection before was lost
    began_ns    INTEGER NOT NULL, -- when this one was made
    loading_ns  INTEGER,          -- when a full copy had arrived and was loaded; NULL: never
    ended_ns    INTEGER,          -- when it was complete, or given up; NULL: not within the run
    lacked      INTEGER NOT NULL, -- bytes of the stream that the target lacked
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE intent (
    -- One row per (data class, region) that accepted writes for an owner elsewhere. Order: data, region.
    run_id    INTEGER NOT NULL REFERENCES run (run_id), -- the run
    seq       INTEGER NOT NULL, -- place in the order, from 0
    data      TEXT NOT NULL,    -- data class
    region    TEXT NOT NULL,    -- the region that accepted them
    accepted  INTEGER NOT NULL, -- users were told "accepted" = confirmed + rejected + lost + pending
    confirmed INTEGER NOT NULL, -- done by the owner: counted in fate there
    rejected  INTEGER NOT NULL, -- refused by the owner after all: no write, a harm of its own
    lost      INTEGER NOT NULL, -- lost with the region before the owner had them: L1
    pending   INTEGER NOT NULL, -- still waiting when the run ended
    answers   INTEGER NOT NULL, -- answers of owners, also to those whose user was not told
    mean_ns   INTEGER,          -- from the acceptance to the answer, on average; NULL without answers
    p99_ns    INTEGER,          -- 99th percentile of it
    max_ns    INTEGER,          -- largest of it
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO loss_code (code, meaning, explained) VALUES
    ('L1', 'destroyed', 'The user was told "done"; no copy is left anywhere.'),
    ('L2', 'stranded', 'The user was told "done"; a copy exists on a fenced or returned machine and can be recovered by hand.'),
    ('L3', 'overwritten unseen', 'Another write replaced it without having seen it, by the rule for conflicts.'),
    ('L4', 'order inverted', 'An older write won over it because clocks or channels put them in the wrong order.'),
    ('L5', 'duplicate owner', 'A key that must be unique was given to two users.'),
    ('L6', 'expired in a queue', 'It was acknowledged and then dropped by a queue''s retention or overflow.'),
    ('L7', 'applied twice', 'An operation that must happen once had its effect twice.'),
    ('L8', 'ghost', 'The user was told that it failed, yet it took effect.'),
    ('L9', 'orphan', 'It survived, but the record that it belongs to did not.');

CREATE VIEW v_availability AS
    -- Requests served and failed per service and access region: in the whole run, and during each
    -- fault (windows that overlap it).
WITH period AS (
    SELECT run_id, -1 AS period_seq, 'whole run' AS period, 0 AS start_ns, end_ns AS stop_ns FROM run
    UNION ALL
    SELECT run_id, seq, name, start_ns, end_ns FROM fault
)
SELECT
    p.run_id AS run_id,         -- the run
    p.period_seq AS period_seq, -- -1: whole run; otherwise fault.seq
    p.period AS period,         -- 'whole run' or the name of the fault
    w.service AS service,       -- service asked
    w.access AS access,         -- region near the user
    sum(w.issued) AS issued,    -- requests
    sum(w.ok_fresh + w.ok_stale + w.ok_remote + w.ok_regenerated + w.ok_refused + w.ok_retried + w.ok_degraded + w.ok_provisional) AS served, -- served before their deadline
    sum(w.failed_timeout + w.failed_unreachable + w.failed_overload + w.failed_owner + w.failed_not_found + w.failed_fenced + w.failed_conflict) AS failed, -- failed for good, after all retries
    sum(w.open) AS open,        -- no outcome yet when the run ended
    sum(w.ok_stale) AS stale,   -- served with old data
    sum(w.ok_remote) AS remote, -- served with another region's help
    sum(w.ok_regenerated) AS regenerated, -- served after making a record anew
    sum(w.ok_degraded) AS degraded -- served with a default answer
FROM period AS p
JOIN window AS w ON w.run_id = p.run_id
    AND ((w.from_ns < p.stop_ns AND w.to_ns > p.start_ns) OR p.period_seq = -1)
GROUP BY p.run_id, p.period_seq, w.service, w.access;

CREATE VIEW v_loss AS
    -- Harmed writes by data class, code, mechanism and fault. Counts rows of loss; exact totals
    -- are in fate.
SELECT
    l.run_id AS run_id,                   -- the run
    l.data AS data,                       -- data class
    l.code AS code,                       -- L1 .. L9
    c.meaning AS meaning,                 -- the code in words
    l.mechanism AS mechanism,             -- how it happened
    l.fault AS fault,                     -- the fault that did it; NULL if none
    l.recoverable AS recoverable,         -- 1: an operator can bring it back
    count(*) AS writes,                   -- harmed writes
    count(DISTINCT l.users || ' ' || l.user) AS users, -- distinct users
    min(coalesce(l.acked_ns, l.issued_ns)) AS first_ns, -- first of them
    max(coalesce(l.acked_ns, l.issued_ns)) AS last_ns -- last of them
FROM loss AS l
JOIN loss_code AS c ON c.code = l.code
GROUP BY l.run_id, l.data, l.code, l.mechanism, l.fault, l.recoverable;

CREATE VIEW v_rpo AS
    -- Recovery point, measured two ways: seconds of history lost, and writes lost. A failure that
    -- lost nothing has a recovery point of 0, however long before it the last write was.
SELECT
    run_id AS run_id,             -- the run
    seq AS seq,                   -- place in the order
    data AS data,                 -- data class
    region AS region,             -- region that failed
    failed_at_ns AS failed_at_ns, -- when it failed
    CASE WHEN lost = 0 THEN 0 ELSE failed_at_ns - prefix_acked_ns END AS prefix_ns, -- from the last write before the first lost one to the failure; 0: nothing was lost; NULL: nothing before it survived
    CASE WHEN lost = 0 THEN 0 ELSE failed_at_ns - newest_acked_ns END AS newest_ns, -- from the newest surviving write to the failure; 0: nothing was lost; NULL: none survived
    lost AS lost                  -- acknowledged writes destroyed or stranded
FROM rpo;

CREATE VIEW v_rto AS
    -- Recovery time: one row per failover, from its first stage to the end of its last; what users
    -- saw (stage "users") stands beside it.
SELECT
    run_id AS run_id,              -- the run
    failover AS failover,          -- number of the failover
    region AS region,              -- region that failed
    min(start_ns) AS start_ns,     -- begin of the first stage
    max(end_ns) FILTER (WHERE stage <> 'users') AS end_ns, -- end of the last stage that finished
    max(end_ns) FILTER (WHERE stage <> 'users') - min(start_ns) AS took_ns, -- from the one to the other
    max(end_ns - start_ns) FILTER (WHERE stage = 'users') AS users_ns, -- longest time that users near the region went without a service
    count(*) - count(end_ns) AS unfinished -- stages that never finished
FROM restore
GROUP BY run_id, failover;

CREATE VIEW v_users AS
    -- Users hit by cohort and class of harm, all access regions together (a user is counted once
    -- per access region).
SELECT
    run_id AS run_id,              -- the run
    users AS users,                -- cohort
    harm AS harm,                  -- class of harm
    sum(user_count) AS user_count, -- users
    sum(events) AS events          -- times it happened
FROM user_harm
GROUP BY run_id, users, harm;

CREATE VIEW v_tradeoff AS
    -- What a strategy costs and what it saves: one row per run.
SELECT
    r.run_id AS run_id,       -- the run
    r.scenario AS scenario,   -- scenario
    coalesce((SELECT group_concat(c.name || ' = ' || c.chosen, ', ') FROM choice AS c WHERE c.run_id = r.run_id), '') AS choices, -- what was chosen
    r.plan_hash AS plan_hash, -- the plan
    r.seed AS seed,           -- the seed
    (SELECT coalesce(sum(issued), 0) FROM window AS w WHERE w.run_id = r.run_id) AS issued, -- requests
    (SELECT coalesce(sum(failed_timeout + failed_unreachable + failed_overload + failed_owner + failed_not_found + failed_fenced + failed_conflict), 0) FROM window AS w WHERE w.run_id = r.run_id) AS failed, -- failed requests
    r.users AS users,         -- users
    r.users_hit AS users_hit, -- users hit
    (SELECT coalesce(sum(ok), 0) FROM fate AS f WHERE f.run_id = r.run_id) AS acked, -- acknowledged writes
    (SELECT coalesce(sum(l1), 0) FROM fate AS f WHERE f.run_id = r.run_id) AS destroyed, -- destroyed (L1)
    (SELECT coalesce(sum(l2), 0) FROM fate AS f WHERE f.run_id = r.run_id) AS stranded, -- stranded (L2)
    (SELECT coalesce(sum(l3 + l4), 0) FROM fate AS f WHERE f.run_id = r.run_id) AS overwritten, -- overwritten (L3, L4)
    (SELECT coalesce(sum(l6), 0) FROM fate AS f WHERE f.run_id = r.run_id) AS expired, -- expired in a queue (L6)
    (SELECT coalesce(sum(duplicates), 0) FROM fate AS f WHERE f.run_id = r.run_id) AS duplicates, -- duplicate owners (L5)
    (SELECT coalesce(sum(amount), 0) FROM cost AS k WHERE k.run_id = r.run_id AND k.item = 'cross-region bytes') AS cross_region_bytes -- bytes between regions
FROM run AS r;

CREATE VIEW v_summary AS
    -- One row per run: its verdict and the figures to look at first.
SELECT
    t.run_id AS run_id,                -- the run
    t.scenario AS scenario,            -- scenario
    t.choices AS choices,              -- what was chosen
    t.seed AS seed,                    -- the seed
    r.verdict AS verdict,              -- held, broken or inconclusive
    (SELECT count(*) FROM expectation AS e WHERE e.run_id = t.run_id) AS expectations, -- claims
    (SELECT count(*) FROM expectation AS e WHERE e.run_id = t.run_id AND NOT e.held) AS broken, -- claims that failed or measured nothing
    (SELECT count(*) FROM fault AS f WHERE f.run_id = t.run_id) AS faults, -- planned failures
    t.issued AS issued,                -- requests
    t.failed AS failed,                -- failed requests
    t.users AS users,                  -- users
    t.users_hit AS users_hit,          -- users hit
    t.acked AS acked,                  -- acknowledged writes
    t.destroyed + t.stranded AS lost,  -- lost (L1 + L2)
    t.overwritten AS overwritten,      -- overwritten (L3 + L4)
    t.expired AS expired,              -- expired in a queue (L6)
    t.duplicates AS duplicates,        -- duplicate owners (L5)
    (SELECT max(age_ns) FROM lag AS g WHERE g.run_id = t.run_id) AS worst_lag_ns, -- oldest change waiting, at worst
    (SELECT max(took_ns) FROM v_rto AS v WHERE v.run_id = t.run_id) AS worst_restore_ns -- slowest finished recovery
FROM v_tradeoff AS t
JOIN run AS r ON r.run_id = t.run_id;

CREATE VIEW v_conservation AS
    -- Bookkeeping that must come out even: every figure is 0 in every run.
SELECT
    r.run_id AS run_id, -- the run
    (SELECT coalesce(sum(abs(issued - ok_fresh - ok_stale - ok_remote - ok_regenerated - ok_refused - ok_retried - ok_degraded - ok_provisional - failed_timeout - failed_unreachable - failed_overload - failed_owner - failed_not_found - failed_fenced - failed_conflict - open)), 0) FROM window AS w WHERE w.run_id = r.run_id) AS requests, -- requests without exactly one outcome
    (SELECT coalesce(sum(abs(issued - ok - error - unknown - open)), 0) FROM fate AS f WHERE f.run_id = r.run_id) AS writes, -- writes without exactly one outcome
    (SELECT coalesce(sum(abs(ok - survived - l1 - l2 - l3 - l4 - l6)), 0) FROM fate AS f WHERE f.run_id = r.run_id) AS fates, -- acknowledged writes without exactly one end
    (SELECT coalesce(sum(abs(accepted - confirmed - rejected - lost - pending)), 0) FROM intent AS i WHERE i.run_id = r.run_id) AS intents -- accepted writes without exactly one end
FROM run AS r;
