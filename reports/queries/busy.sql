-- Busy threads of each service and region, whenever they were found changed.
SELECT service, region, at_ns, busy, queued, threads
FROM busy
WHERE run_id = ?1
ORDER BY service, region, at_ns;
