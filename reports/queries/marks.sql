SELECT at_ns, text, bad FROM mark WHERE run_id = ?1 ORDER BY seq;
