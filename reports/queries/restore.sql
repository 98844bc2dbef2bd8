SELECT failover, region, stage, detail, start_ns, end_ns FROM restore WHERE run_id = ?1 ORDER BY seq;
