-- What two runs can be compared by, one figure a row, in the order in which it is read.
--
-- better: -1 less is better, 1 more is better, 0 neither. value: NULL is "there is none", the largest
-- number is "never". zero: 1 if a figure that another run has and this one does not is 0 here.
WITH
requests AS (
    SELECT service, 0 AS faulty, w.* FROM window AS w WHERE run_id = ?1
    UNION ALL
    SELECT service, 1, w.* FROM window AS w
    WHERE run_id = ?1 AND EXISTS (
        SELECT 1 FROM fault AS f
        WHERE f.run_id = w.run_id AND w.from_ns < f.end_ns AND w.to_ns > f.start_ns)
),
served AS (
    SELECT service, faulty,
           sum(ok_fresh + ok_stale + ok_remote + ok_regenerated + ok_refused + ok_retried
               + ok_degraded + ok_provisional) AS good,
           sum(issued - open) AS done,
           sum(failed_timeout) AS timeout, sum(failed_unreachable) AS unreachable,
           sum(failed_overload) AS overload, sum(failed_owner) AS owner,
           sum(failed_not_found) AS not_found, sum(failed_fenced) AS fenced,
           sum(failed_conflict) AS conflict, sum(ok_degraded) AS degraded,
           sum(ok_stale) AS stale, sum(ok_remote) AS remote, sum(ok_regenerated) AS regenerated,
           sum(ok_retried) AS retried
    FROM requests GROUP BY service, faulty
),
writes AS (
    SELECT data, sum(ok) AS ok, sum(error) AS error, sum(unknown) AS unknown, sum(l1) AS l1,
           sum(l2) AS l2, sum(l3) AS l3, sum(l4) AS l4, sum(l6) AS l6,
           sum(duplicates) AS duplicates, sum(duplicate_effects) AS effects,
           sum(ghosts) AS ghosts, sum(diverged) AS diverged, sum(unavailable_ns) AS unavailable
    FROM fate WHERE run_id = ?1 GROUP BY data
),
reads AS (
    SELECT data, coalesce(sum(count) FILTER (WHERE code = 'R1'), 0) AS stale,
           coalesce(sum(count) FILTER (WHERE code = 'R2'), 0) AS own,
           coalesce(sum(count) FILTER (WHERE code = 'R3'), 0) AS undone,
           coalesce(max(age_top_ns) FILTER (WHERE code = 'R1' AND count > 0), 0) AS age_ns
    FROM staleness WHERE run_id = ?1 GROUP BY data
),
-- A region is only as far behind as the best of its channels.
behind AS (
    SELECT data, at_ns, from_region, to_region, min(age_ns) AS age_ns, min(backlog) AS backlog
    FROM lag WHERE run_id = ?1 GROUP BY data, at_ns, from_region, to_region
),
cumulative AS (
    SELECT service, top_ns, sum(sum(count)) OVER (PARTITION BY service ORDER BY top_ns) AS below,
           sum(sum(count)) OVER (PARTITION BY service) AS total
    FROM latency WHERE run_id = ?1 GROUP BY service, top_ns
),
figure (part, place, kind, name, title, unit, better, value, zero) AS (
    SELECT 'served', 20, 0, service, service || iif(faulty, ', during faults', ''), 'ratio', 1,
           iif(done > 0, good * 1000000000 / done, NULL), 0 FROM served
    UNION ALL SELECT 'requests that failed', 30, 0, service, service, 'count', -1, done - good, 0
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'why requests failed', 31, 1, '', 'no answer in time', 'count', -1, sum(timeout), 1
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'why requests failed', 31, 2, '', 'unreachable', 'count', -1, sum(unreachable), 1
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'why requests failed', 31, 3, '', 'overloaded', 'count', -1, sum(overload), 1
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'why requests failed', 31, 4, '', 'owner out of reach', 'count', -1, sum(owner), 1
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'why requests failed', 31, 5, '', 'record not found', 'count', -1, sum(not_found), 1
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'why requests failed', 31, 6, '', 'writes banned', 'count', -1, sum(fenced), 1
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'why requests failed', 31, 7, '', 'record had changed', 'count', -1, sum(conflict), 1
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'requests served otherwise', 32, 5, service, service || ', by a default answer', 'count', -1, degraded, 0
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'requests served otherwise', 32, 1, service, service || ', with old data', 'count', -1, stale, 0
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'requests served otherwise', 32, 2, service, service || ', after a retry', 'count', -1, retried, 0
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'requests served otherwise', 32, 3, service, service || ', by another region', 'count', 0, remote, 0
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'requests served otherwise', 32, 4, service, service || ', record made anew', 'count', -1, regenerated, 0
        FROM served WHERE NOT faulty
    UNION ALL SELECT 'writes', 40, 0, data, data || ': acknowledged', 'count', 0, ok, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 1, data, data || ': refused', 'count', -1, error, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 2, data, data || ': outcome unknown', 'count', -1, unknown, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 3, data, data || ': destroyed', 'count', -1, l1, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 4, data, data || ': stranded', 'count', -1, l2, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 5, data, data || ': overwritten', 'count', -1, l3, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 6, data, data || ': order inverted', 'count', -1, l4, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 7, data, data || ': expired', 'count', -1, l6, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 8, data, data || ': duplicate owners', 'count', -1, duplicates, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 9, data, data || ': applied twice', 'count', -1, effects, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 10, data, data || ': ghosts', 'count', -1, ghosts, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 12, data, data || ': not in every region', 'count', -1, diverged, 0 FROM writes
    UNION ALL SELECT 'writes', 40, 11, data, data || ': object-time out of reach', 'time', -1, unavailable, 0 FROM writes
    UNION ALL SELECT 'reads', 50, 1, data, data || ': stale', 'count', -1, stale, 0 FROM reads
    UNION ALL SELECT 'reads', 50, 2, data, data || ': missed own write', 'count', -1, own, 0 FROM reads
    UNION ALL SELECT 'reads', 50, 3, data, data || ': later undone', 'count', -1, undone, 0 FROM reads
    UNION ALL SELECT 'reads', 50, 4, data, data || ': worst age', 'time', -1, age_ns, 0 FROM reads
    UNION ALL SELECT 'users hit', 60, 0, '', 'all', 'count', -1, users_hit, 0 FROM run WHERE run_id = ?1
    UNION ALL SELECT 'users hit', 60, 1, harm, harm, 'count', -1, sum(user_count), 1
        FROM user_harm WHERE run_id = ?1 GROUP BY harm
    UNION ALL SELECT 'history lost (RPO)', 70, 0, data || region, data || ' in ' || region, 'time', -1, max(prefix_ns), 0
        FROM v_rpo WHERE run_id = ?1 GROUP BY data, region
    UNION ALL SELECT 'recovery (RTO)', 71, 0, failover, 'failover ' || failover || ' of ' || region, 'time', -1,
           iif(unfinished > 0, 9223372036854775807, took_ns), 0
        FROM v_rto WHERE run_id = ?1
    UNION ALL SELECT 'recovery (RTO)', 71, 1, failover,
           iif(stage = 'users', detail || ' unserved, ', stage || ', ') || failover || ' of ' || region, 'time', -1,
           max(coalesce(end_ns - start_ns, 9223372036854775807)), 0
        FROM restore WHERE run_id = ?1 GROUP BY failover, region, stage, iif(stage = 'users', detail, '')
    UNION ALL SELECT 'replication', 80, 0, data, data || ': furthest behind', 'time', -1, max(age_ns), 0
        FROM behind GROUP BY data
    UNION ALL SELECT 'replication', 80, 1, data, data || ': most changes waiting', 'count', -1, max(backlog), 0
        FROM behind GROUP BY data
    UNION ALL SELECT 'replication', 80, 2, data, data || ': caught up after a heal', 'time', -1,
           max(coalesce(done_ns - healed_ns, 9223372036854775807)), 0
        FROM catch_up WHERE run_id = ?1 GROUP BY data
    UNION ALL SELECT 'replication', 80, 3, data, data || ': full copies', 'count', -1, count(*), 1
        FROM resync WHERE run_id = ?1 AND kind = 'full' GROUP BY data
    UNION ALL SELECT 'latency', 90, 0, service, service || ', median', 'time', -1,
           min(top_ns) FILTER (WHERE below * 2 >= total), 0 FROM cumulative GROUP BY service
    UNION ALL SELECT 'latency', 90, 1, service, service || ', p99', 'time', -1,
           min(top_ns) FILTER (WHERE below * 100 >= total * 99), 0 FROM cumulative GROUP BY service
    UNION ALL SELECT 'cost', 95, 0, item, item,
           CASE unit WHEN 'B' THEN 'size' WHEN 'ns' THEN 'time' ELSE 'count' END, -1,
           iif(item LIKE 'peak %', max(amount), sum(amount)), 1
        FROM cost WHERE run_id = ?1 GROUP BY item, unit
)
SELECT part, title, unit, better, value, zero FROM figure
ORDER BY place, name, kind, title;
