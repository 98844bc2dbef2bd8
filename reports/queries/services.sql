-- Requests per period, service and access region. A fault's period ends when the next fault begins
-- or the fault itself ends, whichever is earlier; a window counts where it begins, or, for a period
-- shorter than a window, where the period lies.
WITH period AS (
    SELECT -1 AS seq, 0 AS start_ns, end_ns + 1 AS stop_ns FROM run WHERE run_id = ?1
    UNION ALL
    SELECT f.seq, f.start_ns,
           min(f.end_ns, coalesce((SELECT min(n.start_ns) FROM fault AS n
                                   WHERE n.run_id = ?1 AND n.start_ns > f.start_ns), f.end_ns))
    FROM fault AS f WHERE f.run_id = ?1
)
SELECT p.seq AS period, w.service, w.access, sum(w.issued - w.open) AS decided,
       sum(w.ok_fresh + w.ok_stale + w.ok_remote + w.ok_regenerated + w.ok_refused + w.ok_retried + w.ok_degraded + w.ok_provisional) AS served,
       sum(w.ok_stale) AS stale, sum(w.ok_remote) AS remote, sum(w.ok_regenerated) AS regenerated,
       sum(w.ok_degraded) AS degraded
FROM period AS p
JOIN window AS w ON w.run_id = ?1
    AND ((w.from_ns >= p.start_ns AND w.from_ns < p.stop_ns)
         OR (p.stop_ns <= w.to_ns AND w.from_ns <= p.start_ns AND p.start_ns < w.to_ns))
GROUP BY w.service, w.access, p.seq
ORDER BY w.service, w.access, p.seq;
