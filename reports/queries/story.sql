-- Decided and served requests per service and window, all cohorts and access regions together.
SELECT service, from_ns, sum(issued - open) AS decided,
       sum(ok_fresh + ok_stale + ok_remote + ok_regenerated + ok_refused + ok_retried + ok_degraded + ok_provisional) AS served
FROM window
WHERE run_id = ?1
GROUP BY service, from_ns
ORDER BY service, from_ns;
