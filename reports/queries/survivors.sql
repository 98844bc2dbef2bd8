-- What the region that took over had to carry, per failover and service that came near its limit: busy threads on
-- average (thousandths) of both regions before the failure and of the heir after users were moved, up to the next move.
WITH moved AS (
    SELECT r.failover, r.region, r.detail AS heir, r.end_ns AS moved_ns,
           (SELECT min(f.start_ns) FROM restore AS f
            WHERE f.run_id = r.run_id AND f.failover = r.failover) AS failed_ns,
           coalesce((SELECT min(n.start_ns) FROM restore AS n
                     WHERE n.run_id = r.run_id AND n.start_ns > r.end_ns
                       AND (n.failover > r.failover OR n.stage = 'switch back')),
                    (SELECT max(w.to_ns) FROM window AS w WHERE w.run_id = r.run_id)) AS until_ns
    FROM restore AS r
    WHERE r.run_id = ?1 AND r.stage = 're-route' AND r.end_ns IS NOT NULL
),
steps AS (
    SELECT service, region, at_ns, busy, queued, threads,
           lead(at_ns, 1, (SELECT end_ns FROM run WHERE run_id = ?1))
               OVER (PARTITION BY service, region ORDER BY at_ns) AS next_ns
    FROM busy WHERE run_id = ?1
),
pieces AS (
    SELECT m.failover, s.service, s.region = m.heir AS at_heir, 0 AS later, s.busy, s.queued, s.threads,
           min(s.next_ns, m.failed_ns) - s.at_ns AS length
    FROM moved AS m JOIN steps AS s ON s.region IN (m.heir, m.region) AND s.at_ns < m.failed_ns
    UNION ALL
    SELECT m.failover, s.service, 1, 1, s.busy, s.queued, s.threads,
           min(s.next_ns, m.until_ns) - max(s.at_ns, m.moved_ns)
    FROM moved AS m JOIN steps AS s
      ON s.region = m.heir AND s.next_ns > m.moved_ns AND s.at_ns < m.until_ns
),
means AS (
    SELECT failover, service, at_heir, later, max(queued) AS queued, max(threads) AS threads,
           CAST(sum(1000.0 * busy * length) / sum(length) AS INTEGER) AS busy
    FROM pieces WHERE length > 0
    GROUP BY failover, service, at_heir, later
)
SELECT m.failover, m.region, m.heir, a.service, a.threads, l.busy, b.busy, a.busy, a.queued,
       m.failed_ns, m.moved_ns, m.until_ns,
       sum(w.issued), sum(w.failed_timeout), sum(w.failed_overload)
FROM moved AS m
JOIN means AS a ON a.failover = m.failover AND a.later = 1
JOIN means AS b ON b.failover = m.failover AND b.service = a.service AND b.later = 0 AND b.at_heir = 1
JOIN means AS l ON l.failover = m.failover AND l.service = a.service AND l.later = 0 AND l.at_heir = 0
JOIN window AS w ON w.run_id = ?1 AND w.service = a.service AND w.from_ns >= m.moved_ns AND w.to_ns <= m.until_ns
GROUP BY m.failover, a.service
ORDER BY m.failover, a.service;
