SELECT failover, region, start_ns, took_ns, users_ns, unfinished
FROM v_rto
WHERE run_id = ?1
ORDER BY failover;
