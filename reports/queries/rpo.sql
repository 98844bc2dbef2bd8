SELECT data, region, failed_at_ns, prefix_ns, newest_ns, lost FROM v_rpo WHERE run_id = ?1 ORDER BY seq;
